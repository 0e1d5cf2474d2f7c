// Hop 1, the socket half (the `socket` backend). In: datagrams of the multicast lines and of the re-request servers. Out: `Packet`, in
// sequence. Owner: the feed thread, which polls; budget: 2 us p99 on loopback from kernel receive stamp to packet in hand.
//
// Every poll drains each line once (at most 32 packets), and the re-request socket only while something is missing. Receive stamps are the
// kernel's, moved to the TSC's axis so that later hops subtract plainly; where the kernel gave none, the TSC at hand is used and said.
//
// What it does when it cannot: set-up throws NetworkError. Later, a re-request the kernel does not take expires and is repeated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "net/udp_socket.hpp"
#include "net/wire_tap.hpp"
#include "tick_to_trade/1_wire_in/mold_receiver.hpp"

namespace hopwire::feed {

struct SocketWireInConfig {
  std::vector<net::Endpoint> lines{};               // one group, or the same stream on line A and line B
  std::string interface = "127.0.0.1";
  std::vector<net::Endpoint> rerequest_servers{};   // asked in turn
  int receive_buffer = 8 << 20;
  MoldReceiverConfig receiver{};
};

class SocketWireIn {
 public:
  SocketWireIn(const SocketWireInConfig& config, const core::TscClock& clock, net::WireTap* tap = nullptr)
      : servers_(config.rerequest_servers), clock_(clock), tap_(tap), receiver_(with_servers(config)) {
    for (const net::Endpoint& line : config.lines) {
      if (!net::is_multicast(line.address)) {
        throw net::NetworkError(net::NetworkErrorKind::bad_address, "not a multicast group", net::to_string(line), EINVAL);
      }
      lines_.push_back(std::make_unique<net::UdpReceiver>(
          net::UdpReceiverConfig{.local = line, .interface = config.interface, .receive_buffer = config.receive_buffer}));
    }
    if (servers_.empty()) return;
    requests_ =
        std::make_unique<net::UdpReceiver>(net::UdpReceiverConfig{.local = {}, .interface = {}, .receive_buffer = config.receive_buffer});
  }

  // One duty cycle. Returns datagrams taken.
  template <class Deliver>
  std::size_t poll(Deliver&& deliver) noexcept {
    std::size_t taken = 0;
    PacketSource source = PacketSource::line_a;
    for (const auto& line : lines_) {
      taken += drain(*line, source, deliver);
      source = PacketSource::line_b;
    }
    if (taken == 0) receiver_.note_quiet(now());
    if (receiver_.missing()) taken += recover(deliver);
    return taken;
  }

  [[nodiscard]] const MoldReceiver& receiver() const noexcept { return receiver_; }
  [[nodiscard]] std::uint64_t now() const noexcept { return clock_.steady(core::Tsc::now()); }
  // Where receive stamps come from. Packets with another source are not to be measured beside these.
  [[nodiscard]] bool kernel_stamps() const noexcept { return !lines_.empty() && lines_.front()->kernel_stamps(); }
  [[nodiscard]] std::uint64_t kernel_drops() const noexcept {
    std::uint64_t drops = 0;
    for (const auto& line : lines_) drops += line->kernel_drops();
    return drops;
  }

 private:
  static MoldReceiverConfig with_servers(const SocketWireInConfig& config) {
    MoldReceiverConfig receiver = config.receiver;
    receiver.rerequest.servers = static_cast<std::uint32_t>(config.rerequest_servers.size());
    return receiver;
  }

  template <class Deliver>
  std::size_t drain(net::UdpReceiver& socket, PacketSource source, Deliver&& deliver) noexcept {
    const std::span<const net::ReceivedPacket> packets = socket.receive();
    if (packets.empty()) return 0;
    const std::uint64_t in_hand = core::Tsc::now();
    const std::uint64_t now = clock_.steady(in_hand);
    for (const net::ReceivedPacket& packet : packets) {
      if (source == PacketSource::rerequest && !is_server(packet.source)) continue;
      const bool stamped = packet.kernel_stamp != 0;
      const std::span<const std::byte> bytes(packet.bytes, packet.truncated ? 0 : packet.length);
      if (tap_ != nullptr) tap_->udp(stamped ? packet.kernel_stamp : tap_->now(), packet.source, socket.local(), bytes);
      const std::uint64_t tsc = stamped ? clock_.tsc_of_realtime(packet.kernel_stamp) : in_hand;
      receiver_.accept(bytes, {.tsc = tsc, .source = source, .kernel_stamped = stamped}, now, deliver);
    }
    return packets.size();
  }

  template <class Deliver>
  std::size_t recover(Deliver&& deliver) noexcept {
    const std::size_t taken = requests_ ? drain(*requests_, PacketSource::rerequest, deliver) : 0;
    const auto send = [this](std::uint32_t server, std::uint64_t first, std::uint16_t count) noexcept {
      std::array<std::byte, net::mold_header_length> request;
      net::write_mold_header(request.data(), {receiver_.session(), first, count});
      (void)requests_->send_to(servers_[server], request);
      if (tap_ != nullptr) tap_->udp(tap_->now(), requests_->local(), servers_[server], request);
    };
    receiver_.recover(now(), send, deliver);
    return taken;
  }

  [[nodiscard]] bool is_server(const net::Endpoint& source) const noexcept {
    for (const net::Endpoint& server : servers_) {
      if (server == source) return true;
    }
    return false;
  }

  std::vector<net::Endpoint> servers_;
  const core::TscClock& clock_;
  net::WireTap* tap_;
  MoldReceiver receiver_;
  std::vector<std::unique_ptr<net::UdpReceiver>> lines_;
  std::unique_ptr<net::UdpReceiver> requests_;
};

}  // namespace hopwire::feed
