#include "core/seqlock.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "test_support/test.hpp"

using namespace hopwire::core;

namespace {
// Consistent when value[i] == value[0] * (i + 1).
struct Record {
  std::uint32_t sequence = 0;
  std::uint64_t value[12] = {};
};

void write(Record& record, std::uint64_t seed) {
  write_begin(&record.sequence);
  for (std::uint64_t at = 0; at < 12; ++at) relaxed_store(&record.value[at], seed * (at + 1));
  write_end(&record.sequence);
}
bool consistent(const std::uint64_t (&value)[12]) {
  for (std::uint64_t at = 0; at < 12; ++at) {
    if (value[at] != value[0] * (at + 1)) return false;
  }
  return true;
}
}  // namespace

TEST("seqlock: a writer at full speed is never seen half way") {
  Record record;
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> good{0};
  std::atomic<std::uint64_t> torn{0};
  std::vector<std::jthread> readers;
  for (int reader = 0; reader < 2; ++reader) {
    readers.emplace_back([&] {
      std::uint64_t copy[12];
      while (!stop.load(std::memory_order_relaxed)) {
        const ReadResult result = read(&record.sequence, 1000, [&] {
          for (std::size_t at = 0; at < 12; ++at) copy[at] = relaxed_load(&record.value[at]);
        });
        if (result != ReadResult::ok) continue;
        (consistent(copy) ? good : torn).fetch_add(1, std::memory_order_relaxed);
      }
    });
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(400);
  for (std::uint64_t seed = 1; std::chrono::steady_clock::now() < until; ++seed) {
    for (int burst = 0; burst < 64; ++burst) write(record, seed * 64 + static_cast<std::uint64_t>(burst));
    if (seed % 8 == 0) std::this_thread::yield();
  }
  stop = true;
  readers.clear();
  CHECK_EQ(torn.load(), 0u);
  CHECK(good.load() > 0);
}

TEST("seqlock: a writer that died inside a record is given up on") {
  Record record;
  write(record, 3);
  write_begin(&record.sequence);
  int copies = 0;
  CHECK(read(&record.sequence, 100, [&] { ++copies; }) == ReadResult::contended);
  CHECK_EQ(copies, 0);
}

TEST("seqlock: the next writer closes a record left open") {
  Record record;
  write_begin(&record.sequence);
  write(record, 5);
  CHECK_EQ(record.sequence % 2, 0u);
  std::uint64_t first = 0;
  CHECK(read(&record.sequence, 1, [&] { first = record.value[0]; }) == ReadResult::ok);
  CHECK_EQ(first, 5u);
}

TEST("seqlock: a write during the copy makes the reader copy again") {
  Record record;
  write(record, 1);
  int copies = 0;
  std::uint64_t first = 0;
  const ReadResult result = read(&record.sequence, 3, [&] {
    first = record.value[0];
    if (++copies == 1) write(record, 2);
  });
  CHECK(result == ReadResult::ok);
  CHECK_EQ(copies, 2);
  CHECK_EQ(first, 2u);
}
