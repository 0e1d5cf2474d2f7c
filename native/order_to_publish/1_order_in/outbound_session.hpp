// Why: the venue's flow is recoverable -- every report has a number, is kept, and can be asked for again -- and a report made while the
// client is away must not be lost. What: numbers reports, encodes them into a ring of fixed slots, and streams the ring to the
// connection: one cursor for what is live, one for a retransmission in progress. Reports wait in the ring, so a slow reader costs no
// second buffer.
//
// Owner: the venue's thread. What can go wrong: a client so slow (or so long away in one go) that the ring would overwrite what it has
// not been sent -> overrun(), and the gateway ends the session with slowConsumer; a retransmission overtaken the same way ends with
// outOfRange.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/reserved_array.hpp"
#include "order_to_publish/1_order_in/connection.hpp"

namespace hopwire::venue {

class OutboundSession {
 public:
  static constexpr std::size_t slot_length = 128;
  static constexpr std::uint32_t retransmit_batch = 64;  // messages per flush
  static constexpr std::uint64_t answer_search = 256;    // reports

  explicit OutboundSession(std::size_t retained_messages)
      : slots_(std::bit_ceil(retained_messages)), mask_(std::bit_ceil(retained_messages) - 1) {
    slots_.touch(mask_ + 1);
  }

  // One report: `fill` gets the encoder with the business header already written.
  template <class Encoder, class Fill>
  void report(std::uint64_t transact_time, Fill&& fill) noexcept {
    static_assert(net::frame_length_of<Encoder> <= slot_length);
    make_room();
    std::byte* start = slot(next_);
    Encoder encoder = net::start_message<Encoder>(start);
    encoder.header()
        .sequence_number(next_)
        .last_processed(last_processed_)
        .transact_time(transact_time)
        .durability(order_entry::Durability::memory);
    fill(encoder);
    ++next_;
  }

  // The same report once more, under a new number and marked as said before. It is retained.
  void repeat(std::uint64_t sequence) noexcept {
    make_room();
    std::copy_n(slot(sequence), slot_length, slot(next_));
    order_entry::DeliveryFlags flags{};
    flags.stored_answer(true);
    order_entry::OutboundHeaderEncoder header(slot(next_) + net::order_entry_prefix);
    header.sequence_number(next_).last_processed(last_processed_).flags(flags);
    ++next_;
  }

  // The first report from `from` on that is about this ClOrdID, among those that one command can have made before it; 0 = none is retained.
  [[nodiscard]] std::uint64_t find_answer(std::uint64_t cl_ord_id, std::uint64_t from) noexcept {
    constexpr std::size_t field = net::order_entry_prefix + order_entry::OrderAcceptedView::cl_ord_id_offset;
    if (from < oldest_retained()) return 0;
    const std::uint64_t end = std::min(next_, from + answer_search);
    for (std::uint64_t sequence = from; sequence < end; ++sequence) {
      if (answers_somebody(slot(sequence)) && core::load_le<std::uint64_t>(slot(sequence) + field) == cl_ord_id) return sequence;
    }
    return 0;
  }

  // The client message up to which everything has had its effect; travels in each report's header.
  void set_last_processed(std::uint64_t sequence) noexcept { last_processed_ = sequence; }
  [[nodiscard]] std::uint64_t last_processed() const noexcept { return last_processed_; }

  // A new session version: numbers start again.
  void restart() noexcept {
    next_ = live_ = 1;
    retransmit_ = retransmit_end_ = 0;
    last_processed_ = 0;
    overrun_ = false;
    connection_ = nullptr;
  }

  // From now on reports go to `connection`; what was made before is sent only when asked for.
  void attach(Connection& connection) noexcept {
    connection_ = &connection;
    live_ = next_;
    retransmit_ = retransmit_end_ = 0;
    overrun_ = false;
  }
  void detach() noexcept {
    connection_ = nullptr;
    retransmit_ = retransmit_end_ = 0;
  }

  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return next_; }
  // Everything below has been put into the connection's buffer.
  [[nodiscard]] std::uint64_t live_sequence() const noexcept { return live_; }
  [[nodiscard]] std::uint64_t oldest_retained() const noexcept { return next_ > mask_ + 1 ? next_ - (mask_ + 1) : 1; }
  [[nodiscard]] bool overrun() const noexcept { return overrun_; }
  [[nodiscard]] bool retransmitting() const noexcept { return retransmit_ != retransmit_end_; }

  // [from, from + count) was sent before and is still here.
  [[nodiscard]] bool can_retransmit(std::uint64_t from, std::uint32_t count) const noexcept {
    return count != 0 && from >= oldest_retained() && from < live_ && count <= live_ - from;
  }
  void retransmit(std::uint64_t from, std::uint32_t count, std::uint64_t request_timestamp) noexcept {
    retransmit_ = from;
    retransmit_end_ = from + count;
    request_timestamp_ = request_timestamp;
  }

  // Moves what the connection's buffer takes. Returns live reports moved.
  std::size_t pump(Connection& connection) noexcept {
    const std::uint64_t before = live_;
    while (live_ != next_ && connection.offer(frame(live_))) ++live_;
    if (retransmitting() && live_ == next_) pump_retransmission(connection);
    return live_ - before;
  }

 private:
  using Slot = std::array<std::byte, slot_length>;

  [[nodiscard]] std::byte* slot(std::uint64_t sequence) noexcept { return slots_[sequence & mask_].data(); }
  [[nodiscard]] std::span<const std::byte> frame(std::uint64_t sequence) noexcept {
    const std::byte* start = slot(sequence);
    return {start, core::load_be<std::uint32_t>(start)};
  }

  // Events that operators are told have no ClOrdID where the others have it; the warning's is somebody else's.
  [[nodiscard]] static bool answers_somebody(const std::byte* frame) noexcept {
    const order_entry::MessageHeaderView header(frame + net::order_entry_prefix - order_entry::MessageHeaderView::encoded_length);
    const std::uint16_t id = header.template_id();
    return id < order_entry::TradingStateReportView::template_id || id >= order_entry::QueryReportView::template_id;
  }
  static_assert(order_entry::KillReportView::template_id + 1 == order_entry::TradingStateReportView::template_id);
  static_assert(order_entry::ProtectionTripReportView::template_id < order_entry::QueryReportView::template_id);

  // Before the slot of a report not yet sent is overwritten, the connection gets a chance to take it.
  void make_room() noexcept {
    if (connection_ == nullptr) {
      live_ = next_ + 1;  // nobody listens: made, kept, not waiting
      return;
    }
    if (next_ - live_ <= mask_) return;
    pump(*connection_);
    connection_->flush(connection_->last_sent);
    pump(*connection_);
    if (next_ - live_ <= mask_) return;
    overrun_ = true;
    ++live_;
  }

  // One batch: Retransmission, the messages with possRetrans set, then Sequence to say that live messages go on.
  void pump_retransmission(Connection& connection) noexcept {
    if (retransmit_ < oldest_retained()) {
      retransmit_ = retransmit_end_ = 0;
      connection.send<order_entry::RetransmitRejectEncoder>([this](auto& reject) {
        reject.request_timestamp(request_timestamp_).code(order_entry::RetransmitRejectCode::out_of_range);
      });
      return;
    }
    const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(retransmit_batch, retransmit_end_ - retransmit_));
    if (!connection.has_room_for_reports(count * slot_length + 256)) return;
    connection.send<order_entry::RetransmissionEncoder>([&](auto& batch) {
      batch.next_sequence(retransmit_).request_timestamp(request_timestamp_).count(count);
    });
    for (std::uint32_t index = 0; index < count; ++index, ++retransmit_) {
      std::array<std::byte, slot_length> copy;
      const std::span<const std::byte> kept = frame(retransmit_);
      std::copy(kept.begin(), kept.end(), copy.begin());
      order_entry::DeliveryFlags flags{};
      flags.poss_retrans(true);
      order_entry::OutboundHeaderEncoder(copy.data() + net::order_entry_prefix).flags(flags);
      (void)connection.offer(std::span(copy).first(kept.size()));
    }
    connection.send<order_entry::SequenceEncoder>(
        [this](auto& sequence) { sequence.next_sequence(next_).last_processed(last_processed_); });
  }

  core::ReservedArray<Slot> slots_;
  std::uint64_t mask_;
  std::uint64_t next_ = 1;             // number of the next report
  std::uint64_t live_ = 1;             // next report to put on the connection
  std::uint64_t retransmit_ = 0;       // next report of the retransmission; equal to the end when there is none
  std::uint64_t retransmit_end_ = 0;
  std::uint64_t request_timestamp_ = 0;
  std::uint64_t last_processed_ = 0;
  Connection* connection_ = nullptr;
  bool overrun_ = false;
};

}  // namespace hopwire::venue
