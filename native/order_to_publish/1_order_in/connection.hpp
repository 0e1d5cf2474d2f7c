// Why: the gateway's session rules want whole messages and a place to write answers; TCP gives slices and takes what it likes.
// What: one TCP connection with its two fixed buffers, the stamp of the last read, and when bytes last moved either way. No session rule.
//
// Owns its socket and buffers; slots are reused for later connections. What can go wrong: a peer that does not read fills the send buffer ->
// overflowed(), and the owner ends it; a closed or reset peer -> peer_gone(), after which what was read before is still served.
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
#include "order_to_publish/1_order_in/gateway_config.hpp"

namespace hopwire::venue {

enum class ConnectionState : std::uint8_t {
  unused,
  logon,        // has not established a session yet
  established,
  closing,      // said Terminate or a reject; waits for the peer to take it
};

inline constexpr std::uint32_t no_session = 0xFFFFFFFFu;

class Connection {
 public:
  // Business messages leave this much of the send buffer to session messages.
  static constexpr std::size_t session_margin = 2048;

  Connection(const GatewayConfig& config, net::WireTap* tap)
      : tap_(tap), inbound_(config.receive_buffer_bytes), outbound_(config.send_buffer_bytes) {}

  void open(net::TcpConnection socket, std::uint64_t now) noexcept {
    socket_ = std::move(socket);
    inbound_.clear();
    outbound_.clear();
    state = ConnectionState::logon;
    session = no_session;
    opened_at = last_received = last_sent = now;
    peer_gone_ = overflowed_ = finished_writing_ = false;
    would_block_ = 0;
  }

  void close() noexcept {
    socket_.close();
    state = ConnectionState::unused;
    session = no_session;
  }

  // One read. true when bytes came.
  bool receive(std::uint64_t now) noexcept {
    const std::span<std::byte> space = inbound_.free_space(net::order_entry_largest_frame);
    if (peer_gone_ || space.empty() || !socket_.is_open()) return false;
    const net::Transfer transfer = socket_.read(space);
    if (transfer.status == net::TransferStatus::moved) {
      receive_tsc = core::Tsc::now();
      last_received = now;
      if (tap_ != nullptr) tap_->tcp(tap_->now(), socket_.peer(), socket_.local(), space.first(transfer.bytes));
      inbound_.filled_by(transfer.bytes);
      return true;
    }
    peer_gone_ = transfer.status != net::TransferStatus::would_block;
    return false;
  }

  // Bytes that come from somewhere else than the socket (tests, fuzzers). false when they do not fit.
  bool deliver(std::span<const std::byte> bytes) noexcept { return inbound_.append(bytes); }

  [[nodiscard]] net::Frame next_frame() const noexcept {
    return net::read_frame(inbound_.filled(), net::order_entry_prefix, net::order_entry_largest_frame);
  }
  [[nodiscard]] std::span<const std::byte> inbound() const noexcept { return inbound_.filled(); }
  void consume(std::size_t bytes) noexcept { inbound_.consume(bytes); }

  // Session messages. `fill` gets the encoder.
  template <class Encoder, class Fill>
  void send(Fill&& fill) noexcept {
    constexpr std::size_t length = net::frame_length_of<Encoder>;
    const std::span<std::byte> space = outbound_.free_space(length);
    if (space.size() < length) {
      overflowed_ = true;
      return;
    }
    Encoder encoder = net::start_message<Encoder>(space.data());
    fill(encoder);
    outbound_.filled_by(length);
  }

  // A business message already encoded. false when it must wait.
  [[nodiscard]] bool offer(std::span<const std::byte> frame) noexcept {
    return outbound_.room() >= frame.size() + session_margin && outbound_.append(frame);
  }

  // Room for `bytes` of business messages at once.
  [[nodiscard]] bool has_room(std::size_t bytes) const noexcept { return outbound_.room() >= bytes + session_margin; }

  // One send of all that waits. Returns true when nothing is left.
  bool flush(std::uint64_t now) noexcept {
    if (outbound_.empty()) return true;
    if (!socket_.is_open() || peer_gone_) {
      outbound_.clear();
      return true;
    }
    const std::span<const std::byte> waiting = outbound_.filled();
    const net::Transfer transfer = socket_.write(waiting);
    if (transfer.status == net::TransferStatus::moved) {
      last_sent = now;
      if (tap_ != nullptr) tap_->tcp(tap_->now(), socket_.local(), socket_.peer(), waiting.first(transfer.bytes));
      outbound_.consume(transfer.bytes);
    } else if (transfer.status != net::TransferStatus::would_block) {
      outbound_.clear();  // the next read says that the peer is gone, after what it had sent before
    }
    if (!outbound_.empty()) ++would_block_;
    return outbound_.empty();
  }

  // After the last answer: the peer reads it and then the end.
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

  ConnectionState state = ConnectionState::unused;
  std::uint32_t session = no_session;  // index, once established
  std::uint64_t receive_tsc = 0;       // of the read that brought the last bytes
  std::uint64_t opened_at = 0;         // steady ns, as the next two
  std::uint64_t last_received = 0;
  std::uint64_t last_sent = 0;
  std::uint64_t closing_at = 0;        // when closing began

 private:
  net::WireTap* tap_;
  net::TcpConnection socket_;
  net::StreamBuffer inbound_;
  net::StreamBuffer outbound_;
  std::uint64_t would_block_ = 0;
  bool peer_gone_ = false;
  bool overflowed_ = false;
  bool finished_writing_ = false;
};

}  // namespace hopwire::venue
