// Thousands of random requests by two sessions over real TCP: what each believes from its reports alone must be what the matcher holds.
#include <iterator>
#include <map>
#include <random>
#include <thread>

#include "engine/order_entry_scenario.hpp"
#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using namespace hopwire::engine::scenario;

// What a client believes from its reports alone.
struct Believed {
  std::map<std::uint64_t, std::uint32_t> leaves;  // open orders by ClOrdID
  std::uint64_t answered = 0;

  void apply(const ExecutionReport& report) {
    switch (report.kind) {
      case ReportKind::accepted:
        leaves[report.cl_ord_id] = report.leaves;
        ++answered;
        break;
      case ReportKind::executed: set(report.cl_ord_id, report.leaves); break;
      case ReportKind::canceled:
        // Answers the request when there was one; an order that ends by itself carries its own id.
        answered += report.cl_ord_id != report.original_cl_ord_id && report.original_cl_ord_id != 0 ? 1u : 0u;
        leaves.erase(report.original_cl_ord_id);
        leaves.erase(report.cl_ord_id);
        break;
      case ReportKind::replaced:
        leaves.erase(report.original_cl_ord_id);
        set(report.cl_ord_id, report.leaves);
        ++answered;
        break;
      case ReportKind::rejected:
      case ReportKind::cancel_rejected: ++answered; break;
      case ReportKind::mass_canceled:
      case ReportKind::refreshed:
      case ReportKind::triggered:
      case ReportKind::mass_quoted:
      case ReportKind::protection:
      case ReportKind::purged:
      case ReportKind::unlocked:
      case ReportKind::self_trade_prevented: break;  // nothing open changes
    }
  }
  void set(std::uint64_t id, std::uint32_t left) {
    if (left == 0) {
      leaves.erase(id);
    } else {
      leaves[id] = left;
    }
  }
};

TEST("order entry beliefs: after thousands of random requests by two sessions, what they believe is open is what the matcher holds") {
  SmallVenue venue;
  Trader traders[2]{Trader(venue, 7), Trader(venue, 8)};
  Believed believed[2];
  std::uint64_t sent[2]{};
  std::uint64_t next_id[2]{1, 1};
  std::mt19937_64 random(20261120);
  const std::uint64_t deadline = core::monotonic_now() + 20'000'000'000;
  const auto take = [&](int index) {
    traders[index].session.poll(core::Tsc::now(), [&](const ExecutionReport& report) { believed[index].apply(report); });
  };
  for (int round = 0; round < 8000 && core::monotonic_now() < deadline; ++round) {
    const int index = static_cast<int>(random() % 2);
    const auto& open = believed[index].leaves;
    const std::uint64_t kind = random() % 10;
    const auto price = static_cast<std::int32_t>(1'000'000 + 100 * (random() % 20));
    const auto quantity = static_cast<std::uint32_t>(1 + random() % 50);
    const auto victim = open.empty() ? open.end() : std::next(open.begin(), static_cast<std::ptrdiff_t>(random() % open.size()));
    const std::uint64_t id = next_id[index]++;
    if (kind < 5 || victim == open.end()) {
      traders[index].order(id, random() % 2 == 0 ? buy : sell, quantity, price);
    } else if (kind < 8) {
      traders[index].request(OrderIntentKind::replace_order, id, victim->first, quantity, price);
    } else {
      traders[index].request(OrderIntentKind::cancel_order, id, victim->first);
    }
    ++sent[index];
    if (round % 3 == 0) {
      take(0);
      take(1);
    }
  }
  while ((believed[0].answered < sent[0] || believed[1].answered < sent[1]) && core::monotonic_now() < deadline) {
    take(0);
    take(1);
    std::this_thread::yield();
  }
  (void)::poll(nullptr, 0, 20);
  for (int index : {0, 1, 0, 1}) take(index);
  CHECK_EQ(traders[0].not_sent + traders[1].not_sent, 0u);
  CHECK_EQ(believed[0].answered, sent[0]);
  CHECK_EQ(believed[1].answered, sent[1]);
  venue.stop();
  std::uint64_t open_quantity = 0;
  std::uint64_t believed_quantity = 0;
  venue.matcher().walk(1, [&](char, std::uint64_t, std::int32_t, std::uint32_t leaves) { open_quantity += leaves; });
  for (const Believed& side : believed) {
    for (const auto& [id, leaves] : side.leaves) believed_quantity += leaves;
  }
  CHECK_EQ(believed[0].leaves.size() + believed[1].leaves.size(), venue.matcher().order_count(1));
  CHECK_EQ(believed_quantity, open_quantity);
  CHECK(open_quantity > 0u);
}

}  // namespace
