// The gateway on real loopback TCP, with the clock in the test's hands.
#include "order_to_publish/1_order_in/order_entry_server.hpp"

#include "order_to_publish/1_order_in/gateway_scenario.hpp"
#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using namespace hopwire::venue;
using scenario::Bytes;
using scenario::GatewayScenario;

// A gateway and the time it is told. Frames are made by a scenario that keeps the same time.
class Venue {
 public:
  explicit Venue(const std::function<void(GatewayConfig&)>& adjust = {})
      : frames(adjust),
        directory_(std::vector<ListedInstrument>{ListedInstrument::of(5001, 1, "AAPL")}),
        telemetry_(clock_),
        server(frames.config, directory_, clock_, telemetry_.recorder()),
        base_(core::Tsc::now()) {}

  // One duty cycle, the commands' ClOrdIDs ("x" for a session cancel) appended to `taken`.
  void cycle() {
    CommandBatch batch;
    const auto ticks = static_cast<std::uint64_t>(static_cast<double>(elapsed_ms_) * 1e6 / clock_.nanoseconds_per_tick());
    server.poll(batch, base_ + ticks, frames.now.realtime);
    largest_batch = std::max(largest_batch, batch.size());
    for (std::size_t index = 0; index < batch.size(); ++index) {
      const Command& command = batch[index].command;
      if (!taken.empty()) taken += ' ';
      taken += command.kind == CommandKind::session_cancel ? "x" : std::to_string(command.cl_ord_id);
      server.processed(command);
      if (answer && command.kind == CommandKind::new_order) report(command.session, command.cl_ord_id);
    }
    server.flush();
  }
  void cycles(int count) {
    for (int cycle_index = 0; cycle_index < count; ++cycle_index) {
      pass(1);
      cycle();
      (void)::poll(nullptr, 0, 0);
    }
  }
  void pass(std::uint64_t milliseconds) {
    elapsed_ms_ += milliseconds;
    frames.pass(milliseconds);
  }
  void report(std::uint32_t session, std::uint64_t id) {
    server.session(session).report<order_entry::OrderAcceptedEncoder>(frames.now.realtime, [&](auto& message) { message.cl_ord_id(id); });
  }

  GatewayScenario frames;

 private:
  InstrumentDirectory directory_;
  core::TscClock clock_;
  core::TelemetryMemory telemetry_;

 public:
  OrderEntryServer server;
  std::string taken;
  std::size_t largest_batch = 0;
  bool answer = false;

 private:
  std::uint64_t base_;
  std::uint64_t elapsed_ms_ = 0;
};

class Client {
 public:
  explicit Client(Venue& venue) : venue_(venue), socket_(net::TcpConnection::connect("127.0.0.1", venue.server.port(), 1000)) {}

  void send(const Bytes& bytes) {
    std::span<const std::byte> rest = bytes;
    for (int attempt = 0; attempt < 1000 && !rest.empty(); ++attempt) {
      rest = rest.subspan(socket_.write(rest).bytes);
      if (!rest.empty()) venue_.cycle();
    }
  }

  // Runs the venue until what came reads as expected or enough cycles have passed; returns what came since the last call.
  std::string until(const std::string& expected, int most_cycles = 400) {
    for (int cycle = 0; cycle < most_cycles; ++cycle) {
      venue_.cycles(1);
      read();
      if (scenario::describe(received_) == expected) break;
      if (cycle > 50) (void)::poll(nullptr, 0, 1);
    }
    const std::string text = scenario::describe(received_);
    received_.clear();
    return text;
  }
  void read() {
    std::array<std::byte, 4096> bytes;
    net::Transfer transfer = socket_.read(bytes);
    for (int reads = 0; reads < 64 && transfer.status == net::TransferStatus::moved; ++reads) {
      received_.insert(received_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(transfer.bytes));
      transfer = socket_.read(bytes);
    }
    ended = ended || transfer.status == net::TransferStatus::closed || transfer.status == net::TransferStatus::broken;
  }
  bool sees_the_end() {
    for (int cycle = 0; cycle < 400 && !ended; ++cycle) {
      venue_.cycles(1);
      read();
    }
    return ended;
  }
  std::string log_on(std::uint32_t id = 7, std::uint32_t grace = 0, std::uint32_t keep_alive = 10'000) {
    send(venue_.frames.negotiate_frame(1, id));
    send(venue_.frames.establish_frame(1, 1, keep_alive, grace, id));
    return until("NegotiationResponse; EstablishmentAck next 1 last 0 clOrdId 0");
  }
  void close() { socket_.close(); }

  bool ended = false;

 private:
  Venue& venue_;
  net::TcpConnection socket_;
  Bytes received_;
};

Bytes orders(std::uint64_t first, std::uint64_t count) {
  Bytes bytes;
  for (std::uint64_t id = first; id < first + count; ++id) {
    const Bytes order = GatewayScenario::new_order(id, id);
    bytes.insert(bytes.end(), order.begin(), order.end());
  }
  return bytes;
}

std::string numbers(std::uint64_t first, std::uint64_t count) {
  std::string text;
  for (std::uint64_t id = first; id < first + count; ++id) text += (id == first ? "" : " ") + std::to_string(id);
  return text;
}

TEST("gateway: a client logs on over TCP, its order becomes a command, the report comes back") {
  Venue venue;
  venue.answer = true;
  Client client(venue);
  CHECK_EQ(client.log_on(), "NegotiationResponse; EstablishmentAck next 1 last 0 clOrdId 0");
  client.send(GatewayScenario::new_order(1, 10));
  CHECK_EQ(client.until("#1 OrderAccepted 10"), "#1 OrderAccepted 10");
  CHECK_EQ(venue.taken, "10");
  CHECK_EQ(venue.server.established_count(), 1u);
}

TEST("gateway: messages torn into pieces and glued together arrive as sent") {
  Venue venue;
  Client client(venue);
  client.log_on();
  const Bytes stream = orders(1, 60);
  std::size_t at = 0;
  for (std::size_t piece = 1; at < stream.size(); piece = piece * 5 % 211 + 1) {
    const std::size_t length = std::min(piece, stream.size() - at);
    client.send(Bytes(stream.begin() + static_cast<std::ptrdiff_t>(at), stream.begin() + static_cast<std::ptrdiff_t>(at + length)));
    at += length;
    if (piece % 3 == 0) venue.cycles(1);
  }
  venue.cycles(50);
  CHECK_EQ(venue.taken, numbers(1, 60));
}

TEST("gateway: a flood from one session holds the other back by one turn at most") {
  Venue venue;
  Client flood(venue);
  Client quiet(venue);
  flood.log_on(7);
  quiet.log_on(8);
  flood.send(orders(1, 400));
  quiet.send(GatewayScenario::new_order(1, 999));
  venue.cycles(2);
  CHECK(venue.taken.find("999") != std::string::npos);
  CHECK(venue.largest_batch <= 2 * OrderEntryServer::messages_per_turn);
  venue.cycles(60);
  std::string rest = venue.taken;
  const std::size_t at = rest.find("999");
  rest.erase(at == 0 ? 0 : at - 1, 4);
  CHECK_EQ(rest, numbers(1, 400));
}

TEST("gateway: cancel on disconnect comes after every order that was received, and after the grace window") {
  Venue venue;
  {
    Client client(venue);
    client.log_on();
    client.send(orders(1, 100));
    client.close();
  }
  venue.cycles(60);
  CHECK_EQ(venue.taken, numbers(1, 100) + " x");

  venue.taken.clear();
  Venue patient;
  Client client(patient);
  client.log_on(7, 200);
  client.send(orders(1, 3));
  client.close();
  patient.cycles(150);
  CHECK_EQ(patient.taken, "1 2 3");
  patient.cycles(100);
  CHECK_EQ(patient.taken, "1 2 3 x");
}

TEST("gateway: who starts again with logon and order in one packet has its old orders cancelled, not the new one") {
  Venue venue;
  {
    Client client(venue);
    client.log_on(7, 5'000);
    client.send(GatewayScenario::new_order(1, 100));
    venue.cycles(3);
    client.close();
    venue.cycles(3);
  }
  Client again(venue);
  Bytes all = venue.frames.negotiate_frame(2);
  for (const Bytes& more : {venue.frames.establish_frame(2, 1, 10'000), GatewayScenario::new_order(1, 200)}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  again.send(all);
  for (int wait = 0; wait < 20; ++wait) venue.cycles(1);
  CHECK_EQ(venue.taken, "100 x 200");
}

TEST("gateway: both sides' heartbeats keep a session; silence for two intervals ends it") {
  Venue venue;
  Client client(venue);
  client.log_on(7, 0, 100);
  for (int beat = 0; beat < 10; ++beat) {
    venue.cycles(90);
    client.send(GatewayScenario::sequence(1));
  }
  venue.cycles(2);
  const std::string beats = client.until("", 1);
  CHECK(beats.starts_with("Sequence next 1; Sequence next 1"));
  CHECK(beats.find("Terminate") == std::string::npos);
  venue.cycles(150);
  client.until("", 1);
  venue.cycles(60);
  CHECK(client.until("", 1).ends_with("Terminate keepAliveLapsed"));
  CHECK(client.sees_the_end());
  CHECK(venue.taken == "x");
}

TEST("gateway: after standing still, the venue reads before it judges silence") {
  Venue venue;
  Client client(venue);
  client.log_on(7, 0, 100);
  client.send(GatewayScenario::new_order(1, 10));
  (void)::poll(nullptr, 0, 20);
  venue.pass(60'000);  // stopped for a minute with the client's bytes in the kernel
  venue.cycle();
  CHECK_EQ(venue.taken, "10");
  CHECK_EQ(venue.server.established_count(), 1u);
}

TEST("gateway: who connects and says nothing is let go; who says nonsense is told so") {
  Venue venue;
  Client silent(venue);
  venue.cycles(10);
  venue.pass(5'001);
  CHECK_EQ(silent.until("Terminate notEstablished"), "Terminate notEstablished");
  CHECK(silent.sees_the_end());

  Client browser(venue);
  const std::string_view request = "GET / HTTP/1.1\r\n\r\n";
  const auto bytes = std::as_bytes(std::span(request));
  browser.send(Bytes(bytes.begin(), bytes.end()));
  CHECK_EQ(browser.until("Terminate badFrame"), "Terminate badFrame");
  CHECK(browser.sees_the_end());
  CHECK_EQ(venue.server.counters().malformed, 1u);
}

TEST("gateway: more connections than slots are closed, and slots come back") {
  Venue venue([](GatewayConfig& config) { config.spare_connections = 1; });  // two sessions: three slots
  std::vector<std::unique_ptr<Client>> clients;
  for (int count = 0; count < 4; ++count) {
    clients.push_back(std::make_unique<Client>(venue));
    venue.cycles(3);
  }
  CHECK(clients.back()->sees_the_end());
  clients.clear();
  venue.cycles(5);
  Client client(venue);
  CHECK_EQ(client.log_on(), "NegotiationResponse; EstablishmentAck next 1 last 0 clOrdId 0");
}

TEST("gateway: a client that does not read is ended as a slow consumer; the other session notices nothing") {
  Venue venue;
  Client slow(venue);
  Client fine(venue);
  slow.log_on(7);
  fine.log_on(8);
  for (std::uint64_t round = 0; round < 4000 && venue.server.established(0); ++round) {
    for (std::uint64_t id = 0; id < 64; ++id) venue.report(0, id);
    venue.cycle();
  }
  CHECK(!venue.server.established(0));
  CHECK(venue.server.established(1));
  fine.send(GatewayScenario::new_order(1, 5));
  venue.cycles(20);
  CHECK(venue.taken.find('5') != std::string::npos);
}

TEST("gateway: one command's reports may be many times the ring: the client that reads gets them all, in order") {
  Venue venue([](GatewayConfig& config) { config.send_buffer_bytes = 8192; });
  Client client(venue);
  client.log_on();
  for (std::uint64_t id = 1; id <= 300; ++id) venue.report(0, id);  // a mass cancel; the ring keeps 16
  std::string expected;
  for (std::uint64_t id = 1; id <= 300; ++id) {
    expected += (id == 1 ? "#" : "; #") + std::to_string(id) + " OrderAccepted " + std::to_string(id);
  }
  CHECK(client.until(expected) == expected);
  CHECK(venue.server.established(0));
}

TEST("gateway: reports say which client message had its effect") {
  Venue venue;
  venue.answer = true;
  Client client(venue);
  client.log_on();
  client.send(orders(1, 5));
  venue.cycles(5);
  CHECK_EQ(venue.server.session(0).last_processed(), 5u);
}

TEST("gateway: at the end every session is told, and the port is free") {
  Venue venue;
  Client client(venue);
  Client stranger(venue);
  client.log_on();
  const std::uint64_t started = core::monotonic_now();
  venue.server.close_all(order_entry::TerminationCode::venue_closing);
  CHECK(core::monotonic_now() - started < 2'000'000'000u);
  client.read();
  stranger.read();
  CHECK_EQ(client.until("Terminate venueClosing", 1), "Terminate venueClosing");
  CHECK_EQ(stranger.until("Terminate venueClosing", 1), "Terminate venueClosing");
  net::TcpListener again("127.0.0.1", venue.server.port());
  CHECK_EQ(venue.server.established_count(), 0u);
}

}  // namespace
