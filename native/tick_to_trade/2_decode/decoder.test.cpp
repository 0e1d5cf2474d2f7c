#include "tick_to_trade/2_decode/decoder.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "test_support/itch_messages.hpp"
#include "test_support/test.hpp"

namespace hopwire::feed {
namespace {

struct TypeAndLength {
  char type;
  std::size_t length;
};

// From the published message table.
constexpr TypeAndLength every_type[] = {{'S', 12}, {'R', 39}, {'H', 25}, {'Y', 20}, {'L', 26}, {'V', 35}, {'W', 12}, {'K', 28},
                                        {'J', 35}, {'h', 21}, {'A', 36}, {'F', 40}, {'E', 31}, {'C', 36}, {'X', 23}, {'D', 19},
                                        {'U', 35}, {'P', 44}, {'Q', 40}, {'B', 19}, {'I', 50}, {'N', 20}, {'O', 48}};

// A message of any type with nothing refusable in it: bytes count up, sides and prices are made valid.
test::Bytes plausible(char type, std::size_t length) {
  test::Bytes bytes(length, std::byte{0});
  bytes[0] = static_cast<std::byte>(type);
  bytes[2] = std::byte{7};
  bytes[10] = std::byte{9};
  if (type == 'A' || type == 'F') bytes[19] = std::byte{'B'};
  return bytes;
}

DecodeResult decode_bytes(const test::Bytes& bytes, BookEvent& event) { return decode(bytes.data(), bytes.size(), event); }

TEST("decoder: all 23 types are taken at their exact length, with type, locate and time") {
  for (const auto [type, length] : every_type) {
    const test::Bytes bytes = plausible(type, length);
    BookEvent event;
    REQUIRE_EQ(decode_bytes(bytes, event), DecodeResult::ok);
    CHECK_EQ(event.type(), type);
    CHECK_EQ(event.locate(), 7);
    CHECK_EQ(event.time(), 9);
    CHECK(event.message() == bytes.data());
  }
}

TEST("decoder: every prefix and every extension of every type is refused, and nothing behind the prefix is read") {
  for (const auto [type, length] : every_type) {
    const test::Bytes whole = plausible(type, length + 3);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      if (size == length) continue;
      // On the heap at its exact size, so that the address sanitizer sees any read past it.
      const test::Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      BookEvent event;
      CHECK_EQ(decode_bytes(cut, event), size == 0 ? DecodeResult::empty : DecodeResult::wrong_length);
    }
  }
}

TEST("decoder: bytes that are no type are unknown, letters of the other case included") {
  for (int type = 0; type < 256; ++type) {
    bool known = false;
    for (const auto entry : every_type) known = known || entry.type == static_cast<char>(type);
    if (known) continue;
    const test::Bytes bytes = plausible(static_cast<char>(type), 36);
    BookEvent event;
    CHECK_EQ(decode_bytes(bytes, event), DecodeResult::unknown_type);
  }
}

TEST("decoder: fields of the order messages") {
  BookEvent event;
  test::Bytes message;  // what an event reads is the message itself
  message = test::add_order(513, 0xA1B2C3D4E5F6, 0x0102030405060708, 'S', 0xFFFFFFFF, 2'000'000'000);
  REQUIRE_EQ(decode_bytes(message, event), DecodeResult::ok);
  CHECK_EQ(event.locate(), 513);
  CHECK_EQ(event.time(), 0xA1B2C3D4E5F6);
  CHECK_EQ(event.reference(), 0x0102030405060708);
  CHECK_EQ(event.side(), 'S');
  CHECK_EQ(event.shares(), 0xFFFFFFFF);
  CHECK_EQ(event.price(), 2'000'000'000);

  message = test::executed_with_price(1, 2, 3, 4, 5, 'N', 60);
  REQUIRE_EQ(decode_bytes(message, event), DecodeResult::ok);
  CHECK_EQ(event.reference(), 3);
  CHECK_EQ(event.reduced_shares(), 4);
  CHECK_EQ(event.match(), 5);
  CHECK(!event.printable());
  CHECK_EQ(event.execution_price(), 60);

  message = test::executed(1, 2, 3, 4, 5);
  REQUIRE_EQ(decode_bytes(message, event), DecodeResult::ok);
  CHECK_EQ(event.reference(), 3);
  CHECK_EQ(event.reduced_shares(), 4);
  CHECK_EQ(event.match(), 5);

  message = test::replaced(1, 2, 3, 4, 5, 6);
  REQUIRE_EQ(decode_bytes(message, event), DecodeResult::ok);
  CHECK_EQ(event.reference(), 3);
  CHECK_EQ(event.new_reference(), 4);
  CHECK_EQ(event.replaced_shares(), 5);
  CHECK_EQ(event.replaced_price(), 6);

  message = test::cancelled(1, 2, 3, 4);
  REQUIRE_EQ(decode_bytes(message, event), DecodeResult::ok);
  CHECK_EQ(event.reference(), 3);
  CHECK_EQ(event.reduced_shares(), 4);

  message = test::trade(1, 2, 3, 4, 5);
  REQUIRE_EQ(decode_bytes(message, event), DecodeResult::ok);
  CHECK_EQ(event.shares(), 3);
  CHECK_EQ(event.price(), 4);
  CHECK_EQ(event.match(), 5);
}

TEST("decoder: a price beyond the feed's largest, or a side that is none, is refused") {
  constexpr std::uint32_t too_high = 2'000'000'001;
  BookEvent event;
  CHECK_EQ(decode_bytes(test::add_order(1, 2, 3, 'B', 100, too_high), event), DecodeResult::invalid_price);
  CHECK_EQ(decode_bytes(test::add_order(1, 2, 3, 'B', 100, 0xFFFFFFFF), event), DecodeResult::invalid_price);
  CHECK_EQ(decode_bytes(test::add_order_with_mpid(1, 2, 3, 'B', 100, too_high), event), DecodeResult::invalid_price);
  CHECK_EQ(decode_bytes(test::replaced(1, 2, 3, 4, 5, too_high), event), DecodeResult::invalid_price);
  CHECK_EQ(decode_bytes(test::executed_with_price(1, 2, 3, 4, 5, 'Y', too_high), event), DecodeResult::invalid_price);
  CHECK_EQ(decode_bytes(test::add_order(1, 2, 3, 'b', 100, 1), event), DecodeResult::invalid_side);
}

}  // namespace
}  // namespace hopwire::feed
