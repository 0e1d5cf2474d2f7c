// The public referee's kind of order flow, made by code of our own from the facts its documentation gives, so that this repository can
// measure what the referee measures without it: one liquid share, half-cent ticks, a million orders that live and die.
//
// Facts: the middle follows a geometric Brownian path from 33,504 ticks, one step an order, its excursion set by the scenario's swing.
// Buys are priced off its first half, sells off its second; then arrival is shuffled. An order stands 1 to 1,000 ticks on its own side of
// the middle by a power law (2.23) with a hump at 8 ticks; 1 to 100 shares; 15 % are IOC. Of the others 20 % are replaced once (a share
// more, four in five of them also a tick away) and 95 % are cancelled after an exponential life with a median of 0.431 ms, longer further
// from the touch; one in fifty of either is asked again when it is too late. Ids are dealt before the shuffle: neighbours in time are
// strangers in number. Ours: an order every 23.4 ms (a million in 6.5 hours), so that few orders live at the same time except those that
// nobody cancels; the hump's width of 4 ticks, life times (1 + distance / 8). With a million orders seed 23 gives a path whose halves
// part about as far as those of the referee's own seed: books as deep, as many trades.
//
// A replace is a cancel and a new entry (ReplaceProfile::always_requeue). What rests at the end stays: cancel it between rounds.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "harness/command_list.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::bench {

struct EquityScenario {
  const char* name;
  double volatility;  // a year
  double swing;       // of the path's typical excursion
};

inline constexpr std::array<EquityScenario, 5> equity_scenarios = {{
    {"static", 0, 0},
    {"normal", 0.15, 0.02},
    {"swing-25", 0.50, 0.25},
    {"swing-40", 0.50, 0.40},
    {"flash-crash", 0.50, 0.60},
}};

class EquitySession {
 public:
  static constexpr std::uint16_t locate = 1;

  EquitySession(const EquityScenario& scenario, std::uint64_t seed, std::size_t orders) : random_(seed) {
    const std::vector<double> middle = path(scenario, orders);
    const std::vector<double> distances = distance_table();
    std::vector<std::size_t> arrival(orders);
    for (std::size_t index = 0; index < orders; ++index) arrival[index] = index;
    for (std::size_t index = orders; index > 1; --index) std::swap(arrival[index - 1], arrival[below(index)]);
    std::vector<Timed> timeline;
    timeline.reserve(orders * 2 + orders / 10);
    double now = 0;
    for (const std::size_t index : arrival) {
      now += exponential(gap_us);
      const bool buys = index < orders / 2;
      const auto found = std::lower_bound(distances.begin(), distances.end(), unit());
      const auto away = static_cast<std::int32_t>(found - distances.begin()) + 1;
      const auto from = static_cast<std::int32_t>(buys ? std::floor(middle[index]) : std::ceil(middle[index]));
      live_a_life(timeline, index + 1, buys, std::max(1, buys ? from - away : from + away), away, now);
    }
    std::sort(timeline.begin(), timeline.end(), [](const Timed& a, const Timed& b) {
      return a.at_us != b.at_us ? a.at_us < b.at_us : a.made < b.made;
    });
    commands_.reserve(timeline.size());
    for (const Timed& each : timeline) {
      venue::SequencedCommand& sequenced = commands_.emplace_back();
      sequenced.sequence = commands_.size();
      sequenced.command = each.command;
    }
  }

  [[nodiscard]] const CommandList& commands() const { return commands_; }

  static venue::MatcherLimits limits() {
    return {.maximum_orders = std::size_t{1} << 20,
            .maximum_levels = std::size_t{1} << 18,
            .maximum_locate = locate,
            .maximum_order_quantity = 1'000'000,
            .maximum_sessions = 1};
  }

 private:
  struct Timed {
    double at_us;
    std::size_t made;  // of two at the same time the one made first comes first
    venue::Command command;
  };

  static constexpr double gap_us = 23'400;
  static constexpr double median_life_us = 431;

  double unit() { return static_cast<double>(random_() >> 11) * 0x1.0p-53; }  // [0, 1)
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(unit() * static_cast<double>(limit)); }
  double exponential(double mean) { return -mean * std::log1p(-unit()); }
  double normal() { return std::sqrt(-2 * std::log1p(-unit())) * std::cos(2 * 3.14159265358979323846 * unit()); }

  std::vector<double> path(const EquityScenario& scenario, std::size_t orders) {
    std::vector<double> middle(orders, 33'504);
    if (scenario.volatility == 0) return middle;
    const double step = scenario.swing / std::sqrt(static_cast<double>(orders));  // volatility * sqrt(dt)
    for (std::size_t index = 1; index < orders; ++index) middle[index] = middle[index - 1] * std::exp(step * normal() - step * step / 2);
    return middle;
  }

  // Cumulative chance of standing at most index + 1 ticks away.
  static std::vector<double> distance_table() {
    std::vector<double> cumulative;
    double total = 0;
    for (int away = 1; away <= 1'000; ++away) {
      const double from_hump = (away - 8) / 4.0;
      total += std::pow(away, -2.23) * (1 + 5 * std::exp(-from_hump * from_hump / 2));
      cumulative.push_back(total);
    }
    for (double& each : cumulative) each /= total;
    return cumulative;
  }

  static venue::Command request(venue::CommandKind kind, std::uint64_t id) {
    venue::Command command;
    command.kind = kind;
    command.cl_ord_id = id;
    command.original_cl_ord_id = id;
    command.locate = locate;
    command.instrument_id = locate;
    return command;
  }

  void live_a_life(std::vector<Timed>& timeline, std::uint64_t id, bool buys, std::int32_t price, std::int32_t away, double now) {
    venue::Command entry = request(venue::CommandKind::new_order, id);
    entry.side = buys ? order_entry::Side::buy : order_entry::Side::sell;
    entry.price = price;
    entry.quantity = static_cast<std::uint32_t>(1 + below(100));
    const bool immediate = unit() < 0.15;
    if (immediate) entry.time_in_force = order_entry::TimeInForce::immediate_or_cancel;
    const auto at = [&](double when, const venue::Command& command) { timeline.push_back({when, timeline.size(), command}); };
    at(now, entry);
    if (immediate) return;
    const double life = exponential(median_life_us / 0.6931471805599453 * (1 + away / 8.0));
    const bool replaced = unit() < 0.20;
    const bool canceled = unit() < 0.95;
    venue::Command replace = request(venue::CommandKind::replace_order, id);
    replace.quantity = entry.quantity + 1;
    replace.price = unit() < 0.80 ? std::max(1, price + (unit() < 0.5 ? 1 : -1)) : price;
    if (replaced) at(now + life * unit(), replace);
    if (!canceled) return;
    at(now + life, request(venue::CommandKind::cancel_order, id));
    if (unit() < 0.02) at(now + life + exponential(median_life_us), request(venue::CommandKind::cancel_order, id));
    if (replaced && unit() < 0.02) at(now + life + exponential(median_life_us), replace);
  }

  std::mt19937_64 random_;
  CommandList commands_;
};

}  // namespace hopwire::bench
