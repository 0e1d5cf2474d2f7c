// An operator's request -> Command. Pure. Refused here is what a Command cannot carry: unknown values, more limits than a row has. Whose
// request it may be is account_rights.hpp's to know; what the numbers may be, and whether there is such an instrument, is the matcher's.
//
// SetLimits becomes a command for each of its limits, all but the last marked as going on (RiskTerms::more), so that they apply together.
// Kill and Unkill name a session by its id; which row that is the gateway knows (session_protocol.hpp).
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "order_to_publish/1_order_in/decoded_command.hpp"
#include "order_to_publish/1_order_in/instrument_directory.hpp"

namespace hopwire::venue {

[[nodiscard]] constexpr bool is_operators_template(std::uint16_t template_id) noexcept {
  return template_id >= order_entry::SetTradingStateView::template_id && template_id <= order_entry::QueryView::template_id;
}
static_assert(order_entry::SetTradingStateView::template_id == 150 && order_entry::QueryView::template_id == 168);

namespace detail {

inline void name_instrument(Command& command, std::uint32_t instrument_id, const InstrumentDirectory& directory) noexcept {
  command.instrument_id = instrument_id;
  command.locate = directory.locate_of(instrument_id);
}

// About an instrument, with up to two numbers.
template <class View>
[[nodiscard]] DecodedCommand decode_rule(CommandKind kind, const View& view, const InstrumentDirectory& directory, const Sender& sender,
                                         std::int64_t first = 0, std::int64_t second = 0) noexcept {
  DecodedCommand result{.command = begin_command(kind, sender, view.cl_ord_id())};
  name_instrument(result.command, view.instrument_id(), directory);
  result.command.operators = {.values = {first, second, 0}, .halt_reason = {}, .state = order_entry::TradingState::continuous};
  result.command.mark_special_terms();
  return result;
}

template <class View>
[[nodiscard]] DecodedCommand decode_market(CommandKind kind, const View& view, const Sender& sender, std::int64_t first,
                                           std::int64_t second = 0, std::int64_t third = 0) noexcept {
  DecodedCommand result{.command = begin_command(kind, sender, view.cl_ord_id())};
  result.command.operators = {.values = {first, second, third}, .halt_reason = {}, .state = order_entry::TradingState::continuous};
  result.command.mark_special_terms();
  return result;
}

[[nodiscard]] inline DecodedCommand decode_trading_state(const order_entry::SetTradingStateView& view,
                                                         const InstrumentDirectory& directory, const Sender& sender) noexcept {
  DecodedCommand result = decode_rule(CommandKind::set_trading_state, view, directory, sender);
  const std::string_view reason = view.halt_reason();
  OperatorTerms& terms = result.command.operators;
  std::copy(reason.begin(), reason.end(), terms.halt_reason);
  terms.state = view.state();
  if (!order_entry::is_valid(view.state())) {
    terms.state = order_entry::TradingState::continuous;
    result.reason = order_entry::RejectReason::invalid_value;
  }
  return result;
}

// About an account, an instrument, or both.
[[nodiscard]] inline DecodedCommand begin_risk(CommandKind kind, std::uint64_t cl_ord_id, const Sender& sender,
                                               std::int64_t value) noexcept {
  DecodedCommand result{.command = begin_command(kind, sender, cl_ord_id)};
  result.command.risk = {};
  result.command.risk.value = value;
  result.command.mark_special_terms();
  return result;
}

template <class View>
[[nodiscard]] DecodedCommand decode_restriction(CommandKind kind, const View& view, const InstrumentDirectory& directory,
                                                const Sender& sender) noexcept {
  DecodedCommand result =
      begin_risk(kind, view.cl_ord_id(), sender, view.restricted() == order_entry::BooleanType::yes ? 1 : 0);
  name_instrument(result.command, view.instrument_id(), directory);
  if (!order_entry::is_valid(view.restricted())) result.reason = order_entry::RejectReason::invalid_value;
  return result;
}

template <class View>
[[nodiscard]] DecodedCommand decode_kill(CommandKind kind, const View& view, const Sender& sender) noexcept {
  DecodedCommand result{.command = begin_command(kind, sender, view.cl_ord_id())};
  Command& command = result.command;
  const order_entry::ScopeFields scope = view.scope();
  order_entry::ScopeFields known{};
  known.session(true).account(true).firm(true).instrument(true).side(true);
  command.scope_fields = static_cast<std::uint8_t>(scope_field::said | (scope.bits & known.bits));
  command.in_scope = {};
  command.in_scope.side = order_entry::Side::buy;
  if (scope.session()) command.in_scope.session = view.session_id();
  if (scope.account()) command.account = command.in_scope.account = view.account();
  if (scope.firm()) command.in_scope.firm = view.firm();
  command.mark_special_terms();
  if ((scope.bits & ~known.bits) != 0) result.reason = order_entry::RejectReason::not_supported;
  return result;
}

[[nodiscard]] inline DecodedCommand decode_query(const order_entry::QueryView& view, const InstrumentDirectory& directory,
                                                 const Sender& sender) noexcept {
  using enum order_entry::RejectReason;
  DecodedCommand result{.command = begin_command(CommandKind::query, sender, view.cl_ord_id())};
  Command& command = result.command;
  const order_entry::ScopeFields scope = view.scope();
  command.query = {};
  command.query.position = view.position();
  command.query.kind = view.kind();
  command.scope_fields = static_cast<std::uint8_t>(scope_field::said | (scope.bits & scope_field::account));
  if (scope.account()) command.account = view.account();
  if (!order_entry::is_valid(view.kind())) result.reason = invalid_value;
  if ((scope.bits & ~scope_field::account) != 0) result.reason = not_supported;
  if (view.instrument_id() != order_entry::QueryView::instrument_id_null_value) {
    name_instrument(command, view.instrument_id(), directory);
    if (command.locate == 0) result.reason = unknown_instrument;
  }
  command.mark_special_terms();
  return result;
}

}  // namespace detail

// The last of its limits; decode_limits() gives those before it.
[[nodiscard]] inline DecodedCommand decode_set_limits(const order_entry::SetLimitsView& view, const InstrumentDirectory& directory,
                                                      const Sender& sender) noexcept {
  DecodedCommand result = detail::begin_risk(CommandKind::set_limits, view.cl_ord_id(), sender, 0);
  Command& command = result.command;
  command.account = view.account();
  if (view.instrument_id() != order_entry::SetLimitsView::instrument_id_null_value) {
    command.risk.of_instrument = 1;
    detail::name_instrument(command, view.instrument_id(), directory);
  }
  command.risk.severity = view.severity();
  const std::size_t count = view.limits().size();
  using enum order_entry::RejectReason;
  if (!order_entry::is_valid(view.severity())) result.reason = invalid_value;
  if (count < 1 || count > rules::limits_of_row_max) {
    result.reason = invalid_entry_count;
    result.limit_value = count < 1 ? 1 : std::int64_t{rules::limits_of_row_max};
    return result;
  }
  for (const auto& entry : view.limits()) {
    if (!order_entry::is_valid(entry.risk_limit())) result.reason = invalid_value;
    command.risk.named = 1;
    command.risk.limit = entry.risk_limit();
    command.risk.value = entry.value();
  }
  return result;
}

// emit(const Command&) for each limit but the last; `last` is what decode_set_limits made.
template <class Emit>
void decode_limits(const order_entry::SetLimitsView& view, const Command& last, Emit&& emit) noexcept {
  std::size_t left = view.limits().size();
  for (const auto& entry : view.limits()) {
    if (--left == 0) return;
    Command command = last;
    command.risk.limit = entry.risk_limit();
    command.risk.value = entry.value();
    command.risk.more = 1;
    emit(command);
  }
}

[[nodiscard]] inline DecodedCommand decode_risk_request(std::uint16_t template_id, const std::byte* block,
                                                        const InstrumentDirectory& directory, const Sender& sender) noexcept {
  using namespace order_entry;
  if (template_id == RestrictInstrumentView::template_id) {
    const RestrictInstrumentView view(block);
    DecodedCommand result = detail::decode_restriction(CommandKind::restrict_instrument, view, directory, sender);
    result.command.account = view.account();
    return result;
  }
  if (template_id == RestrictShortSalesView::template_id) {
    return detail::decode_restriction(CommandKind::restrict_short_sales, RestrictShortSalesView(block), directory, sender);
  }
  const SetPositionView view(block);
  DecodedCommand result = detail::begin_risk(CommandKind::set_position, view.cl_ord_id(), sender, view.position());
  result.command.account = view.account();
  detail::name_instrument(result.command, view.instrument_id(), directory);
  return result;
}

// is_operators_template() says which; `sbe` is the whole message, checked, for the one that has a group.
[[nodiscard]] inline DecodedCommand decode_operators_request(std::uint16_t template_id, const std::byte* block,
                                                             std::span<const std::byte> sbe, const InstrumentDirectory& directory,
                                                             const Sender& sender) noexcept {
  using namespace order_entry;
  const auto rule = [&](CommandKind kind, const auto& view, auto... values) {
    return detail::decode_rule(kind, view, directory, sender, values...);
  };
  switch (template_id) {
    case SetTradingStateView::template_id: return detail::decode_trading_state(SetTradingStateView(block), directory, sender);
    case SetReferencePriceView::template_id: {
      const SetReferencePriceView view(block);
      return rule(CommandKind::set_reference_price, view, view.price());
    }
    case PublishImbalanceView::template_id: return rule(CommandKind::publish_imbalance, PublishImbalanceView(block));
    case SetTickBandView::template_id: {
      const SetTickBandView view(block);
      return rule(CommandKind::set_tick_band, view, view.from_price(), view.tick());
    }
    case SetLotSizeView::template_id: {
      const SetLotSizeView view(block);
      return rule(CommandKind::set_lot_size, view, view.lot(), view.minimum_quantity());
    }
    case SetPriceCollarView::template_id: {
      const SetPriceCollarView view(block);
      return rule(CommandKind::set_price_collar, view, view.basis_points());
    }
    case SetPriceBandView::template_id: {
      const SetPriceBandView view(block);
      return rule(CommandKind::set_price_band, view, view.reference_price(), view.basis_points());
    }
    case SetCircuitBreakerView::template_id: {
      const SetCircuitBreakerView view(block);
      return rule(CommandKind::set_circuit_breaker, view, view.basis_points(), view.window());
    }
    case SetReopeningView::template_id: {
      const SetReopeningView view(block);
      return rule(CommandKind::set_reopening, view, view.halt_time(), view.call_time());
    }
    case SetMarketLevelsView::template_id: {
      const SetMarketLevelsView view(block);
      return detail::decode_market(CommandKind::set_market_levels, view, sender, view.level1(), view.level2(), view.level3());
    }
    case BreachMarketLevelView::template_id: {
      const BreachMarketLevelView view(block);
      return detail::decode_market(CommandKind::breach_market_level, view, sender, view.level());
    }
    case RollDayView::template_id: {
      const RollDayView view(block);
      return detail::decode_market(CommandKind::roll_day, view, sender, view.day());
    }
    case SetLimitsView::template_id: return decode_set_limits(SetLimitsView::read(sbe), directory, sender);
    case KillView::template_id: return detail::decode_kill(CommandKind::kill, KillView(block), sender);
    case UnkillView::template_id: return detail::decode_kill(CommandKind::unkill, UnkillView(block), sender);
    case QueryView::template_id: return detail::decode_query(QueryView(block), directory, sender);
    default: return decode_risk_request(template_id, block, directory, sender);
  }
}

}  // namespace hopwire::venue
