// Rows of the Books region as the books publish them, and books and rows against the slow books.
#include "tick_to_trade/3_book/book_rows.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "test_support/itch_messages.hpp"
#include "test_support/slow_books.hpp"
#include "test_support/test.hpp"
#include "tick_to_trade/3_book/book_scenario.hpp"

namespace hopwire::feed {
namespace {

// A row of the Books region as publish() leaves it, over private memory.
struct Region {
  static constexpr regions::BooksDimensions dimensions{9, 3};
  std::vector<std::uint64_t> words = std::vector<std::uint64_t>(regions::BooksLayout::size(dimensions) / 8 + 1);
  regions::BooksColumns columns = [this] {
    auto* base = reinterpret_cast<std::byte*>(words.data());
    auto* header = reinterpret_cast<regions::RegionHeader*>(base);
    header->dimension[0] = dimensions.instruments;
    header->dimension[1] = dimensions.depth;
    return regions::BooksColumns::over(base);
  }();

  // Whether a row is what the slow books say.
  [[nodiscard]] bool shows(std::uint16_t row, const test::slow::Books& model) const {
    std::map<std::pair<char, std::int64_t>, std::pair<std::uint64_t, std::uint32_t>> totals;  // by side and rank key
    for (const std::uint64_t reference : model.walk(row)) {
      const test::slow::Order& order = model.order(reference);
      auto& total = totals[{order.side, order.side == 'B' ? -std::int64_t{order.price} : std::int64_t{order.price}}];
      total.first += order.shares;
      ++total.second;
    }
    std::uint32_t ranks[2] = {0, 0};
    for (const auto& [key, total] : totals) {
      const bool is_bid = key.first == 'B';
      const std::uint32_t rank = ranks[is_bid ? 0 : 1]++;
      if (rank >= dimensions.depth) continue;
      const std::size_t at = std::size_t{row} * dimensions.depth + rank;
      const std::int64_t price = is_bid ? -key.second : key.second;
      if ((is_bid ? columns.bid_price : columns.ask_price)[at] != price) return false;
      if ((is_bid ? columns.bid_quantity : columns.ask_quantity)[at] != static_cast<double>(total.first)) return false;
      if ((is_bid ? columns.bid_orders : columns.ask_orders)[at] != total.second) return false;
    }
    return columns.bid_levels[row] == std::min(ranks[0], dimensions.depth) &&
           columns.ask_levels[row] == std::min(ranks[1], dimensions.depth);
  }
};

TEST("books: a published row shows the best levels and the instrument") {
  BookSet books(small_limits());
  Region region;
  feed(books, test::stock_directory(2, 1, "AAPL"));
  for (std::uint32_t i = 0; i < 4; ++i) feed(books, test::add_order(2, 10 + i, 100 + i, 'B', 10 * (i + 1), 500 + i, "AAPL"));
  feed(books, test::add_order(2, 20, 200, 'S', 7, 600, "AAPL"));
  feed(books, test::add_order(2, 21, 201, 'S', 8, 600, "AAPL"));
  feed(books, test::executed(2, 22, 200, 3, 1));
  books.publish(2, region.columns, 3, true);
  const regions::BooksColumns& row = region.columns;
  CHECK_EQ(row.sequence[2], 2);
  CHECK_EQ(row.state[2], 1 | 2);
  CHECK_EQ(std::string(reinterpret_cast<const char*>(row.symbol) + 16, 8), "AAPL    ");
  CHECK_EQ(row.bid_levels[2], 3);
  CHECK_EQ(row.ask_levels[2], 1);
  CHECK_EQ(row.order_count[2], 6);
  for (std::uint32_t i = 0; i < 3; ++i) {
    CHECK_EQ(row.bid_price[2 * 3 + i], 503 - static_cast<int>(i));
    CHECK_EQ(row.bid_quantity[2 * 3 + i], 40.0 - 10.0 * i);
    CHECK_EQ(row.bid_orders[2 * 3 + i], 1);
  }
  CHECK_EQ(row.ask_price[6], 600);
  CHECK_EQ(row.ask_quantity[6], 12.0);
  CHECK_EQ(row.ask_orders[6], 2);
  CHECK_EQ(row.last_trade_price[2], 600);
  CHECK_EQ(row.last_trade_quantity[2], 3);
  CHECK_EQ(row.update_time[2], 22.0);
  CHECK_EQ(row.updates[2], 8.0);
  books.set_stale(region.columns, false);
  CHECK_EQ(row.state[2], 1);
  CHECK_EQ(row.sequence[2], 4);
  CHECK_EQ(row.sequence[3], 0);  // rows already right are left alone
  books.set_stale(region.columns, true);
  for (std::uint32_t locate = 0; locate < 9; ++locate) CHECK_EQ(row.state[locate] & 2, 2);
}

// Random streams, a good part of them wrong, against the slow books: walk and digest of every book after every message, the published rows
// too. Prices walk (the ladders' windows must follow), jump, and in some rounds are no whole cents; references come from everywhere. Every
// other round goes on with books that were used before: nothing of that may show.
TEST("books: agree with the slow books after every message, new or forgotten") {
  std::mt19937_64 random(5);
  constexpr BookLimits limits{.maximum_orders = 4096, .maximum_levels = 4096, .maximum_locate = 3, .maximum_trades = 1};
  std::optional<BookSet> kept;
  for (int round = 0; round < 60; ++round) {
    if (round % 2 == 0) kept.emplace(limits);
    BookSet& books = *kept;
    if (round % 2 == 1) books.reset();
    const BookCounters before = books.counters();
    test::slow::Books model;
    Region region;
    std::vector<std::uint64_t> references{1};
    std::uint64_t next = 1000 * round;
    std::int64_t middle = 20'000;
    const std::uint64_t spread = round % 4 == 3 ? 1'000'000 : 40;
    const std::uint64_t tick = round % 3 == 2 ? 1 : 100;
    const std::uint64_t reach = round % 5 == 4 ? 400 : 30;
    const auto any = [&]() -> std::uint64_t {
      const std::uint64_t recent = random() % std::min<std::size_t>(references.size(), 60);
      if (random() % 40 == 0) return ~std::uint64_t{0} - random() % 3;
      return random() % 12 == 0 ? random() % (next + 2) : references[references.size() - 1 - recent];
    };
    const auto fresh_reference = [&]() -> std::uint64_t {
      if (random() % 20 == 0) return any();
      if (round % 6 == 5 && random() % 50 == 0) return random();
      return next += 1 + random() % spread;
    };
    for (int i = 0; i < 600; ++i) {
      const auto locate = static_cast<std::uint16_t>(random() % 4);
      const auto shares = static_cast<std::uint32_t>(random() % 5 * 20);
      middle += static_cast<std::int64_t>(random() % 9) * 100 - 400;
      if (middle < 0 || random() % 200 == 0) middle = static_cast<std::int64_t>(random() % 40 * 50'000'000);
      std::uint64_t price = static_cast<std::uint64_t>(middle) / 100 * 100 + random() % reach * tick;
      if (random() % 60 == 0) price = random() % 2 * std::uint64_t{maximum_price};
      const auto wire_price = static_cast<std::uint32_t>(std::min<std::uint64_t>(price, maximum_price));
      const char side = random() % 2 == 0 ? 'B' : 'S';
      const std::uint64_t fresh = fresh_reference();
      test::Bytes message;
      switch (random() % 10) {
        case 0: message = test::executed(locate, i, any(), shares, i); break;
        case 1: message = test::executed_with_price(locate, i, any(), shares, i, 'Y', wire_price); break;
        case 2: message = test::cancelled(locate, i, any(), shares); break;
        case 3:
        case 4: message = test::deleted(locate, i, any()); break;
        case 5:
        case 6: message = test::replaced(locate, i, any(), fresh, shares, wire_price); break;
        case 7: message = test::add_order_with_mpid(locate, i, fresh, side, shares, wire_price); break;
        default: message = test::add_order(locate, i, fresh, side, shares, wire_price); break;
      }
      if (random() % 150 == 0) message = test::system_event(i, 'O');
      references.push_back(fresh);
      feed(books, message);
      model.apply(message);
      // Sometimes a row is written for several messages at once.
      if (random() % 3 != 0) {
        for (const std::uint16_t row : books.touched()) books.publish(row, region.columns, Region::dimensions.depth, false);
        books.clear_touched();
      }
      for (std::uint16_t row = 0; row < 4; ++row) {
        std::vector<std::uint64_t> walked;
        books.walk(row, [&](char, std::uint64_t reference, levels::Price, std::uint32_t) { walked.push_back(reference); });
        REQUIRE(walked == model.walk(row));
        REQUIRE_EQ(books.book_digest(row), model.digest(row));
        REQUIRE_EQ(books.order_count(row), walked.size());
        if (books.touched().empty() && (books.book(row).row & row_flag::written) != 0) REQUIRE(region.shows(row, model));
      }
      REQUIRE_EQ(books.live_orders(), model.live_orders());
      REQUIRE_EQ(books.sideless_orders(), model.sideless_orders());
    }
    for (const char type : {'E', 'C', 'X', 'D', 'U'}) CHECK_EQ(books.counters().orphans_of(type) - before.orphans_of(type), model.orphans[type]);
    CHECK_EQ(books.counters().duplicate_references - before.duplicate_references, model.duplicates);
    CHECK_EQ(books.counters().over_reductions - before.over_reductions, model.over_reductions);
    CHECK_EQ(books.counters().zero_share_orders - before.zero_share_orders, model.zero_share_orders);
    CHECK_EQ(books.counters().beyond_limits, 0);
  }
}

TEST("books: rows show what changed and only that; what lies deeper than a row is not written") {
  BookSet books(small_limits());
  Region region;
  const auto publish = [&] {
    for (const std::uint16_t row : books.touched()) books.publish(row, region.columns, 3, false);
    books.clear_touched();
  };
  for (std::uint32_t i = 0; i < 6; ++i) feed(books, test::add_order(1, i, 100 + i, 'B', 10 * (i + 1), 50'000 - 100 * i));
  publish();
  // Whoever writes a price now would put these right.
  for (std::uint32_t rank = 0; rank < 3; ++rank) region.columns.bid_price[3 + rank] = -1;
  feed(books, test::deleted(1, 10, 105));
  feed(books, test::cancelled(1, 11, 104, 1));
  publish();
  for (std::uint32_t rank = 0; rank < 3; ++rank) CHECK_EQ(region.columns.bid_price[3 + rank], -1);
  CHECK_EQ(region.columns.order_count[1], 5);
  CHECK_EQ(region.columns.updates[1], 8.0);
  CHECK_EQ(region.columns.update_time[1], 11.0);
  feed(books, test::cancelled(1, 12, 101, 5));
  publish();
  CHECK_EQ(region.columns.bid_price[3], -1);
  CHECK_EQ(region.columns.bid_price[4], 49'900);
  CHECK_EQ(region.columns.bid_quantity[4], 15.0);
  CHECK_EQ(region.columns.bid_price[5], -1);
  feed(books, test::deleted(1, 13, 101));
  publish();
  CHECK_EQ(region.columns.bid_price[3], -1);
  CHECK_EQ(region.columns.bid_price[4], 49'800);
  CHECK_EQ(region.columns.bid_price[5], 49'700);
  CHECK_EQ(region.columns.bid_levels[1], 3);
}

}  // namespace
}  // namespace hopwire::feed
