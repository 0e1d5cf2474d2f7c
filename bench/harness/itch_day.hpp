// Framed ITCH messages for benchmarks, from a seed: a day-like stream of many instruments, or a real slice tiled to many.
//
// The mix, the lifetimes and the distance from the best price are what make a book fast or slow, so they are parameters with their
// source: the shares follow published counts of real days (a 2019 day by default; replace_share 28 is a 2026 day), most orders die
// young, a few per cent live for the rest of the stream. Every modification names a live order and never takes more than is left.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <vector>

#include "core/endian.hpp"
#include "generated/itch_5_0.hpp"

namespace hopwire::bench {

struct DayShape {
  std::uint64_t messages = 4'000'000;
  std::uint16_t instruments = 800;
  std::uint32_t replace_percent = 8;
  std::uint64_t seed = 20191230;
};

class ItchDay {
 public:
  explicit ItchDay(const DayShape& shape) : shape_(shape), random_(shape.seed), middle_(shape.instruments + 1u) {
    bytes_.reserve(shape.messages * 36);
    for (std::int32_t& price : middle_) price = static_cast<std::int32_t>(50'000 + below(3'000'000)) / 100 * 100;
    for (std::uint64_t i = 0; i < shape.messages; ++i) one();
  }

  [[nodiscard]] const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  struct Live {
    std::uint64_t reference;
    std::int32_t price;
    std::uint32_t shares;
    std::uint16_t locate;
    char side;
  };

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  void one() {
    time_ += 1 + below(2'000);
    // Per mille: executions (half of them whole), cancels and replaces as given; adds outweigh what dies by 25, which stay for the day.
    constexpr std::uint64_t executions = 40;
    constexpr std::uint64_t cancels = 20;
    const std::uint64_t replaces = std::uint64_t{10} * shape_.replace_percent;
    const std::uint64_t adds = (1'000 - executions - cancels - replaces + executions / 2 + 25) / 2;
    const std::uint64_t draw = below(1'000);
    if (live_.empty() || draw < adds) return add();
    const std::size_t victim = pick();
    if (draw < adds + replaces) return replace(victim);
    if (draw < adds + replaces + executions) return execute(victim);
    if (draw < adds + replaces + executions + cancels) return cancel(victim);
    remove(victim);
  }

  // Mostly among the youngest few thousand, else anyone.
  std::size_t pick() {
    const std::size_t young = std::min<std::size_t>(live_.size(), 4'096);
    return below(100) < 93 ? live_.size() - 1 - below(young) : below(live_.size());
  }

  template <class Encoder>
  Encoder message(std::uint16_t locate) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + 2 + Encoder::encoded_length);
    core::store_be<std::uint16_t>(bytes_.data() + at, static_cast<std::uint16_t>(Encoder::encoded_length));
    Encoder encoder = Encoder::wrap(bytes_.data() + at + 2);
    encoder.stock_locate(locate).timestamp(time_);
    return encoder;
  }

  std::int32_t price_near(std::uint16_t locate, char side) {
    std::int32_t& middle = middle_[locate];
    if (below(64) == 0) middle += below(2) == 0 ? 100 : -100;
    if (middle < 20'000) middle = 20'000;
    const auto ticks = static_cast<std::int32_t>(std::exp(static_cast<double>(below(1'000)) / 1'000.0 * 4.0));  // 1 to 54
    return side == 'B' ? middle - ticks * 100 : middle + ticks * 100;
  }

  void add() {
    Live order{reference_ += 1 + below(3), 0, static_cast<std::uint32_t>(100 * (1 + below(5))), 0, below(2) == 0 ? 'B' : 'S'};
    // A few instruments carry most of the flow.
    const double skew = static_cast<double>(below(1'000'000)) / 1'000'000.0;
    order.locate = static_cast<std::uint16_t>(1 + skew * skew * shape_.instruments);
    order.price = price_near(order.locate, order.side);
    message<itch::AddOrderEncoder>(order.locate)
        .order_reference_number(order.reference)
        .buy_sell_indicator(order.side)
        .shares(order.shares)
        .stock("DAY")
        .price(static_cast<std::uint32_t>(order.price));
    live_.push_back(order);
  }

  void remove(std::size_t victim) {
    message<itch::OrderDeleteEncoder>(live_[victim].locate).order_reference_number(live_[victim].reference);
    forget(victim);
  }

  void replace(std::size_t victim) {
    Live& order = live_[victim];
    const std::uint64_t original = order.reference;
    order.reference = reference_ += 1 + below(3);
    order.price = price_near(order.locate, order.side);
    message<itch::OrderReplaceEncoder>(order.locate)
        .original_order_reference_number(original)
        .new_order_reference_number(order.reference)
        .shares(order.shares)
        .price(static_cast<std::uint32_t>(order.price));
    std::swap(order, live_.back());
  }

  void execute(std::size_t victim) {
    Live& order = live_[victim];
    const std::uint32_t shares = below(2) == 0 ? order.shares : 1 + static_cast<std::uint32_t>(below(order.shares));
    message<itch::OrderExecutedEncoder>(order.locate)
        .order_reference_number(order.reference)
        .executed_shares(shares)
        .match_number(++match_);
    order.shares -= shares;
    if (order.shares == 0) forget(victim);
  }

  void cancel(std::size_t victim) {
    Live& order = live_[victim];
    if (order.shares < 2) return remove(victim);
    const auto shares = 1 + static_cast<std::uint32_t>(below(order.shares - 1));
    message<itch::OrderCancelEncoder>(order.locate).order_reference_number(order.reference).canceled_shares(shares);
    order.shares -= shares;
  }

  void forget(std::size_t victim) {
    live_[victim] = live_.back();
    live_.pop_back();
  }

  DayShape shape_;
  std::mt19937_64 random_;
  std::vector<std::int32_t> middle_;
  std::vector<Live> live_;
  std::vector<std::byte> bytes_;
  std::uint64_t time_ = 34'200'000'000'000;
  std::uint64_t reference_ = 1'000;
  std::uint64_t match_ = 0;
};

// A slice of one instrument as `copies` instruments side by side, message by message: locates and references made distinct, order kept.
inline std::vector<std::byte> tiled(std::span<const std::byte> slice, std::uint16_t copies) {
  std::vector<std::byte> out;
  out.reserve(slice.size() * copies);
  const auto make_distinct = [&](std::byte* message, std::size_t offset, std::uint16_t copy) {
    core::store_be<std::uint64_t>(message + offset, core::load_be<std::uint64_t>(message + offset) * copies + copy);
  };
  for (std::size_t at = 0; at + 2 <= slice.size();) {
    const std::size_t size = 2 + std::size_t{core::load_be<std::uint16_t>(slice.data() + at)};
    for (std::uint16_t copy = 0; copy < copies; ++copy) {
      const std::size_t begin = out.size();
      out.insert(out.end(), slice.begin() + static_cast<std::ptrdiff_t>(at), slice.begin() + static_cast<std::ptrdiff_t>(at + size));
      std::byte* message = out.data() + begin + 2;
      const auto type = static_cast<char>(message[0]);
      core::store_be<std::uint16_t>(message + itch::SystemEventView::stock_locate_offset, static_cast<std::uint16_t>(copy + 1));
      if (type == 'A' || type == 'F' || type == 'E' || type == 'C' || type == 'X' || type == 'D' || type == 'U') {
        make_distinct(message, itch::OrderReplaceView::original_order_reference_number_offset, copy);
      }
      if (type == 'U') make_distinct(message, itch::OrderReplaceView::new_order_reference_number_offset, copy);
    }
    at += size;
  }
  return out;
}

}  // namespace hopwire::bench
