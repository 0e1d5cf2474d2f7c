#include "engine/trading_schedule.hpp"

#include <string>
#include <vector>

#include "engine/venue_opening.hpp"
#include "order_to_publish/4_match/match_into_buffer.hpp"
#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using namespace hopwire::engine;
using order_entry::TradingState;

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t midnight = 20'500 * 86'400 * second;

struct Market {
  std::vector<venue::ListedInstrument> instruments{venue::ListedInstrument::of(11, 1, "A"), venue::ListedInstrument::of(12, 2, "B")};
  venue::Matcher matcher{{.maximum_orders = 8, .maximum_levels = 8, .maximum_locate = 2, .maximum_order_quantity = 100,
                          .maximum_sessions = 1},
                         venue::ReplaceProfile::reduce_keeps_priority};
  venue::MatchEventBuffer ignored{8};
  std::uint64_t sequence = 0;

  Market() {
    matcher.add_instrument(1, 11);
    matcher.add_instrument(2, 12);
  }
  void apply(const venue::Command& command, std::uint64_t time) {
    ignored.clear();
    matcher.apply({++sequence, time, command}, ignored);
  }
  // All that is due, applied, as text.
  std::string run(TradingSchedule& schedule, std::uint64_t now) {
    std::string text;
    venue::Command command;
    while (schedule.next(now, venue::OperatorView(matcher), command)) {
      const bool is_state = command.kind == venue::CommandKind::set_trading_state;
      CHECK_EQ(command.session, venue::venue_itself);
      if (command.kind == venue::CommandKind::roll_day) {
        text += (text.empty() ? "" : " ") + std::string("day ") + std::to_string(command.operators.values[0]);
        apply(command, now);
        continue;
      }
      text += (text.empty() ? "" : " ") + std::to_string(command.instrument_id) + ":" +
              (is_state ? std::string(order_entry::to_string(command.operators.state)) : std::string("imbalance"));
      apply(command, now);
    }
    return text;
  }
};

std::vector<ScheduledState> a_day() {
  return {{8 * 3600 * second, TradingState::pre_open},
          {9 * 3600 * second, TradingState::opening_auction},
          {10 * 3600 * second, TradingState::continuous},
          {17 * 3600 * second, TradingState::closed}};
}

TEST("schedule: each time every instrument gets its command once, in order, day after day") {
  Market market;
  TradingSchedule schedule(a_day(), 0, market.instruments);
  schedule.start(midnight + 9 * 3600 * second);
  CHECK_EQ(schedule.next_due(), midnight + 10 * 3600 * second);
  CHECK_EQ(market.run(schedule, schedule.next_due() - 1), "");
  CHECK_EQ(market.run(schedule, schedule.next_due()), "11:continuous 12:continuous");
  CHECK_EQ(market.run(schedule, midnight + 16 * 3600 * second), "");
  // Nobody looked until the next morning: what passed comes in its order.
  CHECK_EQ(market.run(schedule, midnight + (24 + 9) * 3600 * second),
           "11:closed 12:closed 11:preOpen 12:preOpen 11:openingAuction 12:openingAuction");
  CHECK_EQ(schedule.next_due(), midnight + (24 + 10) * 3600 * second);
  CHECK_EQ(venue::OperatorView(market.matcher).state(1), TradingState::opening_auction);
}

TEST("schedule: a day is rolled once at its time, named by that date or the next, and does not count as a state") {
  using Roll = ScheduledState::Roll;
  CHECK_EQ(date_number(midnight), 20260216);
  CHECK_EQ(date_number(midnight - 1), 20260215);
  CHECK_EQ(date_number(11'016ULL * 86'400 * second), 20000229);
  Market market;
  std::vector<ScheduledState> evening = a_day();
  evening.push_back({22 * 3600 * second, TradingState::continuous, Roll::next});
  TradingSchedule schedule(evening, 0, market.instruments);
  CHECK(schedule.state_at(midnight + 23 * 3600 * second) == TradingState::closed);
  CHECK(schedule.state_at(midnight) == TradingState::closed);
  schedule.start(midnight + 17 * 3600 * second);
  CHECK_EQ(market.run(schedule, midnight + 22 * 3600 * second - 1), "");
  CHECK_EQ(market.run(schedule, midnight + 22 * 3600 * second), "day 20260217");
  CHECK_EQ(market.run(schedule, midnight + 23 * 3600 * second), "");
  CHECK_EQ(market.run(schedule, midnight + (24 + 22) * 3600 * second),
           "11:preOpen 12:preOpen 11:openingAuction 12:openingAuction 11:continuous 12:continuous 11:closed 12:closed day 20260218");
  std::vector<ScheduledState> only{{6 * 3600 * second, TradingState::continuous, Roll::today}};
  TradingSchedule rolls(only, 0, market.instruments);
  CHECK(!rolls.state_at(midnight));
  rolls.start(midnight);
  CHECK_EQ(market.run(rolls, midnight + 6 * 3600 * second), "day 20260216");
}

TEST("schedule: what it has at a time, the last of the day before included; without times nothing is ever due") {
  Market market;
  const TradingSchedule schedule(a_day(), 0, market.instruments);
  CHECK(schedule.state_at(midnight) == TradingState::closed);
  CHECK(schedule.state_at(midnight + 8 * 3600 * second) == TradingState::pre_open);
  CHECK(schedule.state_at(midnight + 17 * 3600 * second - 1) == TradingState::continuous);
  TradingSchedule none({}, 0, market.instruments);
  none.start(midnight);
  CHECK(none.is_empty());
  CHECK(!none.state_at(midnight));
  CHECK_EQ(none.next_due(), UINT64_MAX);
  CHECK_EQ(market.run(none, UINT64_MAX - 1), "");
}

TEST("schedule: indications come at their interval, of instruments that are in an auction, and are not made up for") {
  Market market;
  TradingSchedule schedule({}, second, market.instruments);
  schedule.start(midnight);
  CHECK_EQ(market.run(schedule, midnight + second), "");
  for (const auto state : {TradingState::closed, TradingState::pre_open, TradingState::opening_auction}) {
    market.apply(state_command(market.instruments[1], state), midnight + second);
  }
  CHECK_EQ(market.run(schedule, midnight + 2 * second), "12:imbalance");
  CHECK_EQ(schedule.next_due(), midnight + 3 * second);
  CHECK_EQ(market.run(schedule, midnight + 7 * second), "12:imbalance");
  CHECK_EQ(schedule.next_due(), midnight + 8 * second);
}

TEST("schedule: the way from any state to any other, by steps that the rules allow") {
  using venue::trading_state::leads_to;
  for (unsigned from = 0; from <= static_cast<unsigned>(TradingState::closed); ++from) {
    for (unsigned to = 0; to <= static_cast<unsigned>(TradingState::closed); ++to) {
      TradingState at = static_cast<TradingState>(from);
      int steps = 0;
      while (const auto step = step_towards(at, static_cast<TradingState>(to))) {
        REQUIRE(leads_to(at, *step));
        at = *step;
        REQUIRE(++steps <= 6);
      }
      CHECK_EQ(at, static_cast<TradingState>(to));
    }
  }
  CHECK(step_towards(TradingState::continuous, TradingState::pre_open) == TradingState::closed);
}

TEST("opening: instruments begin where they should; a halted one stays") {
  Market market;
  const auto run = [&](const venue::Command& command) {
    market.apply(command, midnight);
    return order_entry::RejectReason::none;
  };
  const std::vector<std::optional<TradingState>> own{TradingState::opening_auction, std::nullopt};
  const venue::OperatorView view(market.matcher);
  open_in_states(market.instruments, own, TradingState::pre_open, view, run);
  CHECK_EQ(view.state(1), TradingState::opening_auction);
  CHECK_EQ(view.state(2), TradingState::pre_open);
  market.apply(state_command(market.instruments[0], TradingState::halt), midnight);
  open_in_states(market.instruments, {}, TradingState::closed, view, run);
  CHECK_EQ(view.state(1), TradingState::halt);
  CHECK_EQ(view.state(2), TradingState::closed);
}

std::string refused(std::span<const std::byte> requests) {
  const Market market;
  const venue::InstrumentDirectory directory(market.instruments);
  try {
    open_with_requests(requests, directory, [](const venue::Command&) { return order_entry::RejectReason::invalid_value; });
  } catch (const OpeningRefused& error) {
    return error.what();
  }
  return {};
}

TEST("opening: what is no operator's message, is cut off, or is refused, is named") {
  std::vector<std::byte> bytes(net::frame_length_of<order_entry::SetLotSizeEncoder>);
  net::start_message<order_entry::SetLotSizeEncoder>(bytes.data()).instrument_id(11).lot(0);
  CHECK_EQ(refused(bytes), "request 1 of the configuration, SetLotSize: invalidValue");
  CHECK_EQ(refused(std::span(bytes).first(bytes.size() - 1)), "the configuration's requests are cut off");
  std::vector<std::byte> order(net::frame_length_of<order_entry::CancelOrderEncoder>);
  net::start_message<order_entry::CancelOrderEncoder>(order.data()).cl_ord_id(1);
  CHECK_EQ(refused(order), "request 1 of the configuration is no operator's message");
  CHECK_EQ(refused({}), "");
}

}  // namespace
