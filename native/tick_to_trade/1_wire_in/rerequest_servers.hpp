// Why: a re-request server that is dead looks like silence, and asking it costs every gap an expiry. What: which servers answer, and
// whom to ask next. Holds no clock and no socket.
//
// A server that let `down_after` requests expire, the first of them `down_silence` ago, and said nothing since is down; late is not dead: a
// server on a busy machine takes some 10 ms. It is then tried at times, `down_first` after the last time, doubled up to `down_most`;
// whatever it sends makes it up again. While another is up the trial goes beside the request, never
// instead of it. When all are down, the trial is the request. Owner: the receiver.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace hopwire::feed {

inline constexpr std::size_t most_servers = 8;

struct ServerLimits {
  std::uint32_t down_after = 4;              // requests without a sign of life
  std::uint64_t down_silence = 50'000'000;   // ns since the first of them
  std::uint64_t down_first = 10'000'000;     // ns from being down to the first trial
  std::uint64_t down_most = 1'000'000'000;   // ns between trials
};

struct ServerCounters {
  std::uint64_t requests = 0;
  std::uint64_t answers = 0;  // packets of the session
  std::uint64_t downs = 0;    // times it was found dead
};

class RerequestServers {
 public:
  static constexpr std::uint32_t nobody = ~std::uint32_t{0};

  RerequestServers(std::size_t count, const ServerLimits& limits) noexcept
      : limits_(limits), count_(static_cast<std::uint32_t>(std::min(count, most_servers))) {}

  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint32_t down_count() const noexcept { return down_count_; }
  [[nodiscard]] bool down(std::size_t server) const noexcept { return servers_[server].down; }
  [[nodiscard]] const ServerCounters& counters(std::size_t server) const noexcept { return servers_[server].counters; }

  // From `from` on: the first that is up; when none is, the first whose trial is due; nobody.
  [[nodiscard]] std::uint32_t choose(std::uint32_t from, std::uint64_t now) const noexcept {
    for (std::uint32_t i = 0; i < count_; ++i) {
      const std::uint32_t server = (from + i) % count_;
      if (!servers_[server].down) return server;
    }
    return due(from, now);
  }

  // One that is down and may be up again; nobody. Asked for while another is up, too.
  [[nodiscard]] std::uint32_t due(std::uint32_t from, std::uint64_t now) const noexcept {
    for (std::uint32_t i = 0; down_count_ != 0 && i < count_; ++i) {
      const std::uint32_t server = (from + i) % count_;
      if (servers_[server].down && now >= servers_[server].next_trial) return server;
    }
    return nobody;
  }

  void asked(std::uint32_t server, std::uint64_t now) noexcept {
    Server& state = servers_[server];
    ++state.counters.requests;
    if (!state.down) return;
    state.next_trial = now + state.pause;
    state.pause = std::min(2 * state.pause, limits_.down_most);
  }

  void heard(std::uint32_t server, std::uint64_t now) noexcept {
    if (server >= count_) return;
    Server& state = servers_[server];
    ++state.counters.answers;
    state.heard_at = now;
    state.unanswered = 0;
    if (!state.down) return;
    state.down = false;
    --down_count_;
  }

  // A request of then has had its time. An answer to another one since shows that the server lives.
  void expired(std::uint32_t server, std::uint64_t requested_at, std::uint64_t now) noexcept {
    Server& state = servers_[server];
    if (state.down || state.heard_at > requested_at) return;
    if (state.unanswered++ == 0) state.silent_since = requested_at;
    if (state.unanswered < limits_.down_after || now - state.silent_since < limits_.down_silence) return;
    state.down = true;
    state.pause = limits_.down_first;
    state.next_trial = now + state.pause;
    ++state.counters.downs;
    ++down_count_;
  }

 private:
  struct Server {
    ServerCounters counters{};
    std::uint64_t heard_at = 0;
    std::uint64_t silent_since = 0;  // first request of those unanswered
    std::uint64_t next_trial = 0;  // while down
    std::uint64_t pause = 0;       // ns to the trial after the next
    std::uint32_t unanswered = 0;
    bool down = false;
  };

  ServerLimits limits_;
  std::uint32_t count_;
  std::uint32_t down_count_ = 0;
  std::array<Server, most_servers> servers_{};
};

}  // namespace hopwire::feed
