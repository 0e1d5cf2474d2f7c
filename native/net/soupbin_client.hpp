// Why: snapshots, and many order entries, are read over SoupBinTCP. What: the client's end of one session, without a socket and without a
// clock: login, counting of sequenced data, heartbeats both ways, logout, end of session.
//
// Life: start() writes the login -> logging_in -> established -> ended (the server said the stream is complete), refused (it said why),
// logged_out (we asked) or failed (the peer broke the protocol, was silent too long, or went away). start() begins again; with
// next_sequence() as the sequence wanted, nothing sequenced is lost or repeated.
//
// What can go wrong is in reason(), one line. Tolerated, because peers do it: either justification of session and number in the answer,
// unsequenced data from the server (4.00), debug text at any time, a server that counts from another number than we asked for (that number
// is believed: sequenced data has none of its own), a server silent for up to the limit. Owner: one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "net/soupbin_stream.hpp"

namespace hopwire::net {

struct SoupBinClientConfig {
  std::string user{};
  std::string password{};
  std::string session{};       // empty: whichever is active
  std::uint64_t sequence = 1;  // first message wanted
  std::uint64_t heartbeat_interval = std::uint64_t{soupbintcp::heartbeat_interval_milliseconds} * 1'000'000;
  std::uint64_t silence_limit = std::uint64_t{soupbintcp::silence_limit_milliseconds} * 1'000'000;
  std::uint64_t login_limit = 10'000'000'000;  // until the server has answered
  SoupBinStreamConfig stream{.peer = SoupBinEnd::server};
};

enum class SoupBinClientState : std::uint8_t { idle, logging_in, established, logged_out, ended, refused, failed };

class SoupBinClient {
 public:
  enum class Event : std::uint8_t { none, accepted, sequenced, unsequenced, debug, over };

  explicit SoupBinClient(const SoupBinClientConfig& config) : config_(config), stream_(config.stream) {}

  // On a new connection.
  void start(std::uint64_t now) noexcept { start(now, config_.sequence); }
  void start(std::uint64_t now, std::uint64_t sequence) noexcept {
    stream_.open(now);
    started_ = now;
    state_ = SoupBinClientState::logging_in;
    reason_ = "";
    (void)stream_.send<soupbintcp::LoginRequestEncoder>([&](auto& login) {
      login.username(cut<6>(config_.user))
          .password(cut<10>(config_.password))
          .requested_session(RightJustified<10>(std::string_view(config_.session)).view())
          .requested_sequence_number(RightJustified<20>(sequence).view());
    });
  }

  // The next thing that happened; payload() is good until the next call. `none`: more bytes are needed; `over`: see state().
  Event next() noexcept {
    payload_ = {};
    while (is_open()) {
      const SoupBinPacket packet = stream_.next();
      if (packet.status == SoupBinStatus::incomplete) return Event::none;
      if (packet.status == SoupBinStatus::bad) return end(SoupBinClientState::failed, packet.fault);
      const Event event = take(packet);
      if (event != Event::none) return event;
    }
    return state_ == SoupBinClientState::idle ? Event::none : Event::over;
  }

  // Timers: call at least a few times a second.
  void tick(std::uint64_t now) noexcept {
    if (!is_open()) return;
    if (state_ == SoupBinClientState::logging_in && now - started_ >= config_.login_limit) {
      end(SoupBinClientState::failed, "the server did not answer the login in time");
    } else if (stream_.silence(now) >= config_.silence_limit) {
      end(SoupBinClientState::failed, "the server was silent for too long");
    } else if (stream_.owes_heartbeat(now, config_.heartbeat_interval)) {
      (void)stream_.send<soupbintcp::ClientHeartbeatEncoder>();
    }
  }

  // The connection ended or was reset. What came before it has been read through next(), or is lost.
  void disconnected() noexcept {
    if (is_open()) end(SoupBinClientState::failed, "the server closed the connection");
  }

  [[nodiscard]] bool send_unsequenced(std::span<const std::byte> message) noexcept {
    return state_ == SoupBinClientState::established && stream_.send<soupbintcp::UnsequencedDataEncoder>(message);
  }
  void debug(std::string_view text) noexcept {
    if (is_open()) (void)stream_.send<soupbintcp::DebugEncoder>(std::as_bytes(std::span(text)));
  }
  // Nothing is read any more; what waits in outbound() still has to go.
  void logout() noexcept {
    if (!is_open()) return;
    (void)stream_.send<soupbintcp::LogoutRequestEncoder>();
    end(SoupBinClientState::logged_out, "");
  }

  [[nodiscard]] SoupBinStream& stream() noexcept { return stream_; }
  [[nodiscard]] SoupBinClientState state() const noexcept { return state_; }
  [[nodiscard]] bool is_open() const noexcept {
    return state_ == SoupBinClientState::logging_in || state_ == SoupBinClientState::established;
  }
  // Of the sequenced message that comes next.
  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return next_sequence_; }
  // As the server told it, without padding.
  [[nodiscard]] const std::string& session() const noexcept { return session_; }
  [[nodiscard]] std::span<const std::byte> payload() const noexcept { return payload_; }
  [[nodiscard]] const char* reason() const noexcept { return reason_; }

 private:
  template <std::size_t Length>
  [[nodiscard]] static std::string_view cut(std::string_view text) noexcept {
    return text.substr(0, Length);
  }

  Event end(SoupBinClientState state, const char* reason) noexcept {
    state_ = state;
    reason_ = reason;
    return Event::over;
  }

  Event take(const SoupBinPacket& packet) noexcept {
    switch (packet.type) {
      case soupbintcp::DebugView::discriminator: payload_ = packet.payload(); return Event::debug;
      case soupbintcp::ServerHeartbeatView::discriminator: return Event::none;
      case soupbintcp::LoginAcceptedView::discriminator: return accepted(soupbintcp::LoginAcceptedView(packet.message.data()));
      case soupbintcp::LoginRejectedView::discriminator: return rejected(soupbintcp::LoginRejectedView(packet.message.data()).reason());
      case soupbintcp::EndOfSessionView::discriminator: return end(SoupBinClientState::ended, "");
      default: break;
    }
    if (state_ != SoupBinClientState::established)
      return end(SoupBinClientState::failed, "the server sent data before it accepted the login");
    payload_ = packet.payload();
    if (packet.type == soupbintcp::UnsequencedDataView::discriminator) return Event::unsequenced;
    ++next_sequence_;
    return Event::sequenced;
  }

  Event accepted(const soupbintcp::LoginAcceptedView& answer) noexcept {
    if (state_ != SoupBinClientState::logging_in) return end(SoupBinClientState::failed, "the server accepted a login twice");
    const auto sequence = soupbin_number(answer.sequence_number_raw());
    if (!sequence) return end(SoupBinClientState::failed, "the server accepted the login with a sequence number that is none");
    next_sequence_ = *sequence;
    session_.assign(soupbin_text(answer.session_raw()));
    state_ = SoupBinClientState::established;
    return Event::accepted;
  }

  Event rejected(char reason) noexcept {
    if (state_ != SoupBinClientState::logging_in) return end(SoupBinClientState::failed, "the server refused a login it had accepted");
    if (reason == soupbintcp::not_authorised) return end(SoupBinClientState::refused, "the server refused the login: not authorised");
    if (reason == soupbintcp::session_not_available)
      return end(SoupBinClientState::refused, "the server refused the login: session not available");
    return end(SoupBinClientState::refused, "the server refused the login for a reason of its own");
  }

  SoupBinClientConfig config_;
  SoupBinStream stream_;
  SoupBinClientState state_ = SoupBinClientState::idle;
  std::uint64_t started_ = 0;
  std::uint64_t next_sequence_ = 1;
  std::string session_;  // at most 10 characters: within the small-string room, so no allocation
  std::span<const std::byte> payload_{};
  const char* reason_ = "";
};

}  // namespace hopwire::net
