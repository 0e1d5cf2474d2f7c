// Why: both ends of order entry put the same frame around every message and must refuse the same bytes. What: SOFH + SBE message header +
// block, and the groups behind it, checked once here so that nobody reads a field before the message is known to be whole.
//
// Owns nothing. What can go wrong, each its own answer: a foreign schema, a block shorter than this version's, a group that claims more
// entries than there are bytes or shorter ones than this version's, or a frame that does not end where its message ends ->
// decoding_error; a template this schema does not have -> unknown_template. A newer version may bring a longer block or more behind it:
// what is known is read, the rest skipped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "generated/order_entry.hpp"
#include "net/sofh.hpp"

namespace hopwire::net {

inline constexpr std::size_t sbe_header_length = order_entry::MessageHeaderView::encoded_length;
inline constexpr std::size_t order_entry_prefix = sofh_length + sbe_header_length;

// Largest frame either side takes: a mass quote of 100 entries is 2066 bytes; later versions may append fields. What does not fit is no
// order-entry message (badFrame); what fits and has too many entries is refused as a request.
inline constexpr std::uint32_t order_entry_largest_frame = 4096;

template <class Encoder>
inline constexpr std::size_t frame_length_of = sofh_length + Encoder::encoded_length;

enum class MessageStatus : std::uint8_t { ok, decoding_error, unknown_template };

struct Message {
  MessageStatus status = MessageStatus::decoding_error;
  std::uint16_t template_id = 0;
  const std::byte* block = nullptr;  // whole block of template_id; null unless ok
  std::span<const std::byte> sbe;    // the whole message, its header included, for one that has groups: XView::read()
};

// The groups have the entries they claim, and nothing this version does not know lies behind them.
template <class View>
[[nodiscard]] inline bool groups_fit(const View& view, std::uint16_t version, std::size_t held) noexcept {
  return view.valid() && (version > order_entry::schema_version || view.body().size() == held);
}

// `frame` is one whole frame as read_frame() found it.
[[nodiscard]] inline Message read_message(std::span<const std::byte> frame) noexcept {
  if (frame.size() < order_entry_prefix) return {};
  const order_entry::MessageHeaderView header(frame.data() + sofh_length);
  if (header.schema_id() != order_entry::schema_id) return {};
  const std::uint16_t block_length = header.block_length();
  const std::uint16_t template_id = header.template_id();
  const std::uint16_t version = header.version();
  const std::size_t held = frame.size() - order_entry_prefix;
  if (block_length > held) return {};
  const bool has_groups = template_id == order_entry::MassQuoteView::template_id || template_id == order_entry::SetLimitsView::template_id;
  if (!has_groups && version <= order_entry::schema_version && block_length != held) return {};
  const std::uint16_t known_length = order_entry::block_length_of(template_id);
  if (known_length == 0) return {MessageStatus::unknown_template, template_id, nullptr, {}};
  if (block_length < known_length) return {};
  if (has_groups) {
    const std::span<const std::byte> sbe = frame.subspan(sofh_length);
    const bool fits = template_id == order_entry::MassQuoteView::template_id
                          ? groups_fit(order_entry::MassQuoteView::read(sbe), version, held)
                          : groups_fit(order_entry::SetLimitsView::read(sbe), version, held);
    if (!fits) return {};
  }
  return {MessageStatus::ok, template_id, frame.data() + order_entry_prefix, frame.subspan(sofh_length)};
}

// Writes frame and message header at `start`, which has room for frame_length_of<Encoder> bytes, zeroes the block, and returns its encoder.
template <class Encoder>
[[nodiscard]] inline Encoder start_message(std::byte* start) noexcept {
  write_frame_header(start, static_cast<std::uint32_t>(frame_length_of<Encoder>));
  return Encoder::wrap_and_apply_header(start + sofh_length);
}

}  // namespace hopwire::net
