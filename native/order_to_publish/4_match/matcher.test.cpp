// The rules, one scenario each: what the venue is told, and every event it must answer with, in order.
#include "order_to_publish/4_match/matcher.hpp"

#include <cstring>

#include "levels/book_digest.hpp"
#include "order_to_publish/4_match/matcher_scenario.hpp"
#include "test_support/test.hpp"

using namespace hopwire::venue;
using namespace hopwire::venue::scenario;

#define CHECK_SCRIPT(stage, script, expected)   \
  do {                                          \
    CHECK_EQ((stage).run(script), lines(expected)); \
    CHECK_EQ((stage).matcher().check_invariants(), std::string()); \
  } while (false)

TEST("matcher: a limit order rests and is told what stands ahead of it") {
  Stage stage;
  CHECK_SCRIPT(stage, R"(
    new 1 buy 100 @ 1000
    new 2 buy 50 @ 1000
    new 3 buy 10 @ 1001)", R"(
    accepted 1 ref 1 buy 100 @ 1000 ahead 0
    rested 1 buy 100 @ 1000 | A 1
    accepted 2 ref 2 buy 50 @ 1000 ahead 100
    rested 2 buy 50 @ 1000 | A 2
    accepted 3 ref 3 buy 10 @ 1001 ahead 0
    rested 3 buy 10 @ 1001 | A 3)");
  CHECK_EQ(stage.book(), lines("B 10 @ 1001 ref 3\nB 100 @ 1000 ref 1\nB 50 @ 1000 ref 2"));
}

TEST("matcher: the top of the book and what stands at a price can be asked for") {
  using hopwire::order_entry::Side;
  Stage stage;
  const Matcher& matcher = stage.matcher();
  CHECK(!matcher.best_price(1, Side::buy).has_value());
  stage.run("new 1 buy 100 @ 1000\n new 2 buy 50 @ 1000\n new 3 buy 10 @ 999\n new 4 sell 7 @ 1002\n cancel 5 4");
  CHECK_EQ(matcher.best_price(1, Side::buy).value_or(0), 1000);
  CHECK(!matcher.best_price(1, Side::sell).has_value());
  CHECK_EQ(matcher.quantity_at(1, Side::buy, 1000), std::uint64_t{150});
  CHECK_EQ(matcher.quantity_at(1, Side::buy, 998), std::uint64_t{0});
  CHECK_EQ(matcher.quantity_at(1, Side::sell, 1002), std::uint64_t{0});
  CHECK(!matcher.best_price(65535, Side::buy).has_value());
}

TEST("matcher: best price first, then first come first served, at the resting price") {
  Stage stage;
  stage.run("new 1 sell 10 @ 1002\n new 2 sell 10 @ 1001\n new 3 sell 10 @ 1001");
  CHECK_SCRIPT(stage, "s1 new 1 buy 25 @ 1003", R"(
    accepted 1 ref 4 buy 25 @ 1003 ahead 0
    executed 2 by 1 match 1: 10 @ 1001 leaves 0/15 | E 2 10
    executed 3 by 1 match 2: 10 @ 1001 leaves 0/5 | E 3 10
    executed 1 by 1 match 3: 5 @ 1002 leaves 5/0 | E 1 5)");
  CHECK_EQ(stage.book(), "S 5 @ 1002 ref 1\n");
}

TEST("matcher: what a crossing order cannot trade rests at its own price") {
  Stage stage;
  stage.run("new 1 buy 30 @ 1000");
  CHECK_SCRIPT(stage, "s1 new 9 sell 50 @ 999", R"(
    accepted 9 ref 2 sell 50 @ 999 ahead 0
    executed 1 by 9 match 1: 30 @ 1000 leaves 0/20 | E 1 30
    rested 9 sell 20 @ 999 | A 2)");
}

TEST("matcher: IOC trades what it can and cancels the rest; it never rests") {
  Stage stage;
  stage.run("new 1 sell 30 @ 1000");
  CHECK_SCRIPT(stage, R"(
    s1 new 1 buy 50 @ 1000 ioc
    s1 new 2 buy 50 @ 1000 ioc)", R"(
    accepted 1 ref 2 buy 50 @ 1000 ahead 0
    executed 1 by 1 match 1: 30 @ 1000 leaves 0/20 | E 1 30
    canceled 1 20 (ioc)
    accepted 2 ref 3 buy 50 @ 1000 ahead 0
    canceled 2 50 (ioc))");
  CHECK_EQ(stage.book(), "");
}

TEST("matcher: a market order takes any price and never rests") {
  Stage stage;
  stage.run("new 1 buy 10 @ 1\n new 2 buy 10 @ 2000000000");
  CHECK_SCRIPT(stage, "s1 new 7 sell 25 market", R"(
    accepted 7 ref 3 sell 25 @ market ahead 0
    executed 2 by 7 match 1: 10 @ 2000000000 leaves 0/15 | E 2 10
    executed 1 by 7 match 2: 10 @ 1 leaves 0/5 | E 1 10
    canceled 7 5 (ioc))");
  stage.run("new 3 sell 10 @ 2000000000");
  CHECK_SCRIPT(stage, "s1 new 8 buy 10 market", R"(
    accepted 8 ref 5 buy 10 @ market ahead 0
    executed 3 by 8 match 3: 10 @ 2000000000 leaves 0/0 | E 4 10)");
}

TEST("matcher: cancel takes an order out under the request's id") {
  Stage stage;
  stage.run("new 1 buy 100 @ 1000\n new 2 buy 100 @ 1000\n new 3 buy 100 @ 1000");
  CHECK_SCRIPT(stage, R"(
    cancel 4 2
    cancel 5 2
    cancel 6 77)", R"(
    canceled 2 by 4 100 (client) | D 2
    refused 5 (unknown order)
    refused 6 (unknown order))");
  CHECK_EQ(stage.book(), lines("B 100 @ 1000 ref 1\nB 100 @ 1000 ref 3"));
}

TEST("matcher: ids belong to their session") {
  Stage stage;
  stage.run("s0 new 1 buy 100 @ 1000");
  CHECK_SCRIPT(stage, R"(
    s1 cancel 2 1
    s1 new 1 buy 5 @ 1000
    s0 new 1 buy 5 @ 1000
    s0 cancel 9 1)", R"(
    refused 2 (unknown order)
    accepted 1 ref 2 buy 5 @ 1000 ahead 100
    rested 1 buy 5 @ 1000 | A 2
    rejected 1 (duplicate id)
    canceled 1 by 9 100 (client) | D 1)");
}

TEST("matcher: a cancel must name the order's instrument") {
  Stage stage;
  stage.run("#2 new 1 buy 100 @ 1000");
  CHECK_SCRIPT(stage, R"(
    #1 cancel 2 1
    #4 cancel 2 1
    #0 cancel 3 1
    #2 cancel 4 1)", R"(
    refused 2 (unknown order)
    refused 2 (unknown instrument)
    refused 3 (unknown instrument)
    canceled 1 by 4 100 (client) | D 1)");
}

TEST("matcher: a replace that only reduces keeps its place and its reference") {
  Stage stage;
  stage.run("new 1 buy 100 @ 1000\n new 2 buy 100 @ 1000");
  CHECK_SCRIPT(stage, R"(
    replace 3 1 60 @ 1000
    s1 new 1 sell 10 @ 1000
    replace 4 3 60 @ 1000
    replace 5 4 30 @ 1000)", R"(
    replaced 1 by 3 ref 1 total 60 leaves 60 @ 1000 kept | X 1 40
    accepted 1 ref 3 sell 10 @ 1000 ahead 0
    executed 3 by 1 match 1: 10 @ 1000 leaves 50/0 | E 1 10
    replaced 3 by 4 ref 1 total 60 leaves 50 @ 1000 kept
    replaced 4 by 5 ref 1 total 30 leaves 20 @ 1000 kept | X 1 30)");
  CHECK_EQ(stage.book(), lines("B 20 @ 1000 ref 1\nB 100 @ 1000 ref 2"));
}

TEST("matcher: a replace that adds quantity or moves goes behind all others with a new reference") {
  Stage stage;
  stage.run("new 1 buy 100 @ 1000\n new 2 buy 100 @ 1000");
  CHECK_SCRIPT(stage, R"(
    replace 3 1 101 @ 1000
    replace 4 2 50 @ 999)", R"(
    replaced 1 by 3 ref 3 total 101 leaves 101 @ 1000 ahead 100 | U 1 -> 3
    replaced 2 by 4 ref 4 total 50 leaves 50 @ 999 ahead 0 | U 2 -> 4)");
  CHECK_EQ(stage.book(), lines("B 101 @ 1000 ref 3\nB 50 @ 999 ref 4"));
}

TEST("matcher: the only order of a level grows in place under a new reference") {
  Stage stage;
  stage.run("new 1 sell 100 @ 1000");
  CHECK_SCRIPT(stage, "replace 2 1 200 @ 1000", "replaced 1 by 2 ref 2 total 200 leaves 200 @ 1000 ahead 0 | U 1 -> 2");
  CHECK_EQ(stage.book(), "S 200 @ 1000 ref 2\n");
}

TEST("matcher: a replace that crosses leaves the book first, trades, then rests with what is left") {
  Stage stage;
  stage.run("new 1 sell 30 @ 1005\n s1 new 1 buy 100 @ 1000");
  CHECK_SCRIPT(stage, "s1 replace 2 1 100 @ 1005", R"(
    replaced 1 by 2 ref 3 total 100 leaves 100 @ 1005 ahead 0 | D 2
    executed 1 by 2 match 1: 30 @ 1005 leaves 0/70 | E 1 30
    rested 2 buy 70 @ 1005 | A 3)");
  stage.run("new 5 sell 10 @ 1010");
  CHECK_SCRIPT(stage, R"(
    s1 replace 3 2 40 @ 1010
    s1 cancel 4 3)", R"(
    replaced 2 by 3 ref 5 total 40 leaves 10 @ 1010 ahead 0 | D 3
    executed 5 by 3 match 2: 10 @ 1010 leaves 0/0 | E 4 10
    refused 4 (unknown order))");
  CHECK_EQ(stage.book(), "");
}

TEST("matcher: a replace total counts what was executed; nothing left to do cancels the order") {
  Stage stage;
  stage.run("new 1 buy 100 @ 1000\n s1 new 1 sell 60 @ 1000");
  CHECK_SCRIPT(stage, R"(
    replace 2 1 110 @ 1000
    replace 3 2 60 @ 1000)", R"(
    replaced 1 by 2 ref 3 total 110 leaves 50 @ 1000 ahead 0 | U 1 -> 3
    canceled 2 by 3 50 (replaced to nothing) | D 3)");
  CHECK_EQ(stage.book(), "");
}

TEST("matcher: replaces are refused without changing the order") {
  Stage stage;
  stage.run("new 1 buy 100 @ 1000\n new 2 buy 100 @ 1000");
  CHECK_SCRIPT(stage, R"(
    replace 3 9 50 @ 1000
    replace 2 1 50 @ 1000
    replace 4 1 0 @ 1000
    replace 5 1 1000001 @ 1000
    replace 6 1 50 @ 0
    replace 7 1 50 @ 2000000001
    #2 replace 8 1 50 @ 1000)", R"(
    refused 3 (unknown order)
    refused 2 (duplicate id)
    refused 4 (invalid quantity) limit 1
    refused 5 (invalid quantity) limit 1000000
    refused 6 (invalid price) limit 1
    refused 7 (invalid price) limit 2000000000
    refused 8 (unknown order))");
  CHECK_EQ(stage.book(), lines("B 100 @ 1000 ref 1\nB 100 @ 1000 ref 2"));
}

TEST("matcher: always_requeue makes every replace a cancel and a new entry of its own quantity") {
  Stage stage(ReplaceProfile::always_requeue);
  stage.run("new 1 buy 100 @ 1000\n new 2 buy 100 @ 1000\n s1 new 1 sell 60 @ 1000");
  CHECK_SCRIPT(stage, R"(
    replace 1 1 40 @ 1000
    replace 2 2 40 @ 1000
    s1 new 5 sell 10 @ 1000)", R"(
    replaced 1 by 1 ref 4 total 40 leaves 40 @ 1000 ahead 100 | U 1 -> 4
    replaced 2 by 2 ref 5 total 40 leaves 40 @ 1000 ahead 40 | U 2 -> 5
    accepted 5 ref 6 sell 10 @ 1000 ahead 0
    executed 1 by 5 match 2: 10 @ 1000 leaves 30/0 | E 4 10)");
}

TEST("matcher: mass cancel takes a session's orders in entry order and closes with their number") {
  Stage stage;
  stage.run("new 1 buy 10 @ 1000\n #2 new 2 sell 20 @ 1000\n s1 new 3 buy 30 @ 1000\n new 4 buy 40 @ 999\n replace 5 1 15 @ 1001");
  CHECK_SCRIPT(stage, R"(
    #2 masscancel 6 instrument
    masscancel 7
    masscancel 8
    #0 masscancel 9 instrument)", R"(
    canceled 2 by 6 20 (mass) | D 2
    mass canceled by 6: 1
    canceled 5 by 7 15 (mass) | D 5
    canceled 4 by 7 40 (mass) | D 4
    mass canceled by 7: 2
    mass canceled by 8: 0
    refused 9 (unknown instrument))");
  CHECK_EQ(stage.book(), "B 30 @ 1000 ref 3\n");
}

TEST("matcher: a lost session's orders go, except those that ask to stay") {
  Stage stage;
  stage.run("new 1 buy 10 @ 1000\n new 2 buy 20 @ 1000 keep\n new 3 buy 30 @ 1000\n s1 new 3 buy 5 @ 1000");
  CHECK_SCRIPT(stage, "s0 lost\n s2 lost", R"(
    canceled 1 10 (disconnect) | D 1
    canceled 3 30 (disconnect) | D 3)");
  CHECK_EQ(stage.book(), lines("B 20 @ 1000 ref 2\nB 5 @ 1000 ref 4"));
}

TEST("matcher: new orders that cannot be published or understood are refused with the limit") {
  Stage stage;
  CHECK_SCRIPT(stage, R"(
    #0 new 1 buy 10 @ 1000
    #4 new 1 buy 10 @ 1000
    #9 new 1 buy 10 @ 1000
    new 1 buy 0 @ 1000
    new 1 buy 1000001 @ 1000
    new 1 buy 10 @ 0
    new 1 buy 10 @ -5
    new 1 buy 10 @ 2000000001
    s8 new 1 buy 10 @ 1000
    s8 cancel 1 1)", R"(
    rejected 1 (unknown instrument)
    rejected 1 (unknown instrument)
    rejected 1 (unknown instrument)
    rejected 1 (invalid quantity) limit 1
    rejected 1 (invalid quantity) limit 1000000
    rejected 1 (invalid price) limit 1
    rejected 1 (invalid price) limit 1
    rejected 1 (invalid price) limit 2000000000
    rejected 1 (not supported) limit 8
    refused 1 (not supported) limit 8)");
  for (const int field : {0, 1, 2}) {
    Command command = parse("new 1 buy 10 @ 1000");
    if (field == 0) command.side = static_cast<hopwire::order_entry::Side>('X');
    if (field == 1) command.order_type = static_cast<hopwire::order_entry::OrderType>(9);
    if (field == 2) command.time_in_force = static_cast<hopwire::order_entry::TimeInForce>(9);
    const auto events = stage.apply(command);
    REQUIRE_EQ(events.size(), 1u);
    CHECK_EQ(events[0].reason, 5 + field);
  }
  CHECK_EQ(stage.matcher().last_reference(), 0u);
}

TEST("matcher: a full order table refuses what would rest, not what trades") {
  MatcherLimits limits = small_limits;
  limits.maximum_orders = 2;
  Stage stage(ReplaceProfile::reduce_keeps_priority, limits);
  CHECK_SCRIPT(stage, R"(
    new 1 buy 10 @ 1000
    new 2 buy 10 @ 999
    new 3 buy 10 @ 998
    new 4 sell 10 @ 1001 ioc
    s1 new 5 sell 15 @ 1000
    new 6 buy 10 @ 998)", R"(
    accepted 1 ref 1 buy 10 @ 1000 ahead 0
    rested 1 buy 10 @ 1000 | A 1
    accepted 2 ref 2 buy 10 @ 999 ahead 0
    rested 2 buy 10 @ 999 | A 2
    rejected 3 (book full) limit 2
    accepted 4 ref 3 sell 10 @ 1001 ahead 0
    canceled 4 10 (ioc)
    accepted 5 ref 4 sell 15 @ 1000 ahead 0
    executed 1 by 5 match 1: 10 @ 1000 leaves 0/5 | E 1 10
    rested 5 sell 5 @ 1000 | A 4
    rejected 6 (book full) limit 2)");
}

TEST("matcher: full levels refuse a new price; a replace to a new price leaves its order standing") {
  MatcherLimits limits = small_limits;
  limits.maximum_levels = 2;
  Stage stage(ReplaceProfile::reduce_keeps_priority, limits);
  stage.run("new 1 buy 10 @ 1000\n new 2 buy 10 @ 999");
  CHECK_SCRIPT(stage, R"(
    new 3 buy 10 @ 998
    new 4 buy 10 @ 999
    replace 5 1 10 @ 998)", R"(
    rejected 3 (book full) limit 1000
    accepted 4 ref 3 buy 10 @ 999 ahead 10
    rested 4 buy 10 @ 999 | A 3
    refused 5 (book full) limit 2)");
}

TEST("matcher: events carry owner, account and instrument of both sides") {
  Stage stage;
  stage.run("s2 #3 new 1 sell 30 @ 1000");
  const auto events = stage.apply(parse("s1 #3 new 9 buy 20 @ 1000"));
  REQUIRE_EQ(events.size(), 2u);
  CHECK_EQ(events[0].session, 1u);
  CHECK_EQ(events[0].account, 11u);
  CHECK_EQ(events[0].instrument_id, 1003u);
  CHECK_EQ(events[0].total_quantity, 20u);
  CHECK_EQ(events[1].session, 2u);
  CHECK_EQ(events[1].account, 12u);
  CHECK_EQ(events[1].taker_session, 1u);
  CHECK_EQ(events[1].reference, 1u);
  CHECK_EQ(events[1].taker_reference, 2u);
  CHECK_EQ(events[1].locate, 3);
  CHECK(events[1].side == hopwire::order_entry::Side::sell);
}

TEST("matcher: an event is begun as the default event") {
  MatchEvent event;
  std::memset(static_cast<void*>(&event), 0xFF, sizeof(event));
  matching::blank(event);
  const MatchEvent fresh;
  CHECK_EQ(std::memcmp(&event, &fresh, sizeof(event)), 0);
}

TEST("matcher: digests follow the canonical walk") {
  Stage stage;
  CHECK_EQ(stage.matcher().book_digest(1), hopwire::levels::Fnv1a64::offset_basis);
  CHECK_EQ(stage.matcher().market_digest(), hopwire::levels::Fnv1a64::offset_basis);
  stage.run("new 1 buy 10 @ 1000\n new 2 buy 20 @ 1001\n new 3 sell 30 @ 1003\n new 4 sell 40 @ 1002\n #3 new 5 sell 1 @ 7");
  hopwire::levels::BookDigest first;
  first.add('B', 2, 1001, 20);
  first.add('B', 1, 1000, 10);
  first.add('S', 4, 1002, 40);
  first.add('S', 3, 1003, 30);
  hopwire::levels::BookDigest third;
  third.add('S', 5, 7, 1);
  hopwire::levels::MarketDigest market;
  market.add(1, 4, first.value());
  market.add(3, 1, third.value());
  CHECK_EQ(stage.matcher().book_digest(1), first.value());
  CHECK_EQ(stage.matcher().book_digest(3), third.value());
  CHECK_EQ(stage.matcher().market_digest(), market.value());
  CHECK_EQ(stage.matcher().order_count(1), 4u);
  CHECK_EQ(stage.matcher().order_count(9), 0u);
}
