// Why: who runs a venue must see what stands, not only what changes. What: the answer to an operator's Query: a page of rows about the
// matcher as it is after that command, then a QueryReport that says where the next page begins. Input: the command, a view of the matcher.
// Output: reports in the asker's OutboundSession. Owner: the venue's thread, between two commands, so a page is one moment; no lock, no
// copy. A page is bounded in rows told and in rows looked at (rules.xml), so that an order behind it waits some microseconds at most, and a
// venue of ten thousand instruments is asked page by page. Pages are different moments: each says which; what changes meanwhile comes as
// reports in the same flow, in order.
//
// Position, the asker's to hand back: of state and rules the row of the instrument; of limits and positions the account's row times rows
// of instruments; of locks the key of the lock or protection, which stays its place whatever comes and goes. What can go wrong: a position
// that no report gave says nothing but where to begin; behind the end there are no rows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "generated/rules.hpp"
#include "order_to_publish/1_order_in/command.hpp"
#include "order_to_publish/4_match/operator_view.hpp"

namespace hopwire::venue {

// Sessions: as report_writer.hpp has them.
template <class Sessions>
class QueryAnswers {
 public:
  explicit QueryAnswers(Sessions& sessions) : sessions_(sessions) {}

  void answer(const SequencedCommand& command, const OperatorView& market) noexcept {
    if (command.command.session >= sessions_.session_count()) return;  // the venue itself asks nothing
    Page page{sessions_, command, market};
    page.run();
    page.close();
  }

 private:
  using QueryKind = order_entry::QueryKind;
  using RiskLimit = order_entry::RiskLimit;

  class Page {
   public:
    Page(Sessions& sessions, const SequencedCommand& command, const OperatorView& market) noexcept
        : sessions_(sessions), command_(command), query_(command.command), market_(market), at_(query_.query.position) {}

    void run() noexcept {
      switch (query_.query.kind) {
        case QueryKind::state: return each_instrument([this](std::uint16_t locate) { state(locate); });
        case QueryKind::rules: return each_instrument([this](std::uint16_t locate) { rules(locate); });
        case QueryKind::limits: return each_risk_row([this](RiskBook::Row row, std::uint16_t locate) { limits(row, locate); });
        case QueryKind::positions: return each_risk_row([this](RiskBook::Row row, std::uint16_t locate) { position(row, locate); });
        case QueryKind::locks: return locks();
      }
    }

    void close() noexcept {
      row<order_entry::QueryReportEncoder>([this](auto& message) {
        message.command_sequence(command_.sequence).next_position(at_).row_count(rows_).kind(query_.query.kind);
      });
    }

   private:
    static constexpr std::uint64_t no_more = order_entry::QueryReportView::next_position_null_value;
    static constexpr std::uint64_t protections_begin = std::uint64_t{1} << 60;  // above every lock's key

    template <class Encoder, class Fill>
    void row(Fill&& fill) noexcept {
      sessions_.session(query_.session).template report<Encoder>(command_.time, [&](auto& message) {
        message.cl_ord_id(query_.cl_ord_id);
        fill(message);
      });
      ++rows_;
    }

    // Counts a look; false: the page is full.
    [[nodiscard]] bool may_look() noexcept { return rows_ < rules::query_rows_max && looks_++ < rules::query_looks_max; }
    [[nodiscard]] bool names_account() const noexcept { return (query_.scope_fields & scope_field::account) != 0; }

    template <class Tell>
    void each_instrument(Tell&& tell) noexcept {
      const std::uint64_t last = query_.locate != 0 ? query_.locate : market_.last_row();
      for (at_ = std::max<std::uint64_t>(at_, query_.locate != 0 ? query_.locate : 1); at_ <= last; ++at_) {
        if (!may_look()) return;
        if (market_.is_known(static_cast<std::uint16_t>(at_))) tell(static_cast<std::uint16_t>(at_));
      }
      at_ = no_more;
    }

    // By account, as it was first named; of each its own row (0), then its instruments'.
    template <class Tell>
    void each_risk_row(Tell&& tell) noexcept {
      const std::uint64_t stride = std::uint64_t{market_.last_row()} + 1;
      std::uint64_t end = market_.risk().count() * stride;
      if (names_account()) {
        const RiskBook::Row own = market_.risk().find(query_.account);
        end = own == RiskBook::no_row ? 0 : (own + 1) * stride;
        if (end != 0) at_ = std::max(at_, own * stride);
      }
      for (; at_ < end; ++at_) {
        if (query_.locate != 0) {  // straight to it, in this account or the next
          if (at_ % stride > query_.locate) at_ += stride;
          at_ = at_ - at_ % stride + query_.locate;
          if (at_ >= end) break;
        }
        if (!may_look()) return;
        tell(static_cast<RiskBook::Row>(at_ / stride), static_cast<std::uint16_t>(at_ % stride));
      }
      at_ = no_more;
    }

    void state(std::uint16_t locate) noexcept {
      const InstrumentRules& own = market_.rules(locate);
      const auto price = [](levels::Price one) { return one == 0 ? order_entry::StateRowView::reference_price_null_value : one; };
      const auto best = [&](order_entry::Side side) { return price(market_.books().best_price(locate, side).value_or(0)); };
      row<order_entry::StateRowEncoder>([&](auto& message) {
        message.due_time(own.due == never ? 0 : own.due)
            .instrument_id(market_.instrument_id(locate))
            .order_count(market_.books().order_count(locate))
            .bid_price(best(order_entry::Side::buy))
            .ask_price(best(order_entry::Side::sell))
            .reference_price(price(market_.reference_price(locate)))
            .halt_reason(std::string_view(own.halt_reason.data(), own.halt_reason.size()))
            .state(own.state)
            .is_in_limit_state(yes_if(own.limit_state.is_on))
            .short_sales_restricted(yes_if(own.is_short_restricted));
      });
    }

    void rules(std::uint16_t locate) noexcept {
      const InstrumentRules& own = market_.rules(locate);
      const std::uint32_t instrument = market_.instrument_id(locate);
      row<order_entry::RulesRowEncoder>([&](auto& message) {
        message.breaker_window(static_cast<std::int64_t>(own.breaker.slice_time * breaker_slices))
            .halt_time(static_cast<std::int64_t>(own.halt_time))
            .call_time(static_cast<std::int64_t>(own.call_time))
            .band_lower_price(own.band.lower)
            .band_upper_price(own.band.upper)
            .instrument_id(instrument)
            .lot(own.lot)
            .minimum_quantity(own.minimum_quantity)
            .collar_basis_points(own.collar_basis_points)
            .band_basis_points(own.band.basis_points)
            .breaker_basis_points(own.breaker.basis_points);
      });
      for (std::uint32_t index = 0; index < own.tick_count; ++index) {
        row<order_entry::TickRowEncoder>([&](auto& message) {
          message.instrument_id(instrument).from_price(own.ticks[index].from_price).tick(own.ticks[index].tick);
        });
      }
    }

    void limits(RiskBook::Row account, std::uint16_t locate) noexcept {
      const RiskBook& risk = market_.risk();
      constexpr std::int64_t nothing = order_entry::LimitRowView::used_null_value;
      if (locate == 0) {
        const AccountLimits& own = risk.account_limits(account);
        const AccountRisk& sums = risk.account(account);
        const std::int64_t used[] = {sums.gross, sums.value, nothing, nothing, nothing};
        return limits_of(own, used, risk_limit::of_instrument, risk.account_of(account), 0);
      }
      const InstrumentLimits& own = risk.instrument_limits(account, locate);
      if (!own.is_set) return;
      const RiskSums sums = risk.sums(account, locate);
      const std::int64_t used[] = {nothing, nothing, sums.longest, sums.shortest, sums.open()};
      limits_of(own, used, 0, risk.account_of(account), market_.instrument_id(locate));
    }

    // first: of the RiskLimits that stand in the row.
    template <class Limits>
    void limits_of(const Limits& own, const std::int64_t* used, std::size_t first, std::uint32_t account,
                   std::uint32_t instrument) noexcept {
      if (!own.is_set) return;
      const auto or_null = [](std::int64_t limit) {
        return limit == risk_limit::none ? order_entry::LimitRowView::hard_null_value : limit;
      };
      for (std::size_t index = 0; index < std::size(own.hard); ++index) {
        const auto which = static_cast<RiskLimit>(first + index);
        const bool is_flow = which >= RiskLimit::message_rate;  // 0 is no rate and no window; without a rate a burst says nothing
        if (is_flow && own.hard[which == RiskLimit::message_burst ? index - 1 : index] == 0) continue;
        if (own.hard[index] == risk_limit::none && own.soft[index] == risk_limit::none) continue;
        row<order_entry::LimitRowEncoder>([&](auto& message) {
          message.hard(or_null(own.hard[index])).soft(or_null(own.soft[index])).used(used[index]);
          message.account(account).instrument_id(instrument).risk_limit(which);
        });
      }
    }

    void position(RiskBook::Row account, std::uint16_t locate) noexcept {
      if (locate == 0) return;
      const RiskSums sums = market_.risk().sums(account, locate);
      const bool restricted = market_.risk().instrument_limits(account, locate).is_restricted;
      if (sums.longest == 0 && sums.shortest == 0 && sums.position == 0 && !restricted) return;
      row<order_entry::PositionRowEncoder>([&](auto& message) {
        message.position(sums.position)
            .open_buys(sums.open_buys())
            .open_sells(sums.open_sells())
            .open_unmarked_sells(sums.open_unmarked)
            .account(market_.risk().account_of(account))
            .instrument_id(market_.instrument_id(locate))
            .restricted(yes_if(restricted));
      });
    }

    void locks() noexcept {
      for (const std::uint64_t key : market_.locks().from(at_)) {
        if (!may_look()) {
          at_ = key;
          return;
        }
        lock(ScopeLocks::lock_of(key));
      }
      const std::uint64_t group = at_ >= protections_begin ? at_ - protections_begin : 0;
      for (const Protection& protection : market_.protections().from({group >> 32 != 0, static_cast<std::uint32_t>(group)})) {
        if (!may_look()) {
          at_ = protections_begin + (std::uint64_t{protection.group.is_account} << 32 | protection.group.id);
          return;
        }
        tell(protection);
      }
      at_ = no_more;
    }

    void lock(const ScopeLocks::Lock& lock) noexcept {
      const auto of = [&](ScopeOwner owner) { return lock.owner == owner ? lock.id : 0; };
      const bool is_asked = (!names_account() || (lock.owner == ScopeOwner::account && lock.id == query_.account)) &&
                            (query_.locate == 0 || lock.locate == query_.locate);
      if (!is_asked) return;
      order_entry::ScopeFields scope{};
      scope.session(lock.owner == ScopeOwner::session).account(lock.owner == ScopeOwner::account).firm(lock.owner == ScopeOwner::firm);
      scope.instrument(lock.locate != 0);
      row<order_entry::LockRowEncoder>([&](auto& message) {
        message.session_id(lock.owner == ScopeOwner::session ? id_of(lock.id) : 0)
            .account(of(ScopeOwner::account))
            .firm(of(ScopeOwner::firm))
            .instrument_id(lock.locate == 0 ? 0 : market_.instrument_id(lock.locate))
            .scope(scope)
            .is_kill(yes_if(lock.is_kill));
      });
    }

    void tell(const Protection& protection) noexcept {
      using Group = order_entry::ProtectionGroup;
      const bool is_account = protection.group.is_account;
      if (query_.locate != 0 || (names_account() && !(is_account && protection.group.id == query_.account))) return;
      row<order_entry::ProtectionRowEncoder>([&](auto& message) {
        message.window(protection.limits.window)
            .quantity_limit(static_cast<std::int64_t>(protection.limits.quantity))
            .value_limit(static_cast<std::int64_t>(protection.limits.value))
            .quantity(static_cast<std::int64_t>(protection.quantity))
            .value(static_cast<std::int64_t>(protection.value))
            .trades_limit(protection.limits.trades)
            .trades(protection.count)
            .session_id(is_account ? 0 : id_of(protection.group.id))
            .account(is_account ? protection.group.id : 0)
            .group(is_account ? Group::account : Group::session)
            .is_tripped(yes_if(protection.is_tripped));
      });
    }

    [[nodiscard]] std::uint32_t id_of(std::uint32_t session) const noexcept {
      return session < sessions_.session_count() ? sessions_.session_id(session) : 0;
    }
    [[nodiscard]] static order_entry::BooleanType yes_if(bool condition) noexcept {
      return condition ? order_entry::BooleanType::yes : order_entry::BooleanType::no;
    }

    Sessions& sessions_;
    const SequencedCommand& command_;
    const Command& query_;
    const OperatorView& market_;
    std::uint64_t at_;
    std::uint32_t rows_ = 0;
    std::uint32_t looks_ = 0;
  };

  Sessions& sessions_;
};

}  // namespace hopwire::venue
