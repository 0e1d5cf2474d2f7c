// Why: a file of ITCH messages goes through the same decoder and the same books as the live feed, so that what a real day shows about
// them holds live. Chunks of up to 256 messages are decoded, then applied with their memory asked for ahead.
//
// Owns the books and the tally of one pass over mapped bytes. Driven in steps so that the caller can show progress; not a hop, no budget.
//
// What can go wrong: damage in the file is tallied with its offset (the first `damages_kept` kept) and reading goes on where sense
// begins again; see itch_frames.hpp. Orders beyond the limits are counted by the books.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "tick_to_trade/2_decode/decoder.hpp"
#include "tick_to_trade/2_decode/itch_frames.hpp"
#include "tick_to_trade/3_book/book_set.hpp"

namespace hopwire::engine {

struct FileDamage {
  std::uint64_t offset = 0;   // of the message's length field
  std::uint64_t skipped = 0;  // bytes passed over
  std::string_view reason;
  char type = 0;
  std::uint16_t length = 0;    // stated
  std::uint16_t expected = 0;  // of that type; 0 = unknown type
};

struct ItchTally {
  std::uint64_t messages = 0;  // well formed
  std::uint64_t malformed = 0;
  std::uint64_t skipped_bytes = 0;
  std::uint64_t first_time = 0;  // ns since midnight, of the first and the last message; 0 when there is none
  std::uint64_t last_time = 0;
  std::uint64_t time_reversals = 0;  // messages with a time before the previous one's
  std::uint64_t nanoseconds = 0;     // spent in framing, decoding and books
};

class ItchScan {
 public:
  static constexpr std::size_t damages_kept = 1000;

  // Stops before the first message later than `last_time` (ns since midnight). Throws core::SystemError when memory is refused.
  explicit ItchScan(std::span<const std::byte> bytes, std::uint64_t last_time = std::numeric_limits<std::uint64_t>::max())
      : frames_(bytes), last_time_(last_time), books_(limits_for(bytes.size())), seen_(std::make_unique<bool[]>(65536)) {
    damages_.reserve(damages_kept);
  }

  // Reads on for at least `bytes` bytes, less at the end. True when finished.
  bool step(std::size_t bytes) noexcept {
    const std::uint64_t started = core::monotonic_now();
    const std::size_t stop = frames_.offset() + std::min(bytes, frames_.size() - frames_.offset());
    while (!finished_ && frames_.offset() < stop) apply_chunk(read_chunk());
    if (frames_.offset() == frames_.size()) finished_ = true;
    tally_.nanoseconds += core::monotonic_now() - started;
    return finished_;
  }

  [[nodiscard]] std::size_t offset() const noexcept { return frames_.offset(); }
  [[nodiscard]] std::size_t size() const noexcept { return frames_.size(); }
  [[nodiscard]] bool end_mark_seen() const noexcept { return frames_.end_mark_seen(); }
  [[nodiscard]] const ItchTally& tally() const noexcept { return tally_; }
  [[nodiscard]] std::span<const FileDamage> damages() const noexcept { return damages_; }
  [[nodiscard]] const feed::BookSet& books() const noexcept { return books_; }
  // Stock locates other than 0 that any message named.
  [[nodiscard]] std::size_t instruments() const noexcept {
    return static_cast<std::size_t>(std::count(seen_.get() + 1, seen_.get() + 65536, true));
  }
  [[nodiscard]] bool seen(std::uint16_t locate) const noexcept { return seen_[locate]; }

  // What a file of this size can need: no more live orders than add messages fit into it.
  [[nodiscard]] static feed::BookLimits limits_for(std::size_t bytes) noexcept {
    constexpr std::size_t smallest_add = itch::message_length['A'] + 2;
    const std::size_t orders = std::clamp(bytes / smallest_add + 1, std::size_t{1024}, std::size_t{1} << 24);
    return {.maximum_orders = orders, .maximum_levels = std::min(orders, std::size_t{1} << 23), .maximum_trades = chunk};
  }

 private:
  static constexpr std::size_t chunk = 256;  // the books look up to 48 messages ahead within it

  std::size_t read_chunk() noexcept {
    std::size_t count = 0;
    while (count < chunk && !finished_) {
      switch (frames_.next()) {
        case feed::ItchFrames::Step::end: finished_ = true; break;
        case feed::ItchFrames::Step::damage: note_damage(frames_.damage()); break;
        case feed::ItchFrames::Step::message: {
          const feed::DecodeResult result = feed::decode(frames_.message().data(), frames_.message().size(), events_[count]);
          if (result != feed::DecodeResult::ok) {
            note_refusal(result);
          } else if (events_[count].time() > last_time_) {
            finished_ = true;
          } else {
            ++count;
          }
        }
      }
    }
    return count;
  }

  void apply_chunk(std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
      const feed::BookEvent& event = events_[i];
      const std::uint64_t time = event.time();
      if (tally_.messages == 0) tally_.first_time = time;
      tally_.time_reversals += time < tally_.last_time ? 1 : 0;
      tally_.last_time = time;
      ++tally_.messages;
      seen_[event.locate()] = true;
    }
    books_.apply({events_.data(), count});
    books_.clear_trades();
    books_.clear_touched();
  }

  void note_damage(const feed::FrameDamage& damage) noexcept {
    keep({.offset = damage.offset,
          .skipped = damage.skipped,
          .reason = to_string(damage.fault),
          .type = damage.type,
          .length = damage.length,
          .expected = itch::message_length[static_cast<std::uint8_t>(damage.type)]});
    tally_.skipped_bytes += damage.skipped;
  }

  // The frame is whole, its content is not.
  void note_refusal(feed::DecodeResult result) noexcept {
    const auto length = static_cast<std::uint16_t>(frames_.message().size());
    keep({.offset = frames_.offset() - length - 2,
          .skipped = length + std::uint64_t{2},
          .reason = to_string(result),
          .type = static_cast<char>(frames_.message()[0]),
          .length = length,
          .expected = length});
    tally_.skipped_bytes += length + std::uint64_t{2};
  }

  void keep(const FileDamage& damage) noexcept {
    ++tally_.malformed;
    if (damages_.size() < damages_kept) damages_.push_back(damage);
  }

  feed::ItchFrames frames_;
  std::uint64_t last_time_;
  feed::BookSet books_;
  std::unique_ptr<bool[]> seen_;
  std::array<feed::BookEvent, chunk> events_;
  std::vector<FileDamage> damages_;
  ItchTally tally_;
  bool finished_ = false;
};

}  // namespace hopwire::engine
