// Limits and credentials of the order-entry gateway. Set once; every bound of hop 1 is here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hopwire::venue {

struct SessionCredentials {
  std::uint32_t id = 0;
  std::string access_key;  // at most 16 characters
  std::string secret;      // never on the wire
  std::uint32_t firm = 0;  // whose session it is; several sessions may belong to one firm
  // For whom it trades (account_rights.hpp). Empty: any account that no session of another firm lists.
  std::vector<std::uint32_t> accounts = {};
  // An operator's: may ask for what concerns the whole venue, is told what happens to it, and enters no orders.
  bool is_operator = false;
};

struct GatewayConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;                     // 0: the kernel chooses
  std::vector<SessionCredentials> sessions;   // Command::session is the index in here
  // Messages that bring orders: new orders, replaces, mass quotes (one each, however many entries), per session; 0 = no limit. What only
  // takes away is never throttled.
  std::uint32_t throttle_per_second = 0;
  std::uint32_t throttle_burst = 0;           // 0 = a tenth of a second's worth
  std::uint32_t keep_alive_min_ms = 50;
  std::uint32_t keep_alive_max_ms = 60'000;
  std::uint32_t grace_window_max_ms = 60'000;  // longer wishes are cut to this
  std::uint32_t freshness_ms = 5'000;          // how far a logon's timestamp may be from the venue's clock
  std::uint32_t logon_timeout_ms = 5'000;      // from connecting to Establish
  std::uint32_t closing_timeout_ms = 250;      // for the peer to take our Terminate and close
  std::size_t retained_messages = std::size_t{1} << 14;  // reports kept per session for retransmission; rounded up to a power of two
  std::uint32_t retransmit_request_max = 2'500;          // messages one RetransmitRequest may ask for
  std::size_t spare_connections = 8;                     // beyond one per session: connections that have not said who they are
  std::size_t receive_buffer_bytes = std::size_t{1} << 16;
  std::size_t send_buffer_bytes = std::size_t{1} << 17;
};

// The gateway's two clocks at the start of a duty cycle. Intervals are measured on the steady one, so a step of the wall clock ends no
// session.
struct GatewayTime {
  std::uint64_t steady = 0;    // ns, any origin
  std::uint64_t realtime = 0;  // ns since the UNIX epoch
};

}  // namespace hopwire::venue
