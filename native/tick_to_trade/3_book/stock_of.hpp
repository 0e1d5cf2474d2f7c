// Where each ITCH type names its stock: a file or a stream joined mid-day brings no directory, but almost every other message tells.
#pragma once

#include <cstddef>
#include <string_view>

#include "generated/itch_5_0.hpp"
#include "tick_to_trade/2_decode/book_event.hpp"

namespace hopwire::feed {

// Eight characters, space padded, in place; empty for types that name no stock.
inline std::string_view stock_of(const BookEvent& event) noexcept {
  const std::byte* message = event.message();
  switch (event.type()) {
    case 'R': return itch::StockDirectoryView(message).stock_raw();
    case 'H': return itch::StockTradingActionView(message).stock_raw();
    case 'Y': return itch::RegShoRestrictionView(message).stock_raw();
    case 'L': return itch::MarketParticipantPositionView(message).stock_raw();
    case 'K': return itch::IpoQuotingPeriodUpdateView(message).stock_raw();
    case 'J': return itch::LuldAuctionCollarView(message).stock_raw();
    case 'h': return itch::OperationalHaltView(message).stock_raw();
    case 'A': return itch::AddOrderView(message).stock_raw();
    case 'F': return itch::AddOrderMpidView(message).stock_raw();
    case 'P': return itch::TradeView(message).stock_raw();
    case 'Q': return itch::CrossTradeView(message).stock_raw();
    case 'I': return itch::NetOrderImbalanceView(message).stock_raw();
    case 'N': return itch::RetailPriceImprovementView(message).stock_raw();
    case 'O': return itch::DirectListingView(message).stock_raw();
    default: return {};
  }
}

}  // namespace hopwire::feed
