// Why: a loop that polls owns its core; two such loops on one core stop each other for whole time slices. What: what a duty cycle does when
// it found no work, and the choice between spinning and yielding with the reason, which every report carries.
//
// Yielding and sleeping leave stamps honest but hand latency to the scheduler: budgets are then not judged. Adaptive spins while packets
// are dense, yields when they are not, and sleeps once a quiet lasts: a whole core for a busy feed, next to nothing for a quiet one.
#pragma once

#include <immintrin.h>
#include <sched.h>
#include <time.h>

#include <cstdint>
#include <string_view>

#include "generated/hops.hpp"

namespace hopwire::core {

struct IdleChoice {
  hops::IdleMode mode = hops::IdleMode::yield;
  hops::IdleReason reason = hops::IdleReason::cores_short;
};

class Idle {
 public:
  explicit Idle(hops::IdleMode mode) noexcept : mode_(mode) {}

  // `requested` is auto, spin, yield or adaptive; anything else counts as auto. Spinning needs a core for every busy loop on the machine.
  [[nodiscard]] static constexpr IdleChoice choose(std::string_view requested, unsigned busy_loops, unsigned cores) noexcept {
    if (requested == "spin") return {hops::IdleMode::spin, hops::IdleReason::forced};
    if (requested == "yield") return {hops::IdleMode::yield, hops::IdleReason::forced};
    if (requested == "adaptive") return {hops::IdleMode::adaptive, hops::IdleReason::forced};
    if (busy_loops <= cores) return {hops::IdleMode::spin, hops::IdleReason::cores_free};
    return {hops::IdleMode::yield, hops::IdleReason::cores_short};
  }

  // Once per duty cycle.
  void poll_result(bool did_work) noexcept {
    if (did_work) {
      ++busy_polls_;
      empty_in_a_row_ = 0;
      return;
    }
    ++empty_polls_;
    const bool adaptive = mode_ == hops::IdleMode::adaptive;
    if (mode_ == hops::IdleMode::spin || empty_in_a_row_ < (adaptive ? adaptive_polls_before_yield : polls_before_yield)) {
      ++empty_in_a_row_;
      _mm_pause();
    } else if (!adaptive || empty_in_a_row_ < adaptive_polls_before_sleep) {
      empty_in_a_row_ += adaptive ? 1 : 0;
      ::sched_yield();
    } else {
      constexpr timespec pause{.tv_sec = 0, .tv_nsec = adaptive_sleep};
      ::nanosleep(&pause, nullptr);
    }
  }

  [[nodiscard]] hops::IdleMode mode() const noexcept { return mode_; }
  [[nodiscard]] std::uint64_t empty_polls() const noexcept { return empty_polls_; }
  [[nodiscard]] std::uint64_t busy_polls() const noexcept { return busy_polls_; }

 private:
  // A burst's next packet usually comes within a microsecond or two; 64 pauses cover that before the core is given away.
  static constexpr std::uint32_t polls_before_yield = 64;
  // An empty poll of a socket is about 400 ns: half a millisecond of spinning, and as long again of yielding or more.
  static constexpr std::uint32_t adaptive_polls_before_yield = 1'024;
  static constexpr std::uint32_t adaptive_polls_before_sleep = 2'048;
  static constexpr long adaptive_sleep = 50'000;  // ns; the kernel adds as much of its own

  hops::IdleMode mode_;
  std::uint32_t empty_in_a_row_ = 0;
  std::uint64_t empty_polls_ = 0;
  std::uint64_t busy_polls_ = 0;
};

}  // namespace hopwire::core
