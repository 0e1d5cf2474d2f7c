// Where the matcher leaves the events of one command for hop 5. Sized for a mass cancel of every order, or a cascade of every stop, as
// reserved address space: pages are taken only when such a command comes.
//
// What can go wrong: reserve orders that show little have no bound on the events of one command but their quantity. Past the last row
// events are lost, overflowed() says so, and the pipeline halts: what cannot be told in full is not told at all.
#pragma once

#include <cstddef>
#include <span>

#include "core/reserved_array.hpp"
#include "order_to_publish/4_match/match_event.hpp"

namespace hopwire::venue {

class MatchEventBuffer {
 public:
  // maximum_orders: what the matcher can hold.
  explicit MatchEventBuffer(std::size_t maximum_orders) : events_(4 * maximum_orders + slices) {}

  void clear() noexcept { count_ = 0; }
  // The matcher writes an event in place and then keeps it.
  [[nodiscard]] MatchEvent& next() noexcept { return events_[count_]; }
  void commit() noexcept {
    if (count_ + 1 == events_.maximum()) [[unlikely]] {
      overflowed_ = true;  // the last row is written over and over
      return;
    }
    ++count_;
  }
  void emit(const MatchEvent& event) noexcept {
    next() = event;
    commit();
  }
  [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }
  [[nodiscard]] std::span<const MatchEvent> events() const noexcept { return {events_.data(), count_}; }

 private:
  static constexpr std::size_t slices = std::size_t{1} << 22;

  core::ReservedArray<MatchEvent> events_;
  std::size_t count_ = 0;
  bool overflowed_ = false;
};

}  // namespace hopwire::venue
