#include "tick_to_trade/2_decode/itch_frames.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "test_support/itch_messages.hpp"
#include "test_support/test.hpp"

namespace hopwire::feed {
namespace {

using test::append_frame;
using test::Bytes;

Bytes deletes(std::uint64_t first, std::uint64_t count) {
  Bytes file;
  for (std::uint64_t i = 0; i < count; ++i) append_frame(file, test::deleted(1, first + i, first + i));
  return file;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// "D19 D19 !wrong length@42+21 D19 end": what a walk over the file sees.
std::string walked(const Bytes& file) {
  ItchFrames frames(file);
  std::string seen;
  for (;;) {
    switch (frames.next()) {
      case ItchFrames::Step::end: return seen + (frames.end_mark_seen() ? "mark" : "end");
      case ItchFrames::Step::message:
        seen += static_cast<char>(frames.message()[0]);
        seen += std::to_string(frames.message().size()) + " ";
        break;
      case ItchFrames::Step::damage:
        seen += "!" + std::string(to_string(frames.damage().fault)) + "@" + std::to_string(frames.damage().offset) + "+" +
                std::to_string(frames.damage().skipped) + " ";
    }
  }
}

constexpr std::size_t frame = 21;  // a delete: 19 bytes and its length

TEST("frames: a clean file, with and without the end mark and padding") {
  CHECK_EQ(walked({}), "end");
  CHECK_EQ(walked(deletes(1, 2)), "D19 D19 end");
  CHECK_EQ(walked(deletes(1, 1) + Bytes(2)), "D19 mark");
  CHECK_EQ(walked(deletes(1, 1) + Bytes(4099)), "D19 mark");
}

TEST("frames: a file cut anywhere loses only its last message") {
  const Bytes whole = deletes(1, 2);
  for (std::size_t cut = frame + 1; cut < whole.size(); ++cut) {
    const Bytes file(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut));
    CHECK_EQ(walked(file), "D19 !truncated@21+" + std::to_string(cut - frame) + " end");
  }
}

TEST("frames: a message really of the stated wrong length is passed over by that length") {
  Bytes file = deletes(1, 1);
  Bytes longer = test::deleted(1, 2, 2);
  longer.push_back(std::byte{0x55});
  append_frame(file, longer);
  CHECK_EQ(walked(file + deletes(3, 2)), "D19 !wrong length@21+22 D19 D19 end");
}

TEST("frames: a damaged length is passed over by the length of its type") {
  for (const int stated : {0, 1, 18, 20, 255, 0xFFFF}) {
    Bytes file = deletes(1, 4);
    file[frame] = static_cast<std::byte>(stated >> 8);
    file[frame + 1] = static_cast<std::byte>(stated & 0xFF);
    CHECK_EQ(walked(file), std::string("D19 !") + (stated == 0 ? "empty message" : "wrong length") + "@21+21 D19 D19 end");
  }
}

TEST("frames: types not known yet are passed over one by one") {
  Bytes file = deletes(1, 1);
  for (int i = 0; i < 3; ++i) append_frame(file, test::ItchMessage('z', 1, 2).alpha("NEW", 20).bytes());
  CHECK_EQ(walked(file + deletes(3, 2)), "D19 !unknown type@21+33 !unknown type@54+33 !unknown type@87+33 D19 D19 end");
  Bytes last = deletes(1, 1);
  append_frame(last, test::ItchMessage('z', 1, 2).bytes());
  CHECK_EQ(walked(last), "D19 !unknown type@21+13 end");
}

TEST("frames: an empty message between others, and a hole of zeros, end nothing") {
  CHECK_EQ(walked(deletes(1, 1) + Bytes(2) + deletes(2, 2)), "D19 !empty message@21+2 D19 D19 end");
  const std::string seen = walked(deletes(1, 1) + Bytes(1001) + deletes(2, 2));
  CHECK_EQ(seen, "D19 !empty message@21+1001 D19 D19 end");
}

TEST("frames: noise in the middle costs what it covers, noise to the end ends the reading") {
  std::mt19937_64 random(7);
  Bytes noise(500);
  for (std::byte& b : noise) b = static_cast<std::byte>(random() | 0x80);  // no byte of it is a type
  CHECK_EQ(walked(deletes(1, 1) + noise + deletes(2, 3)), "D19 !unknown type@21+500 D19 D19 D19 end");
  CHECK_EQ(walked(deletes(1, 1) + noise), "D19 !framing lost@21+500 end");
}

TEST("frames: whatever bytes come, reading advances, ends, and accounts for every byte") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 2000; ++round) {
    Bytes file = deletes(1, 1 + random() % 20);
    for (std::uint64_t i = 0, hits = random() % 12; i < hits; ++i) file[random() % file.size()] = static_cast<std::byte>(random());
    file.erase(file.end() - static_cast<std::ptrdiff_t>(random() % 20), file.end());
    ItchFrames frames(file);
    std::size_t accounted = 0;
    for (ItchFrames::Step step = frames.next(); step != ItchFrames::Step::end; step = frames.next()) {
      const std::size_t length = step == ItchFrames::Step::message ? frames.message().size() + 2 : frames.damage().skipped;
      REQUIRE(length > 0);
      accounted += length;
      if (step == ItchFrames::Step::message) CHECK_EQ(frames.offset(), accounted);
    }
    CHECK(accounted == file.size() || frames.end_mark_seen());
  }
}

TEST("frames: what is no ITCH file is told from what is a damaged one") {
  const auto looks = [](std::string_view text) {
    return ItchFrames::looks_like_itch(std::as_bytes(std::span(text.data(), text.size())));
  };
  CHECK(!looks(""));
  CHECK(!looks("\0"));
  CHECK(!looks(std::string_view("\0\0\0\0\0\0\0\0", 8)));
  CHECK(!looks("Some text file that begins with S and goes on for a while\n"));
  CHECK(!looks("\x1f\x8b\x08\x08gzip"));
  CHECK(ItchFrames::looks_like_itch(deletes(1, 1)));
  const Bytes one = deletes(1, 1);
  CHECK(ItchFrames::looks_like_itch(std::span(one).first(12)));
  CHECK(ItchFrames::looks_like_itch(Bytes(100, std::byte{0xEE}) + deletes(1, 2)));
}

}  // namespace
}  // namespace hopwire::feed
