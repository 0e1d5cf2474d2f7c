// Why: a snapshot service must tell the whole state of a market as ITCH says it, without asking the matcher. What: a feed-side book of our
// own ITCH (or of a file), with what books do not keep: the messages that state instruments and the day, and whose an order is; and the
// making of a GLIMPSE image of it all.
//
// An image is made in one go, between two messages: consistent because nothing else happens meanwhile, and immutable from then on. Not by
// fork(): a child of a process with threads may only exec. Not in chunks while the market goes on: every order would need a version. The
// copy costs its thread 0.2 to 0.4 us an order (a loaded machine), and live packets wait in the socket for so long; that thread is nobody's
// hot path.
// Images are shared by all who asked before they were made; they are made no oftener than each `image_interval`, and never are more than
// `images_most` in memory at a time. Who cannot be given one at once asks again.
//
// The image: system events of the day and market-wide levels, then by kind R, H, Y, h, K, J, N, O as last told for each stock locate, then
// an A (or F, where the order was told with its participant) for each live order, bids from the best price, asks from the best price,
// within a price in the order of priority: adding them again makes the same queues and the same digest. An order's time is that of the last
// message before the image: ITCH keeps no other. No L and no I: Nasdaq's GLIMPSE has neither, and no book is made of them (ADR 8).
//
// What can go wrong: memory refused -> std::bad_alloc or core::SystemError in the thread's loop; see its owner. One thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "generated/itch_5_0.hpp"
#include "net/glimpse_server.hpp"
#include "net/mold_packet.hpp"
#include "tick_to_trade/2_decode/decoder.hpp"
#include "tick_to_trade/3_book/book_set.hpp"

namespace hopwire::engine {

struct SnapshotBookConfig {
  feed::BookLimits books{};
  std::uint64_t image_interval = 100'000'000;  // ns
  std::size_t images_most = 4;
};

class SnapshotBook {
 public:
  explicit SnapshotBook(const SnapshotBookConfig& config) : config_(config), books_(config.books) {}

  // Another session: everything is told anew, from its first message.
  void clear(const net::MoldSession& session) {
    books_.reset();
    forget_day();
    session_ = session;
    sequence_ = 1;
    newest_.reset();
  }

  // The next message of the session, well formed or not: it has a number either way.
  void apply(std::span<const std::byte> message) {
    ++sequence_;
    feed::BookEvent event;
    if (feed::decode(message.data(), message.size(), event) != feed::DecodeResult::ok) return;
    last_time_ = itch::SystemEventView(message.data()).timestamp();
    note(message);
    books_.apply(event);
    books_.clear_trades();
    books_.clear_touched();
  }

  // Of the first message not yet applied.
  [[nodiscard]] std::uint64_t sequence() const noexcept { return sequence_; }
  [[nodiscard]] const net::MoldSession& session() const noexcept { return session_; }
  [[nodiscard]] const feed::BookSet& books() const noexcept { return books_; }
  [[nodiscard]] std::uint64_t images_made() const noexcept { return images_made_; }

  // For who asked at `since`: made after that, or null.
  [[nodiscard]] std::shared_ptr<const net::GlimpseSnapshot> image(std::uint64_t now, std::uint64_t since) {
    if (newest_ && (newest_->sequence == sequence_ || newest_time_ >= since)) return newest_;
    if (newest_ && now - newest_time_ < config_.image_interval) return nullptr;
    if (newest_.use_count() == 1) newest_.reset();  // nobody reads it any more
    if (images_alive() >= config_.images_most) return nullptr;
    newest_ = make();
    newest_time_ = now;
    alive_.push_back(newest_);
    ++images_made_;
    return newest_;
  }

 private:
  // Kinds of which the last message for each stock locate counts, in the order of the snapshot.
  static constexpr std::string_view kinds = "VWRHYhKJNO";
  // Several of these stand beside each other for one locate: breached levels, halts of three markets.
  static constexpr std::size_t copies = 256;

  struct Kept {
    std::array<std::byte, 64> bytes{};
    std::size_t length = 0;
  };

  void note(std::span<const std::byte> message) {
    const auto type = static_cast<char>(message[0]);
    switch (type) {
      case 'S': return note_system_event(message);
      case 'F': participants_.try_emplace(itch::AddOrderMpidView(message.data()).order_reference_number(), participant_of(message)); return;
      case 'D': participants_.erase(itch::OrderDeleteView(message.data()).order_reference_number()); return;
      case 'U': return follow(itch::OrderReplaceView(message.data()));
      default: break;
    }
    const std::size_t kind = kinds.find(type);
    if (kind == std::string_view::npos) return;
    std::size_t copy = 0;
    if (type == 'W') copy = static_cast<std::uint8_t>(itch::MwcbStatusView(message.data()).breached_level());
    if (type == 'h') copy = static_cast<std::uint8_t>(itch::OperationalHaltView(message.data()).market_code());
    const std::size_t locate = itch::SystemEventView(message.data()).stock_locate();
    keep(states_[(kind * 65536 + locate) * copies + copy], message);
  }

  void note_system_event(std::span<const std::byte> message) {
    if (itch::SystemEventView(message.data()).event_code() == 'O') forget_day();
    keep(system_events_.emplace_back(), message);
  }

  void forget_day() {
    system_events_.clear();
    states_.clear();
    participants_.clear();
  }

  static void keep(Kept& kept, std::span<const std::byte> message) {
    kept.length = message.size();
    std::memcpy(kept.bytes.data(), message.data(), message.size());
  }

  [[nodiscard]] static std::array<char, 4> participant_of(std::span<const std::byte> message) {
    std::array<char, 4> name;
    std::memcpy(name.data(), itch::AddOrderMpidView(message.data()).attribution_raw().data(), name.size());
    return name;
  }

  // The new reference is the same participant's.
  void follow(const itch::OrderReplaceView& message) {
    const auto found = participants_.find(message.original_order_reference_number());
    if (found == participants_.end()) return;
    participants_.try_emplace(message.new_order_reference_number(), found->second);
    participants_.erase(message.original_order_reference_number());
  }

  [[nodiscard]] std::size_t images_alive() {
    std::erase_if(alive_, [](const auto& image) { return image.expired(); });
    return alive_.size();
  }

  [[nodiscard]] std::shared_ptr<const net::GlimpseSnapshot> make() {
    auto image = std::make_shared<net::GlimpseSnapshot>();
    image->session = session_;
    image->sequence = sequence_;
    constexpr std::size_t largest = itch::AddOrderMpidView::block_length + net::mold_block_prefix;
    image->frames.resize((system_events_.size() + states_.size()) * sizeof(Kept) + books_.live_orders() * largest);
    end_ = image->frames.data();
    for (const Kept& event : system_events_) append(*image, {event.bytes.data(), event.length});
    for (const auto& [key, state] : states_) append(*image, {state.bytes.data(), state.length});
    std::unordered_map<std::uint64_t, std::array<char, 4>> live;
    for (std::uint32_t locate = 0; locate <= books_.limits().maximum_locate; ++locate) {
      if (books_.order_count(static_cast<std::uint16_t>(locate)) != 0) append_book(*image, static_cast<std::uint16_t>(locate), live);
    }
    image->frames.resize(static_cast<std::size_t>(end_ - image->frames.data()));
    participants_.swap(live);  // executed orders leave no D: what is not live is forgotten here
    return image;
  }

  // Room was made for all.
  void append(net::GlimpseSnapshot& image, std::span<const std::byte> message) {
    std::memcpy(begin(image, message.size()), message.data(), message.size());
  }
  [[nodiscard]] std::byte* begin(net::GlimpseSnapshot& image, std::size_t length) {
    core::store_be<std::uint16_t>(end_, static_cast<std::uint16_t>(length));
    std::byte* message = end_ + net::mold_block_prefix;
    end_ = message + length;
    ++image.messages;
    return message;
  }

  template <class Live>
  void append_book(net::GlimpseSnapshot& image, std::uint16_t locate, Live& live) {
    const std::string_view stock = books_.symbol(locate);
    books_.walk(locate, [&](char side, std::uint64_t reference, std::int32_t price, std::uint32_t shares) {
      const auto fill = [&](auto order) {
        order.stock_locate(locate).timestamp(last_time_).order_reference_number(reference).buy_sell_indicator(side).shares(shares);
        order.stock(stock).price(static_cast<std::uint32_t>(price));
        return order;
      };
      const auto participant = participants_.empty() ? participants_.end() : participants_.find(reference);
      if (participant == participants_.end()) {
        fill(itch::AddOrderEncoder::wrap(begin(image, itch::AddOrderView::block_length)));
        return;
      }
      fill(itch::AddOrderMpidEncoder::wrap(begin(image, itch::AddOrderMpidView::block_length)))
          .attribution({participant->second.data(), participant->second.size()});
      live.insert(*participant);
    });
  }

  SnapshotBookConfig config_;
  feed::BookSet books_;
  net::MoldSession session_{};
  std::uint64_t sequence_ = 1;
  std::uint64_t last_time_ = 0;
  std::vector<Kept> system_events_;
  std::map<std::size_t, Kept> states_;  // by kind, stock locate and copy
  std::unordered_map<std::uint64_t, std::array<char, 4>> participants_;
  std::byte* end_ = nullptr;  // of the image being made
  std::shared_ptr<const net::GlimpseSnapshot> newest_;
  std::uint64_t newest_time_ = 0;
  std::vector<std::weak_ptr<const net::GlimpseSnapshot>> alive_;
  std::uint64_t images_made_ = 0;
};

}  // namespace hopwire::engine
