// Why: one thread writes a record many times a second and readers, in any thread or process, must see it whole without ever making the
// writer wait. What: a sequence word beside the record: odd while the record is being written, and changed by every write.
//
// One writer per word. Readers retry a bounded number of times and say so when they give up: a writer that died inside a record leaves the
// word odd for ever, and only the region's heartbeat tells that apart from a busy one. Records are read while they change, so a reader uses
// what it copied only after ok. In shared memory the record's words are plain; where a test wants to prove the absence of races it moves
// them with relaxed_store and relaxed_load, which compile to the same instructions.
#pragma once

#include <atomic>
#include <cstdint>

namespace hopwire::core {

enum class ReadResult : std::uint8_t { ok, contended };

template <class T>
inline void relaxed_store(T* word, T value) noexcept {
  std::atomic_ref<T>(*word).store(value, std::memory_order_relaxed);
}
template <class T>
[[nodiscard]] inline T relaxed_load(const T* word) noexcept {
  return std::atomic_ref<T>(*const_cast<T*>(word)).load(std::memory_order_relaxed);
}

namespace detail {
// ThreadSanitizer does not model fences (and gcc refuses them under it); x86 keeps stores and loads in their own order, so there only the
// compiler has to be held back.
inline void seqlock_fence(std::memory_order order) noexcept {
#if defined(__SANITIZE_THREAD__)
  std::atomic_signal_fence(order);
#else
  std::atomic_thread_fence(order);
#endif
}
}  // namespace detail

inline void write_begin(std::uint32_t* word) noexcept {
  // `| 1`, not `+ 1`: a writer that takes over a region from one that died inside a record closes that record with its first write.
  relaxed_store<std::uint32_t>(word, relaxed_load(word) | 1u);
  detail::seqlock_fence(std::memory_order_release);
}

inline void write_end(std::uint32_t* word) noexcept {
  std::atomic_ref<std::uint32_t>(*word).store(relaxed_load(word) + 1u, std::memory_order_release);
}

// Calls `copy` until it has run with no write beside it; at most `attempts` times. What it copied means something only after ok.
template <class Copy>
[[nodiscard]] inline ReadResult read(const std::uint32_t* word, std::uint32_t attempts, Copy&& copy) {
  for (std::uint32_t attempt = 0; attempt < attempts; ++attempt) {
    const std::uint32_t before = std::atomic_ref<std::uint32_t>(*const_cast<std::uint32_t*>(word)).load(std::memory_order_acquire);
    if ((before & 1u) != 0) continue;
    copy();
    detail::seqlock_fence(std::memory_order_acquire);
    if (relaxed_load(word) == before) return ReadResult::ok;
  }
  return ReadResult::contended;
}

}  // namespace hopwire::core
