// Line B says what line A said, later, in packets of its own.
#include "net/mold_follower.hpp"

#include <vector>

#include "test_support/test.hpp"

using namespace hopwire;
using namespace hopwire::net;

namespace {

struct SentPackets {
  bool send(std::span<const std::byte> packet) {
    packets.emplace_back(packet.begin(), packet.end());
    return !refuse;
  }
  [[nodiscard]] Endpoint local() const { return {}; }
  [[nodiscard]] Endpoint destination() const { return {}; }
  std::vector<std::vector<std::byte>> packets;
  bool refuse = false;
};
using Line = BasicMoldPublisher<SentPackets>;
using Follower = BasicMoldFollower<SentPackets>;

void publish(Line& line, std::size_t length, char fill) {
  std::byte* room = line.reserve(static_cast<std::uint16_t>(length));
  REQUIRE(room != nullptr);
  std::memset(room, fill, length);
  line.commit();
}

// Blocks of all data packets in order, which must follow each other from `next` on.
std::vector<std::byte> messages_of(const SentPackets& sent, std::uint64_t next = 1) {
  std::vector<std::byte> blocks;
  for (const auto& packet : sent.packets) {
    const MoldHeader header = read_mold_header(packet.data());
    if (header.message_count == mold_heartbeat || header.message_count == mold_end_of_session) continue;
    CHECK_EQ(header.sequence, next);
    next += header.message_count;
    blocks.insert(blocks.end(), packet.begin() + mold_header_length, packet.end());
  }
  return blocks;
}

}  // namespace

TEST("mold follower: the same messages in packets of another size, only what was released") {
  SentPackets on_a, on_b;
  Line line({.session = MoldSession("S"), .payload_limit = 300}, on_a);
  Follower follower({.payload_limit = 110}, on_b);
  for (int i = 0; i < 100; ++i) {
    publish(line, 10 + static_cast<std::size_t>(i % 40), static_cast<char>('a' + i % 26));
    if (i % 7 == 0) line.flush();
    if (i % 3 == 0) follower.follow(line);
    std::uint64_t told = 1;
    for (const auto& packet : on_b.packets) told += read_mold_header(packet.data()).message_count;
    CHECK(told <= line.released());
  }
  line.flush();
  follower.follow(line);
  CHECK(messages_of(on_b) == messages_of(on_a));
  CHECK(on_b.packets.size() > on_a.packets.size());
  for (const auto& packet : on_b.packets) CHECK(packet.size() <= 110);
  CHECK_EQ(follower.counters().packets, on_b.packets.size());
  CHECK_EQ(follower.counters().passed_over, 0u);
}

TEST("mold follower: heartbeats when idle, the end of session after the last message, and again") {
  SentPackets on_a, on_b;
  Line line({.session = MoldSession("S")}, on_a);
  Follower follower({.heartbeat_interval = 100}, on_b);
  follower.heartbeat_if_idle(line, 1000);
  follower.heartbeat_if_idle(line, 1099);
  CHECK(on_b.packets.empty());
  follower.heartbeat_if_idle(line, 1100);
  REQUIRE_EQ(on_b.packets.size(), 1u);
  CHECK_EQ(read_mold_header(on_b.packets[0].data()).message_count, mold_heartbeat);
  CHECK_EQ(read_mold_header(on_b.packets[0].data()).sequence, 1u);
  publish(line, 5, 'x');
  line.end_of_session();
  follower.end_of_session(line);
  REQUIRE_EQ(on_b.packets.size(), 3u);
  CHECK_EQ(read_mold_header(on_b.packets[2].data()).message_count, mold_end_of_session);
  CHECK_EQ(read_mold_header(on_b.packets[2].data()).sequence, 2u);
  follower.heartbeat_if_idle(line, 2000);
  follower.heartbeat_if_idle(line, 2100);
  CHECK_EQ(on_b.packets.size(), 4u);
}

TEST("mold follower: losses of its own, refused sends counted, a store that has moved on passed over") {
  SentPackets on_a, on_b;
  Line line({.session = MoldSession("S"), .store_bytes = 4096, .payload_limit = 100}, on_a);
  Follower losing({.loss = 1}, on_b);
  publish(line, 20, 'a');
  line.flush();
  losing.follow(line);
  CHECK(on_b.packets.empty());
  CHECK_EQ(losing.counters().suppressed, 1u);
  Follower refused({}, on_b);
  on_b.refuse = true;
  refused.follow(line);
  CHECK_EQ(refused.counters().would_block, 1u);
  on_b.packets.clear();
  Follower late({}, on_b);
  for (int i = 0; i < 500; ++i) publish(line, 40, 'b'), line.flush();
  late.follow(line);
  CHECK(late.counters().passed_over > 300);
  CHECK_EQ(read_mold_header(on_b.packets.front().data()).sequence, 1 + late.counters().passed_over);
  (void)messages_of(on_b, 1 + late.counters().passed_over);
}
