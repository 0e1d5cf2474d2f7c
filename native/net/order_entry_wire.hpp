// Why: both ends of order entry put the same frame around every message and must refuse the same bytes. What: SOFH + SBE message header +
// block, checked once here so that nobody reads a field before the block is known to be whole.
//
// Owns nothing. What can go wrong, each its own answer: a foreign schema or a block shorter than this version's or a frame that does not
// end where its block ends -> decoding_error; a template this schema does not have -> unknown_template. A newer version may bring a longer
// block: what is known is read, the rest skipped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "generated/order_entry.hpp"
#include "net/sofh.hpp"

namespace hopwire::net {

inline constexpr std::size_t sbe_header_length = 8;
inline constexpr std::size_t order_entry_prefix = sofh_length + sbe_header_length;

// Largest frame either side takes. Today's largest message is 118 bytes; later versions may append fields.
inline constexpr std::uint32_t order_entry_largest_frame = 1024;

template <class Encoder>
inline constexpr std::size_t frame_length_of = sofh_length + Encoder::encoded_length;

enum class MessageStatus : std::uint8_t { ok, decoding_error, unknown_template };

struct Message {
  MessageStatus status = MessageStatus::decoding_error;
  std::uint16_t template_id = 0;
  const std::byte* block = nullptr;  // whole block of template_id; null unless ok
};

// `frame` is one whole frame as read_frame() found it.
[[nodiscard]] inline Message read_message(std::span<const std::byte> frame) noexcept {
  if (frame.size() < order_entry_prefix) return {};
  const std::byte* header = frame.data() + sofh_length;
  const auto block_length = core::load_le<std::uint16_t>(header);
  const auto template_id = core::load_le<std::uint16_t>(header + 2);
  const auto schema_id = core::load_le<std::uint16_t>(header + 4);
  const auto version = core::load_le<std::uint16_t>(header + 6);
  if (schema_id != order_entry::schema_id) return {};
  const std::size_t held = frame.size() - order_entry_prefix;
  if (block_length > held) return {};
  if (version <= order_entry::schema_version && block_length != held) return {};
  const std::uint16_t known_length = order_entry::block_length_of(template_id);
  if (known_length == 0) return {MessageStatus::unknown_template, template_id, nullptr};
  if (block_length < known_length) return {};
  return {MessageStatus::ok, template_id, frame.data() + order_entry_prefix};
}

// Writes frame and message header at `start`, which has room for frame_length_of<Encoder> bytes, zeroes the block, and returns its encoder.
template <class Encoder>
[[nodiscard]] inline Encoder start_message(std::byte* start) noexcept {
  write_frame_header(start, static_cast<std::uint32_t>(frame_length_of<Encoder>));
  return Encoder::wrap_and_apply_header(start + sofh_length);
}

}  // namespace hopwire::net
