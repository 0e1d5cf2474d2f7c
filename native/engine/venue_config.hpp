// What a venue is told at start: plain values, checked by the face before they come here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/trading_schedule.hpp"
#include "order_to_publish/1_order_in/gateway_config.hpp"
#include "order_to_publish/1_order_in/instrument_directory.hpp"

namespace hopwire::engine {

struct VenueConfig {
  std::string name;  // of the region files
  std::vector<venue::ListedInstrument> instruments;
  venue::GatewayConfig gateway;
  std::string group;  // line A
  std::uint16_t port = 0;
  std::string group_b;  // line B; empty = none
  std::uint16_t port_b = 0;
  std::size_t packet_bytes_b = 1400;
  std::string digest_group;  // of the book-digest channel; empty = none
  std::uint16_t digest_port = 0;
  std::uint64_t digest_interval = 1'000'000;      // ns between two digests, at least
  std::uint64_t digest_sweep = 10'000'000'000;    // ns in which every book comes round
  std::string glimpse_host;  // of the snapshot server; empty = none
  std::uint16_t glimpse_port = 0;
  std::string glimpse_user;  // empty = anyone
  std::string glimpse_password;
  std::string interface = "127.0.0.1";
  int ttl = 1;
  std::uint16_t rerequest_port = 0;
  std::string session;                       // MoldUDP64, at most 10 characters
  std::size_t journal_bytes = std::size_t{64} << 20;  // rounded up to a power of two
  std::size_t maximum_orders = 1'000'000;
  std::uint32_t maximum_order_quantity = 1'000'000;
  bool is_risk_on = false;                   // pre-trade risk
  std::uint16_t maximum_accounts = 1024;     // that can have limits
  std::vector<std::byte> opening_requests;   // rules and limits to begin with, as an operator's messages (venue_opening.hpp)
  std::vector<std::optional<order_entry::TradingState>> opening_states;  // by row of instruments; none: as the timetable has it
  std::vector<ScheduledState> schedule;      // by time of day
  std::uint64_t imbalance_interval = 0;      // ns; 0 = none
  double loss = 0;                           // share of multicast packets withheld, on each line for itself
  std::uint64_t seed = 1;
  std::string idle = "auto";
  unsigned busy_loops = 1;
  int core = -1;                             // -1 = not pinned
  std::string keep_directory;                // journal file and pcap; empty = none
};

}  // namespace hopwire::engine
