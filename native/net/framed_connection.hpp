// Why: both ends of order entry want whole messages and a place to write answers; TCP gives slices and takes what it likes.
// What: one TCP connection with its two fixed buffers, the stamp of the last read, and when bytes last moved either way. No session rule.
//
// Owns its socket and buffers; may be opened again for a later connection. What can go wrong: a peer that does not read fills the send
// buffer -> overflowed(), and the owner ends it; a closed or reset peer -> peer_gone(), after which what was read before can still be
// served.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "core/clock.hpp"
#include "net/order_entry_wire.hpp"
#include "net/stream_buffer.hpp"
#include "net/tcp_socket.hpp"
#include "net/wire_tap.hpp"

namespace hopwire::net {

class FramedConnection {
 public:
  // `tap` may be null.
  FramedConnection(std::size_t receive_bytes, std::size_t send_bytes, WireTap* tap)
      : tap_(tap), inbound_(receive_bytes), outbound_(send_bytes) {}

  // now: steady nanoseconds, as everywhere here.
  void open(TcpConnection socket, std::uint64_t now) noexcept {
    socket_ = std::move(socket);
    inbound_.clear();
    outbound_.clear();
    last_received = last_sent = now;
    peer_gone_ = overflowed_ = finished_writing_ = false;
    would_block_ = 0;
  }

  void close() noexcept { socket_.close(); }
  [[nodiscard]] bool is_open() const noexcept { return socket_.is_open(); }
  [[nodiscard]] TcpConnection& socket() noexcept { return socket_; }

  // One read. true when bytes came.
  bool receive(std::uint64_t now) noexcept {
    const std::span<std::byte> space = inbound_.free_space(order_entry_largest_frame);
    if (peer_gone_ || space.empty() || !socket_.is_open()) return false;
    const Transfer transfer = socket_.read(space);
    if (transfer.status == TransferStatus::moved) {
      receive_tsc = core::Tsc::now();
      last_received = now;
      if (tap_ != nullptr) tap_->tcp(tap_->now(), socket_.peer(), socket_.local(), space.first(transfer.bytes));
      inbound_.filled_by(transfer.bytes);
      return true;
    }
    peer_gone_ = transfer.status != TransferStatus::would_block;
    return false;
  }

  // Bytes that come from somewhere else than the socket (tests, fuzzers). false when they do not fit.
  [[nodiscard]] bool deliver(std::span<const std::byte> bytes) noexcept { return inbound_.append(bytes); }

  [[nodiscard]] Frame next_frame() const noexcept { return read_frame(inbound_.filled(), order_entry_prefix, order_entry_largest_frame); }
  [[nodiscard]] std::span<const std::byte> inbound() const noexcept { return inbound_.filled(); }
  void consume(std::size_t bytes) noexcept { inbound_.consume(bytes); }

  // Writes one message into the send buffer; `fill` gets its encoder. Leaves with flush().
  template <class Encoder, class Fill>
  void send(Fill&& fill) noexcept {
    constexpr std::size_t length = frame_length_of<Encoder>;
    const std::span<std::byte> space = outbound_.free_space(length);
    if (space.size() < length) {
      overflowed_ = true;
      return;
    }
    Encoder encoder = start_message<Encoder>(space.data());
    fill(encoder);
    outbound_.filled_by(length);
  }

  // Room for a frame written in place, until sent_in_place(); nullptr when the peer has left too much unread.
  [[nodiscard]] std::byte* reserve(std::size_t bytes) noexcept {
    const std::span<std::byte> space = outbound_.free_space(bytes);
    return space.size() < bytes ? nullptr : space.data();
  }
  void sent_in_place(std::size_t bytes) noexcept { outbound_.filled_by(bytes); }

  // Room for `bytes` while `margin` bytes stay free.
  [[nodiscard]] bool has_room(std::size_t bytes, std::size_t margin = 0) const noexcept { return outbound_.room() >= bytes + margin; }
  [[nodiscard]] bool append(std::span<const std::byte> frame) noexcept { return outbound_.append(frame); }

  // What waits to be sent.
  [[nodiscard]] std::span<const std::byte> outbound() const noexcept { return outbound_.filled(); }

  // One send of all that waits. Returns true when nothing is left.
  bool flush(std::uint64_t now) noexcept {
    if (outbound_.empty()) return true;
    if (!socket_.is_open() || peer_gone_) {
      outbound_.clear();
      return true;
    }
    const std::span<const std::byte> waiting = outbound_.filled();
    const Transfer transfer = socket_.write(waiting);
    if (transfer.status == TransferStatus::moved) {
      last_sent = now;
      if (tap_ != nullptr) tap_->tcp(tap_->now(), socket_.local(), socket_.peer(), waiting.first(transfer.bytes));
      outbound_.consume(transfer.bytes);
    } else if (transfer.status != TransferStatus::would_block) {
      outbound_.clear();  // the next read says that the peer is gone, after what it had sent before
    }
    if (!outbound_.empty()) ++would_block_;
    return outbound_.empty();
  }

  // After the last message: the peer reads it and then the end.
  void finish_writing() noexcept {
    if (finished_writing_) return;
    finished_writing_ = true;
    socket_.finish_writing();
  }

  // Bytes that come after the end are read and thrown away, so that closing does not reset the connection under our last message.
  void discard(std::uint64_t now) noexcept {
    inbound_.clear();
    for (int reads = 0; reads < 4 && receive(now); ++reads) inbound_.clear();
  }

  [[nodiscard]] bool peer_gone() const noexcept { return peer_gone_; }
  [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }
  [[nodiscard]] std::uint64_t take_would_block() noexcept { return std::exchange(would_block_, 0); }

  std::uint64_t receive_tsc = 0;  // of the read that brought the last bytes
  std::uint64_t last_received = 0;
  std::uint64_t last_sent = 0;

 private:
  WireTap* tap_;
  TcpConnection socket_;
  StreamBuffer inbound_;
  StreamBuffer outbound_;
  std::uint64_t would_block_ = 0;
  bool peer_gone_ = false;
  bool overflowed_ = false;
  bool finished_writing_ = false;
};

}  // namespace hopwire::net
