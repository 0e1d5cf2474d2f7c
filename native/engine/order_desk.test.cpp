// What the desk believes against what the venue says: open quantity in risk returns to zero by every way an order can end, and an id that
// names nothing touches nothing.
#include "engine/order_desk.hpp"

#include <vector>

#include "core/reserved_array.hpp"
#include "test_support/test.hpp"

using namespace hopwire;

namespace {

constexpr std::uint16_t row = 3;
constexpr std::uint32_t rows = 8;
constexpr std::uint32_t events = 64;
constexpr std::uint32_t intents = 16;

// A desk with a venue played by hand: what passes risk is kept in `sent`, what does not is refused as the trader's loop would.
struct Rig {
  static constexpr regions::HotLoopDimensions dimensions{.instruments = rows, .events = events, .intents = intents};

  core::ReservedArray<std::byte> memory{regions::HotLoopLayout::size(dimensions)};
  regions::HotLoopColumns columns = make_columns();
  risk::RiskLimits limits = make_limits();
  risk::PreTradeRisk risk{limits, rows};
  engine::OrderDesk desk{risk, columns, rows, 1};
  std::vector<feed::OrderIntent> sent;

  Rig() { desk.set_instrument(row, 1003); }

  regions::HotLoopColumns make_columns() {
    auto& header = *reinterpret_cast<regions::RegionHeader*>(memory.data());
    header.magic = regions::region_magic;
    header.layout_hash = regions::layout_hash;
    header.size = regions::HotLoopLayout::size(dimensions);
    header.region_id = regions::HotLoopLayout::region_id;
    header.dimension[0] = rows;
    header.dimension[1] = events;
    header.dimension[2] = intents;
    return regions::HotLoopColumns::over(memory.data());
  }
  static risk::RiskLimits make_limits() {
    risk::RiskLimits limits = risk::RiskLimits::none();
    limits.max_order_quantity = 1'000;
    return limits;
  }

  std::uint32_t next_intent(hops::IntentKind kind) {
    const std::uint32_t at = engine::word_of(columns, words::HotLoopWord::intent_count)++;
    columns.intent_kind[at] = static_cast<std::uint8_t>(kind);
    columns.intent_instrument[at] = row;
    return at;
  }
  void quote_bid(std::int32_t price, std::uint32_t quantity) {
    const std::uint32_t at = next_intent(hops::IntentKind::quote);
    columns.intent_price[at] = price;
    columns.intent_quantity[at] = quantity;
    columns.intent_ask_price[at] = 0;
    columns.intent_ask_quantity[at] = 0;
    submit();
  }
  void submit() {
    sent.clear();
    desk.clear_events();
    desk.take_intents([this](const feed::OrderIntent& intent) {
      const bool limited = intent.kind == feed::OrderIntentKind::new_order || intent.kind == feed::OrderIntentKind::replace_order;
      const std::uint32_t adds = intent.kind == feed::OrderIntentKind::new_order ? intent.quantity : intent.open_quantity_delta;
      const auto reason = !limited ? hops::RiskReason::none
                                   : risk.check({.row = row, .price = intent.price, .quantity = intent.quantity, .open_quantity = adds},
                                                {.best_bid = 1'000'000, .best_ask = 1'000'200, .last_price = 0, .stale = false}, 0);
      if (reason == hops::RiskReason::none) {
        sent.push_back(intent);
      } else {
        desk.refused(intent, reason);
      }
    });
  }

  feed::ExecutionReport report(feed::ReportKind kind, std::uint64_t id, std::uint32_t quantity = 0, std::uint32_t leaves = 0) {
    feed::ExecutionReport made;
    made.kind = kind;
    made.cl_ord_id = id;
    made.quantity = quantity;
    made.leaves = leaves;
    return made;
  }
  void accept(const feed::OrderIntent& order) {
    desk.apply(report(feed::ReportKind::accepted, order.cl_ord_id, order.quantity, order.quantity));
  }
  void replaced(const feed::OrderIntent& request, std::uint32_t leaves) {
    feed::ExecutionReport made = report(feed::ReportKind::replaced, request.cl_ord_id, request.quantity, leaves);
    made.original_cl_ord_id = request.original_cl_ord_id;
    made.price = request.price;
    desk.apply(made);
  }
  std::uint64_t open() const { return risk.open_quantity(row, true); }
  std::uint32_t event_count() { return engine::word_of(columns, words::HotLoopWord::event_count); }
};

}  // namespace

TEST("order desk: an order executed in full while a larger replace is in flight leaves nothing open in risk") {
  Rig rig;
  rig.quote_bid(999'900, 100);
  const feed::OrderIntent first = rig.sent.at(0);
  rig.accept(first);
  rig.quote_bid(999'900, 300);
  const feed::OrderIntent larger = rig.sent.at(0);
  CHECK(larger.kind == feed::OrderIntentKind::replace_order);
  CHECK_EQ(rig.open(), 300u);
  rig.desk.apply(rig.report(feed::ReportKind::executed, first.cl_ord_id, 100, 0));
  feed::ExecutionReport refused = rig.report(feed::ReportKind::cancel_rejected, larger.cl_ord_id);
  refused.original_cl_ord_id = first.cl_ord_id;
  rig.desk.apply(refused);
  CHECK_EQ(rig.desk.open_orders(), 0u);
  CHECK_EQ(rig.open(), 0u);
  CHECK_EQ(rig.risk.position(row), 100);
}

TEST("order desk: what answers requests about many orders, or comes unasked about protection, changes nothing and is not late") {
  Rig rig;
  rig.quote_bid(999'900, 100);
  const feed::OrderIntent standing = rig.sent.at(0);
  rig.accept(standing);
  const std::size_t open = rig.desk.open_orders();
  const std::uint32_t events = rig.event_count();
  for (const auto kind : {feed::ReportKind::mass_canceled, feed::ReportKind::mass_quoted, feed::ReportKind::protection,
                          feed::ReportKind::purged, feed::ReportKind::unlocked}) {
    rig.desk.apply(rig.report(kind, 0));
    rig.desk.apply(rig.report(kind, standing.cl_ord_id));
  }
  CHECK_EQ(rig.desk.late_reports(), 0u);
  CHECK_EQ(rig.desk.open_orders(), open);
  CHECK_EQ(rig.event_count(), events);
}

TEST("order desk: id 0 names no order, neither in a cancel nor in a late report") {
  Rig rig;
  rig.quote_bid(999'900, 100);
  const feed::OrderIntent standing = rig.sent.at(0);
  rig.accept(standing);
  (void)rig.next_intent(hops::IntentKind::cancel);  // order 0, as a strategy that never had an id would write
  rig.submit();
  CHECK(rig.sent.empty());
  REQUIRE(rig.event_count() == 1u);
  CHECK_EQ(rig.columns.event_reason[0], engine::risk_reason_base + static_cast<std::uint32_t>(hops::RiskReason::invalid));
  rig.desk.apply(rig.report(feed::ReportKind::rejected, 0xABCD0001));
  CHECK_EQ(rig.desk.late_reports(), 1u);
  CHECK_EQ(rig.desk.open_orders(), 1u);
  CHECK_EQ(rig.open(), 100u);
}

TEST("order desk: a quote that fills in part and is topped up again and again still moves") {
  Rig rig;
  rig.quote_bid(999'900, 600);
  feed::OrderIntent standing = rig.sent.at(0);
  rig.accept(standing);
  rig.desk.apply(rig.report(feed::ReportKind::executed, standing.cl_ord_id, 500, 100));
  // The order's total would be 1100 and no order may be larger than 1000: it is taken off and quoted anew.
  rig.quote_bid(999'800, 600);
  REQUIRE(rig.sent.size() == 1u);
  CHECK(rig.sent[0].kind == feed::OrderIntentKind::cancel_order);
  feed::ExecutionReport canceled = rig.report(feed::ReportKind::canceled, rig.sent[0].cl_ord_id, 100);
  canceled.original_cl_ord_id = standing.cl_ord_id;
  rig.desk.apply(canceled);
  rig.submit();
  REQUIRE(rig.sent.size() == 1u);
  CHECK(rig.sent[0].kind == feed::OrderIntentKind::new_order);
  CHECK_EQ(rig.sent[0].quantity, 600u);
  CHECK_EQ(rig.sent[0].price, 999'800);
  CHECK_EQ(rig.open(), 600u);
}

TEST("order desk: a part taken by self-trade prevention leaves the order standing, smaller in risk as well") {
  Rig rig;
  rig.quote_bid(999'900, 600);
  const feed::OrderIntent standing = rig.sent.at(0);
  rig.accept(standing);
  feed::ExecutionReport part = rig.report(feed::ReportKind::canceled, standing.cl_ord_id, 200, 400);
  part.original_cl_ord_id = standing.cl_ord_id;
  rig.desk.apply(part);
  CHECK_EQ(rig.open(), 400u);
  rig.quote_bid(999'900, 400);  // what is wanted stands already
  CHECK(rig.sent.empty());
  rig.desk.apply(rig.report(feed::ReportKind::executed, standing.cl_ord_id, 400, 0));
  CHECK_EQ(rig.open(), 0u);
}

TEST("order desk: a quote larger than any order may be is refused, and what stands stays") {
  Rig rig;
  rig.quote_bid(999'900, 600);
  rig.accept(rig.sent.at(0));
  rig.quote_bid(999'900, 1'001);
  CHECK(rig.sent.empty());
  REQUIRE(rig.event_count() == 1u);
  CHECK_EQ(rig.columns.event_reason[0], engine::risk_reason_base + static_cast<std::uint32_t>(hops::RiskReason::order_size));
  CHECK_EQ(rig.open(), 600u);
}

TEST("order desk: an outbox that claims more intents than it can hold is read no further than its end") {
  Rig rig;
  engine::word_of(rig.columns, words::HotLoopWord::intent_count) = 1'000'000;
  rig.submit();
  CHECK_EQ(rig.event_count(), intents);  // each refused: row 0 names no instrument
}
