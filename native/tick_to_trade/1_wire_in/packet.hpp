// The event hop 1 hands to hop 2: messages in sequence, each once, whatever the network did to the packets; or messages of a snapshot.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hopwire::feed {

// Lines carry the same stream, each packed in its own way. The first values are the lines' indexes.
enum class PacketSource : std::uint8_t { line_a, line_b, line_c, line_d, rerequest, snapshot };
inline constexpr std::size_t most_lines = 4;

[[nodiscard]] constexpr bool is_line(PacketSource source) noexcept { return static_cast<std::size_t>(source) < most_lines; }
[[nodiscard]] constexpr std::size_t line_index(PacketSource line) noexcept { return static_cast<std::size_t>(line); }
[[nodiscard]] constexpr PacketSource line_at(std::size_t index) noexcept { return static_cast<PacketSource>(index); }

struct Packet {
  const std::byte* blocks;        // message_count blocks of {u16 big-endian length, payload}, all inside block_bytes
  std::uint32_t block_bytes;
  std::uint32_t message_count;    // at least 1, but for a snapshot that begins with none
  std::uint64_t first_sequence;   // 0 in a snapshot
  std::uint64_t receive_tsc;      // kernel receive stamp on the TSC's axis, or the TSC when the packet was in hand
  PacketSource source;
  bool kernel_stamped;
  bool was_held;                  // waited behind a gap
  bool begins_snapshot = false;   // the books forget everything first: what follows is all there is
};
// Valid during the callback only.

}  // namespace hopwire::feed
