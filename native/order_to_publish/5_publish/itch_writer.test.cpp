// The public line's bytes, checked by hand-written offsets of the published specification rather than by the generated views that wrote
// them.
#include "order_to_publish/5_publish/itch_writer.hpp"

#include <string>

#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using namespace hopwire::venue;

struct Line {
  std::vector<std::vector<std::byte>> messages;
  std::vector<std::byte> room;
  std::byte* reserve(std::uint16_t length) {
    room.assign(length, std::byte{0xEE});
    return room.data();
  }
  void commit() { messages.push_back(room); }
};

std::uint64_t number(const std::vector<std::byte>& message, std::size_t offset, std::size_t length) {
  std::uint64_t value = 0;
  for (std::size_t index = 0; index < length; ++index) value = value << 8 | static_cast<std::uint64_t>(message[offset + index]);
  return value;
}
std::string text(const std::vector<std::byte>& message, std::size_t offset, std::size_t length) {
  return {reinterpret_cast<const char*>(message.data()) + offset, length};
}

constexpr std::uint64_t nine_thirty = 34'200'000'000'000;
constexpr std::uint64_t time_of_day = 1'763'596'800'000'000'000 + nine_thirty + 123;  // 20 Nov 2025, UTC

struct Bench {
  std::vector<ListedInstrument> instruments{ListedInstrument::of(5001, 1, "AAPL"), ListedInstrument::of(5002, 3, "MSFT")};
  Line line;
  ItchWriter<Line> writer{line, instruments};

  const std::vector<std::byte>& write(const MatchEvent& event) {
    writer.write(event, time_of_day);
    return line.messages.back();
  }
};

MatchEvent event(PublicEffect effect, MatchEventKind kind) {
  MatchEvent result;
  result.kind = kind;
  result.public_effect = effect;
  result.locate = 3;
  result.reference = 0x0102030405060708;
  result.original_reference = 0x1112131415161718;
  result.match_number = 99;
  result.price = 2'881'800;
  result.quantity = 70;
  result.leaves = 30;
  result.side = order_entry::Side::sell;
  return result;
}

void check_head(const std::vector<std::byte>& message, char type, std::size_t length, std::uint64_t locate) {
  CHECK_EQ(text(message, 0, 1), std::string(1, type));
  CHECK_EQ(message.size(), length);
  CHECK_EQ(number(message, 1, 2), locate);
  CHECK_EQ(number(message, 3, 2), 0u);
  CHECK_EQ(number(message, 5, 6), nine_thirty + 123);
}

TEST("itch writer: a session that outlives its day counts on, so that no time falls") {
  Bench bench;
  const MatchEvent add = event(PublicEffect::add, MatchEventKind::rested);
  const std::uint64_t midnight = time_of_day - nine_thirty - 123;
  bench.writer.write(add, midnight + core::nanoseconds_per_day - 1);
  bench.writer.write(add, midnight + core::nanoseconds_per_day + 1);
  CHECK_EQ(number(bench.line.messages[0], 5, 6), core::nanoseconds_per_day - 1);
  CHECK_EQ(number(bench.line.messages[1], 5, 6), core::nanoseconds_per_day + 1);
}

TEST("itch writer: A carries reference, side, what is left, symbol and price") {
  Bench bench;
  const auto& message = bench.write(event(PublicEffect::add, MatchEventKind::rested));
  check_head(message, 'A', 36, 3);
  CHECK_EQ(number(message, 11, 8), 0x0102030405060708u);
  CHECK_EQ(text(message, 19, 1), "S");
  CHECK_EQ(number(message, 20, 4), 30u);
  CHECK_EQ(text(message, 24, 8), "MSFT    ");
  CHECK_EQ(number(message, 32, 4), 2'881'800u);
}

TEST("itch writer: E names the maker, the shares and the match; X the shares taken away") {
  Bench bench;
  const auto executed = bench.write(event(PublicEffect::execute, MatchEventKind::executed));
  check_head(executed, 'E', 31, 3);
  CHECK_EQ(number(executed, 11, 8), 0x0102030405060708u);
  CHECK_EQ(number(executed, 19, 4), 70u);
  CHECK_EQ(number(executed, 23, 8), 99u);
  const auto reduced = bench.write(event(PublicEffect::reduce, MatchEventKind::replaced));
  check_head(reduced, 'X', 23, 3);
  CHECK_EQ(number(reduced, 11, 8), 0x0102030405060708u);
  CHECK_EQ(number(reduced, 19, 4), 70u);
}

TEST("itch writer: D names the order that leaves -- after a replace that crosses, the old reference") {
  Bench bench;
  const auto canceled = bench.write(event(PublicEffect::remove, MatchEventKind::canceled));
  check_head(canceled, 'D', 19, 3);
  CHECK_EQ(number(canceled, 11, 8), 0x0102030405060708u);
  CHECK_EQ(number(bench.write(event(PublicEffect::remove, MatchEventKind::replaced)), 11, 8), 0x1112131415161718u);
}

TEST("itch writer: U carries both references, what is left and the price") {
  Bench bench;
  const auto message = bench.write(event(PublicEffect::replace, MatchEventKind::replaced));
  check_head(message, 'U', 35, 3);
  CHECK_EQ(number(message, 11, 8), 0x1112131415161718u);
  CHECK_EQ(number(message, 19, 8), 0x0102030405060708u);
  CHECK_EQ(number(message, 27, 4), 30u);
  CHECK_EQ(number(message, 31, 4), 2'881'800u);
}

TEST("itch writer: an event without public effect writes nothing") {
  Bench bench;
  bench.writer.write(event(PublicEffect::none, MatchEventKind::accepted), time_of_day);
  CHECK_EQ(bench.line.messages.size(), 0u);
}

TEST("itch writer: the day opens with O S, the directory, trading open, Q, and closes with M E C") {
  Bench bench;
  bench.writer.start_of_day(time_of_day);
  bench.writer.end_of_day(time_of_day);
  std::string order;
  for (const auto& message : bench.line.messages) {
    order += text(message, 0, 1);
    if (message.size() == 12) order += text(message, 11, 1);
    order += ' ';
  }
  CHECK_EQ(order, "SO SS R R H H SQ SM SE SC ");
  CHECK_EQ(bench.writer.written(), 10u);
  check_head(bench.line.messages[0], 'S', 12, 0);
  const auto& directory = bench.line.messages[3];
  check_head(directory, 'R', 39, 3);
  CHECK_EQ(text(directory, 11, 10), "MSFT    QN");
  CHECK_EQ(number(directory, 21, 4), 100u);
  CHECK_EQ(text(directory, 25, 9), "NCZ PNN N");
  CHECK_EQ(number(directory, 34, 4), 0u);
  CHECK_EQ(text(directory, 38, 1), "N");
  const auto& action = bench.line.messages[5];
  check_head(action, 'H', 25, 3);
  CHECK_EQ(text(action, 11, 14), "MSFT    T     ");
}

// ---- instruments and the market ----

TEST("itch writer: C of an auction is not printable and carries the auction's price") {
  Bench bench;
  const auto message = bench.write(event(PublicEffect::execute_at_price, MatchEventKind::crossed));
  check_head(message, 'C', 36, 3);
  CHECK_EQ(number(message, 11, 8), 0x0102030405060708u);
  CHECK_EQ(number(message, 19, 4), 70u);
  CHECK_EQ(number(message, 23, 8), 99u);
  CHECK_EQ(text(message, 31, 1), "N");
  CHECK_EQ(number(message, 32, 4), 2'881'800u);
}

TEST("itch writer: Q carries the whole quantity, which may pass 32 bits, its own match number and the kind of cross") {
  Bench bench;
  MatchEvent uncrossed = event(PublicEffect::cross_trade, MatchEventKind::uncrossed);
  put_facts(uncrossed,
            AuctionFacts{.quantity = 0x1'2345'6789, .match_number = 0xABCDEF, .cross_type = order_entry::CrossType::reopening});
  const auto message = bench.write(uncrossed);
  check_head(message, 'Q', 40, 3);
  CHECK_EQ(number(message, 11, 8), 0x1'2345'6789u);
  CHECK_EQ(text(message, 19, 8), "MSFT    ");
  CHECK_EQ(number(message, 27, 4), 2'881'800u);
  CHECK_EQ(number(message, 31, 8), 0xABCDEFu);
  CHECK_EQ(text(message, 39, 1), "H");
}

TEST("itch writer: I carries what would trade, what would be left and where, three prices, cross and variation") {
  Bench bench;
  MatchEvent imbalance = event(PublicEffect::imbalance, MatchEventKind::imbalance);
  AuctionFacts facts{.quantity = 700,
                     .paired_quantity = 0x2'0000'0001,
                     .reference_price = 1000,
                     .far_price = 1010,
                     .near_price = 1020,
                     .cross_type = order_entry::CrossType::closing,
                     .variation = '2'};
  put_facts(imbalance, facts);
  const auto message = bench.write(imbalance);
  check_head(message, 'I', 50, 3);
  CHECK_EQ(number(message, 11, 8), 0x2'0000'0001u);
  CHECK_EQ(number(message, 19, 8), 700u);
  CHECK_EQ(text(message, 27, 9), "SMSFT    ");
  CHECK_EQ(number(message, 36, 4), 1010u);
  CHECK_EQ(number(message, 40, 4), 1020u);
  CHECK_EQ(number(message, 44, 4), 1000u);
  CHECK_EQ(text(message, 48, 2), "C2");
  facts.quantity = 0;
  put_facts(imbalance, facts);
  CHECK_EQ(text(bench.write(imbalance), 27, 1), "N");
  facts.near_price = 0;
  put_facts(imbalance, facts);
  CHECK_EQ(text(bench.write(imbalance), 27, 1), "O");
}

TEST("itch writer: H says T while trading, Q while collecting, P for the venue's own halt, H for others and for closed, with the reason") {
  using order_entry::TradingState;
  struct Case {
    TradingState state;
    HaltReason reason;
    std::string expected;
  };
  const Case cases[] = {{TradingState::continuous, {}, "T     "},
                        {TradingState::pre_open, {}, "Q     "},
                        {TradingState::opening_auction, {}, "Q     "},
                        {TradingState::reopening_auction, {'T', '7'}, "Q T7  "},
                        {TradingState::closing_auction, {}, "Q     "},
                        {TradingState::halt, {'T', '1'}, "H T1  "},
                        {TradingState::halt, {'T', '5'}, "P T5  "},
                        {TradingState::halt, {'L', 'U', 'D', 'P'}, "P LUDP"},
                        {TradingState::halt, {'M', 'W', 'C', '1'}, "H MWC1"},
                        {TradingState::closed, {}, "H     "}};
  Bench bench;
  for (const Case& each : cases) {
    MatchEvent changed = event(PublicEffect::trading_action, MatchEventKind::state_changed);
    put_facts(changed, StateFacts{.state = each.state, .halt_reason = each.reason});
    const auto message = bench.write(changed);
    check_head(message, 'H', 25, 3);
    CHECK_EQ(text(message, 11, 8), "MSFT    ");
    CHECK_EQ(text(message, 19, 6), each.expected);
  }
}

TEST("itch writer: J carries reference, upper, lower and the number of extensions") {
  Bench bench;
  MatchEvent collar = event(PublicEffect::auction_collar, MatchEventKind::auction_collar);
  put_facts(collar, CollarFacts{.reference_price = 1050, .lower_price = 950, .upper_price = 1102, .extension = 2});
  const auto message = bench.write(collar);
  check_head(message, 'J', 35, 3);
  CHECK_EQ(text(message, 11, 8), "MSFT    ");
  CHECK_EQ(number(message, 19, 4), 1050u);
  CHECK_EQ(number(message, 23, 4), 1102u);
  CHECK_EQ(number(message, 27, 4), 950u);
  CHECK_EQ(number(message, 31, 4), 2u);
}

TEST("itch writer: V carries the three levels, W the one that was breached; both name no instrument") {
  Bench bench;
  MatchEvent levels = event(PublicEffect::market_levels, MatchEventKind::market_levels);
  put_facts(levels, LevelFacts{.levels = {500'000'000'000, 400'000'000'000, 300'000'000'000}});
  const auto declared = bench.write(levels);
  check_head(declared, 'V', 35, 0);
  CHECK_EQ(number(declared, 11, 8), 500'000'000'000u);
  CHECK_EQ(number(declared, 19, 8), 400'000'000'000u);
  CHECK_EQ(number(declared, 27, 8), 300'000'000'000u);
  MatchEvent breached = event(PublicEffect::market_breach, MatchEventKind::market_breached);
  breached.quantity = 2;
  const auto status = bench.write(breached);
  check_head(status, 'W', 12, 0);
  CHECK_EQ(text(status, 11, 1), "2");
}

TEST("itch writer: Y says whether the short-sale price test is on") {
  Bench bench;
  MatchEvent restriction = event(PublicEffect::short_sale_restriction, MatchEventKind::short_sale_restriction_set);
  for (const std::uint32_t is_on : {1u, 0u}) {
    restriction.quantity = is_on;
    const auto message = bench.write(restriction);
    check_head(message, 'Y', 20, 3);
    CHECK_EQ(text(message, 11, 8), "MSFT    ");
    CHECK_EQ(text(message, 19, 1), is_on == 1 ? "1" : "0");
  }
}

TEST("itch writer: a new day closes the old one and opens with the state each instrument is in") {
  Bench bench;
  MatchEvent halted = event(PublicEffect::trading_action, MatchEventKind::state_changed);
  put_facts(halted, StateFacts{.state = order_entry::TradingState::halt, .halt_reason = {'T', '1'}});
  bench.write(halted);
  bench.line.messages.clear();
  bench.writer.write(event(PublicEffect::new_day, MatchEventKind::day_rolled), time_of_day);
  std::string order;
  for (const auto& message : bench.line.messages) {
    order += text(message, 0, 1);
    if (message.size() == 12) order += text(message, 11, 1);
    if (message.size() == 25) order += text(message, 19, 1);
    order += ' ';
  }
  CHECK_EQ(order, "SM SE SC SO SS R R HT HH SQ ");
}

}  // namespace
