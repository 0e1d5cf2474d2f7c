// A mass quote on the wire -> the command that closes it and one command for each of its entries. Pure. Its bytes have been checked: the
// group has the entries it claims (net/order_entry_wire.hpp); how many these may be is checked here, for a batch has to hold them.
#pragma once

#include <algorithm>
#include <cstdint>

#include "order_to_publish/1_order_in/decoded_command.hpp"
#include "order_to_publish/1_order_in/instrument_directory.hpp"

namespace hopwire::venue {

// The close.
[[nodiscard]] inline DecodedCommand decode_mass_quote(const order_entry::MassQuoteView& view, const Sender& sender) noexcept {
  DecodedCommand result{.command = detail::begin_command(CommandKind::mass_quote, sender, view.cl_ord_id())};
  Command& command = result.command;
  command.trigger_sequence = view.trigger_sequence();
  command.account = view.account();
  command.quantity = static_cast<std::uint32_t>(view.entries().size());
  command.special.self_trade_scope = view.self_trade_scope();
  command.special.self_trade_action = view.self_trade_action();
  command.mark_special_terms();
  using enum order_entry::RejectReason;
  if (!order_entry::is_valid(view.self_trade_scope()) || !order_entry::is_valid(view.self_trade_action())) result.reason = not_supported;
  if (command.quantity < 1 || command.quantity > mass_quote_entries_max) {
    result.reason = invalid_entry_count;
    result.limit_value = command.quantity < 1 ? 1 : std::int64_t{mass_quote_entries_max};
  }
  return result;
}

// One that only pulls is a cancel.
[[nodiscard]] inline bool only_pulls(const order_entry::MassQuoteView& view) noexcept {
  for (const auto& entry : view.entries()) {
    if (entry.bid_quantity() != 0 || entry.ask_quantity() != 0) return false;
  }
  return true;
}

// emit(const Command&) for each entry, in order; `close` is what decode_mass_quote made.
template <class Emit>
void decode_quote_entries(const order_entry::MassQuoteView& view, const Command& close, const InstrumentDirectory& directory,
                          Emit&& emit) noexcept {
  for (const auto& entry : view.entries()) {
    Command command = close;
    command.kind = CommandKind::quote_entry;
    command.instrument_id = entry.instrument_id();
    command.locate = directory.locate_of(command.instrument_id);
    command.price = entry.bid_price();
    command.quantity = entry.bid_quantity();
    command.quote = {.ask_price = entry.ask_price(), .ask_quantity = entry.ask_quantity(), .reserved = {}};
    command.mark_special_terms();
    emit(command);
  }
}

}  // namespace hopwire::venue
