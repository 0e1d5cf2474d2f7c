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

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes result;
  for (const Bytes& part : parts) result.insert(result.end(), part.begin(), part.end());
  return result;
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

TEST("requests: purge and unlock carry their scope; a side is left to the matcher to refuse") {
  GatewayScenario venue(two_firms);
  Connection& line = venue.established();
  const auto of = []<class Encoder>(std::uint64_t id, ScopeFields scope, std::uint32_t account) {
    return scenario::frame_of<Encoder>([&](auto& m) {
      m.header().sequence_number(id);
      m.cl_ord_id(id).account(account).instrument_id(5002).scope(scope);
    });
  };
  const auto purge = [&](auto... words) { return of.template operator()<order_entry::PurgeEncoder>(words...); };
  const auto unlock = [&](auto... words) { return of.template operator()<order_entry::UnlockEncoder>(words...); };
  venue.in(line, purge(1u, ScopeFields{}.session(true).instrument(true), 0u));
  venue.in(line, unlock(2u, ScopeFields{}.account(true).side(true), 10u));
  REQUIRE(venue.batch.size() == 2);
  const Command& first = venue.batch[0].command;
  CHECK_EQ(first.kind, CommandKind::purge);
  CHECK_EQ(first.scope_fields, scope_field::said | scope_field::session | scope_field::instrument);
  CHECK_EQ(first.locate, 2);
  const Command& second = venue.batch[1].command;
  CHECK_EQ(second.kind, CommandKind::unlock);
  CHECK_EQ(second.scope_fields, scope_field::said | scope_field::account | scope_field::side);
  CHECK_EQ(second.in_scope.account, 10u);
  venue.batch.clear();
  venue.in(line, joined({purge(3u, ScopeFields{}, 0u), unlock(4u, ScopeFields{}.firm(true), 0u)}));
  venue.in(line, unlock(5u, ScopeFields{}.account(true), 11u));
  CHECK_EQ(venue.commands(), "");
  CHECK_EQ(venue.out(line),
           "#1 CancelRejected 3 purge operatorsOnly; #2 CancelRejected 4 unlock operatorsOnly; #3 CancelRejected 5 unlock notItsAccount");
}

Bytes set_protection(std::uint64_t id, order_entry::ProtectionGroup group, std::uint32_t account, std::uint32_t trades = 3) {
  return scenario::frame_of<order_entry::SetProtectionEncoder>([&](auto& m) {
    m.header().sequence_number(id);
    m.cl_ord_id(id).window(1000).quantity(-2).value(4).trades(trades).account(account).group(group);
  });
}

TEST("requests: a protection is of the session itself or of an account it lists") {
  using order_entry::ProtectionGroup;
  GatewayScenario venue(two_firms);
  Connection& line = venue.established();
  venue.in(line, set_protection(1, ProtectionGroup::account, 30));
  venue.in(line, set_protection(2, ProtectionGroup::session, 99, 4'000'000'000));
  venue.in(line, scenario::frame_of<order_entry::ResetProtectionEncoder>([](auto& m) {
             m.header().sequence_number(3);
             m.cl_ord_id(3).account(10).group(ProtectionGroup::account);
           }));
  REQUIRE(venue.batch.size() == 3);
  const Command& of_account = venue.batch[0].command;
  CHECK_EQ(of_account.kind, CommandKind::set_protection);
  CHECK_EQ(of_account.scope_fields, scope_field::said | scope_field::account);
  CHECK_EQ(of_account.protection.group, 30u);
  CHECK_EQ(of_account.protection.window, 1000u);
  CHECK_EQ(of_account.protection.quantity, -2);  // the matcher's to refuse
  CHECK_EQ(of_account.protection.value, 4);
  CHECK_EQ(of_account.protection.trades, 3);
  const Command& of_session = venue.batch[1].command;
  CHECK_EQ(of_session.scope_fields, scope_field::said | scope_field::session);
  CHECK_EQ(of_session.protection.group, 0u);
  CHECK_EQ(of_session.protection.trades, INT32_MAX);
  CHECK_EQ(venue.batch[2].command.kind, CommandKind::reset_protection);
  CHECK_EQ(venue.batch[2].command.protection.group, 10u);
  venue.batch.clear();
  venue.in(line, joined({set_protection(4, ProtectionGroup::account, 20), set_protection(5, static_cast<ProtectionGroup>(7), 30)}));
  CHECK_EQ(venue.commands(), "");
  CHECK_EQ(venue.out(line), "#1 CancelRejected 4 setProtection notItsAccount; #2 CancelRejected 5 setProtection notSupported");
}

std::vector<GatewayScenario::QuoteEntry> quotes(std::size_t count, std::uint32_t quantity = 5) {
  return std::vector<GatewayScenario::QuoteEntry>(count, {5002, 100, quantity, 110, quantity});
}

TEST("requests: a mass quote becomes a command for each entry and one that closes them, and counts once in the client's flow") {
  GatewayScenario venue(two_firms);
  Connection& line = venue.established();
  line.receive_tsc = 4711;
  venue.in(line, venue.mass_quote(1, 40, {{5002, 100, 7, 110, 8}, {9999, -1, 0, 120, 9}}, 30));
  REQUIRE(venue.batch.size() == 3);
  for (std::size_t index = 0; index < 3; ++index) {
    const Command& command = venue.batch[index].command;
    CHECK_EQ(venue.batch[index].receive_tsc, 4711u);
    CHECK_EQ(command.kind, index < 2 ? CommandKind::quote_entry : CommandKind::mass_quote);
    CHECK_EQ(command.cl_ord_id, 40u);
    CHECK_EQ(command.account, 30u);
    CHECK_EQ(command.firm, 1u);
    CHECK_EQ(command.client_sequence, 1u);
  }
  const Command& first = venue.batch[0].command;
  CHECK_EQ(first.locate, 2);
  CHECK_EQ(first.price, 100);
  CHECK_EQ(first.quantity, 7u);
  CHECK_EQ(first.quote.ask_price, 110);
  CHECK_EQ(first.quote.ask_quantity, 8u);
  CHECK_EQ(venue.batch[1].command.locate, 0);  // not listed: the matcher's to refuse, with its index
  CHECK_EQ(venue.batch[1].command.quote.ask_quantity, 9u);
  CHECK_EQ(venue.batch[2].command.quantity, 2u);
  venue.batch.clear();
  venue.in(line, joined({venue.mass_quote(1, 41, quotes(1), 30), venue.new_order(2, 42, [](auto& m) { m.account(30); })}));
  CHECK_EQ(venue.commands(), "42");  // a duplicate number is dropped whole
}

TEST("requests: a mass quote is refused whole for its number of entries, its account, its id and its self-trade words") {
  GatewayScenario venue(two_firms);
  Connection& line = venue.established();
  venue.in(line, venue.mass_quote(1, 1, {}, 30));
  venue.in(line, venue.mass_quote(2, 2, quotes(101), 30));
  venue.in(line, venue.mass_quote(3, 3, quotes(2), 31));
  venue.in(line, venue.mass_quote(4, 3, quotes(2), 30));
  Bytes strange = venue.mass_quote(5, 5, quotes(2), 30);
  strange[net::order_entry_prefix + order_entry::MassQuoteView::self_trade_action_offset] = std::byte{9};
  venue.in(line, strange);
  CHECK_EQ(venue.commands(), "");
  CHECK_EQ(venue.out(line),
           "#1 MassQuoteReport 1 0 invalidEntryCount limit 1; #2 MassQuoteReport 2 0 invalidEntryCount limit 100; "
           "#3 MassQuoteReport 3 0 notItsAccount; #4A MassQuoteReport 3 0 notItsAccount; #5 MassQuoteReport 5 0 notSupported");
}

TEST("requests: a mass quote is never divided between batches, however full one is") {
  GatewayScenario venue;
  Connection& line = venue.established();
  Bytes stream;
  for (std::uint64_t id = 1; id < CommandBatch::limit; ++id) stream = joined({stream, venue.new_order(id, id)});
  venue.in(line, joined({stream, venue.mass_quote(64, 64, quotes(100)), venue.mass_quote(65, 65, quotes(100))}));
  CHECK_EQ(venue.batch.size(), CommandBatch::capacity);
  CHECK_EQ(venue.batch[CommandBatch::capacity - 1].command.kind, CommandKind::mass_quote);
  CHECK_EQ(venue.batch[CommandBatch::capacity - 1].command.cl_ord_id, 64u);
  venue.batch.clear();
  venue.in(line, {});
  REQUIRE(venue.batch.size() == 101);
  CHECK_EQ(venue.batch[100].command.cl_ord_id, 65u);
}

TEST("requests: the throttle counts a mass quote once, and one that only pulls not at all") {
  GatewayScenario venue([](GatewayConfig& config) {
    config.throttle_per_second = 10;
    config.throttle_burst = 2;
  });
  Connection& line = venue.established();
  venue.in(line, joined({venue.mass_quote(1, 1, quotes(50)), venue.mass_quote(2, 2, quotes(3, 0)), venue.new_order(3, 3)}));
  CHECK_EQ(venue.batch.size(), 51u + 4u + 1u);
  venue.batch.clear();
  venue.in(line, joined({venue.mass_quote(4, 4, quotes(1)), venue.mass_quote(5, 5, quotes(1, 0))}));
  CHECK_EQ(venue.out(line), "#1 MassQuoteReport 4 0 throttled limit 10 retry 100000");
  CHECK_EQ(venue.commands(), "5 5");
}

TEST("requests: a mass quote that claims more entries than it has ends the session") {
  GatewayScenario venue;
  Connection& line = venue.established();
  Bytes short_one = venue.mass_quote(1, 1, quotes(3));
  core::store_le<std::uint16_t>(short_one.data() + net::order_entry_prefix + order_entry::MassQuoteView::block_length + 2, 4);
  venue.in(line, short_one);
  CHECK_EQ(venue.commands(), "");
  CHECK_EQ(venue.out(line), "Terminate decodingError");
}

}  // namespace
