#include "net/sofh.hpp"

#include <array>
#include <vector>

#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using net::FrameStatus;

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> result;
  for (const int value : values) result.push_back(static_cast<std::byte>(value));
  return result;
}

TEST("sofh: the published example, 68 bytes of little-endian SBE 1.0, reads and writes as 00 00 00 44 eb 50") {
  std::vector<std::byte> frame(68);
  net::write_frame_header(frame.data(), 68);
  CHECK(std::vector<std::byte>(frame.begin(), frame.begin() + 6) == bytes({0x00, 0x00, 0x00, 0x44, 0xEB, 0x50}));
  const net::Frame read = net::read_frame(frame, 14, 1024);
  CHECK_EQ(read.status, FrameStatus::complete);
  CHECK_EQ(read.length, 68u);
}

TEST("sofh: every prefix of a frame is incomplete, and what follows it is not looked at") {
  std::vector<std::byte> frame(40, std::byte{0x7F});
  net::write_frame_header(frame.data(), 30);
  for (std::size_t length = 0; length < 30; ++length) {
    CHECK_EQ(net::read_frame(std::span(frame).first(length), 14, 1024).status, FrameStatus::incomplete);
  }
  for (std::size_t length = 30; length <= 40; ++length) CHECK_EQ(net::read_frame(std::span(frame).first(length), 14, 1024).length, 30u);
}

TEST("sofh: a length out of bounds or another encoding is bad as soon as the header is there") {
  const std::array<std::vector<std::byte>, 6> headers{
      bytes({0, 0, 0, 13, 0xEB, 0x50}),            // shorter than the smallest message
      bytes({0, 0, 4, 1, 0xEB, 0x50}),             // 1025: longer than the largest
      bytes({0, 0, 0, 0, 0xEB, 0x50}),             //
      bytes({0xFF, 0xFF, 0xFF, 0xFF, 0xEB, 0x50}),  //
      bytes({0, 0, 0, 30, 0x5B, 0xE0}),            // big-endian SBE
      bytes({0, 0, 0, 30, 0x50, 0xEB}),            // swapped
  };
  for (const auto& header : headers) CHECK_EQ(net::read_frame(header, 14, 1024).status, FrameStatus::bad);
  CHECK_EQ(net::read_frame(bytes({0, 0, 4, 0, 0xEB, 0x50}), 14, 1024).status, FrameStatus::incomplete);
  CHECK_EQ(net::read_frame(bytes({0, 0, 0, 14, 0xEB, 0x50}), 14, 1024).status, FrameStatus::incomplete);
}

}  // namespace
