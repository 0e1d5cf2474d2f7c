// Why: a decoder is believed when it reads what others sent. What: the UDP and TCP payloads of a small classic pcap file (either byte
// order, micro- or nanoseconds, Ethernet with VLAN tags, IPv4), one a packet, in the order of the file. For fixtures only: what it does not
// know it passes over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "core/endian.hpp"

namespace hopwire::test {

struct CapturedPayload {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::vector<std::byte> bytes;
};

inline std::vector<std::byte> file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

inline bool payload_of(std::span<const std::byte> frame, CapturedPayload& out) {
  std::size_t at = 12;
  while (frame.size() >= at + 4 && core::load_be<std::uint16_t>(frame.data() + at) == 0x8100) at += 4;
  if (frame.size() < at + 2 + 20 || core::load_be<std::uint16_t>(frame.data() + at) != 0x0800) return false;
  const std::span<const std::byte> ip = frame.subspan(at + 2);
  const std::size_t header = (std::to_integer<std::size_t>(ip[0]) & 15) * 4;
  const std::size_t total = core::load_be<std::uint16_t>(ip.data() + 2);
  const auto protocol = std::to_integer<unsigned>(ip[9]);
  if (total > ip.size() || header + 20 > total || (protocol != 6 && protocol != 17)) return false;
  const std::span<const std::byte> segment = ip.subspan(header, total - header);
  const std::size_t inner = protocol == 17 ? 8 : (std::to_integer<std::size_t>(segment[12]) >> 4) * 4;
  if (inner > segment.size()) return false;
  out.source_port = core::load_be<std::uint16_t>(segment.data());
  out.destination_port = core::load_be<std::uint16_t>(segment.data() + 2);
  out.bytes.assign(segment.begin() + static_cast<std::ptrdiff_t>(inner), segment.end());
  return !out.bytes.empty();
}

inline std::vector<CapturedPayload> capture_payloads(const std::string& path) {
  const std::vector<std::byte> file = file_bytes(path);
  std::vector<CapturedPayload> found;
  if (file.size() < 24) return found;
  const std::uint32_t magic = core::load_le<std::uint32_t>(file.data());
  const bool little = magic == 0xa1b2c3d4 || magic == 0xa1b23c4d;
  const auto word = [&](std::size_t at) {
    return little ? core::load_le<std::uint32_t>(file.data() + at) : core::load_be<std::uint32_t>(file.data() + at);
  };
  for (std::size_t at = 24; at + 16 <= file.size();) {
    const std::size_t length = word(at + 8);
    if (length > file.size() - at - 16) break;
    CapturedPayload payload;
    if (payload_of(std::span(file).subspan(at + 16, length), payload)) found.push_back(std::move(payload));
    at += 16 + length;
  }
  return found;
}

}  // namespace hopwire::test
