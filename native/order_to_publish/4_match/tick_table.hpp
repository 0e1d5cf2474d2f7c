// Tick and lot: which prices and quantities an instrument takes.
//
// Tick table: bands of prices, each from a price up to where the next begins, each with its tick. set_tick_band adds a band or changes the
// tick of the band that begins there; tick 0 removes it. Without a band at or below a price, its tick is 1 (1e-4). A price of a new or
// replaced order, limit or stop, that is not a multiple of its tick is refused: invalidTick, with the tick. Nothing is ever rounded.
// Lot: set_lot_size sets the lot and the minimum quantity (both 1 at first). A quantity below the minimum is refused: invalidQuantity,
// with the minimum; a quantity or display quantity that is no multiple of the lot: invalidLot, with the lot. Of a replace, the total it
// states (always_requeue: its open quantity) counts.
//
// Orders that rest are not touched by a change of either. Refused for the operator (invalidValue, with the limit): a price or tick out of
// the range ITCH can publish, a band that does not begin on its tick, more than 16 bands; a lot or minimum below 1 or above the venue's
// largest quantity, a minimum that is no multiple of the lot.
#pragma once

#include <algorithm>
#include <cstdint>

#include "order_to_publish/4_match/instrument_rules.hpp"

namespace hopwire::venue::tick_table {

using levels::Price;

inline Price tick_at(const InstrumentRules& rules, Price price) noexcept {
  Price tick = 1;
  for (std::uint32_t index = 0; index < rules.tick_count && rules.ticks[index].from_price <= price; ++index) tick = rules.ticks[index].tick;
  return tick;
}

inline bool is_on_tick(const InstrumentRules& rules, Price price) noexcept { return price % tick_at(rules, price) == 0; }

// The nearest price on a tick, from this one down.
inline Price at_or_below(const InstrumentRules& rules, Price price) noexcept { return price - price % tick_at(rules, price); }

// From this one up; where a band begins is one.
inline std::int64_t at_or_above(const InstrumentRules& rules, Price price) noexcept {
  if (is_on_tick(rules, price)) return price;
  std::int64_t next = std::int64_t{at_or_below(rules, price)} + tick_at(rules, price);
  for (std::uint32_t index = 0; index < rules.tick_count; ++index) {
    if (rules.ticks[index].from_price > price) {
      next = std::min<std::int64_t>(next, rules.ticks[index].from_price);
      break;
    }
  }
  return next;
}

inline Refusal check_tick(const InstrumentRules& rules, Price price,
                          order_entry::RejectReason reason = order_entry::RejectReason::invalid_tick) noexcept {
  if (is_on_tick(rules, price)) return {};
  return {reason, tick_at(rules, price)};
}

inline Refusal check_lot(const InstrumentRules& rules, std::uint32_t quantity, std::uint32_t display_quantity = 0) noexcept {
  if (quantity < rules.minimum_quantity) return {order_entry::RejectReason::invalid_quantity, rules.minimum_quantity};
  if (quantity % rules.lot == 0 && display_quantity % rules.lot == 0) return {};
  return {order_entry::RejectReason::invalid_lot, rules.lot};
}

// ---- the operator's ----

inline Refusal set_band(InstrumentRules& rules, std::int64_t from_price, std::int64_t tick) noexcept {
  using order_entry::RejectReason;
  for (const std::int64_t value : {from_price, tick}) {
    if (value < 0) return {RejectReason::invalid_value, 0};
    if (value > largest_price) return {RejectReason::invalid_value, largest_price};
  }
  TickBand* const end = rules.ticks + rules.tick_count;
  const auto starts_before = [&](const TickBand& band) { return band.from_price < from_price; };
  TickBand* const here = std::find_if_not(rules.ticks, end, starts_before);
  const bool is_there = here != end && here->from_price == from_price;
  if (tick == 0) {
    if (!is_there) return {};
    std::copy(here + 1, end, here);
    --rules.tick_count;
    return {};
  }
  if (from_price % tick != 0) return {RejectReason::invalid_value, tick};
  if (!is_there) {
    if (rules.tick_count == maximum_tick_bands) return {RejectReason::invalid_value, maximum_tick_bands};
    std::copy_backward(here, end, end + 1);
    ++rules.tick_count;
  }
  *here = {static_cast<Price>(from_price), static_cast<Price>(tick)};
  return {};
}

inline Refusal set_lot(InstrumentRules& rules, std::int64_t lot, std::int64_t minimum_quantity, std::int64_t largest) noexcept {
  using order_entry::RejectReason;
  for (const std::int64_t value : {lot, minimum_quantity}) {
    if (value < 1) return {RejectReason::invalid_value, 1};
    if (value > largest) return {RejectReason::invalid_value, largest};
  }
  if (minimum_quantity % lot != 0) return {RejectReason::invalid_value, lot};
  rules.lot = static_cast<std::uint32_t>(lot);
  rules.minimum_quantity = static_cast<std::uint32_t>(minimum_quantity);
  return {};
}

}  // namespace hopwire::venue::tick_table
