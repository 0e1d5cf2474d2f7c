// The rules both engines are held to: the scenario files of the features this matcher has. A feature it gains is a name in this list.
#include "order_to_publish/4_match/scenario_file.hpp"

#include "test_support/test.hpp"

using namespace hopwire::venue::scenario;

TEST("scenario files: the matcher gives every event of every scenario of its features") {
  for (const std::string feature : {"orders", "replace", "cancel", "time_in_force", "self_trade", "reserve", "stops", "mass_cancel", "lockouts",
                                    "protection", "mass_quote", "trading_states", "tick_and_lot", "price_collar", "auctions",
                                    "auction_orders", "trading_day", "price_band", "circuit_breaker", "pre_trade_risk",
                                    "message_flow", "short_sale"}) {
    const auto scenarios = read_scenarios("schemas/scenarios/" + feature + ".txt");
    REQUIRE(scenarios.has_value());
    std::size_t played = 0;
    for (const Scenario& scenario : *scenarios) {
      ++played;
      std::string expected = scenario.name + "\n";
      for (const std::string& line : scenario.lines) expected += line + "\n";
      CHECK_EQ(scenario.name + "\n" + print_scenario(scenario), expected);
    }
    CHECK(played > 0);
  }
}
