// Asking for memory ahead changes when things are in the cache, and nothing else.
#include "tick_to_trade/3_book/look_ahead.hpp"

#include <random>
#include <vector>

#include "test_support/itch_messages.hpp"
#include "test_support/test.hpp"
#include "tick_to_trade/2_decode/decoder.hpp"
#include "tick_to_trade/3_book/book_set.hpp"

namespace hopwire::feed {
namespace {

TEST("books: a run of messages at once is the same as one after the other") {
  std::mt19937_64 random(9);
  BookSet single({.maximum_orders = 4096, .maximum_levels = 4096, .maximum_locate = 8, .maximum_trades = 1});
  BookSet runs({.maximum_orders = 4096, .maximum_levels = 4096, .maximum_locate = 8, .maximum_trades = 1, .orders_in_cache = 0});
  std::uint64_t next = 1;
  for (int round = 0; round < 400; ++round) {
    std::vector<test::Bytes> messages;
    for (std::uint64_t i = random() % 200; i != 0; --i) {
      const auto locate = static_cast<std::uint16_t>(random() % 10);
      const std::uint64_t known = next - std::min<std::uint64_t>(next - 1, random() % (random() % 8 == 0 ? 40'000 : 60));
      switch (random() % 8) {
        case 0: messages.push_back(test::executed(locate, 1, known, 30, 2)); break;
        case 1:
          messages.push_back(test::replaced(locate, 1, known, ++next, 100, static_cast<std::uint32_t>(10'000 + random() % 90 * 100)));
          break;
        case 2: messages.push_back(test::system_event(1, 'Q')); break;
        case 3:
        case 4: messages.push_back(test::deleted(locate, 1, known)); break;
        default:
          messages.push_back(test::add_order(locate, 1, next += 1 + random() % 3, random() % 2 == 0 ? 'B' : 'S', 100,
                                             static_cast<std::uint32_t>(10'000 + random() % 90 * 100)));
      }
    }
    std::vector<BookEvent> events(messages.size());
    for (std::size_t i = 0; i < messages.size(); ++i) {
      REQUIRE_EQ(decode(messages[i].data(), messages[i].size(), events[i]), DecodeResult::ok);
    }
    std::size_t applied = 0;
    runs.apply(events, [&] { ++applied; });
    REQUIRE_EQ(applied, events.size());
    for (const BookEvent& event : events) single.apply(event);
    REQUIRE_EQ(runs.market_digest(), single.market_digest());
  }
  CHECK(runs.orders().aged() != 0);
}

}  // namespace
}  // namespace hopwire::feed
