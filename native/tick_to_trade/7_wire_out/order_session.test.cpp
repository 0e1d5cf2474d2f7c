// The client's rules with the venue's bytes in the test's hands. Against a real gateway over TCP: engine/order_entry_loopback.test.cpp.
#include "tick_to_trade/7_wire_out/order_session.hpp"

#include <string>
#include <vector>

#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using feed::ExecutionReport;

struct Bench {
  core::TscClock clock{0.0001};
  feed::OrderSession session{feed::OrderSessionConfig{}, clock};
  std::string seen;

  Bench() { session.assume_established(); }

  template <class Encoder, class Fill>
  void in(Fill&& fill) {
    std::vector<std::byte> bytes(net::frame_length_of<Encoder>);
    Encoder encoder = net::start_message<Encoder>(bytes.data());
    fill(encoder);
    CHECK(session.deliver(bytes));
  }
  void accepted(std::uint64_t sequence) {
    in<order_entry::OrderAcceptedEncoder>([&](auto& message) {
      message.header().sequence_number(sequence);
      message.cl_ord_id(sequence * 10);
    });
  }
  void poll() {
    session.poll(core::Tsc::now(), [&](const ExecutionReport& report) { seen += std::to_string(report.sequence) + " "; });
  }
};

TEST("order session: reports come in order, each once") {
  Bench bench;
  for (const std::uint64_t sequence : {1, 2, 2, 1, 3}) bench.accepted(sequence);
  bench.poll();
  CHECK_EQ(bench.seen, "1 2 3 ");
  CHECK_EQ(bench.session.counters().duplicates, 2u);
  CHECK_EQ(bench.session.last_processed(), 3u);
}

TEST("order session: behind a hole nothing is delivered until it is filled; one request is made, and another for the rest") {
  Bench bench;
  for (const std::uint64_t sequence : {1, 4, 5}) bench.accepted(sequence);
  bench.poll();
  CHECK_EQ(bench.seen, "1 ");
  CHECK_EQ(bench.session.counters().retransmit_requests, 1u);
  CHECK_EQ(bench.session.counters().behind_a_hole, 2u);
  CHECK(bench.session.recovering());
  for (const std::uint64_t sequence : {2, 3}) bench.accepted(sequence);
  bench.poll();
  CHECK_EQ(bench.seen, "1 2 3 ");
  CHECK(!bench.session.recovering());
  bench.in<order_entry::SequenceEncoder>([](auto& message) { message.next_sequence(6); });
  bench.poll();
  CHECK_EQ(bench.session.counters().retransmit_requests, 2u);
  for (const std::uint64_t sequence : {4, 5, 6}) bench.accepted(sequence);
  bench.poll();
  CHECK_EQ(bench.seen, "1 2 3 4 5 6 ");
}

TEST("order session: reports the venue no longer keeps end the session and say so") {
  Bench bench;
  bench.accepted(3);
  bench.in<order_entry::RetransmitRejectEncoder>([](auto& message) { message.code(order_entry::RetransmitRejectCode::out_of_range); });
  bench.accepted(1);
  bench.poll();
  CHECK_EQ(bench.seen, "");
  CHECK(bench.session.reports_missed());
  CHECK_EQ(bench.session.state(), feed::SessionState::lost);
  CHECK(bench.session.reserve() == nullptr);
}

TEST("order session: Terminate ends it with the venue's code; what came before counts, what comes after does not") {
  Bench bench;
  bench.accepted(1);
  bench.in<order_entry::TerminateEncoder>([](auto& message) { message.code(order_entry::TerminationCode::slow_consumer); });
  bench.accepted(2);
  bench.poll();
  CHECK_EQ(bench.seen, "1 ");
  CHECK_EQ(bench.session.state(), feed::SessionState::terminated);
  CHECK_EQ(bench.session.termination_code(), order_entry::TerminationCode::slow_consumer);
}

TEST("order session: unreadable bytes end it, a later version's new message does not") {
  Bench bad;
  CHECK(bad.session.deliver(std::vector<std::byte>(20, std::byte{0})));
  bad.poll();
  CHECK_EQ(bad.session.state(), feed::SessionState::lost);
  CHECK_EQ(bad.session.termination_code(), order_entry::TerminationCode::bad_frame);

  Bench newer;
  std::vector<std::byte> unknown(net::order_entry_prefix + 8);
  net::write_frame_header(unknown.data(), static_cast<std::uint32_t>(unknown.size()));
  order_entry::MessageHeaderEncoder(unknown.data() + net::sofh_length)
      .block_length(8)
      .template_id(777)
      .schema_id(order_entry::schema_id)
      .version(order_entry::schema_version + 1);
  CHECK(newer.session.deliver(unknown));
  newer.accepted(1);
  newer.poll();
  CHECK_EQ(newer.seen, "1 ");
  CHECK(newer.session.established());
}

TEST("order session: every report kind is decoded into its fields") {
  Bench bench;
  std::vector<ExecutionReport> reports;
  std::uint64_t sequence = 0;
  const auto header = [&](auto& message) {
    message.header().sequence_number(++sequence).last_processed(4).transact_time(99).flags(order_entry::DeliveryFlags{}.poss_retrans(true));
    message.cl_ord_id(7);
  };
  bench.in<order_entry::OrderAcceptedEncoder>([&](auto& m) {
    header(m);
    m.order_reference(5)
        .queue_ahead(300)
        .instrument_id(6)
        .price(order_entry::OrderAcceptedView::price_null_value)
        .quantity(8)
        .leaves_quantity(9);
    m.account(3).side(order_entry::Side::sell).order_type(order_entry::OrderType::market).state(order_entry::OrderState::live);
  });
  bench.in<order_entry::OrderExecutedEncoder>([&](auto& m) {
    header(m);
    m.order_reference(5).match_number(11).last_price(1234).last_quantity(10).leaves_quantity(2).liquidity(order_entry::Liquidity::removed);
  });
  bench.in<order_entry::OrderCanceledEncoder>([&](auto& m) {
    header(m);
    m.orig_cl_ord_id(6).canceled_quantity(12).reason(order_entry::CancelReason::disconnect).side(order_entry::Side::sell);
  });
  bench.in<order_entry::OrderReplacedEncoder>([&](auto& m) {
    header(m);
    m.orig_cl_ord_id(6).order_reference(21).orig_order_reference(20).queue_ahead(13).price(14).quantity(15).leaves_quantity(16);
  });
  bench.in<order_entry::OrderRejectedEncoder>([&](auto& m) {
    header(m);
    m.limit_value(-5).retry_after(17).reason(order_entry::RejectReason::throttled);
  });
  bench.in<order_entry::CancelRejectedEncoder>([&](auto& m) {
    header(m);
    m.orig_cl_ord_id(6).reason(order_entry::RejectReason::unknown_order).request(order_entry::RequestKind::replace_order);
  });
  bench.in<order_entry::MassCancelReportEncoder>([&](auto& m) {
    header(m);
    m.canceled_count(18).account(31).scope(order_entry::ScopeFields{}.account(true)).side(order_entry::Side::sell);
  });
  bench.session.poll(core::Tsc::now(), [&](const ExecutionReport& report) { reports.push_back(report); });
  REQUIRE(reports.size() == 7);
  for (std::size_t index = 0; index < reports.size(); ++index) {
    CHECK_EQ(static_cast<std::size_t>(reports[index].kind), index);
    CHECK_EQ(reports[index].sequence, index + 1);
    CHECK_EQ(reports[index].last_processed, 4u);
    CHECK_EQ(reports[index].transact_time, 99u);
    CHECK_EQ(reports[index].cl_ord_id, 7u);
    CHECK(reports[index].retransmitted);
  }
  CHECK_EQ(reports[0].price, 0);
  CHECK_EQ(reports[0].queue_ahead, 300);
  CHECK_EQ(reports[0].leaves, 9u);
  CHECK_EQ(reports[0].state, order_entry::OrderState::live);
  CHECK_EQ(reports[1].match_number, 11u);
  CHECK_EQ(reports[1].price, 1234);
  CHECK_EQ(reports[1].liquidity, order_entry::Liquidity::removed);
  CHECK_EQ(reports[2].original_cl_ord_id, 6u);
  CHECK_EQ(reports[2].reason, static_cast<std::uint16_t>(order_entry::CancelReason::disconnect));
  CHECK_EQ(reports[3].original_reference, 20u);
  CHECK_EQ(reports[3].reference, 21u);
  CHECK_EQ(reports[4].limit_value, -5);
  CHECK_EQ(reports[4].retry_after_us, 17u);
  CHECK_EQ(reports[5].request, order_entry::RequestKind::replace_order);
  CHECK_EQ(reports[6].quantity, 18u);
  bench.in<order_entry::MassQuoteReportEncoder>([&](auto& m) {
    header(m);
    m.entries_taken(3).limit_value(-7).retry_after(19).reason(order_entry::RejectReason::quote_crossed).entry_index(4);
  });
  bench.in<order_entry::ProtectionReportEncoder>([&](auto& m) {
    header(m);
    m.limit_value(500).account(32).group(order_entry::ProtectionGroup::account).change(order_entry::ProtectionChange::reset);
    m.reason(order_entry::ProtectionReason::value_threshold).was_tripped(order_entry::BooleanType::yes);
  });
  bench.in<order_entry::PurgeReportEncoder>([&](auto& m) {
    header(m);
    m.canceled_count(20).account(33).instrument_id(34).scope(order_entry::ScopeFields{}.session(true));
  });
  bench.in<order_entry::UnlockReportEncoder>([&](auto& m) {
    header(m);
    m.account(35).instrument_id(36).scope(order_entry::ScopeFields{}.account(true)).was_locked(order_entry::BooleanType::yes);
  });
  bench.session.poll(core::Tsc::now(), [&](const ExecutionReport& report) { reports.push_back(report); });
  REQUIRE(reports.size() == 11);
  CHECK_EQ(reports[8].kind, feed::ReportKind::protection);
  CHECK_EQ(reports[8].limit_value, 500);
  CHECK_EQ(reports[8].account, 32u);
  CHECK_EQ(reports[8].group, order_entry::ProtectionGroup::account);
  CHECK_EQ(reports[8].change, order_entry::ProtectionChange::reset);
  CHECK_EQ(reports[8].reason, static_cast<std::uint16_t>(order_entry::ProtectionReason::value_threshold));
  CHECK_EQ(reports[8].quantity, 1u);
  CHECK_EQ(reports[9].kind, feed::ReportKind::purged);
  CHECK_EQ(reports[9].quantity, 20u);
  CHECK_EQ(reports[9].account, 33u);
  CHECK_EQ(reports[9].instrument_id, 34u);
  CHECK_EQ(reports[9].scope, order_entry::ScopeFields{}.session(true));
  CHECK_EQ(reports[10].kind, feed::ReportKind::unlocked);
  CHECK_EQ(reports[10].quantity, 1u);
  CHECK_EQ(reports[10].account, 35u);
  CHECK_EQ(reports[10].instrument_id, 36u);
  CHECK_EQ(reports[10].scope, order_entry::ScopeFields{}.account(true));
  CHECK_EQ(reports[7].kind, feed::ReportKind::mass_quoted);
  CHECK_EQ(reports[7].cl_ord_id, 7u);
  CHECK_EQ(reports[7].quantity, 3u);
  CHECK_EQ(reports[7].limit_value, -7);
  CHECK_EQ(reports[7].retry_after_us, 19u);
  CHECK_EQ(reports[7].reason, static_cast<std::uint16_t>(order_entry::RejectReason::quote_crossed));
  CHECK_EQ(reports[7].entry_index, 4);
  CHECK_EQ(reports[6].account, 31u);
  CHECK_EQ(reports[6].scope, order_entry::ScopeFields{}.account(true));
  CHECK_EQ(reports[6].side, order_entry::Side::sell);
}

TEST("order session: nobody listening, and a port that is not order entry, are errors that say so") {
  core::TscClock clock(0.0001);
  feed::OrderSessionConfig config;
  config.timeout_ms = 300;
  net::TcpListener listener("127.0.0.1", 0);
  config.port = listener.port();
  feed::OrderSession silent(config, clock);
  CHECK_THROWS(silent.connect(), net::NetworkError);  // accepted by the kernel, answered by nobody
  CHECK(!silent.established());
  listener.close();
  feed::OrderSession nobody(config, clock);
  CHECK_THROWS(nobody.connect(), net::NetworkError);
}

}  // namespace
