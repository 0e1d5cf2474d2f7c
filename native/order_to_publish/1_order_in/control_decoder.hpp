// What a client asks for about many orders at once, or about its quotes to come -> Command: cancel, purge and unlock by scope, market-maker
// protection. Pure. Refused here is what a Command cannot carry; whether a scope is the sender's to name is account_rights.hpp's to know,
// whether it can be locked the matcher's.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "order_to_publish/1_order_in/decoded_command.hpp"
#include "order_to_publish/1_order_in/instrument_directory.hpp"

namespace hopwire::venue {

namespace detail {

// Of no field that the scope does not say anything is read.
template <class View>
[[nodiscard]] DecodedCommand decode_scope(CommandKind kind, const View& view, order_entry::Side side, const InstrumentDirectory& directory,
                                          const Sender& sender) noexcept {
  DecodedCommand result{.command = begin_command(kind, sender, view.cl_ord_id())};
  Command& command = result.command;
  const order_entry::ScopeFields scope = view.scope();
  command.scope_fields = scope_field::said | scope.bits;
  command.in_scope = {};
  if (scope.session()) command.in_scope.session = sender.session;
  if (scope.account()) command.account = command.in_scope.account = view.account();
  if (scope.side()) command.in_scope.side = side;
  if (scope.instrument()) {
    command.instrument_id = view.instrument_id();
    command.locate = directory.locate_of(command.instrument_id);
  }
  command.mark_special_terms();
  order_entry::ScopeFields known{};
  known.session(true).account(true).firm(true).instrument(true).side(true);
  if ((scope.bits & ~known.bits) != 0) result.reason = order_entry::RejectReason::not_supported;
  if (scope.side() && !order_entry::is_valid(side)) result.reason = order_entry::RejectReason::invalid_side;
  return result;
}

// Begins a command about a protection, with its group as scope_fields and the rest for the caller to fill in.
template <class View>
[[nodiscard]] DecodedCommand decode_group(CommandKind kind, const View& view, const Sender& sender) noexcept {
  DecodedCommand result{.command = begin_command(kind, sender, view.cl_ord_id())};
  Command& command = result.command;
  const bool is_account = view.group() == order_entry::ProtectionGroup::account;
  if (is_account) command.account = view.account();
  command.scope_fields = scope_field::said | (is_account ? scope_field::account : scope_field::session);
  command.protection = {};
  command.protection.group = is_account ? view.account() : sender.session;
  command.mark_special_terms();
  if (!order_entry::is_valid(view.group())) result.reason = order_entry::RejectReason::not_supported;
  return result;
}

}  // namespace detail

[[nodiscard]] inline DecodedCommand decode_mass_cancel(const std::byte* block, const InstrumentDirectory& directory,
                                                       const Sender& sender) noexcept {
  const order_entry::MassCancelView view(block);
  return detail::decode_scope(CommandKind::mass_cancel, view, view.side(), directory, sender);
}

[[nodiscard]] inline DecodedCommand decode_purge(const std::byte* block, const InstrumentDirectory& directory,
                                                 const Sender& sender) noexcept {
  return detail::decode_scope(CommandKind::purge, order_entry::PurgeView(block), order_entry::Side::buy, directory, sender);
}

[[nodiscard]] inline DecodedCommand decode_unlock(const std::byte* block, const InstrumentDirectory& directory,
                                                  const Sender& sender) noexcept {
  return detail::decode_scope(CommandKind::unlock, order_entry::UnlockView(block), order_entry::Side::buy, directory, sender);
}

[[nodiscard]] inline DecodedCommand decode_set_protection(const std::byte* block, const Sender& sender) noexcept {
  const order_entry::SetProtectionView view(block);
  DecodedCommand result = detail::decode_group(CommandKind::set_protection, view, sender);
  ProtectionTerms& terms = result.command.protection;
  terms.window = view.window();
  terms.quantity = view.quantity();
  terms.value = view.value();
  // More than the field holds is too much for the matcher as well.
  terms.trades = static_cast<std::int32_t>(std::min<std::uint32_t>(view.trades(), std::numeric_limits<std::int32_t>::max()));
  return result;
}

[[nodiscard]] inline DecodedCommand decode_reset_protection(const std::byte* block, const Sender& sender) noexcept {
  return detail::decode_group(CommandKind::reset_protection, order_entry::ResetProtectionView(block), sender);
}

}  // namespace hopwire::venue
