#include "tick_to_trade/3_book/order_table.hpp"

#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include "test_support/test.hpp"

namespace hopwire::feed {
namespace {

TEST("order table: found after insert, gone after erase, nodes recycled") {
  OrderTable table(4);
  const OrderIndex first = table.insert(100);
  const OrderIndex second = table.insert(101);
  CHECK_EQ(table.find(100), first);
  CHECK_EQ(table.find(101), second);
  CHECK_EQ(table.find(102), none);
  CHECK_EQ(table.reference(second), 101);
  table.erase(100, first);
  CHECK_EQ(table.find(100), none);
  CHECK_EQ(table.insert(7), first);
  CHECK_EQ(table.size(), 2);
}

TEST("order table: full means none, and room comes back") {
  OrderTable table(3);
  for (std::uint64_t reference = 1; reference <= 3; ++reference) REQUIRE(table.insert(reference) != none);
  CHECK_EQ(table.insert(4), none);
  CHECK_EQ(table.find(4), none);
  table.erase(2, table.find(2));
  CHECK(table.insert(4) != none);
  CHECK_EQ(table.size(), 3);
}

TEST("order table: the ends of the 64-bit range are references like any other") {
  OrderTable table(8);
  const std::vector<std::uint64_t> references{0, 1, 63, 64, ~std::uint64_t{0}, ~std::uint64_t{0} - 64, std::uint64_t{1} << 63};
  for (const std::uint64_t reference : references) REQUIRE(table.insert(reference) != none);
  for (const std::uint64_t reference : references) {
    const OrderIndex index = table.find(reference);
    REQUIRE(index != none);
    CHECK_EQ(table.reference(index), reference);
  }
  for (const std::uint64_t reference : references) {
    table.erase(reference, table.find(reference));
    CHECK_EQ(table.find(reference), none);
  }
  CHECK_EQ(table.size(), 0);
  CHECK_EQ(table.aged(), 0);
}

TEST("order table: survivors of a day of rising references are found through the hash") {
  constexpr std::uint64_t step = 1 << 14;
  OrderTable table(4096);
  for (std::uint64_t i = 0; i < 4096; ++i) REQUIRE(table.insert(i * step) != none);
  CHECK(table.aged() > 3000);
  for (std::uint64_t i = 0; i < 4096; ++i) {
    REQUIRE(table.find(i * step) != none);
    CHECK_EQ(table.find(i * step + 1), none);
  }
  for (std::uint64_t i = 0; i < 4096; i += 2) table.erase(i * step, table.find(i * step));
  for (std::uint64_t i = 0; i < 4096; ++i) CHECK_EQ(table.find(i * step) != none, i % 2 == 1);
}

// Against std::map, with references that rise, fall back, scatter and collide in window slots.
TEST("order table: agrees with a map through a million random operations") {
  constexpr std::size_t maximum = 500;
  OrderTable table(maximum);
  std::map<std::uint64_t, OrderIndex> model;
  std::mt19937_64 random(20191230);
  std::uint64_t rising = 1'000'000;
  for (int i = 0; i < 1'000'000; ++i) {
    std::uint64_t reference = 0;
    switch (random() % 8) {
      case 0: reference = random() % 4096; break;
      case 1: reference = random(); break;
      case 2: reference = (random() % 64) << 40; break;
      case 3: reference = rising - random() % 100'000; break;
      default: reference = rising += random() % 40; break;
    }
    const auto known = model.find(reference);
    REQUIRE_EQ(table.find(reference), known == model.end() ? none : known->second);
    if (known == model.end()) {
      const OrderIndex index = table.insert(reference);
      REQUIRE_EQ(index == none, model.size() == maximum);
      if (index != none) model.emplace(reference, index);
    }
    if (model.size() == maximum || random() % 2 == 0) {
      auto victim = model.lower_bound(random() % 2 == 0 ? random() : rising - random() % 200'000);
      if (victim == model.end()) victim = model.begin();
      if (victim == model.end()) continue;
      REQUIRE_EQ(table.find(victim->first), victim->second);
      table.erase(victim->first, victim->second);
      model.erase(victim);
    }
    REQUIRE_EQ(table.size(), model.size());
  }
  for (const auto& [reference, index] : model) CHECK_EQ(table.find(reference), index);
}

}  // namespace
}  // namespace hopwire::feed
