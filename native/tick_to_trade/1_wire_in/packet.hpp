// The event hop 1 hands to hop 2: messages in sequence, each once, whatever the network did to the packets.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hopwire::feed {

enum class PacketSource : std::uint8_t { line_a, line_b, rerequest };

struct Packet {
  const std::byte* blocks;        // message_count blocks of {u16 big-endian length, payload}, all inside block_bytes
  std::uint32_t block_bytes;
  std::uint32_t message_count;    // at least 1
  std::uint64_t first_sequence;
  std::uint64_t receive_tsc;      // kernel receive stamp on the TSC's axis, or the TSC when the packet was in hand
  PacketSource source;
  bool kernel_stamped;
  bool was_held;                  // waited behind a gap
};
// Valid during the callback only.

}  // namespace hopwire::feed
