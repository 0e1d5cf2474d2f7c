// Why: a feed handler is tested with real days. What: one thread that puts the messages of an ITCH file onto multicast as MoldUDP64, at
// recorded pace, a multiple of it, or as fast as the kernel takes packets, answers re-requests meanwhile, and ends the session in order.
//
// Packets point into the mapped file: nothing is copied on the way to the kernel. At recorded pace a packet holds what was due when the
// loop looked; otherwise packets are full. After the last message the end of session is repeated, and re-requests are served until nobody
// has asked for the linger time.
//
// Loss: data packets are withheld by a seeded coin, control packets and answers never, so a feed with a re-request server must end with
// every message. What can go wrong: set-up throws (file, sockets). A full send buffer is waited for; a send refused for another reason
// counts as lost. Owner: the thread in run(). Progress is read by others.
#pragma once

#include <immintrin.h>
#include <sched.h>
#include <time.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/clock.hpp"
#include "engine/replay_file.hpp"
#include "net/mold_packet.hpp"
#include "net/packet_loss.hpp"
#include "net/rerequest_server.hpp"
#include "net/udp_socket.hpp"

namespace hopwire::engine {

struct ReplayConfig {
  std::string path{};
  net::Endpoint group{};
  std::string interface = "127.0.0.1";
  int time_to_live = 1;
  net::MoldSession session{"REPLAY"};
  std::optional<net::Endpoint> rerequest{};
  double speed = 0;                            // 1 = recorded pace; 0 = as fast as possible
  std::uint64_t linger = 2'000'000'000;        // ns without a re-request after the end
  double loss = 0;
  std::uint64_t seed = 1;
};

// Written by the loop's thread, read by anyone.
struct ReplayProgress {
  std::atomic<std::uint64_t> offset{0};
  std::atomic<std::uint64_t> messages{0};
  std::atomic<std::uint64_t> packets{0};
  std::atomic<std::uint64_t> suppressed{0};
  std::atomic<std::uint64_t> refused_sends{0};
  std::atomic<std::uint64_t> control_packets{0};  // heartbeats and ends of session
  std::atomic<std::uint64_t> damaged{0};
  std::atomic<std::uint64_t> rerequests_served{0};
  std::atomic<std::uint64_t> rerequests_refused{0};
  std::atomic<std::uint64_t> messages_resent{0};
  std::atomic<std::uint64_t> send_nanoseconds{0};  // first to last data packet
  std::atomic<bool> sent_all{false};
  std::atomic<bool> finished{false};
};

class ReplayLoop {
 public:
  explicit ReplayLoop(const ReplayConfig& config)
      : config_(config),
        file_(config.path, config.session),
        sender_({.destination = config.group, .interface = config.interface, .time_to_live = config.time_to_live}),
        loss_(config.loss, config.seed) {
    if (!net::is_multicast(config.group.address)) {
      throw net::NetworkError(net::NetworkErrorKind::bad_address, "not a multicast group", net::to_string(config.group), EINVAL);
    }
    if (config.rerequest) server_.emplace(net::RerequestServerConfig{.local = *config.rerequest});
    for (std::size_t i = 0; i < batch; ++i) {
      vectors_[i][0] = {headers_[i].data(), headers_[i].size()};
      messages_[i] = {};
      messages_[i].msg_hdr.msg_iov = vectors_[i].data();
      messages_[i].msg_hdr.msg_iovlen = 2;
    }
  }

  [[nodiscard]] const ReplayFile& file() const noexcept { return file_; }
  [[nodiscard]] const ReplayProgress& progress() const noexcept { return progress_; }
  [[nodiscard]] std::optional<net::Endpoint> rerequest_endpoint() const noexcept {
    return server_ ? std::optional(server_->local()) : std::nullopt;
  }
  // From any thread: finish the packet at hand, say end of session, leave.
  void stop() noexcept { stop_.store(true, std::memory_order_relaxed); }

  // Runs to the end of the file and of the linger time.
  void run() noexcept {
    send_file();
    progress_.sent_all.store(true, std::memory_order_relaxed);
    end_session();
    progress_.finished.store(true, std::memory_order_release);
  }

 private:
  static constexpr std::size_t batch = net::UdpSender::batch;
  static constexpr std::uint64_t heartbeat_interval = core::nanoseconds_per_second;
  static constexpr std::uint64_t end_interval = 50'000'000;
  static constexpr std::uint64_t spin_below = 100'000;    // ns: a shorter wait is not worth a sleep
  static constexpr std::uint64_t spin_after_request = 1'000'000;
  static constexpr std::uint64_t longest_sleep = 1'000'000;

  [[nodiscard]] bool stopping() const noexcept { return stop_.load(std::memory_order_relaxed); }

  void send_file() noexcept {
    const std::uint64_t started = core::monotonic_now();
    std::uint64_t first_time = 0;
    bool more = file_.next();
    if (more) first_time = file_.time();
    while (more && !stopping()) {
      if (config_.speed > 0) wait_until(started, first_time);
      more = fill_packet(started, first_time);
      const bool batch_is_full = filled_ == batch;
      if (batch_is_full || config_.speed > 0 || !more) send_batch();
      if (batch_is_full || config_.speed > 0) serve();
    }
    send_batch();
    progress_.send_nanoseconds.store(core::monotonic_now() - started, std::memory_order_relaxed);
  }

  // When the current message is due, on the monotonic clock. Times that run backwards are due at once.
  [[nodiscard]] std::uint64_t due(std::uint64_t started, std::uint64_t first_time) const noexcept {
    const std::uint64_t time = file_.time();
    return time <= first_time ? started : started + static_cast<std::uint64_t>(static_cast<double>(time - first_time) / config_.speed);
  }

  void wait_until(std::uint64_t started, std::uint64_t first_time) noexcept {
    const std::uint64_t at = due(started, first_time);
    for (;;) {
      const std::uint64_t now = core::monotonic_now();
      if (now >= at || stopping()) return;
      serve();
      heartbeat_if_idle(now);
      rest(at - now);
    }
  }

  static void rest(std::uint64_t nanoseconds) noexcept {
    if (nanoseconds < spin_below) {
      ::sched_yield();
      return;
    }
    const timespec pause{.tv_sec = 0, .tv_nsec = static_cast<long>(std::min(nanoseconds - spin_below / 2, longest_sleep))};
    ::nanosleep(&pause, nullptr);
  }

  // One packet from the current message on: neighbours in the file, due by now, that fit. False when the file is at its end.
  bool fill_packet(std::uint64_t started, std::uint64_t first_time) noexcept {
    const std::uint64_t first_sequence = file_.count();
    const std::byte* const begin = file_.block().data();
    std::size_t bytes = 0;
    std::uint16_t count = 0;
    const std::uint64_t now = config_.speed > 0 ? core::monotonic_now() : 0;
    bool more = true;
    do {
      bytes += file_.block().size();
      ++count;
      more = file_.next();
    } while (more && file_.block().data() == begin + bytes &&
             net::mold_header_length + bytes + file_.block().size() <= net::mold_payload_limit &&
             (config_.speed <= 0 || due(started, first_time) <= now));
    file_.release(first_sequence + count);
    if (loss_.withhold()) {
      add(progress_.suppressed, 1);
    } else {
      net::write_mold_header(headers_[filled_].data(), {config_.session, first_sequence, count});
      vectors_[filled_][1] = {const_cast<std::byte*>(begin), bytes};
      ++filled_;
    }
    progress_.messages.store(first_sequence + count - 1, std::memory_order_relaxed);
    return more;
  }

  void send_batch() noexcept {
    for (std::size_t sent = 0; sent < filled_;) {
      const std::size_t taken = sender_.send_batch({messages_.data() + sent, filled_ - sent});
      sent += taken;
      add(progress_.packets, taken);
      if (taken != 0) continue;
      if ((errno == EAGAIN || errno == ENOBUFS) && !stopping()) {
        ::sched_yield();
      } else {
        ++sent;
        add(progress_.refused_sends, 1);
      }
    }
    if (filled_ != 0) last_sent_ = core::monotonic_now();
    filled_ = 0;
    progress_.offset.store(file_.offset(), std::memory_order_relaxed);
    progress_.damaged.store(file_.damaged_frames(), std::memory_order_relaxed);
  }

  std::size_t serve() noexcept {
    if (!server_) return 0;
    const std::size_t answered = server_->poll(file_);
    progress_.rerequests_served.store(server_->counters().served, std::memory_order_relaxed);
    progress_.rerequests_refused.store(server_->counters().refused, std::memory_order_relaxed);
    progress_.messages_resent.store(server_->counters().messages, std::memory_order_relaxed);
    return answered;
  }

  void heartbeat_if_idle(std::uint64_t now) noexcept {
    if (now - last_sent_ >= heartbeat_interval) control_packet(net::mold_heartbeat);
  }

  void control_packet(std::uint16_t kind) noexcept {
    std::array<std::byte, net::mold_header_length> packet;
    net::write_mold_header(packet.data(), {config_.session, progress_.messages.load(std::memory_order_relaxed) + 1, kind});
    (void)sender_.send(packet);
    add(progress_.control_packets, 1);
    last_sent_ = core::monotonic_now();
  }

  // A stopped replay lingers too, but not for those who never ask: one interval is enough to be heard.
  void end_session() noexcept {
    control_packet(net::mold_end_of_session);
    const std::uint64_t linger = stopping() ? std::min(config_.linger, 4 * end_interval) : config_.linger;
    std::uint64_t last_asked = core::monotonic_now();
    for (;;) {
      const std::uint64_t now = core::monotonic_now();
      if (serve() != 0) {
        last_asked = now;
        continue;
      }
      if (now - last_asked >= linger || (stopping() && now - last_asked >= 4 * end_interval)) return;
      if (now - last_sent_ >= end_interval) control_packet(net::mold_end_of_session);
      // Somebody who asked will ask again within microseconds; giving the core away then costs whole time slices when others want it.
      if (now - last_asked < spin_after_request) {
        _mm_pause();
      } else {
        rest(now - last_asked < end_interval ? 0 : longest_sleep);
      }
    }
  }

  static void add(std::atomic<std::uint64_t>& counter, std::uint64_t amount) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }

  ReplayConfig config_;
  ReplayFile file_;
  net::UdpSender sender_;
  std::optional<net::RerequestServer> server_;
  net::PacketLoss loss_;
  std::array<mmsghdr, batch> messages_;
  std::array<std::array<iovec, 2>, batch> vectors_;
  std::array<std::array<std::byte, net::mold_header_length>, batch> headers_;
  std::size_t filled_ = 0;
  std::uint64_t last_sent_ = core::monotonic_now();
  ReplayProgress progress_;
  std::atomic<bool> stop_{false};
};

}  // namespace hopwire::engine
