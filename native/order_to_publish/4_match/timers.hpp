// What time alone causes. Time comes with the commands: before a command is applied, everything due by then happens, each at its own time,
// in order of due time; at one due time orders first, in the order in which they were entered, then instruments by row. What follows from
// one (stops that come in, limit states) has happened before the next. advance_time is the command that does nothing else.
//
// Good till time: the order is there until its expire time and no longer: at that instant it is `canceled` with reason expired (public: D
// if it rests; a waiting order just goes). A replace does not change it. Instruments: a limit state that has lasted its time
// (price_band.hpp), a halt or call by the venue that is over (reopening.hpp). Included by matcher.hpp, never by anyone else.
#pragma once

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

template <class Sink>
void Matcher::run_timers(std::uint64_t until, Sink& sink) {
  while (timers_.next_due() <= until) {
    now_ = std::max(now_, timers_.next_due());
    const OrderIndex slot = timers_.first();
    if (slot < orders_.maximum()) {
      cancel_slot(slot, orders_.detail(slot).cl_ord_id, order_entry::CancelReason::expired, order_entry::RequestKind::new_order, sink);
    } else {
      MarketRules(*this, sink).run_timer(static_cast<std::uint16_t>(slot - orders_.maximum()));
    }
    run_consequences(sink);
  }
}

// What a command or a timer brings after it: the stops it elected, limit states that begin or end.
template <class Sink>
void Matcher::run_consequences(Sink& sink) {
  if (elected_.head != levels::none) run_elected(sink);
  if (market_.marked_count != 0) MarketRules(*this, sink).note_limit_states();
}

}  // namespace hopwire::venue
