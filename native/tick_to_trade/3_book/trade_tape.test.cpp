#include "tick_to_trade/3_book/trade_tape.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "test_support/test.hpp"

namespace hopwire::feed {
namespace {

struct Region {
  explicit Region(std::uint32_t prints) : words(regions::TradesLayout::size({prints}) / 8 + 1) {
    auto* base = reinterpret_cast<std::byte*>(words.data());
    reinterpret_cast<regions::RegionHeader*>(base)->dimension[0] = prints;
    columns = regions::TradesColumns::over(base);
  }
  [[nodiscard]] std::uint32_t word(words::TradesWord which) {
    return std::atomic_ref<std::uint32_t>(columns.word[static_cast<std::size_t>(which)]).load(std::memory_order_acquire);
  }
  std::vector<std::uint64_t> words;
  regions::TradesColumns columns{};
};

TradePrint print_of(std::uint64_t match) {
  return {.time = match * 3,
          .match = match,
          .shares = match * 5,
          .price = static_cast<std::int32_t>(match % 1000),
          .locate = static_cast<std::uint16_t>(match % 7),
          .side = 'B',
          .type = 'E'};
}

TEST("trade tape: prints stand in order, wrap round the ring, and counts say how far") {
  Region region(8);
  TradeTape tape(region.columns);
  tape.append({}, 0);
  CHECK_EQ(region.word(words::TradesWord::written), 0);
  std::uint64_t match = (std::uint64_t{1} << 40) + 1;
  for (int poll = 0; poll < 5; ++poll) {
    const std::vector<TradePrint> prints{print_of(match), print_of(match + 1), print_of(match + 2)};
    tape.append(prints, poll);
    match += 3;
  }
  CHECK_EQ(region.word(words::TradesWord::written), 15);
  CHECK_EQ(region.word(words::TradesWord::claimed), 15);
  CHECK_EQ(region.word(words::TradesWord::dropped), 4);
  for (std::uint32_t n = 15 - 8; n < 15; ++n) {
    const TradePrint expected = print_of((std::uint64_t{1} << 40) + 1 + n);
    CHECK_EQ(region.columns.time[n % 8], static_cast<double>(expected.time));
    CHECK_EQ(region.columns.quantity[n % 8], static_cast<double>(expected.shares));
    CHECK_EQ(region.columns.price[n % 8], expected.price);
    CHECK_EQ(region.columns.locate[n % 8], expected.locate);
    CHECK_EQ((std::uint64_t{region.columns.match_high[n % 8]} << 32 | region.columns.match_low[n % 8]), expected.match);
    CHECK_EQ(region.columns.side[n % 8], 'B');
    CHECK_EQ(region.columns.type[n % 8], 'E');
  }
}

TEST("trade tape: more prints than a ring at once leave the last of them") {
  Region region(4);
  TradeTape tape(region.columns);
  std::vector<TradePrint> prints;
  for (std::uint64_t match = 0; match < 10; ++match) prints.push_back(print_of(match));
  tape.append(prints, 0);
  for (std::uint32_t n = 6; n < 10; ++n) CHECK_EQ(region.columns.match_low[n % 4], n);
}

// A reader as the tape's contract has it (src/books/trade_tape.ts does the same): copy, then look whether the claim has come round.
class Reader {
 public:
  explicit Reader(const regions::TradesColumns& columns) : columns_(columns), prints_(columns.header->dimension[0]) {}

  // Prints there were; what they say must follow from their match number, and the numbers rise by one but for those missed.
  std::uint64_t poll() {
    std::uint64_t told = 0;
    for (int turn = 0; turn < 4096 && next_ != word(words::TradesWord::written); ++turn) {
      const TradePrint print = copy(next_ & (prints_ - 1));
      core::detail::seqlock_fence(std::memory_order_acquire);
      const std::uint32_t behind = word(words::TradesWord::claimed) - next_;
      if (behind > prints_) {
        missed_ += behind - prints_;
        next_ += behind - prints_;
        continue;
      }
      wrong_ += print.match != next_ + 1 || print.time != print.match * 3 || print.shares != print.match * 5 ||
                        print.price != static_cast<std::int32_t>(print.match % 1000) || print.locate != print.match % 7 ||
                        print.side != 'B' || print.type != 'E'
                    ? 1
                    : 0;
      ++next_;
      ++told;
    }
    told_ += told;
    return told;
  }
  [[nodiscard]] std::uint64_t told() const { return told_; }
  [[nodiscard]] std::uint64_t missed() const { return missed_; }
  [[nodiscard]] std::uint64_t wrong() const { return wrong_; }

 private:
  [[nodiscard]] std::uint32_t word(words::TradesWord which) const {
    return std::atomic_ref<std::uint32_t>(columns_.word[static_cast<std::size_t>(which)]).load(std::memory_order_acquire);
  }
  [[nodiscard]] TradePrint copy(std::uint32_t at) const {
    using core::relaxed_load;
    return {.time = static_cast<std::uint64_t>(relaxed_load(columns_.time + at)),
            .match = std::uint64_t{relaxed_load(columns_.match_high + at)} << 32 | relaxed_load(columns_.match_low + at),
            .shares = static_cast<std::uint64_t>(relaxed_load(columns_.quantity + at)),
            .price = relaxed_load(columns_.price + at),
            .locate = static_cast<std::uint16_t>(relaxed_load(columns_.locate + at)),
            .side = static_cast<char>(relaxed_load(columns_.side + at)),
            .type = static_cast<char>(relaxed_load(columns_.type + at))};
  }

  regions::TradesColumns columns_;
  std::uint32_t prints_;
  std::uint32_t next_ = 0;
  std::uint64_t told_ = 0;
  std::uint64_t missed_ = 0;
  std::uint64_t wrong_ = 0;
};

TEST("trade tape: a writer that waits for nobody and readers that keep up or do not: no print is torn, none told twice, each missed is counted") {
  constexpr std::uint64_t all = 400'000;
  Region region(64);
  TradeTape tape(region.columns);
  std::atomic<bool> over{false};
  std::vector<Reader> readers(3, Reader(region.columns));
  std::vector<std::jthread> threads;
  for (std::size_t index = 0; index < readers.size(); ++index) {
    threads.emplace_back([&, index] {
      // The last reader sleeps every now and then, long enough to be lapped.
      for (std::uint64_t turn = 0; !over.load(std::memory_order_acquire); ++turn) {
        if (readers[index].poll() == 0) std::this_thread::yield();
        if (index == 2 && turn % 64 == 63) std::this_thread::sleep_for(std::chrono::microseconds(200));
      }
    });
  }
  std::uint64_t match = 1;
  std::vector<TradePrint> prints;
  for (std::uint64_t poll = 0; match <= all; ++poll) {
    prints.clear();
    for (std::uint64_t i = 0; i <= poll % 48 && match <= all; ++i) prints.push_back(print_of(match++));
    tape.append(prints, 0);
    if (poll % 16 == 0) std::this_thread::yield();
  }
  over.store(true, std::memory_order_release);
  threads.clear();
  for (Reader& reader : readers) {
    for (int turn = 0; turn < 100 && reader.poll() != 0; ++turn) {
    }
    CHECK_EQ(reader.told() + reader.missed(), all);
    CHECK_EQ(reader.wrong(), 0u);
    CHECK(reader.told() > 0);
  }
  CHECK(readers[2].missed() > 0);
}

}  // namespace
}  // namespace hopwire::feed
