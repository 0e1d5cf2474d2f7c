// Where the matcher leaves the events of one command for hop 5. Sized for the largest thing one command can do (a mass cancel of every
// order plus its report), as reserved address space: pages are taken only when such a command comes.
#pragma once

#include <cstddef>
#include <span>

#include "core/reserved_array.hpp"
#include "order_to_publish/4_match/match_event.hpp"

namespace hopwire::venue {

class MatchEventBuffer {
 public:
  // maximum_orders: what the matcher can hold; one command makes at most an event per order and a few of its own.
  explicit MatchEventBuffer(std::size_t maximum_orders) : events_(maximum_orders + 8) {}

  void clear() noexcept { count_ = 0; }
  // The matcher writes an event in place and then keeps it.
  [[nodiscard]] MatchEvent& next() noexcept { return events_[count_]; }
  void commit() noexcept { ++count_; }
  void emit(const MatchEvent& event) noexcept { events_[count_++] = event; }
  [[nodiscard]] std::span<const MatchEvent> events() const noexcept { return {events_.data(), count_}; }

 private:
  core::ReservedArray<MatchEvent> events_;
  std::size_t count_ = 0;
};

}  // namespace hopwire::venue
