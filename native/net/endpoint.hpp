// Why: every socket here names its peers the same way. What: an IPv4 address and port as plain numbers, their text forms, and the one
// error of socket set-up, which says what kind of operator mistake it was (so that the face can give the right hint).
//
// Host byte order everywhere except inside sockaddr_in.
#pragma once

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/system_error.hpp"

namespace hopwire::net {

enum class NetworkErrorKind : std::uint8_t { other, port_in_use, no_route, bad_address, connect_failed };

class NetworkError : public core::SystemError {
 public:
  NetworkError(NetworkErrorKind network_kind, const std::string& what, const std::string& where, int code)
      : core::SystemError(what, where, code), kind(network_kind) {}
  NetworkErrorKind kind;
};

struct Endpoint {
  std::uint32_t address = 0;
  std::uint16_t port = 0;
  friend constexpr bool operator==(const Endpoint&, const Endpoint&) = default;
};

// Dotted form only: names are resolved by the configuration, never near a socket.
[[nodiscard]] inline std::optional<std::uint32_t> parse_address(std::string_view text) {
  in_addr address{};
  if (::inet_pton(AF_INET, std::string(text).c_str(), &address) != 1) return std::nullopt;
  return ntohl(address.s_addr);
}

// An address ("127.0.0.1") or an interface name ("lo").
[[nodiscard]] inline bool is_interface_name(std::string_view text) {
  return !text.empty() && !parse_address(text) && ::if_nametoindex(std::string(text).c_str()) != 0;
}

[[nodiscard]] constexpr bool is_multicast(std::uint32_t address) noexcept { return (address >> 28) == 0xE; }

[[nodiscard]] inline std::string to_string(const Endpoint& endpoint) {
  char text[INET_ADDRSTRLEN] = {};
  const in_addr address{.s_addr = htonl(endpoint.address)};
  ::inet_ntop(AF_INET, &address, text, sizeof(text));
  return std::string(text) + ':' + std::to_string(endpoint.port);
}

[[nodiscard]] inline sockaddr_in to_sockaddr(const Endpoint& endpoint) noexcept {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(endpoint.port);
  result.sin_addr.s_addr = htonl(endpoint.address);
  return result;
}

[[nodiscard]] inline Endpoint from_sockaddr(const sockaddr_in& address) noexcept {
  return {ntohl(address.sin_addr.s_addr), ntohs(address.sin_port)};
}

// The address of `text`, or a NetworkError that names it.
[[nodiscard]] inline Endpoint endpoint_of(std::string_view address, std::uint16_t port) {
  const auto parsed = parse_address(address);
  if (!parsed) throw NetworkError(NetworkErrorKind::bad_address, "not an IPv4 address", std::string(address), EINVAL);
  return {*parsed, port};
}

[[nodiscard]] inline NetworkErrorKind kind_of(int code) noexcept {
  switch (code) {
    case EADDRINUSE: return NetworkErrorKind::port_in_use;
    case ENODEV:
    case ENETUNREACH:
    case EHOSTUNREACH: return NetworkErrorKind::no_route;
    case EADDRNOTAVAIL:
    case EINVAL: return NetworkErrorKind::bad_address;
    default: return NetworkErrorKind::other;
  }
}

}  // namespace hopwire::net
