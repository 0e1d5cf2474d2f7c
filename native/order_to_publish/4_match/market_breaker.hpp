// The market-wide circuit breaker. The index is not the matcher's: the operator says its three levels (set_market_levels; public: V; each
// below the one before, in 1e-8) and when one is breached (breach_market_level, W). A level is breached once a day at most, and none below
// the one already breached (invalidValue, with that level). `marketBreached` comes first; then, by row, every instrument that is not closed
// halts with MWC1, MWC2 or MWC3, those that are halted already too: one rule and one timetable for all (reopening.hpp). Included by
// matcher.hpp, never by anyone else.
#pragma once

#include <algorithm>
#include <iterator>

#include "order_to_publish/4_match/market_rules.hpp"

namespace hopwire::venue {

template <class Sink>
Refusal MarketRules<Sink>::set_market_levels(const OperatorTerms& terms) {
  const auto& levels = terms.values;
  if (levels[0] <= levels[1] || levels[1] <= levels[2] || levels[2] < 1) return {order_entry::RejectReason::invalid_value, 0};
  std::copy(std::begin(levels), std::end(levels), matcher_.market_.said_levels);
  MatchEvent& event = begin_market_event(MatchEventKind::market_levels, PublicEffect::market_levels, 0);
  put_facts(event, LevelFacts{.levels = {levels[0], levels[1], levels[2]}});
  sink_.commit();
  return {};
}

template <class Sink>
Refusal MarketRules<Sink>::breach_market_level(std::int64_t level) {
  using order_entry::RejectReason;
  if (level < 1 || level > 3) return {RejectReason::invalid_value, level < 1 ? 1 : 3};
  if (level <= matcher_.market_.breached_level) return {RejectReason::invalid_value, matcher_.market_.breached_level};
  matcher_.market_.breached_level = level;
  MatchEvent& event = begin_market_event(MatchEventKind::market_breached, PublicEffect::market_breach, 0);
  event.quantity = static_cast<std::uint32_t>(level);
  sink_.commit();
  each_row([&](std::uint16_t locate) {
    if (rules(locate).state != State::closed) halt_by_venue(locate, reopening::market_breach(level));
  });
  return {};
}

}  // namespace hopwire::venue
