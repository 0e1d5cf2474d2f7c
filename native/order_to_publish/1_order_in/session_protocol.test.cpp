#include "order_to_publish/1_order_in/session_protocol.hpp"

#include "order_to_publish/1_order_in/gateway_scenario.hpp"
#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using namespace hopwire::venue;
using scenario::Bytes;
using scenario::GatewayScenario;

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes result;
  for (const Bytes& part : parts) result.insert(result.end(), part.begin(), part.end());
  return result;
}

TEST("session: negotiate, establish, orders become commands in order, and nothing is said about them here") {
  GatewayScenario venue;
  Connection& line = venue.connect();
  venue.in(line, venue.negotiate_frame(1));
  venue.in(line, venue.establish_frame(1));
  CHECK_EQ(venue.out(line), "NegotiationResponse; EstablishmentAck next 1 last 0 clOrdId 0");
  venue.in(line, joined({venue.new_order(1, 10), venue.new_order(2, 11), venue.cancel(3, 12, 10)}));
  CHECK_EQ(venue.commands(), "10 11 12");
  CHECK_EQ(venue.out(line), "");
  CHECK(venue.session().established());
}

TEST("session: a message split anywhere, down to single bytes, is the same message") {
  GatewayScenario venue;
  Connection& line = venue.connect();
  const Bytes stream =
      joined({venue.negotiate_frame(1), venue.establish_frame(1), venue.new_order(1, 10), venue.sequence(2), venue.cancel(2, 11, 10)});
  for (const std::byte byte : stream) venue.in(line, {byte});
  CHECK_EQ(venue.out(line), "NegotiationResponse; EstablishmentAck next 1 last 0 clOrdId 0");
  CHECK_EQ(venue.commands(), "10 11");
}

TEST("session: logons are refused for unknown sessions, wrong keys, wrong secrets and stale clocks, and the connection closes") {
  struct Case {
    const char* expected;
    std::function<Bytes(const GatewayScenario&)> frame;
  };
  const std::vector<Case> cases{
      {"NegotiationReject unknownSession", [](const GatewayScenario& venue) { return venue.negotiate_frame(1, 99); }},
      {"NegotiationReject credentials",
       [](const GatewayScenario& venue) {
         Bytes frame = venue.negotiate_frame(1);
         frame.back() ^= std::byte{1};
         return frame;
       }},
      {"NegotiationReject credentials",
       [](const GatewayScenario& venue) {
         Bytes frame = venue.negotiate_frame(1);
         order_entry::NegotiateEncoder(frame.data() + 14).access_key("MM02");
         return frame;
       }},
      {"NegotiationReject staleTimestamp",
       [](const GatewayScenario& venue) {
         GatewayScenario slow;
         slow.now.realtime = venue.now.realtime - 5'000'000'001;
         return slow.negotiate_frame(1);
       }},
      {"NegotiationReject staleTimestamp",
       [](const GatewayScenario& venue) {
         GatewayScenario fast;
         fast.now.realtime = venue.now.realtime + 5'000'000'001;
         return fast.negotiate_frame(1);
       }},
      {"EstablishmentReject notNegotiated", [](const GatewayScenario& venue) { return venue.establish_frame(1); }},
      {"EstablishmentReject unknownSession", [](const GatewayScenario& venue) { return venue.establish_frame(1, 1, 1000, 0, 99); }},
  };
  for (const Case& refused : cases) {
    GatewayScenario venue;
    Connection& line = venue.connect();
    venue.in(line, refused.frame(venue));
    CHECK_EQ(venue.out(line), refused.expected);
    CHECK_EQ(line.state, ConnectionState::closing);
    venue.in(line, venue.negotiate_frame(1));
    CHECK_EQ(venue.out(line), "");  // nothing more is served on it
  }
}

TEST("session: establish is refused for a wrong secret, another version, a bad interval, a replayed frame and a session in use") {
  GatewayScenario venue;
  Connection& line = venue.connect();
  venue.in(line, venue.negotiate_frame(5));
  CHECK_EQ(venue.out(line), "NegotiationResponse");

  const auto answer = [&](const Bytes& frame) {
    Connection& other = venue.connect();
    venue.in(other, frame);
    return venue.out(other);
  };
  Bytes forged = venue.establish_frame(5);
  order_entry::EstablishEncoder(forged.data() + 14).next_sequence(2);  // signed for 1
  CHECK_EQ(answer(forged), "EstablishmentReject credentials");
  CHECK_EQ(answer(venue.establish_frame(4)), "EstablishmentReject notNegotiated");
  CHECK_EQ(answer(venue.establish_frame(5, 1, 10)), "EstablishmentReject keepAliveInterval");
  CHECK_EQ(answer(venue.establish_frame(5, 1, 3'600'000)), "EstablishmentReject keepAliveInterval");

  const Bytes good = venue.establish_frame(5);
  venue.in(line, good);
  CHECK_EQ(venue.out(line), "EstablishmentAck next 1 last 0 clOrdId 0");
  venue.pass(1);
  CHECK_EQ(answer(venue.establish_frame(5)), "EstablishmentReject alreadyEstablished");
  CHECK_EQ(answer(venue.negotiate_frame(6)), "NegotiationReject alreadyEstablished");
  CHECK(venue.session().established());

  venue.protocol->connection_lost(line, venue.now);
  CHECK_EQ(answer(good), "EstablishmentReject staleTimestamp");  // captured and sent again
  venue.pass(1);
  CHECK_EQ(answer(venue.establish_frame(5)), "EstablishmentAck next 1 last 0 clOrdId 0");
}

TEST("session: a logon on an established connection is refused and changes nothing") {
  GatewayScenario venue;
  Connection& line = venue.established();
  venue.in(line, venue.negotiate_frame(2, 8));
  venue.in(line, venue.establish_frame(1));
  venue.in(line, venue.new_order(1, 10));
  CHECK_EQ(venue.out(line), "NegotiationReject alreadyEstablished; EstablishmentReject alreadyEstablished");
  CHECK_EQ(venue.commands(), "10");
}

TEST("session: the version must rise; a new version starts both flows again but not the ClOrdIDs") {
  GatewayScenario venue;
  Connection& first = venue.established(3);
  venue.in(first, joined({venue.new_order(1, 10), venue.new_order(2, 20)}));
  venue.report(10);
  venue.commands();
  venue.protocol->connection_lost(first, venue.now);

  Connection& same = venue.connect();
  venue.in(same, venue.negotiate_frame(3));
  CHECK_EQ(venue.out(same), "NegotiationReject duplicateVersion");
  Connection& next = venue.connect();
  venue.pass(1);
  venue.in(next, venue.negotiate_frame(4));
  venue.in(next, venue.establish_frame(4));
  CHECK_EQ(venue.out(next), "NegotiationResponse; EstablishmentAck next 1 last 0 clOrdId 20");
  venue.in(next, joined({venue.new_order(1, 20), venue.new_order(2, 21)}));
  CHECK_EQ(venue.out(next), "#1 OrderRejected 20 duplicateTooOld");
  CHECK_EQ(venue.commands(), "21");
}

TEST("session: client flow -- a duplicate is dropped, a gap is told and the message taken, a ClOrdID passed over is refused") {
  GatewayScenario venue;
  Connection& line = venue.established();
  venue.in(line, joined({venue.new_order(1, 10), venue.new_order(1, 10), venue.new_order(2, 11), venue.new_order(1, 12)}));
  CHECK_EQ(venue.out(line), "");
  CHECK_EQ(venue.commands(), "10 11");
  CHECK_EQ(venue.protocol->counters().duplicates, 2u);

  venue.in(line, venue.new_order(6, 15));
  CHECK_EQ(venue.out(line), "NotApplied 3 +3");
  CHECK_EQ(venue.commands(), "15");
  CHECK_EQ(venue.protocol->counters().not_applied, 3u);

  venue.in(line, joined({venue.new_order(7, 15), venue.cancel(8, 14, 10), venue.new_order(9, 16)}));
  CHECK_EQ(venue.out(line), "#1 CancelRejected 14 cancelOrder clOrdIdNotIncreasing");  // 15 waits for the answer it will have
  CHECK_EQ(venue.commands(), "16");
  CHECK_EQ(venue.protocol->counters().duplicates, 3u);
}

TEST("session: a Sequence message tells a gap; one that goes back ends the session") {
  GatewayScenario venue;
  Connection& line = venue.established();
  venue.in(line, joined({venue.sequence(1), venue.new_order(1, 10), venue.sequence(2), venue.sequence(5)}));
  CHECK_EQ(venue.out(line), "NotApplied 2 +3");
  venue.in(line, venue.sequence(4));
  CHECK_EQ(venue.out(line), "Terminate sequenceError");
  CHECK(!venue.session().established());
}

TEST("session: sequence numbers at the end of their range end the session and nothing else") {
  for (const Bytes& frame : {GatewayScenario::new_order(~std::uint64_t{0}, 1), GatewayScenario::sequence(~std::uint64_t{0})}) {
    GatewayScenario venue;
    Connection& line = venue.established();
    venue.in(line, frame);
    CHECK_EQ(venue.out(line), "Terminate sequenceError");
    CHECK_EQ(venue.commands(), "");
  }
  GatewayScenario venue;
  Connection& line = venue.established();
  venue.in(line, GatewayScenario::new_order(~std::uint64_t{0} - 1, 1));
  CHECK_EQ(venue.out(line), "NotApplied 1 +4294967295");
  CHECK_EQ(venue.commands(), "1");
}

TEST("session: bytes that are no message end the session with the reason; what came before them counts") {
  struct Case {
    const char* expected;
    std::function<void(Bytes&)> damage;
  };
  const std::vector<Case> cases{
      {"Terminate badFrame", [](Bytes& frame) { frame[4] = std::byte{0}; }},
      {"Terminate badFrame", [](Bytes& frame) { frame[0] = std::byte{0x7F}; }},
      {"Terminate decodingError", [](Bytes& frame) { frame[6] = std::byte{1}; }},
      {"Terminate decodingError", [](Bytes& frame) { frame[10] = std::byte{1}; }},
      {"Terminate unrecognisedMessage", [](Bytes& frame) { frame[8] = std::byte{99}; }},
  };
  for (const Case& damaged : cases) {
    GatewayScenario venue;
    Connection& line = venue.established();
    Bytes bad = venue.new_order(2, 11);
    damaged.damage(bad);
    venue.in(line, joined({venue.new_order(1, 10), bad, venue.new_order(3, 12)}));
    CHECK_EQ(venue.out(line), damaged.expected);
    CHECK_EQ(venue.commands(), "10");
    CHECK_EQ(venue.protocol->counters().malformed, 1u);
    CHECK(!venue.session().established());
  }
}

TEST("session: the venue's own messages from a client are unrecognised, business before logon is not established") {
  GatewayScenario venue;
  Connection& line = venue.established();
  venue.in(line, scenario::frame_of<order_entry::OrderAcceptedEncoder>([](auto&) {}));
  CHECK_EQ(venue.out(line), "Terminate unrecognisedMessage");
  Connection& stranger = venue.connect();
  venue.in(stranger, venue.new_order(1, 10));
  CHECK_EQ(venue.out(stranger), "Terminate notEstablished");
  CHECK_EQ(venue.commands(), "");
}

TEST("session: requests that cannot be commands are refused with their reason and use up their ClOrdID") {
  using order_entry::NewOrderEncoder;
  struct Case {
    const char* reason;
    std::function<void(NewOrderEncoder&)> adjust;
  };
  const std::vector<Case> cases{
      {"invalidSide", [](NewOrderEncoder& m) { m.side(static_cast<order_entry::Side>('X')); }},
      {"invalidOrderType", [](NewOrderEncoder& m) { m.order_type(static_cast<order_entry::OrderType>(9)); }},
      {"invalidTimeInForce", [](NewOrderEncoder& m) { m.time_in_force(static_cast<order_entry::TimeInForce>(9)); }},
      {"invalidPrice", [](NewOrderEncoder& m) { m.price(order_entry::NewOrderView::price_null_value); }},
      {"invalidStopPrice", [](NewOrderEncoder& m) { m.stop_price(1); }},
      {"invalidStopPrice", [](NewOrderEncoder& m) { m.order_type(order_entry::OrderType::stop); }},
      {"invalidTimeInForce", [](NewOrderEncoder& m) { m.expire_time(1); }},
      {"notSupported", [](NewOrderEncoder& m) { m.self_trade_scope(static_cast<order_entry::SelfTradeScope>(9)); }},
      {"notSupported", [](NewOrderEncoder& m) { m.self_trade_action(static_cast<order_entry::SelfTradeAction>(9)); }},
      {"notSupported", [](NewOrderEncoder& m) { m.flags(order_entry::OrderFlags{.bits = 0x80}); }},
  };
  for (const Case& refused : cases) {
    GatewayScenario venue;
    Connection& line = venue.established();
    venue.in(line, venue.new_order(1, 10, refused.adjust));
    CHECK_EQ(venue.out(line), std::string("#1 OrderRejected 10 ") + refused.reason);
    venue.in(line, venue.new_order(2, 10));
    CHECK_EQ(venue.out(line), std::string("#2A OrderRejected 10 ") + refused.reason);
    CHECK_EQ(venue.commands(), "");
  }
}

TEST("session: what a command carries is what the client said") {
  GatewayScenario venue;
  Connection& line = venue.established();
  line.receive_tsc = 4711;
  venue.in(line, venue.new_order(1, 10, [](order_entry::NewOrderEncoder& m) {
    m.trigger_sequence(77).account(9).instrument_id(5002).price(order_entry::NewOrderView::price_null_value).quantity(250);
    m.side(order_entry::Side::sell).order_type(order_entry::OrderType::market).time_in_force(order_entry::TimeInForce::immediate_or_cancel);
    m.flags(order_entry::OrderFlags{}.keep_on_disconnect(true).short_sale(true));
  }));
  REQUIRE(venue.batch.size() == 1);
  const Command& command = venue.batch[0].command;
  CHECK_EQ(venue.batch[0].receive_tsc, 4711u);
  CHECK_EQ(command.kind, CommandKind::new_order);
  CHECK_EQ(command.session, 0u);
  CHECK_EQ(command.trigger_sequence, 77u);
  CHECK_EQ(command.account, 9u);
  CHECK_EQ(command.locate, 2);
  CHECK_EQ(command.instrument_id, 5002u);
  CHECK_EQ(command.quantity, 250u);
  CHECK_EQ(command.side, order_entry::Side::sell);
  CHECK_EQ(command.order_type, order_entry::OrderType::market);
  CHECK_EQ(command.time_in_force, order_entry::TimeInForce::immediate_or_cancel);
  CHECK_EQ(command.flags, order_entry::OrderFlags::keep_on_disconnect_mask | order_entry::OrderFlags::short_sale_mask);
  CHECK_EQ(command.client_sequence, 1u);
}

TEST("session: the throttle says how long to wait and never holds back a cancel") {
  GatewayScenario venue([](GatewayConfig& config) {
    config.throttle_per_second = 10;
    config.throttle_burst = 2;
  });
  Connection& line = venue.established();
  venue.in(line,
           joined({venue.new_order(1, 1), venue.new_order(2, 2), venue.new_order(3, 3), venue.cancel(4, 4, 1), venue.cancel(5, 5, 2)}));
  CHECK_EQ(venue.out(line), "#1 OrderRejected 3 throttled retry 100000");
  CHECK_EQ(venue.commands(), "1 2 4 5");
  venue.pass(100);
  venue.in(line, venue.new_order(6, 6));
  CHECK_EQ(venue.commands(), "6");
}

TEST("session: missed reports are sent again when asked for, marked, in batches, between live ones") {
  GatewayScenario venue;
  Connection& first = venue.established(1);
  venue.protocol->connection_lost(first, venue.now);
  for (std::uint64_t id = 1; id <= 5; ++id) venue.report(id);

  Connection& line = venue.connect();
  venue.pass(1);
  venue.in(line, venue.establish_frame(1));
  CHECK_EQ(venue.out(line), "EstablishmentAck next 6 last 0 clOrdId 0");
  venue.report(6);
  venue.in(line, venue.retransmit_request(2, 3));
  CHECK_EQ(venue.out(line),
           "#6 OrderAccepted 6; Retransmission 2 +3; #2R OrderAccepted 2; #3R OrderAccepted 3; #4R OrderAccepted 4; Sequence next 7");
  venue.in(line, venue.retransmit_request(1, 1));
  CHECK_EQ(venue.out(line), "Retransmission 1 +1; #1R OrderAccepted 1; Sequence next 7");
}

TEST("session: retransmission is refused beyond what is kept, what was sent, and what one request may ask for") {
  GatewayScenario venue([](GatewayConfig& config) { config.retransmit_request_max = 10; });
  Connection& line = venue.established();
  for (std::uint64_t id = 1; id <= 20; ++id) {
    venue.report(id);
    venue.in(line, {});
  }
  venue.out(line);
  const auto answer = [&](std::uint64_t from, std::uint32_t count) {
    venue.in(line, venue.retransmit_request(from, count));
    return venue.out(line);
  };
  CHECK_EQ(answer(4, 1), "RetransmitReject outOfRange");  // 16 are kept: 5 to 20
  CHECK_EQ(answer(20, 2), "RetransmitReject outOfRange");
  CHECK_EQ(answer(21, 1), "RetransmitReject outOfRange");
  CHECK_EQ(answer(0, 1), "RetransmitReject outOfRange");
  CHECK_EQ(answer(6, 0), "RetransmitReject outOfRange");
  CHECK_EQ(answer(~std::uint64_t{0}, 5), "RetransmitReject outOfRange");
  CHECK_EQ(answer(6, 11), "RetransmitReject tooMany");
  CHECK_EQ(answer(5, 1), "Retransmission 5 +1; #5R OrderAccepted 5; Sequence next 21");
}

TEST("session: Terminate is answered, and what was reported before goes before") {
  GatewayScenario venue;
  Connection& line = venue.established();
  venue.report(1);
  (void)line.deliver(GatewayScenario::terminate());
  CHECK(venue.protocol->serve_one(line, venue.batch, venue.now));
  CHECK_EQ(venue.out(line), "#1 OrderAccepted 1; Terminate finished");
  CHECK_EQ(line.state, ConnectionState::closing);
  CHECK(venue.session().cancel_due(venue.now.steady));
}

TEST("session: cancel on disconnect waits for the grace window, coming back lifts it, a new version does not") {
  GatewayScenario venue;
  Connection& first = venue.established(1, 500);
  venue.protocol->connection_lost(first, venue.now);
  CHECK(!venue.session().cancel_due(venue.now.steady));
  venue.pass(499);
  CHECK(!venue.session().cancel_due(venue.now.steady));
  Connection& again = venue.connect();
  venue.in(again, venue.establish_frame(1, 1, 1000, 500));
  venue.pass(10'000);
  CHECK(!venue.session().cancel_due(venue.now.steady));

  venue.protocol->connection_lost(again, venue.now);
  venue.pass(500);
  CHECK(venue.session().cancel_due(venue.now.steady));
  Connection& late = venue.connect();
  venue.in(late, venue.establish_frame(1, 1, 1000, 500));
  CHECK(venue.session().cancel_due(venue.now.steady));  // too late: what is due stays due
  venue.session().cancel_done();

  venue.protocol->connection_lost(late, venue.now);
  venue.pass(1);
  Connection& restarted = venue.connect();
  venue.in(restarted, venue.negotiate_frame(2));
  CHECK(venue.session().cancel_due(venue.now.steady));
}

TEST("session: nobody asked for cancel on disconnect, nobody gets it") {
  GatewayScenario venue;
  Connection& line = venue.connect();
  venue.in(line, venue.negotiate_frame(1));
  venue.in(line, venue.establish_frame(1, 1, 1000, 0, 7, order_entry::CancelOnDisconnect::never));
  venue.protocol->connection_lost(line, venue.now);
  venue.pass(3'600'000);
  CHECK(!venue.session().cancel_due(venue.now.steady));
}

}  // namespace
