// Why: a quote is found by who it belongs to - session, account, instrument, side - and not by a client's id; there is one of each at most.
// A hash of chains through a column by slot, as client_order_index.hpp, beside the orders because few of them are quotes. Nothing is
// allocated after construction, nothing observable depends on where a quote lies.
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "core/reserved_array.hpp"
#include "order_to_publish/4_match/order_store.hpp"

namespace hopwire::venue {

class QuoteIndex {
 public:
  using OrderIndex = levels::OrderIndex;

  struct Owner {
    std::uint32_t session;
    std::uint32_t account;
    std::uint16_t locate;
    order_entry::Side side;
  };

  explicit QuoteIndex(std::size_t maximum_orders)
      : heads_(std::bit_ceil(std::max<std::size_t>(2 * maximum_orders, 64))),
        next_plus_1_(maximum_orders),
        shift_(64 - std::countr_zero(heads_.maximum())) {}

  [[nodiscard]] OrderIndex find(const OrderStore& orders, const Owner& owner) const noexcept {
    std::uint32_t at = heads_[bucket_of(owner)];
    while (at != 0 && !is_of(orders.detail(at - 1), owner)) at = next_plus_1_[at - 1];
    return at - 1;  // the end of a chain is 0, and 0 - 1 is `none`
  }

  // The owner must have none, and stand in the row.
  void insert(const Owner& owner, OrderIndex slot) noexcept {
    std::uint32_t& head = heads_[bucket_of(owner)];
    next_plus_1_[slot] = head;
    head = slot + 1;
    ++count_;
  }

  void erase(const OrderStore& orders, OrderIndex slot) noexcept {
    std::uint32_t* link = &heads_[bucket_of(owner_of(orders.detail(slot)))];
    while (*link != slot + 1) {
      assert(*link != 0);
      link = &next_plus_1_[*link - 1];
    }
    *link = next_plus_1_[slot];
    --count_;
  }

  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] static Owner owner_of(const OrderDetail& detail) noexcept {
    return {detail.session, detail.account, detail.locate, detail.side};
  }

 private:
  [[nodiscard]] std::size_t bucket_of(const Owner& owner) const noexcept {
    std::uint64_t hash = (std::uint64_t{owner.session} << 32 | owner.account) * 0xD6E8FEB86659FD93ULL;
    hash ^= hash >> 32;
    hash += std::uint64_t{owner.locate} << 1 | (owner.side == order_entry::Side::buy ? 0u : 1u);
    return (hash * 0x9E3779B97F4A7C15ULL) >> shift_;
  }
  [[nodiscard]] static bool is_of(const OrderDetail& detail, const Owner& owner) noexcept {
    return detail.session == owner.session && detail.account == owner.account && detail.locate == owner.locate && detail.side == owner.side;
  }

  core::ReservedArray<std::uint32_t> heads_;  // slot + 1; 0 = an empty bucket
  core::ReservedArray<std::uint32_t> next_plus_1_;
  int shift_;
  std::size_t count_ = 0;
};

}  // namespace hopwire::venue
