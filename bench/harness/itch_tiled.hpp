// A real slice of one stock's messages as many stocks side by side: the flow is real, the number of books is a market's.
//
// Each copy has its own locate, begins up to twenty seconds later than the first, by the seed, and all are merged by time: without the
// shift every message would come `copies` times in a row, which no market does. References are given out anew in the order in which orders
// appear, rising by one to three, so that they lie as densely as a whole market's. What happens to orders older than the slice (8 % of its
// messages) is left out: books that trust their input, which these are compared with, cannot be given it. Nothing else is changed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <queue>
#include <random>
#include <span>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "core/endian.hpp"
#include "generated/itch_5_0.hpp"

namespace hopwire::bench {

class TiledSlice {
 public:
  TiledSlice(std::span<const std::byte> slice, std::uint16_t copies, std::uint64_t seed = 20191230) : random_(seed) {
    read(slice);
    bytes_.reserve(slice.size() * copies);
    std::vector<std::vector<std::uint64_t>> references(copies, std::vector<std::uint64_t>(ordinals_.size()));
    std::vector<std::uint64_t> shift(copies);
    using Next = std::tuple<std::uint64_t, std::uint16_t, std::uint32_t>;  // time, copy, message
    std::priority_queue<Next, std::vector<Next>, std::greater<>> next;
    for (std::uint16_t copy = 0; copy < copies; ++copy) {
      shift[copy] = copy == 0 ? 0 : random_() % longest_shift;
      next.emplace(messages_[0].time + shift[copy], copy, 0);
    }
    while (!next.empty()) {
      const auto [time, copy, index] = next.top();
      next.pop();
      append(messages_[index], copy, time, references[copy]);
      if (index + 1 < messages_.size()) next.emplace(messages_[index + 1].time + shift[copy], copy, index + 1);
    }
  }

  [[nodiscard]] const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  struct Message {
    std::span<const std::byte> frame;
    std::uint64_t time;
    std::uint32_t order = 0;      // ordinal of its reference
    std::uint32_t new_order = 0;  // of a U
    bool adds = false;
  };
  static constexpr std::uint64_t longest_shift = 20'000'000'000;
  static constexpr std::size_t reference_at = 2 + itch::OrderReplaceView::original_order_reference_number_offset;
  static constexpr std::size_t new_reference_at = 2 + itch::OrderReplaceView::new_order_reference_number_offset;

  void read(std::span<const std::byte> slice) {
    for (std::size_t at = 0; at + 2 <= slice.size();) {
      const std::size_t size = 2 + std::size_t{core::load_be<std::uint16_t>(slice.data() + at)};
      Message message{.frame = slice.subspan(at, size), .time = itch::SystemEventView(slice.data() + at + 2).timestamp()};
      const auto type = static_cast<char>(slice[at + 2]);
      message.adds = type == 'A' || type == 'F';
      at += size;
      if (message.adds || type == 'E' || type == 'C' || type == 'X' || type == 'D' || type == 'U') {
        const auto reference = core::load_be<std::uint64_t>(message.frame.data() + reference_at);
        if (!message.adds && !ordinals_.contains(reference)) continue;
        message.order = ordinal(reference);
      }
      if (type == 'U') message.new_order = ordinal(core::load_be<std::uint64_t>(message.frame.data() + new_reference_at));
      messages_.push_back(message);
    }
  }

  // From 1; 0 is no order.
  std::uint32_t ordinal(std::uint64_t reference) {
    if (ordinals_.empty()) ordinals_[~std::uint64_t{0}] = 0;
    return ordinals_.try_emplace(reference, static_cast<std::uint32_t>(ordinals_.size())).first->second;
  }

  void append(const Message& message, std::uint16_t copy, std::uint64_t time, std::vector<std::uint64_t>& references) {
    const std::size_t begin = bytes_.size();
    bytes_.insert(bytes_.end(), message.frame.begin(), message.frame.end());
    std::byte* frame = bytes_.data() + begin;
    core::store_be<std::uint16_t>(frame + 2 + itch::SystemEventView::stock_locate_offset, static_cast<std::uint16_t>(copy + 1));
    core::store_be48(frame + 2 + itch::SystemEventView::timestamp_offset, time);
    if (message.order != 0) {
      std::uint64_t& reference = references[message.order];
      if (message.adds) reference = last_ += 1 + random_() % 3;
      core::store_be<std::uint64_t>(frame + reference_at, reference);
    }
    if (message.new_order != 0) {
      core::store_be<std::uint64_t>(frame + new_reference_at, references[message.new_order] = last_ += 1 + random_() % 3);
    }
  }

  std::mt19937_64 random_;
  std::vector<Message> messages_;
  std::unordered_map<std::uint64_t, std::uint32_t> ordinals_;
  std::vector<std::byte> bytes_;
  std::uint64_t last_ = 100'000'000;
};

}  // namespace hopwire::bench
