// Fill-or-kill and minimum quantity: both ask, before anything happens, how much the order would trade at once, and cancel it whole if that
// is too little. Fill-or-kill needs all of it, a minimum quantity its minimum; asked once, when the order comes in (a stop: when it is
// triggered), for every time in force. What is left afterwards rests or not as its time in force says.
//
// The trial counts hidden reserve, and does not count makers that self-trade prevention would keep the order from: the count ends at the
// first own maker when the order itself would be cancelled, passes over own makers that would be cancelled, and loses the quantity that
// would be decremented. Reserve orders are met slice by slice in rounds, as matching would meet them. It counts no quote that a protection
// would have pulled by then: what the order's own executions would trip (protection.hpp) it foresees.
//
// Events: `accepted`, then `canceled` with fillOrKill or minimumQuantity. Included by matcher.hpp, never by anyone else.
#pragma once

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

inline bool Matcher::passes_trial(const Book& book, const Taker& taker) noexcept {
  const bool is_kill = taker.time_in_force == order_entry::TimeInForce::fill_or_kill;
  const std::uint32_t needed = is_kill ? taker.leaves : taker.terms->minimum_quantity;
  return needed == 0 || tradeable(book, taker) >= needed;
}

// Would it have been pulled by now?
inline bool Matcher::is_expected_gone(const OrderDetail& maker) noexcept {
  if ((maker.flags & is_quote) == 0) return false;
  const Protection* of_session = protections_.find({false, maker.session});
  const Protection* of_account = protections_.find({true, maker.account});
  return (of_session != nullptr && protections_.is_expected_to_trip(*of_session)) ||
         (of_account != nullptr && protections_.is_expected_to_trip(*of_account));
}

inline void Matcher::expect_trade(const OrderDetail& maker, const Trade& trade) noexcept {
  if ((maker.flags & is_quote) == 0) return;
  for (const ProtectionGroup group : {ProtectionGroup{false, maker.session}, ProtectionGroup{true, maker.account}}) {
    if (Protection* protection = protections_.find(group)) protections_.expect(*protection, now_, trade.quantity, trade.value());
  }
}

// What it would trade at once.
inline std::uint32_t Matcher::tradeable(const Book& book, const Taker& taker) noexcept {
  using order_entry::SelfTradeAction;
  const SelfTradeAction action = taker.terms->self_trade_action;
  const bool order_matters = action != SelfTradeAction::none && action != SelfTradeAction::cancel_oldest;
  const levels::Ladder& opposite = taker.side == order_entry::Side::buy ? book.ask : book.bid;
  std::uint32_t open = taker.leaves;
  std::uint32_t traded = 0;
  protections_.begin_forecast();
  const auto is_met = [&](std::uint32_t position) { return matching::crosses(taker.side, taker.limit, opposite.entries[position].price); };
  for (std::uint32_t position = opposite.count; position-- != 0 && is_met(position);) {
    const levels::Level& level = levels_.level(opposite.entries[position].level);
    bool is_empty = false;
    for (std::uint32_t round = 0; !is_empty; ++round) {
      is_empty = true;
      for (OrderIndex slot = level.head; slot != levels::none; slot = orders_.node(slot).next) {
        const std::uint32_t slice = order_matters ? slice_of(slot, round) : round == 0 ? open_quantity(slot) : 0;
        const std::uint32_t quantity = std::min(open, slice);
        if (quantity == 0 || is_expected_gone(orders_.detail(slot))) continue;
        const bool own = is_own(taker, slot);
        if (own && (action == SelfTradeAction::cancel_newest || action == SelfTradeAction::cancel_both)) return traded;
        if (own && action == SelfTradeAction::cancel_oldest) continue;
        if (!own) {
          traded += quantity;
          expect_trade(orders_.detail(slot), {.price = level.price, .quantity = quantity});
        }
        open -= quantity;
        if (open == 0) return traded;
        is_empty = false;
      }
    }
  }
  return traded;
}

// What an order shows when a taker meets it for the round-th time, from 0; 0 = it is done by then.
inline std::uint32_t Matcher::slice_of(OrderIndex slot, std::uint32_t round) const noexcept {
  if (round == 0) return orders_.node(slot).leaves;
  if (!is_special(orders_.detail(slot))) return 0;
  const OrderTerms& terms = terms_[slot];
  const std::uint64_t before = std::uint64_t{terms.display_quantity} * (round - 1);
  return before >= terms.hidden ? 0 : std::min(terms.display_quantity, static_cast<std::uint32_t>(terms.hidden - before));
}

}  // namespace hopwire::venue
