// Why: a second line makes most losses harmless, and must not make the first one or the acknowledgements later. What: line B of a
// publisher: sends the messages that line A has released, when its owner says so (after the acknowledgements), in packets cut to its own
// size. It reads the publisher's store; the copy of a packet's blocks (some 30 ns) is small against the system call that sends it.
//
// What can go wrong: a send the kernel does not take is counted, as on line A. Should it fall behind by more than the store holds, it goes
// on with what there is, and what it passed over is counted. Owner: the publisher's thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/mold_packet.hpp"
#include "net/mold_publisher.hpp"
#include "net/packet_loss.hpp"
#include "net/udp_socket.hpp"
#include "net/wire_tap.hpp"

namespace hopwire::net {

struct MoldFollowerConfig {
  std::size_t payload_limit = mold_payload_limit;    // UDP payload, header included
  std::uint64_t heartbeat_interval = 1'000'000'000;  // ns of silence before a heartbeat
  double loss = 0;                                   // share of data packets withheld
  std::uint64_t loss_seed = 2;
};

struct MoldFollowerCounters {
  std::uint64_t packets = 0;     // data packets sent
  std::uint64_t suppressed = 0;  // withheld by the loss setting
  std::uint64_t would_block = 0;
  std::uint64_t heartbeats = 0;  // end-of-session packets included
  std::uint64_t passed_over = 0;  // messages the store no longer had
};

template <class Sender>
class BasicMoldFollower {
 public:
  // `tap` may be null. Sender needs bool send(span), local() and destination().
  BasicMoldFollower(const MoldFollowerConfig& config, Sender& sender, WireTap* tap = nullptr)
      : config_(config), sender_(sender), tap_(tap), loss_(config.loss, config.loss_seed) {}

  // All that `line` has released and this line has not.
  template <class Line>
  void follow(const Line& line) noexcept {
    while (next_ < line.released()) {
      const std::span<std::byte> blocks(packet_.data() + mold_header_length, config_.payload_limit - mold_header_length);
      const RetransmitSlice slice = line.copy_blocks(next_, mold_most_messages, blocks);
      if (slice.message_count == 0) {
        ++counters_.passed_over;
        ++next_;
        continue;
      }
      write_mold_header(packet_.data(), {line.session(), next_, slice.message_count});
      next_ += slice.message_count;
      if (loss_.withhold()) {
        ++counters_.suppressed;
        continue;
      }
      ++counters_.packets;
      transmit({packet_.data(), mold_header_length + slice.bytes});
    }
  }

  // A heartbeat when nothing was sent for the interval, an end of session once there was one. `now` in ns, any origin.
  template <class Line>
  void heartbeat_if_idle(const Line& line, std::uint64_t now) noexcept {
    const std::uint64_t sent = counters_.packets + counters_.suppressed + counters_.heartbeats;
    if (sent != sent_at_check_) {
      sent_at_check_ = sent;
      last_activity_ = now;
    } else if (now - last_activity_ >= config_.heartbeat_interval) {
      control_packet(line, ended_ ? mold_end_of_session : mold_heartbeat);
    }
  }

  template <class Line>
  void end_of_session(const Line& line) noexcept {
    follow(line);
    ended_ = true;
    control_packet(line, mold_end_of_session);
  }

  [[nodiscard]] const MoldFollowerCounters& counters() const noexcept { return counters_; }

 private:
  template <class Line>
  void control_packet(const Line& line, std::uint16_t kind) noexcept {
    std::array<std::byte, mold_header_length> packet;
    write_mold_header(packet.data(), {line.session(), next_, kind});
    ++counters_.heartbeats;
    transmit(packet);
  }

  void transmit(std::span<const std::byte> packet) noexcept {
    if (!sender_.send(packet)) ++counters_.would_block;
    if (tap_ != nullptr) tap_->udp(tap_->now(), sender_.local(), sender_.destination(), packet);
  }

  MoldFollowerConfig config_;
  Sender& sender_;
  WireTap* tap_;
  PacketLoss loss_;
  std::uint64_t next_ = 1;
  bool ended_ = false;
  std::uint64_t sent_at_check_ = ~std::uint64_t{0};
  std::uint64_t last_activity_ = 0;
  MoldFollowerCounters counters_;
  std::array<std::byte, UdpReceiver::maximum_packet> packet_{};
};

using MoldFollower = BasicMoldFollower<UdpSender>;

}  // namespace hopwire::net
