// Why: to show what was on the wire, a run keeps a capture of its own packets, without the rights and the drops of a packet socket. What:
// a copy of each payload with its time and addresses into a ring, on the hot thread; somebody else drains the ring into a pcap
// (net/pcap_writer.hpp).
//
// Every user holds a WireTap pointer that is null when nobody asked for a capture: then the cost is one branch.
// What can go wrong: the ring is full because the drain is late; the packet is not kept and counted. One producer thread, one consumer.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/byte_ring.hpp"
#include "core/clock.hpp"
#include "core/reserved_array.hpp"
#include "net/endpoint.hpp"

namespace hopwire::net {

enum class WireProtocol : std::uint32_t { udp = 17, tcp = 6 };

struct WireRecord {
  std::uint64_t realtime;  // ns since the epoch
  Endpoint source;
  Endpoint destination;
  WireProtocol protocol;
  std::uint32_t length;  // payload bytes, which follow
};

class WireTap {
 public:
  static constexpr std::size_t default_ring_bytes = std::size_t{1} << 26;
  static constexpr std::size_t largest_payload = 65507;

  // `ring_bytes` is a power of two; memory is taken as it is first used.
  explicit WireTap(const core::TscClock& clock, std::size_t ring_bytes = default_ring_bytes)
      : clock_(clock), memory_(ring_bytes), ring_({memory_.data(), ring_bytes}) {}

  [[nodiscard]] std::uint64_t now() const noexcept { return clock_.to_realtime(core::Tsc::now()); }

  void udp(std::uint64_t realtime, const Endpoint& source, const Endpoint& destination, std::span<const std::byte> payload) noexcept {
    keep({realtime, source, destination, WireProtocol::udp, 0}, payload);
  }
  // What one send or receive call moved; segments are not visible from here.
  void tcp(std::uint64_t realtime, const Endpoint& source, const Endpoint& destination, std::span<const std::byte> payload) noexcept {
    keep({realtime, source, destination, WireProtocol::tcp, 0}, payload);
  }

  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

  // Consumer side: f(const WireRecord&, payload) for at most `most` records; returns how many there were.
  template <class F>
  std::size_t drain(F&& f, std::size_t most = 4096) {
    std::size_t count = 0;
    for (; count < most; ++count) {
      const std::span<const std::byte> bytes = ring_.peek();
      if (bytes.empty()) break;
      WireRecord record;
      std::memcpy(&record, bytes.data(), sizeof(record));
      f(record, bytes.subspan(sizeof(record), record.length));
      ring_.release();
    }
    return count;
  }

 private:
  void keep(WireRecord record, std::span<const std::byte> payload) noexcept {
    record.length = static_cast<std::uint32_t>(payload.size());
    std::byte* slot = payload.size() <= largest_payload ? ring_.reserve(sizeof(record) + payload.size()) : nullptr;
    if (slot == nullptr) {
      dropped_.store(dropped_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      return;
    }
    std::memcpy(slot, &record, sizeof(record));
    if (!payload.empty()) std::memcpy(slot + sizeof(record), payload.data(), payload.size());
    ring_.commit();
  }

  const core::TscClock& clock_;
  core::ReservedArray<std::byte> memory_;
  core::ByteRing ring_;
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace hopwire::net
