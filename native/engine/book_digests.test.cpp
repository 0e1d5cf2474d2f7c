// The venue's digests against a feed's books: every one that is compared agrees, at whatever moment it was taken and arrives; and a book
// that is wrong is found.
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/digest_check.hpp"
#include "net/packet_loss.hpp"
#include "order_to_publish/4_match/matcher_scenario.hpp"
#include "order_to_publish/5_publish/digest_walker.hpp"
#include "order_to_publish/5_publish/itch_writer.hpp"
#include "test_support/test.hpp"
#include "tick_to_trade/2_decode/decoder.hpp"
#include "tick_to_trade/3_book/book_set.hpp"

using namespace hopwire;
using namespace hopwire::venue;

namespace {

constexpr std::uint64_t millisecond = 1'000'000;

// A public line that keeps its messages until the feed takes them.
struct Line {
  std::byte* reserve(std::uint16_t length) {
    messages.emplace_back(length);
    return messages.back().data();
  }
  void commit() { ++next; }
  std::deque<std::vector<std::byte>> messages;
  std::uint64_t next = 1;
};

std::vector<std::byte> encoded(const BookDigestRecord& record) {
  std::vector<std::byte> bytes(bookdigest::BookDigestView::block_length);
  bookdigest::BookDigestEncoder::wrap(bytes.data())
      .stock_locate(record.locate)
      .changed_sequence(record.changed_sequence)
      .sequence(record.sequence)
      .order_count(record.order_count)
      .digest(record.digest);
  return bytes;
}

struct World {
  explicit World(std::uint64_t seed, std::size_t orders_per_step = 3)
      : random(0, seed), walker({.interval = millisecond, .orders_per_step = orders_per_step}, stage.matcher(), 3, ring) {
    writer.start_of_day(time);
  }

  void command() {
    const std::uint64_t id = 1 + random.next() % 60;
    Command command;
    command.session = static_cast<std::uint16_t>(1 + random.next() % 3);
    command.cl_ord_id = ++last_id;
    command.locate = static_cast<std::uint16_t>(1 + random.next() % 3);
    command.instrument_id = 1000u + command.locate;
    command.side = random.next() % 2 == 0 ? order_entry::Side::buy : order_entry::Side::sell;
    command.quantity = static_cast<std::uint32_t>(1 + random.next() % 300);
    command.price = static_cast<std::int32_t>(10'000 + 100 * (random.next() % 12));
    if (random.next() % 4 == 0 && last_id > 5) {
      command.kind = random.next() % 2 == 0 ? CommandKind::cancel_order : CommandKind::replace_order;
      command.original_cl_ord_id = last_id > id ? last_id - id : 1;
    }
    for (const MatchEvent& event : stage.apply(command)) {
      writer.write(event, ++time);
      walker.published(event, line.next);
    }
  }

  void feed_some(std::size_t most) {
    books.clear_touched();
    for (; most != 0 && !line.messages.empty(); --most) {
      feed::BookEvent event;
      REQUIRE_EQ(feed::decode(line.messages.front().data(), line.messages.front().size(), event), feed::DecodeResult::ok);
      books.apply(event);
      books.clear_trades();
      line.messages.pop_front();
      ++applied;
    }
    for (const std::uint16_t locate : books.touched()) check.touched(locate, applied);
    check.compare(books, applied);
  }

  void digests_some(std::size_t most) {
    for (BookDigestRecord record; most != 0 && ring.try_pop(record); --most) check.take(encoded(record), books, applied);
  }

  net::PacketLoss random;
  scenario::Stage stage;
  DigestRing ring{64};
  Line line;
  std::array<ListedInstrument, 3> instruments{ListedInstrument::of(1001, 1, "AAA"), ListedInstrument::of(1002, 2, "BBB"),
                                              ListedInstrument::of(1003, 3, "CCC")};
  ItchWriter<Line> writer{line, instruments};
  DigestWalker walker;
  feed::BookSet books{{.maximum_orders = 4096, .maximum_levels = 4096, .maximum_locate = 4, .maximum_trades = 64}};
  engine::DigestCheck check{4};
  std::uint64_t applied = 1;
  std::uint64_t last_id = 0;
  std::uint64_t time = 1'763'596'800'000'000'000;
  std::uint64_t now = 0;
};

}  // namespace

TEST("book digests: whatever the order of commands, steps, packets and digests, all that are compared agree") {
  std::uint64_t compared = 0, too_late = 0, restarts = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    World world(seed);
    for (int i = 0; i < 5'000; ++i) {
      switch (world.random.next() % 5) {
        case 0: world.command(); break;
        case 1:
        case 2: world.now += millisecond / 4; (void)world.walker.step(world.now, world.line.next); break;
        case 3: world.feed_some(world.random.next() % 6); break;
        default: world.digests_some(world.random.next() % 3);
      }
    }
    while (world.walker.finish(world.now, world.line.next)) {
    }
    world.feed_some(~std::size_t{0});
    const std::uint64_t before = world.check.counters().compared;
    world.digests_some(~std::size_t{0});
    CHECK(world.check.counters().compared >= before + 3);  // at rest, every book is compared
    CHECK_EQ(world.check.counters().different, 0u);
    CHECK_EQ(world.check.counters().malformed, 0u);
    CHECK_EQ(world.books.market_digest(), world.stage.matcher().market_digest());
    compared += world.check.counters().compared;
    too_late += world.check.counters().too_late;
    restarts += world.walker.counters().restarts;
  }
  CHECK(compared > 1'000);
  CHECK(too_late > 100);  // these had to be met, and were passed over
  CHECK(restarts > 100);
}

TEST("book digests: a feed that lost one message is told, with the book that differs") {
  std::uint64_t found = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    World world(seed);
    for (int i = 0; i < 200; ++i) world.command();
    // One add is lost without a trace.
    for (std::size_t i = world.line.messages.size() / 2; i < world.line.messages.size(); ++i) {
      if (static_cast<char>(world.line.messages[i][0]) != 'A') continue;
      world.line.messages[i][0] = std::byte{'N'};
      world.line.messages[i].resize(20);
      break;
    }
    while (world.walker.finish(world.now, world.line.next)) {
    }
    world.feed_some(~std::size_t{0});
    world.digests_some(~std::size_t{0});
    if (world.books.market_digest() == world.stage.matcher().market_digest()) continue;  // that order was gone by now
    ++found;
    REQUIRE(world.check.first_difference().has_value());
    const engine::DigestDifference& difference = *world.check.first_difference();
    CHECK_EQ(difference.venue_digest, world.stage.matcher().book_digest(difference.locate));
    CHECK_EQ(difference.own_digest, world.books.book_digest(difference.locate));
    CHECK(difference.own_digest != difference.venue_digest);
    CHECK_EQ(difference.sequence, world.line.next);
  }
  CHECK(found > 3);
}

TEST("book digests: a walk in pieces is the walk, and a step walks no more than it may") {
  World world(7, 1);
  for (int i = 0; i < 400; ++i) world.command();
  for (std::uint16_t locate = 1; locate <= 3; ++locate) {
    for (const std::size_t most : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
      levels::BookDigest digest;
      matching::BookCursor cursor;
      std::size_t orders = 0, pieces = 0;
      bool more = true;
      while (more) {
        const std::size_t before = orders;
        const auto add = [&](char side, std::uint64_t reference, std::int32_t price, std::uint32_t shares) {
          digest.add(side, reference, price, shares);
          ++orders;
        };
        more = world.stage.matcher().walk_some(locate, cursor, most, add);
        CHECK(orders - before <= most);
        ++pieces;
      }
      CHECK_EQ(orders, world.stage.matcher().order_count(locate));
      CHECK_EQ(digest.value(), world.stage.matcher().book_digest(locate));
      CHECK(pieces >= orders / most);
    }
  }
}

TEST("book digests: at most one each interval, all books within the sweep, and a full ring waits") {
  World world(3, 1000);
  std::uint64_t last = 0;
  std::array<int, 4> seen{};
  for (int i = 0; i < 400'000; ++i) {
    world.now += 100'000;
    (void)world.walker.step(world.now, world.line.next);
    for (BookDigestRecord record; world.ring.try_pop(record); last = world.now) {
      CHECK(last == 0 || world.now - last >= millisecond);
      ++seen[record.locate];
    }
  }
  for (int locate = 1; locate <= 3; ++locate) CHECK(seen[static_cast<std::size_t>(locate)] >= 4);  // 40 s, sweeps of 10
  for (int i = 0; i < 1'000; ++i) {
    world.command();
    world.now += millisecond;
    (void)world.walker.step(world.now, world.line.next);
  }
  CHECK_EQ(world.ring.size(), world.ring.capacity());
}

TEST("book digests: every prefix of a digest is refused, and so is another type and a locate beyond the rows") {
  World world(1);
  const std::vector<std::byte> whole = encoded({.changed_sequence = 1, .sequence = 1, .digest = levels::BookDigest{}.value(), .locate = 2});
  engine::DigestCheck check(4);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::vector<std::byte> prefix(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    check.take(prefix, world.books, 1);
    CHECK_EQ(check.counters().malformed, length + 1);
  }
  std::vector<std::byte> other = whole;
  other[0] = std::byte{'d'};
  check.take(other, world.books, 1);
  check.take(encoded({.locate = 5}), world.books, 1);
  CHECK_EQ(check.counters().malformed, whole.size() + 2);
  CHECK_EQ(check.counters().compared, 0u);
  check.take(whole, world.books, 1);
  CHECK_EQ(check.counters().compared, 1u);
  CHECK_EQ(check.counters().different, 0u);
}
