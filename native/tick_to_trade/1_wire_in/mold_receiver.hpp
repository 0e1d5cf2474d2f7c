// Hop 1, the protocol half. In: UDP payloads from any line or re-request server, with their receive stamp. Out: `Packet`, messages in
// sequence, each once. Owner: the feed thread. No socket, no clock: time in ns comes with each call (any monotonic origin), requests
// leave through a callback.
//
// State: `next_` is the first sequence not delivered, `known_end_` one past the highest one heard of. Between them lie held packets and
// missing ranges, which together cover [next_, known_end_) exactly. First copy of a sequence wins, whatever its packetisation and source.
//
// What it does when it cannot:
//  - a gap: later packets are held (bounded). While another line may still bring what is missing the books are delayed; once every line
//    has passed it, or after the wait, they are stale and the missing ranges are re-requested until they come (channel_state.hpp);
//  - a hold or range list that is full: the packet counts as lost and is re-requested later (held_overflow);
//  - nobody answers for `patience`, or too much is missing: a snapshot is wanted, when somebody takes them; until it is finished live
//    packets are held, the oldest making room for the newest. Without, the missing messages are given up and counted, and the feed goes on
//    but stays stale (`incomplete`): books that lack messages are never shown as good;
//  - a packet that its blocks do not fill exactly is refused whole; its sequences stay missing;
//  - a line on which not even heartbeats come is silent (an alarm); when all are, the books are stale: a lost route looks like a quiet
//  market.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/mold_packet.hpp"
#include "tick_to_trade/1_wire_in/channel_state.hpp"
#include "tick_to_trade/1_wire_in/held_packets.hpp"
#include "tick_to_trade/1_wire_in/line_watch.hpp"
#include "tick_to_trade/1_wire_in/missing_ranges.hpp"
#include "tick_to_trade/1_wire_in/open_gaps.hpp"
#include "tick_to_trade/1_wire_in/receiver_config.hpp"
#include "tick_to_trade/1_wire_in/rerequest_schedule.hpp"

namespace hopwire::feed {

class MoldReceiver {
 public:
  explicit MoldReceiver(const MoldReceiverConfig& config)
      : config_(config),
        fixed_session_(config.session != net::MoldSession{}),
        session_(config.session),
        held_(config.held_packets, config.held_packet_bytes),
        missing_(config.missing_ranges),
        schedule_(config.rerequest),
        gaps_(config.missing_ranges),
        lines_(config.lines) {}

  // One UDP payload. deliver(const Packet&) is called for every run of messages that is now in sequence.
  template <class Deliver>
  void accept(std::span<const std::byte> bytes, const Arrival& arrival, std::uint64_t now, Deliver&& deliver) noexcept {
    if (bytes.size() < net::mold_header_length) {
      count(bytes.size());
      ++counters_.foreign;
      return;
    }
    accept(net::read_mold_header(bytes.data()), bytes.subspan(net::mold_header_length), arrival, now, deliver);
  }

  // The same for a source whose messages lie somewhere without a header before them.
  template <class Deliver>
  void accept(const net::MoldHeader& header, std::span<const std::byte> blocks, const Arrival& arrival, std::uint64_t now,
              Deliver&& deliver) noexcept {
    count(net::mold_header_length + blocks.size());
    const bool control = header.message_count == net::mold_heartbeat || header.message_count == net::mold_end_of_session;
    const std::uint32_t messages = control ? 0 : header.message_count;
    const std::ptrdiff_t block_bytes = net::measure_mold_blocks(blocks, messages);
    const bool fits = block_bytes == static_cast<std::ptrdiff_t>(blocks.size());
    if (header.sequence == 0 || header.sequence > net::mold_last_sequence || !fits) {
      ++counters_.malformed;
      return;
    }
    if (!admit(header, arrival, now)) return;
    if (is_line(arrival.source)) {
      lines_.note_heard(line_of(arrival), now);
    } else {
      schedule_.heard(arrival.server, now);
    }
    if (header.sequence > known_end_ && header.sequence - known_end_ > config_.largest_gap) {
      ++counters_.malformed;
      return;
    }
    heard_end_ = std::max(heard_end_, header.sequence + messages);
    if (is_line(arrival.source)) lines_.note_sequence(line_of(arrival), header.sequence, header.sequence + messages);
    if (control) {
      note_control(header, now);
    } else {
      take({.blocks = blocks.data(),
            .block_bytes = static_cast<std::uint32_t>(block_bytes),
            .message_count = messages,
            .first_sequence = header.sequence,
            .receive_tsc = arrival.tsc,
            .source = arrival.source,
            .kernel_stamped = arrival.kernel_stamped,
            .was_held = false},
           arrival, now, deliver);
    }
    open_heard(now);
    if (!missing_.empty() || state_.state() != ChannelState::good) update_state(now);
  }

  // To be called each duty cycle while missing(): send(server, first_sequence, message_count) for each request due now.
  template <class Send, class Deliver>
  void recover(std::uint64_t now, Send&& send, Deliver&& deliver) noexcept {
    if (missing_.empty() || detached_) return;
    const bool out_of_patience = now >= std::max(last_progress_, missing_[0].seen_at) + schedule_.patience();
    if (out_of_patience && !config_.snapshot) {
      abandon(now, deliver);
    } else {
      snapshot_wanted_ |= config_.snapshot && (out_of_patience || missing_[0].end - missing_[0].first > config_.snapshot_gap);
      counters_.rerequests += schedule_.run(missing_, lines_.confirmed_below(), held_.room(), now, send);
    }
    update_state(now);
  }

  // To be called when this line has just been found empty: only then is nothing heard silence, and not a thread that did not run.
  void note_quiet(std::uint64_t now, PacketSource line = PacketSource::line_a) noexcept {
    if (!started_ || ended() || config_.silence == 0) return;
    if (lines_.note_quiet(line_index(line), now, config_.silence)) update_state(now);
  }

  // What is missing will not come message by message: somebody should take a snapshot, and meanwhile keep calling accept().
  [[nodiscard]] bool snapshot_wanted() const noexcept { return snapshot_wanted_; }
  // The first message of the snapshot is about to be booked: from here on only finish_snapshot() makes the books good again. A snapshot
  // that failed half way is simply begun anew.
  void begin_snapshot(std::uint64_t now) noexcept {
    detached_ = true;
    update_state(now);
  }
  // Everything before `sequence` is in the books. False when the snapshot cannot be joined to what is here; it is still wanted then.
  template <class Deliver>
  [[nodiscard]] bool finish_snapshot(std::uint64_t sequence, std::uint64_t now, Deliver&& deliver) noexcept {
    if (sequence == 0 || sequence > known_end_ + config_.largest_gap) return false;
    if (sequence < next_ ? !rewind(sequence, now) : !bridge(sequence)) return false;
    detached_ = snapshot_wanted_ = lost_in_session_ = joined_mid_session_ = false;
    ++counters_.snapshots;
    settle(now, deliver);
    known_end_ = std::max(known_end_, next_);
    open_heard(now);
    update_state(now);
    return true;
  }

  // Where to record how much later a line's copies came; see line_watch.hpp.
  void record_skew_into(PacketSource line, const core::Histogram& histogram) noexcept {
    lines_.record_skew_into(line_index(line), histogram);
  }

  // Messages before `known_end` have not come: the books are true as of `next_sequence`, not of now.
  [[nodiscard]] bool missing() const noexcept { return !missing_.empty(); }
  // Messages were given up, or the session was joined in the middle: the books lack orders for the rest of it.
  [[nodiscard]] bool incomplete() const noexcept { return lost_in_session_ || joined_mid_session_; }
  [[nodiscard]] bool joined_mid_session() const noexcept { return joined_mid_session_; }
  // Nothing has come on any line for too long: what the books show may be long past.
  [[nodiscard]] bool silent() const noexcept { return lines_.all_silent(); }
  [[nodiscard]] ChannelState state() const noexcept { return state_.state(); }
  [[nodiscard]] bool stale() const noexcept { return state() == ChannelState::stale; }
  [[nodiscard]] bool delayed() const noexcept { return state() == ChannelState::delayed; }
  // The end of session was announced and everything before it delivered (or given up).
  [[nodiscard]] bool ended() const noexcept { return end_sequence_ != 0 && next_ >= end_sequence_ && !detached_; }
  [[nodiscard]] bool started() const noexcept { return started_; }
  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return next_; }
  [[nodiscard]] std::uint64_t known_end() const noexcept { return known_end_; }
  [[nodiscard]] const net::MoldSession& session() const noexcept { return session_; }
  [[nodiscard]] std::size_t held_packets() const noexcept { return held_.size(); }
  [[nodiscard]] const MoldReceiverCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] const LineWatch& lines() const noexcept { return lines_; }
  [[nodiscard]] const RerequestServers& servers() const noexcept { return schedule_.servers(); }
  [[nodiscard]] const ChannelClock& clock() const noexcept { return state_; }

 private:
  void count(std::size_t bytes) noexcept {
    ++counters_.packets;
    counters_.bytes += bytes;
  }

  [[nodiscard]] std::size_t line_of(const Arrival& arrival) const noexcept {
    return std::min(line_index(arrival.source), lines_.count() - 1);
  }

  // Settles the session; false when the packet is not ours.
  bool admit(const net::MoldHeader& header, const Arrival& arrival, std::uint64_t now) noexcept {
    if (started_ && header.session == session_) return true;
    if (!started_) {
      if ((fixed_session_ && header.session != session_) || !is_line(arrival.source)) return refuse_foreign();
      start(header, now);
      return true;
    }
    // A new session begins on a line, never in an answer; a straggler of the one before is no change back.
    if (fixed_session_ || !is_line(arrival.source) || header.session == previous_session_) return refuse_foreign();
    previous_session_ = session_;
    ++counters_.session_changes;
    counters_.gaps_lost += gaps_.size();
    held_.clear();
    missing_.clear();
    gaps_.clear();
    start(header, now);
    return true;
  }

  bool refuse_foreign() noexcept {
    ++counters_.foreign;
    return false;
  }

  void start(const net::MoldHeader& header, std::uint64_t now) noexcept {
    session_ = header.session;
    started_ = true;
    next_ = known_end_ = heard_end_ = config_.join_from_start ? 1 : header.sequence;
    joined_mid_session_ = next_ > 1;
    lost_in_session_ = detached_ = snapshot_wanted_ = false;
    end_sequence_ = 0;
    lines_.begin_session(now);
    update_state(now);
  }

  void update_state(std::uint64_t now) noexcept { state_.change(state_at(now), now); }

  [[nodiscard]] ChannelState state_at(std::uint64_t now) const noexcept {
    if (incomplete() || detached_ || lines_.all_silent() || (missing_.empty() && known_end_ < heard_end_)) return ChannelState::stale;
    if (missing_.empty()) return ChannelState::good;
    const MissingRange& oldest = missing_[0];
    const bool may_come = lines_.count() > 1 && oldest.first >= lines_.confirmed_below() && now < oldest.seen_at + config_.rerequest.wait;
    return may_come ? ChannelState::delayed : ChannelState::stale;
  }

  void note_control(const net::MoldHeader& header, std::uint64_t now) noexcept {
    ++counters_.heartbeats;
    if (header.sequence > known_end_) (void)open_gap(header.sequence, now);
    if (header.message_count == net::mold_end_of_session) end_sequence_ = header.sequence;
  }

  template <class Deliver>
  void take(const Packet& packet, const Arrival& arrival, std::uint64_t now, Deliver&& deliver) noexcept {
    const std::uint64_t end = packet.first_sequence + packet.message_count;
    const std::uint64_t fresh = (end > known_end_ ? end - std::max(packet.first_sequence, known_end_) : 0) +
                                (missing_.empty() ? 0 : missing_.overlap(packet.first_sequence, end));
    const std::uint64_t known_end = known_end_;
    std::uint64_t kept = fresh;
    if (!is_line(packet.source)) learn_from_answer(packet);
    if (fresh == 0) {
      ++counters_.duplicates;
    } else if (packet.first_sequence <= next_ && !detached_) {
      hand_over(packet, deliver);
      if (known_end > packet.first_sequence) settle(now, deliver);
      known_end_ = std::max(known_end_, next_);
    } else {
      kept = hold(packet, end, now);
    }
    if (!is_line(packet.source)) return;
    lines_.note_data(line_of(arrival), packet.first_sequence, end, fresh, kept, known_end, arrival.at != 0 ? arrival.at : now);
  }

  // Delivers what of the packet lies at or beyond next_.
  template <class Deliver>
  void hand_over(const Packet& packet, Deliver&& deliver) noexcept {
    Packet run = packet;
    if (const std::uint64_t skipped = next_ - packet.first_sequence; skipped != 0) {
      run.blocks = net::skip_mold_blocks(packet.blocks, skipped);
      run.block_bytes -= static_cast<std::uint32_t>(run.blocks - packet.blocks);
      run.message_count -= static_cast<std::uint32_t>(skipped);
      run.first_sequence = next_;
    }
    next_ += run.message_count;
    counters_.messages += run.message_count;
    deliver(static_cast<const Packet&>(run));
  }

  // After next_ moved inside known territory: forget what is no longer missing, deliver what waited for it.
  template <class Deliver>
  void settle(std::uint64_t now, Deliver&& deliver) noexcept {
    while (!held_.empty() && held_.front().first_sequence <= next_) {
      if (held_.front().first_sequence + held_.front().message_count > next_) hand_over(held_.front(), deliver);
      held_.pop_front();
    }
    last_progress_ = now;
    missing_.erase_below(next_);
    if (missing_.empty()) snapshot_wanted_ = false;
    counters_.gaps_healed += gaps_.close_below(next_);
  }

  // Keeps those parts of the packet that are still missing, and opens the gap before it when it is the first to show it. Returns messages
  // kept.
  std::uint64_t hold(const Packet& packet, std::uint64_t end, std::uint64_t now) noexcept {
    while (snapshot_wanted_ && held_.room() < 2 && !held_.empty()) drop_oldest_held();
    if (end <= next_) return 0;
    if (packet.first_sequence > known_end_ && !open_gap(packet.first_sequence, now)) {
      ++counters_.held_overflow;
      return 0;
    }
    std::uint64_t kept = 0;
    for (std::uint64_t at = packet.first_sequence; at < end;) {
      const std::size_t index = missing_.at_or_after(at);
      const bool in_range = index < missing_.size() && missing_[index].first < end;
      const std::uint64_t first = std::max(at, in_range ? missing_[index].first : known_end_);
      if (first >= end) break;
      const std::uint64_t stop = in_range ? std::min(end, missing_[index].end) : end;
      if (hold_part(packet, first, stop, in_range ? index : missing_.size(), now)) kept += stop - first;
      at = stop;
    }
    return kept;
  }

  // [first, stop) is wholly inside missing range `index`, or wholly beyond known_end_.
  bool hold_part(const Packet& packet, std::uint64_t first, std::uint64_t stop, std::size_t index, std::uint64_t now) noexcept {
    Packet part = packet;
    part.blocks = net::skip_mold_blocks(packet.blocks, first - packet.first_sequence);
    part.block_bytes = static_cast<std::uint32_t>(net::skip_mold_blocks(part.blocks, stop - first) - part.blocks);
    part.first_sequence = first;
    part.message_count = static_cast<std::uint32_t>(stop - first);
    const bool beyond = index == missing_.size();
    const bool kept = (beyond || !missing_.full()) && held_.insert(part);
    if (!kept) ++counters_.held_overflow;
    if (beyond) {
      if (kept) {
        known_end_ = stop;
      } else {
        (void)open_gap(stop, now);
      }
    } else if (kept) {
      if (index == 0) last_progress_ = now;  // what heals behind the oldest gap does not bring it nearer
      (void)missing_.fill(index, first, stop);
    }
    return kept;
  }

  // While a snapshot is waited for the newest packets matter: it will contain the oldest, or another one will.
  void drop_oldest_held() noexcept {
    const Packet& oldest = held_.front();
    detached_ = true;
    (void)bridge(oldest.first_sequence + oldest.message_count);
    held_.pop_front();
  }

  // The books have, or will have, everything before `sequence` from elsewhere.
  bool bridge(std::uint64_t sequence) noexcept {
    counters_.messages_bridged += sequence - next_;
    next_ = sequence;
    known_end_ = std::max(known_end_, next_);
    missing_.erase_below(next_);
    counters_.gaps_bridged += gaps_.close_below(next_);
    return true;
  }

  // The books go back to `sequence`: what they had from there on is missing once more.
  bool rewind(std::uint64_t sequence, std::uint64_t now) noexcept {
    if (!missing_.prepend(sequence, next_, now)) return false;
    if (gaps_.prepend(next_)) ++counters_.gaps_opened;
    counters_.messages_missed += next_ - sequence;
    next_ = sequence;
    return true;
  }

  // Everything from known_end_ to `end` is missing. False when the list has no room; known_end_ then stays.
  bool open_gap(std::uint64_t end, std::uint64_t now) noexcept {
    if (missing_.empty()) last_progress_ = now;
    if (!missing_.append(known_end_, end, now)) return false;
    counters_.messages_missed += end - known_end_;
    if (gaps_.append(known_end_, end)) ++counters_.gaps_opened;
    known_end_ = end;
    return true;
  }

  // What was heard of and found no room in the list of ranges may find it now.
  void open_heard(std::uint64_t now) noexcept {
    if (known_end_ < heard_end_) (void)open_gap(heard_end_, now);
  }

  void learn_from_answer(const Packet& packet) noexcept {
    const std::size_t index = missing_.at_or_after(packet.first_sequence);
    if (index == missing_.size()) return;
    const MissingRange& range = missing_[index];
    if (range.first == packet.first_sequence && range.attempts != 0) schedule_.answered(range.end - range.first, packet.message_count);
  }

  // Nobody has it: go on without, and never call the books good again in this session.
  template <class Deliver>
  void abandon(std::uint64_t now, Deliver&& deliver) noexcept {
    lost_in_session_ = true;
    while (!missing_.empty() && now >= missing_[0].seen_at + schedule_.patience()) {  // younger ones may still come
      const MissingRange range = missing_[0];
      counters_.messages_lost += range.end - std::max(range.first, next_);
      next_ = std::max(next_, range.end);
      counters_.gaps_lost += gaps_.close_below(next_);
      settle(now, deliver);
    }
    known_end_ = std::max(known_end_, next_);
    open_heard(now);
  }

  MoldReceiverConfig config_;
  bool fixed_session_;
  bool started_ = false;
  bool joined_mid_session_ = false;
  bool lost_in_session_ = false;
  bool snapshot_wanted_ = false;
  bool detached_ = false;  // the books do not continue at next_: only a snapshot can make them do so
  net::MoldSession session_;
  net::MoldSession previous_session_;
  std::uint64_t next_ = 1;
  std::uint64_t known_end_ = 1;
  std::uint64_t heard_end_ = 1;  // beyond known_end_ only while the list of ranges has no room for the gap between
  std::uint64_t end_sequence_ = 0;
  std::uint64_t last_progress_ = 0;
  HeldPackets held_;
  MissingRanges missing_;
  RerequestSchedule schedule_;
  OpenGaps gaps_;
  LineWatch lines_;
  ChannelClock state_;
  MoldReceiverCounters counters_;
};

}  // namespace hopwire::feed
