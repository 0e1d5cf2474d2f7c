// The trading day rolls at a roll_day with the number of the new day; a number that is not above the last is refused (invalidValue, with
// the last). In this order:
//   1. what ends with the day is `canceled` with expired, in entry order (public: D where it rests): day orders, every stop that waits,
//      everything queued for an auction. Good-till-time orders in the book stay: what was due by now has gone before (timers.hpp).
//   2. `dayRolled` (public: S, the end of this day's stream): the public book of the new day begins empty.
//   3. each order that stays is told to the new stream: `rested` (public: A), rows ascending, each in canonical walk, so that a book built
//      from the new stream has the same priority. References, match numbers and client ids of orders that stay go on; references are
//      never used twice, within a day or across days.
// With the day go: the last trade (for stops), the price band, the breaker's count, the breached market level. What stays: trading states
// and their timetables, tick and lot tables, collar, breaker, the reference price (which is now the close). Included by matcher.hpp, never
// by anyone else.
#pragma once

#include "order_to_publish/4_match/market_rules.hpp"

namespace hopwire::venue {

template <class Sink>
Refusal MarketRules<Sink>::roll_day(std::int64_t day) {
  if (day <= matcher_.market_.day) return {order_entry::RejectReason::invalid_value, matcher_.market_.day};
  matcher_.market_.day = day;
  const auto stays = [&](OrderIndex slot) {
    if (!Matcher::is_special(matcher_.orders_.detail(slot))) return false;
    const OrderTerms& terms = matcher_.terms_[slot];
    return terms.place == OrderPlace::book && terms.time_in_force == order_entry::TimeInForce::good_till_time;
  };
  for (const auto& entered : matcher_.gather(std::nullopt, [&](OrderIndex slot) { return !stays(slot); })) {
    cancel(entered.slot, order_entry::CancelReason::expired);
  }
  matcher_.market_.breached_level = 0;
  MatchEvent& rolled = begin_market_event(MatchEventKind::day_rolled, PublicEffect::new_day, 0);
  rolled.quantity = static_cast<std::uint32_t>(day);
  sink_.commit();
  each_row([&](std::uint16_t locate) {
    InstrumentRules& own = rules(locate);
    own.said_reference = matcher_.reference_price(locate);
    book(locate).last_price = 0;
    own.band = {};
    own.breaker.count = 0;
    matcher_.rules_changed(locate);
    for (const Side side : {Side::buy, Side::sell}) {
      const levels::Ladder& ladder = book(locate).side(side);
      for (std::uint32_t position = ladder.count; position-- != 0;) {
        const levels::Level& level = matcher_.levels_.level(ladder.entries[position].level);
        for (OrderIndex slot = level.head; slot != levels::none; slot = matcher_.orders_.node(slot).next) tell_again(slot);
      }
    }
  });
  return {};
}

// As the book shows it now: the slice of a reserve order may be partly gone.
template <class Sink>
void MarketRules<Sink>::tell_again(OrderIndex slot) {
  MatchEvent& event = matcher_.begin_slot_event(slot, MatchEventKind::rested, PublicEffect::add, sink_);
  event.order_type = matcher_.terms_[slot].order_type;
  event.time_in_force = matcher_.terms_[slot].time_in_force;
  const std::uint32_t shown = matcher_.orders_.node(slot).leaves;
  event.displayed = shown == event.leaves ? 0 : shown;
  sink_.commit();
}

}  // namespace hopwire::venue
