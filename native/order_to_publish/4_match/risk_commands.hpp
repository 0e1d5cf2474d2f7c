// The operator's commands about risk: limits, restrictions, positions (risk_limits.hpp), and the short-sale price test of an instrument
// (short_sale.hpp). Each that is taken gives an event, with risk off too. Included by matcher.hpp, never by anyone else.
#pragma once

#include "order_to_publish/4_match/market_rules.hpp"

namespace hopwire::venue {

// Limits of the account itself: about no instrument.
inline bool is_about_account(const Command& command) noexcept {
  return command.kind == CommandKind::set_limits && command.risk.of_instrument == 0;
}

template <class Sink>
MatchEvent& MarketRules<Sink>::begin_risk_event(MatchEventKind kind, const Command& command) {
  MatchEvent& event = matching::begin(sink_);
  event.kind = kind;
  event.account = command.account;
  if (!is_about_account(command)) event.locate = command.locate;
  return event;
}

template <class Sink>
Refusal MarketRules<Sink>::set_limits(const Command& command) {
  bool is_done = false;
  const std::uint16_t locate = is_about_account(command) ? std::uint16_t{0} : command.locate;
  if (const Refusal refusal = matcher_.risk_.set_limit(command.account, locate, command.risk, is_done)) return refusal;
  if (!is_done) return {};
  begin_risk_event(MatchEventKind::limits_set, command);
  sink_.commit();
  return {};
}

template <class Sink>
Refusal MarketRules<Sink>::restrict_instrument(const Command& command) {
  const bool is_on = command.risk.value != 0;
  if (const Refusal refusal = matcher_.risk_.restrict(command.account, command.locate, is_on)) return refusal;
  begin_risk_event(MatchEventKind::restriction_set, command).quantity = is_on ? 1 : 0;
  sink_.commit();
  return {};
}

template <class Sink>
Refusal MarketRules<Sink>::restrict_short_sales(const Command& command) {
  const bool is_on = command.risk.value != 0;
  rules(command.locate).is_short_restricted = is_on;
  matcher_.set_book_bits(command.locate);
  MatchEvent& event = begin_market_event(MatchEventKind::short_sale_restriction_set, PublicEffect::short_sale_restriction, command.locate);
  event.quantity = is_on ? 1 : 0;
  sink_.commit();
  return {};
}

template <class Sink>
Refusal MarketRules<Sink>::set_position(const Command& command) {
  if (const Refusal refusal = matcher_.risk_.set_position(command.account, command.locate, command.risk.value)) return refusal;
  begin_risk_event(MatchEventKind::position_set, command).limit_value = command.risk.value;
  sink_.commit();
  return {};
}

}  // namespace hopwire::venue
