// Why: a gap must be asked for fast, but never so fast that asking is the next overload. What: decides at each duty cycle which missing
// ranges to request now, from which server: packet-sized pieces, a bounded number in flight, each with an expiry that backs off, rotation
// over the servers that answer (rerequest_servers.hpp), and a token bucket over all of it. It holds no clock and no socket.
#pragma once

#include <algorithm>
#include <cstdint>

#include "net/mold_packet.hpp"
#include "tick_to_trade/1_wire_in/missing_ranges.hpp"
#include "tick_to_trade/1_wire_in/rerequest_servers.hpp"

namespace hopwire::feed {

struct RerequestConfig {
  std::uint32_t servers = 0;                   // at most most_servers; 0: nobody to ask
  ServerLimits server_limits{};
  std::uint64_t wait = 0;                      // ns between seeing a gap and asking: what reordering or the other line may take
  std::uint64_t expiry = 2'000'000;            // ns until an unanswered request is repeated; doubled up to three times
  std::uint32_t in_flight = 64;                // requests
  std::uint32_t requests_per_second = 50'000;
  std::uint32_t burst = 64;
  std::uint64_t patience = 5'000'000'000;      // ns without any progress at the oldest gap until it is given up
  std::uint64_t patience_unserved = 200'000'000;  // the same with no server: what late packets may take
};

class RerequestSchedule {
 public:
  explicit RerequestSchedule(const RerequestConfig& config) noexcept
      : config_(config), servers_(config.servers, config.server_limits), credit_(burst_credit()) {}

  [[nodiscard]] std::uint64_t patience() const noexcept { return config_.servers == 0 ? config_.patience_unserved : config_.patience; }

  // Calls send(server, first_sequence, message_count) for each request due. Returns requests made. Answers behind the first range have to
  // be held, so no more are asked for than there is `room` for; the answer to the first is delivered and needs none. What begins below
  // `confirmed_below` is missing on every line, and waiting for one of them is of no use.
  template <class Send>
  std::size_t run(MissingRanges& missing, std::uint64_t confirmed_below, std::size_t room, std::uint64_t now, Send&& send) noexcept {
    if (servers_.count() == 0) return 0;
    const std::size_t limit = std::min<std::size_t>(config_.in_flight, room + 1);
    std::size_t made = try_one_down(missing, now, send) ? 1 : 0;
    for (std::size_t index = 0; index < std::min(missing.size(), limit); ++index) {
      const MissingRange& range = missing[index];
      const bool may_come = range.first >= confirmed_below && now < range.seen_at + config_.wait;
      if (range.attempts == 0 && may_come) break;  // those behind it are younger
      if (in_flight(range, now)) continue;
      if (servers_.choose(preferred_, now) == RerequestServers::nobody || !take_credit(now)) break;
      made += request(missing, index, now, send) ? 1 : 0;
    }
    return made;
  }

  // Something of the session came from this server.
  void heard(std::uint32_t server, std::uint64_t now) noexcept { servers_.heard(server, now); }
  [[nodiscard]] const RerequestServers& servers() const noexcept { return servers_; }

  // An answer of `received` messages to a range that still lacked `wanted`: learns how many fit into one packet.
  void answered(std::uint64_t wanted, std::uint64_t received) noexcept {
    if (received < wanted) {
      piece_ = std::max<std::uint64_t>(received, 1);
    } else if (received >= piece_) {
      piece_ = std::min<std::uint64_t>(piece_ + piece_ / 8 + 1, net::mold_most_messages);
    }
  }

 private:
  // Beside what is asked of those that are up: nothing waits for the answer.
  template <class Send>
  bool try_one_down(const MissingRanges& missing, std::uint64_t now, Send&& send) noexcept {
    const bool some_live = servers_.down_count() < servers_.count();
    if (servers_.down_count() == 0 || !some_live || missing.empty() || missing[0].attempts == 0) return false;
    const std::uint32_t server = servers_.due(preferred_, now);
    if (server == RerequestServers::nobody || !take_credit(now)) return false;
    servers_.asked(server, now);
    send(server, missing[0].first, static_cast<std::uint16_t>(std::min(missing[0].end - missing[0].first, piece_)));
    return true;
  }

  // False when nobody is left to ask.
  template <class Send>
  bool request(MissingRanges& missing, std::size_t index, std::uint64_t now, Send&& send) noexcept {
    std::uint32_t server = preferred_;
    if (missing[index].attempts != 0) {
      servers_.expired(missing[index].server, missing[index].requested_at, now);
      server = missing[index].server + 1;
    }
    server = servers_.choose(server, now);
    if (server == RerequestServers::nobody) return false;
    // Fragments that lost answers left behind are asked for together again.
    while (index + 1 < missing.size() && missing[index + 1].first == missing[index].end && !in_flight(missing[index + 1], now) &&
           missing[index + 1].end - missing[index].first <= piece_) {
      missing.absorb_next(index);
    }
    // When the list is full the whole range is asked for: the answer is what fits, and the rest is asked for then.
    if (missing[index].end - missing[index].first > piece_) (void)missing.split(index, missing[index].first + piece_);
    MissingRange& range = missing[index];
    range.server = preferred_ = server;
    range.requested_at = now;
    ++range.attempts;
    const std::uint64_t count = std::min<std::uint64_t>(range.end - range.first, net::mold_most_messages);
    servers_.asked(server, now);
    send(server, range.first, static_cast<std::uint16_t>(count));
    return true;
  }

  [[nodiscard]] bool in_flight(const MissingRange& range, std::uint64_t now) const noexcept {
    if (range.attempts == 0) return false;
    return now - range.requested_at < config_.expiry << std::min<std::uint32_t>(range.attempts - 1, 3);
  }

  [[nodiscard]] std::uint64_t cost() const noexcept { return 1'000'000'000ULL / std::max<std::uint32_t>(config_.requests_per_second, 1); }
  [[nodiscard]] std::uint64_t burst_credit() const noexcept { return cost() * std::max<std::uint32_t>(config_.burst, 1); }

  bool take_credit(std::uint64_t now) noexcept {
    credit_ = std::min(burst_credit(), credit_ + (now > credited_at_ ? now - credited_at_ : 0));
    credited_at_ = now;
    if (credit_ < cost()) return false;
    credit_ -= cost();
    return true;
  }

  RerequestConfig config_;
  RerequestServers servers_;
  std::uint64_t credit_;
  std::uint64_t credited_at_ = 0;
  std::uint64_t piece_ = 24;  // messages asked for at once: ITCH messages that fit 1400 bytes, learned from answers
  std::uint32_t preferred_ = 0;
};

}  // namespace hopwire::feed
