#include "tick_to_trade/3_book/order_table.hpp"

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "test_support/test.hpp"
#include "tick_to_trade/3_book/price_ladder.hpp"

namespace hopwire::feed {
namespace {

// A table whose orders all stand in one line, as they would in a book: moving an order must leave the line whole.
struct Table {
  explicit Table(std::size_t maximum_orders)
      : memory(OrderTable::window_for(maximum_orders), maximum_orders, 0), orders(memory, maximum_orders), levels(memory, 0, 0) {}

  OrderIndex insert(std::uint64_t reference) {
    const OrderIndex index = orders.insert(reference);
    if (index != none) push_back(memory.rows(), levels.limbo(), index, static_cast<std::uint32_t>(reference % 1'000 + 1));
    return index;
  }
  void erase(std::uint64_t reference) {
    const OrderIndex index = orders.find(reference);
    unlink(memory.rows(), index);
    orders.erase(index);
  }
  [[nodiscard]] bool holds(std::uint64_t reference) const { return orders.find(reference) != none; }
  // References in the line, both ways the same.
  [[nodiscard]] std::vector<std::uint64_t> line() {
    std::vector<std::uint64_t> forward;
    std::vector<std::uint64_t> backward;
    const OrderNode* rows = memory.rows();
    for (OrderIndex at = rows[levels.limbo()].next; at != levels.limbo(); at = rows[at].next) forward.push_back(orders.reference(at));
    for (OrderIndex at = rows[levels.limbo()].previous; at != levels.limbo(); at = rows[at].previous) {
      backward.push_back(orders.reference(at));
    }
    REQUIRE(std::vector<std::uint64_t>(backward.rbegin(), backward.rend()) == forward);
    REQUIRE_EQ(forward.size(), rows[levels.limbo()].shares);
    return forward;
  }

  BookMemory memory;
  OrderTable orders;
  PriceLadders levels;
};

TEST("order table: found after insert, gone after erase") {
  Table table(4);
  const OrderIndex first = table.insert(100);
  const OrderIndex second = table.insert(101);
  CHECK_EQ(table.orders.find(100), first);
  CHECK_EQ(table.orders.find(101), second);
  CHECK_EQ(table.orders.find(102), none);
  CHECK_EQ(table.orders.reference(second), 101);
  table.erase(100);
  CHECK_EQ(table.orders.find(100), none);
  CHECK(table.insert(7) != none);
  CHECK_EQ(table.orders.size(), 2);
}

TEST("order table: full means none, and room comes back") {
  Table table(3);
  for (std::uint64_t reference = 1; reference <= 3; ++reference) REQUIRE(table.insert(reference) != none);
  CHECK_EQ(table.insert(4), none);
  CHECK_EQ(table.orders.find(4), none);
  table.erase(2);
  CHECK(table.insert(4) != none);
  CHECK_EQ(table.orders.size(), 3);
}

TEST("order table: the ends of the 64-bit range are references like any other") {
  Table table(16);
  constexpr std::uint64_t highest = ~std::uint64_t{0};
  const std::vector<std::uint64_t> references{0, 1, 63, 64, highest, highest - 64, std::uint64_t{1} << 63, 2, 1023, 1024, 65};
  for (const std::uint64_t reference : references) REQUIRE(table.insert(reference) != none);
  CHECK(table.line() == references);
  for (const std::uint64_t reference : references) {
    REQUIRE(table.holds(reference));
    CHECK_EQ(table.orders.reference(table.orders.find(reference)), reference);
  }
  for (const std::uint64_t reference : references) {
    table.erase(reference);
    CHECK(!table.holds(reference));
  }
  CHECK_EQ(table.orders.size(), 0);
  CHECK_EQ(table.orders.aged(), 0);
}

TEST("order table: survivors of a day of rising references are found through the hash, in their places") {
  constexpr std::uint64_t step = 1 << 14;
  Table table(4096);
  std::vector<std::uint64_t> expected;
  for (std::uint64_t i = 0; i < 4096; ++i) {
    REQUIRE(table.insert(i * step) != none);
    expected.push_back(i * step);
  }
  CHECK(table.orders.aged() > 3000);
  CHECK(table.line() == expected);
  for (std::uint64_t i = 0; i < 4096; ++i) {
    REQUIRE(table.holds(i * step));
    CHECK(!table.holds(i * step + 1));
  }
  for (std::uint64_t i = 0; i < 4096; i += 2) table.erase(i * step);
  for (std::uint64_t i = 0; i < 4096; ++i) CHECK_EQ(table.holds(i * step), i % 2 == 1);
}

TEST("order table: an old page is cleared before its slot is needed, one order with each new one") {
  constexpr std::size_t maximum = 4096;  // references of the window, too
  Table table(maximum);
  std::uint64_t reference = 0;
  // Every eighth order stays.
  const auto trade_on = [&](std::uint64_t until) {
    while (reference < until) {
      REQUIRE(table.insert(reference) != none);
      if (reference % 8 != 0) table.erase(reference);
      ++reference;
    }
  };
  trade_on(maximum - 4 * 64);
  CHECK_EQ(table.orders.aged(), 0);
  trade_on(maximum);
  // Behind the last page opened no more than the pages kept ahead are free: a page's eight survivors left with its eight first successors.
  CHECK_EQ(table.orders.aged(), 3 * 8);
  trade_on(4 * maximum);
  for (std::uint64_t each = 0; each < reference; ++each) CHECK_EQ(table.holds(each), each % 8 == 0);
  CHECK_EQ(table.line().size(), reference / 8);
}

TEST("order table: rows behind the window are used again") {
  Table table(64);
  for (std::uint64_t round = 0; round < 1'000; ++round) {
    const std::uint64_t base = round << 20;
    for (std::uint64_t i = 0; i < 60; ++i) REQUIRE(table.insert(base + i * 5'000) != none);
    for (std::uint64_t i = 0; i < 60; ++i) table.erase(base + i * 5'000);
  }
  CHECK_EQ(table.orders.size(), 0);
  CHECK(table.orders.survivor_rows() <= 64);
}

// Against std::map, with references that rise, fall back, scatter, collide in window slots and come from the ends of the range.
TEST("order table: agrees with a map through half a million random operations") {
  constexpr std::size_t maximum = 500;
  Table table(maximum);
  std::set<std::uint64_t> model;
  std::mt19937_64 random(20191230);
  std::uint64_t rising = 1'000'000;
  for (int i = 0; i < 500'000; ++i) {
    std::uint64_t reference = 0;
    switch (random() % 10) {
      case 0: reference = random() % 4096; break;
      case 1: reference = random(); break;
      case 2: reference = (random() % 64) << 40; break;
      case 3: reference = rising - random() % 100'000; break;
      case 4: reference = random() % 64 == 0 ? rising += std::uint64_t{1} << 30 : ~std::uint64_t{0} - random() % 100; break;
      default: reference = rising += random() % 40; break;
    }
    REQUIRE_EQ(table.holds(reference), model.contains(reference));
    if (!model.contains(reference)) {
      const OrderIndex index = table.insert(reference);
      REQUIRE_EQ(index == none, model.size() == maximum);
      if (index != none) model.insert(reference);
    }
    if (model.size() == maximum || random() % 2 == 0) {
      auto victim = model.lower_bound(random() % 2 == 0 ? random() : rising - random() % 200'000);
      if (victim == model.end()) victim = model.begin();
      if (victim == model.end()) continue;
      REQUIRE(table.holds(*victim));
      table.erase(*victim);
      model.erase(victim);
    }
    REQUIRE_EQ(table.orders.size(), model.size());
    if (i % 1'000 != 0) continue;
    const std::vector<std::uint64_t> line = table.line();
    REQUIRE(std::set<std::uint64_t>(line.begin(), line.end()) == model);
  }
  for (const std::uint64_t reference : model) CHECK_EQ(table.orders.reference(table.orders.find(reference)), reference);
}

}  // namespace
}  // namespace hopwire::feed
