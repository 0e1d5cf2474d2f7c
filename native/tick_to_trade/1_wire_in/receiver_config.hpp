// What a MoldReceiver is told at the start, what each packet comes with, and what it counts.
#pragma once

#include <cstddef>
#include <cstdint>

#include "net/mold_packet.hpp"
#include "tick_to_trade/1_wire_in/packet.hpp"
#include "tick_to_trade/1_wire_in/rerequest_schedule.hpp"

namespace hopwire::feed {

struct MoldReceiverConfig {
  net::MoldSession session{};          // blank: the first session seen, and follow changes
  std::size_t lines = 1;               // of the same stream, at most most_lines
  bool join_from_start = true;         // everything before the first packet is missing; false: begin with it
  bool snapshot = false;               // somebody takes snapshots for us: see snapshot_wanted()
  std::uint64_t snapshot_gap = 50'000; // missing messages in a row that are not worth asking for one by one
  std::size_t held_packets = 16384;
  std::size_t held_packet_bytes = 2048;
  std::size_t missing_ranges = 4096;
  std::uint64_t largest_gap = std::uint64_t{1} << 32;  // a header that claims more is damaged
  std::uint64_t silence = 3'500'000'000;  // ns without a packet, heartbeats being due each second, that make a line silent; 0: never
  RerequestConfig rerequest{};
};

struct MoldReceiverCounters {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t messages = 0;           // delivered, each once; again only when a snapshot older than the books began them anew
  std::uint64_t heartbeats = 0;
  std::uint64_t duplicates = 0;         // packets with nothing new
  std::uint64_t foreign = 0;            // another session, or too short
  std::uint64_t malformed = 0;          // blocks that do not fill their packet exactly, impossible sequences
  std::uint64_t gaps_opened = 0;
  std::uint64_t gaps_healed = 0;
  std::uint64_t gaps_lost = 0;
  std::uint64_t gaps_bridged = 0;       // closed by a snapshot that contains what was missing
  std::uint64_t messages_missed = 0;    // inside gaps when they opened
  std::uint64_t messages_lost = 0;      // given up
  std::uint64_t messages_bridged = 0;   // never delivered: a snapshot contains them
  std::uint64_t held_overflow = 0;      // packets that could not wait behind a gap
  std::uint64_t rerequests = 0;
  std::uint64_t snapshots = 0;          // applied
  std::uint64_t session_changes = 0;
};

struct Arrival {
  std::uint64_t tsc = 0;
  PacketSource source = PacketSource::line_a;
  bool kernel_stamped = false;
  std::uint64_t at = 0;      // ns, when the packet arrived, on the axis of `now`; 0: now
  std::uint32_t server = 0;  // of source `rerequest`: which
};

}  // namespace hopwire::feed
