// Why: order entry over TCP, polled. What: `TcpListener` and `TcpConnection`, both non-blocking; a connection has Nagle's algorithm off
// (a report must not wait for the last one's ACK) and reads and writes by plain recv and send, which beat epoll for the few sessions of a
// venue (8 us round trip against 9 on loopback).
//
// Owns one descriptor each. What can go wrong: set-up throws NetworkError (port in use, nobody listens, time-out). Afterwards nothing
// throws: read and write say `would_block`, `closed` (peer is gone, orderly) or `broken` (reset), and the owner ends the session.
#pragma once

#include <netinet/tcp.h>
#include <poll.h>

#include <cstddef>
#include <span>
#include <string>

#include "net/descriptor.hpp"
#include "net/endpoint.hpp"

namespace hopwire::net {

enum class TransferStatus : std::uint8_t { moved, would_block, closed, broken };

struct Transfer {
  TransferStatus status = TransferStatus::would_block;
  std::size_t bytes = 0;  // moved; may be fewer than asked
};

class TcpConnection {
 public:
  TcpConnection() = default;
  explicit TcpConnection(int descriptor) noexcept : descriptor_(descriptor) {
    if (is_open()) prepare();
  }

  // Blocks for at most timeout_milliseconds; throws NetworkError (connect_failed) when nobody answers.
  [[nodiscard]] static TcpConnection connect(const std::string& host, std::uint16_t port, int timeout_milliseconds) {
    const Endpoint to = endpoint_of(host, port);
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) throw NetworkError(NetworkErrorKind::other, "cannot open a TCP socket", to_string(to), errno);
    TcpConnection connection(descriptor);
    const sockaddr_in address = to_sockaddr(to);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      const int code = errno == EINPROGRESS ? wait_connected(descriptor, timeout_milliseconds) : errno;
      if (code != 0) throw NetworkError(NetworkErrorKind::connect_failed, "cannot connect", to_string(to), code);
    }
    connection.name_ends();
    return connection;
  }

  // Begins to connect and returns at once; connecting() tells how it goes. `interface`: the address or name of the interface to leave by;
  // empty: the routing table chooses. Not open when the machine refuses at once; error() says why.
  [[nodiscard]] static TcpConnection begin_connect(const Endpoint& to, const std::string& interface) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    TcpConnection connection(descriptor);
    connection.error_ = descriptor < 0 ? errno : connection.leave_by(interface);
    if (connection.error_ == 0) {
      const sockaddr_in address = to_sockaddr(to);
      if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 && errno != EINPROGRESS)
        connection.error_ = errno;
    }
    if (connection.error_ != 0) connection.close();
    return connection;
  }

  // `moved`: connected. `would_block`: not yet. `broken`: refused, see error().
  [[nodiscard]] TransferStatus connecting() noexcept {
    if (!is_open()) return TransferStatus::broken;
    pollfd request{.fd = descriptor_.get(), .events = POLLOUT, .revents = 0};
    if (::poll(&request, 1, 0) <= 0) return TransferStatus::would_block;
    socklen_t length = sizeof(error_);
    if (::getsockopt(descriptor_.get(), SOL_SOCKET, SO_ERROR, &error_, &length) != 0) error_ = errno;
    if (error_ != 0) return TransferStatus::broken;
    name_ends();
    return TransferStatus::moved;
  }
  // errno of a connection that begin_connect() or connecting() found broken.
  [[nodiscard]] int error() const noexcept { return error_; }

  [[nodiscard]] bool is_open() const noexcept { return descriptor_.get() >= 0; }
  [[nodiscard]] const Endpoint& local() const noexcept { return local_; }
  [[nodiscard]] const Endpoint& peer() const noexcept { return peer_; }

  [[nodiscard]] Transfer read(std::span<std::byte> into) noexcept {
    const ssize_t count = ::recv(descriptor_.get(), into.data(), into.size(), MSG_DONTWAIT);
    if (count > 0) return {TransferStatus::moved, static_cast<std::size_t>(count)};
    if (count == 0) return {TransferStatus::closed, 0};
    return {blocked(errno) ? TransferStatus::would_block : TransferStatus::broken, 0};
  }

  [[nodiscard]] Transfer write(std::span<const std::byte> from) noexcept {
    const ssize_t count = ::send(descriptor_.get(), from.data(), from.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count >= 0) return {TransferStatus::moved, static_cast<std::size_t>(count)};
    return {blocked(errno) ? TransferStatus::would_block : TransferStatus::broken, 0};
  }

  // No more writes; what was written still arrives, and the peer sees the end.
  void finish_writing() noexcept {
    if (is_open()) ::shutdown(descriptor_.get(), SHUT_WR);
  }

  // Cold: until readable or time is up.
  [[nodiscard]] bool wait_readable(int timeout_milliseconds) const noexcept {
    pollfd request{.fd = descriptor_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&request, 1, timeout_milliseconds) > 0;
  }

  // Sleeps until readable or time is up; for loops that give their core away between two deadlines.
  bool sleep_readable(std::uint64_t nanoseconds) const noexcept {
    pollfd request{.fd = descriptor_.get(), .events = POLLIN, .revents = 0};
    const timespec time{.tv_sec = static_cast<time_t>(nanoseconds / 1'000'000'000),
                        .tv_nsec = static_cast<long>(nanoseconds % 1'000'000'000)};
    return ::ppoll(&request, 1, &time, nullptr) > 0;
  }

  void close() noexcept { descriptor_ = Descriptor(); }

 private:
  [[nodiscard]] static bool blocked(int code) noexcept { return code == EAGAIN || code == EWOULDBLOCK || code == EINTR; }

  [[nodiscard]] static int wait_connected(int descriptor, int timeout_milliseconds) noexcept {
    pollfd request{.fd = descriptor, .events = POLLOUT, .revents = 0};
    if (::poll(&request, 1, timeout_milliseconds) <= 0) return ETIMEDOUT;
    int code = 0;
    socklen_t length = sizeof(code);
    ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length);
    return code;
  }

  // 0 or errno.
  [[nodiscard]] int leave_by(const std::string& interface) noexcept {
    if (interface.empty()) return 0;
    if (is_interface_name(interface)) {
      const auto length = static_cast<socklen_t>(interface.size());
      return ::setsockopt(descriptor_.get(), SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(), length) == 0 ? 0 : errno;
    }
    const auto address = parse_address(interface);
    if (!address) return ENODEV;
    const sockaddr_in local = to_sockaddr({*address, 0});
    return ::bind(descriptor_.get(), reinterpret_cast<const sockaddr*>(&local), sizeof(local)) == 0 ? 0 : errno;
  }

  void prepare() noexcept {
    const int on = 1;
    (void)::setsockopt(descriptor_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    name_ends();
  }

  void name_ends() noexcept {
    sockaddr_in address{};
    socklen_t length = sizeof(address);
    if (::getsockname(descriptor_.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0) local_ = from_sockaddr(address);
    length = sizeof(address);
    if (::getpeername(descriptor_.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0) peer_ = from_sockaddr(address);
  }

  Descriptor descriptor_;
  Endpoint local_;
  Endpoint peer_;
  int error_ = 0;
};

class TcpListener {
 public:
  // port 0: the kernel chooses; port() tells.
  TcpListener(const std::string& host, std::uint16_t port) {
    const Endpoint at = endpoint_of(host, port);
    descriptor_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (descriptor_.get() < 0) throw NetworkError(NetworkErrorKind::other, "cannot open a TCP socket", to_string(at), errno);
    const int on = 1;
    (void)::setsockopt(descriptor_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in address = to_sockaddr(at);
    socklen_t length = sizeof(address);
    if (::bind(descriptor_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        ::listen(descriptor_.get(), 64) != 0) {
      const int code = errno;
      throw NetworkError(kind_of(code), "cannot listen", "TCP " + to_string(at), code);
    }
    if (::getsockname(descriptor_.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0) port_ = from_sockaddr(address).port;
  }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  // A new connection, or one that is not open when nobody waits.
  [[nodiscard]] TcpConnection accept() noexcept {
    if (descriptor_.get() < 0) return {};
    return TcpConnection(::accept4(descriptor_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  }

  // To wait on with poll(): readable when somebody connects. Negative once closed.
  [[nodiscard]] int descriptor() const noexcept { return descriptor_.get(); }
  void close() noexcept { descriptor_ = Descriptor(); }

 private:
  Descriptor descriptor_;
  std::uint16_t port_ = 0;
};

}  // namespace hopwire::net
