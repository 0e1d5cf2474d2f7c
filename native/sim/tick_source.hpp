// Simulated packets for a trader that has no network: an endless, deterministic ITCH stream over a few instruments whose best prices
// wander, so that a quoting strategy has something to do on most packets. It feeds a real MoldReceiver, so hops 1 to 3 run as they do
// live. For tests and benchmarks of the strategy boundary; live order counts stay bounded.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "generated/itch_5_0.hpp"
#include "net/mold_packet.hpp"
#include "sim/random.hpp"
#include "tick_to_trade/1_wire_in/mold_receiver.hpp"

namespace hopwire::sim {

class TickSource {
 public:
  TickSource(std::uint16_t instruments, std::uint64_t seed)
      : receiver_({.join_from_start = true}), random_(seed), books_(instruments) {
    for (std::size_t row = 0; row < books_.size(); ++row) books_[row].bid_price = 1'000'000 + static_cast<std::int32_t>(row) * 10'000;
  }

  // One packet a poll: the directory first, then one instrument's best price moved by delete, add, add.
  template <class Deliver>
  std::size_t poll(Deliver&& deliver) noexcept {
    begin();
    if (listed_ < books_.size()) {
      list_instrument(static_cast<std::uint16_t>(++listed_));
    } else {
      move(static_cast<std::size_t>(random_.next() % books_.size()));
    }
    const std::uint64_t tsc = core::Tsc::now();
    net::write_mold_header(packet_.data(), {session_, sequence_, count_});
    receiver_.accept(std::span<const std::byte>(packet_.data(), length_), {.tsc = tsc}, tsc, deliver);
    sequence_ += count_;
    return 1;
  }

  [[nodiscard]] feed::MoldReceiver& receiver() noexcept { return receiver_; }
  [[nodiscard]] const feed::MoldReceiver& receiver() const noexcept { return receiver_; }
  [[nodiscard]] std::uint64_t kernel_drops() const noexcept { return 0; }
  [[nodiscard]] bool kernel_stamps() const noexcept { return false; }

  // Another session, as after a night: everything begins again, and each locate is given to the instrument that had the next one.
  void begin_next_day() noexcept {
    session_ = net::MoldSession("NEXT DAY");
    ++symbols_from_;
    listed_ = 0;
    sequence_ = 1;
    reference_ = 0;
    for (Book& book : books_) book.bid = book.ask = 0;
  }

  // From now on each move is followed by a trade at the new bid.
  void print_trades() noexcept { prints_trades_ = true; }
  [[nodiscard]] std::uint64_t trades() const noexcept { return match_; }

  // Of a row, as in the directory of the first day's stream.
  [[nodiscard]] static std::string symbol_of(std::uint16_t locate) { return "SIM" + std::to_string(locate); }

 private:
  struct Book {
    std::int32_t bid_price = 0;  // 1e-4
    std::uint64_t bid = 0;       // references of the two orders; 0 = none yet
    std::uint64_t ask = 0;
  };
  static constexpr std::int32_t tick = 100;
  static constexpr std::int32_t spread = 4 * tick;

  void begin() noexcept {
    length_ = net::mold_header_length;
    count_ = 0;
    time_ += 1'000;
  }

  template <class Encoder, class Fill>
  void add(std::uint16_t locate, Fill&& fill) noexcept {
    core::store_be<std::uint16_t>(packet_.data() + length_, static_cast<std::uint16_t>(Encoder::block_length));
    Encoder encoder = Encoder::wrap(packet_.data() + length_ + net::mold_block_prefix);
    encoder.stock_locate(locate).timestamp(time_);
    fill(encoder);
    length_ += net::mold_block_prefix + Encoder::block_length;
    ++count_;
  }

  void list_instrument(std::uint16_t locate) noexcept {
    const std::string symbol = symbol_of(static_cast<std::uint16_t>(locate + symbols_from_));
    add<itch::StockDirectoryEncoder>(locate, [&](auto& message) { message.stock(symbol).round_lot_size(100); });
  }

  void move(std::size_t row) noexcept {
    Book& book = books_[row];
    const auto locate = static_cast<std::uint16_t>(row + 1);
    if (book.bid != 0) {
      add<itch::OrderDeleteEncoder>(locate, [&](auto& message) { message.order_reference_number(book.bid); });
      add<itch::OrderDeleteEncoder>(locate, [&](auto& message) { message.order_reference_number(book.ask); });
    }
    book.bid_price += static_cast<std::int32_t>(random_.next() % 3) * tick - tick;
    if (book.bid_price < 100'000 || book.bid_price > 10'000'000) book.bid_price = 1'000'000;
    book.bid = ++reference_;
    book.ask = ++reference_;
    add_order(locate, book.bid, 'B', book.bid_price);
    add_order(locate, book.ask, 'S', book.bid_price + spread);
    if (!prints_trades_) return;
    add<itch::TradeEncoder>(locate, [&](auto& message) {
      message.buy_sell_indicator('B').shares(100).stock("").price(static_cast<std::uint32_t>(book.bid_price)).match_number(++match_);
    });
  }

  void add_order(std::uint16_t locate, std::uint64_t reference, char side, std::int32_t price) noexcept {
    add<itch::AddOrderEncoder>(locate, [&](auto& message) {
      message.order_reference_number(reference).buy_sell_indicator(side).shares(100).stock("").price(static_cast<std::uint32_t>(price));
    });
  }

  feed::MoldReceiver receiver_;
  Random random_;
  std::vector<Book> books_;
  std::array<std::byte, 1472> packet_{};
  std::size_t length_ = 0;
  std::uint16_t count_ = 0;
  net::MoldSession session_{"SIMULATED"};
  std::size_t listed_ = 0;
  std::uint16_t symbols_from_ = 0;
  std::uint64_t sequence_ = 1;
  std::uint64_t reference_ = 0;
  std::uint64_t match_ = 0;
  bool prints_trades_ = false;
  std::uint64_t time_ = 34'200'000'000'000;  // 09:30, ns since midnight
};

}  // namespace hopwire::sim
