// Why: order flow is only a fair test of a venue when its sends do not wait for the venue's answers, and when each latency counts from
// the moment the order should have left. What: the duty cycle of the simulated participants: what is due goes out, reports come in and
// are told to the flow, latencies are recorded from intended times. Owner: one thread. Session and clock come in, so that a test drives
// it without a socket.
//
// A command that the session does not take (the kernel's buffer is full) stays first in line; its lateness goes on counting from when it
// was due, and so does everything behind it. Seeding commands are sent on the same schedule but not measured.
//
// What can go wrong: reports that never come leave orders outstanding; draining ends after a grace time all the same.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "core/hop_recorder.hpp"
#include "generated/order_entry.hpp"
#include "sim/flow_encoder.hpp"
#include "sim/order_flow.hpp"
#include "tick_to_trade/7_wire_out/execution_report.hpp"

namespace hopwire::engine {

enum class LoadPhase : std::uint8_t { seeding, running, draining, done };

// now(): ns on a clock that neither steps nor is slewed; wall(): ns since the UNIX epoch.
template <class Clock>
concept LoadClock = requires(const Clock clock) {
  { clock.now() } -> std::convertible_to<std::uint64_t>;
  { clock.wall() } -> std::convertible_to<std::uint64_t>;
};

template <class Session, LoadClock Clock>
class LoadPump {
 public:
  static constexpr std::uint64_t late_ns = 1'000'000;
  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();
  static constexpr std::size_t sends_per_turn = 32;  // then reports are read: they must not pile up behind a burst
  static constexpr std::uint64_t grace_ns = 1'000'000'000;

  // seconds: how long the measured phase lasts; 0 = until stop().
  LoadPump(Session& session, sim::OrderFlow& flow, core::HopRecorder& recorder, const Clock& clock, double seconds)
      : session_(session), flow_(flow), recorder_(recorder), clock_(clock), seconds_(seconds), awaited_(flow.rows()) {}

  void start() noexcept {
    flow_.start(clock_.now());
    if (!flow_.seeding()) begin_measuring();
  }

  // Nothing new is sent from now on. What is already late and was never sent counts as late: leaving it out would flatter the run.
  void stop() noexcept {
    if (phase_ != LoadPhase::seeding && phase_ != LoadPhase::running) return;
    const std::uint64_t now = clock_.now();
    if (held_ && !held_->seeding && now > held_->intended_time + late_ns) count_unsent();
    while (now > late_ns) {
      const auto unsent = flow_.next(now - late_ns);
      if (!unsent) break;
      if (!unsent->seeding) count_unsent();
    }
    begin_draining();
  }

  // One duty cycle. True when there was work.
  bool turn() noexcept {
    const std::size_t sent = phase_ == LoadPhase::seeding || phase_ == LoadPhase::running ? send_due() : 0;
    const std::size_t heard = session_.poll([this](const feed::ExecutionReport& report) { on_report(report); });
    if (phase_ == LoadPhase::draining && (outstanding_ == 0 || clock_.now() >= drain_deadline_)) phase_ = LoadPhase::done;
    return sent + heard != 0;
  }

  // When the next command is due; never when nothing more will be sent.
  [[nodiscard]] std::uint64_t next_time() const noexcept {
    if (phase_ == LoadPhase::draining || phase_ == LoadPhase::done) return never;
    return held_ ? held_->intended_time : flow_.next_time();
  }

  [[nodiscard]] LoadPhase phase() const noexcept { return phase_; }
  [[nodiscard]] std::uint64_t outstanding() const noexcept { return outstanding_; }

 private:
  using Counter = counters::Counter;
  using Hop = hops::Hop;

  // The request of a row of the flow's table that has no answer yet. A row has at most one.
  struct Awaited {
    std::uint64_t cl_ord_id = 0;
    std::uint64_t intended_time = 0;
    bool measured = false;
  };

  std::size_t send_due() noexcept {
    std::size_t sent = 0;
    for (; sent < sends_per_turn; ++sent) {
      if (!held_ && !take_next()) break;
      if (!send(*held_)) break;
      held_.reset();
    }
    if (sent != 0) session_.flush();
    return sent;
  }

  // The next due command into held_; false when none is due or the measured time is over.
  bool take_next() noexcept {
    if (phase_ == LoadPhase::seeding && !flow_.seeding()) begin_measuring();
    if (flow_.next_time() >= end_time_) {
      if (clock_.now() >= end_time_) begin_draining();
      return false;
    }
    held_ = flow_.next(clock_.now());
    return held_.has_value();
  }

  bool send(const sim::FlowCommand& command) noexcept {
    std::array<std::byte, sim::largest_flow_frame> frame;
    const sim::FlowStamp stamp{
        .sequence = session_.next_sequence(), .last_processed = session_.last_processed(), .sending_time = clock_.wall()};
    const std::size_t length = sim::encode(command, stamp, frame.data());
    const std::uint64_t now = clock_.now();
    if (!session_.send(std::span<const std::byte>(frame.data(), length))) {
      recorder_.add(Counter::send_would_block);
      return false;
    }
    count(command);
    if (!command.seeding) record_lateness(now > command.intended_time ? now - command.intended_time : 0);
    Awaited& awaited = awaited_[command.cl_ord_id & sim::OrderFlow::row_mask];
    if (awaited.cl_ord_id == 0) ++outstanding_;
    awaited = {command.cl_ord_id, command.intended_time, !command.seeding};
    return true;
  }

  void count(const sim::FlowCommand& command) noexcept {
    switch (command.kind) {
      case sim::FlowKind::new_order: return recorder_.add(Counter::orders_sent);
      case sim::FlowKind::replace_order: return recorder_.add(Counter::replaces_sent);
      case sim::FlowKind::cancel_order: return recorder_.add(Counter::cancels_sent);
    }
  }

  void record_lateness(std::uint64_t lateness) noexcept {
    recorder_.record_nanoseconds(Hop::sender_lateness, lateness);
    recorder_.add(Counter::intended_sends);
    if (lateness > late_ns) recorder_.add(Counter::late_sends);
  }

  void count_unsent() noexcept {
    recorder_.add(Counter::intended_sends);
    recorder_.add(Counter::late_sends);
  }

  void on_report(const feed::ExecutionReport& report) noexcept {
    settle(report.cl_ord_id);
    const std::uint64_t order = report.original_cl_ord_id != 0 ? report.original_cl_ord_id : report.cl_ord_id;
    switch (report.kind) {
      case feed::ReportKind::accepted:
        recorder_.add(Counter::orders_accepted);
        return flow_.on_accepted(report.cl_ord_id);
      case feed::ReportKind::executed:
        recorder_.add(Counter::fills);
        recorder_.add(Counter::filled_quantity, report.quantity);
        return flow_.on_executed(report.cl_ord_id, report.quantity, report.leaves);
      case feed::ReportKind::canceled:
        return report.leaves == 0 ? flow_.on_canceled(order) : flow_.on_decremented(order, report.leaves);
      case feed::ReportKind::replaced: return flow_.on_replaced(report.cl_ord_id, report.original_cl_ord_id, report.price, report.leaves);
      case feed::ReportKind::rejected:
        recorder_.add(Counter::orders_rejected);
        return flow_.on_rejected(report.cl_ord_id);
      case feed::ReportKind::cancel_rejected: {
        const auto unknown = static_cast<std::uint16_t>(order_entry::RejectReason::unknown_order);
        return flow_.on_cancel_rejected(report.original_cl_ord_id, report.reason == unknown);
      }
      case feed::ReportKind::refreshed:
      case feed::ReportKind::triggered:
      case feed::ReportKind::self_trade_prevented:
      case feed::ReportKind::mass_canceled:
      case feed::ReportKind::mass_quoted:
      case feed::ReportKind::protection:
      case feed::ReportKind::purged:
      case feed::ReportKind::unlocked: return;
    }
  }

  // The first report that names a request is its acknowledgement, whatever it says.
  void settle(std::uint64_t cl_ord_id) noexcept {
    const std::uint64_t row = cl_ord_id & sim::OrderFlow::row_mask;
    if (cl_ord_id == 0 || row >= awaited_.size() || awaited_[row].cl_ord_id != cl_ord_id) return;
    Awaited& awaited = awaited_[row];
    if (awaited.measured) {
      const std::uint64_t now = clock_.now();
      recorder_.record_nanoseconds(Hop::order_to_ack, now > awaited.intended_time ? now - awaited.intended_time : 0);
    }
    awaited = {};
    --outstanding_;
  }

  void begin_measuring() noexcept {
    phase_ = LoadPhase::running;
    if (seconds_ > 0) end_time_ = flow_.next_time() + static_cast<std::uint64_t>(seconds_ * 1e9);
  }

  void begin_draining() noexcept {
    phase_ = LoadPhase::draining;
    drain_deadline_ = clock_.now() + grace_ns;
    held_.reset();
  }

  Session& session_;
  sim::OrderFlow& flow_;
  core::HopRecorder& recorder_;
  const Clock& clock_;
  double seconds_;
  std::vector<Awaited> awaited_;
  std::optional<sim::FlowCommand> held_;
  std::uint64_t end_time_ = never;
  std::uint64_t drain_deadline_ = 0;
  std::uint64_t outstanding_ = 0;
  LoadPhase phase_ = LoadPhase::seeding;
};

}  // namespace hopwire::engine
