// Auctions: everything that a call collected trades at one price.
//
// Who takes part. The book, hidden reserve included; queued market orders (day or good till time); queued orders for this auction only.
// Imbalance-only orders come in after the price is found. Self trades are not prevented.
//
// The price. Candidates are the limit prices of the orders that take part, and the reference price (the last trade, or what the operator
// said since) where it lies between the lowest and the highest of them and on the tick; where market orders meet market orders alone, the
// reference price. Of the candidates: those at which most trades; of these, those that leave the smallest imbalance; of these, those
// nearest the reference price; of two that are equally near, or without a reference price, the highest. Market orders and limits at least
// as good as the price can trade; the imbalance is what the larger side has more. Nothing to trade at any candidate: no price.
//
// Imbalance-only orders move neither price nor imbalance: those of the smaller side whose limit is at least as good as the price trade
// with the imbalance, after all others of their side, in order of price, then time.
//
// Priority of a side (Nasdaq's): market orders by time; then limits by price; at one price what the book displays and what waits for this
// auction only, by time; then hidden reserve, by time; then imbalance-only.
//
// Events. Buyers and sellers pair off from the front: each pair has a match number and gives `crossed` for the buyer, then for the
// seller. Public: C, not printable, where it takes displayed quantity; nothing for hidden quantity and queued orders. Then, bids before
// asks in canonical walk, reserve orders whose slice is gone show the next one (`refreshed`, reserve.hpp). Then `uncrossed` (public: Q with
// the whole quantity and a match number of its own, also when it is 0): a feed-side book is now equal to the matcher's, and the volume of
// the tape is Q's. The price is the last trade's from now on; it elects stops when continuous trading begins.
//
// Indication. While a call is on, publish_imbalance gives `imbalance` (public: I); in other states nothing. Near price: the price the
// auction would have now. Far price: the price if queued orders alone took part. Paired: what would trade at the near price; imbalance:
// what would then be left over. Variation: by how many percent the near price is off the reference price, in ITCH's letters (L below 1, 1
// to 9, A from 10, B from 20, C from 30), a space when one of the two is missing.
//
// An auction sorts what takes part, each side from the best down, and walks the candidates from the lowest up with what each side could
// trade there: n log n, in room set aside at the start. Included by matcher.hpp, never by anyone else.
#pragma once

#include <algorithm>
#include <limits>
#include <numeric>

#include "order_to_publish/4_match/market_rules.hpp"
#include "order_to_publish/4_match/price_band.hpp"

namespace hopwire::venue {

namespace auction {

using order_entry::CrossType;
using order_entry::TimeInForce;
using Piece = MarketStore::Piece;

inline bool is_for(TimeInForce time_in_force, CrossType type) noexcept {
  if (time_in_force == TimeInForce::at_the_opening) return type == CrossType::opening;
  return time_in_force != TimeInForce::at_the_close || type == CrossType::closing;
}

// By price, market first; at one price hidden reserve last; then by time.
inline bool stands_before(order_entry::Side side, const Piece& a, const Piece& b) noexcept {
  if (a.price != b.price) {
    if (a.price == matching::no_price || b.price == matching::no_price) return a.price == matching::no_price;
    return side == order_entry::Side::buy ? a.price > b.price : a.price < b.price;
  }
  if (a.is_hidden != b.is_hidden) return b.is_hidden;
  return a.placed_after != b.placed_after ? a.placed_after < b.placed_after : a.placement < b.placement;
}

inline bool can_trade(order_entry::Side side, levels::Price limit, levels::Price price) noexcept {
  return limit == matching::no_price || (side == order_entry::Side::buy ? limit >= price : limit <= price);
}

inline std::uint64_t total(std::span<const Piece> line) noexcept {
  return std::accumulate(line.begin(), line.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Piece& piece) { return sum + piece.open; });
}

inline std::size_t market_orders(std::span<const Piece> line) noexcept {
  const auto has_limit = [](const Piece& piece) { return piece.price != matching::no_price; };
  return static_cast<std::size_t>(std::find_if(line.begin(), line.end(), has_limit) - line.begin());
}

// The part of a line that can trade at this price: it stands in front.
inline std::size_t able(order_entry::Side side, std::span<const Piece> line, levels::Price price) noexcept {
  const auto trades = [&](const Piece& piece) { return can_trade(side, piece.price, price); };
  return static_cast<std::size_t>(std::partition_point(line.begin(), line.end(), trades) - line.begin());
}

// Walks the candidates from the lowest up, and knows what each side could trade there. Lines from the best down.
class Candidates {
 public:
  static constexpr levels::Price none = std::numeric_limits<levels::Price>::max();

  Candidates(std::span<const Piece> buys, std::span<const Piece> sells) noexcept
      : buys_(buys),
        sells_(sells),
        market_buys_(market_orders(buys)),
        buy_(buys.size()),
        counted_buy_(buys.size()),
        sell_(market_orders(sells)),
        demand(total(buys)),
        supply(total(sells.first(sell_))) {
    lowest = std::min(next_buy(), next_sell());
    if (buys.size() != market_buys_) highest = buys[market_buys_].price;
    if (sells.size() != sell_) highest = std::max(highest, sells.back().price);
  }

  // `extra`: a candidate that no order brings.
  [[nodiscard]] levels::Price after(levels::Price price, levels::Price extra) const noexcept {
    const levels::Price next = std::min(next_buy(), next_sell());
    return extra > price && extra < next ? extra : next;
  }

  void move_to(levels::Price price) noexcept {
    for (; counted_buy_ > market_buys_ && buys_[counted_buy_ - 1].price < price; --counted_buy_) demand -= buys_[counted_buy_ - 1].open;
    for (; sell_ < sells_.size() && sells_[sell_].price <= price; ++sell_) supply += sells_[sell_].open;
    while (buy_ > market_buys_ && buys_[buy_ - 1].price <= price) --buy_;
  }

 private:
  [[nodiscard]] levels::Price next_buy() const noexcept { return buy_ > market_buys_ ? buys_[buy_ - 1].price : none; }
  [[nodiscard]] levels::Price next_sell() const noexcept { return sell_ < sells_.size() ? sells_[sell_].price : none; }

  std::span<const Piece> buys_;
  std::span<const Piece> sells_;
  std::size_t market_buys_;
  std::size_t buy_;          // buys from here on have been candidates
  std::size_t counted_buy_;  // buys from here on can no longer trade
  std::size_t sell_;         // sells before here can trade

 public:
  std::uint64_t demand;
  std::uint64_t supply;
  levels::Price lowest = none;  // of all limits
  levels::Price highest = 0;
};

inline char variation(levels::Price price, levels::Price reference) noexcept {
  if (price == 0 || reference == 0) return ' ';
  const std::int64_t percent = std::abs(std::int64_t{price} - reference) * 100 / reference;
  if (percent < 1) return 'L';
  if (percent < 10) return static_cast<char>('0' + percent);
  if (percent < 20) return 'A';
  return percent < 30 ? 'B' : 'C';
}

}  // namespace auction

template <class Sink>
typename MarketRules<Sink>::Line MarketRules<Sink>::room(Side side) noexcept {
  auto& pieces = matcher_.market_.pieces;
  const std::size_t half = pieces.maximum() / 2;
  return {pieces.data() + (side == Side::buy ? 0 : half), half};
}

// The pieces of orders that are `wanted`, in line.
template <class Sink>
template <class Wanted>
typename MarketRules<Sink>::Line MarketRules<Sink>::pieces_of(std::uint16_t locate, Side side, Line room, Wanted&& wanted) {
  std::size_t count = 0;
  const auto add = [&](OrderIndex slot, Price price, bool is_in_book) {
    if (!wanted(slot)) return;
    const Matcher::Turn turn = matcher_.turn_of(slot);
    Piece piece{.placed_after = turn.placed_after,
                .placement = turn.placement,
                .slot = slot,
                .price = price,
                .open = matcher_.orders_.node(slot).leaves,
                .is_displayed = is_in_book,
                .is_hidden = false};
    room[count++] = piece;
    piece.open = matcher_.open_quantity(slot) - piece.open;
    piece.is_displayed = false;
    piece.is_hidden = true;
    if (piece.open != 0) room[count++] = piece;
  };
  const levels::Ladder& ladder = book(locate).side(side);
  for (std::uint32_t position = ladder.count; position-- != 0;) {
    const levels::Level& level = matcher_.levels_.level(ladder.entries[position].level);
    for (OrderIndex slot = level.head; slot != levels::none; slot = matcher_.orders_.node(slot).next) add(slot, level.price, true);
  }
  for (OrderIndex slot = rules(locate).queue.head; slot != levels::none; slot = matcher_.orders_.node(slot).next) {
    if (matcher_.orders_.detail(slot).side == side) add(slot, matcher_.terms_[slot].price, false);
  }
  const Line line = room.first(count);
  std::sort(line.begin(), line.end(), [&](const Piece& a, const Piece& b) { return auction::stands_before(side, a, b); });
  return line;
}

// The auction price of these orders; 0 = none.
template <class Sink>
levels::Price MarketRules<Sink>::find_price(std::uint16_t locate, Line buys, Line sells) {
  using auction::Candidates;
  Candidates at(buys, sells);
  const Price reference = matcher_.reference_price(locate);
  const bool has_limits = at.lowest != Candidates::none;
  const bool is_between = !has_limits || (at.lowest <= reference && reference <= at.highest);
  const bool counts = reference != 0 && is_between && tick_table::is_on_tick(rules(locate), reference);
  const Price extra = counts ? reference : Price{0};
  Price best = 0;
  std::uint64_t best_volume = 0;
  std::uint64_t best_imbalance = 0;
  std::int64_t best_distance = 0;
  for (Price price = at.after(0, extra); price != Candidates::none; price = at.after(price, extra)) {
    at.move_to(price);
    const std::uint64_t volume = std::min(at.demand, at.supply);
    const std::uint64_t imbalance = std::max(at.demand, at.supply) - volume;
    const std::int64_t distance = reference == 0 ? 0 : std::abs(std::int64_t{price} - reference);
    if (volume == 0 || volume < best_volume) continue;
    if (volume == best_volume && imbalance > best_imbalance) continue;
    if (volume == best_volume && imbalance == best_imbalance && distance > best_distance) continue;
    best = price;
    best_volume = volume;
    best_imbalance = imbalance;
    best_distance = distance;
  }
  return best;
}

// Who would trade now, in line, and at which price.
template <class Sink>
typename MarketRules<Sink>::Cross MarketRules<Sink>::find_cross(std::uint16_t locate, order_entry::CrossType type) {
  const auto takes_part = [&](OrderIndex slot, bool imbalance_only) {
    const OrderDetail& detail = matcher_.orders_.detail(slot);
    if (order_entry::OrderFlags{detail.flags}.imbalance_only() != imbalance_only) return false;
    return !Matcher::is_special(detail) || auction::is_for(matcher_.terms_[slot].time_in_force, type);
  };
  const auto ordinary = [&](OrderIndex slot) { return takes_part(slot, false); };
  Line buys = pieces_of(locate, Side::buy, room(Side::buy), ordinary);
  Line sells = pieces_of(locate, Side::sell, room(Side::sell), ordinary);
  const Price price = find_price(locate, buys, sells);
  if (price == 0) return {};
  buys = buys.first(auction::able(Side::buy, buys, price));
  sells = sells.first(auction::able(Side::sell, sells, price));
  const std::uint64_t demand = auction::total(buys);
  const std::uint64_t supply = auction::total(sells);
  const Side larger = demand > supply ? Side::buy : Side::sell;
  if (demand != supply) {
    const Side side = larger == Side::buy ? Side::sell : Side::buy;
    Line& smaller = side == Side::buy ? buys : sells;
    const auto late = [&](OrderIndex slot) {
      return takes_part(slot, true) && auction::can_trade(side, matcher_.terms_[slot].price, price);
    };
    const std::size_t early = smaller.size();
    smaller = room(side).first(early + pieces_of(locate, side, room(side).subspan(early), late).size());
  }
  const std::uint64_t quantity = std::min(auction::total(buys), auction::total(sells));
  const std::uint64_t left = std::max(demand, supply) - quantity;
  return {.price = price, .quantity = quantity, .left = left, .left_side = larger, .buys = buys, .sells = sells};
}

template <class Sink>
levels::Price MarketRules<Sink>::far_price(std::uint16_t locate, order_entry::CrossType type) {
  const auto waits = [&](OrderIndex slot) {
    const OrderDetail& detail = matcher_.orders_.detail(slot);
    return matcher_.is_waiting(slot) && !order_entry::OrderFlags{detail.flags}.imbalance_only() &&
           auction::is_for(matcher_.terms_[slot].time_in_force, type);
  };
  const Line buys = pieces_of(locate, Side::buy, room(Side::buy), waits);
  return find_price(locate, buys, pieces_of(locate, Side::sell, room(Side::sell), waits));
}

// Nothing of the call is left to trade afterwards; who is to go then, trading_state.hpp says.
template <class Sink>
void MarketRules<Sink>::uncross(std::uint16_t locate, order_entry::CrossType type) {
  InstrumentRules& own = rules(locate);
  const Cross cross = find_cross(locate, type);
  own.breaker.count = 0;
  if (cross.price != 0) {
    pair_off(locate, cross);
    refresh_slices(locate);
    book(locate).last_price = cross.price;
    matcher_.note_price(locate, cross.price);
    if (own.band.basis_points != 0) own.band = price_band::around(own, cross.price, own.band.basis_points);
  }
  MatchEvent& event = begin_market_event(MatchEventKind::uncrossed, PublicEffect::cross_trade, locate);
  event.price = cross.price;
  put_facts(event, AuctionFacts{.quantity = cross.quantity, .match_number = ++matcher_.last_match_number_, .cross_type = type});
  sink_.commit();
}

template <class Sink>
void MarketRules<Sink>::pair_off(std::uint16_t locate, const Cross& cross) {
  std::size_t buy = 0;
  std::size_t sell = 0;
  while (buy != cross.buys.size() && sell != cross.sells.size()) {
    Piece& buyer = cross.buys[buy];
    Piece& seller = cross.sells[sell];
    const std::uint32_t quantity = std::min(buyer.open, seller.open);
    ++matcher_.last_match_number_;
    fill(locate, buyer, quantity, cross.price);
    fill(locate, seller, quantity, cross.price);
    if (buyer.open == 0) ++buy;
    if (seller.open == 0) ++sell;
  }
}

template <class Sink>
void MarketRules<Sink>::fill(std::uint16_t locate, Piece& piece, std::uint32_t quantity, Price price) {
  const OrderIndex slot = piece.slot;
  piece.open -= quantity;
  if (piece.is_hidden) {
    matcher_.terms_[slot].hidden -= quantity;
  } else {
    OrderNode& node = matcher_.orders_.node(slot);
    node.leaves -= quantity;
    if (piece.is_displayed) matcher_.levels_.level(node.level).quantity -= quantity;
  }
  matcher_.orders_.detail(slot).executed += quantity;
  if (matcher_.limits_.is_risk_on) PreTradeRisk(matcher_).trade(slot, quantity);
  const PublicEffect effect = piece.is_displayed ? PublicEffect::execute_at_price : PublicEffect::none;
  MatchEvent& event = matcher_.begin_slot_event(slot, MatchEventKind::crossed, effect, sink_);
  event.match_number = matcher_.last_match_number_;
  event.quantity = quantity;
  event.price = price;
  sink_.commit();
  if (matcher_.open_quantity(slot) != 0) return;
  if (matcher_.is_waiting(slot)) {
    matcher_.unpark(slot);
  } else {
    matcher_.unlink(book(locate), slot);
  }
  matcher_.forget(slot);
}

template <class Sink>
void MarketRules<Sink>::refresh_slices(std::uint16_t locate) {
  std::size_t count = 0;
  for (const Side side : {Side::buy, Side::sell}) {
    const levels::Ladder& ladder = book(locate).side(side);
    for (std::uint32_t position = ladder.count; position-- != 0;) {
      const levels::Level& level = matcher_.levels_.level(ladder.entries[position].level);
      for (OrderIndex slot = level.head; slot != levels::none; slot = matcher_.orders_.node(slot).next) {
        if (matcher_.orders_.node(slot).leaves == 0) matcher_.gathered_[count++].slot = slot;
      }
    }
  }
  for (std::size_t index = 0; index < count; ++index) matcher_.show_next_slice(matcher_.gathered_[index].slot, sink_);
}

template <class Sink>
void MarketRules<Sink>::publish_imbalance(std::uint16_t locate) {
  const auto type = rules(locate).call();
  if (!type) return;
  const Cross cross = find_cross(locate, *type);
  const Price reference = matcher_.reference_price(locate);
  MatchEvent& event = begin_market_event(MatchEventKind::imbalance, PublicEffect::imbalance, locate);
  if (cross.left != 0) event.side = cross.left_side;
  put_facts(event, AuctionFacts{.quantity = cross.left,
                                .paired_quantity = cross.quantity,
                                .reference_price = reference,
                                .far_price = far_price(locate, *type),
                                .near_price = cross.price,
                                .cross_type = *type,
                                .variation = auction::variation(cross.price, reference)});
  sink_.commit();
}

}  // namespace hopwire::venue
