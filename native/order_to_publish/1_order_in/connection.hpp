// One TCP connection to the gateway: the framed connection and where it stands in the session layer. Slots are reused for later
// connections.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "net/framed_connection.hpp"
#include "order_to_publish/1_order_in/gateway_config.hpp"

namespace hopwire::venue {

enum class ConnectionState : std::uint8_t {
  unused,
  logon,  // has not established a session yet
  established,
  closing,  // said Terminate or refused a logon; waits for the peer to take it
};

inline constexpr std::uint32_t no_session = 0xFFFFFFFFu;

class Connection : public net::FramedConnection {
 public:
  // Reports leave this much of the send buffer to session messages.
  static constexpr std::size_t session_margin = 2048;

  Connection(const GatewayConfig& config, net::WireTap* tap)
      : FramedConnection(config.receive_buffer_bytes, config.send_buffer_bytes, tap) {}

  void open(net::TcpConnection socket, std::uint64_t now) noexcept {
    FramedConnection::open(std::move(socket), now);
    state = ConnectionState::logon;
    session = no_session;
    opened_at = now;
  }

  void close() noexcept {
    FramedConnection::close();
    state = ConnectionState::unused;
    session = no_session;
  }

  [[nodiscard]] bool has_room_for_reports(std::size_t bytes) const noexcept { return has_room(bytes, session_margin); }

  // A report already encoded. false when it must wait.
  [[nodiscard]] bool offer(std::span<const std::byte> frame) noexcept { return has_room_for_reports(frame.size()) && append(frame); }

  ConnectionState state = ConnectionState::unused;
  std::uint32_t session = no_session;  // index, once established
  std::uint64_t opened_at = 0;         // steady ns
  std::uint64_t closing_at = 0;        // when closing began
};

}  // namespace hopwire::venue
