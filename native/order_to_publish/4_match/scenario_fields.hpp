// For tests and tools: the rest of an event, as src/reference/scenario_fields.ts prints it behind the line of describe().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "order_to_publish/4_match/scenario_describe.hpp"

namespace hopwire::venue::scenario {

template <class Integer>
std::string number_field(std::string_view name, Integer value) {
  return value == 0 ? std::string() : " " + std::string(name) + " " + std::to_string(value);
}

template <class Enum>
std::string word_field(std::string_view name, Enum value, Enum usual) {
  return value == usual ? std::string() : " " + std::string(name) + std::string(to_string(value));
}

inline std::string fields_of_order(const MatchEvent& event) {
  using namespace order_entry;
  const bool says_terms = event.kind == MatchEventKind::accepted || event.kind == MatchEventKind::rested;  // others may repeat them
  std::string terms;
  if (says_terms) {
    terms = word_field("type ", event.order_type, OrderType::limit) + word_field("tif ", event.time_in_force, TimeInForce::day);
  }
  return word_field("", event.side, Side::buy) + terms + number_field("ref", event.reference) +
         number_field("from", event.original_reference) + number_field("match", event.match_number) +
         number_field("total", event.total_quantity) + number_field("qty", event.quantity) +
         number_field("price", event.price == matching::no_price ? 0 : event.price) + number_field("stop", event.stop_price) +
         number_field("leaves", event.leaves) + number_field("displayed", event.displayed) + number_field("taker", event.taker_cl_ord_id) +
         number_field("taker session", event.taker_session) + number_field("taker ref", event.taker_reference) +
         number_field("taker leaves", event.taker_leaves) +
         number_field("ahead", event.queue_ahead == queue_position_kept ? 0 : event.queue_ahead);
}

// Without the fields that hold a scope, which describe() has told.
inline MatchEvent without_scope(MatchEvent event) {
  if (event.scope_fields == 0) return event;
  event.taker_session = event.taker_leaves = event.displayed = event.instrument_id = 0;
  event.side = order_entry::Side::buy;
  return event;
}

inline std::string describe_fields(const MatchEvent& told) {
  if (is_about_market(told.kind)) return market_fields(told);
  const MatchEvent event = without_scope(told);
  const bool is_answer = event.kind == MatchEventKind::rejected || event.kind == MatchEventKind::cancel_rejected ||
                         event.kind == MatchEventKind::mass_canceled;
  const bool names_row = !is_answer || event.request != order_entry::RequestKind::mass_cancel;
  return " [s" + std::to_string(event.session) + " a" + std::to_string(event.account) +
         (names_row ? " #" + std::to_string(event.locate) : std::string()) +
         word_field("", event.request, order_entry::RequestKind::new_order) + number_field("id", event.original_cl_ord_id) +
         (is_answer ? std::string() : number_field("i", event.instrument_id) + fields_of_order(event)) + "]";
}

// An acceptance that rests at once is told as the two events that it stands for.
inline std::string describe_with_fields(const MatchEvent& event) {
  if (event.kind != MatchEventKind::accepted || event.public_effect != PublicEffect::add) return describe(event) + describe_fields(event);
  MatchEvent accepted = event;
  accepted.public_effect = PublicEffect::none;
  accepted.displayed = 0;
  MatchEvent rested = event;
  rested.kind = MatchEventKind::rested;
  rested.total_quantity = 0;
  rested.quantity = 0;
  rested.queue_ahead = 0;
  return describe(accepted) + describe_fields(accepted) + "\n" + describe(rested) + describe_fields(rested);
}

}  // namespace hopwire::venue::scenario
