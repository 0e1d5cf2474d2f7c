// Why: any protocol analyser should be able to read what hopwire sent and received. What: a nanosecond pcap file (magic a1b23c4d,
// Ethernet) from the payloads of a WireTap. Ethernet, IPv4, UDP and TCP headers are made here, with right lengths and checksums; TCP
// sequence numbers count the payload bytes of each direction from 1, and each segment acknowledges what the other direction has sent so
// far.
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
  static constexpr std::size_t ethernet_length = 14;
  static constexpr std::size_t ip_length = 20;
  static constexpr std::size_t udp_length = 8;
  static constexpr std::size_t tcp_length = 20;

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

  template <class T>
  void append(T value) {
    const auto* bytes = reinterpret_cast<const std::byte*>(&value);
    buffer_.insert(buffer_.end(), bytes, bytes + sizeof(value));
  }

  // The file's own numbers are in the machine's order; the magic tells readers which.
  void write_file_header() {
    append<std::uint32_t>(0xa1b23c4d);
    append<std::uint16_t>(2);
    append<std::uint16_t>(4);
    append<std::int32_t>(0);
    append<std::uint32_t>(0);
    append<std::uint32_t>(262'144);
    append<std::uint32_t>(1);  // Ethernet
  }

  void write_frame(const WireRecord& record, std::span<const std::byte> payload, const Flow* flow) {
    const std::size_t transport_length = flow == nullptr ? udp_length : tcp_length;
    const std::size_t headers = ethernet_length + ip_length + transport_length;
    const auto length = static_cast<std::uint32_t>(headers + payload.size());
    append(static_cast<std::uint32_t>(record.realtime / 1'000'000'000));
    append(static_cast<std::uint32_t>(record.realtime % 1'000'000'000));
    append(length);
    append(length);
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

  static void fill_mac(std::byte* to, std::uint32_t address) noexcept {
    if (is_multicast(address)) {
      core::store_be<std::uint16_t>(to, 0x0100);
      core::store_be<std::uint32_t>(to + 2, 0x5E000000U | (address & 0x7FFFFFU));
    } else {
      core::store_be<std::uint16_t>(to, 0x0200);
      core::store_be<std::uint32_t>(to + 2, address);
    }
  }

  static void fill_ethernet(std::byte* to, const WireRecord& record) noexcept {
    fill_mac(to, record.destination.address);
    fill_mac(to + 6, record.source.address);
    core::store_be<std::uint16_t>(to + 12, 0x0800);
  }

  static void fill_ip(std::byte* to, const WireRecord& record, std::size_t total_length) noexcept {
    to[0] = std::byte{0x45};
    core::store_be<std::uint16_t>(to + 2, static_cast<std::uint16_t>(total_length));
    core::store_be<std::uint16_t>(to + 6, 0x4000);  // do not fragment
    to[8] = std::byte{is_multicast(record.destination.address) ? std::uint8_t{1} : std::uint8_t{64}};
    to[9] = static_cast<std::byte>(record.protocol);
    core::store_be<std::uint32_t>(to + 12, record.source.address);
    core::store_be<std::uint32_t>(to + 16, record.destination.address);
    core::store_be<std::uint16_t>(to + 10, folded(sum({to, ip_length})));
  }

  static void fill_udp(std::byte* to, const WireRecord& record, std::span<const std::byte> payload) noexcept {
    const std::size_t length = udp_length + payload.size();
    core::store_be<std::uint16_t>(to, record.source.port);
    core::store_be<std::uint16_t>(to + 2, record.destination.port);
    core::store_be<std::uint16_t>(to + 4, static_cast<std::uint16_t>(length));
    const std::uint16_t checksum = folded(pseudo_sum(record, length) + sum({to, udp_length}) + sum(payload));
    core::store_be<std::uint16_t>(to + 6, checksum == 0 ? std::uint16_t{0xFFFF} : checksum);  // 0 would mean "none"
  }

  void fill_tcp(std::byte* to, const WireRecord& record, const Flow& flow, std::span<const std::byte> payload) const noexcept {
    core::store_be<std::uint16_t>(to, record.source.port);
    core::store_be<std::uint16_t>(to + 2, record.destination.port);
    core::store_be<std::uint32_t>(to + 4, flow.sequence);
    core::store_be<std::uint32_t>(to + 8, sent_by(record.destination, record.source));
    core::store_be<std::uint16_t>(to + 12, 0x5018);  // 5 words, PSH and ACK
    core::store_be<std::uint16_t>(to + 14, 0xFFFF);
    const std::uint64_t total = pseudo_sum(record, tcp_length + payload.size()) + sum({to, tcp_length}) + sum(payload);
    core::store_be<std::uint16_t>(to + 16, folded(total));
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
