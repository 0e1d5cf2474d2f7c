// What tools/instructions counts: the mixed flow of match_mixed through the matcher, one part of it by itself so that callgrind can be told
// to count nothing else. Usage: match_instructions one | hundred | risk; prints how many commands the counted part has.
//
// Time says little on a shared machine; the number of instructions says the same on every run, and a path that grew says so at once.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <span>
#include <vector>

#include "harness/event_rings.hpp"
#include "harness/mixed_flow.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace {

using namespace hopwire;

constexpr std::int64_t wide = std::int64_t{1} << 52;

void set_limit(venue::Matcher& matcher, bench::ConsumedRing& ring, std::uint32_t account, std::uint16_t row) {
  venue::SequencedCommand limit;
  limit.command.kind = venue::CommandKind::set_limits;
  limit.command.account = account;
  limit.command.locate = row;
  venue::RiskTerms terms{};
  terms.value = wide;
  terms.limit = row == 0 ? order_entry::RiskLimit::open_value : order_entry::RiskLimit::open_quantity;
  terms.of_instrument = row == 0 ? 0 : 1;
  terms.named = 1;
  limit.command.risk = terms;
  limit.command.mark_special_terms();
  matcher.apply(limit, ring);
}

}  // namespace

extern "C" [[gnu::noinline]] std::uint64_t counted_part(venue::Matcher& matcher, bench::ConsumedRing& ring,
                                                        std::span<const venue::SequencedCommand> commands, bool ahead) {
  return ring.run(matcher, commands, ahead);
}

int main(int argument_count, char** arguments) {
  const char* flow_name = argument_count == 2 ? arguments[1] : "";
  const bool is_hundred = std::strcmp(flow_name, "hundred") == 0;
  const bool has_risk = std::strcmp(flow_name, "risk") == 0;
  if (!is_hundred && !has_risk && std::strcmp(flow_name, "one") != 0) {
    std::fprintf(stderr, "usage: %s one | hundred | risk\n", arguments[0]);
    return 2;
  }
  const std::uint16_t instruments = is_hundred ? 100 : 1;
  const bench::MixedFlowOptions options{
      .seed = 20, .commands = 50'000, .instruments = instruments, .live_orders = is_hundred ? std::size_t{20'000} : std::size_t{10'000}};
  const bench::MixedFlow flow(options);
  bench::CommandList commands = flow.commands();
  for (venue::SequencedCommand& each : commands) {
    each.command.account = each.command.session;
    if (each.command.kind != venue::CommandKind::new_order || each.command.side == order_entry::Side::buy) continue;
    each.command.flags = order_entry::OrderFlags{each.command.flags}.short_sale(true).bits;
  }
  venue::MatcherLimits limits = bench::mixed_flow_limits(options);
  limits.is_risk_on = has_risk;
  venue::Matcher matcher(limits, venue::ReplaceProfile::reduce_keeps_priority);
  for (std::uint16_t locate = 1; locate <= instruments; ++locate) matcher.add_instrument(locate, locate);
  bench::ConsumedRing ring;
  for (std::uint32_t account = 0; has_risk && account < options.sessions; ++account) {
    for (const std::uint16_t row : {std::uint16_t{0}, std::uint16_t{1}}) set_limit(matcher, ring, account, row);
  }
  counted_part(matcher, ring, commands, is_hundred);
  const std::string fault = matcher.check_invariants();
  if (!fault.empty() || matcher.live_orders() != 0) {
    std::fprintf(stderr, "the books are not empty after the flow %s\n", fault.c_str());
    return 1;
  }
  std::printf("%zu\n", commands.size());
  return 0;
}
