// For tests only: small books that are given messages one by one.
#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>

#include "tick_to_trade/2_decode/decoder.hpp"
#include "tick_to_trade/3_book/book_set.hpp"

namespace hopwire::feed {

inline BookLimits small_limits() { return {.maximum_orders = 64, .maximum_levels = 32, .maximum_locate = 8, .maximum_trades = 16}; }

// Throws std::invalid_argument when the decoder refuses the message.
inline void feed(BookSet& books, std::span<const std::byte> message) {
  BookEvent event;
  if (const DecodeResult result = decode(message.data(), message.size(), event); result != DecodeResult::ok)
    throw std::invalid_argument(std::string(to_string(result)));
  books.apply(event);
}

}  // namespace hopwire::feed
