// Why: a captured frame holds a datagram only behind headers that vary with where it was captured, and only if nothing about them is wrong.
// What: finds the UDP datagram of a frame: Ethernet with any VLAN tags (802.1Q, QinQ), Linux cooked (v1, v2), raw IP, BSD loopback; IPv4.
//
// A pure function over bytes. What it refuses it names, so that every frame of a capture is accounted for. Fragments are refused: half a
// datagram cannot be decoded, and market data is never sent so large. Layouts: schemas/network.xml; Linux cooked and BSD loopback headers
// are passed over by their length. Checksums are verified where they were filled in: an IPv4 header
// checksum of 0 means the NIC was to do it (captured on the sender, or cleared), a UDP checksum of 0 means none, and one that is just the
// sum of the pseudo header is what the kernel leaves for the NIC to complete (captured on the sender or on loopback).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/endian.hpp"
#include "generated/capture.hpp"
#include "generated/network.hpp"
#include "net/endpoint.hpp"

namespace hopwire::net {

enum class FrameRefusal : std::uint8_t {
  none,
  unknown_link_type,
  not_ip,
  ip_version_6,
  not_udp,
  fragment,
  cut_short,
  wrong_length,
  wrong_ip_checksum,
  wrong_udp_checksum,
};
inline constexpr std::size_t frame_refusal_count = 10;

constexpr std::string_view to_string(FrameRefusal refusal) noexcept {
  switch (refusal) {
    case FrameRefusal::none: return "none";
    case FrameRefusal::unknown_link_type: return "unknown link type";
    case FrameRefusal::not_ip: return "not IP";
    case FrameRefusal::ip_version_6: return "IPv6";
    case FrameRefusal::not_udp: return "not UDP";
    case FrameRefusal::fragment: return "IP fragment";
    case FrameRefusal::cut_short: return "cut short by the capture";
    case FrameRefusal::wrong_length: return "wrong length";
    case FrameRefusal::wrong_ip_checksum: return "wrong IP checksum";
    case FrameRefusal::wrong_udp_checksum: return "wrong UDP checksum";
  }
  return "?";
}

struct Datagram {
  Endpoint source;
  Endpoint destination;
  std::span<const std::byte> payload;
};

namespace detail {

using network::EthernetHeaderView;
using network::Ipv4HeaderView;
using network::UdpHeaderView;
using network::VlanTagView;

[[nodiscard]] inline std::uint64_t add_words(std::span<const std::byte> bytes) noexcept {
  std::uint64_t total = 0;
  std::size_t at = 0;
  for (; at + 2 <= bytes.size(); at += 2) total += core::load_be<std::uint16_t>(bytes.data() + at);
  if (at < bytes.size()) total += std::to_integer<std::uint64_t>(bytes[at]) << 8;
  return total;
}

[[nodiscard]] constexpr std::uint64_t folded(std::uint64_t total) noexcept {
  while (total >> 16 != 0) total = (total & 0xFFFF) + (total >> 16);
  return total;
}

// Where the network header begins and what it is said to be.
struct Network {
  std::size_t at = 0;
  std::uint16_t type = 0;
  FrameRefusal refusal = FrameRefusal::none;
};

[[nodiscard]] constexpr bool is_vlan(std::uint16_t type) noexcept {
  return type == network::ether_type_vlan || type == network::ether_type_service_vlan || type == network::ether_type_old_service_vlan;
}

// `type_at`: where the first ether type stands; each VLAN tag brings the next.
[[nodiscard]] inline Network ethernet_network(std::span<const std::byte> frame, std::size_t type_at) noexcept {
  for (std::size_t at = type_at; at + sizeof(std::uint16_t) <= frame.size(); at += VlanTagView::block_length) {
    const auto type = core::load_be<std::uint16_t>(frame.data() + at);
    if (is_vlan(type)) continue;
    return {.at = at + sizeof(type), .type = type};
  }
  return {.refusal = FrameRefusal::cut_short};
}

// The IP version says itself what it is.
[[nodiscard]] inline Network raw_network(std::span<const std::byte> frame, std::size_t at) noexcept {
  if (frame.size() <= at) return {.refusal = FrameRefusal::cut_short};
  const unsigned version = std::to_integer<unsigned>(frame[at]) >> 4;
  return {.at = at, .type = version == 4 ? network::ether_type_ipv4 : version == 6 ? network::ether_type_ipv6 : std::uint16_t{0}};
}

[[nodiscard]] inline Network network_of(std::uint32_t link_type, std::span<const std::byte> frame) noexcept {
  switch (link_type) {
    case capture::link_ethernet: return ethernet_network(frame, EthernetHeaderView::ether_type_offset);
    case 113: return ethernet_network(frame, 14);  // Linux cooked
    case 276: {                                    // Linux cooked, version 2: the type first, the network header behind 20 bytes
      if (frame.size() < 20) return {.refusal = FrameRefusal::cut_short};
      const auto type = core::load_be<std::uint16_t>(frame.data());
      if (!is_vlan(type)) return {.at = 20, .type = type};
      return ethernet_network(frame, 22);  // the tag's two bytes, then the next type
    }
    case 0:
    case 108: return raw_network(frame, 4);  // BSD loopback: an address family whose numbers differ by system
    case 12:
    case 14:
    case 101:
    case 228: return raw_network(frame, 0);
    default: return {.refusal = FrameRefusal::unknown_link_type};
  }
}

}  // namespace detail

// The bytes may be fewer than were on the wire: what is missing shows where the headers say how long it is.
[[nodiscard]] inline FrameRefusal decode_frame(std::uint32_t link_type, std::span<const std::byte> frame, Datagram& out) noexcept {
  using detail::Ipv4HeaderView;
  using detail::UdpHeaderView;
  const detail::Network found = detail::network_of(link_type, frame);
  if (found.refusal != FrameRefusal::none) return found.refusal;
  if (found.type == network::ether_type_ipv6) return FrameRefusal::ip_version_6;
  if (found.type != network::ether_type_ipv4) return FrameRefusal::not_ip;
  const std::span<const std::byte> ip = frame.subspan(found.at);
  if (ip.size() < Ipv4HeaderView::block_length) return FrameRefusal::cut_short;
  const Ipv4HeaderView ipv4(ip.data());
  const std::size_t header = (ipv4.version_and_length() & std::size_t{15}) * 4;
  const std::uint16_t total = ipv4.total_length();
  if (ipv4.version_and_length() >> 4 != 4 || header < Ipv4HeaderView::block_length || total < header) return FrameRefusal::wrong_length;
  if (ip.size() < header) return FrameRefusal::cut_short;
  const bool filled_in = ipv4.checksum() != 0;
  if (filled_in && detail::folded(detail::add_words(ip.first(header))) != 0xFFFF) return FrameRefusal::wrong_ip_checksum;
  if (ipv4.protocol() != network::protocol_udp) return FrameRefusal::not_udp;
  if ((ipv4.flags_and_fragment() & network::fragment_mask) != 0) return FrameRefusal::fragment;  // more to come, or not the first
  if (total < header + UdpHeaderView::block_length) return FrameRefusal::wrong_length;
  if (ip.size() < total) return FrameRefusal::cut_short;  // beyond `total` is padding of the link
  const std::span<const std::byte> behind_ip = ip.subspan(header, total - header);
  const UdpHeaderView udp(behind_ip.data());
  const std::uint16_t length = udp.length();
  if (length < UdpHeaderView::block_length || length > behind_ip.size()) return FrameRefusal::wrong_length;
  const std::span<const std::byte> datagram = behind_ip.first(length);
  if (const std::uint16_t checksum = udp.checksum(); checksum != 0) {
    const std::span<const std::byte> addresses = ip.first(Ipv4HeaderView::block_length).subspan(Ipv4HeaderView::source_offset);
    const std::uint64_t pseudo = detail::folded(detail::add_words(addresses) + network::protocol_udp + length);
    const bool right = detail::folded(pseudo + detail::add_words(datagram)) == 0xFFFF;
    if (!right && checksum != pseudo) return FrameRefusal::wrong_udp_checksum;
  }
  out.source = {ipv4.source(), udp.source_port()};
  out.destination = {ipv4.destination(), udp.destination_port()};
  out.payload = datagram.subspan(UdpHeaderView::block_length);
  return FrameRefusal::none;
}

}  // namespace hopwire::net
