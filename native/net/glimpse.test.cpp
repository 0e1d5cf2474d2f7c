// Snapshots over real TCP on loopback: our client against our server, and each against a peer that misbehaves.
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.hpp"
#include "net/glimpse_client.hpp"
#include "net/glimpse_server.hpp"
#include "net/packet_loss.hpp"
#include "test_support/itch_messages.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using namespace hopwire::net;

namespace {

using Bytes = std::vector<std::byte>;
using Image = std::shared_ptr<const GlimpseSnapshot>;
constexpr std::uint64_t second = 1'000'000'000;

Image image_of(std::size_t orders, std::uint64_t sequence) {
  auto image = std::make_shared<GlimpseSnapshot>();
  test::append_frame(image->frames, test::system_event(1, 'O'));
  test::append_frame(image->frames, test::stock_directory(1, 1, "AAPL"));
  for (std::size_t i = 1; i <= orders; ++i) test::append_frame(image->frames, test::add_order(1, 2, i, 'B', 100, 10'000));
  image->messages = orders + 2;
  image->sequence = sequence;
  image->session = MoldSession("DAY1");
  return image;
}

// What a client was given, framed again, so that it can be held against the image.
struct Load {
  GlimpseClient client;
  Bytes frames{};

  explicit Load(const GlimpseClientConfig& config) : client(config) {}
  std::size_t poll(std::uint64_t now) {
    return client.poll(now, [this](std::span<const std::byte> message) { test::append_frame(frames, {message.begin(), message.end()}); });
  }
  [[nodiscard]] bool over() const {
    return client.state() == GlimpseClient::State::complete || client.state() == GlimpseClient::State::failed;
  }
};

GlimpseClientConfig to(std::uint16_t port) {
  GlimpseClientConfig config;
  config.server = endpoint_of("127.0.0.1", port);
  return config;
}

template <class Each>
void until(bool (*over)(const Load&), Load& load, Each&& each) {
  const std::uint64_t deadline = core::monotonic_now() + 20 * second;
  while (!over(load)) {
    each();
    load.poll(core::monotonic_now());
    REQUIRE(core::monotonic_now() < deadline);
  }
}

void load_from(GlimpseServer& server, const Image& image, Load& load) {
  load.client.start(core::monotonic_now());
  until([](const Load& l) { return l.over(); }, load, [&] { server.poll(core::monotonic_now(), [&](std::uint64_t) { return image; }); });
}

// A server that says what a test wants, and keeps what it is told.
class Peer {
 public:
  Peer() : listener_("127.0.0.1", 0) {}
  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  // Accepts, reads a login, answers with `bytes`, and closes when asked to.
  void answer(Load& load, const Bytes& bytes, bool close) {
    load.client.start(core::monotonic_now());
    const std::uint64_t deadline = core::monotonic_now() + 20 * second;
    std::array<std::byte, 256> login;
    while (!connection_.is_open() || connection_.read(login).status != TransferStatus::moved) {
      if (!connection_.is_open()) connection_ = listener_.accept();
      load.poll(core::monotonic_now());
      REQUIRE(core::monotonic_now() < deadline);
    }
    if (!bytes.empty()) REQUIRE_EQ(connection_.write(bytes).bytes, bytes.size());
    if (close) connection_.close();
    for (int i = 0; i < 20'000 && !load.over(); ++i) {
      load.poll(core::monotonic_now());
      if (i % 100 == 99) std::this_thread::yield();
    }
    connection_.close();
  }

 private:
  TcpListener listener_;
  TcpConnection connection_;
};

Bytes soup(char type, const Bytes& payload) {
  Bytes bytes(3);
  core::store_be<std::uint16_t>(bytes.data(), static_cast<std::uint16_t>(payload.size() + 1));
  bytes[2] = static_cast<std::byte>(type);
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}
Bytes text(std::string_view characters) {
  const auto bytes = std::as_bytes(std::span(characters));
  return {bytes.begin(), bytes.end()};
}
Bytes operator+(Bytes one, const Bytes& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}
Bytes accepted(std::string_view sequence = "                   1") { return soup('A', text("      DAY1") + text(sequence)); }
Bytes end_of_snapshot(std::string_view sequence) { return soup('S', text("G") + text(sequence)); }

std::string reason_after(const Bytes& answer, bool close = false) {
  Peer peer;
  Load load(to(peer.port()));
  peer.answer(load, answer, close);
  CHECK_EQ(load.client.state(), GlimpseClient::State::failed);
  return load.client.reason();
}

}  // namespace

TEST("GLIMPSE: a snapshot arrives as it was made, with the sequence to go on with") {
  GlimpseServer server({});
  for (const std::size_t orders : {std::size_t{0}, std::size_t{1}, std::size_t{200'000}}) {
    const Image image = image_of(orders, 1 + orders * 3);
    Load load(to(server.port()));
    load_from(server, image, load);
    CHECK_EQ(std::string(load.client.reason()), "");
    REQUIRE_EQ(load.client.state(), GlimpseClient::State::complete);
    CHECK_EQ(load.client.sequence(), 1 + orders * 3);
    CHECK_EQ(load.client.messages(), orders + 2);
    CHECK_EQ(load.client.session(), "DAY1");
    CHECK(load.frames == image->frames);
  }
  CHECK_EQ(server.counters().snapshots, 3u);
  const std::uint64_t deadline = core::monotonic_now() + 5 * second;
  while (server.clients() != 0 && core::monotonic_now() < deadline)
    server.poll(core::monotonic_now(), [](std::uint64_t) { return Image(); });
  CHECK_EQ(server.clients(), 0u);  // all have logged out
  CHECK_EQ(server.counters().failed, 0u);
}

TEST("GLIMPSE: several clients at once, each with the image of its login, one of them slow") {
  GlimpseServer server({.outbound_bytes = 4096});
  Image image = image_of(50'000, 7);
  const Image first = image;
  Load slow(to(server.port()));
  slow.client.start(core::monotonic_now());
  const auto serve = [&] { server.poll(core::monotonic_now(), [&](std::uint64_t) { return image; }); };
  until([](const Load& l) { return l.client.messages() != 0; }, slow, serve);  // it has begun, and reads no more
  image = image_of(10, 99);
  std::vector<std::unique_ptr<Load>> others;
  for (int i = 0; i < 8; ++i) {
    others.push_back(std::make_unique<Load>(to(server.port())));
    others.back()->client.start(core::monotonic_now());
  }
  for (auto& load : others) until([](const Load& l) { return l.over(); }, *load, serve);
  for (auto& load : others) {
    CHECK_EQ(load->client.sequence(), 99u);
    CHECK(load->frames == image->frames);
  }
  CHECK(!slow.over());
  until([](const Load& l) { return l.over(); }, slow, serve);
  CHECK_EQ(slow.client.sequence(), 7u);
  CHECK(slow.frames == first->frames);
}

TEST("GLIMPSE: work of a poll is bounded on both ends") {
  GlimpseServer server({.outbound_bytes = 1024});
  const Image image = image_of(5'000, 7);
  GlimpseClientConfig config = to(server.port());
  config.messages_per_poll = 16;
  Load load(config);
  load.client.start(core::monotonic_now());
  std::size_t most_read = 0;
  std::size_t most_written = 0;
  const std::uint64_t deadline = core::monotonic_now() + 20 * second;
  while (!load.over() && core::monotonic_now() < deadline) {
    most_written = std::max(most_written, server.poll(core::monotonic_now(), [&](std::uint64_t) { return image; }));
    most_read = std::max(most_read, load.poll(core::monotonic_now()));
  }
  CHECK_EQ(load.client.state(), GlimpseClient::State::complete);
  CHECK(load.frames == image->frames);
  CHECK(most_read <= 16);
  CHECK(most_written <= 1024 / 22);
}

TEST("GLIMPSE: who may log in, and what for") {
  GlimpseServer server({.user = "reader", .password = "secret", .ready_limit = 30'000'000});
  const auto reason_of = [&](const GlimpseClientConfig& config, const Image& image) {
    Load load(config);
    load_from(server, image, load);
    return std::string(load.client.reason());
  };
  GlimpseClientConfig config = to(server.port());
  CHECK_EQ(reason_of(config, image_of(1, 1)), "the server refused the login: not authorised");
  config.user = "READER";
  config.password = "Secret";
  CHECK_EQ(reason_of(config, image_of(1, 1)), "");
  CHECK_EQ(reason_of(config, Image()), "the server refused the login: session not available");  // the books are not ready
  CHECK_EQ(server.counters().refused, 2u);
}

TEST("GLIMPSE: more clients than are served are turned away, and may come again") {
  GlimpseServer server({.clients_most = 1});
  const auto serve = [&] { server.poll(core::monotonic_now(), [](std::uint64_t) { return Image(); }); };
  Load first(to(server.port()));
  first.client.start(core::monotonic_now());
  until([](const Load& l) { return l.client.state() == GlimpseClient::State::loading; }, first, serve);
  Load second_load(to(server.port()));
  second_load.client.start(core::monotonic_now());
  until([](const Load& l) { return l.over(); }, second_load, serve);
  CHECK_EQ(std::string(second_load.client.reason()), "the server closed the connection");
  const Image image = image_of(3, 4);
  until([](const Load& l) { return l.over(); }, first, [&] { server.poll(core::monotonic_now(), [&](std::uint64_t) { return image; }); });
  CHECK_EQ(first.client.state(), GlimpseClient::State::complete);
  const std::uint64_t deadline = core::monotonic_now() + 5 * second;
  while (server.clients() != 0 && core::monotonic_now() < deadline) serve();
  load_from(server, image, second_load);
  CHECK_EQ(second_load.client.state(), GlimpseClient::State::complete);
}

TEST("GLIMPSE: a client that stays silent, or stays for ever, is ended") {
  GlimpseServer server({});
  TcpConnection connection = TcpConnection::connect("127.0.0.1", server.port(), 1000);
  std::uint64_t now = 1000 * second;  // a clock of the test's own
  const auto none = [](std::uint64_t) { return Image(); };
  while (server.clients() == 0) server.poll(now, none);
  server.poll(now + 9 * second, none);
  CHECK_EQ(server.clients(), 1u);
  server.poll(now + 10 * second, none);  // no login came
  CHECK_EQ(server.clients(), 0u);
  CHECK_EQ(server.counters().failed, 1u);
}

TEST("GLIMPSE: what a server may not do fails with a reason, and start() tries again") {
  CHECK_EQ(reason_after(soup('J', text("A"))), "the server refused the login: not authorised");
  CHECK_EQ(reason_after(accepted("                  17")), "the server begins in the middle of a snapshot");
  CHECK_EQ(reason_after(accepted(), true), "the server closed the connection");
  CHECK_EQ(reason_after({}, true), "the server closed the connection");
  CHECK_EQ(reason_after(accepted() + soup('Z', {})), "the server ended the session before the snapshot was complete");
  CHECK_EQ(reason_after(accepted() + soup('S', text("A too short to be an order"))), "a message of the snapshot is not as long as its type");
  CHECK_EQ(reason_after(accepted() + end_of_snapshot("                   0")), "the end of the snapshot names no sequence number");
  CHECK_EQ(reason_after(accepted() + end_of_snapshot("                    ")), "the end of the snapshot names no sequence number");
  CHECK_EQ(reason_after(accepted() + end_of_snapshot("99999999999999999999")), "the end of the snapshot names no sequence number");
  CHECK_EQ(reason_after(accepted() + end_of_snapshot("        1")), "the end of the snapshot is not as long as its type");
  CHECK_EQ(reason_after(soup('S', text("x"))), "the server sent data before it accepted the login");
  CHECK_EQ(reason_after(Bytes(2)), "a packet of length 0");
}

TEST("GLIMPSE: numbers of other servers, types of a later day, debug text and unsequenced data are no trouble") {
  for (const char* sequence : {"                 123", "123                 ", "00000000000000000123"}) {
    Peer peer;
    Load load(to(peer.port()));
    const Bytes order = test::add_order(1, 2, 3, 'S', 100, 10'000);
    peer.answer(load,
                soup('+', text("hello")) + accepted("1                   ") + soup('S', text("~ a type of 2031")) + soup('H', {}) +
                    soup('S', order) + soup('U', text("news")) + end_of_snapshot(sequence),
                false);
    CHECK_EQ(load.client.state(), GlimpseClient::State::complete);
    CHECK_EQ(load.client.sequence(), 123u);
    CHECK_EQ(load.client.messages(), 1u);
    CHECK_EQ(load.client.unknown_types(), 1u);
  }
}

TEST("GLIMPSE: every prefix of a snapshot that ends there fails, never completes") {
  const Bytes whole = accepted() + soup('S', test::stock_directory(1, 1, "A")) + soup('S', test::add_order(1, 2, 3, 'S', 100, 10'000)) +
                      end_of_snapshot("                   5");
  for (std::size_t length = 0; length < whole.size(); length += length < 40 || length > whole.size() - 30 ? 1 : 5) {
    const std::string reason = reason_after({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)}, true);
    CHECK_EQ(reason, "the server closed the connection");
  }
}

TEST("GLIMPSE: nobody listens, nobody answers, an address that is none of ours") {
  std::uint16_t free_port = 0;
  {
    const TcpListener listener("127.0.0.1", 0);
    free_port = listener.port();
  }
  Load load(to(free_port));
  load.client.start(core::monotonic_now());
  until([](const Load& l) { return l.over(); }, load, [] {});
  CHECK_EQ(std::string(load.client.reason()), "cannot connect: Connection refused");

  TcpListener silent("127.0.0.1", 0);
  Load waiting(to(silent.port()));
  waiting.client.start(0);
  for (int i = 0; i < 1000 && waiting.client.state() == GlimpseClient::State::connecting; ++i) waiting.poll(1);
  REQUIRE_EQ(waiting.client.state(), GlimpseClient::State::loading);
  waiting.poll(10 * second - 1);
  CHECK_EQ(waiting.client.state(), GlimpseClient::State::loading);
  waiting.poll(10 * second + 1);
  CHECK_EQ(std::string(waiting.client.reason()), "the server did not answer the login in time");

  GlimpseClientConfig config = to(silent.port());
  config.interface = "192.0.2.77";
  Load elsewhere(config);
  elsewhere.client.start(0);
  CHECK_EQ(std::string(elsewhere.client.reason()), "cannot connect: Cannot assign requested address");
}
