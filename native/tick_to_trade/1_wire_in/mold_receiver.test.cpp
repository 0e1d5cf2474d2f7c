// Scenarios read as text: what arrives, what is delivered. The property test drowns the receiver in loss, duplication, reordering and odd
// packetisation, with a server that answers late, partly or not at all, and wants every message once, in order.
#include "tick_to_trade/1_wire_in/mold_receiver.hpp"

#include <deque>
#include <vector>

#include "net/packet_loss.hpp"
#include "test_support/test.hpp"
#include "tick_to_trade/1_wire_in/mold_scenario.hpp"

using namespace hopwire;
using namespace hopwire::feed;
using namespace hopwire::feed::scenario;

namespace {

class Harness {
 public:
  explicit Harness(const MoldReceiverConfig& config = small()) : receiver(config) {}

  static MoldReceiverConfig small() {
    MoldReceiverConfig config;
    config.held_packets = 64;
    config.missing_ranges = 32;
    config.rerequest.servers = 1;
    return config;
  }

  void give(const std::vector<std::byte>& bytes, PacketSource source = PacketSource::line_a) {
    receiver.accept(bytes, {.tsc = 1, .source = source}, now, [this](const Packet& packet) { check(packet); });
  }
  void data(std::uint64_t first, std::uint64_t count, PacketSource source = PacketSource::line_a) { give(packet_of("S1", first, count), source); }

  std::vector<Request> recover() {
    std::vector<Request> requests;
    receiver.recover(
        now, [&](std::uint32_t server, std::uint64_t first, std::uint16_t count) { requests.push_back({server, first, count}); },
        [this](const Packet& packet) { check(packet); });
    return requests;
  }

  void check(const Packet& packet) {
    listener.take(packet);
    CHECK_EQ(listener.wrong, 0u);
  }

  MoldReceiver receiver;
  std::uint64_t now = 1'000'000'000;
  Listener listener;
  std::uint64_t& expected = listener.expected;
  std::uint64_t& delivered = listener.delivered;
  bool& skip_allowed = listener.skip_allowed;
};

}  // namespace

TEST("1_wire_in: packets in sequence are delivered as they come") {
  Harness harness;
  harness.data(1, 3);
  harness.data(4, 1);
  harness.give(control_of("S1", 5, net::mold_heartbeat));
  CHECK_EQ(harness.expected, 5u);
  CHECK(!harness.receiver.stale());
  CHECK_EQ(harness.receiver.counters().heartbeats, 1u);
}

TEST("1_wire_in: a duplicate and an overlap deliver only what is new") {
  Harness harness;
  harness.data(1, 10);
  harness.data(1, 10);
  harness.data(6, 10);
  CHECK_EQ(harness.delivered, 15u);
  CHECK_EQ(harness.receiver.counters().duplicates, 1u);
}

TEST("1_wire_in: a late packet heals the gap it left") {
  Harness harness;
  harness.data(1, 5);
  harness.data(11, 5);
  CHECK(harness.receiver.stale());
  CHECK_EQ(harness.delivered, 5u);
  harness.now += 1000;
  harness.data(6, 5);
  CHECK(!harness.receiver.stale());
  CHECK_EQ(harness.delivered, 15u);
  CHECK_EQ(harness.receiver.counters().gaps_opened, 1u);
  CHECK_EQ(harness.receiver.counters().gaps_healed, 1u);
  CHECK_EQ(harness.receiver.counters().messages_missed, 5u);
  CHECK_EQ(harness.receiver.clock().stale_nanoseconds(harness.now), 1000u);
}

TEST("1_wire_in: a gap is asked for once, again after the expiry, and from the next server") {
  MoldReceiverConfig config = Harness::small();
  config.rerequest.servers = 2;
  Harness harness(config);
  harness.data(1, 5);
  harness.data(8, 1);
  std::vector<Request> requests = harness.recover();
  REQUIRE_EQ(requests.size(), 1u);
  CHECK_EQ(requests[0].first, 6u);
  CHECK_EQ(requests[0].count, 2u);
  CHECK_EQ(requests[0].server, 0u);
  CHECK(harness.recover().empty());
  harness.now += config.rerequest.expiry;
  requests = harness.recover();
  REQUIRE_EQ(requests.size(), 1u);
  CHECK_EQ(requests[0].server, 1u);
  harness.data(6, 2, PacketSource::rerequest);
  CHECK_EQ(harness.delivered, 8u);
  CHECK(!harness.receiver.stale());
}

TEST("1_wire_in: a partial answer is followed by a request for the rest at once") {
  Harness harness;
  harness.data(1, 1);
  harness.data(12, 1);
  CHECK_EQ(harness.recover().size(), 1u);
  harness.data(2, 4, PacketSource::rerequest);
  const std::vector<Request> requests = harness.recover();
  REQUIRE(!requests.empty());
  CHECK_EQ(requests[0].first, 6u);
  CHECK_EQ(harness.delivered, 5u);
}

TEST("1_wire_in: a long gap is split into pieces, a bounded number in flight") {
  MoldReceiverConfig config = Harness::small();
  config.rerequest.in_flight = 4;
  Harness harness(config);
  harness.data(1, 1);
  harness.give(control_of("S1", 1000, net::mold_heartbeat));
  const std::vector<Request> requests = harness.recover();
  REQUIRE_EQ(requests.size(), 4u);
  for (std::size_t i = 1; i < requests.size(); ++i) CHECK_EQ(requests[i].first, requests[i - 1].first + requests[i - 1].count);
  CHECK_EQ(harness.receiver.counters().gaps_opened, 1u);
}

TEST("1_wire_in: requests are limited in rate") {
  MoldReceiverConfig config = Harness::small();
  config.rerequest.requests_per_second = 1000;
  config.rerequest.burst = 2;
  config.rerequest.in_flight = 16;
  Harness harness(config);
  harness.data(1, 1);
  harness.give(control_of("S1", 1000, net::mold_heartbeat));
  CHECK_EQ(harness.recover().size(), 2u);
  harness.now += 1'000'000;
  CHECK_EQ(harness.recover().size(), 1u);
}

TEST("1_wire_in: a heartbeat and the end of session show a loss at the tail") {
  Harness harness;
  harness.data(1, 2);
  harness.give(control_of("S1", 5, net::mold_end_of_session));
  CHECK(harness.receiver.stale());
  CHECK(!harness.receiver.ended());
  harness.data(3, 2, PacketSource::rerequest);
  CHECK(harness.receiver.ended());
}

TEST("1_wire_in: a late joiner asks for everything from 1") {
  Harness harness;
  harness.data(100, 2);
  CHECK(harness.receiver.stale());
  const std::vector<Request> requests = harness.recover();
  REQUIRE(!requests.empty());
  CHECK_EQ(requests[0].first, 1u);
  for (std::uint64_t first = 1; first < 100; first += 9)
    harness.data(first, std::min<std::uint64_t>(9, 100 - first), PacketSource::rerequest);
  CHECK_EQ(harness.delivered, 101u);
  CHECK(!harness.receiver.stale());
}

TEST("1_wire_in: joining in the middle is possible and never called complete") {
  MoldReceiverConfig config = Harness::small();
  config.join_from_start = false;
  Harness harness(config);
  harness.expected = 100;
  harness.data(100, 2);
  CHECK_EQ(harness.delivered, 2u);
  CHECK(harness.receiver.joined_mid_session());
  CHECK(harness.receiver.stale());
  CHECK(!harness.receiver.missing());
}

TEST("1_wire_in: what nobody has is given up, counted, and the books stay stale") {
  Harness harness;
  harness.data(1, 5);
  harness.data(8, 2);
  harness.data(12, 2);
  CHECK(!harness.recover().empty());
  harness.now += RerequestConfig{}.patience;
  harness.skip_allowed = true;
  (void)harness.recover();
  CHECK_EQ(harness.delivered, 9u);
  CHECK_EQ(harness.receiver.counters().messages_lost, 4u);
  CHECK_EQ(harness.receiver.counters().gaps_lost, 2u);
  CHECK(!harness.receiver.missing());
  CHECK(harness.receiver.stale());
  harness.data(14, 1);
  CHECK_EQ(harness.delivered, 10u);
  CHECK(harness.receiver.stale());
}

TEST("1_wire_in: gaps that heal behind it do not prolong the patience with the oldest") {
  Harness harness;
  harness.skip_allowed = true;
  harness.data(1, 5);
  harness.data(8, 2);
  std::uint64_t next = 10;
  for (int round = 0; round < 12; ++round) {
    harness.data(next + 1, 1);
    harness.now += RerequestConfig{}.patience / 10;
    (void)harness.recover();
    harness.data(next, 1);
    next += 2;
  }
  CHECK_EQ(harness.receiver.counters().messages_lost, 2u);
  CHECK(!harness.receiver.missing());
}

TEST("1_wire_in: a line without even heartbeats makes the books stale until it speaks again") {
  constexpr std::uint64_t second = 1'000'000'000;
  Harness harness;
  harness.receiver.note_quiet(harness.now + 60 * second);  // nothing has begun: there are no books to be wrong
  CHECK(!harness.receiver.stale());
  harness.data(1, 5);
  harness.now += 3 * second;
  harness.receiver.note_quiet(harness.now);
  CHECK(!harness.receiver.stale());
  harness.give(control_of("S1", 6, net::mold_heartbeat));
  harness.now += 4 * second;
  harness.give(packet_of("S2", 1, 1), PacketSource::rerequest);  // somebody else, and no line
  harness.receiver.note_quiet(harness.now);
  CHECK(harness.receiver.silent() && harness.receiver.stale());
  CHECK_EQ(harness.receiver.clock().stale_nanoseconds(harness.now + second), second);
  harness.now += 2 * second;
  harness.data(6, 1);
  CHECK(!harness.receiver.stale());
  CHECK_EQ(harness.receiver.clock().stale_nanoseconds(harness.now), 2 * second);
}

TEST("1_wire_in: after the end of session silence is what is expected") {
  Harness harness;
  harness.data(1, 5);
  harness.give(control_of("S1", 6, net::mold_end_of_session));
  harness.now += 60'000'000'000;
  harness.receiver.note_quiet(harness.now);
  CHECK(!harness.receiver.stale());
}

TEST("1_wire_in: a new session starts again at 1; stragglers of the old one are foreign") {
  Harness harness;
  harness.data(1, 5);
  harness.data(9, 1);
  harness.expected = 1;
  harness.give(packet_of("S2", 1, 3));
  CHECK_EQ(harness.delivered, 8u);
  CHECK_EQ(harness.receiver.counters().session_changes, 1u);
  CHECK(!harness.receiver.stale());
  harness.give(packet_of("S1", 6, 1));
  harness.give(packet_of("S3", 4, 1), PacketSource::rerequest);
  CHECK_EQ(harness.receiver.counters().foreign, 2u);
  harness.give(packet_of("S2", 4, 1));
  CHECK_EQ(harness.delivered, 9u);
}

TEST("1_wire_in: a fixed session takes no other") {
  MoldReceiverConfig config = Harness::small();
  config.session = net::MoldSession("S1");
  Harness harness(config);
  harness.give(packet_of("S2", 1, 3));
  harness.data(1, 3);
  harness.give(packet_of("S2", 4, 3));
  CHECK_EQ(harness.delivered, 3u);
  CHECK_EQ(harness.receiver.counters().foreign, 2u);
}

TEST("1_wire_in: a packet that its blocks do not fill exactly is refused whole") {
  Harness harness;
  std::vector<std::byte> cut = packet_of("S1", 1, 3);
  cut.pop_back();
  harness.give(cut);
  CHECK_EQ(harness.delivered, 0u);
  CHECK_EQ(harness.receiver.counters().malformed, 1u);
  std::vector<std::byte> longer = packet_of("S1", 1, 3);
  longer.push_back(std::byte{0});
  harness.give(longer);
  longer = control_of("S1", 1, net::mold_end_of_session);  // it would end the session
  longer.push_back(std::byte{0});
  harness.give(longer);
  CHECK(!harness.receiver.ended());
  CHECK_EQ(harness.receiver.counters().malformed, 3u);
  harness.give(control_of("S1", 0, net::mold_heartbeat));
  harness.give(control_of("S1", ~std::uint64_t{0}, net::mold_heartbeat));
  CHECK_EQ(harness.receiver.counters().malformed, 5u);
  harness.give({});
  CHECK_EQ(harness.receiver.counters().foreign, 1u);
  const std::vector<std::byte> whole = packet_of("S1", 1, 3);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    harness.give(std::vector<std::byte>(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)));
  }
  CHECK_EQ(harness.delivered, 0u);
  harness.give(whole);
  CHECK_EQ(harness.delivered, 3u);
}

TEST("1_wire_in: a hold that is full loses nothing for good") {
  MoldReceiverConfig config = Harness::small();
  config.held_packets = 4;
  Harness harness(config);
  harness.data(1, 1);
  for (std::uint64_t first = 3; first < 40; ++first) harness.data(first, 1);
  CHECK(harness.receiver.counters().held_overflow > 0);
  for (int round = 0; round < 100 && harness.receiver.missing(); ++round) {
    for (const Request& request : harness.recover()) harness.data(request.first, request.count, PacketSource::rerequest);
    harness.now += 2'000'000;
  }
  CHECK_EQ(harness.delivered, 39u);
  CHECK(!harness.receiver.stale());
}

namespace {

struct Storm {
  std::uint64_t seed;
  std::uint64_t loss_percent;
  std::size_t held_packets;
  std::size_t missing_ranges;
};

void weather(const Storm& storm) {
  constexpr std::uint64_t messages = 20'000;
  MoldReceiverConfig config;
  config.held_packets = storm.held_packets;
  config.missing_ranges = storm.missing_ranges;
  config.held_packet_bytes = 512;
  config.rerequest.servers = 2;
  Harness harness(config);
  net::PacketLoss random(0, storm.seed);
  const auto chance = [&](std::uint64_t percent) { return random.next() % 100 < percent; };
  const auto upto = [&](std::uint64_t most) { return 1 + random.next() % most; };
  struct InFlight {
    std::vector<std::byte> bytes;
    PacketSource source;
  };
  std::deque<InFlight> network;
  std::uint64_t sent = 1;
  for (int round = 0; round < 200'000 && harness.expected <= messages; ++round) {
    harness.now += upto(300'000);
    if (sent <= messages && chance(70)) {
      const std::uint64_t count = std::min(upto(30), messages + 1 - sent);
      if (!chance(storm.loss_percent)) network.push_back({packet_of("S1", sent, count), PacketSource::line_a});
      if (chance(5)) network.push_back({packet_of("S1", sent, count), PacketSource::line_a});
      sent += count;
    } else if (chance(30)) {
      network.push_back({control_of("S1", sent, net::mold_heartbeat), PacketSource::line_a});
    }
    if (network.size() > 1 && chance(10)) std::swap(network[random.next() % network.size()], network.front());
    const std::uint64_t arriving = random.next() % 4;
    for (std::uint64_t i = 0; i < arriving && !network.empty(); ++i) {
      harness.give(network.front().bytes, network.front().source);
      network.pop_front();
    }
    for (const Request& request : harness.recover()) {
      if (chance(storm.loss_percent)) continue;
      const std::uint64_t count = std::min({std::uint64_t{request.count}, upto(40), sent - request.first});
      if (request.first < sent && count > 0) network.push_back({packet_of("S1", request.first, count), PacketSource::rerequest});
    }
  }
  CHECK_EQ(harness.expected, messages + 1);
  CHECK_EQ(harness.delivered, messages);
  const MoldReceiverCounters& counters = harness.receiver.counters();
  CHECK_EQ(counters.messages_lost, 0u);
  for (int round = 0; round < 100 && !network.empty(); ++round) {
    harness.give(network.front().bytes, network.front().source);
    network.pop_front();
  }
  CHECK_EQ(counters.gaps_opened, counters.gaps_healed);
  CHECK(!harness.receiver.stale());
}

}  // namespace

TEST("1_wire_in: every message once and in order, whatever the network does") {
  std::uint64_t seed = 1;
  for (const std::uint64_t loss : {0, 1, 5, 30}) {
    for (const std::size_t held : {8, 64, 4096}) {
      for (const std::size_t ranges : {2, 16, 1024}) weather({seed++, loss, held, ranges});
    }
  }
}
