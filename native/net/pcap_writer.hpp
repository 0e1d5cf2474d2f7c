// Why: any protocol analyser should be able to read what hopwire sent and received. What: a nanosecond pcap file (magic a1b23c4d,
// Ethernet) from the payloads of a WireTap. Ethernet, IPv4, UDP and TCP headers are made here, with right lengths and checksums; TCP
// sequence numbers count the payload bytes of each direction from 1, and each segment acknowledges what the other direction has sent so
// far. Layouts: schemas/capture.xml and schemas/network.xml.
//
// Cold: runs beside the hot thread. MAC addresses are derived from the IP addresses (02:00 and the address; 01:00:5e for groups).
// What can go wrong: the file cannot be made or the disk is full -> core::SystemError, on the cold side.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "core/endian.hpp"
#include "generated/capture.hpp"
#include "generated/network.hpp"
#include "net/descriptor.hpp"
#include "net/wire_tap.hpp"

namespace hopwire::net {

class PcapWriter {
 public:
  explicit PcapWriter(const std::string& path)
      : path_(path), file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
    if (file_.get() < 0) throw core::SystemError("cannot create capture file", path, errno);
    buffer_.reserve(buffer_limit + 70'000);
    write_file_header();
  }
  PcapWriter(const PcapWriter&) = delete;
  PcapWriter& operator=(const PcapWriter&) = delete;

  // Moves what the tap holds into the file; returns records.
  std::size_t drain(WireTap& tap) {
    const std::size_t count = tap.drain([this](const WireRecord& record, std::span<const std::byte> payload) { write(record, payload); });
    flush();
    return count;
  }

  void write(const WireRecord& record, std::span<const std::byte> payload) {
    if (record.protocol == WireProtocol::udp) {
      write_frame(record, payload, nullptr);
      return;
    }
    Flow& flow = flow_of(record.source, record.destination);
    for (std::size_t at = 0; at < payload.size(); at += segment_limit) {
      const auto segment = payload.subspan(at, std::min(segment_limit, payload.size() - at));
      write_frame(record, segment, &flow);
      flow.sequence += static_cast<std::uint32_t>(segment.size());
    }
  }

  void flush() {
    for (std::size_t written = 0; written < buffer_.size();) {
      const ssize_t result = ::write(file_.get(), buffer_.data() + written, buffer_.size() - written);
      if (result < 0 && errno == EINTR) continue;
      if (result <= 0) throw core::SystemError("cannot write capture file", path_, errno);
      written += static_cast<std::size_t>(result);
    }
    buffer_.clear();
  }

 private:
  static constexpr std::size_t buffer_limit = 1 << 20;
  static constexpr std::size_t segment_limit = 16'384;
  static constexpr std::size_t ethernet_length = network::EthernetHeaderView::block_length;
  static constexpr std::size_t ip_length = network::Ipv4HeaderView::block_length;
  static constexpr std::size_t udp_length = network::UdpHeaderView::block_length;
  static constexpr std::size_t tcp_length = network::TcpHeaderView::block_length;

  struct Flow {
    Endpoint source;
    Endpoint destination;
    std::uint32_t sequence;
  };

  // One direction of a connection. There are a handful.
  Flow& flow_of(const Endpoint& source, const Endpoint& destination) {
    for (Flow& flow : flows_) {
      if (flow.source == source && flow.destination == destination) return flow;
    }
    return flows_.emplace_back(Flow{source, destination, 1});
  }

  [[nodiscard]] std::uint32_t sent_by(const Endpoint& source, const Endpoint& destination) const noexcept {
    for (const Flow& flow : flows_) {
      if (flow.source == source && flow.destination == destination) return flow.sequence;
    }
    return 1;
  }

  // Room for a header at the end of the buffer; valid until the next call.
  template <class Encoder>
  Encoder append() {
    buffer_.resize(buffer_.size() + Encoder::encoded_length);
    return Encoder::wrap(buffer_.data() + buffer_.size() - Encoder::encoded_length);
  }

  void write_file_header() {
    auto header = append<capture::FileHeaderEncoder>();
    header.magic(capture::nanosecond_magic).major_version(2).minor_version(4).snap_length(262'144).link_type(capture::link_ethernet);
  }

  void write_frame(const WireRecord& record, std::span<const std::byte> payload, const Flow* flow) {
    const std::size_t transport_length = flow == nullptr ? udp_length : tcp_length;
    const std::size_t headers = ethernet_length + ip_length + transport_length;
    const auto length = static_cast<std::uint32_t>(headers + payload.size());
    auto packet = append<capture::PacketRecordEncoder>();
    packet.seconds(static_cast<std::uint32_t>(record.realtime / 1'000'000'000));
    packet.fraction(static_cast<std::uint32_t>(record.realtime % 1'000'000'000));
    packet.captured_length(length).length(length);
    std::array<std::byte, ethernet_length + ip_length + tcp_length> head{};
    fill_ethernet(head.data(), record);
    fill_ip(head.data() + ethernet_length, record, ip_length + transport_length + payload.size());
    std::byte* transport = head.data() + ethernet_length + ip_length;
    if (flow == nullptr) {
      fill_udp(transport, record, payload);
    } else {
      fill_tcp(transport, record, *flow, payload);
    }
    buffer_.insert(buffer_.end(), head.begin(), head.begin() + static_cast<std::ptrdiff_t>(headers));
    buffer_.insert(buffer_.end(), payload.begin(), payload.end());
    if (buffer_.size() >= buffer_limit) flush();
  }

  // 01:00:5e and the group, 02:00 and the address.
  [[nodiscard]] static std::uint64_t mac_of(std::uint32_t address) noexcept {
    return is_multicast(address) ? 0x01005E000000U | (address & 0x7FFFFFU) : 0x020000000000U | address;
  }

  static void fill_ethernet(std::byte* to, const WireRecord& record) noexcept {
    network::EthernetHeaderEncoder header(to);
    header.destination(mac_of(record.destination.address)).source(mac_of(record.source.address)).ether_type(network::ether_type_ipv4);
  }

  static void fill_ip(std::byte* to, const WireRecord& record, std::size_t total_length) noexcept {
    network::Ipv4HeaderEncoder header(to);
    header.version_and_length(network::ipv4_version_and_length).total_length(static_cast<std::uint16_t>(total_length));
    header.flags_and_fragment(network::do_not_fragment);
    header.time_to_live(is_multicast(record.destination.address) ? std::uint8_t{1} : std::uint8_t{64});
    header.protocol(static_cast<std::uint8_t>(record.protocol));
    header.source(record.source.address).destination(record.destination.address);
    header.checksum(folded(sum({to, ip_length})));
  }

  static void fill_udp(std::byte* to, const WireRecord& record, std::span<const std::byte> payload) noexcept {
    const std::size_t length = udp_length + payload.size();
    network::UdpHeaderEncoder header(to);
    header.source_port(record.source.port).destination_port(record.destination.port).length(static_cast<std::uint16_t>(length));
    const std::uint16_t checksum = folded(pseudo_sum(record, length) + sum({to, udp_length}) + sum(payload));
    header.checksum(checksum == 0 ? std::uint16_t{0xFFFF} : checksum);  // 0 would mean "none"
  }

  void fill_tcp(std::byte* to, const WireRecord& record, const Flow& flow, std::span<const std::byte> payload) const noexcept {
    network::TcpHeaderEncoder header(to);
    header.source_port(record.source.port).destination_port(record.destination.port);
    header.sequence_number(flow.sequence).acknowledgement_number(sent_by(record.destination, record.source));
    header.length_and_flags(0x5018).window(0xFFFF);  // 5 words, PSH and ACK
    const std::uint64_t total = pseudo_sum(record, tcp_length + payload.size()) + sum({to, tcp_length}) + sum(payload);
    header.checksum(folded(total));
  }

  [[nodiscard]] static std::uint64_t pseudo_sum(const WireRecord& record, std::size_t length) noexcept {
    const auto halves = [](std::uint32_t address) { return std::uint64_t{address >> 16} + (address & 0xFFFF); };
    return halves(record.source.address) + halves(record.destination.address) + static_cast<std::uint32_t>(record.protocol) + length;
  }

  [[nodiscard]] static std::uint64_t sum(std::span<const std::byte> bytes) noexcept {
    std::uint64_t total = 0;
    std::size_t at = 0;
    for (; at + 2 <= bytes.size(); at += 2) total += core::load_be<std::uint16_t>(bytes.data() + at);
    if (at < bytes.size()) total += std::to_integer<std::uint64_t>(bytes[at]) << 8;
    return total;
  }

  [[nodiscard]] static std::uint16_t folded(std::uint64_t total) noexcept {
    while (total >> 16 != 0) total = (total & 0xFFFF) + (total >> 16);
    return static_cast<std::uint16_t>(~total);
  }

  std::string path_;
  Descriptor file_;
  std::vector<std::byte> buffer_;
  std::vector<Flow> flows_;
};

}  // namespace hopwire::net
