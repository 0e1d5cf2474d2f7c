// The order flow against a venue with no latency: the real matcher, its events told back as reports would tell them.
#include "sim/order_flow.hpp"

#include <array>
#include <cstdint>
#include <vector>

#include "order_to_publish/2_sequence/sequencer.hpp"
#include "order_to_publish/4_match/match_into_buffer.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using namespace hopwire::sim;

namespace {

constexpr std::uint32_t first_id = 1001;
constexpr std::uint32_t session = 0;

std::vector<FlowInstrument> instruments(std::uint32_t count) {
  std::vector<FlowInstrument> made;
  for (std::uint32_t index = 0; index < count; ++index) made.push_back({first_id + index, 1'000'000 + 50'000 * static_cast<std::int32_t>(index)});
  return made;
}

struct Tally {
  std::uint64_t by_kind[3] = {};
  std::uint64_t immediate = 0;
  std::uint64_t market = 0;
  std::uint64_t executions = 0;
  std::uint64_t refusals = 0;
  std::uint64_t cancels_done = 0;
};

class World {
 public:
  World(const FlowConfig& config, std::uint32_t count)
      : flow(config, instruments(count)),
        matcher({.maximum_orders = 1u << 16,
                 .maximum_levels = 1u << 14,
                 .maximum_locate = static_cast<std::uint16_t>(count),
                 .maximum_order_quantity = 1'000'000},
                venue::ReplaceProfile::reduce_keeps_priority) {
    for (std::uint32_t index = 0; index < count; ++index) matcher.add_instrument(static_cast<std::uint16_t>(index + 1), first_id + index);
  }

  // Runs the next command whenever it is due; returns it.
  FlowCommand step() {
    const auto command = flow.next(flow.next_time());
    REQUIRE(command.has_value());
    ++tally.by_kind[static_cast<std::size_t>(command->kind)];
    if (command->order_type == order_entry::OrderType::market) ++tally.market;
    else if (command->time_in_force == order_entry::TimeInForce::immediate_or_cancel) ++tally.immediate;
    events_.clear();
    matcher.apply(sequencer_.sequence(translated(*command), command->intended_time), events_);
    for (const venue::MatchEvent& event : events_.events()) note(event);
    return *command;
  }

  void note(const venue::MatchEvent& event) {
    using venue::MatchEventKind;
    const std::uint64_t order = event.original_cl_ord_id != 0 ? event.original_cl_ord_id : event.cl_ord_id;
    switch (event.kind) {
      case MatchEventKind::accepted: return flow.on_accepted(event.cl_ord_id);
      case MatchEventKind::executed:
        ++tally.executions;
        flow.on_executed(event.cl_ord_id, event.quantity, event.leaves);
        return flow.on_executed(event.taker_cl_ord_id, event.quantity, event.taker_leaves);
      case MatchEventKind::canceled: ++tally.cancels_done; return flow.on_canceled(order);
      case MatchEventKind::replaced: return flow.on_replaced(event.cl_ord_id, event.original_cl_ord_id, event.price, event.leaves);
      case MatchEventKind::rejected: ++tally.refusals; return flow.on_rejected(event.cl_ord_id);
      case MatchEventKind::cancel_rejected: ++tally.refusals; return flow.on_cancel_rejected(event.original_cl_ord_id, true);
      default: return;
    }
  }

  OrderFlow flow;
  venue::Matcher matcher;
  Tally tally;

 private:
  static venue::Command translated(const FlowCommand& from) {
    venue::Command command;
    command.cl_ord_id = from.cl_ord_id;
    command.original_cl_ord_id = from.original_cl_ord_id;
    command.session = session;
    command.account = from.account;
    command.price = from.price;
    command.quantity = from.quantity;
    command.locate = static_cast<std::uint16_t>(from.instrument_id - first_id + 1);
    command.instrument_id = from.instrument_id;
    command.side = from.side;
    command.order_type = from.order_type;
    command.time_in_force = from.time_in_force;
    command.kind = from.kind == FlowKind::new_order       ? venue::CommandKind::new_order
                   : from.kind == FlowKind::replace_order ? venue::CommandKind::replace_order
                                                          : venue::CommandKind::cancel_order;
    return command;
  }

  venue::Sequencer sequencer_;
  venue::MatchEventBuffer events_{1u << 16};
};

bool same(const FlowCommand& a, const FlowCommand& b) {
  return a.intended_time == b.intended_time && a.cl_ord_id == b.cl_ord_id && a.original_cl_ord_id == b.original_cl_ord_id &&
         a.instrument_id == b.instrument_id && a.account == b.account && a.price == b.price && a.quantity == b.quantity &&
         a.kind == b.kind && a.side == b.side && a.order_type == b.order_type && a.time_in_force == b.time_in_force &&
         a.seeding == b.seeding;
}

std::size_t differences(std::uint64_t seed_a, std::uint64_t seed_b, std::size_t commands) {
  World a({.seed = seed_a}, 5);
  World b({.seed = seed_b}, 5);
  std::size_t different = 0;
  for (std::size_t at = 0; at < commands; ++at) different += same(a.step(), b.step()) ? 0 : 1;
  return different;
}

}  // namespace

TEST("random: a seed gives the same sequence, and draws stay in range") {
  Random a(7);
  Random b(7);
  Random c(8);
  std::size_t different = 0;
  for (int draw = 0; draw < 1000; ++draw) {
    const std::uint64_t value = a.next();
    CHECK_EQ(value, b.next());
    different += value != c.next() ? 1 : 0;
  }
  CHECK(different > 990);
  std::array<std::uint32_t, 10> seen{};
  double total = 0;
  for (int draw = 0; draw < 100'000; ++draw) {
    ++seen[a.below(10)];
    total += a.exponential(5.0);
    const double unit = a.unit();
    CHECK(unit >= 0 && unit < 1);
  }
  for (const std::uint32_t count : seen) CHECK(count > 9'500 && count < 10'500);
  CHECK(total / 100'000 > 4.9 && total / 100'000 < 5.1);
}

TEST("order flow: the same seed and reports give the same commands, another seed does not") {
  CHECK_EQ(differences(42, 42, 20'000), 0u);
  CHECK(differences(42, 43, 1'000) > 500);
}

TEST("order flow: commands are due on a schedule that neither waits nor hurries") {
  const FlowConfig config{.rate_per_second = 10'000, .seeding_orders_per_side = 0};
  World late(config, 3);
  late.flow.start(1'000'000'000);
  CHECK_EQ(late.flow.next_time(), 1'000'000'000u);
  CHECK(!late.flow.next(999'999'999).has_value());

  World prompt(config, 3);
  prompt.flow.start(1'000'000'000);
  std::uint64_t last = 0;
  for (int at = 0; at < 50'000; ++at) {
    const auto much_later = late.flow.next(1'000'000'000'000);  // however late it is asked, the intended times are the same
    const FlowCommand on_time = prompt.step();
    REQUIRE(much_later.has_value());
    REQUIRE_EQ(much_later->intended_time, on_time.intended_time);
    REQUIRE(on_time.intended_time >= last);
    last = on_time.intended_time;
  }
  const double seconds = static_cast<double>(last - 1'000'000'000) / 1e9;
  CHECK(seconds > 4.9 && seconds < 5.1);
}

TEST("order flow: seeding makes every book two-sided, at its own pace, before anything is measured") {
  World world({.seeding_rate_per_second = 1000, .seeding_orders_per_side = 10}, 20);
  world.flow.start(0);
  FlowCommand last;
  for (int at = 0; at < 400; ++at) {
    CHECK(world.flow.seeding());
    last = world.step();
    CHECK(last.seeding);
    CHECK(last.kind == FlowKind::new_order);
  }
  CHECK(!world.flow.seeding());
  CHECK_EQ(last.intended_time, 399'000'000u);
  CHECK_EQ(world.tally.executions, 0u);
  for (std::uint16_t locate = 1; locate <= 20; ++locate) CHECK_EQ(world.matcher.order_count(locate), 20u);
  CHECK(!world.step().seeding);
}

TEST("order flow: books stay two-sided with 20 to 40 orders, and everything happens in them") {
  World world({.seed = 3}, 10);
  while (world.flow.seeding()) world.step();
  constexpr int commands = 200'000;
  const Tally before = world.tally;
  std::uint64_t last_id = 0;
  std::uint64_t live_total = 0;
  std::uint32_t broken = 0;  // one check per run, not per command: a broken flow breaks everywhere
  for (int at = 0; at < commands; ++at) {
    const FlowCommand command = world.step();
    broken += command.cl_ord_id > last_id ? 0 : 1;
    broken += command.kind == FlowKind::cancel_order || command.quantity > 0 ? 0 : 1;
    last_id = command.cl_ord_id;
    const std::uint32_t index = command.instrument_id - first_id;
    const std::uint32_t bids = world.flow.open_orders(index, order_entry::Side::buy);
    const std::uint32_t asks = world.flow.open_orders(index, order_entry::Side::sell);
    broken += bids >= 1 && asks >= 1 && bids + asks <= 40 ? 0 : 1;
    broken += bids + asks == world.matcher.order_count(static_cast<std::uint16_t>(index + 1)) ? 0 : 1;
    live_total += bids + asks;
  }
  CHECK_EQ(broken, 0u);
  const double live_mean = static_cast<double>(live_total) / commands;
  CHECK(live_mean >= 20 && live_mean <= 40);
  const auto share = [&](std::uint64_t count) { return static_cast<double>(count) / commands; };
  CHECK(share(world.tally.by_kind[0] - before.by_kind[0]) > 0.45);
  CHECK(share(world.tally.by_kind[1] - before.by_kind[1]) > 0.08);
  CHECK(share(world.tally.by_kind[2] - before.by_kind[2]) > 0.15);
  CHECK(share(world.tally.immediate - before.immediate) > 0.08);
  CHECK(share(world.tally.market - before.market) > 0.02);
  CHECK(share(world.tally.executions - before.executions) > 0.15);
  CHECK_EQ(world.tally.refusals, 0u);
  CHECK_EQ(world.flow.table_full_count(), 0u);
  CHECK_EQ(world.matcher.check_invariants(), "");
  for (std::size_t index = 0; index < 10; ++index) {
    const std::int32_t away = world.flow.fair_price(index) - (1'000'000 + 50'000 * static_cast<std::int32_t>(index));
    CHECK(away > -100 * tick && away < 100 * tick);
  }
}

TEST("order flow: with no report ever heard it keeps its schedule and its table") {
  OrderFlow flow({.rate_per_second = 1e6}, instruments(2));
  std::uint64_t last_id = 0;
  for (int at = 0; at < 10'000; ++at) {
    const auto command = flow.next(flow.next_time());
    REQUIRE(command.has_value());
    CHECK(command->cl_ord_id > last_id);
    last_id = command->cl_ord_id;
  }
  CHECK(flow.open_orders() <= 1024);
  CHECK(flow.table_full_count() > 0);
}

TEST("order flow: reports of unknown, finished or foreign orders change nothing") {
  OrderFlow flow({.seeding_orders_per_side = 1}, instruments(1));
  const std::uint64_t id = flow.next(0)->cl_ord_id;
  flow.on_accepted(id);
  flow.on_canceled(id);
  CHECK_EQ(flow.open_orders(), 0u);
  flow.on_canceled(id);
  flow.on_executed(id, 100, 0);
  flow.on_accepted(~std::uint64_t{0});
  flow.on_replaced(id + 1, id, 100, 100);
  flow.on_cancel_rejected(id, true);
  flow.on_rejected(0);
  CHECK_EQ(flow.open_orders(), 0u);
}

TEST("order flow: a row is not used again while others are free") {
  OrderFlow flow({.seeding_orders_per_side = 100}, instruments(1));
  std::uint64_t last_row = ~std::uint64_t{0};
  while (flow.seeding()) {
    const std::uint64_t id = flow.next(flow.next_time())->cl_ord_id;
    CHECK(last_row != (id & OrderFlow::row_mask));
    last_row = id & OrderFlow::row_mask;
    flow.on_rejected(id);
  }
  CHECK_EQ(flow.open_orders(), 0u);
  CHECK_EQ(last_row, 199u);
}

TEST("order flow: a refused cancel leaves the order to be changed again") {
  OrderFlow flow({.seeding_orders_per_side = 12, .orders_high = 4}, instruments(1));
  std::vector<std::uint64_t> live;
  while (flow.seeding()) live.push_back(flow.next(flow.next_time())->cl_ord_id);
  for (const std::uint64_t id : live) flow.on_accepted(id);
  for (int at = 0; at < 100; ++at) {
    const auto command = flow.next(flow.next_time());
    CHECK(command->kind == FlowKind::cancel_order);
    flow.on_cancel_rejected(command->original_cl_ord_id, false);
  }
  CHECK_EQ(flow.open_orders(), 24u);
}
