// Why: the one place that knows how a record lies in the journal, for the ring, the files, the writer and every reader.
//
//   uint32 length    of the SBE message, its header included; a multiple of 8
//   uint32 checksum  CRC32C over: checksum of the record before, length, message
//   message          journal.xml, CommandRecord or, for commands with other terms, ControlRecord; GatewayRecord for what is no command. All
//                    of the same length
//
// In the ring only, a length with its highest bit set is padding: that many bytes (frame included) up to the ring's end carry nothing.
// A record never straddles the end. The chain of checksums makes a lost, doubled or exchanged record as visible as a flipped bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/crc32c.hpp"
#include "core/endian.hpp"
#include "generated/journal.hpp"
#include "order_to_publish/1_order_in/command.hpp"
#include "order_to_publish/1_order_in/gateway_note.hpp"

namespace hopwire::venue {

inline constexpr std::size_t journal_frame_bytes = 8;
inline constexpr std::size_t journal_record_bytes = journal_frame_bytes + journal::CommandRecordEncoder::encoded_length;
inline constexpr std::uint32_t journal_padding = 0x80000000u;
static_assert(journal_record_bytes % 8 == 0);

// Values of the order-entry enumerations travel as they are; the two command kinds must agree.
static_assert(static_cast<int>(CommandKind::new_order) == static_cast<int>(journal::CommandKind::new_order));
static_assert(static_cast<int>(CommandKind::replace_order) == static_cast<int>(journal::CommandKind::replace_order));
static_assert(static_cast<int>(CommandKind::cancel_order) == static_cast<int>(journal::CommandKind::cancel_order));
static_assert(static_cast<int>(CommandKind::mass_cancel) == static_cast<int>(journal::CommandKind::mass_cancel));
static_assert(static_cast<int>(CommandKind::session_cancel) == static_cast<int>(journal::CommandKind::session_cancel));
static_assert(static_cast<int>(CommandKind::advance_time) == static_cast<int>(journal::CommandKind::advance_time));
static_assert(static_cast<int>(CommandKind::quote_entry) == static_cast<int>(journal::CommandKind::quote_entry));
static_assert(static_cast<int>(CommandKind::mass_quote) == static_cast<int>(journal::CommandKind::mass_quote));
static_assert(static_cast<int>(CommandKind::purge) == static_cast<int>(journal::CommandKind::purge));
static_assert(static_cast<int>(CommandKind::unlock) == static_cast<int>(journal::CommandKind::unlock));
static_assert(static_cast<int>(CommandKind::kill) == static_cast<int>(journal::CommandKind::kill));
static_assert(static_cast<int>(CommandKind::unkill) == static_cast<int>(journal::CommandKind::unkill));
static_assert(static_cast<int>(CommandKind::set_protection) == static_cast<int>(journal::CommandKind::set_protection));
static_assert(static_cast<int>(CommandKind::reset_protection) == static_cast<int>(journal::CommandKind::reset_protection));
static_assert(static_cast<int>(CommandKind::set_trading_state) == static_cast<int>(journal::CommandKind::set_trading_state));
static_assert(static_cast<int>(CommandKind::set_reference_price) == static_cast<int>(journal::CommandKind::set_reference_price));
static_assert(static_cast<int>(CommandKind::publish_imbalance) == static_cast<int>(journal::CommandKind::publish_imbalance));
static_assert(static_cast<int>(CommandKind::set_tick_band) == static_cast<int>(journal::CommandKind::set_tick_band));
static_assert(static_cast<int>(CommandKind::set_lot_size) == static_cast<int>(journal::CommandKind::set_lot_size));
static_assert(static_cast<int>(CommandKind::set_price_collar) == static_cast<int>(journal::CommandKind::set_price_collar));
static_assert(static_cast<int>(CommandKind::set_price_band) == static_cast<int>(journal::CommandKind::set_price_band));
static_assert(static_cast<int>(CommandKind::set_circuit_breaker) == static_cast<int>(journal::CommandKind::set_circuit_breaker));
static_assert(static_cast<int>(CommandKind::set_reopening) == static_cast<int>(journal::CommandKind::set_reopening));
static_assert(static_cast<int>(CommandKind::set_market_levels) == static_cast<int>(journal::CommandKind::set_market_levels));
static_assert(static_cast<int>(CommandKind::breach_market_level) == static_cast<int>(journal::CommandKind::breach_market_level));
static_assert(static_cast<int>(CommandKind::roll_day) == static_cast<int>(journal::CommandKind::roll_day));
static_assert(static_cast<int>(CommandKind::set_limits) == static_cast<int>(journal::CommandKind::set_limits));
static_assert(static_cast<int>(CommandKind::restrict_instrument) == static_cast<int>(journal::CommandKind::restrict_instrument));
static_assert(static_cast<int>(CommandKind::restrict_short_sales) == static_cast<int>(journal::CommandKind::restrict_short_sales));
static_assert(static_cast<int>(CommandKind::set_position) == static_cast<int>(journal::CommandKind::set_position));
static_assert(static_cast<int>(CommandKind::query) == static_cast<int>(journal::CommandKind::query));
static_assert(journal::GatewayRecordEncoder::encoded_length == journal::CommandRecordEncoder::encoded_length);
static_assert(journal::ControlRecordEncoder::encoded_length == journal::CommandRecordEncoder::encoded_length);
static_assert(no_stop_price == journal::CommandRecordView::stop_price_null_value);

// Of a frame and its message, given the checksum of the record before.
inline std::uint32_t journal_checksum(const std::byte* record, std::uint32_t length, std::uint32_t previous) noexcept {
  const std::uint32_t framed = core::crc32c(std::span(record, sizeof(std::uint32_t)), previous);
  return core::crc32c(std::span(record + journal_frame_bytes, length), framed);
}

inline void encode_order(std::byte* message, const SequencedCommand& sequenced) noexcept {
  const Command& command = sequenced.command;
  journal::CommandRecordEncoder::wrap_and_apply_header(message)
      .sequence(sequenced.sequence)
      .time(sequenced.time)
      .cl_ord_id(command.cl_ord_id)
      .original_cl_ord_id(command.original_cl_ord_id)
      .trigger_sequence(command.trigger_sequence)
      .session(command.session)
      .account(command.account)
      .price(command.price)
      .quantity(command.quantity)
      .instrument_id(command.instrument_id)
      .locate(command.locate)
      .kind(static_cast<journal::CommandKind>(command.kind))
      .side(static_cast<std::uint8_t>(command.side))
      .order_type(static_cast<std::uint8_t>(command.order_type))
      .time_in_force(static_cast<std::uint8_t>(command.time_in_force))
      .flags(command.flags)
      .firm(command.firm)
      .client_sequence(command.client_sequence)
      .expire_time(command.special.expire_time)
      .min_quantity(command.special.minimum_quantity)
      .display_quantity(command.special.display_quantity)
      .stop_price(command.special.stop_price)
      .self_trade_scope(static_cast<std::uint8_t>(command.special.self_trade_scope))
      .self_trade_action(static_cast<std::uint8_t>(command.special.self_trade_action));
}

inline void encode_control(std::byte* message, const SequencedCommand& sequenced) noexcept {
  const Command& command = sequenced.command;
  std::uint64_t terms[4];
  std::memcpy(terms, &command.special, sizeof terms);
  journal::ControlRecordEncoder::wrap_and_apply_header(message)
      .sequence(sequenced.sequence)
      .time(sequenced.time)
      .cl_ord_id(command.cl_ord_id)
      .term1(terms[0])
      .term2(terms[1])
      .term3(terms[2])
      .term4(terms[3])
      .session(command.session)
      .account(command.account)
      .price(command.price)
      .quantity(command.quantity)
      .instrument_id(command.instrument_id)
      .firm(command.firm)
      .client_sequence(command.client_sequence)
      .locate(command.locate)
      .kind(static_cast<journal::CommandKind>(command.kind))
      .scope_fields(command.scope_fields);
}

// sequence: of the last command before it.
inline void encode_note(std::byte* message, const GatewayNote& note, std::uint64_t sequence) noexcept {
  journal::GatewayRecordEncoder::wrap_and_apply_header(message)
      .sequence(sequence)
      .time(note.time)
      .cl_ord_id(note.cl_ord_id)
      .session_version(note.session_version)
      .client_sequence(note.client_sequence)
      .report_sequence(note.report_sequence)
      .limit_value(note.limit_value)
      .wait(note.wait)
      .session(note.session)
      .session_id(note.session_id)
      .account(note.account)
      .instrument_id(note.instrument_id)
      .peer_address(note.peer_address)
      .peer_port(note.peer_port)
      .reject_reason(static_cast<std::uint16_t>(note.reason))
      .event(note.event)
      .request_kind(static_cast<std::uint8_t>(note.request))
      .code(note.code);
}

inline std::uint32_t seal_record(std::byte* at, std::uint32_t previous) noexcept {
  const std::uint32_t checksum = journal_checksum(at, core::load_le<std::uint32_t>(at), previous);
  core::store_le<std::uint32_t>(at + sizeof(std::uint32_t), checksum);
  return checksum;
}

// Write journal_record_bytes at `at` and return the record's checksum.
inline std::uint32_t encode_record(std::byte* at, const GatewayNote& note, std::uint64_t sequence, std::uint32_t previous) noexcept {
  core::store_le<std::uint32_t>(at, static_cast<std::uint32_t>(journal::GatewayRecordEncoder::encoded_length));
  encode_note(at + journal_frame_bytes, note, sequence);
  return seal_record(at, previous);
}
inline std::uint32_t encode_record(std::byte* at, const SequencedCommand& sequenced, std::uint32_t previous) noexcept {
  constexpr auto length = static_cast<std::uint32_t>(journal::CommandRecordEncoder::encoded_length);
  core::store_le<std::uint32_t>(at, length);
  if (sequenced.command.has_control_terms()) [[unlikely]] {
    encode_control(at + journal_frame_bytes, sequenced);
  } else {
    encode_order(at + journal_frame_bytes, sequenced);
  }
  return seal_record(at, previous);
}

inline bool is_record(std::uint16_t template_id) noexcept {
  return template_id >= journal::CommandRecordView::template_id && template_id <= journal::GatewayRecordView::template_id;
}
static_assert(journal::CommandRecordView::template_id == 2 && journal::GatewayRecordView::template_id == 4);

enum class RecordFault : std::uint8_t { none, cut_off, bad_length, bad_checksum, unknown_message, wrong_form };

constexpr const char* to_string(RecordFault fault) noexcept {
  switch (fault) {
    case RecordFault::none: return "sound";
    case RecordFault::cut_off: return "record cut off";
    case RecordFault::bad_length: return "impossible record length";
    case RecordFault::bad_checksum: return "checksum does not follow from the record and the one before";
    case RecordFault::unknown_message: return "message of another schema or version";
    case RecordFault::wrong_form: return "command kind in the record form of other kinds";
  }
  return "unknown";
}

struct JournalRecord {
  SequencedCommand command;  // of a note only its sequence, of the last command before it, and its time
  bool is_command = true;
  GatewayNote note;          // unless it is a command
  std::uint32_t checksum = 0;
  std::size_t size = 0;  // bytes it takes, frame included
};

inline SequencedCommand decode_command(const journal::CommandRecordView& view) noexcept {
  SequencedCommand sequenced;
  sequenced.sequence = view.sequence();
  sequenced.time = view.time();
  Command& command = sequenced.command;
  command.cl_ord_id = view.cl_ord_id();
  command.original_cl_ord_id = view.original_cl_ord_id();
  command.trigger_sequence = view.trigger_sequence();
  command.session = view.session();
  command.account = view.account();
  command.price = view.price();
  command.quantity = view.quantity();
  command.instrument_id = view.instrument_id();
  command.locate = view.locate();
  command.kind = static_cast<CommandKind>(view.kind());
  command.side = static_cast<order_entry::Side>(view.side());
  command.order_type = static_cast<order_entry::OrderType>(view.order_type());
  command.time_in_force = static_cast<order_entry::TimeInForce>(view.time_in_force());
  command.flags = view.flags();
  command.firm = view.firm();
  command.client_sequence = view.client_sequence();
  command.special.expire_time = view.expire_time();
  command.special.minimum_quantity = view.min_quantity();
  command.special.display_quantity = view.display_quantity();
  command.special.stop_price = view.stop_price();
  command.special.self_trade_scope = static_cast<order_entry::SelfTradeScope>(view.self_trade_scope());
  command.special.self_trade_action = static_cast<order_entry::SelfTradeAction>(view.self_trade_action());
  command.mark_special_terms();
  return sequenced;
}

inline SequencedCommand decode_command(const journal::ControlRecordView& view) noexcept {
  SequencedCommand sequenced;
  sequenced.sequence = view.sequence();
  sequenced.time = view.time();
  Command& command = sequenced.command;
  command.cl_ord_id = view.cl_ord_id();
  command.session = view.session();
  command.account = view.account();
  command.price = view.price();
  command.quantity = view.quantity();
  command.instrument_id = view.instrument_id();
  command.firm = view.firm();
  command.client_sequence = view.client_sequence();
  command.locate = view.locate();
  command.kind = static_cast<CommandKind>(view.kind());
  command.scope_fields = view.scope_fields();
  const std::uint64_t terms[4] = {view.term1(), view.term2(), view.term3(), view.term4()};
  std::memcpy(static_cast<void*>(&command.special), terms, sizeof terms);
  command.mark_special_terms();
  return sequenced;
}

inline GatewayNote decode_note(const journal::GatewayRecordView& view) noexcept {
  return {.time = view.time(),
          .cl_ord_id = view.cl_ord_id(),
          .session_version = view.session_version(),
          .client_sequence = view.client_sequence(),
          .report_sequence = view.report_sequence(),
          .limit_value = view.limit_value(),
          .wait = view.wait(),
          .session = view.session(),
          .session_id = view.session_id(),
          .account = view.account(),
          .instrument_id = view.instrument_id(),
          .peer_address = view.peer_address(),
          .peer_port = view.peer_port(),
          .reason = static_cast<order_entry::RejectReason>(view.reject_reason()),
          .event = view.event(),
          .request = static_cast<order_entry::RequestKind>(view.request_kind()),
          .code = view.code()};
}

// Checks and decodes the record at the start of `bytes`. check_chain false: `previous` is unknown (the reader joined in the middle), the
// record's own checksum is taken as it stands.
inline RecordFault decode_record(std::span<const std::byte> bytes, std::uint32_t previous, bool check_chain, JournalRecord& out) noexcept {
  if (bytes.size() < journal_frame_bytes) return RecordFault::cut_off;
  const std::uint32_t length = core::load_le<std::uint32_t>(bytes.data());
  if (length < journal::MessageHeaderView::encoded_length || length % 8 != 0 || length >= journal_padding) return RecordFault::bad_length;
  if (length > bytes.size() - journal_frame_bytes) return RecordFault::cut_off;
  const std::uint32_t stated = core::load_le<std::uint32_t>(bytes.data() + sizeof(std::uint32_t));
  if (check_chain && journal_checksum(bytes.data(), length, previous) != stated) return RecordFault::bad_checksum;
  const std::byte* message = bytes.data() + journal_frame_bytes;
  const journal::MessageHeaderView header(message);
  constexpr std::size_t block = journal::CommandRecordView::block_length;
  if (header.schema_id() != journal::schema_id || !is_record(header.template_id()) ||
      header.block_length() < block || length < journal::MessageHeaderView::encoded_length + block) {
    return RecordFault::unknown_message;
  }
  const std::byte* body = message + journal::MessageHeaderView::encoded_length;
  const bool is_control = header.template_id() == journal::ControlRecordView::template_id;
  const auto decode = [&](const auto& view) {
    if (!journal::is_valid(view.kind())) return RecordFault::unknown_message;
    const SequencedCommand sequenced = decode_command(view);
    // Each kind has one form; in the other its terms would be read as what they are not.
    if (sequenced.command.has_control_terms() != is_control) return RecordFault::wrong_form;
    out.command = sequenced;
    out.note = {};
    return RecordFault::none;
  };
  const auto decode_of_gateway = [&](const journal::GatewayRecordView& view) {
    if (!journal::is_valid(view.event())) return RecordFault::unknown_message;
    out.note = decode_note(view);
    out.command = {.sequence = view.sequence(), .time = view.time(), .command = {}};
    return RecordFault::none;
  };
  out.is_command = header.template_id() != journal::GatewayRecordView::template_id;
  const RecordFault fault = !out.is_command ? decode_of_gateway(journal::GatewayRecordView(body))
                            : is_control    ? decode(journal::ControlRecordView(body))
                                            : decode(journal::CommandRecordView(body));
  if (fault != RecordFault::none) return fault;
  out.checksum = stated;
  out.size = journal_frame_bytes + length;
  return RecordFault::none;
}

}  // namespace hopwire::venue
