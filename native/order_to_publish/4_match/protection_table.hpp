// Why: what a market maker's protection has seen within its window, and whether that is too much, in fixed memory. One row a protected
// session or account; each remembers as many executions as its trades threshold allows, at most 1000, in a ring of its own. Rows are found
// by binary search over sorted keys: protections are set by hand and never taken away.
//
// Arithmetic: sums are below their thresholds (at most 2^53) before an execution of less than 2^63 is added, so 64 bits hold them.
// What can go wrong: no room for another protection; set() says so and the caller refuses.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/reserved_array.hpp"
#include "generated/order_entry.hpp"
#include "generated/rules.hpp"

namespace hopwire::venue {

struct ProtectionLimits {
  std::uint64_t window;
  std::uint64_t quantity;  // 0 = none
  std::uint64_t value;     // 0 = none
  std::uint32_t trades;
};

struct ProtectionGroup {
  bool is_account;
  std::uint32_t id;
};

struct Protection {
  ProtectionLimits limits;
  std::uint64_t quantity;  // sums of what the window holds
  std::uint64_t value;
  std::uint32_t first;  // of the ring
  std::uint32_t count;
  std::uint32_t ring;  // which
  ProtectionGroup group;
  bool is_tripped;
  // What a trial expects (trial.hpp); means something while `forecast` is the table's.
  std::uint64_t forecast;
  std::uint64_t expected_quantity;
  std::uint64_t expected_value;
  std::uint32_t expected_count;
};

class ProtectionTable {
 public:
  static constexpr std::size_t capacity = std::size_t{1} << 14;
  static constexpr std::uint64_t longest_window = rules::protection_window_max;
  static constexpr std::uint32_t most_trades = rules::protection_trades_max;

  ProtectionTable() : rows_(capacity), executions_(capacity * most_trades) {}

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

  // Null when it was never set.
  [[nodiscard]] Protection* find(ProtectionGroup group) noexcept {
    Protection* at = position_of(group);
    return at != rows_.data() + count_ && key(at->group) == key(group) ? at : nullptr;
  }

  // Of the protections, sessions' before accounts' and each by number, those from this one on.
  [[nodiscard]] std::span<const Protection> from(ProtectionGroup group) const noexcept {
    const Protection* end = rows_.data() + count_;
    return {std::lower_bound(rows_.data(), end, group, comes_before), end};
  }

  // Begins with an empty window; a tripped protection stays tripped. False when there is no room.
  bool set(ProtectionGroup group, const ProtectionLimits& limits) noexcept {
    Protection* row = find(group);
    if (row == nullptr) {
      if (count_ == capacity) return false;
      row = position_of(group);
      std::copy_backward(row, rows_.data() + count_, rows_.data() + count_ + 1);
      *row = {.limits = limits, .quantity = 0, .value = 0, .first = 0, .count = 0, .ring = count_, .group = group,
              .is_tripped = false, .forecast = 0, .expected_quantity = 0, .expected_value = 0, .expected_count = 0};
      ++count_;
      return true;
    }
    row->limits = limits;
    clear(*row);
    return true;
  }

  static void clear(Protection& row) noexcept { row.quantity = row.value = row.first = row.count = 0; }

  // Which threshold this execution reaches, if one; the window is then empty.
  std::optional<order_entry::ProtectionReason> count(Protection& row, std::uint64_t now, std::uint32_t quantity,
                                                     std::uint64_t value) noexcept {
    drop_old(row, now);
    execution(row, row.count++) = {now, value, quantity};
    row.quantity += quantity;
    row.value += value;
    const std::optional<order_entry::ProtectionReason> reached = threshold_reached(row.limits, row.quantity, row.value, row.count);
    if (reached) clear(row);
    return reached;
  }

  // What executions would trip if they happened now, one after the other; a forecast begins with none of them.
  void begin_forecast() noexcept { ++forecast_; }
  void expect(Protection& row, std::uint64_t now, std::uint32_t quantity, std::uint64_t value) noexcept {
    if (row.forecast != forecast_) {
      drop_old(row, now);
      row.forecast = forecast_;
      row.expected_quantity = row.quantity;
      row.expected_value = row.value;
      row.expected_count = row.count;
    }
    row.expected_quantity += quantity;
    row.expected_value += value;
    ++row.expected_count;
  }
  [[nodiscard]] bool is_expected_to_trip(const Protection& row) const noexcept {
    return row.forecast == forecast_ && threshold_reached(row.limits, row.expected_quantity, row.expected_value, row.expected_count);
  }

  [[nodiscard]] static std::uint64_t limit_of(const Protection& row, order_entry::ProtectionReason reason) noexcept {
    switch (reason) {
      case order_entry::ProtectionReason::quantity_threshold: return row.limits.quantity;
      case order_entry::ProtectionReason::value_threshold: return row.limits.value;
      case order_entry::ProtectionReason::trades_threshold: break;
    }
    return row.limits.trades;
  }

 private:
  struct Execution {
    std::uint64_t time;
    std::uint64_t value;
    std::uint32_t quantity;
  };

  static std::uint64_t key(ProtectionGroup group) noexcept { return std::uint64_t{group.is_account} << 32 | group.id; }

  [[nodiscard]] static bool comes_before(const Protection& row, ProtectionGroup other) noexcept { return key(row.group) < key(other); }
  [[nodiscard]] Protection* position_of(ProtectionGroup group) noexcept {
    return std::lower_bound(rows_.data(), rows_.data() + count_, group, comes_before);
  }

  [[nodiscard]] Execution& execution(const Protection& row, std::uint32_t index) noexcept {
    return executions_[std::size_t{row.ring} * most_trades + (row.first + index) % most_trades];
  }

  // Time does not go back, so what is out of the window now is out of it for good.
  void drop_old(Protection& row, std::uint64_t now) noexcept {
    while (row.count != 0 && now - execution(row, 0).time >= row.limits.window) {
      row.quantity -= execution(row, 0).quantity;
      row.value -= execution(row, 0).value;
      row.first = (row.first + 1) % most_trades;
      --row.count;
    }
  }

  static std::optional<order_entry::ProtectionReason> threshold_reached(const ProtectionLimits& limits, std::uint64_t quantity,
                                                                        std::uint64_t value, std::uint32_t trades) noexcept {
    if (limits.quantity != 0 && quantity >= limits.quantity) return order_entry::ProtectionReason::quantity_threshold;
    if (limits.value != 0 && value >= limits.value) return order_entry::ProtectionReason::value_threshold;
    if (trades >= limits.trades) return order_entry::ProtectionReason::trades_threshold;
    return std::nullopt;
  }

  core::ReservedArray<Protection> rows_;  // by key
  core::ReservedArray<Execution> executions_;
  std::uint32_t count_ = 0;
  std::uint64_t forecast_ = 0;
};

}  // namespace hopwire::venue
