// ITCH messages to L3 books: decode, books one at a time and in chunks, rows published or not; --file F takes a real file
//
// Operations are messages; the result hash is the market digest (for decode alone, a sum of what was decoded). A fresh set of books is
// made in every round, so first touches of memory are in the figures.
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/itch_scan.hpp"
#include "harness/bench.hpp"
#include "harness/itch_day.hpp"
#include "net/binary_file.hpp"
#include "test_support/fixtures.hpp"

namespace {

using namespace hopwire;

constexpr std::uint32_t depth = 10;

struct Rows {
  Rows() : words(regions::BooksLayout::size({65536, depth}) / 8) {
    auto* header = reinterpret_cast<regions::RegionHeader*>(words.data());
    header->dimension[0] = 65536;
    header->dimension[1] = depth;
    columns = regions::BooksColumns::over(reinterpret_cast<std::byte*>(words.data()));
  }
  std::vector<std::uint64_t> words;
  regions::BooksColumns columns{};
};

std::uint64_t decode_only(std::span<const std::byte> bytes) {
  feed::ItchFrames frames(bytes);
  feed::BookEvent event;
  std::uint64_t sum = 0;
  for (auto step = frames.next(); step != feed::ItchFrames::Step::end; step = frames.next()) {
    if (step != feed::ItchFrames::Step::message) continue;
    if (feed::decode(frames.message().data(), frames.message().size(), event) != feed::DecodeResult::ok) continue;
    sum += event.reference + event.shares + static_cast<std::uint64_t>(event.price) + event.time;
  }
  return sum;
}

std::uint64_t one_at_a_time(std::span<const std::byte> bytes, Rows* rows) {
  feed::BookSet books(engine::ItchScan::limits_for(bytes.size()));
  feed::ItchFrames frames(bytes);
  feed::BookEvent event;
  for (auto step = frames.next(); step != feed::ItchFrames::Step::end; step = frames.next()) {
    if (step != feed::ItchFrames::Step::message) continue;
    if (feed::decode(frames.message().data(), frames.message().size(), event) != feed::DecodeResult::ok) continue;
    books.apply(event);
    books.clear_trades();
    if (rows == nullptr) continue;
    for (const std::uint16_t locate : books.touched()) books.publish(locate, rows->columns, depth, false);
    books.clear_touched();
  }
  return books.market_digest();
}

std::uint64_t in_chunks(std::span<const std::byte> bytes) {
  engine::ItchScan scan(bytes);
  while (!scan.step(~std::size_t{0})) {
  }
  return scan.books().market_digest();
}

void measure_all(bench::Bench& bench, const std::string& name, std::span<const std::byte> bytes) {
  engine::ItchScan scan(bytes);
  while (!scan.step(~std::size_t{0})) {
  }
  const std::uint64_t messages = scan.tally().messages;
  if (messages == 0 || scan.tally().malformed != 0) return bench.fail(name + ": not a clean ITCH file");
  const auto rows = std::make_unique<Rows>();
  bench.measure(messages, [&] { return decode_only(bytes); }, name + ", framing and decode");
  bench.measure(messages, [&] { return one_at_a_time(bytes, nullptr); }, name + ", books one at a time");
  bench.measure(messages, [&] { return in_chunks(bytes); }, name + ", books in chunks of 64");
  bench.measure(messages, [&] { return one_at_a_time(bytes, rows.get()); }, name + ", books and top 10 published after each message");
}

}  // namespace

BENCH("itch_book") {
  if (!bench.file().empty()) {
    const net::MappedFile file(bench.file());
    measure_all(bench, bench.file(), file.bytes());
    return;
  }
  const auto messages = bench.size(50'000, 4'000'000);
  measure_all(bench, "generated day", bench::ItchDay({.messages = messages}).bytes());
  measure_all(bench, "generated day, 28 % replaces", bench::ItchDay({.messages = messages, .replace_percent = 28}).bytes());
  if (const auto slice = test::fixture("itch/aapl_20191230_restored.itch50")) {
    const net::MappedFile file(*slice);
    measure_all(bench, "AAPL slice tiled", bench::tiled(file.bytes(), static_cast<std::uint16_t>(bench.size(2, 80))));
  }
}
