// Why: the public line says what the book did, in ITCH 5.0, and nothing else. What: MatchEvent -> ITCH message, and the messages that
// open and close a day. Input: events of one command, its sequencer time. Output: messages written in place into the MoldUDP64 line.
// Owner: the venue's thread.
//
//   accepted, rested  add  -> A            executed  execute -> E (the maker, at its own price)
//   replaced      reduce   -> X            replaced  replace -> U            replaced  remove -> D (it crosses; the rest is added anew)
//   canceled      remove   -> D            canceled  reduce -> X             refreshed add     -> A (a reserve order's next slice)
//
// ITCH time is the sequencer's time in nanoseconds since the midnight, UTC, before the first message; a session that outlives that day
// counts on, so that times never fall within a session. Tracking number is 0. An order that is executed in full is dead without a D.
// What can go wrong: an event for an instrument that is not listed cannot happen past the matcher; it would be published without a symbol.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "generated/itch_5_0.hpp"
#include "order_to_publish/1_order_in/instrument_directory.hpp"
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
    }
  }

  // Before the first order: start of messages and of system hours, the directory, trading open for each instrument, start of market hours.
  void start_of_day(std::uint64_t time) noexcept {
    system_event('O', time);
    system_event('S', time);
    for (const ListedInstrument& instrument : instruments_) directory_entry(instrument, time);
    for (const ListedInstrument& instrument : instruments_) trading_action(instrument, time);
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

  void trading_action(const ListedInstrument& instrument, std::uint64_t time) noexcept {
    message<itch::StockTradingActionEncoder>(instrument.locate, time, [&](auto& action) {
      action.stock(symbol(instrument.locate)).trading_state('T').reserved(' ').reason_code("");
    });
  }

  Line& line_;
  std::vector<ListedInstrument> instruments_;
  std::vector<Symbol> symbols_;  // by locate
  static constexpr std::uint64_t not_yet = ~std::uint64_t{0};
  std::uint64_t midnight_ = not_yet;  // ns since the UNIX epoch
  std::uint64_t written_ = 0;
};

}  // namespace hopwire::venue
