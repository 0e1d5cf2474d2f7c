// Which rule takes which command of the operator. One that is taken changes what its rule says and, where the public must know, gives an
// event; one that is not gives `adminRefused` with a reason and changes nothing. A reference price (auction.hpp, price_collar.hpp) must be
// one that an order could have. Included by matcher.hpp, never by anyone else.
#pragma once

#include "order_to_publish/4_match/market_rules.hpp"
#include "order_to_publish/4_match/risk_commands.hpp"

namespace hopwire::venue {

template <class Sink>
void MarketRules<Sink>::run(const Command& command) {
  const bool names_row = !is_about_market(command.kind) && !is_about_account(command);
  const bool is_known = !names_row || matcher_.book_at(command.locate).known;
  const Refusal refusal = is_known ? dispatch(command) : Refusal{order_entry::RejectReason::unknown_instrument, 0};
  if (!refusal) return;
  MatchEvent& event = matching::begin(sink_);
  event.kind = MatchEventKind::admin_refused;
  event.reason = static_cast<std::uint16_t>(refusal.reason);
  event.limit_value = refusal.limit_value;
  if (names_row) event.locate = command.locate;
  if (is_about_risk(command.kind) && command.kind != CommandKind::restrict_short_sales) event.account = command.account;
  sink_.commit();
}

template <class Sink>
Refusal MarketRules<Sink>::dispatch(const Command& command) {
  const OperatorTerms& terms = command.operators;
  const auto& values = terms.values;
  const std::uint16_t locate = command.locate;
  const auto changed = [&](Refusal refusal) {
    matcher_.rules_changed(locate);
    return refusal;
  };
  switch (command.kind) {
    case CommandKind::set_trading_state: return set_trading_state(locate, terms);
    case CommandKind::set_reference_price: return changed(set_reference_price(locate, values[0]));
    case CommandKind::publish_imbalance: publish_imbalance(locate); return {};
    case CommandKind::set_tick_band: return changed(tick_table::set_band(rules(locate), values[0], values[1]));
    case CommandKind::set_lot_size:
      return changed(tick_table::set_lot(rules(locate), values[0], values[1], matcher_.limits_.maximum_order_quantity));
    case CommandKind::set_price_collar: return changed(price_collar::set(rules(locate), values[0]));
    case CommandKind::set_price_band: return set_price_band(locate, values[0], values[1]);
    case CommandKind::set_circuit_breaker: return changed(circuit_breaker::set(rules(locate).breaker, values[0], values[1]));
    case CommandKind::set_reopening: return set_reopening(locate, values[0], values[1]);
    case CommandKind::set_market_levels: return set_market_levels(terms);
    case CommandKind::breach_market_level: return breach_market_level(values[0]);
    case CommandKind::roll_day: return roll_day(values[0]);
    case CommandKind::set_limits: return set_limits(command);
    case CommandKind::restrict_instrument: return restrict_instrument(command);
    case CommandKind::restrict_short_sales: return restrict_short_sales(command);
    case CommandKind::set_position: return set_position(command);
    default: return {order_entry::RejectReason::not_supported, 0};
  }
}

template <class Sink>
Refusal MarketRules<Sink>::check_reference(std::uint16_t locate, std::int64_t price) {
  using order_entry::RejectReason;
  if (price < smallest_price) return {RejectReason::invalid_value, smallest_price};
  if (price > largest_price) return {RejectReason::invalid_value, largest_price};
  return tick_table::check_tick(rules(locate), static_cast<Price>(price));
}

template <class Sink>
Refusal MarketRules<Sink>::set_reference_price(std::uint16_t locate, std::int64_t price) {
  const Refusal refusal = check_reference(locate, price);
  if (!refusal) rules(locate).said_reference = static_cast<Price>(price);
  return refusal;
}

// Nobody asked for it: under its own id.
template <class Sink>
void MarketRules<Sink>::cancel(OrderIndex slot, order_entry::CancelReason reason) {
  matcher_.cancel_slot(slot, matcher_.orders_.detail(slot).cl_ord_id, reason, order_entry::RequestKind::new_order, sink_);
}

}  // namespace hopwire::venue
