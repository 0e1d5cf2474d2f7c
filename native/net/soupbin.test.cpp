// Client and server of SoupBinTCP against each other over a wire made of vectors, and each alone against what peers send, right and wrong.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "net/packet_loss.hpp"
#include "net/soupbin_client.hpp"
#include "net/soupbin_server.hpp"
#include "test_support/capture_payloads.hpp"
#include "test_support/fixtures.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using namespace hopwire::net;

namespace {

using Bytes = std::vector<std::byte>;
constexpr std::uint64_t second = 1'000'000'000;

Bytes bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::string text_of(std::span<const std::byte> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// {length, type, rest} as it stands on the wire.
Bytes packet(char type, std::string_view rest = "") {
  Bytes bytes(2);
  core::store_be<std::uint16_t>(bytes.data(), static_cast<std::uint16_t>(rest.size() + 1));
  bytes.push_back(static_cast<std::byte>(type));
  const Bytes tail = bytes_of(rest);
  bytes.insert(bytes.end(), tail.begin(), tail.end());
  return bytes;
}

template <class End>
void give(End& end, std::span<const std::byte> bytes, std::uint64_t now) {
  while (!bytes.empty()) {
    const std::span<std::byte> space = end.stream().space();
    REQUIRE(!space.empty());
    const std::size_t count = std::min(space.size(), bytes.size());
    std::copy_n(bytes.begin(), count, space.begin());
    end.stream().received(count, now);
    bytes = bytes.subspan(count);
  }
}

template <class End>
Bytes take(End& end, std::uint64_t now) {
  const std::span<const std::byte> waiting = end.stream().outbound();
  Bytes bytes(waiting.begin(), waiting.end());
  end.stream().sent(bytes.size(), now);
  return bytes;
}

const std::string login_3_00 = std::string("user  ") + "secret    " + "          " + "                   1";

struct Pair {
  SoupBinClient client{{.user = "user", .password = "secret"}};
  SoupBinServer server{{}};

  explicit Pair(std::uint64_t next = 1, std::uint64_t wanted = 1) {
    client.start(0, wanted);
    server.start(0);
    give(server, take(client, 0), 0);
    REQUIRE_EQ(server.next(), SoupBinServer::Event::login);
    server.accept("DAY1", server.login().first_of(next));
    give(client, take(server, 0), 0);
    REQUIRE_EQ(client.next(), SoupBinClient::Event::accepted);
  }
};

}  // namespace

TEST("SoupBinTCP: a session from login to logout, data both ways, sequence numbers counted") {
  Pair pair(7, 5);
  CHECK_EQ(pair.server.login().sequence, 5u);
  CHECK_EQ(pair.client.session(), "DAY1");
  CHECK_EQ(pair.client.next_sequence(), 5u);
  for (const char* text : {"five", "", "seven"}) CHECK(pair.server.send_sequenced(bytes_of(text)));
  pair.server.debug("for people");
  CHECK(pair.client.send_unsequenced(bytes_of("order")));
  give(pair.client, take(pair.server, 1), 1);
  give(pair.server, take(pair.client, 1), 1);
  for (const char* text : {"five", "", "seven"}) {
    CHECK_EQ(pair.client.next(), SoupBinClient::Event::sequenced);
    CHECK_EQ(text_of(pair.client.payload()), std::string(text));
  }
  CHECK_EQ(pair.client.next(), SoupBinClient::Event::debug);
  CHECK_EQ(text_of(pair.client.payload()), "for people");
  CHECK_EQ(pair.client.next(), SoupBinClient::Event::none);
  CHECK_EQ(pair.client.next_sequence(), 8u);
  CHECK_EQ(pair.server.next_sequence(), 8u);
  CHECK_EQ(pair.server.next(), SoupBinServer::Event::unsequenced);
  CHECK_EQ(text_of(pair.server.payload()), "order");
  pair.client.logout();
  give(pair.server, take(pair.client, 2), 2);
  CHECK_EQ(pair.server.next(), SoupBinServer::Event::over);
  CHECK_EQ(pair.server.state(), SoupBinServerState::logged_out);
  CHECK_EQ(pair.client.state(), SoupBinClientState::logged_out);
}

TEST("SoupBinTCP: the end of a session is told, and nothing behind it is read") {
  Pair pair;
  CHECK(pair.server.send_sequenced(bytes_of("last")));
  pair.server.end_session();
  CHECK(!pair.server.send_sequenced(bytes_of("late")));
  Bytes wire = take(pair.server, 1);
  const Bytes behind = packet('S', "never");
  wire.insert(wire.end(), behind.begin(), behind.end());
  give(pair.client, wire, 1);
  CHECK_EQ(pair.client.next(), SoupBinClient::Event::sequenced);
  CHECK_EQ(pair.client.next(), SoupBinClient::Event::over);
  CHECK_EQ(pair.client.next(), SoupBinClient::Event::over);
  CHECK_EQ(pair.client.state(), SoupBinClientState::ended);
  CHECK_EQ(std::string(pair.client.reason()), "");
}

TEST("SoupBinTCP: refused logins say why") {
  for (const auto& [reason, text] : std::vector<std::pair<char, std::string>>{{'A', "the server refused the login: not authorised"},
                                                                              {'S', "the server refused the login: session not available"},
                                                                              {'?', "the server refused the login for a reason of its own"}}) {
    SoupBinClient client({.user = "u"});
    client.start(0);
    give(client, packet('J', std::string(1, reason)), 1);
    CHECK_EQ(client.next(), SoupBinClient::Event::over);
    CHECK_EQ(client.state(), SoupBinClientState::refused);
    CHECK_EQ(std::string(client.reason()), text);
  }
  SoupBinServer server({});
  server.start(0);
  give(server, packet('L', login_3_00), 0);
  CHECK_EQ(server.next(), SoupBinServer::Event::login);
  server.reject(soupbintcp::not_authorised);
  CHECK(take(server, 0) == packet('J', "A"));
  CHECK_EQ(server.state(), SoupBinServerState::rejected);
}

TEST("SoupBinTCP: our login and its answer, byte by byte") {
  SoupBinClient client({.user = "user", .password = "secret", .session = "DAY1", .sequence = 42});
  client.start(0);
  CHECK(take(client, 0) == packet('L', "user  secret          DAY1                  42"));
  Pair pair;
  CHECK(pair.server.stream().outbound().empty());
  SoupBinServer server({});
  server.start(0);
  give(server, packet('L', login_3_00), 0);
  CHECK_EQ(server.next(), SoupBinServer::Event::login);
  server.accept("DAY1", 1234567);
  CHECK(take(server, 0) == packet('A', "      DAY1             1234567"));
}

TEST("SoupBinTCP: fields are read however peers justify and pad them") {
  for (const char* number : {"                  42", "42                  ", "    42              ", "00000000000000000042"}) {
    SoupBinServer server({});
    server.start(0);
    give(server, packet('L', std::string("USER  sEcRet    DAY1      ") + number), 0);
    REQUIRE_EQ(server.next(), SoupBinServer::Event::login);
    CHECK_EQ(server.login().sequence, 42u);
    CHECK_EQ(server.login().session, std::string_view("DAY1"));
    CHECK(same_soupbin_text(server.login().user, "user"));
    CHECK(same_soupbin_text(server.login().password, "SECRET"));
    CHECK(!same_soupbin_text(server.login().password, "secretx"));
    SoupBinClient client({});
    client.start(0);
    give(client, packet('A', std::string("DAY1      ") + number), 0);
    REQUIRE_EQ(client.next(), SoupBinClient::Event::accepted);
    CHECK_EQ(client.next_sequence(), 42u);
    CHECK_EQ(client.session(), "DAY1");
  }
  CHECK(soupbin_number(std::string_view("42\0\0", 4)) == 42u);
  CHECK(soupbin_number("18446744073709551615") == ~std::uint64_t{0});
  for (const char* wrong : {"", "   ", "4 2", "4a", "-1", "+1", "18446744073709551616", "99999999999999999999"}) CHECK(!soupbin_number(wrong));
}

TEST("SoupBinTCP: where a login begins") {
  const auto first = [](std::uint64_t wanted, std::uint64_t next) { return SoupBinLogin{.sequence = wanted}.first_of(next); };
  CHECK_EQ(first(1, 10), 1u);
  CHECK_EQ(first(9, 10), 9u);
  CHECK_EQ(first(0, 10), 9u);   // the message sent last
  CHECK_EQ(first(0, 1), 1u);    // there is none yet
  CHECK_EQ(first(500, 10), 10u);  // beyond the end: the next new one
}

TEST("SoupBinTCP: heartbeats go both ways when nothing else does, and silence ends a session at the limit") {
  Pair pair;
  std::uint64_t now = 0;
  for (int i = 0; i < 40; ++i) {
    now += second / 2;
    pair.client.tick(now);
    pair.server.tick(now);
    const Bytes from_client = take(pair.client, now);
    const Bytes from_server = take(pair.server, now);
    CHECK(from_client == (i % 2 == 1 ? packet('R') : Bytes{}));
    CHECK(from_server == (i % 2 == 1 ? packet('H') : Bytes{}));
    give(pair.client, from_server, now);
    give(pair.server, from_client, now);
    CHECK_EQ(pair.client.next(), SoupBinClient::Event::none);
    CHECK_EQ(pair.server.next(), SoupBinServer::Event::none);
  }
  pair.client.tick(now + 15 * second - 1);
  pair.server.tick(now + 15 * second - 1);
  CHECK_EQ(pair.client.state(), SoupBinClientState::established);
  CHECK_EQ(pair.server.state(), SoupBinServerState::established);
  pair.client.tick(now + 15 * second);
  pair.server.tick(now + 15 * second);
  CHECK_EQ(pair.client.state(), SoupBinClientState::failed);
  CHECK_EQ(pair.server.state(), SoupBinServerState::failed);
  CHECK_EQ(pair.client.next(), SoupBinClient::Event::over);
}

TEST("SoupBinTCP: a peer with a slow heartbeat of ten seconds is not given up, one of 4.10 names its own limit") {
  Pair pair;
  for (std::uint64_t now = 10 * second; now <= 60 * second; now += 10 * second) {
    pair.server.tick(now);
    give(pair.server, packet('R'), now);
    CHECK_EQ(pair.server.next(), SoupBinServer::Event::none);
    CHECK_EQ(pair.server.state(), SoupBinServerState::established);
  }
  SoupBinServer server({});
  server.start(0);
  give(server, packet('L', login_3_00 + "30000"), 0);
  REQUIRE_EQ(server.next(), SoupBinServer::Event::login);
  server.accept("DAY1", 1);
  server.tick(29 * second);
  CHECK_EQ(server.state(), SoupBinServerState::established);
  server.tick(30 * second);
  CHECK_EQ(server.state(), SoupBinServerState::failed);
}

TEST("SoupBinTCP: who does not log in, and who does not answer, is given up") {
  SoupBinServer server({.login_limit = 3 * second});
  server.start(0);
  server.tick(3 * second - 1);
  CHECK(server.is_open());
  server.tick(3 * second);
  CHECK_EQ(std::string(server.reason()), "no login in time");
  SoupBinClient client({.login_limit = 3 * second});
  client.start(0);
  client.tick(3 * second);
  CHECK_EQ(std::string(client.reason()), "the server did not answer the login in time");
  client.start(4 * second);  // and again
  CHECK_EQ(client.state(), SoupBinClientState::logging_in);
  client.disconnected();
  CHECK_EQ(std::string(client.reason()), "the server closed the connection");
}

TEST("SoupBinTCP: what no peer may send ends the session with its reason") {
  const auto client_says = [](const Bytes& bytes) {
    SoupBinClient client({});
    client.start(0);
    give(client, bytes, 0);
    while (client.next() != SoupBinClient::Event::over && client.next() != SoupBinClient::Event::none) {
    }
    CHECK_EQ(client.state(), SoupBinClientState::failed);
    return std::string(client.reason());
  };
  CHECK_EQ(client_says({std::byte{0}, std::byte{0}}), "a packet of length 0");
  CHECK_EQ(client_says(packet('L', login_3_00)), "a packet type that this side does not send");
  CHECK_EQ(client_says(packet('?')), "a packet type that this side does not send");
  CHECK_EQ(client_says(packet('H', "x")), "a packet whose length is not its type's");
  CHECK_EQ(client_says(packet('A', "short")), "a packet whose length is not its type's");
  CHECK_EQ(client_says(packet('S', "x")), "the server sent data before it accepted the login");
  CHECK_EQ(client_says(packet('A', "DAY1                       4 2")), "the server accepted the login with a sequence number that is none");
  const auto server_says = [](std::vector<Bytes> packets) {
    SoupBinServer server({});
    server.start(0);
    for (const Bytes& bytes : packets) give(server, bytes, 0);
    for (int i = 0; i < 5 && server.next() != SoupBinServer::Event::over; ++i) {
    }
    CHECK_EQ(server.state(), SoupBinServerState::failed);
    return std::string(server.reason());
  };
  CHECK_EQ(server_says({packet('S', "x")}), "a packet type that this side does not send");
  CHECK_EQ(server_says({packet('U', "x")}), "data before a login was accepted");
  CHECK_EQ(server_says({packet('L', login_3_00), packet('L', login_3_00)}), "a second login");
  CHECK_EQ(server_says({packet('L', login_3_00.substr(0, 26) + std::string(20, ' '))}), "a login whose sequence number is none");
  CHECK_EQ(server_says({packet('L', login_3_00 + "1")}), "a packet whose length is not its type's");
  CHECK_EQ(server_says({packet('+', std::string(5000, 'x'))}), "a packet longer than is taken");
}

TEST("SoupBinTCP: a bad packet is seen before its body came") {
  SoupBinServer server({});
  server.start(0);
  give(server, Bytes{std::byte{0xFF}, std::byte{0xFF}}, 0);
  CHECK_EQ(server.next(), SoupBinServer::Event::over);
  SoupBinClient client({});
  client.start(0);
  give(client, Bytes{std::byte{0}, std::byte{9}, std::byte{'H'}}, 0);
  CHECK_EQ(client.next(), SoupBinClient::Event::over);
}

TEST("SoupBinTCP: every prefix of every packet is incomplete or refused, never read past") {
  const std::vector<std::pair<Bytes, SoupBinEnd>> every{
      {packet('+', "text"), SoupBinEnd::client},  {packet('A', std::string(30, '1')), SoupBinEnd::server},
      {packet('J', "A"), SoupBinEnd::server},     {packet('S', "message"), SoupBinEnd::server},
      {packet('H'), SoupBinEnd::server},          {packet('Z'), SoupBinEnd::server},
      {packet('L', login_3_00), SoupBinEnd::client}, {packet('L', login_3_00 + "15000"), SoupBinEnd::client},
      {packet('U', "message"), SoupBinEnd::client}, {packet('R'), SoupBinEnd::client},
      {packet('O'), SoupBinEnd::client}};
  for (const auto& [whole, sender] : every) {
    CHECK_EQ(read_soupbin_packet(whole, sender, soupbin_largest_packet).status, SoupBinStatus::complete);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const Bytes prefix(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));  // its own block: a byte too far is seen
      CHECK_EQ(read_soupbin_packet(prefix, sender, soupbin_largest_packet).status, SoupBinStatus::incomplete);
      if (length < 2) continue;
      Bytes reframed = prefix;  // says that it is as long as it is
      core::store_be<std::uint16_t>(reframed.data(), static_cast<std::uint16_t>(length - 2));
      const SoupBinPacket read = read_soupbin_packet(reframed, sender, soupbin_largest_packet);
      const bool free_length = length > 2 && (whole[2] == std::byte{'+'} || whole[2] == std::byte{'S'} || whole[2] == std::byte{'U'});
      const bool is_3_00 = whole[2] == std::byte{'L'} && length == 49;  // a 4.10 login without its end is one of 3.00
      CHECK_EQ(read.status, free_length || is_3_00 ? SoupBinStatus::complete : SoupBinStatus::bad);
    }
  }
}

TEST("SoupBinTCP: whatever the slices, the same events: byte by byte, random and all at once") {
  PacketLoss random(0, 3);
  for (int round = 0; round < 60; ++round) {
    Bytes wire = packet('A', "DAY1                         1");
    for (int i = 0; i < 40; ++i) {
      const std::string body(random.next() % 90, static_cast<char>('a' + random.next() % 26));
      const char kinds[] = {'S', 'S', 'S', '+', 'H', 'U'};
      const char kind = kinds[random.next() % std::size(kinds)];
      const Bytes next = packet(kind, kind == 'H' ? "" : body);
      wire.insert(wire.end(), next.begin(), next.end());
    }
    if (round % 3 == 1) wire.push_back(std::byte{0}), wire.push_back(std::byte{0});
    if (round % 3 == 2) wire.erase(wire.end() - static_cast<std::ptrdiff_t>(random.next() % 30), wire.end());
    const auto events = [&wire](const std::function<std::size_t()>& slice) {
      SoupBinClient client({.stream = {.peer = SoupBinEnd::server, .largest_packet = 200, .inbound_bytes = 200}});
      client.start(0);
      std::string seen;
      for (std::size_t at = 0; at < wire.size();) {
        const std::size_t count = std::min({slice(), wire.size() - at, client.stream().space().size()});
        REQUIRE(count > 0);
        give(client, std::span(wire).subspan(at, count), 0);
        at += count;
        for (;;) {
          const SoupBinClient::Event event = client.next();
          if (event == SoupBinClient::Event::none) break;
          seen += static_cast<char>('0' + static_cast<int>(event)) + text_of(client.payload()) + '|';
          if (event == SoupBinClient::Event::over) return seen + client.reason();
        }
      }
      return seen + std::to_string(client.next_sequence());
    };
    const std::string whole = events([] { return std::size_t{200}; });
    CHECK_EQ(events([] { return std::size_t{1}; }), whole);
    CHECK_EQ(events([&random] { return std::size_t{1} + random.next() % 37; }), whole);
  }
}

TEST("SoupBinTCP: a client that does not read is met with false, not with memory") {
  SoupBinServer server({.stream = {.peer = SoupBinEnd::client, .largest_packet = 128, .inbound_bytes = 128, .outbound_bytes = 300}});
  server.start(0);
  give(server, packet('L', login_3_00), 0);
  REQUIRE_EQ(server.next(), SoupBinServer::Event::login);
  server.accept("S", 1);
  int sent = 0;
  while (server.has_room(40) && server.send_sequenced(Bytes(40))) ++sent;
  CHECK(sent >= 4);
  CHECK(!server.has_room(40));
  CHECK_EQ(server.next_sequence(), 1u + static_cast<std::uint64_t>(sent));
  server.end_session();  // there was room left for this
  const Bytes wire = take(server, 1);
  CHECK_EQ(wire.back(), std::byte{'Z'});
}

TEST("SoupBinTCP: a real login and its answer, through both ends") {
  const auto request = test::fixture("pcap/Jnx.Equities.Pts.Ouch.v1.11/LoginRequestPacket.L.pcap");
  const auto answer = test::fixture("pcap/Jnx.Equities.Pts.Ouch.v1.11/LoginAcceptedPacket.A.pcap");
  if (!request || !answer) SKIP("no fixtures folder");
  SoupBinServer server({});
  server.start(0);
  give(server, test::capture_payloads(*request).at(0).bytes, 0);
  REQUIRE_EQ(server.next(), SoupBinServer::Event::login);
  CHECK_EQ(server.login().user, std::string_view("user"));
  CHECK_EQ(server.login().password, std::string_view("password"));
  CHECK_EQ(server.login().session, std::string_view(""));
  CHECK_EQ(server.login().sequence, soupbintcp::most_recent_message);
  SoupBinClient client({.user = "user", .password = "password", .sequence = 0});
  client.start(0);
  CHECK(take(client, 0) == test::capture_payloads(*request).at(0).bytes);  // ours is theirs, byte for byte
  give(client, test::capture_payloads(*answer).at(0).bytes, 0);
  REQUIRE_EQ(client.next(), SoupBinClient::Event::accepted);
  CHECK_EQ(client.session(), "1689192121");
  CHECK_EQ(client.next_sequence(), 135u);
}
