// Frames as NICs, switches and kernels leave them. What is right is decoded whatever wraps it; every change that makes it wrong is refused
// under its own name; every cut is refused without reading beyond.
#include "net/frame_decode.hpp"

#include <string>
#include <vector>

#include "test_support/test.hpp"

using namespace hopwire;
using net::Datagram;
using net::decode_frame;
using net::FrameRefusal;

namespace {

using Bytes = std::vector<std::byte>;

void put16(Bytes& bytes, std::size_t at, std::uint16_t value) { core::store_be<std::uint16_t>(bytes.data() + at, value); }

std::uint16_t ones_sum(std::span<const std::byte> bytes, std::uint64_t total) {
  for (std::size_t at = 0; at < bytes.size(); ++at) total += std::to_integer<std::uint64_t>(bytes[at]) << (at % 2 == 0 ? 8 : 0);
  while (total >> 16 != 0) total = (total & 0xFFFF) + (total >> 16);
  return static_cast<std::uint16_t>(total);
}

// An IPv4 packet with a UDP datagram and right checksums.
Bytes ip_packet(std::string_view payload, std::size_t option_words = 0) {
  const std::size_t header = 20 + 4 * option_words;
  Bytes ip(header + 8 + payload.size());
  ip[0] = static_cast<std::byte>(0x40 + header / 4);
  put16(ip, 2, static_cast<std::uint16_t>(ip.size()));
  put16(ip, 6, 0x4000);
  ip[8] = std::byte{1};
  ip[9] = std::byte{17};
  core::store_be<std::uint32_t>(ip.data() + 12, 0x0A000001);
  core::store_be<std::uint32_t>(ip.data() + 16, 0xEF010203);
  put16(ip, 10, static_cast<std::uint16_t>(~ones_sum({ip.data(), header}, 0)));
  put16(ip, header, 5000);
  put16(ip, header + 2, 26'477);
  put16(ip, header + 4, static_cast<std::uint16_t>(8 + payload.size()));
  for (std::size_t i = 0; i < payload.size(); ++i) ip[header + 8 + i] = static_cast<std::byte>(payload[i]);
  const std::uint64_t pseudo = ones_sum({ip.data() + 12, 8}, 17 + 8 + payload.size());
  put16(ip, header + 6, static_cast<std::uint16_t>(~ones_sum(std::span(ip).subspan(header), pseudo)));
  return ip;
}

Bytes behind(std::initializer_list<int> head, const Bytes& packet) {
  Bytes frame;
  for (const int byte : head) frame.push_back(static_cast<std::byte>(byte));
  frame.insert(frame.end(), packet.begin(), packet.end());
  return frame;
}

Bytes ethernet(const Bytes& packet) { return behind({1, 0, 0x5e, 1, 2, 3, 2, 0, 0, 0, 0, 1, 8, 0}, packet); }

FrameRefusal refusal_of(std::uint32_t link, const Bytes& frame) {
  Datagram datagram;
  return decode_frame(link, frame, datagram);
}

}  // namespace

TEST("frame: a datagram is found behind any of the link layers") {
  const Bytes ip = ip_packet("hello");
  const struct {
    const char* name;
    std::uint32_t link;
    Bytes frame;
  } rows[] = {
      {"Ethernet", 1, ethernet(ip)},
      {"VLAN", 1, behind({1, 0, 0x5e, 1, 2, 3, 2, 0, 0, 0, 0, 1, 0x81, 0, 0, 17, 8, 0}, ip)},
      {"QinQ", 1, behind({1, 0, 0x5e, 1, 2, 3, 2, 0, 0, 0, 0, 1, 0x88, 0xA8, 0, 5, 0x81, 0, 0, 17, 8, 0}, ip)},
      {"Linux cooked", 113, behind({0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0}, ip)},
      {"Linux cooked with a VLAN", 113, behind({0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x81, 0, 0, 17, 8, 0}, ip)},
      {"Linux cooked 2", 276, behind({8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 2, 6, 2, 0, 0, 0, 0, 1, 0, 0}, ip)},
      {"Linux cooked 2 with a VLAN", 276, behind({0x81, 0, 0, 0, 0, 0, 0, 3, 0, 1, 2, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0, 17, 8, 0}, ip)},
      {"raw", 101, ip},
      {"raw IPv4", 228, ip},
      {"BSD loopback", 0, behind({2, 0, 0, 0}, ip)},
      {"with IP options", 101, ip_packet("hello", 3)},
      {"padded by the link", 1, [&] { Bytes frame = ethernet(ip); frame.resize(frame.size() + 13); return frame; }()},
  };
  for (const auto& row : rows) {
    Datagram datagram;
    CHECK_EQ(net::to_string(decode_frame(row.link, row.frame, datagram)), "none");
    CHECK_EQ(net::to_string(datagram.source), "10.0.0.1:5000");
    CHECK_EQ(net::to_string(datagram.destination), "239.1.2.3:26477");
    CHECK_EQ(std::string(reinterpret_cast<const char*>(datagram.payload.data()), datagram.payload.size()), "hello");
    for (std::size_t length = 0; length < row.frame.size(); ++length) {
      const Bytes cut(row.frame.begin(), row.frame.begin() + static_cast<std::ptrdiff_t>(length));
      const FrameRefusal refusal = refusal_of(row.link, cut);
      CHECK(refusal == FrameRefusal::cut_short || std::string_view(row.name) == "padded by the link");
    }
  }
}

TEST("frame: what is wrong is refused under its name") {
  const auto changed = [](std::size_t at, int value) {
    Bytes ip = ip_packet("hello!");
    ip[at] = static_cast<std::byte>(value);
    put16(ip, 10, 0);
    put16(ip, 10, static_cast<std::uint16_t>(~ones_sum({ip.data(), 20}, 0)));
    return ip;
  };
  CHECK(refusal_of(101, changed(9, 6)) == FrameRefusal::not_udp);
  CHECK(refusal_of(101, changed(6, 0x20)) == FrameRefusal::fragment);  // more fragments
  CHECK(refusal_of(101, changed(7, 0x01)) == FrameRefusal::fragment);  // not the first
  CHECK(refusal_of(101, changed(0, 0x44)) == FrameRefusal::wrong_length);  // a header of 16 bytes
  CHECK(refusal_of(101, changed(3, 27)) == FrameRefusal::wrong_length);  // no room for UDP
  CHECK(refusal_of(101, changed(3, 200)) == FrameRefusal::cut_short);
  CHECK(refusal_of(101, changed(25, 7)) == FrameRefusal::wrong_length);  // a UDP length below its header's
  CHECK(refusal_of(101, changed(25, 15)) == FrameRefusal::wrong_length);  // beyond the IP packet
  CHECK(refusal_of(101, changed(30, 'x')) == FrameRefusal::wrong_udp_checksum);
  Bytes ip = ip_packet("hello!");
  ip[8] = std::byte{9};
  CHECK(refusal_of(101, ip) == FrameRefusal::wrong_ip_checksum);
  CHECK(refusal_of(101, changed(0, 0x65)) == FrameRefusal::ip_version_6);
  CHECK(refusal_of(101, changed(0, 0x15)) == FrameRefusal::not_ip);
  CHECK(refusal_of(1, behind({1, 0, 0x5e, 1, 2, 3, 2, 0, 0, 0, 0, 1, 8, 6}, ip)) == FrameRefusal::not_ip);  // ARP
  CHECK(refusal_of(1, behind({1, 0, 0x5e, 1, 2, 3, 2, 0, 0, 0, 0, 1, 0x86, 0xDD}, ip)) == FrameRefusal::ip_version_6);
  CHECK(refusal_of(147, ip) == FrameRefusal::unknown_link_type);
}

TEST("frame: checksums that were left to the NIC are not held against a capture") {
  Bytes ip = ip_packet("hello");
  put16(ip, 10, 0);
  put16(ip, 26, 0);
  CHECK(refusal_of(101, ip) == FrameRefusal::none);
  put16(ip, 26, ones_sum({ip.data() + 12, 8}, 17 + 8 + 5));  // only the pseudo header, as on loopback
  CHECK(refusal_of(101, ip) == FrameRefusal::none);
  put16(ip, 26, 1);
  CHECK(refusal_of(101, ip) == FrameRefusal::wrong_udp_checksum);
}
