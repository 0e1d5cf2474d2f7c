// Why: a client names its orders by (session, ClOrdID); the matcher needs the order's row. Exact, fixed memory, nothing allocated later.
//
// Layout: buckets of four bytes, each the first order of a chain; the chain and the names themselves lie in the orders' own rows, which who
// looks for an order needs anyway. A bucket, and every link of a chain, says beside the row whether another follows and as many bits of
// the name's hash as the row leaves free (a store of a million rows: ten), so a new id learns that it is unknown from one load, nearly
// always, and no row is fetched for nothing. Clients count their ids upwards: 1,024 neighbouring ids of a session lie in neighbouring
// buckets, sixteen to a cache line, so young orders are found in few hot lines, and the line of the ids to come is asked for in time. Where
// such a run begins is the hash, on any bucket, so ids that are far apart (clock readings, strides, random numbers) spread as well.
//
// Size: the buckets in use are four for every order that ever lived at one time, not four for every order there may be: ids counted up go
// through all of them, and what they go through should stay in the cache. They grow one by one (linear hashing, Litwin 1980): a new bucket
// takes what belongs to it out of one older chain, which is a quarter of an order's work, so there is no pause in which a table is moved.
// It never shrinks.
//
// What can go wrong: nothing while the store's limit is kept. Ids chosen to collide make a chain long, not wrong. Nothing observable
// depends on where a bucket lies.
#pragma once

#include <nmmintrin.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include "core/reserved_array.hpp"
#include "levels/price_levels.hpp"
#include "order_to_publish/4_match/order_store.hpp"

namespace hopwire::venue {

class ClientOrderIndex {
 public:
  using OrderIndex = levels::OrderIndex;
  using Link = std::uint32_t;  // hash bits | row | more follow | 1; 0 = nothing

  // Where a name belongs.
  struct Bucket {
    std::uint64_t index;
    Link tag;  // its hash bits, and the 1
  };

  // Throws std::length_error when there may be more than 2^28 orders: a link has no room for their rows.
  explicit ClientOrderIndex(std::size_t maximum_orders)
      : heads_(std::bit_ceil(std::max(buckets_per_order * checked(maximum_orders), smallest))),
        row_mask_(std::bit_ceil(static_cast<Link>(maximum_orders)) - 1),
        tag_mask_(~(row_mask_ << row_shift | more)),
        count_(std::min(static_cast<std::uint32_t>(heads_.maximum()), first_count)),
        mask_(count_ - 1) {
  }

  // For those who look a name up and then change it. Good until the index grows.
  [[nodiscard]] Bucket bucket_of(std::uint32_t session, std::uint64_t cl_ord_id) const noexcept {
    // Of two sessions that count up side by side no two blocks may have one hash, so the session comes in multiplied.
    const auto hash = static_cast<std::uint32_t>(_mm_crc32_u64(session * 0x9E3779B1u, cl_ord_id / block_size));
    const std::uint32_t index = (hash + static_cast<std::uint32_t>(cl_ord_id) % block_size) & mask_;
    return {index < count_ ? index : index & (mask_ >> 1),  // there is no such bucket yet
            (hash & tag_mask_) | occupied};
  }

  // `levels::none` when the session has no live order of that id.
  [[nodiscard]] OrderIndex find(const OrderStore& orders, std::uint32_t session, std::uint64_t cl_ord_id) const noexcept {
    return find(orders, bucket_of(session, cl_ord_id), session, cl_ord_id);
  }
  [[nodiscard]] OrderIndex find(const OrderStore& orders, Bucket bucket, std::uint32_t session, std::uint64_t cl_ord_id) const noexcept {
    for (Link link = heads_[bucket.index];;) {
      const OrderIndex slot = row_of(link);
      if (((link ^ bucket.tag) & tag_mask_) == 0) {
        const OrderDetail& detail = orders.detail(slot);
        if (detail.cl_ord_id == cl_ord_id && detail.session == session) [[likely]] return slot;
      }
      if ((link & more) == 0) [[likely]] return levels::none;
      link = orders.bucket_next(slot);
    }
  }

  // The id must be absent, and stand in the row before anything is looked up.
  void insert(OrderStore& orders, std::uint32_t session, std::uint64_t cl_ord_id, OrderIndex slot) noexcept {
    insert(orders, bucket_of(session, cl_ord_id), slot);
  }
  void insert(OrderStore& orders, Bucket bucket, OrderIndex slot) noexcept {
    Link& head = heads_[bucket.index];
    orders.bucket_next(slot) = head;
    head = bucket.tag + (slot << row_shift) + (head & occupied) * more;
    __builtin_prefetch(&heads_[(bucket.index + ahead) & mask_], 1);
  }

  // The order must be present, under the id its row says.
  void erase(OrderStore& orders, OrderIndex slot) noexcept {
    const OrderDetail& detail = orders.detail(slot);
    Link* link = &heads_[bucket_of(detail.session, detail.cl_ord_id).index];
    Link* before = nullptr;
    while (row_of(*link) != slot) [[unlikely]] {
      assert((*link & more) != 0);
      before = link;
      link = &orders.bucket_next(row_of(*link));
    }
    *link = orders.bucket_next(slot);
    if (before != nullptr && *link == 0) [[unlikely]] *before &= ~more;
  }

  // As many buckets as the most orders of the day ask for. Between commands, when the name of every order stands in its row.
  void grow(OrderStore& orders) noexcept {
    if (orders.most_live() > served_) [[unlikely]] add_buckets(orders);
  }

  // Pulls the bucket's line in before it is needed.
  void prefetch(Bucket bucket) const noexcept { __builtin_prefetch(&heads_[bucket.index], 1); }
  // Its first order, which is as a rule the one it is asked for; row 0 when there is none. A hint.
  [[nodiscard]] OrderIndex first_of(Bucket bucket) const noexcept { return row_of(heads_[bucket.index]); }

  // Takes all of its memory now, in huge pages where there are some: a look-up is one miss, and should not be two.
  void touch() {
    heads_.prefer_huge_pages();
    heads_.touch(heads_.maximum());
  }

  // Orders in all chains, none of them under a wrong bucket. Walks everything; cold.
  [[nodiscard]] std::size_t count(const OrderStore& orders) const noexcept {
    std::size_t found = 0;
    for (std::uint32_t index = 0; index < count_; ++index) {
      for (Link link = heads_[index]; link != 0; link = orders.bucket_next(row_of(link))) {
        const OrderDetail& detail = orders.detail(row_of(link));
        const Bucket bucket = bucket_of(detail.session, detail.cl_ord_id);
        const bool has_more = orders.bucket_next(row_of(link)) != 0;
        found += bucket.index == index && link == (bucket.tag | row_of(link) << row_shift | (has_more ? more : 0));
      }
    }
    return found;
  }
  // Orders from this one to the end of its chain.
  [[nodiscard]] std::size_t chain_from(const OrderStore& orders, OrderIndex slot) const noexcept {
    std::size_t length = 1;
    for (Link link = orders.bucket_next(slot); link != 0; link = orders.bucket_next(row_of(link))) ++length;
    return length;
  }
  [[nodiscard]] std::size_t buckets_in_use() const noexcept { return count_; }

 private:
  static constexpr std::uint32_t block_size = 1024;
  static constexpr std::size_t buckets_per_order = 4;
  static constexpr std::size_t most_orders = std::size_t{1} << 28;
  static constexpr std::size_t smallest = 128;
  static constexpr std::uint32_t first_count = 4096;  // 16 KiB
  static constexpr std::uint32_t ahead = 32;          // buckets: two lines

  static constexpr Link occupied = 1;  // part of the tag
  static constexpr Link more = 2;
  static constexpr int row_shift = 2;

  [[nodiscard]] OrderIndex row_of(Link link) const noexcept { return link >> row_shift & row_mask_; }

  static std::size_t checked(std::size_t maximum_orders) {
    if (maximum_orders > most_orders) throw std::length_error("client-id index: more than 2^28 orders");
    return maximum_orders;
  }

  [[gnu::noinline, gnu::cold]] void add_buckets(OrderStore& orders) noexcept {
    served_ = orders.most_live();
    while (count_ < buckets_per_order * served_) add_bucket(orders);
  }

  // The bucket numbered count_ takes its orders out of the one that has stood for it.
  void add_bucket(OrderStore& orders) noexcept {
    if (count_ > mask_) mask_ = 2 * mask_ + 1;
    const std::uint32_t added = count_++;
    Link link = std::exchange(heads_[added & (mask_ >> 1)], 0);
    while (link != 0) {
      const OrderIndex slot = row_of(link);
      link = orders.bucket_next(slot);
      const OrderDetail& detail = orders.detail(slot);
      insert(orders, bucket_of(detail.session, detail.cl_ord_id), slot);
    }
  }

  core::ReservedArray<Link> heads_;
  Link row_mask_;
  Link tag_mask_;
  std::uint32_t count_;     // buckets in use
  std::uint32_t mask_;      // the smallest power of two that holds them, less one
  std::size_t served_ = 0;  // orders that there are buckets for, once there were as many
};

}  // namespace hopwire::venue
