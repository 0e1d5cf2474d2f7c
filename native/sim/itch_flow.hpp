// A day of ITCH for simulations, from a seed: a directory, then orders that come, trade, shrink, move and go in many books whose prices
// wander, framed as in a file. Bounded live orders; every modification names a live order and never takes more than is left.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/endian.hpp"
#include "generated/itch_5_0.hpp"
#include "net/mold_packet.hpp"
#include "sim/random.hpp"

namespace hopwire::sim {

struct ItchFlowShape {
  std::uint64_t messages = 100'000;
  std::uint16_t instruments = 100;
  std::uint64_t seed = 1;
};

class ItchFlow {
 public:
  explicit ItchFlow(const ItchFlowShape& shape) : random_(shape.seed), middle_(shape.instruments + std::size_t{1}) {
    for (std::int32_t& price : middle_) price = static_cast<std::int32_t>(100'000 + random_.below(3'000'000) / 100 * 100);
    append<itch::SystemEventEncoder>(0, [](auto& message) { message.event_code('O'); });
    for (std::uint16_t locate = 1; locate <= shape.instruments; ++locate) {
      append<itch::StockDirectoryEncoder>(locate, [&](auto& m) { m.stock(symbol_of(locate)).round_lot_size(100); });
    }
    while (messages_ < shape.messages) one(shape.instruments);
  }

  [[nodiscard]] const std::vector<std::byte>& bytes() const noexcept { return bytes_; }
  [[nodiscard]] static std::string symbol_of(std::uint16_t locate) { return "F" + std::to_string(locate); }

 private:
  struct Live {
    std::uint64_t reference;
    std::uint32_t shares;
    std::uint16_t locate;
    char side;
  };
  static constexpr std::size_t most_live = 20'000;

  template <class Encoder, class Fill>
  void append(std::uint16_t locate, Fill&& fill) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + net::mold_block_prefix + Encoder::block_length);
    core::store_be<std::uint16_t>(bytes_.data() + at, static_cast<std::uint16_t>(Encoder::block_length));
    Encoder encoder = Encoder::wrap(bytes_.data() + at + net::mold_block_prefix);
    time_ += 1 + random_.below(40'000);
    encoder.stock_locate(locate).timestamp(time_);
    fill(encoder);
    ++messages_;
  }

  void one(std::uint16_t instruments) {
    const std::uint32_t draw = random_.below(100);
    if (live_.empty() || (draw < 48 && live_.size() < most_live)) return add(static_cast<std::uint16_t>(1 + random_.below(instruments)));
    const std::size_t among = random_.chance(9, 10) ? std::min<std::size_t>(live_.size(), 500) : live_.size();  // most die young
    const std::size_t at = live_.size() - 1 - random_.below(static_cast<std::uint32_t>(among));
    if (draw < 60) return replace(at);
    if (draw < 68) return reduce(at, true);
    if (draw < 72) return reduce(at, false);
    append<itch::OrderDeleteEncoder>(live_[at].locate, [&](auto& m) { m.order_reference_number(live_[at].reference); });
    forget(at);
  }

  [[nodiscard]] std::uint32_t price_near(std::uint16_t locate, char side) {
    std::int32_t& middle = middle_[locate];
    if (random_.chance(1, 20)) middle += random_.chance(1, 2) || middle < 100'000 ? 100 : -100;
    const auto away = static_cast<std::int32_t>(1 + random_.geometric(1, 5, 60)) * 100;
    return static_cast<std::uint32_t>(side == 'B' ? middle - away : middle + away);
  }

  void add(std::uint16_t locate) {
    const char side = random_.chance(1, 2) ? 'B' : 'S';
    const Live order{++reference_, 100 * (1 + random_.below(10)), locate, side};
    append<itch::AddOrderEncoder>(locate, [&](auto& m) {
      m.order_reference_number(order.reference).buy_sell_indicator(side).shares(order.shares);
      m.stock(symbol_of(locate)).price(price_near(locate, side));
    });
    live_.push_back(order);
  }

  void replace(std::size_t at) {
    Live& order = live_[at];
    const std::uint64_t original = order.reference;
    order.reference = ++reference_;
    order.shares = 100 * (1 + random_.below(10));
    append<itch::OrderReplaceEncoder>(order.locate, [&](auto& m) {
      m.original_order_reference_number(original).new_order_reference_number(order.reference);
      m.shares(order.shares).price(price_near(order.locate, order.side));
    });
  }

  void reduce(std::size_t at, bool executed) {
    Live& order = live_[at];
    const std::uint32_t shares = random_.chance(1, 2) ? order.shares : 1 + random_.below(order.shares);
    if (executed) {
      append<itch::OrderExecutedEncoder>(order.locate, [&](auto& m) {
        m.order_reference_number(order.reference).executed_shares(shares).match_number(++match_);
      });
    } else {
      append<itch::OrderCancelEncoder>(order.locate,
                                       [&](auto& m) { m.order_reference_number(order.reference).canceled_shares(shares); });
    }
    order.shares -= shares;
    if (order.shares == 0) forget(at);
  }

  void forget(std::size_t at) {
    live_[at] = live_.back();
    live_.pop_back();
  }

  Random random_;
  std::vector<std::int32_t> middle_;  // 1e-4, by locate
  std::vector<std::byte> bytes_;
  std::vector<Live> live_;
  std::uint64_t messages_ = 0;
  std::uint64_t reference_ = 0;
  std::uint64_t match_ = 0;
  std::uint64_t time_ = 34'200'000'000'000;  // 09:30, ns since midnight
};

}  // namespace hopwire::sim
