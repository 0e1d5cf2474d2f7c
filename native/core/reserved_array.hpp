// Why: tables that may grow to millions of rows must never be copied or reallocated on a hot path. What: address space for the largest
// table, taken once; the kernel gives zeroed pages as rows are first touched, so a row that was never written reads as zero bytes.
//
// Owns its mapping; move-only. What can go wrong: the address space is refused -> SystemError at set-up; physical memory runs out later ->
// the process is killed, which is why the limits of a table are part of its configuration. First touches cost a page fault each (0.25 us
// for a small page and far more for a file's): call touch() for the rows that the first messages will use.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include "core/system_error.hpp"

namespace hopwire::core {

template <class T>
class ReservedArray {
  static_assert(std::is_trivially_destructible_v<T>, "rows are given back without being destroyed");
  static_assert(std::is_trivially_copyable_v<T>, "a row begins as zero bytes");

 public:
  ReservedArray() noexcept = default;
  explicit ReservedArray(std::size_t maximum) : maximum_(maximum) {
    if (maximum == 0) return;
    if (maximum > (std::numeric_limits<std::size_t>::max() >> 1) / sizeof(T)) throw refused(ENOMEM);
    void* memory = ::mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw refused(errno);
    rows_ = static_cast<T*>(memory);
  }
  ReservedArray(ReservedArray&& other) noexcept
      : rows_(std::exchange(other.rows_, nullptr)), maximum_(std::exchange(other.maximum_, 0)) {}
  ReservedArray& operator=(ReservedArray&& other) noexcept {
    std::swap(rows_, other.rows_);
    std::swap(maximum_, other.maximum_);
    return *this;
  }
  ReservedArray(const ReservedArray&) = delete;
  ReservedArray& operator=(const ReservedArray&) = delete;
  ~ReservedArray() {
    if (rows_ != nullptr) ::munmap(rows_, bytes());
  }

  [[nodiscard]] T* data() noexcept { return rows_; }
  [[nodiscard]] const T* data() const noexcept { return rows_; }
  [[nodiscard]] T& operator[](std::size_t index) noexcept { return rows_[index]; }
  [[nodiscard]] const T& operator[](std::size_t index) const noexcept { return rows_[index]; }
  [[nodiscard]] std::size_t maximum() const noexcept { return maximum_; }

  // Takes the pages of the first `count` rows now, without changing what they hold.
  void touch(std::size_t count) noexcept {
    const std::size_t end = (count < maximum_ ? count : maximum_) * sizeof(T);
    auto* memory = reinterpret_cast<volatile unsigned char*>(rows_);
    for (std::size_t at = 0; at < end; at += page_bytes()) memory[at] = memory[at];
  }

  // Whole pages inside [from, from + count) go back to the kernel and read as zero again; rows on shared edge pages keep their bytes.
  void give_back(std::size_t from, std::size_t count) noexcept {
    if (from >= maximum_) return;
    const std::size_t last = count < maximum_ - from ? from + count : maximum_;
    const std::size_t begin = (from * sizeof(T) + page_bytes() - 1) / page_bytes() * page_bytes();
    const std::size_t end = last == maximum_ ? bytes() : last * sizeof(T) / page_bytes() * page_bytes();
    if (begin < end) ::madvise(reinterpret_cast<unsigned char*>(rows_) + begin, end - begin, MADV_DONTNEED);
  }

  // Every row reads as zero again, and its memory goes back to the kernel: no address space is taken or given, so this cannot fail.
  void clear() noexcept {
    if (rows_ == nullptr || ::madvise(rows_, bytes(), MADV_DONTNEED) == 0) return;
    std::memset(static_cast<void*>(rows_), 0, bytes());  // pages that are locked stay
  }

  // Asks for 2 MiB pages. For tables that fill densely from the front; a sparse one would take far more memory than it uses.
  void prefer_huge_pages() noexcept {
    if (rows_ != nullptr) ::madvise(rows_, bytes(), MADV_HUGEPAGE);
  }

 private:
  [[nodiscard]] std::size_t bytes() const noexcept {
    const std::size_t page = page_bytes();
    return (maximum_ * sizeof(T) + page - 1) / page * page;
  }
  [[nodiscard]] static std::size_t page_bytes() noexcept {
    static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return size;
  }
  [[nodiscard]] SystemError refused(int code) const {
    return SystemError("reserve memory", std::to_string(maximum_) + " rows of " + std::to_string(sizeof(T)) + " bytes", code);
  }

  T* rows_ = nullptr;
  std::size_t maximum_ = 0;
};

}  // namespace hopwire::core
