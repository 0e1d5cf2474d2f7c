// Why: a day file is tens of gigabytes and already holds its messages as MoldUDP64 wants them: a 2-byte length, then the message. What:
// walks the good frames of a mapped ITCH file in order, numbers them from 1, and gives any of them again for a re-request, without a copy
// of the file.
//
// Owns the mapping and a sparse index: the file offset of every 64th message. Damaged frames are passed over and counted, exactly as
// `itch stat` does, so that both end with the same books.
//
// What can go wrong: no such file or no memory -> core::SystemError at set-up. One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "core/reserved_array.hpp"
#include "generated/itch_5_0.hpp"
#include "net/binary_file.hpp"
#include "net/mold_packet.hpp"
#include "net/mold_publisher.hpp"
#include "tick_to_trade/2_decode/itch_frames.hpp"

namespace hopwire::engine {

class ReplayFile {
 public:
  ReplayFile(const std::string& path, const net::MoldSession& session)
      : file_(path), session_(session), frames_(file_.bytes()), offsets_(file_.bytes().size() / smallest_block / index_step + 2) {}

  // Another session of the same messages, from the first one on. What was sent before is served no more.
  void restart(const net::MoldSession& session) noexcept {
    session_ = session;
    frames_ = feed::ItchFrames(file_.bytes());
    count_ = 0;
    damaged_ = 0;
    released_ = 1;
  }

  // Moves to the next message; false at the end of the file.
  bool next() noexcept {
    for (;;) {
      const std::size_t from = frames_.offset();
      switch (frames_.next()) {
        case feed::ItchFrames::Step::end: return false;
        case feed::ItchFrames::Step::damage: ++damaged_; break;
        case feed::ItchFrames::Step::message:
          if (count_ % index_step == 0) offsets_[count_ / index_step] = from;
          ++count_;
          return true;
      }
    }
  }

  // The current message with its length before it, as it stands in the file.
  [[nodiscard]] std::span<const std::byte> block() const noexcept {
    return {frames_.message().data() - net::mold_block_prefix, frames_.message().size() + net::mold_block_prefix};
  }
  // ITCH time of the current message, ns since midnight. Every type has it at the same place.
  [[nodiscard]] std::uint64_t time() const noexcept { return itch::SystemEventView(frames_.message().data()).timestamp(); }

  // Messages reached so far: the sequence number of the current one.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t damaged_frames() const noexcept { return damaged_; }
  [[nodiscard]] std::size_t offset() const noexcept { return frames_.offset(); }
  [[nodiscard]] std::size_t size() const noexcept { return frames_.size(); }
  [[nodiscard]] bool looks_like_itch() const noexcept { return feed::ItchFrames::looks_like_itch(file_.bytes()); }
  [[nodiscard]] const net::MoldSession& session() const noexcept { return session_; }

  // Messages below this sequence were sent; only they are served again.
  void release(std::uint64_t sequence) noexcept { released_ = sequence; }
  [[nodiscard]] std::uint64_t released() const noexcept { return released_; }

  // For the re-request server: blocks from `first`, as many of `count` as fit into `out`.
  [[nodiscard]] net::RetransmitSlice copy_blocks(std::uint64_t first, std::uint16_t count, std::span<std::byte> out) const noexcept {
    net::RetransmitSlice slice;
    if (first == 0 || first >= released_) return slice;
    const std::uint64_t last = std::min<std::uint64_t>(first + count, released_) - 1;
    const std::uint64_t indexed = (first - 1) / index_step;
    feed::ItchFrames frames(file_.bytes().subspan(offsets_[indexed]));
    std::uint64_t sequence = indexed * index_step;
    while (sequence < last) {
      const feed::ItchFrames::Step step = frames.next();
      if (step == feed::ItchFrames::Step::end) break;
      if (step == feed::ItchFrames::Step::damage || ++sequence < first) continue;
      const std::size_t length = frames.message().size() + net::mold_block_prefix;
      if (length > out.size() - slice.bytes) break;
      std::memcpy(out.data() + slice.bytes, frames.message().data() - net::mold_block_prefix, length);
      slice.bytes += length;
      ++slice.message_count;
    }
    return slice;
  }

 private:
  static constexpr std::uint64_t index_step = 64;
  static constexpr std::size_t smallest_block = itch::SystemEventView::block_length + net::mold_block_prefix;
  static_assert(std::ranges::all_of(itch::message_types, [](char type) {
    return itch::message_length[static_cast<std::uint8_t>(type)] >= itch::SystemEventView::block_length;
  }));

  net::MappedFile file_;
  net::MoldSession session_;
  feed::ItchFrames frames_;
  core::ReservedArray<std::uint64_t> offsets_;
  std::uint64_t count_ = 0;
  std::uint64_t damaged_ = 0;
  std::uint64_t released_ = 1;
};

}  // namespace hopwire::engine
