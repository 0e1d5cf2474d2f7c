// Any framed messages into small books: level totals and counts equal the orders behind them, prices are sorted, tables give back what
// they took.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>

#include "test_support/itch_messages.hpp"
#include "tick_to_trade/2_decode/decoder.hpp"
#include "tick_to_trade/2_decode/itch_frames.hpp"
#include "tick_to_trade/3_book/book_set.hpp"

namespace {

using hopwire::feed::BookSet;

constexpr std::uint16_t maximum_locate = 15;

void must(bool holds) {
  if (!holds) std::abort();
}

void check_side(const BookSet& books, std::uint16_t locate, char side) {
  std::int64_t previous = 0;
  bool first = true;
  books.walk_levels(locate, side, ~0U, [&](const hopwire::feed::Level& level) {
    must(first || (side == 'B' ? level.price < previous : level.price > previous));
    must(level.order_count() > 0 && level.quantity > 0);
    std::uint64_t quantity = 0;
    std::uint32_t orders = 0;
    books.walk(locate, [&](char order_side, std::uint64_t, hopwire::levels::Price price, std::uint32_t shares) {
      if (order_side != side || price != level.price) return;
      must(shares > 0);
      quantity += shares;
      ++orders;
    });
    must(quantity == level.quantity && orders == level.order_count());
    previous = level.price;
    first = false;
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  using namespace hopwire;
  static auto books = std::make_unique<BookSet>(
      feed::BookLimits{.maximum_orders = 256, .maximum_levels = 64, .maximum_locate = maximum_locate, .maximum_trades = 8});
  books->reset();
  feed::ItchFrames frames({reinterpret_cast<const std::byte*>(input), size});
  feed::BookEvent event;
  for (auto step = frames.next(); step != feed::ItchFrames::Step::end; step = frames.next()) {
    if (step != feed::ItchFrames::Step::message) continue;
    if (feed::decode(frames.message().data(), frames.message().size(), event) != feed::DecodeResult::ok) continue;
    books->apply(event);
  }
  std::size_t live = 0;
  for (std::uint16_t locate = 0; locate <= maximum_locate; ++locate) {
    std::uint32_t orders = 0;
    books->walk(locate, [&](char, std::uint64_t, levels::Price, std::uint32_t) { ++orders; });
    must(orders == books->order_count(locate));
    live += orders;
    check_side(*books, locate, 'B');
    check_side(*books, locate, 'S');
  }
  must(live == books->live_orders());
  return 0;
}

// Streams in which most modifications meet a live order.
extern "C" std::size_t hopwire_fuzz_seed(std::size_t index, std::uint8_t* buffer, std::size_t capacity) {
  using namespace hopwire;
  if (index >= 16) return 0;
  std::mt19937_64 random(index);
  test::Bytes stream;
  std::uint64_t next = index * 100;
  for (int i = 0; i < 60; ++i) {
    const auto locate = static_cast<std::uint16_t>(random() % (maximum_locate + 2));
    const auto shares = static_cast<std::uint32_t>(random() % 4 * 50);
    const auto price = static_cast<std::uint32_t>(1000 + random() % 6);
    const std::uint64_t known = next - random() % 12;
    switch (random() % 8) {
      case 0: test::append_frame(stream, test::executed(locate, 1, known, shares, 2)); break;
      case 1: test::append_frame(stream, test::executed_with_price(locate, 1, known, shares, 2, 'Y', price)); break;
      case 2: test::append_frame(stream, test::cancelled(locate, 1, known, shares)); break;
      case 3: test::append_frame(stream, test::deleted(locate, 1, known)); break;
      case 4: test::append_frame(stream, test::replaced(locate, 1, known, ++next, shares, price)); break;
      default: test::append_frame(stream, test::add_order(locate, 1, ++next, random() % 2 == 0 ? 'B' : 'S', shares, price)); break;
    }
  }
  if (stream.size() > capacity) return 0;
  std::memcpy(buffer, stream.data(), stream.size());
  return stream.size();
}
