// A snapshot taken at any moment, and the messages behind it, make what the whole stream makes.
#include "engine/snapshot_book.hpp"

#include <string>

#include "engine/itch_scan.hpp"
#include "net/packet_loss.hpp"
#include "test_support/capture_payloads.hpp"
#include "test_support/fixtures.hpp"
#include "test_support/itch_messages.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using engine::SnapshotBook;

namespace {

using Bytes = std::vector<std::byte>;
constexpr std::uint64_t second = 1'000'000'000;

std::vector<std::span<const std::byte>> messages_of(std::span<const std::byte> frames) {
  std::vector<std::span<const std::byte>> messages;
  for (std::size_t at = 0; at < frames.size();) {
    const std::size_t length = core::load_be<std::uint16_t>(frames.data() + at);
    messages.push_back(frames.subspan(at + 2, length));
    at += 2 + length;
  }
  return messages;
}

SnapshotBook small() { return SnapshotBook({.books = {.maximum_orders = 1 << 16, .maximum_levels = 1 << 16, .maximum_locate = 100}}); }

void apply_all(SnapshotBook& book, std::span<const std::span<const std::byte>> messages) {
  for (const auto& message : messages) book.apply(message);
}

std::string types_of(const net::GlimpseSnapshot& image) {
  std::string types;
  for (const auto& message : messages_of(image.frames)) types += static_cast<char>(message[0]);
  return types;
}

Bytes halt(std::uint16_t locate, char market, char action) { return test::operational_halt(locate, 5, market, action, "ABCD"); }

// Every kind of order message, in a few stocks; trading states on the way.
Bytes busy_day(std::uint64_t messages, std::uint64_t seed) {
  Bytes file;
  net::PacketLoss random(0, seed);
  std::vector<std::pair<std::uint64_t, std::uint16_t>> live;
  test::append_frame(file, test::system_event(1, 'O'));
  for (std::uint16_t locate = 1; locate <= 7; ++locate)
    test::append_frame(file, test::stock_directory(locate, 2, "ST" + std::to_string(locate)));
  test::append_frame(file, test::system_event(3, 'Q'));
  for (std::uint64_t i = 1; i <= messages; ++i) {
    const auto locate = static_cast<std::uint16_t>(1 + random.next() % 7);
    const std::string stock = "ST" + std::to_string(locate);
    const std::uint64_t time = 1000 + i;
    const std::size_t at = live.empty() ? 0 : random.next() % live.size();
    const auto price = static_cast<std::uint32_t>(10'000 + random.next() % 60);
    switch (live.size() < 40 ? random.next() % 2 : random.next() % 9) {
      case 0:
        test::append_frame(file, test::add_order(locate, time, i, random.next() % 2 == 0 ? 'B' : 'S', 100, price, stock));
        live.emplace_back(i, locate);
        break;
      case 1:
        test::append_frame(file, test::add_order_with_mpid(locate, time, i, 'B', 100, price, stock, "MPID"));
        live.emplace_back(i, locate);
        break;
      case 2: test::append_frame(file, test::executed(live[at].second, time, live[at].first, 1 + random.next() % 60, i)); break;
      case 3: test::append_frame(file, test::cancelled(live[at].second, time, live[at].first, 30)); break;
      case 4:
      case 5:
        test::append_frame(file, test::deleted(live[at].second, time, live[at].first));
        live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      case 6:
      case 7: test::append_frame(file, test::replaced(live[at].second, time, live[at].first, i, 80, price)); live[at].first = i; break;
      default: test::append_frame(file, test::trading_action(locate, time, "HPQT"[random.next() % 4], stock));
    }
  }
  return file;
}

// Snapshot after `cut` messages, tail on top: the books of the whole, and the same snapshot again.
void joins(std::span<const std::span<const std::byte>> all, std::size_t cut, SnapshotBook& whole_until_cut, const SnapshotBook& whole,
           const std::shared_ptr<const net::GlimpseSnapshot>& final_image) {
  const auto image = whole_until_cut.image(cut * second, cut * second);
  REQUIRE_EQ(image->sequence, cut + 1);
  SnapshotBook joined = small();
  for (const auto& message : messages_of(image->frames)) joined.apply(message);
  CHECK_EQ(joined.books().market_digest(), whole_until_cut.books().market_digest());
  apply_all(joined, all.subspan(cut));
  CHECK_EQ(joined.books().market_digest(), whole.books().market_digest());
  const auto again = joined.image(1, 1);
  CHECK_EQ(types_of(*again), types_of(*final_image));  // states and participants came along
  const auto ours = messages_of(again->frames);
  const auto theirs = messages_of(final_image->frames);
  for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i)
    CHECK(std::equal(ours[i].begin(), ours[i].end(), theirs[i].begin(), theirs[i].end()));
}

}  // namespace

TEST("snapshot book: at any moment, snapshot and tail make the books, the states and the participants of the whole stream") {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    const Bytes file = busy_day(4'000, seed);
    const auto all = messages_of(file);
    SnapshotBook whole = small();
    apply_all(whole, all);
    const auto final_image = whole.image(1, 1);
    SnapshotBook until = small();
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
      if (cut % 211 == 0 || cut < 12 || cut == all.size()) joins(all, cut, until, whole, final_image);
      if (cut < all.size()) until.apply(all[cut]);
    }
  }
}

TEST("snapshot book: what is told of instruments and the day, in order; each state as last told") {
  SnapshotBook book = small();
  for (const Bytes& message :
       {test::system_event(1, 'O'), test::stock_directory(2, 1, "BBBB"), test::stock_directory(1, 1, "AAAA"), test::system_event(2, 'S'),
        test::trading_action(1, 3, 'H', "AAAA"), test::trading_action(1, 4, 'T', "AAAA"), halt(2, 'Q', 'H'), halt(2, 'B', 'H'),
        halt(2, 'Q', 'T'), test::add_order_with_mpid(2, 6, 10, 'S', 5, 100, "BBBB", "MMKR"), test::add_order(1, 7, 11, 'B', 6, 90, "AAAA"),
        test::executed(2, 8, 10, 1, 1), Bytes{std::byte{'?'}}, test::market_participant_position(1, 8, "MMKR", "AAAA"),
        test::net_order_imbalance(1, 8, 300, 200, 'B', "AAAA", 90)})
    book.apply(message);
  const auto image = book.image(1, 1);
  CHECK_EQ(image->sequence, 16u);  // the message that is none has a number all the same
  CHECK_EQ(types_of(*image), "SSRRHhhAF");  // no L and no I: GLIMPSE has neither
  const auto messages = messages_of(image->frames);
  CHECK_EQ(itch::StockDirectoryView(messages[2].data()).stock(), std::string_view("AAAA"));
  CHECK_EQ(itch::StockTradingActionView(messages[4].data()).trading_state(), 'T');
  CHECK_EQ(itch::OperationalHaltView(messages[5].data()).market_code(), 'B');
  CHECK_EQ(itch::OperationalHaltView(messages[6].data()).operational_halt_action(), 'T');
  const itch::AddOrderMpidView order(messages[8].data());
  CHECK_EQ(order.attribution(), std::string_view("MMKR"));
  CHECK_EQ(order.shares(), 4u);
  CHECK_EQ(order.stock(), std::string_view("BBBB"));
  CHECK_EQ(order.timestamp(), 8u);
  book.apply(test::system_event(9, 'O'));  // another day of the same session
  CHECK_EQ(types_of(*book.image(second, second)), "S");
  book.clear(net::MoldSession("NEXT"));
  CHECK_EQ(book.image(2 * second, 2 * second)->sequence, 1u);
  CHECK_EQ(book.image(2 * second, 2 * second)->session.text(), "NEXT");
}

TEST("snapshot book: an image is made after it was asked for, shared by who asked before, not made too often nor kept too often") {
  SnapshotBook book({.books = {.maximum_orders = 1024, .maximum_levels = 1024, .maximum_locate = 10}, .images_most = 2});
  const auto next = [&book] { book.apply(test::system_event(1, 'S')); };
  auto first = book.image(10 * second, 9 * second);
  next();
  CHECK(book.image(10 * second + 5, 10 * second) == first);      // asked before it was made
  CHECK(book.image(10 * second + 5, 10 * second + 1) == nullptr);  // too soon for another
  auto later = book.image(11 * second, 10 * second + 1);
  CHECK_EQ(later->sequence, 2u);
  next();
  CHECK(book.image(20 * second, 19 * second) == nullptr);  // two are still read
  first.reset();
  auto third = book.image(20 * second, 19 * second);
  CHECK_EQ(third->sequence, 3u);
  CHECK(book.image(30 * second, 30 * second) == third);  // nothing has happened since
  next();
  later.reset();
  third.reset();
  CHECK_EQ(book.image(40 * second, 40 * second)->sequence, 4u);
  CHECK_EQ(book.images_made(), 4u);
}

TEST("snapshot book: real order flow, joined at each tenth of it") {
  const auto path = test::fixture("itch/aapl_20191230_restored.itch50");
  if (!path) SKIP("no fixtures folder");
  const Bytes file = test::file_bytes(*path);
  const auto all = messages_of(file);
  const auto make = [] { return SnapshotBook({.books = {.maximum_orders = 1 << 16, .maximum_levels = 1 << 16}}); };
  SnapshotBook whole = make();
  apply_all(whole, all);
  SnapshotBook until = make();
  for (std::size_t cut = 0, tenth = 1; cut < all.size(); ++cut) {
    until.apply(all[cut]);
    if (cut != all.size() * tenth / 10) continue;
    SnapshotBook joined = make();
    const auto image = until.image(tenth * second, tenth * second);
    ++tenth;
    for (const auto& message : messages_of(image->frames)) joined.apply(message);
    CHECK_EQ(image->sequence, cut + 2);
    apply_all(joined, std::span(all).subspan(image->sequence - 1));
    CHECK_EQ(joined.books().market_digest(), whole.books().market_digest());
  }
}
