// Auctions: the opening uncross of 10 to 16,000 orders, and an imbalance message on them; ns per resulting event
//
// Before each round, outside the clock, every instrument is closed and called to its opening auction, and 64,000 orders are collected,
// their prices up to 100 ticks through the middle so that all of them trade. The round begins continuous trading in each instrument: the
// auction's price is found and its orders are paired. An operation is an event written into the ring and read: two for each order but the
// last of a longer pairing, one for the auction, one for the state. Finding a price costs in proportion to the orders there are, so an
// imbalance message, which is one event, is given for one order of the call.
#include "harness/bench.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "harness/event_rings.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace {

using namespace hopwire;
using order_entry::TradingState;
using venue::Command;
using venue::CommandKind;

constexpr std::int32_t middle = 1'000'000;
constexpr std::int32_t tick = 100;

void append(std::vector<venue::SequencedCommand>& commands, const Command& command) {
  commands.push_back({.sequence = commands.size() + 1, .time = 0, .command = command});
}

Command about(std::uint16_t locate, CommandKind kind) {
  Command command;
  command.kind = kind;
  command.locate = locate;
  command.instrument_id = locate;
  return command;
}

Command state(std::uint16_t locate, TradingState next) {
  Command command = about(locate, CommandKind::set_trading_state);
  command.operators = {.values = {}, .halt_reason = {}, .state = next};
  command.mark_special_terms();
  return command;
}

struct Calls {
  std::vector<venue::SequencedCommand> build;
  std::vector<venue::SequencedCommand> uncross;
  std::vector<venue::SequencedCommand> imbalance;
  std::size_t orders = 0;
};

// Each instrument collects `each` orders, half of them bids, of one to five round lots.
Calls calls(std::size_t total, std::size_t each) {
  Calls made;
  std::mt19937_64 random(7);
  Command gone;
  gone.kind = CommandKind::session_cancel;
  append(made.build, gone);
  std::uint64_t id = 0;
  for (std::uint16_t locate = 1; locate <= total / each; ++locate) {
    for (const TradingState next : {TradingState::closed, TradingState::pre_open, TradingState::opening_auction})
      append(made.build, state(locate, next));
    std::uint32_t left = 0;  // lots bid for and not yet offered; the last offers are as large as what is left
    for (std::size_t order = 0; order < each; ++order) {
      const bool is_bid = order % 2 == 0;
      Command command = about(locate, CommandKind::new_order);
      command.cl_ord_id = ++id;
      command.side = is_bid ? order_entry::Side::buy : order_entry::Side::sell;
      const auto through = static_cast<std::int32_t>(random() % 100) * tick;
      command.price = is_bid ? middle + through : middle - through;
      const auto lots = static_cast<std::uint32_t>(1 + random() % 5);
      const bool is_last = order + 1 == each;
      command.quantity = 100 * (is_bid ? lots : is_last || lots > left ? left : lots);
      left = is_bid ? left + lots : left - command.quantity / 100;
      if (command.quantity != 0) append(made.build, command);
      made.orders += command.quantity != 0 ? 1 : 0;
    }
    append(made.uncross, state(locate, TradingState::continuous));
    append(made.imbalance, about(locate, CommandKind::publish_imbalance));
    made.imbalance.back().command.mark_special_terms();
  }
  return made;
}

void measure(bench::Bench& bench, std::size_t total, std::size_t each) {
  const Calls made = calls(total, each);
  const auto instruments = static_cast<std::uint16_t>(made.uncross.size());
  venue::Matcher matcher({.maximum_orders = made.orders,
                          .maximum_levels = std::size_t{201} * instruments,
                          .maximum_locate = instruments,
                          .maximum_order_quantity = 100'000'000,
                          .maximum_sessions = 1},
                         venue::ReplaceProfile::reduce_keeps_priority);
  for (std::uint16_t locate = 1; locate <= instruments; ++locate) matcher.add_instrument(locate, locate);
  matcher.touch(matcher.maximum_orders());
  bench::ConsumedRing ring;
  const auto build = [&] {
    ring.run(matcher, made.build, false);
    if (matcher.live_orders() != made.orders) bench.fail("not all orders are collected before a round");
  };
  build();
  ring.run(matcher, made.uncross, false);
  const std::uint64_t events = ring.events_of_last_run();
  if (matcher.live_orders() != 0) bench.fail("the auctions leave orders");
  if (events < made.orders + 2 * made.uncross.size()) bench.fail("the auctions do not trade what they should");
  const std::string of = ", " + std::to_string(each) + " orders a call";
  bench.fact("events_per_order", static_cast<double>(events) / static_cast<double>(made.orders));
  bench.measure_prepared(events, build, [&] { return ring.run(matcher, made.uncross, false); }, "uncross" + of);
  build();
  bench.measure(made.orders, [&] { return ring.run(matcher, made.imbalance, false); }, "imbalance message" + of + ", an order");
}

}  // namespace

BENCH("auctions") {
  bench.must_not_allocate();
  const std::size_t total = bench.size(3'200, 64'000);
  for (const std::size_t each : {std::size_t{10}, total / 64, total / 4}) measure(bench, total, each);
}
