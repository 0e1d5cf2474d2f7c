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
// Memory: an account gets a row when the operator first names it; rows (risk_rows.hpp) lie in arrays by account row, and by account row
// times instrument row, in address space taken at the start. An account's row is found by one look into a small open-addressed table, once
// a new order; then it stands in the order's own row. Sums are kept as orders come, trade and go, never counted again.
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
#include "order_to_publish/4_match/order_checks.hpp"
#include "order_to_publish/4_match/risk_rows.hpp"

namespace hopwire::venue {

class RiskBook {
 public:
  using Row = std::uint16_t;
  static constexpr Row no_row = UINT16_MAX;
  static constexpr std::size_t most_warnings = 6 * 2 * 100;  // limits, sides, entries of a mass quote

  RiskBook(std::size_t maximum_accounts, std::size_t maximum_locate)
      : stride_(maximum_locate + 1),
        accounts_(std::min(maximum_accounts, std::size_t{no_row})),
        instruments_(accounts_.maximum() * stride_),
        account_limits_(accounts_.maximum()),
        instrument_limits_(accounts_.maximum() * stride_),
        recent_(accounts_.maximum() * risk_limit::remembered),
        prints_(accounts_.maximum()),
        table_(std::bit_ceil(2 * accounts_.maximum() + 2)),
        shift_(64 - std::countr_zero(table_.maximum())),
        warnings_(most_warnings) {}

  [[nodiscard]] Row find(std::uint32_t account) const noexcept {
    for (std::size_t at = home_of(account);; at = (at + 1) & (table_.maximum() - 1)) {
      const Named& named = table_[at];
      if (named.account == account || named.row_plus_1 == 0) [[likely]] return static_cast<Row>(named.row_plus_1 - 1);  // 0 - 1: no_row
    }
  }
  [[nodiscard]] AccountRisk& account(Row row) noexcept { return accounts_[row]; }
  [[nodiscard]] InstrumentRisk& instrument(Row row, std::uint16_t locate) noexcept { return instruments_[row * stride_ + locate]; }
  [[nodiscard]] const AccountRisk& account(Row row) const noexcept { return accounts_[row]; }
  [[nodiscard]] const InstrumentRisk& instrument(Row row, std::uint16_t locate) const noexcept {
    return instruments_[row * stride_ + locate];
  }
  [[nodiscard]] const AccountLimits& account_limits(Row row) const noexcept { return account_limits_[row]; }
  [[nodiscard]] const InstrumentLimits& instrument_limits(Row row, std::uint16_t locate) const noexcept {
    return instrument_limits_[row * stride_ + locate];
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  // Whose row it is.
  [[nodiscard]] std::uint32_t account_of(Row row) const noexcept { return account_limits_[row].account; }

  [[nodiscard]] RiskSums sums(Row row, std::uint16_t locate) const noexcept {
    const InstrumentRisk& own = instrument(row, locate);
    return {.longest = own.longest, .shortest = own.shortest, .position = own.position, .open_unmarked = own.open_unmarked,
            .gross = accounts_[row].gross, .value = accounts_[row].value};
  }
  void keep(Row row, std::uint16_t locate, const RiskSums& sums) noexcept {
    InstrumentRisk& own = instrument(row, locate);
    own.longest = sums.longest;
    own.shortest = sums.shortest;
    own.position = sums.position;
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
  void prefetch(Row row, std::uint16_t locate) const noexcept { __builtin_prefetch(&instrument(row, locate), 1); }

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
  struct alignas(64) Prints {
    std::uint16_t of[risk_limit::remembered];  // sixteen bits of what each recent order is
  };
  struct Named {
    std::uint32_t account;
    std::uint16_t row_plus_1;  // 0 = empty
    std::uint16_t reserved;
  };

  [[nodiscard]] std::size_t home_of(std::uint32_t account) const noexcept {
    return static_cast<std::size_t>((account * 0x9E3779B97F4A7C15ULL) >> shift_);
  }
  [[nodiscard]] Row find_or_add(std::uint32_t account) noexcept;
  [[nodiscard]] [[gnu::cold]] bool is_among_recent(Row row, const RecentOrder& order, std::uint64_t window) const noexcept;
  [[nodiscard]] Refusal no_room() const noexcept {
    return {order_entry::RejectReason::book_full, static_cast<std::int64_t>(accounts_.maximum())};
  }
  [[nodiscard]] static Refusal check(const RiskTerms& terms) noexcept;
  void apply(Row row) noexcept;
  template <class Limits> void take(Limits& limits, std::size_t first) const noexcept;
  std::size_t stride_;
  core::ReservedArray<AccountRisk> accounts_;
  core::ReservedArray<InstrumentRisk> instruments_;
  core::ReservedArray<AccountLimits> account_limits_;
  core::ReservedArray<InstrumentLimits> instrument_limits_;
  core::ReservedArray<RecentOrder> recent_;
  core::ReservedArray<Prints> prints_;
  core::ReservedArray<Named> table_;
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
  while (table_[at].row_plus_1 != 0) at = (at + 1) & (table_.maximum() - 1);
  const Row row = static_cast<Row>(count_++);
  table_[at] = {.account = account, .row_plus_1 = static_cast<std::uint16_t>(row + 1), .reserved = 0};
  account_limits_[row].account = account;
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
  if (said_.of_instrument == 0) {
    AccountLimits& limits = account_limits_[row];
    if (!limits.is_set) {
      limits.begin();
      limits.hard[risk_limit::message_rate] = limits.hard[risk_limit::duplicate_window] = 0;
      limits.hard[risk_limit::message_burst] = 1;
    }
    take(limits, risk_limit::of_instrument);
    return accounts_[row].tighten(limits);
  }
  InstrumentLimits& limits = instrument_limits_[row * stride_ + said_.locate];
  if (!limits.is_set) limits.begin();
  take(limits, 0);
  instrument(row, said_.locate).tighten(limits);
}

// What was said of a row of which `first` is the first limit.
template <class Limits> void RiskBook::take(Limits& limits, std::size_t first) const noexcept {
  for (std::size_t at = 0; at < said_.count; ++at) {
    const RiskTerms& terms = said_.limits[at];
    const bool is_soft = terms.severity == order_entry::LimitSeverity::soft;
    (is_soft ? limits.soft : limits.hard)[static_cast<std::size_t>(terms.limit) - first] = terms.value;
  }
}

inline Refusal RiskBook::restrict(std::uint32_t account, std::uint16_t locate, bool is_on) noexcept {
  const Row row = find_or_add(account);
  if (row == no_row) return no_room();
  InstrumentLimits& limits = instrument_limits_[row * stride_ + locate];
  limits.is_restricted = is_on;
  instrument(row, locate).tighten(limits);
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

// When the last order is older than the window, all are. Else all at once: the prints of the sixty-four are compared, and only when one
// agrees, which is rare, they are looked at.
inline bool RiskBook::has_recent(Row row, const RecentOrder& order, std::uint64_t window) const noexcept {
  const RecentOrder* recent = recent_.data() + row * risk_limit::remembered;
  if (order.time - recent[(accounts_[row].sent - 1) % risk_limit::remembered].time >= window) return false;
  const __m128i wanted = _mm_set1_epi16(static_cast<std::int16_t>(order.print));
  const auto* prints = reinterpret_cast<const __m128i*>(prints_[row].of);
  __m128i any = _mm_setzero_si128();
  for (std::size_t at = 0; at < risk_limit::remembered / 8; ++at) {
    any = _mm_or_si128(any, _mm_cmpeq_epi16(_mm_load_si128(prints + at), wanted));
  }
  return _mm_movemask_epi8(any) != 0 && is_among_recent(row, order, window);
}

inline bool RiskBook::is_among_recent(Row row, const RecentOrder& order, std::uint64_t window) const noexcept {
  const RecentOrder* recent = recent_.data() + row * risk_limit::remembered;
  for (std::size_t at = 0; at < risk_limit::remembered; ++at) {
    if (prints_[row].of[at] == order.print && order.is_like(recent[at]) && order.time - recent[at].time < window) return true;
  }
  return false;
}

inline void RiskBook::remember(Row row, const RecentOrder& order) noexcept {
  const std::size_t at = accounts_[row].sent++ % risk_limit::remembered;
  recent_[row * risk_limit::remembered + at] = order;
  prints_[row].of[at] = order.print;
}

}  // namespace hopwire::venue
