// Hop 1 -> hop 2: one validated order command, free of any wire format. The only thing the sequencer may see of the gateway.
// Plain data, 56 bytes, so that a journal record, a referee file and a socket all drive the same matcher.
#pragma once

#include <cstdint>
#include <type_traits>

#include "generated/order_entry.hpp"

namespace hopwire::venue {

enum class CommandKind : std::uint8_t { new_order, replace_order, cancel_order, mass_cancel, session_cancel };

// session_cancel is what the gateway decides when a session is lost (cancel on disconnect): a sequenced command like any other.
struct Command {
  std::uint64_t cl_ord_id = 0;           // of this request
  std::uint64_t original_cl_ord_id = 0;  // the order a replace or cancel names
  std::uint64_t trigger_sequence = 0;    // MoldUDP64 sequence that caused it; UINT64_MAX = none
  std::uint32_t session = 0;             // index of the order-entry session
  std::uint32_t account = 0;
  std::int32_t price = 0;  // 1e-4; ignored for market orders
  std::uint32_t quantity = 0;
  std::uint16_t locate = 0;  // row of the instrument; 0 = unknown to the gateway (the matcher rejects it)
  CommandKind kind = CommandKind::new_order;
  order_entry::Side side = order_entry::Side::buy;
  order_entry::OrderType order_type = order_entry::OrderType::limit;
  order_entry::TimeInForce time_in_force = order_entry::TimeInForce::day;
  order_entry::MassCancelScope scope = order_entry::MassCancelScope::session;
  std::uint8_t flags = 0;  // order_entry::OrderFlags bits
  std::uint32_t instrument_id = 0;  // as the client named it, for rejects
  std::uint32_t client_sequence = 0;  // low 32 bits of the client message's number, for lastProcessed in reports; no effect on matching
};

// Hop 2 -> hops 3 and 4.
struct SequencedCommand {
  std::uint64_t sequence = 0;  // from 1
  std::uint64_t time = 0;      // ns since the UNIX epoch, never falling
  Command command;
};

static_assert(std::is_trivially_copyable_v<Command> && sizeof(Command) == 56);

}  // namespace hopwire::venue
