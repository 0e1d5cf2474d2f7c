// Why: to read a journal back, from the living ring (this process or another) or from a file, and to say exactly where it stops being true.
// Owner: any one thread, never the venue's. Cold.
//
// JournalRingReader follows the ring from its oldest record; it is no drain: the writer does not wait for it. A reader that was overtaken
// is told so and continues at what is then the oldest. JournalFileReader walks a file written by JournalDrain.
//
// What can go wrong: a record's checksum does not follow from the one before (flipped, lost or exchanged bytes), its length is impossible,
// its schema is another, or it is cut off: `damaged`, with the position and the reason, and nothing after it is believed.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "order_to_publish/3_journal/journal.hpp"
#include "order_to_publish/3_journal/journal_record.hpp"

namespace hopwire::venue {

enum class JournalRead : std::uint8_t { record, end, overtaken, damaged };

class JournalRingReader {
 public:
  JournalRingReader(const regions::JournalRingColumns& ring, std::size_t bytes) noexcept
      : ring_(ring), bytes_(bytes), mask_(bytes - 1), memory_(reinterpret_cast<const std::byte*>(ring.ring)) {
    join();
  }
  explicit JournalRingReader(const regions::JournalRingColumns& ring) noexcept : JournalRingReader(ring, ring.dimensions.bytes) {}

  JournalRead next(JournalRecord& out) noexcept {
    for (;;) {
      const std::uint64_t appended = journal_word(ring_, JournalWord::appended).load(std::memory_order_acquire);
      if (position_ == appended) return JournalRead::end;
      const std::size_t taken = copy(appended);
      std::atomic_thread_fence(std::memory_order_acquire);
      if (journal_word(ring_, JournalWord::oldest).load(std::memory_order_relaxed) > position_) {
        join();
        return JournalRead::overtaken;
      }
      const std::uint32_t length = core::load_le<std::uint32_t>(copy_.data());
      if ((length & journal_padding) != 0) {
        const std::uint32_t padding = length & ~journal_padding;
        if (padding != bytes_ - (position_ & mask_) || position_ + padding > appended) return damaged(RecordFault::bad_length);
        position_ += padding;
        continue;
      }
      fault_ = decode_record(std::span(copy_.data(), taken), previous_, chained_, out);
      if (fault_ != RecordFault::none) return JournalRead::damaged;
      previous_ = out.checksum;
      chained_ = true;
      position_ += out.size;
      return JournalRead::record;
    }
  }

  // Of the next record; of the bad one after `damaged`.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  [[nodiscard]] RecordFault fault() const noexcept { return fault_; }

 private:
  static constexpr std::size_t longest_record = 512;

  // The oldest record: its predecessor's checksum is unknown, unless it is the first of all.
  void join() noexcept {
    position_ = journal_word(ring_, JournalWord::oldest).load(std::memory_order_acquire);
    chained_ = position_ == 0;
    previous_ = 0;
  }

  // Takes the bytes of the next record aside, so that they are judged after it is known that nobody wrote over them meanwhile.
  std::size_t copy(std::uint64_t appended) noexcept {
    const std::size_t offset = position_ & mask_;
    const std::uint64_t readable = std::min<std::uint64_t>(appended - position_, bytes_ - offset);
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(readable, longest_record));
    std::copy_n(memory_ + offset, size, copy_.data());
    return size;
  }

  JournalRead damaged(RecordFault fault) noexcept {
    fault_ = fault;
    return JournalRead::damaged;
  }

  regions::JournalRingColumns ring_;
  std::size_t bytes_;
  std::size_t mask_;
  const std::byte* memory_;
  std::uint64_t position_ = 0;
  std::uint32_t previous_ = 0;
  bool chained_ = false;
  RecordFault fault_ = RecordFault::none;
  std::array<std::byte, longest_record> copy_{};
};

class JournalFileReader {
 public:
  static constexpr std::string_view magic = "HWJRNL01";

  // The whole file. Sets header_fault() when it does not begin like a journal of this layout.
  explicit JournalFileReader(std::span<const std::byte> file) noexcept : file_(file), offset_(journal::FileHeaderEncoder::encoded_length) {
    if (file.size() < offset_) {
      header_fault_ = "shorter than a journal's header";
      return;
    }
    const journal::MessageHeaderView header(file.data());
    const journal::FileHeaderView view(file.data() + journal::MessageHeaderView::encoded_length);
    if (header.schema_id() != journal::schema_id || header.template_id() != journal::FileHeaderView::template_id || view.magic() != magic) {
      header_fault_ = "not a journal";
    } else if (view.layout_hash() != journal::layout_hash) {
      header_fault_ = "written by another version: its layout hash differs";
    }
    previous_ = view.previous_checksum();
    chained_ = true;
  }

  [[nodiscard]] const char* header_fault() const noexcept { return header_fault_; }  // nullptr when the header is sound

  JournalRead next(JournalRecord& out) noexcept {
    if (header_fault_ != nullptr) return JournalRead::damaged;
    if (offset_ == file_.size()) return JournalRead::end;
    fault_ = decode_record(file_.subspan(offset_), previous_, chained_, out);
    if (fault_ != RecordFault::none) return JournalRead::damaged;
    previous_ = out.checksum;
    offset_ += out.size;
    return JournalRead::record;
  }

  // Byte offset of the next record; of the bad one after `damaged`.
  [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
  [[nodiscard]] RecordFault fault() const noexcept { return fault_; }

 private:
  std::span<const std::byte> file_;
  std::size_t offset_;
  std::uint32_t previous_ = 0;
  bool chained_ = false;
  const char* header_fault_ = nullptr;
  RecordFault fault_ = RecordFault::none;
};

}  // namespace hopwire::venue
