// Why: a trading day has hours, and the engine reads no clock. What: the venue's timetable: at which time of day (UTC) every instrument
// moves to which trading state, when one day ends and the next begins, and how often the public is told what an auction that is called
// would do. It says which command is due now; the loop has it sequenced and journalled like any other, so a replay meets it at the same
// place and needs no timetable.
//
// An instrument that is elsewhere at the time (halted, say) refuses the move and stays where it is. Times repeat every day. A venue that
// begins or comes back in mid-day first brings each instrument to the state that the timetable has then, by the steps that lead there; what
// was halted stays halted, and no day is rolled that would have been. A new day is called by its date, or by the one after: a day that
// begins in the evening is the next one's. One that is not above the day the venue has (an operator was first) is refused.
//
// Owner: the venue's thread. What can go wrong: thousands of instruments are due at one instant; the loop takes as many commands a cycle as
// it likes, the rest stay due.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "order_to_publish/1_order_in/instrument_directory.hpp"
#include "order_to_publish/4_match/operator_view.hpp"

namespace hopwire::engine {

struct ScheduledState {
  enum class Roll : std::uint8_t { none, today, next };  // the new day's date: that of the time, or the one after

  std::uint64_t time_of_day = 0;  // ns since midnight UTC
  order_entry::TradingState state = order_entry::TradingState::continuous;  // unless it is a roll
  Roll roll = Roll::none;
};

// 20261130 of any time (ns since the UNIX epoch) of that date.
[[nodiscard]] inline std::int64_t date_number(std::uint64_t time) noexcept {
  constexpr std::uint64_t day = 86'400'000'000'000;
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{static_cast<std::int64_t>(time / day)}}};
  return std::int64_t{static_cast<int>(date.year())} * 10'000 + static_cast<unsigned>(date.month()) * 100 +
         static_cast<unsigned>(date.day());
}

// The first step of the shortest way; none when there is nothing to do.
[[nodiscard]] inline std::optional<order_entry::TradingState> step_towards(order_entry::TradingState from, order_entry::TradingState to) {
  using order_entry::TradingState;
  constexpr std::size_t count = static_cast<std::size_t>(TradingState::closed) + 1;
  if (from == to) return std::nullopt;
  // Backwards from the goal: the first state that reaches `from` is its next step.
  std::array<TradingState, count> reached{to};
  std::array<bool, count> is_reached{};
  is_reached[static_cast<std::size_t>(to)] = true;
  std::size_t known = 1;
  for (std::size_t at = 0; at < known; ++at) {
    if (venue::trading_state::leads_to(from, reached[at])) return reached[at];
    for (std::size_t candidate = 0; candidate < count; ++candidate) {
      const auto state = static_cast<TradingState>(candidate);
      if (is_reached[candidate] || !venue::trading_state::leads_to(state, reached[at])) continue;
      is_reached[candidate] = true;
      reached[known++] = state;
    }
  }
  return std::nullopt;
}

[[nodiscard]] inline venue::Command state_command(const venue::ListedInstrument& instrument, order_entry::TradingState state) noexcept {
  venue::Command command;
  command.kind = venue::CommandKind::set_trading_state;
  command.session = venue::venue_itself;
  command.instrument_id = instrument.id;
  command.locate = instrument.locate;
  command.operators = {.values = {}, .halt_reason = {}, .state = state};
  command.mark_special_terms();
  return command;
}

[[nodiscard]] inline venue::Command roll_command(std::int64_t day) noexcept {
  venue::Command command;
  command.kind = venue::CommandKind::roll_day;
  command.session = venue::venue_itself;
  command.operators = {.values = {day, 0, 0}, .halt_reason = {}, .state = order_entry::TradingState::continuous};
  command.mark_special_terms();
  return command;
}

class TradingSchedule {
 public:
  // states: by time of day, each time once. imbalance_interval: ns, 0 = none. Instruments are read while it lives.
  TradingSchedule(std::vector<ScheduledState> states, std::uint64_t imbalance_interval,
                  std::span<const venue::ListedInstrument> instruments)
      : states_(std::move(states)), imbalance_interval_(imbalance_interval), instruments_(instruments) {}

  // The state it has at this time; none without one in the timetable. Before the first time of a day, the last of the day before holds.
  [[nodiscard]] std::optional<order_entry::TradingState> state_at(std::uint64_t now) const noexcept {
    const std::uint64_t time = core::nanoseconds_since_midnight(now);
    std::optional<order_entry::TradingState> last;
    std::optional<order_entry::TradingState> so_far;
    for (const ScheduledState& entry : states_) {
      if (entry.roll != ScheduledState::Roll::none) continue;
      last = entry.state;
      if (entry.time_of_day <= time) so_far = entry.state;
    }
    return so_far ? so_far : last;
  }

  // What is due from now on is what comes after now.
  void start(std::uint64_t now) noexcept {
    next_imbalance_ = imbalance_interval_ == 0 ? never : now + imbalance_interval_;
    state_row_ = imbalance_row_ = 0;
    next_state_ = never;
    if (states_.empty()) return;
    const std::uint64_t time = core::nanoseconds_since_midnight(now);
    const std::uint64_t midnight = now - time;
    entry_ = 0;
    while (entry_ < states_.size() && states_[entry_].time_of_day <= time) ++entry_;
    const bool is_tomorrow = entry_ == states_.size();
    if (is_tomorrow) entry_ = 0;
    next_state_ = midnight + (is_tomorrow ? day : 0) + states_[entry_].time_of_day;
  }

  [[nodiscard]] bool is_empty() const noexcept { return states_.empty() && imbalance_interval_ == 0; }
  // ns since the UNIX epoch; the largest number when nothing ever is.
  [[nodiscard]] std::uint64_t next_due() const noexcept { return next_state_ < next_imbalance_ ? next_state_ : next_imbalance_; }

  // The next command that is due; false: none now. A change of states comes before an indication of the same time.
  [[nodiscard]] bool next(std::uint64_t now, const venue::OperatorView& market, venue::Command& command) noexcept {
    while (next_state_ <= now) {
      const ScheduledState& entry = states_[entry_];
      if (entry.roll != ScheduledState::Roll::none) {
        command = roll_command(date_number(next_state_ + (entry.roll == ScheduledState::Roll::next ? day : 0)));
        advance();
        return true;
      }
      if (state_row_ < instruments_.size()) {
        command = state_command(instruments_[state_row_++], entry.state);
        return true;
      }
      advance();
    }
    if (next_imbalance_ > now) return false;
    while (imbalance_row_ < instruments_.size()) {
      const venue::ListedInstrument& instrument = instruments_[imbalance_row_++];
      if (!market.is_in_auction(instrument.locate)) continue;
      command = state_command(instrument, order_entry::TradingState::continuous);
      command.kind = venue::CommandKind::publish_imbalance;
      return true;
    }
    imbalance_row_ = 0;
    // Times that passed while nobody looked are not made up for: an indication says what is, not what was.
    next_imbalance_ = now + imbalance_interval_;
    return false;
  }

 private:
  static constexpr std::uint64_t never = UINT64_MAX;
  static constexpr std::uint64_t day = 86'400'000'000'000;

  void advance() noexcept {
    state_row_ = 0;
    const std::uint64_t midnight = next_state_ - states_[entry_].time_of_day;
    const bool is_last = ++entry_ == states_.size();
    if (is_last) entry_ = 0;
    next_state_ = midnight + (is_last ? day : 0) + states_[entry_].time_of_day;
  }

  std::vector<ScheduledState> states_;
  std::uint64_t imbalance_interval_;
  std::span<const venue::ListedInstrument> instruments_;
  std::size_t entry_ = 0;  // which of states_ is next
  std::uint64_t next_state_ = never;
  std::uint64_t next_imbalance_ = never;
  std::size_t state_row_ = 0;  // instruments that have had their command
  std::size_t imbalance_row_ = 0;
};

}  // namespace hopwire::engine
