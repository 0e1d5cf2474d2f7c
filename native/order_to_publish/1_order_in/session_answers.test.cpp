// The session layer, told twice: what a ClOrdID that comes again is answered, and what is noted of all that is decided here.
#include <initializer_list>
#include <string>
#include <utility>

#include "order_to_publish/1_order_in/gateway_scenario.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using namespace hopwire::venue;
using scenario::Bytes;
using scenario::GatewayScenario;

namespace {

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes result;
  for (const Bytes& part : parts) result.insert(result.end(), part.begin(), part.end());
  return result;
}

void without_price(order_entry::NewOrderEncoder& message) { message.price(order_entry::NewOrderView::price_null_value); }

TEST("session: a ClOrdID that comes again is answered with its first answer, while that is kept, and is never a second order") {
  GatewayScenario venue;  // keeps 16 reports
  Connection& line = venue.established();
  Session& session = venue.protocol->session(0);
  venue.in(line, joined({venue.new_order(1, 10), venue.new_order(2, 11, without_price)}));
  CHECK_EQ(venue.commands(), "10");
  venue.report(5);  // of another order, due before
  session.answering(10, 1);
  venue.report(5);  // a timer that came first
  venue.report(10);
  venue.report(10);  // and was executed
  session.outbound.pump(line);
  CHECK_EQ(venue.out(line),
           "#1 OrderRejected 11 invalidPrice; #2 OrderAccepted 5; #3 OrderAccepted 5; #4 OrderAccepted 10; #5 OrderAccepted 10");
  venue.in(line, joined({venue.new_order(3, 10), venue.new_order(4, 11), venue.new_order(5, 12)}));
  CHECK_EQ(venue.out(line), "#6A OrderAccepted 10; #7A OrderRejected 11 invalidPrice");
  CHECK_EQ(venue.commands(), "12");
  for (int more = 0; more < 12; ++more) venue.report(9);  // report 4 is overwritten
  session.outbound.pump(line);
  venue.out(line);
  venue.in(line, venue.new_order(6, 10));
  CHECK_EQ(venue.out(line), "#20 OrderRejected 10 duplicateTooOld");
  CHECK_EQ(venue.commands(), "");
}

TEST("session: an event that happens to say the number is nobody's answer") {
  GatewayScenario venue;
  Connection& line = venue.established();
  Session& session = venue.protocol->session(0);
  venue.in(line, venue.new_order(1, 1001));
  CHECK_EQ(venue.commands(), "1001");
  session.answering(1001, 1);
  session.outbound.report<order_entry::TradingStateReportEncoder>(1, [](auto& message) { message.instrument_id(1001); });
  venue.report(1001);
  session.outbound.pump(line);
  (void)venue.out(line);
  venue.in(line, venue.new_order(2, 1001));
  CHECK_EQ(venue.out(line), "#3A OrderAccepted 1001");
}

TEST("session: of 1,024 messages the answers are known") {
  GatewayScenario venue([](GatewayConfig& config) { config.retained_messages = 4096; });
  Connection& line = venue.established();
  for (std::uint64_t number = 1; number <= 1025; ++number) {
    venue.in(line, venue.new_order(number, number * 2, without_price));
    venue.out(line);
  }
  venue.in(line, joined({venue.new_order(1026, 2), venue.new_order(1027, 5), venue.new_order(1028, 6)}));
  CHECK_EQ(venue.out(line),
           "#1026 OrderRejected 2 duplicateTooOld; #1027 OrderRejected 5 clOrdIdNotIncreasing; #1028A OrderRejected 6 invalidPrice");
}

// Notes as text: event, session, and what it is about.
class Notes final : public GatewayAudit {
 public:
  void note(const GatewayNote& note) noexcept override {
    using order_entry::to_string;
    text += text.empty() ? "" : "; ";
    text += std::to_string(static_cast<int>(note.event)) + " s" + std::to_string(note.session_id);
    text += " v" + std::to_string(note.session_version);
    if (note.client_sequence != 0) text += " #" + std::to_string(note.client_sequence);
    if (note.cl_ord_id != 0) text += " id " + std::to_string(note.cl_ord_id);
    if (note.reason != order_entry::RejectReason::none) text += " " + std::string(to_string(note.reason));
    if (note.report_sequence != 0) text += " told by " + std::to_string(note.report_sequence);
    if (note.code != 0) text += " code " + std::to_string(note.code);
    last = note;
  }
  std::string text;
  GatewayNote last;
};

TEST("session: what is decided about the outside world is noted: logons, refusals, repeats, gaps, ends") {
  GatewayScenario venue;
  Notes notes;
  venue.protocol->set_audit(&notes);
  const auto noted = [&] { return std::exchange(notes.text, {}); };
  Connection& stranger = venue.connect();
  venue.in(stranger, venue.negotiate_frame(1, 99));
  CHECK_EQ(noted(), "1 s99 v1 code 3");  // unknownSession
  CHECK_EQ(notes.last.session, UINT32_MAX);
  Connection& line = venue.established(2);
  CHECK_EQ(noted(), "0 s7 v2; 2 s7 v2 #1");
  CHECK_EQ(notes.last.session, 0u);
  CHECK_EQ(notes.last.time, venue.now.realtime);
  venue.in(line, joined({venue.new_order(3, 10, [](auto& m) { m.stop_price(1); }), venue.new_order(4, 10), venue.new_order(5, 11)}));
  CHECK_EQ(noted(), "6 s7 v2 #1; 7 s7 v2 #3 id 10 invalidStopPrice told by 1; 8 s7 v2 #4 id 10 told by 1");
  CHECK_EQ(venue.commands(), "11");  // a command: the journal has it as one
  venue.in(line, venue.establish_frame(2));
  CHECK_EQ(noted(), "3 s7 v2 #1 code 4");  // alreadyEstablished
  venue.protocol->connection_lost(line, venue.now);
  CHECK_EQ(noted(), "5 s7 v2");
  Connection& back = venue.established(3);
  (void)noted();
  venue.protocol->terminate(back, order_entry::TerminationCode::slow_consumer, venue.now);
  CHECK_EQ(noted(), "4 s7 v3 code 8");
}

}  // namespace
