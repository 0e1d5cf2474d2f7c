// The order_to_publish flow: 1_order_in -> 2_sequence -> 3_journal -> 4_match -> 5_publish. A composer: it calls the hops in order, stamps
// between them, and decides nothing. Owner: the venue's one thread.
//
// Release order: multicast line A, then the reports, then line B: nobody waits for the second copy. What is journalled is journalled
// before its effects leave.
// When the journal is full (a reader is attached and behind), the flow stops reading sessions until there is room; nothing is dropped.
// Should it refuse a record all the same, the flow halts before the command has an effect: see halted().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/clock.hpp"
#include "core/hop_recorder.hpp"
#include "order_to_publish/1_order_in/order_entry_server.hpp"
#include "order_to_publish/2_sequence/sequencer.hpp"
#include "order_to_publish/3_journal/gateway_journal.hpp"
#include "order_to_publish/3_journal/journal.hpp"
#include "order_to_publish/4_match/match_into_buffer.hpp"
#include "order_to_publish/5_publish/publisher.hpp"

namespace hopwire::venue {

class Pipeline {
 public:
  Pipeline(OrderEntryServer& gateway, Sequencer& sequencer, Journal& journal, Matcher& matcher, Publisher& publisher,
           MatchEventBuffer& events, const core::TscClock& clock, core::HopRecorder& recorder)
      : gateway_(gateway),
        sequencer_(sequencer),
        journal_(journal),
        matcher_(matcher),
        publisher_(publisher),
        events_(events),
        clock_(clock),
        recorder_(recorder),
        notes_(journal, sequencer) {
    gateway_.set_audit(&notes_);
  }
  ~Pipeline() { gateway_.set_audit(nullptr); }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Records for which the journal has room when sessions are read: the largest batch, and as many notes of the gateway.
  static constexpr std::size_t records_of_a_poll = 4 * CommandBatch::capacity;

  // One duty cycle: at most one batch of commands through all hops, then one release. Returns commands done.
  std::size_t poll() noexcept {
    batch_.clear();
    if (halted_) [[unlikely]] return 0;
    if (journal_.has_room(records_of_a_poll)) {
      const std::uint64_t now = core::Tsc::now();
      gateway_.poll(batch_, now, clock_.to_realtime(now));
      halted_ = notes_.refused();
      if (halted_) [[unlikely]] return 0;
    }
    done_ = 0;
    if (batch_.size() == 0) run_timers();
    LookAhead ahead(matcher_, batch_.size(), [this](std::size_t index) -> const Command& { return batch_[index].command; });
    for (ahead.step(0); done_ < batch_.size() && run(done_); ahead.step(done_)) ++done_;
    release();
    return done_;
  }

  // A command of the venue's own, from its configuration or timetable: like any other but in no hop's figures. What it gives waits for the
  // next poll() to be released. Returns why it was refused, none when it was taken; the flow must not be halted and have room.
  order_entry::RejectReason run_own(const Command& command) noexcept {
    const SequencedCommand sequenced = sequencer_.sequence(command, clock_.to_realtime(core::Tsc::now()));
    halted_ = !journal_.append(sequenced);
    if (halted_) [[unlikely]] return order_entry::RejectReason::book_full;
    const ValuesBefore before = values_before(command);
    if (!match(sequenced)) [[unlikely]] return order_entry::RejectReason::book_full;
    publisher_.publish(sequenced, events_.events(), before);
    for (const MatchEvent& event : events_.events()) {
      if (event.kind == MatchEventKind::admin_refused) return static_cast<order_entry::RejectReason>(event.reason);
    }
    return order_entry::RejectReason::none;
  }
  [[nodiscard]] bool has_room() const noexcept { return !halted_ && journal_.has_room(1); }

  // The journal refused a record it had room for (a drain attached to a full ring meanwhile). What was done before is released; that
  // command and all after it have had no effect, and never will. Or a command did more than the events could hold (match_event_buffer.hpp):
  // nothing of it is published.
  [[nodiscard]] bool halted() const noexcept { return halted_; }

 private:
  [[nodiscard]] ValuesBefore values_before(const Command& command) const noexcept {
    if (!is_operators_request(command.kind)) [[likely]] return {};
    return OperatorView(matcher_).before(command);
  }

  // What is due while nobody asks for anything (a command runs what is due before itself): a sequenced command like any other, but
  // nobody's, so it is in no hop's figures.
  void run_timers() noexcept {
    const std::uint64_t now = clock_.to_realtime(core::Tsc::now());
    if (matcher_.next_due() > now || !journal_.has_room(1)) [[likely]] return;
    Command time_passes;
    time_passes.kind = CommandKind::advance_time;
    const SequencedCommand command = sequencer_.sequence(time_passes, now);
    halted_ = !journal_.append(command);
    if (halted_ || !match(command)) [[unlikely]] return;
    publisher_.publish(command, events_.events());
  }

  // False: halted.
  bool match(const SequencedCommand& command) noexcept {
    events_.clear();
    matcher_.apply(command, events_);
    halted_ = events_.overflowed();
    return !halted_;
  }

  // False: halted.
  bool run(std::size_t index) noexcept {
    const auto& item = batch_[index];
    const std::uint64_t in = core::Tsc::now();
    const SequencedCommand command = sequencer_.sequence(item.command, clock_.to_realtime(in));
    const std::uint64_t sequenced = core::Tsc::now();
    if (!journal_.append(command)) [[unlikely]] {
      halted_ = true;
      return false;
    }
    const std::uint64_t journalled = core::Tsc::now();
    const ValuesBefore before = values_before(item.command);
    if (!match(command)) [[unlikely]] return false;
    const std::uint64_t matched = core::Tsc::now();
    publisher_.publish(command, events_.events(), before);
    if (item.command.kind == CommandKind::query) [[unlikely]] publisher_.answer_query(command, OperatorView(matcher_));
    matched_[index] = matched;
    if (item.command.kind == CommandKind::quote_entry) return true;  // a part of its message; what is timed is the close
    recorder_.record(hops::Hop::order_to_publish_order_in, item.receive_tsc, in);
    recorder_.record(hops::Hop::order_to_publish_sequence, in, sequenced);
    recorder_.record(hops::Hop::order_to_publish_journal, sequenced, journalled);
    recorder_.record(hops::Hop::order_to_publish_match, journalled, matched);
    return true;
  }

  void release() noexcept {
    publisher_.flush_public();
    const std::uint64_t public_out = core::Tsc::now();
    gateway_.flush();
    const std::uint64_t private_out = core::Tsc::now();
    publisher_.flush_second_line();
    if (done_ == 0) return;
    for (std::size_t index = 0; index < done_; ++index) {
      if (batch_[index].command.kind == CommandKind::quote_entry) continue;
      recorder_.record(hops::Hop::order_to_publish_publish, matched_[index], private_out);
      recorder_.record(hops::Hop::order_to_publish_total, batch_[index].receive_tsc, private_out);
      recorder_.record(hops::Hop::private_minus_public, public_out, private_out);
    }
  }

  OrderEntryServer& gateway_;
  Sequencer& sequencer_;
  Journal& journal_;
  Matcher& matcher_;
  Publisher& publisher_;
  MatchEventBuffer& events_;
  const core::TscClock& clock_;
  core::HopRecorder& recorder_;
  GatewayJournal notes_;
  CommandBatch batch_;
  std::array<std::uint64_t, CommandBatch::capacity> matched_{};
  std::size_t done_ = 0;  // commands of the batch
  bool halted_ = false;
};

}  // namespace hopwire::venue
