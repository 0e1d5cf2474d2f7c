// For tests only: small books that are given messages one by one.
#pragma once

#include "test_support/itch_messages.hpp"
#include "test_support/test.hpp"
#include "tick_to_trade/2_decode/decoder.hpp"
#include "tick_to_trade/3_book/book_set.hpp"

namespace hopwire::feed {

inline BookLimits small_limits() { return {.maximum_orders = 64, .maximum_levels = 32, .maximum_locate = 8, .maximum_trades = 16}; }

inline void feed(BookSet& books, const test::Bytes& message) {
  BookEvent event;
  REQUIRE_EQ(decode(message.data(), message.size(), event), DecodeResult::ok);
  books.apply(event);
}

}  // namespace hopwire::feed
