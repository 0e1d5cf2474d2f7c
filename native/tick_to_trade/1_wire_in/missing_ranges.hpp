// Why: re-requesting needs to know exactly which sequences are missing, and which of them have been asked for. What: the missing ranges
// between the next expected sequence and the highest one seen, sorted, disjoint, each with the state of its own request. A range is the
// unit of a request: asking for part of a range splits it, an answer shrinks or splits it, and adjacent ranges with different request
// states may touch.
//
// Bounded. When the list is full, `append` and `fill` refuse and the caller treats the packet as lost; nothing is forgotten.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace hopwire::feed {

struct MissingRange {
  std::uint64_t first;
  std::uint64_t end;            // one past the last
  std::uint64_t seen_at;        // ns; when the gap was seen
  std::uint64_t requested_at;   // ns; meaningful when attempts > 0
  std::uint32_t attempts;       // requests sent for this range since it last shrank
  std::uint32_t server;         // the one asked last
};

class MissingRanges {
 public:
  explicit MissingRanges(std::size_t maximum) : ranges_(std::make_unique<MissingRange[]>(maximum)), maximum_(maximum) {}

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] bool full() const noexcept { return count_ == maximum_; }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] MissingRange& operator[](std::size_t index) noexcept { return ranges_[index]; }
  [[nodiscard]] const MissingRange& operator[](std::size_t index) const noexcept { return ranges_[index]; }
  void clear() noexcept { count_ = 0; }

  // The first range that ends beyond `sequence`; size() when there is none.
  [[nodiscard]] std::size_t at_or_after(std::uint64_t sequence) const noexcept {
    const MissingRange* begin = ranges_.get();
    return static_cast<std::size_t>(
        std::upper_bound(begin, begin + count_, sequence, [](std::uint64_t s, const MissingRange& r) { return s < r.end; }) - begin);
  }

  // A new range above all others. A range not yet requested that touches it grows instead.
  [[nodiscard]] bool append(std::uint64_t first, std::uint64_t end, std::uint64_t now) noexcept {
    if (count_ != 0 && ranges_[count_ - 1].end == first && ranges_[count_ - 1].attempts == 0) {
      ranges_[count_ - 1].end = end;
      return true;
    }
    if (count_ == maximum_) return false;
    ranges_[count_++] = {first, end, now, 0, 0, 0};
    return true;
  }

  // A new range below all others.
  [[nodiscard]] bool prepend(std::uint64_t first, std::uint64_t end, std::uint64_t now) noexcept {
    if (count_ == maximum_) return false;
    std::copy_backward(ranges_.get(), ranges_.get() + count_, ranges_.get() + count_ + 1);
    ++count_;
    ranges_[0] = {first, end, now, 0, 0, 0};
    return true;
  }

  // How many of [first, end) are missing.
  [[nodiscard]] std::uint64_t overlap(std::uint64_t first, std::uint64_t end) const noexcept {
    std::uint64_t total = 0;
    for (std::size_t index = at_or_after(first); index < count_ && ranges_[index].first < end; ++index) {
      total += std::min(ranges_[index].end, end) - std::max(ranges_[index].first, first);
    }
    return total;
  }

  // [first, end) lies inside range `index` and is no longer missing. What is left of the range may be asked for at once.
  [[nodiscard]] bool fill(std::size_t index, std::uint64_t first, std::uint64_t end) noexcept {
    MissingRange& range = ranges_[index];
    if (range.first < first && end < range.end) {
      if (!split(index, end)) return false;
      ranges_[index].end = first;
      return true;
    }
    if (range.first < first) {
      range.end = first;
    } else if (end < range.end) {
      range.first = end;
      range.attempts = 0;
    } else {
      remove(index);
    }
    return true;
  }

  // Range `index` ends at `sequence`; a new unrequested range holds the rest.
  [[nodiscard]] bool split(std::size_t index, std::uint64_t sequence) noexcept {
    if (count_ == maximum_) return false;
    std::copy_backward(ranges_.get() + index + 1, ranges_.get() + count_, ranges_.get() + count_ + 1);
    ++count_;
    ranges_[index + 1] = {sequence, ranges_[index].end, ranges_[index].seen_at, 0, 0, 0};
    ranges_[index].end = sequence;
    return true;
  }

  // Range `index` takes over the one that begins where it ends.
  void absorb_next(std::size_t index) noexcept {
    ranges_[index].end = ranges_[index + 1].end;
    remove(index + 1);
  }

  // Forgets everything below `sequence`.
  void erase_below(std::uint64_t sequence) noexcept {
    const std::size_t keep = at_or_after(sequence);
    if (keep != 0) std::copy(ranges_.get() + keep, ranges_.get() + count_, ranges_.get());
    count_ -= keep;
    if (count_ != 0 && ranges_[0].first < sequence) {
      ranges_[0].first = sequence;
      ranges_[0].attempts = 0;
    }
  }

 private:
  void remove(std::size_t index) noexcept {
    std::copy(ranges_.get() + index + 1, ranges_.get() + count_, ranges_.get() + index);
    --count_;
  }

  std::unique_ptr<MissingRange[]> ranges_;
  std::size_t maximum_;
  std::size_t count_ = 0;
};

}  // namespace hopwire::feed
