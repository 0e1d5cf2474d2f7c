// Why: a clock_gettime costs 25 ns, a TSC read 10, and every hop is stamped. What: the time stamp counter as the clock of the hot path, and
// its conversion to nanoseconds and to wall time, calibrated once and re-anchored from cold code.
//
// TscClock belongs to one thread. It needs an invariant TSC (constant_tsc and nonstop_tsc, as on every x86-64 server of the last decade).
// What can go wrong: calibration over 20 ms knows the rate to a few parts in a million, so wall time drifts by some microseconds a second
// until recalibrate_offset() is called; call it every 10 to 100 ms where kernel stamps are set against the TSC (it costs about a
// microsecond). It also follows the kernel's slewing of the wall clock, and a step of the wall clock is taken over at the next call.
#pragma once

#include <time.h>
#include <x86intrin.h>

#include <cstdint>

namespace hopwire::core {

inline constexpr std::uint64_t nanoseconds_per_second = 1'000'000'000;
inline constexpr std::uint64_t nanoseconds_per_day = 86'400 * nanoseconds_per_second;

[[nodiscard]] inline std::uint64_t clock_now(clockid_t clock) noexcept {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * nanoseconds_per_second + static_cast<std::uint64_t>(now.tv_nsec);
}
// The same for all processes of a machine; heartbeats use it.
[[nodiscard]] inline std::uint64_t monotonic_now() noexcept { return clock_now(CLOCK_MONOTONIC); }
// Nanoseconds since the UNIX epoch, UTC.
[[nodiscard]] inline std::uint64_t realtime_now() noexcept { return clock_now(CLOCK_REALTIME); }
[[nodiscard]] constexpr std::uint64_t nanoseconds_since_midnight(std::uint64_t realtime_ns) noexcept {
  return realtime_ns % nanoseconds_per_day;
}

struct Tsc {
  // Not serialising: a stamp may be taken a few instructions early or late, which is below what it is used for.
  [[nodiscard]] static std::uint64_t now() noexcept { return __rdtsc(); }
};

class TscClock {
 public:
  static constexpr double default_calibration_seconds = 0.020;

  explicit TscClock(double calibration_seconds = default_calibration_seconds) noexcept {
    steady_tsc_ = Tsc::now();
    raw_anchor_ = sample(CLOCK_MONOTONIC_RAW);
    const Sample realtime_first = sample(CLOCK_REALTIME);
    const auto wait = static_cast<std::uint64_t>(calibration_seconds * 1e9);
    while (clock_now(CLOCK_MONOTONIC_RAW) - raw_anchor_.nanoseconds < wait) _mm_pause();
    set_rate(raw_anchor_, sample(CLOCK_MONOTONIC_RAW));
    anchor_ = sample(CLOCK_REALTIME);
    realtime_rate_ = plausible(rate(realtime_first, anchor_)) ? rate(realtime_first, anchor_) : rate_;
  }

  // A duration in ticks as nanoseconds, rounded down.
  [[nodiscard]] std::uint64_t nanoseconds(std::uint64_t tsc_delta) const noexcept {
    return static_cast<std::uint64_t>((static_cast<Wide>(tsc_delta) * multiplier_) >> multiplier_bits);
  }
  // ns on this clock's own steady axis, which never runs backwards: a sharper rate bends it, it does not move it. For timers and intervals
  // between calls; nanoseconds() of an absolute stamp would jump at every recalibration. `tsc` must not be older than the last
  // recalibrate_offset().
  [[nodiscard]] std::uint64_t steady(std::uint64_t tsc) const noexcept {
    return steady_nanoseconds_ + (tsc > steady_tsc_ ? nanoseconds(tsc - steady_tsc_) : 0);
  }
  [[nodiscard]] std::uint64_t to_realtime(std::uint64_t tsc) const noexcept {
    const auto ticks = static_cast<double>(static_cast<std::int64_t>(tsc - anchor_.tsc));
    return anchor_.nanoseconds + static_cast<std::uint64_t>(static_cast<std::int64_t>(ticks * realtime_rate_));
  }
  [[nodiscard]] std::uint64_t tsc_of_realtime(std::uint64_t realtime_ns) const noexcept {
    const auto since = static_cast<double>(static_cast<std::int64_t>(realtime_ns - anchor_.nanoseconds));
    return anchor_.tsc + static_cast<std::uint64_t>(static_cast<std::int64_t>(since / realtime_rate_));
  }
  [[nodiscard]] double nanoseconds_per_tick() const noexcept { return rate_; }

  // ns. Half the narrowest window a kernel clock was read in: how well the two clocks could be set against each other.
  [[nodiscard]] std::uint32_t error_bound() const noexcept { return error_bound_; }

  // Cold. Sets wall time against the TSC again, and sharpens both rates by the time that has passed.
  void recalibrate_offset() noexcept {
    const Sample raw = sample(CLOCK_MONOTONIC_RAW);
    const std::uint64_t bend = Tsc::now();
    steady_nanoseconds_ = steady(bend);
    steady_tsc_ = bend;
    set_rate(raw_anchor_, raw);
    const Sample now = sample(CLOCK_REALTIME);
    // Too short a base would make the rate worse; an implausible rate is a step of the wall clock, which moves the anchor only.
    if (now.tsc - anchor_.tsc > static_cast<std::uint64_t>(rate_base_ns / rate_)) {
      const double since = rate(anchor_, now);
      realtime_rate_ = plausible(since) ? since : rate_;
    }
    anchor_ = now;
  }

 private:
  struct Sample {
    std::uint64_t tsc = 0;
    std::uint64_t nanoseconds = 0;
  };
  __extension__ using Wide = unsigned __int128;

  static constexpr unsigned multiplier_bits = 48;
  static constexpr int reads = 24;
  static constexpr double rate_base_ns = 8e6;
  // The kernel slews by at most 500 parts in a million.
  static constexpr double slew_limit = 1e-3;

  // The kernel's clock read in the narrowest of several windows of the TSC.
  Sample sample(clockid_t clock) noexcept {
    Sample best;
    std::uint64_t narrowest = ~std::uint64_t{0};
    for (int read = 0; read < reads; ++read) {
      const std::uint64_t before = fenced_now();
      const std::uint64_t at = clock_now(clock);
      const std::uint64_t after = fenced_now();
      if (after - before >= narrowest) continue;
      narrowest = after - before;
      best = {before + narrowest / 2, at};
    }
    if (narrowest < narrowest_window_) narrowest_window_ = narrowest;
    return best;
  }
  static std::uint64_t fenced_now() noexcept {
    _mm_lfence();
    const std::uint64_t now = __rdtsc();
    _mm_lfence();
    return now;
  }
  static double rate(const Sample& from, const Sample& to) noexcept {
    return static_cast<double>(static_cast<std::int64_t>(to.nanoseconds - from.nanoseconds)) / static_cast<double>(to.tsc - from.tsc);
  }
  [[nodiscard]] bool plausible(double realtime_rate) const noexcept {
    return realtime_rate > rate_ * (1 - slew_limit) && realtime_rate < rate_ * (1 + slew_limit);
  }
  void set_rate(const Sample& from, const Sample& to) noexcept {
    rate_ = rate(from, to);
    multiplier_ = static_cast<std::uint64_t>(rate_ * static_cast<double>(std::uint64_t{1} << multiplier_bits));
    error_bound_ = static_cast<std::uint32_t>(static_cast<double>(narrowest_window_) * rate_ / 2) + 1;
  }

  std::uint64_t multiplier_ = 0;
  std::uint64_t steady_nanoseconds_ = 1'000'000'000;  // not 0: callers may subtract an interval
  std::uint64_t steady_tsc_ = 0;
  Sample anchor_;
  double realtime_rate_ = 0;
  double rate_ = 0;
  Sample raw_anchor_;
  std::uint64_t narrowest_window_ = ~std::uint64_t{0};
  std::uint32_t error_bound_ = 0;
};

}  // namespace hopwire::core
