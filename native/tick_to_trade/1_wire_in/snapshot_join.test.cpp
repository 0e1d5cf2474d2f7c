// Joining a session in the middle, and gaps nobody fills: a pretended snapshot server, live packets that arrive meanwhile, and books that
// are nothing but the set of messages applied. What counts: every message once, from the snapshot or live, and none missed at the seam.
#include "tick_to_trade/1_wire_in/snapshot_join.hpp"

#include <set>
#include <vector>

#include "net/packet_loss.hpp"
#include "test_support/test.hpp"
#include "tick_to_trade/1_wire_in/mold_scenario.hpp"

using namespace hopwire;
using namespace hopwire::feed;
using namespace hopwire::feed::scenario;

namespace {

// Brings messages 1 to `upto` of the server, a few at each poll.
struct PretendedClient {
  enum class State { idle, connecting, loading, complete, failed };
  struct Server {
    std::uint64_t last = 0;        // highest sequence published
    std::size_t per_poll = 3;
    std::uint64_t fail_after = 0;  // messages; 0: never
    int starts = 0;
  };

  explicit PretendedClient(Server& which) : server(which) {}

  void start(std::uint64_t) {
    ++server.starts;
    now = State::loading;
    upto = server.last;
    sent = 0;
  }
  template <class F>
  std::size_t poll(std::uint64_t, F&& message) {
    std::size_t taken = 0;
    for (; taken < server.per_poll && sent < upto && now == State::loading; ++taken) {
      if (server.fail_after != 0 && sent == server.fail_after) {
        server.fail_after = 0;
        now = State::failed;
        return taken;
      }
      std::byte bytes[8];
      core::store_be<std::uint64_t>(bytes, ++sent);
      message(std::span<const std::byte>(bytes));
    }
    if (sent == upto && now == State::loading) now = State::complete;
    return taken;
  }
  [[nodiscard]] State state() const { return now; }
  [[nodiscard]] std::uint64_t sequence() const { return upto + 1; }
  [[nodiscard]] const char* reason() const { return "the server went away"; }

  Server& server;
  State now = State::idle;
  std::uint64_t upto = 0;
  std::uint64_t sent = 0;
};

// What a book set would be: emptied by a snapshot, then every message applied.
struct Applied {
  void take(const Packet& packet) {
    if (packet.begins_snapshot) {
      messages.clear();
      ++begun;
    }
    const std::byte* block = packet.blocks;
    for (std::uint32_t i = 0; i < packet.message_count; ++i) {
      std::uint64_t sequence = packet.first_sequence + i;
      if (packet.source == PacketSource::snapshot) sequence = core::load_be<std::uint64_t>(block + net::mold_block_prefix);
      if (!messages.insert(sequence).second) ++twice;
      block += net::mold_block_prefix + net::mold_block_length(block);
    }
  }
  [[nodiscard]] bool whole(std::uint64_t last) const {
    return twice == 0 && messages.size() == last && (last == 0 || (*messages.begin() == 1 && *messages.rbegin() == last));
  }
  std::set<std::uint64_t> messages;
  std::uint64_t twice = 0;
  int begun = 0;
};

class Harness {
 public:
  explicit Harness(const MoldReceiverConfig& config = small()) : receiver(config), join(retry, server) {}

  static constexpr std::uint64_t retry = 10'000'000;

  static MoldReceiverConfig small() {
    MoldReceiverConfig config;
    config.snapshot = true;
    config.snapshot_gap = 50;
    config.held_packets = 16;
    config.missing_ranges = 16;
    config.rerequest.servers = 1;
    return config;
  }

  void publish(std::uint64_t count) { server.last += count; }
  void data(std::uint64_t first, std::uint64_t count, PacketSource source = PacketSource::line_a) {
    receiver.accept(packet_of("S1", first, count), {.tsc = 1, .source = source}, now, [this](const Packet& p) { applied.take(p); });
    check();
  }
  std::vector<Request> poll() {
    std::vector<Request> requests;
    receiver.recover(
        now, [&](std::uint32_t by, std::uint64_t first, std::uint16_t count) { requests.push_back({by, first, count}); },
        [this](const Packet& p) { applied.take(p); });
    (void)join.poll(receiver, now, 1, [this](const Packet& p) {
      CHECK(p.source != PacketSource::snapshot || receiver.stale());
      applied.take(p);
    });
    check();
    return requests;
  }
  // Whatever is called good is whole up to the sequence it is said to be true at.
  void check() const {
    if (receiver.state() == ChannelState::good && receiver.started()) CHECK(applied.whole(receiver.next_sequence() - 1));
  }

  PretendedClient::Server server;
  MoldReceiver receiver;
  SnapshotJoin<PretendedClient> join;
  Applied applied;
  std::uint64_t now = 1'000'000'000;
};

}  // namespace

TEST("snapshot: joining in the middle of the day loads, then goes on live from the right message") {
  Harness harness;
  harness.publish(1000);
  harness.data(1001, 2);
  CHECK(harness.receiver.stale());
  harness.publish(2);
  (void)harness.poll();
  CHECK_EQ(harness.applied.begun, 1);
  harness.data(1003, 4);  // while it loads
  harness.publish(4);
  for (int round = 0; round < 1000 && harness.receiver.snapshot_wanted(); ++round) (void)harness.poll();
  CHECK(harness.receiver.state() == ChannelState::good);
  CHECK_EQ(harness.receiver.next_sequence(), 1007u);
  CHECK(harness.applied.whole(1006));
  CHECK_EQ(harness.receiver.counters().snapshots, 1u);
  CHECK_EQ(harness.receiver.counters().gaps_bridged, 1u);
  CHECK_EQ(harness.receiver.counters().messages_bridged, 1002u);
  CHECK_EQ(harness.receiver.counters().messages, 4u);
  harness.data(1007, 1);
  CHECK(harness.applied.whole(1007));
}

TEST("snapshot: the message with exactly the snapshot's sequence is the first to be applied") {
  for (const std::uint64_t behind : {0, 1, 2}) {
    Harness harness;
    harness.publish(200 + behind);
    harness.data(201, 3);
    for (int round = 0; round < 1000 && harness.receiver.snapshot_wanted() | (round == 0); ++round) (void)harness.poll();
    CHECK_EQ(harness.receiver.counters().messages, 3 - behind);
    CHECK(harness.applied.whole(203));
  }
}

TEST("snapshot: one that reaches further than the line waits for the line") {
  Harness harness;
  harness.publish(500);
  harness.data(300, 2);
  for (int round = 0; round < 1000 && (harness.receiver.snapshot_wanted() || round == 0); ++round) (void)harness.poll();
  CHECK_EQ(harness.receiver.next_sequence(), 501u);
  CHECK(harness.receiver.state() == ChannelState::good);
  harness.data(302, 100);
  harness.data(402, 100);
  CHECK(harness.applied.whole(501));
}

TEST("snapshot: a small gap is re-requested, and only past patience is a snapshot taken") {
  Harness harness;
  harness.publish(20);
  harness.data(1, 5);
  harness.data(11, 10);
  CHECK_EQ(harness.poll().size(), 1u);
  CHECK(!harness.receiver.snapshot_wanted());
  harness.now += RerequestConfig{}.patience;
  (void)harness.poll();
  CHECK(harness.receiver.snapshot_wanted());
  CHECK_EQ(harness.receiver.counters().messages_lost, 0u);
  for (int round = 0; round < 100 && harness.receiver.snapshot_wanted(); ++round) (void)harness.poll();
  CHECK(harness.receiver.state() == ChannelState::good);
  CHECK(harness.applied.whole(20));
}

TEST("snapshot: a late answer wins while nothing of the snapshot was taken yet") {
  Harness harness;
  harness.server.per_poll = 0;
  harness.publish(20);
  harness.data(1, 5);
  harness.data(11, 10);
  (void)harness.poll();
  harness.now += RerequestConfig{}.patience;
  (void)harness.poll();
  CHECK(harness.join.running());
  harness.data(6, 5, PacketSource::rerequest);
  CHECK(!harness.receiver.snapshot_wanted());
  CHECK(harness.receiver.state() == ChannelState::good);
  harness.server.per_poll = 100;
  (void)harness.poll();
  CHECK(!harness.join.running());
  CHECK_EQ(harness.applied.begun, 0);
  CHECK_EQ(harness.receiver.counters().snapshots, 0u);
}

TEST("snapshot: a failure half way keeps the books stale and is tried again later") {
  Harness harness;
  harness.server.fail_after = 7;
  harness.publish(100);
  harness.data(101, 1);
  harness.publish(1);
  for (int round = 0; round < 10; ++round) (void)harness.poll();
  CHECK_EQ(harness.join.failures(), 1u);
  CHECK_EQ(std::string_view(harness.join.reason()), "the server went away");
  CHECK_EQ(harness.server.starts, 1);
  CHECK(harness.receiver.stale());
  harness.data(1, 100, PacketSource::rerequest);  // the books hold half a snapshot: nothing live may be applied to them
  CHECK(harness.receiver.stale());
  harness.now += Harness::retry;
  for (int round = 0; round < 1000 && harness.receiver.stale(); ++round) (void)harness.poll();
  CHECK_EQ(harness.server.starts, 2);
  CHECK_EQ(harness.applied.begun, 2);
  CHECK(harness.applied.whole(101));
}

TEST("snapshot: more live packets than can be held push out the oldest; what is then missing is asked for") {
  Harness harness;
  harness.publish(100);
  harness.data(101, 1);
  harness.publish(1);
  harness.server.per_poll = 1;
  for (std::uint64_t sequence = 102; sequence < 160; ++sequence) {
    (void)harness.poll();
    harness.data(sequence, 1);
    harness.publish(1);
  }
  CHECK(harness.receiver.stale());
  for (int round = 0; round < 1000 && harness.receiver.snapshot_wanted(); ++round) (void)harness.poll();
  CHECK(harness.receiver.missing());  // the snapshot is older than the oldest packet held
  for (int round = 0; round < 100 && harness.receiver.missing(); ++round) {
    for (const Request& request : harness.poll()) harness.data(request.first, request.count, PacketSource::rerequest);
    harness.now += 10'000'000;
  }
  CHECK(harness.receiver.state() == ChannelState::good);
  CHECK(harness.applied.whole(159));
}

TEST("snapshot: what was heard of while the list of ranges was full is asked for as soon as the snapshot makes room") {
  MoldReceiverConfig config = Harness::small();
  config.missing_ranges = 4;
  Harness harness(config);
  harness.publish(255);
  harness.receiver.accept(control_of("S1", 110, net::mold_heartbeat), {.tsc = 1}, harness.now, [](const Packet&) {});
  CHECK_EQ(harness.poll().size(), 4u);  // in pieces: there is no room for the next gap
  harness.receiver.accept(control_of("S1", 256, net::mold_heartbeat), {.tsc = 1}, harness.now, [](const Packet&) {});
  CHECK_EQ(harness.receiver.known_end(), 110u);
  harness.receiver.begin_snapshot(harness.now);
  CHECK(harness.receiver.finish_snapshot(190, harness.now, [](const Packet&) {}));
  CHECK_EQ(harness.receiver.known_end(), 256u);
  CHECK(harness.receiver.missing());
  CHECK(harness.receiver.state() == ChannelState::stale);
}

TEST("snapshot: of a session that ended meanwhile it is worth nothing") {
  Harness harness;
  harness.publish(100);
  harness.data(101, 1);
  (void)harness.poll();
  CHECK(harness.join.running());
  harness.applied.messages.clear();
  harness.receiver.accept(packet_of("S2", 1, 3), {.tsc = 1}, harness.now, [&](const Packet& p) { harness.applied.take(p); });
  for (int round = 0; round < 100 && harness.join.running(); ++round) (void)harness.poll();
  CHECK(harness.receiver.state() == ChannelState::good);
  CHECK_EQ(harness.receiver.counters().snapshots, 0u);
  CHECK(harness.applied.whole(3));
}

TEST("snapshot: in any weather the books that are called good are whole") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    MoldReceiverConfig config = Harness::small();
    config.rerequest.servers = seed % 2;  // with and without somebody to ask
    config.rerequest.patience = 20'000'000;
    config.rerequest.patience_unserved = 5'000'000;
    Harness harness(config);
    harness.server.per_poll = 40;
    net::PacketLoss random(0, seed);
    const std::uint64_t joined = 1 + random.next() % 300;
    harness.publish(joined - 1);
    std::uint64_t sent = joined;
    for (int round = 0; round < 20'000 && (sent < 4000 || harness.receiver.next_sequence() != sent); ++round) {
      harness.now += random.next() % 1'000'000;
      const std::uint64_t count = 1 + random.next() % 9;
      if (sent < 4000 && random.next() % 4 != 0) {
        if (random.next() % 100 >= 10) harness.data(sent, count);
        sent += count;
        harness.publish(count);
      } else if (sent >= 4000) {
        harness.receiver.accept(control_of("S1", sent, net::mold_heartbeat), {.tsc = 1}, harness.now, [](const Packet&) {});
      }
      if (random.next() % 300 == 0) harness.server.fail_after = 1 + random.next() % 100;
      for (const Request& request : harness.poll()) {
        const std::uint64_t known = std::min<std::uint64_t>(request.count, sent - request.first);
        if (random.next() % 100 >= 30 && known != 0) harness.data(request.first, known, PacketSource::rerequest);
      }
    }
    CHECK(harness.receiver.state() == ChannelState::good);
    CHECK(harness.applied.whole(sent - 1));
    CHECK_EQ(harness.receiver.counters().messages_lost, 0u);
  }
}
