// Why: an order must name the packet that caused it, and its latency begins at that packet's stamp. What: per row, the first packet of
// the current poll that touched it. Cleared by a rising poll number, so that a poll costs nothing for rows it does not touch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hopwire::feed {

struct Trigger {
  std::uint64_t sequence = ~std::uint64_t{0};  // MoldUDP64, of the packet's first message; all ones = none
  std::uint64_t receive_tsc = 0;               // 0 = none
};

class TriggerTable {
 public:
  explicit TriggerTable(std::size_t rows) : rows_(rows) {}

  void begin_poll() noexcept {
    ++poll_;
    noted_ = 0;
  }

  // The rows touched so far in this poll; those new since the last call belong to this packet.
  void note(std::span<const std::uint16_t> touched, const Trigger& packet) noexcept {
    for (; noted_ < touched.size(); ++noted_) rows_[touched[noted_]] = {packet, poll_};
  }

  // None when the row was not touched in this poll: an answer, a timer or a person caused the order.
  [[nodiscard]] Trigger of(std::uint16_t locate) const noexcept { return rows_[locate].poll == poll_ ? rows_[locate].trigger : Trigger{}; }

 private:
  struct Row {
    Trigger trigger;
    std::uint64_t poll = 0;
  };

  std::vector<Row> rows_;  // sized once
  std::uint64_t poll_ = 0;
  std::size_t noted_ = 0;
};

}  // namespace hopwire::feed
