// Why: the venue's public line. What: packs messages into MoldUDP64 packets, numbers them, sends them, and keeps every sent message in a
// bounded store so that a receiver who lost one can ask again.
//
// Layout: messages are written straight into the store, behind room for the packet's header, and the packet is sent from there: no copy
// between encoder and kernel. The store is a ring of bytes; a packet never wraps (the tail of the ring is skipped). A second ring maps a
// sequence number to the byte position of its block. Positions only rise, so "still there" is one comparison.
//
// What can go wrong: a message longer than a packet is refused (reserve returns nullptr). A send the kernel does not take is counted; the
// packet stays in the store and heals like any loss. A request for what the ring has overwritten, or for what is not yet sent, gets
// nothing. Owner: one thread, the re-request server included.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/reserved_array.hpp"
#include "net/mold_packet.hpp"
#include "net/packet_loss.hpp"
#include "net/udp_socket.hpp"
#include "net/wire_tap.hpp"

namespace hopwire::net {

// What a re-request gets: whole blocks, as many as asked for, there, and room for.
struct RetransmitSlice {
  std::uint16_t message_count = 0;
  std::size_t bytes = 0;
};

struct MoldPublisherConfig {
  MoldSession session{};
  std::size_t store_bytes = std::size_t{1} << 28;     // address space; memory is taken as it is first used
  std::size_t store_messages = std::size_t{1} << 23;  // rounded up to a power of two
  std::size_t touched_bytes = std::size_t{1} << 25;   // of the store, taken at set-up: a fresh page costs a packet 1 us
  std::size_t payload_limit = mold_payload_limit;     // UDP payload, header included
  std::uint64_t heartbeat_interval = 1'000'000'000;   // ns of silence before a heartbeat
  double loss = 0;                                    // share of data packets withheld
  std::uint64_t loss_seed = 1;
};

struct MoldPublisherCounters {
  std::uint64_t messages = 0;
  std::uint64_t packets = 0;      // data packets sent
  std::uint64_t heartbeats = 0;   // end-of-session packets included
  std::uint64_t suppressed = 0;   // data packets withheld by the loss setting
  std::uint64_t would_block = 0;  // the kernel did not take the packet
};

template <class Sender>
class BasicMoldPublisher {
 public:
  // `tap` may be null. Sender needs bool send(span), local() and destination().
  BasicMoldPublisher(const MoldPublisherConfig& config, Sender& sender, WireTap* tap = nullptr)
      : config_(config),
        sender_(sender),
        tap_(tap),
        loss_(config.loss, config.loss_seed),
        bytes_(std::max(config.store_bytes, 4 * config.payload_limit)),
        positions_(std::bit_ceil(config.store_messages)),
        position_mask_(std::bit_ceil(config.store_messages) - 1) {
    bytes_.touch(std::min(config.touched_bytes, bytes_.maximum()));
    positions_.touch(std::min(config.touched_bytes / typical_block, positions_.maximum()));
  }

  // Room for one message of `length` bytes, until commit; nullptr when no packet can hold it. A full packet leaves first.
  [[nodiscard]] std::byte* reserve(std::uint16_t length) noexcept {
    const std::size_t block = mold_block_prefix + length;
    if (mold_header_length + block > config_.payload_limit) return nullptr;
    if (pending_ != 0 && (head_ - packet_begin_ + block > config_.payload_limit || pending_ == mold_most_messages)) flush();
    if (pending_ == 0) begin_packet();
    reserved_length_ = length;
    return at(head_) + mold_block_prefix;
  }

  // Adds the message written since reserve.
  void commit() noexcept {
    core::store_be<std::uint16_t>(at(head_), reserved_length_);
    positions_[next_sequence_ & position_mask_] = head_;
    head_ += mold_block_prefix + reserved_length_;
    ++next_sequence_;
    ++pending_;
    ++counters_.messages;
  }

  // Sends what is pending as one packet; returns its messages.
  std::size_t flush() noexcept {
    if (pending_ == 0) return 0;
    const std::uint16_t count = pending_;
    std::byte* packet = at(packet_begin_);
    write_mold_header(packet, {config_.session, released_, count});
    const std::span<const std::byte> bytes(packet, static_cast<std::size_t>(head_ - packet_begin_));
    released_ = next_sequence_;
    pending_ = 0;
    if (loss_.withhold()) {
      ++counters_.suppressed;
      return count;
    }
    ++counters_.packets;
    transmit(bytes);
    return count;
  }

  // A heartbeat (after the end of session: an end-of-session packet) when nothing was sent for the interval. `now` in ns, any origin.
  void heartbeat_if_idle(std::uint64_t now) noexcept {
    const std::uint64_t sent = counters_.packets + counters_.suppressed + counters_.heartbeats;
    if (sent != sent_at_check_ || !checked_) {
      checked_ = true;
      sent_at_check_ = sent;
      last_activity_ = now;
    } else if (now - last_activity_ >= config_.heartbeat_interval) {
      control_packet(ended_ ? mold_end_of_session : mold_heartbeat);
    }
  }

  // Says that nothing more will come. Re-requests are still to be served for a while, and the packet is repeated by heartbeat_if_idle.
  void end_of_session() noexcept {
    flush();
    ended_ = true;
    control_packet(mold_end_of_session);
  }

  // Blocks of the sent messages from `first`, as many of `count` as fit into `out`.
  [[nodiscard]] RetransmitSlice copy_blocks(std::uint64_t first, std::uint16_t count, std::span<std::byte> out) const noexcept {
    RetransmitSlice slice;
    for (std::uint64_t sequence = first; sequence < released_ && slice.message_count < count && retained(sequence); ++sequence) {
      const std::byte* block = at(positions_[sequence & position_mask_]);
      const std::size_t length = mold_block_prefix + mold_block_length(block);
      if (length > out.size() - slice.bytes) break;
      std::memcpy(out.data() + slice.bytes, block, length);
      slice.bytes += length;
      ++slice.message_count;
    }
    return slice;
  }

  // Cold: takes the memory of the store's first `bytes` now, so that no packet pays for it.
  void touch(std::size_t bytes) {
    bytes_.touch(std::min(bytes, bytes_.maximum()));
    positions_.touch(std::min(bytes / 32, positions_.maximum()));
  }

  [[nodiscard]] const MoldSession& session() const noexcept { return config_.session; }
  // The number the next committed message gets.
  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return next_sequence_; }
  // First sequence not yet sent.
  [[nodiscard]] std::uint64_t released() const noexcept { return released_; }
  [[nodiscard]] const MoldPublisherCounters& counters() const noexcept { return counters_; }

 private:
  static constexpr std::size_t typical_block = 32;

  [[nodiscard]] std::byte* at(std::uint64_t position) noexcept { return bytes_.data() + position % bytes_.maximum(); }
  [[nodiscard]] const std::byte* at(std::uint64_t position) const noexcept { return bytes_.data() + position % bytes_.maximum(); }

  [[nodiscard]] bool retained(std::uint64_t sequence) const noexcept {
    if (sequence == 0 || next_sequence_ - sequence > position_mask_) return false;
    // Everything up to a whole packet beyond the head may be written before the next check.
    return positions_[sequence & position_mask_] + bytes_.maximum() >= head_ + 2 * config_.payload_limit;
  }

  void begin_packet() noexcept {
    const std::uint64_t size = bytes_.maximum();
    const std::uint64_t offset = head_ % size;
    if (offset + config_.payload_limit > size) head_ += size - offset;
    packet_begin_ = head_;
    head_ += mold_header_length;
  }

  void control_packet(std::uint16_t count) noexcept {
    std::array<std::byte, mold_header_length> packet;
    write_mold_header(packet.data(), {config_.session, released_, count});
    ++counters_.heartbeats;
    transmit(packet);
  }

  void transmit(std::span<const std::byte> packet) noexcept {
    if (!sender_.send(packet)) ++counters_.would_block;
    if (tap_ != nullptr) tap_->udp(tap_->now(), sender_.local(), sender_.destination(), packet);
  }

  MoldPublisherConfig config_;
  Sender& sender_;
  WireTap* tap_;
  PacketLoss loss_;
  core::ReservedArray<std::byte> bytes_;
  core::ReservedArray<std::uint64_t> positions_;
  std::uint64_t position_mask_;
  std::uint64_t head_ = 0;          // byte position of the next block
  std::uint64_t packet_begin_ = 0;  // byte position of the pending packet's header
  std::uint64_t next_sequence_ = 1;
  std::uint64_t released_ = 1;
  std::uint16_t pending_ = 0;
  std::uint16_t reserved_length_ = 0;
  bool ended_ = false;
  bool checked_ = false;
  std::uint64_t sent_at_check_ = 0;
  std::uint64_t last_activity_ = 0;
  MoldPublisherCounters counters_;
};

using MoldPublisher = BasicMoldPublisher<UdpSender>;

}  // namespace hopwire::net
