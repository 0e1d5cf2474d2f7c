// For tests only: reads schemas/scenarios/FEATURE.txt, the rules as scripts beside their events, which the reference engine in TypeScript
// (src/reference) runs as well. The form:
//
//   scenario NAME                 a rule in a sentence; comment lines begin with two slashes
//     profile always_requeue      set-up, before the first command
//     limits orders 2 levels 2 quantity 1000 sessions 8
//     risk on                     pre-trade risk
//     fields                      every field of an event behind its line (scenario_fields.hpp)
//     > COMMAND                   as matcher_scenario.hpp reads it; every event it gives follows, in order
//     ? book 1                    a row's orders in canonical walk
//     ? digest 1 | ? market       16 hex digits
//     ? orders | ? state          all that the matcher holds, hidden parts included (state_listing.hpp); 16 hex digits of that
#pragma once

#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "order_to_publish/4_match/matcher_scenario.hpp"
#include "order_to_publish/4_match/state_listing.hpp"

namespace hopwire::venue::scenario {

struct Scenario {
  std::string name;
  std::vector<std::string> setup;
  std::vector<std::string> lines;  // commands, questions and what must follow each
};

inline std::optional<std::vector<Scenario>> read_scenarios(const std::string& path) {
  std::ifstream in(path);
  if (!in) return std::nullopt;
  std::vector<Scenario> scenarios;
  std::string raw;
  while (std::getline(in, raw)) {
    const std::size_t first = raw.find_first_not_of(' ');
    if (first == std::string::npos || raw.compare(first, 2, "//") == 0) continue;
    const std::string line = raw.substr(first);
    if (line.rfind("scenario ", 0) == 0) {
      scenarios.push_back({.name = line.substr(9), .setup = {}, .lines = {}});
    } else if (!scenarios.empty()) {
      const bool is_script = line[0] == '>' || line[0] == '?' || !scenarios.back().lines.empty();
      (is_script ? scenarios.back().lines : scenarios.back().setup).push_back(line);
    }
  }
  return scenarios;
}

inline std::string digest_text(std::uint64_t digest) {
  char text[17];
  std::snprintf(text, sizeof text, "%016" PRIx64, digest);
  return std::string(text) + "\n";
}

inline std::string answer(Stage& stage, const std::string& question) {
  std::istringstream in(question);
  std::string word;
  std::uint16_t locate = 0;
  in >> word >> locate;
  if (word == "orders") return state_listing(stage.matcher());
  if (word == "state") return digest_text(state_digest(stage.matcher()));
  if (word == "market") return digest_text(stage.matcher().market_digest());
  if (word == "digest") return digest_text(stage.matcher().book_digest(locate));
  return stage.book(locate);
}

// The matcher that a scenario's set-up asks for.
inline std::unique_ptr<Stage> stage_of(const std::vector<std::string>& setup, int fill = Stage::rubbish) {
  ReplaceProfile profile = ReplaceProfile::reduce_keeps_priority;
  MatcherLimits limits = small_limits;
  bool shows_fields = false;
  for (const std::string& line : setup) {
    std::istringstream in(line);
    std::string word;
    in >> word;
    if (word == "profile") profile = ReplaceProfile::always_requeue;
    if (word == "fields") shows_fields = true;
    if (word == "risk") limits.is_risk_on = true;
    while (word == "limits" || in) {
      std::uint32_t value = 0;
      if (!(in >> word >> value)) break;
      if (word == "orders") limits.maximum_orders = value;
      if (word == "levels") limits.maximum_levels = value;
      if (word == "quantity") limits.maximum_order_quantity = value;
      if (word == "sessions") limits.maximum_sessions = value;
    }
  }
  auto stage = std::make_unique<Stage>(profile, limits, fill);
  stage->shows_fields = shows_fields;
  return stage;
}

// What the matcher prints for a scenario, commands and questions included: to be compared with its lines.
inline std::string print_scenario(const Scenario& scenario) {
  const std::unique_ptr<Stage> stage = stage_of(scenario.setup);
  std::string printed;
  for (const std::string& line : scenario.lines) {
    if (line[0] != '>' && line[0] != '?') continue;
    printed += line + "\n";
    printed += line[0] == '>' ? stage->run(line.substr(2)) : answer(*stage, line.substr(2));
    const std::string wrong = stage->matcher().check_invariants();
    if (!wrong.empty()) printed += "invariant: " + wrong + "\n";
  }
  return printed;
}

}  // namespace hopwire::venue::scenario
