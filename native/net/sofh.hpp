// Why: TCP is a stream; order entry needs messages. What: the Simple Open Framing Header 1.0, exactly as published: u32 length big-endian,
// itself included, then u16 encoding type big-endian, 0xEB50 (SBE 1.0, little-endian).
//
// Owns nothing, reads no further than the bytes given. What can go wrong: a length below the smallest or above the largest message, or
// another encoding type, is `bad` -- the stream cannot be re-synchronised, so the caller ends the session. Fewer bytes than a frame is
// `incomplete`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/endian.hpp"

namespace hopwire::net {

inline constexpr std::size_t sofh_length = 6;
inline constexpr std::uint16_t sofh_sbe_little_endian = 0xEB50;

enum class FrameStatus : std::uint8_t { complete, incomplete, bad };

struct Frame {
  FrameStatus status = FrameStatus::incomplete;
  std::uint32_t length = 0;  // whole frame, header included; 0 unless complete
};

// The frame at the start of `bytes`. `smallest` and `largest` bound the whole frame. A bad header is refused as soon as it can be seen,
// without waiting for a body that may never come.
[[nodiscard]] inline Frame read_frame(std::span<const std::byte> bytes, std::uint32_t smallest, std::uint32_t largest) noexcept {
  if (bytes.size() < sofh_length) return {};
  const auto length = core::load_be<std::uint32_t>(bytes.data());
  const auto encoding = core::load_be<std::uint16_t>(bytes.data() + 4);
  if (encoding != sofh_sbe_little_endian || length < smallest || length > largest) return {FrameStatus::bad, 0};
  if (bytes.size() < length) return {};
  return {FrameStatus::complete, length};
}

inline void write_frame_header(std::byte* start, std::uint32_t length) noexcept {
  core::store_be<std::uint32_t>(start, length);
  core::store_be<std::uint16_t>(start + 4, sofh_sbe_little_endian);
}

}  // namespace hopwire::net
