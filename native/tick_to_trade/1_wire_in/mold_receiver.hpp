// Hop 1, the protocol half. In: UDP payloads from any line or re-request server, with their receive stamp. Out: `Packet`, messages in
// sequence, each once. Owner: the feed thread. No socket, no clock: time in ns comes with each call (any monotonic origin), requests
// leave through a callback.
//
// State: `next_` is the first sequence not delivered, `known_end_` one past the highest one heard of. Between them lie held packets and
// missing ranges, which together cover [next_, known_end_) exactly. First copy of a sequence wins, whatever its packetisation and source.
//
// What it does when it cannot:
//  - a gap: later packets are held (bounded), the books are stale, the missing ranges are re-requested until they come;
//  - a hold or range list that is full: the packet counts as lost and is re-requested later (held_overflow);
//  - nobody answers for `patience`: the missing messages are given up and counted, and the feed goes on but stays stale (`incomplete`):
//    books that lack messages are never shown as good;
//  - a packet whose blocks do not fit it is refused whole; its sequences stay missing;
//  - a line on which not even heartbeats come (a lost route looks just like a quiet market): the books are stale until it speaks again.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "net/mold_packet.hpp"
#include "tick_to_trade/1_wire_in/held_packets.hpp"
#include "tick_to_trade/1_wire_in/missing_ranges.hpp"
#include "tick_to_trade/1_wire_in/packet.hpp"
#include "tick_to_trade/1_wire_in/rerequest_schedule.hpp"

namespace hopwire::feed {

struct MoldReceiverConfig {
  net::MoldSession session{};          // blank: the first session seen, and follow changes
  bool join_from_start = true;         // ask for everything before the first packet; false: begin with it
  std::size_t held_packets = 16384;
  std::size_t held_packet_bytes = 2048;
  std::size_t missing_ranges = 4096;
  std::uint64_t largest_gap = std::uint64_t{1} << 32;  // a header that claims more is damaged
  std::uint64_t silence = 3'500'000'000;  // ns without a packet, heartbeats being due each second, that make the books stale; 0: never
  RerequestConfig rerequest{};
};

struct MoldReceiverCounters {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t messages = 0;           // delivered, each once
  std::uint64_t heartbeats = 0;
  std::uint64_t duplicates = 0;         // packets with nothing new
  std::uint64_t foreign = 0;            // another session, or too short
  std::uint64_t malformed = 0;          // blocks that do not fit their packet, impossible sequences
  std::uint64_t gaps_opened = 0;
  std::uint64_t gaps_healed = 0;
  std::uint64_t gaps_lost = 0;
  std::uint64_t messages_missed = 0;    // inside gaps when they opened
  std::uint64_t messages_lost = 0;      // given up
  std::uint64_t held_overflow = 0;      // packets that could not wait behind a gap
  std::uint64_t rerequests = 0;
  std::uint64_t stale_nanoseconds = 0;  // closed gaps and silences; see stale_nanoseconds(now)
  std::uint64_t session_changes = 0;
};

struct Arrival {
  std::uint64_t tsc = 0;
  PacketSource source = PacketSource::line_a;
  bool kernel_stamped = false;
};

class MoldReceiver {
 public:
  explicit MoldReceiver(const MoldReceiverConfig& config)
      : config_(config),
        fixed_session_(config.session != net::MoldSession{}),
        session_(config.session),
        held_(config.held_packets, config.held_packet_bytes),
        missing_(config.missing_ranges),
        schedule_(config.rerequest),
        gap_ends_(std::make_unique<std::uint64_t[]>(config.missing_ranges)) {}

  // One UDP payload. deliver(const Packet&) is called for every run of messages that is now in sequence.
  template <class Deliver>
  void accept(std::span<const std::byte> bytes, const Arrival& arrival, std::uint64_t now, Deliver&& deliver) noexcept {
    ++counters_.packets;
    counters_.bytes += bytes.size();
    if (bytes.size() < net::mold_header_length) {
      ++counters_.foreign;
      return;
    }
    const net::MoldHeader header = net::read_mold_header(bytes.data());
    const bool control = header.message_count == net::mold_heartbeat || header.message_count == net::mold_end_of_session;
    const std::uint64_t count = control ? 0 : header.message_count;
    const std::ptrdiff_t block_bytes = net::measure_mold_blocks(bytes.subspan(net::mold_header_length), static_cast<std::uint32_t>(count));
    if (header.sequence == 0 || header.sequence > net::mold_last_sequence || block_bytes < 0) {
      ++counters_.malformed;
      return;
    }
    if (!admit(header, arrival)) return;
    if (arrival.source != PacketSource::rerequest) note_heard(now);
    if (header.sequence > known_end_ && header.sequence - known_end_ > config_.largest_gap) {
      ++counters_.malformed;
      return;
    }
    if (control) {
      note_control(header, now);
      return;
    }
    take({.blocks = bytes.data() + net::mold_header_length,
          .block_bytes = static_cast<std::uint32_t>(block_bytes),
          .message_count = header.message_count,
          .first_sequence = header.sequence,
          .receive_tsc = arrival.tsc,
          .source = arrival.source,
          .kernel_stamped = arrival.kernel_stamped,
          .was_held = false},
         now, deliver);
  }

  // To be called each duty cycle while missing(): send(server, first_sequence, message_count) for each request due now.
  template <class Send, class Deliver>
  void recover(std::uint64_t now, Send&& send, Deliver&& deliver) noexcept {
    if (missing_.empty()) return;
    if (now > last_progress_ && now - last_progress_ >= schedule_.patience()) {
      abandon(now, deliver);
      return;
    }
    counters_.rerequests += schedule_.run(missing_, held_.room(), now, send);
  }

  // To be called when the lines have just been found empty: only then is nothing heard silence, and not a thread that did not run.
  void note_quiet(std::uint64_t now) noexcept {
    if (silent_ || !started_ || ended() || config_.silence == 0 || now < heard_at_ + config_.silence) return;
    silent_ = true;
    silent_since_ = now;
  }

  // A gap is open: the books are true as of `next_sequence`, not of now.
  [[nodiscard]] bool missing() const noexcept { return !missing_.empty(); }
  // Messages were given up, or the session was joined in the middle: the books lack orders for the rest of it.
  [[nodiscard]] bool incomplete() const noexcept { return lost_in_session_ || joined_mid_session_; }
  [[nodiscard]] bool joined_mid_session() const noexcept { return joined_mid_session_; }
  // Nothing has come for too long: what the books show may be long past.
  [[nodiscard]] bool silent() const noexcept { return silent_; }
  [[nodiscard]] bool stale() const noexcept { return missing() || incomplete() || silent_; }
  // The end of session was announced and everything before it delivered (or given up).
  [[nodiscard]] bool ended() const noexcept { return end_sequence_ != 0 && next_ >= end_sequence_; }
  [[nodiscard]] bool started() const noexcept { return started_; }
  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return next_; }
  [[nodiscard]] std::uint64_t known_end() const noexcept { return known_end_; }
  [[nodiscard]] const net::MoldSession& session() const noexcept { return session_; }
  [[nodiscard]] std::size_t held_packets() const noexcept { return held_.size(); }
  [[nodiscard]] const MoldReceiverCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] std::uint64_t stale_nanoseconds(std::uint64_t now) const noexcept {
    const std::uint64_t since = !missing_.empty() ? stale_since_ : silent_ ? silent_since_ : now;
    return counters_.stale_nanoseconds + (now < since ? 0 : now - since);
  }

 private:
  // Settles the session; false when the packet is not ours.
  bool admit(const net::MoldHeader& header, const Arrival& arrival) noexcept {
    if (started_ && header.session == session_) return true;
    if (!started_) {
      if ((fixed_session_ && header.session != session_) || arrival.source == PacketSource::rerequest) return refuse_foreign();
      start(header);
      return true;
    }
    // A new session begins on a line, never in an answer; a straggler of the one before is no change back.
    if (fixed_session_ || arrival.source == PacketSource::rerequest || header.session == previous_session_) return refuse_foreign();
    previous_session_ = session_;
    ++counters_.session_changes;
    counters_.gaps_lost += gap_count_;
    held_.clear();
    missing_.clear();
    gap_count_ = 0;
    start(header);
    return true;
  }

  void note_heard(std::uint64_t now) noexcept {
    heard_at_ = now;
    if (!silent_) return;
    silent_ = false;
    if (missing_.empty() && now > silent_since_) counters_.stale_nanoseconds += now - silent_since_;
  }

  bool refuse_foreign() noexcept {
    ++counters_.foreign;
    return false;
  }

  void start(const net::MoldHeader& header) noexcept {
    session_ = header.session;
    started_ = true;
    next_ = known_end_ = config_.join_from_start ? 1 : header.sequence;
    joined_mid_session_ = next_ > 1;
    lost_in_session_ = false;
    end_sequence_ = 0;
  }

  void note_control(const net::MoldHeader& header, std::uint64_t now) noexcept {
    ++counters_.heartbeats;
    if (header.sequence > known_end_) (void)open_gap(header.sequence, now);
    if (header.message_count == net::mold_end_of_session) end_sequence_ = header.sequence;
  }

  template <class Deliver>
  void take(const Packet& packet, std::uint64_t now, Deliver&& deliver) noexcept {
    const std::uint64_t end = packet.first_sequence + packet.message_count;
    if (packet.source == PacketSource::rerequest) learn_from_answer(packet);
    if (end <= next_) {
      ++counters_.duplicates;
    } else if (packet.first_sequence <= next_) {
      hand_over(packet, deliver);
      if (known_end_ > packet.first_sequence) settle(now, deliver);
      known_end_ = std::max(known_end_, next_);
    } else {
      hold(packet, end, now);
    }
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
    const bool was_missing = !missing_.empty();
    missing_.erase_below(next_);
    if (was_missing && missing_.empty() && now > stale_since_) counters_.stale_nanoseconds += now - stale_since_;
    counters_.gaps_healed += close_gaps();
  }

  // Keeps those parts of the packet that are still missing, and opens the gap before it when it is the first to show it.
  void hold(const Packet& packet, std::uint64_t end, std::uint64_t now) noexcept {
    if (packet.first_sequence > known_end_ && !open_gap(packet.first_sequence, now)) {
      ++counters_.held_overflow;
      return;
    }
    bool useful = false;
    for (std::uint64_t at = packet.first_sequence; at < end;) {
      const std::size_t index = missing_.at_or_after(at);
      const bool in_range = index < missing_.size() && missing_[index].first < end;
      const std::uint64_t first = std::max(at, in_range ? missing_[index].first : known_end_);
      if (first >= end) break;
      const std::uint64_t stop = in_range ? std::min(end, missing_[index].end) : end;
      useful = true;
      hold_part(packet, first, stop, in_range ? index : missing_.size(), now);
      at = stop;
    }
    if (!useful) ++counters_.duplicates;
  }

  // [first, stop) is wholly inside missing range `index`, or wholly beyond known_end_.
  void hold_part(const Packet& packet, std::uint64_t first, std::uint64_t stop, std::size_t index, std::uint64_t now) noexcept {
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
      last_progress_ = now;
      (void)missing_.fill(index, first, stop);
    }
  }

  // Everything from known_end_ to `end` is missing. False when the list has no room; known_end_ then stays.
  bool open_gap(std::uint64_t end, std::uint64_t now) noexcept {
    if (missing_.empty()) stale_since_ = last_progress_ = now;
    if (!missing_.append(known_end_, end, now)) return false;
    counters_.messages_missed += end - known_end_;
    const std::size_t capacity = config_.missing_ranges;
    std::uint64_t& last = gap_ends_[(gap_first_ + gap_count_ + capacity - 1) % capacity];
    if (gap_count_ != 0 && (last == known_end_ || gap_count_ == capacity)) {
      last = end;  // the same gap grew
    } else {
      gap_ends_[(gap_first_ + gap_count_) % capacity] = end;
      ++gap_count_;
      ++counters_.gaps_opened;
    }
    known_end_ = end;
    return true;
  }

  std::uint64_t close_gaps() noexcept {
    std::uint64_t closed = 0;
    while (gap_count_ != 0 && gap_ends_[gap_first_] <= next_) {
      gap_first_ = (gap_first_ + 1) % config_.missing_ranges;
      --gap_count_;
      ++closed;
    }
    return closed;
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
    while (!missing_.empty()) {
      const MissingRange range = missing_[0];
      counters_.messages_lost += range.end - std::max(range.first, next_);
      next_ = std::max(next_, range.end);
      counters_.gaps_lost += close_gaps();
      settle(now, deliver);
    }
    known_end_ = std::max(known_end_, next_);
  }

  MoldReceiverConfig config_;
  bool fixed_session_;
  bool started_ = false;
  bool joined_mid_session_ = false;
  bool lost_in_session_ = false;
  bool silent_ = false;
  net::MoldSession session_;
  net::MoldSession previous_session_;
  std::uint64_t next_ = 1;
  std::uint64_t known_end_ = 1;
  std::uint64_t end_sequence_ = 0;
  std::uint64_t stale_since_ = 0;
  std::uint64_t last_progress_ = 0;
  std::uint64_t heard_at_ = 0;
  std::uint64_t silent_since_ = 0;
  HeldPackets held_;
  MissingRanges missing_;
  RerequestSchedule schedule_;
  std::unique_ptr<std::uint64_t[]> gap_ends_;  // ring: one past the last sequence of each open gap, ascending
  std::size_t gap_first_ = 0;
  std::size_t gap_count_ = 0;
  MoldReceiverCounters counters_;
};

}  // namespace hopwire::feed
