// Both ends of order entry against each other over real TCP: the venue's hops 1, 2, 4 and 5 on one thread, OrderSessions on the test's.
#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "core/telemetry_region.hpp"
#include "net/udp_socket.hpp"
#include "order_to_publish/2_sequence/sequencer.hpp"
#include "order_to_publish/4_match/match_event_buffer.hpp"
#include "order_to_publish/4_match/matcher.hpp"
#include "order_to_publish/5_publish/publisher.hpp"
#include "test_support/test.hpp"
#include "tick_to_trade/6_encode/order_encoder.hpp"
#include "tick_to_trade/7_wire_out/order_session.hpp"

namespace {

using namespace hopwire;
using feed::ExecutionReport;
using feed::OrderIntent;
using feed::OrderIntentKind;
using feed::ReportKind;

// A venue without journal and threads of its own; the test's thread may look inside only once it has stopped.
class SmallVenue {
 public:
  explicit SmallVenue(std::size_t retained_messages = 4096)
      : telemetry_(clock_),
        instruments_{venue::ListedInstrument::of(5001, 1, "AAPL"), venue::ListedInstrument::of(5002, 2, "MSFT")},
        directory_(instruments_),
        gateway_(config(retained_messages), directory_, clock_, telemetry_.recorder()),
        matcher_(limits(), venue::ReplaceProfile::reduce_keeps_priority),
        events_(limits().maximum_orders),
        sender_({.destination = net::Endpoint{0x7F000001, 9}, .interface = "127.0.0.1"}),
        line_(line_config(), sender_),
        publisher_(line_, gateway_, instruments_, telemetry_.recorder()) {
    for (const auto& instrument : instruments_) matcher_.add_instrument(instrument.locate, instrument.id);
    thread_ = std::thread([this] {
      while (!stop_.load()) cycle();
    });
  }
  ~SmallVenue() { stop(); }

  void stop() {
    stop_.store(true);
    if (thread_.joinable()) thread_.join();
  }
  void close() {
    stop();
    gateway_.close_all(order_entry::TerminationCode::venue_closing);
  }
  [[nodiscard]] std::uint16_t port() const { return gateway_.port(); }
  [[nodiscard]] const venue::Matcher& matcher() const { return matcher_; }

 private:
  static venue::GatewayConfig config(std::size_t retained_messages) {
    venue::GatewayConfig result;
    result.sessions = {{7, "MM01", "correct horse"}, {8, "MM02", "battery staple"}};
    result.retained_messages = retained_messages;
    return result;
  }
  static venue::MatcherLimits limits() {
    venue::MatcherLimits result;
    result.maximum_orders = 20'000;
    result.maximum_levels = 20'000;
    result.maximum_locate = 2;
    result.maximum_order_quantity = 1'000'000;
    result.maximum_sessions = 2;
    return result;
  }
  static net::MoldPublisherConfig line_config() {
    net::MoldPublisherConfig result;
    result.store_bytes = std::size_t{1} << 24;
    return result;
  }

  void cycle() {
    venue::CommandBatch batch;
    const std::uint64_t now = core::Tsc::now();
    gateway_.poll(batch, now, clock_.to_realtime(now));
    for (std::size_t index = 0; index < batch.size(); ++index) {
      const venue::SequencedCommand command = sequencer_.sequence(batch[index].command, clock_.to_realtime(core::Tsc::now()));
      events_.clear();
      matcher_.apply(command, events_);
      publisher_.publish(command, events_.events());
    }
    publisher_.flush_public();
    publisher_.flush_private();
    if (batch.size() == 0) std::this_thread::yield();
  }

  core::TscClock clock_;
  core::TelemetryMemory telemetry_;
  std::vector<venue::ListedInstrument> instruments_;
  venue::InstrumentDirectory directory_;
  venue::OrderEntryServer gateway_;
  venue::Sequencer sequencer_;
  venue::Matcher matcher_;
  venue::MatchEventBuffer events_;
  net::UdpSender sender_;
  net::MoldPublisher line_;
  venue::Publisher publisher_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

std::string describe(const ExecutionReport& report) {
  const auto side = [&] { return report.side == order_entry::Side::buy ? " buy" : " sell"; };
  std::string text = std::to_string(report.sequence) + " ";
  const std::string id = std::to_string(report.cl_ord_id);
  switch (report.kind) {
    case ReportKind::accepted:
      return text + "accepted " + id + side() + " " + std::to_string(report.quantity) + "@" + std::to_string(report.price) +
             (report.state == order_entry::OrderState::live ? " live" : " dead") + " ahead " + std::to_string(report.queue_ahead);
    case ReportKind::executed:
      return text + "executed " + id + side() + " " + std::to_string(report.quantity) + "@" + std::to_string(report.price) + " leaves " +
             std::to_string(report.leaves) + (report.liquidity == order_entry::Liquidity::added ? " maker" : " taker");
    case ReportKind::canceled:
      return text + "canceled " + id + " of " + std::to_string(report.original_cl_ord_id) + " " + std::to_string(report.quantity) + " " +
             std::string(order_entry::to_string(static_cast<order_entry::CancelReason>(report.reason)));
    case ReportKind::replaced:
      return text + "replaced " + std::to_string(report.original_cl_ord_id) + " by " + id + " " + std::to_string(report.leaves) + "@" +
             std::to_string(report.price) + (report.state == order_entry::OrderState::live ? " live" : " dead");
    case ReportKind::rejected: return text + "rejected " + id + " " + std::string(order_entry::to_string(static_cast<order_entry::RejectReason>(report.reason)));
    case ReportKind::cancel_rejected:
      return text + "cancel_rejected " + id + " " + std::string(order_entry::to_string(static_cast<order_entry::RejectReason>(report.reason)));
    case ReportKind::mass_canceled: return text + "mass_canceled " + id + " " + std::to_string(report.quantity);
  }
  return text;
}

class Trader {
 public:
  Trader(const SmallVenue& venue, std::uint32_t id, std::uint32_t grace_ms = 0)
      : session(config(venue, id, grace_ms), clock_), risk_(risk::RiskLimits::none(), 3), gate_(risk_) {
    session.connect();
    risk_.enable(1);
    risk_.enable(2);
    gate_.set_session_up(true);
  }

  bool send(const OrderIntent& intent) {
    const feed::RiskDecision decision = gate_.approve(intent, {1, 2, 0, false}, 0);
    std::byte* room = session.reserve();
    if (!decision.approved() || room == nullptr) return false;
    session.commit(feed::encode(decision.order(), session.next_sequence(), session.last_processed(), core::realtime_now(), room, 3));
    return session.flush();
  }
  void order(std::uint64_t id, order_entry::Side side, std::uint32_t quantity, std::int32_t price, std::uint32_t instrument = 5001) {
    OrderIntent intent;
    intent.cl_ord_id = id;
    intent.locate = 1;
    intent.instrument_id = instrument;
    intent.side = side;
    intent.quantity = quantity;
    intent.price = price;
    CHECK(send(intent));
  }
  void request(OrderIntentKind kind, std::uint64_t id, std::uint64_t original, std::uint32_t quantity = 0, std::int32_t price = 0) {
    OrderIntent intent;
    intent.kind = kind;
    intent.cl_ord_id = id;
    intent.original_cl_ord_id = original;
    intent.locate = 1;
    intent.instrument_id = 5001;
    intent.quantity = quantity == 0 ? 1 : quantity;
    intent.price = price == 0 ? 1 : price;
    CHECK(send(intent));
  }

  // Polls until `count` reports have come or five seconds have passed.
  void await(std::size_t count) {
    const std::uint64_t deadline = core::monotonic_now() + 5'000'000'000;
    while (reports.size() < count && session.established() && core::monotonic_now() < deadline) {
      if (poll() == 0) std::this_thread::yield();
    }
  }
  std::size_t poll() {
    return session.poll(core::Tsc::now(), [this](const ExecutionReport& report) { reports.push_back(report); });
  }
  std::vector<std::string> text() const {
    std::vector<std::string> result;
    for (const ExecutionReport& report : reports) result.push_back(describe(report));
    return result;
  }

 private:
  static feed::OrderSessionConfig config(const SmallVenue& venue, std::uint32_t id, std::uint32_t grace_ms) {
    feed::OrderSessionConfig result;
    result.port = venue.port();
    result.session_id = id;
    result.access_key = id == 7 ? "MM01" : "MM02";
    result.secret = id == 7 ? "correct horse" : "battery staple";
    result.grace_window_ms = grace_ms;
    return result;
  }

  core::TscClock clock_{0.002};

 public:
  feed::OrderSession session;
  std::vector<ExecutionReport> reports;

 private:
  risk::PreTradeRisk risk_;
  feed::RiskGate gate_;
};

void check_reports(const Trader& trader, const std::vector<std::string>& expected) {
  const std::vector<std::string> seen = trader.text();
  CHECK_EQ(seen.size(), expected.size());
  for (std::size_t index = 0; index < std::min(seen.size(), expected.size()); ++index) CHECK_EQ(seen[index], expected[index]);
}

constexpr auto buy = order_entry::Side::buy;
constexpr auto sell = order_entry::Side::sell;

TEST("order entry loopback: two sessions trade, and each is told its side of the story, in order") {
  SmallVenue venue;
  Trader maker(venue, 7);
  Trader taker(venue, 8);
  maker.order(1, sell, 100, 1'000'200);
  maker.order(2, sell, 50, 1'000'200);
  maker.await(2);
  taker.order(1, buy, 120, 1'000'300);
  taker.await(3);
  maker.await(4);
  maker.request(OrderIntentKind::replace_order, 3, 2, 40, 1'000'200);   // 20 done of 40: leaves 20, place kept
  maker.request(OrderIntentKind::replace_order, 4, 3, 60, 1'000'400);   // moves
  maker.request(OrderIntentKind::cancel_order, 5, 4);
  maker.request(OrderIntentKind::cancel_order, 6, 4);
  maker.order(7, buy, 10, 900'000, 77);
  maker.await(9);
  check_reports(maker, {"1 accepted 1 sell 100@1000200 live ahead 0", "2 accepted 2 sell 50@1000200 live ahead 100",
                        "3 executed 1 sell 100@1000200 leaves 0 maker", "4 executed 2 sell 20@1000200 leaves 30 maker",
                        "5 replaced 2 by 3 20@1000200 live", "6 replaced 3 by 4 40@1000400 live", "7 canceled 5 of 4 40 byClient",
                        "8 cancel_rejected 6 unknownOrder", "9 rejected 7 unknownInstrument"});
  check_reports(taker, {"1 accepted 1 buy 120@1000300 dead ahead 0", "2 executed 1 buy 100@1000200 leaves 20 taker",
                        "3 executed 1 buy 20@1000200 leaves 0 taker"});
  CHECK_EQ(maker.reports[0].account, 3u);
  CHECK_EQ(maker.reports[2].match_number, taker.reports[1].match_number);
  CHECK(maker.reports[8].last_processed >= 7u);
  maker.session.close();
  taker.session.close();
  CHECK_EQ(maker.session.state(), feed::SessionState::closed);
}

TEST("order entry loopback: refused logons say why; ClOrdIDs go on where the venue says") {
  SmallVenue venue;
  core::TscClock clock(0.002);
  feed::OrderSessionConfig config;
  config.port = venue.port();
  config.session_id = 7;
  config.access_key = "MM01";
  config.secret = "wrong";
  feed::OrderSession session(config, clock);
  try {
    session.connect();
    CHECK(false);
  } catch (const feed::SessionRefused& refused) {
    CHECK_EQ(refused.code, order_entry::SessionRejectCode::credentials);
    CHECK(std::string(refused.what()).find("credentials") != std::string::npos);
  }
  {
    Trader first(venue, 7);
    CHECK_EQ(first.session.last_cl_ord_id(), 0u);
    first.order(41, buy, 1, 100);
    first.await(1);
    first.session.close();
  }
  Trader second(venue, 7);
  CHECK_EQ(second.session.last_cl_ord_id(), 41u);
  CHECK_EQ(second.session.next_sequence(), 1u);
}

TEST("order entry loopback: reports made while the client was away come after it is back, each once and in order") {
  SmallVenue venue;
  Trader maker(venue, 7, 5'000);
  Trader taker(venue, 8);
  maker.order(1, sell, 1000, 1'000'000);
  maker.await(1);
  maker.session.drop();
  for (std::uint64_t id = 1; id <= 300; ++id) taker.order(id, buy, 2, 1'000'000);
  taker.await(600);
  CHECK_EQ(taker.reports.size(), 600u);
  maker.session.resume();
  for (std::uint64_t id = 301; id <= 320; ++id) taker.order(id, buy, 2, 1'000'000);  // live ones meanwhile
  maker.await(321);
  REQUIRE(maker.reports.size() == 321);
  for (std::size_t index = 0; index < 321; ++index) CHECK_EQ(maker.reports[index].sequence, index + 1);
  CHECK_EQ(maker.reports.back().leaves, 360u);
  CHECK(maker.reports[1].retransmitted);
  CHECK(maker.session.counters().retransmit_requests >= 1u);
  maker.request(OrderIntentKind::cancel_order, 2, 1);
  maker.await(322);
  CHECK_EQ(describe(maker.reports.back()), "322 canceled 2 of 1 360 byClient");
}

TEST("order entry loopback: a client away for longer than the venue keeps its reports is told so") {
  SmallVenue venue(64);
  Trader maker(venue, 7, 5'000);
  Trader taker(venue, 8);
  maker.order(1, sell, 1000, 1'000'000);
  maker.await(1);
  maker.session.drop();
  for (std::uint64_t id = 1; id <= 100; ++id) {
    taker.order(id, buy, 1, 1'000'000);
    taker.await(2 * id);
  }
  maker.session.resume();
  maker.await(2);
  CHECK(maker.session.reports_missed());
  CHECK_EQ(maker.session.state(), feed::SessionState::lost);
}

TEST("order entry loopback: a lost session's orders are cancelled; who comes back in time keeps them") {
  SmallVenue venue;
  Trader patient(venue, 7, 10'000);
  Trader hasty(venue, 8);
  patient.order(1, buy, 10, 900'000);
  hasty.order(1, buy, 10, 900'000);
  patient.await(1);
  hasty.await(1);
  patient.session.drop();
  hasty.session.drop();
  (void)::poll(nullptr, 0, 50);
  patient.session.resume();
  hasty.session.resume();
  hasty.await(2);
  check_reports(hasty, {"1 accepted 1 buy 10@900000 live ahead 10", "2 canceled 1 of 1 10 disconnect"});
  venue.stop();
  CHECK_EQ(venue.matcher().order_count(1), 1u);
}

TEST("order entry loopback: when the venue closes, the session says so and nothing more is taken") {
  SmallVenue venue;
  Trader trader(venue, 7);
  std::thread closer([&] { venue.close(); });
  const std::uint64_t deadline = core::monotonic_now() + 5'000'000'000;
  while (trader.session.established() && core::monotonic_now() < deadline) (void)trader.poll();
  closer.join();
  CHECK_EQ(trader.session.state(), feed::SessionState::terminated);
  CHECK_EQ(trader.session.termination_code(), order_entry::TerminationCode::venue_closing);
  CHECK(trader.session.reserve() == nullptr);
}

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
      case ReportKind::mass_canceled: break;
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

TEST("order entry loopback: after thousands of random requests by two sessions, what they believe is open is what the matcher holds") {
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
