// The tick_to_trade flow: 1_wire_in -> 2_decode -> 3_book (feed_pipeline.hpp) -> 4_signal -> 5_risk -> 6_encode -> 7_wire_out. A
// composer: it calls the hops in order, stamps between them, and decides nothing. Owner: the thread that runs the strategy.
//
// A duty cycle: poll() brings books up to date; the strategy works; begin_signal() ends hop 4; send() takes one intent through hops 5 and
// 6; release() is hop 7, one send for all. One stamp per intent in hops 4 to 7, and only for intents a packet caused: an interval that
// does not begin at a packet is not a tick-to-trade.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/clock.hpp"
#include "core/hop_recorder.hpp"
#include "tick_to_trade/4_signal/trigger_table.hpp"
#include "tick_to_trade/5_risk/risk_gate.hpp"
#include "tick_to_trade/6_encode/order_encoder.hpp"
#include "tick_to_trade/feed_pipeline.hpp"

namespace hopwire::feed {

template <class Source, class Session>
class Pipeline {
 public:
  // An intent is at most two of these (a quote); more in one release wait for the next stamp slot and go unstamped.
  static constexpr std::size_t stamped_at_most = 256;

  Pipeline(FeedPipeline<Source>& feed, BookSet& books, RiskGate& gate, Session& session, const core::TscClock& clock,
           core::HopRecorder& recorder, std::uint32_t account)
      : feed_(feed),
        books_(books),
        gate_(gate),
        session_(session),
        clock_(clock),
        recorder_(recorder),
        account_(account),
        triggers_(std::size_t{books.limits().maximum_locate} + 1) {}

  // Hops 1 to 3. Returns datagrams taken.
  std::size_t poll() noexcept {
    triggers_.begin_poll();
    const std::size_t taken = feed_.poll([this](const Packet& packet) noexcept {
      triggers_.note(books_.touched(), {packet.first_sequence, packet.receive_tsc});
    });
    booked_ = core::Tsc::now();
    return taken;
  }

  // The strategy has written its intents.
  void begin_signal() noexcept { signalled_ = core::Tsc::now(); }

  // Hops 5 and 6. The reason hop 5 gave; `none`: the order is encoded and leaves with release().
  [[nodiscard]] hops::RiskReason send(OrderIntent intent) noexcept {
    const Trigger trigger = triggers_.of(intent.locate);
    intent.trigger_sequence = trigger.sequence;
    intent.receive_tsc = trigger.receive_tsc;
    const std::uint64_t began = core::Tsc::now();
    // Room first: what risk approves it counts as open, and an order that then could not be written would be counted for ever.
    std::byte* frame = session_.reserve(largest_order_frame);
    if (frame == nullptr) return hops::RiskReason::session_down;
    const RiskDecision decision = gate_.approve(intent, market_of(intent.locate), clock_.steady(began));
    const std::uint64_t decided = core::Tsc::now();
    if (!decision.approved()) return decision.reason();
    session_.commit(
        encode(decision.order(), session_.next_sequence(), session_.last_processed(), clock_.to_realtime(decided), frame, account_));
    if (trigger.receive_tsc != 0) stamp(trigger.receive_tsc, began, decided);
    return hops::RiskReason::none;
  }

  // Hop 7. Returns the orders it was given. What the kernel does not take now leaves with a later flush and is stamped by the next release
  // that finds the buffer empty: too late rather than too early.
  std::size_t release(std::size_t orders) noexcept {
    if (orders == 0 || !session_.flush()) return orders;
    const std::uint64_t out = core::Tsc::now();
    for (std::size_t index = 0; index < stamped_; ++index) {
      recorder_.record(hops::Hop::tick_to_trade_wire_out, stamps_[index].encoded, out);
      recorder_.record(hops::Hop::tick_to_trade_total, stamps_[index].received, out);
    }
    stamped_ = 0;
    return orders;
  }

 private:
  struct Stamp {
    std::uint64_t received;
    std::uint64_t encoded;
  };

  void stamp(std::uint64_t received, std::uint64_t began, std::uint64_t decided) noexcept {
    const std::uint64_t encoded = core::Tsc::now();
    recorder_.record(hops::Hop::tick_to_trade_signal, booked_, signalled_);
    recorder_.record(hops::Hop::tick_to_trade_risk, began, decided);
    recorder_.record(hops::Hop::tick_to_trade_encode, decided, encoded);
    if (stamped_ < stamped_at_most) stamps_[stamped_++] = {received, encoded};
  }

  [[nodiscard]] risk::MarketReference market_of(std::uint16_t locate) const noexcept {
    risk::MarketReference market;
    market.stale = feed_.stale();
    if (locate > books_.limits().maximum_locate) return market;
    if (const Level* bid = books_.best_bid(locate); bid != nullptr) market.best_bid = bid->price;
    if (const Level* ask = books_.best_ask(locate); ask != nullptr) market.best_ask = ask->price;
    market.last_price = books_.book(locate).last_trade_price;
    return market;
  }

  FeedPipeline<Source>& feed_;
  BookSet& books_;
  RiskGate& gate_;
  Session& session_;
  const core::TscClock& clock_;
  core::HopRecorder& recorder_;
  std::uint32_t account_;
  TriggerTable triggers_;
  std::array<Stamp, stamped_at_most> stamps_{};
  std::size_t stamped_ = 0;
  std::uint64_t booked_ = 0;
  std::uint64_t signalled_ = 0;
};

}  // namespace hopwire::feed
