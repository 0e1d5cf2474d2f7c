// Why: TCP is a stream; order entry needs messages. What: the Simple Open Framing Header 1.0, exactly as published (schemas/sofh.xml), of
// SBE 1.0 in little-endian order.
//
// Owns nothing, reads no further than the bytes given. What can go wrong: a length below the smallest or above the largest message, or
// another encoding type, is `bad` -- the stream cannot be re-synchronised, so the caller ends the session. Fewer bytes than a frame is
// `incomplete`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "generated/sofh.hpp"

namespace hopwire::net {

inline constexpr std::size_t sofh_length = sofh::FramingHeaderView::block_length;

enum class FrameStatus : std::uint8_t { complete, incomplete, bad };

struct Frame {
  FrameStatus status = FrameStatus::incomplete;
  std::uint32_t length = 0;  // whole frame, header included; 0 unless complete
};

// The frame at the start of `bytes`. `smallest` and `largest` bound the whole frame. A bad header is refused as soon as it can be seen,
// without waiting for a body that may never come.
[[nodiscard]] inline Frame read_frame(std::span<const std::byte> bytes, std::uint32_t smallest, std::uint32_t largest) noexcept {
  if (bytes.size() < sofh_length) return {};
  const sofh::FramingHeaderView header(bytes.data());
  const std::uint32_t length = header.message_length();
  if (header.encoding_type() != sofh::sbe_little_endian || length < smallest || length > largest) return {FrameStatus::bad, 0};
  if (bytes.size() < length) return {};
  return {FrameStatus::complete, length};
}

inline void write_frame_header(std::byte* start, std::uint32_t length) noexcept {
  sofh::FramingHeaderEncoder(start).message_length(length).encoding_type(sofh::sbe_little_endian);
}

}  // namespace hopwire::net
