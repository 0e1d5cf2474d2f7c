// Whom to ask: what makes a server dead and alive again, and how seldom a dead one is asked. The storm holds the schedule against servers
// that die and come back, and wants every gap healed by whoever lives, at a bounded number of requests to whoever does not.
#include "tick_to_trade/1_wire_in/rerequest_servers.hpp"

#include <deque>
#include <vector>

#include "net/packet_loss.hpp"
#include "test_support/test.hpp"
#include "tick_to_trade/1_wire_in/mold_receiver.hpp"
#include "tick_to_trade/1_wire_in/mold_scenario.hpp"

using namespace hopwire;
using namespace hopwire::feed;
using namespace hopwire::feed::scenario;

namespace {

constexpr std::uint32_t nobody = RerequestServers::nobody;

struct Harness {
  explicit Harness(std::uint32_t servers) : receiver(config_of(servers)) {}

  static MoldReceiverConfig config_of(std::uint32_t servers) {
    MoldReceiverConfig config;
    config.held_packets = 64;
    config.missing_ranges = 32;
    config.rerequest.servers = servers;
    config.rerequest.patience = 60'000'000'000;
    config.silence = 0;
    return config;
  }

  void give(const std::vector<std::byte>& bytes, PacketSource source = PacketSource::line_a, std::uint32_t server = 0) {
    receiver.accept(bytes, {.tsc = 1, .source = source, .server = server}, now, [this](const Packet& packet) { listener.take(packet); });
  }
  std::vector<Request> recover() {
    std::vector<Request> requests;
    receiver.recover(
        now, [&](std::uint32_t server, std::uint64_t first, std::uint16_t count) { requests.push_back({server, first, count}); },
        [this](const Packet& packet) { listener.take(packet); });
    return requests;
  }
  // Every 100 us for so long; requests by server.
  std::vector<std::size_t> pass(std::uint64_t nanoseconds, std::size_t servers) {
    std::vector<std::size_t> asked(servers, 0);
    for (const std::uint64_t end = now + nanoseconds; now < end; now += 100'000) {
      for (const Request& request : recover()) ++asked[request.server];
    }
    return asked;
  }

  MoldReceiver receiver;
  std::uint64_t now = 1'000'000'000;
  Listener listener;
};

}  // namespace

TEST("servers: one is down after four requests without a sign of life, is tried at growing intervals, and up with its first word") {
  RerequestServers servers(1, {.down_after = 4, .down_silence = 0, .down_first = 10, .down_most = 40});
  std::uint64_t now = 1'000;
  for (int i = 0; i < 4; ++i) {
    CHECK_EQ(servers.choose(0, now), 0u);
    servers.asked(0, now);
    CHECK(!servers.down(0));
    servers.expired(0, now, now + 2);
    now += 2;
  }
  CHECK(servers.down(0));
  CHECK_EQ(servers.down_count(), 1u);
  CHECK_EQ(servers.counters(0).downs, 1u);
  std::vector<std::uint64_t> trials;
  for (const std::uint64_t from = now; now < from + 200; ++now) {
    if (servers.choose(0, now) == nobody) continue;
    trials.push_back(now - from);
    servers.asked(0, now);
  }
  CHECK(trials == (std::vector<std::uint64_t>{10, 20, 40, 80, 120, 160}));
  servers.heard(0, now);
  CHECK(!servers.down(0));
  CHECK_EQ(servers.choose(0, now), 0u);
  CHECK_EQ(servers.counters(0).answers, 1u);
  CHECK_EQ(servers.counters(0).requests, 10u);
  servers.heard(7, now);  // none of ours: nothing happens
}

TEST("servers: an answer to another request since shows that a server lives") {
  RerequestServers servers(1, {.down_after = 2, .down_silence = 4, .down_first = 10, .down_most = 40});
  for (std::uint64_t now = 100; now < 200; now += 10) {
    servers.asked(0, now);
    servers.heard(0, now + 1);
    servers.expired(0, now, now + 2);
    CHECK(!servers.down(0));
  }
  servers.asked(0, 300);
  servers.expired(0, 300, 302);
  servers.asked(0, 302);
  servers.expired(0, 302, 304);
  CHECK(servers.down(0));
}

TEST("servers: however many requests expire, one that has been silent for a moment only is not dead") {
  RerequestServers servers(1, {.down_after = 4, .down_silence = 50, .down_first = 10, .down_most = 40});
  for (std::uint64_t now = 100; now < 140; ++now) {
    servers.asked(0, now);
    servers.expired(0, now, now + 9);
    CHECK(!servers.down(0));
  }
  servers.expired(0, 139, 150);
  CHECK(servers.down(0));
}

TEST("servers: a dead one is asked a few times a second, beside the living one, and never instead of it") {
  Harness harness(2);
  std::size_t dead_requests = 0;
  std::uint64_t sequence = 1;
  for (int gap = 0; gap < 400; ++gap) {
    harness.give(packet_of("S1", sequence, 1));
    harness.give(packet_of("S1", sequence + 2, 1));
    const bool was_down = harness.receiver.servers().down(0);
    bool healed = false;
    for (int turn = 0; turn < 200 && !healed; ++turn, harness.now += 100'000) {
      for (const Request& request : harness.recover()) {
        if (request.server == 0) {
          ++dead_requests;
        } else {
          harness.give(packet_of("S1", request.first, request.count), PacketSource::rerequest, 1);
        }
      }
      healed = !harness.receiver.missing();
      if (was_down && turn == 0) CHECK(healed);  // the first request went to the one that lives
    }
    CHECK(healed);
    sequence += 3;
    harness.now += 10'000'000;
  }
  CHECK_EQ(harness.listener.wrong, 0u);
  CHECK_EQ(harness.listener.delivered, 1'200u);
  CHECK(dead_requests <= 20);  // four seconds: once a second and the first few
  CHECK(harness.receiver.servers().counters(1).answers >= 400);
}

TEST("servers: with all of them dead requests all but cease, and the first answer heals everything") {
  Harness harness(2);
  harness.give(packet_of("S1", 1, 1));
  harness.give(control_of("S1", 1'000, net::mold_heartbeat));
  (void)harness.pass(200'000'000, 2);
  CHECK_EQ(harness.receiver.servers().down_count(), 2u);
  const std::vector<std::size_t> asked = harness.pass(10'000'000'000, 2);
  CHECK(asked[0] >= 8 && asked[0] <= 16);
  CHECK(asked[1] >= 8 && asked[1] <= 16);
  CHECK(harness.receiver.stale());
  for (int turn = 0; turn < 20'000 && harness.receiver.missing(); ++turn, harness.now += 100'000) {
    for (const Request& request : harness.recover()) {
      if (request.server == 1) harness.give(packet_of("S1", request.first, request.count), PacketSource::rerequest, 1);
    }
  }
  CHECK(!harness.receiver.missing());
  CHECK(!harness.receiver.stale());
  CHECK(!harness.receiver.servers().down(1));
  CHECK_EQ(harness.listener.delivered, 999u);
  CHECK_EQ(harness.listener.wrong, 0u);
}

TEST("servers: whatever dies and comes back, gaps heal while anybody lives, and the dead are left in peace") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    net::PacketLoss dice(0, seed);
    const auto below = [&](std::uint64_t bound) { return dice.next() % bound; };
    const std::uint32_t count = 1 + static_cast<std::uint32_t>(below(4));
    Harness harness(count);
    std::vector<std::uint64_t> dead_until(count, 0);
    std::vector<std::uint64_t> requests_while_dead(count, 0);
    std::vector<std::uint64_t> dead_for(count, 0);
    std::uint64_t next = 1;
    for (int step = 0; step < 20'000; ++step, harness.now += 200'000) {
      if (step < 19'000 && below(4) == 0) {
        next += below(10) == 0 ? 1 + below(40) : 0;  // lost
        harness.give(packet_of("S1", next, 1));
        ++next;
      }
      for (std::uint32_t server = 0; server < count; ++server) {
        if (dead_until[server] > harness.now) dead_for[server] += 200'000;
        if (step < 15'000 && below(3'000) == 0) dead_until[server] = harness.now + below(500) * 1'000'000;
      }
      for (const Request& request : harness.recover()) {
        if (dead_until[request.server] > harness.now) {
          ++requests_while_dead[request.server];
        } else if (below(20) != 0) {
          harness.give(packet_of("S1", request.first, request.count), PacketSource::rerequest, request.server);
        }
      }
    }
    CHECK_EQ(harness.listener.wrong, 0u);
    CHECK_EQ(harness.listener.delivered, next - 1);
    CHECK(!harness.receiver.stale());
    for (std::uint32_t server = 0; server < count; ++server) {
      // A burst of what was in flight when it died, each time, and the trials.
      CHECK(requests_while_dead[server] <= 200 * (1 + harness.receiver.servers().counters(server).downs) + dead_for[server] / 5'000'000);
    }
  }
}
