// What a query tells an operator of a matcher: each kind of row, pages, what is asked for, and that it changes nothing.
#include "order_to_publish/5_publish/query_answers.hpp"

#include <string>

#include "order_to_publish/5_publish/operator_scenario.hpp"
#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using namespace hopwire::venue;
using order_entry::QueryKind;
using order_entry::RiskLimit;
using order_entry::Side;
using order_entry::TradingState;
using Venue = scenario::OperatorScenario;

// Without the numbers of the flow.
std::string told(std::string text) {
  for (std::size_t at = text.find('#'); at != std::string::npos; at = text.find('#', at)) text.erase(at, text.find(' ', at) + 1 - at);
  return text;
}
std::string ask(Venue& venue, const Command& query) { return told(venue.run(query)); }

TEST("query: states with the book's best prices, the reference price and why it is halted") {
  Venue venue(2);
  venue.allow();
  venue.run(Venue::order(Side::buy, 10'000, 10));
  venue.run(Venue::order(Side::sell, 10'100, 10));
  venue.out(1);
  Command halt = Venue::state(TradingState::halt);
  halt.locate = 2;
  halt.instrument_id = 5002;
  halt.operators.halt_reason[0] = 'T';
  halt.operators.halt_reason[1] = '1';
  venue.run(halt);
  CHECK_EQ(ask(venue, Venue::query(QueryKind::state)),
           "StateRow 5001 continuous '' 2 orders 10000/10100 reference none; "
           "StateRow 5002 halt 'T1' 0 orders none/none reference none; QueryReport 2 state at 6");
  CHECK_EQ(venue.out(2).find("QueryReport"), std::string::npos);  // who did not ask is not told
}

TEST("query: rules and the tick table") {
  Venue venue;
  venue.run(Venue::rule(CommandKind::set_lot_size, 10, 20));
  venue.run(Venue::rule(CommandKind::set_price_collar, 500));
  venue.run(Venue::rule(CommandKind::set_circuit_breaker, 700, 1600));
  venue.run(Venue::rule(CommandKind::set_reopening, 5, 6));
  venue.run(Venue::rule(CommandKind::set_tick_band, 0, 5));
  venue.run(Venue::rule(CommandKind::set_tick_band, 10'000, 100));
  CHECK_EQ(ask(venue, Venue::query(QueryKind::rules)),
           "RulesRow 5001 lot 10,20 collar 500 band 0 breaker 700,1600 reopening 5,6; TickRow 5001 5 from 0; TickRow 5001 100 from 10000; "
           "QueryReport 3 rules at 7");
}

TEST("query: limits with what is used of them, and positions with what is open") {
  Venue venue(2);
  CHECK_EQ(ask(venue, Venue::query(QueryKind::limits)), "QueryReport 0 limits at 1");
  venue.allow();
  venue.limits({Venue::limit(RiskLimit::long_position, 80, true), Venue::limit(RiskLimit::open_quantity, 90)});
  venue.limits({Venue::limit(RiskLimit::message_rate, 7, true, false), Venue::limit(RiskLimit::message_burst, 5, false, false)});
  venue.run(Venue::order(Side::buy, 10'000, 10));
  venue.run(Venue::order(Side::sell, 10'100, 3));
  venue.out(1);
  CHECK_EQ(ask(venue, Venue::query(QueryKind::limits)),
           "LimitRow account 30 in 0 grossPosition hard 1000 soft none used 10; LimitRow account 30 in 0 messageRate hard 7 soft none used none; "
           "LimitRow account 30 in 0 messageBurst hard 5 soft none used none; LimitRow account 30 in 5001 orderQuantity hard 100 soft none used none; "
           "LimitRow account 30 in 5001 longPosition hard 80 soft none used 10; LimitRow account 30 in 5001 openQuantity hard 90 soft none used 13; "
           "QueryReport 6 limits at 10");
  CHECK_EQ(ask(venue, Venue::query(QueryKind::positions)), "PositionRow account 30 in 5001 0 open 10/3; QueryReport 1 positions at 11");
  Command other = Venue::query(QueryKind::positions);
  other.locate = 2;
  CHECK_EQ(ask(venue, other), "QueryReport 0 positions at 12");
  other.locate = 1;
  other.account = 30;
  other.scope_fields |= scope_field::account;
  CHECK_EQ(ask(venue, other), "PositionRow account 30 in 5001 0 open 10/3; QueryReport 1 positions at 13");
  other.account = 31;
  CHECK_EQ(ask(venue, other), "QueryReport 0 positions at 14");
  other.query.position = UINT64_MAX - 1;  // what no report said
  CHECK_EQ(ask(venue, other), "QueryReport 0 positions at 15");
}

TEST("query: kills, purges and protections, with who was tripped told to operators when it happens") {
  Venue venue;
  venue.allow();
  venue.run(Venue::scoped(CommandKind::kill, scope_field::account, 0, 31));
  venue.run(Venue::scoped(CommandKind::kill, scope_field::session, 2, 0));
  venue.run(Venue::scoped(CommandKind::purge, scope_field::account, 0, 32));
  Command protection;
  protection.kind = CommandKind::set_protection;
  protection.scope_fields = scope_field::said | scope_field::session;
  protection.protection = {.window = 1'000'000, .quantity = 0, .value = 0, .trades = 1, .group = 0};
  venue.run(protection);
  venue.out(1);
  const std::string locks = "LockRow purge account 32; LockRow kill session 12; LockRow kill account 31; ";
  CHECK_EQ(ask(venue, Venue::query(QueryKind::locks)),
           locks + "ProtectionRow session 10 account 0 0 of 1 trades; QueryReport 4 locks at 7");
  Command hold = Venue::rule(CommandKind::set_position);
  hold.account = 30;
  hold.risk = {};
  hold.risk.value = 100;
  venue.run(hold);
  venue.quote(9'000, 11'000, 10);
  venue.out(1);
  const std::string trip = venue.run(Venue::order(Side::buy, 11'000, 1));
  CHECK(trip.find("ProtectionTripReport session 10 account 0 tradesThreshold limit 1") != std::string::npos);
  CHECK_EQ(ask(venue, Venue::query(QueryKind::locks)),
           locks + "ProtectionRow session 10 account 0 0 of 1 trades tripped; QueryReport 4 locks at 12");
}

TEST("query: page after page gives every row once, of however many instruments") {
  constexpr std::uint16_t instruments = 200;
  Venue venue(instruments);
  std::uint64_t position = 0;
  std::uint32_t seen = 0;
  std::size_t pages = 0;
  for (std::string page; pages < 10; ++pages) {
    page = venue.run(Venue::query(QueryKind::state, position));
    for (std::size_t at = page.find("StateRow "); at != std::string::npos; at = page.find("StateRow ", at + 1)) {
      CHECK_EQ(std::stoul(page.substr(at + 9)), 5001 + seen);
      ++seen;
    }
    const std::size_t next = page.find(" next ");
    if (next == std::string::npos) break;
    position = std::stoull(page.substr(next + 6));
  }
  CHECK_EQ(seen, instruments);
  CHECK_EQ(pages, instruments / rules::query_rows_max);
}

TEST("query: accounts without anything are passed over a bounded number at a time") {
  constexpr std::uint16_t instruments = 700;
  Venue venue(instruments);
  Command hold = Venue::rule(CommandKind::set_position);
  hold.account = 30;
  hold.locate = instruments;
  hold.risk = {};
  hold.risk.value = -4;
  venue.run(hold);
  const std::string first = ask(venue, Venue::query(QueryKind::positions));
  CHECK_EQ(first, "QueryReport 0 positions at 2 next " + std::to_string(rules::query_looks_max));
  CHECK_EQ(ask(venue, Venue::query(QueryKind::positions, rules::query_looks_max)),
           "PositionRow account 30 in 5700 -4 open 0/0; QueryReport 1 positions at 3");
}

}  // namespace
