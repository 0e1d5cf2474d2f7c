// What the public line is for: whoever reads it has the venue's books. Every scenario of every rule is played to the matcher, its events are
// written as ITCH and read by the feed side; after each command all books must be equal, order by order.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "order_to_publish/4_match/scenario_file.hpp"
#include "order_to_publish/5_publish/itch_writer.hpp"
#include "test_support/test.hpp"
#include "tick_to_trade/2_decode/decoder.hpp"
#include "tick_to_trade/3_book/book_set.hpp"

namespace {

using namespace hopwire;
using namespace hopwire::venue;

// A line that ends in the feed side's books.
class Reader {
 public:
  std::byte* reserve(std::uint16_t length) {
    message_.assign(length, std::byte{0xEE});
    return message_.data();
  }
  void commit() {
    feed::BookEvent event;
    REQUIRE_EQ(feed::decode(message_.data(), message_.size(), event), feed::DecodeResult::ok);
    books_.apply(event);
    books_.clear_trades();
  }

  [[nodiscard]] const feed::BookSet& books() const { return books_; }

 private:
  std::vector<std::byte> message_;
  feed::BookSet books_{{.maximum_orders = 4096, .maximum_levels = 4096, .maximum_locate = 4, .maximum_trades = 64}};
};

struct Market {
  std::array<ListedInstrument, 3> instruments{ListedInstrument::of(1001, 1, "AAA"), ListedInstrument::of(1002, 2, "BBB"),
                                              ListedInstrument::of(1003, 3, "CCC")};
  Reader reader;
  ItchWriter<Reader> writer{reader, instruments};
};

std::string wrong_books(scenario::Stage& stage, const feed::BookSet& books) {
  std::string wrong;
  if (books.market_digest() != stage.matcher().market_digest()) wrong += " the books differ;";
  const feed::BookCounters& counted = books.counters();
  if (counted.duplicate_references != 0 || counted.over_reductions != 0) wrong += " a reference twice, or more taken than there was;";
  if (counted.all_orphans() != 0) wrong += " a message about no order;";
  for (std::uint16_t locate = 1; locate <= 3; ++locate) {
    const bool trades = books.book(locate).trading_state == 'T';
    if (trades && books.crossed(locate)) wrong += " a crossed book trades;";
  }
  return wrong;
}

// The first command after which something was wrong; empty when all is well.
std::string play(const scenario::Scenario& script) {
  const std::unique_ptr<scenario::Stage> stage = scenario::stage_of(script.setup);
  Market market;
  std::uint64_t time = 1'763'596'800'000'000'000;
  market.writer.start_of_day(time);
  for (const std::string& line : script.lines) {
    if (line[0] != '>') continue;
    std::vector<MatchEvent> events;
    stage->play(line.substr(2), events);
    for (const MatchEvent& event : events) market.writer.write(event, ++time);
    if (const std::string wrong = wrong_books(*stage, market.reader.books()); !wrong.empty()) return script.name + ", " + line + ":" + wrong;
  }
  return {};
}

// Scenarios with words that this matcher's commands do not have yet are other tests' affair.
bool is_understood(const scenario::Scenario& script) {
  for (const std::string& line : script.setup) {
    if (line == "risk") return false;
  }
  for (const std::string& line : script.lines) {
    if (line[0] != '>') continue;
    try {
      static_cast<void>(scenario::parse_timed(line.substr(2)));
    } catch (const std::invalid_argument&) {
      return false;
    }
  }
  return true;
}

TEST("public line: a feed that reads it has the venue's books after every command of every scenario") {
  for (const std::string feature : {"orders", "replace", "cancel", "time_in_force", "self_trade", "reserve", "stops", "mass_cancel", "lockouts",
                                    "protection", "mass_quote", "trading_states", "auctions", "auction_orders", "tick_and_lot",
                                    "price_collar", "price_band", "circuit_breaker", "trading_day"}) {
    const auto scripts = scenario::read_scenarios("schemas/scenarios/" + feature + ".txt");
    REQUIRE(scripts.has_value());
    std::size_t played = 0;
    for (const scenario::Scenario& script : *scripts) {
      if (!is_understood(script)) continue;
      CHECK_EQ(play(script), "");
      ++played;
    }
    CHECK(played > 0);
  }
}

}  // namespace
