// Chance for simulations: xoshiro256++ seeded through splitmix64. Own distributions, because those of the standard library differ between
// implementations and a seed must give the same run everywhere. Owns 32 bytes of state; cannot fail.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace hopwire::sim {

class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) noexcept {
    for (std::uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15ull;
      std::uint64_t mixed = seed;
      mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ull;
      mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebull;
      word = mixed ^ (mixed >> 31);
    }
  }

  constexpr std::uint64_t next() noexcept {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // 0 to bound - 1. The bias of the multiply-shift is below bound / 2^32.
  constexpr std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }

  constexpr bool chance(std::uint32_t of, std::uint32_t in) noexcept { return below(in) < of; }

  // 0 <= x < 1
  constexpr double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  // Failures before the first success at probability of / in, at most `limit`.
  constexpr std::uint32_t geometric(std::uint32_t of, std::uint32_t in, std::uint32_t limit) noexcept {
    std::uint32_t failures = 0;
    while (failures < limit && !chance(of, in)) ++failures;
    return failures;
  }

  // Gaps of a Poisson process.
  double exponential(double mean) noexcept { return -mean * std::log1p(-unit()); }

 private:
  std::uint64_t state_[4] = {};
};

}  // namespace hopwire::sim
