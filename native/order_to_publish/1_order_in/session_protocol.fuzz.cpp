// Any bytes from a client that has logged on, or not, in any pieces: nothing is read outside, every answer is a whole valid frame, the
// client's numbers never go back, and a session that ended serves nothing more.
//
// Input: the first byte says whether the session is established first, whether it is an operator's, and how the rest is cut; the rest is
// the stream.
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "order_to_publish/1_order_in/gateway_scenario.hpp"

using namespace hopwire;
using namespace hopwire::venue;
using scenario::Bytes;
using scenario::GatewayScenario;

namespace {

bool is_whole_quote(const CommandBatch& batch, std::size_t first) {
  std::size_t close = first;
  while (close < batch.size() && batch[close].command.kind == CommandKind::quote_entry) ++close;
  if (close == batch.size()) return false;
  const Command& command = batch[close].command;
  for (std::size_t index = first; index < close; ++index) {
    if (batch[index].command.cl_ord_id != command.cl_ord_id || batch[index].command.session != 0) return false;
  }
  return command.kind == CommandKind::mass_quote && command.quantity == close - first && command.quantity <= mass_quote_entries_max;
}

// Limits of one request: all but the last go on, and are about the same row.
bool is_whole_row(const CommandBatch& batch, std::size_t first) {
  std::size_t last = first;
  while (last < batch.size() && batch[last].command.kind == CommandKind::set_limits && batch[last].command.risk.more != 0) ++last;
  if (last == batch.size() || last - first >= rules::limits_of_row_max) return false;
  const Command& command = batch[last].command;
  for (std::size_t index = first; index < last; ++index) {
    const Command& other = batch[index].command;
    if (other.cl_ord_id != command.cl_ord_id || other.account != command.account || other.locate != command.locate) return false;
  }
  return command.kind == CommandKind::set_limits && command.risk.named == 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  if (size == 0) return 0;
  const bool is_operator = (input[0] & 0x80) != 0;
  GatewayScenario venue([is_operator](GatewayConfig& config) {
    config.sessions[0].is_operator = is_operator;
    config.receive_buffer_bytes = 8192;
    config.send_buffer_bytes = 32768;
    config.throttle_per_second = 20;
  });
  Connection& line = (input[0] & 1) != 0 ? venue.established() : venue.connect();
  const std::size_t piece = ((input[0] >> 1) & 0x3F) + 1u;
  std::uint64_t expected = venue.session().next_inbound;
  std::uint64_t last_cl_ord_id = 0;
  for (std::size_t at = 1; at < size; at += piece) {
    const std::size_t length = piece < size - at ? piece : size - at;
    Bytes bytes(length);
    std::memcpy(bytes.data(), input + at, length);
    venue.in(line, bytes);
    if (venue.session().next_inbound < expected) std::abort();
    expected = venue.session().next_inbound;
    for (std::size_t index = 0; index < venue.batch.size(); ++index) {
      // A mass quote: its entries, then the close that counts them, in one batch.
      if (venue.batch[index].command.kind == CommandKind::quote_entry) {
        if (!is_whole_quote(venue.batch, index)) std::abort();
        while (venue.batch[index].command.kind == CommandKind::quote_entry) ++index;
      }
      if (venue.batch[index].command.kind == CommandKind::set_limits) {
        if (!is_whole_row(venue.batch, index)) std::abort();
        while (venue.batch[index].command.risk.more != 0) ++index;
      }
      const Command& command = venue.batch[index].command;
      const bool brings_orders = command.kind == CommandKind::new_order || command.kind == CommandKind::mass_quote;
      if (is_operator ? brings_orders : is_operators_request(command.kind)) std::abort();
      if (command.cl_ord_id <= last_cl_ord_id || command.session != 0 || !order_entry::is_valid(command.side)) std::abort();
      last_cl_ord_id = command.cl_ord_id;
    }
    venue.batch.clear();
    if (venue.out(line).find('?') != std::string::npos) std::abort();
    if (line.state == ConnectionState::closing) {
      venue.in(line, GatewayScenario::new_order(expected, ~std::uint64_t{0} - 1));
      if (venue.batch.size() != 0 || !venue.out(line).empty()) std::abort();
      break;
    }
  }
  return 0;
}

// Whole conversations and single messages, established and not.
extern "C" std::size_t hopwire_fuzz_seed(std::size_t index, std::uint8_t* buffer, std::size_t capacity) {
  GatewayScenario venue;
  Bytes seed{std::byte{0x7F}};
  const auto add = [&](const Bytes& frame) { seed.insert(seed.end(), frame.begin(), frame.end()); };
  switch (index) {
    case 0:
      seed[0] = std::byte{0x7E};
      add(venue.negotiate_frame(1));
      add(venue.establish_frame(1));
      add(venue.new_order(1, 1));
      break;
    case 1:
      for (std::uint64_t id = 1; id < 6; ++id) add(venue.new_order(id, id));
      add(venue.cancel(6, 6, 1));
      break;
    case 2:
      add(venue.sequence(4));
      add(venue.retransmit_request(1, 2));
      add(venue.new_order(4, 9));
      add(venue.terminate());
      break;
    case 3:
      add(scenario::frame_of<order_entry::ReplaceOrderEncoder>([](auto& message) {
        message.header().sequence_number(1);
        message.cl_ord_id(2).orig_cl_ord_id(1).price(5).quantity(7);
      }));
      add(scenario::frame_of<order_entry::MassCancelEncoder>([](auto& message) {
        message.header().sequence_number(2);
        message.cl_ord_id(3).scope(order_entry::ScopeFields{}.session(true).side(true)).side(order_entry::Side::sell);
      }));
      break;
    case 4:
      add(venue.mass_quote(1, 1, {{5001, 100, 5, 110, 5}, {5002, 200, 5, 0, 0}}));
      add(venue.mass_quote(2, 2, std::vector<GatewayScenario::QuoteEntry>(100, {5001, 1, 0, 2, 0})));
      add(venue.mass_quote(3, 3, {}));
      break;
    case 5:
      add(scenario::frame_of<order_entry::SetProtectionEncoder>([](auto& message) {
        message.header().sequence_number(1);
        message.cl_ord_id(1).window(1000).trades(3);
      }));
      add(scenario::frame_of<order_entry::ResetProtectionEncoder>([](auto& message) {
        message.header().sequence_number(2);
        message.cl_ord_id(2).group(order_entry::ProtectionGroup::account).account(7);
      }));
      add(scenario::frame_of<order_entry::PurgeEncoder>([](auto& message) {
        message.header().sequence_number(3);
        message.cl_ord_id(3).scope(order_entry::ScopeFields{}.session(true));
      }));
      add(scenario::frame_of<order_entry::UnlockEncoder>([](auto& message) {
        message.header().sequence_number(4);
        message.cl_ord_id(4).scope(order_entry::ScopeFields{}.firm(true));
      }));
      break;
    case 6:
      seed[0] = std::byte{0xFF};
      add(venue.set_limits(1, 7, 5001, order_entry::LimitSeverity::hard,
                           {{order_entry::RiskLimit::order_quantity, 5}, {order_entry::RiskLimit::open_quantity, 6}}));
      add(scenario::frame_of<order_entry::SetTradingStateEncoder>([](auto& message) {
        message.header().sequence_number(2);
        message.cl_ord_id(2).instrument_id(5001).halt_reason("T1").state(order_entry::TradingState::halt);
      }));
      add(scenario::frame_of<order_entry::KillEncoder>([](auto& message) {
        message.header().sequence_number(3);
        message.cl_ord_id(3).session_id(8).scope(order_entry::ScopeFields{}.session(true));
      }));
      add(scenario::frame_of<order_entry::SetPositionEncoder>([](auto& message) {
        message.header().sequence_number(4);
        message.cl_ord_id(4).account(7).instrument_id(5002).position(-9);
      }));
      break;
    case 7:
      add(venue.set_limits(1, 7, 0, order_entry::LimitSeverity::soft, {{order_entry::RiskLimit::open_value, 5}}));
      break;
    default: return 0;
  }
  if (seed.size() > capacity) return 0;
  std::memcpy(buffer, seed.data(), seed.size());
  return seed.size();
}
