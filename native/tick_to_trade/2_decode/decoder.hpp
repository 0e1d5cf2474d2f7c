// Hop 2, decode. In: the bytes of one ITCH 5.0 message (hop 1 has taken off packet and block framing). Out: BookEvent.
// Owner: the one thread that drives the feed. Budget: 1,000 ns p99 a packet (schemas/hops.xml). No state, no clock, no I/O.
//
// What it does when it cannot: says why in one word and leaves the event unspecified; the caller counts and goes on. A message is
// refused when it is empty, of an unknown type, not exactly as long as its type, or when it brings an order price or side that no book
// can hold. Codes that do not touch a book (halt reasons, cross types and so on) are not judged: exchanges add values without notice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/endian.hpp"
#include "generated/itch_5_0.hpp"
#include "tick_to_trade/2_decode/book_event.hpp"

namespace hopwire::feed {

enum class DecodeResult : std::uint8_t { ok, empty, unknown_type, wrong_length, invalid_price, invalid_side };
inline constexpr std::size_t decode_result_count = 6;

constexpr std::string_view to_string(DecodeResult result) noexcept {
  switch (result) {
    case DecodeResult::ok: return "ok";
    case DecodeResult::empty: return "empty message";
    case DecodeResult::unknown_type: return "unknown type";
    case DecodeResult::wrong_length: return "wrong length";
    case DecodeResult::invalid_price: return "invalid price";
    case DecodeResult::invalid_side: return "invalid side";
  }
  return "?";
}

// The feed's largest price, 200,000.0000.
inline constexpr std::uint32_t maximum_price = 2'000'000'000;

namespace detail {

inline bool take_price(std::uint32_t wire, BookEvent& out) noexcept {
  out.price = static_cast<std::int32_t>(wire);
  return wire <= maximum_price;
}

template <class View>
DecodeResult decode_add(const View& message, BookEvent& out) noexcept {
  out.reference = message.order_reference_number();
  out.side = message.buy_sell_indicator();
  out.shares = message.shares();
  if (!take_price(message.price(), out)) return DecodeResult::invalid_price;
  return out.side == 'B' || out.side == 'S' ? DecodeResult::ok : DecodeResult::invalid_side;
}

inline DecodeResult decode_executed_with_price(const itch::OrderExecutedWithPriceView& message, BookEvent& out) noexcept {
  out.reference = message.order_reference_number();
  out.shares = message.executed_shares();
  out.new_reference_or_match = message.match_number();
  out.printable = message.printable() != 'N';
  return take_price(message.execution_price(), out) ? DecodeResult::ok : DecodeResult::invalid_price;
}

inline DecodeResult decode_replace(const itch::OrderReplaceView& message, BookEvent& out) noexcept {
  out.reference = message.original_order_reference_number();
  out.new_reference_or_match = message.new_order_reference_number();
  out.shares = message.shares();
  return take_price(message.price(), out) ? DecodeResult::ok : DecodeResult::invalid_price;
}

inline DecodeResult decode_trade(const itch::TradeView& message, BookEvent& out) noexcept {
  out.reference = message.order_reference_number();
  out.side = message.buy_sell_indicator();
  out.shares = message.shares();
  out.new_reference_or_match = message.match_number();
  return take_price(message.price(), out) ? DecodeResult::ok : DecodeResult::invalid_price;
}

inline DecodeResult decode_cross(const itch::CrossTradeView& message, BookEvent& out) noexcept {
  out.new_reference_or_match = message.match_number();
  return take_price(message.cross_price(), out) ? DecodeResult::ok : DecodeResult::invalid_price;
}

}  // namespace detail

inline DecodeResult decode(const std::byte* message, std::size_t length, BookEvent& out) noexcept {
  if (length == 0) return DecodeResult::empty;
  const auto type = static_cast<char>(message[0]);
  const std::size_t expected = itch::message_length[static_cast<std::uint8_t>(type)];
  if (expected == 0) return DecodeResult::unknown_type;
  if (length != expected) return DecodeResult::wrong_length;
  // The eleven bytes every message begins with.
  const itch::SystemEventView head(message);
  out = BookEvent{};
  out.message = message;
  out.type = type;
  out.locate = head.stock_locate();
  out.time = head.timestamp();
  switch (type) {
    case 'A': return detail::decode_add(itch::AddOrderView(message), out);
    case 'F': return detail::decode_add(itch::AddOrderMpidView(message), out);
    case 'E': {
      const itch::OrderExecutedView executed(message);
      out.reference = executed.order_reference_number();
      out.shares = executed.executed_shares();
      out.new_reference_or_match = executed.match_number();
      return DecodeResult::ok;
    }
    case 'C': return detail::decode_executed_with_price(itch::OrderExecutedWithPriceView(message), out);
    case 'X': {
      const itch::OrderCancelView cancelled(message);
      out.reference = cancelled.order_reference_number();
      out.shares = cancelled.canceled_shares();
      return DecodeResult::ok;
    }
    case 'D': out.reference = itch::OrderDeleteView(message).order_reference_number(); return DecodeResult::ok;
    case 'U': return detail::decode_replace(itch::OrderReplaceView(message), out);
    case 'P': return detail::decode_trade(itch::TradeView(message), out);
    case 'Q': return detail::decode_cross(itch::CrossTradeView(message), out);
    case 'B': out.new_reference_or_match = itch::BrokenTradeView(message).match_number(); return DecodeResult::ok;
    default: return DecodeResult::ok;
  }
}

}  // namespace hopwire::feed
