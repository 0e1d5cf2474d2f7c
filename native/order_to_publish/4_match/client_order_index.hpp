// Why: a client names its orders by (session, ClOrdID); the matcher needs the order's row. Exact, fixed memory, nothing allocated later.
//
// Layout: buckets of four bytes, each the first order of a chain; the chain and the names themselves lie in the orders' own rows, which
// whoever looks for an order needs anyway. Clients count their ids upwards: 1,024 neighbouring ids of a session lie in neighbouring
// buckets, sixteen to a cache line, so young orders are found in few hot lines, and the line of the ids to come is asked for in time (its
// miss was a seventh of the matcher's time). Where such a run begins is a hash, on any bucket, so ids that are far apart (clock readings,
// strides, random numbers) spread as well. There are at least two buckets an order. An empty bucket, which a new id mostly meets, says
// "unknown" with one load.
//
// What can go wrong: nothing while the store's limit is kept. Ids chosen to collide make a chain long, not wrong. Nothing observable
// depends on where a bucket lies.
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "core/reserved_array.hpp"
#include "levels/price_levels.hpp"
#include "order_to_publish/4_match/order_store.hpp"

namespace hopwire::venue {

class ClientOrderIndex {
 public:
  using OrderIndex = levels::OrderIndex;
  using Bucket = std::size_t;

  explicit ClientOrderIndex(std::size_t maximum_orders)
      : heads_(std::bit_ceil(std::max(2 * maximum_orders, smallest))), shift_(64 - std::countr_zero(heads_.maximum())),
        mask_(heads_.maximum() - 1) {}

  // Where a name belongs, for those who look it up and then change it.
  [[nodiscard]] Bucket bucket_of(std::uint32_t session, std::uint64_t cl_ord_id) const noexcept {
    const std::uint64_t block = cl_ord_id / block_size + std::uint64_t{session} * 0xD6E8FEB86659FD93ULL;
    return (((block * 0x9E3779B97F4A7C15ULL) >> shift_) + cl_ord_id % block_size) & mask_;
  }

  // `levels::none` when the session has no live order of that id.
  [[nodiscard]] OrderIndex find(const OrderStore& orders, std::uint32_t session, std::uint64_t cl_ord_id) const noexcept {
    return find(orders, bucket_of(session, cl_ord_id), session, cl_ord_id);
  }
  [[nodiscard]] OrderIndex find(const OrderStore& orders, Bucket bucket, std::uint32_t session, std::uint64_t cl_ord_id) const noexcept {
    std::uint32_t at = heads_[bucket];
    while (at != 0) {
      const OrderDetail& detail = orders.detail(at - 1);
      if (detail.cl_ord_id == cl_ord_id && detail.session == session) [[likely]] break;
      at = orders.bucket_next(at - 1);
    }
    return at - 1;  // the end of a chain is 0, and 0 - 1 is `none`
  }

  // The id must be absent, and stand in the row before anything is looked up.
  void insert(OrderStore& orders, std::uint32_t session, std::uint64_t cl_ord_id, OrderIndex slot) noexcept {
    insert(orders, bucket_of(session, cl_ord_id), slot);
  }
  void insert(OrderStore& orders, Bucket bucket, OrderIndex slot) noexcept {
    std::uint32_t& head = heads_[bucket];
    orders.bucket_next(slot) = head;
    head = slot + 1;
    __builtin_prefetch(&heads_[(bucket + ahead) & mask_], 1);
  }

  // The order must be present, under the id its row says.
  void erase(OrderStore& orders, OrderIndex slot) noexcept {
    const OrderDetail& detail = orders.detail(slot);
    std::uint32_t* link = &heads_[bucket_of(detail.session, detail.cl_ord_id)];
    while (*link != slot + 1) [[unlikely]] {
      assert(*link != 0);
      link = &orders.bucket_next(*link - 1);
    }
    *link = orders.bucket_next(slot);
  }

  // Pulls the bucket's line in before it is needed.
  void prefetch(Bucket bucket) const noexcept { __builtin_prefetch(&heads_[bucket], 1); }
  // Its first order, which is as a rule the one it is asked for; row 0 when there is none. A hint.
  [[nodiscard]] OrderIndex first_of(Bucket bucket) const noexcept { return heads_[bucket] - (heads_[bucket] != 0); }

  // Takes all of its memory now, in huge pages where there are some: a look-up is one miss, and should not be two.
  void touch() {
    heads_.prefer_huge_pages();
    heads_.touch(heads_.maximum());
  }

  // Orders in all chains. Walks everything; cold.
  [[nodiscard]] std::size_t count(const OrderStore& orders) const noexcept {
    std::size_t found = 0;
    for (std::size_t bucket = 0; bucket < heads_.maximum(); ++bucket) {
      for (std::uint32_t at = heads_[bucket]; at != 0; at = orders.bucket_next(at - 1)) ++found;
    }
    return found;
  }

 private:
  static constexpr std::uint64_t block_size = 1024;
  static constexpr std::size_t smallest = 128;
  static constexpr std::size_t ahead = 32;  // buckets: two lines

  core::ReservedArray<std::uint32_t> heads_;  // row + 1; 0 = an empty bucket
  int shift_;
  std::size_t mask_;
};

}  // namespace hopwire::venue
