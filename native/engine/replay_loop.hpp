// Why: a feed handler is tested with real days, and with what really goes wrong. What: one thread that puts the messages of an ITCH file
// onto one or two multicast lines as MoldUDP64, at recorded pace, a multiple of it, or as fast as the kernel takes packets, with the faults
// asked for (replay_faults.hpp); answers re-requests meanwhile, and ends the session in order.
//
// A packet holds what is due within 20 us of its first message, at recorded pace; at full speed packets are full. After the last message
// the end of session is repeated, and re-requests are served until nobody has asked for the linger time. Control packets and answers are
// never harmed, so a feed with a re-request server must end with every message.
//
// A new session (`new_session_at`) is a venue that starts again: the old one breaks off without an end, packets put back included, and all
// of the file comes in a session of another name, numbered from 1.
//
// What can go wrong: set-up throws (file, sockets, capture). A full send buffer is waited for; a send refused for another reason counts.
// Owner: the thread in run(). Progress is read by others.
#pragma once

#include <immintrin.h>
#include <sched.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "engine/replay_file.hpp"
#include "engine/replay_glimpse.hpp"
#include "engine/replay_line.hpp"
#include "net/mold_packet.hpp"
#include "net/rerequest_server.hpp"

namespace hopwire::engine {

struct ReplayConfig {
  std::string path{};
  std::vector<ReplayLineConfig> lines{};  // A, B
  net::MoldSession session{"REPLAY"};
  std::optional<net::Endpoint> rerequest{};
  std::uint64_t rerequest_dies_after = 0;      // answers; 0: never
  std::optional<net::Endpoint> glimpse{};
  double speed = 0;                            // 1 = recorded pace; 0 = as fast as possible
  std::uint64_t linger = 2'000'000'000;        // ns without a re-request after the end
  std::uint64_t seed = 1;
  std::uint64_t new_session_at = 0;            // messages of the first session; 0: there is one only
  net::MoldSession second_session{"REPLAY2"};
  std::string capture_path{};                  // pcap of all that is sent on the lines; empty: none
};

// Written by the loop's thread, read by anyone.
struct ReplayProgress {
  std::atomic<std::uint64_t> offset{0};
  std::atomic<std::uint64_t> messages{0};  // of the session at hand, in packets that are on their way
  std::atomic<std::uint64_t> messages_before{0};  // of the session that broke off
  std::atomic<std::uint64_t> damaged{0};
  std::atomic<std::uint64_t> rerequests_served{0};
  std::atomic<std::uint64_t> rerequests_refused{0};
  std::atomic<std::uint64_t> messages_resent{0};
  std::atomic<std::uint64_t> send_nanoseconds{0};  // first to last data packet
  std::atomic<bool> rerequest_dead{false};
  std::atomic<bool> sent_all{false};
  std::atomic<bool> finished{false};
};

class ReplayLoop {
 public:
  explicit ReplayLoop(const ReplayConfig& config) : config_(config), file_(config.path, config.session) {
    if (!config.capture_path.empty()) capture_ = std::make_unique<ReplayCapture>(config.capture_path);
    const std::uint64_t window = config.speed > 0 ? static_cast<std::uint64_t>(gather * config.speed) : ~std::uint64_t{0};
    for (const ReplayLineConfig& line : config.lines)
      lines_.push_back(std::make_unique<ReplayLine>(line, config.seed * 16 + lines_.size(), window, capture_.get()));
    if (config.rerequest) {
      server_.emplace(net::RerequestServerConfig{.local = *config.rerequest});
      rerequest_local_ = server_->local();
    }
    if (config.glimpse) make_glimpse(*config.glimpse);
  }

  [[nodiscard]] const ReplayFile& file() const noexcept { return file_; }
  [[nodiscard]] const ReplayProgress& progress() const noexcept { return progress_; }
  [[nodiscard]] std::size_t line_count() const noexcept { return lines_.size(); }
  [[nodiscard]] const ReplayLineProgress& line(std::size_t index) const noexcept { return lines_[index]->progress(); }
  [[nodiscard]] std::optional<net::Endpoint> rerequest_endpoint() const noexcept { return rerequest_local_; }
  [[nodiscard]] std::uint16_t glimpse_port() const noexcept { return glimpse_ ? glimpse_->port() : 0; }
  [[nodiscard]] std::uint64_t snapshots() const noexcept { return glimpse_ ? glimpse_->snapshots() : 0; }
  [[nodiscard]] bool capture_failed() const noexcept { return capture_ && capture_->failed.load(std::memory_order_relaxed); }
  // From any thread: finish the packet at hand, say end of session, leave.
  void stop() noexcept { stop_.store(true, std::memory_order_relaxed); }

  // Runs to the end of the file and of the linger time.
  void run() noexcept {
    send_file();
    progress_.sent_all.store(true, std::memory_order_relaxed);
    end_session();
    if (capture_) capture_->finish();
    progress_.finished.store(true, std::memory_order_release);
  }

 private:
  static constexpr double gather = 20'000;  // ns of real time that a packet waits for messages
  static constexpr std::uint64_t heartbeat_interval = core::nanoseconds_per_second;
  static constexpr std::uint64_t end_interval = 50'000'000;
  static constexpr std::uint64_t spin_below = 100'000;    // ns: a shorter wait is not worth a sleep
  static constexpr std::uint64_t spin_after_request = 1'000'000;
  static constexpr std::uint64_t longest_sleep = 1'000'000;
  static constexpr std::uint64_t messages_between_looks = 1024;  // at the re-request server, at full speed

  [[nodiscard]] bool stopping() const noexcept { return stop_.load(std::memory_order_relaxed); }

  void make_glimpse(const net::Endpoint& at) {
    const std::string text = net::to_string(at);
    glimpse_.emplace(config_.path, net::GlimpseServerConfig{.host = text.substr(0, text.find(':')), .port = at.port},
                     std::vector<net::MoldSession>{config_.session, config_.second_session}, position_);
  }

  void send_file() noexcept {
    started_ = core::monotonic_now();
    bool more = file_.next();
    if (more) first_time_ = file_.time();
    while (more && !stopping()) {
      if (config_.speed > 0) wait_until_due();
      more = send_message();
      if (file_.count() % messages_between_looks == 0) look_around();
      if (config_.new_session_at != 0 && !restarted_ && file_.count() > config_.new_session_at) more = begin_new_session();
    }
    drain();
    progress_.send_nanoseconds.store(core::monotonic_now() - started_, std::memory_order_relaxed);
  }

  // The current message into the lines' packets; true when there is another, which is the current one then.
  bool send_message() noexcept {
    const std::uint64_t time = file_.time();
    const std::uint64_t sequence = file_.count();
    const std::uint64_t since = time - std::min(time, first_time_);
    for (const auto& line : lines_) line->add(file_.block(), sequence, time, since);
    const bool last_of_session = !restarted_ && sequence == config_.new_session_at;
    const bool more = file_.next();
    for (const auto& line : lines_) {
      if (more && !last_of_session && line->joins(file_.block(), file_.time())) continue;
      release(line->close_packet(file_.session()));
      if (config_.speed > 0) line->flush(); else line->pump();
      while (line->full() && !stopping()) line->flush();
    }
    return more;
  }

  // The packet that ends before `sequence` is on its way: what is below may be asked for.
  void release(std::uint64_t sequence) noexcept {
    if (sequence <= file_.released()) return;
    file_.release(sequence);
    position_.release(sequence);
    progress_.messages.store(sequence - 1, std::memory_order_relaxed);
  }

  bool begin_new_session() noexcept {
    restarted_ = true;
    drain();
    progress_.messages_before.store(file_.released() - 1, std::memory_order_relaxed);
    file_.restart(config_.second_session);
    progress_.messages.store(0, std::memory_order_relaxed);
    position_.begin_session();
    started_ = core::monotonic_now();
    return file_.next();
  }

  // All packets leave, those put back and those a skewed line still holds.
  void drain() noexcept {
    for (const auto& line : lines_) {
      release(line->close_packet(file_.session()));
      line->end_of_messages();
    }
    for (;;) {
      for (const auto& line : lines_) line->flush();
      if (all_idle()) break;
      serve();
      rest(spin_below);
    }
    show();
  }

  // When the current message is due, on the monotonic clock. Times that run backwards are due at once.
  [[nodiscard]] std::uint64_t due() const noexcept {
    const std::uint64_t time = file_.time();
    return time <= first_time_ ? started_ : started_ + static_cast<std::uint64_t>(static_cast<double>(time - first_time_) / config_.speed);
  }

  void wait_until_due() noexcept {
    const std::uint64_t at = due();
    for (;;) {
      const std::uint64_t now = core::monotonic_now();
      if (now >= at || stopping()) return;
      look_around();
      rest(all_idle() ? at - now : std::min(at - now, spin_below));
    }
  }

  [[nodiscard]] bool all_idle() const noexcept {
    return std::ranges::all_of(lines_, [](const auto& line) { return line->idle(); });
  }

  static void rest(std::uint64_t nanoseconds) noexcept {
    if (nanoseconds <= spin_below) {
      ::sched_yield();
      return;
    }
    const timespec pause{.tv_sec = 0, .tv_nsec = static_cast<long>(std::min(nanoseconds - spin_below / 2, longest_sleep))};
    ::nanosleep(&pause, nullptr);
  }

  void look_around() noexcept {
    for (const auto& line : lines_) {
      line->flush();
      if (core::monotonic_now() - line->last_sent() >= heartbeat_interval)
        line->control_packet(file_.session(), file_.released(), net::mold_heartbeat);
    }
    serve();
    show();
  }

  void show() noexcept {
    progress_.offset.store(file_.offset(), std::memory_order_relaxed);
    progress_.damaged.store(file_.damaged_frames(), std::memory_order_relaxed);
  }

  std::size_t serve() noexcept {
    if (!server_) return 0;
    const std::size_t answered = server_->poll(file_);
    const net::RerequestCounters& counters = server_->counters();
    progress_.rerequests_served.store(counters.served, std::memory_order_relaxed);
    progress_.rerequests_refused.store(counters.refused, std::memory_order_relaxed);
    progress_.messages_resent.store(counters.messages, std::memory_order_relaxed);
    if (config_.rerequest_dies_after != 0 && counters.served >= config_.rerequest_dies_after) {
      server_.reset();  // its port is closed from now on
      progress_.rerequest_dead.store(true, std::memory_order_relaxed);
    }
    return answered;
  }

  void say_end() noexcept {
    for (const auto& line : lines_) line->control_packet(file_.session(), file_.released(), net::mold_end_of_session);
    last_end_ = core::monotonic_now();
  }

  // A stopped replay lingers too, but not for those who never ask: one interval is enough to be heard.
  void end_session() noexcept {
    say_end();
    const std::uint64_t linger = stopping() ? std::min(config_.linger, 4 * end_interval) : config_.linger;
    std::uint64_t last_asked = core::monotonic_now();
    for (;;) {
      const std::uint64_t now = core::monotonic_now();
      if (serve() != 0) {
        last_asked = now;
        continue;
      }
      if (glimpse_ && glimpse_->clients() != 0 && !stopping()) last_asked = now;
      if (now - last_asked >= linger || (stopping() && now - last_asked >= 4 * end_interval)) return;
      if (now - last_end_ >= end_interval) say_end();
      // Somebody who asked will ask again within microseconds; giving the core away then costs whole time slices when others want it.
      if (now - last_asked < spin_after_request) {
        _mm_pause();
      } else {
        rest(now - last_asked < end_interval ? 0 : longest_sleep);
      }
    }
  }

  ReplayConfig config_;
  ReplayFile file_;
  ReplayPosition position_;
  std::unique_ptr<ReplayCapture> capture_;
  std::vector<std::unique_ptr<ReplayLine>> lines_;
  std::optional<net::RerequestServer> server_;
  std::optional<net::Endpoint> rerequest_local_;
  std::optional<ReplayGlimpse> glimpse_;
  std::uint64_t started_ = 0;
  std::uint64_t first_time_ = 0;
  std::uint64_t last_end_ = 0;
  bool restarted_ = false;
  ReplayProgress progress_;
  std::atomic<bool> stop_{false};
};

}  // namespace hopwire::engine
