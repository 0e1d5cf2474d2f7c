#include "tick_to_trade/5_risk/risk_gate.hpp"

#include <type_traits>

#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using feed::ApprovedOrder;
using feed::OrderIntent;
using feed::OrderIntentKind;
using feed::RiskGate;
using hops::RiskReason;

// The proof in the type: from outside, an ApprovedOrder can only be copied.
static_assert(!std::is_default_constructible_v<ApprovedOrder>);
static_assert(!std::is_constructible_v<ApprovedOrder, OrderIntent>);
static_assert(!std::is_aggregate_v<ApprovedOrder>);
static_assert(!std::is_default_constructible_v<feed::RiskDecision>);
static_assert(!std::is_constructible_v<feed::RiskDecision, RiskReason, OrderIntent>);

constexpr risk::MarketReference market{1'000'000, 1'000'200, 0, false};

OrderIntent intent(OrderIntentKind kind) {
  OrderIntent result;
  result.kind = kind;
  result.locate = 1;
  result.price = 1'000'000;
  result.quantity = 100;
  return result;
}

struct Bench {
  risk::RiskLimits limits = [] {
    risk::RiskLimits result;
    result.max_order_quantity = 100;
    result.price_collar_bp = 100;
    result.max_position = 300;
    return result;
  }();
  risk::PreTradeRisk risk{limits, 4};
  RiskGate gate{risk};
  Bench() {
    risk.enable(1);
    gate.set_session_up(true);
  }
};

TEST("risk gate: an approved intent comes out as it went in") {
  Bench bench;
  const feed::RiskDecision decision = bench.gate.approve(intent(OrderIntentKind::new_order), market, 0);
  REQUIRE(decision.approved());
  CHECK_EQ(decision.order().intent().quantity, 100u);
  CHECK_EQ(bench.risk.open_quantity(1, true), 100u);
}

TEST("risk gate: without a session nothing passes, cancels included") {
  Bench bench;
  bench.gate.set_session_up(false);
  for (const auto kind :
       {OrderIntentKind::new_order, OrderIntentKind::replace_order, OrderIntentKind::cancel_order, OrderIntentKind::mass_cancel}) {
    CHECK_EQ(bench.gate.approve(intent(kind), market, 0).reason(), RiskReason::session_down);
  }
}

TEST("risk gate: killed or stale, orders and replaces stop and cancels pass") {
  Bench bench;
  const auto reason = [&](OrderIntentKind kind, const risk::MarketReference& reference) {
    return bench.gate.approve(intent(kind), reference, 0).reason();
  };
  CHECK_EQ(reason(OrderIntentKind::new_order, {}), RiskReason::stale);
  CHECK_EQ(reason(OrderIntentKind::replace_order, {}), RiskReason::stale);
  CHECK_EQ(reason(OrderIntentKind::cancel_order, {}), RiskReason::none);
  CHECK_EQ(reason(OrderIntentKind::mass_cancel, {}), RiskReason::none);
  bench.risk.set_killed(true);
  CHECK_EQ(reason(OrderIntentKind::new_order, market), RiskReason::killed);
  CHECK_EQ(reason(OrderIntentKind::replace_order, market), RiskReason::killed);
  CHECK_EQ(reason(OrderIntentKind::cancel_order, market), RiskReason::none);
  CHECK_EQ(reason(OrderIntentKind::mass_cancel, market), RiskReason::none);
}

TEST("risk gate: a replace counts what it adds, not what it is") {
  Bench bench;
  for (int order = 0; order < 3; ++order) CHECK(bench.gate.approve(intent(OrderIntentKind::new_order), market, 0).approved());
  CHECK_EQ(bench.gate.approve(intent(OrderIntentKind::new_order), market, 0).reason(), RiskReason::position);
  OrderIntent replace = intent(OrderIntentKind::replace_order);
  CHECK(bench.gate.approve(replace, market, 0).approved());  // adds nothing
  replace.open_quantity_delta = 1;
  CHECK_EQ(bench.gate.approve(replace, market, 0).reason(), RiskReason::position);
}

}  // namespace
