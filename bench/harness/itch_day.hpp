// Framed ITCH messages for benchmarks, from a seed: a day-like stream of many instruments.
//
// The mix, the lifetimes and the distance from the best price are what make a book fast or slow, so they are taken from what is known:
// - shares of types from published counts of real days: a 2019 day by default, replace_percent 28 is a 2026 day;
// - prices: the distance from the best price of the adds of the real AAPL slice (fixtures), in cents, cumulated in `distances` below;
// - lifetimes: a victim is mostly one of its instrument's youngest few dozen (median age in the slice: 38 messages of that stock), seldom
//   any of its orders; more is added than dies, so that `live_at_end` are left, most of them old;
// - a few instruments carry most of the flow; references rise by one to three.
// Every modification names a live order and never takes more than is left, as in a real stream.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "core/endian.hpp"
#include "generated/itch_5_0.hpp"

namespace hopwire::bench {

struct DayShape {
  std::uint64_t messages = 20'000'000;
  std::uint16_t instruments = 800;
  std::uint32_t replace_percent = 8;
  std::uint64_t live_at_end = 440'000;
  std::uint64_t live_at_start = 0;  // added before the mix begins, beyond `messages`
  std::uint64_t seed = 20191230;
};

class ItchDay {
 public:
  explicit ItchDay(const DayShape& shape)
      : shape_(shape), random_(shape.seed), middle_(shape.instruments + 1u), live_(shape.instruments + 1u) {
    bytes_.reserve(shape.messages * 34 + shape.live_at_start * (2 + itch::AddOrderEncoder::encoded_length));
    system_event('O');
    for (std::uint16_t locate = 1; locate <= shape.instruments; ++locate) directory(locate);
    for (std::int32_t& price : middle_) price = static_cast<std::int32_t>(100'000 + below(3'000'000)) / 100 * 100;
    // Per 100,000: what is added beyond what dies.
    surplus_ = std::min<std::uint64_t>(shape.live_at_end * 100'000 / std::max<std::uint64_t>(shape.messages, 1), 90'000);
    while (live_count_ < shape.live_at_start) add(instrument());
    mix_begins_ = bytes_.size();
    for (std::uint64_t i = shape.instruments + 1u; i < shape.messages; ++i) one();
  }

  [[nodiscard]] const std::vector<std::byte>& bytes() const { return bytes_; }
  // Offset of the first message behind the directory and what lives at the start.
  [[nodiscard]] std::size_t mix_begins() const { return mix_begins_; }
  [[nodiscard]] std::uint64_t live_orders() const { return live_count_; }

 private:
  struct Live {
    std::uint64_t reference;
    std::int32_t price;
    std::uint32_t shares;
    char side;
  };

  // Cumulated per mille of adds at most this many cents from the middle; between two rows evenly.
  struct Distance {
    std::uint32_t per_mille;
    std::uint32_t cents;
  };
  static constexpr Distance distances[] = {{145, 1}, {363, 2}, {489, 3}, {564, 4}, {616, 6}, {641, 7}, {679, 8},   {731, 9},   {789, 10},
                                           {841, 11}, {871, 12}, {903, 14}, {951, 22}, {972, 52}, {980, 202}, {1'000, 600}};

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  void one() {
    time_ += 1 + below(2'000);
    const std::uint64_t replaces = std::uint64_t{1'000} * shape_.replace_percent;
    const bool replacing_day = shape_.replace_percent >= 20;
    const std::uint64_t executions = replacing_day ? 1'600 : 4'000;
    const std::uint64_t cancels = replacing_day ? 1'000 : 1'500;
    constexpr std::uint64_t trades = 700;
    // Half of the executions end their order.
    const std::uint64_t adds = (100'000 - replaces - executions - cancels - trades + executions / 2 + surplus_) / 2;
    const std::uint64_t draw = below(100'000);
    const std::uint16_t locate = instrument();
    if (draw < adds || live_[locate].empty()) return add(locate);
    if (draw < adds + trades) return trade(locate);
    const std::size_t victim = pick(live_[locate].size());
    if (draw < adds + trades + replaces) return replace(locate, victim);
    if (draw < adds + trades + replaces + executions) return execute(locate, victim);
    if (draw < adds + trades + replaces + executions + cancels) return cancel(locate, victim);
    remove(locate, victim);
  }

  std::uint16_t instrument() {
    const double skew = static_cast<double>(below(1'000'000)) / 1'000'000.0;
    return static_cast<std::uint16_t>(1 + skew * skew * shape_.instruments);
  }

  // An instrument's orders stand in their order of age, roughly: what dies leaves its place to the youngest.
  std::size_t pick(std::size_t count) {
    if (below(100) >= 93) return below(count);
    const std::uint64_t young = std::min<std::uint64_t>(count, 1 + below(64));
    return count - 1 - below(young);
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

  void system_event(char code) { message<itch::SystemEventEncoder>(0).event_code(code); }
  void directory(std::uint16_t locate) { message<itch::StockDirectoryEncoder>(locate).stock(stock_name(locate)); }
  static std::string stock_name(std::uint16_t locate) {
    std::string name = std::to_string(locate);
    name.insert(name.begin(), 'D');
    return name;
  }

  std::int32_t price_near(std::uint16_t locate, char side) {
    std::int32_t& middle = middle_[locate];
    if (below(256) == 0) middle += below(2) == 0 ? 100 : -100;
    if (middle < 90'000) middle = 90'000;
    const std::uint64_t draw = below(1'000);
    const Distance* row =
        std::find_if(std::begin(distances), std::end(distances), [&](const Distance& each) { return draw < each.per_mille; });
    const std::uint32_t nearer = row == std::begin(distances) ? 0 : (row - 1)->cents;
    const auto cents = static_cast<std::int32_t>(nearer + 1 + below(row->cents - nearer));
    return side == 'B' ? middle - cents * 100 : middle + cents * 100;
  }

  std::uint32_t size_of_order() { return below(100) < 53 ? 100 : static_cast<std::uint32_t>(1 + below(4) == 1 ? 200 : 1 + below(99)); }

  void add(std::uint16_t locate) {
    const char side = below(2) == 0 ? 'B' : 'S';
    const Live order{reference_ += 1 + below(3), price_near(locate, side), size_of_order(), side};
    message<itch::AddOrderEncoder>(locate)
        .order_reference_number(order.reference)
        .buy_sell_indicator(order.side)
        .shares(order.shares)
        .stock("DAY")
        .price(static_cast<std::uint32_t>(order.price));
    live_[locate].push_back(order);
    ++live_count_;
  }

  void trade(std::uint16_t locate) {
    message<itch::TradeEncoder>(locate).buy_sell_indicator('B').shares(100).stock("DAY").price(
        static_cast<std::uint32_t>(middle_[locate])).match_number(++match_);
  }

  void remove(std::uint16_t locate, std::size_t victim) {
    message<itch::OrderDeleteEncoder>(locate).order_reference_number(live_[locate][victim].reference);
    forget(locate, victim);
  }

  void replace(std::uint16_t locate, std::size_t victim) {
    Live order = live_[locate][victim];
    const std::uint64_t original = order.reference;
    order.reference = reference_ += 1 + below(3);
    order.price = price_near(locate, order.side);
    message<itch::OrderReplaceEncoder>(locate)
        .original_order_reference_number(original)
        .new_order_reference_number(order.reference)
        .shares(order.shares)
        .price(static_cast<std::uint32_t>(order.price));
    forget(locate, victim);
    live_[locate].push_back(order);
    ++live_count_;
  }

  void execute(std::uint16_t locate, std::size_t victim) {
    Live& order = live_[locate][victim];
    const std::uint32_t shares = below(2) == 0 ? order.shares : 1 + static_cast<std::uint32_t>(below(order.shares));
    message<itch::OrderExecutedEncoder>(locate).order_reference_number(order.reference).executed_shares(shares).match_number(++match_);
    order.shares -= shares;
    if (order.shares == 0) forget(locate, victim);
  }

  void cancel(std::uint16_t locate, std::size_t victim) {
    Live& order = live_[locate][victim];
    if (order.shares < 2) return remove(locate, victim);
    const auto shares = 1 + static_cast<std::uint32_t>(below(order.shares - 1));
    message<itch::OrderCancelEncoder>(locate).order_reference_number(order.reference).canceled_shares(shares);
    order.shares -= shares;
  }

  void forget(std::uint16_t locate, std::size_t victim) {
    std::vector<Live>& orders = live_[locate];
    orders[victim] = orders.back();
    orders.pop_back();
    --live_count_;
  }

  DayShape shape_;
  std::mt19937_64 random_;
  std::vector<std::int32_t> middle_;
  std::vector<std::vector<Live>> live_;
  std::vector<std::byte> bytes_;
  std::size_t mix_begins_ = 0;
  std::uint64_t live_count_ = 0;
  std::uint64_t surplus_ = 0;
  std::uint64_t time_ = 34'200'000'000'000;
  std::uint64_t reference_ = 1'000;
  std::uint64_t match_ = 0;
};

}  // namespace hopwire::bench
