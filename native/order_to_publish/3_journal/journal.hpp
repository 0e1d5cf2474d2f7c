// Hop 3: every sequenced command, and what the gateway decides beside them, is written down before its effects are released. In:
// SequencedCommand. Out: the same, now survivable.
// Owner: the venue thread. Budget: 300 ns; it takes one encoding and one CRC over 120 bytes into memory that was touched at start.
//
// A ring of records in a shared region (class `memory`: it outlives the process, not the machine). `appended` is stored with release
// after the record, so a reader in any process sees whole records up to it. Positions are byte counts that only rise; the place in the
// ring is the position modulo its size, a power of two.
//   nobody attached   the oldest records are overwritten; `oldest` moves first, so that a reader can tell that it was overtaken
//   a drain attached  what it has not drained is never overwritten: a full ring refuses (append false, has_room false), and the composer
//     stops
//                     reading sessions until there is room
//
// What can go wrong: the ring is full, as above. A record is never half-visible: a crash in append() leaves `appended` where it was.
#pragma once

#include <atomic>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "generated/regions.hpp"
#include "order_to_publish/1_order_in/command.hpp"
#include "order_to_publish/3_journal/journal_record.hpp"

namespace hopwire::venue {

// The region's `position` column: a line of words. All but drained and attached belong to the appending thread.
enum class JournalWord : std::uint8_t { appended, drained, attached, oldest, layout, checksum, sequence };

inline std::atomic_ref<std::uint64_t> journal_word(const regions::JournalRingColumns& ring, JournalWord which) noexcept {
  return std::atomic_ref<std::uint64_t>(ring.position[static_cast<std::size_t>(which)]);
}

class Journal {
 public:
  static constexpr std::size_t smallest_ring = 4096;

  // bytes: of the ring, a power of two, at least smallest_ring. The region is fresh (zero) or a journal of this layout to be continued.
  Journal(const regions::JournalRingColumns& ring, std::size_t bytes) noexcept
      : ring_(ring), bytes_(bytes), mask_(bytes - 1), memory_(reinterpret_cast<std::byte*>(ring.ring)) {
    assert(std::has_single_bit(bytes) && bytes >= smallest_ring);
    word(JournalWord::layout).store(journal::layout_hash, std::memory_order_relaxed);
    appended_ = word(JournalWord::appended).load(std::memory_order_acquire);
    oldest_ = word(JournalWord::oldest).load(std::memory_order_relaxed);
    drained_ = word(JournalWord::drained).load(std::memory_order_relaxed);
    checksum_ = static_cast<std::uint32_t>(word(JournalWord::checksum).load(std::memory_order_relaxed));
  }

  // The ring as its region says it is.
  explicit Journal(const regions::JournalRingColumns& ring) noexcept : Journal(ring, ring.dimensions.bytes) {}

  // False when a drain is attached and behind: nothing was written.
  bool append(const SequencedCommand& command) noexcept {
    std::byte* at = begin_record();
    if (at == nullptr) return false;
    checksum_ = encode_record(at, command, checksum_);
    word(JournalWord::sequence).store(command.sequence, std::memory_order_relaxed);
    end_record();
    return true;
  }
  // The same of what the gateway decided, after the command with this number.
  bool append(const GatewayNote& note, std::uint64_t sequence) noexcept {
    std::byte* at = begin_record();
    if (at == nullptr) return false;
    checksum_ = encode_record(at, note, sequence, checksum_);
    end_record();
    return true;
  }

  // True when `commands` more appends cannot be refused.
  [[nodiscard]] bool has_room(std::size_t commands) noexcept {
    return holds(appended_ + (commands + 1) * journal_record_bytes);  // one more: padding is always less than a record
  }

  [[nodiscard]] std::uint64_t appended() const noexcept { return appended_; }
  [[nodiscard]] std::uint32_t checksum() const noexcept { return checksum_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  [[nodiscard]] std::atomic_ref<std::uint64_t> word(JournalWord which) const noexcept { return journal_word(ring_, which); }

  // Where the next record goes; nullptr when there is no room.
  [[nodiscard]] std::byte* begin_record() noexcept {
    const std::size_t padding = padding_before(appended_);
    end_ = appended_ + padding + journal_record_bytes;
    if (!holds(end_)) return nullptr;
    release_overwritten(end_);
    if (padding != 0) [[unlikely]] {
      core::store_le<std::uint32_t>(memory_ + (appended_ & mask_), journal_padding | static_cast<std::uint32_t>(padding));
      core::store_le<std::uint32_t>(memory_ + (appended_ & mask_) + sizeof(std::uint32_t), 0);
    }
    return memory_ + ((appended_ + padding) & mask_);
  }
  void end_record() noexcept {
    appended_ = end_;
    word(JournalWord::checksum).store(checksum_, std::memory_order_relaxed);
    word(JournalWord::appended).store(appended_, std::memory_order_release);
  }

  // Bytes from `position` to the end of the ring when a record does not fit there.
  [[nodiscard]] std::size_t padding_before(std::uint64_t position) const noexcept {
    const std::size_t left = bytes_ - (position & mask_);
    return left < journal_record_bytes ? left : 0;
  }

  [[nodiscard]] bool holds(std::uint64_t end) noexcept {
    if (word(JournalWord::attached).load(std::memory_order_acquire) == 0) return true;
    if (end - drained_ <= bytes_) return true;
    drained_ = word(JournalWord::drained).load(std::memory_order_acquire);
    return end - drained_ <= bytes_;
  }

  // Moves `oldest` past every record that a write up to `end` will touch, before that write.
  void release_overwritten(std::uint64_t end) noexcept {
    if (end - oldest_ <= bytes_) return;
    while (end - oldest_ > bytes_) {
      const std::uint32_t length = core::load_le<std::uint32_t>(memory_ + (oldest_ & mask_));
      oldest_ += (length & journal_padding) != 0 ? length & ~journal_padding : journal_frame_bytes + length;
    }
    word(JournalWord::oldest).store(oldest_, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
  }

  regions::JournalRingColumns ring_;
  std::size_t bytes_;
  std::size_t mask_;
  std::byte* memory_;
  std::uint64_t appended_ = 0;
  std::uint64_t end_ = 0;  // of the record that is being written
  std::uint64_t oldest_ = 0;
  std::uint64_t drained_ = 0;  // as last read
  std::uint32_t checksum_ = 0;
};

}  // namespace hopwire::venue
