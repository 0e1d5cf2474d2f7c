#include "core/spsc_ring.hpp"

#include <cstdint>
#include <thread>

#include "test_support/test.hpp"

using hopwire::core::SpscRing;

TEST("spsc ring: keeps order, refuses when full, goes on after") {
  SpscRing<int> ring(3);  // rounded up to 4
  CHECK_EQ(ring.capacity(), 4u);
  int value = 0;
  CHECK(!ring.try_pop(value));
  for (int round = 0; round < 10; ++round) {
    for (int at = 0; at < 4; ++at) CHECK(ring.try_push(round * 4 + at));
    CHECK(!ring.try_push(99));
    CHECK_EQ(ring.size(), 4u);
    for (int at = 0; at < 4; ++at) {
      REQUIRE(ring.try_pop(value));
      CHECK_EQ(value, round * 4 + at);
    }
    CHECK(!ring.try_pop(value));
  }
}

TEST("spsc ring: two threads hand everything over once and in order") {
  constexpr std::uint64_t count = 200'000;
  SpscRing<std::uint64_t> ring(256);
  std::uint64_t wrong = 0;
  std::jthread consumer([&] {
    for (std::uint64_t expected = 0; expected < count;) {
      std::uint64_t value = 0;
      if (!ring.try_pop(value)) {
        std::this_thread::yield();
        continue;
      }
      if (value != expected++) ++wrong;
    }
  });
  for (std::uint64_t value = 0; value < count;) {
    if (ring.try_push(value)) {
      ++value;
    } else {
      std::this_thread::yield();
    }
  }
  consumer.join();
  CHECK_EQ(wrong, 0u);
}
