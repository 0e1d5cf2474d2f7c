// The matcher's cold half: digests, and an audit that walks every structure and compares it with every other.
#include "order_to_publish/4_match/matcher.hpp"

#include <cstring>

#include "levels/book_digest.hpp"

namespace hopwire::venue {

namespace {

std::string describe(const char* what, std::uint64_t where, std::uint64_t found, std::uint64_t expected) {
  return std::string(what) + " at " + std::to_string(where) + ": " + std::to_string(found) + ", expected " + std::to_string(expected);
}

}  // namespace

std::uint64_t Matcher::book_digest(std::uint16_t locate) const {
  levels::BookDigest digest;
  walk(locate, [&](char side, std::uint64_t reference, Price price, std::uint32_t leaves) { digest.add(side, reference, price, leaves); });
  return digest.value();
}

std::uint64_t Matcher::market_digest() const {
  levels::MarketDigest market;
  for (std::uint32_t locate = 1; locate <= limits_.maximum_locate; ++locate) {
    const auto row = static_cast<std::uint16_t>(locate);
    if (order_count(row) != 0) market.add(row, order_count(row), book_digest(row));
  }
  return market.value();
}

// One level: FIFO links both ways, its total, and that each order knows its level, owner and name.
std::string Matcher::audit_level(std::uint16_t locate, order_entry::Side side, LevelIndex level_index) const {
  const levels::Level& level = levels_.level(level_index);
  if (level.order_count == 0) return describe("empty level on a ladder, price", static_cast<std::uint64_t>(level.price), 0, 1);
  std::uint64_t quantity = 0;
  std::uint32_t count = 0;
  OrderIndex previous = levels::none;
  for (OrderIndex slot = level.head; slot != levels::none; slot = orders_.node(slot).next) {
    if (++count > level.order_count)
      return describe("level longer than its count, price", static_cast<std::uint64_t>(level.price), count, level.order_count);
    const OrderNode& node = orders_.node(slot);
    const OrderDetail& detail = orders_.detail(slot);
    if (node.previous != previous) return describe("back link of slot", slot, node.previous, previous);
    if (node.level != level_index) return describe("level of slot", slot, node.level, level_index);
    if (node.leaves == 0) return describe("open quantity of slot", slot, 0, 1);
    if (detail.locate != locate) return describe("locate of slot", slot, detail.locate, locate);
    if (detail.side != side) return describe("side of slot", slot, static_cast<std::uint8_t>(detail.side), static_cast<std::uint8_t>(side));
    const bool quotes = (detail.flags & is_quote) != 0;
    const OrderIndex named =
        quotes ? quotes_.find(orders_, QuoteIndex::owner_of(detail)) : index_.find(orders_, detail.session, detail.cl_ord_id);
    if (named != slot) return describe("index entry of slot", slot, named, slot);
    if (is_waiting(slot)) return describe("resting order is a waiting stop, slot", slot, 1, 0);
    if (is_special(detail) && terms_[slot].hidden != 0 && node.leaves > terms_[slot].display_quantity)
      return describe("shown quantity of slot", slot, node.leaves, terms_[slot].display_quantity);
    quantity += node.leaves;
    previous = slot;
  }
  if (count != level.order_count)
    return describe("orders of level, price", static_cast<std::uint64_t>(level.price), count, level.order_count);
  if (previous != level.tail) return describe("tail of level, price", static_cast<std::uint64_t>(level.price), level.tail, previous);
  if (quantity != level.quantity)
    return describe("quantity of level, price", static_cast<std::uint64_t>(level.price), quantity, level.quantity);
  return {};
}

std::string Matcher::audit_ladder(std::uint16_t locate, order_entry::Side side, std::uint32_t& orders) const {
  const Book& book = books_[locate];
  const levels::Ladder& ladder = side == order_entry::Side::buy ? book.bid : book.ask;
  for (std::uint32_t position = 0; position < ladder.count; ++position) {
    const levels::LadderEntry entry = ladder.entries[position];
    const levels::Level& level = levels_.level(entry.level);
    if (level.price != entry.price) {
      return describe("price of ladder entry", position, static_cast<std::uint64_t>(entry.price), static_cast<std::uint64_t>(level.price));
    }
    if (position != 0) {
      const Price worse = ladder.entries[position - 1].price;
      const bool sorted = side == order_entry::Side::buy ? worse < entry.price : worse > entry.price;
      if (!sorted)
        return describe("ladder out of order", position, static_cast<std::uint64_t>(worse), static_cast<std::uint64_t>(entry.price));
    }
    if (std::string fault = audit_level(locate, side, entry.level); !fault.empty()) return fault;
    orders += level.order_count;
  }
  return {};
}

// The stops that wait on one side: unreached, each where its stop price says.
std::string Matcher::audit_stops(std::uint16_t locate, order_entry::Side side, std::uint32_t& orders) const {
  const levels::Ladder& waiting = stops_[locate].side(side);
  for (std::uint32_t position = 0; position < waiting.count; ++position) {
    const Price stop_price = waiting.entries[position].price;
    const auto where = static_cast<std::uint64_t>(stop_price);
    if (is_reached(books_[locate], side, stop_price)) return describe("a stop that was reached waits, price", where, 1, 0);
    std::uint32_t count = 0;
    const levels::Level& level = stop_levels_.level(waiting.entries[position].level);
    for (OrderIndex slot = level.head; slot != levels::none; slot = orders_.node(slot).next) {
      if (!is_waiting(slot) || terms_[slot].stop_price != stop_price) return describe("stop of slot", slot, 0, where);
      ++count;
    }
    if (count == 0 || count != level.order_count) return describe("stops of price", where, count, level.order_count);
    orders += count;
  }
  return {};
}

// What the book's byte says of its rules, the line of those that wait for an auction, and the timer.
std::string Matcher::audit_rules(std::uint16_t locate, std::size_t& live) const {
  const InstrumentRules& rules = market_.rules[locate];
  if (books_[locate].rules != rules.book_bits()) return describe("rules of locate", locate, books_[locate].rules, rules.book_bits());
  if (rules.is_marked) return describe("the limit state was not looked at, locate", locate, 1, 0);
  const bool is_timed = rules.limit_state.is_on || rules.due != never;
  if (timers_.has(timer_slot(locate)) != is_timed) return describe("timer of locate", locate, timers_.has(timer_slot(locate)), is_timed);
  std::uint32_t count = 0;
  Turn last{};
  for (OrderIndex slot = rules.queue.head; slot != levels::none; slot = orders_.node(slot).next) {
    const Turn turn = turn_of(slot);
    if (!is_waiting(slot) || terms_[slot].place != OrderPlace::queued) return describe("place of slot", slot, 0, 1);
    if (orders_.detail(slot).locate != locate) return describe("locate of slot", slot, orders_.detail(slot).locate, locate);
    if (orders_.node(slot).leaves == 0) return describe("open quantity of slot", slot, 0, 1);
    const bool is_tied = turn.placed_after == last.placed_after;
    const bool is_late = turn.placed_after < last.placed_after || (is_tied && turn.placement <= last.placement);
    if (is_late) return describe("turn of slot", slot, turn.placed_after, last.placed_after);
    last = turn;
    ++count;
  }
  if (count != rules.queue.order_count) return describe("orders that wait for an auction", locate, count, rules.queue.order_count);
  live += count;
  return {};
}

// The sums that risk keeps, counted again.
std::string Matcher::audit_risk() const {
  if (!limits_.is_risk_on) return {};
  for (std::size_t at = 0; at < risk_.count(); ++at) {
    const auto row = static_cast<RiskBook::Row>(at);
    const std::uint32_t account = risk_.account_of(row);
    RiskSums whole{};
    for (std::uint32_t each = 1; each <= limits_.maximum_locate; ++each) {
      const auto locate = static_cast<std::uint16_t>(each);
      const RiskSums kept = risk_.sums(row, locate);
      RiskSums counted{};
      counted.hold(kept.position);
      for (std::uint32_t session = 0; session < orders_.maximum_sessions(); ++session) {
        for (OrderIndex slot = orders_.first_of(session); slot != levels::none; slot = orders_.next_of_session(slot)) {
          const OrderDetail& detail = orders_.detail(slot);
          if (detail.account != account || detail.locate != locate) continue;
          if (detail.account_row != row) return describe("account row of slot", slot, detail.account_row, row);
          const bool is_marked = order_entry::OrderFlags{detail.flags}.short_sale();
          const bool is_own_price = (detail.flags & (has_terms | has_risk_price)) == 0;
          const Price price = is_own_price ? levels_.level(orders_.node(slot).level).price : terms_[slot].risk_price;
          counted.open({detail.side, is_marked, open_quantity(slot), price});
        }
      }
      const auto differs = [&](const char* what, std::int64_t found, std::int64_t expected) {
        return describe(what, account, static_cast<std::uint64_t>(found), static_cast<std::uint64_t>(expected));
      };
      if (kept.longest != counted.longest) return differs("position and open buys of account", kept.longest, counted.longest);
      if (kept.shortest != counted.shortest) return differs("open sells less position of account", kept.shortest, counted.shortest);
      if (kept.open_unmarked != counted.open_unmarked)
        return differs("unmarked sells of account", kept.open_unmarked, counted.open_unmarked);
      InstrumentRisk bounds = risk_.instrument(row, locate);
      bounds.tighten(risk_.instrument_limits(row, locate));
      if (std::memcmp(&bounds, &risk_.instrument(row, locate), sizeof bounds) != 0) return describe("bounds of account", account, 1, 0);
      whole.gross += counted.gross;
      whole.value += counted.value;
      if (each != limits_.maximum_locate) continue;
      if (kept.gross != whole.gross) return differs("gross position of account", kept.gross, whole.gross);
      if (kept.value != whole.value) return differs("open value of account", kept.value, whole.value);
    }
  }
  return {};
}

std::string Matcher::check_invariants() const {
  std::size_t live = 0;
  std::size_t instrument_timers = 0;
  for (std::uint32_t row = 1; row <= limits_.maximum_locate; ++row) {
    const auto locate = static_cast<std::uint16_t>(row);
    const Book& book = books_[locate];
    std::uint32_t orders = 0;
    for (const auto side : {order_entry::Side::buy, order_entry::Side::sell}) {
      if (std::string fault = audit_ladder(locate, side, orders); !fault.empty()) return "locate " + std::to_string(row) + ": " + fault;
    }
    if (orders != book.order_count) return describe("order count of locate", row, book.order_count, orders);
    const bool is_trading = (book.rules & book_rule::not_trading) == 0;  // a call's book may be crossed
    if (is_trading && book.bid.count != 0 && marketable(book.ask, order_entry::Side::buy, book.bid.entries[book.bid.count - 1].price)) {
      return "locate " + std::to_string(row) + ": the book is crossed";
    }
    live += orders;
    std::uint32_t stops = 0;
    for (const auto side : {order_entry::Side::buy, order_entry::Side::sell}) {
      if (std::string fault = audit_stops(locate, side, stops); !fault.empty()) return "locate " + std::to_string(row) + ": " + fault;
    }
    if (book.has_stops != (stops != 0)) return describe("stops of locate", row, book.has_stops, stops);
    live += stops;
    if (!book.known) continue;
    if (std::string fault = audit_rules(locate, live); !fault.empty()) return "locate " + std::to_string(row) + ": " + fault;
    if (timers_.has(timer_slot(locate))) ++instrument_timers;
  }
  if (elected_.head != levels::none) return describe("an elected stop did not come in, slot", elected_.head, 1, 0);
  if (live != orders_.live()) return describe("live orders", 0, orders_.live(), live);
  if (const std::size_t indexed = index_.count(orders_) + quotes_.count(); indexed != live)
    return describe("orders in the index", 0, indexed, live);
  std::size_t listed = 0;
  std::size_t expiring = 0;
  for (std::uint32_t session = 0; session < orders_.maximum_sessions(); ++session) {
    for (OrderIndex slot = orders_.first_of(session); slot != levels::none; slot = orders_.next_of_session(slot)) {
      if (orders_.detail(slot).session != session) return describe("session of slot", slot, orders_.detail(slot).session, session);
      if (++listed > live) return describe("orders listed by session", session, listed, live);
      const bool expires = is_special(orders_.detail(slot)) && terms_[slot].expire_time != 0;
      if (timers_.has(slot) != expires) return describe("timer of slot", slot, timers_.has(slot), expires);
      expiring += expires ? 1 : 0;
    }
  }
  if (listed != live) return describe("orders listed by sessions", 0, listed, live);
  if (std::string fault = audit_risk(); !fault.empty()) return fault;
  if (timers_.size() != expiring + instrument_timers) return describe("timers", 0, timers_.size(), expiring + instrument_timers);
  return {};
}

}  // namespace hopwire::venue
