// Why: an operator counts gaps, not missing ranges: a gap filled in the middle is still one gap, and it is healed when its last message
// came. What: the ends of the gaps that are open, ascending, in a ring of fixed size; gaps beyond its room grow the last one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace hopwire::feed {

class OpenGaps {
 public:
  explicit OpenGaps(std::size_t maximum) : ends_(std::make_unique<std::uint64_t[]>(maximum)), maximum_(maximum) {}

  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  void clear() noexcept { count_ = 0; }

  // [first, end) is missing and lies above all others. True when it is a gap of its own, not more of the last.
  [[nodiscard]] bool append(std::uint64_t first, std::uint64_t end) noexcept {
    if (count_ != 0) {
      std::uint64_t& last = ends_[(first_ + count_ - 1) % maximum_];
      if (last == first || count_ == maximum_) {
        last = end;
        return false;
      }
    }
    ends_[(first_ + count_++) % maximum_] = end;
    return true;
  }

  // A gap that ends at `end` lies below all others. False when there is no room: it counts with the first.
  [[nodiscard]] bool prepend(std::uint64_t end) noexcept {
    if (count_ == maximum_) return false;
    first_ = (first_ + maximum_ - 1) % maximum_;
    ends_[first_] = end;
    ++count_;
    return true;
  }

  // Everything below `next` is here (or given up): how many gaps that closed.
  std::uint64_t close_below(std::uint64_t next) noexcept {
    std::uint64_t closed = 0;
    while (count_ != 0 && ends_[first_] <= next) {
      first_ = (first_ + 1) % maximum_;
      --count_;
      ++closed;
    }
    return closed;
  }

 private:
  std::unique_ptr<std::uint64_t[]> ends_;
  std::size_t maximum_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace hopwire::feed
