// Why: a flow of millions of commands is hundreds of megabytes that a benchmark streams through. On small pages it measures page walks, and
// on some virtual machines a fault of the host every 4 KiB (5 us were seen), where a venue's commands come hot from the decoder. What: a
// vector on 2 MiB pages.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <vector>

#include "order_to_publish/1_order_in/command.hpp"

namespace hopwire::bench {

template <class T>
struct HugePages {
  using value_type = T;
  static constexpr std::size_t page = std::size_t{2} << 20;

  HugePages() = default;
  template <class U> HugePages(const HugePages<U>&) noexcept {}  // NOLINT: allocators convert

  [[nodiscard]] T* allocate(std::size_t count) {
    void* memory = ::operator new(bytes(count), std::align_val_t{page});
    ::madvise(memory, bytes(count), MADV_HUGEPAGE);  // a wish; small pages hold the same
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) noexcept { ::operator delete(memory, std::align_val_t{page}); }

  template <class U> bool operator==(const HugePages<U>&) const noexcept { return true; }

 private:
  static std::size_t bytes(std::size_t count) noexcept { return (count * sizeof(T) + page - 1) / page * page; }
};

using CommandList = std::vector<venue::SequencedCommand, HugePages<venue::SequencedCommand>>;

}  // namespace hopwire::bench
