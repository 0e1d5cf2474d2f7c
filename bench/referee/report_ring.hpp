// Why: the harness lets an engine bring its own queue between the matching thread and the thread that reads the reports. This is the
// project's single-producer ring with one addition: a report is written where the reader will find it, and is seen when it is committed.
//
// Owns its memory, all of it taken at creation: room for twice what the harness asks for. The harness's reader keeps every report in memory
// that it touches for the first time, so it falls behind; in a ring of the size asked for the matcher waited for it a fifth of the run
// (80 of 390 ms), and the run measured the reader.
//
// What can go wrong: the reader falls a whole ring behind; the producer then waits, because
// the harness has no word for a lost report.
#pragma once

#include <immintrin.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/reserved_array.hpp"
#include "core/spsc_ring.hpp"
#include "referee/harness_interface.hpp"

namespace hopwire::referee {

class ReportRing {
 public:
  explicit ReportRing(std::size_t capacity) : mask_(std::bit_ceil(std::max<std::size_t>(capacity, 2)) * 2 - 1), reports_(mask_ + 1) {
    reports_.prefer_huge_pages();
    reports_.touch(reports_.maximum());
  }

  // Producer. The place of the next report; waits while the ring is full.
  [[nodiscard]] Report& next() noexcept {
    if (tail_ - head_seen_ > mask_) [[unlikely]] {
      while (tail_ - (head_seen_ = head_.load(std::memory_order_acquire)) > mask_) _mm_pause();
    }
    return reports_[tail_ & mask_];
  }
  void commit() noexcept { committed_.store(++tail_, std::memory_order_release); }

  // Consumer.
  std::uint32_t drain(Report* out, std::uint32_t most) noexcept {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    const std::uint64_t ready = committed_.load(std::memory_order_acquire) - head;
    const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(ready, most));
    for (std::uint32_t index = 0; index < count; ++index) out[index] = reports_[(head + index) & mask_];
    head_.store(head + count, std::memory_order_release);
    return count;
  }

 private:
  const std::size_t mask_;
  core::ReservedArray<Report> reports_;
  alignas(core::cache_line_bytes) std::uint64_t tail_ = 0;  // the producer's
  std::uint64_t head_seen_ = 0;
  alignas(core::cache_line_bytes) std::atomic<std::uint64_t> committed_{0};  // written by the producer
  alignas(core::cache_line_bytes) std::atomic<std::uint64_t> head_{0};       // written by the consumer
};

}  // namespace hopwire::referee
