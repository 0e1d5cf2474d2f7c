// Any bytes, in any slices, at any time, to both ends of SoupBinTCP: nothing is read outside what came, the client's count is that of the
// sequenced packets it handed out, buffers stay within their bounds, and an end that is over stays over.
//
// Input: records of {u8 kind, u8 a, u8 b}. Kinds build a packet, give raw bytes, let time pass, or let an owner act.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "net/soupbin_client.hpp"
#include "net/soupbin_server.hpp"

using namespace hopwire;
using namespace hopwire::net;

namespace {

using Bytes = std::vector<std::byte>;

class Both {
 public:
  Both() {
    client_.start(now_);
    server_.start(now_);
  }

  void give(const Bytes& bytes) {
    const Bytes exact(bytes.begin(), bytes.end());  // its own block
    feed(client_, exact);
    feed(server_, exact);
    drain();
  }
  void pass_time(std::uint64_t nanoseconds) {
    now_ += nanoseconds;
    client_.tick(now_);
    server_.tick(now_);
    drain();
  }
  void act(std::uint8_t what, const Bytes& bytes) {
    switch (what % 8) {
      case 0: server_.accept("FUZZ", what); break;
      case 1: server_.reject('A'); break;
      case 2: (void)server_.send_sequenced(bytes); break;
      case 3: (void)client_.send_unsequenced(bytes); break;
      case 4: server_.end_session(); break;
      case 5: client_.logout(); break;
      case 6: client_.stream().sent(client_.stream().outbound().size(), now_); break;
      default: server_.stream().sent(server_.stream().outbound().size(), now_);
    }
    drain();
  }

 private:
  template <class End>
  void feed(End& end, const Bytes& bytes) {
    const std::span<std::byte> space = end.stream().space();
    const std::size_t count = std::min(space.size(), bytes.size());
    if (count != 0) std::memcpy(space.data(), bytes.data(), count);
    end.stream().received(count, now_);
  }

  void drain() {
    for (;;) {
      const bool was_open = client_.is_open();
      const SoupBinClient::Event event = client_.next();
      if (!was_open && client_.is_open()) std::abort();
      if (event == SoupBinClient::Event::accepted) expected_ = client_.next_sequence();
      if (event == SoupBinClient::Event::sequenced && client_.next_sequence() != ++expected_) std::abort();
      if (event == SoupBinClient::Event::over && client_.is_open()) std::abort();
      sum(client_.payload());
      if (event == SoupBinClient::Event::none || event == SoupBinClient::Event::over) break;
    }
    for (;;) {
      const SoupBinServer::Event event = server_.next();
      if (event == SoupBinServer::Event::over && server_.is_open()) std::abort();
      sum(server_.payload());
      if (event == SoupBinServer::Event::none || event == SoupBinServer::Event::over) break;
    }
    if (client_.stream().outbound().size() > outbound || server_.stream().outbound().size() > outbound) std::abort();
  }

  void sum(std::span<const std::byte> payload) {
    for (const std::byte byte : payload) sum_ += std::to_integer<unsigned>(byte);
  }

  static constexpr std::size_t outbound = 256;
  SoupBinClient client_{{.user = "u", .stream = {.largest_packet = 128, .inbound_bytes = 128, .outbound_bytes = outbound}}};
  SoupBinServer server_{{.stream = {.peer = SoupBinEnd::client, .largest_packet = 128, .inbound_bytes = 128, .outbound_bytes = outbound}}};
  std::uint64_t now_ = 1'000'000'000;
  std::uint64_t expected_ = 1;
  volatile unsigned sum_ = 0;
};

Bytes packet(std::uint8_t type, std::size_t length) {
  static constexpr char types[] = "+AJSHZLURO?";
  Bytes bytes(soupbin_prefix + length, std::byte{'1'});
  core::store_be<std::uint16_t>(bytes.data(), static_cast<std::uint16_t>(length));
  if (length != 0) bytes[soupbin_prefix] = static_cast<std::byte>(types[type % (sizeof(types) - 1)]);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  Both both;
  for (std::size_t at = 0; at + 3 <= size;) {
    const std::uint8_t kind = input[at] & 7;
    const std::uint8_t a = input[at + 1];
    const std::uint8_t b = input[at + 2];
    at += 3;
    switch (kind) {
      case 0: both.give(packet(a, b % 128)); break;
      case 1: both.give(packet(a, a % 11 == 6 ? (b % 2 == 0 ? 47 : 52) : a % 11 == 1 ? 31 : a % 11 == 2 ? 2 : 1)); break;
      case 2:
      case 3: {
        const std::size_t length = std::min<std::size_t>(a % 64, size - at);
        Bytes raw(length);
        if (length != 0) std::memcpy(raw.data(), input + at, length);
        both.give(raw);
        at += length;
        break;
      }
      case 4: both.pass_time(std::uint64_t{a} * b * 1'000'000); break;
      default: both.act(a, Bytes(b));
    }
  }
  return 0;
}

extern "C" std::size_t hopwire_fuzz_seed(std::size_t index, std::uint8_t* buffer, std::size_t capacity) {
  static constexpr std::uint8_t seeds[][18] = {
      {1, 6, 0, 5, 0, 0, 1, 1, 0, 0, 3, 20, 0, 3, 40, 5, 2, 9},
      {1, 1, 0, 0, 3, 7, 4, 250, 60, 5, 6, 0, 4, 255, 61, 1, 5, 0},
      {2, 4, 0, 0, 2, 'H', 'x', 1, 6, 1, 5, 1, 0, 5, 7, 0, 0, 0},
  };
  if (index >= std::size(seeds) || capacity < sizeof(seeds[0])) return 0;
  std::memcpy(buffer, seeds[index], sizeof(seeds[0]));
  return sizeof(seeds[0]);
}
