// Hop 2 for a whole packet. In: Packet (hop 1). Out: BookEvents, at most `chunk` at a time, so that the books can prefetch for a run of
// messages and the events stay in the first-level cache. Owner: the feed thread. Messages the decoder refuses are counted by reason and
// skipped; the sequence has counted them already.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/mold_packet.hpp"
#include "tick_to_trade/1_wire_in/packet.hpp"
#include "tick_to_trade/2_decode/decoder.hpp"

namespace hopwire::feed {

class PacketDecoder {
 public:
  static constexpr std::size_t chunk = 64;

  void begin(const Packet& packet) noexcept {
    block_ = packet.blocks;
    left_ = packet.message_count;
  }
  [[nodiscard]] bool done() const noexcept { return left_ == 0; }

  // The next events of the packet; may be empty when all of a chunk was refused.
  [[nodiscard]] std::span<const BookEvent> next() noexcept {
    std::size_t count = 0;
    for (std::size_t taken = 0; taken < chunk && left_ != 0; ++taken, --left_) {
      const std::size_t length = net::mold_block_length(block_);
      const DecodeResult result = decode(block_ + net::mold_block_prefix, length, events_[count]);
      block_ += net::mold_block_prefix + length;
      if (result == DecodeResult::ok) {
        ++count;
      } else {
        ++refused_[static_cast<std::size_t>(result)];
        ++refused_total_;
      }
    }
    return {events_.data(), count};
  }

  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_total_; }
  [[nodiscard]] std::uint64_t refused(DecodeResult reason) const noexcept { return refused_[static_cast<std::size_t>(reason)]; }

 private:
  const std::byte* block_ = nullptr;
  std::uint32_t left_ = 0;
  std::uint64_t refused_total_ = 0;
  std::array<std::uint64_t, decode_result_count> refused_{};
  std::array<BookEvent, chunk> events_{};
};

}  // namespace hopwire::feed
