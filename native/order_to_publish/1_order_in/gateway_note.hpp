// Why: what the gateway decides about the outside world -- who logged on, what was refused or throttled, who was lost -- is decided once,
// and must be written down although it is no command and moves no order. What: such a decision as plain data, and who takes it. Owner: the
// venue's thread. What can go wrong: whoever takes it has no room; he must know, the gateway does not ask.
#pragma once

#include <cstdint>

#include "generated/journal.hpp"
#include "generated/order_entry.hpp"

namespace hopwire::venue {

using journal::GatewayEvent;

struct GatewayNote {
  std::uint64_t time = 0;  // ns since the UNIX epoch, the gateway's clock
  std::uint64_t cl_ord_id = 0;
  std::uint64_t session_version = 0;
  std::uint64_t client_sequence = 0;
  std::uint64_t report_sequence = 0;  // of the report that told it; 0 = none
  std::int64_t limit_value = 0;
  std::uint64_t wait = 0;             // ns; of requests_missing how many
  std::uint32_t session = 0;          // index; UINT32_MAX = none that is configured
  std::uint32_t session_id = 0;       // as it was said
  std::uint32_t account = 0;
  std::uint32_t instrument_id = 0;
  std::uint32_t peer_address = 0;
  std::uint16_t peer_port = 0;
  order_entry::RejectReason reason = order_entry::RejectReason::none;
  GatewayEvent event = GatewayEvent::negotiated;
  order_entry::RequestKind request = order_entry::RequestKind::new_order;
  std::uint8_t code = 0;  // SessionRejectCode or TerminationCode

  bool operator==(const GatewayNote&) const = default;
};

class GatewayAudit {
 public:
  virtual void note(const GatewayNote& note) noexcept = 0;

 protected:
  ~GatewayAudit() = default;
};

}  // namespace hopwire::venue
