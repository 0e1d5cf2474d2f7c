// Any bytes as the stream of a GLIMPSE server, in any slices: nothing is read outside what came, every message handed on has a known type
// and its length, and a snapshot is complete only behind an accepted login and with a sequence number that can be one.
//
// Input: {u8 slice} and the stream. With an odd slice the stream begins behind an accepted login, so that messages are met at once.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "net/glimpse_message.hpp"
#include "net/soupbin_client.hpp"

using namespace hopwire;
using namespace hopwire::net;

namespace {

constexpr std::string_view accepted("\0\x1f" "A      DAY1                   1", 33);

void take(SoupBinClient& client, bool& logged_in) {
  for (;;) {
    const SoupBinClient::Event event = client.next();
    if (event == SoupBinClient::Event::none || event == SoupBinClient::Event::over) return;
    if (event == SoupBinClient::Event::accepted) logged_in = true;
    if (event != SoupBinClient::Event::sequenced) continue;
    if (!logged_in) std::abort();
    const std::vector<std::byte> exact(client.payload().begin(), client.payload().end());  // its own block
    const GlimpseMessage message = read_glimpse_message(exact);
    switch (message.kind) {
      case GlimpseKind::message:
        if (exact.size() != itch::message_length[std::to_integer<std::size_t>(exact[0])]) std::abort();
        break;
      case GlimpseKind::end_of_snapshot:
        if (exact.size() != 21 || message.sequence == 0 || message.sequence >= mold_last_sequence) std::abort();
        break;
      case GlimpseKind::unknown_type: break;
      case GlimpseKind::fault:
        if (*message.fault == '\0') std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  if (size == 0) return 0;
  std::vector<std::uint8_t> stream;
  if (input[0] % 2 == 1) stream.assign(accepted.begin(), accepted.end());
  stream.insert(stream.end(), input + 1, input + size);
  SoupBinClient client({.user = "u", .stream = {.largest_packet = 256, .inbound_bytes = 256, .outbound_bytes = 256}});
  client.start(0);
  bool logged_in = false;
  const std::size_t slice = 1 + input[0] / 4;
  for (std::size_t at = 0; at < stream.size() && client.is_open();) {
    const std::span<std::byte> space = client.stream().space();
    const std::size_t count = std::min({slice, space.size(), stream.size() - at});
    if (count == 0) std::abort();  // what waits was taken: there is room
    std::memcpy(space.data(), stream.data() + at, count);
    client.stream().received(count, at);
    at += count;
    take(client, logged_in);
  }
  return 0;
}

extern "C" std::size_t hopwire_fuzz_seed(std::size_t index, std::uint8_t* buffer, std::size_t capacity) {
  // An order, then the end of the snapshot.
  static constexpr std::string_view seeds[] = {
      {"\xff\0\x25SA\0\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\3S\0\0\0\x64TEST    \0\0\x27\x10\0\x16SG                   5", 64},
      {"\1\0\x16SG00000000000000000123\0\1Z", 28},
      {"\x40\0\x1f" "A      DAY1                   1\0\1H\0\2SD\0\3+hi", 46},
  };
  if (index >= std::size(seeds) || capacity < seeds[index].size()) return 0;
  std::memcpy(buffer, seeds[index].data(), seeds[index].size());
  return seeds[index].size();
}
