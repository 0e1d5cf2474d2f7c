// Why: multicast in and out, polled, without a lock, an allocation or a blocking call after construction. What: `UdpReceiver` (a bound
// socket drained by recvmmsg, kernel receive stamps, kernel drop counter) and `UdpSender` (a connected socket). Both also serve unicast.
//
// Kernel facts these rely on (measured on this kind of machine): draining costs 490 ns a packet by recvmmsg against 660 by recv; the
// software receive stamp costs 70-110 ns; the default receive buffer loses packets at line rate, 8 MiB does not; SO_RXQ_OVFL arrives with
// the *next* packet, so it explains gaps but never proves their absence.
//
// What can go wrong: set-up throws NetworkError (port in use, no route for the group, not an address). Afterwards nothing throws: a receive
// error yields no packets, a send the kernel does not take at once returns false and the caller counts it.
#pragma once

#include <fcntl.h>
#include <linux/net_tstamp.h>
#include <netinet/udp.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "net/descriptor.hpp"
#include "net/endpoint.hpp"

namespace hopwire::net {

[[nodiscard]] inline Descriptor open_udp() {
  Descriptor descriptor(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (descriptor.get() < 0) throw NetworkError(NetworkErrorKind::other, "cannot open a UDP socket", "socket", errno);
  return descriptor;
}

namespace detail {

inline void set_option(int descriptor, int level, int name, int value, const char* what) {
  if (::setsockopt(descriptor, level, name, &value, sizeof(value)) != 0) {
    throw NetworkError(kind_of(errno), "socket option refused", what, errno);
  }
}

// As large as asked: the forced form needs CAP_NET_ADMIN, the plain one is capped by net.core.rmem_max.
inline void set_buffer(int descriptor, int forced_name, int plain_name, int bytes) noexcept {
  if (::setsockopt(descriptor, SOL_SOCKET, forced_name, &bytes, sizeof(bytes)) == 0) return;
  (void)::setsockopt(descriptor, SOL_SOCKET, plain_name, &bytes, sizeof(bytes));
}

// The interface as the multicast options want it: by index when named, else by address; 0.0.0.0 leaves the choice to the routing table.
[[nodiscard]] inline ip_mreqn interface_request(std::string_view interface, std::uint32_t group) {
  ip_mreqn request{};
  request.imr_multiaddr.s_addr = htonl(group);
  if (interface.empty()) return request;
  if (is_interface_name(interface)) {
    request.imr_ifindex = static_cast<int>(::if_nametoindex(std::string(interface).c_str()));
  } else {
    const auto address = parse_address(interface);
    if (!address) throw NetworkError(NetworkErrorKind::no_route, "no such interface", std::string(interface), ENODEV);
    request.imr_address.s_addr = htonl(*address);
  }
  return request;
}

// IGMP any-source. False with errno.
[[nodiscard]] inline bool join_any(int descriptor, std::string_view interface, std::uint32_t group) {
  const ip_mreqn request = interface_request(interface, group);
  return ::setsockopt(descriptor, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(request)) == 0;
}

// IGMPv3 source-specific. The call that takes an address knows no interface names, and the one that takes an index no addresses.
[[nodiscard]] inline bool join_source(int descriptor, std::string_view interface, std::uint32_t group, std::uint32_t source) {
  const ip_mreqn on = interface_request(interface, group);
  if (on.imr_ifindex == 0) {
    const ip_mreq_source request{
        .imr_multiaddr = on.imr_multiaddr, .imr_interface = on.imr_address, .imr_sourceaddr = in_addr{htonl(source)}};
    return ::setsockopt(descriptor, IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, &request, sizeof(request)) == 0;
  }
  group_source_req request{};
  request.gsr_interface = static_cast<std::uint32_t>(on.imr_ifindex);
  const sockaddr_in to = to_sockaddr({group, 0});
  const sockaddr_in from = to_sockaddr({source, 0});
  std::memcpy(&request.gsr_group, &to, sizeof(to));
  std::memcpy(&request.gsr_source, &from, sizeof(from));
  return ::setsockopt(descriptor, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, &request, sizeof(request)) == 0;
}

inline void bind_socket(int descriptor, const Endpoint& endpoint) {
  const sockaddr_in address = to_sockaddr(endpoint);
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    throw NetworkError(kind_of(errno), "cannot bind", "UDP " + to_string(endpoint), errno);
  }
}

[[nodiscard]] inline Endpoint local_endpoint(int descriptor) noexcept {
  sockaddr_in address{};
  socklen_t length = sizeof(address);
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) return {};
  return from_sockaddr(address);
}

}  // namespace detail

struct ReceivedPacket {
  const std::byte* bytes;
  std::uint32_t length;
  bool truncated;               // longer than the slot: never to be decoded
  std::uint64_t kernel_stamp;   // realtime ns of the kernel's receive stamp, 0 when there is none
  Endpoint source;
};

struct UdpReceiverConfig {
  Endpoint local{};                       // a multicast group is joined; anything else is a unicast bind (port 0: any free port)
  std::string interface = "127.0.0.1";  // address or name; empty: the routing table chooses
  int receive_buffer = 8 << 20;         // bytes
  bool exclusive = false;               // unicast servers: a second one on the port is an error
  std::uint32_t source = 0;             // take a group's packets from this sender only (source-specific multicast); 0: from anyone
  int busy_poll = 0;                    // us the kernel may poll the NIC for us (SO_BUSY_POLL); 0: never. Loopback and veth ignore it
};

class UdpReceiver {
 public:
  static constexpr std::size_t batch = 32;
  static constexpr std::size_t maximum_packet = 9216;  // a jumbo frame; longer packets are flagged, not decoded

  explicit UdpReceiver(const UdpReceiverConfig& config) : socket_(open_udp()), slots_(new Slots) {
    using detail::set_option;
    const int descriptor = socket_.get();
    const bool multicast = is_multicast(config.local.address);
    if (multicast || !config.exclusive) set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
    detail::set_buffer(descriptor, SO_RCVBUFFORCE, SO_RCVBUF, config.receive_buffer);
    (void)::setsockopt(descriptor, SOL_SOCKET, SO_RXQ_OVFL, &enabled, sizeof(enabled));
    busy_polls_ = config.busy_poll > 0 &&
                  ::setsockopt(descriptor, SOL_SOCKET, SO_BUSY_POLL, &config.busy_poll, sizeof(config.busy_poll)) == 0;
    const int stamps = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
    kernel_stamps_ = ::setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPING, &stamps, sizeof(stamps)) == 0;
    detail::bind_socket(descriptor, config.local);
    if (multicast) join(config);
    local_ = detail::local_endpoint(descriptor);
    prepare_headers();
  }

  // Frees the port; receive() and send_to() must not be called again.
  void close() noexcept { socket_ = Descriptor(); }

  [[nodiscard]] const Endpoint& local() const noexcept { return local_; }
  // The kernel stamps packets; those of the first milliseconds may still lack one.
  [[nodiscard]] bool kernel_stamps() const noexcept { return kernel_stamps_; }
  // The kernel took SO_BUSY_POLL (it needs CAP_NET_ADMIN to be raised).
  [[nodiscard]] bool busy_polls() const noexcept { return busy_polls_; }
  [[nodiscard]] std::uint32_t kernel_drops() const noexcept { return kernel_drops_; }

  // What the socket holds now, at most `most` packets; empty when there is nothing. Valid until the next call.
  [[nodiscard]] std::span<const ReceivedPacket> receive(std::size_t most = batch) noexcept {
    Slots& slots = *slots_;
    for (std::size_t i = 0; i < used_; ++i) {  // the kernel shortened these; the others still stand as prepared
      slots.headers[i].msg_hdr.msg_namelen = sizeof(sockaddr_in);
      slots.headers[i].msg_hdr.msg_controllen = sizeof(slots.control[i]);
      slots.headers[i].msg_hdr.msg_flags = 0;
    }
    const int count =
        ::recvmmsg(socket_.get(), slots.headers.data(), static_cast<unsigned>(most < batch ? most : batch), MSG_DONTWAIT, nullptr);
    used_ = count > 0 ? static_cast<std::size_t>(count) : 0;
    for (std::size_t i = 0; i < used_; ++i) describe(i);
    return {slots.packets.data(), used_};
  }

  // Unicast answer from the bound port. False when the kernel did not take it.
  bool send_to(const Endpoint& destination, std::span<const std::byte> payload) noexcept {
    const sockaddr_in address = to_sockaddr(destination);
    return ::sendto(socket_.get(), payload.data(), payload.size(), MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&address),
                    sizeof(address)) == static_cast<ssize_t>(payload.size());
  }

 private:
  static constexpr int enabled = 1;
  static constexpr std::size_t control_bytes = 128;  // SCM_TIMESTAMPING (64) and SO_RXQ_OVFL (24), rounded up

  struct Slots {
    std::array<mmsghdr, batch> headers{};
    std::array<iovec, batch> vectors{};
    std::array<sockaddr_in, batch> sources{};
    alignas(cmsghdr) std::byte control[batch][control_bytes]{};
    std::array<ReceivedPacket, batch> packets{};
    alignas(64) std::byte bytes[batch][maximum_packet]{};
  };

  void join(const UdpReceiverConfig& config) {
    detail::set_option(socket_.get(), IPPROTO_IP, IP_MULTICAST_ALL, 0, "IP_MULTICAST_ALL");
    if (config.source != 0 ? detail::join_source(socket_.get(), config.interface, config.local.address, config.source)
                           : detail::join_any(socket_.get(), config.interface, config.local.address)) {
      return;
    }
    const int code = errno;
    const std::string where = to_string(config.local) + " on " + (config.interface.empty() ? "the default interface" : config.interface);
    const bool no_route = code == EADDRNOTAVAIL || code == ENODEV;
    throw NetworkError(no_route ? NetworkErrorKind::no_route : kind_of(code), "cannot join multicast group", where, code);
  }

  void prepare_headers() noexcept {
    Slots& slots = *slots_;
    for (std::size_t i = 0; i < batch; ++i) {
      slots.vectors[i] = {slots.bytes[i], maximum_packet};
      msghdr& header = slots.headers[i].msg_hdr;
      header.msg_iov = &slots.vectors[i];
      header.msg_iovlen = 1;
      header.msg_name = &slots.sources[i];
      header.msg_namelen = sizeof(sockaddr_in);
      header.msg_control = slots.control[i];
      header.msg_controllen = sizeof(slots.control[i]);
    }
  }

  void describe(std::size_t i) noexcept {
    Slots& slots = *slots_;
    msghdr& header = slots.headers[i].msg_hdr;
    ReceivedPacket& packet = slots.packets[i];
    packet = {slots.bytes[i], slots.headers[i].msg_len, (header.msg_flags & MSG_TRUNC) != 0, 0, from_sockaddr(slots.sources[i])};
    for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
      if (item->cmsg_level != SOL_SOCKET) continue;
      if (item->cmsg_type == SCM_TIMESTAMPING) {
        timespec software{};
        std::memcpy(&software, CMSG_DATA(item), sizeof(software));
        packet.kernel_stamp = static_cast<std::uint64_t>(software.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(software.tv_nsec);
      } else if (item->cmsg_type == SO_RXQ_OVFL) {
        std::memcpy(&kernel_drops_, CMSG_DATA(item), sizeof(kernel_drops_));
      }
    }
  }

  Descriptor socket_;
  std::unique_ptr<Slots> slots_;
  Endpoint local_;
  std::size_t used_ = 0;
  std::uint32_t kernel_drops_ = 0;
  bool kernel_stamps_ = false;
  bool busy_polls_ = false;
};

struct UdpSenderConfig {
  Endpoint destination{};
  std::string interface = "127.0.0.1";  // address or name of the multicast interface; empty: the routing table chooses
  int time_to_live = 1;
  int send_buffer = 4 << 20;
};

class UdpSender {
 public:
  static constexpr std::size_t batch = 32;

  explicit UdpSender(const UdpSenderConfig& config) : socket_(open_udp()), destination_(config.destination) {
    const int descriptor = socket_.get();
    detail::set_buffer(descriptor, SO_SNDBUFFORCE, SO_SNDBUF, config.send_buffer);
    if (is_multicast(config.destination.address)) {
      const ip_mreqn request = detail::interface_request(config.interface, config.destination.address);
      if (::setsockopt(descriptor, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof(request)) != 0) {
        throw NetworkError(NetworkErrorKind::no_route, "cannot send multicast from", config.interface, errno);
      }
      detail::set_option(descriptor, IPPROTO_IP, IP_MULTICAST_TTL, config.time_to_live, "IP_MULTICAST_TTL");
      detail::set_option(descriptor, IPPROTO_IP, IP_MULTICAST_LOOP, 1, "IP_MULTICAST_LOOP");
    }
    const sockaddr_in address = to_sockaddr(config.destination);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      throw NetworkError(kind_of(errno), "no route to", to_string(config.destination), errno);
    }
    local_ = detail::local_endpoint(descriptor);
  }

  [[nodiscard]] const Endpoint& local() const noexcept { return local_; }
  [[nodiscard]] const Endpoint& destination() const noexcept { return destination_; }

  // False when the kernel did not take the packet (full buffer, no receiver on a unicast port).
  bool send(std::span<const std::byte> packet) noexcept {
    return ::send(socket_.get(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL) == static_cast<ssize_t>(packet.size());
  }

  // One system call for up to `batch` packets; returns how many the kernel took, from the front.
  std::size_t send_batch(std::span<mmsghdr> packets) noexcept {
    const int sent = ::sendmmsg(socket_.get(), packets.data(), static_cast<unsigned>(packets.size()), MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }

 private:
  Descriptor socket_;
  Endpoint destination_;
  Endpoint local_;
};

}  // namespace hopwire::net
