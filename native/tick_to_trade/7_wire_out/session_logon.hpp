// Why: a session begins with two questions and two answers. What: Negotiate and Establish over an open connection, blocking, cold. Owns
// nothing; the connection keeps whatever came behind the last answer. What can go wrong, thrown: the venue refuses (SessionRefused, with
// its code), the connection ends or nothing comes in time (NetworkError), the answer makes no sense (NetworkError).
#pragma once

#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "net/framed_connection.hpp"
#include "net/order_entry_logon.hpp"

namespace hopwire::feed {

struct OrderSessionConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::uint32_t session_id = 0;
  std::string access_key;
  std::string secret;
  std::uint32_t keep_alive_ms = 1'000;
  std::uint32_t grace_window_ms = 0;
  order_entry::CancelOnDisconnect cancel_on_disconnect = order_entry::CancelOnDisconnect::on_disconnect;
  std::uint32_t timeout_ms = 5'000;  // for each blocking step
  std::size_t receive_buffer_bytes = std::size_t{1} << 18;
  std::size_t send_buffer_bytes = std::size_t{1} << 16;
};

// The venue said no.
class SessionRefused : public std::runtime_error {
 public:
  SessionRefused(order_entry::SessionRejectCode reject_code, const std::string& where)
      : std::runtime_error("session refused: " + std::string(order_entry::to_string(reject_code)) + ": " + where), code(reject_code) {}
  order_entry::SessionRejectCode code;
};

// What the venue answered to Establish.
struct SessionTerms {
  std::uint64_t next_sequence = 1;
  std::uint64_t last_incoming_sequence = 0;
  std::uint64_t last_cl_ord_id = 0;
  std::uint32_t keep_alive_ms = 0;
};

class SessionLogon {
 public:
  SessionLogon(const OrderSessionConfig& config, net::FramedConnection& connection, std::uint64_t version)
      : config_(config), connection_(connection), version_(version) {}

  void negotiate() {
    const net::LogonText logon = text();
    connection_.send<order_entry::NegotiateEncoder>([&](auto& request) {
      request.session_version(version_)
          .timestamp(logon.timestamp)
          .session_id(config_.session_id)
          .access_key(config_.access_key)
          .hmac(net::sign_negotiate(config_.secret, logon));
    });
    const net::Message answer = await();
    if (answer.template_id == order_entry::NegotiationRejectView::template_id) {
      throw SessionRefused(order_entry::NegotiationRejectView(answer.block).code(), where());
    }
    if (answer.template_id != order_entry::NegotiationResponseView::template_id) throw unexpected(answer);
    connection_.consume(answer_length_);
  }

  [[nodiscard]] SessionTerms establish(std::uint64_t next_sequence) {
    const net::LogonText logon = text();
    const net::EstablishTerms terms{next_sequence, config_.keep_alive_ms, config_.grace_window_ms,
                                    static_cast<std::uint8_t>(config_.cancel_on_disconnect)};
    connection_.send<order_entry::EstablishEncoder>([&](auto& request) {
      request.session_version(version_)
          .timestamp(logon.timestamp)
          .next_sequence(next_sequence)
          .session_id(config_.session_id)
          .keep_alive(config_.keep_alive_ms)
          .grace_window(config_.grace_window_ms)
          .cancel_on_disconnect(config_.cancel_on_disconnect)
          .hmac(net::sign_establish(config_.secret, logon, terms));
    });
    const net::Message answer = await();
    if (answer.template_id == order_entry::EstablishmentRejectView::template_id) {
      throw SessionRefused(order_entry::EstablishmentRejectView(answer.block).code(), where());
    }
    if (answer.template_id != order_entry::EstablishmentAckView::template_id) throw unexpected(answer);
    const order_entry::EstablishmentAckView ack(answer.block);
    const SessionTerms agreed{ack.next_sequence(), ack.last_incoming_sequence(), ack.last_cl_ord_id(), ack.keep_alive()};
    connection_.consume(answer_length_);
    return agreed;
  }

 private:
  [[nodiscard]] net::LogonText text() const noexcept { return {core::realtime_now(), version_, config_.session_id, config_.access_key}; }
  [[nodiscard]] std::string where() const {
    return "session " + std::to_string(config_.session_id) + " at " + net::to_string(connection_.socket().peer());
  }

  [[nodiscard]] net::NetworkError broken(const char* what, int code) const {
    return net::NetworkError(net::NetworkErrorKind::connect_failed, what, where(), code);
  }
  [[nodiscard]] net::NetworkError unexpected(const net::Message& answer) const {
    if (answer.template_id == order_entry::TerminateView::template_id) return broken("the venue ended the session at logon", ECONNRESET);
    return broken("logon answered with something else", EPROTO);
  }

  // The next whole message; it stays in the buffer until consumed.
  [[nodiscard]] net::Message await() {
    const std::uint64_t deadline = core::monotonic_now() + std::uint64_t{config_.timeout_ms} * 1'000'000;
    const std::uint64_t stamp = connection_.last_sent;
    while (true) {
      (void)connection_.flush(stamp);
      const net::Frame frame = connection_.next_frame();
      if (frame.status == net::FrameStatus::bad) throw broken("not an order-entry port", EPROTO);
      if (frame.status == net::FrameStatus::complete) {
        const net::Message message = net::read_message(connection_.inbound().first(frame.length));
        if (message.status != net::MessageStatus::ok) throw broken("logon answered with something unreadable", EPROTO);
        answer_length_ = frame.length;
        return message;
      }
      if (connection_.peer_gone()) throw broken("connection closed at logon", ECONNRESET);
      if (core::monotonic_now() >= deadline) throw broken("no answer to logon", ETIMEDOUT);
      if (!connection_.receive(stamp)) (void)connection_.socket().wait_readable(10);
    }
  }

  const OrderSessionConfig& config_;
  net::FramedConnection& connection_;
  std::uint64_t version_;
  std::size_t answer_length_ = 0;
};

}  // namespace hopwire::feed
