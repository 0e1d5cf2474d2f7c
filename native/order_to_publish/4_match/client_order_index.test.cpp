// The index against a map, with ids as clients choose them: counted up, in strides that would defeat a plain hash, clock readings, at
// random.
#include "order_to_publish/4_match/client_order_index.hpp"

#include <map>
#include <random>
#include <utility>
#include <vector>

#include "test_support/test.hpp"

using hopwire::levels::none;
using hopwire::venue::ClientOrderIndex;

namespace {

using Key = std::pair<std::uint32_t, std::uint64_t>;

// Keeps up to `live` orders, erasing at random; compares all and then empties the table.
void compare(std::uint64_t seed, std::size_t live, const std::vector<Key>& keys) {
  ClientOrderIndex index(live);
  std::map<Key, std::uint32_t> model;
  std::mt19937_64 random(seed);
  std::uint32_t slot = 0;
  for (const Key& key : keys) {
    if (model.size() == live || (!model.empty() && random() % 3 == 0)) {
      auto victim = model.lower_bound(keys[random() % keys.size()]);
      if (victim == model.end()) victim = model.begin();
      CHECK_EQ(index.find(victim->first.first, victim->first.second), victim->second);
      index.erase(victim->first.first, victim->first.second);
      CHECK_EQ(index.find(victim->first.first, victim->first.second), none);
      model.erase(victim);
    }
    if (model.contains(key)) continue;
    CHECK_EQ(index.find(key.first, key.second), none);
    index.insert(key.first, key.second, slot);
    model[key] = slot++;
  }
  for (const auto& [key, value] : model) CHECK_EQ(index.find(key.first, key.second), value);
  for (const auto& [key, value] : model) index.erase(key.first, key.second);
  CHECK_EQ(index.buckets_in_use(), 0u);
  for (const Key& key : keys) CHECK_EQ(index.find(key.first, key.second), none);
}

std::vector<Key> strided(std::uint64_t first, std::uint64_t stride, std::size_t count, std::uint32_t sessions) {
  std::vector<Key> keys;
  for (std::size_t index = 0; index < count; ++index) {
    keys.emplace_back(static_cast<std::uint32_t>(index % sessions), first + index / sessions * stride);
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
  for (int index = 0; index < 6000; ++index) keys.emplace_back(static_cast<std::uint32_t>(random()), random());
  keys.emplace_back(0xFFFFFFFFu, UINT64_MAX);
  keys.emplace_back(0u, UINT64_MAX);
  keys.emplace_back(0u, 0u);
  compare(10, 1000, keys);
}

TEST("client order index: small tables hold what they promise") {
  for (const std::size_t live : {1u, 2u, 96u, 97u}) {
    ClientOrderIndex index(live);
    for (std::size_t order = 0; order < live; ++order) index.insert(1, order * 1000, static_cast<std::uint32_t>(order));
    for (std::size_t order = 0; order < live; ++order) CHECK_EQ(index.find(1, order * 1000), order);
    CHECK(index.bucket_count() > live);
  }
}
