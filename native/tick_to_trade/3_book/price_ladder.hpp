// Why: a feed's book looks prices up near the best all day, and empties and makes levels there with every fourth order, as good as at
// random. What: one side of a book as a window of 64 ticks around the best, and behind it a sorted array for the few levels far from the
// market. In the window a level has its row by arithmetic alone, so that nothing waits for a pointer, and it comes and goes without a
// jump: its bit is set or cleared, its row stays.
//
// Layout. Tick k stands at position k mod 64, so that moving the window moves nothing; `bits` says which positions have orders. Each
// position has a home row. A level that falls out of the window keeps its row, home or not; while it does, whoever stands at that position
// is a guest in a row from the common pool (`guests` says so, `guest` where). A tick is one cent until a price comes that is no whole cent
// (stocks below a dollar); from then on it is 1e-4, for that side for good. Asks are mirrored, so that better is always higher.
//
//   invariant: a level outside the window is worse than every price the window can hold; the window is empty only when the side is; a home
//   row whose position has a guest has orders only when its level is a far one.
//
// The window moves up when a better price comes than it can hold (its worst levels are then appended to the far ones) and down when the
// best has sunk into its lower half (far ones come back): rarely, for the market has to walk a quarter of a window.
//
// Owns the ladders and levels of all books and the far arrays (powers of two, cut from one range, recycled by size). What can go wrong: no
// row or no far array left -> find_or_insert returns `none` and nothing is half-done.
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/reserved_array.hpp"
#include "tick_to_trade/3_book/book_memory.hpp"
#include "tick_to_trade/3_book/far_arrays.hpp"

namespace hopwire::feed {

// Of a side: stock locate * 2, + 1 for asks.
using LadderIndex = std::uint32_t;

inline LadderIndex ladder_of(std::uint16_t locate, char side) noexcept { return std::uint32_t{locate} * 2 + (side == 'B' ? 0 : 1); }
inline bool is_bid(LadderIndex index) noexcept { return index % 2 == 0; }

// Both sides of a book lie in one cache line.
struct alignas(32) Ladder {
  std::uint64_t bits;      // bit p: the level at position p has orders
  std::uint64_t guests;    // bit p: the level at position p is not in its home row
  std::int32_t base;       // lowest key of the window
  std::uint32_t far_count : 31;
  std::uint32_t fine : 1;  // a tick is 1e-4
  std::uint32_t changed;   // bit r: the level at rank r was changed since the row was written (kept by BookSet)
  std::uint32_t moved;     // bit r: a level came or went at rank r, those behind it have moved
};
static_assert(sizeof(Ladder) == 32);

class PriceLadders {
 public:
  static constexpr std::uint32_t window = 64;
  static constexpr std::uint8_t far_away = 0xFF;  // the position of a level outside the window

  // Rows of levels that so many ladders need: a home for each position, and as many for guests and far levels as there may be levels.
  static constexpr std::size_t rows_for(std::size_t maximum_levels, std::size_t ladders) noexcept {
    return maximum_levels + ladders * window;
  }

  // Levels in the rows of `memory`, which has rows_for() of them. Throws core::SystemError when the address space is refused.
  PriceLadders(BookMemory& memory, std::size_t maximum_levels, std::size_t ladders)
      : rows_(memory.rows()),
        limbo_(static_cast<LevelIndex>(memory.first_level())),
        unused_(first_unused(ladders)),
        end_(static_cast<LevelIndex>(memory.end())),
        maximum_(maximum_levels),
        ladders_(ladders),
        rests_(ladders),
        far_(maximum_levels * far_per_level + spare_far) {
    clear(limbo_);
  }

  // As at the beginning. The memory they stand in has just forgotten, too.
  void forget() noexcept {
    ladders_.clear();
    rests_.clear();
    far_.forget();
    unused_ = first_unused(ladders_.maximum());
    free_row_ = 0;
    in_use_ = 0;
    clear(limbo_);
  }

  [[nodiscard]] Ladder& operator[](LadderIndex index) noexcept { return ladders_[index]; }
  [[nodiscard]] const Ladder& operator[](LadderIndex index) const noexcept { return ladders_[index]; }
  // The level of orders that stand in no book.
  [[nodiscard]] LevelIndex limbo() const noexcept { return limbo_; }
  [[nodiscard]] std::size_t levels_in_use() const noexcept { return in_use_; }

  // The best level, `none` when the side is empty.
  [[nodiscard]] LevelIndex best(LadderIndex index) const noexcept {
    const Ladder& ladder = ladders_[index];
    return ladder.bits == 0 ? none : row_at(index, position_of(ladder.base + static_cast<std::int32_t>(top(from_base(ladder)))));
  }

  [[nodiscard]] std::uint32_t count(LadderIndex index) const noexcept {
    return static_cast<std::uint32_t>(std::popcount(ladders_[index].bits)) + ladders_[index].far_count;
  }

  // The level of `price`, made when absent. `none` when there is no room. An order must follow, or settle().
  [[nodiscard]] LevelIndex find_or_insert(LadderIndex index, Price price) noexcept {
    const std::int32_t cents = cents_of(price);
    const std::int32_t key = mirrored(index, cents);
    const std::uint32_t position = position_of(key);
    Ladder& ladder = ladders_[index];
    const bool whole_cents = (cents * ticks_a_cent == price) & (ladder.fine == 0);
    const bool at_home = (ladder.guests >> position & 1) == 0;
    if (!(whole_cents & at_home & in_window(ladder, key))) [[unlikely]] return find_otherwise(index, price);
    ladder.bits |= std::uint64_t{1} << position;
    return take_place(home_row(index, position), price, static_cast<std::uint8_t>(position));
  }

  // An order is about to join a level: false when that would be one level more than there may be.
  [[nodiscard]] bool take(const Level& level) noexcept {
    const bool is_new = level.order_count() == 0;
    if (is_new & (in_use_ == maximum_)) [[unlikely]] return false;
    in_use_ += is_new ? 1 : 0;
    return true;
  }

  // An order has left a level: when it was the last, the level is gone.
  void give(LadderIndex index, LevelIndex level) noexcept {
    in_use_ -= rows_[level].shares == 0 ? 1 : 0;
    settle(index, level);
  }

  // Makes the ladder say whether the level has orders.
  void settle(LadderIndex index, LevelIndex level) noexcept {
    Ladder& ladder = ladders_[index];
    const Level& at = level_at(rows_, level);
    const std::uint64_t is_empty = at.order_count() == 0 ? 1 : 0;
    if (at.position == far_away) [[unlikely]] {
      if (is_empty != 0) erase_far(index, key_of(index, at.price), level);
      return;
    }
    ladder.bits &= ~(is_empty << at.position);
    if ((ladder.far_count != 0) & (from_base(ladder) >> lowest_best == 0)) [[unlikely]] sink(index);
  }

  // 0 = the best.
  [[nodiscard]] std::uint32_t rank(LadderIndex index, const Level& level) const noexcept {
    const Ladder& ladder = ladders_[index];
    if (level.position == far_away) [[unlikely]] return count(index) - far_position(index, key_of(index, level.price)) - 1;
    const std::uint32_t offset = (level.position - static_cast<std::uint32_t>(ladder.base)) % window;
    return static_cast<std::uint32_t>(std::popcount(from_base(ladder) >> offset >> 1));
  }

  // Where the level of that price most likely is: a hint.
  [[nodiscard]] LevelIndex likely_row(LadderIndex index, Price price) const noexcept {
    return home_row(index, position_of(mirrored(index, cents_of(price))));
  }
  [[gnu::always_inline]] void prefetch(LadderIndex index) const noexcept { __builtin_prefetch(&ladders_[index], 1); }

  // Levels from the best, at most `depth`: f(LevelIndex).
  template <class F>
  void walk(LadderIndex index, std::uint32_t depth, F&& f) const {
    const Ladder& ladder = ladders_[index];
    for (std::uint64_t bits = from_base(ladder); bits != 0 && depth != 0; --depth) {
      const std::uint32_t offset = top(bits);
      bits &= ~(std::uint64_t{1} << offset);
      f(row_at(index, position_of(ladder.base + static_cast<std::int32_t>(offset))));
    }
    for (std::uint32_t i = ladder.far_count; i != 0 && depth != 0; --depth) f(rests_[index].far[--i].level);
  }

 private:
  // What most messages do not need.
  struct alignas(64) Rest {
    FarLevel* far;  // worst first
    std::uint32_t far_capacity;
    LevelIndex guest[window];  // 0 = none yet
  };

  static constexpr std::int32_t ticks_a_cent = 100;
  static constexpr std::int32_t home_of_best = 48;   // where a move puts the best: room for 15 ticks better, 48 worse
  static constexpr std::uint32_t lowest_best = 24;   // a best below this sinks the window
  static constexpr std::size_t far_per_level = 4;    // doubling leaves old arrays behind; each size is recycled
  static constexpr std::size_t spare_far = std::size_t{1} << 20;
  static constexpr std::uint32_t first_far = 8;

  static std::uint32_t top(std::uint64_t bits) noexcept { return 63U - static_cast<std::uint32_t>(std::countl_zero(bits)); }
  static std::int32_t cents_of(Price price) noexcept { return static_cast<std::int32_t>(static_cast<std::uint32_t>(price) / ticks_a_cent); }
  static std::int32_t mirrored(LadderIndex index, std::int32_t ticks) noexcept {
    const std::int32_t mask = -static_cast<std::int32_t>(index & 1);
    return (ticks ^ mask) - mask;
  }
  [[nodiscard]] std::int32_t key_of(LadderIndex index, Price price) const noexcept {
    return mirrored(index, ladders_[index].fine != 0 ? price : cents_of(price));
  }
  static std::uint32_t position_of(std::int32_t key) noexcept { return static_cast<std::uint32_t>(key) % window; }
  static std::uint64_t bit_of(std::uint32_t position) noexcept { return std::uint64_t{1} << position; }
  // From the window's begin; `window` or more when it lies outside, which a difference beyond 31 bits does too.
  static std::uint32_t offset(const Ladder& ladder, std::int32_t key) noexcept {
    return static_cast<std::uint32_t>(key) - static_cast<std::uint32_t>(ladder.base);
  }
  static bool in_window(const Ladder& ladder, std::int32_t key) noexcept { return offset(ladder, key) < window; }
  // Bit i: key base + i has orders.
  static std::uint64_t from_base(const Ladder& ladder) noexcept {
    return std::rotr(ladder.bits, static_cast<int>(position_of(ladder.base)));
  }

  [[nodiscard]] LevelIndex home_row(LadderIndex index, std::uint32_t position) const noexcept {
    return limbo_ + 2 + (index * window + position) * 2;
  }
  [[nodiscard]] LevelIndex row_at(LadderIndex index, std::uint32_t position) const noexcept {
    return (ladders_[index].guests >> position & 1) == 0 ? home_row(index, position) : rests_[index].guest[position];
  }

  // A home row that was never used is zero bytes, one without orders has a circle of itself alone: the same circle is written to both,
  // by mask, for whether the level is new is nothing a branch predictor could know.
  LevelIndex take_place(LevelIndex row, Price price, std::uint8_t position) noexcept {
    Level& level = level_at(rows_, row);
    const LevelIndex is_new = level.order_count() == 0 ? ~LevelIndex{0} : 0;
    level.line.next ^= (level.line.next ^ row) & is_new;
    level.line.previous ^= (level.line.previous ^ row) & is_new;
    level.price = price;
    level.position = position;
    return row;
  }

  [[gnu::noinline]] LevelIndex find_otherwise(LadderIndex index, Price price) noexcept {
    Ladder& ladder = ladders_[index];
    if (ladder.fine == 0 && price % ticks_a_cent != 0 && !refine(index)) return none;
    const std::int32_t key = key_of(index, price);
    const std::uint32_t position = position_of(key);
    if (!in_window(ladder, key)) {
      if (ladder.bits == 0) {
        ladder.base = key - home_of_best;  // the side is empty
      } else if (key < ladder.base) {
        return find_far(index, key, price);
      }
    }
    // What may be refused comes before what changes anything.
    const LevelIndex spare = take_row();
    if (spare == none) return none;
    if (!in_window(ladder, key) && !rise(index, key)) {
      give_row(spare);
      return none;
    }
    const LevelIndex row = guest_or_home(index, position, spare);
    ladder.bits |= bit_of(position);
    return take_place(row, price, static_cast<std::uint8_t>(position));
  }

  // The row for a position of the window. Takes `spare` when the home row is a far level's and there is no guest yet, else gives it back.
  LevelIndex guest_or_home(LadderIndex index, std::uint32_t position, LevelIndex spare) noexcept {
    Ladder& ladder = ladders_[index];
    LevelIndex& guest = rests_[index].guest[position];
    if ((ladder.guests & bit_of(position)) == 0) {
      give_row(spare);
      return home_row(index, position);
    }
    // After refine() a guest may be in another position's home row, which that position takes back once it is empty.
    if (guest != 0 && is_home(guest) && level_at(rows_, guest).position != position) guest = 0;
    if (guest == 0 && rows_[home_row(index, position)].shares != 0) return guest = spare;
    give_row(spare);
    if (guest != 0 && (rows_[guest].shares != 0 || rows_[home_row(index, position)].shares != 0)) return guest;
    // Nobody is in the way any more: back home.
    if (guest != 0) give_row(guest);
    guest = 0;
    ladder.guests &= ~bit_of(position);
    return home_row(index, position);
  }

  LevelIndex find_far(LadderIndex index, std::int32_t key, Price price) noexcept {
    Ladder& ladder = ladders_[index];
    Rest& rest = rests_[index];
    const std::uint32_t position = far_lower(index, key);
    if (position < ladder.far_count && rest.far[position].key == key) return rest.far[position].level;
    if (ladder.far_count == rest.far_capacity && !grow_far(index, ladder.far_count + 1)) return none;
    const LevelIndex row = take_row();
    if (row == none) return none;
    std::memmove(rest.far + position + 1, rest.far + position, (ladder.far_count - position) * sizeof(FarLevel));
    rest.far[position] = {key, row};
    ++ladder.far_count;
    return take_place(row, price, far_away);
  }

  // Moves the window up so that `key` is its best; what falls out at the bottom is better than every far level. False: no room.
  bool rise(LadderIndex index, std::int32_t key) noexcept {
    Ladder& ladder = ladders_[index];
    const std::uint32_t steps = offset(ladder, key) - static_cast<std::uint32_t>(home_of_best);
    const std::uint64_t standing = from_base(ladder);
    const std::uint64_t leaving = steps < window ? standing & ((std::uint64_t{1} << steps) - 1) : standing;
    const auto wanted = ladder.far_count + static_cast<std::uint32_t>(std::popcount(leaving));
    if (wanted > rests_[index].far_capacity && !grow_far(index, wanted)) return false;
    send_far(index, leaving);
    ladder.base = key - home_of_best;
    return true;
  }

  // Bit i of `leaving`: the level of key base + i goes to the far ones, of which all are worse, and takes its row along.
  void send_far(LadderIndex index, std::uint64_t leaving) noexcept {
    Ladder& ladder = ladders_[index];
    Rest& rest = rests_[index];
    for (; leaving != 0; leaving &= leaving - 1) {
      const std::int32_t key = ladder.base + std::countr_zero(leaving);
      const std::uint32_t position = position_of(key);
      const LevelIndex row = row_at(index, position);
      rest.far[ladder.far_count] = {key, row};
      level_at(rows_, row).position = far_away;
      ++ladder.far_count;
      rest.guest[position] = 0;
      ladder.guests |= bit_of(position);  // for whoever comes next, until the home row is seen to be free
      ladder.bits &= ~bit_of(position);
    }
  }

  // Moves the window down so that the best there is stands at home, and takes back the far levels it then reaches.
  [[gnu::noinline]] void sink(LadderIndex index) noexcept {
    Ladder& ladder = ladders_[index];
    Rest& rest = rests_[index];
    const std::int32_t best_key =
        ladder.bits == 0 ? rest.far[ladder.far_count - 1].key : ladder.base + static_cast<std::int32_t>(top(from_base(ladder)));
    ladder.base = best_key - home_of_best;
    while (ladder.far_count != 0 && rest.far[ladder.far_count - 1].key >= ladder.base) {
      --ladder.far_count;
      const FarLevel back = rest.far[ladder.far_count];
      const std::uint32_t position = position_of(back.key);
      level_at(rows_, back.level).position = static_cast<std::uint8_t>(position);
      const bool goes_home = back.level == home_row(index, position);
      if (rest.guest[position] != 0) give_row(rest.guest[position]);  // without orders: nothing stood at this position
      rest.guest[position] = goes_home ? 0 : back.level;
      ladder.guests = goes_home ? ladder.guests & ~bit_of(position) : ladder.guests | bit_of(position);
      ladder.bits |= bit_of(position);
    }
  }

  // First far position whose key is not worse.
  [[nodiscard]] std::uint32_t far_lower(LadderIndex index, std::int32_t key) const noexcept {
    const FarLevel* far = rests_[index].far;
    const FarLevel* found = std::lower_bound(far, far + ladders_[index].far_count, key,
                                             [](const FarLevel& entry, std::int32_t wanted) { return entry.key < wanted; });
    return static_cast<std::uint32_t>(found - far);
  }
  [[nodiscard]] std::uint32_t far_position(LadderIndex index, std::int32_t key) const noexcept {
    const std::uint32_t position = far_lower(index, key);
    assert(position < ladders_[index].far_count && rests_[index].far[position].key == key);
    return position;
  }

  [[gnu::noinline]] void erase_far(LadderIndex index, std::int32_t key, LevelIndex level) noexcept {
    Ladder& ladder = ladders_[index];
    FarLevel* far = rests_[index].far;
    const std::uint32_t position = far_position(index, key);
    --ladder.far_count;
    std::memmove(far + position, far + position + 1, (ladder.far_count - position) * sizeof(FarLevel));
    if (!is_home(level)) give_row(level);
  }

  // From cents to 1e-4: everything goes to the far array with its new key, and back into the window as far as that reaches. Mirroring
  // commutes with the factor. Homes are by position, and positions change: from here on all are guests until they go home empty.
  bool refine(LadderIndex index) noexcept {
    Ladder& ladder = ladders_[index];
    const std::uint32_t wanted = count(index);
    if (wanted > rests_[index].far_capacity && !grow_far(index, wanted)) return false;
    send_far(index, from_base(ladder));
    for (std::uint32_t i = 0; i < ladder.far_count; ++i) rests_[index].far[i].key *= ticks_a_cent;
    ladder.guests = ~std::uint64_t{0};
    ladder.fine = 1;
    if (ladder.far_count != 0) sink(index);
    return true;
  }

  [[nodiscard]] bool is_home(LevelIndex row) const noexcept { return row < limbo_ + 2 + ladders_.maximum() * window * 2; }

  void clear(LevelIndex row) noexcept {
    level_at(rows_, row) = {.line = {.next = row, .previous = row, .level = row, .shares = 0},
                            .quantity = 0, .price = 0, .locate = 0, .side = 0, .position = far_away};
  }

  LevelIndex take_row() noexcept {
    LevelIndex row = free_row_;
    if (row != 0) {
      free_row_ = rows_[row].level;
    } else {
      if (unused_ == end_) return none;
      row = unused_;
      unused_ += 2;
    }
    clear(row);
    return row;
  }

  // Free rows are chained through their own `level`; 0 ends the chain, for no level has that index. A home row is free without it.
  void give_row(LevelIndex row) noexcept {
    if (is_home(row)) return;
    rows_[row].level = free_row_;
    free_row_ = row;
  }

  bool grow_far(LadderIndex index, std::uint32_t wanted) noexcept {
    Rest& rest = rests_[index];
    const std::uint32_t capacity = std::bit_ceil(std::max(wanted, first_far));
    FarLevel* array = far_.take(capacity);
    if (array == nullptr) return false;
    if (rest.far_capacity != 0) {
      std::memcpy(array, rest.far, ladders_[index].far_count * sizeof(FarLevel));
      far_.give(rest.far, rest.far_capacity);
    }
    rest.far = array;
    rest.far_capacity = capacity;
    return true;
  }

  [[nodiscard]] LevelIndex first_unused(std::size_t ladders) const noexcept {
    return static_cast<LevelIndex>(limbo_ + 2 + ladders * window * 2);
  }

  OrderNode* rows_;
  LevelIndex limbo_;
  LevelIndex unused_;
  LevelIndex end_;
  LevelIndex free_row_ = 0;
  std::size_t maximum_;
  std::size_t in_use_ = 0;
  core::ReservedArray<Ladder> ladders_;
  core::ReservedArray<Rest> rests_;
  FarArrays far_;
};

}  // namespace hopwire::feed
