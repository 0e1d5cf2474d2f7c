#include "tick_to_trade/3_book/book_set.hpp"

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "test_support/itch_messages.hpp"
#include "test_support/test.hpp"
#include "tick_to_trade/3_book/book_scenario.hpp"

namespace hopwire::feed {
namespace {

// "B 1001x100@50 1002x30@50 | S 1003x5@51": orders in canonical order.
std::string book_text(const BookSet& books, std::uint16_t locate) {
  std::ostringstream out;
  char last = 0;
  books.walk(locate, [&](char side, std::uint64_t reference, levels::Price price, std::uint32_t shares) {
    if (side != last) out << (last == 0 ? "" : " | ") << side;
    last = side;
    out << ' ' << reference << 'x' << shares << '@' << price;
  });
  return out.str();
}

std::string trades_text(BookSet& books) {
  std::ostringstream out;
  for (const TradePrint& print : books.trades()) {
    out << print.type << (print.side == 0 ? '-' : print.side) << print.shares << '@' << print.price << '#' << print.match << ' ';
  }
  books.clear_trades();
  return out.str();
}

TEST("books: price, then time; E, C and X keep the place; zero is gone without a D") {
  BookSet books(small_limits());
  feed(books, test::add_order(1, 10, 1, 'B', 100, 500));
  feed(books, test::add_order_with_mpid(1, 11, 2, 'B', 200, 500));
  feed(books, test::add_order(1, 12, 3, 'B', 50, 510));
  feed(books, test::add_order(1, 13, 4, 'S', 70, 530));
  feed(books, test::add_order(1, 14, 5, 'S', 80, 520));
  CHECK_EQ(book_text(books, 1), "B 3x50@510 1x100@500 2x200@500 | S 5x80@520 4x70@530");
  feed(books, test::executed(1, 15, 3, 20, 900));
  feed(books, test::cancelled(1, 16, 1, 40));
  feed(books, test::executed_with_price(1, 17, 5, 30, 901, 'Y', 515));
  CHECK_EQ(book_text(books, 1), "B 3x30@510 1x60@500 2x200@500 | S 5x50@520 4x70@530");
  CHECK_EQ(books.best_bid(1)->quantity, 30);
  feed(books, test::executed(1, 18, 3, 30, 902));
  feed(books, test::executed_with_price(1, 19, 5, 50, 903, 'N', 516));
  feed(books, test::cancelled(1, 20, 1, 60));
  CHECK_EQ(book_text(books, 1), "B 2x200@500 | S 4x70@530");
  CHECK_EQ(trades_text(books), "EB20@510#900 CS30@515#901 EB30@510#902 ");  // a non-printable C prints nothing
  feed(books, test::deleted(1, 21, 3));
  CHECK_EQ(books.counters().orphans_of('D'), 1);
  feed(books, test::deleted(1, 22, 2));
  feed(books, test::deleted(1, 23, 4));
  CHECK_EQ(book_text(books, 1), "");
  CHECK_EQ(books.book_digest(1), levels::Fnv1a64::offset_basis);
  CHECK_EQ(books.live_orders(), 0);
}

TEST("books: a replace keeps side and stock and goes to the back") {
  BookSet books(small_limits());
  feed(books, test::add_order(3, 10, 1, 'S', 100, 500));
  feed(books, test::add_order(3, 11, 2, 'S', 100, 500));
  feed(books, test::replaced(3, 12, 1, 7, 90, 500));
  CHECK_EQ(book_text(books, 3), "S 2x100@500 7x90@500");
  feed(books, test::replaced(3, 13, 2, 8, 10, 499));
  CHECK_EQ(book_text(books, 3), "S 8x10@499 7x90@500");
  feed(books, test::replaced(3, 14, 8, 8, 11, 501));  // a reference reused for its own successor
  CHECK_EQ(book_text(books, 3), "S 7x90@500 8x11@501");
  CHECK_EQ(books.counters().duplicate_references, 0);
}

TEST("books: what the stream does wrong is counted, and no order is invented") {
  BookSet books(small_limits());
  feed(books, test::add_order(1, 10, 1, 'B', 100, 500));
  feed(books, test::add_order(1, 11, 1, 'S', 100, 600));
  CHECK_EQ(books.counters().duplicate_references, 1);
  feed(books, test::executed(1, 12, 99, 5, 1));
  feed(books, test::executed_with_price(1, 13, 99, 5, 2, 'Y', 500));
  feed(books, test::cancelled(1, 14, 99, 5));
  feed(books, test::deleted(1, 15, 99));
  for (const char type : {'E', 'C', 'X', 'D'}) CHECK_EQ(books.counters().orphans_of(type), 1);
  CHECK_EQ(trades_text(books), "C-5@500#2 ");  // it names its price; the E of an unknown order does not
  CHECK_EQ(books.counters().printed_shares, 10);
  feed(books, test::add_order(1, 16, 2, 'B', 0, 500));
  CHECK_EQ(books.counters().zero_share_orders, 1);
  CHECK_EQ(book_text(books, 1), "B 1x100@500");
  feed(books, test::cancelled(1, 17, 1, 101));
  CHECK_EQ(books.counters().over_reductions, 1);
  CHECK_EQ(book_text(books, 1), "");
}

TEST("books: the replacement of an unknown order is followed outside the books, for its side was never told") {
  BookSet books(small_limits());
  feed(books, test::replaced(1, 10, 50, 51, 100, 500));
  CHECK_EQ(books.counters().orphans_of('U'), 1);
  CHECK_EQ(books.sideless_orders(), 1);
  CHECK_EQ(books.live_orders(), 0);
  feed(books, test::replaced(1, 11, 51, 52, 100, 501));
  feed(books, test::executed(1, 12, 52, 40, 1));
  feed(books, test::cancelled(1, 13, 52, 59));
  CHECK_EQ(books.sideless_orders(), 1);
  feed(books, test::executed_with_price(1, 14, 52, 1, 2, 'Y', 501));
  CHECK_EQ(books.sideless_orders(), 0);
  feed(books, test::deleted(1, 15, 52));
  CHECK_EQ(books.counters().orphans_of('D'), 1);
  CHECK_EQ(books.counters().all_orphans(), 2);
  CHECK_EQ(book_text(books, 1), "");
}

TEST("books: an order keeps to the book it was added to, whatever a later message's locate says") {
  BookSet books(small_limits());
  feed(books, test::add_order(1, 10, 1, 'B', 100, 500));
  feed(books, test::replaced(2, 11, 1, 2, 90, 500));
  CHECK_EQ(book_text(books, 1), "B 2x90@500");
  CHECK_EQ(book_text(books, 2), "");
}

TEST("books: beyond the limits an order is counted and not kept, and the books stay whole") {
  BookSet books({.maximum_orders = 3, .maximum_levels = 2, .maximum_locate = 1, .maximum_trades = 1});
  feed(books, test::add_order(2, 10, 1, 'B', 100, 500));  // locate out of range
  feed(books, test::add_order(1, 11, 2, 'B', 100, 500));
  feed(books, test::add_order(1, 12, 3, 'B', 100, 501));
  CHECK(!books.lacks_orders());  // a row that is not kept here takes nothing from those that are
  feed(books, test::add_order(1, 13, 4, 'B', 100, 502));  // no level left
  feed(books, test::add_order(1, 14, 5, 'B', 100, 501));
  feed(books, test::add_order(1, 15, 6, 'B', 100, 501));  // no order left
  CHECK_EQ(books.counters().beyond_limits, 3);
  CHECK(books.lacks_orders());
  CHECK_EQ(book_text(books, 1), "B 3x100@501 5x100@501 2x100@500");
  feed(books, test::trade(1, 16, 10, 500, 1));
  feed(books, test::trade(1, 17, 10, 500, 2));
  CHECK_EQ(books.counters().trades_dropped, 1);
  CHECK_EQ(trades_text(books), "P-10@500#1 ");
}

TEST("books: touched rows come once each, in order of first change") {
  BookSet books(small_limits());
  feed(books, test::add_order(5, 10, 1, 'B', 100, 500));
  feed(books, test::add_order(2, 11, 2, 'B', 100, 500));
  feed(books, test::deleted(5, 12, 1));
  REQUIRE_EQ(books.touched().size(), 2);
  CHECK_EQ(books.touched()[0], 5);
  CHECK_EQ(books.touched()[1], 2);
  books.clear_touched();
  CHECK(books.touched().empty());
  feed(books, test::deleted(5, 13, 1));  // an orphan changes no book
  CHECK(books.touched().empty());
  feed(books, test::cancelled(2, 14, 2, 1));
  CHECK_EQ(books.touched().size(), 1);
}

TEST("books: instrument state comes from directory, halts and prints") {
  BookSet books(small_limits());
  CHECK(!books.known(4));
  feed(books, test::system_event(1, 'O'));
  feed(books, test::stock_directory(4, 2, "ZVZZT"));
  CHECK(books.known(4));
  CHECK_EQ(books.symbol(4), "ZVZZT");
  feed(books, test::add_order(5, 3, 1, 'B', 100, 500, "MIDDAY"));
  CHECK_EQ(books.symbol(5), "MIDDAY");
  for (const auto& [state, halted] : {std::pair{'H', true}, {'Q', false}, {'P', true}, {'T', false}}) {
    feed(books, test::trading_action(4, 4, state));
    CHECK_EQ(books.halted(4), halted);
  }
  feed(books, test::operational_halt(4, 5, 'B', 'H'));  // another market's
  CHECK(!books.halted(4));
  feed(books, test::operational_halt(4, 6, 'Q', 'H'));
  CHECK(books.halted(4));
  feed(books, test::operational_halt(4, 7, 'Q', 'T'));
  CHECK(!books.halted(4));
  feed(books, test::cross_trade(4, 8, 0, 0, 1, 'O'));  // a cross may print nothing
  feed(books, test::cross_trade(4, 9, 5'000'000'000, 123, 2, 'C'));
  feed(books, test::broken_trade(4, 10, 2));
  CHECK_EQ(trades_text(books), "Q-5000000000@123#2 ");
  CHECK_EQ(books.book(4).last_trade_price, 123);
  CHECK_EQ(books.counters().printed_shares, 5'000'000'000);
  CHECK_EQ(books.counters().broken_trades, 1);
}

TEST("books: crossed and locked are what the best prices say") {
  BookSet books(small_limits());
  feed(books, test::add_order(1, 10, 1, 'B', 100, 500));
  CHECK(!books.crossed(1) && !books.locked(1));
  feed(books, test::add_order(1, 11, 2, 'S', 100, 500));
  CHECK(!books.crossed(1) && books.locked(1));
  feed(books, test::add_order(1, 12, 3, 'S', 100, 499));
  CHECK(books.crossed(1) && !books.locked(1));
}

TEST("books: a new day of the stream begins with empty books, and references may come again") {
  BookSet books(small_limits());
  feed(books, test::system_event(1, 'O'));
  feed(books, test::add_order(1, 10, 1, 'B', 100, 500));
  feed(books, test::add_order(2, 11, 2, 'S', 200, 700));
  feed(books, test::system_event(12, 'C'));
  CHECK_EQ(books.live_orders(), 2u);
  books.clear_touched();
  feed(books, test::system_event(13, 'O'));
  CHECK_EQ(books.live_orders(), 0u);
  CHECK_EQ(books.touched().size(), 2u);
  feed(books, test::add_order(1, 14, 1, 'B', 60, 500));
  CHECK_EQ(book_text(books, 1), "B 1x60@500");
  CHECK_EQ(book_text(books, 2), "");
  CHECK_EQ(books.counters().duplicate_references, 0u);
}

TEST("books: reset forgets every book, over the same addresses, and no count") {
  BookSet books(small_limits());
  feed(books, test::add_order(1, 10, 1, 'B', 100, 500));
  static_assert(noexcept(books.reset()));
  const PriceLadders* levels = &books.levels();
  const Level* level = books.best_bid(1);
  books.reset();
  CHECK_EQ(&books.levels(), levels);
  CHECK_EQ(books.counters().of('A'), 1u);
  CHECK_EQ(books.live_orders(), 0);
  CHECK(!books.known(1) && books.touched().empty());
  feed(books, test::add_order(1, 10, 1, 'S', 100, 500));
  CHECK_EQ(book_text(books, 1), "S 1x100@500");
  books.reset();
  feed(books, test::add_order(1, 10, 1, 'B', 100, 500));
  CHECK_EQ(books.best_bid(1), level);  // over the same addresses
}

}  // namespace
}  // namespace hopwire::feed
