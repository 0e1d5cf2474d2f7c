// A batch does what its commands do one by one, whatever its size, in books too large to be left alone: same events, same books.
#include "order_to_publish/4_match/look_ahead.hpp"

#include <cstring>
#include <random>
#include <span>
#include <vector>

#include "order_to_publish/4_match/matcher_scenario.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using namespace hopwire::venue;

namespace {

constexpr MatcherLimits limits{
    .maximum_orders = 40'000, .maximum_levels = 10'000, .maximum_locate = 3, .maximum_order_quantity = 1'000, .maximum_sessions = 4};

constexpr std::size_t opening = 26'000;

// Adds until the books are large, then everything, names of the dead and of no instrument included.
std::vector<SequencedCommand> some_commands(std::size_t count) {
  std::mt19937 random(11);
  const auto pick = [&](std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); };
  std::vector<SequencedCommand> commands(count);
  for (std::size_t index = 0; index < count; ++index) {
    commands[index].sequence = index + 1;
    Command& command = commands[index].command;
    command.session = pick(4);
    command.locate = static_cast<std::uint16_t>(pick(50) == 0 ? pick(6) : 1 + pick(3));
    command.cl_ord_id = index + 1;
    command.original_cl_ord_id = pick(static_cast<std::uint32_t>(index) + 1);
    command.side = pick(2) == 0 ? order_entry::Side::buy : order_entry::Side::sell;
    command.quantity = 1 + pick(100);
    command.price = static_cast<std::int32_t>(1000 + pick(200) + (command.side == order_entry::Side::buy ? 0 : 190));
    const std::uint32_t kind = index < opening ? 0 : pick(100);
    command.kind = kind < 50   ? CommandKind::new_order
                   : kind < 80 ? CommandKind::cancel_order
                   : kind < 99 ? CommandKind::replace_order
                               : CommandKind::mass_cancel;
    command.mark_special_terms();
  }
  return commands;
}

void set_up(Matcher& matcher) {
  for (std::uint16_t locate = 1; locate <= 3; ++locate) matcher.add_instrument(locate, 100u + locate);
}

}  // namespace

TEST("look ahead: a batch does what its commands do one by one") {
  const std::vector<SequencedCommand> commands = some_commands(32'000);
  Matcher one_by_one(limits, ReplaceProfile::reduce_keeps_priority);
  set_up(one_by_one);
  MatchEventBuffer expected(limits.maximum_orders);
  for (const SequencedCommand& command : commands) one_by_one.apply(command, expected);
  REQUIRE(!one_by_one.fits_the_cache());
  for (const std::size_t size : {1u, 2u, 5u, 13u, 64u, 1000u}) {
    Matcher batched(limits, ReplaceProfile::reduce_keeps_priority);
    set_up(batched);
    MatchEventBuffer events(limits.maximum_orders);
    const std::span all(commands);
    for (std::size_t at = 0; at < all.size(); at += size) batched.apply_batch(all.subspan(at, std::min(size, all.size() - at)), events);
    REQUIRE(!events.overflowed());
    REQUIRE_EQ(events.events().size(), expected.events().size());
    CHECK_EQ(std::memcmp(events.events().data(), expected.events().data(), expected.events().size_bytes()), 0);
    CHECK_EQ(batched.market_digest(), one_by_one.market_digest());
    CHECK_EQ(batched.check_invariants(), std::string());
  }
}
