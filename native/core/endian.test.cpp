// Byte orders at odd addresses, signs, floats and the 48-bit forms.
#include "core/endian.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "test_support/test.hpp"

namespace {

using namespace hopwire::core;

using Bytes = std::array<std::byte, 9>;

Bytes filled() {
  Bytes bytes;
  bytes.fill(std::byte{0xEE});
  return bytes;
}

TEST("endian: big-endian bytes stand in reading order, at an odd address, and nothing beyond is touched") {
  Bytes bytes = filled();
  store_be(bytes.data() + 1, std::uint32_t{0x01020304});
  const Bytes expected = {std::byte{0xEE}, std::byte{1},    std::byte{2},    std::byte{3},   std::byte{4},
                          std::byte{0xEE}, std::byte{0xEE}, std::byte{0xEE}, std::byte{0xEE}};
  CHECK(bytes == expected);
  CHECK_EQ(load_be<std::uint32_t>(bytes.data() + 1), 0x01020304u);
  CHECK_EQ(load_le<std::uint32_t>(bytes.data() + 1), 0x04030201u);
}

template <class T>
void round_trip(T value) {
  Bytes bytes = filled();
  store_be(bytes.data() + 1, value);
  CHECK_EQ(load_be<T>(bytes.data() + 1), value);
  CHECK_EQ(load_le<T>(bytes.data() + 1), byte_swapped(value));
  store_le(bytes.data() + 1, value);
  CHECK_EQ(load_le<T>(bytes.data() + 1), value);
  CHECK(bytes[0] == std::byte{0xEE});
  if constexpr (sizeof(T) < 8) CHECK(bytes[1 + sizeof(T)] == std::byte{0xEE});
}

TEST("endian: every width and sign round-trips") {
  round_trip(char{'A'});
  round_trip(std::int8_t{-128});
  round_trip(std::uint16_t{0x0102});
  round_trip(std::numeric_limits<std::int16_t>::min());
  round_trip(std::int32_t{-2});
  round_trip(std::uint64_t{0xFEDCBA9876543210});
  round_trip(std::numeric_limits<std::int64_t>::min());
  round_trip(1.5f);
  round_trip(-0.1);
}

TEST("endian: NaN keeps its bits") {
  Bytes bytes = filled();
  store_be(bytes.data(), std::numeric_limits<double>::quiet_NaN());
  CHECK(std::isnan(load_be<double>(bytes.data())));
  CHECK_EQ(load_be<std::uint64_t>(bytes.data()), std::uint64_t{0x7FF8000000000000});
}

TEST("endian: 48 bits, both orders, six bytes and no more") {
  constexpr std::uint64_t time = 0x010203040506;
  Bytes bytes = filled();
  store_be48(bytes.data() + 1, time);
  CHECK(bytes[1] == std::byte{1} && bytes[6] == std::byte{6} && bytes[0] == std::byte{0xEE} && bytes[7] == std::byte{0xEE});
  CHECK_EQ(load_be48(bytes.data() + 1), time);
  store_le48(bytes.data() + 1, time);
  CHECK(bytes[1] == std::byte{6} && bytes[6] == std::byte{1} && bytes[7] == std::byte{0xEE});
  CHECK_EQ(load_le48(bytes.data() + 1), time);
}

TEST("endian: a 48-bit store keeps the low bits of a larger value") {
  Bytes bytes = filled();
  store_be48(bytes.data(), ~std::uint64_t{0});
  CHECK_EQ(load_be48(bytes.data()), (std::uint64_t{1} << 48) - 1);
}

}  // namespace
