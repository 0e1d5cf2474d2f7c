// Why: the public matching-engine referee judges engines by the text of their reports. This reads its orders, drives the venue's own
// matcher with them, and renders its canonical text, so that `hopwire match` and the tests are judged by the code that trades.
//
// Orders: schemas/referee_orders.xml. Reports, one a line, sorted by (sequence, type), no line end after the last:
//   0,seq,side,id,price,quantity  taken         3,seq,side,id,price,quantity  modified
//   1,seq,price,quantity,maker,taker  trade     4,seq,id  cancel refused
//   2,seq,side,id,price  cancelled              5,seq,id  modify refused
// Owner: whoever calls; cold except run(), which is timed. Modify is cancel and re-entry, so the matcher runs in the always_requeue
// profile.
//
// What can go wrong: a damaged record (first_fault names it); a price or quantity the venue refuses. The referee has no line for a refused
// new order: it is counted and leaves no text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/reserved_array.hpp"
#include "generated/referee_orders.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

struct RefereeOrder {
  static constexpr std::size_t size = refereeorders::OrderRecordView::block_length;

  explicit RefereeOrder(const std::byte* record) noexcept : record_(record) {}
  [[nodiscard]] std::uint8_t type() const noexcept { return record_.order_type(); }
  [[nodiscard]] std::uint8_t side() const noexcept { return record_.side(); }
  [[nodiscard]] std::uint8_t immediate_or_cancel() const noexcept { return record_.immediate_or_cancel(); }
  [[nodiscard]] std::uint32_t quantity() const noexcept { return record_.quantity(); }
  [[nodiscard]] std::uint64_t sequence() const noexcept { return record_.sequence(); }
  [[nodiscard]] std::uint64_t id() const noexcept { return record_.order_id(); }
  [[nodiscard]] std::int64_t price() const noexcept { return record_.price(); }

  [[nodiscard]] SequencedCommand command(std::uint16_t locate) const noexcept {
    SequencedCommand sequenced;
    sequenced.sequence = sequence() + 1;
    Command& command = sequenced.command;
    command.kind = type() == 0 ? CommandKind::new_order : type() == 1 ? CommandKind::cancel_order : CommandKind::replace_order;
    command.cl_ord_id = id();
    command.original_cl_ord_id = id();
    command.trigger_sequence = UINT64_MAX;
    command.locate = locate;
    command.quantity = quantity();
    command.price = price() > largest_price || price() < smallest_price ? 0 : static_cast<std::int32_t>(price());
    command.side = side() == 0 ? order_entry::Side::buy : order_entry::Side::sell;
    command.time_in_force = immediate_or_cancel() == 0 ? order_entry::TimeInForce::day : order_entry::TimeInForce::immediate_or_cancel;
    return sequenced;
  }

 private:
  refereeorders::OrderRecordView record_;
};

struct RefereeFault {
  std::size_t record;
  std::size_t offset;  // within the records
  std::string reason;
};

// The first record that cannot be what it says; none when all are sound.
std::optional<RefereeFault> first_fault(std::span<const std::byte> records);

struct RefereeReport {
  enum Type : std::uint8_t { taken, trade, canceled, modified, cancel_refused, modify_refused };
  std::uint64_t sequence;
  std::uint64_t id;     // trade: the maker's
  std::uint64_t taker;  // trade only
  std::int32_t price;
  std::uint32_t quantity;
  Type type;
  std::uint8_t side;
};

struct RefereeResting {
  std::uint64_t id;
  char side;
  std::int32_t price;
  std::uint32_t quantity;
};

class RefereeRun {
 public:
  // records: whole 40-byte records, sound (first_fault). They must outlive the run.
  explicit RefereeRun(std::span<const std::byte> records);

  // The timed part: every record through the matcher, reports into memory taken beforehand. Once.
  void run();

  // The reports in the referee's order, rendered.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::size_t commands() const noexcept { return records_.size() / RefereeOrder::size; }
  [[nodiscard]] std::size_t reports() const noexcept { return sink_.count; }
  [[nodiscard]] std::size_t trades() const noexcept { return matcher_.last_match_number(); }
  [[nodiscard]] std::size_t refused() const noexcept { return sink_.refused; }
  [[nodiscard]] std::uint64_t elapsed_ns() const noexcept { return elapsed_ns_; }
  [[nodiscard]] const Matcher& matcher() const noexcept { return matcher_; }
  // What stands in the book, by the referee's order ids, in the canonical walk's order.
  [[nodiscard]] std::vector<RefereeResting> resting() const;

  static constexpr std::uint16_t locate = 1;

 private:
  struct Sink {
    explicit Sink(std::size_t maximum_reports) : reports(maximum_reports) {}
    MatchEvent& next() noexcept { return event; }
    void commit() noexcept;

    MatchEvent event;
    core::ReservedArray<RefereeReport> reports;
    std::size_t count = 0;
    std::size_t refused = 0;
    std::uint64_t sequence = 0;
  };

  std::span<const std::byte> records_;
  Matcher matcher_;
  Sink sink_;
  std::uint64_t elapsed_ns_ = 0;
};

inline void RefereeRun::Sink::commit() noexcept {
  RefereeReport& report = reports[count];
  report.sequence = sequence;
  report.id = event.cl_ord_id;
  report.price = event.price;
  report.quantity = event.quantity;
  report.side = event.side == order_entry::Side::buy ? 0 : 1;
  switch (event.kind) {
    case MatchEventKind::accepted: report.type = RefereeReport::taken; break;
    case MatchEventKind::executed:
      report.type = RefereeReport::trade;
      report.taker = event.taker_cl_ord_id;
      break;
    case MatchEventKind::canceled: report.type = RefereeReport::canceled; break;
    case MatchEventKind::replaced: report.type = RefereeReport::modified; break;
    case MatchEventKind::cancel_rejected:
      report.type = event.request == order_entry::RequestKind::cancel_order ? RefereeReport::cancel_refused : RefereeReport::modify_refused;
      break;
    case MatchEventKind::rejected: ++refused; return;
    default: return;  // there is no line for anything else
  }
  ++count;
}

}  // namespace hopwire::venue
