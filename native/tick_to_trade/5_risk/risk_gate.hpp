// Hop 5 of tick_to_trade: an intent becomes an order only here.
// Input: OrderIntent and what the market says about its row. Output: ApprovedOrder, or the reason why not. Owner: the trader's loop.
// Budget: hops.xml, 5_risk.
//
// The proof is in the type: nobody else can make an ApprovedOrder, and hop 6 encodes nothing else. Cancels and mass cancels always pass
// -- also killed, also stale, and without spending rate -- as long as there is a session to carry them. When it cannot decide (stale
// book, unknown row, no price to compare with) it refuses.
#pragma once

#include <cstdint>

#include "risk/pre_trade_risk.hpp"
#include "tick_to_trade/4_signal/order_intent.hpp"

namespace hopwire::feed {

class ApprovedOrder {
 public:
  [[nodiscard]] const OrderIntent& intent() const noexcept { return intent_; }

 private:
  friend class RiskGate;
  friend class RiskDecision;
  explicit ApprovedOrder(const OrderIntent& intent) noexcept : intent_(intent) {}

  OrderIntent intent_;
};

// The answer to one intent. order() may be asked for only when approved().
class RiskDecision {
 public:
  [[nodiscard]] bool approved() const noexcept { return reason_ == hops::RiskReason::none; }
  [[nodiscard]] hops::RiskReason reason() const noexcept { return reason_; }
  [[nodiscard]] const ApprovedOrder& order() const noexcept {
    if (!approved()) __builtin_trap();  // a refused order must not leave, whatever the caller believes
    return order_;
  }

 private:
  friend class RiskGate;
  RiskDecision(hops::RiskReason reason, const OrderIntent& intent) noexcept : order_(intent), reason_(reason) {}

  ApprovedOrder order_;
  hops::RiskReason reason_;
};

class RiskGate {
 public:
  explicit RiskGate(risk::PreTradeRisk& risk) : risk_(risk) {}

  // The session is there to take orders, or not. Down until told.
  void set_session_up(bool up) noexcept { session_up_ = up; }

  [[nodiscard]] RiskDecision approve(const OrderIntent& intent, const risk::MarketReference& market,
                                     std::uint64_t now_nanoseconds) noexcept {
    if (!session_up_) return {hops::RiskReason::session_down, intent};
    if (intent.kind == OrderIntentKind::cancel_order || intent.kind == OrderIntentKind::mass_cancel)
      return {hops::RiskReason::none, intent};
    risk::OrderRequest request;
    request.row = intent.locate;
    request.price = intent.price;
    request.quantity = intent.quantity;
    request.open_quantity = intent.kind == OrderIntentKind::new_order ? intent.quantity : intent.open_quantity_delta;
    request.is_buy = intent.side == order_entry::Side::buy;
    request.is_market = intent.order_type == order_entry::OrderType::market;
    return {risk_.check(request, market, now_nanoseconds), intent};
  }

 private:
  risk::PreTradeRisk& risk_;
  bool session_up_ = false;
};

}  // namespace hopwire::feed
