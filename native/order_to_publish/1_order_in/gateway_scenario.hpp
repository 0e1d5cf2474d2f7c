// For tests only: the session layer with bytes and time in the test's hands, and its answers as text that reads like a log.
//
//   GatewayScenario venue;                      // one session: id 7, key MM01
//   Connection& line = venue.connect();
//   venue.negotiate(line, 1); venue.establish(line, 1);
//   venue.out(line)                             // "NegotiationResponse; EstablishmentAck next 1 last 0 clOrdId 0"
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/telemetry_region.hpp"
#include "order_to_publish/1_order_in/session_protocol.hpp"

namespace hopwire::venue::scenario {

using Bytes = std::vector<std::byte>;

template <class Encoder, class Fill>
Bytes frame_of(Fill&& fill) {
  Bytes bytes(net::frame_length_of<Encoder>);
  Encoder encoder = net::start_message<Encoder>(bytes.data());
  fill(encoder);
  return bytes;
}

// What an operator is told; the number after the name is the ClOrdID where there is one.
inline std::string describe_operator_report(std::uint16_t template_id, const std::byte* block) {
  using namespace order_entry;
  const auto number = [](auto value) { return std::to_string(value); };
  const auto word = [](auto value) { return " " + std::string(to_string(value)); };
  switch (template_id) {
    case OperatorReportView::template_id: {
      const OperatorReportView view(block);
      std::string text = " " + number(view.cl_ord_id()) + word(view.request());
      if (view.reason() != RejectReason::none) text += word(view.reason());
      if (view.limit_value() != 0) text += " limit " + number(view.limit_value());
      if (view.request() == RequestKind::set_limits) text += word(view.risk_limit()) + word(view.severity());
      if (view.account() != 0) text += " account " + number(view.account());
      if (view.instrument_id() != 0) text += " of " + number(view.instrument_id());
      if (view.request() == RequestKind::set_trading_state) return text + word(view.state_before()) + " ->" + word(view.state());
      text += " " + number(view.value()) + "," + number(view.second_value());
      if (view.before() != OperatorReportView::before_null_value) text += " was " + number(view.before());
      if (view.second_before() != OperatorReportView::second_before_null_value) text += "," + number(view.second_before());
      return text + (view.operator_session() == 0 ? "" : " by " + number(view.operator_session()));
    }
    case KillReportView::template_id: {
      const KillReportView view(block);
      std::string text = " " + number(view.cl_ord_id()) + word(view.request()) + " " + number(view.canceled_count()) + " of";
      if (view.scope().session()) text += " session " + number(view.session_id());
      if (view.scope().account()) text += " account " + number(view.account());
      if (view.scope().firm()) text += " firm " + number(view.firm());
      return text + (view.was_killed() == BooleanType::yes ? " again" : "") + " by " + number(view.operator_session());
    }
    case TradingStateReportView::template_id: {
      const TradingStateReportView view(block);
      return " " + number(view.instrument_id()) + word(view.state()) + " '" + std::string(view.halt_reason()) + "'";
    }
    case AuctionReportView::template_id: {
      const AuctionReportView view(block);
      return word(view.cross_type()) + " " + number(view.quantity()) + " @ " + number(view.price());
    }
    case ImbalanceReportView::template_id: {
      const ImbalanceReportView view(block);
      return word(view.cross_type()) + " paired " + number(view.paired_quantity()) + word(view.side()) + " " +
             number(view.imbalance_quantity()) + " near " + number(view.near_price()) + " far " + number(view.far_price());
    }
    case AuctionCollarReportView::template_id: {
      const AuctionCollarReportView view(block);
      return " " + number(view.lower_price()) + " to " + number(view.upper_price()) + " x" + number(view.extension());
    }
    case LimitStateReportView::template_id: {
      const LimitStateReportView view(block);
      return view.is_on() == BooleanType::yes ? word(view.side()) + " @ " + number(view.price()) : std::string(" over");
    }
    case MarketBreachReportView::template_id: return " " + number(MarketBreachReportView(block).level());
    case DayRolledReportView::template_id: return " " + number(DayRolledReportView(block).day());
    case ProtectionTripReportView::template_id: {
      const ProtectionTripReportView view(block);
      return " session " + number(view.session_id()) + " account " + number(view.account()) + word(view.reason()) + " limit " +
             number(view.limit_value());
    }
    default: {
      const RiskWarningView view(block);
      return " " + number(view.cl_ord_id()) + word(view.request()) + word(view.reason()) + " limit " + number(view.limit_value()) +
             " of session " + number(view.session_id()) + " account " + number(view.account()) + " in " + number(view.instrument_id());
    }
  }
}

// A row of an answer to a query, or the report that closes its page.
inline std::string describe_row(std::uint16_t template_id, const std::byte* block) {
  using namespace order_entry;
  const auto number = [](auto value) { return std::to_string(value); };
  const auto word = [](auto value) { return " " + std::string(to_string(value)); };
  const auto limit = [&](std::int64_t value) { return value == LimitRowView::hard_null_value ? std::string("none") : number(value); };
  const auto price = [&](std::int32_t value) { return value == StateRowView::bid_price_null_value ? std::string("none") : number(value); };
  switch (template_id) {
    case QueryReportView::template_id: {
      const QueryReportView view(block);
      const bool ends = view.next_position() == QueryReportView::next_position_null_value;
      return " " + number(view.row_count()) + word(view.kind()) + " at " + number(view.command_sequence()) +
             (ends ? std::string() : " next " + number(view.next_position()));
    }
    case StateRowView::template_id: {
      const StateRowView view(block);
      return " " + number(view.instrument_id()) + word(view.state()) + " '" + std::string(view.halt_reason()) + "' " +
             number(view.order_count()) + " orders " + price(view.bid_price()) + "/" + price(view.ask_price()) + " reference " +
             price(view.reference_price()) + (view.short_sales_restricted() == BooleanType::yes ? " short" : "");
    }
    case RulesRowView::template_id: {
      const RulesRowView view(block);
      return " " + number(view.instrument_id()) + " lot " + number(view.lot()) + "," + number(view.minimum_quantity()) + " collar " +
             number(view.collar_basis_points()) + " band " + number(view.band_basis_points()) + " breaker " +
             number(view.breaker_basis_points()) + "," + number(view.breaker_window()) + " reopening " + number(view.halt_time()) + "," +
             number(view.call_time());
    }
    case TickRowView::template_id: {
      const TickRowView view(block);
      return " " + number(view.instrument_id()) + " " + number(view.tick()) + " from " + number(view.from_price());
    }
    case LimitRowView::template_id: {
      const LimitRowView view(block);
      return " account " + number(view.account()) + " in " + number(view.instrument_id()) + word(view.risk_limit()) + " hard " +
             limit(view.hard()) + " soft " + limit(view.soft()) + " used " + limit(view.used());
    }
    case PositionRowView::template_id: {
      const PositionRowView view(block);
      return " account " + number(view.account()) + " in " + number(view.instrument_id()) + " " + number(view.position()) + " open " +
             number(view.open_buys()) + "/" + number(view.open_sells()) + (view.restricted() == BooleanType::yes ? " restricted" : "");
    }
    case LockRowView::template_id: {
      const LockRowView view(block);
      std::string text = view.is_kill() == BooleanType::yes ? " kill" : " purge";
      if (view.scope().session()) text += " session " + number(view.session_id());
      if (view.scope().account()) text += " account " + number(view.account());
      if (view.scope().firm()) text += " firm " + number(view.firm());
      return text + (view.scope().instrument() ? " in " + number(view.instrument_id()) : "");
    }
    default: {
      const ProtectionRowView view(block);
      return " session " + number(view.session_id()) + " account " + number(view.account()) + " " + number(view.trades()) + " of " +
             number(view.trades_limit()) + " trades" + (view.is_tripped() == BooleanType::yes ? " tripped" : "");
    }
  }
}

inline std::string describe_report(std::uint16_t template_id, const std::byte* block) {
  const order_entry::OutboundHeaderView header(block);
  const char* mark = header.flags().poss_retrans() ? "R " : header.flags().stored_answer() ? "A " : " ";
  std::string text = "#" + std::to_string(header.sequence_number()) + mark + std::string(order_entry::message_name(template_id));
  if (template_id >= order_entry::QueryReportView::template_id) return text + describe_row(template_id, block);
  if (template_id >= order_entry::OperatorReportView::template_id) return text + describe_operator_report(template_id, block);
  // ClOrdID is the first field after the header in every report.
  text += " " + std::to_string(core::load_le<std::uint64_t>(block + order_entry::OrderAcceptedView::cl_ord_id_offset));
  if (template_id == order_entry::OrderRejectedView::template_id) {
    const order_entry::OrderRejectedView view(block);
    text += " " + std::string(order_entry::to_string(view.reason()));
    if (view.retry_after() != 0) text += " retry " + std::to_string(view.retry_after());
  } else if (template_id == order_entry::CancelRejectedView::template_id) {
    const order_entry::CancelRejectedView view(block);
    text += " " + std::string(order_entry::to_string(view.request())) + " " + std::string(order_entry::to_string(view.reason()));
  } else if (template_id == order_entry::MassQuoteReportView::template_id) {
    const order_entry::MassQuoteReportView view(block);
    text += " " + std::to_string(view.entries_taken()) + " " + std::string(order_entry::to_string(view.reason()));
    if (view.entry_index() != order_entry::MassQuoteReportView::entry_index_null_value)
      text += " at " + std::to_string(view.entry_index());
    if (view.limit_value() != 0) text += " limit " + std::to_string(view.limit_value());
    if (view.retry_after() != 0) text += " retry " + std::to_string(view.retry_after());
  }
  return text;
}

inline std::string describe(std::uint16_t template_id, const std::byte* block) {
  using namespace order_entry;
  const auto number = [](auto value) { return std::to_string(value); };
  if (template_id >= 200) return describe_report(template_id, block);
  std::string text(message_name(template_id));
  switch (template_id) {
    case NegotiationRejectView::template_id: return text + " " + std::string(to_string(NegotiationRejectView(block).code()));
    case EstablishmentRejectView::template_id: return text + " " + std::string(to_string(EstablishmentRejectView(block).code()));
    case EstablishmentAckView::template_id: {
      const EstablishmentAckView view(block);
      return text + " next " + number(view.next_sequence()) + " last " + number(view.last_incoming_sequence()) + " clOrdId " +
             number(view.last_cl_ord_id());
    }
    case SequenceView::template_id: return text + " next " + number(SequenceView(block).next_sequence());
    case RetransmissionView::template_id:
      return text + " " + number(RetransmissionView(block).next_sequence()) + " +" + number(RetransmissionView(block).count());
    case RetransmitRejectView::template_id: return text + " " + std::string(to_string(RetransmitRejectView(block).code()));
    case TerminateView::template_id: return text + " " + std::string(to_string(TerminateView(block).code()));
    case NotAppliedView::template_id:
      return text + " " + number(NotAppliedView(block).from_sequence()) + " +" + number(NotAppliedView(block).count());
    default: return text;
  }
}

// Every frame of a stream, "; " between them.
inline std::string describe(std::span<const std::byte> bytes) {
  std::string text;
  while (!bytes.empty()) {
    const net::Frame frame = net::read_frame(bytes, net::order_entry_prefix, net::order_entry_largest_frame);
    if (frame.status != net::FrameStatus::complete) return text + " ?";
    const net::Message message = net::read_message(bytes.first(frame.length));
    if (!text.empty()) text += "; ";
    text += message.status == net::MessageStatus::ok ? describe(message.template_id, message.block) : "?";
    bytes = bytes.subspan(frame.length);
  }
  return text;
}

class GatewayScenario {
 public:
  static constexpr std::uint64_t day = 1'763'648'581'000'000'000;

  explicit GatewayScenario(const std::function<void(GatewayConfig&)>& adjust = {}) : directory_(listed()), telemetry_(clock_) {
    config.sessions = {{7, "MM01", "correct horse"}, {8, "MM02", "battery staple"}};
    config.retained_messages = 16;
    if (adjust) adjust(config);
    protocol = std::make_unique<SessionProtocol>(config, directory_, telemetry_.recorder());
  }

  Connection& connect() {
    connections_.push_back(std::make_unique<Connection>(config, nullptr));
    connections_.back()->open(net::TcpConnection(), now.steady);
    return *connections_.back();
  }

  // Serves everything that has come, then moves reports to the connection.
  void in(Connection& connection, const Bytes& bytes) {
    (void)connection.deliver(bytes);
    bool more = true;
    while (more) {
      while (!batch.full() && protocol->serve_one(connection, batch, now)) {
      }
      more = connection.session != no_session && protocol->session(connection.session).cancel_due(now.steady) &&
             connection.next_frame().status == net::FrameStatus::complete;
      if (more) protocol->session(connection.session).cancel_done();  // as the gateway's next cycle does
    }
    if (connection.state == ConnectionState::established) protocol->session(connection.session).outbound.pump(connection);
  }

  std::string out(Connection& connection) {
    std::string text = describe(connection.outbound());
    connection.flush(now.steady);  // no socket: forgets it
    return text;
  }

  [[nodiscard]] Bytes negotiate_frame(std::uint64_t version, std::uint32_t id = 7) const {
    const net::LogonText logon{now.realtime, version, id, key(id)};
    return frame_of<order_entry::NegotiateEncoder>([&](auto& message) {
      message.session_version(version)
          .timestamp(now.realtime)
          .session_id(id)
          .access_key(key(id))
          .hmac(net::sign_negotiate(secret(id), logon));
    });
  }
  [[nodiscard]] Bytes establish_frame(std::uint64_t version, std::uint64_t next = 1, std::uint32_t keep_alive = 1000,
                                      std::uint32_t grace = 0, std::uint32_t id = 7,
                                      order_entry::CancelOnDisconnect cancel = order_entry::CancelOnDisconnect::on_disconnect) const {
    const net::LogonText logon{now.realtime, version, id, key(id)};
    const net::EstablishTerms terms{next, keep_alive, grace, static_cast<std::uint8_t>(cancel)};
    return frame_of<order_entry::EstablishEncoder>([&](auto& message) {
      message.session_version(version)
          .timestamp(now.realtime)
          .next_sequence(next)
          .session_id(id)
          .keep_alive(keep_alive)
          .grace_window(grace)
          .cancel_on_disconnect(cancel)
          .hmac(net::sign_establish(secret(id), logon, terms));
    });
  }

  // Logged on as session 7, answers forgotten.
  Connection& established(std::uint64_t version = 1, std::uint32_t grace = 0) {
    Connection& line = connect();
    pass(1);
    in(line, negotiate_frame(version));
    in(line, establish_frame(version, 1, 1000, grace));
    out(line);
    return line;
  }

  static Bytes new_order(std::uint64_t sequence, std::uint64_t cl_ord_id,
                         const std::function<void(order_entry::NewOrderEncoder&)>& adjust = {}) {
    return frame_of<order_entry::NewOrderEncoder>([&](auto& message) {
      message.header().sequence_number(sequence);
      message.cl_ord_id(cl_ord_id).instrument_id(5001).price(1'000'000).quantity(100).side(order_entry::Side::buy);
      message.stop_price(order_entry::NewOrderView::stop_price_null_value);
      if (adjust) adjust(message);
    });
  }
  static Bytes cancel(std::uint64_t sequence, std::uint64_t cl_ord_id, std::uint64_t original) {
    return frame_of<order_entry::CancelOrderEncoder>([&](auto& message) {
      message.header().sequence_number(sequence);
      message.cl_ord_id(cl_ord_id).orig_cl_ord_id(original).instrument_id(5001);
    });
  }
  struct QuoteEntry {
    std::uint32_t instrument_id;
    std::int32_t bid_price;
    std::uint32_t bid_quantity;
    std::int32_t ask_price;
    std::uint32_t ask_quantity;
  };
  static Bytes mass_quote(std::uint64_t sequence, std::uint64_t cl_ord_id, const std::vector<QuoteEntry>& entries,
                          std::uint32_t account = 0) {
    Bytes bytes(net::order_entry_largest_frame);
    auto message = order_entry::MassQuoteEncoder::wrap_and_apply_header(std::span(bytes).subspan(net::sofh_length));
    message.header().sequence_number(sequence);
    message.cl_ord_id(cl_ord_id).account(account);
    auto group = message.entries(entries.size());
    for (const QuoteEntry& entry : entries) {
      if (!group.next()) break;
      group.instrument_id(entry.instrument_id).bid_price(entry.bid_price).bid_quantity(entry.bid_quantity);
      group.ask_price(entry.ask_price).ask_quantity(entry.ask_quantity);
    }
    bytes.resize(net::sofh_length + message.finish());
    net::write_frame_header(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
    return bytes;
  }
  using Limit = std::pair<order_entry::RiskLimit, std::int64_t>;
  static Bytes set_limits(std::uint64_t id, std::uint32_t account, std::uint32_t instrument, order_entry::LimitSeverity severity,
                          const std::vector<Limit>& limits) {
    Bytes bytes(512);
    auto message = order_entry::SetLimitsEncoder::wrap_and_apply_header(std::span(bytes).subspan(net::sofh_length));
    message.header().sequence_number(id);
    message.cl_ord_id(id).account(account).instrument_id(instrument).severity(severity);
    auto group = message.limits(limits.size());
    for (const auto& [limit, value] : limits) {
      if (!group.next()) break;
      group.value(value).risk_limit(limit);
    }
    bytes.resize(net::sofh_length + message.finish());
    net::write_frame_header(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
    return bytes;
  }
  static Bytes sequence(std::uint64_t next) {
    return frame_of<order_entry::SequenceEncoder>([&](auto& message) { message.next_sequence(next); });
  }
  static Bytes retransmit_request(std::uint64_t from, std::uint32_t count) {
    return frame_of<order_entry::RetransmitRequestEncoder>([&](auto& message) { message.from_sequence(from).count(count); });
  }
  static Bytes terminate() {
    return frame_of<order_entry::TerminateEncoder>([](auto& message) { message.code(order_entry::TerminationCode::finished); });
  }

  // Logged on as session 8, answers forgotten.
  Connection& established_too() {
    Connection& line = connect();
    pass(1);
    in(line, negotiate_frame(1, 8));
    in(line, establish_frame(1, 1, 1000, 0, 8));
    out(line);
    return line;
  }

  // The ClOrdIDs of the batch, which is then empty.
  std::string commands() {
    std::string text;
    for (std::size_t index = 0; index < batch.size(); ++index)
      text += (index == 0 ? "" : " ") + std::to_string(batch[index].command.cl_ord_id);
    batch.clear();
    return text;
  }

  void pass(std::uint64_t milliseconds) {
    now.steady += milliseconds * 1'000'000;
    now.realtime += milliseconds * 1'000'000;
  }

  Session& session(std::uint32_t index = 0) { return protocol->session(index); }
  // Made by the matcher, as it were.
  void report(std::uint64_t cl_ord_id, std::uint32_t index = 0) {
    session(index).outbound.report<order_entry::OrderAcceptedEncoder>(now.realtime, [&](auto& message) { message.cl_ord_id(cl_ord_id); });
  }

  GatewayConfig config;
  GatewayTime now{1'000'000'000, day};
  CommandBatch batch;
  std::unique_ptr<SessionProtocol> protocol;

 private:
  static std::vector<ListedInstrument> listed() { return {ListedInstrument::of(5001, 1, "AAPL"), ListedInstrument::of(5002, 2, "MSFT")}; }
  static std::string_view key(std::uint32_t id) { return id == 7 ? "MM01" : "MM02"; }
  static std::string_view secret(std::uint32_t id) { return id == 7 ? "correct horse" : "battery staple"; }

  InstrumentDirectory directory_;
  core::TscClock clock_{0.0001};
  core::TelemetryMemory telemetry_;
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace hopwire::venue::scenario
