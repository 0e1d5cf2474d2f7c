// The load's duty cycle over a clock moved by hand and a venue that answers when the test says so.
#include "engine/load_pump.hpp"

#include <vector>

#include "core/telemetry_region.hpp"
#include "net/order_entry_wire.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using namespace hopwire::engine;
using counters::Counter;
using hops::Hop;

namespace {

struct ManualClock {
  std::uint64_t nanoseconds = 1'000'000'000;
  std::uint64_t now() const noexcept { return nanoseconds; }
  std::uint64_t wall() const noexcept { return 1'700'000'000'000'000'000 + nanoseconds; }
};

struct Sent {
  std::uint16_t template_id = 0;
  std::uint64_t cl_ord_id = 0;
  std::uint64_t original_cl_ord_id = 0;
};

class FakeSession {
 public:
  std::uint64_t next_sequence() const noexcept { return sent.size() + 1; }
  std::uint64_t last_processed() const noexcept { return 0; }

  bool send(std::span<const std::byte> frame) {
    if (blocked) return false;
    const net::Message message = net::read_message(frame);
    REQUIRE(message.status == net::MessageStatus::ok);
    Sent made{.template_id = message.template_id};
    if (message.template_id == order_entry::NewOrderView::template_id) {
      made.cl_ord_id = order_entry::NewOrderView(message.block).cl_ord_id();
    } else if (message.template_id == order_entry::ReplaceOrderView::template_id) {
      made.cl_ord_id = order_entry::ReplaceOrderView(message.block).cl_ord_id();
      made.original_cl_ord_id = order_entry::ReplaceOrderView(message.block).orig_cl_ord_id();
    } else {
      made.cl_ord_id = order_entry::CancelOrderView(message.block).cl_ord_id();
      made.original_cl_ord_id = order_entry::CancelOrderView(message.block).orig_cl_ord_id();
    }
    CHECK_EQ(order_entry::NewOrderView(message.block).header().sequence_number(), next_sequence());
    sent.push_back(made);
    return true;
  }

  void flush() noexcept { ++flushes; }

  template <class Handler>
  std::size_t poll(Handler&& handler) {
    const std::size_t count = reports.size();
    for (const feed::ExecutionReport& report : reports) handler(report);
    reports.clear();
    return count;
  }

  // Answers every request from `from` on as a quiet venue does: orders rest, cancels and replaces succeed.
  void answer_from(std::size_t from) {
    for (std::size_t at = from; at < sent.size(); ++at) {
      feed::ExecutionReport report;
      report.cl_ord_id = sent[at].cl_ord_id;
      report.original_cl_ord_id = sent[at].original_cl_ord_id;
      report.leaves = 100;
      report.price = 1'000'000;
      report.kind = sent[at].template_id == order_entry::NewOrderView::template_id       ? feed::ReportKind::accepted
                    : sent[at].template_id == order_entry::ReplaceOrderView::template_id ? feed::ReportKind::replaced
                                                                                         : feed::ReportKind::canceled;
      reports.push_back(report);
    }
  }

  std::vector<Sent> sent;
  std::vector<feed::ExecutionReport> reports;
  std::size_t flushes = 0;
  bool blocked = false;
};

struct World {
  explicit World(sim::FlowConfig config, double seconds = 0)
      : flow(config, std::vector<sim::FlowInstrument>{{1001, 1'000'000}, {1002, 500'000}}), pump(session, flow, telemetry.recorder(), clock, seconds) {
    pump.start();
  }
  double counted(Counter counter) { return telemetry.recorder().value(counter); }
  double recorded(Hop hop) { return telemetry.recorder().columns().histogram_total[static_cast<std::size_t>(hop)]; }
  double largest(Hop hop) { return telemetry.recorder().columns().histogram_max[static_cast<std::size_t>(hop)]; }
  // To each next intended time in turn, answering `answer_after` later; at most `turns` commands.
  void run(std::size_t turns, std::uint64_t answer_after) {
    for (std::size_t at = 0; at < turns && pump.next_time() != decltype(pump)::never; ++at) {
      if (pump.next_time() > clock.nanoseconds) clock.nanoseconds = pump.next_time();
      const std::size_t before = session.sent.size();
      pump.turn();
      clock.nanoseconds += answer_after;
      session.answer_from(before);
      pump.turn();
    }
  }

  core::TscClock tsc{0.001};
  core::TelemetryMemory telemetry{tsc};
  ManualClock clock;
  FakeSession session;
  sim::OrderFlow flow;
  LoadPump<FakeSession, ManualClock> pump;
};

constexpr sim::FlowConfig unseeded{.rate_per_second = 1000, .seeding_orders_per_side = 0};

}  // namespace

TEST("load: nothing leaves before it is due, and what is due leaves at once") {
  World world(unseeded);
  CHECK(world.pump.turn());
  CHECK_EQ(world.session.sent.size(), 1u);
  CHECK(!world.pump.turn());
  world.clock.nanoseconds = world.pump.next_time() - 1;
  CHECK(!world.pump.turn());
  world.clock.nanoseconds += 1;
  CHECK(world.pump.turn());
  CHECK_EQ(world.session.sent.size(), 2u);
  CHECK_EQ(world.counted(Counter::intended_sends), 2.0);
  CHECK_EQ(world.counted(Counter::late_sends), 0.0);
  CHECK_EQ(world.largest(Hop::sender_lateness), 0.0);
}

TEST("load: a sender that was away sends everything that was due and says how late") {
  World world(unseeded);
  world.pump.turn();
  world.clock.nanoseconds += 100'000'000;  // about 100 commands become due
  while (world.pump.turn()) {
  }
  CHECK(world.session.sent.size() > 60 && world.session.sent.size() < 140);
  CHECK_EQ(world.counted(Counter::intended_sends), static_cast<double>(world.session.sent.size()));
  CHECK(world.counted(Counter::late_sends) > 50);
  CHECK(world.session.flushes <= world.session.sent.size() / 10);  // a burst is a few system calls
  CHECK(world.largest(Hop::sender_lateness) > 90e6);
}

TEST("load: latency counts from the intended time, not from the send") {
  World world(unseeded);
  world.clock.nanoseconds += 5'000'000;  // the first command leaves 5 ms late
  world.pump.turn();
  world.clock.nanoseconds += 20'000;
  world.session.answer_from(0);
  world.pump.turn();
  CHECK_EQ(world.recorded(Hop::order_to_ack), static_cast<double>(world.session.sent.size()));
  CHECK_EQ(world.largest(Hop::order_to_ack), 5'020'000.0);
  CHECK_EQ(world.pump.outstanding(), 0u);
}

TEST("load: the first report about a request is its acknowledgement, later ones are not measured") {
  World world(unseeded);
  world.pump.turn();
  world.session.answer_from(0);
  feed::ExecutionReport execution;
  execution.kind = feed::ReportKind::executed;
  execution.cl_ord_id = world.session.sent[0].cl_ord_id;
  execution.quantity = 100;
  execution.leaves = 0;
  world.session.reports.push_back(execution);
  world.pump.turn();
  CHECK_EQ(world.recorded(Hop::order_to_ack), 1.0);
  CHECK_EQ(world.counted(Counter::fills), 1.0);
  CHECK_EQ(world.counted(Counter::filled_quantity), 100.0);
  CHECK_EQ(world.flow.open_orders(), 0u);
}

TEST("load: a session that takes nothing delays no schedule") {
  World world(unseeded);
  world.session.blocked = true;
  CHECK(!world.pump.turn());
  world.clock.nanoseconds += 50'000'000;
  CHECK(!world.pump.turn());
  CHECK(world.counted(Counter::send_would_block) >= 2);
  world.session.blocked = false;
  while (world.pump.turn()) {
  }
  CHECK_EQ(world.largest(Hop::sender_lateness) >= 50e6, true);
  std::uint64_t last = 0;
  for (const Sent& sent : world.session.sent) {
    CHECK(sent.cl_ord_id > last);
    last = sent.cl_ord_id;
  }
}

TEST("load: seeding is sent but not measured") {
  World world({.rate_per_second = 1000, .seeding_orders_per_side = 5});
  CHECK(world.pump.phase() == LoadPhase::seeding);
  world.run(20, 1000);
  CHECK_EQ(world.session.sent.size(), 20u);
  CHECK_EQ(world.counted(Counter::orders_sent), 20.0);
  CHECK_EQ(world.counted(Counter::orders_accepted), 20.0);
  CHECK_EQ(world.counted(Counter::intended_sends), 0.0);
  CHECK_EQ(world.recorded(Hop::order_to_ack), 0.0);
  world.run(10, 1000);
  CHECK(world.pump.phase() == LoadPhase::running);
  CHECK_EQ(world.counted(Counter::intended_sends), 10.0);
  CHECK_EQ(world.recorded(Hop::order_to_ack), 10.0);
}

TEST("load: a run of given length sends what falls into it, drains and is done") {
  World world(unseeded, 2.0);
  world.run(10'000, 0);
  CHECK(world.session.sent.size() > 1800 && world.session.sent.size() < 2200);
  world.clock.nanoseconds += 2'000'000'000;
  world.pump.turn();
  world.pump.turn();
  CHECK(world.pump.phase() == LoadPhase::done);
  CHECK_EQ(world.pump.next_time(), decltype(world.pump)::never);
  CHECK_EQ(world.pump.outstanding(), 0u);
}

TEST("load: stop sends nothing more, waits for answers, but not for ever") {
  World world(unseeded);
  world.run(10, 0);
  world.pump.turn();
  world.clock.nanoseconds = world.pump.next_time();
  world.pump.turn();  // one without an answer
  const std::size_t sent = world.session.sent.size();
  world.pump.stop();
  world.clock.nanoseconds += 500'000'000;
  world.pump.turn();
  CHECK(world.pump.phase() == LoadPhase::draining);
  CHECK_EQ(world.pump.outstanding(), 1u);
  world.clock.nanoseconds += 600'000'000;
  world.pump.turn();
  CHECK(world.pump.phase() == LoadPhase::done);
  CHECK_EQ(world.session.sent.size(), sent);
}

TEST("load: commands a stopped sender never sent count as late") {
  World world(unseeded);
  world.session.blocked = true;
  world.pump.turn();
  world.clock.nanoseconds += 100'000'000;
  world.pump.stop();
  CHECK(world.session.sent.empty());
  CHECK(world.counted(Counter::late_sends) > 60);
  CHECK_EQ(world.counted(Counter::late_sends), world.counted(Counter::intended_sends));
}
