// Stop and stop-limit orders. A stop is accepted and waits unseen (`parked`; no place in the book, no public effect) until a trade reaches
// its stop price: a buy stop at that price or above, a sell stop at that price or below. If the last trade has reached it already, it
// comes in at once. Then a stop is a market order, a stop-limit a limit order: `triggered`, followed by what an order that comes in gives.
// It keeps the reference it was accepted under, and its time priority is that of its triggering.
//
// Cascades. Every trade elects the stops it reaches, in this order: buys from the lowest stop price up, then sells from the highest down,
// at one stop price first come first served. Elected stops come in one by one, in the order of their election, after the command that
// caused the trade is complete (its rest has been settled); the trades they make elect further stops, behind those elected before.
//
// Stops come in only while the instrument trades continuously. In every other state a stop waits, whatever the last trade was; what a
// trade elected before a halt came waits again, behind those that wait; when continuous trading begins, the last trade (the auction's, if
// it had one) elects the stops it reaches.
//
// A waiting stop can be cancelled, and replaced under its own reference: limit, stop price and quantity change in place, it goes behind
// others of its stop price, and a stop price that the last trade has reached triggers it at once after `replaced` (no public effect,
// queueAhead 0). It expires like another order, and takes room like one.
//
// Waiting stops stand on ladders of their own, levels of equal stop price, linked through the same nodes as resting orders. All trades at
// one price elect the same stops, so matching asks once a level. Included by matcher.hpp, never by anyone else.
#pragma once

#include <cassert>

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

inline Matcher::Price Matcher::stop_price_of(const Taker& taker) noexcept {
  return taker.terms != nullptr && is_stop(taker.order_type) ? taker.terms->stop_price : 0;
}

inline bool Matcher::is_reached(const Book& book, order_entry::Side side, Price stop_price) noexcept {
  if (book.last_price == 0 || (book.rules & book_rule::not_trading) != 0) return false;
  return side == order_entry::Side::buy ? book.last_price >= stop_price : book.last_price <= stop_price;
}

template <class Sink>
bool Matcher::new_stop(Taker& taker, Sink& sink) {
  Book& book = books_[taker.locate];
  const Price stop_price = taker.terms->stop_price;
  if (is_reached(book, taker.side, stop_price)) {
    accept_special(book, taker, 0, sink);
    trigger(book, taker, levels::none, sink);
    return true;
  }
  levels::Ladder& waiting = stops_[taker.locate].side(taker.side);
  const LevelIndex level = orders_.full() ? levels::none : stop_levels_.find_or_insert(waiting, stop_price);
  if (level == levels::none) return false;
  accept_special(book, taker, 0, sink);
  const OrderIndex slot = enter_slot(taker);
  write_detail(slot, taker);
  orders_.node(slot).leaves = taker.leaves;
  park(book, level, slot);
  MatchEvent& parked = begin_slot_event(slot, MatchEventKind::parked, PublicEffect::none, sink);
  parked.stop_price = stop_price;
  sink.commit();
  return true;
}

inline void Matcher::park(Book& book, LevelIndex level, OrderIndex slot) noexcept {
  orders_.node(slot).level = level;
  levels::push_back(stop_levels_.level(level), orders_.nodes(), slot);
  terms_[slot].place = OrderPlace::parked;
  book.has_stops = true;
}

// Out of the waiting room, or out of the line behind it, or of the line for an auction.
inline void Matcher::unpark(OrderIndex slot) noexcept {
  OrderTerms& terms = terms_[slot];
  if (terms.place == OrderPlace::elected) {
    levels::unlink(elected_, orders_.nodes(), slot);
  } else if (terms.place == OrderPlace::queued) {
    levels::unlink(market_.rules[orders_.detail(slot).locate].queue, orders_.nodes(), slot);
  } else {
    const OrderDetail& detail = orders_.detail(slot);
    StopBook& stops = stops_[detail.locate];
    levels::Level& level = stop_levels_.level(orders_.node(slot).level);
    levels::unlink(level, orders_.nodes(), slot);
    if (level.order_count == 0) stop_levels_.erase(stops.side(detail.side), level.price);
    books_[detail.locate].has_stops = stops.buy.count + stops.sell.count != 0;
  }
  terms.place = OrderPlace::book;
}

inline void Matcher::note_trade(Book& book, std::uint16_t locate, Price price) noexcept {
  book.last_price = price;
  if (book.has_stops) [[unlikely]] elect_stops(book, locate);
}

// Takes the stops that the last trade reached out of the waiting room and puts them in line.
inline void Matcher::elect_stops(Book& book, std::uint16_t locate) noexcept {
  StopBook& stops = stops_[locate];
  for (const auto side : {order_entry::Side::buy, order_entry::Side::sell}) {
    levels::Ladder& waiting = stops.side(side);
    while (waiting.count != 0 && is_reached(book, side, waiting.entries[waiting.count - 1].price)) {
      const levels::LadderEntry first = waiting.entries[waiting.count - 1];
      levels::Level& level = stop_levels_.level(first.level);
      while (level.head != levels::none) {
        const OrderIndex slot = level.head;
        levels::unlink(level, orders_.nodes(), slot);
        levels::push_back(elected_, orders_.nodes(), slot);
        terms_[slot].place = OrderPlace::elected;
      }
      stop_levels_.erase(waiting, first.price);
    }
  }
  book.has_stops = stops.buy.count + stops.sell.count != 0;
}

// What the command elected comes in, and what that elects.
template <class Sink>
void Matcher::run_elected(Sink& sink) {
  while (elected_.head != levels::none) {
    const OrderIndex slot = elected_.head;
    unpark(slot);
    Taker taker = taker_of(slot);
    Book& book = books_[taker.locate];
    if ((book.rules & book_rule::not_trading) == 0) {
      trigger(book, taker, slot, sink);
    } else {
      park_again(slot);
    }
  }
}

template <class Sink>
void Matcher::trigger(Book& book, Taker& taker, OrderIndex slot, Sink& sink) {
  using order_entry::OrderType;
  OrderTerms& terms = *taker.terms;
  terms.order_type = terms.order_type == OrderType::stop ? OrderType::market : OrderType::limit;
  taker.order_type = terms.order_type;
  MatchEvent& triggered = begin_event(book, taker, MatchEventKind::triggered, PublicEffect::none, sink);
  triggered.stop_price = terms.stop_price;
  sink.commit();
  terms.stop_price = no_stop_price;
  if (slot != levels::none) place_last(slot);
  if (book.asks_anything()) {
    const Refusal beyond = check_reach(taker.locate, taker.side, taker.order_type, taker.time_in_force, taker.price);
    if (beyond) return cancel_triggered(book, taker, slot, beyond, sink);
  }
  enter(book, taker, slot, sink);
}

// Priced beyond the collar or through the band when its turn came.
template <class Sink>
void Matcher::cancel_triggered(const Book& book, const Taker& taker, OrderIndex slot, const Refusal& beyond, Sink& sink) {
  using order_entry::CancelReason;
  const bool is_collar = beyond.reason == order_entry::RejectReason::price_collar;
  cancel_taker(book, taker, taker.leaves, is_collar ? CancelReason::price_collar : CancelReason::price_band, sink);
  if (slot != levels::none) forget(slot);
}

// Among the stops of its price that wait, as the last.
inline void Matcher::park_again(OrderIndex slot) noexcept {
  const OrderDetail& detail = orders_.detail(slot);
  const LevelIndex level = stop_levels_.find_or_insert(stops_[detail.locate].side(detail.side), terms_[slot].stop_price);
  assert(level != levels::none);  // there are as many levels as orders, and this one has just left its own
  park(books_[detail.locate], level, slot);
}

template <class Sink>
void Matcher::replace_parked(const Command& command, OrderIndex slot, Sink& sink) {
  OrderTerms& terms = terms_[slot];
  unpark(slot);
  rename(slot, command.cl_ord_id);
  if (terms.price != matching::no_price) terms.price = command.price;
  if (command.special.stop_price != no_stop_price) terms.stop_price = command.special.stop_price;
  orders_.node(slot).leaves = command.quantity;
  Taker taker = taker_of(slot);
  Book& book = books_[taker.locate];
  MatchEvent& replaced = begin_event(book, taker, MatchEventKind::replaced, PublicEffect::none, sink);
  replaced.request = order_entry::RequestKind::replace_order;
  replaced.original_cl_ord_id = command.original_cl_ord_id;
  replaced.original_reference = taker.reference;
  replaced.quantity = command.quantity;
  replaced.total_quantity = command.quantity;
  replaced.stop_price = terms.stop_price;
  sink.commit();
  if (is_reached(book, taker.side, terms.stop_price)) return trigger(book, taker, slot, sink);
  park_again(slot);
}

}  // namespace hopwire::venue
