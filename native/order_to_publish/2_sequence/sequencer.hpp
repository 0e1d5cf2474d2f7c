// Hop 2: the only place that gives a command its sequence number and its time. In: Command of hop 1. Out: SequencedCommand, for hops 3
// and 4. Owner: the venue thread. Budget: 200 ns; it costs a copy and two comparisons.
//
// Everything that changes state passes here once. The clock is the caller's: a clock that steps back is held, never followed, so that
// sequencer time does not fall and a replay of the journal sees what the live run saw.
//
// What can go wrong: nothing it could refuse. After recovery, resume() continues where the journal ends.
#pragma once

#include <cstdint>

#include "order_to_publish/1_order_in/command.hpp"

namespace hopwire::venue {

class Sequencer {
 public:
  [[nodiscard]] SequencedCommand sequence(const Command& command, std::uint64_t realtime_ns) noexcept {
    if (realtime_ns > last_time_) {
      last_time_ = realtime_ns;
    } else if (realtime_ns < last_time_) {
      ++clock_steps_back_;
    }
    return SequencedCommand{.sequence = ++last_sequence_, .time = last_time_, .command = command};
  }

  // Continues after a recovery: the next command gets last_sequence + 1 and a time not below last_time.
  void resume(std::uint64_t last_sequence, std::uint64_t last_time) noexcept {
    last_sequence_ = last_sequence;
    last_time_ = last_time;
  }

  [[nodiscard]] std::uint64_t last_sequence() const noexcept { return last_sequence_; }
  [[nodiscard]] std::uint64_t last_time() const noexcept { return last_time_; }
  // Commands stamped with a held time because the clock had gone back.
  [[nodiscard]] std::uint64_t clock_steps_back() const noexcept { return clock_steps_back_; }

 private:
  std::uint64_t last_sequence_ = 0;
  std::uint64_t last_time_ = 0;
  std::uint64_t clock_steps_back_ = 0;
};

}  // namespace hopwire::venue
