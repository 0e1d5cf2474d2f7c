// Matcher with every pre-trade risk check on against risk off, in turns, 1 and 100 instruments, ns per command
//
// The mixed flow of match_mixed: adds, cancels, replaces, crossing orders; every sale is marked short, each session has its account. On:
// hard and soft limits of both kinds of row, message rate, and duplicates looked for among the last 64 orders of the account, a day back;
// all of them are asked and none is exceeded (quantities are of a thousand sizes, so that no order is like another), so that both do the
// same trades. Off is the plain path. What the difference holds: the checks, and the sums that are kept with every execution and cancel.
#include "harness/bench.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/event_rings.hpp"
#include "harness/mixed_flow.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace {

using namespace hopwire;
using venue::Command;
using venue::CommandKind;

constexpr std::size_t batch = 64;
constexpr std::uint64_t between_ns = 1000;  // commands: with eight accounts far below a million messages a second each
constexpr std::int64_t day = 86'400'000'000'000;
constexpr std::int64_t wide = (std::int64_t{1} << 53) - 1;

// Events are written in place and read after each batch. What traded and went must be the same with risk.
class TradedRing {
 public:
  TradedRing() : events_(capacity) {}
  venue::MatchEvent& next() noexcept { return events_[written_ % capacity]; }
  void commit() noexcept {
    if (++written_ - read_ == capacity) consume();
  }

  void consume() noexcept {
    for (; read_ != written_; ++read_) {
      const venue::MatchEvent& event = events_[read_ % capacity];
      refused_ += event.kind == venue::MatchEventKind::rejected || event.kind == venue::MatchEventKind::risk_warning;
      if (event.kind == venue::MatchEventKind::executed || event.kind == venue::MatchEventKind::canceled) hash_.add(event);
    }
  }
  [[nodiscard]] std::uint64_t take_hash() noexcept { return hash_.take(); }
  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

 private:
  static constexpr std::size_t capacity = 1024;

  std::vector<venue::MatchEvent> events_;
  std::uint64_t written_ = 0;
  std::uint64_t read_ = 0;
  std::uint64_t refused_ = 0;
  bench::EventHash hash_;
};

class Venue {
 public:
  Venue(const bench::MixedFlowOptions& options, bool is_risk_on)
      : matcher_(limits(options, is_risk_on), venue::ReplaceProfile::reduce_keeps_priority) {
    for (std::uint32_t row = 1; row <= options.instruments; ++row) matcher_.add_instrument(static_cast<std::uint16_t>(row), row);
    matcher_.touch(matcher_.maximum_orders());
    for (std::uint32_t account = 0; account < options.sessions; ++account) {
      for (std::uint32_t row = 0; row <= options.instruments; ++row) set_limits(account, static_cast<std::uint16_t>(row));
    }
  }

  // One round; time goes on from round to round.
  std::uint64_t run(bench::CommandList& commands) noexcept {
    for (std::size_t at = 0; at < commands.size(); at += batch) {
      const std::size_t end = std::min(at + batch, commands.size());
      for (std::size_t each = at; each < end; ++each) {
        commands[each].time = now_ += between_ns;
        matcher_.apply(commands[each], ring_);
      }
      ring_.consume();
    }
    return ring_.take_hash();
  }

  [[nodiscard]] const venue::Matcher& matcher() const { return matcher_; }
  [[nodiscard]] std::uint64_t refused() const { return ring_.refused(); }

 private:
  static venue::MatcherLimits limits(const bench::MixedFlowOptions& options, bool is_risk_on) {
    venue::MatcherLimits limits = bench::mixed_flow_limits(options);
    limits.is_risk_on = is_risk_on;
    return limits;
  }

  // Row 0: the account's own.
  void set_limits(std::uint32_t account, std::uint16_t row) {
    using order_entry::RiskLimit;
    const bool is_instruments = row != 0;
    const RiskLimit first = is_instruments ? RiskLimit::order_quantity : RiskLimit::gross_position;
    const RiskLimit last = is_instruments ? RiskLimit::open_quantity : RiskLimit::duplicate_window;
    for (auto value = static_cast<unsigned>(first); value <= static_cast<unsigned>(last); ++value) {
      const auto limit = static_cast<RiskLimit>(value);
      const bool is_rate = limit == RiskLimit::message_rate || limit == RiskLimit::message_burst;
      const std::int64_t most = is_rate ? 1'000'000 : limit == RiskLimit::duplicate_window ? day : wide;
      set_limit(account, row, limit, order_entry::LimitSeverity::hard, most);
      if (limit < RiskLimit::message_rate) set_limit(account, row, limit, order_entry::LimitSeverity::soft, wide - 1);
    }
  }

  void set_limit(std::uint32_t account, std::uint16_t row, order_entry::RiskLimit limit, order_entry::LimitSeverity severity,
                 std::int64_t value) {
    venue::SequencedCommand sequenced;
    Command& command = sequenced.command;
    command.kind = CommandKind::set_limits;
    command.account = account;
    command.locate = row;
    venue::RiskTerms terms{};
    terms.value = value;
    terms.limit = limit;
    terms.severity = severity;
    terms.of_instrument = row == 0 ? 0 : 1;
    terms.named = 1;
    command.risk = terms;
    command.mark_special_terms();
    matcher_.apply(sequenced, ring_);
  }

  venue::Matcher matcher_;
  TradedRing ring_;
  std::uint64_t now_ = 0;
};

void measure_flow(bench::Bench& bench, std::uint16_t instruments, std::size_t live_orders, const std::string& label) {
  const bench::MixedFlowOptions options{
      .seed = 20,
      .commands = bench.size(20'000, 2'000'000),
      .instruments = instruments,
      .live_orders = live_orders,
      .quantities_differ = true};
  const bench::MixedFlow flow(options);
  bench::CommandList commands = flow.commands();
  for (venue::SequencedCommand& each : commands) {
    Command& command = each.command;
    command.account = command.session;
    if (command.kind == CommandKind::new_order && command.side == order_entry::Side::sell) {
      command.flags = order_entry::OrderFlags{command.flags}.short_sale(true).bits;
    }
  }
  Venue off(options, false);
  Venue on(options, true);
  bench.fact("trades", static_cast<double>(flow.trades()));
  bench.fact("most_resting", static_cast<double>(flow.most_live()));
  bench.measure_in_turns(
      commands.size(), label + ", off", [&] { return off.run(commands); }, label + ", on", [&] { return on.run(commands); });
  for (const Venue* each : {&off, &on}) {
    if (const std::string fault = each->matcher().check_invariants(); !fault.empty()) bench.fail(fault);
    if (each->matcher().live_orders() != 0) bench.fail("the books are not empty after a round");
    if (each->refused() != 0) bench.fail("something was refused or warned of");
  }
}

}  // namespace

BENCH("match_risk") {
  bench.must_not_allocate();
  measure_flow(bench, 1, 10'000, "1 instrument");
  measure_flow(bench, 100, 50'000, "100 instruments");
}
