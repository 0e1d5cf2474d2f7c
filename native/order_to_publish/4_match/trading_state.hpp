// Trading states of an instrument. A venue that never says anything trades continuously; a set_trading_state moves an instrument on.
//
//   state              leaves to                                    new and replaced orders
//   pre_open           opening_auction, halt, closed                collected, nothing trades
//   opening_auction    continuous, halt                             collected; ends with an uncross (auction.hpp)
//   continuous         closing_auction, halt, closed                matched
//   halt               reopening_auction, closed                    refused: tradingHalted
//   reopening_auction  continuous, halt                             collected; ends with an uncross
//   closing_auction    closed, halt                                 collected; ends with an uncross
//   closed             pre_open                                     refused: tradingClosed
//
// Any other change is refused (invalidTransition); so is a reason that is not up to four capitals or digits (invalidValue). Cancels are
// taken in every state, and orders expire in every state. A call that is halted does not uncross; what it collected stays for the
// reopening, in which orders for the opening only have no part.
//
// Collected means: limit orders that may rest stand in the book as always (public: A, U, X, D) without trading, so the book may be crossed,
// and so is the public book. Post-only does not matter there. Market orders and orders for one auction only wait unseen (`queued`, no
// public effect). Stops wait (stops.hpp). What must trade at once (immediateOrCancel, fillOrKill, a minimum quantity; of stops only when
// they come in) is refused: notInThisState. So are orders for one auction outside its window: atTheOpening is taken in pre_open and
// opening_auction, atTheClose in every state that takes orders.
//
// A change gives, in this order: what the uncross gives; the queued orders that have no auction left, in entry order, `canceled` with
// auctionEnd (to continuous: all but atTheClose; to closed: all); `stateChanged` (public: H); a call after a pause: its collar
// (reopening.hpp); to continuous: orders through the price band go (price_band.hpp), and the stops that the last trade reaches come in. A
// reopening call whose auction would trade outside its collar does not end. Included by matcher.hpp, never by anyone else.
#pragma once

#include <optional>

#include "order_to_publish/4_match/market_rules.hpp"
#include "order_to_publish/4_match/reopening.hpp"

namespace hopwire::venue {

namespace trading_state {

using order_entry::TradingState;

inline bool leads_to(TradingState from, TradingState to) noexcept {
  constexpr auto bit = [](TradingState state) { return 1u << static_cast<unsigned>(state); };
  constexpr unsigned halt = bit(TradingState::halt);
  constexpr unsigned closed = bit(TradingState::closed);
  constexpr unsigned continuous = bit(TradingState::continuous);
  unsigned successors = 0;
  switch (from) {
    case TradingState::pre_open: successors = bit(TradingState::opening_auction) | halt | closed; break;
    case TradingState::opening_auction: successors = continuous | halt; break;
    case TradingState::continuous: successors = bit(TradingState::closing_auction) | halt | closed; break;
    case TradingState::halt: successors = bit(TradingState::reopening_auction) | closed; break;
    case TradingState::reopening_auction: successors = continuous | halt; break;
    case TradingState::closing_auction: successors = closed | halt; break;
    case TradingState::closed: successors = bit(TradingState::pre_open); break;
  }
  return order_entry::is_valid(to) && (successors & bit(to)) != 0;
}

// The reason as ITCH has it, none when it is not one.
inline std::optional<HaltReason> reason_of(const OperatorTerms& terms) noexcept {
  HaltReason reason{};
  bool is_over = false;
  for (std::size_t at = 0; at < sizeof terms.halt_reason; ++at) {
    const char letter = terms.halt_reason[at];
    is_over = is_over || letter == 0;
    if (is_over) {
      if (letter != 0) return std::nullopt;
      continue;
    }
    const bool is_fit = (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
    if (!is_fit || at >= reason.size()) return std::nullopt;
    reason[at] = letter;
  }
  return reason;
}

}  // namespace trading_state

template <class Sink>
Refusal MarketRules<Sink>::set_trading_state(std::uint16_t locate, const OperatorTerms& terms) {
  const auto reason = trading_state::reason_of(terms);
  if (!reason) return {order_entry::RejectReason::invalid_value, 0};
  if (!trading_state::leads_to(rules(locate).state, terms.state)) return {order_entry::RejectReason::invalid_transition, 0};
  move_to(locate, terms.state, *reason);
  rules(locate).due = never;
  matcher_.schedule(locate);
  return {};
}

// The venue's own halt, and when it will be over.
template <class Sink>
void MarketRules<Sink>::halt_by_venue(std::uint16_t locate, HaltReason reason) {
  InstrumentRules& own = rules(locate);
  own.pause_collar = reason == reopening::pause ? reopening::collar_after(own) : AuctionCollar{};
  move_to(locate, State::halt, reason);
  own.due = reason == reopening::market_breach(3) ? never : due_after(own.halt_time);
  matcher_.schedule(locate);
}

// What an instrument's timer has come to: a limit state has lasted its time, or the timetable goes on.
template <class Sink>
void MarketRules<Sink>::run_timer(std::uint16_t locate) {
  InstrumentRules& own = rules(locate);
  if (own.limit_state.is_on) return halt_by_venue(locate, reopening::pause);
  if (own.state == State::halt) {
    move_to(locate, State::reopening_auction, reopening::reason_after(own.halt_reason));
  } else {
    move_to(locate, State::continuous, HaltReason{});
  }
  own.due = own.is_trading() ? never : due_after(own.call_time);
  matcher_.schedule(locate);
}

// A permitted change, with all it brings.
template <class Sink>
void MarketRules<Sink>::move_to(std::uint16_t locate, State state, HaltReason reason) {
  InstrumentRules& own = rules(locate);
  const auto call = own.call();
  if (state == State::continuous && must_extend(locate)) return;
  if (call && state != State::halt) uncross(locate, *call);
  const bool ends = state == State::continuous || state == State::closed;
  if (ends) {
    drop_queued(locate, state);
    own.pause_collar = {};
  }
  if (state != State::reopening_auction) own.auction_collar = {};
  own.state = state;
  own.halt_reason = reason;
  matcher_.rules_changed(locate);
  MatchEvent& event = begin_market_event(MatchEventKind::state_changed, PublicEffect::trading_action, locate);
  put_facts(event, StateFacts{.state = state, .halt_reason = reason});
  sink_.commit();
  if (state == State::reopening_auction && own.pause_collar.is_set) publish_collar(locate, own.pause_collar);
  if (state != State::continuous) return;
  drop_through_band(locate);
  matcher_.elect_stops(book(locate), locate);
}

template <class Sink>
void MarketRules<Sink>::drop_queued(std::uint16_t locate, State state) {
  std::size_t count = 0;
  for (OrderIndex slot = rules(locate).queue.head; slot != levels::none; slot = matcher_.orders_.node(slot).next) {
    const bool is_over = state == State::closed || matcher_.terms_[slot].time_in_force != order_entry::TimeInForce::at_the_close;
    if (is_over) matcher_.gathered_[count++] = {matcher_.entry_of(slot), slot};
  }
  const std::span going(matcher_.gathered_.data(), count);
  std::sort(going.begin(), going.end(), [](const auto& a, const auto& b) { return a.entry < b.entry; });
  for (const auto& entered : going) cancel(entered.slot, order_entry::CancelReason::auction_end);
}

}  // namespace hopwire::venue
