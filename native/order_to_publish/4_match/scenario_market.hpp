// For tests only: events about an instrument or the market, and the two that an auction tells an order's owner, as lines of a scenario;
// src/reference/describe_market.ts prints the same.
#pragma once

#include <sstream>
#include <string>

#include "order_to_publish/4_match/market_facts.hpp"

namespace hopwire::venue::scenario {

inline std::string state_word(order_entry::TradingState state) {
  using order_entry::TradingState;
  switch (state) {
    case TradingState::continuous: return "continuous";
    case TradingState::pre_open: return "preopen";
    case TradingState::opening_auction: return "opening";
    case TradingState::halt: return "halt";
    case TradingState::reopening_auction: return "reopening";
    case TradingState::closing_auction: return "closing";
    case TradingState::closed: return "closed";
  }
  return "?";
}

inline std::string halt_reason_word(const HaltReason& reason) {
  std::string word;
  for (const char letter : reason) {
    if (letter != 0) word += letter;
  }
  return word;
}

inline std::string price_or_none(std::int32_t price) { return price == 0 ? "none" : std::to_string(price); }

inline std::string market_public_word(const MatchEvent& event) {
  std::ostringstream out;
  const auto auction = facts_of<AuctionFacts>(event);
  switch (event.public_effect) {
    case PublicEffect::execute_at_price: out << " | C " << event.reference << " " << event.quantity << " @ " << event.price; break;
    case PublicEffect::cross_trade:
      out << " | Q " << static_cast<char>(auction.cross_type) << " " << auction.quantity << " @ " << event.price;
      break;
    case PublicEffect::imbalance: {
      const char direction = auction.near_price == 0 ? 'O' : auction.quantity == 0 ? 'N' : static_cast<char>(event.side);
      out << " | I " << static_cast<char>(auction.cross_type) << " " << direction << " "
          << (auction.variation == ' ' ? '-' : auction.variation);
      break;
    }
    case PublicEffect::trading_action: {
      const auto facts = facts_of<StateFacts>(event);
      const std::string reason = halt_reason_word(facts.halt_reason);
      out << " | H " << trading_action(facts) << (reason.empty() ? "" : " ") << reason;
      break;
    }
    case PublicEffect::auction_collar: return " | J";
    case PublicEffect::market_levels: return " | V";
    case PublicEffect::market_breach: out << " | W " << event.quantity; break;
    case PublicEffect::new_day: return " | S";
    case PublicEffect::short_sale_restriction: out << " | Y " << event.quantity; break;
    default: return " | ?";
  }
  return out.str();
}

inline std::string describe_imbalance(const MatchEvent& event) {
  const auto facts = facts_of<AuctionFacts>(event);
  std::ostringstream out;
  out << "imbalance #" << event.locate << " " << to_string(facts.cross_type) << " paired " << facts.paired_quantity << " left "
      << facts.quantity;
  if (facts.quantity != 0) out << (event.side == order_entry::Side::buy ? " buy" : " sell");
  out << " far " << price_or_none(facts.far_price) << " near " << price_or_none(facts.near_price) << " reference "
      << price_or_none(facts.reference_price);
  return out.str();
}

inline std::string describe_market(const MatchEvent& event) {
  std::ostringstream out;
  const char* side = event.side == order_entry::Side::buy ? "buy" : "sell";
  switch (event.kind) {
    case MatchEventKind::queued:
      out << "queued " << event.cl_ord_id << " " << side << " " << event.leaves << " @ ";
      if (event.price == INT32_MIN) return out.str() + "market";
      out << event.price;
      break;
    case MatchEventKind::crossed:
      out << "crossed " << event.cl_ord_id << " " << side << " match " << event.match_number << ": " << event.quantity << " @ "
          << event.price << " leaves " << event.leaves;
      break;
    case MatchEventKind::uncrossed: {
      const auto facts = facts_of<AuctionFacts>(event);
      out << "uncrossed #" << event.locate << " " << to_string(facts.cross_type) << " match " << facts.match_number << ": "
          << facts.quantity << " @ " << event.price;
      break;
    }
    case MatchEventKind::imbalance: return describe_imbalance(event);
    case MatchEventKind::state_changed: out << "state #" << event.locate << " " << state_word(facts_of<StateFacts>(event).state); break;
    case MatchEventKind::auction_collar: {
      const auto facts = facts_of<CollarFacts>(event);
      out << "collar #" << event.locate << " " << facts.lower_price << " to " << facts.upper_price << " around " << facts.reference_price
          << " extension " << facts.extension;
      break;
    }
    case MatchEventKind::limit_state: out << "limit state #" << event.locate << " " << side << " @ " << event.price; break;
    case MatchEventKind::limit_state_over: out << "limit state over #" << event.locate; break;
    case MatchEventKind::market_levels: {
      out << "market levels";
      for (const std::int64_t level : facts_of<LevelFacts>(event).levels) out << " " << level;
      break;
    }
    case MatchEventKind::market_breached: out << "market breached " << event.quantity; break;
    case MatchEventKind::day_rolled: out << "day " << event.quantity; break;
    default: return "?";
  }
  return out.str();
}

// What describe() leaves out: whose it is (nobody's), the instrument, and the numbers that events about orders have as well.
inline std::string market_fields(const MatchEvent& event) {
  const bool is_auction = event.kind == MatchEventKind::uncrossed || event.kind == MatchEventKind::imbalance;
  const AuctionFacts facts = is_auction ? facts_of<AuctionFacts>(event) : AuctionFacts{};
  const std::uint64_t quantity = is_auction ? facts.quantity : event.quantity;
  std::ostringstream out;
  out << " [s" << event.session << " a" << event.account << " #" << event.locate;
  if (event.instrument_id != 0) out << " i " << event.instrument_id;
  if (event.side != order_entry::Side::buy) out << " sell";
  if (facts.match_number != 0) out << " match " << facts.match_number;
  if (quantity != 0) out << " qty " << quantity;
  if (event.price != 0) out << " price " << event.price;
  out << "]";
  return out.str();
}

}  // namespace hopwire::venue::scenario
