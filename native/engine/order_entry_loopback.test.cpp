// Both ends of order entry against each other over real TCP.
#include "engine/order_entry_scenario.hpp"
#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using namespace hopwire::engine::scenario;

void check_reports(const Trader& trader, const std::vector<std::string>& expected) {
  const std::vector<std::string> seen = trader.text();
  CHECK_EQ(trader.not_sent, 0u);
  CHECK_EQ(seen.size(), expected.size());
  for (std::size_t index = 0; index < std::min(seen.size(), expected.size()); ++index) CHECK_EQ(seen[index], expected[index]);
}

TEST("order entry loopback: two sessions trade, and each is told its side of the story, in order") {
  SmallVenue venue;
  Trader maker(venue, 7);
  Trader taker(venue, 8);
  maker.order(1, sell, 100, 1'000'200);
  maker.order(2, sell, 50, 1'000'200);
  maker.await(2);
  taker.order(1, buy, 120, 1'000'300);
  taker.await(3);
  maker.await(4);
  maker.request(OrderIntentKind::replace_order, 3, 2, 40, 1'000'200);   // 20 done of 40: leaves 20, place kept
  maker.request(OrderIntentKind::replace_order, 4, 3, 60, 1'000'400);   // moves
  maker.request(OrderIntentKind::cancel_order, 5, 4);
  maker.request(OrderIntentKind::cancel_order, 6, 4);
  maker.order(7, buy, 10, 900'000, 77);
  maker.await(9);
  check_reports(maker, {"1 accepted 1 sell 100@1000200 live ahead 0", "2 accepted 2 sell 50@1000200 live ahead 100",
                        "3 executed 1 sell 100@1000200 leaves 0 maker", "4 executed 2 sell 20@1000200 leaves 30 maker",
                        "5 replaced 2 by 3 20@1000200 live", "6 replaced 3 by 4 40@1000400 live", "7 canceled 5 of 4 40 byClient",
                        "8 cancel_rejected 6 unknownOrder", "9 rejected 7 unknownInstrument"});
  check_reports(taker, {"1 accepted 1 buy 120@1000300 dead ahead 0", "2 executed 1 buy 100@1000200 leaves 20 taker",
                        "3 executed 1 buy 20@1000200 leaves 0 taker"});
  CHECK_EQ(maker.reports[0].account, 3u);
  CHECK_EQ(maker.reports[2].match_number, taker.reports[1].match_number);
  CHECK(maker.reports[8].last_processed >= 7u);
  maker.session.close();
  taker.session.close();
  CHECK_EQ(maker.session.state(), feed::SessionState::closed);
}

TEST("order entry loopback: refused logons say why; ClOrdIDs go on where the venue says") {
  SmallVenue venue;
  core::TscClock clock(0.002);
  feed::OrderSessionConfig config;
  config.port = venue.port();
  config.session_id = 7;
  config.access_key = "MM01";
  config.secret = "wrong";
  feed::OrderSession session(config, clock);
  try {
    session.connect();
    CHECK(false);
  } catch (const feed::SessionRefused& refused) {
    CHECK_EQ(refused.code, order_entry::SessionRejectCode::credentials);
    CHECK(std::string(refused.what()).find("credentials") != std::string::npos);
  }
  {
    Trader first(venue, 7);
    CHECK_EQ(first.session.last_cl_ord_id(), 0u);
    first.order(41, buy, 1, 100);
    first.await(1);
    first.session.close();
  }
  Trader second(venue, 7);
  CHECK_EQ(second.session.last_cl_ord_id(), 41u);
  CHECK_EQ(second.session.next_sequence(), 1u);
}

TEST("order entry loopback: reports made while the client was away come after it is back, each once and in order") {
  SmallVenue venue;
  Trader maker(venue, 7, 5'000);
  Trader taker(venue, 8);
  maker.order(1, sell, 1000, 1'000'000);
  maker.await(1);
  maker.session.drop();
  for (std::uint64_t id = 1; id <= 300; ++id) taker.order(id, buy, 2, 1'000'000);
  taker.await(600);
  CHECK_EQ(taker.reports.size(), 600u);
  maker.session.resume();
  for (std::uint64_t id = 301; id <= 320; ++id) taker.order(id, buy, 2, 1'000'000);  // live ones meanwhile
  maker.await(321);
  REQUIRE(maker.reports.size() == 321);
  for (std::size_t index = 0; index < 321; ++index) CHECK_EQ(maker.reports[index].sequence, index + 1);
  CHECK_EQ(maker.reports.back().leaves, 360u);
  CHECK(maker.reports[1].retransmitted);
  CHECK(maker.session.counters().retransmit_requests >= 1u);
  maker.request(OrderIntentKind::cancel_order, 2, 1);
  maker.await(322);
  CHECK_EQ(describe(maker.reports.back()), "322 canceled 2 of 1 360 byClient");
}

TEST("order entry loopback: a client away for longer than the venue keeps its reports is told so") {
  SmallVenue venue(64);
  Trader maker(venue, 7, 5'000);
  Trader taker(venue, 8);
  maker.order(1, sell, 1000, 1'000'000);
  maker.await(1);
  maker.session.drop();
  for (std::uint64_t id = 1; id <= 100; ++id) {
    taker.order(id, buy, 1, 1'000'000);
    taker.await(2 * id);
  }
  maker.session.resume();
  maker.await(2);
  CHECK(maker.session.reports_missed());
  CHECK_EQ(maker.session.state(), feed::SessionState::lost);
}

TEST("order entry loopback: a lost session's orders are cancelled; who comes back in time keeps them") {
  SmallVenue venue;
  Trader patient(venue, 7, 10'000);
  Trader hasty(venue, 8);
  patient.order(1, buy, 10, 900'000);
  patient.await(1);  // first in the queue
  hasty.order(1, buy, 10, 900'000);
  hasty.await(1);
  patient.session.drop();
  hasty.session.drop();
  (void)::poll(nullptr, 0, 50);
  patient.session.resume();
  hasty.session.resume();
  hasty.await(2);
  check_reports(hasty, {"1 accepted 1 buy 10@900000 live ahead 10", "2 canceled 1 of 1 10 disconnect"});
  venue.stop();
  CHECK_EQ(venue.matcher().order_count(1), 1u);
}

TEST("order entry loopback: when the venue closes, the session says so and nothing more is taken") {
  SmallVenue venue;
  Trader trader(venue, 7);
  std::thread closer([&] { venue.close(); });
  const std::uint64_t deadline = core::monotonic_now() + 5'000'000'000;
  while (trader.session.established() && core::monotonic_now() < deadline) (void)trader.poll();
  closer.join();
  CHECK_EQ(trader.session.state(), feed::SessionState::terminated);
  CHECK_EQ(trader.session.termination_code(), order_entry::TerminationCode::venue_closing);
  CHECK(trader.session.reserve() == nullptr);
}

}  // namespace
