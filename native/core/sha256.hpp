// Why: sessions log on by proving that they know a secret, and blocks of a journal are sealed. What: SHA-256 (FIPS 180-4) and HMAC-SHA256
// (RFC 2104) with no library, since neither is on a hot path.
//
// Secrets: compare codes with equal_in_constant_time, never with ==.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace hopwire::core {

using Sha256Digest = std::array<std::byte, 32>;

class Sha256 {
 public:
  static constexpr std::size_t block_bytes = 64;

  Sha256& update(std::span<const std::byte> bytes) noexcept {
    total_bytes_ += bytes.size();
    while (!bytes.empty()) {
      const std::size_t taken = std::min(bytes.size(), block_bytes - filled_);
      std::memcpy(block_.data() + filled_, bytes.data(), taken);
      filled_ += taken;
      bytes = bytes.subspan(taken);
      if (filled_ == block_bytes) compress();
    }
    return *this;
  }
  Sha256& update(std::string_view text) noexcept { return update(std::as_bytes(std::span(text.data(), text.size()))); }

  // Ends the message; the object may not be used after.
  [[nodiscard]] Sha256Digest finish() noexcept {
    const std::uint64_t bits = total_bytes_ * 8;
    block_[filled_++] = std::byte{0x80};
    if (filled_ > block_bytes - sizeof(bits)) {
      std::memset(block_.data() + filled_, 0, block_bytes - filled_);
      filled_ = block_bytes;
      compress();
    }
    std::memset(block_.data() + filled_, 0, block_bytes - filled_);
    for (std::size_t at = 0; at < sizeof(bits); ++at) block_[block_bytes - 1 - at] = static_cast<std::byte>(bits >> (8 * at));
    compress();
    Sha256Digest digest;
    for (std::size_t at = 0; at < digest.size(); ++at) digest[at] = static_cast<std::byte>(state_[at / 4] >> (24 - 8 * (at % 4)));
    return digest;
  }

 private:
  void compress() noexcept {
    std::array<std::uint32_t, 64> w;
    for (std::size_t t = 0; t < 16; ++t) {
      w[t] = 0;
      for (std::size_t at = 0; at < 4; ++at) w[t] = (w[t] << 8) | std::to_integer<std::uint32_t>(block_[4 * t + at]);
    }
    for (std::size_t t = 16; t < 64; ++t) {
      const std::uint32_t s0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ (w[t - 15] >> 3);
      const std::uint32_t s1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ (w[t - 2] >> 10);
      w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state_;
    for (std::size_t t = 0; t < 64; ++t) {
      const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
      const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + round_constants[t] + w[t];
      const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
      const std::uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    const std::array<std::uint32_t, 8> turned{a, b, c, d, e, f, g, h};
    for (std::size_t at = 0; at < state_.size(); ++at) state_[at] += turned[at];
    filled_ = 0;
  }

  static constexpr std::array<std::uint32_t, 64> round_constants{
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
      0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
      0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
      0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
      0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
      0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::byte, block_bytes> block_{};
  std::size_t filled_ = 0;
  std::uint64_t total_bytes_ = 0;
};

[[nodiscard]] inline Sha256Digest sha256(std::span<const std::byte> bytes) noexcept { return Sha256().update(bytes).finish(); }
[[nodiscard]] inline Sha256Digest sha256(std::string_view text) noexcept { return Sha256().update(text).finish(); }

[[nodiscard]] inline Sha256Digest hmac_sha256(std::span<const std::byte> key, std::span<const std::byte> message) noexcept {
  std::array<std::byte, Sha256::block_bytes> padded{};
  if (key.size() > padded.size()) {
    const Sha256Digest shortened = sha256(key);
    std::memcpy(padded.data(), shortened.data(), shortened.size());
  } else if (!key.empty()) {
    std::memcpy(padded.data(), key.data(), key.size());
  }
  std::array<std::byte, Sha256::block_bytes> inner;
  std::array<std::byte, Sha256::block_bytes> outer;
  for (std::size_t at = 0; at < padded.size(); ++at) {
    inner[at] = padded[at] ^ std::byte{0x36};
    outer[at] = padded[at] ^ std::byte{0x5c};
  }
  const Sha256Digest first = Sha256().update(inner).update(message).finish();
  return Sha256().update(outer).update(first).finish();
}
[[nodiscard]] inline Sha256Digest hmac_sha256(std::string_view key, std::string_view message) noexcept {
  return hmac_sha256(std::as_bytes(std::span(key.data(), key.size())), std::as_bytes(std::span(message.data(), message.size())));
}

// Takes the same time wherever the first difference lies.
[[nodiscard]] inline bool equal_in_constant_time(std::span<const std::byte> a, std::span<const std::byte> b) noexcept {
  if (a.size() != b.size()) return false;
  std::byte difference{0};
  for (std::size_t at = 0; at < a.size(); ++at) difference |= a[at] ^ b[at];
  return difference == std::byte{0};
}

[[nodiscard]] inline std::string to_hex(std::span<const std::byte> bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += digits[std::to_integer<std::size_t>(byte >> 4)];
    text += digits[std::to_integer<std::size_t>(byte & std::byte{0xF})];
  }
  return text;
}

}  // namespace hopwire::core
