// Why: the public line says what the book did, in ITCH 5.0, and nothing else. What: MatchEvent -> ITCH message, and the messages that
// open and close a day. Input: events of one command, its sequencer time. Output: messages written in place into the MoldUDP64 line.
// Owner: the venue's thread.
//
//   accepted, rested  add  -> A            executed  execute -> E (the maker, at its own price)
//   replaced      reduce   -> X            replaced  replace -> U            replaced  remove -> D (it crosses; the rest is added anew)
//   canceled      remove   -> D            canceled  reduce -> X             refreshed add     -> A (a reserve order's next slice)
//   crossed       execute_at_price -> C, not printable: the auction's volume is in its Q     uncrossed     cross_trade    -> Q
//   imbalance     -> I                     state_changed -> H                auction_collar -> J (LULD)
//   market_levels -> V                     market_breached -> W              short_sale_restriction -> Y
//   day_rolled    new_day  -> S: the day that ends closes as end_of_day() does and the next opens as start_of_day() does, with the state
//                             that each instrument is in; the orders that stay follow as A
//
// ITCH time is the sequencer's time in nanoseconds since the midnight, UTC, before the first message; a session that outlives that day
// counts on, so that times never fall within a session. Tracking number is 0. An order that is executed in full is dead without a D.
// What can go wrong: an event for an instrument that is not listed cannot happen past the matcher; it would be published without a symbol.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "generated/itch_5_0.hpp"
#include "order_to_publish/1_order_in/instrument_directory.hpp"
#include "order_to_publish/4_match/market_facts.hpp"
#include "order_to_publish/4_match/match_event.hpp"

namespace hopwire::venue {

// Line: a net::BasicMoldPublisher, or anything with reserve(length) and commit().
template <class Line>
class ItchWriter {
 public:
  ItchWriter(Line& line, std::span<const ListedInstrument> instruments)
      : line_(line), instruments_(instruments.begin(), instruments.end()) {
    std::size_t largest = 0;
    for (const ListedInstrument& instrument : instruments_) largest = largest < instrument.locate ? instrument.locate : largest;
    symbols_.assign(largest + 1, Symbol{' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '});
    states_.assign(largest + 1, StateFacts{});
    for (const ListedInstrument& instrument : instruments_) symbols_[instrument.locate] = instrument.symbol;
  }

  // time: sequencer time, ns since the UNIX epoch.
  void write(const MatchEvent& event, std::uint64_t time) noexcept {
    switch (event.public_effect) {
      case PublicEffect::none: return;
      case PublicEffect::add: return add_order(event, time);
      case PublicEffect::execute: return order_executed(event, time);
      case PublicEffect::reduce: return order_cancel(event, time);
      case PublicEffect::remove: return order_delete(event, time);
      case PublicEffect::replace: return order_replace(event, time);
      case PublicEffect::execute_at_price: return order_executed_at_price(event, time);
      case PublicEffect::cross_trade: return cross_trade(event, time);
      case PublicEffect::imbalance: return imbalance(event, time);
      case PublicEffect::trading_action: return state_changed(event, time);
      case PublicEffect::auction_collar: return auction_collar(event, time);
      case PublicEffect::market_levels: return market_levels(event, time);
      case PublicEffect::market_breach: return market_breach(event, time);
      case PublicEffect::short_sale_restriction: return short_sale_restriction(event, time);
      case PublicEffect::new_day:
        end_of_day(time);
        return start_of_day(time);
    }
  }

  // Before the first order: start of messages and of system hours, the directory, each instrument's state, start of market hours.
  void start_of_day(std::uint64_t time) noexcept {
    system_event('O', time);
    system_event('S', time);
    for (const ListedInstrument& instrument : instruments_) directory_entry(instrument, time);
    for (const ListedInstrument& instrument : instruments_) trading_action(instrument.locate, time);
    system_event('Q', time);
  }

  // After the last: end of market hours, of system hours, of messages.
  void end_of_day(std::uint64_t time) noexcept {
    system_event('M', time);
    system_event('E', time);
    system_event('C', time);
  }

  [[nodiscard]] std::uint64_t written() const noexcept { return written_; }

 private:
  using Symbol = std::array<char, 8>;

  template <class Encoder, class Fill>
  void message(std::uint16_t locate, std::uint64_t time, Fill&& fill) noexcept {
    std::byte* start = line_.reserve(static_cast<std::uint16_t>(Encoder::encoded_length));
    if (start == nullptr) return;  // no packet holds it: cannot be, the longest message has 39 bytes
    Encoder encoder = Encoder::wrap(start);
    encoder.stock_locate(locate).tracking_number(0).timestamp(since_midnight(time));
    fill(encoder);
    line_.commit();
    ++written_;
  }

  // `time` is no earlier than the first message's.
  [[nodiscard]] std::uint64_t since_midnight(std::uint64_t time) noexcept {
    if (midnight_ == not_yet) midnight_ = time - core::nanoseconds_since_midnight(time);
    return time - midnight_;
  }

  [[nodiscard]] std::string_view symbol(std::uint16_t locate) const noexcept {
    const Symbol& text = symbols_[locate < symbols_.size() ? locate : 0];
    return {text.data(), text.size()};
  }

  // Of a reserve order only its slice.
  [[nodiscard]] static std::uint32_t shown(const MatchEvent& event) noexcept {
    return event.displayed == 0 ? event.leaves : event.displayed;
  }

  void add_order(const MatchEvent& event, std::uint64_t time) noexcept {
    message<itch::AddOrderEncoder>(event.locate, time, [&](auto& order) {
      order.order_reference_number(event.reference)
          .buy_sell_indicator(static_cast<char>(event.side))
          .shares(shown(event))
          .stock(symbol(event.locate))
          .price(static_cast<std::uint32_t>(event.price));
    });
  }

  void order_executed(const MatchEvent& event, std::uint64_t time) noexcept {
    message<itch::OrderExecutedEncoder>(event.locate, time, [&](auto& execution) {
      execution.order_reference_number(event.reference).executed_shares(event.quantity).match_number(event.match_number);
    });
  }

  void order_cancel(const MatchEvent& event, std::uint64_t time) noexcept {
    message<itch::OrderCancelEncoder>(event.locate, time, [&](auto& reduction) {
      reduction.order_reference_number(event.reference).canceled_shares(event.quantity);
    });
  }

  void order_delete(const MatchEvent& event, std::uint64_t time) noexcept {
    const bool replaced = event.kind == MatchEventKind::replaced;
    message<itch::OrderDeleteEncoder>(event.locate, time, [&](auto& deletion) {
      deletion.order_reference_number(replaced ? event.original_reference : event.reference);
    });
  }

  void order_replace(const MatchEvent& event, std::uint64_t time) noexcept {
    message<itch::OrderReplaceEncoder>(event.locate, time, [&](auto& replacement) {
      replacement.original_order_reference_number(event.original_reference)
          .new_order_reference_number(event.reference)
          .shares(shown(event))
          .price(static_cast<std::uint32_t>(event.price));
    });
  }

  void system_event(char code, std::uint64_t time) noexcept {
    message<itch::SystemEventEncoder>(0, time, [&](auto& event) { event.event_code(code); });
  }

  // A simulated listing: common stock, any size, nothing special.
  void directory_entry(const ListedInstrument& instrument, std::uint64_t time) noexcept {
    message<itch::StockDirectoryEncoder>(instrument.locate, time, [&](auto& entry) {
      entry.stock(symbol(instrument.locate))
          .market_category('Q')
          .financial_status_indicator('N')
          .round_lot_size(instrument.round_lot)
          .round_lots_only('N')
          .issue_classification('C')
          .issue_sub_type("Z")
          .authenticity('P')
          .short_sale_threshold_indicator('N')
          .ipo_flag('N')
          .luld_reference_price_tier(' ')
          .etp_flag('N')
          .etp_leverage_factor(0)
          .inverse_indicator('N');
    });
  }

  // ---- instruments and the market ----

  // The state an instrument is in; the text of a reason is blanks behind what it has.
  void trading_action(std::uint16_t locate, std::uint64_t time) noexcept {
    const StateFacts& facts = states_[locate < states_.size() ? locate : 0];
    const auto end = std::find(facts.halt_reason.begin(), facts.halt_reason.end(), '\0');
    const std::string_view reason(facts.halt_reason.data(), static_cast<std::size_t>(end - facts.halt_reason.begin()));
    message<itch::StockTradingActionEncoder>(locate, time, [&](auto& action) {
      action.stock(symbol(locate)).trading_state(hopwire::venue::trading_action(facts)).reserved(' ').reason_code(reason);
    });
  }

  // From an intraday drop while it is on.
  void short_sale_restriction(const MatchEvent& event, std::uint64_t time) noexcept {
    message<itch::RegShoRestrictionEncoder>(event.locate, time, [&](auto& restriction) {
      restriction.stock(symbol(event.locate)).reg_sho_action(event.quantity == 0 ? '0' : '1');
    });
  }

  void state_changed(const MatchEvent& event, std::uint64_t time) noexcept {
    states_[event.locate < states_.size() ? event.locate : 0] = facts_of<StateFacts>(event);
    trading_action(event.locate, time);
  }

  void order_executed_at_price(const MatchEvent& event, std::uint64_t time) noexcept {
    message<itch::OrderExecutedWithPriceEncoder>(event.locate, time, [&](auto& execution) {
      execution.order_reference_number(event.reference)
          .executed_shares(event.quantity)
          .match_number(event.match_number)
          .printable('N')
          .execution_price(static_cast<std::uint32_t>(event.price));
    });
  }

  void cross_trade(const MatchEvent& event, std::uint64_t time) noexcept {
    const auto facts = facts_of<AuctionFacts>(event);
    message<itch::CrossTradeEncoder>(event.locate, time, [&](auto& cross) {
      cross.cross_shares(facts.quantity)
          .stock(symbol(event.locate))
          .cross_price(static_cast<std::uint32_t>(event.price))
          .match_number(facts.match_number)
          .cross_type(static_cast<char>(facts.cross_type));
    });
  }

  // Direction O: nothing would trade; N: nothing would be left over.
  void imbalance(const MatchEvent& event, std::uint64_t time) noexcept {
    const auto facts = facts_of<AuctionFacts>(event);
    const char direction = facts.near_price == 0 ? 'O' : facts.quantity == 0 ? 'N' : static_cast<char>(event.side);
    message<itch::NetOrderImbalanceEncoder>(event.locate, time, [&](auto& net) {
      net.paired_shares(facts.paired_quantity)
          .imbalance_shares(facts.quantity)
          .imbalance_direction(direction)
          .stock(symbol(event.locate))
          .far_price(static_cast<std::uint32_t>(facts.far_price))
          .near_price(static_cast<std::uint32_t>(facts.near_price))
          .current_reference_price(static_cast<std::uint32_t>(facts.reference_price))
          .cross_type(static_cast<char>(facts.cross_type))
          .price_variation_indicator(facts.variation);
    });
  }

  void auction_collar(const MatchEvent& event, std::uint64_t time) noexcept {
    const auto facts = facts_of<CollarFacts>(event);
    message<itch::LuldAuctionCollarEncoder>(event.locate, time, [&](auto& collar) {
      collar.stock(symbol(event.locate))
          .auction_collar_reference_price(static_cast<std::uint32_t>(facts.reference_price))
          .upper_auction_collar_price(static_cast<std::uint32_t>(facts.upper_price))
          .lower_auction_collar_price(static_cast<std::uint32_t>(facts.lower_price))
          .auction_collar_extension(facts.extension);
    });
  }

  void market_levels(const MatchEvent& event, std::uint64_t time) noexcept {
    const auto facts = facts_of<LevelFacts>(event);
    message<itch::MwcbDeclineLevelEncoder>(0, time, [&](auto& decline) {
      decline.level1(static_cast<std::uint64_t>(facts.levels[0]))
          .level2(static_cast<std::uint64_t>(facts.levels[1]))
          .level3(static_cast<std::uint64_t>(facts.levels[2]));
    });
  }

  void market_breach(const MatchEvent& event, std::uint64_t time) noexcept {
    message<itch::MwcbStatusEncoder>(0, time, [&](auto& status) { status.breached_level(static_cast<char>('0' + event.quantity)); });
  }

  Line& line_;
  std::vector<ListedInstrument> instruments_;
  std::vector<Symbol> symbols_;     // by locate
  std::vector<StateFacts> states_;  // likewise: as the line has told it
  static constexpr std::uint64_t not_yet = ~std::uint64_t{0};
  std::uint64_t midnight_ = not_yet;  // ns since the UNIX epoch
  std::uint64_t written_ = 0;
};

}  // namespace hopwire::venue
