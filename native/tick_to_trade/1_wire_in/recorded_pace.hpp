// Why: a recording can be looked at as fast as it can be read, or as it happened. What: says when something recorded at a time is due, at a
// multiple of the recorded pace. Times that run backwards are due at once.
#pragma once

#include <cstdint>

namespace hopwire::feed {

class RecordedPace {
 public:
  // 1 is as it happened, 10 is ten times as fast, 0 is at once.
  explicit RecordedPace(double speed) noexcept : speed_(speed) {}

  // `time`: of the recording, ns; `now`: of the machine, ns.
  [[nodiscard]] bool due(std::uint64_t time, std::uint64_t now) noexcept {
    if (speed_ <= 0) return true;
    if (!begun_) {
      begun_ = true;
      first_time_ = time;
      first_now_ = now;
    }
    if (time <= first_time_) return true;
    return static_cast<double>(now - first_now_) * speed_ >= static_cast<double>(time - first_time_);
  }

 private:
  double speed_;
  bool begun_ = false;
  std::uint64_t first_time_ = 0;
  std::uint64_t first_now_ = 0;
};

}  // namespace hopwire::feed
