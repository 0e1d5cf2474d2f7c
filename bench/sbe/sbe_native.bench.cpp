// sbe_native: generated C++ views against a packed struct over the same bytes, in turns: every number of an ITCH add order (big-endian)
//
// The second case carries the ratio: time of the views over time of the struct. Both sum the same fields of the same messages.
#include <cstdint>
#include <cstring>
#include <vector>

#include "generated/itch_5_0.hpp"
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

}  // namespace

BENCH("read an add order") {
  const auto operations = bench.size(2'000, 10'000'000);
  const std::vector<std::byte> bytes = messages();
  bench.must_not_allocate();
  bench.measure_in_turns(
      operations, "packed struct", [&] { return run(bytes, operations, sum_of_struct); }, "generated view",
      [&] { return run(bytes, operations, sum_of_view); });
}
