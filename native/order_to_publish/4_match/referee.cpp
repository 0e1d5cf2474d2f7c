// The referee's text, and the loop that is timed. referee.hpp says what the format is.
#include "order_to_publish/4_match/referee.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <tuple>

#include "core/clock.hpp"

namespace hopwire::venue {

namespace {

// Room for every new order of the file to rest at once.
MatcherLimits limits_for(std::span<const std::byte> records) {
  std::size_t orders = 1;
  for (std::size_t offset = 0; offset + RefereeOrder::size <= records.size(); offset += RefereeOrder::size) {
    if (RefereeOrder(records.data() + offset).type() == 0) ++orders;
  }
  return {.maximum_orders = orders,
          .maximum_levels = std::max<std::size_t>(orders, 1024),
          .maximum_locate = RefereeRun::locate,
          .maximum_order_quantity = UINT32_MAX,
          .maximum_sessions = 1};
}

template <class... Numbers>
void append_line(std::string& text, std::uint8_t type, Numbers... numbers) {
  std::array<char, 24> digits;
  text.push_back(static_cast<char>('0' + type));
  const auto append = [&](auto number) {
    text.push_back(',');
    text.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
  };
  (append(numbers), ...);
}

void render(const RefereeReport& report, std::string& text) {
  const std::uint32_t side = report.side;
  switch (report.type) {
    case RefereeReport::taken:
    case RefereeReport::modified: return append_line(text, report.type, report.sequence, side, report.id, report.price, report.quantity);
    case RefereeReport::trade:
      return append_line(text, report.type, report.sequence, report.price, report.quantity, report.id, report.taker);
    case RefereeReport::canceled: return append_line(text, report.type, report.sequence, side, report.id, report.price);
    case RefereeReport::cancel_refused:
    case RefereeReport::modify_refused: return append_line(text, report.type, report.sequence, report.id);
  }
}

// Sorted by sequence and type; alike ones stay in the order they were made.
std::vector<std::size_t> referee_order(std::span<const RefereeReport> reports) {
  std::vector<std::size_t> order(reports.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto before = [&](std::size_t a, std::size_t b) {
    return std::tie(reports[a].sequence, reports[a].type, a) < std::tie(reports[b].sequence, reports[b].type, b);
  };
  if (!std::is_sorted(order.begin(), order.end(), before)) std::sort(order.begin(), order.end(), before);
  return order;
}

}  // namespace

std::optional<RefereeFault> first_fault(std::span<const std::byte> records) {
  for (std::size_t offset = 0; offset + RefereeOrder::size <= records.size(); offset += RefereeOrder::size) {
    const RefereeOrder order(records.data() + offset);
    const std::size_t record = offset / RefereeOrder::size;
    if (order.type() > 2) return RefereeFault{record, offset, "unknown type " + std::to_string(order.type())};
    if (order.side() > 1) return RefereeFault{record, offset + 1, "unknown side " + std::to_string(order.side())};
    if (order.immediate_or_cancel() > 1) {
      return RefereeFault{record, offset + 2, "IOC flag is " + std::to_string(order.immediate_or_cancel())};
    }
  }
  const std::size_t tail = records.size() % RefereeOrder::size;
  if (tail == 0) return std::nullopt;
  return RefereeFault{records.size() / RefereeOrder::size, records.size() - tail,
                      "record cut off after " + std::to_string(tail) + " of " + std::to_string(RefereeOrder::size) + " bytes"};
}

// A trade ends its maker or its taker, so there are at most as many trades as entries; beside them at most two reports a command.
RefereeRun::RefereeRun(std::span<const std::byte> records)
    : records_(records),
      matcher_(limits_for(records), ReplaceProfile::always_requeue),
      sink_(3 * (records.size() / RefereeOrder::size) + 1) {
  matcher_.add_instrument(locate, 1);
  matcher_.touch(matcher_.maximum_orders());
  sink_.reports.touch(sink_.reports.maximum() / 2);
}

void RefereeRun::run() {
  const std::uint64_t started = core::monotonic_now();
  for (std::size_t offset = 0; offset + RefereeOrder::size <= records_.size(); offset += RefereeOrder::size) {
    const SequencedCommand command = RefereeOrder(records_.data() + offset).command(locate);
    sink_.sequence = command.sequence - 1;
    matcher_.apply(command, sink_);
  }
  elapsed_ns_ = core::monotonic_now() - started;
}

std::string RefereeRun::text() const {
  const std::span<const RefereeReport> reports(sink_.reports.data(), sink_.count);
  std::string text;
  text.reserve(reports.size() * 40);
  for (const std::size_t index : referee_order(reports)) {
    if (!text.empty()) text.push_back('\n');
    render(reports[index], text);
  }
  return text;
}

std::vector<RefereeResting> RefereeRun::resting() const {
  std::vector<RefereeResting> resting;
  matcher_.walk_orders(locate, [&](char side, const OrderDetail& detail, std::int32_t price, std::uint32_t, std::uint32_t leaves) {
    resting.push_back({detail.cl_ord_id, side, price, leaves});
  });
  return resting;
}

}  // namespace hopwire::venue
