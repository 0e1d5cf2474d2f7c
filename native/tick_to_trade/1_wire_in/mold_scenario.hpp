// For tests only: MoldUDP64 packets whose messages prove which ones they are, and a listener that wants each once and in order.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/endian.hpp"
#include "net/mold_packet.hpp"
#include "tick_to_trade/1_wire_in/packet.hpp"

namespace hopwire::feed::scenario {

// Every seventh message is empty, which the protocol allows; the others hold their sequence.
[[nodiscard]] inline std::uint16_t message_length_of(std::uint64_t sequence) noexcept { return sequence % 7 == 0 ? 0 : 8; }

[[nodiscard]] inline std::vector<std::byte> packet_of(std::string_view session, std::uint64_t first, std::uint64_t count) {
  std::vector<std::byte> bytes(net::mold_header_length);
  net::write_mold_header(bytes.data(), {net::MoldSession(session), first, static_cast<std::uint16_t>(count)});
  for (std::uint64_t sequence = first; sequence < first + count; ++sequence) {
    const std::uint16_t length = message_length_of(sequence);
    const std::size_t at = bytes.size();
    bytes.resize(at + net::mold_block_prefix + length);
    core::store_be<std::uint16_t>(bytes.data() + at, length);
    if (length != 0) core::store_be<std::uint64_t>(bytes.data() + at + net::mold_block_prefix, sequence);
  }
  return bytes;
}

[[nodiscard]] inline std::vector<std::byte> control_of(std::string_view session, std::uint64_t sequence, std::uint16_t count) {
  std::vector<std::byte> bytes(net::mold_header_length);
  net::write_mold_header(bytes.data(), {net::MoldSession(session), sequence, count});
  return bytes;
}

struct Request {
  std::uint32_t server;
  std::uint64_t first;
  std::uint16_t count;
};

// What was delivered. `wrong` counts messages that are not what their sequence says, and sequences out of order.
struct Listener {
  void take(const Packet& packet) {
    if (packet.first_sequence != expected && !skip_allowed) ++wrong;
    std::uint64_t sequence = packet.first_sequence;
    const std::byte* block = packet.blocks;
    for (std::uint32_t i = 0; i < packet.message_count; ++i, ++sequence) {
      const std::uint16_t length = net::mold_block_length(block);
      if (length != message_length_of(sequence)) ++wrong;
      if (length != 0 && core::load_be<std::uint64_t>(block + net::mold_block_prefix) != sequence) ++wrong;
      block += net::mold_block_prefix + length;
    }
    if (static_cast<std::size_t>(block - packet.blocks) != packet.block_bytes) ++wrong;
    expected = sequence;
    delivered += packet.message_count;
  }

  std::uint64_t expected = 1;
  std::uint64_t delivered = 0;
  std::uint64_t wrong = 0;
  bool skip_allowed = false;
};

}  // namespace hopwire::feed::scenario
