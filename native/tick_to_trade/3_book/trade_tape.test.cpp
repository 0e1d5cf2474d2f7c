#include "tick_to_trade/3_book/trade_tape.hpp"

#include <cstdint>
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

}  // namespace
}  // namespace hopwire::feed
