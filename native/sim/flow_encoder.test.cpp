#include "sim/flow_encoder.hpp"

#include <array>
#include <span>

#include "test_support/test.hpp"

using namespace hopwire;
using namespace hopwire::sim;

namespace {

constexpr FlowStamp stamp{.sequence = 7, .last_processed = 5, .sending_time = 1'700'000'000'000'000'000};

struct Encoded {
  explicit Encoded(const FlowCommand& command) : length(encode(command, stamp, bytes.data())) {
    message = net::read_message(std::span<const std::byte>(bytes.data(), length));
  }
  std::array<std::byte, largest_flow_frame> bytes{};
  std::size_t length;
  net::Message message;
};

FlowCommand command(FlowKind kind) {
  FlowCommand made;
  made.cl_ord_id = 0x1234'5678'9abc;
  made.original_cl_ord_id = 0x1111;
  made.instrument_id = 1003;
  made.account = 2;
  made.price = 1'000'100;
  made.quantity = 300;
  made.kind = kind;
  made.side = order_entry::Side::sell;
  return made;
}

}  // namespace

TEST("flow encoder: a limit order") {
  const Encoded encoded(command(FlowKind::new_order));
  REQUIRE(encoded.message.status == net::MessageStatus::ok);
  REQUIRE_EQ(encoded.message.template_id, order_entry::NewOrderView::template_id);
  const order_entry::NewOrderView view(encoded.message.block);
  CHECK_EQ(view.header().sequence_number(), 7u);
  CHECK_EQ(view.header().last_processed(), 5u);
  CHECK_EQ(view.header().sending_time(), stamp.sending_time);
  CHECK_EQ(view.cl_ord_id(), 0x1234'5678'9abcu);
  CHECK_EQ(view.trigger_sequence(), order_entry::NewOrderView::trigger_sequence_null_value);
  CHECK_EQ(view.account(), 2u);
  CHECK_EQ(view.instrument_id(), 1003u);
  CHECK_EQ(view.price(), 1'000'100);
  CHECK_EQ(view.quantity(), 300u);
  CHECK(view.side() == order_entry::Side::sell);
  CHECK(view.order_type() == order_entry::OrderType::limit);
  CHECK(view.time_in_force() == order_entry::TimeInForce::day);
  CHECK_EQ(view.min_quantity(), 0u);
  CHECK_EQ(view.display_quantity(), 0u);
}

TEST("flow encoder: a market order carries no price") {
  FlowCommand market = command(FlowKind::new_order);
  market.order_type = order_entry::OrderType::market;
  market.time_in_force = order_entry::TimeInForce::immediate_or_cancel;
  const Encoded encoded(market);
  REQUIRE(encoded.message.status == net::MessageStatus::ok);
  const order_entry::NewOrderView view(encoded.message.block);
  CHECK_EQ(view.price(), order_entry::NewOrderView::price_null_value);
  CHECK(view.order_type() == order_entry::OrderType::market);
  CHECK(view.time_in_force() == order_entry::TimeInForce::immediate_or_cancel);
}

TEST("flow encoder: a replace and a cancel name the order they change") {
  const Encoded replaced(command(FlowKind::replace_order));
  REQUIRE_EQ(replaced.message.template_id, order_entry::ReplaceOrderView::template_id);
  const order_entry::ReplaceOrderView replace(replaced.message.block);
  CHECK_EQ(replace.orig_cl_ord_id(), 0x1111u);
  CHECK_EQ(replace.price(), 1'000'100);
  CHECK_EQ(replace.quantity(), 300u);
  CHECK_EQ(replace.instrument_id(), 1003u);

  const Encoded canceled(command(FlowKind::cancel_order));
  REQUIRE_EQ(canceled.message.template_id, order_entry::CancelOrderView::template_id);
  const order_entry::CancelOrderView cancel(canceled.message.block);
  CHECK_EQ(cancel.cl_ord_id(), 0x1234'5678'9abcu);
  CHECK_EQ(cancel.orig_cl_ord_id(), 0x1111u);
  CHECK_EQ(cancel.header().sequence_number(), 7u);
}
