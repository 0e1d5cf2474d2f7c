// For tests only: a matcher that is told what to do in words (scenario_command.hpp) and answers in lines (scenario_describe.hpp), so that a
// scenario is a script beside what it must print.
#pragma once

#include <cstring>
#include <optional>
#include <span>
#include <stdexcept>
#include <sstream>
#include <string>
#include <vector>

#include "order_to_publish/4_match/match_into_buffer.hpp"
#include "order_to_publish/4_match/scenario_command.hpp"
#include "order_to_publish/4_match/scenario_describe.hpp"
#include "order_to_publish/4_match/scenario_fields.hpp"

namespace hopwire::venue::scenario {

inline constexpr MatcherLimits small_limits{
    .maximum_orders = 1000, .maximum_levels = 1000, .maximum_locate = 4, .maximum_order_quantity = 1'000'000, .maximum_sessions = 8};

// A matcher with instruments 1 to 3 that is told what to do in words. Its events are written into rows full of `fill`: a field that the
// matcher forgets to write is seen.
class Stage {
 public:
  static constexpr int rubbish = 0xA5;

  explicit Stage(ReplaceProfile profile = ReplaceProfile::reduce_keeps_priority, const MatcherLimits& limits = small_limits,
                 int fill = rubbish)
      : matcher_(limits, profile), buffer_(limits.maximum_orders), fill_(fill) {
    for (std::uint16_t locate = 1; locate <= 3; ++locate) matcher_.add_instrument(locate, 1000u + locate);
    fill_rows(rows_filled);
  }

  // The events of a script, one a line, empty lines and indentation aside.
  std::string run(const std::string& script) {
    std::istringstream in(script);
    std::string line;
    std::string printed;
    while (std::getline(in, line)) {
      if (line.find_first_not_of(' ') == std::string::npos) continue;
      std::vector<MatchEvent> events;
      play(line, events);
      for (const MatchEvent& event : events) printed += line_of(event) + "\n";
    }
    return printed;
  }

  [[nodiscard]] std::string line_of(const MatchEvent& event) const {
    return shows_fields ? describe_with_fields(event) : describe(event);
  }

  // One command line; its events are added to `events`.
  void play(const std::string& line, std::vector<MatchEvent>& events) {
    const TimedCommand timed = parse_timed(line);
    time_ = timed.time.value_or(time_);
    for (const Command& entry : timed.entries) apply(entry, events);
    apply(timed.command, events);
  }

  void apply(const Command& command, std::vector<MatchEvent>& events) {
    apply_sequenced({.sequence = ++sequence_, .time = time_, .command = command}, events);
  }

  std::vector<MatchEvent> apply(const Command& command) {
    std::vector<MatchEvent> events;
    apply(command, events);
    return events;
  }

  void apply_sequenced(const SequencedCommand& command, std::vector<MatchEvent>& events) {
    matcher_.apply(command, buffer_);
    if (buffer_.overflowed()) throw std::length_error("a command with more events than there is room for");
    const std::span<const MatchEvent> told = buffer_.events();
    events.insert(events.end(), told.begin(), told.end());
    fill_rows(told.size() + 1);
  }

  std::string book(std::uint16_t locate = 1) const {
    std::string printed;
    matcher_.walk(locate, [&](char side, std::uint64_t reference, std::int32_t price, std::uint32_t leaves) {
      printed += std::string(1, side) + " " + std::to_string(leaves) + " @ " + std::to_string(price) + " ref " +
                 std::to_string(reference) + "\n";
    });
    return printed;
  }

  Matcher& matcher() { return matcher_; }

  bool shows_fields = false;  // every field of an event behind its line

 private:
  static constexpr std::size_t rows_filled = 4096;  // a command with more events shows what it forgets in those only

  void fill_rows(std::size_t count) {
    buffer_.clear();
    for (; count != 0; --count) {
      std::memset(static_cast<void*>(&buffer_.next()), fill_, sizeof(MatchEvent));
      buffer_.commit();
    }
    buffer_.clear();
  }

  Matcher matcher_;
  MatchEventBuffer buffer_;
  int fill_;
  std::uint64_t sequence_ = 0;
  std::uint64_t time_ = 0;
};

// A script's expected lines without the indentation of the source.
inline std::string lines(const std::string& text) {
  std::istringstream in(text);
  std::string line;
  std::string trimmed;
  while (std::getline(in, line)) {
    const std::size_t first = line.find_first_not_of(' ');
    if (first != std::string::npos) trimmed += line.substr(first) + "\n";
  }
  return trimmed;
}

}  // namespace hopwire::venue::scenario
