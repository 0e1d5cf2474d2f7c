#include "net/tcp_socket.hpp"

#include <array>
#include <vector>

#include "test_support/test.hpp"

namespace {

using namespace hopwire;
using net::TransferStatus;

net::TcpConnection accepted(net::TcpListener& listener) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    net::TcpConnection connection = listener.accept();
    if (connection.is_open()) return connection;
    (void)::poll(nullptr, 0, 1);
  }
  return {};
}

TEST("tcp: bytes go both ways, both ends know each other's address, and the end of one is seen by the other") {
  net::TcpListener listener("127.0.0.1", 0);
  CHECK(listener.port() != 0);
  CHECK(!listener.accept().is_open());
  net::TcpConnection client = net::TcpConnection::connect("127.0.0.1", listener.port(), 1000);
  net::TcpConnection server = accepted(listener);
  REQUIRE(server.is_open());
  CHECK(client.peer() == server.local());
  CHECK(client.local() == server.peer());
  CHECK_EQ(client.peer().port, listener.port());

  std::array<std::byte, 16> bytes{std::byte{1}, std::byte{2}, std::byte{3}};
  CHECK_EQ(server.read(bytes).status, TransferStatus::would_block);
  CHECK_EQ(client.write(std::span(bytes).first(3)).bytes, 3u);
  std::array<std::byte, 16> got{};
  REQUIRE(server.wait_readable(1000));
  CHECK_EQ(server.read(got).bytes, 3u);
  CHECK(got[2] == std::byte{3});
  client.finish_writing();
  REQUIRE(server.wait_readable(1000));
  CHECK_EQ(server.read(got).status, TransferStatus::closed);
  CHECK_EQ(server.write(std::span(bytes).first(2)).bytes, 2u);
  REQUIRE(client.wait_readable(1000));
  CHECK_EQ(client.read(got).bytes, 2u);
}

TEST("tcp: a peer that reads nothing blocks the writer at some point, and a peer that is gone breaks it, without a signal") {
  net::TcpListener listener("127.0.0.1", 0);
  net::TcpConnection client = net::TcpConnection::connect("127.0.0.1", listener.port(), 1000);
  net::TcpConnection server = accepted(listener);
  REQUIRE(server.is_open());
  const std::vector<std::byte> much(1 << 20);
  TransferStatus status = TransferStatus::moved;
  for (int round = 0; round < 64 && status == TransferStatus::moved; ++round) status = server.write(much).status;
  CHECK_EQ(status, TransferStatus::would_block);
  client.close();
  for (int round = 0; round < 1000 && status != TransferStatus::broken; ++round) {
    status = server.write(much).status;
    (void)::poll(nullptr, 0, 1);
  }
  CHECK_EQ(status, TransferStatus::broken);
}

TEST("tcp: set-up failures say which mistake it was") {
  net::TcpListener listener("127.0.0.1", 0);
  const auto kind_of_failure = [](auto&& action) {
    try {
      action();
    } catch (const net::NetworkError& error) {
      return error.kind;
    }
    return net::NetworkErrorKind::other;
  };
  CHECK_EQ(kind_of_failure([&] { net::TcpListener second("127.0.0.1", listener.port()); }), net::NetworkErrorKind::port_in_use);
  CHECK_EQ(kind_of_failure([&] { net::TcpListener nowhere("not an address", 0); }), net::NetworkErrorKind::bad_address);
  const std::uint16_t port = listener.port();
  listener.close();
  CHECK_EQ(kind_of_failure([&] { (void)net::TcpConnection::connect("127.0.0.1", port, 200); }), net::NetworkErrorKind::connect_failed);
}

}  // namespace
