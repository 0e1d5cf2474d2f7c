#include "net/stream_buffer.hpp"

#include <array>

#include "test_support/test.hpp"

namespace {

using namespace hopwire;

TEST("stream buffer: bytes come out as they went in, over many wraps, and frames stay contiguous") {
  net::StreamBuffer buffer(64);
  unsigned in = 0;
  unsigned out = 0;
  for (unsigned round = 0; round < 5000; ++round) {
    const std::size_t wanted = round % 17 + 1;
    std::array<std::byte, 17> bytes{};
    for (std::size_t index = 0; index < wanted; ++index) bytes[index] = static_cast<std::byte>(in + index);
    if (buffer.append(std::span(bytes).first(wanted))) in += static_cast<unsigned>(wanted);
    const std::size_t taken = std::min<std::size_t>(buffer.size(), round % 13);
    for (std::size_t index = 0; index < taken; ++index) CHECK(buffer.filled()[index] == static_cast<std::byte>(out + index));
    buffer.consume(taken);
    out += static_cast<unsigned>(taken);
    REQUIRE(buffer.size() == in - out);
    REQUIRE(buffer.size() + buffer.room() == 64u);
  }
  CHECK(out > 10'000u);
}

TEST("stream buffer: what does not fit is refused whole, and an emptied buffer has all its room in one piece") {
  net::StreamBuffer buffer(8);
  const std::array<std::byte, 8> bytes{};
  CHECK(buffer.append(std::span(bytes).first(6)));
  CHECK(!buffer.append(std::span(bytes).first(3)));
  CHECK_EQ(buffer.size(), 6u);
  CHECK_EQ(buffer.free_space(3).size(), 2u);
  buffer.consume(4);
  CHECK_EQ(buffer.free_space(3).size(), 6u);
  buffer.consume(2);
  CHECK(buffer.empty());
  CHECK_EQ(buffer.free_space(8).size(), 8u);
  CHECK(buffer.append(bytes));
}

}  // namespace
