// SoupBinTCP packets that other people's systems sent.
#include <span>
#include <string>

#include "net/soupbin_wire.hpp"
#include "test_support/capture_payloads.hpp"
#include "test_support/fixtures.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using namespace hopwire::net;

TEST("SoupBinTCP: real packets of other people's sessions") {
  const auto read = [](const char* name, SoupBinEnd sender) {
    const auto path = test::fixture(std::string("pcap/") + name);
    if (!path) SKIP("no fixtures folder");
    std::string types;
    for (const test::CapturedPayload& payload : test::capture_payloads(*path)) {
      std::span<const std::byte> bytes(payload.bytes);
      while (!bytes.empty()) {
        const SoupBinPacket found = read_soupbin_packet(bytes, sender, soupbin_largest_packet);
        REQUIRE_EQ(found.status, SoupBinStatus::complete);
        types += found.type;
        if (found.message.size() > 1 && (found.type == 'S' || found.type == 'U')) types += static_cast<char>(found.payload()[0]);
        bytes = bytes.subspan(found.length);
      }
    }
    return types;
  };
  CHECK_EQ(read("Nasdaq.Nsm.Ouch.v5.0/ClientHeartbeatPacket.pcap", SoupBinEnd::client), "R");
  CHECK_EQ(read("Nasdaq.Nsm.Ouch.v5.0/ServerHeartbeatPacket.pcap", SoupBinEnd::server), "H");
  CHECK_EQ(read("Nasdaq.Nsm.Ouch.v5.0/EnterOrderMessage.pcap", SoupBinEnd::client), "UO");
  CHECK_EQ(read("Nasdaq.Nsm.Ouch.v5.0/CancelOrderMessage.pcap", SoupBinEnd::client), "UX");
  CHECK_EQ(read("Nasdaq.Nsm.Ouch.v5.0/OrderAcceptedMessage.pcap", SoupBinEnd::server), "SA");
  CHECK_EQ(read("Nasdaq.Nsm.Ouch.v5.0/CanceledMessage.pcap", SoupBinEnd::server), "SC");
  CHECK_EQ(read("Jnx.Equities.Pts.Ouch.v1.11/EnterOrderMessage.O.pcap", SoupBinEnd::client), "UO");
  CHECK_EQ(read("Jnx.Equities.Pts.Ouch.v1.11/OrderAcceptedMessage.A.pcap", SoupBinEnd::server), "SA");
  CHECK_EQ(read("Jnx.Equities.Pts.Ouch.v1.11/ReplaceOrderMessage.U.pcap", SoupBinEnd::client), "UU");
}
