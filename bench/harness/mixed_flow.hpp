// Order flow for benchmarks of the matcher: adds around a wandering price, cancels of young and old orders, replaces, and orders that
// cross, on any number of instruments, from a seed. Made before the measurement with the help of a matcher, so that every cancel and
// replace names a live order, except one in fifty, which comes too late, as in life. It ends with every session lost: the books are then
// empty and a round can be repeated.
//
// With `preloaded` orders the flow has two parts: opening() builds books of that many resting orders, main() trades on them and keeps them
// about as large; prices then stay where they are, so that all sizes of book see the same kind of flow. Every named order's age is noted,
// counted in commands since it was entered.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <span>
#include <unordered_map>
#include <vector>

#include "harness/command_list.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::bench {

struct MixedFlowOptions {
  std::uint64_t seed = 1;
  std::size_t commands = 0;
  std::uint16_t instruments = 1;
  std::uint32_t sessions = 8;
  std::size_t live_orders = 10'000;  // about what rests once the flow is warm
  std::size_t preloaded = 0;         // of these, how many rest before the flow begins
  bool quantities_differ = false;    // an account's new orders are of a thousand sizes, one after the other, rather than of five
};

inline venue::MatcherLimits mixed_flow_limits(const MixedFlowOptions& options) {
  return {.maximum_orders = (std::size_t{1} << 18) + options.live_orders + options.live_orders / 4,
          .maximum_levels = (std::size_t{1} << 17) + std::size_t{400} * options.instruments,
          .maximum_locate = options.instruments,
          .maximum_order_quantity = 1'000'000,
          .maximum_sessions = options.sessions};
}

class MixedFlow {
 public:
  explicit MixedFlow(const MixedFlowOptions& options)
      : options_(options),
        random_(options.seed),
        matcher_(mixed_flow_limits(options), venue::ReplaceProfile::reduce_keeps_priority),
        mid_(options.instruments + 1u, 1'000'000),
        last_id_(options.sessions, 0) {
    for (std::uint32_t locate = 1; locate <= options.instruments; ++locate)
      matcher_.add_instrument(static_cast<std::uint16_t>(locate), locate);
    commands_.reserve(options.preloaded + options.commands + options.sessions);
    while (commands_.size() < options.preloaded) emit(add(false));
    opening_ = commands_.size();
    while (commands_.size() < opening_ + options.commands) emit(next());
    for (std::uint32_t session = 0; session < options.sessions; ++session) {
      venue::Command command;
      command.kind = venue::CommandKind::session_cancel;
      command.session = session;
      emit(command);
    }
  }

  // All of it, in order; without preloaded orders that is the main part and the loss of every session.
  [[nodiscard]] const CommandList& commands() const { return commands_; }
  [[nodiscard]] std::span<const venue::SequencedCommand> opening() const { return std::span(commands_).first(opening_); }
  [[nodiscard]] std::span<const venue::SequencedCommand> main() const { return std::span(commands_).subspan(opening_, options_.commands); }
  [[nodiscard]] std::span<const venue::SequencedCommand> closing() const { return std::span(commands_).last(options_.sessions); }
  // Of the orders that were cancelled or replaced by name, sorted: commands since they were entered.
  [[nodiscard]] std::vector<std::uint32_t> ages() const {
    std::vector<std::uint32_t> sorted = ages_;
    std::sort(sorted.begin(), sorted.end());
    return sorted;
  }
  [[nodiscard]] std::size_t trades() const { return matcher_.last_match_number(); }
  [[nodiscard]] std::size_t most_live() const { return most_live_; }

 private:
  struct Live {
    std::uint32_t session;
    std::uint64_t cl_ord_id;
    std::uint16_t locate;
    order_entry::Side side;
    std::int32_t price;
    std::uint32_t quantity;
    std::size_t entered;  // how many commands came before it
  };

  // Follows which orders are alive.
  struct Follower {
    MixedFlow& flow;
    void emit(const venue::MatchEvent& event) {
      using venue::MatchEventKind;
      if (event.public_effect == venue::PublicEffect::add)
        flow.born({event.session, event.cl_ord_id, event.locate, event.side, event.price, event.leaves, 0});
      if (event.kind == MatchEventKind::replaced) {
        flow.died(event.session, event.original_cl_ord_id);
        if (event.public_effect != venue::PublicEffect::remove) {
          flow.born({event.session, event.cl_ord_id, event.locate, event.side, event.price, event.total_quantity, 0});
        }
      }
      if (event.kind == MatchEventKind::executed && event.leaves == 0) flow.died(event.session, event.cl_ord_id);
      if (event.kind == MatchEventKind::canceled) flow.died(event.session, event.original_cl_ord_id);
    }
  };

  static std::uint64_t key(std::uint32_t session, std::uint64_t cl_ord_id) { return cl_ord_id << 8 | session; }

  void born(const Live& order) {
    place_[key(order.session, order.cl_ord_id)] = live_.size();
    live_.push_back(order);
    live_.back().entered = commands_.size();
    most_live_ = std::max(most_live_, live_.size());
  }

  void died(std::uint32_t session, std::uint64_t cl_ord_id) {
    const auto found = place_.find(key(session, cl_ord_id));
    if (found == place_.end()) return;
    const std::size_t at = found->second;
    place_.erase(found);
    live_[at] = live_.back();
    live_.pop_back();
    if (at < live_.size()) place_[key(live_[at].session, live_[at].cl_ord_id)] = at;
  }

  std::uint32_t pick(std::uint32_t below) {
    return static_cast<std::uint32_t>((std::uint64_t{static_cast<std::uint32_t>(random_())} * below) >> 32);
  }

  void emit(const venue::Command& command) {
    venue::SequencedCommand sequenced;
    sequenced.sequence = commands_.size() + 1;
    sequenced.command = command;
    Follower follower{*this};
    matcher_.apply(sequenced, follower);
    commands_.push_back(sequenced);
  }

  // Half of the named orders are among the youngest hundred, as most cancels in real flow are; the rest are of any age.
  const Live& victim() {
    const auto size = static_cast<std::uint32_t>(live_.size());
    if (pick(2) == 0) return live_[size - 1 - pick(std::min(size, 100u))];
    return live_[pick(size)];
  }

  venue::Command next() {
    const std::uint32_t kind = pick(100);
    const bool full = live_.size() > options_.live_orders;
    if (live_.size() < 100 || kind < (full ? 36u : 54u)) return add(false);
    if (kind < (full ? 44u : 60u)) return add(true);
    const Live order = victim();
    ages_.push_back(static_cast<std::uint32_t>(commands_.size() - order.entered));
    venue::Command command;
    command.session = order.session;
    command.locate = order.locate;
    command.instrument_id = order.locate;
    command.side = order.side;
    command.cl_ord_id = ++last_id_[order.session];
    command.original_cl_ord_id = pick(50) == 0 ? command.cl_ord_id - 1 : order.cl_ord_id;
    if (kind < 88) {
      command.kind = venue::CommandKind::cancel_order;
      return command;
    }
    command.kind = venue::CommandKind::replace_order;
    const bool reduces = pick(2) == 0;
    command.price = reduces ? order.price : order.price + (static_cast<std::int32_t>(pick(7)) - 3) * tick;
    command.quantity = reduces ? std::max(1u, order.quantity / 2) : order.quantity;
    return command;
  }

  venue::Command add(bool crossing) {
    venue::Command command;
    command.locate = static_cast<std::uint16_t>(1 + pick(options_.instruments));
    command.instrument_id = command.locate;
    command.session = pick(options_.sessions);
    command.cl_ord_id = ++last_id_[command.session];
    command.side = pick(2) == 0 ? order_entry::Side::buy : order_entry::Side::sell;
    command.quantity = 100 * (1 + pick(5));
    if (options_.quantities_differ) command.quantity = 1 + static_cast<std::uint32_t>(command.cl_ord_id % 997);
    std::int32_t& mid = mid_[command.locate];
    if (options_.preloaded == 0 && pick(8) == 0) mid += (static_cast<std::int32_t>(pick(3)) - 1) * tick;
    std::int32_t away = 1;  // ticks from the middle: half of the orders at the best price, then ever fewer
    while (pick(100) < 70 && away < 200) ++away;
    const std::int32_t outward = command.side == order_entry::Side::buy ? -1 : 1;
    command.price = mid + outward * tick * (crossing ? -static_cast<std::int32_t>(pick(3)) - 1 : away);
    if (crossing && pick(2) == 0) command.time_in_force = order_entry::TimeInForce::immediate_or_cancel;
    return command;
  }

  static constexpr std::int32_t tick = 100;  // a cent

  MixedFlowOptions options_;
  std::mt19937_64 random_;
  venue::Matcher matcher_;
  std::vector<std::int32_t> mid_;
  std::vector<std::uint64_t> last_id_;
  std::vector<Live> live_;
  std::unordered_map<std::uint64_t, std::size_t> place_;
  CommandList commands_;
  std::vector<std::uint32_t> ages_;
  std::size_t opening_ = 0;
  std::size_t most_live_ = 0;
};

}  // namespace hopwire::bench
