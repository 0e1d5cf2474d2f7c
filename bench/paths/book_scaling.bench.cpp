// Feed books of 100 thousand, 1 million and 10 million live orders: the same mixture of messages in runs of 256; memory per live order
//
// 8,000 instruments. The orders are there before the clock starts, and so much of the mixture behind them that the window of young orders
// (order_table.hpp) has gone round once: what was there at first has outlived it. The mixture leaves as many as it found. An operation is a
// message, the result hash the market digest, "ratio" the time over that of 100 thousand orders, middle of the rounds. bytes_per_live_order: what the
// process grew by from empty books, whose fixed tables are fixed_MB, until the end of the mixture; levels, and the pages of the
// instruments used, included.
#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/endian.hpp"
#include "harness/bench.hpp"
#include "harness/itch_day.hpp"
#include "tick_to_trade/2_decode/decoder.hpp"
#include "tick_to_trade/2_decode/itch_frames.hpp"
#include "tick_to_trade/3_book/book_set.hpp"

namespace {

using namespace hopwire;

std::uint64_t resident_bytes() {
  std::ifstream status("/proc/self/statm");
  std::uint64_t pages = 0;
  status >> pages >> pages;
  return pages * 4096;
}

class Market {
 public:
  Market(std::uint64_t before, std::uint64_t messages, std::uint64_t live)
      : day_({.messages = before + messages, .instruments = 8'000, .live_at_end = 0, .live_at_start = live}),
        limits_{.maximum_orders = live + live / 4 + before + messages, .maximum_levels = std::size_t{1} << 22, .maximum_locate = 8'191},
        bytes_(day_.bytes()) {
    std::size_t at = day_.mix_begins();
    for (std::uint64_t i = 0; i < before; ++i) at += 2 + std::size_t{core::load_be<std::uint16_t>(bytes_.data() + at)};
    begin_ = at;
    for (; at < bytes_.size(); ++messages_) at += 2 + std::size_t{core::load_be<std::uint16_t>(bytes_.data() + at)};
  }

  void fill() {
    books_.reset();
    const std::uint64_t before = resident_bytes();
    books_.emplace(limits_);
    fixed_ = resident_bytes() - before;
    before_ = before;
    apply(bytes_.first(begin_));
  }
  void mix() { apply(bytes_.subspan(begin_)); }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  // Gives the books' memory back for the next market's turn.
  std::uint64_t digest() {
    const std::uint64_t result = books_->market_digest();
    live_ = books_->live_orders();
    levels_ = books_->levels().levels_in_use();
    outlived_ = books_->orders().aged();
    grown_ = resident_bytes() - before_ - fixed_;
    books_.reset();
    return result;
  }
  void facts(bench::Bench& bench) const {
    bench.fact("live_orders", static_cast<double>(live_));
    bench.fact("outlived_the_window", static_cast<double>(outlived_));
    bench.fact("levels", static_cast<double>(levels_));
    bench.fact("fixed_MB", static_cast<double>(fixed_) / 1e6);
    bench.fact("bytes_per_live_order", static_cast<double>(grown_) / static_cast<double>(std::max<std::size_t>(live_, 1)));
  }

 private:
  void apply(std::span<const std::byte> bytes) {
    feed::ItchFrames frames(bytes);
    std::array<feed::BookEvent, 256> events;
    std::size_t count = 0;
    const auto take = [&] {
      books_->apply(std::span<const feed::BookEvent>(events.data(), count));
      books_->clear_trades();
      books_->clear_touched();
      count = 0;
    };
    for (auto step = frames.next(); step != feed::ItchFrames::Step::end; step = frames.next()) {
      if (step != feed::ItchFrames::Step::message) continue;
      if (feed::decode(frames.message().data(), frames.message().size(), events[count]) != feed::DecodeResult::ok) continue;
      if (++count == events.size()) take();
    }
    take();
  }

  bench::ItchDay day_;
  feed::BookLimits limits_;
  std::span<const std::byte> bytes_;
  std::size_t begin_ = 0;  // offset of what the clock sees
  std::uint64_t messages_ = 0;
  std::optional<feed::BookSet> books_;
  std::uint64_t before_ = 0;
  std::uint64_t fixed_ = 0;
  std::uint64_t grown_ = 0;
  std::size_t live_ = 0;
  std::size_t levels_ = 0;
  std::size_t outlived_ = 0;
};

}  // namespace

BENCH("book_scaling") {
  bench.must_not_allocate();
  const std::uint64_t messages = bench.size(10'000, 2'000'000);
  const std::uint64_t before = bench.size(10'000, 3'000'000);
  std::vector<std::unique_ptr<Market>> markets;
  std::vector<bench::Bench::Turn> turns;
  for (const std::uint64_t live : {bench.size(1'000, 100'000), bench.size(4'000, 1'000'000), bench.size(16'000, 10'000'000)}) {
    bench.progress("generating messages for " + std::to_string(live) + " live orders");
    Market* market = markets.emplace_back(std::make_unique<Market>(before, messages, live)).get();
    turns.push_back({std::to_string(live) + " live orders", [market] { market->fill(); }, [market] { market->mix(); },
                     [market] { return market->digest(); }, [market, &bench] { market->facts(bench); }});
  }
  bench.measure_all_in_turns(markets.front()->messages(), bench.smoke() ? 2 : 3, turns);
}
