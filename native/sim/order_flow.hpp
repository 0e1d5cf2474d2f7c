// Simulated participants: an open-loop, seeded stream of order commands over N instruments, realistic enough to keep every book two-sided
// and moving. Each instrument has a mean-reverting fair price in ticks; passive orders lie around it with geometric depth, older ones are
// cancelled or replaced, IOC and market orders take.
//
// Pure: the clock comes in through next(now), chance through the seed. It knows only what execution reports tell it: its own live orders.
// A first phase seeds both sides of every book at a fixed pace; then commands are due by a Poisson process, whatever the venue does.
//
// Owns the table of own orders. The low bits of a ClOrdID are its row in that table, the high bits a counter, so ids rise strictly and a
// report finds its order with no search. When the table is full (reports missing) the flow cancels instead of adding and counts it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "generated/order_entry.hpp"
#include "sim/random.hpp"

namespace hopwire::sim {

inline constexpr std::int32_t tick = 100;  // 0.01 in 1e-4

struct FlowInstrument {
  std::uint32_t instrument_id = 0;
  std::int32_t reference_price = 0;  // 1e-4; the fair price returns to it
};

struct FlowConfig {
  std::uint64_t seed = 1;
  double rate_per_second = 1000;
  double seeding_rate_per_second = 5000;
  std::uint32_t seeding_orders_per_side = 12;
  std::uint32_t orders_low = 22;       // below: adds, no cancels
  std::uint32_t orders_high = 38;      // above: cancels, no adds
  std::uint32_t thin_side_orders = 6;  // a side with fewer is filled up first and not taken from
  std::uint32_t participants = 4;      // spread over account numbers
  std::uint32_t first_account = 1;
  std::uint64_t first_cl_ord_id_counter = 1;
};

enum class FlowKind : std::uint8_t { new_order, replace_order, cancel_order };

struct FlowCommand {
  std::uint64_t intended_time = 0;  // same clock as next(now)
  std::uint64_t cl_ord_id = 0;
  std::uint64_t original_cl_ord_id = 0;  // replace and cancel
  std::uint32_t instrument_id = 0;
  std::uint32_t account = 0;
  std::int32_t price = 0;      // 1e-4; 0 for market orders
  std::uint32_t quantity = 0;  // replace: new total, executed included
  FlowKind kind = FlowKind::new_order;
  order_entry::Side side = order_entry::Side::buy;
  order_entry::OrderType order_type = order_entry::OrderType::limit;
  order_entry::TimeInForce time_in_force = order_entry::TimeInForce::day;
  bool seeding = false;  // part of the first phase: not to be measured
};

class OrderFlow {
 public:
  static constexpr std::uint32_t row_bits = 20;
  static constexpr std::uint64_t row_mask = (std::uint64_t{1} << row_bits) - 1;
  static constexpr std::uint32_t orders_per_instrument = 96;  // rows reserved: the high mark and what may be in flight

  OrderFlow(const FlowConfig& config, std::span<const FlowInstrument> instruments)
      : config_(config), random_(config.seed), schedule_(~config.seed), counter_(config.first_cl_ord_id_counter) {
    instruments_.reserve(instruments.size());
    for (const FlowInstrument& each : instruments) {
      Instrument made;
      made.id = each.instrument_id;
      made.anchor_ticks = std::max(each.reference_price / tick, floor_ticks);
      made.fair_ticks = made.anchor_ticks;
      instruments_.push_back(made);
    }
    const std::size_t wanted = std::max<std::size_t>(1024, instruments.size() * orders_per_instrument);
    rows_.resize(std::min<std::size_t>(wanted, std::size_t{1} << row_bits));
    for (std::uint32_t row = 0; row < rows_.size(); ++row) rows_[row].next = row + 1 < rows_.size() ? row + 1 : none;
    last_free_row_ = static_cast<std::uint32_t>(rows_.size() - 1);
    seeding_left_ = static_cast<std::uint64_t>(instruments.size()) * 2 * config.seeding_orders_per_side;
  }

  // The schedule begins here; nothing is due before.
  void start(std::uint64_t now) noexcept { next_time_ = now; }

  // When the next command is due.
  std::uint64_t next_time() const noexcept { return next_time_; }
  bool seeding() const noexcept { return seeding_left_ > 0; }

  // The next command if it is due. Its content depends on the reports heard so far, its time only on the seed.
  std::optional<FlowCommand> next(std::uint64_t now) noexcept {
    if (instruments_.empty() || now < next_time_) return std::nullopt;
    FlowCommand command = seeding_left_ > 0 ? seed_command() : steady_command();
    command.intended_time = next_time_;
    advance();
    return command;
  }

  void on_accepted(std::uint64_t cl_ord_id) noexcept {
    Row* row = find(cl_ord_id);
    if (row != nullptr && row->state == State::pending_new) row->state = State::live;
  }

  void on_executed(std::uint64_t cl_ord_id, std::uint32_t last_quantity, std::uint32_t leaves) noexcept {
    Row* row = find(cl_ord_id);
    if (row == nullptr) return;
    row->executed += last_quantity;
    row->leaves = leaves;
    if (leaves == 0) release(*row);
  }

  void on_canceled(std::uint64_t order_cl_ord_id) noexcept {
    if (Row* row = find(order_cl_ord_id); row != nullptr) release(*row);
  }

  void on_decremented(std::uint64_t order_cl_ord_id, std::uint32_t leaves) noexcept {
    if (Row* row = find(order_cl_ord_id); row != nullptr) row->leaves = leaves;
  }

  void on_replaced(std::uint64_t cl_ord_id, std::uint64_t original, std::int32_t price, std::uint32_t leaves) noexcept {
    Row* row = find(original);
    if (row == nullptr) return;
    row->cl_ord_id = cl_ord_id;
    row->price = price;
    row->leaves = leaves;
    row->state = State::live;
  }

  void on_rejected(std::uint64_t cl_ord_id) noexcept {
    if (Row* row = find(cl_ord_id); row != nullptr) release(*row);
  }

  // A cancel or replace was refused: the order stands, unless the venue does not know it.
  void on_cancel_rejected(std::uint64_t order_cl_ord_id, bool order_unknown) noexcept {
    Row* row = find(order_cl_ord_id);
    if (row == nullptr) return;
    if (order_unknown) {
      release(*row);
    } else if (row->state == State::changing) {
      row->state = State::live;
    }
  }

  std::size_t rows() const noexcept { return rows_.size(); }
  std::uint32_t open_orders() const noexcept { return open_orders_; }
  std::uint32_t open_orders(std::size_t instrument, order_entry::Side side) const noexcept {
    return instruments_[instrument].resting[side_index(side)];
  }
  std::int32_t fair_price(std::size_t instrument) const noexcept { return instruments_[instrument].fair_ticks * tick; }
  std::uint64_t table_full_count() const noexcept { return table_full_; }

 private:
  using Side = order_entry::Side;
  enum class State : std::uint8_t { unused, pending_new, live, changing };
  static constexpr std::uint32_t none = 0xFFFFFFFFu;
  static constexpr std::int32_t floor_ticks = 200;  // 2.00: far enough from zero for every depth drawn
  static constexpr std::uint32_t depth_limit = 24;  // ticks from the fair price
  static constexpr std::uint32_t reach_ticks = 4;   // how far an IOC goes through the fair price

  struct Row {
    std::uint64_t cl_ord_id = 0;
    std::uint32_t instrument = 0;  // index
    std::uint32_t leaves = 0;
    std::uint32_t executed = 0;
    std::int32_t price = 0;
    std::uint32_t next = none;  // older to newer, or the free list
    std::uint32_t previous = none;
    State state = State::unused;
    Side side = Side::buy;
    bool resting = false;  // on its instrument's list
  };

  struct Instrument {
    std::uint32_t id = 0;
    std::int32_t anchor_ticks = 0;
    std::int32_t fair_ticks = 0;
    std::uint32_t oldest = none;
    std::uint32_t newest = none;
    std::uint32_t resting[2] = {};  // own orders live or on their way, by side
    std::uint32_t total() const noexcept { return resting[0] + resting[1]; }
  };

  static constexpr std::size_t side_index(Side side) noexcept { return side == Side::buy ? 0 : 1; }
  static constexpr Side opposite(Side side) noexcept { return side == Side::buy ? Side::sell : Side::buy; }

  void advance() noexcept {
    if (seeding_left_ > 0) {
      --seeding_left_;
      next_time_ += static_cast<std::uint64_t>(1e9 / config_.seeding_rate_per_second);
    } else {
      next_time_ += static_cast<std::uint64_t>(schedule_.exponential(1e9 / config_.rate_per_second));
    }
  }

  FlowCommand seed_command() noexcept {
    const std::uint64_t per_round = 2 * instruments_.size();  // round by round, so that every book is two-sided early
    const std::uint64_t done = per_round * config_.seeding_orders_per_side - seeding_left_;
    const std::uint64_t place = done % per_round;
    FlowCommand command = add(static_cast<std::uint32_t>(place / 2), place % 2 == 0 ? Side::buy : Side::sell);
    command.seeding = true;
    return command;
  }

  FlowCommand steady_command() noexcept {
    const std::uint32_t index = random_.below(static_cast<std::uint32_t>(instruments_.size()));
    Instrument& instrument = instruments_[index];
    walk(instrument);
    const bool bids_thin = instrument.resting[0] < config_.thin_side_orders;
    const bool asks_thin = instrument.resting[1] < config_.thin_side_orders;
    if (bids_thin || asks_thin) return add(index, bids_thin ? Side::buy : Side::sell);
    if (instrument.total() > config_.orders_high) return cancel_or_add(index);
    const std::uint32_t draw = random_.below(100);
    if (draw < 14) return take(index, false);
    if (draw < 18) return take(index, true);
    if (draw < 32) return replace_or_add(index);
    if (draw < 60 && instrument.total() > config_.orders_low) return cancel_or_add(index);
    return add(index, balancing_side(instrument));
  }

  // One step of the fair price: up or down a tick, more likely towards the anchor the further away it is.
  void walk(Instrument& instrument) noexcept {
    if (!random_.chance(1, 3)) return;
    const std::int32_t away = std::clamp(instrument.fair_ticks - instrument.anchor_ticks, -100, 100);
    const bool up = random_.below(256) < static_cast<std::uint32_t>(128 - away);
    instrument.fair_ticks = std::max(instrument.fair_ticks + (up ? 1 : -1), floor_ticks);
  }

  Side balancing_side(const Instrument& instrument) noexcept {
    if (instrument.resting[0] + 4 < instrument.resting[1]) return Side::buy;
    if (instrument.resting[1] + 4 < instrument.resting[0]) return Side::sell;
    return random_.chance(1, 2) ? Side::buy : Side::sell;
  }

  std::int32_t passive_price(const Instrument& instrument, Side side) noexcept {
    const auto depth = static_cast<std::int32_t>(1 + random_.geometric(3, 10, depth_limit));
    return (side == Side::buy ? instrument.fair_ticks - depth : instrument.fair_ticks + depth) * tick;
  }

  FlowCommand add(std::uint32_t index, Side side) noexcept {
    FlowCommand command = new_order(index, side, 100 * (1 + random_.below(5)), true);
    if (command.kind == FlowKind::new_order) {
      command.price = passive_price(instruments_[index], side);
      rows_[command.cl_ord_id & row_mask].price = command.price;
    }
    return command;
  }

  FlowCommand take(std::uint32_t index, bool market) noexcept {
    const Side side = random_.chance(1, 2) ? Side::buy : Side::sell;
    FlowCommand command = new_order(index, side, 100 * (1 + random_.below(4)), false);
    if (command.kind != FlowKind::new_order) return command;
    command.time_in_force = order_entry::TimeInForce::immediate_or_cancel;
    if (market) {
      command.order_type = order_entry::OrderType::market;
    } else {
      const auto reach = static_cast<std::int32_t>(reach_ticks);
      const std::int32_t fair = instruments_[index].fair_ticks;
      command.price = (side == Side::buy ? fair + reach : fair - reach) * tick;
    }
    return command;
  }

  FlowCommand new_order(std::uint32_t index, Side side, std::uint32_t quantity, bool resting) noexcept {
    const std::uint32_t at = free_row_;
    if (at == none) {
      ++table_full_;
      return cancel_oldest_of_any(index);
    }
    Row& row = rows_[at];
    free_row_ = row.next;
    row = Row{};
    row.cl_ord_id = next_id(at);
    row.instrument = index;
    row.leaves = quantity;
    row.state = State::pending_new;
    row.side = side;
    row.resting = resting;
    if (resting) append(instruments_[index], at);
    ++open_orders_;
    FlowCommand command;
    command.cl_ord_id = row.cl_ord_id;
    command.instrument_id = instruments_[index].id;
    command.account = config_.first_account + random_.below(std::max(config_.participants, 1u));
    command.side = side;
    command.quantity = quantity;
    return command;
  }

  FlowCommand cancel_or_add(std::uint32_t index) noexcept {
    const std::uint32_t at = older_order(instruments_[index]);
    if (at == none) return add(index, balancing_side(instruments_[index]));
    return change(at, FlowKind::cancel_order);
  }

  FlowCommand replace_or_add(std::uint32_t index) noexcept {
    const std::uint32_t at = older_order(instruments_[index]);
    if (at == none) return add(index, balancing_side(instruments_[index]));
    const Row& row = rows_[at];
    FlowCommand command = change(at, FlowKind::replace_order);
    const bool reduce = row.leaves > 100 && random_.chance(1, 2);
    command.price = reduce ? row.price : passive_price(instruments_[index], row.side);
    command.quantity = row.executed + (reduce ? row.leaves - 100 : row.leaves);
    return command;
  }

  // With no row left, only a change of a known order can be said: the first changeable one from this instrument on. If nothing is
  // known to be live either, the cancel names a row in flight; the venue sees it after the order.
  FlowCommand cancel_oldest_of_any(std::uint32_t index) noexcept {
    for (std::size_t step = 0; step < instruments_.size(); ++step) {
      const std::uint32_t at = older_order(instruments_[(index + step) % instruments_.size()]);
      if (at != none) return change(at, FlowKind::cancel_order);
    }
    return change(static_cast<std::uint32_t>(counter_ % rows_.size()), FlowKind::cancel_order);
  }

  FlowCommand change(std::uint32_t at, FlowKind kind) noexcept {
    Row& row = rows_[at];
    row.state = State::changing;
    FlowCommand command;
    command.kind = kind;
    command.cl_ord_id = next_id(at);
    command.original_cl_ord_id = row.cl_ord_id;
    command.instrument_id = instruments_[row.instrument].id;
    command.side = row.side;
    return command;
  }

  // One of the oldest few that is known to be live; none if there is no such order.
  std::uint32_t older_order(const Instrument& instrument) noexcept {
    std::uint32_t skip = random_.below(6);
    std::uint32_t found = none;
    for (std::uint32_t at = instrument.oldest; at != none; at = rows_[at].next) {
      if (rows_[at].state != State::live) continue;
      found = at;
      if (skip-- == 0) break;
    }
    return found;
  }

  std::uint64_t next_id(std::uint32_t at) noexcept { return (counter_++ << row_bits) | at; }

  Row* find(std::uint64_t cl_ord_id) noexcept {
    const std::uint64_t at = cl_ord_id & row_mask;
    if (at >= rows_.size()) return nullptr;
    Row& row = rows_[at];
    return row.state != State::unused && row.cl_ord_id == cl_ord_id ? &row : nullptr;
  }

  void append(Instrument& instrument, std::uint32_t at) noexcept {
    Row& row = rows_[at];
    row.previous = instrument.newest;
    row.next = none;
    (instrument.newest == none ? instrument.oldest : rows_[instrument.newest].next) = at;
    instrument.newest = at;
    ++instrument.resting[side_index(row.side)];
  }

  void release(Row& row) noexcept {
    const auto at = static_cast<std::uint32_t>(&row - rows_.data());
    if (row.resting) {
      Instrument& instrument = instruments_[row.instrument];
      (row.previous == none ? instrument.oldest : rows_[row.previous].next) = row.next;
      (row.next == none ? instrument.newest : rows_[row.next].previous) = row.previous;
      --instrument.resting[side_index(row.side)];
    }
    row.state = State::unused;
    row.next = none;
    (free_row_ == none ? free_row_ : rows_[last_free_row_].next) = at;
    last_free_row_ = at;
    --open_orders_;
  }

  FlowConfig config_;
  Random random_;
  Random schedule_;  // apart, so that reports cannot move the times
  std::vector<Instrument> instruments_;
  std::vector<Row> rows_;
  std::uint64_t counter_;
  std::uint64_t next_time_ = 0;
  std::uint64_t seeding_left_ = 0;
  std::uint64_t table_full_ = 0;
  std::uint32_t free_row_ = 0;  // longest free first: an answer still on its way to a row's last order finds the row unused
  std::uint32_t last_free_row_ = 0;
  std::uint32_t open_orders_ = 0;
};

}  // namespace hopwire::sim
