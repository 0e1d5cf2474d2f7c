// Price bands in the manner of the US plan "Limit Up, Limit Down": nothing trades outside them while the instrument trades continuously.
// set_price_band gives reference price and percentage (at most 10,000 basis points; 0 = no band); the reference must be a price an order
// could have. Lower and upper band are the reference less and plus floor(reference x basis points / 10,000), taken inwards to the tick. An
// auction that trades makes its price the reference; otherwise the operator moves it.
//
// While trading continuously, a new or replaced limit order priced through the band (a buy above the upper, a sell below the lower) is
// refused: priceBand, with the band it crossed. Orders on the far side rest out of reach. Market orders trade as far as the band;
// stop-limits are asked when triggered and `canceled` with priceBand. When the band moves, and when continuous trading begins, resting
// orders priced through it are `canceled` with priceBand (public: D), in canonical walk: after the `stateChanged` of the beginning, before
// stops come in.
//
// Limit state: the best bid stands at the upper band, or the best ask at the lower. It is looked at after each command and each timer,
// when all that follows from it has happened: `limitState` tells its beginning, `limitStateOver` its end (no public effect: ITCH has no
// message for it). A limit state that lasts 15 seconds pauses the instrument: halt, LUDP (reopening.hpp goes on from there).
//
// Books are looked at whose best prices may have changed: whatever touches a level of a banded book marks it (Matcher::mark). Included by
// matcher.hpp, never by anyone else.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "generated/rules.hpp"
#include "order_to_publish/4_match/market_rules.hpp"

namespace hopwire::venue {

namespace price_band {

using levels::Price;

using rules::limit_state_time;

inline PriceBand around(const InstrumentRules& rules, Price reference, std::uint32_t basis_points) noexcept {
  const std::int64_t distance = price_collar::part_of(reference, basis_points);
  const std::int64_t lower = std::max<std::int64_t>(reference - distance, smallest_price);
  const std::int64_t upper = std::min<std::int64_t>(reference + distance, largest_price);
  return {.basis_points = basis_points,
          .lower = tick_table::at_or_above(rules, static_cast<Price>(lower)),
          .upper = tick_table::at_or_below(rules, static_cast<Price>(upper))};
}

// The band that an order of this side may not cross; none when none holds now.
inline std::optional<std::int64_t> edge(const InstrumentRules& rules, order_entry::Side side) noexcept {
  if (!rules.is_trading() || rules.band.basis_points == 0) return std::nullopt;
  return side == order_entry::Side::buy ? std::int64_t{rules.band.upper} : rules.band.lower;
}

inline Refusal check(const InstrumentRules& rules, order_entry::Side side, Price price) noexcept {
  const auto limit = edge(rules, side);
  if (!limit || !price_collar::is_beyond(side, price, *limit)) return {};
  return {order_entry::RejectReason::price_band, *limit};
}

}  // namespace price_band

template <class Sink>
Refusal MarketRules<Sink>::set_price_band(std::uint16_t locate, std::int64_t reference, std::int64_t basis_points) {
  if (const Refusal refusal = price_collar::check_basis_points(basis_points)) return refusal;
  if (const Refusal refusal = check_reference(locate, reference)) return refusal;
  InstrumentRules& own = rules(locate);
  own.band = {};
  if (basis_points != 0) own.band = price_band::around(own, static_cast<Price>(reference), static_cast<std::uint32_t>(basis_points));
  matcher_.rules_changed(locate);
  drop_through_band(locate);
  return {};
}

template <class Sink>
void MarketRules<Sink>::drop_through_band(std::uint16_t locate) {
  for (const Side side : {Side::buy, Side::sell}) {
    const auto limit = price_band::edge(rules(locate), side);
    if (!limit) return;
    const levels::Ladder& ladder = book(locate).side(side);
    while (ladder.count != 0 && price_collar::is_beyond(side, ladder.entries[ladder.count - 1].price, *limit)) {
      cancel(matcher_.levels_.level(ladder.entries[ladder.count - 1].level).head, order_entry::CancelReason::price_band);
    }
  }
}

// Tells what has begun and ended, instruments by row.
template <class Sink>
void MarketRules<Sink>::note_limit_states() {
  MarketStore& market = matcher_.market_;
  const std::span marked(market.marked.data(), market.marked_count);
  std::sort(marked.begin(), marked.end());
  market.marked_count = 0;
  for (const std::uint16_t locate : marked) {
    rules(locate).is_marked = false;
    note_limit_state(locate);
  }
}

template <class Sink>
void MarketRules<Sink>::note_limit_state(std::uint16_t locate) {
  InstrumentRules& own = rules(locate);
  const LimitState was = own.limit_state;
  LimitState is;
  for (const Side side : {Side::buy, Side::sell}) {
    const auto limit = price_band::edge(own, side);
    const levels::Ladder& ladder = book(locate).side(side);
    if (is.is_on || !limit || ladder.count == 0 || ladder.entries[ladder.count - 1].price != *limit) continue;
    is = {.is_on = true, .side = side, .price = static_cast<Price>(*limit), .since = matcher_.now_};
  }
  if (was.is_on == is.is_on && was.side == is.side && was.price == is.price) return;
  own.limit_state = is;
  matcher_.set_book_bits(locate);
  matcher_.schedule(locate);
  if (was.is_on) {
    begin_market_event(MatchEventKind::limit_state_over, PublicEffect::none, locate);
    sink_.commit();
  }
  if (!is.is_on) return;
  MatchEvent& event = begin_market_event(MatchEventKind::limit_state, PublicEffect::none, locate);
  event.side = is.side;
  event.price = is.price;
  sink_.commit();
}

}  // namespace hopwire::venue
