// Why: a reader in another thread or process wants every trade, not the last of each book. What: a ring of prints in a shared region
// (schemas/regions.xml, Trades), written once for each poll by the feed's thread.
//
// The writer waits for nobody. It says first how far it is about to write, then writes, then how far it has written; a reader that copies
// a print and finds afterwards that the claim has passed it by a ring knows that what it copied may be another print. Owns nothing. What
// can go wrong: more prints in one poll than the books keep are counted as dropped, in the region too.
#pragma once

#include <atomic>
#include <bit>
#include <cassert>
#include <cstdint>
#include <span>

#include "core/seqlock.hpp"
#include "generated/regions.hpp"
#include "generated/words.hpp"
#include "tick_to_trade/3_book/book.hpp"

namespace hopwire::feed {

class TradeTape {
 public:
  // The region's ring has a power of two of prints.
  explicit TradeTape(const regions::TradesColumns& columns) noexcept : columns_(columns), mask_(columns.header->dimension[0] - 1) {
    assert(std::has_single_bit(columns.header->dimension[0]));
  }

  // At most a ring at a time; of more, the last.
  void append(std::span<const TradePrint> prints, std::uint64_t dropped) noexcept {
    if (prints.empty()) return;
    store(words::TradesWord::claimed, written_ + static_cast<std::uint32_t>(prints.size()), std::memory_order_relaxed);
    core::detail::seqlock_fence(std::memory_order_release);  // the claim is out before the first print of it
    for (const TradePrint& print : prints) write(print, written_++ & mask_);
    store(words::TradesWord::dropped, static_cast<std::uint32_t>(dropped), std::memory_order_relaxed);
    store(words::TradesWord::written, written_, std::memory_order_release);
  }

  [[nodiscard]] std::uint32_t written() const noexcept { return written_; }

 private:
  void store(words::TradesWord word, std::uint32_t value, std::memory_order order) noexcept {
    std::atomic_ref<std::uint32_t>(columns_.word[static_cast<std::size_t>(word)]).store(value, order);
  }

  void write(const TradePrint& print, std::uint32_t at) noexcept {
    core::relaxed_store(columns_.time + at, static_cast<double>(print.time));
    core::relaxed_store(columns_.quantity + at, static_cast<double>(print.shares));
    core::relaxed_store(columns_.price + at, print.price);
    core::relaxed_store(columns_.locate + at, std::uint32_t{print.locate});
    core::relaxed_store(columns_.match_low + at, static_cast<std::uint32_t>(print.match));
    core::relaxed_store(columns_.match_high + at, static_cast<std::uint32_t>(print.match >> 32));
    core::relaxed_store(columns_.side + at, static_cast<std::uint8_t>(print.side));
    core::relaxed_store(columns_.type + at, static_cast<std::uint8_t>(print.type));
  }

  regions::TradesColumns columns_;
  std::uint32_t mask_;
  std::uint32_t written_ = 0;
};

}  // namespace hopwire::feed
