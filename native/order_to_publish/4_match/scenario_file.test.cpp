// The rules both engines are held to: the scenario files of the features this matcher has. A feature it gains is a name in this list.
#include "order_to_publish/4_match/scenario_file.hpp"

#include "test_support/test.hpp"

#include <algorithm>

using namespace hopwire::venue::scenario;

namespace {

// Words of features that the matcher does not have yet. Scenarios that use one are passed over; a feature it gains leaves this list.
constexpr std::string_view missing[] = {"risk", "limit", "restrict", "shortsale", "position"};

bool is_ahead(const Scenario& scenario) {
  const auto asks_for = [](const std::string& line) {
    std::istringstream in(line);
    std::string word;
    in >> word;
    if (word != ">" && word != "risk") return false;
    while (word != "risk" && in >> word && (word[0] == '#' || (word.size() > 1 && word[1] >= '0' && word[1] <= '9'))) continue;
    return std::find(std::begin(missing), std::end(missing), word) != std::end(missing);
  };
  return std::any_of(scenario.lines.begin(), scenario.lines.end(), asks_for) ||
         std::any_of(scenario.setup.begin(), scenario.setup.end(), asks_for);
}

}  // namespace

TEST("scenario files: the matcher gives every event of every scenario of its features") {
  for (const std::string feature : {"orders", "replace", "cancel", "time_in_force", "self_trade", "reserve", "stops", "mass_cancel", "lockouts",
                                    "protection", "mass_quote", "trading_states", "tick_and_lot", "price_collar", "auctions",
                                    "auction_orders", "trading_day", "price_band", "circuit_breaker"}) {
    const auto scenarios = read_scenarios("schemas/scenarios/" + feature + ".txt");
    REQUIRE(scenarios.has_value());
    std::size_t played = 0;
    for (const Scenario& scenario : *scenarios) {
      if (is_ahead(scenario)) continue;
      ++played;
      std::string expected = scenario.name + "\n";
      for (const std::string& line : scenario.lines) expected += line + "\n";
      CHECK_EQ(scenario.name + "\n" + print_scenario(scenario), expected);
    }
    CHECK(played > 0);
  }
}
