// What an operator's session may ask for: each request becomes its commands with every number it says; from any other session it is
// refused and nothing happens.
#include "order_to_publish/1_order_in/gateway_scenario.hpp"
#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using namespace hopwire::venue;
using order_entry::BooleanType;
using order_entry::LimitSeverity;
using order_entry::RiskLimit;
using order_entry::ScopeFields;
using order_entry::TradingState;
using scenario::Bytes;
using scenario::GatewayScenario;

// Session 7 of firm 1 trades for account 30; session 8 is the operator's.
void with_operator(GatewayConfig& config) {
  config.sessions[0].firm = 1;
  config.sessions[0].accounts = {30};
  config.sessions[1].firm = 2;
  config.sessions[1].is_operator = true;
}

template <class Encoder, class Fill>
Bytes request(std::uint64_t id, Fill&& fill) {
  return scenario::frame_of<Encoder>([&](auto& message) {
    message.header().sequence_number(id);
    message.cl_ord_id(id);
    fill(message);
  });
}

using Limit = GatewayScenario::Limit;
constexpr auto set_limits = &GatewayScenario::set_limits;

Bytes kill(std::uint64_t id, ScopeFields scope, std::uint32_t session, std::uint32_t account, std::uint32_t firm) {
  return request<order_entry::KillEncoder>(id, [&](auto& m) { m.session_id(session).account(account).firm(firm).scope(scope); });
}

// One of each, with ids from 1.
std::vector<Bytes> every_request() {
  using namespace order_entry;
  return {
      request<SetTradingStateEncoder>(1, [](auto& m) { m.instrument_id(5002).halt_reason("T1").state(TradingState::halt); }),
      request<SetReferencePriceEncoder>(2, [](auto& m) { m.instrument_id(5001).price(1'000'000); }),
      request<PublishImbalanceEncoder>(3, [](auto& m) { m.instrument_id(5001); }),
      request<SetTickBandEncoder>(4, [](auto& m) { m.instrument_id(5001).from_price(10'000).tick(100); }),
      request<SetLotSizeEncoder>(5, [](auto& m) { m.instrument_id(5001).lot(10).minimum_quantity(20); }),
      request<SetPriceCollarEncoder>(6, [](auto& m) { m.instrument_id(5001).basis_points(500); }),
      request<SetPriceBandEncoder>(7, [](auto& m) { m.instrument_id(5001).reference_price(7).basis_points(8); }),
      request<SetCircuitBreakerEncoder>(8, [](auto& m) { m.instrument_id(5001).basis_points(9).window(10); }),
      request<SetReopeningEncoder>(9, [](auto& m) { m.instrument_id(5001).halt_time(11).call_time(12); }),
      request<SetMarketLevelsEncoder>(10, [](auto& m) { m.level1(3).level2(2).level3(1); }),
      request<BreachMarketLevelEncoder>(11, [](auto& m) { m.level(2); }),
      request<RollDayEncoder>(12, [](auto& m) { m.day(20261130); }),
      set_limits(13, 7, 5001, LimitSeverity::soft, {{RiskLimit::order_quantity, 100}, {RiskLimit::order_value, 200}}),
      request<RestrictInstrumentEncoder>(14, [](auto& m) { m.account(7).instrument_id(5001).restricted(BooleanType::yes); }),
      request<RestrictShortSalesEncoder>(15, [](auto& m) { m.instrument_id(5001).restricted(BooleanType::yes); }),
      request<SetPositionEncoder>(16, [](auto& m) { m.account(7).instrument_id(5001).position(-5); }),
      kill(17, ScopeFields{}.session(true), 7, 0, 0),
      request<UnkillEncoder>(18, [](auto& m) { m.firm(1).scope(ScopeFields{}.firm(true)); }),
      request<QueryEncoder>(19, [](auto& m) {
        m.position(5).account(7).instrument_id(5002).kind(QueryKind::limits).scope(ScopeFields{}.account(true));
      }),
  };
}

TEST("operator requests: each becomes its commands, in order, with what it says") {
  GatewayScenario venue(with_operator);
  Connection& line = venue.established_too();
  std::vector<Command> commands;
  for (const Bytes& bytes : every_request()) {
    venue.in(line, bytes);
    for (std::size_t index = 0; index < venue.batch.size(); ++index) commands.push_back(venue.batch[index].command);
    venue.batch.clear();
  }
  CHECK_EQ(venue.out(line), "");
  REQUIRE(commands.size() == 20);
  const CommandKind kinds[] = {CommandKind::set_trading_state, CommandKind::set_reference_price, CommandKind::publish_imbalance,
                               CommandKind::set_tick_band, CommandKind::set_lot_size, CommandKind::set_price_collar,
                               CommandKind::set_price_band, CommandKind::set_circuit_breaker, CommandKind::set_reopening,
                               CommandKind::set_market_levels, CommandKind::breach_market_level, CommandKind::roll_day,
                               CommandKind::set_limits, CommandKind::set_limits, CommandKind::restrict_instrument,
                               CommandKind::restrict_short_sales, CommandKind::set_position, CommandKind::kill, CommandKind::unkill,
                               CommandKind::query};
  for (std::size_t index = 0; index < commands.size(); ++index) {
    CHECK_EQ(commands[index].kind, kinds[index]);
    CHECK_EQ(commands[index].session, 1u);
    CHECK(commands[index].has_special_terms);
    CHECK(is_operators_request(commands[index].kind));
    CHECK(is_client_request(commands[index]));
  }
  CHECK_EQ(commands[0].locate, 2);
  CHECK_EQ(commands[0].instrument_id, 5002u);
  CHECK_EQ(std::string_view(commands[0].operators.halt_reason, 7), std::string_view("T1\0\0\0\0\0", 7));
  CHECK_EQ(commands[0].operators.state, TradingState::halt);
  const std::int64_t values[][3] = {{1'000'000, 0, 0}, {0, 0, 0}, {10'000, 100, 0}, {10, 20, 0}, {500, 0, 0}, {7, 8, 0},
                                    {9, 10, 0},        {11, 12, 0}, {3, 2, 1},      {2, 0, 0},   {20261130, 0, 0}};
  for (std::size_t index = 0; index < std::size(values); ++index) {
    for (std::size_t at = 0; at < 3; ++at) CHECK_EQ(commands[index + 1].operators.values[at], values[index][at]);
  }
  const RiskTerms first = commands[12].risk;
  CHECK(first.limit == RiskLimit::order_quantity && first.value == 100 && first.more == 1 && first.named == 1 && first.of_instrument == 1);
  CHECK_EQ(first.severity, LimitSeverity::soft);
  const RiskTerms last = commands[13].risk;
  CHECK(last.limit == RiskLimit::order_value && last.value == 200 && last.more == 0 && last.named == 1);
  CHECK(commands[13].account == 7 && commands[13].locate == 1);
  CHECK(commands[14].account == 7 && commands[14].risk.value == 1 && commands[14].locate == 1);
  CHECK(commands[15].account == 0 && commands[15].risk.value == 1);
  CHECK(commands[16].account == 7 && commands[16].risk.value == -5);
  CHECK_EQ(commands[17].scope_fields, scope_field::said | scope_field::session);
  CHECK_EQ(commands[17].in_scope.session, 0u);  // the row of session 7
  CHECK_EQ(commands[18].in_scope.firm, 1u);
  CHECK(commands[19].query.kind == order_entry::QueryKind::limits && commands[19].query.position == 5);
  CHECK(commands[19].account == 7 && commands[19].locate == 2 && commands[19].scope_fields == (scope_field::said | scope_field::account));
}

TEST("operator requests: a query of an unknown instrument, kind or scope is refused") {
  GatewayScenario venue(with_operator);
  Connection& line = venue.established_too();
  const auto query = [](std::uint64_t id, auto&& fill) {
    return request<order_entry::QueryEncoder>(id, [&](auto& m) { fill(m.kind(order_entry::QueryKind::state)); });
  };
  venue.in(line, query(1, [](auto& m) { m.instrument_id(77); }));
  venue.in(line, query(2, [](auto& m) { m.kind(static_cast<order_entry::QueryKind>(9)); }));
  venue.in(line, query(3, [](auto& m) { m.scope(ScopeFields{}.firm(true)); }));
  CHECK_EQ(venue.out(line), "#1 OperatorReport 1 query unknownInstrument of 77 0,0; #2 OperatorReport 2 query invalidValue 0,0; "
                            "#3 OperatorReport 3 query notSupported 0,0");
  CHECK_EQ(venue.commands(), "");
}

TEST("operator requests: from any other session each is refused with its own kind, and nothing happens") {
  GatewayScenario venue(with_operator);
  Connection& line = venue.established();
  const std::vector<Bytes> requests = every_request();
  for (std::size_t index = 0; index < requests.size(); ++index) {
    venue.in(line, requests[index]);
    CHECK_EQ(venue.commands(), "");
    const std::string told = venue.out(line);
    const std::string kind(to_string(request_kind_of(index < 16   ? static_cast<CommandKind>(14 + index)
                                                     : index == 16 ? CommandKind::kill
                                                     : index == 17 ? CommandKind::unkill
                                                                   : CommandKind::query)));
    const std::string number = std::to_string(index + 1);
    CHECK_EQ(told.substr(0, told.find("operatorsOnly") + 13), "#" + number + " OperatorReport " + number + " " + kind + " operatorsOnly");
  }
  // Also what is wrong in itself, so that nobody learns more.
  venue.in(line, request<order_entry::SetTradingStateEncoder>(20, [](auto& m) { m.state(static_cast<TradingState>(99)); }));
  CHECK(venue.out(line).find("operatorsOnly") != std::string::npos);
}

TEST("operator requests: what a command cannot carry is refused, the rest is the matcher's") {
  GatewayScenario venue(with_operator);
  Connection& line = venue.established_too();
  const auto answer = [&](const Bytes& bytes) {
    venue.in(line, bytes);
    CHECK_EQ(venue.commands(), "");
    const std::string told = venue.out(line);
    return told.substr(told.find("Report"));
  };
  const auto bad_state = static_cast<TradingState>(7);
  CHECK_EQ(answer(request<order_entry::SetTradingStateEncoder>(1, [&](auto& m) { m.state(bad_state); })),
           "Report 1 setTradingState invalidValue continuous -> continuous");
  CHECK_EQ(answer(set_limits(2, 7, 0, LimitSeverity::hard, {})),
           "Report 2 setLimits invalidEntryCount limit 1 orderQuantity hard account 7 0,0");
  const std::vector<Limit> six(6, {RiskLimit::open_value, 1});
  CHECK_EQ(answer(set_limits(3, 7, 0, LimitSeverity::hard, six)),
           "Report 3 setLimits invalidEntryCount limit 5 orderQuantity hard account 7 0,0");
  CHECK_EQ(answer(set_limits(4, 7, 0, LimitSeverity::hard, {{static_cast<RiskLimit>(10), 1}})),
           "Report 4 setLimits invalidValue orderQuantity hard account 7 0,0");
  CHECK_EQ(answer(set_limits(5, 7, 0, static_cast<LimitSeverity>(2), {{RiskLimit::open_value, 1}})),
           "Report 5 setLimits invalidValue orderQuantity hard account 7 0,0");
  CHECK_EQ(answer(kill(6, ScopeFields{}.session(true), 99, 0, 0)), "Report 6 kill unknownSession 0,0");
  CHECK_EQ(answer(kill(7, ScopeFields{.bits = 0x20}, 0, 0, 0)), "Report 7 kill notSupported 0,0");
  const auto maybe = static_cast<BooleanType>(2);
  CHECK_EQ(answer(request<order_entry::RestrictShortSalesEncoder>(8, [&](auto& m) { m.instrument_id(5001).restricted(maybe); })),
           "Report 8 restrictShortSales invalidValue of 5001 0,0");
  venue.in(line, request<order_entry::RollDayEncoder>(8, [](auto&) {}));  // a number seen before is dropped
  CHECK_EQ(venue.out(line) + venue.commands(), "");
  venue.in(line, request<order_entry::SetLotSizeEncoder>(9, [](auto& m) { m.instrument_id(77).lot(-1); }));
  REQUIRE(venue.batch.size() == 1);
  CHECK_EQ(venue.batch[0].command.locate, 0);
  CHECK_EQ(venue.batch[0].command.operators.values[0], -1);
}

TEST("operator requests: an operator's session enters no orders, and may cancel, purge and unlock for any account and the venue") {
  GatewayScenario venue(with_operator);
  Connection& line = venue.established_too();
  venue.in(line, GatewayScenario::new_order(1, 1, [](auto& m) { m.account(0); }));
  venue.in(line, GatewayScenario::new_order(2, 2, [](auto& m) { m.account(31); }));
  CHECK_EQ(venue.out(line), "#1 OrderRejected 1 notItsAccount; #2 OrderRejected 2 notItsAccount");
  const auto purge = [](std::uint64_t id, ScopeFields scope) {
    return request<order_entry::PurgeEncoder>(id, [&](auto& m) { m.account(30).scope(scope); });
  };
  venue.in(line, purge(3, ScopeFields{}.account(true)));
  venue.in(line, purge(4, ScopeFields{}));
  CHECK_EQ(venue.commands(), "3 4");
  venue.in(line, purge(5, ScopeFields{}.firm(true)));
  CHECK_EQ(venue.commands(), "");
  CHECK_EQ(venue.out(line), "#3 CancelRejected 5 purge invalidScope");
}

TEST("operator requests: every prefix of every one, and any byte more, ends the session and reaches nobody") {
  for (const Bytes& whole : every_request()) {
    for (std::size_t size = net::order_entry_prefix; size <= whole.size() + 8; ++size) {
      if (size == whole.size()) continue;
      Bytes bytes = whole;
      bytes.resize(size);
      net::write_frame_header(bytes.data(), static_cast<std::uint32_t>(size));
      CHECK(net::read_message(bytes).status == net::MessageStatus::decoding_error);
    }
  }
  GatewayScenario venue(with_operator);
  Connection& line = venue.established_too();
  Bytes cut = every_request()[12];
  cut.resize(cut.size() - 1);
  net::write_frame_header(cut.data(), static_cast<std::uint32_t>(cut.size()));
  venue.in(line, cut);
  CHECK_EQ(venue.commands(), "");
  CHECK_EQ(venue.out(line), "Terminate decodingError");
}

}  // namespace
