// The matcher against a model that is too plain to be wrong in the same way: the same random commands, every event field by field after
// every command, the books by their orders, conservation of shares, and all structures audited on the way. A failure prints a shrunken
// script.
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "levels/book_digest.hpp"
#include "order_to_publish/4_match/matcher_scenario.hpp"
#include "order_to_publish/4_match/slow_matcher.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using namespace hopwire::venue;
using namespace hopwire::venue::scenario;

namespace {

constexpr MatcherLimits limits{
    .maximum_orders = 300, .maximum_levels = 400, .maximum_locate = 4, .maximum_order_quantity = 500, .maximum_sessions = 4};

bool same(const std::vector<MatchEvent>& a, const std::vector<MatchEvent>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(MatchEvent)) == 0);
}

struct Mix {
  std::uint64_t seed;
  ReplaceProfile profile;
  std::uint32_t price_range;  // few prices: deep levels; many: long ladders
  std::uint64_t id_stride;    // ClOrdIDs of a session rise by about this
};

class Generator {
 public:
  explicit Generator(const Mix& mix) : mix_(mix), random_(mix.seed) {}

  Command next() {
    Command command;
    command.session = pick(3);
    command.account = 100 + command.session;
    command.locate = static_cast<std::uint16_t>(pick(40) == 0 ? pick(6) : 1 + pick(2));
    command.instrument_id = 1000u + command.locate;
    command.side = pick(2) == 0 ? order_entry::Side::buy : order_entry::Side::sell;
    command.quantity = pick(60) == 0 ? pick(2) * 501 : 1 + pick(100);
    const std::uint32_t above = command.side == order_entry::Side::buy ? 0 : mix_.price_range * 3 / 4;  // the sides overlap by a quarter
    command.price = static_cast<std::int32_t>(pick(80) == 0 ? pick(3) * 1'500'000'000u : 1000 + above + pick(mix_.price_range));
    command.cl_ord_id = last_id_[command.session] += 1 + pick(3) * mix_.id_stride;
    command.original_cl_ord_id = earlier_id(command.session);
    const std::uint32_t kind = pick(1000);
    if (kind < 550) {
      new_order(command);
    } else if (kind < 780) {
      command.kind = CommandKind::replace_order;
      if (pick(30) == 0) command.cl_ord_id = earlier_id(command.session);
    } else if (kind < 997) {
      command.kind = CommandKind::cancel_order;
    } else if (kind < 999) {
      command.kind = CommandKind::mass_cancel;
      if (pick(2) == 0) {
        command.scope_fields = scope_field::said | scope_field::session | scope_field::instrument;
        command.in_scope = {.session = command.session, .account = 0, .firm = 0, .side = order_entry::Side::buy, .reserved = {}};
      }
    } else {
      command.kind = CommandKind::session_cancel;
    }
    ids_[command.session].push_back(command.cl_ord_id);
    return command;
  }

 private:
  std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }

  std::uint64_t earlier_id(std::uint32_t session) {
    const auto& ids = ids_[session];
    if (ids.empty()) return 1;
    const auto back = static_cast<std::size_t>(pick(pick(4) == 0 ? 400 : 40));
    return ids[ids.size() - 1 - std::min(back, ids.size() - 1)];
  }

  void new_order(Command& command) {
    command.kind = CommandKind::new_order;
    if (pick(10) == 0) command.order_type = order_entry::OrderType::market;
    if (pick(6) == 0) command.time_in_force = order_entry::TimeInForce::immediate_or_cancel;
    if (pick(5) == 0) command.flags = 1;
    if (pick(40) == 0) command.cl_ord_id = earlier_id(command.session);
  }

  Mix mix_;
  std::mt19937_64 random_;
  std::uint64_t last_id_[3] = {};
  std::vector<std::uint64_t> ids_[3];
};

class Pair {
 public:
  explicit Pair(ReplaceProfile profile) : slow(limits, profile), stage_(profile, limits) {
    for (std::uint16_t locate = 1; locate <= 3; ++locate) slow.add_instrument(locate, 1000u + locate);
  }

  // '' when both said the same.
  std::string apply(const Command& command) {
    const std::vector<MatchEvent> fast_events = stage_.apply(command);
    const std::vector<MatchEvent> slow_events = slow.apply(command);
    if (same(fast_events, slow_events)) return {};
    std::string told = "matcher:\n";
    for (const MatchEvent& event : fast_events) told += "  " + describe_all(event) + "\n";
    told += "model:\n";
    for (const MatchEvent& event : slow_events) told += "  " + describe_all(event) + "\n";
    return told;
  }

  // '' when books, structures and shares agree.
  std::string audit() {
    if (std::string fault = stage_.matcher().check_invariants(); !fault.empty()) return fault;
    for (std::uint16_t locate = 1; locate <= 3; ++locate) {
      levels::BookDigest digest;
      for (const auto side : {order_entry::Side::buy, order_entry::Side::sell}) {
        for (const auto* order : slow.side(locate, side)) {
          digest.add(static_cast<char>(side), order->reference, order->entry.price, order->leaves);
        }
      }
      if (digest.value() != stage_.matcher().book_digest(locate)) return "digests of locate " + std::to_string(locate) + " differ";
    }
    if (slow.entered != slow.executed + slow.canceled + slow.resting()) return "shares are not conserved";
    if (slow.orders().size() != stage_.matcher().live_orders()) return "live orders differ";
    return {};
  }

  SlowMatcher slow;

 private:
  Stage stage_;
};

bool fails(const std::vector<Command>& commands, ReplaceProfile profile) {
  Pair pair(profile);
  for (const Command& command : commands) {
    if (!pair.apply(command).empty() || !pair.audit().empty()) return true;
  }
  return false;
}

// Leaves out ever smaller pieces as long as the rest still fails.
std::vector<Command> shrunken(std::vector<Command> commands, ReplaceProfile profile) {
  for (std::size_t piece = commands.size() / 2; piece >= 1; piece /= 2) {
    for (std::size_t at = 0; at + piece <= commands.size();) {
      std::vector<Command> without(commands.begin(), commands.begin() + static_cast<std::ptrdiff_t>(at));
      without.insert(without.end(), commands.begin() + static_cast<std::ptrdiff_t>(at + piece), commands.end());
      if (fails(without, profile)) {
        commands = std::move(without);
      } else {
        at += piece;
      }
    }
  }
  return commands;
}

std::string script_of(const Command& command) {
  std::string line = "s" + std::to_string(command.session) + " #" + std::to_string(command.locate) + " ";
  const std::string price = command.order_type == order_entry::OrderType::market ? " market" : " @ " + std::to_string(command.price);
  const std::string id = std::to_string(command.cl_ord_id);
  const std::string original = std::to_string(command.original_cl_ord_id);
  switch (command.kind) {
    case CommandKind::new_order: line += "new " + id + " " + side_word(command.side) + " " + std::to_string(command.quantity) + price; break;
    case CommandKind::replace_order: line += "replace " + id + " " + original + " " + std::to_string(command.quantity) + price; break;
    case CommandKind::cancel_order: line += "cancel " + id + " " + original; break;
    case CommandKind::mass_cancel: line += "masscancel " + id; break;
    case CommandKind::session_cancel: line += "lost"; break;
    default: line += "tick"; break;
  }
  if (command.time_in_force == order_entry::TimeInForce::immediate_or_cancel) line += " ioc";
  if (command.flags != 0) line += " keep";
  if (command.scope_fields != 0) line += " instrument";
  return line;
}

void report(const std::string& fault, std::vector<Command> commands, ReplaceProfile profile) {
  std::string text = fault + "\n  script:\n";
  for (const Command& command : shrunken(std::move(commands), profile)) text += "    " + script_of(command) + "\n";
  hopwire::test::report_failure(__FILE__, __LINE__, text);
}

void compare(const Mix& mix, std::size_t count) {
  Generator generator(mix);
  Pair pair(mix.profile);
  std::vector<Command> commands;
  for (std::size_t index = 0; index < count; ++index) {
    commands.push_back(generator.next());
    std::string fault = pair.apply(commands.back());
    if (fault.empty() && index % 64 == 0) fault = pair.audit();
    if (!fault.empty()) return report(fault, commands, mix.profile);
  }
  const std::string fault = pair.audit();
  CHECK_EQ(fault, std::string());
}

// HOPWIRE_MATCHER_COMMANDS asks for more than the check's share.
std::size_t commands_a_mix() {
  const char* asked = std::getenv("HOPWIRE_MATCHER_COMMANDS");
  return asked != nullptr ? std::strtoull(asked, nullptr, 10) : 100'000;
}

}  // namespace

TEST("matcher: random commands give the model's events, few prices") {
  compare({.seed = 1, .profile = ReplaceProfile::reduce_keeps_priority, .price_range = 6, .id_stride = 1}, commands_a_mix());
}

TEST("matcher: random commands give the model's events, many prices, ids far apart") {
  compare({.seed = 2, .profile = ReplaceProfile::reduce_keeps_priority, .price_range = 300, .id_stride = 1'000'003}, commands_a_mix());
}

TEST("matcher: random commands give the model's events, always requeue") {
  compare({.seed = 3, .profile = ReplaceProfile::always_requeue, .price_range = 20, .id_stride = 12}, commands_a_mix());
}

TEST("matcher: the comparison sees a difference and shrinks it") {
  // Two profiles side by side: they differ first at a reduction.
  Mix mix{.seed = 4, .profile = ReplaceProfile::reduce_keeps_priority, .price_range = 6, .id_stride = 1};
  Generator generator(mix);
  SlowMatcher other(limits, ReplaceProfile::always_requeue);
  Stage stage(mix.profile, limits);
  for (std::uint16_t locate = 1; locate <= 3; ++locate) other.add_instrument(locate, 1000u + locate);
  bool differed = false;
  for (int index = 0; index < 1000 && !differed; ++index) {
    const Command command = generator.next();
    differed = !same(stage.apply(command), other.apply(command));
  }
  CHECK(differed);
}
