// Real order flow with the books somebody else made of it: LOBSTER's AAPL sample, ten levels. Message row i applied to the book of row i - 1
// gives the book of row i, for every row.
//
// Each step starts from the row before, never from our own book of the row before that: a file of ten levels leaves out what happens below
// the tenth, so a book that is carried on would slowly differ from it. What a level is made of is not in the rows either: it stands here as
// one order, and a message that takes shares from the level takes them from that order.
#include <array>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "test_support/fixtures.hpp"
#include "test_support/itch_messages.hpp"
#include "test_support/test.hpp"
#include "tick_to_trade/2_decode/decoder.hpp"
#include "tick_to_trade/3_book/book_set.hpp"

namespace hopwire::feed {
namespace {

constexpr std::size_t levels_a_side = 10;
constexpr std::uint16_t locate = 1;

struct Row {
  std::array<std::vector<std::pair<std::int64_t, std::int64_t>>, 2> sides;  // bids, asks: price and shares from the best
  int type = 0;
  std::int64_t size = 0;
  std::int64_t price = 0;
  char side = 0;
};

std::vector<std::int64_t> numbers_of(const std::string& line) {
  std::vector<std::int64_t> numbers;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');) numbers.push_back(static_cast<std::int64_t>(std::stod(cell)));
  return numbers;
}

std::vector<Row> read_rows(const std::string& messages_path, const std::string& books_path) {
  std::vector<Row> rows;
  std::ifstream messages(messages_path);
  std::ifstream books(books_path);
  for (std::string message_line, book_line; std::getline(messages, message_line) && std::getline(books, book_line);) {
    const std::vector<std::int64_t> message = numbers_of(message_line);
    const std::vector<std::int64_t> book = numbers_of(book_line);
    REQUIRE_EQ(message.size(), 6);
    REQUIRE_EQ(book.size(), levels_a_side * 4);
    Row row{.sides = {}, .type = static_cast<int>(message[1]), .size = message[3], .price = message[4], .side = message[5] == 1 ? 'B' : 'S'};
    for (std::size_t level = 0; level < levels_a_side; ++level) {
      // Ask price, ask size, bid price, bid size; a price of nine nines stands for no level.
      if (book[level * 4 + 1] != 0) row.sides[1].emplace_back(book[level * 4], book[level * 4 + 1]);
      if (book[level * 4 + 3] != 0) row.sides[0].emplace_back(book[level * 4 + 2], book[level * 4 + 3]);
    }
    rows.push_back(row);
  }
  return rows;
}

void feed_message(BookSet& books, const test::Bytes& message) {
  BookEvent event;
  REQUIRE_EQ(decode(message.data(), message.size(), event), DecodeResult::ok);
  books.apply(event);
}

// The reference of the order that stands for a level.
std::uint64_t reference_of(char side, std::int64_t price) { return static_cast<std::uint64_t>(price) * 2 + (side == 'B' ? 0 : 1); }

void seed(BookSet& books, const Row& row) {
  for (const char side : {'B', 'S'}) {
    for (const auto& [price, shares] : row.sides[side == 'B' ? 0 : 1]) {
      feed_message(books, test::add_order(locate, 1, reference_of(side, price), side, static_cast<std::uint32_t>(shares),
                                          static_cast<std::uint32_t>(price)));
    }
  }
}

void apply(BookSet& books, const Row& row) {
  const auto size = static_cast<std::uint32_t>(row.size);
  const auto price = static_cast<std::uint32_t>(row.price);
  switch (row.type) {
    case 1: return feed_message(books, test::add_order(locate, 2, ~reference_of(row.side, row.price), row.side, size, price));
    case 2:
    case 3: return feed_message(books, test::cancelled(locate, 2, reference_of(row.side, row.price), size));
    case 4: return feed_message(books, test::executed(locate, 2, reference_of(row.side, row.price), size, 3));
    case 5: return feed_message(books, test::trade(locate, 2, size, price, 3));  // against a hidden order: no book changes
    default: REQUIRE(row.type == 5);  // the sample has no other
  }
}

std::vector<std::pair<std::int64_t, std::int64_t>> levels_of(const BookSet& books, char side) {
  std::vector<std::pair<std::int64_t, std::int64_t>> levels;
  books.walk_levels(locate, side, levels_a_side, [&](const Level& level) { levels.emplace_back(level.price, level.quantity); });
  return levels;
}

TEST("LOBSTER: every message row applied to the book row before gives its own book row") {
  const auto messages = test::fixture("lobster/AAPL_2012-06-21_34200000_57600000_message_10.csv");
  const auto books_file = test::fixture("lobster/AAPL_2012-06-21_34200000_57600000_orderbook_10.csv");
  if (!messages || !books_file) SKIP("no fixtures folder");
  const std::vector<Row> rows = read_rows(*messages, *books_file);
  REQUIRE(rows.size() > 900);
  std::size_t uncovered = 0;
  std::size_t differing = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    BookSet books({.maximum_orders = 64, .maximum_levels = 64, .maximum_locate = 1, .maximum_trades = 4});
    seed(books, rows[i - 1]);
    apply(books, rows[i]);
    CHECK_EQ(books.counters().all_orphans(), 0);
    CHECK_EQ(books.counters().over_reductions, 0);
    for (const char side : {'B', 'S'}) {
      auto ours = levels_of(books, side);
      auto theirs = rows[i].sides[side == 'B' ? 0 : 1];
      // A level that went uncovers one that the row before did not show.
      if (ours.size() < theirs.size()) {
        CHECK_EQ(ours.size() + 1, theirs.size());
        theirs.pop_back();
        ++uncovered;
      }
      differing += ours == theirs ? 0 : 1;
    }
  }
  CHECK_EQ(differing, 0);
  CHECK(uncovered > 0 && uncovered < rows.size() / 2);
}

}  // namespace
}  // namespace hopwire::feed
