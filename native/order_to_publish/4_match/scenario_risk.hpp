// For tests only: the operator's words about risk in a scenario; src/reference/scenario_control.ts reads the same. aN and #L in front name
// account and row:
//
//   limit [instrument] [soft] NAME VALUE ...     NAME as order_entry::RiskLimit has it; duplicateWindow is a TIME
//   restrict on|off · shortsale restricted|free · position N
#pragma once

#include <cstdint>
#include <istream>
#include <stdexcept>
#include <string>
#include <vector>

#include "order_to_publish/1_order_in/command.hpp"

namespace hopwire::venue::scenario {

// 20, 20us, 20ms or 20s in nanoseconds; without a unit any number.
inline std::int64_t risk_number(const std::string& word) {
  std::size_t end = 0;
  const std::int64_t value = std::stoll(word, &end);
  const std::string unit = word.substr(end);
  if (unit.empty()) return value;
  if (unit == "us") return value * 1'000;
  if (unit == "ms") return value * 1'000'000;
  if (unit == "s") return value * 1'000'000'000;
  throw std::invalid_argument("not a time: " + word);
}

inline order_entry::RiskLimit risk_limit_named(const std::string& name) {
  for (unsigned value = 0; order_entry::is_valid(static_cast<order_entry::RiskLimit>(value)); ++value) {
    const auto limit = static_cast<order_entry::RiskLimit>(value);
    if (to_string(limit) == name) return limit;
  }
  throw std::invalid_argument("no such limit: " + name);
}

// All limits but the last go before the command.
inline void read_limits(std::istream& in, std::vector<Command>& before, Command& command) {
  RiskTerms terms{};
  command.kind = CommandKind::set_limits;
  bool is_pending = false;
  const auto say = [&](bool more) {
    terms.more = more ? 1 : 0;
    command.risk = terms;
    if (!more) return;
    before.push_back(command);
    before.back().mark_special_terms();
  };
  for (std::string word; in >> word;) {
    if (word == "instrument") {
      terms.of_instrument = 1;
    } else if (word == "soft") {
      terms.severity = order_entry::LimitSeverity::soft;
    } else {
      if (is_pending) say(true);
      terms.limit = risk_limit_named(word);
      terms.named = 1;
      if (!(in >> word)) throw std::invalid_argument("a limit's value is missing");
      terms.value = risk_number(word);
      is_pending = true;
    }
  }
  if (terms.of_instrument == 0) {
    command.locate = 0;
    for (Command& earlier : before) earlier.locate = 0;
  }
  say(false);
}

// False when the verb is another's.
inline bool read_risk_words(const std::string& verb, std::istream& in, std::vector<Command>& before, Command& command) {
  if (verb == "limit") {
    read_limits(in, before, command);
    return true;
  }
  if (verb != "restrict" && verb != "shortsale" && verb != "position") return false;
  std::string word;
  if (!(in >> word)) throw std::invalid_argument("a word is missing");
  RiskTerms terms{};
  if (verb == "position") {
    command.kind = CommandKind::set_position;
    terms.value = risk_number(word);
  } else {
    const bool is_instruments = verb == "restrict";
    command.kind = is_instruments ? CommandKind::restrict_instrument : CommandKind::restrict_short_sales;
    terms.value = word == (is_instruments ? "on" : "restricted") ? 1 : 0;
    if (terms.value == 0 && word != (is_instruments ? "off" : "free")) throw std::invalid_argument("not understood: " + word);
  }
  command.risk = terms;
  return true;
}

}  // namespace hopwire::venue::scenario
