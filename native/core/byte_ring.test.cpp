#include "core/byte_ring.hpp"

#include <cstdint>
#include <deque>
#include <thread>
#include <vector>

#include "test_support/test.hpp"

using hopwire::core::ByteRing;

namespace {
struct Memory {
  explicit Memory(std::size_t size) : words(size / 8) {}
  std::span<std::byte> bytes() { return std::as_writable_bytes(std::span(words)); }
  std::vector<std::uint64_t> words;
};

std::vector<std::byte> record(std::uint64_t number) {
  std::vector<std::byte> bytes((number * 2654435761u) % 90);
  for (std::size_t at = 0; at < bytes.size(); ++at) bytes[at] = static_cast<std::byte>(number + at);
  return bytes;
}
bool same(std::span<const std::byte> a, const std::vector<std::byte>& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }
}  // namespace

TEST("byte ring: every length, in order, against a queue") {
  Memory memory(1024 + 40);
  ByteRing ring(memory.bytes());
  CHECK_EQ(ring.capacity(), 1024u);
  std::deque<std::vector<std::byte>> model;
  std::uint64_t number = 0;
  std::uint64_t random = 1;
  for (int step = 0; step < 20'000; ++step) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    if ((random >> 33) % 2 == 0) {
      const auto bytes = record(number);
      if (ring.try_write(bytes)) {
        model.push_back(bytes);
        ++number;
      } else {
        CHECK(model.size() > 5);
      }
    } else {
      const auto oldest = ring.peek();
      CHECK_EQ(oldest.data() == nullptr, model.empty());
      if (oldest.data() == nullptr) continue;
      REQUIRE(same(oldest, model.front()));
      model.pop_front();
      ring.release();
    }
  }
  CHECK(number > 1000);
}

TEST("byte ring: what never fits is refused, and what is reserved is invisible until committed") {
  Memory memory(256);
  ByteRing ring(memory.bytes());
  CHECK(ring.reserve(ring.maximum_length() + 1) == nullptr);
  REQUIRE(ring.reserve(ring.maximum_length()) != nullptr);
  CHECK(ring.peek().data() == nullptr);
  ring.commit();
  CHECK_EQ(ring.peek().size(), ring.maximum_length());
  CHECK_EQ(ring.peek().size(), ring.maximum_length());  // peeking again changes nothing
  ring.release();
  CHECK(ring.peek().data() == nullptr);
  for (int round = 0; round < 9; ++round) {
    REQUIRE(ring.try_write(record(3)));
    REQUIRE(same(ring.peek(), record(3)));
    ring.release();
    REQUIRE(ring.reserve(ring.maximum_length()) != nullptr);
    ring.commit();
    CHECK_EQ(ring.peek().size(), ring.maximum_length());
    ring.release();
  }
}

TEST("byte ring: two threads") {
  Memory memory(4096);
  ByteRing ring(memory.bytes());
  constexpr std::uint64_t count = 50'000;
  std::uint64_t wrong = 0;
  std::jthread consumer([&] {
    for (std::uint64_t expected = 0; expected < count;) {
      const auto oldest = ring.peek();
      if (oldest.data() == nullptr) {
        std::this_thread::yield();
        continue;
      }
      if (!same(oldest, record(expected++))) ++wrong;
      ring.release();
    }
  });
  for (std::uint64_t number = 0; number < count;) {
    if (ring.try_write(record(number))) {
      ++number;
    } else {
      std::this_thread::yield();
    }
  }
  consumer.join();
  CHECK_EQ(wrong, 0u);
}
