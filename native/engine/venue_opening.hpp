// Why: what a venue's configuration says of rules, limits and restrictions must be in the journal like everything else that decides orders.
// What: the configuration comes as the requests an operator would send, SBE messages one behind the other, and is carried out as the
// venue's own commands before the first session is admitted; then each instrument goes to the state it begins in. Runs once, at start.
//
// What can go wrong: a request is no operator's message, or the matcher refuses it. The face has checked the configuration, so that is
// somebody's mistake: OpeningRefused says which request and why, and the venue does not start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

#include "engine/trading_schedule.hpp"
#include "net/order_entry_wire.hpp"
#include "order_to_publish/1_order_in/operator_decoder.hpp"

namespace hopwire::engine {

struct OpeningRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

namespace detail {

[[noreturn]] inline void refuse_opening(std::size_t index, std::string_view what, order_entry::RejectReason reason,
                                        std::int64_t limit = 0) {
  std::string text = "request " + std::to_string(index + 1) + " of the configuration, " + std::string(what) + ": " +
                     std::string(order_entry::to_string(reason));
  if (limit != 0) text += " (" + std::to_string(limit) + ")";
  throw OpeningRefused(text);
}

}  // namespace detail

// run(const Command&) -> RejectReason, for each command of each request, in order.
template <class Run>
void open_with_requests(std::span<const std::byte> requests, const venue::InstrumentDirectory& directory, Run&& run) {
  constexpr venue::Sender sender{.session = venue::venue_itself};
  for (std::size_t index = 0; !requests.empty(); ++index) {
    const net::Frame frame = net::read_frame(requests, net::order_entry_prefix, net::order_entry_largest_frame);
    if (frame.status != net::FrameStatus::complete) throw OpeningRefused("the configuration's requests are cut off");
    const net::Message message = net::read_message(requests.first(frame.length));
    if (message.status != net::MessageStatus::ok || !venue::is_operators_template(message.template_id)) {
      throw OpeningRefused("request " + std::to_string(index + 1) + " of the configuration is no operator's message");
    }
    const std::string_view name = order_entry::message_name(message.template_id);
    const venue::DecodedCommand decoded =
        venue::decode_operators_request(message.template_id, message.block, message.sbe, directory, sender);
    const auto apply = [&](const venue::Command& command) {
      const auto reason = run(command);
      if (reason != order_entry::RejectReason::none) detail::refuse_opening(index, name, reason);
    };
    if (decoded.reason != order_entry::RejectReason::none) detail::refuse_opening(index, name, decoded.reason, decoded.limit_value);
    if (decoded.command.kind == venue::CommandKind::set_limits) {
      venue::decode_limits(order_entry::SetLimitsView::read(message.sbe), decoded.command, apply);
    }
    apply(decoded.command);
    requests = requests.subspan(frame.length);
  }
}

// Each instrument to the state it begins in: its own, or the timetable's. What is halted waits for an operator.
template <class Run>
void open_in_states(std::span<const venue::ListedInstrument> instruments, std::span<const std::optional<order_entry::TradingState>> own,
                    std::optional<order_entry::TradingState> scheduled, const venue::OperatorView& market, Run&& run) {
  for (std::size_t row = 0; row < instruments.size(); ++row) {
    const auto goal = row < own.size() && own[row] ? own[row] : scheduled;
    if (!goal) continue;
    const venue::ListedInstrument& instrument = instruments[row];
    if (market.state(instrument.locate) == order_entry::TradingState::halt) continue;
    while (const auto step = step_towards(market.state(instrument.locate), *goal)) {
      const auto reason = run(state_command(instrument, *step));
      if (reason != order_entry::RejectReason::none) detail::refuse_opening(row, "its trading state", reason);
    }
  }
}

}  // namespace hopwire::engine
