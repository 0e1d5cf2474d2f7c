// What pre-trade risk knows of each account: limits, what it holds, what is open, what it may not trade, what it sent lately. Two kinds of
// row: the account's own (gross position, open value, message rate, duplicate window) and one for each instrument (order quantity and
// value, long and short position, open quantity). A row begins without limits, and what has no limits may not trade (pre_trade_risk.hpp).
//
// `set_limits` sets those limits of one row that it names, hard or soft, and leaves the others; a row that was never set begins with none
// (2^53 - 1; message rate and duplicate window: 0 = none; burst 1). Orders that stand are not asked again. `set_position` says what an
// account holds, `restrict_instrument` what it may not trade; neither counts as limits. All are the operator's and are taken with risk
// off too. Refused with invalidValue: a limit of the other kind of row, a soft message rate, burst or duplicate window, a value below 0 or
// above 2^53 - 1, a rate or burst above 1,000,000, a burst of 0, a window above a day, no limit at all, a position beyond +-2^53 - 1;
// limit_value is the bound that was passed.
//
// Memory: an account gets a row when the operator first names it; rows lie in arrays by account row, and by account row times instrument
// row, in address space taken at the start. An account's row is found by one look into a small open-addressed table, once a new order; then
// it stands in the order's terms. Sums are kept as orders come, trade and go, never counted again.
//
// What can go wrong: more accounts are named than there are rows. The operator's command is refused (bookFull, with how many there are)
// and the account may not trade.
#pragma once

#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/reserved_array.hpp"
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
  std::int64_t position;  // negative = short
  std::int64_t open_buys;
  std::int64_t open_sells;
  std::int64_t open_unmarked;  // of the sells
  std::int64_t gross;  // the larger of long and short in each instrument
  std::int64_t value;  // open, both sides

  [[nodiscard]] std::int64_t longest() const noexcept { return position + open_buys; }
  [[nodiscard]] std::int64_t shortest() const noexcept { return open_sells - position; }

  void open(const OpenOrder& order) noexcept { change(order, order.quantity, 0); }
  void close(const OpenOrder& order) noexcept { change(order, -std::int64_t{order.quantity}, 0); }
  void trade(const OpenOrder& order) noexcept {
    change(order, -std::int64_t{order.quantity}, order.is_buy() ? std::int64_t{order.quantity} : -std::int64_t{order.quantity});
  }
  void hold(std::int64_t now) noexcept {
    gross -= std::max(longest(), shortest());
    position = now;
    gross += std::max(longest(), shortest());
  }

 private:
  void change(const OpenOrder& order, std::int64_t opened, std::int64_t bought) noexcept {
    gross -= std::max(longest(), shortest());
    const std::int64_t buys = order.is_buy() ? opened : 0;
    open_buys += buys;
    open_sells += opened - buys;
    open_unmarked += order.is_marked ? 0 : opened - buys;
    position += bought;
    gross += std::max(longest(), shortest());
    value += opened * order.price;
  }
};

struct InstrumentRisk {
  std::int64_t hard[risk_limit::of_instrument];
  std::int64_t soft[risk_limit::of_instrument];
  std::int64_t position;
  std::int64_t open_buys;
  std::int64_t open_sells;
  std::int64_t open_unmarked;
  bool is_set;
  bool is_restricted;
};

struct AccountRisk {
  std::int64_t hard[risk_limit::of_account];
  std::int64_t soft[risk_limit::of_account];
  std::int64_t gross;
  std::int64_t value;
  risk::TokenBucket messages;
  std::uint32_t account;
  std::uint32_t sent;  // new orders taken, round and round
  bool is_set;
};

// A new order that was taken (message_flow.hpp).
struct RecentOrder {
  std::uint64_t time;
  std::int32_t price;
  std::uint32_t quantity;
  std::uint16_t locate;
  order_entry::Side side;
  bool is_there;
};

struct RiskWarning {
  order_entry::RejectReason reason;
  std::uint8_t entry_plus_1;
  std::int64_t limit_value;
};

class RiskBook {
 public:
  using Row = std::uint16_t;
  static constexpr Row no_row = UINT16_MAX;
  static constexpr std::size_t most_warnings = 6 * 2 * 100;  // limits, sides, entries of a mass quote

  RiskBook(std::size_t maximum_accounts, std::size_t maximum_locate)
      : stride_(maximum_locate + 1),
        accounts_(std::min(maximum_accounts, std::size_t{no_row})),
        instruments_(accounts_.maximum() * stride_),
        recent_(accounts_.maximum() * risk_limit::remembered),
        prints_(accounts_.maximum()),
        table_(std::bit_ceil(2 * accounts_.maximum() + 2)),
        shift_(64 - std::countr_zero(table_.maximum())),
        warnings_(most_warnings) {}

  [[nodiscard]] Row find(std::uint32_t account) const noexcept {
    for (std::size_t at = home_of(account);; at = (at + 1) & (table_.maximum() - 1)) {
      if (table_[at] == 0) return no_row;
      if (accounts_[table_[at] - 1u].account == account) return static_cast<Row>(table_[at] - 1);
    }
  }
  [[nodiscard]] AccountRisk& account(Row row) noexcept { return accounts_[row]; }
  [[nodiscard]] InstrumentRisk& instrument(Row row, std::uint16_t locate) noexcept { return instruments_[row * stride_ + locate]; }
  [[nodiscard]] const AccountRisk& account(Row row) const noexcept { return accounts_[row]; }
  [[nodiscard]] const InstrumentRisk& instrument(Row row, std::uint16_t locate) const noexcept {
    return instruments_[row * stride_ + locate];
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

  [[nodiscard]] RiskSums sums(Row row, std::uint16_t locate) const noexcept {
    const InstrumentRisk& own = instrument(row, locate);
    return {.position = own.position, .open_buys = own.open_buys, .open_sells = own.open_sells, .open_unmarked = own.open_unmarked,
            .gross = accounts_[row].gross, .value = accounts_[row].value};
  }
  void keep(Row row, std::uint16_t locate, const RiskSums& sums) noexcept {
    InstrumentRisk& own = instrument(row, locate);
    own.position = sums.position;
    own.open_buys = sums.open_buys;
    own.open_sells = sums.open_sells;
    own.open_unmarked = sums.open_unmarked;
    accounts_[row].gross = sums.gross;
    accounts_[row].value = sums.value;
  }

  // ---- the operator's; the instrument is known ----

  // Applied: nothing is refused and `is_done`; the last limit of a row.
  [[nodiscard]] Refusal set_limit(std::uint32_t account, std::uint16_t locate, const RiskTerms& terms, bool& is_done) noexcept;
  [[nodiscard]] Refusal restrict(std::uint32_t account, std::uint16_t locate, bool is_on) noexcept;
  [[nodiscard]] Refusal set_position(std::uint32_t account, std::uint16_t locate, std::int64_t position) noexcept;

  // ---- warnings of the command that is being weighed ----

  void clear_warnings() noexcept { warning_count_ = 0; }
  void warn(const RiskWarning& warning) noexcept { warnings_[warning_count_++] = warning; }
  // Those from `first` on are of this entry of a mass quote.
  void place_warnings(std::size_t first, std::uint8_t entry_plus_1) noexcept {
    for (std::size_t at = first; at < warning_count_; ++at) warnings_[at].entry_plus_1 = entry_plus_1;
  }
  [[nodiscard]] std::span<const RiskWarning> warnings() const noexcept { return {warnings_.data(), warning_count_}; }

  // ---- message flow: message_flow.hpp ----

  [[nodiscard]] bool has_recent(Row row, const RecentOrder& order, std::uint64_t window) const noexcept;
  void remember(Row row, const RecentOrder& order) noexcept;

  // Of the command that is being weighed.
  std::uint64_t retry_after = 0;     // ns, of a messageRateLimit
  levels::Price moved_price = 0;     // what a replaced order will be reckoned at
  RiskSums quoted{};                 // gross and value that the entries of a mass quote so far leave

 private:
  struct Said {  // limits of one row that wait for the last
    std::uint32_t account;
    std::uint16_t locate;
    order_entry::LimitSeverity severity;
    std::uint8_t of_instrument;
    std::uint8_t count;
    std::array<RiskTerms, risk_limit::of_instrument + risk_limit::of_account> limits;
  };
  struct alignas(16) Prints {
    std::uint8_t of[risk_limit::remembered];  // a byte of what each recent order is
  };

  [[nodiscard]] std::size_t home_of(std::uint32_t account) const noexcept {
    return static_cast<std::size_t>((account * 0x9E3779B97F4A7C15ULL) >> shift_);
  }
  [[nodiscard]] Row find_or_add(std::uint32_t account) noexcept;
  [[nodiscard]] Refusal no_room() const noexcept {
    return {order_entry::RejectReason::book_full, static_cast<std::int64_t>(accounts_.maximum())};
  }
  [[nodiscard]] static Refusal check(const RiskTerms& terms) noexcept;
  void apply(Row row) noexcept;
  static std::uint8_t print_of(const RecentOrder& order) noexcept {
    const std::uint64_t what = std::uint64_t{order.quantity} << 32 ^ static_cast<std::uint32_t>(order.price) ^
                               std::uint64_t{order.locate} << 20 ^ static_cast<std::uint64_t>(order.side) << 40;
    return static_cast<std::uint8_t>((what * 0x9E3779B97F4A7C15ULL) >> 56);
  }

  std::size_t stride_;
  core::ReservedArray<AccountRisk> accounts_;
  core::ReservedArray<InstrumentRisk> instruments_;
  core::ReservedArray<RecentOrder> recent_;
  core::ReservedArray<Prints> prints_;
  core::ReservedArray<std::uint16_t> table_;  // row + 1; 0 = empty
  int shift_;
  core::ReservedArray<RiskWarning> warnings_;
  std::size_t count_ = 0;
  std::size_t warning_count_ = 0;
  Said said_{};
};

inline RiskBook::Row RiskBook::find_or_add(std::uint32_t account) noexcept {
  const Row found = find(account);
  if (found != no_row || count_ == accounts_.maximum()) return found;
  std::size_t at = home_of(account);
  while (table_[at] != 0) at = (at + 1) & (table_.maximum() - 1);
  const Row row = static_cast<Row>(count_++);
  table_[at] = static_cast<std::uint16_t>(row + 1);
  accounts_[row].account = account;
  return row;
}

inline Refusal RiskBook::check(const RiskTerms& terms) noexcept {
  using order_entry::RejectReason;
  using order_entry::RiskLimit;
  constexpr Refusal wrong{RejectReason::invalid_value, 0};
  if (terms.named == 0 || !order_entry::is_valid(terms.limit) || !order_entry::is_valid(terms.severity)) return wrong;
  const bool is_instruments = static_cast<std::size_t>(terms.limit) < risk_limit::of_instrument;
  const bool has_soft = terms.limit < RiskLimit::message_rate;
  if (is_instruments != (terms.of_instrument != 0)) return wrong;
  if (terms.severity == order_entry::LimitSeverity::soft && !has_soft) return wrong;
  const std::int64_t smallest = terms.limit == RiskLimit::message_burst ? 1 : 0;
  const std::int64_t largest = has_soft                                      ? risk_limit::none
                               : terms.limit == RiskLimit::duplicate_window ? risk_limit::day
                                                                             : risk_limit::most_messages;
  if (terms.value < smallest) return {RejectReason::invalid_value, smallest};
  if (terms.value > largest) return {RejectReason::invalid_value, largest};
  return {};
}

inline Refusal RiskBook::set_limit(std::uint32_t account, std::uint16_t locate, const RiskTerms& terms, bool& is_done) noexcept {
  const bool goes_on = said_.count != 0 && said_.account == account && said_.locate == locate && said_.severity == terms.severity &&
                       said_.of_instrument == terms.of_instrument;
  if (!goes_on) {
    said_ = {.account = account, .locate = locate, .severity = terms.severity, .of_instrument = terms.of_instrument, .count = 0,
             .limits = {}};
  }
  if (said_.count < said_.limits.size()) said_.limits[said_.count++] = terms;
  is_done = terms.more == 0;
  if (!is_done) return {};
  const std::span<const RiskTerms> named(said_.limits.data(), said_.count);
  said_.count = 0;
  for (const RiskTerms& limit : named) {
    if (const Refusal refusal = check(limit)) return refusal;
  }
  const Row row = find_or_add(account);
  if (row == no_row) return no_room();
  said_.count = static_cast<std::uint8_t>(named.size());
  apply(row);
  said_.count = 0;
  return {};
}

inline void RiskBook::apply(Row row) noexcept {
  AccountRisk& own = accounts_[row];
  InstrumentRisk& of_instrument = instrument(row, said_.locate);
  const bool is_instruments = said_.of_instrument != 0;
  bool& is_set = is_instruments ? of_instrument.is_set : own.is_set;
  if (!is_set) {
    for (auto* limits : {is_instruments ? of_instrument.hard : own.hard, is_instruments ? of_instrument.soft : own.soft}) {
      std::fill_n(limits, risk_limit::of_instrument, risk_limit::none);
      if (is_instruments) continue;
      limits[risk_limit::message_rate] = 0;
      limits[risk_limit::message_burst] = 1;
      limits[risk_limit::duplicate_window] = 0;
    }
    is_set = true;
  }
  for (std::size_t at = 0; at < said_.count; ++at) {
    const RiskTerms& terms = said_.limits[at];
    const auto limit = static_cast<std::size_t>(terms.limit);
    const bool is_soft = terms.severity == order_entry::LimitSeverity::soft;
    if (is_instruments) {
      (is_soft ? of_instrument.soft : of_instrument.hard)[limit] = terms.value;
    } else {
      (is_soft ? own.soft : own.hard)[limit - risk_limit::of_instrument] = terms.value;
    }
  }
  own.messages.set(static_cast<std::uint32_t>(own.hard[risk_limit::message_rate]),
                   static_cast<std::uint32_t>(own.hard[risk_limit::message_burst]));
}

inline Refusal RiskBook::restrict(std::uint32_t account, std::uint16_t locate, bool is_on) noexcept {
  const Row row = find_or_add(account);
  if (row == no_row) return no_room();
  instrument(row, locate).is_restricted = is_on;
  return {};
}

inline Refusal RiskBook::set_position(std::uint32_t account, std::uint16_t locate, std::int64_t position) noexcept {
  if (position > risk_limit::none || position < -risk_limit::none) return {order_entry::RejectReason::invalid_value, risk_limit::none};
  const Row row = find_or_add(account);
  if (row == no_row) return no_room();
  RiskSums now = sums(row, locate);
  now.hold(position);
  keep(row, locate, now);
  return {};
}

// All at once: the bytes of the sixty-four are compared, and what agrees is looked at.
inline bool RiskBook::has_recent(Row row, const RecentOrder& order, std::uint64_t window) const noexcept {
  if (window == 0) return false;
  const __m128i wanted = _mm_set1_epi8(static_cast<char>(print_of(order)));
  const std::uint8_t* prints = prints_[row].of;
  for (std::size_t at = 0; at < risk_limit::remembered; at += 16) {
    const __m128i bytes = _mm_load_si128(reinterpret_cast<const __m128i*>(prints + at));
    auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)));
    for (; found != 0; found &= found - 1) {
      const RecentOrder& other = recent_[row * risk_limit::remembered + at + static_cast<std::size_t>(std::countr_zero(found))];
      const bool is_same = other.is_there && other.locate == order.locate && other.side == order.side && other.price == order.price &&
                           other.quantity == order.quantity;
      if (is_same && order.time - other.time < window) return true;
    }
  }
  return false;
}

inline void RiskBook::remember(Row row, const RecentOrder& order) noexcept {
  const std::size_t at = accounts_[row].sent++ % risk_limit::remembered;
  recent_[row * risk_limit::remembered + at] = order;
  prints_[row].of[at] = print_of(order);
}

}  // namespace hopwire::venue
