// For tests only: the venue's hops 1, 2, 4 and 5 on a thread of their own, and a trader's hops 5 to 7 on the test's, joined by real TCP. No
// journal and no regions, so that nothing but order entry is under test.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "core/telemetry_region.hpp"
#include "net/udp_socket.hpp"
#include "order_to_publish/2_sequence/sequencer.hpp"
#include "order_to_publish/4_match/match_into_buffer.hpp"
#include "order_to_publish/5_publish/publisher.hpp"
#include "tick_to_trade/6_encode/order_encoder.hpp"
#include "tick_to_trade/7_wire_out/order_session.hpp"

namespace hopwire::engine::scenario {

using feed::ExecutionReport;
using feed::OrderIntent;
using feed::OrderIntentKind;
using feed::ReportKind;

inline constexpr auto buy = order_entry::Side::buy;
inline constexpr auto sell = order_entry::Side::sell;

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

inline std::string describe(const ExecutionReport& report) {
  const auto side = [&] { return report.side == order_entry::Side::buy ? " buy" : " sell"; };
  const auto reject_word = [&] { return std::string(order_entry::to_string(static_cast<order_entry::RejectReason>(report.reason))); };
  const std::string text = std::to_string(report.sequence) + " ";
  const std::string id = std::to_string(report.cl_ord_id);
  switch (report.kind) {
    case ReportKind::accepted:
      return text + "accepted " + id + side() + " " + std::to_string(report.quantity) + "@" + std::to_string(report.price) +
             " " + std::string(order_entry::to_string(report.state)) + " ahead " + std::to_string(report.queue_ahead);
    case ReportKind::executed:
      return text + "executed " + id + side() + " " + std::to_string(report.quantity) + "@" + std::to_string(report.price) + " leaves " +
             std::to_string(report.leaves) + (report.liquidity == order_entry::Liquidity::added ? " maker" : " taker");
    case ReportKind::canceled:
      return text + "canceled " + id + " of " + std::to_string(report.original_cl_ord_id) + " " + std::to_string(report.quantity) + " " +
             std::string(order_entry::to_string(static_cast<order_entry::CancelReason>(report.reason))) +
             (report.leaves == 0 ? "" : " leaves " + std::to_string(report.leaves));
    case ReportKind::replaced:
      return text + "replaced " + std::to_string(report.original_cl_ord_id) + " by " + id + " " + std::to_string(report.leaves) + "@" +
             std::to_string(report.price) + " " + std::string(order_entry::to_string(report.state));
    case ReportKind::rejected: return text + "rejected " + id + " " + reject_word();
    case ReportKind::cancel_rejected: return text + "cancel_rejected " + id + " " + reject_word();
    case ReportKind::mass_canceled: return text + "mass_canceled " + id + " " + std::to_string(report.quantity);
    case ReportKind::refreshed:
      return text + "refreshed " + id + " shows " + std::to_string(report.displayed) + " of " + std::to_string(report.leaves);
    case ReportKind::triggered:
      return text + "triggered " + id + side() + " " + std::to_string(report.leaves) + " stop " + std::to_string(report.stop_price) + " " +
             std::string(order_entry::to_string(report.state));
    case ReportKind::mass_quoted: return text + "mass_quoted " + id + " " + std::to_string(report.quantity) + " " + reject_word();
    case ReportKind::protection: return text + "protection " + std::string(order_entry::to_string(report.change));
    case ReportKind::purged: return text + "purged " + id + " " + std::to_string(report.quantity);
    case ReportKind::unlocked: return text + "unlocked " + id + " " + std::to_string(report.quantity);
    case ReportKind::self_trade_prevented:
      return text + "prevented " + id + side() + " " + std::to_string(report.quantity) + "@" + std::to_string(report.price);
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
    (void)session.flush();  // what the kernel does not take now goes with a later poll
    return true;
  }
  void order(std::uint64_t id, order_entry::Side side, std::uint32_t quantity, std::int32_t price, std::uint32_t instrument = 5001) {
    OrderIntent intent;
    intent.cl_ord_id = id;
    intent.locate = 1;
    intent.instrument_id = instrument;
    intent.side = side;
    intent.quantity = quantity;
    intent.price = price;
    not_sent += send(intent) ? 0 : 1;
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
    not_sent += send(intent) ? 0 : 1;
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
  std::size_t not_sent = 0;

 private:
  risk::PreTradeRisk risk_;
  feed::RiskGate gate_;
};

}  // namespace hopwire::engine::scenario
