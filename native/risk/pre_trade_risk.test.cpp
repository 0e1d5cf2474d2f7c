#include "risk/pre_trade_risk.hpp"

#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using hops::RiskReason;
using risk::MarketReference;
using risk::OrderRequest;
using risk::PreTradeRisk;
using risk::RiskLimits;

RiskLimits limits() {
  RiskLimits result;
  result.max_order_quantity = 500;
  result.price_collar_bp = 100;  // 1 %
  result.max_position = 1000;
  return result;
}

constexpr MarketReference market{1'000'000, 1'000'200, 1'000'100, false};

OrderRequest order(bool is_buy, std::int32_t price, std::uint32_t quantity) { return {1, price, quantity, quantity, is_buy, false}; }

TEST("risk: size, collar and unknown rows are refused with their reason, and a refusal counts nothing") {
  PreTradeRisk risk(limits(), 8);
  CHECK_EQ(risk.check(order(true, 1'000'000, 10), market, 0), RiskReason::unknown_instrument);
  risk.enable(1);
  CHECK_EQ(risk.check(order(true, 1'000'000, 501), market, 0), RiskReason::order_size);
  CHECK_EQ(risk.check(order(true, 1'000'000, 0), market, 0), RiskReason::invalid);
  CHECK_EQ(risk.check(order(true, 0, 10), market, 0), RiskReason::invalid);
  CHECK_EQ(risk.check(order(true, 1'010'102, 10), market, 0), RiskReason::price_collar);
  CHECK_EQ(risk.check(order(false, 990'098, 10), market, 0), RiskReason::price_collar);
  CHECK_EQ(risk.check({900, 1'000'000, 10, 10, true, false}, market, 0), RiskReason::unknown_instrument);
  CHECK_EQ(risk.open_quantity(1, true), 0u);
  CHECK_EQ(risk.check(order(true, 1'010'101, 10), market, 0), RiskReason::none);
  CHECK_EQ(risk.check(order(false, 990'099, 10), market, 0), RiskReason::none);
  CHECK_EQ(risk.open_quantity(1, true), 10u);
  CHECK_EQ(risk.open_quantity(1, false), 10u);
}

TEST("risk: fails closed -- stale, killed, or with no price to compare with") {
  PreTradeRisk risk(limits(), 8);
  risk.enable(1);
  CHECK_EQ(risk.check(order(true, 1'000'000, 10), MarketReference{}, 0), RiskReason::stale);
  CHECK_EQ(risk.check(order(true, 1'000'000, 10), MarketReference{0, 0, 0, false}, 0), RiskReason::price_collar);
  CHECK_EQ(risk.check(order(true, 1'000'000, 10), MarketReference{1'000'000, 0, 0, false}, 0), RiskReason::none);
  risk.enable(2, 500'000);
  CHECK_EQ(risk.check({2, 500'000, 10, 10, true, false}, MarketReference{0, 0, 0, false}, 0), RiskReason::none);
  const OrderRequest market_order{2, 0, 10, 10, true, true};
  CHECK_EQ(risk.check(market_order, MarketReference{500'000, 0, 0, false}, 0), RiskReason::price_collar);  // nothing to trade against
  risk.set_killed(true);
  CHECK_EQ(risk.check(order(true, 1'000'000, 10), market, 0), RiskReason::killed);
  risk.set_killed(false);
  CHECK_EQ(risk.check(order(true, 1'000'000, 10), market, 0), RiskReason::none);
}

TEST("risk: the position limit counts open orders as executed, each side by itself") {
  PreTradeRisk risk(limits(), 8);
  risk.enable(1);
  CHECK_EQ(risk.check(order(true, 1'000'000, 500), market, 0), RiskReason::none);
  CHECK_EQ(risk.check(order(true, 1'000'000, 500), market, 0), RiskReason::none);
  CHECK_EQ(risk.check(order(true, 1'000'000, 1), market, 0), RiskReason::position);
  CHECK_EQ(risk.check(order(false, 1'000'000, 500), market, 0), RiskReason::none);
  risk.on_fill(1, true, 300);
  CHECK_EQ(risk.position(1), 300);
  CHECK_EQ(risk.open_quantity(1, true), 700u);
  CHECK_EQ(risk.check(order(true, 1'000'000, 1), market, 0), RiskReason::position);
  risk.on_done(1, true, 700);
  CHECK_EQ(risk.check(order(true, 1'000'000, 500), market, 0), RiskReason::none);
  risk.on_fill(1, false, 500);
  CHECK_EQ(risk.position(1), -200);
  // 200 short: 1000 may be bought to get back and 1000 beyond; 800 may still be sold.
  CHECK_EQ(risk.check(order(false, 1'000'000, 500), market, 0), RiskReason::none);
  CHECK_EQ(risk.check(order(false, 1'000'000, 301), market, 0), RiskReason::position);
  CHECK_EQ(risk.check(order(false, 1'000'000, 300), market, 0), RiskReason::none);
  CHECK_EQ(risk.drift(), 0u);
}

TEST("risk: a replace that adds nothing passes at the limit, and reports of unknown orders never make open quantity negative") {
  PreTradeRisk risk(limits(), 8);
  risk.enable(1);
  risk.on_fill(1, true, 5000);  // from before this process
  CHECK_EQ(risk.drift(), 1u);
  CHECK_EQ(risk.open_quantity(1, true), 0u);
  CHECK_EQ(risk.check({1, 1'000'000, 100, 0, true, false}, market, 0), RiskReason::none);
  CHECK_EQ(risk.check(order(true, 1'000'000, 1), market, 0), RiskReason::position);
  CHECK_EQ(risk.check(order(false, 1'000'000, 500), market, 0), RiskReason::none);
}

TEST("risk: the rate is spent by approvals only, and comes back with time") {
  RiskLimits slow = limits();
  slow.max_messages_per_second = 10;
  slow.message_burst = 2;
  PreTradeRisk risk(slow, 8);
  risk.enable(1);
  for (int refused = 0; refused < 5; ++refused) (void)risk.check(order(true, 1'000'000, 501), market, 0);
  CHECK_EQ(risk.check(order(true, 1'000'000, 1), market, 0), RiskReason::none);
  CHECK_EQ(risk.check(order(true, 1'000'000, 1), market, 0), RiskReason::none);
  CHECK_EQ(risk.check(order(true, 1'000'000, 1), market, 0), RiskReason::rate);
  CHECK_EQ(risk.check(order(true, 1'000'000, 1), market, 100'000'000), RiskReason::none);
}

TEST("risk: no limits lets everything sane through") {
  PreTradeRisk risk(RiskLimits::none(), 2);
  risk.enable(1);
  CHECK_EQ(risk.check(order(true, 2'000'000'000, 4'000'000'000u), MarketReference{0, 0, 0, false}, 0), RiskReason::none);
}

}  // namespace
