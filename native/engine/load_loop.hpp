// Why: simulated participants are a process of their own, with one thread that owns their session and their schedule. What: set-up, the
// thread, and a few cold words for those who start, watch and end it; the duty cycle itself is load_pump.hpp. Owns: the thread, the
// Telemetry region, the order-entry session.
//
// Life: constructed (connected and established; all set-up that can fail has failed by now) -> start() -> seeding -> running -> stop(),
// or the measured time is over: draining -> done: nothing is sent, reports are still read, orders stay in the books -> close():
// terminates the session and joins.
//
// Between two sends a yielding sender sleeps on its socket, so that it wakes for a report or shortly before the next intended time; a
// spinning one polls. What can go wrong while running: the venue ends the session or is gone -> failure(), unless nothing more was to be
// sent.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.hpp"
#include "core/idle.hpp"
#include "core/telemetry_region.hpp"
#include "engine/load_pump.hpp"
#include "sim/order_flow.hpp"
#include "tick_to_trade/7_wire_out/order_session.hpp"

namespace hopwire::engine {

struct LoadConfig {
  std::string name;  // of the region file
  feed::OrderSessionConfig session;
  std::vector<sim::FlowInstrument> instruments;
  sim::FlowConfig flow;  // first_cl_ord_id_counter is found at logon
  double seconds = 0;    // of the measured phase; 0 = until stop()
  std::string idle = "auto";
  unsigned busy_loops = 1;
  int core = -1;  // -1 = not pinned
};

struct LoadStatus {
  LoadPhase phase = LoadPhase::seeding;
  std::uint64_t outstanding = 0;  // requests without an answer
  std::uint64_t open_orders = 0;
};

class LoadLoop {
 public:
  // Connects and logs on. Throws NetworkError, SessionRefused or SystemError.
  explicit LoadLoop(const LoadConfig& config);
  ~LoadLoop() { close(); }
  LoadLoop(const LoadLoop&) = delete;
  LoadLoop& operator=(const LoadLoop&) = delete;

  void start();
  void stop() noexcept { stop_wanted_.store(true, std::memory_order_release); }
  // Idempotent.
  void close() noexcept;

  [[nodiscard]] LoadStatus status() const noexcept;
  // '' while all is well.
  [[nodiscard]] std::string failure() const { return failed_.load(std::memory_order_acquire) ? failure_ : std::string(); }
  [[nodiscard]] const std::string& telemetry_path() const noexcept { return telemetry_.path(); }

 private:
  class SteadyClock {
   public:
    explicit SteadyClock(const core::TscClock& clock) noexcept : clock_(clock), first_(core::Tsc::now()) {}
    [[nodiscard]] std::uint64_t now() const noexcept { return clock_.nanoseconds(core::Tsc::now() - first_); }
    [[nodiscard]] std::uint64_t wall() const noexcept { return core::realtime_now(); }

   private:
    const core::TscClock& clock_;
    std::uint64_t first_;
  };

  // The session as the pump wants it: frames gather in the send buffer and leave with one flush.
  class PumpSession {
   public:
    explicit PumpSession(feed::OrderSession& session) noexcept : session_(session) {}
    [[nodiscard]] std::uint64_t next_sequence() const noexcept { return session_.next_sequence(); }
    [[nodiscard]] std::uint64_t last_processed() const noexcept { return session_.last_processed(); }
    bool send(std::span<const std::byte> frame) noexcept {
      std::byte* room = session_.reserve(frame.size());
      if (room == nullptr) return false;
      std::copy(frame.begin(), frame.end(), room);
      session_.commit(frame.size());
      return true;
    }
    void flush() noexcept { (void)session_.flush(); }
    template <class Handler>
    std::size_t poll(Handler&& handler) noexcept {
      return session_.poll(core::Tsc::now(), handler);
    }

   private:
    feed::OrderSession& session_;
  };

  static sim::FlowConfig continued(sim::FlowConfig flow, std::uint64_t last_cl_ord_id) noexcept;

  void run() noexcept;
  void rest(bool worked) noexcept;
  void housekeeping(std::uint64_t now) noexcept;
  void publish_status() noexcept;
  // True when the session is up or its end is no failure.
  bool session_well() noexcept;

  LoadConfig config_;
  core::TscClock clock_;
  SteadyClock steady_;
  core::TelemetryRegion telemetry_;
  feed::OrderSession session_;
  PumpSession pump_session_;
  std::optional<sim::OrderFlow> flow_;
  std::optional<LoadPump<PumpSession, SteadyClock>> pump_;
  core::Idle idle_;
  std::uint64_t next_housekeeping_ = 0;
  std::atomic<LoadPhase> phase_{LoadPhase::seeding};
  std::atomic<std::uint64_t> outstanding_{0};
  std::atomic<std::uint64_t> open_orders_{0};
  std::atomic<bool> stop_wanted_{false};
  std::atomic<bool> close_wanted_{false};
  std::atomic<bool> failed_{false};
  std::string failure_;
  std::thread thread_;
};

}  // namespace hopwire::engine
