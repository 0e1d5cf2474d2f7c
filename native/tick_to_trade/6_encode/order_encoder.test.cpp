#include "tick_to_trade/6_encode/order_encoder.hpp"

#include <vector>

#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using feed::OrderIntent;
using feed::OrderIntentKind;

// One gate that lets everything through.
struct Encoded {
  std::vector<std::byte> bytes = std::vector<std::byte>(feed::largest_order_frame + 16, std::byte{0xEE});
  std::size_t length = 0;
  net::Message message;

  explicit Encoded(const OrderIntent& intent) {
    risk::PreTradeRisk risk(risk::RiskLimits::none(), 4);
    risk.enable(1);
    feed::RiskGate gate(risk);
    gate.set_session_up(true);
    const feed::RiskDecision decision = gate.approve(intent, {1, 2, 0, false}, 0);
    if (!decision.approved()) return;
    length = feed::encode(decision.order(), 41, 17, 1'763'648'581'000'000'123, bytes.data(), 9);
    message = net::read_message(std::span(bytes).first(length));
    CHECK(bytes[length] == std::byte{0xEE});
    CHECK_EQ(net::read_frame(bytes, net::order_entry_prefix, net::order_entry_largest_frame).length, length);
    CHECK_EQ(message.status, net::MessageStatus::ok);
    const order_entry::InboundHeaderView header(message.block);
    CHECK_EQ(header.sequence_number(), 41u);
    CHECK_EQ(header.last_processed(), 17u);
    CHECK_EQ(header.sending_time(), 1'763'648'581'000'000'123u);
  }
};

OrderIntent intent(OrderIntentKind kind) {
  OrderIntent result;
  result.kind = kind;
  result.locate = 1;
  result.cl_ord_id = 3;
  result.original_cl_ord_id = 2;
  result.trigger_sequence = 888;
  result.instrument_id = 5001;
  result.price = 1'000'100;
  result.quantity = 70;
  result.side = order_entry::Side::sell;
  result.time_in_force = order_entry::TimeInForce::immediate_or_cancel;
  return result;
}

TEST("order encoder: a new order says all of its intent and the account") {
  const Encoded encoded(intent(OrderIntentKind::new_order));
  REQUIRE(encoded.message.template_id == order_entry::NewOrderView::template_id);
  const order_entry::NewOrderView view(encoded.message.block);
  CHECK_EQ(view.cl_ord_id(), 3u);
  CHECK_EQ(view.trigger_sequence(), 888u);
  CHECK_EQ(view.account(), 9u);
  CHECK_EQ(view.instrument_id(), 5001u);
  CHECK_EQ(view.price(), 1'000'100);
  CHECK_EQ(view.quantity(), 70u);
  CHECK_EQ(view.min_quantity(), 0u);
  CHECK_EQ(view.display_quantity(), 0u);
  CHECK_EQ(view.side(), order_entry::Side::sell);
  CHECK_EQ(view.order_type(), order_entry::OrderType::limit);
  CHECK_EQ(view.time_in_force(), order_entry::TimeInForce::immediate_or_cancel);
  CHECK_EQ(view.flags().bits, 0);
}

TEST("order encoder: a market order's price is null on the wire") {
  OrderIntent market = intent(OrderIntentKind::new_order);
  market.order_type = order_entry::OrderType::market;
  const Encoded encoded(market);
  REQUIRE(encoded.length != 0);
  CHECK_EQ(order_entry::NewOrderView(encoded.message.block).price(), order_entry::NewOrderView::price_null_value);
}

TEST("order encoder: replace and cancel name the order, mass cancel its scope") {
  const Encoded replace(intent(OrderIntentKind::replace_order));
  REQUIRE(replace.message.template_id == order_entry::ReplaceOrderView::template_id);
  const order_entry::ReplaceOrderView replaced(replace.message.block);
  CHECK_EQ(replaced.cl_ord_id(), 3u);
  CHECK_EQ(replaced.orig_cl_ord_id(), 2u);
  CHECK_EQ(replaced.price(), 1'000'100);
  CHECK_EQ(replaced.quantity(), 70u);
  CHECK_EQ(replaced.trigger_sequence(), 888u);

  const Encoded cancel(intent(OrderIntentKind::cancel_order));
  REQUIRE(cancel.message.template_id == order_entry::CancelOrderView::template_id);
  CHECK_EQ(order_entry::CancelOrderView(cancel.message.block).orig_cl_ord_id(), 2u);

  OrderIntent all = intent(OrderIntentKind::mass_cancel);
  const Encoded one_instrument(all);
  REQUIRE(one_instrument.message.template_id == order_entry::MassCancelView::template_id);
  CHECK_EQ(order_entry::MassCancelView(one_instrument.message.block).scope(), order_entry::ScopeFields{}.session(true).instrument(true));
  all.instrument_id = 0;
  const Encoded everything(all);
  CHECK_EQ(order_entry::MassCancelView(everything.message.block).scope(), order_entry::ScopeFields{}.session(true));
}

}  // namespace
