// What leaves the publisher, byte for byte, and what its store still has when asked.
#include "net/mold_publisher.hpp"

#include <string>
#include <vector>

#include "test_support/test.hpp"

using namespace hopwire;
using namespace hopwire::net;

namespace {

// Keeps what was sent.
struct SentPackets {
  bool send(std::span<const std::byte> packet) {
    if (refuse) return false;
    packets.emplace_back(packet.begin(), packet.end());
    return true;
  }
  [[nodiscard]] Endpoint local() const { return {}; }
  [[nodiscard]] Endpoint destination() const { return {}; }
  [[nodiscard]] MoldHeader header(std::size_t index) const { return read_mold_header(packets[index].data()); }
  std::vector<std::vector<std::byte>> packets;
  bool refuse = false;
};
using Publisher = BasicMoldPublisher<SentPackets>;

void publish(Publisher& publisher, std::string_view text) {
  std::byte* room = publisher.reserve(static_cast<std::uint16_t>(text.size()));
  REQUIRE(room != nullptr);
  std::memcpy(room, text.data(), text.size());
  publisher.commit();
}

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Payloads of the blocks, joined by '|'.
std::string blocks_of(std::span<const std::byte> blocks, std::uint16_t count) {
  std::string joined;
  const std::byte* at = blocks.data();
  for (std::uint16_t i = 0; i < count; ++i) {
    const std::uint16_t length = mold_block_length(at);
    joined += text_of({at + mold_block_prefix, length}) + '|';
    at += mold_block_prefix + length;
  }
  CHECK_EQ(static_cast<std::size_t>(at - blocks.data()), blocks.size());
  return joined;
}

std::string resent(const Publisher& publisher, std::uint64_t first, std::uint16_t count, std::size_t room = 1000) {
  std::vector<std::byte> out(room);
  const RetransmitSlice slice = publisher.copy_blocks(first, count, out);
  return blocks_of({out.data(), slice.bytes}, slice.message_count);
}

}  // namespace

TEST("net: a packet is header and blocks as MoldUDP64 has them") {
  SentPackets wire;
  Publisher publisher({.session = MoldSession("DAY1")}, wire);
  publish(publisher, "ab");
  publish(publisher, "");
  publish(publisher, "xyz");
  CHECK(wire.packets.empty());
  CHECK_EQ(publisher.flush(), 3u);
  REQUIRE_EQ(wire.packets.size(), 1u);
  const std::string expected = std::string("DAY1      ") + std::string("\0\0\0\0\0\0\0\1", 8) + std::string("\0\3", 2) +
                               std::string("\0\2ab", 4) + std::string("\0\0", 2) + std::string("\0\3xyz", 5);
  CHECK(text_of(wire.packets[0]) == expected);
  CHECK_EQ(publisher.flush(), 0u);
  CHECK_EQ(publisher.next_sequence(), 4u);
}

TEST("net: a packet that is full leaves by itself and none is larger than the limit") {
  SentPackets wire;
  Publisher publisher({.payload_limit = 64}, wire);
  for (int i = 0; i < 10; ++i) publish(publisher, "0123456789");
  publisher.flush();
  std::uint64_t expected = 1;
  for (std::size_t i = 0; i < wire.packets.size(); ++i) {
    CHECK(wire.packets[i].size() <= 64);
    CHECK_EQ(wire.header(i).sequence, expected);
    expected += wire.header(i).message_count;
  }
  CHECK_EQ(expected, 11u);
  CHECK_EQ(wire.packets.size(), 4u);
  CHECK(publisher.reserve(43) == nullptr);
  CHECK(publisher.reserve(42) != nullptr);
}

TEST("net: sent messages are given again, pending ones are not") {
  SentPackets wire;
  Publisher publisher({}, wire);
  for (const char* text : {"one", "two", "three"}) publish(publisher, text);
  publisher.flush();
  publish(publisher, "four");
  CHECK(resent(publisher, 1, 10) == "one|two|three|");
  CHECK(resent(publisher, 2, 1) == "two|");
  CHECK(resent(publisher, 2, 10, 8) == "two|");
  CHECK(resent(publisher, 4, 1).empty());
  CHECK(resent(publisher, 0, 1).empty());
  CHECK(resent(publisher, ~std::uint64_t{0}, 1).empty());
  publisher.flush();
  CHECK(resent(publisher, 4, 1) == "four|");
}

TEST("net: the store keeps the newest and never gives what was overwritten") {
  SentPackets wire;
  Publisher publisher({.store_bytes = 4096, .store_messages = 64, .payload_limit = 128}, wire);
  std::uint64_t kept_at_end = 0;
  for (std::uint64_t sequence = 1; sequence <= 5000; ++sequence) {
    publish(publisher, std::to_string(sequence));
    if (sequence % 3 != 0) continue;
    publisher.flush();
    kept_at_end = 0;
    for (std::uint64_t asked = sequence > 80 ? sequence - 80 : 1; asked <= sequence; ++asked) {
      const std::string given = resent(publisher, asked, 1);
      if (given.empty()) {
        CHECK_EQ(kept_at_end, 0u);  // what is gone is older than all that is kept
      } else {
        CHECK(given == std::to_string(asked) + '|');
        ++kept_at_end;
      }
    }
  }
  CHECK(kept_at_end >= 32);
}

TEST("net: heartbeats when idle, end of session repeated, both with the next sequence") {
  SentPackets wire;
  Publisher publisher({.heartbeat_interval = 1000}, wire);
  publish(publisher, "x");
  publisher.flush();
  publisher.heartbeat_if_idle(5000);
  publisher.heartbeat_if_idle(5999);
  CHECK_EQ(wire.packets.size(), 1u);
  publisher.heartbeat_if_idle(6000);
  REQUIRE_EQ(wire.packets.size(), 2u);
  CHECK_EQ(wire.header(1).sequence, 2u);
  CHECK_EQ(wire.header(1).message_count, mold_heartbeat);
  publish(publisher, "y");
  publisher.end_of_session();
  REQUIRE_EQ(wire.packets.size(), 4u);
  CHECK_EQ(wire.header(3).sequence, 3u);
  CHECK_EQ(wire.header(3).message_count, mold_end_of_session);
  publisher.heartbeat_if_idle(7000);
  publisher.heartbeat_if_idle(9000);
  REQUIRE_EQ(wire.packets.size(), 5u);
  CHECK_EQ(wire.header(4).message_count, mold_end_of_session);
}

TEST("net: withheld and refused packets can be asked for") {
  SentPackets wire;
  Publisher publisher({.loss = 0.5, .loss_seed = 7}, wire);
  for (int i = 1; i <= 200; ++i) {
    publish(publisher, std::to_string(i));
    publisher.flush();
  }
  CHECK_EQ(publisher.counters().packets + publisher.counters().suppressed, 200u);
  CHECK(publisher.counters().suppressed > 60 && publisher.counters().suppressed < 140);
  for (int i = 1; i <= 200; ++i) CHECK(resent(publisher, static_cast<std::uint64_t>(i), 1) == std::to_string(i) + '|');

  SentPackets again;
  Publisher repeated({.loss = 0.5, .loss_seed = 7}, again);
  for (int i = 1; i <= 200; ++i) {
    publish(repeated, std::to_string(i));
    repeated.flush();
  }
  CHECK(wire.packets == again.packets);  // same seed, same loss

  SentPackets full;
  full.refuse = true;
  Publisher blocked({}, full);
  publish(blocked, "kept");
  blocked.flush();
  CHECK_EQ(blocked.counters().would_block, 1u);
  CHECK(resent(blocked, 1, 1) == "kept|");
}
