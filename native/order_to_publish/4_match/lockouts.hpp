// Purge and kill: all orders of a scope go, and nothing of that scope comes in until it is opened again.
//
// A purge names one session, account or firm, or the venue, and an instrument if it likes. The lock holds from the purge on; every order of
// the scope is cancelled as by a mass cancel (same order, same ids; reason purge, public: D), then `purged` with their number. `unlock` of
// the same scope lifts it: `unlocked` with 1, or 0 when there was no such lock; of two locks that overlap the other one stays.
// A kill is a purge without instrument under another lock (reason kill, `killed`), which only `unkill` lifts.
//
// What a lock refuses: new orders and mass quotes, with the lock that stands in the way: kills before locks, session, account, firm, venue
// in this order, right after the instrument was found. A replace in a locked scope finds no order: they are gone. Refused with
// invalidScope: a scope with a side, with two owners, a kill with an instrument; with unknownInstrument: an unknown one; with bookFull: one
// lock more than scope_locks.hpp holds. Included by matcher.hpp, never by anyone else.
#pragma once

#include <bit>

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

inline std::uint64_t Matcher::lock_key(const Scope& scope, bool is_kill) noexcept {
  const std::uint16_t locate = scope.has(scope_field::instrument) ? scope.locate : std::uint16_t{0};
  if (scope.has(scope_field::session)) return ScopeLocks::key(is_kill, ScopeOwner::session, scope.session, locate);
  if (scope.has(scope_field::account)) return ScopeLocks::key(is_kill, ScopeOwner::account, scope.account, locate);
  if (scope.has(scope_field::firm)) return ScopeLocks::key(is_kill, ScopeOwner::firm, scope.firm, locate);
  return ScopeLocks::key(is_kill, ScopeOwner::venue, 0, locate);
}

// locate 0: only locks on all instruments.
inline Refusal Matcher::check_locks(std::uint32_t session, std::uint32_t account, std::uint32_t firm, std::uint16_t locate) const noexcept {
  if (locks_.empty()) [[likely]] return {};
  const std::uint32_t ids[] = {session, account, firm, 0};
  for (const bool is_kill : {true, false}) {
    for (std::uint16_t owner = 0; owner < std::size(ids); ++owner) {
      const auto which = static_cast<ScopeOwner>(owner);
      const bool everywhere = locks_.has(ScopeLocks::key(is_kill, which, ids[owner], 0));
      if (!everywhere && (locate == 0 || !locks_.has(ScopeLocks::key(is_kill, which, ids[owner], locate)))) continue;
      using order_entry::RejectReason;
      const RejectReason first = is_kill ? RejectReason::session_killed : RejectReason::session_locked;
      return {static_cast<RejectReason>(static_cast<std::uint16_t>(first) + owner), 0};
    }
  }
  return {};
}

inline Refusal Matcher::check_lock_scope(const Scope& scope, bool is_kill) const noexcept {
  const unsigned owners = scope.fields & (scope_field::session | scope_field::account | scope_field::firm);
  if (std::popcount(owners) > 1 || scope.has(scope_field::side) || (is_kill && scope.has(scope_field::instrument))) {
    return {order_entry::RejectReason::invalid_scope, 0};
  }
  if (scope.has(scope_field::instrument) && !book_at(scope.locate).known) return {order_entry::RejectReason::unknown_instrument, 0};
  return {};
}

template <class Sink>
void Matcher::close_scope(const Command& command, Sink& sink) {
  const bool is_kill = command.kind == CommandKind::kill;
  const Scope scope = Scope::of(command);
  if (const Refusal refusal = check_lock_scope(scope, is_kill)) return refuse(command, refusal, sink);
  if (!locks_.add(lock_key(scope, is_kill))) {
    return refuse(command, {order_entry::RejectReason::book_full, static_cast<std::int64_t>(ScopeLocks::capacity)}, sink);
  }
  const std::uint32_t canceled =
      cancel_scope(command, scope, is_kill ? order_entry::CancelReason::kill : order_entry::CancelReason::purge, sink);
  answer_scope(command, scope, is_kill ? MatchEventKind::killed : MatchEventKind::purged, canceled, sink);
}

template <class Sink>
void Matcher::open_scope(const Command& command, Sink& sink) {
  const bool is_kill = command.kind == CommandKind::unkill;
  const Scope scope = Scope::of(command);
  if (const Refusal refusal = check_lock_scope(scope, is_kill)) return refuse(command, refusal, sink);
  const bool was_shut = locks_.remove(lock_key(scope, is_kill));
  answer_scope(command, scope, is_kill ? MatchEventKind::unkilled : MatchEventKind::unlocked, was_shut ? 1 : 0, sink);
}

}  // namespace hopwire::venue
