// Two lines of one stream, packed differently, each losing and delaying on its own: what is delayed, what is stale, what each line is told
// to have done, and how much later its copies came.
#include <deque>
#include <vector>

#include "core/hdr_read.hpp"
#include "net/packet_loss.hpp"
#include "test_support/test.hpp"
#include "tick_to_trade/1_wire_in/mold_receiver.hpp"
#include "tick_to_trade/1_wire_in/mold_scenario.hpp"

using namespace hopwire;
using namespace hopwire::feed;
using namespace hopwire::feed::scenario;

namespace {

constexpr auto a = PacketSource::line_a;
constexpr auto b = PacketSource::line_b;
constexpr std::uint64_t wait = 1'000'000;

class TwoLines {
 public:
  TwoLines() : receiver(config()) {}

  static MoldReceiverConfig config() {
    MoldReceiverConfig config;
    config.lines = 2;
    config.held_packets = 64;
    config.missing_ranges = 32;
    config.rerequest.servers = 1;
    config.rerequest.wait = wait;
    return config;
  }

  void give(PacketSource line, const std::vector<std::byte>& bytes) {
    receiver.accept(bytes, {.tsc = 1, .source = line}, now, [this](const Packet& packet) { listener.take(packet); });
    CHECK_EQ(listener.wrong, 0u);
  }
  void data(PacketSource line, std::uint64_t first, std::uint64_t count) { give(line, packet_of("S1", first, count)); }
  std::vector<Request> recover() {
    std::vector<Request> requests;
    receiver.recover(
        now, [&](std::uint32_t server, std::uint64_t first, std::uint16_t count) { requests.push_back({server, first, count}); },
        [this](const Packet& packet) { listener.take(packet); });
    return requests;
  }
  [[nodiscard]] const LineCounters& line(PacketSource source) const { return receiver.lines().counters(line_index(source)); }

  MoldReceiver receiver;
  Listener listener;
  std::uint64_t now = 1'000'000'000;
};

struct Skew {
  std::vector<std::uint32_t> counts = std::vector<std::uint32_t>(core::Histogram::bucket_count);
  double total = 0;
  double min = 0;
  double max = 0;
  core::Histogram histogram{counts.data(), &total, &min, &max};
};

}  // namespace

TEST("arbitration: the first copy wins, whatever its packetisation") {
  TwoLines lines;
  lines.data(a, 1, 10);
  lines.data(b, 1, 4);
  lines.data(b, 5, 10);  // 11 to 14 are new
  lines.data(a, 11, 10);
  CHECK_EQ(lines.listener.delivered, 20u);
  CHECK_EQ(lines.line(a).first_messages, 16u);
  CHECK_EQ(lines.line(b).first_messages, 4u);
  CHECK_EQ(lines.line(b).duplicates, 1u);
  CHECK_EQ(lines.line(a).messages, 20u);
  CHECK_EQ(lines.line(b).messages, 14u);
  CHECK_EQ(lines.receiver.counters().gaps_opened, 0u);
}

TEST("arbitration: what one line lost is delayed, not stale, and asked of nobody, until the other brings it") {
  TwoLines lines;
  lines.data(a, 1, 5);
  lines.data(b, 1, 5);
  lines.data(a, 8, 2);
  CHECK(lines.receiver.delayed());
  CHECK(!lines.receiver.stale());
  CHECK_EQ(lines.receiver.next_sequence(), 6u);
  lines.now += wait - 1;
  CHECK(lines.recover().empty());
  CHECK(lines.receiver.delayed());
  lines.data(b, 6, 4);
  CHECK(lines.receiver.state() == ChannelState::good);
  CHECK_EQ(lines.listener.delivered, 9u);
  CHECK_EQ(lines.line(a).gaps, 1u);
  CHECK_EQ(lines.line(a).messages_missed, 2u);
  CHECK_EQ(lines.line(b).gaps, 0u);
  CHECK_EQ(lines.line(b).first_messages, 2u);
  CHECK_EQ(lines.receiver.clock().delayed_nanoseconds(lines.now), wait - 1);
  CHECK_EQ(lines.receiver.clock().stale_nanoseconds(lines.now), 0u);
  CHECK_EQ(lines.receiver.clock().delayed_count(), 1u);
}

TEST("arbitration: a gap on both lines is stale and asked for at once") {
  TwoLines lines;
  lines.data(a, 1, 5);
  lines.data(b, 1, 5);
  lines.data(a, 8, 2);
  CHECK(lines.receiver.delayed());
  lines.now += 500;
  lines.data(b, 7, 1);  // 6 is missing on both; 7 came on this one only
  CHECK(lines.receiver.stale());
  const std::vector<Request> requests = lines.recover();
  REQUIRE_EQ(requests.size(), 1u);
  CHECK_EQ(requests[0].first, 6u);
  CHECK_EQ(requests[0].count, 1u);
  lines.now += 700;
  lines.data(PacketSource::rerequest, 6, 1);
  CHECK(lines.receiver.state() == ChannelState::good);
  CHECK_EQ(lines.listener.delivered, 9u);
  CHECK_EQ(lines.receiver.clock().delayed_nanoseconds(lines.now), 500u);
  CHECK_EQ(lines.receiver.clock().stale_nanoseconds(lines.now), 700u);
}

TEST("arbitration: past the wait a gap is stale and asked for, and a late packet still heals it") {
  TwoLines lines;
  lines.data(a, 1, 5);
  lines.data(b, 1, 5);
  lines.data(a, 8, 2);
  lines.now += wait;
  CHECK_EQ(lines.recover().size(), 1u);
  CHECK(lines.receiver.stale());
  lines.data(b, 6, 4);
  CHECK(lines.receiver.state() == ChannelState::good);
  CHECK_EQ(lines.receiver.counters().gaps_healed, 1u);
}

TEST("arbitration: a heartbeat of the other line confirms a gap as a packet does") {
  TwoLines lines;
  lines.data(a, 1, 5);
  lines.data(b, 1, 5);
  lines.data(a, 8, 1);
  lines.give(b, control_of("S1", 9, net::mold_heartbeat));
  CHECK(lines.receiver.stale());
}

TEST("arbitration: a line that never spoke can fill nothing for long: silent, an alarm, and no longer waited for") {
  TwoLines lines;
  lines.data(a, 1, 5);
  lines.now += 4'000'000'000;
  lines.data(a, 6, 1);
  lines.receiver.note_quiet(lines.now, a);
  lines.receiver.note_quiet(lines.now, b);
  CHECK(!lines.receiver.lines().silent(line_index(a)));
  CHECK(lines.receiver.lines().silent(line_index(b)));
  CHECK_EQ(lines.line(b).silences, 1u);
  CHECK(lines.receiver.state() == ChannelState::good);  // one line that speaks is enough
  lines.data(a, 9, 1);
  CHECK(lines.receiver.stale());
  lines.data(b, 1, 9);
  CHECK(!lines.receiver.lines().any_silent());
  CHECK(lines.receiver.state() == ChannelState::good);
}

TEST("arbitration: both lines silent make the books stale") {
  TwoLines lines;
  lines.data(a, 1, 5);
  lines.data(b, 1, 5);
  lines.now += 4'000'000'000;
  lines.receiver.note_quiet(lines.now, a);
  CHECK(!lines.receiver.stale());
  lines.receiver.note_quiet(lines.now, b);
  CHECK(lines.receiver.silent() && lines.receiver.stale());
  lines.give(b, control_of("S1", 6, net::mold_heartbeat));
  CHECK(!lines.receiver.stale());
}

TEST("arbitration: skew is how much later the second copy came, on the line that was late") {
  TwoLines lines;
  Skew skew_a;
  Skew skew_b;
  lines.receiver.record_skew_into(a, skew_a.histogram);
  lines.receiver.record_skew_into(b, skew_b.histogram);
  lines.data(a, 1, 10);
  lines.now += 300;
  lines.data(b, 1, 4);  // 300 later
  lines.now += 200;
  lines.data(b, 5, 8);  // 5 to 10 are 500 later, 11 and 12 are first
  lines.now += 40;
  lines.data(a, 11, 2);  // 40 later
  CHECK_EQ(skew_b.total, 2.0);
  CHECK_EQ(skew_b.min, 300.0);
  CHECK_EQ(skew_b.max, 500.0);
  CHECK_EQ(skew_a.total, 1.0);
  CHECK_EQ(skew_a.max, 40.0);
}

TEST("arbitration: skew memory is bounded, and a line behind it is counted") {
  TwoLines lines;
  Skew skew;
  lines.receiver.record_skew_into(b, skew.histogram);
  for (std::uint64_t sequence = 1; sequence <= 6000; ++sequence) lines.data(a, sequence, 1);
  lines.data(b, 1, 1);
  CHECK_EQ(lines.line(b).skew_unknown, 1u);
  lines.data(b, 5000, 1);
  CHECK_EQ(skew.total, 1.0);
}

TEST("arbitration: a new session begins on either line; the other follows") {
  TwoLines lines;
  lines.data(a, 1, 5);
  lines.data(b, 1, 5);
  lines.listener.expected = 1;
  lines.give(b, packet_of("S2", 1, 3));
  lines.give(a, packet_of("S1", 6, 1));  // a straggler
  lines.give(a, packet_of("S2", 1, 4));
  CHECK_EQ(lines.listener.delivered, 9u);
  CHECK_EQ(lines.receiver.counters().session_changes, 1u);
  CHECK_EQ(lines.receiver.counters().foreign, 1u);
  CHECK(lines.receiver.state() == ChannelState::good);
  CHECK_EQ(lines.line(a).gaps, 0u);
}

namespace {

// Lossy, late lines of different packet sizes and a server. Whenever the state is said to be good, nothing heard of is missing; whenever a
// message is missing on both lines and both have spoken of later ones, it is stale.
void weather(std::uint64_t seed, std::uint64_t loss_percent) {
  constexpr std::uint64_t messages = 20'000;
  TwoLines lines;
  net::PacketLoss random(0, seed);
  const auto chance = [&](std::uint64_t percent) { return random.next() % 100 < percent; };
  struct InFlight {
    std::vector<std::byte> bytes;
    PacketSource source;
    std::uint64_t due;
  };
  std::deque<InFlight> network;
  std::uint64_t sent[2] = {1, 1};
  std::uint64_t passed[2] = {0, 0};  // one past what each line has spoken of, as we saw it arrive
  for (int round = 0; round < 200'000 && lines.listener.expected <= messages; ++round) {
    lines.now += 1 + random.next() % 100'000;
    for (std::size_t line = 0; line < 2; ++line) {
      const std::uint64_t count = std::min(1 + random.next() % (line == 0 ? 30 : 11), messages + 1 - sent[line]);
      if (count == 0) {
        if (chance(20)) network.push_back({control_of("S1", sent[line], net::mold_heartbeat), line_at(line), lines.now});
      } else if (sent[line] < sent[1 - line] + 200) {
        if (!chance(loss_percent)) network.push_back({packet_of("S1", sent[line], count), line_at(line), lines.now + random.next() % 300'000});
        sent[line] += count;
      }
    }
    for (std::size_t i = 0; i < network.size();) {
      if (network[i].due > lines.now) {
        ++i;
        continue;
      }
      const InFlight packet = network[i];
      network.erase(network.begin() + static_cast<std::ptrdiff_t>(i));
      const net::MoldHeader header = net::read_mold_header(packet.bytes.data());
      if (is_line(packet.source)) {
        std::uint64_t& high = passed[line_index(packet.source)];
        high = std::max(high, header.sequence + header.message_count);
      }
      lines.give(packet.source, packet.bytes);
      const std::uint64_t next = lines.receiver.next_sequence();
      if (lines.receiver.state() == ChannelState::good) CHECK(next >= passed[0] && next >= passed[1]);
      if (next < passed[0] && next < passed[1]) CHECK(lines.receiver.stale());
      if (lines.receiver.missing() == (lines.receiver.state() == ChannelState::good)) CHECK(false);
    }
    for (const Request& request : lines.recover()) {
      if (chance(loss_percent)) continue;
      const std::uint64_t known = std::max(sent[0], sent[1]);
      const std::uint64_t count = std::min<std::uint64_t>(request.count, known - request.first);
      network.push_back({packet_of("S1", request.first, count), PacketSource::rerequest, lines.now + 200'000});
    }
  }
  CHECK_EQ(lines.listener.delivered, messages);
  CHECK_EQ(lines.receiver.counters().messages_lost, 0u);
  CHECK_EQ(lines.receiver.counters().gaps_opened, lines.receiver.counters().gaps_healed);
  CHECK(lines.receiver.state() == ChannelState::good);
  if (loss_percent != 0) CHECK(lines.receiver.clock().delayed_count() > 0);
  const std::uint64_t first = lines.line(a).first_messages + lines.line(b).first_messages;
  CHECK(first <= messages);
  CHECK(first > messages / 10);
}

}  // namespace

TEST("arbitration: good, delayed and stale are said rightly in any weather, and nothing is lost") {
  std::uint64_t seed = 11;
  for (const std::uint64_t loss : {0, 2, 5, 30}) {
    for (int round = 0; round < 3; ++round) weather(seed++, loss);
  }
}
