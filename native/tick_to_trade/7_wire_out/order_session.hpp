// Hop 7 of tick_to_trade: the client's end of order entry. Encoded orders go to the kernel; execution reports come back in order, each
// once. Input: frames written in place (reserve, commit), whoever encoded them. Output: bytes on TCP; ExecutionReports to poll()'s
// handler. Owner: one thread. Budget: hops.xml, 7_wire_out.
//
// connect() negotiates a new session version and establishes it; resume() establishes the same version again after a lost connection.
// Both block, for at most the time-out, and throw (NetworkError, SessionRefused); nothing else here blocks, throws or allocates. The
// venue's flow is recoverable: a hole in its numbers is asked for again, and reports behind the hole wait at the venue, not here -- they
// are dropped and come back with the retransmission, so that order holds without a buffer.
//
// What can go wrong: the venue says Terminate -> terminated, with its code; the connection ends, falls silent for two intervals, or sends
// what cannot be read -> lost; reports no longer kept by the venue -> lost, and reports_missed() says so: what is open must be asked for
// elsewhere.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "tick_to_trade/7_wire_out/report_decoder.hpp"
#include "tick_to_trade/7_wire_out/session_logon.hpp"

namespace hopwire::feed {

enum class SessionState : std::uint8_t {
  closed,  // not connected yet, or closed by us
  established,
  terminated,  // the venue said so; termination_code() says why
  lost,        // the connection ended, or we ended it: termination_code() says why
};

struct SessionCounters {
  std::uint64_t reports = 0;
  std::uint64_t duplicates = 0;           // reports that had been delivered before
  std::uint64_t behind_a_hole = 0;        // reports dropped because an earlier one was missing; they come again
  std::uint64_t retransmit_requests = 0;
  std::uint64_t not_applied = 0;          // our messages the venue never had
};

class OrderSession {
 public:
  static constexpr std::size_t messages_per_poll = 64;

  // `tap` may be null.
  OrderSession(OrderSessionConfig config, const core::TscClock& clock, net::WireTap* tap = nullptr)
      : config_(std::move(config)),
        clock_(clock),
        connection_(config_.receive_buffer_bytes, config_.send_buffer_bytes, tap) {}

  void connect() {
    version_ = std::max(core::realtime_now() / 1000, version_ + 1);
    expected_ = 1;
    open();
    SessionLogon logon(config_, connection_, version_);
    logon.negotiate();
    established_by(logon.establish(1), 1);
  }

  // After `lost` or `terminated`, with the same version and numbers; missed reports are asked for and come through poll(). The venue may
  // not have noticed yet that the old connection is gone: it is asked again until it has, or time is up.
  void resume() {
    const std::uint64_t deadline = core::monotonic_now() + std::uint64_t{config_.timeout_ms} * 1'000'000;
    while (true) {
      open();
      SessionLogon logon(config_, connection_, version_);
      try {
        return established_by(logon.establish(next_sequence_), next_sequence_);
      } catch (const SessionRefused& refused) {
        if (refused.code != order_entry::SessionRejectCode::already_established || core::monotonic_now() >= deadline) throw;
        (void)::poll(nullptr, 0, 5);
      }
    }
  }

  // Room for one frame of at most `bytes`; nullptr when the session is down or the venue has left too much unread.
  [[nodiscard]] std::byte* reserve(std::size_t bytes = 128) noexcept {
    return state_ == SessionState::established ? connection_.reserve(bytes) : nullptr;
  }
  // The frame written since reserve() has next_sequence() in its header. It leaves with the next flush().
  void commit(std::size_t bytes) noexcept {
    connection_.sent_in_place(bytes);
    ++next_sequence_;
  }
  // One send of everything committed. true when the kernel has taken it all; what it has not goes with a later flush() or poll().
  bool flush() noexcept { return connection_.flush(steady(core::Tsc::now())); }

  // A whole frame, sent at once. false: the session is down or full, and nothing was taken.
  bool send(std::span<const std::byte> frame) noexcept {
    std::byte* room = reserve(frame.size());
    if (room == nullptr) return false;
    std::copy(frame.begin(), frame.end(), room);
    commit(frame.size());
    (void)flush();
    return true;
  }

  // Reads once, hands every report to handler(const ExecutionReport&), keeps the session alive. Returns reports delivered.
  template <class Handler>
  std::size_t poll(std::uint64_t now_tsc, Handler&& handler) noexcept {
    if (state_ != SessionState::established) return 0;
    const std::uint64_t now = steady(now_tsc);
    bool silent = false;
    if (connection_.next_frame().status == net::FrameStatus::incomplete) silent = !connection_.receive(now);
    const std::size_t delivered = serve(handler);
    if (state_ != SessionState::established) return delivered;
    if (connection_.peer_gone() && connection_.next_frame().status == net::FrameStatus::incomplete) {
      end(SessionState::lost, order_entry::TerminationCode::unspecified);
    } else if (connection_.overflowed()) {
      fail(order_entry::TerminationCode::slow_consumer);
    } else {
      keep_alive(now, silent);
      (void)connection_.flush(now);
    }
    return delivered;
  }

  // Sleeps until the venue has sent something or time is up; a poll is due then.
  void sleep_readable(std::uint64_t nanoseconds) noexcept { (void)connection_.socket().sleep_readable(nanoseconds); }

  // Orderly end: says Terminate, takes the reports that were on their way, waits for the venue's answer (at most the time-out).
  template <class Handler>
  void close(Handler&& handler) noexcept {
    if (state_ == SessionState::established) {
      say_terminate(order_entry::TerminationCode::finished);
      const std::uint64_t deadline = core::monotonic_now() + std::uint64_t{config_.timeout_ms} * 1'000'000;
      while (state_ == SessionState::established && core::monotonic_now() < deadline) {
        const std::uint64_t now = steady(core::Tsc::now());
        (void)connection_.flush(now);
        if (connection_.next_frame().status == net::FrameStatus::incomplete && !connection_.receive(now)) {
          if (connection_.peer_gone()) break;
          (void)connection_.socket().wait_readable(10);
        }
        serve(handler);
      }
    }
    connection_.close();
    state_ = SessionState::closed;
  }
  void close() noexcept {
    close([](const ExecutionReport&) {});
  }

  // Closes the connection without a word, as a crash would. resume() goes on from there.
  void drop() noexcept {
    connection_.close();
    if (state_ == SessionState::established) state_ = SessionState::lost;
  }

  // Bytes as if they had been read (tests, fuzzers), served by the next poll().
  [[nodiscard]] bool deliver(std::span<const std::byte> bytes) noexcept { return connection_.deliver(bytes); }
  // As after a logon, without a connection (tests, fuzzers).
  void assume_established() noexcept { state_ = SessionState::established; }
  [[nodiscard]] std::span<const std::byte> outbound() const noexcept { return connection_.outbound(); }

  [[nodiscard]] SessionState state() const noexcept { return state_; }
  [[nodiscard]] bool established() const noexcept { return state_ == SessionState::established; }
  [[nodiscard]] order_entry::TerminationCode termination_code() const noexcept { return termination_code_; }
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }
  // The number the next committed message must carry.
  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return next_sequence_; }
  // Last report delivered; goes into the header of what is sent.
  [[nodiscard]] std::uint64_t last_processed() const noexcept { return expected_ - 1; }
  // Largest ClOrdID the venue had from this session, at logon: the next must be larger.
  [[nodiscard]] std::uint64_t last_cl_ord_id() const noexcept { return last_cl_ord_id_; }
  // Some report was still missing when last looked at.
  [[nodiscard]] bool recovering() const noexcept { return asked_until_ != 0; }
  [[nodiscard]] bool reports_missed() const noexcept { return reports_missed_; }
  [[nodiscard]] const SessionCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] std::uint64_t take_would_block() noexcept { return connection_.take_would_block(); }

 private:
  void open() {
    connection_.close();
    state_ = SessionState::closed;
    asked_until_ = 0;
    reports_missed_ = false;
    connection_.open(net::TcpConnection::connect(config_.host, config_.port, static_cast<int>(config_.timeout_ms)),
                     steady(core::Tsc::now()));
  }

  // declared: the number our Establish announced; what the venue never had below it, it reports with NotApplied.
  void established_by(const SessionTerms& terms, std::uint64_t declared) noexcept {
    next_sequence_ = std::max(declared, terms.last_incoming_sequence + 1);
    last_cl_ord_id_ = terms.last_cl_ord_id;
    interval_ = std::uint64_t{terms.keep_alive_ms} * 1'000'000;
    state_ = SessionState::established;
    connection_.last_received = connection_.last_sent = steady(core::Tsc::now());
    if (terms.next_sequence > expected_) ask_for_missing(terms.next_sequence);
  }

  template <class Handler>
  std::size_t serve(Handler& handler) noexcept {
    const std::uint64_t before = counters_.reports;
    for (std::size_t count = 0; count < messages_per_poll && state_ == SessionState::established; ++count) {
      const net::Frame frame = connection_.next_frame();
      if (frame.status == net::FrameStatus::incomplete) break;
      if (frame.status == net::FrameStatus::bad) {
        fail(order_entry::TerminationCode::bad_frame);
        break;
      }
      const net::Message message = net::read_message(connection_.inbound().first(frame.length));
      if (message.status == net::MessageStatus::ok) {
        on_message(message, handler);
      } else if (message.status == net::MessageStatus::decoding_error) {
        fail(order_entry::TerminationCode::decoding_error);
      }  // an unknown template is a later version's message: nothing this client asked for
      connection_.consume(frame.length);
    }
    return counters_.reports - before;
  }

  template <class Handler>
  void on_message(const net::Message& message, Handler& handler) noexcept {
    if (is_report(message.template_id)) return on_report(decode_report(message.template_id, message.block), handler);
    switch (message.template_id) {
      case order_entry::SequenceView::template_id: {
        const order_entry::SequenceView sequence(message.block);
        if (sequence.next_sequence() > expected_) ask_for_missing(sequence.next_sequence());
        return;
      }
      case order_entry::NotAppliedView::template_id:
        counters_.not_applied += order_entry::NotAppliedView(message.block).count();
        return;
      case order_entry::RetransmissionView::template_id: return;  // the messages themselves say what they are
      case order_entry::RetransmitRejectView::template_id: return on_retransmit_reject(order_entry::RetransmitRejectView(message.block));
      case order_entry::TerminateView::template_id: {
        const auto code = order_entry::TerminateView(message.block).code();
        if (!said_terminate_) say_terminate(order_entry::TerminationCode::finished);
        return end(SessionState::terminated, code);
      }
      default: return fail(order_entry::TerminationCode::unrecognised_message);
    }
  }

  template <class Handler>
  void on_report(ExecutionReport report, Handler& handler) noexcept {
    if (report.sequence < expected_) {
      ++counters_.duplicates;
      return;
    }
    if (report.sequence > expected_) {
      ++counters_.behind_a_hole;
      return ask_for_missing(report.sequence);
    }
    ++expected_;
    ++counters_.reports;
    if (expected_ >= asked_until_) asked_until_ = 0;
    report.receive_tsc = connection_.receive_tsc;
    handler(static_cast<const ExecutionReport&>(report));
  }

  // Everything from the next expected up to, not including, `until`; one request at a time, so the rest is asked for when this has come.
  void ask_for_missing(std::uint64_t until) noexcept {
    if (asked_until_ != 0) return;
    const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(until - expected_, retransmit_size_));
    asked_until_ = expected_ + count;
    ++counters_.retransmit_requests;
    connection_.send<order_entry::RetransmitRequestEncoder>([&](auto& request) {
      request.from_sequence(expected_).timestamp(core::realtime_now()).count(count);
    });
  }

  void on_retransmit_reject(const order_entry::RetransmitRejectView& reject) noexcept {
    asked_until_ = 0;  // the next heartbeat shows the hole again
    if (reject.code() == order_entry::RetransmitRejectCode::out_of_range) {
      reports_missed_ = true;
      fail(order_entry::TerminationCode::sequence_error);
    } else if (reject.code() == order_entry::RetransmitRejectCode::too_many) {
      retransmit_size_ = std::max(1u, retransmit_size_ / 2);
    }
  }

  void keep_alive(std::uint64_t now, bool silent) noexcept {
    if (interval_ == 0) return;
    if (silent && now > connection_.last_received + 2 * interval_) return fail(order_entry::TerminationCode::keep_alive_lapsed);
    if (now <= connection_.last_sent + (interval_ - interval_ / 8)) return;
    connection_.last_sent = now;
    connection_.send<order_entry::SequenceEncoder>(
        [this](auto& message) { message.next_sequence(next_sequence_).last_processed(expected_ - 1); });
  }

  void say_terminate(order_entry::TerminationCode code) noexcept {
    said_terminate_ = true;
    connection_.send<order_entry::TerminateEncoder>(
        [&](auto& message) { message.session_version(version_).session_id(config_.session_id).code(code); });
  }

  void fail(order_entry::TerminationCode code) noexcept {
    say_terminate(code);
    end(SessionState::lost, code);
  }

  void end(SessionState state, order_entry::TerminationCode code) noexcept {
    (void)connection_.flush(steady(core::Tsc::now()));
    connection_.finish_writing();
    connection_.close();
    state_ = state;
    termination_code_ = code;
    said_terminate_ = false;
  }

  [[nodiscard]] std::uint64_t steady(std::uint64_t tsc) const noexcept {
    return clock_.steady(tsc);
  }

  OrderSessionConfig config_;
  const core::TscClock& clock_;
  net::FramedConnection connection_;
  std::uint64_t version_ = 0;
  std::uint64_t next_sequence_ = 1;
  std::uint64_t expected_ = 1;     // number of the next report
  std::uint64_t asked_until_ = 0;  // end of the retransmission asked for; 0 = none
  std::uint64_t last_cl_ord_id_ = 0;
  std::uint64_t interval_ = 0;  // ns
  std::uint32_t retransmit_size_ = 2'500;
  SessionCounters counters_;
  SessionState state_ = SessionState::closed;
  order_entry::TerminationCode termination_code_ = order_entry::TerminationCode::finished;
  bool said_terminate_ = false;
  bool reports_missed_ = false;
};

}  // namespace hopwire::feed
