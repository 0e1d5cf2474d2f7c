// For tests only: a scenario's command line as a command; src/reference/scenario_command.ts reads the same. Words in front say who, where
// and when, each with a number behind it:
//
//   sN session (0) · aN account (10 + session) · fN firm (100 + session) · #L instrument's row (1)
//   tN, tNus, tNms, tNs  sequencer time; stays until the next
//
//   new ID buy|sell QUANTITY @ PRICE | market [stop PRICE] [ioc] [fok] [gtt TIME] [keep] [post] [min N] [show N]
//                                            [stp account|firm newest|oldest|both|decrement]
//   replace ID ORIGINAL QUANTITY @ PRICE | market [stop PRICE]
//   cancel ID ORIGINAL
//   masscancel ID SCOPE · purge ID SCOPE · unlock ID SCOPE · kill ID SCOPE · unkill ID SCOPE
//     SCOPE: [session N] [account N] [firm N] [venue] [instrument] [buy|sell]    nobody named: the own session; instrument: that of #L
//   quote ID [stp ...] #L BIDQUANTITY @ BIDPRICE ASKQUANTITY @ ASKPRICE ...       an entry for each row
//   protect ID session|account N window TIME trades N [quantity N] [value N]
//   reset ID session|account N
//   lost                                     the session is gone
//                                            [short] [onopen] [onclose] [imbalanceonly]
//   tick                                     time passes
//   state, noii, band and other words of the operator: src/reference/scenario_admin.ts says them; limit, restrict: scenario_risk.hpp
//
// A word that is not understood throws: a scenario that says nothing must not pass.
#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "order_to_publish/4_match/matcher_parts.hpp"
#include "order_to_publish/4_match/scenario_market.hpp"
#include "order_to_publish/4_match/scenario_risk.hpp"

namespace hopwire::venue::scenario {

struct TimedCommand {
  std::optional<std::uint64_t> time;  // absent: as before
  Command command;
  std::vector<Command> entries;  // of a mass quote, or limits but the last; they go before it
};

class CommandLine {
 public:
  explicit CommandLine(const std::string& line) : line_(line), in_(line) {}

  TimedCommand read() {
    std::string verb = read_prefixes();
    Command& command = result_.command;
    command.trigger_sequence = UINT64_MAX;
    command.instrument_id = 1000u + command.locate;
    read_verb(verb, command);
    if (in_ >> verb) fail("not understood: " + verb);
    command.mark_special_terms();
    return result_;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw std::invalid_argument(what + " in: " + line_); }

  std::string next() {
    std::string word;
    if (!(in_ >> word)) fail("a word is missing");
    return word;
  }

  template <class Number> Number number(const std::string& word) const {
    Number value{};
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc{} || end != word.data() + word.size()) fail("not a number: " + word);
    return value;
  }
  template <class Number> void read(Number& into) { into = number<Number>(next()); }

  // 20, 20us, 20ms or 20s in nanoseconds.
  std::uint64_t time(const std::string& word) const {
    const std::size_t digits = word.find_first_not_of("0123456789");
    const std::string unit = digits == std::string::npos ? "" : word.substr(digits);
    const std::uint64_t scale = unit.empty() ? 1 : unit == "us" ? 1'000 : unit == "ms" ? 1'000'000 : unit == "s" ? 1'000'000'000 : 0;
    if (scale == 0) fail("not a time: " + word);
    return number<std::uint64_t>(word.substr(0, digits)) * scale;
  }

  static bool is_prefix(const std::string& word) {
    return word.size() > 1 && std::string("saft#").find(word[0]) != std::string::npos && word[1] >= '0' && word[1] <= '9';
  }

  // Returns the word behind them.
  std::string read_prefixes() {
    Command& command = result_.command;
    command.locate = 1;
    std::optional<std::uint32_t> account;
    std::optional<std::uint32_t> firm;
    std::string word = next();
    for (; is_prefix(word); word = next()) {
      const std::string rest = word.substr(1);
      switch (word[0]) {
        case 's': command.session = number<std::uint32_t>(rest); break;
        case 'a': account = number<std::uint32_t>(rest); break;
        case 'f': firm = number<std::uint32_t>(rest); break;
        case 't': result_.time = time(rest); break;
        default: command.locate = number<std::uint16_t>(rest); break;
      }
    }
    command.account = account.value_or(10 + command.session);
    command.firm = firm.value_or(100 + command.session);
    return word;
  }

  void read_verb(const std::string& verb, Command& command) {
    if (verb == "tick") {
      command.kind = CommandKind::advance_time;
    } else if (verb == "lost") {
      command.kind = CommandKind::session_cancel;
    } else if (verb == "new") {
      read_new(command);
    } else if (verb == "replace") {
      command.kind = CommandKind::replace_order;
      read(command.cl_ord_id);
      read(command.original_cl_ord_id);
      read(command.quantity);
      read_price(command);
    } else if (verb == "cancel") {
      command.kind = CommandKind::cancel_order;
      read(command.cl_ord_id);
      read(command.original_cl_ord_id);
    } else {
      return read_control(verb, command);
    }
    for (std::string word; in_ >> word;) read_term(word, command);
  }

  void read_control(const std::string& verb, Command& command) {
    constexpr std::pair<std::string_view, CommandKind> scoped[] = {{"masscancel", CommandKind::mass_cancel},
                                                                    {"purge", CommandKind::purge},
                                                                    {"unlock", CommandKind::unlock},
                                                                    {"kill", CommandKind::kill},
                                                                    {"unkill", CommandKind::unkill}};
    for (const auto& [word, kind] : scoped) {
      if (verb != word) continue;
      command.kind = kind;
      read(command.cl_ord_id);
      return read_scope(command);
    }
    if (verb == "quote") return read_quote(command);
    if (read_operator_words(verb, command) || read_risk_words(verb, in_, result_.entries, command)) return;
    if (verb != "protect" && verb != "reset") fail("no such command: " + verb);
    command.kind = verb == "protect" ? CommandKind::set_protection : CommandKind::reset_protection;
    read(command.cl_ord_id);
    read_protection(command);
  }

  // How many numbers follow, and from which on they are times.
  struct OperatorVerb {
    std::string_view word;
    CommandKind kind;
    std::size_t numbers;
    std::size_t times_from;
  };

  bool read_operator_words(const std::string& verb, Command& command) {
    constexpr OperatorVerb verbs[] = {{"state", CommandKind::set_trading_state, 0, 0},
                                      {"reference", CommandKind::set_reference_price, 1, 1},
                                      {"noii", CommandKind::publish_imbalance, 0, 0},
                                      {"tickband", CommandKind::set_tick_band, 2, 2},
                                      {"lot", CommandKind::set_lot_size, 2, 2},
                                      {"collar", CommandKind::set_price_collar, 1, 1},
                                      {"band", CommandKind::set_price_band, 2, 2},
                                      {"breaker", CommandKind::set_circuit_breaker, 2, 1},
                                      {"reopening", CommandKind::set_reopening, 2, 0},
                                      {"marketlevels", CommandKind::set_market_levels, 3, 3},
                                      {"marketbreach", CommandKind::breach_market_level, 1, 1},
                                      {"rollday", CommandKind::roll_day, 1, 1}};
    const auto* const found = std::find_if(std::begin(verbs), std::end(verbs), [&](const auto& known) { return known.word == verb; });
    if (found == std::end(verbs)) return false;
    OperatorTerms terms{};
    for (std::size_t at = 0; at < found->numbers; ++at) {
      const std::string word = next();
      terms.values[at] = at < found->times_from ? number<std::int64_t>(word) : static_cast<std::int64_t>(time(word));
    }
    if (found->kind == CommandKind::set_trading_state) {
      terms.state = state(next());
      std::string reason;
      in_ >> reason;
      reason.copy(terms.halt_reason, sizeof terms.halt_reason);
    }
    command.kind = found->kind;
    command.operators = terms;
    return true;
  }

  order_entry::TradingState state(const std::string& word) const {
    for (int value = 0; value <= static_cast<int>(order_entry::TradingState::closed); ++value) {
      const auto state = static_cast<order_entry::TradingState>(value);
      if (state_word(state) == word) return state;
    }
    fail("no such state: " + word);
  }

  void read_scope(Command& command) {
    ScopeTerms terms{};
    std::uint8_t fields = scope_field::said;
    bool names_owner = false;
    for (std::string word; in_ >> word;) {
      if (word == "session" || word == "account" || word == "firm") {
        const bool is_session = word == "session";
        read(is_session ? terms.session : word == "account" ? terms.account : terms.firm);
        fields |= is_session ? scope_field::session : word == "account" ? scope_field::account : scope_field::firm;
        names_owner = true;
      } else if (word == "venue") {
        names_owner = true;
      } else if (word == "instrument") {
        fields |= scope_field::instrument;
      } else if (word == "buy" || word == "sell") {
        fields |= scope_field::side;
        terms.side = word == "buy" ? order_entry::Side::buy : order_entry::Side::sell;
      } else {
        fail("not a scope: " + word);
      }
    }
    if (!names_owner) {
      fields |= scope_field::session;
      terms.session = command.session;
    }
    command.scope_fields = fields;
    command.in_scope = terms;
  }

  void read_size(std::uint32_t& quantity, std::int32_t& price) {
    read(quantity);
    if (next() != "@") fail("\"@\" is missing");
    read(price);
  }

  void read_quote(Command& command) {
    command.kind = CommandKind::mass_quote;
    read(command.cl_ord_id);
    for (std::string word; in_ >> word;) {
      if (word == "stp" && result_.entries.empty()) {
        read_self_trade(command.special);
        continue;
      }
      if (word[0] != '#') fail("a row is missing");
      Command entry = command;
      QuoteTerms terms{};
      entry.kind = CommandKind::quote_entry;
      entry.locate = number<std::uint16_t>(word.substr(1));
      entry.instrument_id = 1000u + entry.locate;
      read_size(entry.quantity, entry.price);
      read_size(terms.ask_quantity, terms.ask_price);
      entry.quote = terms;
      entry.mark_special_terms();
      result_.entries.push_back(entry);
    }
    command.quantity = static_cast<std::uint32_t>(result_.entries.size());
  }

  void read_protection(Command& command) {
    ProtectionTerms terms{};
    const std::string group = next();
    if (group != "session" && group != "account") fail("session or account");
    command.scope_fields = scope_field::said | (group == "session" ? scope_field::session : scope_field::account);
    read(terms.group);
    for (std::string word; in_ >> word;) {
      if (word == "window") {
        terms.window = time(next());
      } else if (word == "trades") {
        read(terms.trades);
      } else if (word == "quantity") {
        read(terms.quantity);
      } else if (word == "value") {
        read(terms.value);
      } else {
        fail("not understood: " + word);
      }
    }
    command.protection = terms;
  }

  void read_new(Command& command) {
    command.kind = CommandKind::new_order;
    read(command.cl_ord_id);
    const std::string side = next();  // an unknown word is the matcher's to refuse
    command.side = side == "buy" ? order_entry::Side::buy : side == "sell" ? order_entry::Side::sell : order_entry::Side{'?'};
    read(command.quantity);
    read_price(command);
  }

  void read_price(Command& command) {
    const std::string word = next();
    if (word == "market") {
      if (command.kind == CommandKind::new_order) command.order_type = order_entry::OrderType::market;
      command.price = matching::no_price;
    } else if (word == "@") {
      read(command.price);
    } else {
      fail("\"@\" is missing");
    }
  }

  void read_term(const std::string& word, Command& command) {
    using order_entry::OrderType;
    using order_entry::TimeInForce;
    order_entry::OrderFlags flags{command.flags};
    if (word == "ioc") {
      command.time_in_force = TimeInForce::immediate_or_cancel;
    } else if (word == "fok") {
      command.time_in_force = TimeInForce::fill_or_kill;
    } else if (word == "gtt") {
      command.time_in_force = TimeInForce::good_till_time;
      command.special.expire_time = time(next());
    } else if (word == "stop") {
      if (command.kind == CommandKind::new_order) {
        command.order_type = command.order_type == OrderType::market ? OrderType::stop : OrderType::stop_limit;
      }
      read(command.special.stop_price);
    } else if (word == "keep") {
      flags.keep_on_disconnect(true);
    } else if (word == "post") {
      flags.post_only(true);
    } else if (word == "min") {
      read(command.special.minimum_quantity);
    } else if (word == "show") {
      read(command.special.display_quantity);
    } else if (word == "stp") {
      read_self_trade(command.special);
    } else if (word == "onopen") {
      command.time_in_force = TimeInForce::at_the_opening;
    } else if (word == "onclose") {
      command.time_in_force = TimeInForce::at_the_close;
    } else if (word == "imbalanceonly") {
      flags.imbalance_only(true);
    } else if (word == "short") {
      flags.short_sale(true);
    } else {
      fail("not understood: " + word);
    }
    command.flags = flags.bits;
  }

  void read_self_trade(SpecialTerms& terms) {
    using order_entry::SelfTradeAction;
    const std::string scope = next();
    const std::string action = next();
    if (scope != "account" && scope != "firm") fail("account or firm");
    terms.self_trade_scope = scope == "firm" ? order_entry::SelfTradeScope::firm : order_entry::SelfTradeScope::account;
    terms.self_trade_action = action == "newest"      ? SelfTradeAction::cancel_newest
                              : action == "oldest"    ? SelfTradeAction::cancel_oldest
                              : action == "both"      ? SelfTradeAction::cancel_both
                              : action == "decrement" ? SelfTradeAction::decrement
                                                      : SelfTradeAction::none;
    if (terms.self_trade_action == SelfTradeAction::none) fail("newest, oldest, both or decrement");
  }

  std::string line_;
  std::istringstream in_;
  TimedCommand result_;
};

inline TimedCommand parse_timed(const std::string& line) { return CommandLine(line).read(); }
inline Command parse(const std::string& line) { return parse_timed(line).command; }

}  // namespace hopwire::venue::scenario
