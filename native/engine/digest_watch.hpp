// Why: digests have to be had before they can be compared. What: the receiving end of the book-digest channel for a feed loop: its socket,
// its packets told apart, and a DigestCheck that is kept informed of what the feed does.
//
// Looked at a thousand times a second, not in every duty cycle: an empty look is a system call. A digest that is lost is harmless, so there
// is no recovery; packets of another session are passed over. What can go wrong: set-up throws NetworkError. Owner: the feed's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/digest_check.hpp"
#include "net/mold_packet.hpp"
#include "net/udp_socket.hpp"

namespace hopwire::engine {

struct DigestWatchConfig {
  net::Endpoint group{};
  std::string interface = "127.0.0.1";
};

class DigestWatch {
 public:
  DigestWatch(const DigestWatchConfig& config, std::uint16_t maximum_locate)
      : socket_({.local = config.group, .interface = config.interface, .receive_buffer = 1 << 20}), check_(maximum_locate) {}

  // After each duty cycle that took messages. `epoch` rises with another session and with each snapshot; `next`: the next sequence.
  void applied(std::uint64_t epoch, std::span<const std::uint16_t> touched, std::uint64_t next) noexcept {
    if (epoch != epoch_) {
      epoch_ = epoch;
      ended_ = false;
      check_.begin(next);
    }
    for (const std::uint16_t locate : touched) check_.touched(locate, next);
  }

  // Takes what has come and compares what can be. `session`: of the feed. Nothing is compared while the books are known to be wrong.
  template <class Books>
  void poll(const net::MoldSession& session, const Books& books, std::uint64_t next, bool comparable) {
    for (const net::ReceivedPacket& packet : socket_.receive()) {
      if (packet.truncated || packet.length < net::mold_header_length) continue;
      const net::MoldHeader header = net::read_mold_header(packet.bytes);
      if (header.session != session) continue;
      ended_ = header.message_count == net::mold_end_of_session;
      if (ended_ || header.message_count == net::mold_heartbeat || !comparable) continue;
      const std::span<const std::byte> blocks(packet.bytes + net::mold_header_length, packet.length - net::mold_header_length);
      if (net::measure_mold_blocks(blocks, header.message_count) < 0) continue;
      const std::byte* block = blocks.data();
      for (std::uint32_t i = 0; i < header.message_count; ++i) {
        const std::size_t length = net::mold_block_length(block);
        check_.take({block + net::mold_block_prefix, length}, books, next);
        block += net::mold_block_prefix + length;
      }
    }
    if (comparable) check_.compare(books, next);
  }

  // The channel has ended: no more will come in this session.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  [[nodiscard]] const DigestCheck& check() const noexcept { return check_; }

 private:
  net::UdpReceiver socket_;
  DigestCheck check_;
  std::uint64_t epoch_ = ~std::uint64_t{0};
  bool ended_ = false;
};

}  // namespace hopwire::engine
