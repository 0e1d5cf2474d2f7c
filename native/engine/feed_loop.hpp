// Why: to watch a feed with the same hops a trader uses. What: one thread that runs the feed pipeline on a multicast group until the
// session ends, the time is up or somebody says stop, and keeps the books for questions afterwards.
//
// Owns: sockets, books, the telemetry region and, with a name, the Books region that other processes read while it runs. What can go
// wrong: set-up throws (region of a living process, port, route, memory). Afterwards trouble on the wire is counted, and a gap that never
// heals leaves the books stale, which the result says. Owner: the thread in run(). Progress is read by others; books and counters by
// others only when it has finished.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/affinity.hpp"
#include "core/clock.hpp"
#include "core/idle.hpp"
#include "core/region_file.hpp"
#include "core/telemetry_region.hpp"
#include "tick_to_trade/1_wire_in/socket_wire_in.hpp"
#include "tick_to_trade/feed_pipeline.hpp"

namespace hopwire::engine {

struct FeedConfig {
  std::string name{};                 // of the region files
  bool publish_books = false;         // make the Books region
  std::uint32_t rows = 65536;         // largest stock locate + 1
  std::uint32_t depth = 10;
  std::size_t maximum_orders = std::size_t{1} << 25;  // address space; memory follows use
  feed::SocketWireInConfig wire{};
  std::string idle = "auto";
  unsigned busy_loops = 1;
  std::uint64_t run_time = 0;         // ns; 0 = until the end of session or stop
};

// Written by the loop's thread a few times a second, read by anyone.
struct FeedProgress {
  std::atomic<std::uint64_t> packets{0};
  std::atomic<std::uint64_t> messages{0};
  std::atomic<std::uint64_t> gaps{0};
  std::atomic<std::uint64_t> heals{0};
  std::atomic<std::uint64_t> messages_lost{0};
  std::atomic<std::uint64_t> rerequests{0};
  std::atomic<std::uint64_t> next_sequence{0};
  std::atomic<std::uint64_t> known_end{0};
  std::atomic<bool> started{false};
  std::atomic<bool> stale{false};
  std::atomic<bool> finished{false};
};

class FeedLoop {
 public:
  using Pipeline = feed::FeedPipeline<feed::SocketWireIn>;

  explicit FeedLoop(const FeedConfig& config)
      : config_(config),
        wire_(config.wire, clock_),
        books_(limits_of(config)),
        telemetry_(config.name, clock_),
        idle_choice_(core::Idle::choose(config.idle, config.busy_loops, core::available_cores())),
        idle_(idle_choice_.mode) {
    if (config.publish_books) make_region();
    pipeline_.emplace(wire_, books_, telemetry_.recorder(), columns_ ? &*columns_ : nullptr, config.depth);
    telemetry_.recorder().set_idle(idle_choice_, config.busy_loops, core::available_cores());
  }

  void stop() noexcept { stop_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] const FeedProgress& progress() const noexcept { return progress_; }
  [[nodiscard]] const std::string& telemetry_path() const noexcept { return telemetry_.path(); }
  [[nodiscard]] std::string books_path() const { return region_ ? region_->path() : std::string(); }
  [[nodiscard]] core::IdleChoice idle() const noexcept { return idle_choice_; }

  void run() noexcept {
    const std::uint64_t started = core::monotonic_now();
    std::uint64_t next_housekeeping = 0;
    while (!stop_.load(std::memory_order_relaxed) && !pipeline_->ended()) {
      idle_.poll_result(pipeline_->poll() != 0);
      const std::uint64_t tsc = core::Tsc::now();
      if (tsc < next_housekeeping) continue;
      next_housekeeping = tsc + static_cast<std::uint64_t>(housekeeping_interval / clock_.nanoseconds_per_tick());
      housekeeping();
      if (config_.run_time != 0 && core::monotonic_now() - started >= config_.run_time) break;
    }
    housekeeping();
    telemetry_.close();
    if (region_) region_->close();
    progress_.finished.store(true, std::memory_order_release);
  }

  // Only once finished.
  [[nodiscard]] const feed::BookSet& books() const noexcept { return books_; }
  [[nodiscard]] const feed::MoldReceiver& receiver() const noexcept { return wire_.receiver(); }
  [[nodiscard]] const Pipeline& pipeline() const noexcept { return *pipeline_; }
  [[nodiscard]] std::uint64_t kernel_drops() const noexcept { return wire_.kernel_drops(); }

 private:
  static constexpr double housekeeping_interval = 20e6;  // ns

  static feed::BookLimits limits_of(const FeedConfig& config) noexcept {
    return {.maximum_orders = config.maximum_orders,
            .maximum_levels = std::min(config.maximum_orders, std::size_t{1} << 23),
            .maximum_locate = static_cast<std::uint16_t>(config.rows - 1)};
  }

  void make_region() {
    const regions::BooksDimensions dimensions{.instruments = config_.rows, .depth = config_.depth};
    const std::array<std::uint32_t, 2> words{config_.rows, config_.depth};
    region_.emplace(core::RegionFile::create(core::region_path(config_.name, "books"), regions::BooksLayout::size(dimensions),
                                             regions::layout_hash, regions::BooksLayout::region_id, words));
    region_->unlink_on_close(true);
    columns_.emplace(regions::BooksColumns::over(region_->base()));
  }

  // Clocks drift, readers want to see us alive, and a terminal wants numbers: every 20 ms.
  void housekeeping() noexcept {
    clock_.recalibrate_offset();
    pipeline_->publish_counters(wire_.now());
    telemetry_.recorder().set_polls(idle_);
    const std::uint64_t now = core::monotonic_now();
    telemetry_.beat(now);
    if (region_) region_->beat(now);
    const feed::MoldReceiver& receiver = wire_.receiver();
    const feed::MoldReceiverCounters& counters = receiver.counters();
    const auto show = [](std::atomic<std::uint64_t>& word, std::uint64_t value) { word.store(value, std::memory_order_relaxed); };
    show(progress_.packets, counters.packets);
    show(progress_.messages, counters.messages);
    show(progress_.gaps, counters.gaps_opened);
    show(progress_.heals, counters.gaps_healed);
    show(progress_.messages_lost, counters.messages_lost);
    show(progress_.rerequests, counters.rerequests);
    show(progress_.next_sequence, receiver.next_sequence());
    show(progress_.known_end, receiver.known_end());
    progress_.started.store(receiver.started(), std::memory_order_relaxed);
    progress_.stale.store(receiver.stale(), std::memory_order_relaxed);
  }

  FeedConfig config_;
  core::TscClock clock_;
  feed::SocketWireIn wire_;  // what may be refused comes before what leaves a file behind
  feed::BookSet books_;
  core::TelemetryRegion telemetry_;
  std::optional<core::RegionFile> region_;
  std::optional<regions::BooksColumns> columns_;
  core::IdleChoice idle_choice_;
  core::Idle idle_;
  std::optional<Pipeline> pipeline_;
  FeedProgress progress_;
  std::atomic<bool> stop_{false};
};

}  // namespace hopwire::engine
