#include "order_to_publish/5_publish/report_writer.hpp"

#include <memory>
#include <string>
#include <vector>

#include "order_to_publish/1_order_in/gateway_scenario.hpp"
#include "order_to_publish/4_match/scope.hpp"
#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using namespace hopwire::venue;

struct Sessions {
  GatewayConfig config;
  std::vector<std::unique_ptr<OutboundSession>> sessions;
  std::vector<std::unique_ptr<Connection>> lines;
  std::vector<std::uint32_t> operator_sessions;

  Sessions() {
    for (int index = 0; index < 2; ++index) {
      sessions.push_back(std::make_unique<OutboundSession>(64));
      lines.push_back(std::make_unique<Connection>(config, nullptr));
      sessions.back()->attach(*lines.back());
    }
  }
  [[nodiscard]] std::size_t session_count() const { return sessions.size(); }
  [[nodiscard]] bool owns_account(std::uint32_t index, std::uint32_t account) const { return account == 30 || index == account; }
  [[nodiscard]] std::span<const std::uint32_t> operators() const { return operator_sessions; }
  [[nodiscard]] std::uint32_t session_id(std::uint32_t index) const { return index + 7; }
  [[nodiscard]] OutboundSession& session(std::uint32_t index) { return *sessions[index]; }
  std::string out(std::uint32_t index) {
    session(index).pump(*lines[index]);
    const std::string text = scenario::describe(lines[index]->outbound());
    lines[index]->flush(0);
    return text;
  }
};

MatchEvent event(MatchEventKind kind, std::uint64_t id) {
  MatchEvent result;
  result.kind = kind;
  result.cl_ord_id = id;
  result.reference = id * 100;
  return result;
}

order_entry::OrderState first_state(Sessions& sessions) {
  sessions.session(0).pump(*sessions.lines[0]);
  const std::span<const std::byte> sent = sessions.lines[0]->outbound();
  const net::Message message =
      net::read_message(sent.first(net::read_frame(sent, net::order_entry_prefix, net::order_entry_largest_frame).length));
  const auto state = message.template_id == order_entry::OrderAcceptedView::template_id
                         ? order_entry::OrderAcceptedView(message.block).state()
                         : order_entry::OrderReplacedView(message.block).state();
  sessions.lines[0]->flush(0);
  return state;
}

TEST("report writer: an execution is told to both sessions, with each side's own order") {
  Sessions sessions;
  ReportWriter<Sessions> writer(sessions);
  MatchEvent executed = event(MatchEventKind::executed, 1);
  executed.taker_session = 1;
  executed.taker_cl_ord_id = 2;
  writer.write({}, std::vector{executed});
  CHECK_EQ(sessions.out(0), "#1 OrderExecuted 1");
  CHECK_EQ(sessions.out(1), "#1 OrderExecuted 2");
}

TEST("report writer: an acceptance or replace says live when something rests, dead when nothing does") {
  using order_entry::OrderState;
  Sessions sessions;
  ReportWriter<Sessions> writer(sessions);
  writer.write({}, std::vector{event(MatchEventKind::accepted, 1), event(MatchEventKind::rested, 1)});
  CHECK_EQ(first_state(sessions), OrderState::live);
  MatchEvent accepted = event(MatchEventKind::accepted, 1);
  accepted.public_effect = PublicEffect::add;  // it rests at once and says so itself
  writer.write({}, std::vector{accepted});
  CHECK_EQ(first_state(sessions), OrderState::live);
  writer.write({}, std::vector{event(MatchEventKind::accepted, 1), event(MatchEventKind::executed, 9), event(MatchEventKind::canceled, 1)});
  CHECK_EQ(first_state(sessions), OrderState::dead);
  MatchEvent replaced = event(MatchEventKind::replaced, 1);
  for (const auto effect : {PublicEffect::reduce, PublicEffect::replace}) {
    replaced.public_effect = effect;
    writer.write({}, std::vector{replaced});
    CHECK_EQ(first_state(sessions), OrderState::live);
  }
  replaced.public_effect = PublicEffect::remove;
  writer.write({}, std::vector{replaced});
  CHECK_EQ(first_state(sessions), OrderState::dead);
  writer.write({}, std::vector{replaced, event(MatchEventKind::rested, 1)});
  CHECK_EQ(first_state(sessions), OrderState::live);
}

TEST("report writer: an accepted stop says waiting, one that comes in at once says what became of it") {
  using order_entry::OrderState;
  Sessions sessions;
  ReportWriter<Sessions> writer(sessions);
  writer.write({}, std::vector{event(MatchEventKind::accepted, 1), event(MatchEventKind::parked, 1)});
  CHECK_EQ(first_state(sessions), OrderState::waiting);
  writer.write({}, std::vector{event(MatchEventKind::accepted, 1), event(MatchEventKind::triggered, 1), event(MatchEventKind::rested, 1)});
  CHECK_EQ(first_state(sessions), OrderState::live);
  MatchEvent replaced = event(MatchEventKind::replaced, 1);
  replaced.stop_price = 1000;
  writer.write({}, std::vector{replaced});
  CHECK_EQ(first_state(sessions), OrderState::waiting);
  writer.write({}, std::vector{replaced, event(MatchEventKind::triggered, 1), event(MatchEventKind::executed, 9)});
  CHECK_EQ(first_state(sessions), OrderState::dead);
}

TEST("report writer: an order that waits for an auction says so; each side of its trade is told to its owner, as an auction's") {
  using order_entry::OrderState;
  Sessions sessions;
  ReportWriter<Sessions> writer(sessions);
  writer.write({}, std::vector{event(MatchEventKind::accepted, 1), event(MatchEventKind::queued, 1)});
  CHECK_EQ(first_state(sessions), OrderState::waiting);
  MatchEvent replaced = event(MatchEventKind::replaced, 2);
  writer.write({}, std::vector{replaced});
  CHECK_EQ(first_state(sessions), OrderState::waiting);
  replaced.queue_ahead = queue_position_kept;
  writer.write({}, std::vector{replaced});  // a hidden reserve that shrank: it stands where it stood
  CHECK_EQ(first_state(sessions), OrderState::live);
  MatchEvent buyer = event(MatchEventKind::crossed, 3);
  MatchEvent seller = event(MatchEventKind::crossed, 4);
  seller.session = 1;
  seller.side = order_entry::Side::sell;
  MatchEvent uncrossed = event(MatchEventKind::uncrossed, 0);
  writer.write({}, std::vector{buyer, seller, uncrossed});
  sessions.session(0).pump(*sessions.lines[0]);
  const std::span<const std::byte> sent = sessions.lines[0]->outbound();
  const net::Message message =
      net::read_message(sent.first(net::read_frame(sent, net::order_entry_prefix, net::order_entry_largest_frame).length));
  REQUIRE_EQ(message.template_id, order_entry::OrderExecutedView::template_id);
  CHECK_EQ(order_entry::OrderExecutedView(message.block).liquidity(), order_entry::Liquidity::auction);
  sessions.lines[0]->flush(0);
  CHECK_EQ(sessions.out(0), "");
  CHECK_EQ(sessions.out(1), "#1 OrderExecuted 4");
}

TEST("report writer: refreshes and triggers go to the owner, a prevented self trade to both sides") {
  Sessions sessions;
  ReportWriter<Sessions> writer(sessions);
  writer.write({}, std::vector{event(MatchEventKind::refreshed, 1), event(MatchEventKind::triggered, 2)});
  CHECK_EQ(sessions.out(0), "#1 OrderRefreshed 1; #2 OrderTriggered 2");
  MatchEvent prevented = event(MatchEventKind::prevented, 3);
  prevented.taker_session = 1;
  prevented.taker_cl_ord_id = 4;
  writer.write({}, std::vector{prevented});
  CHECK_EQ(sessions.out(0), "#3 SelfTradePrevented 3");
  CHECK_EQ(sessions.out(1), "#1 SelfTradePrevented 4");
}

TEST("report writer: what closes a mass cancel tells its scope") {
  Sessions sessions;
  ReportWriter<Sessions> writer(sessions);
  MatchEvent closed = event(MatchEventKind::mass_canceled, 5);
  closed.quantity = 3;
  closed.instrument_id = 5001;
  const Scope scope{.fields = scope_field::said | scope_field::account | scope_field::instrument | scope_field::side,
                    .side = order_entry::Side::sell,
                    .account = 30};
  scope.write(closed);
  writer.write({}, std::vector{closed});
  sessions.session(0).pump(*sessions.lines[0]);
  const order_entry::MassCancelReportView report(sessions.lines[0]->outbound().data() + net::order_entry_prefix);
  CHECK_EQ(report.canceled_count(), 3u);
  CHECK_EQ(report.account(), 30u);
  CHECK_EQ(report.instrument_id(), 5001u);
  CHECK_EQ(report.scope(), order_entry::ScopeFields{}.account(true).instrument(true).side(true));
  CHECK_EQ(report.side(), order_entry::Side::sell);
}

TEST("report writer: a mass quote closes with what was taken; one that was refused says why and where") {
  Sessions sessions;
  ReportWriter<Sessions> writer(sessions);
  MatchEvent closed = event(MatchEventKind::mass_quoted, 5);
  closed.quantity = 3;
  MatchEvent stopped = closed;
  stopped.reason = static_cast<std::uint16_t>(order_entry::RejectReason::protection_tripped);
  writer.write({}, std::vector{event(MatchEventKind::accepted, 5), closed, stopped});
  CHECK_EQ(sessions.out(0), "#1 OrderAccepted 5; #2 MassQuoteReport 5 3 none; #3 MassQuoteReport 5 3 protectionTripped");
  MatchEvent refused = event(MatchEventKind::rejected, 6);
  refused.request = order_entry::RequestKind::mass_quote;
  refused.reason = static_cast<std::uint16_t>(order_entry::RejectReason::quote_crossed);
  refused.limit_value = 1000;
  MatchEvent at_first = refused;
  at_first.entry_plus_1 = 1;
  writer.write({}, std::vector{refused, at_first});
  CHECK_EQ(sessions.out(0), "#4 MassQuoteReport 6 0 quoteCrossed limit 1000; #5 MassQuoteReport 6 0 quoteCrossed at 0 limit 1000");
}

MatchEvent about(MatchEventKind kind, std::uint8_t fields, std::uint32_t account) {
  MatchEvent result = event(kind, 5);
  Scope{.fields = fields, .account = account}.write(result);
  return result;
}

TEST("report writer: a trip is told to the session, or to every session that has the account, without a request's id") {
  Sessions sessions;
  ReportWriter<Sessions> writer(sessions);
  MatchEvent tripped = about(MatchEventKind::protection_tripped, scope_field::said | scope_field::account, 30);
  tripped.cl_ord_id = 0;
  tripped.limit_value = 500;
  tripped.reason = static_cast<std::uint16_t>(order_entry::ProtectionReason::trades_threshold);
  writer.write({}, std::vector{tripped});
  for (const std::uint32_t session : {0u, 1u}) {
    sessions.session(session).pump(*sessions.lines[session]);
    const order_entry::ProtectionReportView report(sessions.lines[session]->outbound().data() + net::order_entry_prefix);
    CHECK_EQ(report.cl_ord_id(), 0u);
    CHECK_EQ(report.limit_value(), 500);
    CHECK_EQ(report.account(), 30u);
    CHECK_EQ(report.group(), order_entry::ProtectionGroup::account);
    CHECK_EQ(report.change(), order_entry::ProtectionChange::tripped);
    CHECK_EQ(report.reason(), order_entry::ProtectionReason::trades_threshold);
    CHECK_EQ(report.was_tripped(), order_entry::BooleanType::no);
    sessions.lines[session]->flush(0);
  }
  Scope{.fields = scope_field::said | scope_field::account, .account = 1}.write(tripped);
  writer.write({}, std::vector{tripped});
  CHECK_EQ(sessions.out(0), "");
  CHECK_EQ(sessions.out(1), "#2 ProtectionReport 0");
  MatchEvent of_session = about(MatchEventKind::protection_tripped, scope_field::said | scope_field::session, 0);
  of_session.session = 1;
  writer.write({}, std::vector{of_session});
  CHECK_EQ(sessions.out(0), "");
  CHECK_EQ(sessions.out(1), "#3 ProtectionReport 5");
}

TEST("report writer: setting and resetting a protection, purge and unlock answer who asked; a kill has nobody to answer") {
  Sessions sessions;
  ReportWriter<Sessions> writer(sessions);
  const std::uint8_t own = scope_field::said | scope_field::session;
  MatchEvent reset = about(MatchEventKind::protection_reset, own, 0);
  reset.quantity = 1;
  MatchEvent unlocked = about(MatchEventKind::unlocked, own, 0);
  unlocked.quantity = 1;
  writer.write({}, std::vector{reset});
  sessions.session(0).pump(*sessions.lines[0]);
  const order_entry::ProtectionReportView report(sessions.lines[0]->outbound().data() + net::order_entry_prefix);
  CHECK_EQ(report.change(), order_entry::ProtectionChange::reset);
  CHECK_EQ(report.was_tripped(), order_entry::BooleanType::yes);
  sessions.lines[0]->flush(0);
  writer.write({}, std::vector{unlocked});
  sessions.session(0).pump(*sessions.lines[0]);
  const order_entry::UnlockReportView unlock(sessions.lines[0]->outbound().data() + net::order_entry_prefix);
  CHECK_EQ(unlock.was_locked(), order_entry::BooleanType::yes);
  CHECK_EQ(unlock.scope(), order_entry::ScopeFields{}.session(true));
  sessions.lines[0]->flush(0);
  writer.write({}, std::vector{about(MatchEventKind::protection_set, own, 0), about(MatchEventKind::purged, own, 0),
                               about(MatchEventKind::killed, own, 0), about(MatchEventKind::unkilled, own, 0)});
  CHECK_EQ(sessions.out(0), "#3 ProtectionReport 5; #4 PurgeReport 5");
  CHECK_EQ(sessions.out(1), "");
}

TEST("report writer: a refusal for its rate says how many microseconds to wait, and only such a one; warnings are not told") {
  Sessions sessions;
  ReportWriter<Sessions> writer(sessions);
  MatchEvent refused = event(MatchEventKind::rejected, 1);
  refused.queue_ahead = 1'500'001;
  for (const auto reason : {order_entry::RejectReason::message_rate_limit, order_entry::RejectReason::open_value_limit}) {
    refused.reason = static_cast<std::uint16_t>(reason);
    writer.write({}, std::vector{event(MatchEventKind::risk_warning, 1), refused});
    sessions.session(0).pump(*sessions.lines[0]);
    const order_entry::OrderRejectedView report(sessions.lines[0]->outbound().data() + net::order_entry_prefix);
    CHECK_EQ(report.retry_after(), reason == order_entry::RejectReason::message_rate_limit ? 1501u : 0u);
    CHECK_EQ(report.reason(), reason);
    sessions.lines[0]->flush(0);
  }
}

TEST("report writer: a mass cancel closes with its report, cancel on disconnect does not; unknown sessions hear nothing") {
  Sessions sessions;
  ReportWriter<Sessions> writer(sessions);
  SequencedCommand command;
  command.command.kind = CommandKind::mass_cancel;
  const std::vector events{event(MatchEventKind::canceled, 1), event(MatchEventKind::mass_canceled, 5)};
  writer.write(command, events);
  CHECK_EQ(sessions.out(0), "#1 OrderCanceled 1; #2 MassCancelReport 5");
  command.command.kind = CommandKind::session_cancel;
  writer.write(command, events);
  CHECK_EQ(sessions.out(0), "#3 OrderCanceled 1");
  MatchEvent stranger = event(MatchEventKind::rejected, 1);
  stranger.session = 77;
  writer.write(command, std::vector{stranger, event(MatchEventKind::cancel_rejected, 6)});
  CHECK_EQ(sessions.out(0), "#4 CancelRejected 6 newOrder none");
}

}  // namespace
