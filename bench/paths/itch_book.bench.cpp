// ITCH messages to L3 books: batched, packet by packet, one by one, rows published or not, single messages, beside a bare floor; --file F
//
// Operations are messages; the result hash is the market digest (for decode alone, a sum of what was decoded). All ways go in turns over
// the same messages with books made anew outside the clock; references and lengths are checked, no digest is kept up on the way. The first
// case is the floor (harness/bare_books.hpp), and "ratio" is to it; with --file F, a file of framed messages that the floor could not
// trust, the first case is the batched books. Facts: memory the books hold at the end, per live order without the fixed tables, peak of the
// process.
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "engine/itch_scan.hpp"
#include "harness/bare_books.hpp"
#include "harness/bench.hpp"
#include "harness/itch_day.hpp"
#include "harness/itch_tiled.hpp"
#include "net/binary_file.hpp"
#include "net/mold_packet.hpp"
#include "test_support/fixtures.hpp"
#include "tick_to_trade/2_decode/packet_decoder.hpp"

namespace {

using namespace hopwire;

constexpr std::uint32_t market_rows = 65536;

struct Rows {
  explicit Rows(std::uint32_t depth_wanted) : depth(depth_wanted), words(regions::BooksLayout::size({market_rows, depth_wanted}) / 8) {
    auto* header = reinterpret_cast<regions::RegionHeader*>(words.data());
    header->dimension[0] = market_rows;
    header->dimension[1] = depth;
    columns = regions::BooksColumns::over(reinterpret_cast<std::byte*>(words.data()));
  }
  std::uint32_t depth;
  std::vector<std::uint64_t> words;
  regions::BooksColumns columns{};
};

// Messages as a receiver gets them: packets of at most 1,400 bytes.
std::vector<feed::Packet> packets_of(std::span<const std::byte> bytes) {
  std::vector<feed::Packet> packets;
  feed::Packet packet{};
  for (std::size_t at = 0; at + 2 <= bytes.size();) {
    const std::size_t size = net::mold_block_prefix + net::mold_block_length(bytes.data() + at);
    if (packet.message_count != 0 && packet.block_bytes + size > net::mold_payload_limit - net::mold_header_length) {
      packets.push_back(packet);
      packet = {};
    }
    if (packet.message_count++ == 0) packet.blocks = bytes.data() + at;
    packet.block_bytes += static_cast<std::uint32_t>(size);
    at += size;
  }
  if (packet.message_count != 0) packets.push_back(packet);
  return packets;
}

std::uint64_t resident_bytes() {
  std::ifstream status("/proc/self/statm");
  std::uint64_t pages = 0;
  status >> pages >> pages;
  return pages * 4096;
}

class Run {
 public:
  Run(std::span<const std::byte> bytes, std::uint64_t messages)
      : bytes_(bytes), messages_(messages), limits_(engine::ItchScan::limits_for(bytes.size())), packets_(packets_of(bytes)) {}

  void measure(bench::Bench& bench, const std::string& name, bool trusted) {
    const auto prepare = [this] { renew(); };
    const auto digest = [this] { return books_->market_digest(); };
    const auto one = std::make_unique<Rows>(1);
    const auto ten = std::make_unique<Rows>(10);
    std::optional<bench::BareBooks> bare;
    const auto extent = trusted ? bench::BareBooks::extent_of(bytes_) : bench::BareBooks::Extent{};
    const auto prepare_bare = [&] { bare.emplace(extent); };
    const auto bare_digest = [&] {
      const std::uint64_t result = bare->market_digest();
      bare.reset();
      return result;
    };
    std::uint64_t sum = 0;
    std::vector<bench::Bench::Turn> turns{
        {name + ", books batched", prepare, [this] { batched(); }, digest},
        {name + ", framing and decode alone", [] {}, [&] { sum = decode_only(); }, [&] { return sum; }},
        {name + ", books packet by packet", prepare, [this] { by_packet(); }, digest},
        {name + ", books one message at a time", prepare, [this] { one_by_one(nullptr); }, digest},
        {name + ", batched, best bid and offer published after each message", prepare, [&] { batched_published(*one); }, digest},
        {name + ", batched, top 10 published after each message", prepare, [&] { batched_published(*ten); }, digest}};
    if (trusted) {
      turns.insert(turns.begin(),
                   {{name + ", bare floor looking ahead", prepare_bare, [&] { bare->looking_ahead(bytes_); }, bare_digest},
                    {name + ", bare floor one message at a time", prepare_bare, [&] { bare->one_by_one(bytes_); }, bare_digest}});
    }
    bench.measure_all_in_turns(messages_, bench.smoke() ? 2 : 3, turns);
    bench.progress("memory, single messages, " + name);
    memory(bench);
    single_messages(bench, name);
    if (!trusted) return;
    prepare_bare();
    bare->one_by_one(bytes_);
    if (bare_digest() != books_->market_digest()) bench.fail(name + ": the floor has other books");
  }

 private:
  void renew() {
    books_.reset();
    books_.emplace(limits_);
  }

  std::uint64_t decode_only() const {
    feed::ItchFrames frames(bytes_);
    feed::BookEvent event;
    std::uint64_t sum = 0;
    for (auto step = frames.next(); step != feed::ItchFrames::Step::end; step = frames.next()) {
      if (step != feed::ItchFrames::Step::message) continue;
      if (feed::decode(frames.message().data(), frames.message().size(), event) == feed::DecodeResult::ok) sum += event.time();
    }
    return sum;
  }

  // Runs of 256 messages, whatever packets they came in: a file, or a receiver that is behind.
  template <class Take>
  void in_runs(Take&& take) {
    feed::ItchFrames frames(bytes_);
    std::array<feed::BookEvent, 256> events;
    std::size_t count = 0;
    for (auto step = frames.next(); step != feed::ItchFrames::Step::end; step = frames.next()) {
      if (step != feed::ItchFrames::Step::message) continue;
      if (feed::decode(frames.message().data(), frames.message().size(), events[count]) != feed::DecodeResult::ok) continue;
      if (++count < events.size()) continue;
      take(std::span<const feed::BookEvent>(events.data(), count));
      count = 0;
    }
    take(std::span<const feed::BookEvent>(events.data(), count));
  }

  void batched() {
    in_runs([&](std::span<const feed::BookEvent> events) {
      books_->apply(events);
      books_->clear_trades();
      books_->clear_touched();
    });
  }

  void batched_published(Rows& rows) {
    in_runs([&](std::span<const feed::BookEvent> events) {
      books_->apply(events, [&] { publish(rows); });
    });
  }

  // A packet's bytes are in the cache when it is taken: on the wire's path the kernel has just copied them. Here they come from memory, so
  // those of the packet after the next are asked for.
  void by_packet() {
    feed::PacketDecoder decoder;
    for (const feed::Packet& packet : packets_) {
      const std::byte* coming = packet.blocks + packet.block_bytes + net::mold_payload_limit;
      for (std::size_t at = 0; at < net::mold_payload_limit; at += 64) __builtin_prefetch(coming + at);
      for (decoder.begin(packet); !decoder.done();) books_->apply(decoder.next());
      books_->clear_trades();
      books_->clear_touched();
    }
  }

  void one_by_one(bench::Distribution* times) {
    feed::ItchFrames frames(bytes_);
    feed::BookEvent event;
    std::uint64_t at = core::Tsc::now();
    for (auto step = frames.next(); step != feed::ItchFrames::Step::end; step = frames.next()) {
      if (step != feed::ItchFrames::Step::message) continue;
      if (feed::decode(frames.message().data(), frames.message().size(), event) != feed::DecodeResult::ok) continue;
      books_->apply(event);
      books_->clear_trades();
      books_->clear_touched();
      if (times == nullptr) continue;
      const std::uint64_t now = core::Tsc::now();
      times->record(now - at);
      at = core::Tsc::now();
    }
  }

  void publish(Rows& rows) {
    books_->clear_trades();
    for (const std::uint16_t locate : books_->touched()) books_->publish(locate, rows.columns, rows.depth, false);
    books_->clear_touched();
  }

  // One at a time with a stamp around each, frame and decode included, beside a loop that only reads the clock.
  void single_messages(bench::Bench& bench, const std::string& name) {
    const core::TscClock clock;
    bench::Distribution messages(clock.nanoseconds_per_tick());
    bench::Distribution nothing(clock.nanoseconds_per_tick());
    renew();
    one_by_one(&messages);
    for (std::uint64_t i = 0; i < messages_; ++i) {
      const std::uint64_t at = core::Tsc::now();
      nothing.record(core::Tsc::now() - at);
    }
    bench.distribution(name + ", single messages", messages, books_->market_digest());
    bench.distribution(name + ", the clock alone", nothing, 0);
  }

  void memory(bench::Bench& bench) {
    books_.reset();
    const std::uint64_t before = resident_bytes();
    renew();
    const std::uint64_t fixed = resident_bytes() - before;
    batched();
    const std::uint64_t grown = resident_bytes() - before - fixed;
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    bench.fact("live_orders", static_cast<double>(books_->live_orders()));
    bench.fact("outlived_the_window", static_cast<double>(books_->orders().aged()));
    bench.fact("levels", static_cast<double>(books_->levels().levels_in_use()));
    bench.fact("fixed_MB", static_cast<double>(fixed) / 1e6);
    bench.fact("bytes_per_live_order_beyond", static_cast<double>(grown) / static_cast<double>(std::max<std::size_t>(books_->live_orders(), 1)));
    bench.fact("process_peak_MB", static_cast<double>(usage.ru_maxrss) / 1e3);
  }

  std::span<const std::byte> bytes_;
  std::uint64_t messages_;
  feed::BookLimits limits_;
  std::vector<feed::Packet> packets_;
  std::optional<feed::BookSet> books_;
};

void measure_all(bench::Bench& bench, const std::string& name, std::span<const std::byte> bytes, bool trusted = true) {
  engine::ItchScan scan(bytes);
  while (!scan.step(~std::size_t{0})) {
  }
  const std::uint64_t messages = scan.tally().messages;
  if (messages == 0 || scan.tally().malformed != 0) return bench.fail(name + ": not a clean ITCH file");
  Run(bytes, messages).measure(bench, name, trusted);
}

}  // namespace

BENCH("itch_book") {
  bench.must_not_allocate();
  if (!bench.file().empty()) {
    const net::MappedFile file(bench.file());
    return measure_all(bench, bench.file(), file.bytes(), false);
  }
  const auto messages = bench.size(50'000, 20'000'000);
  const auto live = bench.size(2'000, 440'000);
  bench.progress("generating a day");
  measure_all(bench, "generated day", bench::ItchDay({.messages = messages, .live_at_end = live}).bytes());
  bench.progress("generating a day of many replaces");
  measure_all(bench, "generated day, 28 % replaces",
              bench::ItchDay({.messages = messages, .replace_percent = 28, .live_at_end = live}).bytes());
  if (const auto slice = test::fixture("itch/aapl_20191230_restored.itch50")) {
    const net::MappedFile file(*slice);
    measure_all(bench, "AAPL slice tiled", bench::TiledSlice(file.bytes(), static_cast<std::uint16_t>(bench.size(2, 430))).bytes());
  }
}
