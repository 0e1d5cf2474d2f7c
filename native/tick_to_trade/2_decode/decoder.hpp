// Hop 2, decode. In: the bytes of one ITCH 5.0 message (hop 1 has taken off packet and block framing). Out: BookEvent.
// Owner: the one thread that drives the feed. Budget: 1,000 ns p99 a packet (schemas/hops.xml). No state, no clock, no I/O.
//
// What it does when it cannot: says why in one word and names no message; the caller counts and goes on. A message is refused when it is
// empty, of an unknown type, not exactly as long as its type, or when it brings an order price or side that no book can hold. Codes that
// do not touch a book (halt reasons, cross types and so on) are not judged: exchanges add values without notice.
//
// How: types come in no order a branch predictor could learn (every second message is an add, every second a delete), so nothing here
// jumps by type. A table says for each type how long it is, where its price and side stand, and what they may be; the rare refusal finds
// its reason afterwards.
#pragma once

#include <array>
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

struct MessageRule {
  std::uint32_t maximum_price;
  std::uint8_t length;  // 0 = no type
  std::uint8_t price_offset;
  std::uint8_t side_offset;
  bool any_side;
};
static_assert(sizeof(MessageRule) == 8);

inline constexpr std::array<MessageRule, 256> message_rules = [] {
  std::array<MessageRule, 256> rules{};
  const auto rule = [&](char type) -> MessageRule& { return rules[static_cast<std::uint8_t>(type)]; };
  for (const char type : itch::message_types) {
    // The first four bytes pass for a price and the first for a side until the type says otherwise.
    rule(type) = {.maximum_price = ~std::uint32_t{0},
                  .length = static_cast<std::uint8_t>(itch::message_length[static_cast<std::uint8_t>(type)]),
                  .price_offset = 0,
                  .side_offset = 0,
                  .any_side = true};
  }
  const auto price = [&](char type, std::size_t offset) {
    rule(type).price_offset = static_cast<std::uint8_t>(offset);
    rule(type).maximum_price = maximum_price;
  };
  const auto side = [&](char type, std::size_t offset) {
    rule(type).side_offset = static_cast<std::uint8_t>(offset);
    rule(type).any_side = false;
  };
  price('A', itch::AddOrderView::price_offset);
  price('F', itch::AddOrderMpidView::price_offset);
  price('C', itch::OrderExecutedWithPriceView::execution_price_offset);
  price('U', itch::OrderReplaceView::price_offset);
  price('P', itch::TradeView::price_offset);
  price('Q', itch::CrossTradeView::cross_price_offset);
  side('A', itch::AddOrderView::buy_sell_indicator_offset);
  side('F', itch::AddOrderMpidView::buy_sell_indicator_offset);
  return rules;
}();

}  // namespace detail

class MessageCheck {
 public:
  [[gnu::always_inline]] static DecodeResult decode(const std::byte* message, std::size_t length, BookEvent& out) noexcept {
    if (length == 0) [[unlikely]] return DecodeResult::empty;
    const detail::MessageRule& rule = detail::message_rules[static_cast<std::uint8_t>(message[0])];
    if (length != rule.length) [[unlikely]] return rule.length == 0 ? DecodeResult::unknown_type : DecodeResult::wrong_length;
    // Both are read for every type and mean something only where the rule says so.
    const auto price = core::load_be<std::uint32_t>(message + rule.price_offset);
    const auto side = static_cast<char>(message[rule.side_offset]);
    const bool price_holds = price <= rule.maximum_price;
    const bool side_holds = (side == 'B') | (side == 'S') | rule.any_side;
    if (!(price_holds & side_holds)) [[unlikely]] return price_holds ? DecodeResult::invalid_side : DecodeResult::invalid_price;
    out = BookEvent(message);
    return DecodeResult::ok;
  }
};

[[gnu::always_inline]] inline DecodeResult decode(const std::byte* message, std::size_t length, BookEvent& out) noexcept {
  return MessageCheck::decode(message, length, out);
}

}  // namespace hopwire::feed
