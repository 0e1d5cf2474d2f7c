// sbe_native: generated C++ against packed structs over the same bytes, in turns: an ITCH add order, and a mass quote with a group
//
// Every number of each: the add order (big-endian) is read, the mass quote (little-endian, SBE, four entries) read and written.
// The second case of each carries the ratio: time of the views over time of the structs. Both sum, or write, the same fields of the same
// messages, and both hold header, block and group against the bytes there are: the views once per message, the structs by hand.
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <vector>

#include "generated/itch_5_0.hpp"
#include "generated/order_entry.hpp"
#include "harness/bench.hpp"

namespace {

using namespace hopwire;

// The layout typed in, as a program without a generator would have it.
#pragma pack(push, 1)
struct PackedAddOrder {
  char message_type;
  std::uint16_t stock_locate;
  std::uint16_t tracking_number;
  std::uint16_t timestamp_high;
  std::uint32_t timestamp_low;
  std::uint64_t order_reference_number;
  char buy_sell_indicator;
  std::uint32_t shares;
  char stock[8];
  std::uint32_t price;
};
#pragma pack(pop)
static_assert(sizeof(PackedAddOrder) == itch::AddOrderView::encoded_length);

constexpr std::size_t message_count = 512;
constexpr std::size_t length = itch::AddOrderView::encoded_length;

std::vector<std::byte> messages() {
  std::vector<std::byte> bytes(message_count * length);
  std::uint64_t state = 42;
  for (std::byte& byte : bytes) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    byte = static_cast<std::byte>(state >> 56);
  }
  return bytes;
}

std::uint64_t sum_of_struct(const std::byte* at) {
  PackedAddOrder order;
  std::memcpy(&order, at, sizeof(order));
  const std::uint64_t timestamp = (std::uint64_t{__builtin_bswap16(order.timestamp_high)} << 32) | __builtin_bswap32(order.timestamp_low);
  return static_cast<std::uint8_t>(order.message_type) + std::uint64_t{__builtin_bswap16(order.stock_locate)} +
         __builtin_bswap16(order.tracking_number) + timestamp + __builtin_bswap64(order.order_reference_number) +
         static_cast<std::uint8_t>(order.buy_sell_indicator) + __builtin_bswap32(order.shares) + __builtin_bswap32(order.price);
}

std::uint64_t sum_of_view(const std::byte* at) {
  const itch::AddOrderView order(at);
  return static_cast<std::uint8_t>(order.message_type()) + std::uint64_t{order.stock_locate()} + order.tracking_number() +
         order.timestamp() + order.order_reference_number() + static_cast<std::uint8_t>(order.buy_sell_indicator()) + order.shares() +
         order.price();
}

template <class Sum>
std::uint64_t run(const std::vector<std::byte>& bytes, std::uint64_t operations, Sum sum) {
  std::uint64_t total = 0;
  for (std::uint64_t at = 0; at < operations; ++at) total = total * 31 + sum(bytes.data() + at % message_count * length);
  return total;
}

// A mass quote: SBE header, block, dimensions of the group, entries.
#pragma pack(push, 1)
struct PackedMassQuote {
  std::uint16_t block_length, template_id, schema_id, version;
  std::uint64_t sequence, last_processed, sending_time;
  std::uint64_t cl_ord_id, trigger_sequence;
  std::uint32_t account;
  std::uint8_t self_trade_scope, self_trade_action, padding[2];
};
struct PackedDimensions {
  std::uint16_t block_length, count;
};
struct PackedEntry {
  std::uint32_t instrument_id;
  std::int32_t bid_price;
  std::uint32_t bid_quantity;
  std::int32_t ask_price;
  std::uint32_t ask_quantity;
};
#pragma pack(pop)
static_assert(sizeof(PackedMassQuote) == order_entry::MessageHeaderView::encoded_length + order_entry::MassQuoteView::block_length);
static_assert(sizeof(PackedEntry) == order_entry::MassQuoteEntriesEntry::block_length);

constexpr std::size_t entry_count = 4;
constexpr std::size_t quote_length = sizeof(PackedMassQuote) + sizeof(PackedDimensions) + entry_count * sizeof(PackedEntry);

// Straight into the room: a struct made on the stack and copied waits for its own stores, and takes three times as long.
std::size_t write_struct(std::span<std::byte> room, std::uint64_t at) {
  if (room.size() < quote_length) return 0;
  auto* const quote = new (room.data()) PackedMassQuote;
  quote->block_length = order_entry::MassQuoteView::block_length;
  quote->template_id = order_entry::MassQuoteView::template_id;
  quote->schema_id = order_entry::schema_id;
  quote->version = order_entry::schema_version;
  quote->sequence = at;
  quote->last_processed = at + 1;
  quote->sending_time = at * 3;
  quote->cl_ord_id = at + 7;
  quote->trigger_sequence = at + 9;
  quote->account = static_cast<std::uint32_t>(at & 15);
  quote->self_trade_scope = 1;
  quote->self_trade_action = 2;
  quote->padding[0] = quote->padding[1] = 0;
  auto* const dimensions = new (room.data() + sizeof(PackedMassQuote)) PackedDimensions;
  dimensions->block_length = sizeof(PackedEntry);
  dimensions->count = entry_count;
  std::byte* to = room.data() + sizeof(PackedMassQuote) + sizeof(PackedDimensions);
  for (std::uint32_t index = 0; index < entry_count; ++index, to += sizeof(PackedEntry)) {
    const auto number = static_cast<std::uint32_t>(at) + index;
    auto* const entry = new (to) PackedEntry;
    entry->instrument_id = number;
    entry->bid_price = static_cast<std::int32_t>(number * 2);
    entry->bid_quantity = 100 + index;
    entry->ask_price = static_cast<std::int32_t>(number * 2 + 1);
    entry->ask_quantity = 200 + index;
  }
  return static_cast<std::size_t>(to - room.data());
}

std::size_t write_encoder(std::span<std::byte> room, std::uint64_t at) {
  auto quote = order_entry::MassQuoteEncoder::wrap_and_apply_header(room);
  if (!quote.ok()) return 0;
  quote.header().sequence_number(at).last_processed(at + 1).sending_time(at * 3);
  quote.cl_ord_id(at + 7).trigger_sequence(at + 9).account(static_cast<std::uint32_t>(at & 15));
  quote.self_trade_scope(static_cast<order_entry::SelfTradeScope>(1)).self_trade_action(static_cast<order_entry::SelfTradeAction>(2));
  auto entries = quote.entries(entry_count);
  for (std::uint32_t index = 0; index < entry_count && entries.next(); ++index) {
    const auto number = static_cast<std::uint32_t>(at) + index;
    entries.instrument_id(number).bid_price(static_cast<std::int32_t>(number * 2)).bid_quantity(100 + index);
    entries.ask_price(static_cast<std::int32_t>(number * 2 + 1)).ask_quantity(200 + index);
  }
  return quote.finish();
}

std::uint64_t sum_of_quote_struct(std::span<const std::byte> bytes) {
  PackedMassQuote quote;
  PackedDimensions dimensions;
  if (bytes.size() < sizeof(quote)) return 0;
  std::memcpy(&quote, bytes.data(), sizeof(quote));
  if (quote.template_id != order_entry::MassQuoteView::template_id || quote.schema_id != order_entry::schema_id) return 0;
  std::size_t at = order_entry::MessageHeaderView::encoded_length + quote.block_length;
  if (quote.block_length < order_entry::MassQuoteView::block_length || at + sizeof(dimensions) > bytes.size()) return 0;
  std::memcpy(&dimensions, bytes.data() + at, sizeof(dimensions));
  at += sizeof(dimensions);
  if (dimensions.block_length < sizeof(PackedEntry) ||
      at + std::size_t{dimensions.count} * dimensions.block_length > bytes.size()) return 0;
  std::uint64_t sum = quote.sequence + quote.last_processed + quote.sending_time + quote.cl_ord_id + quote.trigger_sequence;
  sum += quote.account + std::uint64_t{quote.self_trade_scope} + quote.self_trade_action;
  for (std::size_t index = 0; index < dimensions.count; ++index, at += dimensions.block_length) {
    PackedEntry entry;
    std::memcpy(&entry, bytes.data() + at, sizeof(entry));
    sum += entry.instrument_id + static_cast<std::uint64_t>(std::int64_t{entry.bid_price}) + entry.bid_quantity;
    sum += static_cast<std::uint64_t>(std::int64_t{entry.ask_price}) + entry.ask_quantity;
  }
  return sum;
}

std::uint64_t sum_of_quote_view(std::span<const std::byte> bytes) {
  const auto quote = order_entry::MassQuoteView::read(bytes);
  if (!quote.valid()) return 0;
  std::uint64_t sum = quote.header().sequence_number() + quote.header().last_processed() + quote.header().sending_time();
  sum += quote.cl_ord_id() + quote.trigger_sequence() + quote.account();
  sum += static_cast<std::uint64_t>(quote.self_trade_scope()) + static_cast<std::uint64_t>(quote.self_trade_action());
  for (const auto& entry : quote.entries()) {
    sum += entry.instrument_id() + static_cast<std::uint64_t>(std::int64_t{entry.bid_price()}) + entry.bid_quantity();
    sum += static_cast<std::uint64_t>(std::int64_t{entry.ask_price()}) + entry.ask_quantity();
  }
  return sum;
}

template <class Sum>
std::uint64_t run_quotes(const std::vector<std::byte>& bytes, std::uint64_t operations, Sum sum) {
  std::uint64_t total = 0;
  for (std::uint64_t at = 0; at < operations; ++at)
    total = total * 31 + sum(std::span(bytes).subspan(at % message_count * quote_length, quote_length));
  return total;
}

template <class Write>
std::uint64_t run_writes(std::vector<std::byte>& bytes, std::uint64_t operations, Write write) {
  std::uint64_t total = 0;
  for (std::uint64_t at = 0; at < operations; ++at) {
    const auto room = std::span(bytes).subspan(at % message_count * quote_length, quote_length);
    total = total * 31 + write(room, at) + static_cast<std::uint64_t>(room[at % quote_length]);
  }
  return total;
}

}  // namespace

BENCH("generated code and packed structs") {
  const auto operations = bench.size(2'000, 5'000'000);
  const std::vector<std::byte> orders = messages();
  std::vector<std::byte> quotes(message_count * quote_length);
  for (std::uint64_t at = 0; at < message_count; ++at) write_struct(std::span(quotes).subspan(at * quote_length, quote_length), at);
  bench.must_not_allocate();
  bench.measure_in_turns(
      operations, "add order, read: packed struct", [&] { return run(orders, operations, sum_of_struct); }, "add order, read: generated view",
      [&] { return run(orders, operations, sum_of_view); });
  bench.measure_in_turns(
      operations, "mass quote, read: packed structs", [&] { return run_quotes(quotes, operations, sum_of_quote_struct); },
      "mass quote, read: generated view", [&] { return run_quotes(quotes, operations, sum_of_quote_view); });
  bench.measure_in_turns(
      operations, "mass quote, write: packed structs", [&] { return run_writes(quotes, operations, write_struct); },
      "mass quote, write: generated encoder", [&] { return run_writes(quotes, operations, write_encoder); });
}
