// Why: what a message means depends on where its connection and session stand. What: the rules of the session layer, one message at a time:
// logon, heartbeats, sequence checks, retransmission, termination; business messages become commands. No socket, no clock: bytes and time
// come in, answers go to the connection's buffer and to the session's reports, commands to the batch.
//
// Client flow (idempotent): a number below the expected one is a duplicate, dropped and counted; one above it is a gap, told with
// NotApplied, and the message is taken. ClOrdIDs must rise: a repeated one is answered with what it was told first, marked storedAnswer,
// never a second order; refused are one whose answer is no longer kept (duplicateTooOld) and one passed over (clOrdIdNotIncreasing).
// Whatever is decided here about the outside world goes to the audit as well (gateway_note.hpp). What can go wrong: anything malformed ends
// the session with a Terminate that says why. Refused logons are answered and the connection closed. Owner: the venue's thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "core/hop_recorder.hpp"
#include "order_to_publish/1_order_in/command_batch.hpp"
#include "order_to_publish/1_order_in/gateway_note.hpp"
#include "order_to_publish/1_order_in/gateway_refusal.hpp"
#include "order_to_publish/1_order_in/order_decoder.hpp"
#include "order_to_publish/1_order_in/session.hpp"

namespace hopwire::venue {

struct GatewayCounters {
  std::uint64_t duplicates = 0;    // client messages below the expected number, or with a ClOrdID that was used
  std::uint64_t not_applied = 0;   // client messages that never came
  std::uint64_t throttled = 0;
  std::uint64_t logons_refused = 0;
  std::uint64_t malformed = 0;     // sessions ended over their bytes
};

class SessionProtocol {
 public:
  SessionProtocol(const GatewayConfig& config, const InstrumentDirectory& directory, core::HopRecorder& recorder)
      : config_(config), directory_(directory), recorder_(recorder) {
    for (const SessionCredentials& credentials : config.sessions) {
      if (credentials.is_operator) operators_.push_back(static_cast<std::uint32_t>(sessions_.size()));
      sessions_.push_back(std::make_unique<Session>(config, credentials));
    }
  }

  // Who takes the notes; null = nobody.
  void set_audit(GatewayAudit* audit) noexcept { audit_ = audit; }

  [[nodiscard]] std::size_t session_count() const noexcept { return sessions_.size(); }
  [[nodiscard]] Session& session(std::uint32_t index) noexcept { return *sessions_[index]; }
  [[nodiscard]] std::span<const std::uint32_t> operators() const noexcept { return operators_; }
  [[nodiscard]] const GatewayCounters& counters() const noexcept { return counters_; }

  // The next whole frame of the connection, if there is one. false: nothing (more) to serve now. The batch must not be full.
  bool serve_one(Connection& connection, CommandBatch& batch, const GatewayTime& now) noexcept {
    if (connection.state != ConnectionState::logon && connection.state != ConnectionState::established) return false;
    // Cancel on disconnect is due (a new version was negotiated): it comes first, with the next cycle, and meets only what was there.
    if (connection.session != no_session && session(connection.session).cancel_due(now.steady)) return false;
    const net::Frame frame = connection.next_frame();
    if (frame.status == net::FrameStatus::incomplete) return false;
    if (frame.status == net::FrameStatus::bad) {
      refuse_bytes(connection, order_entry::TerminationCode::bad_frame, now);
      return false;
    }
    const net::Message message = net::read_message(connection.inbound().first(frame.length));
    if (message.status == net::MessageStatus::ok) {
      on_message(connection, message, batch, now);
    } else {
      refuse_bytes(connection,
                   message.status == net::MessageStatus::unknown_template ? order_entry::TerminationCode::unrecognised_message
                                                                          : order_entry::TerminationCode::decoding_error,
                   now);
    }
    connection.consume(frame.length);
    return true;
  }

  // Lets go of the session and says Terminate, after the reports that were made before; the connection waits in `closing` for the peer to
  // take it.
  void terminate(Connection& connection, order_entry::TerminationCode code, const GatewayTime& now) noexcept {
    const Session* session = connection.session == no_session ? nullptr : &this->session(connection.session);
    GatewayNote note = about(connection, GatewayEvent::terminated, now);
    note.code = static_cast<std::uint8_t>(code);
    tell(note);
    begin_closing(connection, now, code == order_entry::TerminationCode::finished);
    connection.send<order_entry::TerminateEncoder>([&](auto& message) {
      message.session_version(session == nullptr ? 0 : session->version()).session_id(session == nullptr ? 0 : session->id()).code(code);
    });
  }

  // The transport is gone: nobody to say anything to.
  void connection_lost(Connection& connection, const GatewayTime& now) noexcept {
    if (connection.session != no_session) tell(about(connection, GatewayEvent::connection_lost, now));
    release_session(connection, now, false);
  }

  void heartbeat(Connection& connection) noexcept {
    const OutboundSession& outbound = session(connection.session).outbound;
    connection.send<order_entry::SequenceEncoder>([&](auto& message) {
      message.next_sequence(outbound.live_sequence()).last_processed(outbound.last_processed());
    });
  }

 private:
  void on_message(Connection& connection, const net::Message& message, CommandBatch& batch, const GatewayTime& now) noexcept {
    const std::byte* block = message.block;
    if (message.template_id == order_entry::NegotiateView::template_id) return on_negotiate(connection, block, now);
    if (message.template_id == order_entry::EstablishView::template_id) return on_establish(connection, block, now);
    if (message.template_id == order_entry::TerminateView::template_id) {
      return terminate(connection, order_entry::TerminationCode::finished, now);
    }
    if (connection.state != ConnectionState::established) return terminate(connection, order_entry::TerminationCode::not_established, now);
    if (is_business_request(message.template_id)) return on_business(connection, message, batch, now);
    switch (message.template_id) {
      case order_entry::SequenceView::template_id: return on_sequence(connection, block, now);
      case order_entry::RetransmitRequestView::template_id: return on_retransmit_request(connection, block);
      default: refuse_bytes(connection, order_entry::TerminationCode::unrecognised_message, now);
    }
  }

  void on_negotiate(Connection& connection, const std::byte* block, const GatewayTime& now) noexcept {
    const order_entry::NegotiateView request(block);
    const std::uint32_t index = index_of(request.session_id());
    Session::Reject reject = order_entry::SessionRejectCode::unknown_session;
    if (connection.state == ConnectionState::established) {
      reject = order_entry::SessionRejectCode::already_established;
    } else if (index != no_session) {
      reject = session(index).negotiate(request, now);
    }
    if (reject) {
      connection.send<order_entry::NegotiationRejectEncoder>([&](auto& message) {
        message.session_version(request.session_version())
            .request_timestamp(request.timestamp())
            .session_id(request.session_id())
            .code(*reject);
      });
      tell_logon(connection, GatewayEvent::negotiation_refused, request, *reject, 0, now);
      return logon_refused(connection, now);
    }
    tell_logon(connection, GatewayEvent::negotiated, request, {}, 0, now);
    connection.send<order_entry::NegotiationResponseEncoder>([&](auto& message) {
      message.session_version(request.session_version()).request_timestamp(request.timestamp()).session_id(request.session_id());
    });
  }

  void on_establish(Connection& connection, const std::byte* block, const GatewayTime& now) noexcept {
    const order_entry::EstablishView request(block);
    const std::uint32_t index = index_of(request.session_id());
    Session::Reject reject = order_entry::SessionRejectCode::unknown_session;
    if (connection.state == ConnectionState::established) {
      reject = order_entry::SessionRejectCode::already_established;
    } else if (index != no_session) {
      reject = session(index).establish(request, now, connection);
    }
    if (reject) {
      connection.send<order_entry::EstablishmentRejectEncoder>([&](auto& message) {
        message.session_version(request.session_version())
            .request_timestamp(request.timestamp())
            .session_id(request.session_id())
            .code(*reject);
      });
      tell_logon(connection, GatewayEvent::establishment_refused, request, *reject, request.next_sequence(), now);
      return logon_refused(connection, now);
    }
    tell_logon(connection, GatewayEvent::established, request, {}, request.next_sequence(), now);
    Session& session = this->session(index);
    connection.state = ConnectionState::established;
    connection.session = index;
    recorder_.add(counters::Counter::sessions_established);
    connection.send<order_entry::EstablishmentAckEncoder>([&](auto& message) {
      message.session_version(session.version())
          .request_timestamp(request.timestamp())
          .next_sequence(session.outbound.next_sequence())
          .last_incoming_sequence(session.next_inbound - 1)
          .last_cl_ord_id(session.last_cl_ord_id)
          .session_id(session.id())
          .keep_alive(request.keep_alive());
    });
    (void)accept_number(connection, session, request.next_sequence(), now);
  }

  // A refused logon on an established connection changes nothing; on any other the connection ends.
  void logon_refused(Connection& connection, const GatewayTime& now) noexcept {
    ++counters_.logons_refused;
    if (connection.state != ConnectionState::established) begin_closing(connection, now, true);
  }

  void on_sequence(Connection& connection, const std::byte* block, const GatewayTime& now) noexcept {
    const order_entry::SequenceView message(block);
    Session& session = this->session(connection.session);
    // Its own next number below what it has already sent: one side has lost count, and guessing could double an order.
    if (message.next_sequence() < session.next_inbound || !accept_number(connection, session, message.next_sequence(), now)) {
      terminate(connection, order_entry::TerminationCode::sequence_error, now);
    }
  }

  void on_retransmit_request(Connection& connection, const std::byte* block) noexcept {
    const order_entry::RetransmitRequestView request(block);
    OutboundSession& outbound = session(connection.session).outbound;
    using enum order_entry::RetransmitRejectCode;
    if (outbound.retransmitting()) return reject_retransmit(connection, request, request_in_progress);
    if (request.count() > config_.retransmit_request_max) return reject_retransmit(connection, request, too_many);
    if (!outbound.can_retransmit(request.from_sequence(), request.count())) return reject_retransmit(connection, request, out_of_range);
    outbound.retransmit(request.from_sequence(), request.count(), request.timestamp());
  }

  static void reject_retransmit(Connection& connection, const order_entry::RetransmitRequestView& request,
                                order_entry::RetransmitRejectCode code) noexcept {
    connection.send<order_entry::RetransmitRejectEncoder>(
        [&](auto& message) { message.request_timestamp(request.timestamp()).code(code); });
  }

  void on_business(Connection& connection, const net::Message& message, CommandBatch& batch, const GatewayTime& now) noexcept {
    Session& session = this->session(connection.session);
    // The header is the same composite at the same place in all requests.
    const std::uint64_t sequence = order_entry::InboundHeaderView(message.block).sequence_number();
    recorder_.add(counters::Counter::commands_received);
    if (sequence < session.next_inbound) {
      ++counters_.duplicates;
      return;
    }
    if (sequence == std::numeric_limits<std::uint64_t>::max() || !accept_number(connection, session, sequence, now)) {
      return terminate(connection, order_entry::TerminationCode::sequence_error, now);
    }
    session.next_inbound = sequence + 1;
    const Sender sender{connection.session, session.firm(), static_cast<std::uint32_t>(sequence)};
    DecodedCommand decoded = decode_command(message, directory_, sender);
    if (is_operators_request(decoded.command.kind)) [[unlikely]] check_operators_request(decoded, session.accounts);
    using enum order_entry::RejectReason;
    const auto refuse = [&](const GatewayRefusal& refusal) { reject(connection, decoded.command, refusal, sequence, now); };
    if (decoded.command.cl_ord_id <= session.last_cl_ord_id) return answer_again(connection, decoded.command, sequence, now);
    session.took(decoded.command.cl_ord_id, sequence);
    if (decoded.reason != none) return refuse({decoded.reason, decoded.limit_value});
    if (const auto refused = check_rights(decoded.command, session.accounts); refused != none) return refuse({refused});
    if (is_throttled(decoded.command.kind, message)) {
      const std::uint64_t wait = session.throttle.take(now.steady);
      if (wait != 0) {
        ++counters_.throttled;
        return refuse({throttled, std::int64_t{config_.throttle_per_second}, wait});
      }
    }
    const auto add = [&](const Command& command) { batch.add(command, connection.receive_tsc); };
    if (decoded.command.kind == CommandKind::mass_quote) {
      decode_quote_entries(order_entry::MassQuoteView::read(message.sbe), decoded.command, directory_, add);
    } else if (decoded.command.kind == CommandKind::set_limits) {
      decode_limits(order_entry::SetLimitsView::read(message.sbe), decoded.command, add);
    }
    add(decoded.command);
  }

  // The answer that waits for its turn in this very cycle will be the answer to both.
  void answer_again(Connection& connection, const Command& command, std::uint64_t sequence, const GatewayTime& now) noexcept {
    using enum order_entry::RejectReason;
    Session& session = this->session(connection.session);
    const Session::StoredAnswer stored = session.answer_to(command.cl_ord_id);
    if (stored.repeat == Session::Repeat::unknown) return reject(connection, command, {cl_ord_id_not_increasing}, sequence, now);
    ++counters_.duplicates;
    if (stored.repeat == Session::Repeat::too_old) return reject(connection, command, {duplicate_too_old}, sequence, now);
    GatewayNote note = about_request(connection, GatewayEvent::answered_again, command, sequence, now);
    note.report_sequence = stored.report;
    tell(note);
    if (stored.repeat == Session::Repeat::answered) session.outbound.repeat(stored.report);
  }

  // Whose it is comes before what is in it. Of a kill, the session it names gets its row.
  void check_operators_request(DecodedCommand& decoded, const AccountRights& rights) const noexcept {
    Command& command = decoded.command;
    if (const auto refused = check_rights(command, rights); refused != order_entry::RejectReason::none) {
      decoded.reason = refused;
      decoded.limit_value = 0;
      return;
    }
    const bool is_kill = command.kind == CommandKind::kill || command.kind == CommandKind::unkill;
    if (!is_kill || (command.scope_fields & scope_field::session) == 0) return;
    command.in_scope.session = index_of(command.in_scope.session);
    if (command.in_scope.session == no_session) decoded.reason = order_entry::RejectReason::unknown_session;
  }

  // What brings orders; a mass quote is one message, however many entries it has, and one that only pulls is a cancel.
  [[nodiscard]] static bool is_throttled(CommandKind kind, const net::Message& message) noexcept {
    if (kind == CommandKind::mass_quote) return !only_pulls(order_entry::MassQuoteView::read(message.sbe));
    return kind == CommandKind::new_order || kind == CommandKind::replace_order;
  }

  // `sequence` is at or above the expected number; what lies between never came. false: the numbers make no sense.
  bool accept_number(Connection& connection, Session& session, std::uint64_t sequence, const GatewayTime& now) noexcept {
    if (sequence == std::numeric_limits<std::uint64_t>::max()) return false;
    if (sequence <= session.next_inbound) return true;
    const std::uint64_t missing = sequence - session.next_inbound;
    connection.send<order_entry::NotAppliedEncoder>([&](auto& message) {
      message.from_sequence(session.next_inbound)
          .count(static_cast<std::uint32_t>(std::min<std::uint64_t>(missing, std::numeric_limits<std::uint32_t>::max())));
    });
    counters_.not_applied += missing;
    GatewayNote note = about(connection, GatewayEvent::requests_missing, now);
    note.client_sequence = session.next_inbound;
    note.wait = missing;
    tell(note);
    session.next_inbound = sequence;
    return true;
  }

  void reject(Connection& connection, const Command& command, const GatewayRefusal& refusal, std::uint64_t sequence,
              const GatewayTime& now) noexcept {
    Session& session = this->session(connection.session);
    recorder_.add(counters::Counter::commands_rejected);
    GatewayNote note = about_request(connection, GatewayEvent::request_refused, command, sequence, now);
    note.report_sequence = session.outbound.next_sequence();
    note.reason = refusal.reason;
    note.limit_value = refusal.limit_value;
    note.wait = refusal.wait;
    tell(note);
    session.answering(command.cl_ord_id, sequence);
    report_refusal(session.outbound, command, refusal, now.realtime);
  }

  void tell(const GatewayNote& note) noexcept {
    if (audit_ != nullptr) audit_->note(note);
  }

  // Of whoever has the connection.
  [[nodiscard]] GatewayNote about(Connection& connection, GatewayEvent event, const GatewayTime& now) noexcept {
    GatewayNote note;
    note.time = now.realtime;
    note.event = event;
    note.session = connection.session;
    note.peer_address = connection.socket().peer().address;
    note.peer_port = connection.socket().peer().port;
    if (connection.session == no_session) return note;
    const Session& session = this->session(connection.session);
    note.session_id = session.id();
    note.session_version = session.version();
    return note;
  }

  [[nodiscard]] GatewayNote about_request(Connection& connection, GatewayEvent event, const Command& command, std::uint64_t sequence,
                                          const GatewayTime& now) noexcept {
    GatewayNote note = about(connection, event, now);
    note.cl_ord_id = command.cl_ord_id;
    note.client_sequence = sequence;
    note.account = command.account;
    note.instrument_id = command.instrument_id;
    note.request = request_kind_of(command.kind);
    return note;
  }

  // Request: Negotiate or Establish. code: of a refusal.
  template <class Request>
  void tell_logon(Connection& connection, GatewayEvent event, const Request& request, order_entry::SessionRejectCode code,
                  std::uint64_t next_sequence, const GatewayTime& now) noexcept {
    GatewayNote note = about(connection, event, now);
    note.session = index_of(request.session_id());
    note.session_id = request.session_id();
    note.session_version = request.session_version();
    note.client_sequence = next_sequence;
    note.code = static_cast<std::uint8_t>(code);
    tell(note);
  }

  void refuse_bytes(Connection& connection, order_entry::TerminationCode code, const GatewayTime& now) noexcept {
    ++counters_.malformed;
    terminate(connection, code, now);
  }

  void begin_closing(Connection& connection, const GatewayTime& now, bool orderly) noexcept {
    release_session(connection, now, orderly);
    connection.state = ConnectionState::closing;
    connection.closing_at = now.steady;
  }

  void release_session(Connection& connection, const GatewayTime& now, bool orderly) noexcept {
    if (connection.session == no_session) return;
    Session& session = this->session(connection.session);
    session.outbound.pump(connection);  // what was made before the end goes before the end
    session.disconnected(now.steady, orderly);
    connection.session = no_session;
    recorder_.add(counters::Counter::sessions_terminated);
  }

  [[nodiscard]] std::uint32_t index_of(std::uint32_t session_id) const noexcept {
    for (std::size_t index = 0; index < sessions_.size(); ++index) {
      if (sessions_[index]->id() == session_id) return static_cast<std::uint32_t>(index);
    }
    return no_session;
  }

  const GatewayConfig& config_;
  const InstrumentDirectory& directory_;
  core::HopRecorder& recorder_;
  std::vector<std::unique_ptr<Session>> sessions_;  // built once; the pointers never change
  std::vector<std::uint32_t> operators_;            // indexes of their sessions
  GatewayCounters counters_;
  GatewayAudit* audit_ = nullptr;
};

}  // namespace hopwire::venue
