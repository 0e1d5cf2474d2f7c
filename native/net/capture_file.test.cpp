// Captures are made here byte by byte, in both byte orders, as the formats' pages describe them; every cut of every one must end in a named
// damage or a clean end, never in a read beyond the bytes.
#include "net/capture_file.hpp"

#include <bit>
#include <string>
#include <vector>

#include "net/binary_file.hpp"
#include "test_support/fixtures.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using net::CaptureFault;
using net::CaptureFile;
using Step = CaptureFile::Step;

namespace {

class Bytes {
 public:
  explicit Bytes(bool big_endian = false) : big_(big_endian) {}
  template <class T>
  Bytes& put(T value) {
    std::byte bytes[sizeof(T)];
    big_ ? core::store_be<T>(bytes, value) : core::store_le<T>(bytes, value);
    all.insert(all.end(), bytes, bytes + sizeof(T));
    return *this;
  }
  Bytes& text(std::string_view value) {
    for (const char c : value) all.push_back(static_cast<std::byte>(c));
    return *this;
  }
  // {type, length, body padded to four, length}
  Bytes& block(std::uint32_t type, const Bytes& body) {
    const std::size_t padded = (body.all.size() + 3) / 4 * 4;
    put(type).put(static_cast<std::uint32_t>(12 + padded));
    all.insert(all.end(), body.all.begin(), body.all.end());
    all.resize(all.size() + padded - body.all.size());
    return put(static_cast<std::uint32_t>(12 + padded));
  }
  std::vector<std::byte> all;

 private:
  bool big_;
};

std::string text_of(std::span<const std::byte> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

Bytes pcap(bool big, std::uint32_t magic) {
  Bytes out(big);
  out.put(magic).put<std::uint16_t>(2).put<std::uint16_t>(4).put<std::uint32_t>(0).put<std::uint32_t>(0).put<std::uint32_t>(65'535);
  out.put<std::uint32_t>(1 | 0x5000'0000);  // Ethernet, with a frame check sequence of 5 half-words
  out.put<std::uint32_t>(1'600'000'000).put<std::uint32_t>(7).put<std::uint32_t>(3).put<std::uint32_t>(90).text("abc");
  out.put<std::uint32_t>(1'600'000'001).put<std::uint32_t>(9).put<std::uint32_t>(2).put<std::uint32_t>(2).text("de");
  return out;
}

Bytes section(bool big) {
  Bytes out(big);
  Bytes body(big);
  body.put<std::uint32_t>(0x1A2B3C4D).put<std::uint16_t>(1).put<std::uint16_t>(0).put<std::uint64_t>(~std::uint64_t{0});
  return out.block(0x0A0D0D0A, body);
}

Bytes interface(bool big, std::uint16_t link, int resolution = -1, std::uint64_t offset = 0) {
  Bytes body(big);
  body.put(link).put<std::uint16_t>(0).put<std::uint32_t>(0);
  body.put<std::uint16_t>(2).put<std::uint16_t>(4).text("eth0");  // if_name: passed over
  if (resolution >= 0) body.put<std::uint16_t>(9).put<std::uint16_t>(1).put(static_cast<std::uint8_t>(resolution)).text(std::string(3, '\0'));
  if (offset != 0) body.put<std::uint16_t>(14).put<std::uint16_t>(8).put(offset);
  body.put<std::uint16_t>(0).put<std::uint16_t>(0);
  return body;
}

Bytes packet(bool big, std::uint32_t index, std::uint64_t stamp, std::string_view frame, std::uint32_t on_wire) {
  Bytes body(big);
  body.put(index).put(static_cast<std::uint32_t>(stamp >> 32)).put(static_cast<std::uint32_t>(stamp));
  return body.put(static_cast<std::uint32_t>(frame.size())).put(on_wire).text(frame);
}

Bytes pcapng(bool big) {
  Bytes out = section(big);
  out.block(1, interface(big, 1));          // microseconds
  out.block(1, interface(big, 276, 9));     // nanoseconds
  out.block(1, interface(big, 101, 0x80 | 10, 100));  // 1/1024 s, 100 s later
  out.block(6, packet(big, 0, 1'600'000'000'000'007, "abc", 90));
  out.block(0xBAD, packet(big, 9, 0, "no", 2));  // a type nobody knows
  out.block(6, packet(big, 1, 1'600'000'000'000'000'005, "defgh", 5));
  out.block(6, packet(big, 2, 1024 + 512, "i", 1));
  Bytes simple(big);
  out.block(3, simple.put<std::uint32_t>(2).text("jk"));
  return out;
}

std::vector<net::CapturedFrame> frames_of(CaptureFile& file) {
  std::vector<net::CapturedFrame> frames;
  while (file.next() == Step::frame) frames.push_back(file.frame());
  return frames;
}

}  // namespace

TEST("capture: pcap of either byte order and resolution") {
  for (const bool big : {false, true}) {
    for (const std::uint32_t magic : {0xa1b2c3d4U, 0xa1b23c4dU}) {
      const Bytes bytes = pcap(big, magic);
      CaptureFile file(bytes.all);
      CHECK(file.format() == net::CaptureFormat::pcap);
      const auto frames = frames_of(file);
      REQUIRE_EQ(frames.size(), 2u);
      CHECK_EQ(text_of(frames[0].bytes), "abc");
      CHECK_EQ(frames[0].length, 90u);
      CHECK_EQ(frames[0].link_type, 1u);
      CHECK_EQ(frames[0].time, 1'600'000'000'000'000'000ULL + (magic == 0xa1b2c3d4U ? 7'000 : 7));
      CHECK_EQ(text_of(frames[1].bytes), "de");
      CHECK(file.fault() == CaptureFault::none);
    }
  }
}

TEST("capture: pcapng with interfaces of their own link types, resolutions and offsets, in either byte order") {
  for (const bool big : {false, true}) {
    Bytes bytes = pcapng(big);
    const Bytes more = pcapng(!big);  // a second section, of the other order
    bytes.all.insert(bytes.all.end(), more.all.begin(), more.all.end());
    CaptureFile file(bytes.all);
    CHECK(file.format() == net::CaptureFormat::pcapng);
    const auto frames = frames_of(file);
    REQUIRE_EQ(frames.size(), 8u);
    for (const std::size_t first : {0, 4}) {
      CHECK_EQ(text_of(frames[first].bytes), "abc");
      CHECK_EQ(frames[first].length, 90u);
      CHECK_EQ(frames[first].time, 1'600'000'000'000'007'000ULL);
      CHECK_EQ(text_of(frames[first + 1].bytes), "defgh");
      CHECK_EQ(frames[first + 1].link_type, 276u);
      CHECK_EQ(frames[first + 1].time, 1'600'000'000'000'000'005ULL);
      CHECK_EQ(frames[first + 2].link_type, 101u);
      CHECK_EQ(frames[first + 2].time, 101'500'000'000ULL);
      CHECK_EQ(text_of(frames[first + 3].bytes), "jk");
      CHECK_EQ(frames[first + 3].time, 0u);
    }
    CHECK(file.fault() == CaptureFault::none);
  }
}

TEST("capture: a cut anywhere is a clean end or one named damage with its offset") {
  std::vector<std::vector<std::byte>> captures;
  for (const bool big : {false, true}) {
    captures.push_back(pcap(big, 0xa1b2c3d4U).all);
    captures.push_back(pcapng(big).all);
  }
  for (const std::vector<std::byte>& whole : captures) {
    CaptureFile all(whole);
    const std::size_t most = frames_of(all).size();
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));  // its own block
      CaptureFile file(cut);
      CHECK(frames_of(file).size() < most || file.fault() != CaptureFault::none);
      CHECK(file.offset() <= length);
      CHECK(file.next() == Step::end);
    }
  }
}

TEST("capture: impossible lengths and unknown interfaces are damage, each by its name") {
  const auto fault_of = [](const Bytes& bytes) {
    CaptureFile file(bytes.all);
    (void)frames_of(file);
    return file.fault();
  };
  Bytes bytes = section(false);
  bytes.block(6, packet(false, 0, 0, "x", 1));
  CHECK(fault_of(bytes) == CaptureFault::unknown_interface);
  bytes = section(false);
  bytes.block(1, interface(false, 1));
  for (int i = 1; i <= 64; ++i) bytes.block(1, interface(false, 1));
  CHECK(fault_of(bytes) == CaptureFault::too_many_interfaces);
  bytes = pcapng(false);
  bytes.put<std::uint32_t>(6).put<std::uint32_t>(13).put<std::uint32_t>(0);
  CHECK(fault_of(bytes) == CaptureFault::wrong_length);
  bytes = section(false);
  bytes.block(1, interface(false, 1, 25));  // no clock counts 10^25 a second
  CHECK(fault_of(bytes) == CaptureFault::wrong_length);
  bytes = pcap(false, 0xa1b2c3d4U);
  bytes.put<std::uint32_t>(0).put<std::uint32_t>(0).put<std::uint32_t>(0xFFFFFFF0).put<std::uint32_t>(1);
  CHECK(fault_of(bytes) == CaptureFault::wrong_length);
  Bytes strange = section(false);
  strange.all[8] = std::byte{0};
  CHECK(fault_of(strange) == CaptureFault::unknown_byte_order);
}

TEST("capture: what is no capture says so") {
  for (const std::string_view text : {"", "abc", "GET / HTTP/1.1", "\xd4\xc3\xb2\xa1 too short"}) {
    Bytes bytes;
    bytes.text(text);
    CaptureFile file(bytes.all);
    CHECK(file.format() == net::CaptureFormat::none);
    CHECK(file.next() == Step::end);
  }
}

TEST("capture: real captures are read to their end") {
  const auto path = test::fixture("pcap/Nasdaq.Equities.TotalView.Itch.v5.0.20230822/AddOrderNoMPID.pcap");
  if (!path) SKIP("no fixtures folder");
  const net::MappedFile mapped(*path);
  CaptureFile file(mapped.bytes());
  const auto frames = frames_of(file);
  CHECK_EQ(frames.size(), 5u);
  for (const net::CapturedFrame& frame : frames) CHECK_EQ(frame.bytes.size(), 104u);
  CHECK(file.fault() == CaptureFault::none);
}
