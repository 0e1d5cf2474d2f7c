// Why: an ITCH modification names its order by a 64-bit reference and nothing else; finding that order is the main cost of a book.
// References rise all day (to about a thousand million), most orders die young, and a few per cent live for hours.
//
// Layout. A young reference is the index of its order: a window of pages of 64 references, page p in slot p mod W, and the order's row is
// the reference mod the window. One bit a reference says who lives. When the references have gone round the window, the few survivors of an
// old page move to rows of their own behind a hash, and the page serves again. So a lookup of a young order waits for one row and no
// pointer, and memory is fixed however far references grow. Any 64-bit reference is accepted; a stream with scattered references is
// merely slower.
//
//   invariant: a reference that lives outside its page's slot lies in the hash; its slot then holds a newer page, or its own marked `aged`.
//
// Survivors are moved a little at a time, one with each new order and some pages before their slot is needed, so that no message pays for
// many; only a stream whose references jump finds a page that nobody cleared, and clears up to 64 at once.
//
// The hash chains through a column beside the survivors and grows by one bucket at a time (linear hashing): no table is ever rebuilt.
//
// What can go wrong: the table is full -> insert returns `none`. A reference already present must be found by the caller first (asserted
// for the young).
// insert() may move other orders: indexes held over it are not good any more.
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "core/reserved_array.hpp"
#include "tick_to_trade/3_book/book_memory.hpp"

namespace hopwire::feed {

class OrderTable {
 public:
  // References the window of a table for that many orders holds; a power of two.
  static constexpr std::size_t window_for(std::size_t maximum_orders) noexcept {
    return std::clamp(std::bit_ceil(maximum_orders), smallest_window, largest_window);
  }

  // Over the rows of `memory`, which has window_for(maximum_orders) rows of window. Throws core::SystemError when memory is refused.
  OrderTable(BookMemory& memory, std::size_t maximum_orders)
      : rows_(memory.rows()),
        first_order_(static_cast<OrderIndex>(memory.first_order())),
        maximum_(maximum_orders),
        slot_mask_(memory.first_order() - 1),
        page_mask_(memory.first_order() / page_size - 1),
        pages_(page_mask_ + 1),
        survivors_(maximum_orders),
        heads_(std::max(std::bit_ceil(maximum_orders), first_buckets)) {
    pages_.touch(page_mask_ + 1);
  }

  // As at the beginning. The memory they stand in has just forgotten, too.
  void forget() noexcept {
    pages_.clear();
    survivors_.clear();
    heads_.clear();
    buckets_ = round_ = first_buckets;
    used_ = live_ = aged_ = 0;
    newest_ = swept_ = 0;
    free_plus_one_ = 0;
    pages_.touch(page_mask_ + 1);
  }

  [[nodiscard]] std::size_t size() const noexcept { return live_; }
  [[nodiscard]] std::size_t maximum() const noexcept { return maximum_; }
  // Orders that outlived their page of the window.
  [[nodiscard]] std::size_t aged() const noexcept { return aged_; }
  // Most rows ever used behind the window.
  [[nodiscard]] std::size_t survivor_rows() const noexcept { return used_; }

  [[nodiscard]] std::uint64_t reference(OrderIndex index) const noexcept {
    if (index < first_order_) return page_of(pages_[index / page_size]) * page_size + index % page_size;
    return survivors_[index - first_order_].reference();
  }

  // The order's index, `none` when there is no such order.
  [[nodiscard, gnu::always_inline]] OrderIndex find(std::uint64_t reference) const noexcept {
    const Page& page = pages_[(reference / page_size) & page_mask_];
    const std::uint64_t wanted = tag_of(reference / page_size);
    if (page.tag == wanted) [[likely]] return has(page, reference) ? slot_of(reference) : none;
    if (page.tag < wanted) return none;
    return find_aged(reference, page, wanted);
  }

  // Takes a row for a reference that is not present. `none` when the table is full.
  [[nodiscard, gnu::always_inline]] OrderIndex insert(std::uint64_t reference) noexcept {
    if (live_ == maximum_) [[unlikely]] return none;
    if (swept_ + sweep_distance() < newest_) [[unlikely]] sweep();
    ++live_;
    Page& page = pages_[(reference / page_size) & page_mask_];
    const std::uint64_t wanted = tag_of(reference / page_size);
    if (page.tag != wanted && !open(page, wanted)) [[unlikely]] return insert_aged(reference);
    assert(!has(page, reference));
    page.live |= bit_of(reference);
    return slot_of(reference);
  }

  // Gives back the row of a present order, already unlinked from its level.
  void erase(OrderIndex index) noexcept {
    --live_;
    if (index < first_order_) {
      pages_[index / page_size].live &= ~bit_of(index);
    } else {
      erase_aged(index);
    }
  }

  // Hints that a reference will be looked up soon. First its page and the row it has while young; then, the page being here, whether it
  // may lie in the hash instead: if so its bucket, then what that names, and at last its row is likely_aged_row().
  // That row is returned.
  [[gnu::always_inline]] OrderIndex prefetch(std::uint64_t reference) const noexcept {
    __builtin_prefetch(&pages_[(reference / page_size) & page_mask_], 1);
    __builtin_prefetch(rows_ + slot_of(reference), 1);
    return slot_of(reference);
  }
  [[nodiscard]] bool may_have_aged(std::uint64_t reference) const noexcept {
    return pages_[(reference / page_size) & page_mask_].tag > tag_of(reference / page_size);
  }
  [[gnu::always_inline]] void prefetch_bucket(std::uint64_t reference) const noexcept { __builtin_prefetch(&heads_[bucket_of(reference)]); }
  [[gnu::always_inline]] void prefetch_aged(std::uint64_t reference) const noexcept {
    const std::uint32_t head = heads_[bucket_of(reference)];
    __builtin_prefetch(&survivors_[head]);  // of head - 1: the same line, or the one before
    __builtin_prefetch(rows_ + first_order_ + head - 1, 1);
  }
  // The first of its bucket; a row that is nobody's when there is none.
  [[nodiscard]] OrderIndex likely_aged_row(std::uint64_t reference) const noexcept {
    return first_order_ + heads_[bucket_of(reference)] - 1;
  }

 private:
  struct Page {
    std::uint64_t tag = 0;   // (page number + 1) * 2, + 1 once some of it lies in the hash; 0 = never used
    std::uint64_t live = 0;  // bit i: reference i of the page lives here
  };
  struct Survivor {
    std::uint32_t reference_low;
    std::uint32_t reference_high;
    std::uint32_t next_plus_one;  // in its bucket; of a free row: the next free row

    [[nodiscard]] std::uint64_t reference() const noexcept { return std::uint64_t{reference_high} << 32 | reference_low; }
  };

  static constexpr std::size_t page_size = 64;
  static constexpr std::size_t smallest_window = 1024;
  // References; 64 MiB. Twice as much saves a whole market 1 ns a message and costs books of 10 million orders 50.
  static constexpr std::size_t largest_window = std::size_t{1} << 22;
  static constexpr std::uint64_t pages_ahead = 4;                      // cleared before their slot is needed
  static constexpr int pages_a_sweep = 8;
  static constexpr std::size_t first_buckets = 64;
  static constexpr std::size_t neighbours = 16;  // references hashed side by side

  static std::uint64_t tag_of(std::uint64_t page) noexcept { return (page + 1) << 1; }
  static std::uint64_t page_of(const Page& page) noexcept { return (page.tag >> 1) - 1; }
  static std::uint64_t bit_of(std::uint64_t reference) noexcept { return std::uint64_t{1} << (reference % page_size); }
  static bool has(const Page& page, std::uint64_t reference) noexcept { return (page.live >> (reference % page_size) & 1) != 0; }
  [[nodiscard]] OrderIndex slot_of(std::uint64_t reference) const noexcept { return static_cast<OrderIndex>(reference & slot_mask_); }
  [[nodiscard]] std::uint64_t sweep_distance() const noexcept { return page_mask_ + 1 - pages_ahead; }

  [[nodiscard]] std::size_t bucket_of(std::uint64_t reference) const noexcept {
    std::uint64_t mixed = (reference / neighbours) * 0x9E3779B97F4A7C15ULL;
    mixed ^= mixed >> 32;
    mixed *= 0xD6E8FEB86659FD93ULL;
    const std::size_t hash = (mixed >> 24 & ~std::uint64_t{neighbours - 1}) | reference % neighbours;
    const std::size_t wide = hash & (2 * round_ - 1);
    return wide < buckets_ ? wide : wide - round_;
  }

  [[gnu::noinline]] OrderIndex find_aged(std::uint64_t reference, const Page& page, std::uint64_t wanted) const noexcept {
    if (page.tag == (wanted | 1) && has(page, reference)) return slot_of(reference);
    for (std::uint32_t at = heads_[bucket_of(reference)]; at != 0; at = survivors_[at - 1].next_plus_one) {
      if (survivors_[at - 1].reference() == reference) return first_order_ + at - 1;
    }
    return none;
  }

  // Makes the slot hold the page of `wanted`. False when it holds a newer page, or this one aged.
  [[gnu::noinline]] bool open(Page& page, std::uint64_t wanted) noexcept {
    if (page.tag > wanted) return false;
    while (page.live != 0) age_one(page);
    page.tag = wanted;
    newest_ = (wanted >> 1) - 1;
    // After a jump the pages between were never there; what still stands in their slots is cleared when it is met.
    if (newest_ - swept_ > 2 * (page_mask_ + 1)) swept_ = newest_ < sweep_distance() ? 0 : newest_ - sweep_distance();
    return true;
  }

  [[gnu::noinline]] OrderIndex insert_aged(std::uint64_t reference) noexcept {
    const OrderIndex index = take_row();
    chain(index - first_order_, reference);
    return index;
  }

  // Moves the survivor found last time, whose surroundings have been asked for since, and finds the next, past a few empty pages.
  [[gnu::noinline]] void sweep() noexcept {
    Page& oldest = pages_[swept_ & page_mask_];
    if (oldest.tag >> 1 == swept_ + 1 && oldest.live != 0) age_one(oldest);
    for (int i = 0; i < pages_a_sweep && swept_ + sweep_distance() < newest_; ++i) {
      const Page& page = pages_[swept_ & page_mask_];
      if (page.tag >> 1 == swept_ + 1 && page.live != 0) return prefetch_sweep(page);
      ++swept_;
      prefetch_page(pages_[(swept_ + 2) & page_mask_]);
    }
  }

  // What stands beside the survivor that is next in its level, and where the hash will note it.
  [[gnu::always_inline]] void prefetch_sweep(const Page& page) const noexcept {
    const std::uint64_t reference = page_of(page) * page_size + static_cast<std::uint64_t>(std::countr_zero(page.live));
    const OrderNode& order = rows_[slot_of(reference)];
    __builtin_prefetch(rows_ + order.next, 1);
    __builtin_prefetch(rows_ + order.previous, 1);
    __builtin_prefetch(&heads_[bucket_of(reference)], 1);
  }
  [[gnu::always_inline]] void prefetch_page(const Page& page) const noexcept {
    for (std::uint64_t live = page.live; live != 0; live &= live - 1) {
      __builtin_prefetch(rows_ + slot_of(page_of(page) * page_size + static_cast<std::uint64_t>(std::countr_zero(live))));
    }
  }

  // Moves the first survivor of a page to a row of its own. There is room: as many rows as orders.
  void age_one(Page& page) noexcept {
    const std::uint64_t reference = page_of(page) * page_size + static_cast<std::uint64_t>(std::countr_zero(page.live));
    page.live &= page.live - 1;
    page.tag |= 1;
    const OrderIndex index = take_row();
    const OrderNode order = rows_[slot_of(reference)];
    rows_[index] = order;
    rows_[order.previous].next = index;
    rows_[order.next].previous = index;
    chain(index - first_order_, reference);
  }

  void chain(std::uint32_t row, std::uint64_t reference) noexcept {
    if (aged_ >= buckets_ && buckets_ < heads_.maximum()) split();
    std::uint32_t& head = heads_[bucket_of(reference)];
    survivors_[row] = {static_cast<std::uint32_t>(reference), static_cast<std::uint32_t>(reference >> 32), head};
    head = row + 1;
    ++aged_;
  }

  // One bucket more: those of one old bucket are parted between it and the new one.
  void split() noexcept {
    const std::size_t from = buckets_ - round_;
    std::uint32_t at = heads_[from];
    heads_[from] = 0;
    if (++buckets_ == 2 * round_) round_ = buckets_;
    while (at != 0) {
      Survivor& survivor = survivors_[at - 1];
      const std::uint32_t next = survivor.next_plus_one;
      std::uint32_t& head = heads_[bucket_of(survivor.reference())];
      survivor.next_plus_one = head;
      head = at;
      at = next;
    }
    __builtin_prefetch(&heads_[buckets_ - round_], 1);
  }

  [[gnu::noinline]] void erase_aged(OrderIndex index) noexcept {
    const std::uint32_t row = index - first_order_;
    std::uint32_t* link = &heads_[bucket_of(survivors_[row].reference())];
    while (*link != row + 1) link = &survivors_[*link - 1].next_plus_one;
    *link = survivors_[row].next_plus_one;
    survivors_[row].next_plus_one = free_plus_one_;
    free_plus_one_ = row + 1;
    --aged_;
  }

  OrderIndex take_row() noexcept {
    if (free_plus_one_ == 0) {
      assert(used_ < maximum_);
      return first_order_ + static_cast<OrderIndex>(used_++);
    }
    const std::uint32_t row = free_plus_one_ - 1;
    free_plus_one_ = survivors_[row].next_plus_one;
    return first_order_ + row;
  }

  OrderNode* rows_;
  OrderIndex first_order_;
  std::size_t maximum_;
  std::size_t slot_mask_;
  std::size_t page_mask_;
  core::ReservedArray<Page> pages_;
  core::ReservedArray<Survivor> survivors_;
  core::ReservedArray<std::uint32_t> heads_;
  std::size_t buckets_ = first_buckets;
  std::size_t round_ = first_buckets;  // buckets when this doubling began
  std::size_t used_ = 0;
  std::size_t live_ = 0;
  std::size_t aged_ = 0;
  std::uint64_t newest_ = 0;  // page last opened
  std::uint64_t swept_ = 0;   // pages before this hold no survivors, as far as this went
  std::uint32_t free_plus_one_ = 0;
};

}  // namespace hopwire::feed
