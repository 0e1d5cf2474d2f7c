// What the scenario files cannot show of risk's memory: it is full, it forgets, and its commands come back from their journal records.
#include "order_to_publish/4_match/risk_limits.hpp"

#include "order_to_publish/3_journal/journal_record.hpp"
#include "order_to_publish/4_match/scenario_file.hpp"
#include "test_support/test.hpp"

#include <array>

using namespace hopwire;
using namespace hopwire::venue;
using namespace hopwire::venue::scenario;
using order_entry::RejectReason;
using order_entry::Side;

TEST("risk limits: an account beyond the rows is refused to the operator and may not trade; the others go on") {
  MatcherLimits limits = small_limits;
  limits.is_risk_on = true;
  limits.maximum_accounts = 1;
  Stage stage(ReplaceProfile::reduce_keeps_priority, limits);
  const std::string printed = stage.run(R"(
    a10 limit openValue 100000
    a10 #1 limit instrument openQuantity 100
    a11 limit openValue 100000
    a11 #1 restrict on
    a11 #1 position 5
    s1 new 1 buy 1 @ 100
    new 1 buy 1 @ 100)");
  CHECK_EQ(printed, lines(R"(
    limits set: account 10
    limits set: account 10 #1
    admin refused (book full) limit 1
    admin refused (book full) limit 1
    admin refused (book full) limit 1
    rejected 1 (no risk limits)
    accepted 1 ref 1 buy 1 @ 100 ahead 0
    rested 1 buy 1 @ 100 | A 1)"));
  CHECK_EQ(stage.matcher().check_invariants(), "");
}

TEST("risk limits: every account that has a row is found, whatever its number") {
  RiskBook book(1000, 4);
  for (std::uint32_t each = 0; each < 1000; ++each) REQUIRE(!book.restrict(each * 0x10001u, 1, true));
  CHECK(book.restrict(7, 1, true).reason == RejectReason::book_full);
  CHECK_EQ(book.find(7), RiskBook::no_row);
  for (std::uint32_t each = 0; each < 1000; ++each) {
    const RiskBook::Row row = book.find(each * 0x10001u);
    REQUIRE(row != RiskBook::no_row);
    CHECK_EQ(book.account_of(row), each * 0x10001u);
    CHECK(book.instrument_limits(row, 1).is_restricted);
    CHECK(!book.instrument_limits(row, 2).is_restricted);
  }
}

TEST("risk limits: limits of two rows between each other do not mix") {
  RiskBook book(4, 4);
  bool is_done = false;
  RiskTerms terms{};
  terms.named = terms.of_instrument = terms.more = 1;
  terms.value = 5;
  CHECK(!book.set_limit(10, 1, terms, is_done));
  CHECK(!is_done);
  terms.more = 0;
  terms.limit = order_entry::RiskLimit::open_quantity;
  CHECK(!book.set_limit(10, 2, terms, is_done));
  CHECK(is_done);
  const RiskBook::Row row = book.find(10);
  CHECK(!book.instrument_limits(row, 1).is_set);
  CHECK(book.instrument_limits(row, 2).is_set);
  CHECK_EQ(book.instrument_limits(row, 2).hard[4], 5);
  CHECK_EQ(book.instrument_limits(row, 2).hard[0], risk_limit::none);
}

TEST("message flow: an order like one of the last 64 within the window is known, and no other") {
  RiskBook book(2, 4);
  REQUIRE(!book.restrict(10, 1, false));
  const RiskBook::Row row = book.find(10);
  const auto order = [](std::uint64_t time, std::int32_t price) { return RecentOrder(time, price, 7, 1, Side::buy); };
  CHECK(!book.has_recent(row, RecentOrder(0, 0, 0, 0, Side::buy), 1000));  // an empty place is no order
  for (std::int32_t each = 0; each < 200; ++each) book.remember(row, order(static_cast<std::uint64_t>(each), each));
  for (std::int32_t each = 0; each < 200; ++each) CHECK_EQ(book.has_recent(row, order(200, each), 1000), each >= 200 - 64);
  CHECK(book.has_recent(row, order(200, 199), 2));
  CHECK(!book.has_recent(row, order(201, 199), 2));
  CHECK(!book.has_recent(row, order(200, 199), 0));
  const RecentOrder other(200, 199, 7, 1, Side::sell);
  CHECK(!book.has_recent(row, other, 1000));
}

// A journal's worth of records, read back into a second matcher.
TEST("risk commands: what is replayed from journal records gives the same events, refusals included") {
  for (const std::string feature : {"pre_trade_risk", "message_flow", "short_sale"}) {
    const auto scenarios = read_scenarios("schemas/scenarios/" + feature + ".txt");
    REQUIRE(scenarios.has_value());
    for (const Scenario& scenario : *scenarios) {
      const std::unique_ptr<Stage> first = stage_of(scenario.setup);
      const std::unique_ptr<Stage> second = stage_of(scenario.setup);
      std::uint64_t time = 0;
      std::uint64_t sequence = 0;
      std::uint32_t checksum = 0;
      for (const std::string& line : scenario.lines) {
        if (line[0] != '>') continue;
        const TimedCommand timed = parse_timed(line.substr(2));
        time = timed.time.value_or(time);
        std::vector<Command> commands = timed.entries;
        commands.push_back(timed.command);
        for (const Command& command : commands) {
          const SequencedCommand sequenced{.sequence = ++sequence, .time = time, .command = command};
          std::array<std::byte, journal_record_bytes> record;
          const std::uint32_t previous = checksum;
          checksum = encode_record(record.data(), sequenced, previous);
          JournalRecord replayed;
          REQUIRE(decode_record(record, previous, true, replayed) == RecordFault::none);
          std::vector<MatchEvent> told;
          std::vector<MatchEvent> again;
          first->apply_sequenced(sequenced, told);
          second->apply_sequenced(replayed.command, again);
          REQUIRE(told.size() == again.size());
          for (std::size_t at = 0; at < told.size(); ++at) CHECK_EQ(describe_all(told[at]), describe_all(again[at]));
        }
      }
      CHECK_EQ(state_listing(first->matcher()), state_listing(second->matcher()));
    }
  }
}
