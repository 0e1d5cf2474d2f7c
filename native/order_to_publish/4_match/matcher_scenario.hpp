// For tests only: commands and events as text that a trader can read, so that a scenario is a script beside what it must print.
//
//   command   [sN] [#L] new ID buy|sell QUANTITY @ PRICE|market [ioc] [keep]      session N (0), stock locate L (1)
//             [sN] [#L] replace ID ORIGINAL QUANTITY @ PRICE
//             [sN] [#L] cancel ID ORIGINAL
//             [sN] [#L] masscancel ID [instrument]
//             [sN] lost
//   event     see describe(); the public effect stands last, in ITCH's letters
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue::scenario {

inline std::string side_word(order_entry::Side side) { return side == order_entry::Side::buy ? "buy" : "sell"; }
inline std::string price_word(std::int32_t price) { return price == matching::no_price ? "market" : std::to_string(price); }

inline std::string public_word(const MatchEvent& event) {
  switch (event.public_effect) {
    case PublicEffect::none: return "";
    case PublicEffect::add: return " | A " + std::to_string(event.reference);
    case PublicEffect::execute: return " | E " + std::to_string(event.reference) + " " + std::to_string(event.quantity);
    case PublicEffect::reduce: return " | X " + std::to_string(event.reference) + " " + std::to_string(event.quantity);
    case PublicEffect::remove:
      return " | D " + std::to_string(event.kind == MatchEventKind::replaced ? event.original_reference : event.reference);
    case PublicEffect::replace: return " | U " + std::to_string(event.original_reference) + " -> " + std::to_string(event.reference);
  }
  return " | ?";
}

inline std::string cancel_reason_word(std::uint16_t reason) {
  constexpr const char* words[] = {"client", "ioc", "mass", "disconnect", "replaced to nothing", "system"};
  return reason < std::size(words) ? words[reason] : std::to_string(reason);
}

inline std::string reject_reason_word(std::uint16_t reason) {
  constexpr const char* words[] = {"none",          "unknown instrument", "unknown order",          "duplicate id",  "id not increasing",
                                   "invalid side",  "invalid type",       "invalid time in force",  "invalid price", "invalid quantity",
                                   "not supported", "throttled",          "trading closed",         "book full",     "not owner"};
  return reason < std::size(words) ? words[reason] : std::to_string(reason);
}

// One event as a line; the lines of the scenarios.
inline std::string describe(const MatchEvent& event) {
  std::ostringstream out;
  const std::string price = price_word(event.price);
  switch (event.kind) {
    case MatchEventKind::accepted:
      out << "accepted " << event.cl_ord_id << " ref " << event.reference << " " << side_word(event.side) << " " << event.quantity << " @ "
          << price << " ahead " << event.queue_ahead;
      break;
    case MatchEventKind::executed:
      out << "executed " << event.cl_ord_id << " by " << event.taker_cl_ord_id << " match " << event.match_number << ": " << event.quantity
          << " @ " << price << " leaves " << event.leaves << "/" << event.taker_leaves;
      break;
    case MatchEventKind::rested:
      out << "rested " << event.cl_ord_id << " " << side_word(event.side) << " " << event.leaves << " @ " << price;
      break;
    case MatchEventKind::canceled:
      out << "canceled " << event.original_cl_ord_id;
      if (event.cl_ord_id != event.original_cl_ord_id) out << " by " << event.cl_ord_id;
      out << " " << event.quantity << " (" << cancel_reason_word(event.reason) << ")";
      break;
    case MatchEventKind::replaced:
      out << "replaced " << event.original_cl_ord_id << " by " << event.cl_ord_id << " ref " << event.reference << " total "
          << event.total_quantity << " leaves " << event.leaves << " @ " << price;
      if (event.queue_ahead == queue_position_kept) {
        out << " kept";
      } else {
        out << " ahead " << event.queue_ahead;
      }
      break;
    case MatchEventKind::rejected:
    case MatchEventKind::cancel_rejected:
      out << (event.kind == MatchEventKind::rejected ? "rejected " : "refused ") << event.cl_ord_id << " ("
          << reject_reason_word(event.reason) << ")";
      if (event.limit_value != 0) out << " limit " << event.limit_value;
      break;
    case MatchEventKind::mass_canceled: out << "mass canceled by " << event.cl_ord_id << ": " << event.quantity; break;
  }
  out << public_word(event);
  return out.str();
}

// Every field, for comparing two matchers.
inline std::string describe_all(const MatchEvent& event) {
  std::ostringstream out;
  out << describe(event) << " [cl " << event.cl_ord_id << " orig " << event.original_cl_ord_id << " ref " << event.reference << " oref "
      << event.original_reference << " match " << event.match_number << " ahead " << event.queue_ahead << " taker " << event.taker_cl_ord_id
      << "/" << event.taker_reference << "/" << event.taker_session << " limit " << event.limit_value << " session " << event.session
      << " account " << event.account << " price " << event.price << " quantity " << event.quantity << " leaves " << event.leaves << "/"
      << event.taker_leaves << " instrument " << event.instrument_id << " total " << event.total_quantity << " locate " << event.locate
      << " reason " << event.reason << " kind " << static_cast<int>(event.kind) << " public " << static_cast<int>(event.public_effect)
      << " side " << static_cast<int>(event.side) << " type " << static_cast<int>(event.order_type) << " tif "
      << static_cast<int>(event.time_in_force) << " request " << static_cast<int>(event.request) << "]";
  return out.str();
}

// "@ 1000" or "market"
inline void read_price(std::istringstream& in, Command& command) {
  std::string word;
  in >> word;
  if (word == "market") {
    command.order_type = order_entry::OrderType::market;
    command.price = matching::no_price;
  } else {
    in >> command.price;
  }
}

inline Command parse(const std::string& line) {
  Command command;
  command.locate = 1;
  command.trigger_sequence = UINT64_MAX;
  std::istringstream in(line);
  std::string word;
  while (in >> word && (word[0] == '#' || (word[0] == 's' && word.size() > 1 && word[1] >= '0' && word[1] <= '9'))) {
    const auto number = static_cast<std::uint32_t>(std::stoul(word.substr(1)));
    if (word[0] == '#') {
      command.locate = static_cast<std::uint16_t>(number);
    } else {
      command.session = number;
    }
  }
  command.instrument_id = 1000u + command.locate;
  command.account = 10 + command.session;
  if (word == "new") {
    command.kind = CommandKind::new_order;
    in >> command.cl_ord_id >> word >> command.quantity;
    command.side = word == "buy" ? order_entry::Side::buy : word == "sell" ? order_entry::Side::sell : order_entry::Side{'?'};
    read_price(in, command);
  } else if (word == "replace") {
    command.kind = CommandKind::replace_order;
    in >> command.cl_ord_id >> command.original_cl_ord_id >> command.quantity;
    read_price(in, command);
  } else if (word == "cancel") {
    command.kind = CommandKind::cancel_order;
    in >> command.cl_ord_id >> command.original_cl_ord_id;
  } else if (word == "masscancel") {
    command.kind = CommandKind::mass_cancel;
    in >> command.cl_ord_id;
  } else if (word == "lost") {
    command.kind = CommandKind::session_cancel;
  }
  while (in >> word) {
    if (word == "ioc") command.time_in_force = order_entry::TimeInForce::immediate_or_cancel;
    if (word == "keep") command.flags = 1;
    if (word == "instrument") command.scope = order_entry::MassCancelScope::instrument;
  }
  return command;
}

struct Recorder {
  std::vector<MatchEvent> events;
  void emit(const MatchEvent& event) { events.push_back(event); }
};

inline constexpr MatcherLimits small_limits{
    .maximum_orders = 1000, .maximum_levels = 1000, .maximum_locate = 4, .maximum_order_quantity = 1'000'000, .maximum_sessions = 8};

// A matcher with instruments 1 to 3 that is told what to do in words.
class Stage {
 public:
  explicit Stage(ReplaceProfile profile = ReplaceProfile::reduce_keeps_priority, const MatcherLimits& limits = small_limits)
      : matcher_(limits, profile) {
    for (std::uint16_t locate = 1; locate <= 3; ++locate) matcher_.add_instrument(locate, 1000u + locate);
  }

  // The events of a script, one a line, empty lines and indentation aside.
  std::string run(const std::string& script) {
    std::istringstream in(script);
    std::string line;
    std::string printed;
    while (std::getline(in, line)) {
      if (line.find_first_not_of(' ') == std::string::npos) continue;
      for (const MatchEvent& event : apply(parse(line))) printed += describe(event) + "\n";
    }
    return printed;
  }

  std::vector<MatchEvent> apply(const Command& command) {
    Recorder recorder;
    matcher_.apply(SequencedCommand{.sequence = ++sequence_, .time = sequence_, .command = command}, recorder);
    return recorder.events;
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

 private:
  Matcher matcher_;
  std::uint64_t sequence_ = 0;
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
