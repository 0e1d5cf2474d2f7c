// What pre-trade risk keeps of an account, and of an account in one instrument: a cache line each that holds what every order asks and
// changes, and behind it, in columns of their own, the limits as they were set.
//
// Layout: the line has the sums, in the form in which they are compared (position plus open buys rather than both), and for each limit one
// bound up to which neither the hard nor the soft one has anything to say. An order within all of them is taken without a look at the
// limits; any other is weighed by the exact numbers (pre_trade_risk.hpp). So a bound may lie below its limits, and must not lie above:
// the order's quantity is cut to 32 bits, its value to whole 65,536ths. A row of zero bytes has no limits and lets nothing through; a row
// that is restricted lets nothing through either, and the exact check says why.
//
// What can go wrong: a bound is not made anew when its limits change. Who sets a limit calls tighten(); the audit compares them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "generated/rules.hpp"
#include "levels/price_levels.hpp"
#include "order_to_publish/4_match/order_checks.hpp"
#include "risk/token_bucket.hpp"

namespace hopwire::venue {

namespace risk_limit {
inline constexpr std::int64_t none = (std::int64_t{1} << 53) - 1;  // what both engines hold exactly
inline constexpr std::int64_t most_messages = rules::message_rate_max;
inline constexpr std::int64_t day = rules::duplicate_window_max;
inline constexpr std::size_t of_instrument = 5;  // RiskLimit values below this are an instrument row's
inline constexpr std::size_t of_account = 5;
inline constexpr std::size_t message_rate = 2;  // places in an account's row
inline constexpr std::size_t message_burst = 3;
inline constexpr std::size_t duplicate_window = 4;
inline constexpr std::size_t remembered = rules::orders_remembered;  // new orders of an account
}  // namespace risk_limit

// An open order, or a part of one, as risk sees it.
struct OpenOrder {
  order_entry::Side side;
  bool is_marked;  // short
  std::uint32_t quantity;
  levels::Price price;  // for risk, fixed when it was taken or moved

  [[nodiscard]] bool is_buy() const noexcept { return side == order_entry::Side::buy; }
  [[nodiscard]] std::int64_t value() const noexcept { return std::int64_t{quantity} * price; }
};

// An account in one instrument, and the two sums over all its instruments. 64 bits hold every sum that is compared.
struct RiskSums {
  std::int64_t longest;   // position and all open buys
  std::int64_t shortest;  // all open sells less the position
  std::int64_t position;  // negative = short
  std::int64_t open_unmarked;  // of the sells
  std::int64_t gross;  // the larger of long and short in each instrument
  std::int64_t value;  // open, both sides

  [[nodiscard]] std::int64_t open_buys() const noexcept { return longest - position; }
  [[nodiscard]] std::int64_t open_sells() const noexcept { return shortest + position; }
  [[nodiscard]] std::int64_t open() const noexcept { return longest + shortest; }

  void open(const OpenOrder& order) noexcept { change(order, order.quantity, 0); }
  void close(const OpenOrder& order) noexcept { change(order, -std::int64_t{order.quantity}, 0); }
  void trade(const OpenOrder& order) noexcept {
    const std::int64_t sells = -static_cast<std::int64_t>(!order.is_buy());
    change(order, -std::int64_t{order.quantity}, (std::int64_t{order.quantity} ^ sells) - sells);
  }
  void hold(std::int64_t now) noexcept {
    gross -= std::max(longest, shortest);
    longest += now - position;
    shortest -= now - position;
    position = now;
    gross += std::max(longest, shortest);
  }

 private:
  // bought: negative when sold. No jump: which side an order is of is as good as random.
  void change(const OpenOrder& order, std::int64_t opened, std::int64_t bought) noexcept {
    const std::int64_t buys = opened & -static_cast<std::int64_t>(order.is_buy());
    const std::int64_t sells = opened - buys;
    gross -= std::max(longest, shortest);
    longest += buys + bought;
    shortest += sells - bought;
    gross += std::max(longest, shortest);
    position += bought;
    open_unmarked += sells & -static_cast<std::int64_t>(!order.is_marked);
    value += opened * order.price;
  }
};

// The limits of a row, as they were set.
template <std::size_t count>
struct LimitRow {
  std::int64_t hard[count];
  std::int64_t soft[count];
  std::uint32_t account;  // whose; of an account's row
  bool is_set;
  bool is_restricted;  // an instrument, for the account

  void begin() noexcept {
    std::fill_n(hard, count, risk_limit::none);
    std::fill_n(soft, count, risk_limit::none);
    is_set = true;
  }
  // Up to here neither says anything.
  [[nodiscard]] std::int64_t quiet(std::size_t limit) const noexcept { return std::min(hard[limit], soft[limit]); }
};
using InstrumentLimits = LimitRow<risk_limit::of_instrument>;
using AccountLimits = LimitRow<risk_limit::of_account>;

struct alignas(64) InstrumentRisk {
  std::int64_t longest;
  std::int64_t shortest;
  std::int64_t position;
  std::int64_t open_unmarked;
  std::int64_t quiet_long;
  std::int64_t quiet_short;
  std::int64_t quiet_open;
  std::uint32_t quiet_quantity;  // 0: nothing goes through
  std::uint32_t quiet_value;     // whole 65,536ths

  static constexpr int value_shift = 16;

  void tighten(const InstrumentLimits& limits) noexcept {
    using order_entry::RiskLimit;
    const auto quiet = [&](RiskLimit limit) { return limits.quiet(static_cast<std::size_t>(limit)); };
    const auto cut = [](std::int64_t bound) {
      return static_cast<std::uint32_t>(std::clamp<std::int64_t>(bound, 0, std::numeric_limits<std::uint32_t>::max()));
    };
    quiet_long = quiet(RiskLimit::long_position);
    quiet_short = quiet(RiskLimit::short_position);
    quiet_open = quiet(RiskLimit::open_quantity);
    quiet_value = cut(quiet(RiskLimit::order_value) >> value_shift);
    quiet_quantity = limits.is_set && !limits.is_restricted ? cut(quiet(RiskLimit::order_quantity)) : 0;
  }
};
static_assert(sizeof(InstrumentRisk) == 64);

struct alignas(64) AccountRisk {
  std::int64_t gross;
  std::int64_t value;
  std::int64_t quiet_gross;
  std::int64_t quiet_value;
  risk::TokenBucket messages;
  std::uint32_t sent;  // new orders taken, round and round
  bool has_window;     // duplicates are asked for

  void tighten(const AccountLimits& limits) noexcept {
    using order_entry::RiskLimit;
    const auto quiet = [&](RiskLimit limit) { return limits.quiet(static_cast<std::size_t>(limit) - risk_limit::of_instrument); };
    quiet_gross = limits.is_set ? quiet(RiskLimit::gross_position) : std::numeric_limits<std::int64_t>::min();
    quiet_value = quiet(RiskLimit::open_value);
    has_window = limits.hard[risk_limit::duplicate_window] != 0;
    messages.set(static_cast<std::uint32_t>(limits.hard[risk_limit::message_rate]),
                 static_cast<std::uint32_t>(limits.hard[risk_limit::message_burst]));
  }
};
static_assert(sizeof(AccountRisk) == 64);

// A new order that was taken (message_flow.hpp).
struct RecentOrder {
  std::uint64_t time;
  std::int32_t price;
  std::uint32_t quantity;
  std::uint16_t locate;
  order_entry::Side side;
  bool is_there;
  std::uint16_t print;  // sixteen bits of what it is

  RecentOrder(std::uint64_t when, std::int32_t at, std::uint32_t how_much, std::uint16_t row, order_entry::Side which) noexcept
      : time(when), price(at), quantity(how_much), locate(row), side(which), is_there(true) {
    const std::uint64_t what = std::uint64_t{how_much} << 32 ^ static_cast<std::uint32_t>(at) ^ std::uint64_t{row} << 20 ^
                               static_cast<std::uint64_t>(which) << 40;
    print = static_cast<std::uint16_t>((what * 0x9E3779B97F4A7C15ULL) >> 48);
  }

  [[nodiscard]] bool is_like(const RecentOrder& other) const noexcept {
    return other.is_there && other.locate == locate && other.side == side && other.price == price && other.quantity == quantity;
  }
};

struct RiskWarning {
  order_entry::RejectReason reason;
  std::uint8_t entry_plus_1;
  std::int64_t limit_value;
};

}  // namespace hopwire::venue
