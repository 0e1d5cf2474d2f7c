// Why: whose orders a command is about, apart from how a Command or a MatchEvent carries that.
#pragma once

#include <cstdint>

#include "order_to_publish/1_order_in/command.hpp"
#include "order_to_publish/4_match/match_event.hpp"

namespace hopwire::venue {

struct Scope {
  std::uint8_t fields = 0;  // scope_field bits
  order_entry::Side side = order_entry::Side::buy;
  std::uint16_t locate = 0;
  std::uint32_t session = 0;
  std::uint32_t account = 0;
  std::uint32_t firm = 0;

  [[nodiscard]] bool has(std::uint8_t field) const noexcept { return (fields & field) != 0; }

  // A command without a scope of its own means its session's orders.
  [[nodiscard]] static Scope of(const Command& command) noexcept {
    if (command.scope_fields == 0) return {.fields = scope_field::session, .session = command.session};
    return {.fields = command.scope_fields,
            .side = command.in_scope.side,
            .locate = command.locate,
            .session = command.in_scope.session,
            .account = command.in_scope.account,
            .firm = command.in_scope.firm};
  }

  // Into the fields that match_event.hpp sets aside for it.
  void write(MatchEvent& event) const noexcept {
    if (!has(scope_field::said)) return;
    event.scope_fields = fields;
    if (has(scope_field::session)) event.taker_session = session;
    if (has(scope_field::account)) event.taker_leaves = account;
    if (has(scope_field::firm)) event.displayed = firm;
    if (has(scope_field::side)) event.side = side;
  }
};

}  // namespace hopwire::venue
