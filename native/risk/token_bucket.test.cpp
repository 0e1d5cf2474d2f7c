#include "risk/token_bucket.hpp"

#include "test_support/test.hpp"

namespace {

using namespace hopwire;

constexpr std::uint64_t second = 1'000'000'000;

TEST("token bucket: a burst, then the rate; the answer to a refusal is exactly how long to wait") {
  risk::TokenBucket bucket(10, 3);  // one each 100 ms, three at once
  const std::uint64_t now = 5 * second;
  for (int taken = 0; taken < 3; ++taken) CHECK_EQ(bucket.take(now), 0u);
  const std::uint64_t wait = bucket.take(now);
  CHECK_EQ(wait, second / 10);
  CHECK_EQ(bucket.take(now + wait - 1), 1u);
  CHECK_EQ(bucket.take(now + wait), 0u);
  CHECK(bucket.take(now + wait) != 0u);
  CHECK_EQ(bucket.take(now + 10 * second), 0u);  // full again, and no more than full
  CHECK_EQ(bucket.take(now + 10 * second), 0u);
  CHECK_EQ(bucket.take(now + 10 * second), 0u);
  CHECK(bucket.take(now + 10 * second) != 0u);
}

TEST("token bucket: over any length of time never more than rate times time plus the burst") {
  risk::TokenBucket bucket(1000, 50);
  std::uint64_t now = 7;
  std::uint64_t taken = 0;
  std::uint64_t random = 88172645463325252ull;
  for (int round = 0; round < 100'000; ++round) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    now += random % 900'000;
    for (int attempt = 0; attempt < 3; ++attempt) taken += bucket.take(now) == 0 ? 1u : 0u;
    REQUIRE(taken <= now / 1'000'000 + 51);
  }
  CHECK(taken + 1000 > now / 1'000'000);
}

TEST("token bucket: no limit never refuses, and time running backwards gives nothing back") {
  risk::TokenBucket unlimited;
  for (int count = 0; count < 1000; ++count) CHECK_EQ(unlimited.take(1), 0u);
  risk::TokenBucket bucket(1, 1);
  CHECK_EQ(bucket.take(10 * second), 0u);
  CHECK(bucket.take(9 * second) != 0u);
  CHECK_EQ(bucket.take(11 * second), 0u);
}

}  // namespace
