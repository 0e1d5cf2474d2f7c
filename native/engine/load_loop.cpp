// The thread of the simulated participants: when it looks, sleeps and beats, and which end of its session is a failure.
#include "engine/load_loop.hpp"

#include <sys/prctl.h>

#include <algorithm>

#include "core/affinity.hpp"

namespace hopwire::engine {
namespace {

constexpr std::uint64_t housekeeping_interval_ns = 20'000'000;
// How long before a send the sleeper asks to be woken; what is left is polled. A sender that polls takes the core from the very loops
// that will have its order to handle: with 60 us here, packets waited 90 us (p50) for a trader on the same two cores.
constexpr std::uint64_t wake_early_ns = 4'000;
// Bounds how long a stop or a heartbeat waits for a sleeper.
constexpr std::uint64_t longest_sleep_ns = 2'000'000;
// Without this the kernel may add 50 us to every sleep.
constexpr unsigned long timer_slack_ns = 1'000;

}  // namespace

sim::FlowConfig LoadLoop::continued(sim::FlowConfig flow, std::uint64_t last_cl_ord_id) noexcept {
  flow.first_cl_ord_id_counter = std::max(flow.first_cl_ord_id_counter, (last_cl_ord_id >> sim::OrderFlow::row_bits) + 1);
  return flow;
}

LoadLoop::LoadLoop(const LoadConfig& config)
    : config_(config),
      steady_(clock_),
      telemetry_(config.name, clock_),
      session_(config.session, clock_),
      pump_session_(session_),
      idle_(core::Idle::choose(config.idle, config.busy_loops, core::available_cores()).mode) {
  const unsigned cores = core::available_cores();
  telemetry_.recorder().set_idle(core::Idle::choose(config.idle, config.busy_loops, cores), config.busy_loops, cores);
  session_.connect();
  telemetry_.recorder().add(counters::Counter::sessions_established);
  flow_.emplace(continued(config.flow, session_.last_cl_ord_id()), config.instruments);
  pump_.emplace(pump_session_, *flow_, telemetry_.recorder(), steady_, config.seconds);
}

void LoadLoop::start() {
  thread_ = std::thread([this] { run(); });
}

void LoadLoop::close() noexcept {
  stop();
  close_wanted_.store(true, std::memory_order_release);
  if (thread_.joinable()) thread_.join();
  session_.close();
  telemetry_.close();
}

LoadStatus LoadLoop::status() const noexcept {
  return {phase_.load(std::memory_order_acquire), outstanding_.load(std::memory_order_relaxed),
          open_orders_.load(std::memory_order_relaxed)};
}

void LoadLoop::run() noexcept {
  if (config_.core >= 0) (void)core::pin_thread(config_.core);
  (void)::prctl(PR_SET_TIMERSLACK, timer_slack_ns, 0, 0, 0);
  pump_->start();
  while (!close_wanted_.load(std::memory_order_acquire)) {
    if (stop_wanted_.load(std::memory_order_acquire)) pump_->stop();
    const bool worked = pump_->turn();
    if (!session_well()) break;
    const std::uint64_t now = steady_.now();
    if (now >= next_housekeeping_) housekeeping(now);
    rest(worked);
  }
  publish_status();
}

void LoadLoop::rest(bool worked) noexcept {
  if (worked || idle_.mode() == hops::IdleMode::spin) return idle_.poll_result(worked);
  const std::uint64_t now = steady_.now();
  const std::uint64_t due = pump_->next_time();
  const std::uint64_t wait = due > now ? due - now : 0;
  if (wait <= wake_early_ns) return idle_.poll_result(false);
  session_.sleep_readable(std::min(wait - wake_early_ns, longest_sleep_ns));
}

void LoadLoop::housekeeping(std::uint64_t now) noexcept {
  next_housekeeping_ = now + housekeeping_interval_ns;
  telemetry_.beat(core::monotonic_now());
  telemetry_.recorder().set_polls(idle_);
  telemetry_.recorder().add(counters::Counter::send_would_block, static_cast<double>(session_.take_would_block()));
  publish_status();
}

void LoadLoop::publish_status() noexcept {
  outstanding_.store(pump_->outstanding(), std::memory_order_relaxed);
  open_orders_.store(flow_->open_orders(), std::memory_order_relaxed);
  phase_.store(pump_->phase(), std::memory_order_release);
}

bool LoadLoop::session_well() noexcept {
  if (session_.established()) return true;
  telemetry_.recorder().add(counters::Counter::sessions_terminated);
  if (pump_->phase() == LoadPhase::seeding || pump_->phase() == LoadPhase::running) {
    const auto code = session_.termination_code();
    const bool said_so = session_.state() == feed::SessionState::terminated;
    if (!said_so && code == order_entry::TerminationCode::unspecified) {
      failure_ = "the connection was lost";
    } else {
      failure_ = (said_so ? "the venue ended it: " : "it was given up: ") + std::string(order_entry::to_string(code));
    }
    failed_.store(true, std::memory_order_release);
  }
  return false;
}

}  // namespace hopwire::engine
