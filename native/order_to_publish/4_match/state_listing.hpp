// For tests and tools: everything that the next commands can depend on, as the lines that src/reference/state_listing.ts prints.
#pragma once

#include <cstdint>
#include <sstream>
#include <string>

#include "levels/book_digest.hpp"
#include "order_to_publish/4_match/market_listing.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue::scenario {

// Reads what no one else sees of a matcher.
class StateListing {
 public:
  explicit StateListing(const Matcher& matcher) : matcher_(matcher) {
    for (std::uint16_t locate = 1; locate <= matcher.limits_.maximum_locate; ++locate) row(locate);
    for (std::uint32_t session = 0; session < matcher.orders_.maximum_sessions(); ++session) entered(session);
    const MarketStore& market = matcher.market_;
    if (market.day != 0 || market.breached_level != 0) out_ << "day " << market.day << " breached " << market.breached_level << "\n";
    out_ << "last ref " << matcher.last_reference_ << " match " << matcher.last_match_number_ << "\n";
  }

  [[nodiscard]] std::string text() const { return out_.str(); }

 private:
  using OrderIndex = levels::OrderIndex;
  using Price = Matcher::Price;

  void row(std::uint16_t locate) {
    const auto& book = matcher_.books_[locate];
    const auto& stops = matcher_.stops_[locate];
    const InstrumentRules& rules = matcher_.market_.rules[locate];
    std::ostringstream of_market;
    if (book.known) {
      list_state(of_market, rules);
      list_limits(of_market, rules, book.last_price, matcher_.now_);
    }
    const bool has_orders = book.order_count != 0 || stops.buy.count + stops.sell.count != 0 || rules.queue.order_count != 0;
    if (!has_orders && book.last_price == 0 && of_market.str().empty()) return;
    out_ << "row " << locate;
    if (book.last_price != 0) out_ << " last " << book.last_price;
    out_ << "\n" << of_market.str();
    for (const levels::Ladder* ladder : {&book.bid, &book.ask}) {
      each(*ladder, matcher_.levels_, [&](OrderIndex slot, Price price) { resting(slot, price); });
    }
    if (book.known) {
      for (OrderIndex slot = rules.queue.head; slot != levels::none; slot = matcher_.orders_.node(slot).next) queued(slot);
    }
    for (const levels::Ladder* ladder : {&stops.buy, &stops.sell}) {
      each(*ladder, matcher_.stop_levels_, [&](OrderIndex slot, Price) { waiting(slot); });
    }
  }

  // From the best level down, in line.
  template <class F>
  void each(const levels::Ladder& ladder, const levels::LevelStore& levels, F&& f) const {
    for (std::uint32_t position = ladder.count; position-- != 0;) {
      const levels::Level& level = levels.level(ladder.entries[position].level);
      for (OrderIndex slot = level.head; slot != levels::none; slot = matcher_.orders_.node(slot).next) f(slot, level.price);
    }
  }

  void resting(OrderIndex slot, Price price) {
    side(slot);
    out_ << matcher_.orders_.node(slot).leaves << "/" << matcher_.open_quantity(slot) << " @ " << price;
    names(slot);
    out_ << " done " << matcher_.orders_.detail(slot).executed;
    terms(slot);
    out_ << "\n";
  }

  void queued(OrderIndex slot) {
    const OrderTerms& asked = matcher_.terms_[slot];
    out_ << "queued ";
    side(slot);
    out_ << matcher_.orders_.node(slot).leaves << " @ ";
    price(asked.price);
    names(slot);
    if (asked.time_in_force == order_entry::TimeInForce::at_the_opening) out_ << " onopen";
    if (asked.time_in_force == order_entry::TimeInForce::at_the_close) out_ << " onclose";
    if (order_entry::OrderFlags{matcher_.orders_.detail(slot).flags}.imbalance_only()) out_ << " imbalanceonly";
    terms(slot);
    out_ << "\n";
  }

  void price(Price price) {
    if (price == matching::no_price) {
      out_ << "market";
    } else {
      out_ << price;
    }
  }

  void waiting(OrderIndex slot) {
    const OrderTerms& terms_of_stop = matcher_.terms_[slot];
    out_ << "stop ";
    side(slot);
    out_ << matcher_.orders_.node(slot).leaves << " @ ";
    price(terms_of_stop.price);
    out_ << " stop " << terms_of_stop.stop_price;
    names(slot);
    if (terms_of_stop.time_in_force == order_entry::TimeInForce::immediate_or_cancel) out_ << " ioc";
    if (terms_of_stop.time_in_force == order_entry::TimeInForce::fill_or_kill) out_ << " fok";
    if (terms_of_stop.minimum_quantity != 0) out_ << " min " << terms_of_stop.minimum_quantity;
    terms(slot);
    out_ << "\n";
  }

  void side(OrderIndex slot) { out_ << static_cast<char>(matcher_.orders_.detail(slot).side) << " "; }

  void names(OrderIndex slot) {
    const OrderDetail& order = matcher_.orders_.detail(slot);
    out_ << " ref " << order.reference << " id " << order.cl_ord_id << " s" << order.session << " a" << order.account << " f"
         << matcher_.orders_.firm(slot);
  }

  void terms(OrderIndex slot) {
    const OrderDetail& order = matcher_.orders_.detail(slot);
    const order_entry::OrderFlags flags{order.flags};
    if (flags.keep_on_disconnect()) out_ << " keep";
    if (flags.post_only()) out_ << " post";
    if (!Matcher::is_special(order)) return;
    const OrderTerms& asked = matcher_.terms_[slot];
    if (asked.display_quantity != 0) out_ << " show " << asked.display_quantity;
    if (asked.expire_time != 0) out_ << " gtt " << asked.expire_time;
    if (asked.self_trade_action == order_entry::SelfTradeAction::none) return;
    constexpr const char* actions[] = {"none", "newest", "oldest", "both", "decrement"};
    out_ << (asked.self_trade_scope == order_entry::SelfTradeScope::firm ? " stp firm " : " stp account ")
         << actions[static_cast<std::uint8_t>(asked.self_trade_action)];
  }

  void entered(std::uint32_t session) {
    OrderIndex slot = matcher_.orders_.first_of(session);
    if (slot == levels::none) return;
    out_ << "s" << session << ":";
    for (; slot != levels::none; slot = matcher_.orders_.next_of_session(slot)) out_ << " " << matcher_.orders_.detail(slot).reference;
    out_ << "\n";
  }

  const Matcher& matcher_;
  std::ostringstream out_;
};

inline std::string state_listing(const Matcher& matcher) { return StateListing(matcher).text(); }

inline std::uint64_t state_digest(const Matcher& matcher) {
  levels::Fnv1a64 hash;
  for (const char letter : state_listing(matcher)) hash.add_big_endian(static_cast<std::uint8_t>(letter));
  return hash.value();
}

}  // namespace hopwire::venue::scenario
