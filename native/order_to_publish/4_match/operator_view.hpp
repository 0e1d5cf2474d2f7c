// Why: an operator who changes a rule is told what stood there before, or asks what stands (5_publish/query_answers.hpp), and whoever keeps
// a timetable asks which auction is on. What: reads a matcher between two commands. Changes nothing, so the same commands give the same
// events whether anybody looks or not. Owner: the thread of the matcher. What can go wrong: a command that the matcher will refuse names no
// instrument or account; then nothing stood there.
#pragma once

#include <cstdint>

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

// What a command of the operator is about to change, in the order of its own values.
struct ValuesBefore {
  static constexpr std::int64_t none = order_entry::OperatorReportView::before_null_value;

  std::int64_t value = none;
  std::int64_t second = none;
  order_entry::TradingState state = order_entry::TradingState::continuous;  // of the instrument
  bool was_killed = false;
};

class OperatorView {
 public:
  explicit OperatorView(const Matcher& matcher) noexcept : matcher_(matcher) {}

  [[nodiscard]] order_entry::TradingState state(std::uint16_t locate) const noexcept {
    return is_known(locate) ? matcher_.market_.rules[locate].state : order_entry::TradingState::continuous;
  }
  [[nodiscard]] bool is_in_auction(std::uint16_t locate) const noexcept {
    return is_known(locate) && matcher_.market_.rules[locate].call().has_value();
  }

  // What a query is answered from. The row is known.
  [[nodiscard]] bool is_known(std::uint16_t locate) const noexcept { return matcher_.book_at(locate).known; }
  [[nodiscard]] std::uint16_t last_row() const noexcept { return static_cast<std::uint16_t>(matcher_.limits_.maximum_locate); }
  [[nodiscard]] std::uint32_t instrument_id(std::uint16_t locate) const noexcept { return matcher_.book_at(locate).instrument_id; }
  [[nodiscard]] const InstrumentRules& rules(std::uint16_t locate) const noexcept { return matcher_.market_.rules[locate]; }
  [[nodiscard]] levels::Price reference_price(std::uint16_t locate) const noexcept { return matcher_.reference_price(locate); }  // 0 = none
  [[nodiscard]] const RiskBook& risk() const noexcept { return matcher_.risk_; }
  [[nodiscard]] const ScopeLocks& locks() const noexcept { return matcher_.locks_; }
  [[nodiscard]] const ProtectionTable& protections() const noexcept { return matcher_.protections_; }
  [[nodiscard]] const Matcher& books() const noexcept { return matcher_; }

  [[nodiscard]] ValuesBefore before(const Command& command) const noexcept {
    ValuesBefore values;
    if (is_about_risk(command.kind)) {
      of_risk(command, values);
    } else if (is_about_market(command.kind)) {
      of_market(command, values);
    } else if (is_operator_command(command.kind)) {
      if (is_known(command.locate)) of_instrument(command, values);
    } else if (command.kind == CommandKind::kill || command.kind == CommandKind::unkill) {
      values.was_killed = matcher_.locks_.has(Matcher::lock_key(Scope::of(command), true));
    }
    if (is_known(command.locate)) values.state = state(command.locate);
    return values;
  }

 private:
  void of_instrument(const Command& command, ValuesBefore& values) const noexcept {
    const InstrumentRules& rules = matcher_.market_.rules[command.locate];
    switch (command.kind) {
      case CommandKind::set_reference_price: {
        const levels::Price price = matcher_.reference_price(command.locate);
        if (price != 0) values.value = price;
        return;
      }
      case CommandKind::set_tick_band: return of_tick_band(rules, command.operators.values[0], values);
      case CommandKind::set_lot_size:
        values.value = rules.lot;
        values.second = rules.minimum_quantity;
        return;
      case CommandKind::set_price_collar: values.value = rules.collar_basis_points; return;
      case CommandKind::set_price_band:
        if (rules.band.basis_points == 0) return;
        values.value = rules.band.lower;
        values.second = rules.band.upper;
        return;
      case CommandKind::set_circuit_breaker:
        values.value = rules.breaker.basis_points;
        values.second = static_cast<std::int64_t>(rules.breaker.slice_time * breaker_slices);
        return;
      case CommandKind::set_reopening:
        values.value = static_cast<std::int64_t>(rules.halt_time);
        values.second = static_cast<std::int64_t>(rules.call_time);
        return;
      default: return;
    }
  }

  // The band that begins there, and the tick that holds there.
  static void of_tick_band(const InstrumentRules& rules, std::int64_t from_price, ValuesBefore& values) noexcept {
    if (from_price < 0 || from_price > largest_price) return;
    for (std::uint32_t index = 0; index < rules.tick_count; ++index) {
      if (rules.ticks[index].from_price == from_price) values.value = from_price;
    }
    values.second = tick_table::tick_at(rules, static_cast<levels::Price>(from_price));
  }

  void of_market(const Command& command, ValuesBefore& values) const noexcept {
    if (command.kind == CommandKind::set_market_levels && matcher_.market_.said_levels[0] != 0) {
      values.value = matcher_.market_.said_levels[0];
      values.second = matcher_.market_.said_levels[1];
    }
    if (command.kind == CommandKind::breach_market_level) values.value = matcher_.market_.breached_level;
    if (command.kind == CommandKind::roll_day) values.value = matcher_.market_.day;
  }

  void of_risk(const Command& command, ValuesBefore& values) const noexcept {
    if (command.kind == CommandKind::restrict_short_sales) {
      if (is_known(command.locate)) values.value = matcher_.market_.rules[command.locate].is_short_restricted ? 1 : 0;
      return;
    }
    const RiskBook::Row row = matcher_.risk_.find(command.account);
    if (row == RiskBook::no_row) return;
    if (command.kind == CommandKind::set_limits) return of_limit(command, row, values);
    if (!is_known(command.locate)) return;
    if (command.kind == CommandKind::set_position) {
      values.value = matcher_.risk_.instrument(row, command.locate).position;
    } else {
      values.value = matcher_.risk_.instrument_limits(row, command.locate).is_restricted ? 1 : 0;
    }
  }

  void of_limit(const Command& command, RiskBook::Row row, ValuesBefore& values) const noexcept {
    const auto limit = static_cast<std::size_t>(command.risk.limit);
    const bool is_soft = command.risk.severity == order_entry::LimitSeverity::soft;
    const bool is_instruments = command.risk.of_instrument != 0;
    if (!order_entry::is_valid(command.risk.limit) || (limit < risk_limit::of_instrument) != is_instruments) return;
    if (is_instruments) {
      if (!is_known(command.locate)) return;
      const InstrumentLimits& own = matcher_.risk_.instrument_limits(row, command.locate);
      if (own.is_set) values.value = is_soft ? own.soft[limit] : own.hard[limit];
      return;
    }
    const AccountLimits& own = matcher_.risk_.account_limits(row);
    if (own.is_set) values.value = (is_soft ? own.soft : own.hard)[limit - risk_limit::of_instrument];
  }

  const Matcher& matcher_;
};

}  // namespace hopwire::venue
