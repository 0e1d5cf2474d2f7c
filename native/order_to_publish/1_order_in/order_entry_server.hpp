// Hop 1 of order_to_publish: bytes from sessions in, validated commands out.
// Input: TCP connections. Output: CommandBatch. Owner: the venue's thread. Budget: hops.xml, 1_order_in.
//
// One duty cycle reads each session at most once and serves at most 16 of its messages, starting one session further each time, so that
// no session can starve another; what is left waits in its buffer with the stamp of the read that brought it. Answers and reports leave
// in flush(), one send per session.
//
// When it cannot: batch full -> the rest waits for the next cycle; a session whose peer neither reads nor speaks is ended with a reason
// (slowConsumer, keepAliveLapsed); no free connection slot -> the newcomer is closed. Set-up throws NetworkError; afterwards nothing
// throws.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "order_to_publish/1_order_in/session_protocol.hpp"

namespace hopwire::venue {

class OrderEntryServer {
 public:
  static constexpr std::size_t messages_per_turn = 16;

  // `tap` may be null. The directory must outlive the server.
  OrderEntryServer(GatewayConfig config, const InstrumentDirectory& directory, const core::TscClock& clock, core::HopRecorder& recorder,
                   net::WireTap* tap = nullptr)
      : config_(std::move(config)),
        clock_(clock),
        recorder_(recorder),
        listener_(config_.host, config_.port),
        protocol_(config_, directory, recorder) {
    const std::size_t slots = config_.sessions.size() + config_.spare_connections;
    for (std::size_t slot = 0; slot < slots; ++slot) connections_.push_back(std::make_unique<Connection>(config_, tap));
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return listener_.port(); }

  // Who takes the notes of what is decided here; null = nobody.
  void set_audit(GatewayAudit* audit) noexcept { protocol_.set_audit(audit); }

  // One duty cycle. Returns commands added to the batch.
  std::size_t poll(CommandBatch& batch, std::uint64_t now_tsc, std::uint64_t now_realtime) noexcept {
    now_ = {clock_.steady(now_tsc), now_realtime};
    const std::size_t before = batch.size();
    cancel_for_the_lost(batch);
    if (now_.steady >= next_accept_) accept_waiting();
    first_ = first_ + 1 < connections_.size() ? first_ + 1 : 0;
    for (std::size_t turn = 0; turn < connections_.size(); ++turn) {
      const std::size_t index = first_ + turn < connections_.size() ? first_ + turn : first_ + turn - connections_.size();
      if (connections_[index]->state != ConnectionState::unused) serve(*connections_[index], batch);
    }
    return batch.size() - before;
  }

  [[nodiscard]] std::size_t session_count() const noexcept { return protocol_.session_count(); }

  // Where reports of the session go. Valid for every configured session, connected or not.
  [[nodiscard]] OutboundSession& session(std::uint32_t index) noexcept { return protocol_.session(index).outbound; }
  // Whether the session is told what happens to all of the account.
  [[nodiscard]] bool owns_account(std::uint32_t index, std::uint32_t account) noexcept {
    return protocol_.session(index).accounts.owns(account);
  }
  // Who is told what concerns the whole market, by index.
  [[nodiscard]] std::span<const std::uint32_t> operators() const noexcept { return protocol_.operators(); }
  [[nodiscard]] std::uint32_t session_id(std::uint32_t index) const noexcept { return config_.sessions[index].id; }
  [[nodiscard]] bool established(std::uint32_t index) noexcept { return protocol_.session(index).established(); }
  [[nodiscard]] std::size_t established_count() noexcept {
    std::size_t count = 0;
    for (std::uint32_t index = 0; index < session_count(); ++index) count += established(index) ? 1 : 0;
    return count;
  }

  // The command is about to have its effect: reports made from now on say that its message was processed.
  void processed(const Command& command) noexcept {
    // The entries of a mass quote have their effect with its close.
    if (command.session >= session_count() || !is_client_request(command) || command.kind == CommandKind::quote_entry) return;
    Session& session = protocol_.session(command.session);
    const std::uint64_t last = session.next_inbound - 1;
    const std::uint64_t sequence = last - static_cast<std::uint32_t>(static_cast<std::uint32_t>(last) - command.client_sequence);
    session.outbound.set_last_processed(sequence);
    session.answering(command.cl_ord_id, sequence);
  }

  // Sends what every connection has waiting. Call when all commands of the batch have had their effect.
  void flush() noexcept {
    for (const auto& slot : connections_) {
      Connection& connection = *slot;
      if (connection.state == ConnectionState::unused) continue;
      if (connection.state == ConnectionState::established) flush_reports(connection);
      connection.flush(now_.steady);
      if (const std::uint64_t count = connection.take_would_block(); count != 0) {
        recorder_.add(counters::Counter::send_would_block, static_cast<double>(count));
      }
    }
  }

  // Ends every session and stops listening. Waits at most the closing time-out for the peers to take their Terminate.
  void close_all(order_entry::TerminationCode code) noexcept {
    listener_.close();
    flush();
    for (const auto& slot : connections_) {
      if (slot->state == ConnectionState::logon || slot->state == ConnectionState::established) protocol_.terminate(*slot, code, now_);
    }
    const std::uint64_t started = core::monotonic_now();
    const std::uint64_t steady = now_.steady;
    bool open = true;
    while (open) {
      now_.steady = steady + (core::monotonic_now() - started);
      open = false;
      for (const auto& slot : connections_) {
        if (slot->state == ConnectionState::closing) wind_up(*slot);
        open = open || slot->state != ConnectionState::unused;
      }
      if (open) (void)::poll(nullptr, 0, 1);
    }
  }

  // Ends all connections as they stand and frees the port. No session is told: for a venue that is over, or failed.
  void abandon() noexcept {
    listener_.close();
    for (const auto& slot : connections_) slot->close();
  }

  [[nodiscard]] const GatewayCounters& counters() const noexcept { return protocol_.counters(); }

 private:
  static constexpr std::uint64_t accept_interval = 1'000'000;  // ns; an accept that finds nobody costs a system call

  // Cancel on disconnect, as a command like any other. Before anything is read, so that a session that comes back cannot be overtaken by
  // it.
  void cancel_for_the_lost(CommandBatch& batch) noexcept {
    for (std::uint32_t index = 0; index < session_count(); ++index) {
      Session& session = protocol_.session(index);
      if (!session.cancel_due(now_.steady) || batch.full()) continue;
      Command command;
      command.kind = CommandKind::session_cancel;
      command.session = index;
      batch.add(command, core::Tsc::now());
      session.cancel_done();
    }
  }

  void accept_waiting() noexcept {
    next_accept_ = now_.steady + accept_interval;
    for (int count = 0; count < 4; ++count) {
      net::TcpConnection socket = listener_.accept();
      if (!socket.is_open()) return;
      const auto free = std::find_if(connections_.begin(), connections_.end(),
                                     [](const auto& slot) { return slot->state == ConnectionState::unused; });
      if (free != connections_.end()) (*free)->open(std::move(socket), now_.steady);
    }
  }

  void serve(Connection& connection, CommandBatch& batch) noexcept {
    if (connection.state == ConnectionState::closing) return wind_up(connection);
    bool silent = false;
    if (connection.next_frame().status == net::FrameStatus::incomplete) silent = !connection.receive(now_.steady);
    for (std::size_t count = 0; count < messages_per_turn && !batch.full(); ++count) {
      if (!protocol_.serve_one(connection, batch, now_)) break;
    }
    if (connection.state == ConnectionState::closing) return;
    if (connection.peer_gone()) {
      if (connection.next_frame().status == net::FrameStatus::incomplete) lose(connection);
      return;
    }
    if (connection.overflowed()) return protocol_.terminate(connection, order_entry::TerminationCode::slow_consumer, now_);
    if (connection.state == ConnectionState::established) {
      keep_alive(connection, silent);
    } else if (elapsed(connection.opened_at) > milliseconds(config_.logon_timeout_ms)) {
      protocol_.terminate(connection, order_entry::TerminationCode::not_established, now_);
    }
  }

  // Both sides speak at least once per interval; two intervals of silence end the session. Only a read that found nothing is silence:
  // bytes that waited in the kernel while this thread did not run are not.
  void keep_alive(Connection& connection, bool silent) noexcept {
    const std::uint64_t interval = protocol_.session(connection.session).keep_alive();
    if (silent && elapsed(connection.last_received) > 2 * interval) {
      return protocol_.terminate(connection, order_entry::TerminationCode::keep_alive_lapsed, now_);
    }
    // Sent a little early, so that it is there within the interval.
    if (elapsed(connection.last_sent) > interval - interval / 8) {
      protocol_.heartbeat(connection);
      connection.last_sent = now_.steady;
    }
  }

  void flush_reports(Connection& connection) noexcept {
    Session& session = protocol_.session(connection.session);
    session.outbound.set_last_processed(session.next_inbound - 1);
    const std::size_t sent = session.outbound.pump(connection);
    if (sent != 0) recorder_.add(counters::Counter::reports_sent, static_cast<double>(sent));
    if (session.outbound.overrun()) protocol_.terminate(connection, order_entry::TerminationCode::slow_consumer, now_);
  }

  // After our last word: sends it, ends our side, and closes when the peer has closed too or time is up.
  void wind_up(Connection& connection) noexcept {
    if (connection.flush(now_.steady)) connection.finish_writing();
    connection.discard(now_.steady);
    if (connection.peer_gone() || elapsed(connection.closing_at) > milliseconds(config_.closing_timeout_ms)) connection.close();
  }

  void lose(Connection& connection) noexcept {
    protocol_.connection_lost(connection, now_);
    connection.close();
  }

  [[nodiscard]] std::uint64_t elapsed(std::uint64_t since) const noexcept { return now_.steady > since ? now_.steady - since : 0; }
  [[nodiscard]] static constexpr std::uint64_t milliseconds(std::uint32_t count) noexcept { return std::uint64_t{count} * 1'000'000; }

  GatewayConfig config_;
  const core::TscClock& clock_;
  core::HopRecorder& recorder_;
  net::TcpListener listener_;
  SessionProtocol protocol_;
  std::vector<std::unique_ptr<Connection>> connections_;  // built once, slots reused
  GatewayTime now_;
  std::uint64_t next_accept_ = 0;
  std::size_t first_ = 0;
};

}  // namespace hopwire::venue
