// Why: what a GLIMPSE server sends as sequenced data is an ITCH message, the end of the snapshot, or something neither; who takes a book
// from it must not mistake one for another. What: one payload, told apart and checked for its length.
//
// Owns nothing. A type that is not known is passed over, as on the live line: Nasdaq adds types. A known type of another length than its
// own is a fault: the book would be wrong. Layouts: schemas/itch_5_0.xml, schemas/glimpse.xml.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "generated/glimpse.hpp"
#include "generated/itch_5_0.hpp"
#include "net/mold_packet.hpp"
#include "net/soupbin_wire.hpp"

namespace hopwire::net {

enum class GlimpseKind : std::uint8_t { message, unknown_type, end_of_snapshot, fault };

struct GlimpseMessage {
  GlimpseKind kind = GlimpseKind::fault;
  std::uint64_t sequence = 0;  // of an end of snapshot
  const char* fault = "";
};

[[nodiscard]] inline GlimpseMessage read_glimpse_message(std::span<const std::byte> bytes) noexcept {
  const std::size_t type = bytes.empty() ? 0 : std::to_integer<std::size_t>(bytes[0]);
  if (type != static_cast<std::size_t>(glimpse::EndOfSnapshotView::discriminator)) {
    const std::size_t length = itch::message_length[type];
    if (length == 0) return {GlimpseKind::unknown_type, 0, ""};
    if (length != bytes.size()) return {GlimpseKind::fault, 0, "a message of the snapshot is not as long as its type"};
    return {GlimpseKind::message, 0, ""};
  }
  if (bytes.size() != glimpse::EndOfSnapshotView::block_length)
    return {GlimpseKind::fault, 0, "the end of the snapshot is not as long as its type"};
  const auto sequence = soupbin_number(glimpse::EndOfSnapshotView(bytes.data()).sequence_number_raw());
  if (!sequence || *sequence == 0 || *sequence >= mold_last_sequence)
    return {GlimpseKind::fault, 0, "the end of the snapshot names no sequence number"};
  return {GlimpseKind::end_of_snapshot, *sequence, ""};
}

}  // namespace hopwire::net
