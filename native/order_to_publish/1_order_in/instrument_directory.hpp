// Why: order entry names instruments by an id that is stable across days; the day's rows are stock locates. What: the listed instruments
// and a fixed open-addressing table from id to locate, built once. What can go wrong: an id that is not listed -> locate 0, and the
// matcher rejects the order with unknownInstrument.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace hopwire::venue {

struct ListedInstrument {
  std::uint32_t id = 0;       // order entry
  std::uint16_t locate = 0;   // ITCH, from 1
  std::array<char, 8> symbol{' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
  std::uint32_t round_lot = 100;

  // Longer symbols are cut to 8; the configuration refuses them first.
  [[nodiscard]] static ListedInstrument of(std::uint32_t id, std::uint16_t locate, std::string_view symbol) noexcept {
    ListedInstrument instrument;
    instrument.id = id;
    instrument.locate = locate;
    for (std::size_t index = 0; index < symbol.size() && index < 8; ++index) instrument.symbol[index] = symbol[index];
    return instrument;
  }
};

class InstrumentDirectory {
 public:
  explicit InstrumentDirectory(std::span<const ListedInstrument> instruments)
      : instruments_(instruments.begin(), instruments.end()),
        slots_(std::bit_ceil(instruments.size() * 2 + 2)),
        shift_(static_cast<unsigned>(32 - std::countr_zero(slots_.size()))) {
    for (const ListedInstrument& instrument : instruments_) {
      if (instrument.locate == 0) continue;
      std::size_t at = slot_of(instrument.id);
      while (slots_[at].locate != 0 && slots_[at].id != instrument.id) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = {instrument.id, instrument.locate};
    }
  }

  // 0 = not listed.
  [[nodiscard]] std::uint16_t locate_of(std::uint32_t id) const noexcept {
    std::size_t at = slot_of(id);
    while (slots_[at].locate != 0) {
      if (slots_[at].id == id) return slots_[at].locate;
      at = (at + 1) & (slots_.size() - 1);
    }
    return 0;
  }

  [[nodiscard]] std::span<const ListedInstrument> instruments() const noexcept { return instruments_; }

 private:
  struct Slot {
    std::uint32_t id = 0;
    std::uint16_t locate = 0;  // 0 = empty
  };

  // Multiplicative hashing: ids are often consecutive.
  [[nodiscard]] std::size_t slot_of(std::uint32_t id) const noexcept { return (id * 2654435769u) >> shift_; }

  std::vector<ListedInstrument> instruments_;
  std::vector<Slot> slots_;  // at most half full
  unsigned shift_;
};

}  // namespace hopwire::venue
