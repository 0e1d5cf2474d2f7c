// Why: two threads of one process hand fixed-size values over without a lock. What: a bounded ring with one producer and one consumer; each
// keeps the other's index in its own cache line and re-reads it only when the ring looks full or empty.
//
// What can go wrong: the ring is full -> try_push says false and the producer decides (drop and count, or wait); nothing is overwritten.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace hopwire::core {

inline constexpr std::size_t cache_line_bytes = 64;

template <class T>
class SpscRing {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  // Capacity is rounded up to a power of two.
  explicit SpscRing(std::size_t capacity) : mask_(std::bit_ceil(capacity < 2 ? 2 : capacity) - 1), slots_(new T[mask_ + 1]()) {}
  SpscRing(const SpscRing&) = delete;
  SpscRing& operator=(const SpscRing&) = delete;

  [[nodiscard]] std::size_t capacity() const noexcept { return mask_ + 1; }

  // Producer.
  [[nodiscard]] bool try_push(const T& value) noexcept {
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_seen_ > mask_) {
      head_seen_ = head_.load(std::memory_order_acquire);
      if (tail - head_seen_ > mask_) return false;
    }
    slots_[tail & mask_] = value;
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  // Consumer.
  [[nodiscard]] bool try_pop(T& value) noexcept {
    const T* first = front();
    if (first == nullptr) return false;
    value = *first;
    pop();
    return true;
  }
  // The oldest value, in place until pop(); nullptr when empty.
  [[nodiscard]] const T* front() noexcept {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_seen_) {
      tail_seen_ = tail_.load(std::memory_order_acquire);
      if (head == tail_seen_) return nullptr;
    }
    return &slots_[head & mask_];
  }
  void pop() noexcept { head_.store(head_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }

  // Either side; the other may be moving.
  [[nodiscard]] std::size_t size() const noexcept {
    const std::uint64_t head = head_.load(std::memory_order_acquire);
    return static_cast<std::size_t>(tail_.load(std::memory_order_acquire) - head);
  }

 private:
  const std::size_t mask_;
  const std::unique_ptr<T[]> slots_;
  alignas(cache_line_bytes) std::atomic<std::uint64_t> tail_{0};  // written by the producer
  std::uint64_t head_seen_ = 0;
  alignas(cache_line_bytes) std::atomic<std::uint64_t> head_{0};  // written by the consumer
  std::uint64_t tail_seen_ = 0;
};

}  // namespace hopwire::core
