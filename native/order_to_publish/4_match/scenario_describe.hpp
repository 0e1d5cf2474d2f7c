// For tests only: events as text that a trader can read, the expected lines of schemas/scenarios/. src/reference/scenario_describe.ts
// prints the same. The public effect stands last, in ITCH's letters.
#pragma once

#include <sstream>
#include <string>
#include <string_view>

#include "order_to_publish/4_match/matcher.hpp"
#include "order_to_publish/4_match/scenario_market.hpp"

namespace hopwire::venue::scenario {

inline std::string side_word(order_entry::Side side) { return side == order_entry::Side::buy ? "buy" : "sell"; }
inline std::string price_word(std::int32_t price) { return price == matching::no_price ? "market" : std::to_string(price); }

// unknownOrder -> unknown order, where no shorter word is agreed.
inline std::string reason_words(std::string_view name) {
  constexpr std::string_view agreed[][2] = {{"byClient", "client"}, {"immediateOrCancel", "ioc"},
                                            {"massCancel", "mass"}, {"bySystem", "system"},
                                            {"fillOrKill", "fok"},  {"duplicateClOrdId", "duplicate id"},
                                            {"quotePulled", "pulled"}};
  for (const auto& [word, shorter] : agreed) {
    if (name == word) return std::string(shorter);
  }
  std::string spaced;
  for (const char letter : name) {
    const bool is_capital = letter >= 'A' && letter <= 'Z';
    if (is_capital) spaced += ' ';
    spaced += is_capital ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return spaced;
}

inline std::string public_word(const MatchEvent& event) {
  switch (event.public_effect) {
    case PublicEffect::none: return "";
    case PublicEffect::add: return " | A " + std::to_string(event.reference);
    case PublicEffect::execute: return " | E " + std::to_string(event.reference) + " " + std::to_string(event.quantity);
    case PublicEffect::reduce: return " | X " + std::to_string(event.reference) + " " + std::to_string(event.quantity);
    case PublicEffect::remove:
      return " | D " + std::to_string(event.kind == MatchEventKind::replaced ? event.original_reference : event.reference);
    case PublicEffect::replace: return " | U " + std::to_string(event.original_reference) + " -> " + std::to_string(event.reference);
    default: return market_public_word(event);
  }
}

inline std::string queue_word(const MatchEvent& event) {
  return event.queue_ahead == queue_position_kept ? " kept" : " ahead " + std::to_string(event.queue_ahead);
}

inline std::string stop_word(const MatchEvent& event) { return event.stop_price == 0 ? "" : " stop " + std::to_string(event.stop_price); }
inline std::string shows_word(const MatchEvent& event) { return event.displayed == 0 ? "" : " shows " + std::to_string(event.displayed); }

inline std::string describe_canceled(const MatchEvent& event) {
  std::ostringstream out;
  out << "canceled " << event.original_cl_ord_id;
  if (event.cl_ord_id != event.original_cl_ord_id) out << " by " << event.cl_ord_id;
  out << " " << event.quantity << " (" << reason_words(to_string(static_cast<order_entry::CancelReason>(event.reason))) << ")";
  if (event.leaves != 0) out << " leaves " << event.leaves;
  return out.str();
}

inline std::string describe_refusal(const MatchEvent& event) {
  std::ostringstream out;
  out << (event.kind == MatchEventKind::rejected ? "rejected " : "refused ") << event.cl_ord_id << " ("
      << reason_words(to_string(static_cast<order_entry::RejectReason>(event.reason))) << ")";
  if (event.limit_value != 0) out << " limit " << event.limit_value;
  const auto reason = static_cast<order_entry::RejectReason>(event.reason);
  if (reason == order_entry::RejectReason::message_rate_limit) out << " retry after " << event.queue_ahead;
  if (event.entry_plus_1 != 0) out << " entry " << event.entry_plus_1 - 1;
  return out.str();
}

// session 3 #1 buy; venue for everybody's.
inline std::string scope_words(const MatchEvent& event) {
  const auto has = [&](std::uint8_t field) { return (event.scope_fields & field) != 0; };
  std::string said;
  if (has(scope_field::session)) said += " session " + std::to_string(event.taker_session);
  if (has(scope_field::account)) said += " account " + std::to_string(event.taker_leaves);
  if (has(scope_field::firm)) said += " firm " + std::to_string(event.displayed);
  if (said.empty()) said = " venue";
  if (has(scope_field::instrument)) said += " #" + std::to_string(event.locate);
  if (has(scope_field::side)) said += " " + side_word(event.side);
  return said;
}

// Events about quotes, protection, locks and risk.
inline std::string describe_control(const MatchEvent& event) {
  const std::string id = std::to_string(event.cl_ord_id);
  const std::string scope = ":" + scope_words(event);
  const std::string count = " " + std::to_string(event.quantity);
  const std::string row = event.locate == 0 ? "" : " #" + std::to_string(event.locate);
  const std::string on_off = event.quantity == 1 ? "on" : "off";
  switch (event.kind) {
    case MatchEventKind::mass_quoted: {
      const std::string reason = reason_words(to_string(static_cast<order_entry::RejectReason>(event.reason)));
      return "mass quoted by " + id + ":" + count + (event.reason == 0 ? "" : " (" + reason + ")");
    }
    case MatchEventKind::protection_set: return "protection set by " + id + scope;
    case MatchEventKind::protection_tripped:
      return "protection tripped" + scope + " (" + reason_words(to_string(static_cast<order_entry::ProtectionReason>(event.reason))) +
             ") limit " + std::to_string(event.limit_value);
    case MatchEventKind::protection_reset: return "protection reset by " + id + scope + count;
    case MatchEventKind::purged: return "purged by " + id + scope + count;
    case MatchEventKind::killed: return "killed by " + id + scope + count;
    case MatchEventKind::unlocked: return "unlocked by " + id + scope + count;
    case MatchEventKind::unkilled: return "unkilled by " + id + scope + count;
    case MatchEventKind::risk_warning: {
      const std::string entry = event.entry_plus_1 == 0 ? "" : " entry " + std::to_string(event.entry_plus_1 - 1);
      return "warning " + id + " (" + reason_words(to_string(static_cast<order_entry::RejectReason>(event.reason))) + ") limit " +
             std::to_string(event.limit_value) + entry;
    }
    case MatchEventKind::limits_set: return "limits set: account " + std::to_string(event.account) + row;
    case MatchEventKind::restriction_set: return "restriction " + on_off + ": account " + std::to_string(event.account) + row;
    case MatchEventKind::short_sale_restriction_set: return "short sale restriction " + on_off + ":" + row;
    case MatchEventKind::position_set:
      return "position set: account " + std::to_string(event.account) + row + " " + std::to_string(event.limit_value);
    default: return "?";
  }
}

inline std::string describe_without_effect(const MatchEvent& event) {
  std::ostringstream out;
  const std::string price = price_word(event.price);
  const std::string stands = " " + side_word(event.side) + " " + std::to_string(event.leaves) + " @ " + price;
  switch (event.kind) {
    case MatchEventKind::accepted:
      out << "accepted " << event.cl_ord_id << " ref " << event.reference << " " << side_word(event.side) << " " << event.quantity << " @ "
          << price << stop_word(event) << queue_word(event);
      break;
    case MatchEventKind::executed:
      out << "executed " << event.cl_ord_id << " by " << event.taker_cl_ord_id << " match " << event.match_number << ": " << event.quantity
          << " @ " << price << " leaves " << event.leaves << "/" << event.taker_leaves;
      break;
    case MatchEventKind::rested: out << "rested " << event.cl_ord_id << stands << shows_word(event); break;
    case MatchEventKind::refreshed:
      out << "refreshed " << event.cl_ord_id << " ref " << event.reference << " leaves " << event.leaves << " @ " << price
          << shows_word(event);
      break;
    case MatchEventKind::prevented:
      out << "prevented " << event.cl_ord_id << " by " << event.taker_cl_ord_id << ": " << event.quantity << " @ " << price;
      break;
    case MatchEventKind::parked: out << "parked " << event.cl_ord_id << stands << stop_word(event); break;
    case MatchEventKind::triggered: out << "triggered " << event.cl_ord_id << stands << stop_word(event); break;
    case MatchEventKind::canceled: return describe_canceled(event);
    case MatchEventKind::replaced:
      out << "replaced " << event.original_cl_ord_id << " by " << event.cl_ord_id << " ref " << event.reference << " total "
          << event.total_quantity << " leaves " << event.leaves << " @ " << price << shows_word(event) << stop_word(event)
          << queue_word(event);
      break;
    case MatchEventKind::rejected:
    case MatchEventKind::cancel_rejected: return describe_refusal(event);
    case MatchEventKind::mass_canceled: out << "mass canceled by " << event.cl_ord_id << ": " << event.quantity; break;
    case MatchEventKind::admin_refused:
      out << "admin refused (" << reason_words(to_string(static_cast<order_entry::RejectReason>(event.reason))) << ")";
      if (event.limit_value != 0) out << " limit " << event.limit_value;
      break;
    default: {
      const bool is_market = event.kind >= MatchEventKind::queued && event.kind <= MatchEventKind::admin_refused;
      return is_market ? describe_market(event) : describe_control(event);
    }
  }
  return out.str();
}

// One event as a line; the lines of the scenarios.
// An acceptance that rests at once says what others say in two events.
inline std::string describe(const MatchEvent& event) {
  std::string told = describe_without_effect(event);
  if (event.kind == MatchEventKind::accepted && event.public_effect == PublicEffect::add) {
    MatchEvent rested = event;
    rested.kind = MatchEventKind::rested;
    told += "\n" + describe_without_effect(rested);
  }
  return told + public_word(event);
}

// Every field, for comparing two matchers.
inline std::string describe_all(const MatchEvent& event) {
  std::ostringstream out;
  out << describe(event) << " [cl " << event.cl_ord_id << " orig " << event.original_cl_ord_id << " ref " << event.reference << " oref "
      << event.original_reference << " match " << event.match_number << " ahead " << event.queue_ahead << " taker " << event.taker_cl_ord_id
      << "/" << event.taker_reference << "/" << event.taker_session << " limit " << event.limit_value << " session " << event.session
      << " account " << event.account << " price " << event.price << " quantity " << event.quantity << " leaves " << event.leaves << "/"
      << event.taker_leaves << " instrument " << event.instrument_id << " total " << event.total_quantity << " locate " << event.locate
      << " reason " << event.reason << " kind " << static_cast<int>(event.kind) << " public " << static_cast<int>(event.public_effect)
      << " side " << static_cast<int>(event.side) << " type " << static_cast<int>(event.order_type) << " tif "
      << static_cast<int>(event.time_in_force) << " request " << static_cast<int>(event.request) << " displayed "
      << event.displayed << " stop " << event.stop_price << "]";
  return out.str();
}

}  // namespace hopwire::venue::scenario
