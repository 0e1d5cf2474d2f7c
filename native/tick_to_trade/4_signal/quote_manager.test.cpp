// Quotes become orders: one request in flight per order, the latest desire wins, refusals are not repeated.
#include "tick_to_trade/4_signal/quote_manager.hpp"

#include <vector>

#include "test_support/test.hpp"

using namespace hopwire::feed;
using hopwire::order_entry::Side;

namespace {

struct Desk {
  OwnOrders orders{16};
  QuoteManager quotes{orders, 8};
  std::vector<OrderIntent> sent;

  Desk() { quotes.set_instrument(3, 1003); }
  void reconcile() {
    sent.clear();
    quotes.reconcile(3, [this](const OrderIntent& intent, SlotIndex) { sent.push_back(intent); });
  }
  OwnOrder& order_of(const OrderIntent& intent) { return *orders.find(intent.cl_ord_id); }
};

}  // namespace

TEST("quote manager: a first quote opens both sides, ids rising") {
  Desk desk;
  desk.quotes.desire(3, {1'000'000, 1'000'200, 100, 50});
  desk.reconcile();
  REQUIRE(desk.sent.size() == 2u);
  CHECK(desk.sent[0].kind == OrderIntentKind::new_order);
  CHECK_EQ(desk.sent[0].instrument_id, 1003u);
  CHECK(desk.sent[0].side == Side::buy);
  CHECK_EQ(desk.sent[1].price, 1'000'200);
  CHECK_EQ(desk.sent[1].quantity, 50u);
  CHECK(desk.sent[1].cl_ord_id > desk.sent[0].cl_ord_id);
}

TEST("quote manager: while a request is in flight nothing more is sent; the latest desire follows the answer") {
  Desk desk;
  desk.quotes.desire(3, {1'000'000, 0, 100, 0});
  desk.reconcile();
  const OrderIntent opened = desk.sent.at(0);
  desk.quotes.desire(3, {1'000'100, 0, 100, 0});
  desk.reconcile();
  CHECK(desk.sent.empty());
  desk.quotes.desire(3, {1'000'300, 0, 100, 0});
  desk.order_of(opened).state = OwnOrderState::live;
  desk.reconcile();
  REQUIRE(desk.sent.size() == 1u);
  CHECK(desk.sent[0].kind == OrderIntentKind::replace_order);
  CHECK_EQ(desk.sent[0].original_cl_ord_id, opened.cl_ord_id);
  CHECK_EQ(desk.sent[0].price, 1'000'300);
}

TEST("quote manager: a replace asks for executed plus desired and says how much it adds") {
  Desk desk;
  desk.quotes.desire(3, {1'000'000, 0, 100, 0});
  desk.reconcile();
  OwnOrder& order = desk.order_of(desk.sent.at(0));
  order.state = OwnOrderState::live;
  order.executed = 40;
  desk.reconcile();
  REQUIRE(desk.sent.size() == 1u);
  CHECK_EQ(desk.sent[0].quantity, 140u);
  CHECK_EQ(desk.sent[0].open_quantity_delta, 40u);
}

TEST("quote manager: no desire cancels, an unchanged desire is silent, a dropped one is not repeated") {
  Desk desk;
  desk.quotes.desire(3, {1'000'000, 0, 100, 0});
  desk.reconcile();
  OwnOrder& order = desk.order_of(desk.sent.at(0));
  order.state = OwnOrderState::live;
  desk.reconcile();
  CHECK(desk.sent.empty());
  desk.quotes.desire(3, {1'000'500, 0, 100, 0});
  desk.quotes.drop_desire(3, Side::buy);
  desk.reconcile();
  CHECK(desk.sent.empty());
  desk.quotes.desire(3, {});
  desk.reconcile();
  REQUIRE(desk.sent.size() == 1u);
  CHECK(desk.sent[0].kind == OrderIntentKind::cancel_order);
}

TEST("own orders: all slots taken is refused, a released slot comes back under a new id") {
  OwnOrders orders(2);
  const SlotIndex first = orders.take();
  orders[first].state = OwnOrderState::live;
  orders[first].cl_ord_id = orders.next_cl_ord_id(first);
  const std::uint64_t old_id = orders[first].cl_ord_id;
  CHECK(orders.take() != no_slot);
  CHECK_EQ(orders.take(), no_slot);
  CHECK(orders.find(old_id) != nullptr);
  orders.release(first);
  CHECK(orders.find(old_id) == nullptr);
  CHECK_EQ(orders.take(), first);
  orders[first].state = OwnOrderState::pending_new;
  orders[first].cl_ord_id = orders.next_cl_ord_id(first);
  CHECK(orders[first].cl_ord_id > old_id);
  CHECK(orders.find(old_id) == nullptr);
  CHECK(orders.find(0xFFFF) == nullptr);
}
