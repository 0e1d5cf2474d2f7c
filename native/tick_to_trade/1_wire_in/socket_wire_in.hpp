// Hop 1, the socket half (the `socket` backend). In: datagrams of the multicast lines and of the re-request servers. Out: `Packet`, in
// sequence. Owner: the feed thread, which polls; budget: 2 us p99 on loopback from kernel receive stamp to packet in hand.
//
// Every poll drains each line once (at most 32 packets), the re-request socket only while something is missing, and the snapshot client
// (`Join`, see snapshot_join.hpp) only while a snapshot is wanted. Receive stamps are the kernel's, moved to the TSC's axis so that later
// hops subtract plainly; where the kernel gave none, the TSC at hand is used and said.
//
// What it does when it cannot: set-up throws NetworkError. Later, a re-request the kernel does not take expires and is repeated.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "net/udp_socket.hpp"
#include "net/wire_tap.hpp"
#include "tick_to_trade/1_wire_in/mold_receiver.hpp"
#include "tick_to_trade/1_wire_in/snapshot_join.hpp"

namespace hopwire::feed {

struct SocketWireInConfig {
  std::vector<net::Endpoint> lines{};               // one group, or the same stream on several: line A, line B, ...
  std::string interface = "127.0.0.1";
  std::vector<std::string> line_interfaces{};       // of line A, line B, ...; one that is absent or empty: `interface`
  std::uint32_t source = 0;                         // take packets of this sender only; 0: of anyone
  int busy_poll = 0;                                // us; see UdpReceiverConfig
  std::vector<net::Endpoint> rerequest_servers{};   // asked in turn
  int receive_buffer = 8 << 20;
  MoldReceiverConfig receiver{};
};

template <class Join = NoSnapshot>
class SocketWireIn {
 public:
  // `join` are the arguments of the Join's constructor.
  template <class... Arguments>
  SocketWireIn(const SocketWireInConfig& config, const core::TscClock& clock, net::WireTap* tap = nullptr, Arguments&&... join)
      : servers_(config.rerequest_servers),
        clock_(clock),
        tap_(tap),
        receiver_(receiver_config(config)),
        join_(std::forward<Arguments>(join)...) {
    for (std::size_t line = 0; line < config.lines.size(); ++line) open_line(config, line);
    if (servers_.empty()) return;
    if (servers_.size() > most_servers) {
      throw net::NetworkError(net::NetworkErrorKind::bad_address, "more re-request servers than can be asked in turn",
                              net::to_string(servers_[most_servers]), E2BIG);
    }
    requests_ =
        std::make_unique<net::UdpReceiver>(net::UdpReceiverConfig{.local = {}, .interface = {}, .receive_buffer = config.receive_buffer});
  }

  // One duty cycle. Returns datagrams taken.
  template <class Deliver>
  std::size_t poll(Deliver&& deliver) noexcept {
    std::size_t taken = 0;
    std::size_t quiet = 0;  // bits of the lines found empty
    for (std::size_t line = 0; line < lines_.size(); ++line) {
      const std::size_t packets = drain(*lines_[line], line_at(line), deliver);
      if (packets == 0) quiet |= std::size_t{1} << line;
      taken += packets;
    }
    if (quiet != 0) note_quiet(quiet);
    if (receiver_.missing()) taken += recover(deliver);
    if (receiver_.snapshot_wanted() || join_.running()) {
      const std::uint64_t tsc = core::Tsc::now();
      taken += join_.poll(receiver_, clock_.steady(tsc), tsc, deliver);
    }
    return taken;
  }

  [[nodiscard]] MoldReceiver& receiver() noexcept { return receiver_; }
  [[nodiscard]] const MoldReceiver& receiver() const noexcept { return receiver_; }
  [[nodiscard]] const Join& join() const noexcept { return join_; }
  // A live feed never runs out.
  [[nodiscard]] bool exhausted() const noexcept { return false; }
  [[nodiscard]] std::uint64_t now() const noexcept { return clock_.steady(core::Tsc::now()); }
  // Where receive stamps come from. Packets with another source are not to be measured beside these.
  [[nodiscard]] bool kernel_stamps() const noexcept { return !lines_.empty() && lines_.front()->kernel_stamps(); }
  [[nodiscard]] std::uint64_t kernel_drops() const noexcept {
    std::uint64_t drops = 0;
    for (std::size_t line = 0; line < lines_.size(); ++line) drops += kernel_drops(line);
    return drops;
  }
  [[nodiscard]] std::uint64_t kernel_drops(std::size_t line) const noexcept {
    return line < lines_.size() ? lines_[line]->kernel_drops() : 0;
  }

 private:
  static MoldReceiverConfig receiver_config(const SocketWireInConfig& config) {
    MoldReceiverConfig receiver = config.receiver;
    receiver.lines = config.lines.size();
    receiver.rerequest.servers = static_cast<std::uint32_t>(config.rerequest_servers.size());
    receiver.snapshot = Join::takes_snapshots;
    return receiver;
  }

  void open_line(const SocketWireInConfig& config, std::size_t line) {
    const net::Endpoint& group = config.lines[line];
    if (!net::is_multicast(group.address)) {
      throw net::NetworkError(net::NetworkErrorKind::bad_address, "not a multicast group", net::to_string(group), EINVAL);
    }
    if (line >= most_lines) {
      throw net::NetworkError(net::NetworkErrorKind::bad_address, "more lines than can be arbitrated", net::to_string(group), E2BIG);
    }
    const bool own = line < config.line_interfaces.size() && !config.line_interfaces[line].empty();
    const net::UdpReceiverConfig socket{.local = group,
                                        .interface = own ? config.line_interfaces[line] : config.interface,
                                        .receive_buffer = config.receive_buffer,
                                        .source = config.source,
                                        .busy_poll = config.busy_poll};
    lines_.push_back(std::make_unique<net::UdpReceiver>(socket));
  }

  void note_quiet(std::size_t lines) noexcept {
    const std::uint64_t at = now();
    for (std::size_t line = 0; lines != 0; ++line, lines >>= 1) {
      if ((lines & 1) != 0) receiver_.note_quiet(at, line_at(line));
    }
  }

  template <class Deliver>
  std::size_t drain(net::UdpReceiver& socket, PacketSource source, Deliver&& deliver) noexcept {
    const std::span<const net::ReceivedPacket> packets = socket.receive();
    if (packets.empty()) return 0;
    const std::uint64_t in_hand = core::Tsc::now();
    const std::uint64_t now = clock_.steady(in_hand);
    for (const net::ReceivedPacket& packet : packets) {
      const std::uint32_t server = source == PacketSource::rerequest ? server_of(packet.source) : 0;
      if (server == servers_.size() && source == PacketSource::rerequest) continue;
      const bool stamped = packet.kernel_stamp != 0;
      const std::span<const std::byte> bytes(packet.bytes, packet.truncated ? 0 : packet.length);
      if (tap_ != nullptr) tap_->udp(stamped ? packet.kernel_stamp : tap_->now(), packet.source, socket.local(), bytes);
      const std::uint64_t tsc = stamped ? clock_.tsc_of_realtime(packet.kernel_stamp) : in_hand;
      const Arrival arrival{.tsc = tsc, .source = source, .kernel_stamped = stamped, .at = clock_.steady(tsc), .server = server};
      receiver_.accept(bytes, arrival, now, deliver);
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

  // Its index; servers_.size(): none of them.
  [[nodiscard]] std::uint32_t server_of(const net::Endpoint& source) const noexcept {
    return static_cast<std::uint32_t>(std::find(servers_.begin(), servers_.end(), source) - servers_.begin());
  }

  std::vector<net::Endpoint> servers_;
  const core::TscClock& clock_;
  net::WireTap* tap_;
  MoldReceiver receiver_;
  [[no_unique_address]] Join join_;
  std::vector<std::unique_ptr<net::UdpReceiver>> lines_;
  std::unique_ptr<net::UdpReceiver> requests_;
};

}  // namespace hopwire::feed
