// A stock below a dollar: the ladder's tick changes from a cent to 1e-4 under orders that stand, and levels that stood there keep rows that
// were other positions' homes. Books from the start, and books begun from a snapshot's order (best prices first, where the change finds many
// levels), held against the slow books.
#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "test_support/itch_messages.hpp"
#include "test_support/slow_books.hpp"
#include "test_support/test.hpp"
#include "tick_to_trade/2_decode/decoder.hpp"
#include "tick_to_trade/3_book/book_set.hpp"

namespace {

using namespace hopwire;
using Bytes = std::vector<std::byte>;

constexpr std::uint16_t instruments = 9;

struct Standing {
  std::uint64_t reference;
  std::uint16_t locate;
  char side;
  std::uint32_t price;

  [[nodiscard]] Bytes add() const { return test::add_order(locate, reference, reference, side, 100, price); }
  // As a snapshot tells it: by book, bids before asks, from the best price, within a price the oldest first.
  [[nodiscard]] auto turn() const {
    const auto rank = static_cast<std::int64_t>(price) * (side == 'B' ? -1 : 1);
    return std::tuple(locate, side, rank, reference);
  }
};

void take(feed::BookSet& books, const Bytes& message) {
  feed::BookEvent event;
  REQUIRE(feed::decode(message.data(), message.size(), event) == feed::DecodeResult::ok);
  books.apply(event);
  books.clear_trades();
  books.clear_touched();
}

feed::BookSet small_books() { return feed::BookSet({.maximum_orders = 1 << 14, .maximum_levels = 1 << 14, .maximum_locate = instruments}); }

bool agree(const feed::BookSet& books, const test::slow::Books& model) {
  for (std::uint16_t locate = 1; locate <= instruments; ++locate) {
    if (books.book_digest(locate) != model.digest(locate)) return false;
  }
  return true;
}

// Joins at message `join`. Prices of 100 ticks of 1e-4, one in a hundred of them a whole cent, and `wide` spreads them over more.
void run(std::uint64_t seed, std::uint64_t join, std::uint64_t messages, std::uint32_t wide) {
  std::mt19937_64 random(seed);
  feed::BookSet whole = small_books();
  feed::BookSet joined = small_books();
  test::slow::Books model;
  std::vector<Standing> live;
  for (std::uint64_t number = 1; number <= messages; ++number) {
    if (number == join) {
      std::vector<Standing> snapshot = live;
      std::sort(snapshot.begin(), snapshot.end(), [](const Standing& a, const Standing& b) { return a.turn() < b.turn(); });
      for (const Standing& order : snapshot) take(joined, order.add());
    }
    Bytes message;
    if (live.size() < 500 || random() % 2 != 0) {
      live.push_back({.reference = number,
                      .locate = static_cast<std::uint16_t>(1 + random() % instruments),
                      .side = random() % 2 != 0 ? 'B' : 'S',
                      .price = static_cast<std::uint32_t>(10'000 + random() % wide)});
      message = live.back().add();
    } else {
      const std::size_t at = random() % live.size();
      message = test::deleted(live[at].locate, number, live[at].reference);
      live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
    }
    take(whole, message);
    model.apply(message);
    if (number >= join) take(joined, message);
    if (number % 61 != 0 && number != messages) continue;
    REQUIRE(agree(whole, model));
    if (number >= join) REQUIRE(agree(joined, model));
  }
}

}  // namespace

TEST("books below a dollar: a tick that gets finer under standing levels, from the start and from a snapshot") {
  run(9, 30'000, 34'000, 100);  // found by the venue's own snapshots
  for (std::uint64_t seed = 1; seed <= 4; ++seed) run(seed, 500 * seed, 6'000, seed % 2 == 0 ? 100 : 300);
}
