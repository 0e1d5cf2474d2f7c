// Ladders against std::map: same prices, same order, same ranks, whatever is inserted and erased; recycled levels and arrays included.
#include "levels/price_levels.hpp"

#include <map>
#include <random>
#include <vector>

#include "levels/book_digest.hpp"
#include "test_support/test.hpp"

using namespace hopwire::levels;

namespace {

struct Node {
  OrderIndex next = none;
  OrderIndex previous = none;
};

void compare(const LevelStore& store, const Ladder& ladder, const std::map<Price, int>& model) {
  REQUIRE(ladder.count == model.size());
  std::uint32_t position = ladder.is_bid ? 0 : ladder.count;
  for (const auto& [price, unused] : model) {
    const std::uint32_t at = ladder.is_bid ? position++ : --position;
    REQUIRE(ladder.entries[at].price == price);
    REQUIRE(store.level(ladder.entries[at].level).price == price);
  }
}

void run(bool is_bid, std::uint32_t seed, Price spread) {
  LevelStore store(4096);
  Ladder ladder{.is_bid = is_bid};
  std::map<Price, int> model;
  std::mt19937 random(seed);
  for (int step = 0; step < 20'000; ++step) {
    const Price price = 1'000'000 + static_cast<Price>(random() % static_cast<std::uint32_t>(spread)) * 100;
    const bool present = model.contains(price);
    std::uint32_t rank = none;
    if (present && random() % 2 == 0) {
      const auto better = is_bid ? std::distance(model.upper_bound(price), model.end()) : std::distance(model.begin(), model.find(price));
      store.erase(ladder, price, &rank);
      CHECK_EQ(rank, static_cast<std::uint32_t>(better));
      model.erase(price);
    } else {
      const LevelIndex level = store.find_or_insert(ladder, price, &rank);
      REQUIRE(level != none);
      model[price] = 1;
      const auto better = is_bid ? std::distance(model.upper_bound(price), model.end()) : std::distance(model.begin(), model.find(price));
      CHECK_EQ(rank, static_cast<std::uint32_t>(better));
      CHECK_EQ(LevelStore::find(ladder, price), level);
    }
    if (step % 512 == 0) compare(store, ladder, model);
  }
  compare(store, ladder, model);
  CHECK_EQ(store.levels_in_use(), model.size());
}

}  // namespace

TEST("levels: a bid ladder equals a sorted map") {
  for (std::uint32_t seed = 1; seed <= 4; ++seed) run(true, seed, 600);
}

TEST("levels: an ask ladder equals a sorted map") {
  for (std::uint32_t seed = 1; seed <= 4; ++seed) run(false, seed, 12);
}

TEST("levels: a full store refuses and leaves the ladder as it was") {
  LevelStore store(2);
  Ladder ladder{.is_bid = true};
  CHECK(store.find_or_insert(ladder, 100) != none);
  CHECK(store.find_or_insert(ladder, 200) != none);
  CHECK_EQ(store.find_or_insert(ladder, 300), none);
  CHECK_EQ(ladder.count, 2u);
  CHECK_EQ(store.level(LevelStore::best(ladder)).price, 200);
  store.erase(ladder, 100);
  CHECK(store.find_or_insert(ladder, 300) != none);
}

TEST("levels: FIFO links survive removal at head, middle and tail") {
  std::vector<Node> nodes(4);
  Level level;
  for (OrderIndex index = 0; index < 4; ++index) push_back(level, nodes, index);
  unlink(level, nodes, 1);
  CHECK_EQ(nodes[0].next, 2u);
  unlink(level, nodes, 0);
  CHECK_EQ(level.head, 2u);
  unlink(level, nodes, 3);
  CHECK_EQ(level.tail, 2u);
  unlink(level, nodes, 2);
  CHECK_EQ(level.head, none);
  CHECK_EQ(level.tail, none);
  CHECK_EQ(level.order_count, 0u);
}

TEST("digest: FNV-1a 64 of the published test strings, and of one order by hand") {
  Fnv1a64 hash;
  CHECK_EQ(hash.value(), 0xcbf29ce484222325ULL);
  hash.add_big_endian(static_cast<std::uint8_t>('a'));
  CHECK_EQ(hash.value(), 0xaf63dc4c8601ec8cULL);
  Fnv1a64 foobar;
  for (const char letter : {'f', 'o', 'o', 'b', 'a', 'r'}) foobar.add_big_endian(static_cast<std::uint8_t>(letter));
  CHECK_EQ(foobar.value(), 0x85944171f73967e8ULL);
  BookDigest book;
  book.add('B', 0x0102030405060708ULL, 1'000'000, 300);
  Fnv1a64 by_hand;
  for (const int byte : {0x42, 0x00, 0x0f, 0x42, 0x40, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 1, 0x2c})
    by_hand.add_big_endian(static_cast<std::uint8_t>(byte));
  CHECK_EQ(book.value(), by_hand.value());
}

TEST("digest: an empty book adds nothing to the market") {
  MarketDigest market;
  market.add(7, 0, Fnv1a64::offset_basis);
  CHECK_EQ(market.value(), Fnv1a64::offset_basis);
}
