// Any bytes as messages of the book-digest channel, in between any touches: nothing is read outside a message, each digest is compared,
// too late, malformed or still waiting, and a difference is only found where there is one.
//
// Input: records of {u8 kind, u8 a, u8 b}; one kind takes the bytes that follow as a message as they are.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "engine/digest_check.hpp"

using namespace hopwire;

namespace {

// Books that are what their digests say: the digest of a book is its locate.
struct TrueBooks {
  [[nodiscard]] std::uint64_t book_digest(std::uint16_t locate) const { return locate; }
  [[nodiscard]] std::uint32_t order_count(std::uint16_t) const { return 3; }
};

std::vector<std::byte> digest(std::uint16_t locate, std::uint64_t changed, std::uint64_t sequence) {
  std::vector<std::byte> bytes(bookdigest::BookDigestView::block_length);
  bookdigest::BookDigestEncoder::wrap(bytes.data())
      .stock_locate(locate)
      .changed_sequence(changed)
      .sequence(sequence)
      .order_count(3)
      .digest(locate);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  engine::DigestCheck check(8);
  const TrueBooks books;
  std::uint64_t next = 1;
  std::uint64_t raw = 0;
  for (std::size_t at = 0; at + 3 <= size;) {
    const std::uint8_t kind = input[at] % 5;
    const std::uint8_t a = input[at + 1];
    const std::uint8_t b = input[at + 2];
    at += 3;
    switch (kind) {
      case 0: check.take(digest(a % 10, next + a - std::min<std::uint64_t>(next, b), next + b), books, next); break;
      case 1: next += a; check.touched(b, next); check.compare(books, next); break;
      case 2: check.compare(books, next); break;
      case 3: check.begin(next); break;
      default: {
        const std::size_t length = std::min<std::size_t>(a % 40, size - at);
        std::vector<std::byte> message(length);
        if (length != 0) std::memcpy(message.data(), input + at, length);
        check.take(message, books, next);
        at += length;
        ++raw;
      }
    }
    const engine::DigestCheckCounters& counters = check.counters();
    if (counters.compared + counters.too_late + counters.malformed > counters.received) std::abort();
    if (raw == 0 && (counters.different != 0 || check.first_difference())) std::abort();
    if (counters.different != 0 && !check.first_difference()) std::abort();
  }
  return 0;
}

extern "C" std::size_t hopwire_fuzz_seed(std::size_t index, std::uint8_t* buffer, std::size_t capacity) {
  static constexpr std::uint8_t seeds[][18] = {
      {0, 3, 1, 1, 5, 3, 0, 3, 0, 1, 1, 3, 0, 3, 4, 2, 0, 0},
      {4, 5, 0, 'D', 0, 1, 2, 3, 0, 9, 200, 1, 3, 0, 0, 1, 255, 9},
  };
  if (index >= std::size(seeds) || capacity < sizeof(seeds[0])) return 0;
  std::memcpy(buffer, seeds[index], sizeof(seeds[0]));
  return sizeof(seeds[0]);
}
