// Why: "final books equal the lossless books, every time, and no stale book was ever readable as good" is a claim about every moment, so it
// is looked at in every moment. What: the real receiver, snapshot join, pipeline and Books region on a simulated network
// (feed_weather.hpp), and beside them an observer that knows what was really sent and what really arrived:
//
//   - a row readable as good equals the lossless book after exactly the messages the channel claims, level by level;
//   - a message missing on every line that speaks, with later ones heard: the channel is stale and so is every row that is looked at;
//   - a channel that is good has everything any line has spoken of;
//   - at the end every instrument's digest equals the lossless one, and nothing was given up.
//
// The lossless books are a second BookSet fed straight from the file, in step with the channel. Touched rows are looked at after every
// poll, all rows whenever the state changes, a few others at random. One thread; same seed, same run.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/reserved_array.hpp"
#include "core/telemetry_region.hpp"
#include "generated/regions.hpp"
#include "sim/feed_weather.hpp"
#include "tick_to_trade/1_wire_in/snapshot_join.hpp"
#include "tick_to_trade/2_decode/decoder.hpp"
#include "tick_to_trade/feed_pipeline.hpp"

namespace hopwire::sim {

// Books that are told every message, up to a sequence.
class LosslessBooks {
 public:
  LosslessBooks(const FeedNetwork& network, const feed::BookLimits& limits) : network_(network), books_(limits) {}

  void advance(std::uint64_t next) {
    for (; next_ < next; ++next_) {
      const std::span<const std::byte> block = network_.block(next_);
      feed::BookEvent event;
      if (feed::decode(block.data() + net::mold_block_prefix, block.size() - net::mold_block_prefix, event) == feed::DecodeResult::ok) {
        books_.apply(event);
      }
    }
    books_.clear_trades();
  }
  [[nodiscard]] std::uint64_t next() const noexcept { return next_; }
  [[nodiscard]] feed::BookSet& books() noexcept { return books_; }

 private:
  const FeedNetwork& network_;
  feed::BookSet books_;
  std::uint64_t next_ = 1;
};

// A snapshot server and its client in one: the books as of what was published when it was asked, a few messages at each poll; it may break
// off at any of them.
class SimulatedSnapshot {
 public:
  enum class State : std::uint8_t { idle, connecting, loading, complete, failed };

  SimulatedSnapshot(const FeedNetwork& network, LosslessBooks& server, std::uint64_t seed)
      : network_(network), server_(server), random_(seed ^ 0x5A5Aull) {}

  void start(std::uint64_t now) {
    ready_at_ = now + 100'000 + random_.below(5'000'000);
    state_ = State::connecting;
  }

  template <class F>
  std::size_t poll(std::uint64_t now, F&& message) {
    if (state_ == State::connecting && now >= ready_at_) take_image();
    std::size_t taken = 0;
    while (state_ == State::loading && taken < 200) {
      if (random_.chance(1, 20'000)) {
        state_ = State::failed;
      } else if (at_ == image_.size()) {
        state_ = State::complete;
      } else {
        message(std::span<const std::byte>(image_[at_++]));
        ++taken;
      }
    }
    return taken;
  }

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] std::uint64_t sequence() const noexcept { return sequence_; }
  [[nodiscard]] const char* reason() const noexcept { return "it broke off"; }

 private:
  void take_image() {
    state_ = random_.chance(1, 8) ? State::failed : State::loading;
    sequence_ = network_.published() + 1;
    server_.advance(sequence_);
    image_.clear();
    at_ = 0;
    const feed::BookSet& books = server_.books();
    for (std::uint32_t i = 0; i <= books.limits().maximum_locate; ++i) {
      const auto locate = static_cast<std::uint16_t>(i);
      if (books.known(locate)) {
        add<itch::StockDirectoryEncoder>(locate, [&](auto& m) { m.stock(books.symbol(locate)); });
      }
      books.walk(locate, [&](char side, std::uint64_t reference, levels::Price price, std::uint32_t shares) {
        add<itch::AddOrderEncoder>(locate, [&](auto& m) {
          m.order_reference_number(reference).buy_sell_indicator(side).shares(shares);
          m.stock(books.symbol(locate)).price(static_cast<std::uint32_t>(price));
        });
      });
    }
  }

  template <class Encoder, class Fill>
  void add(std::uint16_t locate, Fill&& fill) {
    std::vector<std::byte>& message = image_.emplace_back(Encoder::block_length);
    Encoder encoder = Encoder::wrap(message.data());
    encoder.stock_locate(locate).timestamp(0);
    fill(encoder);
  }

  const FeedNetwork& network_;
  LosslessBooks& server_;
  Random random_;
  State state_ = State::idle;
  std::uint64_t ready_at_ = 0;
  std::uint64_t sequence_ = 0;
  std::vector<std::vector<std::byte>> image_;
  std::size_t at_ = 0;
};

// The real hop 1 on simulated sockets; notes what it is given for the observer.
class SimulatedWireIn {
 public:
  SimulatedWireIn(const feed::MoldReceiverConfig& config, FeedNetwork& network, LosslessBooks& server, std::uint64_t seed)
      : network_(network), receiver_(config), join_(10'000'000, network, server, seed), had_(network.messages() + 2, false) {}

  template <class Deliver>
  std::size_t poll(Deliver&& deliver) {
    std::size_t taken = 0;
    for (std::size_t line = 0; line < receiver_.lines().count(); ++line) {
      const std::size_t packets = drain(feed::line_at(line), deliver);
      if (packets == 0) receiver_.note_quiet(network_.now(), feed::line_at(line));
      taken += packets;
    }
    if (receiver_.missing()) {
      taken += drain(feed::PacketSource::rerequest, deliver);
      const auto send = [this](std::uint32_t server, std::uint64_t first, std::uint16_t count) { network_.request(server, first, count); };
      receiver_.recover(network_.now(), send, deliver);
    }
    if (receiver_.snapshot_wanted() || join_.running()) taken += join_.poll(receiver_, network_.now(), 1, deliver);
    if (receiver_.counters().snapshots != snapshots_) {
      snapshots_ = receiver_.counters().snapshots;
      first_missing_ = std::max(first_missing_, receiver_.next_sequence());
    }
    return taken;
  }

  [[nodiscard]] feed::MoldReceiver& receiver() noexcept { return receiver_; }
  [[nodiscard]] const feed::MoldReceiver& receiver() const noexcept { return receiver_; }
  [[nodiscard]] bool kernel_stamps() const noexcept { return false; }
  [[nodiscard]] std::uint64_t kernel_drops() const noexcept { return network_.socket_drops(); }
  [[nodiscard]] const feed::SnapshotJoin<SimulatedSnapshot>& join() const noexcept { return join_; }

  // One past the highest sequence this line has spoken of.
  [[nodiscard]] std::uint64_t passed(std::size_t line) const noexcept { return passed_[line]; }
  // The first message that has arrived in no way.
  [[nodiscard]] std::uint64_t first_missing() noexcept {
    while (had_[first_missing_]) ++first_missing_;
    return first_missing_;
  }

 private:
  template <class Deliver>
  std::size_t drain(feed::PacketSource source, Deliver&& deliver) {
    std::deque<SimulatedPacket>& socket = network_.socket(source);
    std::size_t taken = 0;
    for (; taken < 32 && !socket.empty(); ++taken) {
      const SimulatedPacket packet = std::move(socket.front());
      socket.pop_front();
      if (packet.genuine) note(packet);
      receiver_.accept(packet.bytes, {.tsc = 1, .source = source, .server = packet.server}, network_.now(), deliver);
    }
    return taken;
  }

  void note(const SimulatedPacket& packet) {
    const net::MoldHeader header = net::read_mold_header(packet.bytes.data());
    const bool control = header.message_count == net::mold_heartbeat || header.message_count == net::mold_end_of_session;
    const std::uint64_t end = header.sequence + (control ? 0 : header.message_count);
    for (std::uint64_t sequence = header.sequence; sequence < end; ++sequence) had_[sequence] = true;
    if (feed::is_line(packet.source)) passed_[feed::line_index(packet.source)] = std::max(passed_[feed::line_index(packet.source)], end);
  }

  FeedNetwork& network_;
  feed::MoldReceiver receiver_;
  feed::SnapshotJoin<SimulatedSnapshot> join_;
  std::vector<bool> had_;
  std::array<std::uint64_t, 2> passed_{};
  std::uint64_t first_missing_ = 1;
  std::uint64_t snapshots_ = 0;
};

}  // namespace hopwire::sim
