// Hop 4 -> hop 5: what one command did, in order. Each event says what the owner is told (kind) and what the public feed shows
// (public_effect), so that hop 5 translates and decides nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "generated/order_entry.hpp"

namespace hopwire::venue {

enum class MatchEventKind : std::uint8_t {
  accepted,         // new order taken; comes before its executions. Effect add: it trades nothing and rests at once, all of it
  executed,         // one maker met one taker; reported to both
  rested,           // what is left of an accepted or replaced order that traded now stands in the book (no report)
  canceled,         // quantity cancelled
  replaced,         // replace taken
  rejected,         // new order refused
  cancel_rejected,  // cancel, replace or mass cancel refused; nothing changed
  mass_canceled,    // closes a mass cancel; quantity = orders cancelled
  refreshed,        // a reserve order shows its next slice under a new reference (no report)
  prevented,        // two orders of the same people met and did not trade; what that did to them follows
  parked,           // an accepted stop waits, unseen
  triggered,        // a waiting stop comes in, as a market or limit order
  mass_quoted,      // closes a mass quote; quantity = entries taken in full, reason protection_tripped when that was not all
  protection_set,
  protection_tripped,  // limit_value = the threshold, reason = which (ProtectionReason); the quotes pulled follow
  protection_reset,    // quantity = 1 when it had tripped
  purged,              // closes a purge; quantity = orders cancelled
  killed,              // closes a kill; quantity = orders cancelled
  unlocked,            // quantity = 1 when there was such a lock
  unkilled,            // quantity = 1 when it was killed
  queued,              // an accepted or replaced order waits unseen for an auction (no report)
  crossed,             // one side of a trade in an auction; both sides have the same match number
  // About an instrument or the market, no order; what they say beside these words: market_facts.hpp
  uncrossed,         // an auction is over; price = of the auction, 0 when nothing traded
  imbalance,         // what the auction would do now; side and how much would be left over
  state_changed,     // of an instrument
  auction_collar,    // the auction must end between these prices
  limit_state,       // the best price of `side` stands at the band `price`
  limit_state_over,
  market_levels,     // of the market-wide circuit breaker
  market_breached,   // quantity = the level
  day_rolled,        // quantity = the new day; open orders follow as rested
  admin_refused,     // an operator's command was not taken
  // About risk (no report)
  risk_warning,                // a soft limit is exceeded by a command that is taken; before that command's own events
  limits_set,                  // of an account, or in an instrument
  restriction_set,             // an instrument for an account; quantity = 1 restricted, 0 not
  short_sale_restriction_set,  // of an instrument; quantity likewise
  position_set,                // limit_value = the position
};

enum class PublicEffect : std::uint8_t {
  none,
  add,      // ITCH A: reference, side, displayed or leaves, price
  execute,  // ITCH E: maker reference, quantity, match number
  reduce,   // ITCH X: reference, quantity = shares taken away
  remove,   // ITCH D: original_reference when replaced, else reference
  replace,  // ITCH U: original_reference -> reference, displayed or leaves, price
  execute_at_price,  // ITCH C, not printable (the auction's Q counts it): reference, quantity, match number, price
  cross_trade,       // ITCH Q
  imbalance,         // ITCH I
  trading_action,    // ITCH H
  auction_collar,    // ITCH J
  market_levels,     // ITCH V
  market_breach,     // ITCH W
  new_day,           // ITCH S: this day's stream ends; the next begins with empty books
  short_sale_restriction,  // ITCH Y: quantity = 1 restricted, 0 not
};

// queue_ahead of a replace that kept its place: the position is as it was and is not counted again (it would cost a walk).
inline constexpr std::uint64_t queue_position_kept = UINT64_MAX;

// Two cache lines. Most kinds of event say all they have to say in the first. Fields that come from one place stand as they stand there
// (command.hpp, order_store.hpp), so that they are copied together. A field that a kind does not mention is as it is here by default.
struct alignas(64) MatchEvent {
  std::uint64_t cl_ord_id = 0;           // of the request; of the order itself when nobody asked; executed: of the maker
  std::uint64_t reference = 0;           // venue order reference; executed: of the maker
  std::uint64_t original_cl_ord_id = 0;  // replaced/canceled/cancel_rejected: the order's earlier id
  std::uint64_t original_reference = 0;  // replaced: reference before
  std::uint32_t session = 0;             // owner of the order; executed: of the maker
  std::uint32_t account = 0;
  std::int32_t price = 0;            // 1e-4; executed: the maker's price
  std::uint32_t quantity = 0;        // executed, cancelled, reduced or total quantity by kind
  std::uint32_t leaves = 0;          // open quantity after the event; executed: of the maker
  std::uint32_t total_quantity = 0;  // accepted, replaced: of the whole order, what it has executed included
  std::uint32_t instrument_id = 0;
  std::uint16_t locate = 0;
  std::uint16_t reason = 0;  // order_entry::RejectReason or CancelReason by kind

  MatchEventKind kind = MatchEventKind::accepted;
  PublicEffect public_effect = PublicEffect::none;
  order_entry::Side side = order_entry::Side::buy;  // of the order; executed: of the maker
  order_entry::OrderType order_type = order_entry::OrderType::limit;
  order_entry::TimeInForce time_in_force = order_entry::TimeInForce::day;
  order_entry::RequestKind request = order_entry::RequestKind::new_order;
  std::uint8_t scope_fields = 0;  // mass_canceled to unkilled: what scope (scope_field), its session, account and firm in the fields
                                  // taker_session, taker_leaves and displayed, its instrument and side in locate and side
  std::uint8_t entry_plus_1 = 0;  // rejects and warnings of a mass quote: which entry; 0 = none
  std::uint64_t queue_ahead = 0;      // accepted/replaced: displayed quantity ahead; messageRateLimit: ns until it would be taken
  std::uint64_t match_number = 0;     // executed
  std::int64_t limit_value = 0;       // rejects: the number that was exceeded
  std::uint64_t taker_cl_ord_id = 0;  // executed
  std::uint64_t taker_reference = 0;  // executed
  std::uint32_t taker_session = 0;
  std::uint32_t taker_leaves = 0;
  std::uint32_t displayed = 0;  // what the book shows of the order, when that is less than leaves; else 0
  std::int32_t stop_price = 0;  // of a stop that waits, or just came in; else 0
};

static_assert(std::is_trivially_copyable_v<MatchEvent> && sizeof(MatchEvent) == 128);
static_assert(offsetof(MatchEvent, kind) == 64);

}  // namespace hopwire::venue
