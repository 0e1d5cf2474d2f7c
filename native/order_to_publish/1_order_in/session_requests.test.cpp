// What a session may ask for beyond single orders: each request becomes its commands or is refused with its reason.
#include "order_to_publish/1_order_in/gateway_scenario.hpp"
#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using namespace hopwire::venue;
using order_entry::ScopeFields;
using scenario::Bytes;
using scenario::GatewayScenario;

// Sessions 7 and 8 of firms 1 and 2; session 7 trades for accounts 30 and 10, session 8 has no list.
void two_firms(GatewayConfig& config) {
  config.sessions[0].firm = 1;
  config.sessions[0].accounts = {30, 10};
  config.sessions[1].firm = 2;
}

Bytes mass_cancel(std::uint64_t id, ScopeFields scope, std::uint32_t account = 0, std::uint32_t instrument = 0,
                  order_entry::Side side = order_entry::Side::sell) {
  return scenario::frame_of<order_entry::MassCancelEncoder>([&](auto& m) {
    m.header().sequence_number(id);
    m.cl_ord_id(id).account(account).instrument_id(instrument).scope(scope).side(side);
  });
}

TEST("requests: a mass cancel carries the scope it says, and of what it does not say nothing") {
  GatewayScenario venue(two_firms);
  Connection& line = venue.established();
  venue.in(line, mass_cancel(1, ScopeFields{}.session(true).account(true).instrument(true).side(true), 99, 5002));
  REQUIRE(venue.batch.size() == 1);
  const Command all = venue.batch[0].command;
  CHECK_EQ(all.kind, CommandKind::mass_cancel);
  CHECK_EQ(all.scope_fields,
           scope_field::said | scope_field::session | scope_field::account | scope_field::instrument | scope_field::side);
  CHECK_EQ(all.in_scope.session, 0u);
  CHECK_EQ(all.in_scope.account, 99u);
  CHECK_EQ(all.locate, 2);
  CHECK_EQ(all.in_scope.side, order_entry::Side::sell);
  CHECK(all.has_special_terms);
  venue.batch.clear();
  venue.in(line, mass_cancel(2, ScopeFields{}.account(true), 30, 5002));
  REQUIRE(venue.batch.size() == 1);
  const Command one = venue.batch[0].command;
  CHECK_EQ(one.scope_fields, scope_field::said | scope_field::account);
  CHECK_EQ(one.in_scope.account, 30u);
  CHECK_EQ(one.locate, 0);
  CHECK_EQ(one.instrument_id, 0u);
  CHECK_EQ(venue.out(line), "");
}

TEST("requests: a scope beyond the sender's own is refused, so are unknown fields and sides") {
  GatewayScenario venue(two_firms);
  Connection& line = venue.established();
  const auto answer = [&](std::uint64_t id, ScopeFields scope, std::uint32_t account, order_entry::Side side) {
    venue.in(line, mass_cancel(id, scope, account, 5001, side));
    CHECK_EQ(venue.commands(), "");
    return venue.out(line);
  };
  const auto buy = order_entry::Side::buy;
  CHECK_EQ(answer(1, ScopeFields{}, 30, buy), "#1 CancelRejected 1 massCancel operatorsOnly");
  CHECK_EQ(answer(2, ScopeFields{}.instrument(true).side(true), 30, buy), "#2 CancelRejected 2 massCancel operatorsOnly");
  CHECK_EQ(answer(3, ScopeFields{}.session(true).firm(true), 30, buy), "#3 CancelRejected 3 massCancel operatorsOnly");
  CHECK_EQ(answer(4, ScopeFields{}.account(true), 20, buy), "#4 CancelRejected 4 massCancel notItsAccount");
  CHECK_EQ(answer(5, ScopeFields{.bits = 0x21}, 30, buy), "#5 CancelRejected 5 massCancel notSupported");
  const auto no_side = static_cast<order_entry::Side>('X');
  CHECK_EQ(answer(6, ScopeFields{}.session(true).side(true), 30, no_side), "#6 CancelRejected 6 massCancel invalidSide");
  venue.in(line, mass_cancel(7, ScopeFields{}.session(true), 0, 0, no_side));  // not said: not looked at
  CHECK_EQ(venue.commands(), "7");
}

TEST("requests: a session trades for its accounts; one without a list for all but those of another firm") {
  const auto order = [](std::uint64_t id, std::uint32_t account) {
    return GatewayScenario::new_order(id, id, [=](order_entry::NewOrderEncoder& m) { m.account(account); });
  };
  GatewayScenario venue(two_firms);
  Connection& listed = venue.established();
  for (const std::uint32_t account : {10u, 30u, 20u, 0u}) venue.in(listed, order(venue.session().next_inbound, account));
  CHECK_EQ(venue.commands(), "1 2");
  CHECK_EQ(venue.out(listed), "#1 OrderRejected 3 notItsAccount; #2 OrderRejected 4 notItsAccount");

  Connection& unlisted = venue.connect();
  venue.in(unlisted, venue.negotiate_frame(1, 8));
  venue.in(unlisted, venue.establish_frame(1, 1, 1000, 0, 8));
  venue.out(unlisted);
  for (const std::uint32_t account : {10u, 20u, 30u, 31u}) venue.in(unlisted, order(venue.session(1).next_inbound, account));
  venue.in(unlisted, mass_cancel(5, ScopeFields{}.account(true), 20));
  CHECK_EQ(venue.commands(), "2 4");
  CHECK_EQ(venue.out(unlisted),
           "#1 OrderRejected 1 notItsAccount; #2 OrderRejected 3 notItsAccount; #3 CancelRejected 5 massCancel notItsAccount");
}

TEST("requests: sessions of one firm do not keep each other from its accounts") {
  GatewayScenario venue([](GatewayConfig& config) {
    two_firms(config);
    config.sessions[1].firm = 1;
  });
  CHECK(venue.session(1).accounts.may_trade(10));
  CHECK(!venue.session(1).accounts.owns(10));
  CHECK(venue.session(0).accounts.owns(10));
  CHECK(!venue.session(0).accounts.owns(11));
}

}  // namespace
