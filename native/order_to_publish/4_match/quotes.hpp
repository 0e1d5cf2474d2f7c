// Mass quotes: one command sets both sides of up to 100 instruments, all or nothing.
//
// It comes as a quote_entry for each instrument and a mass_quote that closes them; entries of another session or id than the last begin
// anew, and nothing happens before the close.
//
// Whose. A quote belongs to session, account, instrument and side: there is one of each at most (quote_index.hpp). To the public it is an
// ordinary day limit order. It is not found by client id, but carries the id of the last mass quote that set it.
//
// All are checked before anything happens, and the first thing wrong refuses the whole command with the entry's index. The command:
// session, number of entries (1 to 100), kill and locks, protection (protection.hpp), message rate (message_flow.hpp). Each entry in turn:
// instrument, no instrument twice, then bid and ask each as a new day limit order of that price and quantity would be, bid below ask
// (quoteCrossed, with the bid), pre-trade risk of bid and ask (pre_trade_risk.hpp), room.
// Quantity 0 pulls that side: nothing is asked of its price. A command that only pulls is asked for session, number of entries and
// instruments alone. Room is counted as if nothing left: an order for each side that has no quote yet, a level for each price that has
// none.
//
// Then entry by entry, each side once, the bid first - but the ask first when the new bid would reach the maker's own standing ask.
//   no quote there      `accepted`, then as any order that comes in: `rested`, or executions and what is left of it
//   same price, and not more than is open: keeps place and reference; `replaced`, queue position kept (public: X, or nothing)
//   anything else       a new reference behind all others; `replaced` (public: U; when it trades: D, then executions, then `rested`, A)
//   quantity 0          `canceled` with quotePulled (public: D); without a quote there: nothing
// The quantity is the new open quantity, whatever was executed before. `massQuoted` closes with the number of entries. When an execution on
// the way trips the maker's protection, the sides still to come are not entered: `massQuoted` then tells the entries of which both sides
// were, with reason protectionTripped. Stops that the quotes elect come in after the whole command. Included by matcher.hpp, never by
// anyone else.
#pragma once

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

inline void Matcher::quote_entry(const Command& command) noexcept {
  if (quoted_.count != 0 && (quoted_.session != command.session || quoted_.cl_ord_id != command.cl_ord_id)) quoted_.count = 0;
  quoted_.session = command.session;
  quoted_.cl_ord_id = command.cl_ord_id;
  if (quoted_.count == matching::most_entries) return;  // the close says how many there were
  quoted_.entries[quoted_.count++] = {.bid_price = command.price,
                                      .bid_quantity = command.quantity,
                                      .ask_price = command.quote.ask_price,
                                      .ask_quantity = command.quote.ask_quantity,
                                      .instrument_id = command.instrument_id,
                                      .locate = command.locate};
}

inline bool Matcher::only_pulls(std::span<const QuoteEntry> entries) noexcept {
  return std::all_of(entries.begin(), entries.end(),
                     [](const QuoteEntry& entry) { return entry.bid_quantity == 0 && entry.ask_quantity == 0; });
}

// One side of an entry as the order it would be.
inline Command Matcher::side_of(const Command& command, const QuoteEntry& entry, order_entry::Side side) noexcept {
  const bool is_bid = side == order_entry::Side::buy;
  Command order = command;
  order.kind = CommandKind::new_order;
  order.locate = entry.locate;
  order.instrument_id = entry.instrument_id;
  order.side = side;
  order.order_type = order_entry::OrderType::limit;
  order.time_in_force = order_entry::TimeInForce::day;
  order.price = is_bid ? entry.bid_price : entry.ask_price;
  order.quantity = is_bid ? entry.bid_quantity : entry.ask_quantity;
  order_entry::OrderFlags flags{};
  flags.short_sale(!is_bid);  // a market maker's ask needs no mark of its own
  order.flags = flags.bits;
  return order;
}

inline Refusal Matcher::check_quote(const Command& command, std::span<const QuoteEntry> entries, std::size_t index,
                                    QuoteRoom& room) noexcept {
  const QuoteEntry& entry = entries[index];
  if (!book_at(entry.locate).known) return {order_entry::RejectReason::unknown_instrument, 0};
  const auto same_instrument = [&](const QuoteEntry& earlier) { return earlier.locate == entry.locate; };
  if (std::any_of(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(index), same_instrument)) {
    return {order_entry::RejectReason::repeated_instrument, 0};
  }
  for (const auto side : {order_entry::Side::buy, order_entry::Side::sell}) {
    const Command order = side_of(command, entry, side);
    if (order.quantity == 0) continue;
    if (const Refusal refusal = check_new_special(order)) return refusal;
  }
  if (entry.bid_quantity != 0 && entry.ask_quantity != 0 && entry.bid_price >= entry.ask_price) {
    return {order_entry::RejectReason::quote_crossed, entry.bid_price};
  }
  if (limits_.is_risk_on) {
    if (const Refusal refusal = PreTradeRisk(*this).weigh_entry(command, entry, index)) return refusal;
  }
  for (const auto side : {order_entry::Side::buy, order_entry::Side::sell}) {
    const Command order = side_of(command, entry, side);
    if (order.quantity == 0) continue;
    if (quotes_.find(orders_, {order.session, order.account, order.locate, side}) == levels::none) ++room.orders;
    if (levels::LevelStore::find(books_[order.locate].side(side), order.price) == levels::none) ++room.levels;
  }
  if (room.orders > orders_.maximum()) return book_full();
  if (room.levels > limits_.maximum_levels) {
    return {order_entry::RejectReason::book_full, static_cast<std::int64_t>(limits_.maximum_levels)};
  }
  return {};
}

inline Refusal Matcher::check_mass_quote(const Command& command, std::span<const QuoteEntry> entries) noexcept {
  using order_entry::RejectReason;
  risk_.clear_warnings();  // of an order that was weighed and then refused for room
  if (command.quantity < 1) return {RejectReason::invalid_entry_count, 1};
  if (command.quantity > matching::most_entries) return {RejectReason::invalid_entry_count, matching::most_entries};
  if (command.quantity != entries.size()) return {RejectReason::invalid_entry_count, static_cast<std::int64_t>(entries.size())};
  if (!only_pulls(entries)) {
    if (const Refusal refusal = check_locks(command.session, command.account, command.firm, 0)) return refusal;
    if (is_tripped(command.session, command.account)) return {RejectReason::protection_tripped, 0};
    if (limits_.is_risk_on) {
      if (const Refusal refusal = PreTradeRisk(*this).begin_quotes(command.account)) return refusal;
    }
  }
  QuoteRoom room{.orders = orders_.live(), .levels = levels_.levels_in_use()};
  for (std::size_t index = 0; index < entries.size(); ++index) {
    Refusal refusal = check_quote(command, entries, index, room);
    if (!refusal) continue;
    refusal.entry_plus_1 = static_cast<std::uint8_t>(index + 1);
    return refusal;
  }
  return {};
}

template <class Sink>
void Matcher::mass_quote(const Command& command, Sink& sink) {
  const bool are_its = quoted_.session == command.session && quoted_.cl_ord_id == command.cl_ord_id;
  const std::span<const QuoteEntry> entries(quoted_.entries, are_its ? quoted_.count : 0);
  quoted_.count = 0;
  if (const Refusal refusal = check_mass_quote(command, entries)) return refuse(command, refusal, sink);
  if (limits_.is_risk_on) {
    PreTradeRisk(*this).tell_warnings(command.kind, command.cl_ord_id, command.session, command.account, sink);
  }
  const bool pulls = only_pulls(entries);
  std::uint32_t taken = 0;
  while (taken < entries.size() && enter_quote(command, entries[taken], pulls, sink)) ++taken;
  MatchEvent& event = matching::begin(sink);
  event.kind = MatchEventKind::mass_quoted;
  event.request = order_entry::RequestKind::mass_quote;
  event.cl_ord_id = command.cl_ord_id;
  event.session = command.session;
  event.account = command.account;
  event.quantity = taken;
  if (taken != entries.size()) event.reason = static_cast<std::uint16_t>(order_entry::RejectReason::protection_tripped);
  sink.commit();
}

// False when the maker's protection stopped it.
template <class Sink>
bool Matcher::enter_quote(const Command& command, const QuoteEntry& entry, bool pulls, Sink& sink) {
  using order_entry::Side;
  const OrderIndex ask = quotes_.find(orders_, {command.session, command.account, entry.locate, Side::sell});
  const bool ask_first =
      ask != levels::none && entry.bid_quantity != 0 && entry.bid_price >= levels_.level(orders_.node(ask).level).price;
  for (const Side side : {ask_first ? Side::sell : Side::buy, ask_first ? Side::buy : Side::sell}) {
    if (!pulls && is_tripped(command.session, command.account)) return false;
    set_quote(side_of(command, entry, side), sink);
  }
  return true;
}

template <class Sink>
void Matcher::set_quote(Command wanted, Sink& sink) {
  if (wanted.quantity != 0 && check_open(wanted.locate)) return;  // the command's own trades halted it
  const OrderIndex slot = quotes_.find(orders_, {wanted.session, wanted.account, wanted.locate, wanted.side});
  if (slot == levels::none) {
    if (wanted.quantity == 0) return;
    OrderTerms terms = terms_of(wanted);
    Taker taker = taker_of(wanted);
    taker.flags |= has_terms | is_quote;
    taker.terms = &terms;
    static_cast<void>(take_in(taker, sink));  // its room has been counted
    return;
  }
  wanted.kind = CommandKind::mass_quote;
  wanted.original_cl_ord_id = orders_.detail(slot).cl_ord_id;
  if (wanted.quantity == 0) {
    return cancel_slot(slot, wanted.cl_ord_id, order_entry::CancelReason::quote_pulled, order_entry::RequestKind::mass_quote, sink);
  }
  const bool same_price = wanted.price == levels_.level(orders_.node(slot).level).price;
  if (same_price && wanted.quantity <= open_quantity(slot)) return replace_in_place(wanted, slot, wanted.quantity, sink);
  replace_at_back(wanted, slot, wanted.quantity, 0, sink);
}

}  // namespace hopwire::venue
