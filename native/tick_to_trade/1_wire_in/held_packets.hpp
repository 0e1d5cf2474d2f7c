// Why: packets behind a gap must wait for it in order. What: a bounded store of copied message blocks, sorted by sequence, disjoint.
//
// Slots of one size in reserved memory (touched as used) and a sorted window of entries that moves whichever side is shorter. Almost every
// insertion is at the end (packets arrive in order behind a gap), almost every removal at the front.
//
// What can go wrong: no slot or a packet larger than a slot -> insert refuses, and the caller treats the messages as lost.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "core/reserved_array.hpp"
#include "tick_to_trade/1_wire_in/packet.hpp"

namespace hopwire::feed {

class HeldPackets {
 public:
  HeldPackets(std::size_t maximum_packets, std::size_t slot_bytes)
      : slot_bytes_(slot_bytes),
        maximum_(maximum_packets),
        bytes_(maximum_packets * slot_bytes),
        entries_(std::make_unique<Entry[]>(2 * maximum_packets)),
        free_slots_(std::make_unique<std::uint32_t[]>(maximum_packets)) {
    clear();
  }

  void clear() noexcept {
    begin_ = end_ = maximum_ / 2;
    free_count_ = maximum_;
    for (std::size_t i = 0; i < maximum_; ++i) free_slots_[i] = static_cast<std::uint32_t>(maximum_ - 1 - i);
  }

  [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] std::size_t room() const noexcept { return free_count_; }
  [[nodiscard]] const Packet& front() const noexcept { return entries_[begin_].packet; }

  // Keeps a copy. The sequences are in no other entry.
  [[nodiscard]] bool insert(const Packet& packet) noexcept {
    if (free_count_ == 0 || packet.block_bytes > slot_bytes_) return false;
    const std::size_t position = open_position(packet.first_sequence);
    const std::uint32_t slot = free_slots_[--free_count_];
    std::byte* copy = bytes_.data() + std::size_t{slot} * slot_bytes_;
    std::memcpy(copy, packet.blocks, packet.block_bytes);
    entries_[position] = {packet, slot};
    entries_[position].packet.blocks = copy;
    entries_[position].packet.was_held = true;
    return true;
  }

  void pop_front() noexcept { free_slots_[free_count_++] = entries_[begin_++].slot; }

 private:
  struct Entry {
    Packet packet;
    std::uint32_t slot;
  };

  // Makes a hole in the sorted window and returns its index.
  std::size_t open_position(std::uint64_t sequence) noexcept {
    if (begin_ == end_) begin_ = end_ = maximum_ / 2;
    Entry* entries = entries_.get();
    const auto less = [](std::uint64_t s, const Entry& entry) { return s < entry.packet.first_sequence; };
    std::size_t position = end_ != begin_ && entries[end_ - 1].packet.first_sequence < sequence
                               ? end_
                               : static_cast<std::size_t>(std::upper_bound(entries + begin_, entries + end_, sequence, less) - entries);
    const bool near_front = position - begin_ < end_ - position;
    if (begin_ > 0 && (near_front || end_ == 2 * maximum_)) {
      if (end_ == 2 * maximum_ && !near_front) {  // at the wall: slide the window back, once in `maximum_` insertions
        const std::size_t shift = begin_;
        std::copy(entries + begin_, entries + end_, entries);
        begin_ -= shift;
        end_ -= shift;
        position -= shift;
        return open_at_back(position);
      }
      std::copy(entries + begin_, entries + position, entries + begin_ - 1);
      --begin_;
      return position - 1;
    }
    return open_at_back(position);
  }

  std::size_t open_at_back(std::size_t position) noexcept {
    std::copy_backward(entries_.get() + position, entries_.get() + end_, entries_.get() + end_ + 1);
    ++end_;
    return position;
  }

  std::size_t slot_bytes_;
  std::size_t maximum_;
  core::ReservedArray<std::byte> bytes_;
  std::unique_ptr<Entry[]> entries_;
  std::unique_ptr<std::uint32_t[]> free_slots_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t free_count_ = 0;
};

}  // namespace hopwire::feed
