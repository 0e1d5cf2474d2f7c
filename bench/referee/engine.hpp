// Why: the venue's matcher as the harness wants to see it: one book, messages in its words, reports in its words. Translation only; every
// decision is the matcher's, and the queries read the matcher's own book.
//
// Modify is cancel and re-entry there, so the matcher runs in the always_requeue profile. One instrument, one session; the harness's
// order id is the client's id, its tick the price unit.
//
// What can go wrong: more than `maximum_orders` rest at once, or a price outside the venue's. The matcher then refuses the order; the
// harness has no report for that, and its hash will differ.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "order_to_publish/4_match/matcher.hpp"
#include "referee/harness_interface.hpp"
#include "referee/report_ring.hpp"

namespace hopwire::referee {

class Engine {
 public:
  // Reports go into `ring`, or through `transport` to `handle` when the harness chose a queue of its own.
  Engine(ReportRing* ring, const Transport* transport, void* handle)
      : matcher_(limits(), venue::ReplaceProfile::always_requeue), ring_(ring), transport_(transport), handle_(handle) {
    matcher_.add_instrument(locate, instrument_id);
    matcher_.touch(matcher_.maximum_orders());
  }

  void on_new_order(const NewOrder& message) noexcept {
    venue::SequencedCommand sequenced = command(venue::CommandKind::new_order, message.order_id);
    sequenced.command.price = venue_price(message.price);
    sequenced.command.quantity = message.quantity;
    sequenced.command.side = venue_side(message.side);
    if (message.immediate_or_cancel != 0) sequenced.command.time_in_force = order_entry::TimeInForce::immediate_or_cancel;
    apply(sequenced, message.sequence);
  }

  void on_cancel(const Cancel& message) noexcept {
    apply(command(venue::CommandKind::cancel_order, message.order_id), message.sequence);
  }

  void on_modify(const Modify& message) noexcept {
    venue::SequencedCommand sequenced = command(venue::CommandKind::replace_order, message.order_id);
    sequenced.command.price = venue_price(message.price);
    sequenced.command.quantity = message.quantity;
    apply(sequenced, message.sequence);
  }

  [[nodiscard]] std::optional<venue::Matcher::Price> best_price(order_entry::Side side) const noexcept {
    return matcher_.best_price(locate, side);
  }
  [[nodiscard]] std::uint64_t quantity_at(std::int64_t price, std::uint8_t side) const noexcept {
    return matcher_.quantity_at(locate, venue_side(side), venue_price(price));
  }

 private:
  static constexpr std::uint16_t locate = 1;
  static constexpr std::uint32_t instrument_id = 1;

  static venue::MatcherLimits limits() noexcept {
    return {.maximum_orders = std::size_t{1} << 20,
            .maximum_levels = std::size_t{1} << 20,
            .maximum_locate = locate,
            .maximum_order_quantity = std::numeric_limits<std::uint32_t>::max(),
            .maximum_sessions = 1};
  }
  static order_entry::Side venue_side(std::uint8_t side) noexcept { return side == buy ? order_entry::Side::buy : order_entry::Side::sell; }
  // 0 is no price of the venue's and will be refused.
  static std::int32_t venue_price(std::int64_t price) noexcept {
    return price < venue::smallest_price || price > venue::largest_price ? 0 : static_cast<std::int32_t>(price);
  }
  static venue::SequencedCommand command(venue::CommandKind kind, std::uint64_t order_id) noexcept {
    venue::SequencedCommand sequenced;
    sequenced.command.kind = kind;
    sequenced.command.cl_ord_id = order_id;
    sequenced.command.original_cl_ord_id = order_id;
    sequenced.command.locate = locate;
    sequenced.command.instrument_id = instrument_id;
    return sequenced;
  }

  static ReportType refused(order_entry::RequestKind request) noexcept {
    return request == order_entry::RequestKind::cancel_order ? ReportType::cancel_refused : ReportType::modify_refused;
  }

  // Turns the matcher's events into reports as they are committed. `rested` has no report: an order that stands has been acknowledged.
  struct Sink {
    Engine& engine;
    std::uint64_t sequence;
    venue::MatchEvent event;

    venue::MatchEvent& next() noexcept { return event; }
    void commit() noexcept {
      using venue::MatchEventKind;
      switch (event.kind) {
        case MatchEventKind::accepted: return engine.report(event, ReportType::taken, sequence);
        case MatchEventKind::executed: return engine.report(event, ReportType::trade, sequence);
        case MatchEventKind::canceled: return engine.report(event, ReportType::canceled, sequence);
        case MatchEventKind::replaced: return engine.report(event, ReportType::modified, sequence);
        case MatchEventKind::cancel_rejected: return engine.report(event, refused(event.request), sequence);
        case MatchEventKind::rejected:
        default: return;  // the harness has no report for anything else
      }
    }
  };

  void apply(const venue::SequencedCommand& sequenced, std::uint64_t sequence) noexcept {
    Sink sink{*this, sequence, {}};
    matcher_.apply(sequenced, sink);
  }

  static void write(Report& report, const venue::MatchEvent& event, ReportType type, std::uint64_t sequence) noexcept {
    report.type = type;
    report.side = event.side == order_entry::Side::buy ? buy : buy + 1;
    report.sequence = sequence;
    report.order_id = event.cl_ord_id;
    report.price = event.price;
    report.quantity = event.quantity;
    report.maker_order_id = event.cl_ord_id;
    report.taker_order_id = event.taker_cl_ord_id;
  }

  void report(const venue::MatchEvent& event, ReportType type, std::uint64_t sequence) noexcept {
    if (ring_ != nullptr) [[likely]] {
      write(ring_->next(), event, type, sequence);
      ring_->commit();
      return;
    }
    Report report{};
    write(report, event, type, sequence);
    while (transport_->push(handle_, &report) == 0) _mm_pause();
  }

  venue::Matcher matcher_;
  ReportRing* ring_;
  const Transport* transport_;
  void* handle_;
};

}  // namespace hopwire::referee
