// Why: snapshots are served over SoupBinTCP. What: the server's end of one session, without a socket and without a clock: it reads the
// login and asks its owner, sends sequenced data and heartbeats, notices silence, ends the session.
//
// Life: start() -> waiting -> (event `login`; the owner answers by accept() or reject()) -> established -> ended (we said end of session),
// rejected, logged_out (the client asked) or failed. In all but waiting and established nothing more is read; what waits in
// stream().outbound() has to go, then the connection is to be closed.
//
// What can go wrong is in reason(), one line. Tolerated, because peers do it: either justification of session and number, upper or lower
// case, logins of 3.00 and of 4.10 (a timeout of their own), heartbeats before the answer to the login and rarer than each second: a client
// is given up after the limit only. Owner: one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "net/soupbin_stream.hpp"

namespace hopwire::net {

struct SoupBinServerConfig {
  std::uint64_t heartbeat_interval = std::uint64_t{soupbintcp::heartbeat_interval_milliseconds} * 1'000'000;
  std::uint64_t silence_limit = std::uint64_t{soupbintcp::silence_limit_milliseconds} * 1'000'000;  // a client may ask for another
  std::uint64_t login_limit = 10'000'000'000;                                                       // until a login came
  SoupBinStreamConfig stream{.peer = SoupBinEnd::client, .largest_packet = 4096, .inbound_bytes = 8192};
};

// What a client asks for. The texts lie in the packet: good until the next call of next().
struct SoupBinLogin {
  std::string_view user{};
  std::string_view password{};
  std::string_view session{};  // empty: whichever is active
  std::uint64_t sequence = 1;

  // The first message to send when `next` is the number of the message that comes next.
  [[nodiscard]] std::uint64_t first_of(std::uint64_t next) const noexcept {
    if (sequence == soupbintcp::most_recent_message) return next > 1 ? next - 1 : next;
    return std::min(sequence, next);
  }
};

enum class SoupBinServerState : std::uint8_t { idle, waiting, established, ended, rejected, logged_out, failed };

class SoupBinServer {
 public:
  enum class Event : std::uint8_t { none, login, unsequenced, debug, over };

  explicit SoupBinServer(const SoupBinServerConfig& config) : config_(config), stream_(config.stream) {}

  // On a new connection.
  void start(std::uint64_t now) noexcept {
    stream_.open(now);
    started_ = now;
    silence_limit_ = config_.silence_limit;
    asked_ = false;
    state_ = SoupBinServerState::waiting;
    reason_ = "";
  }

  // The next thing that happened. `none`: more bytes are needed; `over`: see state().
  Event next() noexcept {
    payload_ = {};
    while (is_open()) {
      const SoupBinPacket packet = stream_.next();
      if (packet.status == SoupBinStatus::incomplete) return Event::none;
      if (packet.status == SoupBinStatus::bad) return end(SoupBinServerState::failed, packet.fault);
      const Event event = take(packet);
      if (event != Event::none) return event;
    }
    return state_ == SoupBinServerState::idle ? Event::none : Event::over;
  }

  // After `login`. `sequence`: of the next sequenced message.
  void accept(std::string_view session, std::uint64_t sequence) noexcept {
    if (state_ != SoupBinServerState::waiting || !asked_) return;
    next_sequence_ = sequence;
    state_ = SoupBinServerState::established;
    (void)stream_.send<soupbintcp::LoginAcceptedEncoder>([&](auto& answer) {
      answer.session(RightJustified<10>(session).view()).sequence_number(RightJustified<20>(sequence).view());
    });
  }
  void reject(char reason) noexcept {
    if (state_ != SoupBinServerState::waiting || !asked_) return;
    (void)stream_.send<soupbintcp::LoginRejectedEncoder>([&](auto& answer) { answer.reason(reason); });
    end(SoupBinServerState::rejected, reason == soupbintcp::not_authorised ? "not authorised" : "session not available");
  }

  // false: the client has left too much unread; nothing was written, ask again later.
  [[nodiscard]] bool send_sequenced(std::span<const std::byte> message) noexcept {
    if (state_ != SoupBinServerState::established || !stream_.send<soupbintcp::SequencedDataEncoder>(message)) return false;
    ++next_sequence_;
    return true;
  }
  // Room for a sequenced message of `bytes`, and for the short packets that must always find room.
  [[nodiscard]] bool has_room(std::size_t bytes) const noexcept { return stream_.room() >= soupbin_data_prefix + bytes + margin; }
  void debug(std::string_view text) noexcept {
    if (is_open()) (void)stream_.send<soupbintcp::DebugEncoder>(std::as_bytes(std::span(text)));
  }
  void end_session() noexcept {
    if (state_ != SoupBinServerState::established) return;
    (void)stream_.send<soupbintcp::EndOfSessionEncoder>();
    end(SoupBinServerState::ended, "");
  }

  // Timers: call at least a few times a second.
  void tick(std::uint64_t now) noexcept {
    if (!is_open()) return;
    if (state_ == SoupBinServerState::waiting && now - started_ >= config_.login_limit) {
      end(SoupBinServerState::failed, "no login in time");
    } else if (stream_.silence(now) >= silence_limit_) {
      end(SoupBinServerState::failed, "the client was silent for too long");
    } else if (state_ == SoupBinServerState::established && stream_.owes_heartbeat(now, config_.heartbeat_interval)) {
      (void)stream_.send<soupbintcp::ServerHeartbeatEncoder>();
    }
  }

  void disconnected() noexcept {
    if (is_open()) end(SoupBinServerState::failed, "the client closed the connection");
  }

  [[nodiscard]] SoupBinStream& stream() noexcept { return stream_; }
  [[nodiscard]] SoupBinServerState state() const noexcept { return state_; }
  [[nodiscard]] bool is_open() const noexcept {
    return state_ == SoupBinServerState::waiting || state_ == SoupBinServerState::established;
  }
  [[nodiscard]] const SoupBinLogin& login() const noexcept { return login_; }
  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return next_sequence_; }
  [[nodiscard]] std::span<const std::byte> payload() const noexcept { return payload_; }
  [[nodiscard]] const char* reason() const noexcept { return reason_; }

 private:
  // An answer, a heartbeat and an end of session.
  static constexpr std::size_t margin = soupbin_prefix + soupbintcp::LoginAcceptedView::block_length + 2 * soupbin_data_prefix;

  Event end(SoupBinServerState state, const char* reason) noexcept {
    state_ = state;
    reason_ = reason;
    return Event::over;
  }

  Event take(const SoupBinPacket& packet) noexcept {
    switch (packet.type) {
      case soupbintcp::DebugView::discriminator: payload_ = packet.payload(); return Event::debug;
      case soupbintcp::ClientHeartbeatView::discriminator: return Event::none;
      case soupbintcp::LogoutRequestView::discriminator: return end(SoupBinServerState::logged_out, "");
      case soupbintcp::LoginRequestView::discriminator: return take_login(packet.message);
      default: break;
    }
    if (state_ != SoupBinServerState::established) return end(SoupBinServerState::failed, "data before a login was accepted");
    payload_ = packet.payload();
    return Event::unsequenced;
  }

  Event take_login(std::span<const std::byte> message) noexcept {
    if (asked_) return end(SoupBinServerState::failed, "a second login");
    const soupbintcp::LoginRequestView request(message.data());
    const auto sequence = soupbin_number(request.requested_sequence_number_raw());
    if (!sequence) return end(SoupBinServerState::failed, "a login whose sequence number is none");
    if (message.size() == soupbin_login_with_timeout) {
      const soupbintcp::LoginHeartbeatTimeoutView appended(message.data() + soupbintcp::LoginRequestView::block_length);
      const auto timeout = soupbin_number(appended.heartbeat_timeout_raw());
      if (!timeout) return end(SoupBinServerState::failed, "a login whose heartbeat timeout is no number");
      // Below the rate at which a client has to speak at all, every client would be given up.
      if (*timeout != 0) silence_limit_ = std::max(*timeout * 1'000'000, 2 * config_.heartbeat_interval);
    }
    login_ = {soupbin_text(request.username_raw()), soupbin_text(request.password_raw()), soupbin_text(request.requested_session_raw()),
              *sequence};
    asked_ = true;
    return Event::login;
  }

  SoupBinServerConfig config_;
  SoupBinStream stream_;
  SoupBinServerState state_ = SoupBinServerState::idle;
  bool asked_ = false;
  std::uint64_t started_ = 0;
  std::uint64_t silence_limit_ = 0;
  std::uint64_t next_sequence_ = 1;
  SoupBinLogin login_{};
  std::span<const std::byte> payload_{};
  const char* reason_ = "";
};

}  // namespace hopwire::net
