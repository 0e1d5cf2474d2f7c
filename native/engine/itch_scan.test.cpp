#include "engine/itch_scan.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "net/binary_file.hpp"
#include "test_support/fixtures.hpp"
#include "test_support/itch_messages.hpp"
#include "test_support/slow_books.hpp"
#include "test_support/test.hpp"

namespace hopwire::engine {
namespace {

using test::append_frame;
using test::Bytes;

void finish(ItchScan& scan, std::size_t step = 1 << 16) {
  for (int i = 0; i < 1'000'000; ++i) {
    if (scan.step(step)) return;
  }
  REQUIRE(!"the scan ends");
}

struct Known {
  std::string_view file;
  std::uint64_t messages;
  std::uint64_t first_time;
  std::uint64_t last_time;
  std::uint64_t live_orders;
  std::uint64_t sideless_orders;
  std::size_t instruments;
  std::string_view orphans;
};

// Figures of an independent checker that stand beside the files.
constexpr Known known_files[] = {
    {"itch/aapl_20191230_restored.itch50", 49947, 34'500'000'155'705, 34'776'663'325'325, 339, 1, 1, "E539 X12 D3350 U3 "},
    {"itch/ritch_ex20101224.framed.itch50", 12012, 11'202'475'298'710, 68'698'845'099'321, 3204, 2, 3, "E18 X3 D94 U2 "},
    {"itch/bbekele_session_start_1000.itch50", 1000, 11'072'057'543'747, 11'354'360'581'176, 0, 0, 993, ""},
    {"itch/josh22018_synthetic_8009.itch50", 8009, 34'200'000'000'000, 34'207'040'862'727, 2620, 0, 3, ""},
};

TEST("itch scan: known files give the known figures, and the digests of the slow books") {
  for (const Known& known : known_files) {
    const auto path = test::fixture(known.file);
    if (!path) SKIP("no fixtures folder");
    const net::MappedFile file(*path);
    ItchScan scan(file.bytes());
    finish(scan);
    CHECK_EQ(scan.tally().messages, known.messages);
    CHECK_EQ(scan.tally().malformed, 0);
    CHECK_EQ(scan.tally().first_time, known.first_time);
    CHECK_EQ(scan.tally().last_time, known.last_time);
    CHECK_EQ(scan.tally().time_reversals, 0);
    CHECK_EQ(scan.books().live_orders(), known.live_orders);
    CHECK_EQ(scan.books().sideless_orders(), known.sideless_orders);
    CHECK_EQ(scan.instruments(), known.instruments);
    std::string orphans;
    for (const char type : {'E', 'C', 'X', 'D', 'U'}) {
      const std::uint64_t count = scan.books().counters().orphans_of(type);
      if (count != 0) orphans += type + std::to_string(count) + " ";
    }
    CHECK_EQ(orphans, known.orphans);
    CHECK_EQ(scan.books().counters().duplicate_references, 0);
    CHECK_EQ(scan.books().counters().over_reductions, 0);
    CHECK_EQ(scan.books().counters().beyond_limits, 0);

    test::slow::Books model;
    for (std::size_t at = 0; at < file.bytes().size();) {
      const std::size_t length = std::to_integer<std::size_t>(file.bytes()[at]) << 8 | std::to_integer<std::size_t>(file.bytes()[at + 1]);
      const auto message = file.bytes().subspan(at + 2, length);
      model.apply(Bytes(message.begin(), message.end()));
      at += 2 + length;
    }
    for (std::uint16_t locate = 0; locate < 1000; ++locate) CHECK_EQ(scan.books().book_digest(locate), model.digest(locate));
  }
}

Bytes small_day() {
  Bytes file;
  append_frame(file, test::system_event(100, 'O'));
  append_frame(file, test::stock_directory(1, 200, "AAPL"));
  append_frame(file, test::add_order(1, 300, 1, 'B', 100, 500, "AAPL"));
  append_frame(file, test::add_order(1, 400, 2, 'S', 100, 510, "AAPL"));
  append_frame(file, test::add_order(1, 400, 3, 'S', 100, 510, "AAPL"));
  append_frame(file, test::deleted(1, 500, 2));
  return file;
}

TEST("itch scan: a last time takes every message up to and including it") {
  const Bytes file = small_day();
  for (const auto& [last_time, messages] : {std::pair{99, 0}, {100, 1}, {399, 3}, {400, 5}, {499, 5}, {500, 6}}) {
    ItchScan scan(file, static_cast<std::uint64_t>(last_time));
    finish(scan);
    CHECK_EQ(scan.tally().messages, messages);
  }
}

TEST("itch scan: small steps and one big one agree") {
  const Bytes file = small_day();
  ItchScan whole(file);
  finish(whole);
  ItchScan stepped(file);
  finish(stepped, 1);
  CHECK_EQ(stepped.tally().messages, whole.tally().messages);
  CHECK_EQ(stepped.books().market_digest(), whole.books().market_digest());
}

TEST("itch scan: damage is named with offset, reason and what was expected; the rest is read") {
  Bytes file = small_day();
  const std::uint64_t first = file.size();
  append_frame(file, test::add_order(1, 600, 4, 'B', 100, 2'000'000'001));
  const std::uint64_t second = file.size();
  append_frame(file, test::add_order(1, 600, 5, 'x', 100, 500));
  const std::uint64_t third = file.size();
  append_frame(file, test::ItchMessage('!', 1, 600).bytes());
  append_frame(file, test::add_order(1, 700, 6, 'B', 100, 501));
  append_frame(file, test::deleted(1, 800, 6));
  const std::uint64_t fourth = file.size();
  file.insert(file.end(), {std::byte{0}, std::byte{19}, std::byte{'D'}});
  ItchScan scan(file);
  finish(scan);
  CHECK_EQ(scan.tally().messages, 8);
  CHECK_EQ(scan.tally().malformed, 4);
  CHECK_EQ(scan.tally().last_time, 800);
  REQUIRE_EQ(scan.damages().size(), 4);
  CHECK_EQ(scan.damages()[0].offset, first);
  CHECK_EQ(scan.damages()[0].reason, "invalid price");
  CHECK_EQ(scan.damages()[1].offset, second);
  CHECK_EQ(scan.damages()[1].reason, "invalid side");
  CHECK_EQ(scan.damages()[2].offset, third);
  CHECK_EQ(scan.damages()[2].reason, "unknown type");
  CHECK_EQ(scan.damages()[2].expected, 0);
  CHECK_EQ(scan.damages()[3].offset, fourth);
  CHECK_EQ(scan.damages()[3].reason, "truncated");
  CHECK_EQ(scan.damages()[3].length, 19);
  CHECK_EQ(scan.tally().skipped_bytes, (fourth - first) + 3 - 38 - 21);
}

TEST("itch scan: more damage than is kept is still counted") {
  Bytes file = small_day();
  for (int i = 0; i < 1200; ++i) append_frame(file, test::add_order(1, 600, 4, 'x', 100, 500));
  ItchScan scan(file);
  finish(scan);
  CHECK_EQ(scan.tally().malformed, 1200);
  CHECK_EQ(scan.damages().size(), ItchScan::damages_kept);
}

TEST("itch scan: an empty file is finished at once") {
  ItchScan scan({});
  CHECK(scan.step(1));
  CHECK_EQ(scan.tally().messages, 0);
}

}  // namespace
}  // namespace hopwire::engine
