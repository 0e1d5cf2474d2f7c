// Why: healing is only believed when packets are really lost, and a failure is only found again when the same ones are lost again. What:
// a seeded coin for each packet (splitmix64). It lives at the sender, where withholding a packet is exact; the kernel's own drops are not
// repeatable.
#pragma once

#include <cstdint>

namespace hopwire::net {

class PacketLoss {
 public:
  // `share` of packets withheld, 0 to 1.
  explicit PacketLoss(double share = 0, std::uint64_t seed = 1) noexcept
      : threshold_(share >= 1   ? ~std::uint64_t{0}
                   : share <= 0 ? 0
                                : static_cast<std::uint64_t>(share * 18446744073709551616.0)),
        state_(seed) {}

  [[nodiscard]] bool withhold() noexcept { return threshold_ != 0 && next() < threshold_; }

  [[nodiscard]] std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t threshold_;
  std::uint64_t state_;
};

}  // namespace hopwire::net
