// Any bytes as a file of framed messages and as one message: nothing is read outside, reading always advances, and what decodes has its
// type's length.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "test_support/itch_messages.hpp"
#include "tick_to_trade/2_decode/decoder.hpp"
#include "tick_to_trade/2_decode/itch_frames.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  using namespace hopwire;
  const std::span bytes(reinterpret_cast<const std::byte*>(input), size);
  feed::BookEvent event;
  if (feed::decode(bytes.data(), bytes.size(), event) == feed::DecodeResult::ok && itch::message_length[input[0]] != size) std::abort();

  (void)feed::ItchFrames::looks_like_itch(bytes);
  feed::ItchFrames frames(bytes);
  std::size_t before = 0;
  for (auto step = frames.next(); step != feed::ItchFrames::Step::end; step = frames.next()) {
    if (frames.offset() <= before || frames.offset() > size) std::abort();
    before = frames.offset();
    if (step != feed::ItchFrames::Step::message) continue;
    // A copy of exact size, so that the sanitizer sees a read past the message and not only one past the input.
    const std::vector<std::byte> message(frames.message().begin(), frames.message().end());
    const feed::DecodeResult result = feed::decode(message.data(), message.size(), event);
    if (result == feed::DecodeResult::unknown_type || result == feed::DecodeResult::wrong_length) std::abort();
  }
  return 0;
}

// One valid message of each type, then all of them as a file.
extern "C" std::size_t hopwire_fuzz_seed(std::size_t index, std::uint8_t* buffer, std::size_t capacity) {
  using namespace hopwire;
  if (index > itch::message_types.size()) return 0;
  test::Bytes seed;
  for (std::size_t i = 0; i < itch::message_types.size(); ++i) {
    const char type = itch::message_types[i];
    test::Bytes message = test::ItchMessage(type, 1, 34'200'000'000'000).bytes();
    message.resize(itch::message_length[static_cast<std::uint8_t>(type)], std::byte{1});
    if (type == 'A' || type == 'F') message[19] = std::byte{'B'};
    if (i == index) seed = message;
    if (index == itch::message_types.size()) test::append_frame(seed, message);
  }
  if (seed.size() > capacity) return 0;
  std::memcpy(buffer, seed.data(), seed.size());
  return seed.size();
}
