// Why: client and server of SoupBinTCP differ in what they say, not in how bytes come and go. What: the two bounded buffers of one
// connection, whole packets out of the one and into the other, and when bytes last moved either way. No socket, no clock: bytes and times
// come in through calls, so that every behaviour is tested without a network and without waiting.
//
// Owns its buffers, allocated once. What can go wrong: a peer that does not read fills the outbound buffer -> send() is false and nothing
// of that packet is written; the owner decides (wait, or end a slow consumer). A bad packet is sticky: nothing after it is read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "net/soupbin_wire.hpp"
#include "net/stream_buffer.hpp"

namespace hopwire::net {

struct SoupBinStreamConfig {
  SoupBinEnd peer = SoupBinEnd::server;
  std::size_t largest_packet = soupbin_largest_packet;  // taken from the peer, on the wire
  std::size_t inbound_bytes = std::size_t{1} << 17;     // at least one largest packet
  std::size_t outbound_bytes = std::size_t{1} << 16;
};

class SoupBinStream {
 public:
  explicit SoupBinStream(const SoupBinStreamConfig& config)
      : config_(config), inbound_(std::max(config.inbound_bytes, config.largest_packet)), outbound_(config.outbound_bytes) {}

  // A new connection. `now`: steady nanoseconds, as everywhere here.
  void open(std::uint64_t now) noexcept {
    inbound_.clear();
    outbound_.clear();
    taken_ = 0;
    fault_ = "";
    last_received_ = last_sent_ = now;
  }

  // ---- bytes from the peer: read into space(), then say how many ----

  // Room for at least one byte unless the packets that wait fill the buffer.
  [[nodiscard]] std::span<std::byte> space() noexcept {
    drop_taken();
    return inbound_.free_space(config_.largest_packet);
  }
  void received(std::size_t bytes, std::uint64_t now) noexcept {
    inbound_.filled_by(bytes);
    if (bytes != 0) last_received_ = now;
  }

  // The next packet; its bytes are good until the next call of next() or space().
  [[nodiscard]] SoupBinPacket next() noexcept {
    drop_taken();
    if (*fault_ != '\0') return {.status = SoupBinStatus::bad, .fault = fault_};
    const SoupBinPacket packet = read_soupbin_packet(inbound_.filled(), config_.peer, config_.largest_packet);
    taken_ = packet.length;
    if (packet.status == SoupBinStatus::bad) fault_ = packet.fault;
    return packet;
  }

  // ---- bytes for the peer: write outbound(), then say how many went ----

  [[nodiscard]] std::span<const std::byte> outbound() const noexcept { return outbound_.filled(); }
  void sent(std::size_t bytes, std::uint64_t now) noexcept {
    outbound_.consume(bytes);
    if (bytes != 0) last_sent_ = now;
  }

  // A message of a fixed layout; `fill` gets its encoder. Those are few and short, and false means that the peer reads nothing at all.
  template <class Encoder, class Fill>
  bool send(Fill&& fill) noexcept {
    constexpr std::size_t length = soupbin_prefix + Encoder::encoded_length;
    const std::span<std::byte> space = outbound_.free_space(length);
    if (space.size() < length) return false;
    start_packet(space.data(), Encoder::encoded_length);
    Encoder encoder = Encoder::wrap(space.data() + soupbin_prefix);
    fill(encoder);
    outbound_.filled_by(length);
    return true;
  }
  template <class Encoder>
  bool send() noexcept {
    return send<Encoder>([](auto&) {});
  }

  // A message whose payload follows its type.
  template <class Encoder>
  bool send(std::span<const std::byte> payload) noexcept {
    const std::size_t length = soupbin_data_prefix + payload.size();
    const std::span<std::byte> space = outbound_.free_space(length);
    if (space.size() < length || length > soupbin_largest_packet) return false;
    start_packet(space.data(), length - soupbin_prefix);
    (void)Encoder::wrap(space.data() + soupbin_prefix);
    if (!payload.empty()) std::memcpy(space.data() + soupbin_data_prefix, payload.data(), payload.size());
    outbound_.filled_by(length);
    return true;
  }

  [[nodiscard]] std::size_t room() const noexcept { return outbound_.room(); }
  // What waits in outbound() counts as said: a heartbeat behind it would come no earlier.
  [[nodiscard]] bool owes_heartbeat(std::uint64_t now, std::uint64_t interval) const noexcept {
    return outbound_.empty() && now - last_sent_ >= interval;
  }
  [[nodiscard]] std::uint64_t silence(std::uint64_t now) const noexcept { return now < last_received_ ? 0 : now - last_received_; }
  [[nodiscard]] std::uint64_t last_received() const noexcept { return last_received_; }

 private:
  static void start_packet(std::byte* at, std::size_t message_length) noexcept {
    soupbintcp::PacketHeaderEncoder(at).packet_length(static_cast<std::uint16_t>(message_length));
  }

  void drop_taken() noexcept {
    if (taken_ != 0) inbound_.consume(taken_);
    taken_ = 0;
  }

  SoupBinStreamConfig config_;
  StreamBuffer inbound_;
  StreamBuffer outbound_;
  std::size_t taken_ = 0;  // of the packet handed out last
  const char* fault_ = "";
  std::uint64_t last_received_ = 0;
  std::uint64_t last_sent_ = 0;
};

}  // namespace hopwire::net
