// The capture is read back here by a reader that knows only the file format and the checksum rule.
#include "net/pcap_writer.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "test_support/test.hpp"

using namespace hopwire;
using namespace hopwire::net;

namespace {

struct Frame {
  std::uint64_t realtime;
  std::vector<std::uint8_t> bytes;
  [[nodiscard]] std::uint32_t be(std::size_t at, std::size_t width) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value = value << 8 | bytes[at + i];
    return value;
  }
};

std::string temporary_path() {
  char path[] = "/tmp/hopwire-pcap-XXXXXX";
  const int descriptor = ::mkstemp(path);
  REQUIRE(descriptor >= 0);
  ::close(descriptor);
  return path;
}

std::vector<Frame> read_back(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> all((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto word = [&](std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, all.data() + at, sizeof(value));
    return value;
  };
  REQUIRE(all.size() >= 24);
  CHECK_EQ(word(0), 0xa1b23c4du);
  CHECK_EQ(word(20), 1u);
  std::vector<Frame> frames;
  for (std::size_t at = 24; at + 16 <= all.size();) {
    CHECK_EQ(word(at + 8), word(at + 12));
    const std::size_t length = word(at + 8);
    REQUIRE(at + 16 + length <= all.size());
    const char* begin = all.data() + at + 16;
    frames.push_back({std::uint64_t{word(at)} * 1'000'000'000 + word(at + 4), {begin, begin + length}});
    at += 16 + length;
  }
  return frames;
}

std::uint32_t ones_sum(const Frame& frame, std::size_t from, std::size_t to, std::uint32_t start = 0) {
  std::uint32_t total = start;
  for (std::size_t at = from; at < to; at += 2) total += frame.be(at, at + 1 < to ? 2 : 1) << (at + 1 < to ? 0 : 8);
  while (total >> 16 != 0) total = (total & 0xFFFF) + (total >> 16);
  return total;
}

// A right checksum makes the whole sum all ones.
void check_checksums(const Frame& frame) {
  CHECK_EQ(ones_sum(frame, 14, 34), 0xFFFFu);
  const auto length = static_cast<std::uint32_t>(frame.bytes.size() - 34);
  const std::uint32_t pseudo = ones_sum(frame, 26, 34, frame.bytes[23] + length);
  CHECK_EQ(ones_sum(frame, 34, frame.bytes.size(), pseudo), 0xFFFFu);
  CHECK_EQ(frame.be(16, 2), frame.bytes.size() - 14);
}

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }

}  // namespace

TEST("net: a capture holds every payload with its time, addresses and right checksums") {
  const std::string path = temporary_path();
  const core::TscClock clock(0.001);
  WireTap tap(clock, 1 << 16);
  const Endpoint venue = endpoint_of("127.0.0.1", 4000);
  const Endpoint group = endpoint_of("239.255.10.1", 31001);
  const Endpoint trader = endpoint_of("127.0.0.2", 55'555);
  {
    PcapWriter writer(path);
    tap.udp(1'700'000'000'123'456'789, venue, group, bytes_of("odd"));
    tap.tcp(1'700'000'000'123'456'790, trader, venue, bytes_of("order"));
    tap.tcp(1'700'000'001'000'000'000, venue, trader, bytes_of("ack"));
    tap.tcp(1'700'000'001'000'000'001, trader, venue, bytes_of("more"));
    CHECK_EQ(writer.drain(tap), 4u);
    CHECK_EQ(writer.drain(tap), 0u);
  }
  const std::vector<Frame> frames = read_back(path);
  ::unlink(path.c_str());
  REQUIRE_EQ(frames.size(), 4u);
  for (const Frame& frame : frames) check_checksums(frame);
  CHECK_EQ(frames[0].realtime, 1'700'000'000'123'456'789u);
  CHECK_EQ(frames[0].be(0, 4), 0x01005e7fu);  // 239.255.10.1 as a group address of Ethernet
  CHECK_EQ(frames[0].be(36, 2), 31001u);
  CHECK(std::string(frames[0].bytes.begin() + 42, frames[0].bytes.end()) == "odd");
  CHECK_EQ(frames[1].be(38, 4), 1u);
  CHECK_EQ(frames[2].be(42, 4), 6u);  // acknowledges "order"
  CHECK_EQ(frames[3].be(38, 4), 6u);
  CHECK_EQ(frames[3].be(42, 4), 4u);
  CHECK(std::string(frames[3].bytes.begin() + 54, frames[3].bytes.end()) == "more");
}

TEST("net: a tap that nobody drains drops, counts, and never blocks") {
  const core::TscClock clock(0.001);
  WireTap tap(clock, 1 << 12);
  for (int i = 0; i < 100; ++i) tap.udp(1, {}, {}, bytes_of(std::string(100, 'x')));
  CHECK(tap.dropped() > 0);
  std::size_t kept = 0;
  tap.drain([&](const WireRecord& record, std::span<const std::byte> payload) {
    CHECK_EQ(record.length, 100u);
    CHECK_EQ(payload.size(), 100u);
    ++kept;
  });
  CHECK_EQ(kept + tap.dropped(), 100u);
}

TEST("net: a tap is filled by one thread and drained by another") {
  const core::TscClock clock(0.001);
  WireTap tap(clock, 1 << 14);
  constexpr std::uint64_t records = 20'000;
  std::atomic<bool> done{false};
  std::thread producer([&] {
    std::uint64_t number = 0;
    for (; number < records; ++number) tap.udp(number, {}, {}, std::as_bytes(std::span(&number, 1)));
    done.store(true);
  });
  std::uint64_t seen = 0;
  const auto take = [&](const WireRecord& record, std::span<const std::byte> payload) {
    std::uint64_t number = 0;
    std::memcpy(&number, payload.data(), sizeof(number));
    CHECK_EQ(number, record.realtime);
    ++seen;
  };
  while (!done.load()) tap.drain(take);
  producer.join();
  while (tap.drain(take) != 0) {
  }
  CHECK_EQ(seen + tap.dropped(), records);
}
