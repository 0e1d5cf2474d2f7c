// Why: files of ITCH messages come with a 2-byte length before each message, and real ones come damaged: cut at the end, with a wrong
// length, with types added after this was written. This walks the frames, names every damage by its offset, and finds the next frame
// that makes sense.
//
// Owns nothing: it reads bytes somebody else keeps. It reports damage and never guesses what a damaged message said.
//
// How it goes on. A frame is good when its length is that of its type and lies inside the file. After a bad one the next frame is
// looked for
//   1. behind the stated length (an unknown type, or a message really of that length),
//   2. behind the length its type should have (the length itself was damaged),
//   3. at the first later offset where two good frames follow each other.
// When there is none, reading stops and the rest counts as one damage. A zero length ends the session (BinaryFILE) when nothing but zeros
// follows it; elsewhere it is damage.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/endian.hpp"
#include "generated/itch_5_0.hpp"

namespace hopwire::feed {

enum class FrameFault : std::uint8_t { unknown_type, wrong_length, empty_message, truncated, framing_lost };

constexpr std::string_view to_string(FrameFault fault) noexcept {
  switch (fault) {
    case FrameFault::unknown_type: return "unknown type";
    case FrameFault::wrong_length: return "wrong length";
    case FrameFault::empty_message: return "empty message";
    case FrameFault::truncated: return "truncated";
    case FrameFault::framing_lost: return "framing lost";
  }
  return "?";
}

struct FrameDamage {
  std::uint64_t offset = 0;  // of the length field
  std::uint64_t skipped = 0;  // bytes from there to where reading goes on
  FrameFault fault = FrameFault::unknown_type;
  char type = 0;              // first byte of the message, 0 when there is none
  std::uint16_t length = 0;   // as stated
};

class ItchFrames {
 public:
  enum class Step : std::uint8_t { message, damage, end };

  explicit ItchFrames(std::span<const std::byte> bytes) noexcept : bytes_(bytes) {}

  [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  // True when the file ended with the zero length that BinaryFILE puts behind the last message.
  [[nodiscard]] bool end_mark_seen() const noexcept { return end_mark_seen_; }
  // Of the last step that was `message` or `damage`.
  [[nodiscard]] std::span<const std::byte> message() const noexcept { return message_; }
  [[nodiscard]] const FrameDamage& damage() const noexcept { return damage_; }

  // Inlined where messages are read by the million; whatever is not a good frame goes the long way.
  [[gnu::always_inline]] Step next() noexcept {
    const std::byte* at = bytes_.data() + offset_;
    const std::size_t left = bytes_.size() - offset_;
    // The reader of a large file is faster than the pages it reads come: ask for what is a few dozen messages ahead.
    __builtin_prefetch(at + std::min(read_ahead, left));
    if (left <= prefix) [[unlikely]] return next_otherwise();
    const std::size_t length = core::load_be<std::uint16_t>(at);
    const bool fits = (length != 0) & (length <= left - prefix);
    if (!(fits & (length == itch::message_length[static_cast<std::uint8_t>(at[prefix])]))) [[unlikely]] return next_otherwise();
    message_ = {at + prefix, length};
    offset_ += prefix + length;
    return Step::message;
  }

  // Whether these are framed ITCH 5.0 messages at all: the first frame is one, or sense begins within the first 64 KiB.
  [[nodiscard]] static bool looks_like_itch(std::span<const std::byte> bytes) noexcept {
    const ItchFrames frames(bytes);
    if (frames.header_fits_type(0)) return true;
    for (std::size_t at = 0; at < std::min(bytes.size(), search_at_start); ++at) {
      if (frames.begins_run(at)) return true;
    }
    return false;
  }

 private:
  [[gnu::noinline]] Step next_otherwise() noexcept {
    if (offset_ == bytes_.size()) return Step::end;
    if (only_zeros_from(offset_) && bytes_.size() - offset_ >= prefix) {
      end_mark_seen_ = true;
      offset_ = bytes_.size();
      return Step::end;
    }
    recover();
    return Step::damage;
  }

  static constexpr std::size_t prefix = 2;
  static constexpr std::size_t read_ahead = 1536;
  static constexpr std::size_t search_at_start = std::size_t{64} * 1024;
  static constexpr std::size_t longest_unknown = 512;  // a stated length beyond this is noise, not a new message type
  static constexpr int frames_looked_ahead = 16;

  [[nodiscard]] std::size_t stated_length(std::size_t at) const noexcept { return core::load_be<std::uint16_t>(bytes_.data() + at); }
  [[nodiscard]] std::size_t length_of_type_at(std::size_t at) const noexcept {
    return itch::message_length[static_cast<std::uint8_t>(bytes_[at + prefix])];
  }

  [[nodiscard]] bool header_fits_type(std::size_t at) const noexcept {
    return at + prefix < bytes_.size() && stated_length(at) != 0 && stated_length(at) == length_of_type_at(at);
  }
  [[nodiscard]] bool is_good(std::size_t at) const noexcept {
    return header_fits_type(at) && stated_length(at) <= bytes_.size() - at - prefix;
  }
  // A good frame followed by another one, by a cut one, or by the end.
  [[nodiscard]] bool begins_run(std::size_t at) const noexcept {
    if (!is_good(at)) return false;
    const std::size_t next = at + prefix + stated_length(at);
    return header_fits_type(next) || next == bytes_.size() || only_zeros_from(next);
  }
  // True when stated lengths lead from here to good frames, or to the end, over a few frames we do not know.
  [[nodiscard]] bool makes_sense(std::size_t at) const noexcept {
    for (int i = 0; i < frames_looked_ahead; ++i) {
      if (at == bytes_.size() || begins_run(at)) return true;
      if (bytes_.size() - at < prefix) return false;
      const std::size_t length = stated_length(at);
      if (length > longest_unknown || length > bytes_.size() - at - prefix) return false;
      at += prefix + length;
    }
    return false;
  }
  [[nodiscard]] bool only_zeros_from(std::size_t at) const noexcept {
    return std::all_of(bytes_.begin() + static_cast<std::ptrdiff_t>(at), bytes_.end(), [](std::byte b) { return b == std::byte{0}; });
  }

  void recover() noexcept {
    const std::size_t left = bytes_.size() - offset_;
    const std::size_t body = left - std::min(prefix, left);  // bytes behind the length
    const std::size_t stated = left >= prefix ? stated_length(offset_) : 0;
    const std::size_t expected = body != 0 ? length_of_type_at(offset_) : 0;
    const bool cut = body == 0 || (stated > body && stated == expected);
    const std::size_t onwards = cut ? nowhere : next_sense(stated, expected, body);
    damage_ = {.offset = offset_,
               .skipped = (onwards == nowhere ? bytes_.size() : onwards) - offset_,
               .fault = cut ? FrameFault::truncated : fault_of(stated, expected, body, onwards),
               .type = body != 0 && stated != 0 ? static_cast<char>(bytes_[offset_ + prefix]) : '\0',
               .length = static_cast<std::uint16_t>(stated)};
    message_ = bytes_.subspan(bytes_.size() - body, std::min(stated, body));
    offset_ += damage_.skipped;
  }

  static FrameFault fault_of(std::size_t stated, std::size_t expected, std::size_t body, std::size_t onwards) noexcept {
    if (stated == 0) return FrameFault::empty_message;
    if (expected != 0) return FrameFault::wrong_length;
    if (onwards != nowhere) return FrameFault::unknown_type;
    return stated > body && stated <= longest_unknown ? FrameFault::truncated : FrameFault::framing_lost;
  }

  [[nodiscard]] std::size_t next_sense(std::size_t stated, std::size_t expected, std::size_t body) const noexcept {
    const std::size_t first = offset_ + prefix;
    if (stated <= body && makes_sense(first + stated)) return first + stated;
    if (expected != 0 && expected <= body && makes_sense(first + expected)) return first + expected;
    for (std::size_t at = offset_ + 1; at + prefix < bytes_.size(); ++at) {
      if (begins_run(at)) return at;
    }
    return nowhere;
  }

  static constexpr std::size_t nowhere = ~std::size_t{0};

  std::span<const std::byte> bytes_;
  std::size_t offset_ = 0;
  std::span<const std::byte> message_;
  FrameDamage damage_;
  bool end_mark_seen_ = false;
};

}  // namespace hopwire::feed
