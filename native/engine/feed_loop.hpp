// Why: a market is told on several streams, each with its own sequence (Nasdaq, BX and PSX; a feed cut by symbols), and whoever wants all
// of it should not need a process for each. What: one thread that gives each channel a duty cycle in turn, until all are over, the time is
// up or somebody says stop.
//
// Channels share the thread, its clock and what it does when idle, and nothing else: a gap, a snapshot or a dead line of one leaves the
// books of the others good. A channel that is over finishes at once, the others go on. Who wants a core for each starts a process for each.
//
// Owns the channels. What can go wrong: set-up throws as make_channel() does, and leaves no region behind. Owner: the thread in run().
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/affinity.hpp"
#include "core/clock.hpp"
#include "core/idle.hpp"
#include "engine/feed_channel.hpp"

namespace hopwire::engine {

struct FeedLoopConfig {
  std::vector<FeedChannelConfig> channels{};
  std::string idle = "auto";
  unsigned busy_loops = 1;
  std::uint64_t run_time = 0;  // ns; 0 = until every session has ended or stop
};

class FeedLoop {
 public:
  explicit FeedLoop(const FeedLoopConfig& config)
      : run_time_(config.run_time),
        idle_choice_(core::Idle::choose(config.idle, config.busy_loops, core::available_cores())),
        idle_(idle_choice_.mode) {
    for (const FeedChannelConfig& channel : config.channels) channels_.push_back(make_channel(channel, clock_));
    for (const auto& channel : channels_) {
      channel->set_idle(idle_choice_, config.busy_loops, core::available_cores());
      running_.push_back(channel.get());
    }
  }
  FeedLoop(const FeedLoop&) = delete;
  FeedLoop& operator=(const FeedLoop&) = delete;

  void run() noexcept {
    const std::uint64_t started = core::monotonic_now();
    const auto interval = static_cast<std::uint64_t>(housekeeping_interval / clock_.nanoseconds_per_tick());
    std::uint64_t next_housekeeping = 0;
    while (!stop_.load(std::memory_order_relaxed) && !running_.empty()) {
      const std::uint64_t tsc = core::Tsc::now();
      std::size_t taken = 0;
      bool any_over = false;
      for (FeedChannel* channel : running_) {
        taken += channel->turn(tsc);
        any_over |= channel->over();
      }
      idle_.poll_result(taken != 0);
      if (any_over) finish_those_over();
      if (tsc < next_housekeeping) continue;
      next_housekeeping = tsc + interval;
      clock_.recalibrate_offset();
      for (FeedChannel* channel : running_) channel->housekeeping(idle_);
      if (run_time_ != 0 && core::monotonic_now() - started >= run_time_) break;
    }
    for (FeedChannel* channel : running_) channel->finish(idle_);
    finished_.store(true, std::memory_order_release);
  }

  // From any thread.
  void stop() noexcept { stop_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool finished() const noexcept { return finished_.load(std::memory_order_acquire); }

  [[nodiscard]] std::size_t channel_count() const noexcept { return channels_.size(); }
  [[nodiscard]] FeedChannel& channel(std::size_t index) noexcept { return *channels_[index]; }

 private:
  static constexpr double housekeeping_interval = 20e6;  // ns

  void finish_those_over() noexcept {
    std::erase_if(running_, [this](FeedChannel* channel) {
      if (!channel->over()) return false;
      channel->finish(idle_);
      return true;
    });
  }

  core::TscClock clock_;
  std::uint64_t run_time_;
  core::IdleChoice idle_choice_;
  core::Idle idle_;
  std::vector<std::unique_ptr<FeedChannel>> channels_;
  std::vector<FeedChannel*> running_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> finished_{false};
};

}  // namespace hopwire::engine
