// The index against a map, with ids as clients choose them: counted up, in strides that would defeat a plain hash, clock readings, at
// random.
#include "order_to_publish/4_match/client_order_index.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include "test_support/test.hpp"

using hopwire::levels::none;
using hopwire::venue::ClientOrderIndex;
using hopwire::venue::OrderStore;

namespace {

using Key = std::pair<std::uint16_t, std::uint64_t>;

// The index with the store whose rows hold its chains.
struct Indexed {
  explicit Indexed(std::size_t live) : orders(live, 1), index(live) {}

  std::uint32_t find(const Key& key) const { return index.find(orders, key.first, key.second); }

  std::uint32_t insert(const Key& key) {
    const std::uint32_t slot = orders.take(0);
    orders.detail(slot).session = key.first;
    orders.detail(slot).cl_ord_id = key.second;
    index.insert(orders, key.first, key.second, slot);
    index.grow(orders);
    return slot;
  }

  void erase(std::uint32_t slot) {
    index.erase(orders, slot);
    orders.detail(slot).session = 0;  // the store's list is not what is tested
    orders.give(slot);
  }

  OrderStore orders;
  ClientOrderIndex index;
};

// Keeps up to `live` orders, erasing at random; compares all and then empties the table.
void compare(std::uint64_t seed, std::size_t live, const std::vector<Key>& keys) {
  Indexed indexed(live);
  std::map<Key, std::uint32_t> model;
  std::mt19937_64 random(seed);
  for (const Key& key : keys) {
    if (model.size() == live || (!model.empty() && random() % 3 == 0)) {
      auto victim = model.lower_bound(keys[random() % keys.size()]);
      if (victim == model.end()) victim = model.begin();
      CHECK_EQ(indexed.find(victim->first), victim->second);
      indexed.erase(victim->second);
      CHECK_EQ(indexed.find(victim->first), none);
      model.erase(victim);
    }
    if (model.contains(key)) continue;
    CHECK_EQ(indexed.find(key), none);
    model[key] = indexed.insert(key);
  }
  for (const auto& [key, value] : model) CHECK_EQ(indexed.find(key), value);
  CHECK_EQ(indexed.index.count(indexed.orders), model.size());
  for (const auto& [key, value] : model) indexed.erase(value);
  CHECK_EQ(indexed.index.count(indexed.orders), 0u);
  for (const Key& key : keys) CHECK_EQ(indexed.find(key), none);
}

std::vector<Key> strided(std::uint64_t first, std::uint64_t stride, std::size_t count, std::uint32_t sessions) {
  std::vector<Key> keys;
  for (std::size_t index = 0; index < count; ++index) {
    keys.emplace_back(static_cast<std::uint16_t>(index % sessions), first + index / sessions * stride);
  }
  return keys;
}

}  // namespace

TEST("client order index: ids counted up, several sessions") {
  compare(1, 500, strided(0, 1, 6000, 1));
  compare(2, 500, strided(1, 1, 6000, 7));
}

TEST("client order index: strides and clock readings stay exact when every order has a bucket of its own") {
  for (const std::uint64_t stride : {12ull, 768ull, 4096ull, 1'000'000ull, 1ull << 40}) compare(stride, 300, strided(5, stride, 3000, 3));
  compare(3, 300, strided(1'763'000'000'000'000'000, 977, 3000, 2));
}

TEST("client order index: random ids, the largest included") {
  std::mt19937_64 random(9);
  std::vector<Key> keys;
  for (int index = 0; index < 6000; ++index) keys.emplace_back(static_cast<std::uint16_t>(random()), random());
  keys.emplace_back(std::uint16_t{0xFFFF}, UINT64_MAX);
  keys.emplace_back(std::uint16_t{0}, UINT64_MAX);
  keys.emplace_back(std::uint16_t{0}, 0u);
  compare(10, 1000, keys);
}

TEST("client order index: more orders than a link can name are refused at set-up") {
  bool refused = false;
  try {
    ClientOrderIndex index((std::size_t{1} << 28) + 1);
  } catch (const std::length_error&) {
    refused = true;
  }
  CHECK(refused);
}

TEST("client order index: grows bucket by bucket with the most orders that lived, finds all on the way, and never shrinks") {
  Indexed indexed(100'000);
  const std::size_t first = indexed.index.buckets_in_use();
  CHECK(first < 10'000);
  std::mt19937_64 random(4);
  std::vector<Key> keys;
  for (std::uint32_t order = 0; order < 50'000; ++order) {
    keys.emplace_back(static_cast<std::uint16_t>(order % 5), order % 3 == 0 ? random() : 1000 + order);
    const std::size_t before = indexed.index.buckets_in_use();
    CHECK_EQ(indexed.insert(keys.back()), order);
    CHECK(indexed.index.buckets_in_use() <= before + 4);
    CHECK_EQ(indexed.index.buckets_in_use(), std::max(first, std::size_t{4} * (order + 1)));
    const std::size_t old = random() % keys.size();
    CHECK_EQ(indexed.find(keys[old]), old);
  }
  for (std::uint32_t order = 0; order < 50'000; ++order) CHECK_EQ(indexed.find(keys[order]), order);
  CHECK_EQ(indexed.index.count(indexed.orders), 50'000u);
  for (std::uint32_t order = 0; order < 50'000; ++order) indexed.erase(order);
  CHECK_EQ(indexed.index.count(indexed.orders), 0u);
  CHECK_EQ(indexed.index.buckets_in_use(), 200'000u);
}

TEST("client order index: small tables hold what they promise") {
  for (const std::size_t live : {1u, 2u, 96u, 97u}) {
    Indexed indexed(live);
    for (std::size_t order = 0; order < live; ++order) CHECK_EQ(indexed.insert({1, order * 1000}), order);
    for (std::size_t order = 0; order < live; ++order) CHECK_EQ(indexed.find({1, order * 1000}), order);
    CHECK(indexed.orders.full());
  }
}

TEST("client order index: neighbours lie side by side, strides spread") {
  // The longest chain is what a look-up may cost. Read through the store: every row's distance to its chain's end.
  const auto longest = [](const Indexed& indexed, std::size_t live) {
    std::size_t most = 0;
    for (std::uint32_t slot = 0; slot < live; ++slot) most = std::max(most, indexed.index.chain_from(indexed.orders, slot));
    return most;
  };
  for (const std::uint64_t stride : {1ull, 3ull, 64ull, 100ull, 1ull << 16, 1'000'000ull, 1ull << 32}) {
    Indexed indexed(20'000);
    for (std::uint64_t order = 0; order < 20'000; ++order) indexed.insert({static_cast<std::uint16_t>(order % 4), 7 + order / 4 * stride});
    CHECK(longest(indexed, 20'000) <= 8);
  }
}
