// For tests only: a matcher, what its commands tell a member and two operators, and queries of what stands, as text that reads like a log.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "order_to_publish/1_order_in/gateway_scenario.hpp"
#include "order_to_publish/4_match/match_into_buffer.hpp"
#include "order_to_publish/5_publish/query_answers.hpp"
#include "order_to_publish/5_publish/report_writer.hpp"

namespace hopwire::venue::scenario {

// Sessions 10 (a member), 11 and 12 (operators) of a venue with pre-trade risk: 5001 and as many more as are wanted.
class OperatorScenario {
 public:
  explicit OperatorScenario(std::uint16_t instruments = 1)
      : matcher_({.maximum_orders = 64, .maximum_levels = 64, .maximum_locate = instruments, .maximum_order_quantity = 1000,
                      .maximum_sessions = 3, .is_risk_on = true, .maximum_accounts = 2},
                     ReplaceProfile::reduce_keeps_priority),
            events_(64), writer_(*this), queries_(*this) {
    for (std::uint16_t locate = 1; locate <= instruments; ++locate) matcher_.add_instrument(locate, 5000 + locate);
    for (int index = 0; index < 3; ++index) {
      sessions_.push_back(std::make_unique<OutboundSession>(1024));
      lines_.push_back(std::make_unique<Connection>(config_, nullptr));
      sessions_.back()->attach(*lines_.back());
    }
  }

  [[nodiscard]] std::size_t session_count() const { return sessions_.size(); }
  [[nodiscard]] bool owns_account(std::uint32_t, std::uint32_t) const { return false; }
  [[nodiscard]] std::span<const std::uint32_t> operators() const { return operators_; }
  [[nodiscard]] std::uint32_t session_id(std::uint32_t index) const { return 10 + index; }
  [[nodiscard]] OutboundSession& session(std::uint32_t index) { return *sessions_[index]; }

  // Applies it and returns what session `told` was told of it; what the others were told waits.
  std::string run(Command command, std::uint32_t told = 1) {
    command.cl_ord_id = ++last_id_;
    if (command.kind != CommandKind::new_order) command.mark_special_terms();
    const SequencedCommand sequenced{++sequence_, 1'000 * sequence_, command};
    const ValuesBefore before = OperatorView(matcher_).before(command);
    events_.clear();
    matcher_.apply(sequenced, events_);
    writer_.write(sequenced, events_.events(), before);
    if (command.kind == CommandKind::query) queries_.answer(sequenced, OperatorView(matcher_));
    return out(told);
  }
  std::string out(std::uint32_t index) {
    session(index).pump(*lines_[index]);
    std::string text = scenario::describe(lines_[index]->outbound());
    lines_[index]->flush(0);
    return text;
  }

  static Command rule(CommandKind kind, std::int64_t first = 0, std::int64_t second = 0, std::uint32_t session = 1) {
    Command command;
    command.kind = kind;
    command.session = session;
    command.locate = 1;
    command.instrument_id = 5001;
    command.operators = {.values = {first, second, 0}, .halt_reason = {}, .state = order_entry::TradingState::continuous};
    return command;
  }
  static Command state(order_entry::TradingState state, std::uint32_t session = 1) {
    Command command = rule(CommandKind::set_trading_state, 0, 0, session);
    command.operators.state = state;
    return command;
  }
  static Command limit(order_entry::RiskLimit limit, std::int64_t value, bool more = false, bool of_instrument = true) {
    Command command = rule(CommandKind::set_limits);
    command.account = 30;
    if (!of_instrument) command.locate = 0, command.instrument_id = 0;
    command.risk = {};
    command.risk.value = value;
    command.risk.limit = limit;
    command.risk.named = 1;
    command.risk.more = more ? 1 : 0;
    command.risk.of_instrument = of_instrument ? 1 : 0;
    return command;
  }
  // The commands of one SetLimits have one id.
  std::string limits(std::initializer_list<Command> commands) {
    std::string text;
    ++last_id_;
    for (const Command& command : commands) {
      --last_id_;
      text += run(command);
    }
    return text;
  }
  static Command order(order_entry::Side side, std::int32_t price, std::uint32_t quantity) {
    Command command;
    command.account = 30;
    command.locate = 1;
    command.instrument_id = 5001;
    command.side = side;
    command.price = price;
    command.quantity = quantity;
    command.flags = order_entry::OrderFlags{}.short_sale(side == order_entry::Side::sell).bits;
    return command;
  }
  // Of account 30, by session 0.
  void quote(std::int32_t bid, std::int32_t ask, std::uint32_t quantity) {
    Command entry = order(order_entry::Side::buy, bid, quantity);
    entry.kind = CommandKind::quote_entry;
    entry.quote = {.ask_price = ask, .ask_quantity = quantity, .reserved = {}};
    run(entry);
    --last_id_;  // the close has the same
    Command close;
    close.kind = CommandKind::mass_quote;
    close.account = 30;
    close.quantity = 1;
    run(close);
  }
  static Command scoped(CommandKind kind, std::uint8_t fields, std::uint32_t session, std::uint32_t account) {
    Command command;
    command.kind = kind;
    command.session = 1;
    command.scope_fields = static_cast<std::uint8_t>(scope_field::said | fields);
    command.in_scope = {};
    command.in_scope.session = session;
    command.in_scope.account = account;
    return command;
  }
  static Command query(order_entry::QueryKind kind, std::uint64_t position = 0) {
    Command command;
    command.kind = CommandKind::query;
    command.session = 1;
    command.scope_fields = scope_field::said;
    command.query = {};
    command.query.kind = kind;
    command.query.position = position;
    return command;
  }
  // Lets account 30 trade.
  void allow() {
    limits({limit(order_entry::RiskLimit::order_quantity, 100)});
    limits({limit(order_entry::RiskLimit::gross_position, 1000, false, false)});
    for (std::uint32_t index = 0; index < 3; ++index) {
      out(index);
      session(index).restart();
      session(index).attach(*lines_[index]);
    }
  }

 private:
  GatewayConfig config_;
  std::vector<std::unique_ptr<OutboundSession>> sessions_;
  std::vector<std::unique_ptr<Connection>> lines_;
  std::vector<std::uint32_t> operators_{1, 2};
  Matcher matcher_;
  MatchEventBuffer events_;
  ReportWriter<OperatorScenario> writer_;
  QueryAnswers<OperatorScenario> queries_;
  std::uint64_t sequence_ = 0;
  std::uint64_t last_id_ = 0;
};

}  // namespace hopwire::venue::scenario
