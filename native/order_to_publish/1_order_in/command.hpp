// Hop 1 -> hop 2: one validated order command, free of any wire format. The only thing the sequencer may see of the gateway.
// Plain data, so that a journal record, a referee file and a socket all drive the same matcher.
//
// Layout: the first 64 bytes hold what a limit or market order, a cancel and a replace need. What few orders ask for stands behind them,
// and has_special_terms says whether to look there: the plain path reads one line. Whoever fills in a command ends with
// mark_special_terms(), so that the mark and the terms cannot disagree. A mass quote, which has up to 100 entries, comes as that many
// quote_entry commands and a mass_quote that closes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "generated/order_entry.hpp"
#include "generated/rules.hpp"

namespace hopwire::venue {

enum class CommandKind : std::uint8_t {
  new_order,
  replace_order,
  cancel_order,
  mass_cancel,
  session_cancel,  // what the gateway decides when a session is lost (cancel on disconnect)
  advance_time,    // time passes; needs no field
  quote_entry,     // one instrument of the mass quote that follows under the same session and id: price and quantity are the bid's
  mass_quote,      // closes its entries and applies them; quantity = how many
  purge,
  unlock,
  kill,
  unkill,
  set_protection,
  reset_protection,
  // the operator's, about one instrument
  set_trading_state,
  set_reference_price,
  publish_imbalance,
  set_tick_band,
  set_lot_size,
  set_price_collar,
  set_price_band,
  set_circuit_breaker,
  set_reopening,
  // and about the market
  set_market_levels,
  breach_market_level,
  roll_day,
  // and about risk: Command::account, Command::locate
  set_limits,            // names one limit; the last of a row's applies them all
  restrict_instrument,   // what the account may not trade
  restrict_short_sales,  // of the instrument, for everybody
  set_position,
  query,  // what stands; changes nothing, and is journalled because its answer has numbers of the operator's flow
};

constexpr bool is_operator_command(CommandKind kind) noexcept {
  return kind >= CommandKind::set_trading_state && kind <= CommandKind::set_position;
}
constexpr bool is_about_market(CommandKind kind) noexcept {
  return kind >= CommandKind::set_market_levels && kind <= CommandKind::roll_day;
}
constexpr bool is_about_risk(CommandKind kind) noexcept { return kind >= CommandKind::set_limits && is_operator_command(kind); }

// What only an operator's session may ask for.
constexpr bool is_operators_request(CommandKind kind) noexcept {
  return is_operator_command(kind) || kind == CommandKind::kill || kind == CommandKind::unkill || kind == CommandKind::query;
}

// Command::session of what nobody asked for: the venue's own configuration and timetable.
inline constexpr std::uint32_t venue_itself = 0xFFFFFFFFu;


// Command::scope_fields: what a scope says. Orders are in it that fit every field; of the first three none: everybody's.
namespace scope_field {
inline constexpr std::uint8_t session = order_entry::ScopeFields::session_mask;
inline constexpr std::uint8_t account = order_entry::ScopeFields::account_mask;
inline constexpr std::uint8_t firm = order_entry::ScopeFields::firm_mask;
inline constexpr std::uint8_t instrument = order_entry::ScopeFields::instrument_mask;  // Command::locate
inline constexpr std::uint8_t side = order_entry::ScopeFields::side_mask;
inline constexpr std::uint8_t said = 32;  // always set in a scope; a mass cancel without it is about all orders of its session
}  // namespace scope_field

inline constexpr std::size_t mass_quote_entries_max = rules::mass_quote_entries_max;

inline constexpr std::int32_t no_stop_price = INT32_MIN;

// new_order, replace_order, mass_quote.
struct SpecialTerms {
  std::uint64_t expire_time = 0;            // good till time: the first instant (sequencer time) at which the order is no longer there
  std::uint32_t minimum_quantity = 0;       // the least to trade at once, or the order is cancelled; 0 = none
  std::uint32_t display_quantity = 0;       // shown of a reserve order; 0 = all
  std::int32_t stop_price = no_stop_price;  // 1e-4; in a replace: none = as it was
  order_entry::SelfTradeScope self_trade_scope = order_entry::SelfTradeScope::account;
  order_entry::SelfTradeAction self_trade_action = order_entry::SelfTradeAction::none;
  std::uint16_t reserved = 0;
  std::uint64_t reserved_too = 0;
};

// mass_cancel, purge, unlock, kill, unkill.
struct ScopeTerms {
  std::uint32_t session;
  std::uint32_t account;
  std::uint32_t firm;
  order_entry::Side side;
  std::uint8_t reserved[19];
};

// quote_entry.
struct QuoteTerms {
  std::int32_t ask_price;
  std::uint32_t ask_quantity;
  std::uint8_t reserved[24];
};

// set_protection, reset_protection; scope_fields says whether the group is a session's or an account's.
struct ProtectionTerms {
  std::uint64_t window;  // ns
  std::int64_t quantity;
  std::int64_t value;
  std::int32_t trades;
  std::uint32_t group;
};

// The operator's commands. Prices in 1e-4, index levels in 1e-8, percentages in basis points, times in ns; wider than what they set, so
// that a value out of range is the matcher's to refuse.
struct OperatorTerms {
  std::int64_t values[3];   // set_reference_price: price · set_tick_band: from, tick · set_lot_size: lot, minimum quantity
                            // set_price_collar: basis points · set_price_band: reference, basis points
                            // set_circuit_breaker: basis points, window · set_reopening: halt time, call time
                            // set_market_levels: the three · breach_market_level: level · roll_day: day
  char halt_reason[7];      // set_trading_state: ITCH code, zero bytes behind it; more than four letters are refused
  order_entry::TradingState state;  // set_trading_state
};

// The operator's commands about risk. As many limits of a row as are to change together come one by one, all but the last with `more`.
struct RiskTerms {
  std::int64_t value;                   // set_limits: the limit; set_position: the position; restrictions: 1 on, 0 off
  order_entry::RiskLimit limit;         // set_limits, from here on
  order_entry::LimitSeverity severity;
  std::uint8_t of_instrument;           // 1: of the account in Command::locate; 0: of the account, and locate is 0
  std::uint8_t named;                   // 0: no limit is named, which is refused
  std::uint8_t more;                    // 1: others of the same row follow, and nothing happens before the last
  std::uint8_t reserved[19];
};

// query; an account when scope_fields says so, an instrument when there is an id.
struct QueryTerms {
  std::uint64_t position;
  order_entry::QueryKind kind;
  std::uint8_t reserved[23];
};

struct Command {
  std::uint64_t cl_ord_id = 0;           // of this request
  std::uint64_t original_cl_ord_id = 0;  // the order a replace or cancel names
  std::uint64_t trigger_sequence = 0;    // MoldUDP64 sequence that caused it; UINT64_MAX = none
  std::uint32_t session = 0;             // index of the order-entry session
  std::uint32_t account = 0;
  std::int32_t price = 0;  // 1e-4; ignored for market orders
  std::uint32_t quantity = 0;
  std::uint16_t locate = 0;  // row of the instrument; 0 = unknown to the gateway (the matcher rejects it)
  CommandKind kind = CommandKind::new_order;
  order_entry::Side side = order_entry::Side::buy;
  order_entry::OrderType order_type = order_entry::OrderType::limit;
  order_entry::TimeInForce time_in_force = order_entry::TimeInForce::day;
  std::uint8_t flags = 0;  // order_entry::OrderFlags bits
  std::uint8_t reserved_too = 0;
  std::uint32_t instrument_id = 0;  // as the client named it, for rejects
  std::uint32_t client_sequence = 0;  // low 32 bits of the client message's number, for lastProcessed in reports; no effect on matching
  std::uint32_t firm = 0;
  bool has_special_terms = false;
  std::uint8_t scope_fields = 0;
  std::uint8_t reserved[2] = {};
  union {  // by kind
    SpecialTerms special = {};
    ScopeTerms in_scope;
    QuoteTerms quote;
    ProtectionTerms protection;
    OperatorTerms operators;
    RiskTerms risk;
    QueryTerms query;
  };

  // What stands in the union is none of SpecialTerms.
  [[nodiscard]] bool has_control_terms() const noexcept {
    return kind == CommandKind::quote_entry || kind >= CommandKind::purge || (kind == CommandKind::mass_cancel && scope_fields != 0);
  }

  void mark_special_terms() noexcept {
    const bool plain_type = order_type == order_entry::OrderType::limit || order_type == order_entry::OrderType::market;
    const bool plain_time =
        time_in_force == order_entry::TimeInForce::day || time_in_force == order_entry::TimeInForce::immediate_or_cancel;
    has_special_terms = has_control_terms() || !plain_type || !plain_time || order_entry::OrderFlags{flags}.post_only() ||
                        order_entry::OrderFlags{flags}.imbalance_only() || special.minimum_quantity != 0 ||
                        special.display_quantity != 0 || special.stop_price != no_stop_price ||
                        special.self_trade_action != order_entry::SelfTradeAction::none;
  }
};

// Sent by a session, not decided by the venue.
constexpr bool is_client_request(const Command& command) noexcept {
  return command.kind != CommandKind::session_cancel && command.kind != CommandKind::advance_time && command.session != venue_itself;
}

// Hop 2 -> hops 3 and 4.
struct SequencedCommand {
  std::uint64_t sequence = 0;  // from 1
  std::uint64_t time = 0;      // ns since the UNIX epoch, never falling
  Command command;
};

static_assert(sizeof(SpecialTerms) == 32 && sizeof(ScopeTerms) == 32 && sizeof(QuoteTerms) == 32 && sizeof(ProtectionTerms) == 32 &&
              sizeof(OperatorTerms) == 32 && sizeof(RiskTerms) == 32 && sizeof(QueryTerms) == 32);
static_assert(std::has_unique_object_representations_v<SpecialTerms> && std::has_unique_object_representations_v<ScopeTerms> &&
              std::has_unique_object_representations_v<QuoteTerms> && std::has_unique_object_representations_v<ProtectionTerms> &&
              std::has_unique_object_representations_v<OperatorTerms> && std::has_unique_object_representations_v<RiskTerms> &&
              std::has_unique_object_representations_v<QueryTerms>);
static_assert(std::is_trivially_copyable_v<Command> && offsetof(Command, special) == 64 && sizeof(Command) == 96);

}  // namespace hopwire::venue
