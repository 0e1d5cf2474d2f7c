// Why: a message rate that allows short bursts, decided in a few instructions, with an exact answer to "how long must I wait".
// What: the generic cell rate algorithm: one word, the time at which the bucket would be full again. No clock of its own: time comes in.
//
// What can go wrong: a time that runs backwards never gives tokens back and never refuses more than it would have.
#pragma once

#include <cstdint>

namespace hopwire::risk {

class TokenBucket {
 public:
  // per_second 0 = no limit. burst: how many may come at once (at least 1).
  explicit TokenBucket(std::uint32_t per_second = 0, std::uint32_t burst = 1) noexcept
      : interval_(per_second == 0 ? 0 : 1'000'000'000u / per_second), tolerance_(interval_ * (burst == 0 ? 0 : burst - 1)) {}

  // Another rate from now on; what was taken stays taken.
  void set(std::uint32_t per_second, std::uint32_t burst) noexcept {
    const std::uint64_t theoretical = theoretical_;
    *this = TokenBucket(per_second, burst);
    theoretical_ = theoretical;
  }

  // 0: taken. Otherwise the nanoseconds after which it would have been.
  [[nodiscard]] std::uint64_t take(std::uint64_t now) noexcept {
    if (interval_ == 0) return 0;
    const std::uint64_t due = theoretical_ > now ? theoretical_ : now;
    const std::uint64_t ahead = due - now;
    if (ahead > tolerance_) return ahead - tolerance_;
    theoretical_ = due + interval_;
    return 0;
  }

 private:
  std::uint64_t interval_;     // ns a token takes to come back
  std::uint64_t tolerance_;    // ns of burst allowed
  std::uint64_t theoretical_ = 0;
};

}  // namespace hopwire::risk
