// For tests only: the matcher's rules as plainly as they can be said, with maps and lists, one order at a time. No slot, no level total,
// no index: whatever it and the matcher agree on was written twice.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <utility>
#include <vector>

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue::scenario {

class SlowMatcher {
 public:
  SlowMatcher(const MatcherLimits& limits, ReplaceProfile profile) : limits_(limits), profile_(profile) {}

  void add_instrument(std::uint16_t locate, std::uint32_t instrument_id) { instruments_[locate] = instrument_id; }

  std::vector<MatchEvent> apply(const Command& command) {
    events_.clear();
    switch (command.kind) {
      case CommandKind::new_order: new_order(command); break;
      case CommandKind::replace_order: replace(command); break;
      case CommandKind::cancel_order: cancel(command); break;
      case CommandKind::mass_cancel: mass_cancel(command); break;
      case CommandKind::session_cancel: session_cancel(command); break;
      default: break;  // the model is of plain orders
    }
    return events_;
  }

  struct Order {
    Command entry;  // owner, side, price, flags; cl_ord_id is the present one
    std::uint64_t reference;
    std::uint32_t leaves;
    std::uint32_t executed;
    std::uint64_t age;    // order of entry into the venue
    std::uint64_t place;  // order of arrival at its price
  };

  // Resting orders of one side, best first.
  [[nodiscard]] std::vector<const Order*> side(std::uint16_t locate, order_entry::Side which) const {
    std::vector<const Order*> found;
    for (const Order& order : orders_) {
      if (order.entry.locate == locate && order.entry.side == which) found.push_back(&order);
    }
    std::sort(found.begin(), found.end(), [&](const Order* a, const Order* b) {
      if (a->entry.price != b->entry.price) return (which == order_entry::Side::buy) == (a->entry.price > b->entry.price);
      return a->place < b->place;
    });
    return found;
  }

  // Shares: entered = traded by both sides + cancelled + resting.
  std::uint64_t entered = 0;
  std::uint64_t executed = 0;
  std::uint64_t canceled = 0;
  [[nodiscard]] std::uint64_t resting() const {
    std::uint64_t sum = 0;
    for (const Order& order : orders_) sum += order.leaves;
    return sum;
  }
  [[nodiscard]] const std::list<Order>& orders() const { return orders_; }

 private:
  using Orders = std::list<Order>;

  MatchEvent event_of(const Command& owner, MatchEventKind kind, PublicEffect effect) const {
    MatchEvent event;
    event.kind = kind;
    event.public_effect = effect;
    event.cl_ord_id = owner.cl_ord_id;
    event.session = owner.session;
    event.account = owner.account;
    event.price = owner.order_type == order_entry::OrderType::market ? INT32_MIN : owner.price;
    event.instrument_id = instruments_.at(owner.locate);
    event.locate = owner.locate;
    event.side = owner.side;
    event.order_type = owner.order_type;
    event.time_in_force = owner.time_in_force;
    return event;
  }

  void refuse(const Command& command, order_entry::RejectReason reason, std::int64_t limit) {
    MatchEvent event;
    const bool is_new = command.kind == CommandKind::new_order;
    event.kind = is_new ? MatchEventKind::rejected : MatchEventKind::cancel_rejected;
    event.request = static_cast<order_entry::RequestKind>(command.kind);
    event.cl_ord_id = command.cl_ord_id;
    event.original_cl_ord_id = command.original_cl_ord_id;
    event.limit_value = limit;
    event.reason = static_cast<std::uint16_t>(reason);
    event.session = command.session;
    event.account = command.account;
    if (command.has_control_terms()) return events_.push_back(event);  // about no one instrument
    event.price = command.price;
    event.quantity = command.quantity;
    event.instrument_id = command.instrument_id;
    event.locate = command.locate;
    event.side = command.side;
    event.order_type = command.order_type;
    event.time_in_force = command.time_in_force;
    events_.push_back(event);
  }

  Orders::iterator named(std::uint32_t session, std::uint64_t cl_ord_id) {
    return std::find_if(orders_.begin(), orders_.end(),
                        [&](const Order& order) { return order.entry.session == session && order.entry.cl_ord_id == cl_ord_id; });
  }

  static order_entry::Side other(order_entry::Side side) {
    return side == order_entry::Side::buy ? order_entry::Side::sell : order_entry::Side::buy;
  }

  static bool accepts(const Order& taker, std::int32_t price) {
    if (taker.entry.order_type == order_entry::OrderType::market) return true;
    return taker.entry.side == order_entry::Side::buy ? price <= taker.entry.price : price >= taker.entry.price;
  }

  const Order* best_against(const Order& taker) const {
    const auto makers = side(taker.entry.locate, other(taker.entry.side));
    return !makers.empty() && accepts(taker, makers.front()->entry.price) ? makers.front() : nullptr;
  }

  std::uint64_t ahead(const Order& taker) const {
    std::uint64_t sum = 0;
    for (const Order* order : side(taker.entry.locate, taker.entry.side)) {
      if (order->entry.price == taker.entry.price) sum += order->leaves;
    }
    return sum;
  }

  // Trades `taker` as far as it goes; makers that are done leave.
  void trade(Order& taker) {
    while (taker.leaves != 0) {
      const Order* best = best_against(taker);
      if (best == nullptr) return;
      auto maker = named(best->entry.session, best->entry.cl_ord_id);
      const std::uint32_t fill = std::min(taker.leaves, maker->leaves);
      taker.leaves -= fill;
      taker.executed += fill;
      maker->leaves -= fill;
      maker->executed += fill;
      executed += 2 * std::uint64_t{fill};
      MatchEvent event = event_of(maker->entry, MatchEventKind::executed, PublicEffect::execute);
      event.order_type = order_entry::OrderType::limit;
      event.time_in_force = order_entry::TimeInForce::day;
      event.reference = maker->reference;
      event.match_number = ++last_match_number_;
      event.taker_cl_ord_id = taker.entry.cl_ord_id;
      event.taker_reference = taker.reference;
      event.taker_session = taker.entry.session;
      event.quantity = fill;
      event.leaves = maker->leaves;
      event.taker_leaves = taker.leaves;
      events_.push_back(event);
      if (maker->leaves == 0) orders_.erase(maker);
    }
  }

  // Rests or cancels what is left after trading.
  void settle(Order taker, bool may_rest) {
    if (taker.leaves == 0) return;
    MatchEvent event = event_of(taker.entry, may_rest ? MatchEventKind::rested : MatchEventKind::canceled,
                                may_rest ? PublicEffect::add : PublicEffect::none);
    event.reference = taker.reference;
    if (may_rest) {
      event.leaves = taker.leaves;
      taker.place = ++last_place_;
      orders_.push_back(taker);
    } else {
      event.original_cl_ord_id = taker.entry.cl_ord_id;
      event.quantity = taker.leaves;
      event.reason = static_cast<std::uint16_t>(order_entry::CancelReason::immediate_or_cancel);
      canceled += taker.leaves;
    }
    events_.push_back(event);
  }

  bool price_wrong(const Command& command) {
    if (command.price < 1) return refuse(command, order_entry::RejectReason::invalid_price, 1), true;
    if (command.price > 2'000'000'000) return refuse(command, order_entry::RejectReason::invalid_price, 2'000'000'000), true;
    return false;
  }

  bool quantity_wrong(const Command& command) {
    if (command.quantity == 0) return refuse(command, order_entry::RejectReason::invalid_quantity, 1), true;
    if (command.quantity <= limits_.maximum_order_quantity) return false;
    return refuse(command, order_entry::RejectReason::invalid_quantity, limits_.maximum_order_quantity), true;
  }

  void new_order(const Command& command) {
    const bool is_market = command.order_type == order_entry::OrderType::market;
    if (!instruments_.contains(command.locate)) return refuse(command, order_entry::RejectReason::unknown_instrument, 0);
    if (!is_market && price_wrong(command)) return;
    if (quantity_wrong(command)) return;
    if (named(command.session, command.cl_ord_id) != orders_.end())
      return refuse(command, order_entry::RejectReason::duplicate_cl_ord_id, 0);
    const bool may_rest = !is_market && command.time_in_force == order_entry::TimeInForce::day;
    Order taker{command, 0, command.quantity, 0, 0, 0};
    const bool trades = best_against(taker) != nullptr;
    if (may_rest && !trades && orders_.size() == limits_.maximum_orders) {
      return refuse(command, order_entry::RejectReason::book_full, static_cast<std::int64_t>(limits_.maximum_orders));
    }
    taker.reference = ++last_reference_;
    taker.age = ++last_age_;
    entered += command.quantity;
    MatchEvent event = event_of(command, MatchEventKind::accepted, PublicEffect::none);
    event.reference = taker.reference;
    event.queue_ahead = may_rest && !trades ? ahead(taker) : 0;
    event.quantity = event.leaves = event.total_quantity = command.quantity;
    if (may_rest && !trades) {  // the acceptance says that it rests
      event.public_effect = PublicEffect::add;
      taker.place = ++last_place_;
      orders_.push_back(taker);
    }
    events_.push_back(event);
    if (may_rest && !trades) return;
    trade(taker);
    settle(taker, may_rest);
  }

  Orders::iterator find_or_refuse(const Command& command) {
    if (!instruments_.contains(command.locate)) {
      refuse(command, order_entry::RejectReason::unknown_instrument, 0);
      return orders_.end();
    }
    const auto order = named(command.session, command.original_cl_ord_id);
    if (order != orders_.end() && order->entry.locate == command.locate) return order;
    refuse(command, order_entry::RejectReason::unknown_order, 0);
    return orders_.end();
  }

  void replace(const Command& command) {
    const auto order = find_or_refuse(command);
    if (order == orders_.end() || price_wrong(command) || quantity_wrong(command)) return;
    if (command.cl_ord_id != command.original_cl_ord_id && named(command.session, command.cl_ord_id) != orders_.end()) {
      return refuse(command, order_entry::RejectReason::duplicate_cl_ord_id, 0);
    }
    if (profile_ == ReplaceProfile::always_requeue) {
      order->executed = 0;
    } else if (command.quantity <= order->executed) {
      return take_out(order, command.cl_ord_id, order_entry::CancelReason::replaced_to_nothing, order_entry::RequestKind::replace_order);
    }
    const std::uint32_t leaves = command.quantity - order->executed;
    const bool in_place =
        profile_ == ReplaceProfile::reduce_keeps_priority && command.price == order->entry.price && leaves <= order->leaves;
    entered += leaves;
    canceled += order->leaves;
    const Order before = *order;
    Order after = before;
    after.entry.cl_ord_id = command.cl_ord_id;
    after.entry.price = command.price;
    after.leaves = leaves;
    if (!in_place) {
      orders_.erase(order);
      after.reference = ++last_reference_;
    }
    const bool trades = !in_place && best_against(after) != nullptr;
    MatchEvent event = event_of(after.entry, MatchEventKind::replaced, trades ? PublicEffect::remove : PublicEffect::replace);
    event.request = order_entry::RequestKind::replace_order;
    event.order_type = order_entry::OrderType::limit;
    event.time_in_force = order_entry::TimeInForce::day;
    event.original_cl_ord_id = command.original_cl_ord_id;
    event.reference = after.reference;
    event.original_reference = before.reference;
    event.quantity = event.total_quantity = command.quantity;
    event.leaves = leaves;
    event.queue_ahead = trades ? 0 : ahead(after);
    if (in_place) {
      event.public_effect = leaves == before.leaves ? PublicEffect::none : PublicEffect::reduce;
      event.quantity = before.leaves - leaves;
      event.queue_ahead = queue_position_kept;
      *order = after;
    }
    events_.push_back(event);
    if (in_place) return;
    trade(after);
    if (trades) return settle(after, true);
    after.place = ++last_place_;
    orders_.push_back(after);
  }

  void take_out(Orders::iterator order, std::uint64_t request, order_entry::CancelReason reason, order_entry::RequestKind kind) {
    MatchEvent event = event_of(order->entry, MatchEventKind::canceled, PublicEffect::remove);
    event.order_type = order_entry::OrderType::limit;
    event.time_in_force = order_entry::TimeInForce::day;
    event.request = kind;
    event.reason = static_cast<std::uint16_t>(reason);
    event.cl_ord_id = request;
    event.original_cl_ord_id = order->entry.cl_ord_id;
    event.reference = order->reference;
    event.quantity = order->leaves;
    canceled += order->leaves;
    orders_.erase(order);
    events_.push_back(event);
  }

  void cancel(const Command& command) {
    const auto order = find_or_refuse(command);
    if (order == orders_.end()) return;
    take_out(order, command.cl_ord_id, order_entry::CancelReason::by_client, order_entry::RequestKind::cancel_order);
  }

  // The session's orders that pass `wanted`, oldest entry first, taken out one by one.
  std::uint32_t take_out_all(std::uint32_t session, const std::function<bool(const Order&)>& wanted,
                             const std::function<void(Orders::iterator)>& take) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> found;
    for (const Order& order : orders_) {
      if (order.entry.session == session && wanted(order)) found.emplace_back(order.age, order.entry.cl_ord_id);
    }
    std::sort(found.begin(), found.end());
    for (const auto& [age, cl_ord_id] : found) take(named(session, cl_ord_id));
    return static_cast<std::uint32_t>(found.size());
  }

  void mass_cancel(const Command& command) {
    const bool one = (command.scope_fields & scope_field::instrument) != 0;
    if (one && !instruments_.contains(command.locate)) return refuse(command, order_entry::RejectReason::unknown_instrument, 0);
    const std::uint32_t count = take_out_all(
        command.session, [&](const Order& order) { return !one || order.entry.locate == command.locate; },
        [&](Orders::iterator order) {
          take_out(order, command.cl_ord_id, order_entry::CancelReason::mass_cancel, order_entry::RequestKind::mass_cancel);
        });
    MatchEvent event;
    event.kind = MatchEventKind::mass_canceled;
    event.request = order_entry::RequestKind::mass_cancel;
    event.cl_ord_id = command.cl_ord_id;
    event.session = command.session;
    event.account = command.account;
    event.quantity = count;
    event.instrument_id = one ? command.instrument_id : 0;
    event.locate = one ? command.locate : std::uint16_t{0};
    Scope::of(command).write(event);
    events_.push_back(event);
  }

  void session_cancel(const Command& command) {
    take_out_all(
        command.session, [](const Order& order) { return (order.entry.flags & 1) == 0; },
        [&](Orders::iterator order) {
          take_out(order, order->entry.cl_ord_id, order_entry::CancelReason::disconnect, order_entry::RequestKind::new_order);
        });
  }

  MatcherLimits limits_;
  ReplaceProfile profile_;
  std::map<std::uint16_t, std::uint32_t> instruments_;
  Orders orders_;
  std::vector<MatchEvent> events_;
  std::uint64_t last_reference_ = 0;
  std::uint64_t last_match_number_ = 0;
  std::uint64_t last_place_ = 0;
  std::uint64_t last_age_ = 0;
};

}  // namespace hopwire::venue::scenario
