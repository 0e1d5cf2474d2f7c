#include "core/crc32c.hpp"

#include <string_view>
#include <vector>

#include "test_support/test.hpp"

using namespace hopwire::core;

namespace {
std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }
}  // namespace

TEST("crc32c: published check values") {
  CHECK_EQ(crc32c(bytes_of("123456789")), 0xE3069283u);
  CHECK_EQ(crc32c({}), 0u);
  // RFC 3720 B.4: 32 bytes of zeroes, of ones, rising, falling.
  std::vector<std::byte> block(32);
  CHECK_EQ(crc32c(block), 0x8A9136AAu);
  for (auto& byte : block) byte = std::byte{0xFF};
  CHECK_EQ(crc32c(block), 0x62A8AB43u);
  for (std::size_t at = 0; at < block.size(); ++at) block[at] = static_cast<std::byte>(at);
  CHECK_EQ(crc32c(block), 0x46DD794Eu);
  for (std::size_t at = 0; at < block.size(); ++at) block[at] = static_cast<std::byte>(31 - at);
  CHECK_EQ(crc32c(block), 0x113FDB5Cu);
}

TEST("crc32c: chains over any split, and the table agrees with the instruction") {
  std::vector<std::byte> bytes(257);
  for (std::size_t at = 0; at < bytes.size(); ++at) bytes[at] = static_cast<std::byte>(at * 37 + 11);
  const std::uint32_t whole = crc32c(bytes);
  CHECK_EQ(~detail::crc32c_by_table(bytes.data(), bytes.size(), ~0u), whole);
  for (std::size_t split = 0; split <= bytes.size(); ++split) {
    const std::span<const std::byte> all(bytes);
    CHECK_EQ(crc32c(all.subspan(split), crc32c(all.first(split))), whole);
  }
}
