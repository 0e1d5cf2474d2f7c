// Why: between a strategy's intents and the wire, and between the venue's reports and the strategy, stands what this trader has open. The
// desk keeps it: intents become OrderIntents, reports become events and positions, and risk is told what is open and what is gone. Owner:
// the trader's loop. No I/O, no clock, no allocation after construction.
//
// What can go wrong: an intent that makes no sense or finds no free slot -> a `rejected` event with a RiskReason; the answer to a request
// that crossed with the order's execution comes when the order is gone -> counted in late_reports().
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "generated/hops.hpp"
#include "generated/regions.hpp"
#include "generated/words.hpp"
#include "risk/pre_trade_risk.hpp"
#include "tick_to_trade/4_signal/order_intent.hpp"
#include "tick_to_trade/4_signal/own_orders.hpp"
#include "tick_to_trade/4_signal/quote_manager.hpp"
#include "tick_to_trade/7_wire_out/execution_report.hpp"

namespace hopwire::engine {

inline std::uint32_t& word_of(const regions::HotLoopColumns& columns, words::HotLoopWord word) noexcept {
  return columns.word[static_cast<std::size_t>(word)];
}

// Reasons of hop 5 stand above the venue's in the event columns.
inline constexpr std::uint32_t risk_reason_base = 1000;

class OrderDesk {
 public:
  static constexpr std::size_t order_slots = 16'384;

  OrderDesk(risk::PreTradeRisk& risk, const regions::HotLoopColumns& columns, std::size_t rows, std::uint64_t first_counter)
      : risk_(risk),
        columns_(columns),
        rows_(rows),
        event_capacity_(columns.header->dimension[1]),
        intent_capacity_(columns.header->dimension[2]),
        orders_(order_slots, first_counter),
        quotes_(orders_, rows, risk.limits().max_order_quantity) {}

  void set_instrument(std::uint16_t locate, std::uint32_t instrument_id) noexcept {
    quotes_.set_instrument(locate, instrument_id);
    risk_.enable(locate);
  }

  // The row names no instrument any more: nothing is quoted or taken for it.
  void forget_instrument(std::uint16_t locate) noexcept {
    quotes_.desire(locate, {});
    quotes_.set_instrument(locate, 0);
    risk_.disable(locate);
  }

  void clear_events() noexcept { word_of(columns_, words::HotLoopWord::event_count) = 0; }
  [[nodiscard]] std::size_t open_orders() const noexcept { return orders_.in_use(); }
  [[nodiscard]] std::uint64_t late_reports() const noexcept { return late_reports_; }

  // The strategy's outbox, then what answers have made due. emit(const OrderIntent&).
  template <class Emit>
  void take_intents(Emit&& emit) noexcept {
    // The word is another side's: what it claims is not believed beyond the columns.
    const std::uint32_t count = std::min(word_of(columns_, words::HotLoopWord::intent_count), intent_capacity_);
    for (std::uint32_t index = 0; index < count; ++index) take_intent(index, emit);
    word_of(columns_, words::HotLoopWord::intent_count) = 0;
    quotes_.reconcile_dirty([&emit](const feed::OrderIntent& intent, feed::SlotIndex) { emit(intent); });
  }

  // Everything off: desires are dropped and one mass cancel goes out.
  template <class Emit>
  void pull_all(Emit&& emit) noexcept {
    for (std::size_t row = 0; row < rows_; ++row) quotes_.desire(static_cast<std::uint16_t>(row), {});
    feed::OrderIntent intent;
    intent.kind = feed::OrderIntentKind::mass_cancel;
    intent.cl_ord_id = orders_.next_cl_ord_id();
    intent.trigger_sequence = no_trigger;
    emit(intent);
  }

  // Hop 5 said no: the intent never left.
  void refused(const feed::OrderIntent& intent, hops::RiskReason reason) noexcept {
    add_event(hops::EventKind::rejected, intent.locate, intent.side, intent.price, intent.quantity, 0, intent.cl_ord_id,
              risk_reason_base + static_cast<std::uint32_t>(reason));
    feed::OwnOrder* order = orders_.find(intent.cl_ord_id);
    if (order == nullptr) return;
    if (order->is_quote) quotes_.drop_desire(order->locate, order->side);
    if (intent.kind == feed::OrderIntentKind::new_order) {
      close(*order);
    } else {
      order->pending_cl_ord_id = 0;
      order->state = feed::OwnOrderState::live;
    }
  }

  void apply(const feed::ExecutionReport& report) noexcept {
    if (is_about_no_order(report.kind)) return;
    feed::OwnOrder* order = orders_.find(report.cl_ord_id);
    if (order == nullptr) order = orders_.find(report.original_cl_ord_id);
    if (order == nullptr) {
      ++late_reports_;
      return;
    }
    switch (report.kind) {
      case feed::ReportKind::accepted: return accepted(*order);
      case feed::ReportKind::executed: return executed(*order, report);
      case feed::ReportKind::canceled: return canceled(*order, report);
      case feed::ReportKind::replaced: return replaced(*order, report);
      case feed::ReportKind::rejected: return rejected(*order, report);
      case feed::ReportKind::cancel_rejected: return request_rejected(*order, report);
      // Nothing changes by them: a slice or a stop is as open as before, and what prevention did follows as canceled.
      case feed::ReportKind::refreshed:
      case feed::ReportKind::triggered:
      case feed::ReportKind::self_trade_prevented:
      case feed::ReportKind::mass_canceled:
      case feed::ReportKind::mass_quoted:
      case feed::ReportKind::protection:
      case feed::ReportKind::purged:
      case feed::ReportKind::unlocked: return;
    }
  }

  void add_trade(std::uint16_t locate, char side, std::int32_t price, std::uint32_t quantity) noexcept {
    add_event(hops::EventKind::trade, locate, static_cast<order_entry::Side>(side), price, quantity, 0, 0, 0);
  }

 private:
  static constexpr std::uint64_t no_trigger = ~std::uint64_t{0};

  // What closes a request about many; this desk sends no mass quotes, but another program may have used the session before.
  [[nodiscard]] static constexpr bool is_about_no_order(feed::ReportKind kind) noexcept {
    return kind == feed::ReportKind::mass_canceled || kind >= feed::ReportKind::mass_quoted;
  }

  template <class Emit>
  void take_intent(std::uint32_t index, Emit& emit) noexcept {
    const std::uint32_t row = columns_.intent_instrument[index];
    const auto kind = static_cast<hops::IntentKind>(columns_.intent_kind[index]);
    if (row == 0 || row >= rows_ || quotes_.instrument_id(static_cast<std::uint16_t>(row)) == 0) {
      return refuse_unmade(index, hops::RiskReason::unknown_instrument);
    }
    const auto locate = static_cast<std::uint16_t>(row);
    if (kind == hops::IntentKind::quote) {
      quotes_.desire(locate, {.bid_price = columns_.intent_price[index],
                              .ask_price = columns_.intent_ask_price[index],
                              .bid_quantity = columns_.intent_quantity[index],
                              .ask_quantity = columns_.intent_ask_quantity[index]});
      quotes_.reconcile(locate, [&emit](const feed::OrderIntent& intent, feed::SlotIndex) { emit(intent); });
    } else if (kind == hops::IntentKind::order) {
      open_order(index, locate, emit);
    } else if (kind == hops::IntentKind::cancel) {
      cancel_order(index, emit);
    } else {
      refuse_unmade(index, hops::RiskReason::invalid);
    }
  }

  template <class Emit>
  void open_order(std::uint32_t index, std::uint16_t locate, Emit& emit) noexcept {
    const auto side = static_cast<order_entry::Side>(columns_.intent_side[index]);
    if (!order_entry::is_valid(side)) return refuse_unmade(index, hops::RiskReason::invalid);
    const feed::SlotIndex slot = orders_.take();
    if (slot == feed::no_slot) return refuse_unmade(index, hops::RiskReason::order_table_full);
    feed::OwnOrder& order = orders_[slot];
    order.cl_ord_id = orders_.next_cl_ord_id(slot);
    order.quantity = columns_.intent_quantity[index];
    order.price = columns_.intent_price[index];
    order.locate = locate;
    order.side = side;
    order.state = feed::OwnOrderState::pending_new;
    columns_.intent_order_low[index] = static_cast<std::uint32_t>(order.cl_ord_id);
    columns_.intent_order_high[index] = static_cast<std::uint32_t>(order.cl_ord_id >> 32);
    feed::OrderIntent intent;
    intent.kind = feed::OrderIntentKind::new_order;
    intent.cl_ord_id = order.cl_ord_id;
    intent.locate = locate;
    intent.instrument_id = quotes_.instrument_id(locate);
    intent.side = side;
    intent.price = order.price;
    intent.quantity = order.quantity;
    intent.open_quantity_delta = order.quantity;
    intent.time_in_force =
        columns_.intent_time_in_force[index] != 0 ? order_entry::TimeInForce::immediate_or_cancel : order_entry::TimeInForce::day;
    emit(intent);
  }

  template <class Emit>
  void cancel_order(std::uint32_t index, Emit& emit) noexcept {
    const std::uint64_t id = columns_.intent_order_low[index] | (std::uint64_t{columns_.intent_order_high[index]} << 32);
    feed::OwnOrder* order = orders_.find(id);
    if (order == nullptr || order->state != feed::OwnOrderState::live) return refuse_unmade(index, hops::RiskReason::invalid);
    order->pending_cl_ord_id = orders_.next_cl_ord_id(feed::OwnOrders::slot_of(order->cl_ord_id));
    order->state = feed::OwnOrderState::pending_cancel;
    feed::OrderIntent intent;
    intent.kind = feed::OrderIntentKind::cancel_order;
    intent.cl_ord_id = order->pending_cl_ord_id;
    intent.original_cl_ord_id = order->cl_ord_id;
    intent.locate = order->locate;
    intent.instrument_id = quotes_.instrument_id(order->locate);
    intent.side = order->side;
    emit(intent);
  }

  void refuse_unmade(std::uint32_t index, hops::RiskReason reason) noexcept {
    const std::uint32_t row = columns_.intent_instrument[index];
    add_event(hops::EventKind::rejected, static_cast<std::uint16_t>(row < rows_ ? row : 0),
              static_cast<order_entry::Side>(columns_.intent_side[index]), columns_.intent_price[index], columns_.intent_quantity[index],
              0, 0, risk_reason_base + static_cast<std::uint32_t>(reason));
  }

  void accepted(feed::OwnOrder& order) noexcept {
    if (order.state == feed::OwnOrderState::pending_new) order.state = feed::OwnOrderState::live;
    add_event(hops::EventKind::accepted, order, order.price, order.quantity, 0);
    look_again(order);
  }

  void executed(feed::OwnOrder& order, const feed::ExecutionReport& report) noexcept {
    const bool is_buy = order.side == order_entry::Side::buy;
    order.executed += report.quantity;
    risk_.on_fill(order.locate, is_buy, report.quantity);
    columns_.position[order.locate] = static_cast<double>(risk_.position(order.locate));
    add_event(hops::EventKind::fill, order, report.price, report.quantity, 0, report.leaves);
    if (report.leaves != 0) return;
    release_reserved(order);  // a larger replace still in flight finds no order; its refusal will be about nothing that is known here
    // A quote that is executed away is not renewed behind the strategy's back, unless it has asked for something newer.
    if (order.is_quote && order.state == feed::OwnOrderState::live) quotes_.drop_desire(order.locate, order.side);
    close(order);
  }

  void canceled(feed::OwnOrder& order, const feed::ExecutionReport& report) noexcept {
    if (report.leaves != 0) return decremented(order, report);
    release_reserved(order);
    risk_.on_done(order.locate, order.side == order_entry::Side::buy, report.quantity);
    add_event(hops::EventKind::canceled, order, order.price, report.quantity, report.reason);
    close(order);
  }

  // Self-trade prevention took a part; the rest stands as it was.
  void decremented(feed::OwnOrder& order, const feed::ExecutionReport& report) noexcept {
    order.quantity -= report.quantity;
    risk_.on_done(order.locate, order.side == order_entry::Side::buy, report.quantity);
    add_event(hops::EventKind::canceled, order, order.price, report.quantity, report.reason, report.leaves);
  }

  // What the order has open now is what the report says; risk held the old open quantity and, when it grew, the difference.
  void replaced(feed::OwnOrder& order, const feed::ExecutionReport& report) noexcept {
    const std::uint32_t before = order.leaves();
    const std::uint32_t held = before + growth(order);
    order.cl_ord_id = report.cl_ord_id;
    order.pending_cl_ord_id = 0;
    order.price = report.price;
    order.quantity = order.executed + report.leaves;
    order.state = feed::OwnOrderState::live;
    if (held > report.leaves) risk_.on_done(order.locate, order.side == order_entry::Side::buy, held - report.leaves);
    add_event(hops::EventKind::replaced, order, order.price, order.quantity, 0, report.leaves);
    look_again(order);
  }

  void rejected(feed::OwnOrder& order, const feed::ExecutionReport& report) noexcept {
    risk_.on_done(order.locate, order.side == order_entry::Side::buy, order.leaves());
    add_event(hops::EventKind::rejected, order, order.price, order.quantity, report.reason);
    if (order.is_quote) quotes_.drop_desire(order.locate, order.side);
    close(order);
  }

  // A replace or cancel was refused; the order stands as it stood. When it is gone, its execution or cancel has been or will be reported.
  void request_rejected(feed::OwnOrder& order, const feed::ExecutionReport& report) noexcept {
    release_reserved(order);
    order.pending_cl_ord_id = 0;
    order.state = feed::OwnOrderState::live;
    add_event(hops::EventKind::rejected, order, order.price, order.quantity, report.reason);
    if (order.is_quote) quotes_.drop_desire(order.locate, order.side);
  }

  // Open quantity risk has counted for a replace in flight beyond what the order has.
  [[nodiscard]] static std::uint32_t growth(const feed::OwnOrder& order) noexcept {
    if (order.state != feed::OwnOrderState::pending_replace) return 0;
    return order.pending_quantity > order.quantity ? order.pending_quantity - order.quantity : 0;
  }
  void release_reserved(feed::OwnOrder& order) noexcept {
    if (const std::uint32_t reserved = growth(order); reserved != 0) {
      risk_.on_done(order.locate, order.side == order_entry::Side::buy, reserved);
    }
  }

  void look_again(const feed::OwnOrder& order) noexcept {
    if (order.is_quote) quotes_.mark_dirty(order.locate);
  }

  void close(feed::OwnOrder& order) noexcept {
    if (order.is_quote) {
      quotes_.order_gone(order.locate, order.side);
      quotes_.mark_dirty(order.locate);
    }
    orders_.release(feed::OwnOrders::slot_of(order.cl_ord_id));
  }

  void add_event(hops::EventKind kind, const feed::OwnOrder& order, std::int32_t price, std::uint32_t quantity, std::uint32_t reason,
                 std::uint32_t leaves = 0) noexcept {
    add_event(kind, order.locate, order.side, price, quantity, leaves, order.cl_ord_id, reason);
  }

  void add_event(hops::EventKind kind, std::uint16_t locate, order_entry::Side side, std::int32_t price, std::uint32_t quantity,
                 std::uint32_t leaves, std::uint64_t cl_ord_id, std::uint32_t reason) noexcept {
    std::uint32_t& count = word_of(columns_, words::HotLoopWord::event_count);
    if (count >= event_capacity_) return;  // a strategy sees at most this many events a poll; positions are kept whatever it sees
    const std::uint32_t at = count++;
    columns_.event_kind[at] = static_cast<std::uint8_t>(kind);
    columns_.event_side[at] = static_cast<std::uint8_t>(side);
    columns_.event_reason[at] = reason;
    columns_.event_instrument[at] = locate;
    columns_.event_price[at] = price;
    columns_.event_quantity[at] = quantity;
    columns_.event_leaves[at] = leaves;
    columns_.event_order_low[at] = static_cast<std::uint32_t>(cl_ord_id);
    columns_.event_order_high[at] = static_cast<std::uint32_t>(cl_ord_id >> 32);
  }

  risk::PreTradeRisk& risk_;
  regions::HotLoopColumns columns_;
  std::size_t rows_;
  std::uint32_t event_capacity_;
  std::uint32_t intent_capacity_;
  feed::OwnOrders orders_;
  feed::QuoteManager quotes_;
  std::uint64_t late_reports_ = 0;
};

}  // namespace hopwire::engine
