// Why: two lines hide each other's faults: while one heals the other nobody notices that it is half dead. What: what each line of a stream
// brought on its own account: packets, first copies, gaps, silence; and how much later than the other it was (skew).
//
// Skew compares packets of different packetisation by their sequences: the arrival of first copies is remembered for the last
// `remembered` packets, sorted by sequence, and the copy that comes second looks its last message up. A line that is slower than that
// memory is long has copies without a skew, which shows in skew_unknown.
//
// Owner: the receiver. No clock: times are ns of whoever calls. With one line there is nothing to compare, and nothing is remembered.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/hdr.hpp"
#include "tick_to_trade/1_wire_in/packet.hpp"

namespace hopwire::feed {

struct LineCounters {
  std::uint64_t packets = 0;          // data and control, of the session
  std::uint64_t messages = 0;         // in its packets, copies included
  std::uint64_t first_messages = 0;   // this line brought them first
  std::uint64_t duplicates = 0;       // packets with nothing new
  std::uint64_t gaps = 0;             // jumps of the sequence on this line
  std::uint64_t messages_missed = 0;  // inside those jumps
  std::uint64_t late = 0;             // packets behind a later one of the same line
  std::uint64_t silences = 0;
  std::uint64_t skew_unknown = 0;
};

class LineWatch {
 public:
  explicit LineWatch(std::size_t lines)
      : count_(std::clamp<std::size_t>(lines, 1, most_lines)),
        firsts_(count_ > 1 ? std::make_unique_for_overwrite<First[]>(remembered) : nullptr) {}

  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] const LineCounters& counters(std::size_t line) const noexcept { return lines_[line].counters; }
  [[nodiscard]] std::uint64_t heard_at(std::size_t line) const noexcept { return lines_[line].heard_at; }
  [[nodiscard]] bool silent(std::size_t line) const noexcept { return lines_[line].silent; }
  [[nodiscard]] bool any_silent() const noexcept { return silent_count_ != 0; }
  [[nodiscard]] bool all_silent() const noexcept { return silent_count_ == count_; }
  // Where the skew of a line is recorded; without one it is not.
  void record_skew_into(std::size_t line, const core::Histogram& histogram) noexcept {
    lines_[line].skew = histogram;
    lines_[line].has_skew = true;
  }

  // A session begins: sequences mean something else, and every line has until the silence limit to speak.
  void begin_session(std::uint64_t now) noexcept {
    for (std::size_t line = 0; line < count_; ++line) {
      lines_[line].next = 0;
      lines_[line].heard_at = now;
      speak(lines_[line]);
    }
    first_count_ = 0;
  }

  void note_heard(std::size_t line, std::uint64_t now) noexcept {
    Line& state = lines_[line];
    state.heard_at = now;
    ++state.counters.packets;
    if (state.silent) speak(state);
  }

  // True when the line has just become silent. Only to be asked when it was found empty.
  bool note_quiet(std::size_t line, std::uint64_t now, std::uint64_t limit) noexcept {
    Line& state = lines_[line];
    if (line >= count_ || state.silent || now < state.heard_at + limit) return false;
    state.silent = true;
    ++state.counters.silences;
    ++silent_count_;
    return true;
  }

  // The line says that [.., end) was sent: a packet that begins at `first`, or a control packet (first == end).
  void note_sequence(std::size_t line, std::uint64_t first, std::uint64_t end) noexcept {
    Line& state = lines_[line];
    if (state.next != 0 && first > state.next) {
      ++state.counters.gaps;
      state.counters.messages_missed += first - state.next;
    }
    if (first < state.next && first != end) ++state.counters.late;
    state.next = std::max(state.next, end);
  }

  // A data packet [first, end) arrived at `at`; `fresh` of its messages are new, `kept` of these found room, and everything at or beyond
  // `known_end` was unheard of.
  void note_data(std::size_t line, std::uint64_t first, std::uint64_t end, std::uint64_t fresh, std::uint64_t kept, std::uint64_t known_end,
                 std::uint64_t at) noexcept {
    LineCounters& counters = lines_[line].counters;
    counters.messages += end - first;
    counters.first_messages += kept;
    if (fresh == 0) ++counters.duplicates;
    if (count_ == 1) return;
    if (first < known_end && fresh < end - first) note_second(line, std::min(end, known_end) - 1, at);
    if (end > known_end && kept != 0) firsts_[first_count_++ % remembered] = {std::max(first, known_end), end, at, line};
  }

  // Every line that speaks has passed this sequence: what is missing below it will come from no line, unless it was reordered. 0 with one
  // line: there is no other that could confirm anything.
  [[nodiscard]] std::uint64_t confirmed_below() const noexcept {
    if (count_ == 1) return 0;
    std::uint64_t lowest = ~std::uint64_t{0};
    for (std::size_t line = 0; line < count_; ++line) {
      if (!lines_[line].silent) lowest = std::min(lowest, lines_[line].next);
    }
    return all_silent() ? 0 : lowest;
  }

 private:
  static constexpr std::size_t remembered = 4096;  // packets; 128 KiB

  struct Line {
    LineCounters counters{};
    std::uint64_t next = 0;  // one past the highest sequence this line has spoken of; 0: nothing yet
    std::uint64_t heard_at = 0;
    core::Histogram skew{};
    bool has_skew = false;
    bool silent = false;
  };
  struct First {
    std::uint64_t first;
    std::uint64_t end;
    std::uint64_t at;
    std::size_t line;
  };

  void speak(Line& line) noexcept {
    if (!line.silent) return;
    line.silent = false;
    --silent_count_;
  }

  void note_second(std::size_t line, std::uint64_t sequence, std::uint64_t at) noexcept {
    const First* first = first_copy_of(sequence);
    if (first == nullptr) {
      ++lines_[line].counters.skew_unknown;
    } else if (first->line != line && lines_[line].has_skew) {
      lines_[line].skew.record(at > first->at ? at - first->at : 0);
    }
  }

  // The ring is ascending from its oldest entry on.
  [[nodiscard]] const First* first_copy_of(std::uint64_t sequence) const noexcept {
    std::uint64_t low = first_count_ > remembered ? first_count_ - remembered : 0;
    for (std::uint64_t high = first_count_; low < high;) {
      const std::uint64_t middle = low + (high - low) / 2;
      if (firsts_[middle % remembered].end <= sequence) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low == first_count_ || firsts_[low % remembered].first > sequence) return nullptr;
    return &firsts_[low % remembered];
  }

  std::size_t count_;
  std::array<Line, most_lines> lines_{};
  std::size_t silent_count_ = 0;
  std::unique_ptr<First[]> firsts_;
  std::uint64_t first_count_ = 0;
};

}  // namespace hopwire::feed
