// Any bytes as a capture, and any frame in it as a frame: nothing is read outside them, every step moves on or ends, and a datagram that is
// handed out lies inside its frame.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "net/capture_file.hpp"
#include "net/frame_decode.hpp"

using namespace hopwire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  const auto* bytes = reinterpret_cast<const std::byte*>(input);
  const std::vector<std::byte> exact(bytes, bytes + size);
  net::CaptureFile file(exact);
  std::size_t before = 0;
  for (;;) {
    const net::CaptureFile::Step step = file.next();
    if (step == net::CaptureFile::Step::end) break;
    if (file.offset() > size) std::abort();
    if (step == net::CaptureFile::Step::damage) continue;
    if (file.offset() <= before) std::abort();
    before = file.offset();
    const net::CapturedFrame& frame = file.frame();
    const std::vector<std::byte> own(frame.bytes.begin(), frame.bytes.end());
    for (const std::uint32_t link : {frame.link_type, 1U, 101U, 113U, 276U}) {
      net::Datagram datagram;
      if (net::decode_frame(link, own, datagram) != net::FrameRefusal::none) continue;
      const std::byte* end = own.data() + own.size();
      if (datagram.payload.data() < own.data() || datagram.payload.data() + datagram.payload.size() > end) std::abort();
    }
  }
  return 0;
}

// A pcap and a pcapng of one small frame each.
extern "C" std::size_t hopwire_fuzz_seed(std::size_t index, std::uint8_t* buffer, std::size_t capacity) {
  static constexpr std::uint8_t pcap[] = {
      0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 101, 0, 0, 0, 1, 0, 0, 0,
      2, 0, 0, 0, 30, 0, 0, 0, 30, 0, 0, 0,
      0x45, 0,    0,    30,   0, 0, 0, 0, 1, 17, 0, 0, 10, 0, 0, 1, 239,  1,    2, 3, 1, 2, 3, 4, 0, 10, 0,
      0, 'h', 'i'};
  static constexpr std::uint8_t pcapng[] = {
      0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 28, 0, 0, 0,
      1, 0, 0, 0, 32, 0, 0, 0, 101, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0,
      6,    0,    0,    0,    40, 0, 0, 0, 0,    0,    0,    0,    0, 0, 0, 0, 5,    0,    0,    0,    8,    0,    0,    0,    8,  0, 0, 0,
      0x45, 0,    0,    30,   0,  0, 0, 0, 40,   0,    0,    0};
  const std::uint8_t* seed = index == 0 ? pcap : pcapng;
  const std::size_t length = index == 0 ? sizeof(pcap) : sizeof(pcapng);
  if (index > 1 || capacity < length) return 0;
  std::memcpy(buffer, seed, length);
  return length;
}
