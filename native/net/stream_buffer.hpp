// Why: TCP hands over any slice of the stream; frames must be whole before they are read, and a send may take only part.
// What: one flat, fixed piece of memory with a read end and a write end. Bytes move to the front only when the tail is used up, so a reader
// sees every frame contiguous and nothing is copied in the ordinary case (the buffer empties and both ends go back to 0).
//
// Owns its memory, allocated once. What can go wrong: full -> free_space() is empty and the owner decides (stop reading, or end a slow
// consumer).
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

namespace hopwire::net {

class StreamBuffer {
 public:
  explicit StreamBuffer(std::size_t capacity) : memory_(capacity) {}

  [[nodiscard]] std::span<const std::byte> filled() const noexcept { return {memory_.data() + begin_, end_ - begin_}; }
  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
  [[nodiscard]] std::size_t room() const noexcept { return memory_.size() - size(); }

  // Contiguous room for at least `wanted` bytes, or as much as there is.
  [[nodiscard]] std::span<std::byte> free_space(std::size_t wanted) noexcept {
    if (memory_.size() - end_ < wanted && begin_ != 0) {
      std::memmove(memory_.data(), memory_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    return {memory_.data() + end_, memory_.size() - end_};
  }

  void filled_by(std::size_t count) noexcept { end_ += count; }

  void consume(std::size_t count) noexcept {
    begin_ += count;
    if (begin_ == end_) clear();
  }

  // false when it does not fit; nothing is written then.
  [[nodiscard]] bool append(std::span<const std::byte> bytes) noexcept {
    const std::span<std::byte> space = free_space(bytes.size());
    if (space.size() < bytes.size()) return false;
    if (bytes.empty()) return true;
    std::memcpy(space.data(), bytes.data(), bytes.size());
    end_ += bytes.size();
    return true;
  }

  void clear() noexcept { begin_ = end_ = 0; }

 private:
  std::vector<std::byte> memory_;  // sized once
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace hopwire::net
