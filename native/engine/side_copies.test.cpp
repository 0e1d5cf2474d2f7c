// Copies of whole sides, taken while the owner goes on changing the book: each is one moment of it, and says which.
#include "engine/side_copies.hpp"

#include <atomic>
#include <cstdint>
#include <thread>

#include "test_support/test.hpp"

using namespace hopwire;
using engine::SideCopies;
using engine::SideCopy;

namespace {

// Of version v: bids v, v - 1, ... down to a hundred orders, each with v shares; one ask.
struct VersionedBook {
  std::uint64_t version = 0;
  template <class F>
  void walk(std::uint16_t locate, F&& f) const {
    for (std::uint64_t i = 0; i < 100; ++i) f('B', version * 1000 + i, static_cast<std::int32_t>(5000 - i), static_cast<std::uint32_t>(version));
    f('S', locate, 6000, 1U);
  }
};

bool is_of_one_moment(const SideCopy& copy) {
  bool sound = copy.references.size() == 100 && copy.prices.size() == 100 && copy.shares.size() == 100;
  for (std::size_t i = 0; sound && i < copy.shares.size(); ++i) {
    sound = copy.shares[i] == copy.sequence && copy.references[i] == copy.sequence * 1000 + i &&
            copy.prices[i] == static_cast<std::int32_t>(5000 - i);
  }
  return sound;
}

}  // namespace

TEST("side copies: a question at a time, the side asked for only, and nothing before it is answered") {
  SideCopies copies;
  const VersionedBook book{7};
  CHECK(!copies.take());
  copies.answer(book, 7, true);
  CHECK(!copies.take());  // nobody had asked
  REQUIRE(copies.ask(3, 'S'));
  CHECK(!copies.ask(3, 'B'));
  CHECK(!copies.take());
  copies.answer(book, 7, false);
  CHECK(!copies.ask(3, 'B'));  // the answer waits
  const auto asks = copies.take();
  REQUIRE(asks.has_value());
  CHECK(asks->side == 'S' && asks->locate == 3 && !asks->good && asks->sequence == 7);
  CHECK(asks->references == std::vector<std::uint64_t>{3});
  CHECK(asks->prices == std::vector<std::int32_t>{6000});
  REQUIRE(copies.ask(3, 'B'));
  copies.answer(book, 7, true);
  const auto bids = copies.take();
  REQUIRE(bids.has_value());
  CHECK(bids->good && is_of_one_moment(*bids));
}

TEST("side copies: every copy taken while the owner works is one moment of the book") {
  SideCopies copies;
  std::atomic<bool> done{false};
  std::thread owner([&] {
    VersionedBook book;
    while (!done.load(std::memory_order_relaxed)) {
      ++book.version;
      copies.answer(book, book.version, true);
      if (book.version % 64 == 0) std::this_thread::yield();
    }
  });
  std::uint64_t last = 0;
  for (int taken = 0; taken < 200;) {
    (void)copies.ask(1, 'B');
    const auto copy = copies.take();
    if (!copy) {
      std::this_thread::yield();
      continue;
    }
    CHECK(is_of_one_moment(*copy));
    CHECK(copy->sequence > last);
    last = copy->sequence;
    ++taken;
  }
  done.store(true, std::memory_order_relaxed);
  owner.join();
}
