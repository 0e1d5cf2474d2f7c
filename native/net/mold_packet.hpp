// Why: publisher, re-request server and receiver must agree on what a MoldUDP64 packet says. What: the header as a plain value over the
// generated codec, the session name, and the check that every message block lies inside the packet. Layout and offsets:
// schemas/moldudp64.xml.
//
// A downstream packet is a 20-byte header and `message_count` blocks of {u16 length, payload}. Count 0 is a heartbeat and count 0xFFFF
// the end of session; both carry the next sequence and no block. A request is the same 20 bytes with the first sequence and count wanted.
// A zero-length message is legal and takes a sequence number.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "core/endian.hpp"
#include "generated/moldudp64.hpp"

namespace hopwire::net {

inline constexpr std::size_t mold_header_length = moldudp64::DownstreamHeaderView::block_length;
inline constexpr std::size_t mold_block_prefix = moldudp64::MessageBlockView::block_length;
inline constexpr std::uint16_t mold_heartbeat = moldudp64::heartbeat;
inline constexpr std::uint16_t mold_end_of_session = moldudp64::end_of_session;
inline constexpr std::uint16_t mold_most_messages = moldudp64::maximum_message_count;
// A request and a packet's header are read and written as one thing.
static_assert(moldudp64::RequestPacketView::block_length == moldudp64::DownstreamHeaderView::block_length &&
              moldudp64::RequestPacketView::session_offset == moldudp64::DownstreamHeaderView::session_offset &&
              moldudp64::RequestPacketView::sequence_number_offset == moldudp64::DownstreamHeaderView::sequence_number_offset &&
              moldudp64::RequestPacketView::message_count_offset == moldudp64::DownstreamHeaderView::message_count_offset);
// Nothing numbers messages beyond this; a header that does is damaged, and sums of sequence and count cannot overflow.
inline constexpr std::uint64_t mold_last_sequence = std::uint64_t{1} << 62;
// UDP payload that fits every Ethernet path without fragments, room for tunnels included.
inline constexpr std::size_t mold_payload_limit = 1400;

// Ten characters, padded with spaces on the right.
class MoldSession {
 public:
  constexpr MoldSession() noexcept { name_.fill(' '); }
  explicit constexpr MoldSession(std::string_view name) noexcept : MoldSession() {
    for (std::size_t i = 0; i < name.size() && i < name_.size(); ++i) name_[i] = name[i];
  }
  [[nodiscard]] constexpr std::string_view raw() const noexcept { return {name_.data(), name_.size()}; }
  [[nodiscard]] std::string text() const {
    const std::size_t end = raw().find_last_not_of(std::string_view(" \0", 2));
    return std::string(raw().substr(0, end == std::string_view::npos ? 0 : end + 1));
  }
  friend constexpr bool operator==(const MoldSession&, const MoldSession&) = default;

 private:
  std::array<char, 10> name_{};
};

struct MoldHeader {
  MoldSession session;
  std::uint64_t sequence = 0;
  std::uint16_t message_count = 0;
};

// `packet` holds at least mold_header_length bytes.
[[nodiscard]] inline MoldHeader read_mold_header(const std::byte* packet) noexcept {
  const moldudp64::DownstreamHeaderView view(packet);
  return {MoldSession(view.session_raw()), view.sequence_number(), view.message_count()};
}

inline void write_mold_header(std::byte* packet, const MoldHeader& header) noexcept {
  moldudp64::DownstreamHeaderEncoder(packet)
      .session(header.session.raw())
      .sequence_number(header.sequence)
      .message_count(header.message_count);
}

[[nodiscard]] inline std::uint16_t mold_block_length(const std::byte* block) noexcept {
  return moldudp64::MessageBlockView(block).message_length();
}

// Where the block `count` further on begins. The blocks are known to lie inside the packet.
[[nodiscard]] inline const std::byte* skip_mold_blocks(const std::byte* block, std::uint64_t count) noexcept {
  for (; count != 0; --count) block += mold_block_prefix + mold_block_length(block);
  return block;
}

// Bytes taken by `count` blocks, or -1 when they do not all lie inside `blocks`.
[[nodiscard]] inline std::ptrdiff_t measure_mold_blocks(std::span<const std::byte> blocks, std::uint32_t count) noexcept {
  std::size_t at = 0;
  for (; count != 0; --count) {
    if (blocks.size() - at < mold_block_prefix) return -1;
    at += mold_block_prefix + mold_block_length(blocks.data() + at);
    if (at > blocks.size()) return -1;
  }
  return static_cast<std::ptrdiff_t>(at);
}

}  // namespace hopwire::net
