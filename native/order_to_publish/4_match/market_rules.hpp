// What happens to an instrument or the market rather than to one order: the operator's commands, trading states, auctions, bands, pauses,
// the change of day. A view of a matcher and a sink for the time of one call; a rule family is a file (admin.hpp, trading_state.hpp,
// auction.hpp, price_band.hpp, reopening.hpp, market_breaker.hpp, trading_day.hpp), as in src/reference. Cold. Included by matcher.hpp,
// never by anyone else.
#pragma once

#include <span>

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

template <class Sink>
class MarketRules {
 public:
  MarketRules(Matcher& matcher, Sink& sink) noexcept : matcher_(matcher), sink_(sink) {}

  // admin.hpp
  void run(const Command& command);

  // trading_state.hpp
  void halt_by_venue(std::uint16_t locate, HaltReason reason);
  void run_timer(std::uint16_t locate);

  // price_band.hpp
  void note_limit_states();

 private:
  using Book = Matcher::Book;
  using Price = levels::Price;
  using OrderIndex = levels::OrderIndex;
  using Side = order_entry::Side;
  using State = order_entry::TradingState;

  // What one order has in an auction: of a reserve order, what is displayed and what is hidden are two.
  using Piece = MarketStore::Piece;
  using Line = std::span<Piece>;

  struct Cross {
    Price price = 0;  // 0 = nothing would trade
    std::uint64_t quantity = 0;
    std::uint64_t left = 0;  // what the larger side keeps
    Side left_side = Side::buy;
    Line buys;
    Line sells;
  };

  [[nodiscard]] InstrumentRules& rules(std::uint16_t locate) noexcept { return matcher_.market_.rules[locate]; }
  [[nodiscard]] Book& book(std::uint16_t locate) noexcept { return matcher_.books_[locate]; }
  template <class F> void each_row(F&& f);
  MatchEvent& begin_market_event(MatchEventKind kind, PublicEffect effect, std::uint16_t locate);

  // admin.hpp
  [[nodiscard]] Refusal dispatch(const Command& command);
  [[nodiscard]] Refusal set_reference_price(std::uint16_t locate, std::int64_t price);
  [[nodiscard]] Refusal check_reference(std::uint16_t locate, std::int64_t price);
  void cancel(OrderIndex slot, order_entry::CancelReason reason);

  // risk_commands.hpp
  [[nodiscard]] Refusal set_limits(const Command& command);
  [[nodiscard]] Refusal restrict_instrument(const Command& command);
  [[nodiscard]] Refusal restrict_short_sales(const Command& command);
  [[nodiscard]] Refusal set_position(const Command& command);
  MatchEvent& begin_risk_event(MatchEventKind kind, const Command& command);

  // trading_state.hpp
  [[nodiscard]] Refusal set_trading_state(std::uint16_t locate, const OperatorTerms& terms);
  void move_to(std::uint16_t locate, State state, HaltReason reason);
  void drop_queued(std::uint16_t locate, State state);
  [[nodiscard]] std::uint64_t due_after(std::uint64_t time) const noexcept { return time == 0 ? never : matcher_.now_ + time; }

  // auction.hpp
  void publish_imbalance(std::uint16_t locate);
  void uncross(std::uint16_t locate, order_entry::CrossType type);
  [[nodiscard]] Cross find_cross(std::uint16_t locate, order_entry::CrossType type);
  [[nodiscard]] Price find_price(std::uint16_t locate, Line buys, Line sells);
  [[nodiscard]] Price far_price(std::uint16_t locate, order_entry::CrossType type);
  void pair_off(std::uint16_t locate, const Cross& cross);
  void fill(std::uint16_t locate, Piece& piece, std::uint32_t quantity, Price price);
  void refresh_slices(std::uint16_t locate);
  template <class Wanted> [[nodiscard]] Line pieces_of(std::uint16_t locate, Side side, Line room, Wanted&& wanted);
  [[nodiscard]] Line room(Side side) noexcept;

  // price_band.hpp
  [[nodiscard]] Refusal set_price_band(std::uint16_t locate, std::int64_t reference, std::int64_t basis_points);
  void drop_through_band(std::uint16_t locate);
  void note_limit_state(std::uint16_t locate);

  // reopening.hpp
  [[nodiscard]] Refusal set_reopening(std::uint16_t locate, std::int64_t halt_time, std::int64_t call_time);
  void publish_collar(std::uint16_t locate, const AuctionCollar& collar);
  [[nodiscard]] bool must_extend(std::uint16_t locate);

  // market_breaker.hpp
  [[nodiscard]] Refusal set_market_levels(const OperatorTerms& terms);
  [[nodiscard]] Refusal breach_market_level(std::int64_t level);

  // trading_day.hpp
  [[nodiscard]] Refusal roll_day(std::int64_t day);
  void tell_again(OrderIndex slot);

  Matcher& matcher_;
  Sink& sink_;
};

template <class Sink>
template <class F>
void MarketRules<Sink>::each_row(F&& f) {
  for (std::uint32_t row = 1; row <= matcher_.limits_.maximum_locate; ++row) {
    const auto locate = static_cast<std::uint16_t>(row);
    if (book(locate).known) f(locate);
  }
}

template <class Sink>
MatchEvent& MarketRules<Sink>::begin_market_event(MatchEventKind kind, PublicEffect effect, std::uint16_t locate) {
  MatchEvent& event = matching::begin(sink_);
  event.kind = kind;
  event.public_effect = effect;
  if (locate == 0) return event;
  event.locate = locate;
  event.instrument_id = book(locate).instrument_id;
  return event;
}

}  // namespace hopwire::venue
