// Integers and floats in memory that has no alignment and a stated byte order: what every generated codec is made of.
//
// Owns nothing; each function touches exactly sizeof(T) bytes (6 for the 48-bit forms) at the pointer it is given, and the caller has
// checked that they are there. Loads and stores go through memcpy, so there is no alignment or aliasing fault to have; compilers turn each
// into one move and, where the order differs from the machine's, one byte swap. A 48-bit store keeps the low 48 bits of the value.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace hopwire::core {

static_assert(std::endian::native == std::endian::little || std::endian::native == std::endian::big);

template <class T>
concept WireScalar = std::is_arithmetic_v<T> && (sizeof(T) == 1 || sizeof(T) == 2 || sizeof(T) == 4 || sizeof(T) == 8);

namespace detail {

template <std::size_t Size>
using bits_of = std::conditional_t<
    Size == 1, std::uint8_t,
    std::conditional_t<Size == 2, std::uint16_t, std::conditional_t<Size == 4, std::uint32_t, std::uint64_t>>>;

}  // namespace detail

template <WireScalar T>
[[nodiscard]] constexpr T byte_swapped(T value) noexcept {
  using Bits = detail::bits_of<sizeof(T)>;
  const Bits bits = std::bit_cast<Bits>(value);
  if constexpr (sizeof(T) == 1) return value;
  if constexpr (sizeof(T) == 2) return std::bit_cast<T>(static_cast<Bits>(__builtin_bswap16(bits)));
  if constexpr (sizeof(T) == 4) return std::bit_cast<T>(static_cast<Bits>(__builtin_bswap32(bits)));
  if constexpr (sizeof(T) == 8) return std::bit_cast<T>(static_cast<Bits>(__builtin_bswap64(bits)));
}

template <WireScalar T>
[[nodiscard]] inline T load_le(const std::byte* at) noexcept {
  T value;
  std::memcpy(&value, at, sizeof(T));
  if constexpr (std::endian::native == std::endian::big) value = byte_swapped(value);
  return value;
}

template <WireScalar T>
[[nodiscard]] inline T load_be(const std::byte* at) noexcept {
  T value;
  std::memcpy(&value, at, sizeof(T));
  if constexpr (std::endian::native == std::endian::little) value = byte_swapped(value);
  return value;
}

template <WireScalar T>
inline void store_le(std::byte* at, T value) noexcept {
  if constexpr (std::endian::native == std::endian::big) value = byte_swapped(value);
  std::memcpy(at, &value, sizeof(T));
}

template <WireScalar T>
inline void store_be(std::byte* at, T value) noexcept {
  if constexpr (std::endian::native == std::endian::little) value = byte_swapped(value);
  std::memcpy(at, &value, sizeof(T));
}

[[nodiscard]] inline std::uint64_t load_be48(const std::byte* at) noexcept {
  return (std::uint64_t{load_be<std::uint16_t>(at)} << 32) | load_be<std::uint32_t>(at + 2);
}

[[nodiscard]] inline std::uint64_t load_le48(const std::byte* at) noexcept {
  return (std::uint64_t{load_le<std::uint16_t>(at + 4)} << 32) | load_le<std::uint32_t>(at);
}

inline void store_be48(std::byte* at, std::uint64_t value) noexcept {
  store_be(at, static_cast<std::uint16_t>(value >> 32));
  store_be(at + 2, static_cast<std::uint32_t>(value));
}

inline void store_le48(std::byte* at, std::uint64_t value) noexcept {
  store_le(at, static_cast<std::uint32_t>(value));
  store_le(at + 4, static_cast<std::uint16_t>(value >> 32));
}

}  // namespace hopwire::core
