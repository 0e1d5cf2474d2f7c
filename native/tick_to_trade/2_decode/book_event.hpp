// Hop 2 -> hop 3: one ITCH message that decode() found whole and possible. The bytes themselves are the record: a field is read, in host
// order, where it is used, so that nothing is copied that nobody asks for and the type is asked once. Good until the packet (or the mapped
// file) is released.
//
// Only decode() makes one that names a message; asking for a field that the type does not have is a mistake of the caller's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "core/endian.hpp"
#include "generated/itch_5_0.hpp"

namespace hopwire::feed {

class BookEvent {
 public:
  BookEvent() noexcept = default;

  [[nodiscard]] const std::byte* message() const noexcept { return message_; }
  [[nodiscard]] char type() const noexcept { return static_cast<char>(message_[0]); }
  [[nodiscard]] std::uint16_t locate() const noexcept { return itch::SystemEventView(message_).stock_locate(); }
  // ns since midnight, venue-local. One load of eight bytes of which two are not the time's.
  [[nodiscard]] std::uint64_t time() const noexcept {
    static_assert(itch::SystemEventView::timestamp_offset >= 2);
    return core::load_be<std::uint64_t>(message_ + itch::SystemEventView::timestamp_offset - 2) & 0xFFFF'FFFF'FFFF;
  }
  // A, F, E, C, X, D, P, and the original one of a U: they all have it in the same place.
  [[nodiscard]] std::uint64_t reference() const noexcept { return core::load_be<std::uint64_t>(message_ + reference_offset); }
  [[nodiscard]] std::uint64_t new_reference() const noexcept { return itch::OrderReplaceView(message_).new_order_reference_number(); }

  // A, F, P: 'B' or 'S'.
  [[nodiscard]] char side() const noexcept { return itch::AddOrderView(message_).buy_sell_indicator(); }
  // A, F, P: displayed or traded.
  [[nodiscard]] std::uint32_t shares() const noexcept { return itch::AddOrderView(message_).shares(); }
  // A, F, P; 1e-4.
  [[nodiscard]] std::int32_t price() const noexcept { return static_cast<std::int32_t>(itch::AddOrderView(message_).price()); }
  // E, C, X: executed or cancelled.
  [[nodiscard]] std::uint32_t reduced_shares() const noexcept { return itch::OrderExecutedView(message_).executed_shares(); }
  [[nodiscard]] std::uint32_t replaced_shares() const noexcept { return itch::OrderReplaceView(message_).shares(); }
  [[nodiscard]] std::int32_t replaced_price() const noexcept { return static_cast<std::int32_t>(itch::OrderReplaceView(message_).price()); }
  // C.
  [[nodiscard]] bool printable() const noexcept { return itch::OrderExecutedWithPriceView(message_).printable() != 'N'; }
  [[nodiscard]] std::int32_t execution_price() const noexcept {
    return static_cast<std::int32_t>(itch::OrderExecutedWithPriceView(message_).execution_price());
  }
  // E, C, P, Q, B; 0 for the others.
  [[nodiscard]] std::uint64_t match() const noexcept {
    switch (type()) {
      case 'E': return itch::OrderExecutedView(message_).match_number();
      case 'C': return itch::OrderExecutedWithPriceView(message_).match_number();
      case 'P': return itch::TradeView(message_).match_number();
      case 'Q': return itch::CrossTradeView(message_).match_number();
      case 'B': return itch::BrokenTradeView(message_).match_number();
      default: return 0;
    }
  }

 private:
  static constexpr std::size_t reference_offset = itch::AddOrderView::order_reference_number_offset;

  friend class MessageCheck;
  explicit BookEvent(const std::byte* message) noexcept : message_(message) {}

  const std::byte* message_ = nullptr;
};

// What the shared readers above rest on.
static_assert(itch::AddOrderView::order_reference_number_offset == itch::AddOrderMpidView::order_reference_number_offset &&
              itch::AddOrderView::order_reference_number_offset == itch::OrderExecutedView::order_reference_number_offset &&
              itch::AddOrderView::order_reference_number_offset == itch::OrderExecutedWithPriceView::order_reference_number_offset &&
              itch::AddOrderView::order_reference_number_offset == itch::OrderCancelView::order_reference_number_offset &&
              itch::AddOrderView::order_reference_number_offset == itch::OrderDeleteView::order_reference_number_offset &&
              itch::AddOrderView::order_reference_number_offset == itch::OrderReplaceView::original_order_reference_number_offset &&
              itch::AddOrderView::order_reference_number_offset == itch::TradeView::order_reference_number_offset);
static_assert(itch::AddOrderView::price_offset == itch::AddOrderMpidView::price_offset &&
              itch::AddOrderView::price_offset == itch::TradeView::price_offset &&
              itch::AddOrderView::shares_offset == itch::AddOrderMpidView::shares_offset &&
              itch::AddOrderView::shares_offset == itch::TradeView::shares_offset &&
              itch::AddOrderView::buy_sell_indicator_offset == itch::AddOrderMpidView::buy_sell_indicator_offset &&
              itch::AddOrderView::buy_sell_indicator_offset == itch::TradeView::buy_sell_indicator_offset);
static_assert(itch::OrderExecutedView::executed_shares_offset == itch::OrderExecutedWithPriceView::executed_shares_offset &&
              itch::OrderExecutedView::executed_shares_offset == itch::OrderCancelView::canceled_shares_offset);
static_assert(std::is_trivially_copyable_v<BookEvent> && sizeof(BookEvent) == sizeof(void*));

}  // namespace hopwire::feed
