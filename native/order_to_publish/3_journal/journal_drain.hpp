// Why: the ring survives the process, a file survives the run. Moves whole records from the ring to a file descriptor, in order, each once.
// Owner: one cold thread, never the venue's; it is the only one to write the words `drained` and `attached`.
//
// Attaching makes the ring refuse to overwrite what is not drained. Every record's checksum is proved on the way: damage in memory must
// not reach a file that claims to be sound. Padding stays behind: the file is the FileHeader and records without gaps.
//
// What can go wrong: a write fails or a record is damaged -> core::SystemError with the position; the ring then fills and the venue stops
// reading sessions. A write is never retried after an error, because what reached the file is then unknown.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/system_error.hpp"
#include "order_to_publish/3_journal/journal_reader.hpp"

namespace hopwire::venue {

class JournalDrain {
 public:
  // Attaches at the oldest record and writes the file header. The descriptor stays the caller's.
  JournalDrain(const regions::JournalRingColumns& ring, std::size_t bytes, int descriptor, std::uint64_t created_realtime_ns)
      : ring_(ring), bytes_(bytes), mask_(bytes - 1), memory_(reinterpret_cast<const std::byte*>(ring.ring)), descriptor_(descriptor) {
    position_ = journal_word(ring_, JournalWord::oldest).load(std::memory_order_acquire);
    journal_word(ring_, JournalWord::drained).store(position_, std::memory_order_relaxed);
    journal_word(ring_, JournalWord::attached).store(1, std::memory_order_seq_cst);
    // A writer that had not seen the attachment may have moved on by a record.
    position_ = journal_word(ring_, JournalWord::oldest).load(std::memory_order_seq_cst);
    if (position_ != 0) pass_unprovable();
    write_header(created_realtime_ns);
  }
  JournalDrain(const JournalDrain&) = delete;
  JournalDrain& operator=(const JournalDrain&) = delete;
  ~JournalDrain() { journal_word(ring_, JournalWord::attached).store(0, std::memory_order_release); }

  // Moves all that is appended now. Returns the bytes written.
  std::size_t drain_once() {
    const std::uint64_t appended = journal_word(ring_, JournalWord::appended).load(std::memory_order_acquire);
    std::size_t written = 0;
    while (position_ != appended) {
      const std::uint64_t ring_end = position_ - (position_ & mask_) + bytes_;
      const std::size_t sound = prove(std::min(appended, ring_end));
      write_all(std::span(memory_ + (position_ & mask_), sound));
      written += sound;
      position_ += sound + padding_;
      journal_word(ring_, JournalWord::drained).store(position_, std::memory_order_release);
    }
    return written;
  }

  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }

 private:
  // Bytes of whole, sound records from position_ up to `end`, which does not lie beyond the end of the ring; padding after them in
  // padding_.
  std::size_t prove(std::uint64_t end) {
    std::size_t sound = 0;
    padding_ = 0;
    while (position_ + sound < end) {
      const std::byte* record = memory_ + ((position_ + sound) & mask_);
      const std::size_t left = static_cast<std::size_t>(end - position_ - sound);
      const std::uint32_t length = core::load_le<std::uint32_t>(record);
      if ((length & journal_padding) != 0 && (length & ~journal_padding) == left) {
        padding_ = left;
        return sound;
      }
      JournalRecord decoded;
      const RecordFault fault = decode_record(std::span(record, left), checksum_, true, decoded);
      if (fault != RecordFault::none) throw damaged(position_ + sound, fault);
      checksum_ = decoded.checksum;
      sound += decoded.size;
    }
    return sound;
  }

  // Joined in the middle: the oldest record's predecessor is gone, so it cannot be proved. It stays out, and the chain starts from its
  // checksum.
  void pass_unprovable() {
    for (;;) {
      const std::size_t left = bytes_ - (position_ & mask_);
      const std::byte* record = memory_ + (position_ & mask_);
      if ((core::load_le<std::uint32_t>(record) & journal_padding) != 0) {
        position_ += left;
        continue;
      }
      JournalRecord decoded;
      const RecordFault fault = decode_record(std::span(record, left), 0, false, decoded);
      if (fault != RecordFault::none) throw damaged(position_, fault);
      checksum_ = decoded.checksum;
      position_ += decoded.size;
      journal_word(ring_, JournalWord::drained).store(position_, std::memory_order_release);
      return;
    }
  }

  static core::SystemError damaged(std::uint64_t position, RecordFault fault) {
    return core::SystemError("journal", "ring position " + std::to_string(position), EIO, to_string(fault));
  }

  void write_header(std::uint64_t created_realtime_ns) {
    std::array<std::byte, journal::FileHeaderEncoder::encoded_length> header;
    journal::FileHeaderEncoder::wrap_and_apply_header(header.data())
        .magic(JournalFileReader::magic)
        .layout_hash(journal::layout_hash)
        .first_position(position_)
        .created(created_realtime_ns)
        .previous_checksum(checksum_);
    write_all(header);
  }

  void write_all(std::span<const std::byte> bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0) {
        if (errno == EINTR) continue;
        throw core::SystemError("journal", "write at ring position " + std::to_string(position_), errno);
      }
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }

  regions::JournalRingColumns ring_;
  std::size_t bytes_;
  std::size_t mask_;
  const std::byte* memory_;
  int descriptor_;
  std::uint64_t position_ = 0;
  std::uint32_t checksum_ = 0;
  std::size_t padding_ = 0;
};

}  // namespace hopwire::venue
