// Why: who joins in the middle of a day, or has lost more than anybody will send again, takes the state of the market from GLIMPSE and goes
// on with the live line from there. What: logs in, hands out the snapshot's ITCH messages in order, and tells with which MoldUDP64 sequence
// to go on. GLIMPSE is ITCH in SoupBinTCP (net/soupbin_client.hpp), ended by schemas/glimpse.xml's one message.
//
// Use: start(now), then poll(now, message) until state() is complete or failed; start() again tries again, on a new connection. The owner
// keeps live messages meanwhile, drops those below sequence() and applies the rest. Each poll does a bounded amount of work and never
// blocks: at most one read, and at most `messages_per_poll` messages.
//
// What can go wrong is in reason(), one line, state failed: nobody listens or answers in time, the login is refused, the peer breaks the
// protocol, is silent, or ends before the snapshot is complete; a message of a known type has another length than its own (a book made
// from it would be wrong). Then what was handed out so far is worth nothing. Types that are not known are passed over and counted, as on
// the live line. Owner: one thread, with start() allocating nothing but a socket.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <span>
#include <string>

#include "net/glimpse_message.hpp"
#include "net/soupbin_client.hpp"
#include "net/tcp_socket.hpp"

namespace hopwire::net {

struct GlimpseClientConfig {
  Endpoint server{};
  std::string interface{};  // address or name of the interface to leave by; empty: the routing table chooses
  std::string user{};
  std::string password{};
  std::string session{};                          // empty: whichever is active
  std::uint64_t connect_limit = 5'000'000'000;    // ns
  std::uint64_t login_limit = 10'000'000'000;     // from connected to accepted
  std::uint64_t silence_limit = 15'000'000'000;
  std::uint64_t load_limit = 600'000'000'000;     // from start() to the end of the snapshot
  std::size_t messages_per_poll = 4096;
};

class GlimpseClient {
 public:
  enum class State : std::uint8_t { idle, connecting, loading, complete, failed };

  explicit GlimpseClient(const GlimpseClientConfig& config) : config_(config), soup_(soup_config(config)) {}

  // now: steady nanoseconds, as everywhere here.
  void start(std::uint64_t now) {
    started_ = now;
    sequence_ = 0;
    messages_ = 0;
    unknown_types_ = 0;
    reason_[0] = '\0';
    peer_gone_ = false;
    state_ = State::connecting;
    socket_ = TcpConnection::begin_connect(config_.server, config_.interface);
    if (!socket_.is_open()) fail_system("cannot connect", socket_.error());
  }

  // Hands the snapshot's next messages to `message` (std::span<const std::byte>, good during the call); returns how many.
  template <class F>
  std::size_t poll(std::uint64_t now, F&& message) {
    now_ = now;
    if (state_ == State::connecting) connect_on(now);
    if (state_ != State::loading) return 0;
    if (now - started_ >= config_.load_limit) {
      fail("the snapshot took too long");
      return 0;
    }
    read(now);
    const std::size_t handed_out = take(message);
    if (state_ != State::loading) return handed_out;
    soup_.tick(now);
    write(now);
    if (!soup_.is_open()) fail(soup_.reason());
    return handed_out;
  }

  [[nodiscard]] State state() const noexcept { return state_; }
  // The MoldUDP64 sequence of the first live message to apply; valid when complete.
  [[nodiscard]] std::uint64_t sequence() const noexcept { return sequence_; }
  // As the server names it; valid from the first message on.
  [[nodiscard]] const std::string& session() const noexcept { return soup_.session(); }
  // Handed out since start().
  [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }
  [[nodiscard]] std::uint64_t unknown_types() const noexcept { return unknown_types_; }
  // Why it failed; empty otherwise.
  [[nodiscard]] const char* reason() const noexcept { return reason_; }

 private:
  [[nodiscard]] static SoupBinClientConfig soup_config(const GlimpseClientConfig& config) {
    SoupBinClientConfig soup;
    soup.user = config.user;
    soup.password = config.password;
    soup.session = config.session;
    soup.sequence = 1;  // a snapshot cannot be resumed
    soup.login_limit = config.login_limit;
    soup.silence_limit = config.silence_limit;
    soup.stream.outbound_bytes = 1024;  // a login, heartbeats and a logout
    return soup;
  }

  void connect_on(std::uint64_t now) noexcept {
    switch (socket_.connecting()) {
      case TransferStatus::would_block:
        if (now - started_ >= config_.connect_limit) fail("nobody answered the connection");
        return;
      case TransferStatus::moved:
        soup_.start(now);
        state_ = State::loading;
        return write(now);
      default: return fail_system("cannot connect", socket_.error());
    }
  }

  void read(std::uint64_t now) noexcept {
    const std::span<std::byte> space = soup_.stream().space();
    if (space.empty() || peer_gone_) return;
    const Transfer transfer = socket_.read(space);
    if (transfer.status == TransferStatus::moved) soup_.stream().received(transfer.bytes, now);
    peer_gone_ = transfer.status == TransferStatus::closed || transfer.status == TransferStatus::broken;
  }

  void write(std::uint64_t now) noexcept {
    const std::span<const std::byte> waiting = soup_.stream().outbound();
    if (waiting.empty()) return;
    const Transfer transfer = socket_.write(waiting);  // a peer that is gone is found by reading, behind what it has sent
    if (transfer.status == TransferStatus::moved) soup_.stream().sent(transfer.bytes, now);
  }

  template <class F>
  std::size_t take(F&& message) {
    std::size_t handed_out = 0;
    while (handed_out < config_.messages_per_poll && state_ == State::loading) {
      switch (soup_.next()) {
        case SoupBinClient::Event::accepted:
          if (soup_.next_sequence() != 1) fail("the server begins in the middle of a snapshot");
          break;
        case SoupBinClient::Event::sequenced: handed_out += take_message(soup_.payload(), message); break;
        case SoupBinClient::Event::unsequenced:
        case SoupBinClient::Event::debug: break;
        case SoupBinClient::Event::over: over(); break;
        case SoupBinClient::Event::none:
          if (peer_gone_) {
            soup_.disconnected();
            over();
          }
          messages_ += handed_out;
          return handed_out;
      }
    }
    messages_ += handed_out;
    return handed_out;
  }

  template <class F>
  std::size_t take_message(std::span<const std::byte> bytes, F&& message) {
    const GlimpseMessage found = read_glimpse_message(bytes);
    switch (found.kind) {
      case GlimpseKind::message: message(bytes); return 1;
      case GlimpseKind::unknown_type: ++unknown_types_; break;
      case GlimpseKind::end_of_snapshot: complete(found.sequence); break;
      case GlimpseKind::fault: fail(found.fault); break;
    }
    return 0;
  }

  void complete(std::uint64_t sequence) noexcept {
    sequence_ = sequence;
    state_ = State::complete;
    soup_.logout();
    write(now_);
    socket_.close();
  }

  void over() noexcept {
    fail(soup_.state() == SoupBinClientState::ended ? "the server ended the session before the snapshot was complete" : soup_.reason());
  }

  void fail(const char* reason) noexcept {
    std::snprintf(reason_, sizeof(reason_), "%s", reason);
    end_failed();
  }
  void fail_system(const char* what, int code) noexcept {
    char text[64];
    std::snprintf(reason_, sizeof(reason_), "%s: %s", what, ::strerror_r(code, text, sizeof(text)));
    end_failed();
  }
  void end_failed() noexcept {
    state_ = State::failed;
    socket_.close();
  }

  GlimpseClientConfig config_;
  SoupBinClient soup_;
  TcpConnection socket_;
  State state_ = State::idle;
  bool peer_gone_ = false;
  std::uint64_t started_ = 0;
  std::uint64_t now_ = 0;  // of the last poll
  std::uint64_t sequence_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t unknown_types_ = 0;
  char reason_[128] = "";
};

}  // namespace hopwire::net
