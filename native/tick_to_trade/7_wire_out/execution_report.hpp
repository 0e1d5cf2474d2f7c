// What the venue says about an order, as plain values: the one shape in which reports reach strategies, risk and load generators. Which
// fields mean something depends on the kind; the others are 0.
#pragma once

#include <cstdint>

#include "generated/order_entry.hpp"

namespace hopwire::feed {

enum class ReportKind : std::uint8_t {
  accepted,
  executed,
  canceled,
  replaced,
  rejected,
  cancel_rejected,
  mass_canceled,
  refreshed,
  triggered,
  self_trade_prevented,
  mass_quoted,  // or refused: then with a reason and, if one entry is at fault, which
  protection,   // of quotes: set, tripped or reset
  purged,
  unlocked,
};

struct ExecutionReport {
  std::uint64_t sequence = 0;            // in the venue's flow, from 1, without holes
  std::uint64_t last_processed = 0;      // last of our messages that has had its effect
  std::uint64_t transact_time = 0;       // sequencer time, ns since the UNIX epoch
  std::uint64_t receive_tsc = 0;         // when its bytes were in hand
  std::uint64_t cl_ord_id = 0;           // of the request; of the order itself when nobody asked
  std::uint64_t original_cl_ord_id = 0;  // canceled, replaced, cancel_rejected
  std::uint64_t reference = 0;           // the venue's, as on ITCH
  std::uint64_t original_reference = 0;  // replaced, refreshed
  std::uint64_t match_number = 0;        // executed
  std::int64_t queue_ahead = 0;          // accepted, replaced
  std::int64_t limit_value = 0;          // rejected, cancel_rejected: the limit exceeded
  std::uint32_t instrument_id = 0;
  std::int32_t price = 0;           // 1e-4; executed: of the execution; 0 for a market order
  // accepted, replaced: of the order; executed: of the execution; canceled: taken away; mass_canceled: orders; self_trade_prevented: what
  // would have traded; mass_quoted: entries taken; purged: orders; unlocked, protection: 1 when it was locked, had tripped
  std::uint32_t quantity = 0;
  std::uint32_t leaves = 0;         // open afterwards
  std::uint32_t displayed = 0;      // refreshed: what the book shows
  std::int32_t stop_price = 0;      // of a stop that waits or just came in; else 0
  std::uint32_t account = 0;        // accepted; mass_canceled, purged, unlocked, protection: if in its scope
  std::uint32_t retry_after_us = 0;  // rejected, cancel_rejected for throttling
  // RejectReason (rejected, cancel_rejected, mass_quoted), CancelReason (canceled) or ProtectionReason (protection)
  std::uint16_t reason = 0;
  ReportKind kind = ReportKind::accepted;
  order_entry::Side side = order_entry::Side::buy;                          // not in rejects; mass_canceled: if in its scope
  order_entry::OrderType order_type = order_entry::OrderType::limit;        // accepted
  order_entry::TimeInForce time_in_force = order_entry::TimeInForce::day;   // accepted
  order_entry::OrderState state = order_entry::OrderState::dead;            // accepted, replaced: live when something rests
  order_entry::Liquidity liquidity = order_entry::Liquidity::added;         // executed
  order_entry::RequestKind request = order_entry::RequestKind::new_order;   // cancel_rejected: what was refused
  order_entry::ScopeFields scope;                                           // mass_canceled, purged, unlocked
  order_entry::ProtectionGroup group = order_entry::ProtectionGroup::session;  // protection
  order_entry::ProtectionChange change = order_entry::ProtectionChange::set;   // protection
  order_entry::Durability durability = order_entry::Durability::memory;
  std::uint8_t entry_index = order_entry::MassQuoteReportView::entry_index_null_value;  // mass_quoted: the entry at fault
  bool retransmitted = false;
};

}  // namespace hopwire::feed
