// What every request becomes at hop 1, whatever its message: a command that is begun with its sender, or the reason why not.
#pragma once

#include <cstdint>

#include "order_to_publish/1_order_in/command.hpp"

namespace hopwire::venue {

struct DecodedCommand {
  Command command;
  order_entry::RejectReason reason = order_entry::RejectReason::none;
  std::int64_t limit_value = 0;  // the number exceeded, of a reason that has one
};

// What a command carries of its sender, whatever its message says.
struct Sender {
  std::uint32_t session = 0;  // index
  std::uint32_t firm = 0;
  std::uint32_t client_sequence = 0;
};

namespace detail {

[[nodiscard]] inline Command begin_command(CommandKind kind, const Sender& sender, std::uint64_t cl_ord_id) noexcept {
  Command command;
  command.kind = kind;
  command.cl_ord_id = cl_ord_id;
  command.session = sender.session;
  command.firm = sender.firm;
  command.client_sequence = sender.client_sequence;
  return command;
}

}  // namespace detail

}  // namespace hopwire::venue
