// Hop 2 -> hop 3: one ITCH message with what a book needs already in host order. Types the book does not act on keep their remaining
// fields in `message`, to be read through the generated views; the pointer is good until the packet (or the mapped file) is released.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace hopwire::feed {

struct BookEvent {
  std::uint64_t time = 0;       // ns since midnight, venue-local
  std::uint64_t reference = 0;  // order reference; the original one of a U
  std::uint64_t new_reference_or_match = 0;  // U: the new reference; E, C, P, Q, B: the match number
  const std::byte* message = nullptr;        // first byte of the message (its type)
  std::uint32_t shares = 0;  // A, F, U: displayed; E, C: executed; X: cancelled; P: traded. Q's 64-bit count is read from `message`
  std::int32_t price = 0;    // 1e-4; A, F, U: displayed; C: execution; P: trade; Q: cross
  std::uint16_t locate = 0;
  char type = 0;
  char side = 0;          // 'B' or 'S'; A, F, P
  bool printable = true;  // false for a C whose shares will be printed by a cross
};

static_assert(std::is_trivially_copyable_v<BookEvent> && sizeof(BookEvent) <= 64);

}  // namespace hopwire::feed
