// Real multicast and unicast over the loopback interface, and what set-up says when it cannot.
#include "net/udp_socket.hpp"

#include <string>
#include <vector>

#include "core/clock.hpp"
#include "net/mold_publisher.hpp"
#include "net/rerequest_server.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using namespace hopwire::net;

namespace {

// A port nobody has: the kernel's choice, let go again.
std::uint16_t free_port() { return UdpReceiver({.local = endpoint_of("127.0.0.1", 0)}).local().port; }

struct Copy {
  std::string text;
  std::uint64_t kernel_stamp;
  Endpoint source;
};

std::vector<Copy> receive(UdpReceiver& receiver, std::size_t wanted) {
  std::vector<Copy> copies;
  const std::uint64_t until = core::monotonic_now() + 2'000'000'000;
  while (copies.size() < wanted && core::monotonic_now() < until) {
    for (const ReceivedPacket& packet : receiver.receive()) {
      copies.push_back({std::string(reinterpret_cast<const char*>(packet.bytes), packet.length), packet.kernel_stamp, packet.source});
    }
  }
  return copies;
}

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }

// The kernel begins to stamp some time after it was asked to: packets until then have none.
void await_kernel_stamps(UdpReceiver& receiver, UdpSender& sender) {
  const std::uint64_t until = core::monotonic_now() + 2'000'000'000;
  while (core::monotonic_now() < until) {
    CHECK(sender.send(bytes_of("stamped?")));
    const std::vector<Copy> got = receive(receiver, 1);
    if (!got.empty() && got[0].kernel_stamp != 0) return;
  }
  CHECK(!"the kernel never stamped a packet");
}

template <class F>
NetworkErrorKind kind_thrown(F&& f) {
  try {
    f();
  } catch (const NetworkError& error) {
    CHECK(std::string_view(error.what()).find('\n') == std::string_view::npos);
    return error.kind;
  }
  CHECK(!"nothing was thrown");
  return NetworkErrorKind::other;
}

}  // namespace

TEST("net: multicast over loopback arrives with the kernel's stamp, at every listener") {
  const Endpoint group = endpoint_of("239.255.90.1", free_port());
  UdpReceiver first({.local = group});
  UdpReceiver second({.local = group});
  UdpSender sender({.destination = group});
  await_kernel_stamps(first, sender);
  for (std::size_t taken = 1; taken != 0;) taken = receive(second, 0).size() + second.receive().size();
  const std::uint64_t before = core::realtime_now();
  for (int i = 0; i < 100; ++i) CHECK(sender.send(bytes_of("packet " + std::to_string(i))));
  for (UdpReceiver* receiver : {&first, &second}) {
    const std::vector<Copy> got = receive(*receiver, 100);
    REQUIRE_EQ(got.size(), 100u);
    for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i].text == "packet " + std::to_string(i));
    CHECK(got[0].source == sender.local());
    const std::uint64_t after = core::realtime_now();
    for (const Copy& copy : got) CHECK(copy.kernel_stamp + 1'000'000 >= before && copy.kernel_stamp <= after + 1'000'000);
  }
}

TEST("net: a receiver of one group does not hear another on the same port") {
  const std::uint16_t port = free_port();
  UdpReceiver listener({.local = endpoint_of("239.255.90.2", port)});
  UdpReceiver other({.local = endpoint_of("239.255.90.3", port)});
  UdpSender sender({.destination = endpoint_of("239.255.90.3", port)});
  CHECK(sender.send(bytes_of("for the other")));
  CHECK_EQ(receive(other, 1).size(), 1u);
  CHECK(listener.receive().empty());
}

TEST("net: a full receive buffer drops and says how many") {
  const Endpoint group = endpoint_of("239.255.90.4", free_port());
  UdpReceiver receiver({.local = group, .receive_buffer = 4096});
  UdpSender sender({.destination = group});
  for (int i = 0; i < 200; ++i) (void)sender.send(bytes_of(std::string(500, 'x')));
  const std::size_t kept = receive(receiver, 0).size() + receive(receiver, 1).size();
  CHECK(sender.send(bytes_of("the next packet brings the count")));
  (void)receive(receiver, 1000 < kept ? 0 : 1);
  for (int i = 0; i < 100; ++i) (void)receiver.receive();
  CHECK(receiver.kernel_drops() > 0);
}

TEST("net: a packet longer than a slot is flagged") {
  UdpReceiver receiver({.local = endpoint_of("127.0.0.1", 0)});
  UdpSender sender({.destination = receiver.local()});
  CHECK(sender.send(bytes_of(std::string(UdpReceiver::maximum_packet + 1, 'x'))));
  const std::uint64_t until = core::monotonic_now() + 2'000'000'000;
  bool seen = false;
  while (!seen && core::monotonic_now() < until) {
    for (const ReceivedPacket& packet : receiver.receive()) {
      seen = true;
      CHECK(packet.truncated);
      CHECK(packet.length <= UdpReceiver::maximum_packet);
    }
  }
  CHECK(seen);
}

TEST("net: set-up names its refusals") {
  const Endpoint taken_as = endpoint_of("127.0.0.1", free_port());
  UdpReceiver taken({.local = taken_as, .exclusive = true});
  CHECK_EQ(kind_thrown([&] { UdpReceiver again({.local = taken_as, .exclusive = true}); }), NetworkErrorKind::port_in_use);
  CHECK_EQ(kind_thrown([] { (void)endpoint_of("not an address", 1); }), NetworkErrorKind::bad_address);
  CHECK_EQ(kind_thrown([] { (void)endpoint_of("1.2.3", 1); }), NetworkErrorKind::bad_address);
  const Endpoint group = endpoint_of("239.255.90.5", free_port());
  CHECK_EQ(kind_thrown([&] { UdpReceiver none({.local = group, .interface = "203.0.113.77"}); }), NetworkErrorKind::no_route);
  CHECK_EQ(kind_thrown([&] { UdpReceiver none({.local = group, .interface = "nosuchinterface"}); }), NetworkErrorKind::no_route);
  CHECK_EQ(kind_thrown([&] { UdpSender none({.destination = group, .interface = "203.0.113.77"}); }), NetworkErrorKind::no_route);
}

TEST("net: an interface may be named") {
  const Endpoint group = endpoint_of("239.255.90.6", free_port());
  UdpReceiver receiver({.local = group, .interface = "lo"});
  UdpSender sender({.destination = group, .interface = "lo"});
  CHECK(sender.send(bytes_of("by name")));
  CHECK_EQ(receive(receiver, 1).size(), 1u);
}

TEST("net: the re-request server answers what is kept and nothing else") {
  const Endpoint group = endpoint_of("239.255.90.7", free_port());
  UdpSender line({.destination = group});
  MoldPublisher publisher({.session = MoldSession("S")}, line);
  for (int i = 0; i < 100; ++i) {
    std::byte* room = publisher.reserve(36);
    std::memset(room, i, 36);
    publisher.commit();
  }
  publisher.flush();
  RerequestServer server({.local = endpoint_of("127.0.0.1", 0)});
  UdpReceiver client({.local = endpoint_of("127.0.0.1", 0)});
  const auto ask = [&](std::string_view session, std::uint64_t first, std::uint16_t count, std::size_t length = mold_header_length) {
    std::array<std::byte, mold_header_length + 1> request{};
    write_mold_header(request.data(), {MoldSession(session), first, count});
    CHECK(client.send_to(server.local(), {request.data(), length}));
    const std::uint64_t handled = server.counters().served + server.counters().refused;
    const std::uint64_t until = core::monotonic_now() + 2'000'000'000;
    while (server.counters().served + server.counters().refused == handled && core::monotonic_now() < until) (void)server.poll(publisher);
  };
  ask("S", 10, 5);
  const std::vector<Copy> answer = receive(client, 1);
  REQUIRE_EQ(answer.size(), 1u);
  const MoldHeader header = read_mold_header(reinterpret_cast<const std::byte*>(answer[0].text.data()));
  CHECK_EQ(header.sequence, 10u);
  CHECK_EQ(header.message_count, 5u);
  CHECK_EQ(answer[0].text.size(), mold_header_length + 5 * 38);
  CHECK_EQ(static_cast<int>(answer[0].text[mold_header_length + 2]), 9);
  ask("S", 1, 1000);
  const std::vector<Copy> filled = receive(client, 1);
  REQUIRE_EQ(filled.size(), 1u);
  CHECK(filled[0].text.size() <= mold_payload_limit);
  CHECK_EQ(server.counters().refused, 0u);
  ask("OTHER", 1, 1);
  ask("S", 0, 1);
  ask("S", 101, 1);
  ask("S", ~std::uint64_t{0}, 0xFFFE);
  ask("S", 1, 0);
  ask("S", 1, 0xFFFF);
  ask("S", 1, 1, mold_header_length - 1);
  ask("S", 1, 1, mold_header_length + 1);
  CHECK_EQ(server.counters().refused, 8u);
  CHECK(client.receive().empty());
}

TEST("udp: source-specific membership takes the named sender and nobody else, by address and by interface name") {
  const Endpoint group{parse_address("239.255.77.61").value(), free_port()};
  for (const char* interface : {"127.0.0.1", "lo"}) {
    UdpReceiver wanted({.local = group, .interface = interface, .source = parse_address("127.0.0.1").value()});
    UdpReceiver other({.local = group, .interface = interface, .source = parse_address("127.0.0.9").value()});
    UdpSender sender({.destination = group});
    for (int i = 0; i < 3; ++i) CHECK(sender.send(bytes_of("tick")));
    CHECK_EQ(receive(wanted, 3).size(), 3u);
    CHECK(other.receive().empty());
  }
  CHECK(kind_thrown([&] { UdpReceiver({.local = group, .interface = "203.0.113.9", .source = 1}); }) == NetworkErrorKind::no_route);
}

TEST("udp: a socket that polls the NIC still receives") {
  UdpReceiver receiver({.local = endpoint_of("127.0.0.1", 0), .busy_poll = 50});
  UdpSender sender({.destination = receiver.local()});
  CHECK(sender.send(bytes_of("tick")));
  CHECK_EQ(receive(receiver, 1).size(), 1u);
}
