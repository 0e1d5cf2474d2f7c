// The trader's loop over simulated packets and a simulated venue: every hop runs, books stay consistent, positions equal the fills seen,
// and the kill switch stops what is new.
#include "engine/trader_loop.hpp"

#include <unistd.h>

#include <map>
#include <string>

#include "sim/reflecting_session.hpp"
#include "sim/tick_source.hpp"
#include "test_support/test.hpp"

using namespace hopwire;

namespace {

constexpr std::uint16_t instruments = 8;

// A venue that for a while takes nothing: the send buffer is full (stuck), or the kernel's is (blocked).
struct StuckSession : sim::ReflectingSession {
  using ReflectingSession::ReflectingSession;
  bool stuck = false;
  bool blocked = false;

  bool flush() noexcept { return !blocked; }
  [[nodiscard]] std::byte* reserve(std::size_t bytes) noexcept { return stuck ? nullptr : ReflectingSession::reserve(bytes); }
};

struct Rig {
  core::TscClock clock{0.002};
  engine::TraderConfig config;
  core::TelemetryRegion telemetry{config.name, clock};
  sim::TickSource source{instruments, 7};
  StuckSession session{5};
  engine::TraderLoop<sim::TickSource, StuckSession> loop{config, clock, telemetry, source, session};
  regions::HotLoopColumns columns = regions::HotLoopColumns::over(loop.regions().hot_loop.base());
  regions::BooksColumns books = regions::BooksColumns::over(loop.regions().books.base());
  regions::ControlColumns control = regions::ControlColumns::over(loop.regions().control.base());
  std::map<std::uint32_t, double> position_by_fills;
  std::uint64_t fills = 0;
  std::uint64_t refused = 0;
  std::uint64_t trades = 0;

  explicit Rig(std::size_t maximum_orders = 4096) : config(make_config(maximum_orders)) {}

  static engine::TraderConfig make_config(std::size_t maximum_orders) {
    static int made = 0;
    engine::TraderConfig made_config;
    made_config.name = "test-trader-" + std::to_string(::getpid()) + "-" + std::to_string(++made);
    made_config.rows = instruments + 1;
    made_config.maximum_orders = maximum_orders;
    made_config.risk.max_order_quantity = 1'000;
    made_config.risk.price_collar_bp = 1'000;
    made_config.risk.max_position = 20'000;
    for (std::uint16_t locate = 1; locate <= instruments; ++locate) {
      made_config.instruments.push_back({2'000u + locate, sim::TickSource::symbol_of(locate)});
    }
    return made_config;
  }

  std::uint32_t word(words::HotLoopWord which) { return engine::word_of(columns, which); }

  void quote(std::uint32_t row, std::int32_t bid, std::int32_t ask) {
    const std::uint32_t at = engine::word_of(columns, words::HotLoopWord::intent_count)++;
    columns.intent_kind[at] = static_cast<std::uint8_t>(hops::IntentKind::quote);
    columns.intent_instrument[at] = row;
    columns.intent_price[at] = bid;
    columns.intent_quantity[at] = 100;
    columns.intent_ask_price[at] = ask;
    columns.intent_ask_quantity[at] = 100;
  }

  // Joins the best prices of every touched book.
  void turn() {
    loop.poll();
    for (std::uint32_t at = 0; at < word(words::HotLoopWord::event_count); ++at) note_event(at);
    for (std::uint32_t at = 0; at < word(words::HotLoopWord::touched_count); ++at) {
      const std::uint32_t row = columns.touched[at];
      if (books.bid_levels[row] != 0 && books.ask_levels[row] != 0) {
        quote(row, books.bid_price[row * config.depth], books.ask_price[row * config.depth]);
      }
    }
    loop.submit();
  }

  void note_event(std::uint32_t at) {
    const auto kind = static_cast<hops::EventKind>(columns.event_kind[at]);
    if (kind == hops::EventKind::rejected) ++refused;
    if (kind == hops::EventKind::trade) ++trades;
    if (kind != hops::EventKind::fill) return;
    ++fills;
    position_by_fills[columns.event_instrument[at]] += (columns.event_side[at] == 'B' ? 1.0 : -1.0) * columns.event_quantity[at];
  }
};

}  // namespace

TEST("trader loop: every hop is counted, books are consistent, positions equal the fills the strategy saw") {
  Rig rig;
  for (int turn = 0; turn < 20'000; ++turn) rig.turn();
  CHECK_EQ(rig.loop.inconsistencies(), 0u);
  CHECK(rig.fills > 100);
  CHECK_EQ(rig.refused, 0u);
  for (const auto& [row, position] : rig.position_by_fills) CHECK_EQ(rig.columns.position[row], position);
  const regions::TelemetryColumns& telemetry = rig.telemetry.recorder().columns();
  for (std::size_t hop = 0; hop <= static_cast<std::size_t>(hops::Hop::tick_to_trade_total); ++hop) {
    CHECK(telemetry.histogram_total[hop] > 1'000.0);
  }
  CHECK_EQ(rig.telemetry.recorder().value(counters::Counter::fills), static_cast<double>(rig.fills));
  CHECK(rig.loop.open_orders() <= 2u * instruments);
  rig.loop.close();
}

TEST("trader loop: what the strategy is told of trades, anybody can read from the tape") {
  Rig rig;
  rig.source.print_trades();
  for (int turn = 0; turn < 500; ++turn) rig.turn();
  const regions::TradesColumns tape = regions::TradesColumns::over(rig.loop.regions().trades.base());
  CHECK(rig.trades > 400);
  CHECK_EQ(rig.trades, rig.source.trades());
  CHECK_EQ(tape.word[static_cast<std::size_t>(words::TradesWord::written)], rig.trades);
  CHECK_EQ(tape.match_low[rig.trades - 1], rig.trades);
  CHECK_EQ(tape.type[rig.trades - 1], 'P');
  rig.loop.close();
  CHECK(::access(core::region_path(rig.config.name, "trades").c_str(), F_OK) != 0);
}

TEST("trader loop: a trader of the same name is refused while the first lives") {
  Rig rig;
  bool refused = false;
  try {
    engine::TraderRegions second(rig.config);
  } catch (const core::SystemError&) {
    refused = true;
  }
  CHECK(refused);
}

TEST("trader loop: kill discards intents, new orders no longer leave, the mass cancel does") {
  Rig rig;
  for (int turn = 0; turn < 2'000; ++turn) rig.turn();
  const std::uint64_t before = rig.session.orders();
  rig.control.stop[static_cast<std::size_t>(words::ControlWord::kill)] = 1;
  for (int turn = 0; turn < 500; ++turn) rig.turn();
  CHECK_EQ(rig.word(words::HotLoopWord::killed), 1u);
  CHECK_EQ(rig.session.orders(), before + 1);  // one mass cancel
  rig.loop.close();
}

TEST("trader loop: an intent for an instrument it may not trade is refused and told") {
  Rig rig;
  for (int turn = 0; turn < 100; ++turn) rig.turn();
  const std::uint64_t before = rig.session.orders();
  rig.quote(instruments + 5, 1'000'000, 1'000'200);
  rig.loop.submit();
  CHECK_EQ(rig.session.orders(), before);
  CHECK_EQ(rig.columns.event_reason[rig.word(words::HotLoopWord::event_count) - 1],
           engine::risk_reason_base + static_cast<std::uint32_t>(hops::RiskReason::unknown_instrument));
  rig.loop.close();
}

TEST("trader loop: orders a full send buffer turned away are not counted as open") {
  Rig rig;
  for (int turn = 0; turn < 500; ++turn) rig.turn();
  rig.session.stuck = true;
  // Each of these turns asks for 100 shares a side: far more in sum than the position limit.
  for (std::uint64_t turn = 0; turn < 4ull * instruments * rig.config.risk.max_position / 100; ++turn) rig.turn();
  rig.session.stuck = false;
  rig.turn();
  rig.turn();
  rig.refused = 0;
  for (int turn = 0; turn < 500; ++turn) rig.turn();
  CHECK_EQ(rig.refused, 0u);
  rig.loop.close();
}

TEST("trader loop: the mass cancel of a kill leaves as soon as the venue takes something, once") {
  Rig rig;
  for (int turn = 0; turn < 500; ++turn) rig.turn();
  rig.session.stuck = true;
  rig.turn();
  const std::uint64_t before = rig.session.orders();
  rig.control.stop[static_cast<std::size_t>(words::ControlWord::kill)] = 1;
  for (int turn = 0; turn < 10; ++turn) rig.turn();
  CHECK_EQ(rig.session.orders(), before);
  rig.session.stuck = false;
  for (int turn = 0; turn < 10; ++turn) rig.turn();
  CHECK_EQ(rig.session.orders(), before + 1);
  rig.loop.close();
}

TEST("trader loop: books that had no room for an order are stale, and nothing new leaves") {
  Rig rig(2 * instruments - 1);
  for (int turn = 0; turn < 500; ++turn) rig.turn();
  CHECK_EQ(rig.word(words::HotLoopWord::stale), 1u);
  const std::uint64_t before = rig.session.orders();
  for (int turn = 0; turn < 500; ++turn) rig.turn();
  CHECK_EQ(rig.session.orders(), before);
  CHECK(rig.refused != 0);
  rig.loop.close();
}

TEST("trader loop: another session gives the locates to other instruments, and orders name those") {
  Rig rig;
  for (int turn = 0; turn < 500; ++turn) rig.turn();
  CHECK_EQ(rig.books.instrument_id[1], 2'001u);
  rig.source.begin_next_day();
  for (int turn = 0; turn < 500; ++turn) rig.turn();
  CHECK_EQ(rig.word(words::HotLoopWord::stale), 0u);
  CHECK_EQ(rig.books.instrument_id[1], 2'002u);
  CHECK_EQ(rig.books.instrument_id[instruments], 0u);  // a symbol it may not trade
  rig.refused = 0;
  rig.quote(instruments, 1'000'000, 1'000'200);
  rig.loop.submit();
  REQUIRE(rig.word(words::HotLoopWord::event_count) != 0);
  CHECK_EQ(rig.columns.event_reason[rig.word(words::HotLoopWord::event_count) - 1],
           engine::risk_reason_base + static_cast<std::uint32_t>(hops::RiskReason::unknown_instrument));
  rig.loop.close();
}

TEST("trader loop: an order the kernel has not taken is not stamped as gone") {
  Rig rig;
  for (int turn = 0; turn < 500; ++turn) rig.turn();
  const regions::TelemetryColumns& telemetry = rig.telemetry.recorder().columns();
  const auto gone = [&] { return telemetry.histogram_total[static_cast<std::size_t>(hops::Hop::tick_to_trade_total)]; };
  const auto encoded = [&] { return telemetry.histogram_total[static_cast<std::size_t>(hops::Hop::tick_to_trade_encode)]; };
  CHECK_EQ(gone(), encoded());
  const double before = gone();
  rig.session.blocked = true;
  for (int turn = 0; turn < 20; ++turn) rig.turn();
  CHECK_EQ(gone(), before);
  CHECK(encoded() > before);
  rig.session.blocked = false;
  for (int turn = 0; turn < 20; ++turn) rig.turn();
  CHECK_EQ(gone(), encoded());  // the waiting is in their intervals
  rig.loop.close();
}
