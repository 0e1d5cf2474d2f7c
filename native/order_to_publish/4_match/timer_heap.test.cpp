// The timers against a sorted list: the same additions and removals, the same first at every step.
#include "order_to_publish/4_match/timer_heap.hpp"

#include <algorithm>
#include <random>
#include <tuple>
#include <vector>

#include "test_support/test.hpp"

using hopwire::venue::TimerHeap;

TEST("timer heap: earliest first, at one time by entry, and a slot takes its timer with it") {
  using Timer = std::tuple<std::uint64_t, std::uint64_t, std::uint32_t>;  // due, entry, slot
  std::mt19937_64 random(11);
  TimerHeap heap(64);
  std::vector<Timer> sorted;
  std::vector<bool> has(64);
  for (std::uint64_t entry = 1; entry <= 20'000; ++entry) {
    const auto slot = static_cast<std::uint32_t>(random() % 64);
    CHECK_EQ(heap.has(slot), static_cast<bool>(has[slot]));
    if (has[slot]) {
      heap.remove(slot);
      sorted.erase(std::find_if(sorted.begin(), sorted.end(), [&](const Timer& timer) { return std::get<2>(timer) == slot; }));
    } else {
      const std::uint64_t due = random() % 20;
      heap.add(slot, due, entry);
      sorted.insert(std::lower_bound(sorted.begin(), sorted.end(), Timer{due, entry, slot}), {due, entry, slot});
    }
    has[slot] = !has[slot];
    CHECK_EQ(heap.size(), sorted.size());
    CHECK_EQ(heap.next_due(), sorted.empty() ? TimerHeap::never : std::get<0>(sorted.front()));
    if (!sorted.empty()) CHECK_EQ(heap.first(), std::get<2>(sorted.front()));
  }
}
