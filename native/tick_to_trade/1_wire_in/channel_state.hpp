// Why: whoever reads a book must know whether it may act on it, and an operator how long it could not. What: the state of a channel (good,
// delayed, stale; schemas/words.xml says what each means) and the time spent in each but the good one.
#pragma once

#include <cstdint>

#include "generated/words.hpp"

namespace hopwire::feed {

using words::ChannelState;

class ChannelClock {
 public:
  [[nodiscard]] ChannelState state() const noexcept { return state_; }

  void change(ChannelState state, std::uint64_t now) noexcept {
    if (state == state_) return;
    delayed_nanoseconds_ = delayed_nanoseconds(now);
    stale_nanoseconds_ = stale_nanoseconds(now);
    if (state == ChannelState::stale) ++stale_count_;
    if (state == ChannelState::delayed) ++delayed_count_;
    state_ = state;
    since_ = now;
  }

  [[nodiscard]] std::uint64_t delayed_nanoseconds(std::uint64_t now) const noexcept {
    return delayed_nanoseconds_ + elapsed(ChannelState::delayed, now);
  }
  [[nodiscard]] std::uint64_t stale_nanoseconds(std::uint64_t now) const noexcept {
    return stale_nanoseconds_ + elapsed(ChannelState::stale, now);
  }
  [[nodiscard]] std::uint64_t delayed_count() const noexcept { return delayed_count_; }
  [[nodiscard]] std::uint64_t stale_count() const noexcept { return stale_count_; }

 private:
  [[nodiscard]] std::uint64_t elapsed(ChannelState state, std::uint64_t now) const noexcept {
    return state == state_ && now > since_ ? now - since_ : 0;
  }

  ChannelState state_ = ChannelState::good;
  std::uint64_t since_ = 0;
  std::uint64_t delayed_nanoseconds_ = 0;
  std::uint64_t stale_nanoseconds_ = 0;
  std::uint64_t delayed_count_ = 0;
  std::uint64_t stale_count_ = 0;
};

}  // namespace hopwire::feed
