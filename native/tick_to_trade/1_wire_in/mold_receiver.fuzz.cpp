// Any packets in any order, well formed or not, from lines and from a server that may lie: nothing is read outside a packet, sequences
// rise by one within a session unless messages were given up and counted, and the receiver always knows whether it is stale. The first byte
// of the input says whether there are one or two lines, and whether somebody takes snapshots (which begin, end and lie at any moment).
//
// Input: records of {u8 kind, u8 a, u8 b, u8 c}. Most kinds build a packet from small numbers, so that gaps, overlaps and ends are met
// often; one takes the bytes that follow as a packet as they are.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "tick_to_trade/1_wire_in/mold_receiver.hpp"

using namespace hopwire;
using namespace hopwire::feed;

namespace {

using Bytes = std::vector<std::byte>;

class Session {
 public:
  explicit Session(std::uint8_t kind) : receiver_(small(kind)) {}

  void give(const Bytes& packet, PacketSource source) {
    Bytes exact(packet.begin(), packet.end());  // its own block: one byte too far is seen
    receiver_.accept(exact, {.tsc = now_, .source = source}, now_, [this](const Packet& p) { take(p); });
    note_session();
    check();
  }
  void pass_time(std::uint64_t nanoseconds) {
    now_ += nanoseconds;
    receiver_.recover(
        now_,
        [this](std::uint32_t server, std::uint64_t first, std::uint16_t count) {
          if (server >= 2 || count == 0 || first < receiver_.next_sequence() || first + count > receiver_.known_end()) std::abort();
        },
        [this](const Packet& p) { take(p); });
    check();
  }
  void quiet(std::uint64_t nanoseconds, PacketSource line) {
    now_ += nanoseconds;
    receiver_.note_quiet(now_, line);
    check();
  }
  void begin_snapshot() {
    if (receiver_.snapshot_wanted()) receiver_.begin_snapshot(now_);
    check();
  }
  // The sequence may be anything.
  void finish_snapshot(std::uint64_t sequence) {
    if (!receiver_.snapshot_wanted()) return;
    receiver_.begin_snapshot(now_);
    jumped_ = true;
    if (!receiver_.finish_snapshot(sequence, now_, [this](const Packet& p) { take(p); }) && receiver_.state() != ChannelState::stale) {
      std::abort();
    }
    check();
  }
  [[nodiscard]] std::uint64_t next() const { return receiver_.next_sequence(); }

 private:
  static MoldReceiverConfig small(std::uint8_t kind) {
    MoldReceiverConfig config;
    config.lines = 1 + kind % 2;
    config.snapshot = (kind & 2) != 0;
    config.snapshot_gap = 100;
    config.silence = 300'000'000;
    config.rerequest.wait = (kind & 4) != 0 ? 500'000 : 0;
    config.held_packets = 6;
    config.held_packet_bytes = 64;
    config.missing_ranges = 4;
    config.largest_gap = 4096;
    config.rerequest.servers = 2;
    return config;
  }

  // A session changes inside accept(), which never gives anything up.
  void note_session() {
    const MoldReceiverCounters& counters = receiver_.counters();
    if (counters.session_changes == sessions_) return;
    sessions_ = counters.session_changes;
    lost_ = counters.messages_lost;
    expected_ = 1;
  }

  void take(const Packet& packet) {
    note_session();
    const MoldReceiverCounters& counters = receiver_.counters();
    if (!jumped_ && packet.first_sequence != expected_ + (counters.messages_lost - lost_)) std::abort();
    jumped_ = false;
    if (packet.message_count == 0) std::abort();
    const auto measured = net::measure_mold_blocks({packet.blocks, packet.block_bytes}, packet.message_count);
    if (measured != static_cast<std::ptrdiff_t>(packet.block_bytes)) std::abort();
    lost_ = counters.messages_lost;
    expected_ = packet.first_sequence + packet.message_count;
  }

  void check() {
    if (receiver_.next_sequence() > receiver_.known_end()) std::abort();
    if (receiver_.missing() && receiver_.next_sequence() == receiver_.known_end()) std::abort();
    if (receiver_.snapshot_wanted() && receiver_.state() == ChannelState::good) std::abort();
    const MoldReceiverCounters& counters = receiver_.counters();
    const std::uint64_t closed = counters.gaps_healed + counters.gaps_lost + counters.gaps_bridged;
    if (closed > counters.gaps_opened) std::abort();
    if (receiver_.missing()) return void(receiver_.state() == ChannelState::good ? std::abort() : void());
    // Nothing is missing: all is delivered, unless it waits for a snapshot.
    if (closed != counters.gaps_opened && !receiver_.snapshot_wanted()) std::abort();
    if (receiver_.next_sequence() != receiver_.known_end() && receiver_.state() != ChannelState::stale) std::abort();
    if (receiver_.held_packets() != 0 && receiver_.state() != ChannelState::stale) std::abort();
    const bool lasting = receiver_.incomplete() || receiver_.silent() || receiver_.snapshot_wanted();
    if (receiver_.started() && lasting != (receiver_.state() != ChannelState::good)) std::abort();
  }

  MoldReceiver receiver_;
  std::uint64_t now_ = 1'000'000'000;
  std::uint64_t expected_ = 1;
  std::uint64_t lost_ = 0;
  std::uint64_t sessions_ = 0;
  bool jumped_ = false;  // a snapshot was finished: the next packet may begin anywhere
};

Bytes header(std::uint8_t session, std::uint64_t sequence, std::uint16_t count) {
  Bytes packet(net::mold_header_length);
  const char name = static_cast<char>('A' + session % 3);
  net::write_mold_header(packet.data(), {net::MoldSession({&name, 1}), sequence, count});
  return packet;
}

Bytes data(std::uint8_t session, std::uint64_t sequence, std::uint8_t count, std::uint8_t length) {
  Bytes packet = header(session, sequence, count);
  for (std::uint8_t i = 0; i < count; ++i) {
    const std::size_t at = packet.size();
    packet.resize(at + net::mold_block_prefix + length);
    core::store_be<std::uint16_t>(packet.data() + at, length);
  }
  return packet;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  if (size == 0) return 0;
  Session session(input[0]);
  std::uint8_t name = 0;
  for (std::size_t at = 1; at + 4 <= size;) {
    const std::uint8_t kind = input[at] & 7;
    const std::uint8_t more = input[at] >> 6;
    const PacketSource source = static_cast<PacketSource>((input[at] >> 3) % 5);
    const std::uint8_t a = input[at + 1];
    const std::uint8_t b = input[at + 2];
    const std::uint8_t c = input[at + 3];
    at += 4;
    switch (kind) {
      case 0:
      case 1:
      case 2: session.give(data(name, session.next() + a % 32, b % 12, c % 20), source); break;
      case 3: session.give(data(name, session.next() - std::min<std::uint64_t>(a % 16, session.next() - 1), b % 24, c % 8), source); break;
      case 4: session.give(header(name, session.next() + a, b % 2 == 0 ? net::mold_heartbeat : net::mold_end_of_session), source); break;
      case 5: session.pass_time(std::uint64_t{a} * 100'000 + std::uint64_t{b} * c * 1'000'000); break;
      case 6: {
        if (more == 1) {
          session.quiet(std::uint64_t{a} * 2'000'000, line_at(b % 2));
          break;
        }
        if (more == 2) {
          if (c % 2 == 0) session.begin_snapshot();
          session.finish_snapshot(a == 255 ? ~std::uint64_t{0} - b : session.next() + a - std::min<std::uint64_t>(session.next(), b));
          break;
        }
        const std::size_t length = std::min<std::size_t>(a, size - at);
        Bytes raw(length);
        if (length != 0) std::memcpy(raw.data(), input + at, length);
        session.give(raw, source);
        at += length;
        break;
      }
      default:
        name = static_cast<std::uint8_t>(name + (b % 16 == 0 ? 1 : 0));
        session.give(header(name, a == 255 ? ~std::uint64_t{0} - c : session.next() + a * 64u, b), source);
    }
  }
  return 0;
}

extern "C" std::size_t hopwire_fuzz_seed(std::size_t index, std::uint8_t* buffer, std::size_t capacity) {
  static constexpr std::uint8_t seeds[][25] = {
      {0, 0, 0, 5, 8, 0, 3, 4, 8, 5, 50, 0, 0, 16, 0, 3, 8, 4, 10, 1, 0},
      {1, 0, 0, 2, 1, 0, 9, 2, 1, 0, 20, 2, 1, 0, 29, 11, 1, 4, 200, 0, 0, 5, 0, 255, 255},
      {7, 0, 0, 3, 2, 7, 0, 0, 0, 0, 0, 3, 2, 3, 9, 9, 2, 6, 8, 0, 0, 1, 2, 3, 4},
  };
  if (index >= std::size(seeds) || capacity < sizeof(seeds[0])) return 0;
  std::memcpy(buffer, seeds[index], sizeof(seeds[0]));
  return sizeof(seeds[0]);
}
