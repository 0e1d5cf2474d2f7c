// What operators are told, by a matcher that does what it says: answers, copies, and what the market did by itself.
#include "order_to_publish/5_publish/report_writer.hpp"

#include <memory>
#include <string>
#include <vector>

#include "order_to_publish/1_order_in/gateway_scenario.hpp"
#include "order_to_publish/4_match/match_event_buffer.hpp"
#include "order_to_publish/4_match/matcher.hpp"
#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using namespace hopwire::venue;
using order_entry::LimitSeverity;
using order_entry::RiskLimit;
using order_entry::TradingState;

// Sessions 10 (a member), 11 and 12 (operators) of a venue with one instrument and pre-trade risk.
class Venue {
 public:
  Venue() : matcher_({.maximum_orders = 64, .maximum_levels = 64, .maximum_locate = 1, .maximum_order_quantity = 1000,
                      .maximum_sessions = 3, .is_risk_on = true, .maximum_accounts = 2},
                     ReplaceProfile::reduce_keeps_priority),
            events_(64), writer_(*this) {
    matcher_.add_instrument(1, 5001);
    for (int index = 0; index < 3; ++index) {
      sessions_.push_back(std::make_unique<OutboundSession>(64));
      lines_.push_back(std::make_unique<Connection>(config_, nullptr));
      sessions_.back()->attach(*lines_.back());
    }
  }

  [[nodiscard]] std::size_t session_count() const { return sessions_.size(); }
  [[nodiscard]] bool owns_account(std::uint32_t, std::uint32_t) const { return false; }
  [[nodiscard]] std::span<const std::uint32_t> operators() const { return operators_; }
  [[nodiscard]] std::uint32_t session_id(std::uint32_t index) const { return 10 + index; }
  [[nodiscard]] OutboundSession& session(std::uint32_t index) { return *sessions_[index]; }

  // Applies it and returns what session `told` was told of it; what the others were told waits.
  std::string run(Command command, std::uint32_t told = 1) {
    command.cl_ord_id = ++last_id_;
    if (command.kind != CommandKind::new_order) command.mark_special_terms();
    const SequencedCommand sequenced{++sequence_, 1'000 * sequence_, command};
    const ValuesBefore before = OperatorView(matcher_).before(command);
    events_.clear();
    matcher_.apply(sequenced, events_);
    writer_.write(sequenced, events_.events(), before);
    return out(told);
  }
  std::string out(std::uint32_t index) {
    session(index).pump(*lines_[index]);
    std::string text = scenario::describe(lines_[index]->outbound());
    lines_[index]->flush(0);
    return text;
  }

  static Command rule(CommandKind kind, std::int64_t first = 0, std::int64_t second = 0, std::uint32_t session = 1) {
    Command command;
    command.kind = kind;
    command.session = session;
    command.locate = 1;
    command.instrument_id = 5001;
    command.operators = {.values = {first, second, 0}, .halt_reason = {}, .state = TradingState::continuous};
    return command;
  }
  static Command state(TradingState state, std::uint32_t session = 1) {
    Command command = rule(CommandKind::set_trading_state, 0, 0, session);
    command.operators.state = state;
    return command;
  }
  static Command limit(RiskLimit limit, std::int64_t value, bool more = false, bool of_instrument = true) {
    Command command = rule(CommandKind::set_limits);
    command.account = 30;
    if (!of_instrument) command.locate = 0, command.instrument_id = 0;
    command.risk = {};
    command.risk.value = value;
    command.risk.limit = limit;
    command.risk.named = 1;
    command.risk.more = more ? 1 : 0;
    command.risk.of_instrument = of_instrument ? 1 : 0;
    return command;
  }
  // The commands of one SetLimits have one id.
  std::string limits(std::initializer_list<Command> commands) {
    std::string text;
    ++last_id_;
    for (const Command& command : commands) {
      --last_id_;
      text = run(command);
      if (command.risk.more != 0) CHECK_EQ(text, "");
    }
    return text;
  }
  static Command order(order_entry::Side side, std::int32_t price, std::uint32_t quantity) {
    Command command;
    command.account = 30;
    command.locate = 1;
    command.instrument_id = 5001;
    command.side = side;
    command.price = price;
    command.quantity = quantity;
    command.flags = order_entry::OrderFlags{}.short_sale(side == order_entry::Side::sell).bits;
    return command;
  }
  static Command scoped(CommandKind kind, std::uint8_t fields, std::uint32_t session, std::uint32_t account) {
    Command command;
    command.kind = kind;
    command.session = 1;
    command.scope_fields = static_cast<std::uint8_t>(scope_field::said | fields);
    command.in_scope = {};
    command.in_scope.session = session;
    command.in_scope.account = account;
    return command;
  }
  // Lets account 30 trade.
  void allow() {
    limits({limit(RiskLimit::order_quantity, 100)});
    limits({limit(RiskLimit::gross_position, 1000, false, false)});
    for (std::uint32_t index = 0; index < 3; ++index) {
      out(index);
      session(index).restart();
      session(index).attach(*lines_[index]);
    }
  }

 private:
  GatewayConfig config_;
  std::vector<std::unique_ptr<OutboundSession>> sessions_;
  std::vector<std::unique_ptr<Connection>> lines_;
  std::vector<std::uint32_t> operators_{1, 2};
  Matcher matcher_;
  MatchEventBuffer events_;
  ReportWriter<Venue> writer_;
  std::uint64_t sequence_ = 0;
  std::uint64_t last_id_ = 0;
};

TEST("operator reports: the sender is answered under its id, the other operator has a copy, members hear nothing") {
  Venue venue;
  CHECK_EQ(venue.run(Venue::rule(CommandKind::set_price_collar, 500)),
           "#1 OperatorReport 1 setPriceCollar of 5001 500,0 was 0 by 11");
  CHECK_EQ(venue.out(2), "#1 OperatorReport 0 setPriceCollar of 5001 500,0 was 0 by 11");
  CHECK_EQ(venue.out(0), "");
  CHECK_EQ(venue.run(Venue::rule(CommandKind::set_price_collar, 300, 0, venue_itself)),
           "#2 OperatorReport 0 setPriceCollar of 5001 300,0 was 500");
}

TEST("operator reports: what stood before, of each rule") {
  Venue venue;
  const auto told = [&](const Command& command) {
    const std::string text = venue.run(command);
    return text.substr(text.find("set"));
  };
  CHECK_EQ(told(Venue::rule(CommandKind::set_reference_price, 10'000)), "setReferencePrice of 5001 10000,0 by 11");
  CHECK_EQ(told(Venue::rule(CommandKind::set_reference_price, 20'000)), "setReferencePrice of 5001 20000,0 was 10000 by 11");
  CHECK_EQ(told(Venue::rule(CommandKind::set_tick_band, 10'000, 100)), "setTickBand of 5001 10000,100,1 by 11");
  CHECK_EQ(told(Venue::rule(CommandKind::set_tick_band, 10'000, 50)), "setTickBand of 5001 10000,50 was 10000,100 by 11");
  CHECK_EQ(told(Venue::rule(CommandKind::set_lot_size, 10, 20)), "setLotSize of 5001 10,20 was 1,1 by 11");
  CHECK_EQ(told(Venue::rule(CommandKind::set_lot_size, 1, 1)), "setLotSize of 5001 1,1 was 10,20 by 11");
  CHECK_EQ(told(Venue::rule(CommandKind::set_price_band, 20'000, 1'000)), "setPriceBand of 5001 20000,1000 by 11");
  CHECK_EQ(told(Venue::rule(CommandKind::set_price_band, 20'000, 0)), "setPriceBand of 5001 20000,0 was 18000,22000 by 11");
  CHECK_EQ(told(Venue::rule(CommandKind::set_circuit_breaker, 500, 1600)), "setCircuitBreaker of 5001 500,1600 was 0,0 by 11");
  CHECK_EQ(told(Venue::rule(CommandKind::set_circuit_breaker, 0, 0)), "setCircuitBreaker of 5001 0,0 was 500,1600 by 11");
  CHECK_EQ(told(Venue::rule(CommandKind::set_reopening, 5, 6)), "setReopening of 5001 5,6 was 0,0 by 11");
  CHECK_EQ(told(Venue::rule(CommandKind::set_reopening, 7, 8)), "setReopening of 5001 7,8 was 5,6 by 11");
}

TEST("operator reports: a refusal has its reason and the number, and what stands") {
  Venue venue;
  CHECK_EQ(venue.run(Venue::rule(CommandKind::set_price_collar, 10'001)),
           "#1 OperatorReport 1 setPriceCollar invalidValue limit 10000 of 5001 10001,0 was 0 by 11");
  CHECK_EQ(venue.run(Venue::state(TradingState::reopening_auction)),
           "#2 OperatorReport 2 setTradingState invalidTransition of 5001 continuous -> reopeningAuction");
  Command elsewhere = Venue::rule(CommandKind::set_lot_size, 1, 1);
  elsewhere.locate = 0;
  elsewhere.instrument_id = 9;
  CHECK_EQ(venue.run(elsewhere), "#3 OperatorReport 3 setLotSize unknownInstrument of 9 1,1 by 11");
  CHECK_EQ(venue.run(Venue::rule(CommandKind::roll_day, 0)), "#4 OperatorReport 4 rollDay invalidValue of 5001 0,0 was 0 by 11");
}

TEST("operator reports: limits of one request are answered one by one when the last is in, or refused by one report") {
  Venue venue;
  CHECK_EQ(venue.limits({Venue::limit(RiskLimit::order_quantity, 100, true), Venue::limit(RiskLimit::open_quantity, 500)}),
           "#1 OperatorReport 1 setLimits orderQuantity hard account 30 of 5001 100,0 by 11; "
           "#2 OperatorReport 1 setLimits openQuantity hard account 30 of 5001 500,0 by 11");
  CHECK_EQ(venue.limits({Venue::limit(RiskLimit::order_quantity, 200)}),
           "#3 OperatorReport 2 setLimits orderQuantity hard account 30 of 5001 200,0 was 100 by 11");
  CHECK_EQ(venue.limits({Venue::limit(RiskLimit::order_quantity, 300, true), Venue::limit(RiskLimit::open_quantity, -1)}),
           "#4 OperatorReport 3 setLimits invalidValue openQuantity hard account 30 of 5001 -1,0 was 500 by 11");
  CHECK_EQ(venue.limits({Venue::limit(RiskLimit::order_quantity, 400)}),
           "#5 OperatorReport 4 setLimits orderQuantity hard account 30 of 5001 400,0 was 200 by 11");
  CHECK_EQ(venue.limits({Venue::limit(RiskLimit::message_rate, 10, true, false), Venue::limit(RiskLimit::message_burst, 5, false, false)}),
           "#6 OperatorReport 5 setLimits messageRate hard account 30 10,0 by 11; "
           "#7 OperatorReport 5 setLimits messageBurst hard account 30 5,0 by 11");
}

TEST("operator reports: restrictions and positions say what was; more accounts than there is room for are refused") {
  Venue venue;
  const auto of = [](CommandKind kind, std::int64_t value, std::uint32_t account) {
    Command command = Venue::rule(kind);
    command.account = account;
    command.risk = {};
    command.risk.value = value;
    return command;
  };
  CHECK_EQ(venue.run(of(CommandKind::set_position, -7, 30)), "#1 OperatorReport 1 setPosition account 30 of 5001 -7,0 by 11");
  CHECK_EQ(venue.run(of(CommandKind::set_position, 9, 30)), "#2 OperatorReport 2 setPosition account 30 of 5001 9,0 was -7 by 11");
  CHECK_EQ(venue.run(of(CommandKind::restrict_instrument, 1, 30)), "#3 OperatorReport 3 restrictInstrument account 30 of 5001 1,0 was 0 by 11");
  CHECK_EQ(venue.run(of(CommandKind::restrict_short_sales, 1, 0)), "#4 OperatorReport 4 restrictShortSales of 5001 1,0 was 0 by 11");
  CHECK_EQ(venue.run(of(CommandKind::restrict_short_sales, 0, 0)), "#5 OperatorReport 5 restrictShortSales of 5001 0,0 was 1 by 11");
  venue.run(of(CommandKind::set_position, 1, 31));
  CHECK_EQ(venue.run(of(CommandKind::set_position, 1, 32)),
           "#7 OperatorReport 7 setPosition bookFull limit 2 account 32 of 5001 1,0 by 11");
}

TEST("operator reports: a kill tells owners of their cancels and operators how many; again, and lifted") {
  using order_entry::Side;
  Venue venue;
  venue.allow();
  venue.run(Venue::order(Side::buy, 10'000, 10));
  venue.run(Venue::order(Side::buy, 10'100, 10));
  venue.out(0);
  CHECK_EQ(venue.run(Venue::scoped(CommandKind::kill, scope_field::account, 0, 30)), "#1 KillReport 5 kill 2 of account 30 by 11");
  CHECK_EQ(venue.out(0), "#3 OrderCanceled 3; #4 OrderCanceled 4");
  CHECK_EQ(venue.out(2), "#1 KillReport 0 kill 2 of account 30 by 11");
  CHECK_EQ(venue.run(Venue::order(Side::buy, 10'000, 10), 0), "#5 OrderRejected 6 accountKilled");
  CHECK_EQ(venue.run(Venue::scoped(CommandKind::kill, scope_field::account, 0, 30)), "#2 KillReport 7 kill 0 of account 30 again by 11");
  CHECK_EQ(venue.run(Venue::scoped(CommandKind::unkill, scope_field::account, 0, 30)), "#3 KillReport 8 unkill 0 of account 30 again by 11");
  CHECK_EQ(venue.run(Venue::scoped(CommandKind::unkill, scope_field::session, 0, 0)), "#4 KillReport 9 unkill 0 of session 10 by 11");
  constexpr std::uint8_t two = scope_field::session | scope_field::account;
  CHECK_EQ(venue.run(Venue::scoped(CommandKind::kill, two, 0, 30)).substr(0, 42), "#5 OperatorReport 10 kill invalidScope 0,0");
  CHECK_EQ(venue.out(0), "");
}

TEST("operator reports: states, auctions, indications, warnings and the new day reach every operator, whoever caused them") {
  using order_entry::Side;
  Venue venue;
  venue.allow();
  CHECK_EQ(venue.run(Venue::state(TradingState::closed)),
           "#1 TradingStateReport 5001 closed ''; #2 OperatorReport 3 setTradingState of 5001 continuous -> closed");
  venue.run(Venue::state(TradingState::pre_open));
  venue.run(Venue::state(TradingState::opening_auction, venue_itself));
  venue.out(1);
  venue.out(2);
  venue.run(Venue::order(Side::buy, 10'000, 30));
  venue.run(Venue::order(Side::sell, 10'000, 20));
  CHECK_EQ(venue.run(Venue::rule(CommandKind::publish_imbalance), 2),
           "#7 ImbalanceReport opening paired 20 buy 10 near 10000 far -2147483648; #8 OperatorReport 0 publishImbalance of 5001 0,0 by 11");
  venue.out(1);
  CHECK_EQ(venue.run(Venue::state(TradingState::continuous)),
           "#9 AuctionReport opening 20 @ 10000; #10 TradingStateReport 5001 continuous ''; "
           "#11 OperatorReport 9 setTradingState of 5001 openingAuction -> continuous");
  Command soft = Venue::limit(RiskLimit::order_quantity, 5);
  soft.risk.severity = LimitSeverity::soft;
  venue.limits({soft});
  CHECK_EQ(venue.run(Venue::order(Side::buy, 9'000, 6)),
           "#13 RiskWarning 11 newOrder orderQuantityLimit limit 5 of session 10 account 30 in 5001");
  Command halt = Venue::state(TradingState::halt);
  halt.operators.halt_reason[0] = 'T';
  halt.operators.halt_reason[1] = '1';
  CHECK_EQ(venue.run(halt).substr(0, 35), "#14 TradingStateReport 5001 halt 'T");
  CHECK_EQ(venue.run(Venue::rule(CommandKind::breach_market_level, 1)).substr(0, 65),
           "#16 MarketBreachReport 1; #17 TradingStateReport 5001 halt 'MWC1'");
  Command roll = Venue::rule(CommandKind::roll_day, 5);
  roll.locate = 0;
  roll.instrument_id = 0;
  CHECK_EQ(venue.run(roll), "#19 DayRolledReport 5; #20 OperatorReport 14 rollDay 5,0 was 0 by 11");
}

}  // namespace
