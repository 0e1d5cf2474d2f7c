// Why: two independent books are proved equal by one number each. What: FNV-1a 64 over a canonical walk, so that anyone can compute it
// with a few lines in any language. Cold path only: nobody walks a book on a hop.
//
// One order adds 17 bytes: side ('B' or 'S'), price u32 big-endian (1e-4), order reference u64 big-endian, shares u32 big-endian. The
// walk: bids from the highest price down, within a price by time priority; then asks from the lowest price up. An empty book is the
// offset basis. The market adds 14 bytes for each stock locate, ascending, that has a live order: locate u16, order count u32, book
// digest u64.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hopwire::levels {

class Fnv1a64 {
 public:
  static constexpr std::uint64_t offset_basis = 0xcbf29ce484222325ULL;
  static constexpr std::uint64_t prime = 0x100000001b3ULL;

  template <class Integer>
  constexpr void add_big_endian(Integer value) noexcept {
    for (std::size_t shift = sizeof(Integer) * 8; shift != 0;) {
      shift -= 8;
      state_ = (state_ ^ ((static_cast<std::uint64_t>(value) >> shift) & 0xFF)) * prime;
    }
  }
  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return state_; }

 private:
  std::uint64_t state_ = offset_basis;
};

class BookDigest {
 public:
  constexpr void add(char side, std::uint64_t reference, std::int32_t price, std::uint32_t shares) noexcept {
    hash_.add_big_endian(static_cast<std::uint8_t>(side));
    hash_.add_big_endian(static_cast<std::uint32_t>(price));
    hash_.add_big_endian(reference);
    hash_.add_big_endian(shares);
  }
  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return hash_.value(); }

 private:
  Fnv1a64 hash_;
};

class MarketDigest {
 public:
  constexpr void add(std::uint16_t locate, std::uint32_t order_count, std::uint64_t digest) noexcept {
    if (order_count == 0) return;
    hash_.add_big_endian(locate);
    hash_.add_big_endian(order_count);
    hash_.add_big_endian(digest);
  }
  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return hash_.value(); }

 private:
  Fnv1a64 hash_;
};

}  // namespace hopwire::levels
