// Why: nothing leaves that the firm did not allow: order size, price collar, position with open orders, message rate, kill switch.
// What: arrays by book row and one bucket; a check is a handful of comparisons on one cache line per row. Plain values in, a reason out;
// knows no flow, no wire and no clock.
//
// Fails closed: a stale book, a row it does not know, a price with nothing to compare against are all refusals. The worst case is what
// counts: a buy is checked as if every open buy and this one had executed and no sell had. What can go wrong: a report for something
// never counted (after a restart) -> open quantity stops at 0 and drift() rises.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "generated/hops.hpp"
#include "risk/token_bucket.hpp"

namespace hopwire::risk {

struct RiskLimits {
  static constexpr std::uint32_t no_collar = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t max_order_quantity = 0;    // shares, one order; 0 refuses every order
  std::uint32_t price_collar_bp = 0;       // basis points a price may lie from the reference, either way; no_collar = off
  std::int64_t max_position = 0;           // shares, absolute, one instrument, open orders included
  std::uint64_t max_open_quantity = std::numeric_limits<std::uint64_t>::max();  // shares open on one side of one instrument
  std::uint32_t max_messages_per_second = 0;  // new orders and replaces; 0 = no limit
  std::uint32_t message_burst = 0;            // 0 = a tenth of a second's worth

  // For order flow that is meant to be unchecked (simulated participants).
  [[nodiscard]] static constexpr RiskLimits none() noexcept {
    RiskLimits limits;
    limits.max_order_quantity = std::numeric_limits<std::uint32_t>::max();
    limits.price_collar_bp = no_collar;
    limits.max_position = std::numeric_limits<std::int64_t>::max() / 4;
    return limits;
  }
};

// What the market says about one row, as hop 3 left it. 0 = not there.
struct MarketReference {
  std::int32_t best_bid = 0;
  std::int32_t best_ask = 0;
  std::int32_t last_price = 0;
  bool stale = true;
};

// A new order or replace. open_quantity: how much open quantity it adds at most (a reduction adds 0).
struct OrderRequest {
  std::uint32_t row = 0;
  std::int32_t price = 0;
  std::uint32_t quantity = 0;
  std::uint32_t open_quantity = 0;
  bool is_buy = true;
  bool is_market = false;
};

class PreTradeRisk {
 public:
  PreTradeRisk(const RiskLimits& limits, std::size_t rows)
      : limits_(limits),
        rows_(rows),
        bucket_(limits.max_messages_per_second,
                limits.message_burst != 0 ? limits.message_burst : limits.max_messages_per_second / 10 + 1) {}

  // Rows are unknown, and refused, until enabled. reference_price: what the collar uses before the first quote or trade; 0 = none.
  void enable(std::uint32_t row, std::int32_t reference_price = 0) noexcept {
    if (row >= rows_.size()) return;
    rows_[row].enabled = true;
    rows_[row].reference_price = reference_price;
  }

  // Unknown again; what is held and open stays known.
  void disable(std::uint32_t row) noexcept {
    if (row < rows_.size()) rows_[row].enabled = false;
  }

  void set_killed(bool killed) noexcept { killed_ = killed; }
  [[nodiscard]] bool killed() const noexcept { return killed_; }

  // none: the open quantity is counted from now on and one token is spent. Any other reason changes nothing.
  [[nodiscard]] hops::RiskReason check(const OrderRequest& order, const MarketReference& market, std::uint64_t now_nanoseconds) noexcept {
    using enum hops::RiskReason;
    if (killed_) return killed;
    if (order.row >= rows_.size() || !rows_[order.row].enabled) return unknown_instrument;
    if (market.stale) return stale;
    Row& row = rows_[order.row];
    if (order.quantity == 0 || (!order.is_market && order.price <= 0)) return invalid;
    if (order.quantity > limits_.max_order_quantity) return order_size;
    if (!within_collar(order, market, row)) return price_collar;
    if (!within_position(order, row)) return position;
    if (bucket_.take(now_nanoseconds) != 0) return rate;
    (order.is_buy ? row.open_buy : row.open_sell) += order.open_quantity;
    return none;
  }

  void on_fill(std::uint32_t row_index, bool is_buy, std::uint32_t quantity) noexcept {
    if (row_index >= rows_.size()) return;
    Row& row = rows_[row_index];
    row.position += is_buy ? std::int64_t{quantity} : -std::int64_t{quantity};
    release(is_buy ? row.open_buy : row.open_sell, quantity);
  }

  // Open quantity that will not execute: cancelled, rejected, reduced.
  void on_done(std::uint32_t row_index, bool is_buy, std::uint32_t open_quantity) noexcept {
    if (row_index >= rows_.size()) return;
    release(is_buy ? rows_[row_index].open_buy : rows_[row_index].open_sell, open_quantity);
  }

  [[nodiscard]] std::int64_t position(std::uint32_t row) const noexcept { return rows_[row].position; }
  [[nodiscard]] std::uint64_t open_quantity(std::uint32_t row, bool is_buy) const noexcept {
    return is_buy ? rows_[row].open_buy : rows_[row].open_sell;
  }
  [[nodiscard]] std::uint64_t drift() const noexcept { return drift_; }
  [[nodiscard]] const RiskLimits& limits() const noexcept { return limits_; }

 private:
  struct Row {
    std::int64_t position = 0;
    std::uint64_t open_buy = 0;
    std::uint64_t open_sell = 0;
    std::int32_t reference_price = 0;
    bool enabled = false;
  };

  // Mid of both sides, else the last trade, else the configured price, else the one side there is; 0 = nothing to compare with.
  [[nodiscard]] static std::int64_t reference(const MarketReference& market, const Row& row) noexcept {
    if (market.best_bid > 0 && market.best_ask > 0) return (std::int64_t{market.best_bid} + market.best_ask) / 2;
    if (market.last_price > 0) return market.last_price;
    if (row.reference_price > 0) return row.reference_price;
    return market.best_bid > 0 ? market.best_bid : market.best_ask;
  }

  // Both sides: a buy far below the market is as likely a mistake in the price as one far above.
  [[nodiscard]] bool within_collar(const OrderRequest& order, const MarketReference& market, const Row& row) const noexcept {
    if (limits_.price_collar_bp == RiskLimits::no_collar) return true;
    if (order.is_market) return market.best_bid > 0 && market.best_ask > 0;
    const std::int64_t middle = reference(market, row);
    if (middle <= 0) return false;
    const std::int64_t distance = order.price > middle ? order.price - middle : middle - order.price;
    return distance * 10'000 <= middle * std::int64_t{limits_.price_collar_bp};
  }

  [[nodiscard]] bool within_position(const OrderRequest& order, const Row& row) const noexcept {
    const std::uint64_t open = (order.is_buy ? row.open_buy : row.open_sell) + order.open_quantity;
    if (open > limits_.max_open_quantity) return false;
    if (order.open_quantity == 0) return true;  // adds nothing: always allowed, also beyond a limit lowered meanwhile
    const std::int64_t held = order.is_buy ? row.position : -row.position;
    return held + static_cast<std::int64_t>(open) <= limits_.max_position;
  }

  void release(std::uint64_t& open, std::uint32_t quantity) noexcept {
    if (quantity > open) {
      ++drift_;
      open = 0;
    } else {
      open -= quantity;
    }
  }

  RiskLimits limits_;
  std::vector<Row> rows_;  // sized once
  TokenBucket bucket_;
  std::uint64_t drift_ = 0;
  bool killed_ = false;
};

}  // namespace hopwire::risk
