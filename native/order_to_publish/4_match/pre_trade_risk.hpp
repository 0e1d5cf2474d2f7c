// Pre-trade risk, inside the sequencer: what an account may do is decided where its orders are, so nothing in flight goes uncounted.
//
// On or off for a venue, from its limits (MatcherLimits::is_risk_on). On, an account may trade an instrument only when its own row and its
// row for that instrument have limits (risk_limits.hpp): noRiskLimits otherwise. Asked of new orders, replaces and mass quotes after
// everything else that is not about room; not asked of cancels, of replaces that keep their place (they only reduce) and of mass quotes
// that only pull. In this order:
//
//   instrumentRestricted                     the account may not trade this instrument
//   shortSaleNotMarked, shortSaleRestricted  short_sale.hpp
//   orderQuantityLimit                       the open quantity the order would have
//   noReferencePrice, orderValueLimit        that times its price for risk
//   messageRateLimit, duplicateOrder         message_flow.hpp; a mass quote is asked for its rate once, before its entries
//   longPositionLimit, shortPositionLimit    a buy: position plus all open buys; a sell: open sells less position
//   grossPositionLimit                       the larger of these two for each instrument, added up over the account
//   openQuantityLimit                        open buys plus open sells in this instrument
//   openValueLimit                           open quantity times price for risk, both sides, all instruments of the account
//
// A limit is the most that is allowed; the refusal says it. Beyond a soft limit the command is taken, and `riskWarning` with the same
// reason and the soft limit comes before its own events, one for each limit in the order above. The last five are cumulative: what does
// not add to one of them is never refused by it, so an account above a lowered limit can reduce.
//
// Open are all orders that the engine holds: in the book with their hidden reserve, waiting for stops and auctions, quotes. Exposure goes
// when the engine has executed or cancelled. A replace is weighed without the old order, with the new. A mass quote likewise, entry by
// entry, bid before ask, each on what the entries before it left.
//
// Price for risk, fixed when the order is taken or moved. A buy: its limit; a stop without one: its stop price; a market order: the best
// ask. A sell: the highest of limit, stop price and best bid. Without any of these: the book's reference price (last trade, or as the
// operator said); without that too: noReferencePrice. A quote: its own price.
//
// Cost. Every book of a venue with risk says so in its `rules` byte, which each new order reads anyway; a venue without pays nothing for
// what stands here. An ordinary order of a venue with risk goes the plain way too (is_quiet): one line of its account and one of its
// account in the instrument (risk_rows.hpp) say whether it is within all limits, and only what is not is weighed limit by limit. Its
// account's row stands in its own row; its price for risk is the price it stands at, but for a sell that traded as it came in
// (has_risk_price).
//
// A view of a matcher for the time of one call. Included by matcher.hpp, never by anyone else.
#pragma once

#include <algorithm>

#include "order_to_publish/4_match/matcher.hpp"
#include "order_to_publish/4_match/message_flow.hpp"
#include "order_to_publish/4_match/short_sale.hpp"

namespace hopwire::venue {

class PreTradeRisk {
 public:
  using Price = levels::Price;
  using OrderIndex = levels::OrderIndex;

  explicit PreTradeRisk(Matcher& matcher) noexcept : matcher_(matcher), book_(matcher.risk_) {}

  // May this order come in? Gives it its row and its price for risk.
  [[nodiscard]] Refusal weigh_new(Matcher::Taker& taker) noexcept {
    const Price stop_price = taker.terms == nullptr ? no_stop_price : taker.terms->stop_price;
    taker.account_row = book_.find(taker.account);
    taker.risk_price = price_of(taker.locate, taker.side, taker.price, stop_price);
    const OpenOrder order{taker.side, is_short(taker.flags), taker.leaves, taker.risk_price};
    return weigh({taker.account_row, taker.locate, order, taker.price}, recent(taker));
  }

  // The same of an ordinary day order that nothing meets: its price for risk is its own.
  [[nodiscard]] Refusal weigh_resting(const Command& command, RiskBook::Row row) noexcept {
    const OpenOrder order{command.side, is_short(command.flags), command.quantity, command.price};
    return weigh({row, command.locate, order, command.price}, recent(command));
  }

  // It is taken: what to tell before, and what is open from now on.
  template <class Sink> void enter(const Matcher::Taker& taker, Sink& sink) {
    book_.remember(taker.account_row, recent(taker));
    tell_warnings(CommandKind::new_order, taker.cl_ord_id, taker.session, taker.account, sink);
    change(taker, taker.leaves, [](RiskSums& sums, const OpenOrder& order) { sums.open(order); });
  }
  // The same for who has just asked: what would be open has been reckoned.
  template <class Sink> void enter_resting(const Command& command, RiskBook::Row row, Sink& sink) {
    book_.remember(row, recent(command));
    if (!book_.warnings().empty()) [[unlikely]] {
      tell_warnings(CommandKind::new_order, command.cl_ord_id, command.session, command.account, sink);
    }
    book_.keep(row, command.locate, after_);
  }
  // A quote: its warnings have been told.
  void enter_quote(Matcher::Taker& taker) noexcept {
    taker.account_row = book_.find(taker.account);
    taker.risk_price = taker.price;
    change(taker, taker.leaves, [](RiskSums& sums, const OpenOrder& order) { sums.open(order); });
  }

  // May the order in `slot` become what the command says, with this open quantity? A mass quote's sides have been asked.
  [[nodiscard]] Refusal weigh_replace(const Command& command, OrderIndex slot, std::uint32_t leaves) noexcept {
    const OrderDetail& detail = matcher_.orders_.detail(slot);
    if (command.kind == CommandKind::mass_quote) {
      book_.moved_price = command.price;
      return {};
    }
    const OrderTerms* terms = Matcher::is_special(detail) ? &matcher_.terms_[slot] : nullptr;
    const bool is_market = terms != nullptr && matcher_.is_waiting(slot) && terms->price == matching::no_price;
    const Price limit = is_market ? matching::no_price : command.price;
    const Price stands_at = terms == nullptr ? no_stop_price : terms->stop_price;
    const bool keeps_stop = stands_at == no_stop_price || command.special.stop_price == no_stop_price;
    book_.moved_price = price_of(detail.locate, detail.side, limit, keeps_stop ? stands_at : command.special.stop_price);
    book_.clear_warnings();
    const RiskBook::Row row = detail.account_row;
    if (!may_trade(row, detail.locate)) return {order_entry::RejectReason::no_risk_limits, 0};
    const Case what{row, detail.locate, {detail.side, is_short(detail.flags), leaves, book_.moved_price}, limit};
    const RiskSums now = book_.sums(row, what.locate);
    RiskSums others = now;
    others.close(open_in(slot));
    const auto flow = [&] { return message_flow::take_token(book_, row, matcher_.now_); };
    return is_quiet(what, others, after_opening(others, what.order)) ? flow() : judge(what, now, others, flow);
  }

  // It is taken, and its quantity is still as it was. The new price for risk is the caller's to keep.
  template <class Sink> void move(const Command& command, OrderIndex slot, std::uint32_t leaves, Sink& sink) {
    if (command.kind == CommandKind::replace_order) {
      tell_warnings(command.kind, command.cl_ord_id, command.session, command.account, sink);
    }
    const OrderDetail& detail = matcher_.orders_.detail(slot);
    const OpenOrder before = open_in(slot);
    const OpenOrder after{before.side, before.is_marked, leaves, book_.moved_price};
    change(detail.account_row, detail.locate, before, [&](RiskSums& sums, const OpenOrder& order) {
      sums.close(order);
      sums.open(after);
    });
  }

  // An order that waits: it needs no room, so it is taken when nothing speaks against it. False: it was refused.
  template <class Sink> [[nodiscard]] bool take_replace(const Command& command, OrderIndex slot, Sink& sink) {
    if (const Refusal refusal = weigh_replace(command, slot, command.quantity)) {
      matcher_.refuse(command, refusal, sink);
      return false;
    }
    move(command, slot, command.quantity, sink);
    matcher_.terms_[slot].risk_price = book_.moved_price;
    return true;
  }

  // ---- what becomes of open orders ----

  void trade(const Matcher::Taker& taker, std::uint32_t quantity) noexcept {
    change(taker, quantity, [](RiskSums& sums, const OpenOrder& order) { sums.trade(order); });
  }
  void close(const Matcher::Taker& taker, std::uint32_t quantity) noexcept {
    change(taker, quantity, [](RiskSums& sums, const OpenOrder& order) { sums.close(order); });
  }
  void trade(OrderIndex slot, std::uint32_t quantity) noexcept {
    change(slot, quantity, [](RiskSums& sums, const OpenOrder& order) { sums.trade(order); });
  }
  void close(OrderIndex slot, std::uint32_t quantity) noexcept {
    change(slot, quantity, [](RiskSums& sums, const OpenOrder& order) { sums.close(order); });
  }
  // The same of an ordinary order that stands at `price`.
  void trade(OrderIndex slot, std::uint32_t quantity, Price price) noexcept {
    change(slot, quantity, price, [](RiskSums& sums, const OpenOrder& order) { sums.trade(order); });
  }
  void close(OrderIndex slot, std::uint32_t quantity, Price price) noexcept {
    change(slot, quantity, price, [](RiskSums& sums, const OpenOrder& order) { sums.close(order); });
  }

  // What the order in `slot` is reckoned at.
  [[nodiscard]] Price price_in(OrderIndex slot) const noexcept {
    if ((matcher_.orders_.detail(slot).flags & (has_terms | has_risk_price)) != 0) return matcher_.terms_[slot].risk_price;
    return matcher_.levels_.level(matcher_.orders_.node(slot).level).price;
  }

  // ---- mass quotes ----

  // Before the entries, of a command that does not only pull: its token.
  [[nodiscard]] Refusal begin_quotes(std::uint32_t account) noexcept {
    book_.clear_warnings();
    const RiskBook::Row row = book_.find(account);
    if (row == RiskBook::no_row) return {};
    book_.quoted = book_.sums(row, 0);
    return message_flow::take_token(book_, row, matcher_.now_);
  }

  // Both sides of an entry on what the entries before it left.
  [[nodiscard]] Refusal weigh_entry(const Command& command, const Matcher::QuoteEntry& entry, std::size_t index) noexcept {
    const RiskBook::Row row = book_.find(command.account);
    RiskSums sums{};
    if (row != RiskBook::no_row) {
      sums = book_.sums(row, entry.locate);
      sums.gross = book_.quoted.gross;
      sums.value = book_.quoted.value;
    }
    const std::size_t told = book_.warnings().size();
    for (const auto side : {order_entry::Side::buy, order_entry::Side::sell}) {
      if (const Refusal refusal = weigh_side(Matcher::side_of(command, entry, side), row, sums)) return refusal;
    }
    book_.place_warnings(told, static_cast<std::uint8_t>(index + 1));
    book_.quoted = sums;
    return {};
  }

  template <class Sink>
  void tell_warnings(CommandKind kind, std::uint64_t cl_ord_id, std::uint32_t session, std::uint32_t account, Sink& sink) {
    for (const RiskWarning& warning : book_.warnings()) {
      MatchEvent& event = matching::begin(sink);
      event.kind = MatchEventKind::risk_warning;
      event.request = matching::request_of(kind);
      event.cl_ord_id = cl_ord_id;
      event.session = session;
      event.account = account;
      event.reason = static_cast<std::uint16_t>(warning.reason);
      event.limit_value = warning.limit_value;
      event.entry_plus_1 = warning.entry_plus_1;
      sink.commit();
    }
    book_.clear_warnings();
  }

 private:
  // What is asked for: an order as it would be open.
  struct Case {
    RiskBook::Row row;
    std::uint16_t locate;
    OpenOrder order;
    Price limit;  // null: none
  };

  [[nodiscard]] static bool is_short(std::uint8_t flags) noexcept { return order_entry::OrderFlags{flags}.short_sale(); }

  [[nodiscard]] bool may_trade(RiskBook::Row row, std::uint16_t locate) const noexcept {
    return row != RiskBook::no_row && book_.account_limits(row).is_set && book_.instrument_limits(row, locate).is_set;
  }

  // 0 when there is nothing to go by. limit, stop_price: null when there is none.
  [[nodiscard]] Price price_of(std::uint16_t locate, order_entry::Side side, Price limit, Price stop_price) const noexcept {
    static_assert(no_stop_price == matching::no_price);
    const auto& book = matcher_.books_[locate];
    const auto best = [](const levels::Ladder& ladder) {
      return ladder.count == 0 ? matching::no_price : ladder.entries[ladder.count - 1].price;
    };
    Price price = limit;
    if (side == order_entry::Side::buy) {
      if (price == matching::no_price) price = stop_price;
      if (price == matching::no_price) price = best(book.ask);
    } else {
      price = std::max({limit, stop_price, best(book.bid)});
    }
    return price == matching::no_price ? matcher_.reference_price(locate) : price;
  }

  [[nodiscard]] RecentOrder recent(const Matcher::Taker& taker) const noexcept {
    return {matcher_.now_, taker.price, taker.leaves, taker.locate, taker.side};
  }
  [[nodiscard]] RecentOrder recent(const Command& command) const noexcept {
    return {matcher_.now_, command.price, command.quantity, command.locate, command.side};
  }

  [[nodiscard]] OpenOrder open_in(OrderIndex slot) const noexcept {
    const OrderDetail& detail = matcher_.orders_.detail(slot);
    return {detail.side, is_short(detail.flags), matcher_.open_quantity(slot), price_in(slot)};
  }

  template <class F> void change(const Matcher::Taker& taker, std::uint32_t quantity, F&& f) noexcept {
    change(taker.account_row, taker.locate, {taker.side, is_short(taker.flags), quantity, taker.risk_price}, f);
  }
  template <class F> void change(OrderIndex slot, std::uint32_t quantity, F&& f) noexcept {
    const OrderDetail& detail = matcher_.orders_.detail(slot);
    change(detail.account_row, detail.locate, {detail.side, is_short(detail.flags), quantity, price_in(slot)}, f);
  }
  template <class F> void change(OrderIndex slot, std::uint32_t quantity, Price price, F&& f) noexcept {
    const OrderDetail& detail = matcher_.orders_.detail(slot);
    if ((detail.flags & has_risk_price) != 0) [[unlikely]] price = matcher_.terms_[slot].risk_price;
    change(detail.account_row, detail.locate, {detail.side, is_short(detail.flags), quantity, price}, f);
  }
  template <class F> void change(RiskBook::Row row, std::uint16_t locate, const OpenOrder& order, F&& f) noexcept {
    RiskSums sums = book_.sums(row, locate);
    f(sums, order);
    book_.keep(row, locate, sums);
  }

  [[nodiscard]] static RiskSums after_opening(RiskSums sums, const OpenOrder& order) noexcept {
    sums.open(order);
    return sums;
  }

  // Within all limits, hard and soft, by the bounds of the two lines alone; rate and duplicates apart. No jump: limits are rarely met, and
  // then by any one of them.
  [[nodiscard]] bool is_quiet(const Case& what, const RiskSums& others, const RiskSums& after) const noexcept {
    const AccountRisk& account = book_.account(what.row);
    const InstrumentRisk& own = book_.instrument(what.row, what.locate);
    const OpenOrder& order = what.order;
    const bool is_buy = order.is_buy();
    const unsigned single = (order.quantity <= own.quiet_quantity) & (order.price > 0) &
                            (order.value() >> InstrumentRisk::value_shift < std::int64_t{own.quiet_value});
    const unsigned positions = (!is_buy | (after.longest <= own.quiet_long)) & (is_buy | (after.shortest <= own.quiet_short));
    const unsigned open = (after.gross <= account.quiet_gross) & (after.open() <= own.quiet_open) & (after.value <= account.quiet_value);
    const unsigned unmarked = !order.is_marked & (order.quantity <= others.position - others.open_unmarked);
    const unsigned marked = order.is_marked & ((matcher_.books_[what.locate].rules & book_rule::short_restricted) == 0);
    return (single & positions & open & (is_buy | unmarked | marked)) != 0;
  }

  // A new order.
  [[nodiscard]] Refusal weigh(const Case& what, const RecentOrder& recent) noexcept {
    book_.clear_warnings();
    if (what.row == RiskBook::no_row) [[unlikely]] return {order_entry::RejectReason::no_risk_limits, 0};
    const RiskSums now = book_.sums(what.row, what.locate);
    after_ = after_opening(now, what.order);
    if (!is_quiet(what, now, after_)) [[unlikely]] return weigh_exactly(what, recent);
    return check_flow(what.row, recent);
  }

  [[nodiscard]] Refusal check_flow(RiskBook::Row row, const RecentOrder& recent) noexcept {
    if (const Refusal refusal = message_flow::take_token(book_, row, matcher_.now_)) [[unlikely]] return refusal;
    if (!book_.account(row).has_window) return {};
    return message_flow::check_duplicate(book_, row, recent);
  }

  [[nodiscard]] [[gnu::cold, gnu::noinline]] Refusal weigh_exactly(const Case& what, const RecentOrder& recent) noexcept {
    if (!may_trade(what.row, what.locate)) return {order_entry::RejectReason::no_risk_limits, 0};
    const RiskSums now = book_.sums(what.row, what.locate);
    return judge(what, now, now, [&] { return check_flow(what.row, recent); });
  }

  [[nodiscard]] Refusal weigh_side(const Command& wanted, RiskBook::Row row, RiskSums& sums) noexcept {
    RiskSums others = sums;
    const OrderIndex slot = matcher_.quotes_.find(matcher_.orders_, {wanted.session, wanted.account, wanted.locate, wanted.side});
    const OpenOrder standing = slot == levels::none ? OpenOrder{wanted.side, true, 0, 0} : open_in(slot);
    others.close(standing);
    if (wanted.quantity != 0) {
      const OpenOrder quote{wanted.side, is_short(wanted.flags), wanted.quantity, wanted.price};
      const bool only_reduces = slot != levels::none && quote.price == standing.price && quote.quantity <= standing.quantity;
      if (!only_reduces) {
        if (!may_trade(row, wanted.locate)) return {order_entry::RejectReason::no_risk_limits, 0};
        const Case what{row, wanted.locate, quote, wanted.price};
        if (const Refusal refusal = judge(what, sums, others, [] { return Refusal{}; })) return refusal;
      }
      others.open(quote);
    }
    sums = others;
    return {};
  }

  struct Measure {
    order_entry::RejectReason reason;
    std::int64_t hard;
    std::int64_t soft;
    std::int64_t after;
    std::int64_t before;  // what is not above this does not add

    [[nodiscard]] Refusal exceeded() const noexcept { return after > hard && after > before ? Refusal{reason, hard} : Refusal{}; }
  };

  // others: what is open besides; check_flow: rate and duplicates, in their place. Warnings are kept for when the command is taken.
  template <class Flow>
  [[nodiscard]] Refusal judge(const Case& what, const RiskSums& before, const RiskSums& others, Flow&& check_flow) noexcept {
    using order_entry::RejectReason;
    using order_entry::RiskLimit;
    const AccountLimits& account = book_.account_limits(what.row);
    const InstrumentLimits& own = book_.instrument_limits(what.row, what.locate);
    const OpenOrder& order = what.order;
    if (own.is_restricted) return {RejectReason::instrument_restricted, 0};
    if (const Refusal refusal = check_short_sale(what, others)) return refusal;
    RiskSums after = others;
    after.open(order);
    const auto measure = [](RiskLimit limit, RejectReason reason, const auto& row, std::int64_t now, std::int64_t then) -> Measure {
      const std::size_t at = static_cast<std::size_t>(limit) % risk_limit::of_instrument;
      return {reason, row.hard[at], row.soft[at], now, then};
    };
    const Measure single[] = {measure(RiskLimit::order_quantity, RejectReason::order_quantity_limit, own, order.quantity, 0),
                              measure(RiskLimit::order_value, RejectReason::order_value_limit, own, order.value(), 0)};
    if (const Refusal refusal = single[0].exceeded()) return refusal;
    if (order.price == 0) return {RejectReason::no_reference_price, 0};
    if (const Refusal refusal = single[1].exceeded()) return refusal;
    if (const Refusal refusal = check_flow()) return refusal;
    const Measure cumulative[] = {
        order.is_buy() ? measure(RiskLimit::long_position, RejectReason::long_position_limit, own, after.longest, before.longest)
                       : measure(RiskLimit::short_position, RejectReason::short_position_limit, own, after.shortest, before.shortest),
        measure(RiskLimit::gross_position, RejectReason::gross_position_limit, account, after.gross, before.gross),
        measure(RiskLimit::open_quantity, RejectReason::open_quantity_limit, own, after.open(), before.open()),
        measure(RiskLimit::open_value, RejectReason::open_value_limit, account, after.value, before.value)};
    for (const Measure& each : cumulative) {
      if (const Refusal refusal = each.exceeded()) return refusal;
    }
    const auto note = [&](const Measure& each) {
      if (each.after > each.soft && each.after > each.before) book_.warn({each.reason, 0, each.soft});
    };
    for (const Measure& each : single) note(each);
    for (const Measure& each : cumulative) note(each);
    return {};
  }

  [[nodiscard]] Refusal check_short_sale(const Case& what, const RiskSums& others) const noexcept {
    if (what.order.is_buy()) return {};
    if (!what.order.is_marked) return short_sale::check_mark(others, what.order.quantity);
    if (!matcher_.market_.rules[what.locate].is_short_restricted) return {};
    const levels::Ladder& bid = matcher_.books_[what.locate].bid;
    return short_sale::check_price(what.limit, bid.count == 0 ? matching::no_price : bid.entries[bid.count - 1].price);
  }

  Matcher& matcher_;
  RiskBook& book_;
  RiskSums after_{};  // of the new order that was weighed last
};

}  // namespace hopwire::venue
