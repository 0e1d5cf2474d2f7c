// What time alone causes. Time comes with the commands: before a command is applied, everything due by then happens, in order of its due
// time, at one due time in the order in which the orders were entered; advance_time is the command that does nothing else.
//
// Good till time: the order is there until its expire time and no longer: at that instant it is `canceled` with reason expired (public: D
// if it rests; a waiting stop just goes). A replace does not change it. Included by matcher.hpp, never by anyone else.
#pragma once

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

template <class Sink>
void Matcher::run_timers(Sink& sink) {
  while (timers_.next_due() <= now_) {
    const OrderIndex slot = timers_.first();
    cancel_slot(slot, orders_.detail(slot).cl_ord_id, order_entry::CancelReason::expired, order_entry::RequestKind::new_order, sink);
  }
}

}  // namespace hopwire::venue
