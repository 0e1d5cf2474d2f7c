// What operators are told, by a matcher that does what it says: answers, copies, and what the market did by itself.
#include "order_to_publish/5_publish/report_writer.hpp"

#include <string>

#include "order_to_publish/5_publish/operator_scenario.hpp"
#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using namespace hopwire::venue;
using order_entry::LimitSeverity;
using order_entry::RiskLimit;
using order_entry::TradingState;
using Venue = scenario::OperatorScenario;

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
  const auto levels = [](std::int64_t first) {
    Command command = Venue::rule(CommandKind::set_market_levels, first, first - 1);
    command.operators.values[2] = 1;
    command.instrument_id = 0;
    return command;
  };
  CHECK_EQ(told(levels(9)), "setMarketLevels 9,8 by 11");
  CHECK_EQ(told(levels(7)), "setMarketLevels 7,6 was 9,8 by 11");
  CHECK_EQ(told(levels(2)), "setMarketLevels invalidValue 2,1 was 7,6 by 11");
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
