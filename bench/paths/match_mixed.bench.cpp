// Matcher on a mixed flow of adds, cancels, replaces and crossing orders, 1 and 100 instruments, ns per command
//
// The venue's build of the matcher: ids checked, every event written out into a ring, fills hashed. One round is the whole flow and ends
// with empty books, so rounds are alike; references and match numbers rise from round to round and stay out of the hash. "ahead" is the
// same with the next commands' lines asked for eight commands early, as a batch from a socket allows.
#include "harness/bench.hpp"

#include <array>
#include <cstdint>
#include <string>

#include "harness/mixed_flow.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace {

using namespace hopwire;

// Events go where hop 5 would read them; fills into a hash.
class RingSink {
 public:
  venue::MatchEvent& next() noexcept { return events_[count_ % events_.size()]; }
  void commit() noexcept {
    const venue::MatchEvent& event = events_[count_++ % events_.size()];
    if (event.kind != venue::MatchEventKind::executed) return;
    hash_ = (hash_ ^ event.cl_ord_id ^ (std::uint64_t{event.quantity} << 32) ^ static_cast<std::uint32_t>(event.price)) * 0x100000001b3ull;
  }
  [[nodiscard]] std::uint64_t take_hash() noexcept {
    const std::uint64_t hash = hash_ ^ count_;
    hash_ = 0xcbf29ce484222325ull;
    count_ = 0;
    return hash;
  }

 private:
  std::array<venue::MatchEvent, 256> events_{};
  std::uint64_t count_ = 0;
  std::uint64_t hash_ = 0xcbf29ce484222325ull;
};

void measure_flow(bench::Bench& bench, std::uint16_t instruments, std::size_t live_orders, const std::string& label) {
  const bench::MixedFlowOptions options{
      .seed = 20, .commands = bench.size(20'000, 5'000'000), .instruments = instruments, .live_orders = live_orders};
  const bench::MixedFlow flow(options);
  venue::Matcher matcher(bench::mixed_flow_limits(options), venue::ReplaceProfile::reduce_keeps_priority);
  for (std::uint32_t locate = 1; locate <= instruments; ++locate) matcher.add_instrument(static_cast<std::uint16_t>(locate), locate);
  matcher.touch(matcher.maximum_orders());
  RingSink sink;
  const auto& commands = flow.commands();
  bench.measure(
      commands.size(),
      [&] {
        for (const venue::SequencedCommand& command : commands) matcher.apply(command, sink);
        return sink.take_hash();
      },
      label);
  bench.measure(
      commands.size(),
      [&] {
        constexpr std::size_t ahead = 8;
        for (std::size_t index = 0; index < commands.size(); ++index) {
          if (index + ahead < commands.size()) matcher.prefetch(commands[index + ahead].command);
          matcher.apply(commands[index], sink);
        }
        return sink.take_hash();
      },
      label + ", ahead");
  if (const std::string fault = matcher.check_invariants(); !fault.empty()) bench.fail(fault);
  if (matcher.live_orders() != 0) bench.fail("the books are not empty after a round");
}

}  // namespace

BENCH("match") {
  measure_flow(bench, 1, 10'000, "1 instrument");
  measure_flow(bench, 100, 50'000, "100 instruments");
}
