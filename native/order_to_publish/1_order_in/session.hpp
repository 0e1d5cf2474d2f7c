// Why: a session outlives its connections: its version, both sequence numbers, its largest ClOrdID and its cancel-on-disconnect promise
// are kept here. What: the state of one configured session and the rules of Negotiate and Establish, free of sockets.
//
// A ClOrdID that comes again is answered with what it was told first: for the last `answers_kept` messages of a version it is known which
// report that was.
//
//   Negotiate   once per version, which must rise; both flows start again at 1. ClOrdIDs do not: they rise over all versions.
//   Establish   once per connection; the version stays, the numbers go on. Its timestamp must rise, so a captured one cannot be replayed.
//
// Cancel on disconnect: when the connection ends, a session_cancel command falls due at once (Terminate) or after the grace window (lost
// connection); Establish of the same version inside the window lifts it, Negotiate of a new version does not: who starts again has lost
// count of what is open. Nothing already received is overtaken: the gateway ends a connection only after its last frame is served.
// Owner: the venue's thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "net/order_entry_logon.hpp"
#include "order_to_publish/1_order_in/account_rights.hpp"
#include "order_to_publish/1_order_in/gateway_config.hpp"
#include "order_to_publish/1_order_in/outbound_session.hpp"
#include "risk/token_bucket.hpp"

namespace hopwire::venue {

class Session {
 public:
  using Reject = std::optional<order_entry::SessionRejectCode>;

  Session(const GatewayConfig& config, const SessionCredentials& credentials)
      : outbound(config.retained_messages),
        accounts(config.sessions, credentials),
        throttle(config.throttle_per_second,
                 config.throttle_burst != 0 ? config.throttle_burst : config.throttle_per_second / 10 + 1),
        config_(config),
        credentials_(credentials) {}

  [[nodiscard]] std::uint32_t id() const noexcept { return credentials_.id; }
  [[nodiscard]] bool established() const noexcept { return established_; }
  [[nodiscard]] std::uint32_t firm() const noexcept { return credentials_.firm; }
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }
  [[nodiscard]] std::uint64_t keep_alive() const noexcept { return keep_alive_; }  // ns

  [[nodiscard]] Reject negotiate(const order_entry::NegotiateView& request, const GatewayTime& now) noexcept {
    using enum order_entry::SessionRejectCode;
    const net::LogonText logon{request.timestamp(), request.session_version(), request.session_id(), credentials_.access_key};
    if (request.access_key() != credentials_.access_key) return credentials;
    if (!core::equal_in_constant_time(net::sign_negotiate(credentials_.secret, logon), request.hmac())) return credentials;
    if (!fresh(request.timestamp(), now)) return stale_timestamp;
    if (established_) return already_established;
    if (request.session_version() <= version_) return duplicate_version;
    version_ = request.session_version();
    next_inbound = 1;
    outbound.restart();
    answers_.fill({});
    if (cancel_waits_) cancel_at_ = now.steady;
    return std::nullopt;
  }

  [[nodiscard]] Reject establish(const order_entry::EstablishView& request, const GatewayTime& now, Connection& connection) noexcept {
    using enum order_entry::SessionRejectCode;
    const net::LogonText logon{request.timestamp(), request.session_version(), request.session_id(), credentials_.access_key};
    const auto on_disconnect = request.cancel_on_disconnect();
    const net::EstablishTerms terms{request.next_sequence(), request.keep_alive(), request.grace_window(),
                                    static_cast<std::uint8_t>(on_disconnect)};
    if (!core::equal_in_constant_time(net::sign_establish(credentials_.secret, logon, terms), request.hmac())) return credentials;
    if (!fresh(request.timestamp(), now) || request.timestamp() <= last_establish_) return stale_timestamp;
    if (established_) return already_established;
    if (version_ == 0 || request.session_version() != version_) return not_negotiated;
    if (request.keep_alive() < config_.keep_alive_min_ms || request.keep_alive() > config_.keep_alive_max_ms) return keep_alive_interval;
    last_establish_ = request.timestamp();
    keep_alive_ = std::uint64_t{request.keep_alive()} * 1'000'000;
    grace_window_ = std::uint64_t{std::min(request.grace_window(), config_.grace_window_max_ms)} * 1'000'000;
    // A value this version does not know is the cautious one.
    cancel_on_disconnect_ = on_disconnect != order_entry::CancelOnDisconnect::never;
    if (!cancel_due(now.steady)) cancel_waits_ = false;
    established_ = true;
    outbound.attach(connection);
    return std::nullopt;
  }

  // The connection is over. `orderly`: a Terminate was said, so no grace.
  void disconnected(std::uint64_t now, bool orderly) noexcept {
    established_ = false;
    outbound.detach();
    if (!cancel_on_disconnect_) return;
    cancel_waits_ = true;
    cancel_at_ = orderly ? now : now + grace_window_;
  }

  [[nodiscard]] bool cancel_due(std::uint64_t now) const noexcept { return cancel_waits_ && now >= cancel_at_; }
  void cancel_done() noexcept { cancel_waits_ = false; }

  enum class Repeat : std::uint8_t { answered, waiting, too_old, unknown };
  struct StoredAnswer {
    Repeat repeat;
    std::uint64_t report = 0;  // answered: its number
  };

  // A message with a ClOrdID higher than any before was taken; `sequence` is its number.
  void took(std::uint64_t cl_ord_id, std::uint64_t sequence) noexcept {
    last_cl_ord_id = cl_ord_id;
    answers_[sequence % answers_kept] = {cl_ord_id, 0};
  }
  // The next report is the first that tells of it. sequence: its low 32 bits are enough.
  void answering(std::uint64_t cl_ord_id, std::uint64_t sequence) noexcept {
    Answer& answer = answers_[sequence % answers_kept];
    if (answer.cl_ord_id == cl_ord_id && answer.first_report == 0) answer.first_report = outbound.next_sequence();
  }
  // What became of a ClOrdID that is not above the last. Looks at all that is kept: nobody repeats himself often.
  [[nodiscard]] StoredAnswer answer_to(std::uint64_t cl_ord_id) noexcept {
    std::uint64_t oldest = UINT64_MAX;
    for (const Answer& answer : answers_) {
      if (answer.cl_ord_id == 0) continue;
      oldest = std::min(oldest, answer.cl_ord_id);
      if (answer.cl_ord_id != cl_ord_id) continue;
      if (answer.first_report == 0) return {Repeat::waiting};
      const std::uint64_t report = outbound.find_answer(cl_ord_id, answer.first_report);
      return report == 0 ? StoredAnswer{Repeat::too_old} : StoredAnswer{Repeat::answered, report};
    }
    return {cl_ord_id < oldest ? Repeat::too_old : Repeat::unknown};
  }

  OutboundSession outbound;
  AccountRights accounts;
  risk::TokenBucket throttle;
  std::uint64_t next_inbound = 1;
  std::uint64_t last_cl_ord_id = 0;

 private:
  static constexpr std::size_t answers_kept = 1024;  // client messages
  struct Answer {
    std::uint64_t cl_ord_id = 0;     // 0 = none
    std::uint64_t first_report = 0;  // 0 = it waits for its turn
  };

  [[nodiscard]] bool fresh(std::uint64_t timestamp, const GatewayTime& now) const noexcept {
    const std::uint64_t distance = timestamp > now.realtime ? timestamp - now.realtime : now.realtime - timestamp;
    return distance <= std::uint64_t{config_.freshness_ms} * 1'000'000;
  }

  const GatewayConfig& config_;
  const SessionCredentials& credentials_;
  std::array<Answer, answers_kept> answers_{};
  std::uint64_t version_ = 0;
  std::uint64_t last_establish_ = 0;
  std::uint64_t keep_alive_ = 0;
  std::uint64_t grace_window_ = 0;
  std::uint64_t cancel_at_ = 0;
  bool established_ = false;
  bool cancel_on_disconnect_ = false;
  bool cancel_waits_ = false;
};

}  // namespace hopwire::venue
