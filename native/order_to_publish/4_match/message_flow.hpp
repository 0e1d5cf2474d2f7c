// How much and how often an account may send, with pre-trade risk on.
//
// Message rate: a token bucket on sequencer time, per account: `messageRate` a second, `messageBurst` at once. New orders, replaces that
// move and mass quotes (one token, however many entries) take a token; cancels, mass quotes that only pull and replaces that only reduce do
// not. A token is spent when it is asked for, also when a later check refuses. Without one: messageRateLimit with the rate, and how many
// nanoseconds later the same would have been taken. A token comes back every floor(10^9 / rate) ns.
//
// Duplicates: a new order like one of the account's last 64 new orders that were taken - instrument, side, price (none: none), quantity -
// is refused while that one is younger than `duplicateWindow`: duplicateOrder with the window. A refused order is not remembered.
#pragma once

#include <cstdint>

#include "order_to_publish/4_match/risk_limits.hpp"

namespace hopwire::venue::message_flow {

[[nodiscard]] inline Refusal take_token(RiskBook& book, RiskBook::Row row, std::uint64_t now) noexcept {
  const std::uint64_t wait = book.account(row).messages.take(now);
  if (wait == 0) [[likely]] return {};
  book.retry_after = wait;
  return {order_entry::RejectReason::message_rate_limit, book.account_limits(row).hard[risk_limit::message_rate]};
}

[[nodiscard]] inline Refusal check_duplicate(const RiskBook& book, RiskBook::Row row, const RecentOrder& order) noexcept {
  const std::int64_t window = book.account_limits(row).hard[risk_limit::duplicate_window];
  if (!book.has_recent(row, order, static_cast<std::uint64_t>(window))) [[likely]] return {};
  return {order_entry::RejectReason::duplicate_order, window};
}

}  // namespace hopwire::venue::message_flow
