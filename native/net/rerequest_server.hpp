// Why: multicast loses packets; MoldUDP64 heals them by a unicast request. What: answers requests from a store, polled by the thread that
// owns the store, a bounded number each pass, one packet for each request (what fits; the client asks on from where it stands).
//
// A request that is not 20 bytes, names another session, or lies outside what is kept gets no answer, as the protocol has no refusal; it is
// counted. Answers go to the source address of the request.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/mold_packet.hpp"
#include "net/udp_socket.hpp"
#include "net/wire_tap.hpp"

namespace hopwire::net {

struct RerequestCounters {
  std::uint64_t served = 0;
  std::uint64_t refused = 0;
  std::uint64_t messages = 0;
  std::uint64_t would_block = 0;
};

struct RerequestServerConfig {
  Endpoint local{};
  std::size_t requests_per_poll = 8;
  std::size_t payload_limit = mold_payload_limit;
  // An empty poll is a system call (about 400 ns) on the owner's hot thread, so it is made at most this often, in the unit of poll's `now`.
  std::uint64_t poll_interval = 0;
};

class RerequestServer {
 public:
  explicit RerequestServer(const RerequestServerConfig& config, WireTap* tap = nullptr)
      : config_(config), socket_({.local = config.local, .interface = {}, .exclusive = true}), tap_(tap) {}

  [[nodiscard]] const Endpoint& local() const noexcept { return socket_.local(); }
  [[nodiscard]] const RerequestCounters& counters() const noexcept { return counters_; }

  // Source: session(), copy_blocks(first, count, span). Returns requests answered.
  template <class Source>
  std::size_t poll(const Source& source, std::uint64_t now = 0) noexcept {
    if (now - last_poll_ < config_.poll_interval) return 0;
    last_poll_ = now;
    std::size_t answered = 0;
    for (const ReceivedPacket& packet : socket_.receive(config_.requests_per_poll)) {
      if (answer(source, packet)) ++answered;
    }
    return answered;
  }

  // Frees the port; poll() must not be called again.
  void close() noexcept { socket_.close(); }

 private:
  template <class Source>
  bool answer(const Source& source, const ReceivedPacket& packet) noexcept {
    if (packet.truncated || packet.length != mold_header_length) return refuse();
    const MoldHeader request = read_mold_header(packet.bytes);
    const bool sane = request.session == source.session() && request.sequence >= 1 && request.sequence < mold_last_sequence &&
                      request.message_count != mold_heartbeat && request.message_count != mold_end_of_session;
    if (!sane) return refuse();
    const std::span<std::byte> blocks(answer_.data() + mold_header_length, config_.payload_limit - mold_header_length);
    const RetransmitSlice slice = source.copy_blocks(request.sequence, request.message_count, blocks);
    if (slice.message_count == 0) return refuse();
    write_mold_header(answer_.data(), {request.session, request.sequence, slice.message_count});
    const std::span<const std::byte> bytes(answer_.data(), mold_header_length + slice.bytes);
    if (!socket_.send_to(packet.source, bytes)) {
      ++counters_.would_block;
      return false;
    }
    if (tap_ != nullptr) tap_->udp(tap_->now(), socket_.local(), packet.source, bytes);
    ++counters_.served;
    counters_.messages += slice.message_count;
    return true;
  }

  bool refuse() noexcept {
    ++counters_.refused;
    return false;
  }

  RerequestServerConfig config_;
  UdpReceiver socket_;
  WireTap* tap_;
  std::uint64_t last_poll_ = 0;
  RerequestCounters counters_;
  std::array<std::byte, UdpReceiver::maximum_packet> answer_{};
};

}  // namespace hopwire::net
