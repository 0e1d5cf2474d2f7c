// Why: the account of a request is the client's word; whose it is, the venue's configuration says. What: the accounts a session may name,
// and whether a request stays within what is the sender's. Built once; no state, no clock.
//
//   a session with a list   may trade for the accounts of its list and no others, and may ask for what concerns all of such an account,
//                           whichever session entered it: cancel, purge, unlock, protect
//   a session without       may trade for any account that no session of another firm lists, and ask for nothing that concerns all of an
//                           account: it could be somebody else's too
//   an operator's session   trades for no account, and may ask for what concerns all of any account, firm, or the venue
//
// Refused with notItsAccount, or with operatorsOnly what concerns a firm or the venue and what only an operator may ask for. A firm can be
// named in the operator's own requests alone (Kill, Unkill): elsewhere, where none can be said, invalidScope. A cancel or replace names an
// order of the session itself and has no account.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "order_to_publish/1_order_in/command.hpp"
#include "order_to_publish/1_order_in/gateway_config.hpp"

namespace hopwire::venue {

class AccountRights {
 public:
  AccountRights(std::span<const SessionCredentials> sessions, const SessionCredentials& own)
      : is_operator_(own.is_operator), is_list_(!own.accounts.empty()) {
    if (is_list_) accounts_ = own.accounts;
    for (const SessionCredentials& other : sessions) {
      if (!is_list_ && other.firm != own.firm) accounts_.insert(accounts_.end(), other.accounts.begin(), other.accounts.end());
    }
    std::sort(accounts_.begin(), accounts_.end());
  }

  [[nodiscard]] bool is_operator() const noexcept { return is_operator_; }
  [[nodiscard]] bool may_trade(std::uint32_t account) const noexcept {
    return !is_operator_ && std::binary_search(accounts_.begin(), accounts_.end(), account) == is_list_;
  }
  // Whether it may ask for, and is told of, what concerns all of the account.
  [[nodiscard]] bool owns(std::uint32_t account) const noexcept { return is_operator_ || (is_list_ && may_trade(account)); }

 private:
  bool is_operator_;
  bool is_list_;
  std::vector<std::uint32_t> accounts_;  // its own, or the other firms'; sorted
};

[[nodiscard]] inline order_entry::RejectReason check_rights(const Command& command, const AccountRights& rights) noexcept {
  using enum order_entry::RejectReason;
  if (is_operators_request(command.kind)) return rights.is_operator() ? none : operators_only;
  switch (command.kind) {
    case CommandKind::new_order:
    case CommandKind::mass_quote: return rights.may_trade(command.account) ? none : not_its_account;
    case CommandKind::mass_cancel:
    case CommandKind::purge:
    case CommandKind::unlock:
    case CommandKind::set_protection:
    case CommandKind::reset_protection: break;
    default: return none;
  }
  if ((command.scope_fields & scope_field::firm) != 0) return rights.is_operator() ? invalid_scope : operators_only;
  if ((command.scope_fields & scope_field::session) != 0) return none;
  if ((command.scope_fields & scope_field::account) == 0) return rights.is_operator() ? none : operators_only;
  return rights.owns(command.account) ? none : not_its_account;
}

}  // namespace hopwire::venue
