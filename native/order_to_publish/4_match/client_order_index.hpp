// Why: a client names its orders by (session, ClOrdID); the matcher needs the order's slot. Exact, fixed memory, nothing allocated later.
//
// Layout: a bucket is one cache line. It holds the slots of twelve neighbouring ClOrdIDs of one session, under their common key (session,
// ClOrdID / 12). Clients count their ids upwards, so neighbours are alive together: one line then serves twelve orders, and 64
// neighbouring blocks lie side by side, on one page. Ids that are far apart (clock readings, random numbers) cost a line each and stay
// correct. Buckets are found by hash and linear probing; a bucket that empties is closed by shifting its followers back, so there are no
// tombstones and a day of cancels leaves no trace.
//
// What can go wrong: nothing while there are at most `maximum_orders` live orders; the caller keeps that limit. The table is then at most
// three quarters full even when every order has a bucket of its own. Nothing observable depends on where a bucket lies.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "core/reserved_array.hpp"
#include "levels/price_levels.hpp"

namespace hopwire::venue {

class ClientOrderIndex {
 public:
  using OrderIndex = levels::OrderIndex;

  explicit ClientOrderIndex(std::size_t maximum_orders)
      : buckets_(std::bit_ceil(std::max(maximum_orders + maximum_orders / 3 + 1, smallest))), mask_(buckets_.maximum() - 1) {}

  // `levels::none` when the session has no live order of that id.
  [[nodiscard]] OrderIndex find(std::uint32_t session, std::uint64_t cl_ord_id) const noexcept {
    const Place place = place_of(session, cl_ord_id);
    const Bucket& bucket = buckets_[position_of(place)];
    return bucket.used == 0 ? levels::none : bucket.slot[place.offset] - 1;  // an absent slot is 0; 0 - 1 is `none`
  }

  // The id must be absent.
  void insert(std::uint32_t session, std::uint64_t cl_ord_id, OrderIndex slot) noexcept {
    const Place place = place_of(session, cl_ord_id);
    Bucket& bucket = buckets_[position_of(place)];
    if (bucket.used == 0) {
      bucket.block = place.block;
      bucket.session = place.session;
      ++buckets_in_use_;
    }
    assert(bucket.slot[place.offset] == 0);
    bucket.slot[place.offset] = slot + 1;
    ++bucket.used;
  }

  // The id must be present.
  void erase(std::uint32_t session, std::uint64_t cl_ord_id) noexcept {
    const Place place = place_of(session, cl_ord_id);
    const std::size_t position = position_of(place);
    Bucket& bucket = buckets_[position];
    assert(bucket.used != 0 && bucket.slot[place.offset] != 0);
    bucket.slot[place.offset] = 0;
    if (--bucket.used == 0) close_gap(position);
  }

  // Pulls the bucket's line in before find() needs it.
  void prefetch(std::uint32_t session, std::uint64_t cl_ord_id) const noexcept {
    __builtin_prefetch(&buckets_[home(place_of(session, cl_ord_id))]);
  }

  // Takes all of its memory now, in huge pages where there are some: a look-up is one miss, and should not be two.
  void touch() {
    buckets_.prefer_huge_pages();
    buckets_.touch(buckets_.maximum());
  }

  [[nodiscard]] std::size_t buckets_in_use() const noexcept { return buckets_in_use_; }
  [[nodiscard]] std::size_t bucket_count() const noexcept { return mask_ + 1; }

 private:
  static constexpr std::uint64_t ids_per_bucket = 12;
  static constexpr std::uint64_t blocks_per_page = 64;
  static constexpr std::size_t smallest = 128;

  struct alignas(64) Bucket {
    std::uint64_t block;  // ClOrdID / 12
    std::uint32_t session;
    std::uint32_t used;                              // slots taken; 0 = the bucket is free, its key means nothing
    std::array<std::uint32_t, ids_per_bucket> slot;  // order slot + 1; 0 = absent
  };
  static_assert(sizeof(Bucket) == 64);

  struct Place {
    std::uint64_t block;
    std::uint32_t session;
    std::uint32_t offset;
  };

  static Place place_of(std::uint32_t session, std::uint64_t cl_ord_id) noexcept {
    const std::uint64_t block = cl_ord_id / ids_per_bucket;
    return {block, session, static_cast<std::uint32_t>(cl_ord_id - block * ids_per_bucket)};
  }

  [[nodiscard]] std::size_t home(const Place& place) const noexcept {
    std::uint64_t hash = place.block / blocks_per_page + (std::uint64_t{place.session} << 40);
    hash *= 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 32;
    return (hash + place.block % blocks_per_page) & mask_;
  }

  // Of the bucket with this key, or of the free bucket where it would go.
  [[nodiscard]] std::size_t position_of(const Place& place) const noexcept {
    std::size_t position = home(place);
    for (;;) {
      const Bucket& bucket = buckets_[position];
      if (bucket.used == 0 || (bucket.block == place.block && bucket.session == place.session)) return position;
      position = (position + 1) & mask_;
    }
  }

  // Moves back every follower that the freed bucket would hide from its probe.
  void close_gap(std::size_t gap) noexcept {
    --buckets_in_use_;
    std::size_t position = gap;
    for (;;) {
      position = (position + 1) & mask_;
      Bucket& follower = buckets_[position];
      if (follower.used == 0) return;
      const std::size_t wanted = home({follower.block, follower.session, 0});
      if (((position - wanted) & mask_) < ((position - gap) & mask_)) continue;  // its home lies after the gap
      buckets_[gap] = follower;
      follower.used = 0;
      follower.slot.fill(0);
      gap = position;
    }
  }

  core::ReservedArray<Bucket> buckets_;
  std::size_t mask_;
  std::size_t buckets_in_use_ = 0;
};

}  // namespace hopwire::venue
