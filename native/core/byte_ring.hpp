// Why: records of different lengths (captured packets) leave the hot path through memory and are written out by somebody with time. What: a
// bounded byte ring with one producer and one consumer over memory given to it; every record lies in one piece.
//
//   record: u32 length of the payload | payload | padding to 8 bytes
//   A length of `wrap` says: the rest of the ring is unused, go on at its start.
//
// What can go wrong: no room for a record -> reserve says nullptr and the producer decides; nothing is overwritten, nothing is split.
#pragma once

#include <atomic>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/spsc_ring.hpp"

namespace hopwire::core {

class ByteRing {
 public:
  // Uses the largest power of two of bytes that fits in `memory`, which must be 8-byte aligned, outlive the ring, and hold at least 64
  // bytes.
  explicit ByteRing(std::span<std::byte> memory) noexcept : bytes_(memory.data()), size_(std::bit_floor(memory.size())) {
    assert(size_ >= 64 && reinterpret_cast<std::uintptr_t>(bytes_) % alignment == 0);
  }
  ByteRing(const ByteRing&) = delete;
  ByteRing& operator=(const ByteRing&) = delete;

  // A record may take half the ring, so that it fits wherever the ring stands.
  [[nodiscard]] std::size_t maximum_length() const noexcept { return size_ / 2 - alignment; }
  [[nodiscard]] std::size_t capacity() const noexcept { return size_; }

  // Producer: room for one record of `length` bytes in one piece, or nullptr. Nothing is visible before commit().
  [[nodiscard]] std::byte* reserve(std::size_t length) noexcept {
    if (length > maximum_length()) return nullptr;
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    const std::size_t at = tail & (size_ - 1);
    const std::size_t needed = footprint(length);
    const std::size_t skipped = needed > size_ - at ? size_ - at : 0;
    if (tail + skipped + needed - head_seen_ > size_) {
      head_seen_ = head_.load(std::memory_order_acquire);
      if (tail + skipped + needed - head_seen_ > size_) return nullptr;
    }
    if (skipped != 0) store_length(at, wrap);
    reserved_at_ = skipped != 0 ? 0 : at;
    reserved_end_ = tail + skipped + needed;
    store_length(reserved_at_, static_cast<std::uint32_t>(length));
    return bytes_ + reserved_at_ + header_bytes;
  }
  void commit() noexcept { tail_.store(reserved_end_, std::memory_order_release); }
  [[nodiscard]] bool try_write(std::span<const std::byte> payload) noexcept {
    std::byte* room = reserve(payload.size());
    if (room == nullptr) return false;
    if (!payload.empty()) std::memcpy(room, payload.data(), payload.size());
    commit();
    return true;
  }

  // Consumer: the oldest record, in place until release(); `data()` is nullptr when the ring is empty (a record may have length 0).
  [[nodiscard]] std::span<const std::byte> peek() noexcept {
    std::uint64_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_seen_) {
      tail_seen_ = tail_.load(std::memory_order_acquire);
      if (head == tail_seen_) return {};
    }
    std::size_t at = head & (size_ - 1);
    std::uint32_t length = load_length(at);
    if (length == wrap) {  // always followed by a record at the start: both became visible by one commit
      head += size_ - at;
      at = 0;
      length = load_length(0);
    }
    peeked_end_ = head + footprint(length);
    return {bytes_ + at + header_bytes, length};
  }
  void release() noexcept { head_.store(peeked_end_, std::memory_order_release); }

 private:
  static constexpr std::size_t alignment = 8;
  static constexpr std::size_t header_bytes = sizeof(std::uint32_t);
  static constexpr std::uint32_t wrap = 0xFFFFFFFFu;

  static constexpr std::size_t footprint(std::size_t length) noexcept {
    return (header_bytes + length + alignment - 1) / alignment * alignment;
  }
  void store_length(std::size_t at, std::uint32_t length) noexcept { std::memcpy(bytes_ + at, &length, sizeof(length)); }
  [[nodiscard]] std::uint32_t load_length(std::size_t at) const noexcept {
    std::uint32_t length = 0;
    std::memcpy(&length, bytes_ + at, sizeof(length));
    return length;
  }

  std::byte* const bytes_;
  const std::size_t size_;
  alignas(cache_line_bytes) std::atomic<std::uint64_t> tail_{0};  // written by the producer
  std::uint64_t head_seen_ = 0;
  std::uint64_t reserved_end_ = 0;
  std::size_t reserved_at_ = 0;
  alignas(cache_line_bytes) std::atomic<std::uint64_t> head_{0};  // written by the consumer
  std::uint64_t tail_seen_ = 0;
  std::uint64_t peeked_end_ = 0;
};

}  // namespace hopwire::core
