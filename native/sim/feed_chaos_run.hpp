// One run of feed_chaos.hpp from a seed: the simulation's composer and its observer.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "sim/feed_chaos.hpp"

namespace hopwire::sim {

struct ChaosResult {
  std::string failure;  // empty: everything held
  std::uint64_t messages = 0;
  std::uint64_t digest = 0;
  std::uint64_t rows_checked = 0;
  std::uint64_t stale_count = 0;
  std::uint64_t delayed_count = 0;
  std::uint64_t stale_nanoseconds = 0;
  std::uint64_t delayed_nanoseconds = 0;
  std::uint64_t simulated_nanoseconds = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t snapshot_failures = 0;
  feed::MoldReceiverCounters wire{};
};

class FeedChaos {
 public:
  // `file`: good frames only, at least one.
  FeedChaos(std::uint64_t seed, const Weather& weather, std::span<const std::byte> file)
      : weather_(weather),
        random_(seed ^ 0xC0FFEEull),
        network_(weather, seed, file),
        lossless_(network_, limits()),
        server_(network_, limits()),
        wire_(receiver_config(weather), network_, server_, seed),
        books_(limits()),
        memory_(region_size),
        columns_(region_over(memory_)),
        pipeline_(wire_, books_, telemetry_.recorder(), &columns_, depth) {}

  // `tamper(columns)` is called between each poll and what the observer makes of it: how the observer itself is tested.
  template <class Tamper>
  [[nodiscard]] ChaosResult run(Tamper&& tamper) {
    if (weather_.join_late) skip_to(network_.messages() / 3);
    std::array<std::uint64_t, 4> stall_at{};
    for (std::uint32_t i = 0; i < weather_.stalls; ++i) stall_at[i] = 1 + random_.next() % network_.messages();
    const std::uint64_t limit = network_.now() + time_limit;
    while (result_.failure.empty() && !done()) {
      for (std::uint32_t i = 0; i < weather_.stalls; ++i) {
        if (stall_at[i] == 0 || network_.published() < stall_at[i]) continue;
        stall_at[i] = 0;
        for (int step = 0; step < 1'000; ++step) network_.advance(1'000'000);
      }
      network_.advance(network_.all_sent() ? 200'000 : 1'000 + random_.below(40'000));
      pipeline_.poll();
      tamper(columns_);
      observe();
      if (network_.now() > limit) fail("it did not heal in time");
    }
    if (result_.failure.empty()) compare_ends();
    return summary();
  }
  [[nodiscard]] ChaosResult run() {
    return run([](regions::BooksColumns&) {});
  }

 private:
  static constexpr std::uint16_t maximum_locate = 1023;
  static constexpr std::uint32_t rows = maximum_locate + 1u;
  static constexpr std::uint32_t depth = 5;
  static constexpr std::uint64_t time_limit = 600'000'000'000;
  static constexpr std::size_t region_size = regions::BooksLayout::size({.instruments = rows, .depth = depth});
  static constexpr std::uint32_t stale_bit = static_cast<std::uint32_t>(words::BookState::stale);
  static constexpr std::uint32_t known_bit = static_cast<std::uint32_t>(words::BookState::known);

  [[nodiscard]] static feed::BookLimits limits() noexcept {
    return {.maximum_orders = 1 << 18, .maximum_levels = 1 << 17, .maximum_locate = maximum_locate};
  }
  [[nodiscard]] static feed::MoldReceiverConfig receiver_config(const Weather& weather) {
    feed::MoldReceiverConfig config;
    config.session = net::MoldSession(FeedNetwork::session);
    config.lines = weather.lines;
    config.snapshot = weather.snapshot;
    config.snapshot_gap = 5'000;
    config.held_packets = weather.held_packets;
    config.missing_ranges = weather.missing_ranges;
    config.rerequest.servers = weather.servers;
    config.rerequest.wait = weather.lines > 1 ? 1'000'000 : 0;
    // Servers are dead for a while; only a snapshot makes giving up on them a way out.
    if (weather.snapshot) config.rerequest.patience = config.rerequest.patience_unserved = 50'000'000;
    return config;
  }
  [[nodiscard]] static regions::BooksColumns region_over(core::ReservedArray<std::byte>& memory) {
    auto& header = *reinterpret_cast<regions::RegionHeader*>(memory.data());
    header.magic = regions::region_magic;
    header.layout_hash = regions::layout_hash;
    header.size = region_size;
    header.region_id = regions::BooksLayout::region_id;
    const std::array<std::uint32_t, 2> dimensions{rows, depth};
    std::memcpy(&header.dimension, dimensions.data(), sizeof(dimensions));
    return regions::BooksColumns::over(memory.data());
  }

  [[nodiscard]] const feed::MoldReceiver& receiver() const noexcept { return wire_.receiver(); }
  [[nodiscard]] bool done() const noexcept {
    return network_.all_sent() && receiver().ended() && receiver().state() == feed::ChannelState::good;
  }

  void skip_to(std::uint64_t published) {
    while (network_.published() < published) network_.advance(100'000);
    for (std::size_t line = 0; line < weather_.lines; ++line) network_.socket(feed::line_at(line)).clear();
  }

  void fail(const std::string& what) {
    if (!result_.failure.empty()) return;
    const std::string sequence = std::to_string(receiver().next_sequence());
    result_.failure = what + " (sequence " + sequence + ", simulated time " + std::to_string(network_.now()) + ")";
  }

  void observe() {
    const feed::ChannelState state = pipeline_.state();
    const std::uint64_t next = receiver().next_sequence();
    observe_state(state, next);
    if (state == feed::ChannelState::stale || next < lossless_.next()) {
      // Nothing is good; looked at when it became so, and at some rows afterwards.
      for (std::uint32_t row = 0; state == feed::ChannelState::stale && state_ != state && row < rows; ++row) expect_stale(row);
      for (int i = 0; i < 4; ++i) if (state == feed::ChannelState::stale) expect_stale(random_.below(rows));
      state_ = state;
      return;
    }
    lossless_.books().clear_touched();
    lossless_.advance(next);
    for (const std::uint16_t locate : lossless_.books().touched()) expect_equal(locate);
    for (const std::uint16_t locate : books_.touched()) expect_equal(locate);
    for (int i = 0; i < 4; ++i) expect_equal(static_cast<std::uint16_t>(random_.below(rows)));
    for (std::uint32_t row = 0; state_ != state && row < rows; ++row) expect_equal(static_cast<std::uint16_t>(row));
    state_ = state;
  }

  void observe_state(feed::ChannelState state, std::uint64_t next) {
    std::uint64_t lowest = ~std::uint64_t{0};
    for (std::size_t line = 0; line < weather_.lines; ++line) {
      if (state == feed::ChannelState::good && next < wire_.passed(line)) fail("good, although a line has spoken of more");
      if (!receiver().lines().silent(line)) lowest = std::min(lowest, wire_.passed(line));
    }
    const bool nobody_will = !receiver().lines().all_silent() && wire_.first_missing() < lowest;
    if (receiver().started() && nobody_will && state != feed::ChannelState::stale) fail("missing on every line, and not stale");
    const auto word = [this](words::BooksWord which) { return columns_.word[static_cast<std::size_t>(which)]; };
    if (!receiver().started()) return;
    if (word(words::BooksWord::channel_state) != static_cast<std::uint32_t>(state)) fail("the region's state is another");
    const std::uint64_t sequence = std::uint64_t{word(words::BooksWord::sequence_high)} << 32 | word(words::BooksWord::sequence_low);
    if (sequence != next) fail("the region's sequence is another");
  }

  void expect_stale(std::uint32_t row) {
    ++result_.rows_checked;
    if ((columns_.state[row] & known_bit) != 0 && (columns_.state[row] & stale_bit) == 0) fail("a row of a stale channel reads as good");
  }

  void expect_equal(std::uint16_t row) {
    ++result_.rows_checked;
    const std::uint32_t state = columns_.state[row];
    if ((state & stale_bit) != 0) return fail("a row of a good channel reads as stale");
    if ((columns_.sequence[row] & 1) != 0) return fail("a row was left locked");
    const feed::BookSet& books = lossless_.books();
    const bool equal = columns_.order_count[row] == books.order_count(row) &&
                       sides_equal(row, 'B', columns_.bid_levels[row], columns_.bid_price, columns_.bid_orders, columns_.bid_quantity) &&
                       sides_equal(row, 'S', columns_.ask_levels[row], columns_.ask_price, columns_.ask_orders, columns_.ask_quantity);
    if (!equal) fail("row " + std::to_string(row) + " reads as good and is not the lossless book");
  }

  [[nodiscard]] bool sides_equal(std::uint16_t row, char side, std::uint32_t count, const std::int32_t* price, const std::uint32_t* orders,
                                 const double* quantity) const {
    std::uint32_t level = 0;
    bool equal = true;
    lossless_const().walk_levels(row, side, depth, [&](const feed::Level& expected) {
      const std::size_t at = std::size_t{row} * depth + level++;
      equal = equal && price[at] == expected.price && orders[at] == expected.order_count() &&
              quantity[at] == static_cast<double>(expected.quantity);
    });
    return equal && level == count;
  }
  [[nodiscard]] const feed::BookSet& lossless_const() const { return const_cast<LosslessBooks&>(lossless_).books(); }

  void compare_ends() {
    lossless_.advance(network_.messages() + 1);
    const feed::BookSet& expected = lossless_.books();
    for (std::uint32_t i = 0; i < rows; ++i) {
      const auto locate = static_cast<std::uint16_t>(i);
      if (books_.order_count(locate) != expected.order_count(locate) || books_.book_digest(locate) != expected.book_digest(locate)) {
        return fail("the digest of locate " + std::to_string(i) + " differs at the end");
      }
    }
    if (receiver().counters().messages_lost != 0) fail("messages were given up");
    if (receiver().next_sequence() != network_.messages() + 1) fail("the end is not the end");
  }

  [[nodiscard]] ChaosResult summary() {
    const feed::ChannelClock& clock = receiver().clock();
    result_.messages = network_.messages();
    result_.digest = books_.market_digest();
    result_.stale_count = clock.stale_count();
    result_.delayed_count = clock.delayed_count();
    result_.stale_nanoseconds = clock.stale_nanoseconds(network_.now());
    result_.delayed_nanoseconds = clock.delayed_nanoseconds(network_.now());
    result_.simulated_nanoseconds = network_.now();
    result_.snapshots = receiver().counters().snapshots;
    result_.snapshot_failures = wire_.join().failures();
    result_.wire = receiver().counters();
    return result_;
  }

  Weather weather_;
  Random random_;
  FeedNetwork network_;
  LosslessBooks lossless_;
  LosslessBooks server_;
  SimulatedWireIn wire_;
  feed::BookSet books_;
  core::ReservedArray<std::byte> memory_;
  regions::BooksColumns columns_;
  core::TscClock clock_;
  core::TelemetryMemory telemetry_{clock_};
  feed::FeedPipeline<SimulatedWireIn> pipeline_;
  feed::ChannelState state_ = feed::ChannelState::good;
  ChaosResult result_;
};

}  // namespace hopwire::sim
