// Self-trade prevention: the incoming order's instruction decides; the resting order's own does not matter. Scope: orders of the same
// account, or of the same firm. When the taker would trade with such a maker at the head of the line, `prevented` tells both what would
// have traded (no public effect), and then, the maker's part before the taker's:
//   cancelNewest  the taker's rest is cancelled; the maker keeps its place
//   cancelOldest  the maker is cancelled, hidden reserve included (public: D); the taker goes on
//   cancelBoth    both
//   decrement     both lose what would have traded: `canceled` with what is left (maker: public X, or D when nothing displayed is left;
//                 a reserve order then refreshes); who has nothing left is done
// All cancels carry reason selfTrade. Trades before the meeting stand. A decrement is not an execution: a later replace's total does not
// count it. Included by matcher.hpp, never by anyone else.
#pragma once

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

inline bool Matcher::is_own(const Taker& taker, OrderIndex maker) const noexcept {
  if (taker.terms->self_trade_action == order_entry::SelfTradeAction::none) return false;
  return taker.terms->self_trade_scope == order_entry::SelfTradeScope::account ? taker.account == orders_.detail(maker).account
                                                                               : taker.firm == orders_.firm(maker);
}

template <class Sink>
void Matcher::prevent_self_trade(Book& book, OrderIndex maker, Taker& taker, Sink& sink) {
  using order_entry::CancelReason;
  using order_entry::SelfTradeAction;
  const std::uint32_t quantity = std::min(taker.leaves, orders_.node(maker).leaves);
  MatchEvent& prevented = begin_slot_event(maker, MatchEventKind::prevented, PublicEffect::none, sink);
  prevented.quantity = quantity;
  prevented.taker_cl_ord_id = taker.cl_ord_id;
  prevented.taker_reference = taker.reference;
  prevented.taker_session = taker.session;
  prevented.taker_leaves = taker.leaves;
  sink.commit();
  const SelfTradeAction action = taker.terms->self_trade_action;
  const bool decrements = action == SelfTradeAction::decrement;
  if (decrements) {
    decrement_maker(maker, quantity, sink);
  } else if (action != SelfTradeAction::cancel_newest) {
    cancel_slot(maker, orders_.detail(maker).cl_ord_id, CancelReason::self_trade, order_entry::RequestKind::new_order, sink);
  }
  if (action == SelfTradeAction::cancel_oldest) return;
  const std::uint32_t lost = decrements ? quantity : taker.leaves;
  cancel_taker(book, taker, lost, CancelReason::self_trade, sink);
  taker.leaves -= lost;
}

template <class Sink>
void Matcher::decrement_maker(OrderIndex maker, std::uint32_t quantity, Sink& sink) {
  OrderNode& node = orders_.node(maker);
  if (open_quantity(maker) == quantity) {
    return cancel_slot(maker, orders_.detail(maker).cl_ord_id, order_entry::CancelReason::self_trade, order_entry::RequestKind::new_order,
                       sink);
  }
  if (limits_.is_risk_on) PreTradeRisk(*this).close(maker, quantity);
  node.leaves -= quantity;
  levels_.level(node.level).quantity -= quantity;
  const bool is_shown = node.leaves != 0;
  MatchEvent& event = begin_slot_event(maker, MatchEventKind::canceled, is_shown ? PublicEffect::reduce : PublicEffect::remove, sink);
  event.original_cl_ord_id = event.cl_ord_id;
  event.quantity = quantity;
  event.reason = static_cast<std::uint16_t>(order_entry::CancelReason::self_trade);
  sink.commit();
  if (!is_shown) show_next_slice(maker, sink);
}

}  // namespace hopwire::venue
