// Why: a feed has two lines that carry the same messages, cut into packets differently, one a little behind the other, each with faults of
// its own. What: one line of a replay: cuts messages into MoldUDP64 packets, lets the dice decide what happens to each, holds them back for
// the skew, and hands them to the kernel in batches.
//
// Packets point into the mapped file: nothing but damaged ones is copied. What is sent depends on the messages, their times in the file,
// the settings and the seed alone, never on how fast the loop runs: the same replay twice is the same packets.
//
// Owns its socket and its queue (bounded: full() until the first has gone). What can go wrong: set-up throws NetworkError. A full send
// buffer is waited for; a send refused for another reason is counted. A capture that cannot be written any more is given up and reported.
// Owner: the replay's thread; the counts are read by others.
#pragma once

#include <sched.h>
#include <sys/uio.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "engine/replay_faults.hpp"
#include "net/mold_packet.hpp"
#include "net/pcap_writer.hpp"
#include "net/udp_socket.hpp"

namespace hopwire::engine {

struct ReplayLineConfig {
  net::Endpoint group{};
  std::string interface = "127.0.0.1";
  int time_to_live = 1;
  std::size_t payload_limit = net::mold_payload_limit;  // UDP payload, header included
  ReplayFaults faults{};
  std::uint64_t skew = 0;           // ns that its packets come later
  std::uint64_t dies_at_time = 0;   // ns of the file's time after its first message; 0: never
  std::uint64_t dies_at_count = 0;  // messages; 0: never
};

// Written by the loop's thread, read by anyone.
struct ReplayLineProgress {
  std::atomic<std::uint64_t> packets{0};        // data packets sent, copies and damaged ones included
  std::atomic<std::uint64_t> lost{0};
  std::atomic<std::uint64_t> duplicated{0};
  std::atomic<std::uint64_t> reordered{0};
  std::atomic<std::uint64_t> damaged{0};
  std::atomic<std::uint64_t> after_death{0};    // not sent because the line was dead
  std::atomic<std::uint64_t> refused_sends{0};  // by the kernel
  std::atomic<std::uint64_t> control_packets{0};
};

// Where all lines write down what they send.
struct ReplayCapture {
  net::PcapWriter writer;
  std::atomic<bool> failed{false};

  explicit ReplayCapture(const std::string& path) : writer(path) {}
  void keep(const net::Endpoint& source, const net::Endpoint& destination, std::span<const std::byte> payload) noexcept {
    if (failed.load(std::memory_order_relaxed)) return;
    try {
      const auto length = static_cast<std::uint32_t>(payload.size());
      writer.write({core::realtime_now(), source, destination, net::WireProtocol::udp, length}, payload);
    } catch (...) {
      failed.store(true, std::memory_order_relaxed);
    }
  }
  void finish() noexcept {
    try {
      writer.flush();
    } catch (...) {
      failed.store(true, std::memory_order_relaxed);
    }
  }
};

class ReplayLine {
 public:
  // `capture` may be null. `window`: ns of the file's time that a packet may span.
  ReplayLine(const ReplayLineConfig& config, std::uint64_t seed, std::uint64_t window, ReplayCapture* capture)
      : config_(config),
        window_(window),
        sender_({.destination = config.group, .interface = config.interface, .time_to_live = config.time_to_live}),
        dice_(config.faults, seed),
        capture_(capture) {
    if (!net::is_multicast(config.group.address)) {
      throw net::NetworkError(net::NetworkErrorKind::bad_address, "not a multicast group", net::to_string(config.group), EINVAL);
    }
  }

  [[nodiscard]] const ReplayLineProgress& progress() const noexcept { return progress_; }
  [[nodiscard]] const net::Endpoint& group() const noexcept { return config_.group; }

  // Whether the message would stand in the packet that is open: next to the last one in the file, within size and time.
  [[nodiscard]] bool joins(std::span<const std::byte> block, std::uint64_t time) const noexcept {
    return count_ != 0 && block.data() == begin_ + bytes_ && count_ < net::mold_most_messages &&
           net::mold_header_length + bytes_ + block.size() <= config_.payload_limit && time >= first_time_ && time - first_time_ <= window_;
  }

  // Adds a message to the open packet, or begins one. `since`: ns of the file's time after its first message.
  void add(std::span<const std::byte> block, std::uint64_t sequence, std::uint64_t time, std::uint64_t since) noexcept {
    if (count_ == 0) {
      begin_ = block.data();
      first_sequence_ = sequence;
      first_time_ = time;
    }
    bytes_ += block.size();
    ++count_;
    dead_ = dead_ || (config_.dies_at_time != 0 && since >= config_.dies_at_time) ||
            (config_.dies_at_count != 0 && sequence > config_.dies_at_count);
  }

  // The open packet is complete: what becomes of it is decided now. Returns the sequence behind it.
  std::uint64_t close_packet(const net::MoldSession& session) {
    if (count_ == 0) return first_sequence_;
    Waiting packet{.begin = begin_, .bytes = bytes_};
    net::write_mold_header(packet.header.data(), {session, first_sequence_, static_cast<std::uint16_t>(count_)});
    const std::uint64_t behind = first_sequence_ + count_;
    count_ = 0;
    bytes_ = 0;
    ++index_;
    decide(std::move(packet), dice_.next());
    release_postponed(index_);
    return behind;
  }

  // Sends what is due.
  void pump() noexcept {
    const std::uint64_t now = config_.skew == 0 ? 0 : core::monotonic_now();
    while (!queue_.empty() && queue_.front().at <= now) {
      batch_[batched_++] = std::move(queue_.front());
      queue_.pop_front();
      if (batched_ == batch) send_batch();
    }
  }
  // As pump(), and leaves nothing half-gathered for the kernel.
  void flush() noexcept {
    pump();
    if (batched_ != 0) send_batch();
  }
  // No later packet will overtake what was put back: it goes next. Then done when idle().
  void end_of_messages() { release_postponed(std::numeric_limits<std::uint64_t>::max()); }
  [[nodiscard]] bool idle() const noexcept { return queue_.empty() && batched_ == 0; }
  [[nodiscard]] bool full() const noexcept { return queue_.size() >= queue_limit; }

  // A heartbeat or an end of session: never lost, but a dead line has none.
  void control_packet(const net::MoldSession& session, std::uint64_t next_sequence, std::uint16_t kind) noexcept {
    if (dead_) return;
    std::array<std::byte, net::mold_header_length> packet;
    net::write_mold_header(packet.data(), {session, next_sequence, kind});
    (void)sender_.send(packet);
    if (capture_ != nullptr) capture_->keep(sender_.local(), sender_.destination(), packet);
    add_to(progress_.control_packets, 1);
    last_sent_ = core::monotonic_now();
  }
  [[nodiscard]] std::uint64_t last_sent() const noexcept { return last_sent_; }

 private:
  struct Waiting {
    std::array<std::byte, net::mold_header_length> header{};
    const std::byte* begin = nullptr;  // of the blocks, in the file
    std::size_t bytes = 0;
    std::vector<std::byte> whole{};  // instead of both, of a damaged packet
    std::uint64_t at = 0;            // when it is due
  };
  struct Postponed {
    std::uint64_t behind;  // the packet it follows
    Waiting packet;
  };

  static constexpr std::size_t batch = net::UdpSender::batch;
  static constexpr std::size_t queue_limit = std::size_t{1} << 16;

  static void add_to(std::atomic<std::uint64_t>& counter, std::uint64_t amount) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }

  void decide(Waiting packet, const PacketFate& fate) {
    if (dead_) return add_to(progress_.after_death, 1);
    if (fate.lost) return add_to(progress_.lost, 1);
    if (fate.again != 0) {
      add_to(progress_.duplicated, 1);
      postponed_.push_back({index_ + fate.again, packet});  // the copy is whole
    }
    if (fate.damage != ReplayDamage::none) {
      add_to(progress_.damaged, 1);
      packet.whole.assign(packet.header.begin(), packet.header.end());
      packet.whole.insert(packet.whole.end(), packet.begin, packet.begin + packet.bytes);
      damage_packet(packet.whole, fate.damage, fate.where);
    }
    if (fate.late == 0) return enqueue(std::move(packet));
    add_to(progress_.reordered, 1);
    postponed_.push_back({index_ + fate.late, std::move(packet)});
  }

  void release_postponed(std::uint64_t index) {
    for (std::size_t i = 0; i < postponed_.size();) {
      if (postponed_[i].behind > index) {
        ++i;
        continue;
      }
      enqueue(std::move(postponed_[i].packet));
      postponed_.erase(postponed_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  void enqueue(Waiting packet) {
    packet.at = config_.skew == 0 ? 0 : core::monotonic_now() + config_.skew;
    queue_.push_back(std::move(packet));
  }

  void send_batch() noexcept {
    std::array<mmsghdr, batch> messages{};
    std::array<std::array<iovec, 2>, batch> vectors;
    for (std::size_t i = 0; i < batched_; ++i) {
      Waiting& packet = batch_[i];
      const bool damaged = packet.whole.data() != nullptr;
      vectors[i][0] = damaged ? iovec{packet.whole.data(), packet.whole.size()} : iovec{packet.header.data(), packet.header.size()};
      vectors[i][1] = {const_cast<std::byte*>(packet.begin), damaged ? 0 : packet.bytes};
      messages[i].msg_hdr.msg_iov = vectors[i].data();
      messages[i].msg_hdr.msg_iovlen = 2;
      if (capture_ != nullptr) write_down(packet, damaged);
    }
    for (std::size_t sent = 0; sent < batched_;) {
      const std::size_t taken = sender_.send_batch({messages.data() + sent, batched_ - sent});
      sent += taken;
      add_to(progress_.packets, taken);
      if (taken != 0) continue;
      if (errno == EAGAIN || errno == ENOBUFS) {
        ::sched_yield();
      } else {
        ++sent;
        add_to(progress_.refused_sends, 1);
      }
    }
    for (std::size_t i = 0; i < batched_; ++i) batch_[i].whole = {};
    batched_ = 0;
    last_sent_ = core::monotonic_now();
  }

  void write_down(const Waiting& packet, bool damaged) noexcept {
    if (damaged) return capture_->keep(sender_.local(), sender_.destination(), packet.whole);
    std::array<std::byte, std::numeric_limits<std::uint16_t>::max()> whole;
    std::copy(packet.header.begin(), packet.header.end(), whole.begin());
    std::copy_n(packet.begin, packet.bytes, whole.begin() + net::mold_header_length);
    capture_->keep(sender_.local(), sender_.destination(), {whole.data(), net::mold_header_length + packet.bytes});
  }

  ReplayLineConfig config_;
  std::uint64_t window_;
  net::UdpSender sender_;
  FaultDice dice_;
  ReplayCapture* capture_;
  const std::byte* begin_ = nullptr;  // of the open packet
  std::size_t bytes_ = 0;
  std::uint32_t count_ = 0;
  std::uint64_t first_sequence_ = 1;
  std::uint64_t first_time_ = 0;
  std::uint64_t index_ = 0;  // packets closed
  bool dead_ = false;
  std::deque<Waiting> queue_;
  std::vector<Postponed> postponed_;
  std::array<Waiting, batch> batch_;
  std::size_t batched_ = 0;
  std::uint64_t last_sent_ = core::monotonic_now();
  ReplayLineProgress progress_;
};

}  // namespace hopwire::engine
