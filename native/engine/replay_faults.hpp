// Why: a receiver is believed when it has healed what really went wrong, and a failure is only found again when the same things go wrong
// again. What: for each packet of a line, in order, what the network does to it: lose it (alone or in a burst), send it twice, send it
// late, damage it. A seeded sequence: the same seed and packets, the same faults. No clock, no socket.
//
// Every packet takes the same number of throws, so that one setting does not move the faults of another.
//
// Damage is of the kinds that MoldUDP64 can see: a packet cut short, a count or a length that does not fit, a sequence number that none
// has. A wrong byte inside a message is what UDP's checksum is for: no receiver could tell it from the truth.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/endian.hpp"
#include "generated/moldudp64.hpp"
#include "net/mold_packet.hpp"
#include "net/packet_loss.hpp"

namespace hopwire::engine {

struct ReplayFaults {
  double loss = 0;       // share of packets lost
  double burst = 1;      // packets lost in a row, on average
  double duplicate = 0;  // share sent twice, the second up to `furthest` packets later
  double reorder = 0;    // share sent up to `furthest` packets late
  double corrupt = 0;    // share damaged
};

enum class ReplayDamage : std::uint8_t { none, cut_short, count_beyond, length_beyond, no_sequence };

struct PacketFate {
  bool lost = false;
  std::uint32_t late = 0;   // packets that overtake it
  std::uint32_t again = 0;  // a second copy after so many packets; 0: none
  ReplayDamage damage = ReplayDamage::none;
  std::uint64_t where = 0;  // of the damage: any number
};

class FaultDice {
 public:
  static constexpr std::uint32_t furthest = 8;

  FaultDice(const ReplayFaults& faults, std::uint64_t seed) noexcept
      : random_(0, seed * 0x9e3779b97f4a7c15ULL + 1),
        faults_(faults),
        // Without bursts each packet is lost for itself. A burst is `burst` packets long on average, and begins so often that `loss` of all
        // packets are in one.
        stay_(faults.burst > 1 ? 1 - 1 / faults.burst : faults.loss),
        begin_(faults.burst > 1 && faults.loss < 1 ? faults.loss * (1 - stay_) / (1 - faults.loss) : faults.loss) {}

  [[nodiscard]] PacketFate next() noexcept {
    PacketFate fate;
    lost_before_ = share() < (lost_before_ ? stay_ : begin_);
    fate.lost = lost_before_;
    const bool duplicate = share() < faults_.duplicate;
    const bool reorder = share() < faults_.reorder;
    const bool corrupt = share() < faults_.corrupt;
    const std::uint64_t steps = random_.next();
    fate.where = random_.next();
    fate.late = reorder ? 1 + static_cast<std::uint32_t>(steps % furthest) : 0;
    fate.again = duplicate ? fate.late + 1 + static_cast<std::uint32_t>((steps >> 32) % furthest) : 0;
    fate.damage = corrupt ? static_cast<ReplayDamage>(1 + (steps >> 48) % 4) : ReplayDamage::none;
    return fate;
  }

 private:
  [[nodiscard]] double share() noexcept { return static_cast<double>(random_.next() >> 11) * 0x1p-53; }

  net::PacketLoss random_;
  ReplayFaults faults_;
  double stay_;
  double begin_;
  bool lost_before_ = false;
};

// `packet`: a whole data packet. Never makes one that a receiver could believe.
inline void damage_packet(std::vector<std::byte>& packet, ReplayDamage damage, std::uint64_t where) {
  const moldudp64::DownstreamHeaderView header(packet.data());
  moldudp64::DownstreamHeaderEncoder change(packet.data());
  switch (damage) {
    case ReplayDamage::none: return;
    case ReplayDamage::cut_short: packet.resize(where % packet.size()); return;
    case ReplayDamage::count_beyond:
      change.message_count(
          static_cast<std::uint16_t>(std::min<std::uint64_t>(header.message_count() + 1 + where % 1000, net::mold_most_messages)));
      return;
    case ReplayDamage::length_beyond: {
      const std::byte* block = net::skip_mold_blocks(packet.data() + net::mold_header_length, where % header.message_count());
      const auto at = static_cast<std::size_t>(block - packet.data());
      core::store_be<std::uint16_t>(packet.data() + at, static_cast<std::uint16_t>(packet.size() - at + where % 4096));
      return;
    }
    case ReplayDamage::no_sequence: change.sequence_number(net::mold_last_sequence + 1 + where % net::mold_last_sequence); return;
  }
}

}  // namespace hopwire::engine
