// Why: to watch a stream with the same hops a trader uses. What: the feed pipeline on one source of packets, with the stream's books and
// regions. Included by source_channel.cpp alone, which compiles it for each source.
//
// Owns: the source with its sockets or file, books, the telemetry region and, with a name, the Books and Trades regions that other
// processes read while it runs. What can go wrong: set-up throws (region of a living process, port, route, file, memory). Afterwards
// trouble on the wire is counted, and a gap that never heals leaves the books stale, which the result says. Owner: the thread of the
// FeedLoop. Progress is read by others; books and counters by others only when it has finished.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/clock.hpp"
#include "core/region_file.hpp"
#include "core/telemetry_region.hpp"
#include "engine/feed_channel.hpp"
#include "tick_to_trade/1_wire_in/snapshot_join.hpp"
#include "tick_to_trade/feed_pipeline.hpp"

namespace hopwire::engine {

template <class Source>
class SourceChannel final : public FeedChannel {
 public:
  // make_source(clock) is the Source. `clock` is the loop's, and outlives this.
  template <class MakeSource>
  SourceChannel(const FeedChannelConfig& config, const core::TscClock& clock, MakeSource&& make_source)
      : config_(config), clock_(clock), wire_(make_source(clock_)), books_(limits_of(config)), telemetry_(config.name, clock_) {
    if (config.digests) digests_.emplace(*config.digests, books_.limits().maximum_locate);
    if (config.publish_books) make_region();
    pipeline_.emplace(wire_, books_, telemetry_.recorder(), columns_ ? &*columns_ : nullptr, config.depth);
    if (tape_) pipeline_->set_tape(&*tape_);
  }

  std::size_t turn(std::uint64_t tsc) noexcept override {
    if (last_digests_until_ != 0) {
      check_digests(false, tsc);
      over_ = digests_->ended() || core::monotonic_now() >= last_digests_until_;
      return 0;
    }
    const std::size_t taken = pipeline_->poll();
    if (digests_) check_digests(taken != 0, tsc);
    if (wire_.exhausted()) {
      over_ = true;
    } else if (pipeline_->ended()) {
      end();
    }
    return taken;
  }
  [[nodiscard]] bool over() const noexcept override { return over_; }

  // Readers want to see us alive, and a terminal wants numbers.
  void housekeeping(const core::Idle& idle) noexcept override {
    pipeline_->publish_counters(wire_.now());
    if constexpr (takes_snapshots) {
      telemetry_.recorder().set(counters::Counter::snapshots_failed, static_cast<double>(wire_.join().failures()));
    }
    telemetry_.recorder().set_polls(idle);
    const std::uint64_t now = core::monotonic_now();
    telemetry_.beat(now);
    if (region_) region_->beat(now);
    if (tape_region_) tape_region_->beat(now);
    const feed::MoldReceiver& receiver = wire_.receiver();
    side_copies_.answer(books_, receiver.next_sequence(), receiver.started() && !pipeline_->stale());
    show_progress();
    for (std::size_t line = 0; line < receiver.lines().count(); ++line) show_line(line);
    show_servers(receiver.servers());
  }

  void finish(const core::Idle& idle) noexcept override {
    if (progress_.finished.load(std::memory_order_relaxed)) return;
    housekeeping(idle);
    telemetry_.close();
    if (region_) region_->close();
    if (tape_region_) tape_region_->close();
    progress_.finished.store(true, std::memory_order_release);
  }

  void set_idle(core::IdleChoice choice, unsigned busy_loops, unsigned cores) noexcept override {
    telemetry_.recorder().set_idle(choice, busy_loops, cores);
  }

  [[nodiscard]] const FeedProgress& progress() const noexcept override { return progress_; }
  [[nodiscard]] std::string telemetry_path() const override { return telemetry_.path(); }
  [[nodiscard]] std::string books_path() const override { return region_ ? region_->path() : std::string(); }
  [[nodiscard]] SideCopies& side_copies() noexcept override { return side_copies_; }

  [[nodiscard]] const feed::BookSet& books() const noexcept override { return books_; }
  [[nodiscard]] const feed::MoldReceiver& receiver() const noexcept override { return wire_.receiver(); }
  [[nodiscard]] std::uint64_t refused_messages() const noexcept override { return pipeline_->refused_messages(); }
  [[nodiscard]] std::uint64_t kernel_drops(std::size_t line) const noexcept override { return wire_.kernel_drops(line); }
  [[nodiscard]] std::uint64_t now() const noexcept override { return wire_.now(); }
  [[nodiscard]] std::uint64_t damaged_frames() const noexcept override {
    if constexpr (requires { wire_.damaged_frames(); }) return wire_.damaged_frames();
    return 0;
  }
  [[nodiscard]] std::string snapshot_reason() const override {
    if constexpr (takes_snapshots) return wire_.join().reason();
    return {};
  }
  [[nodiscard]] const DigestCheck* digest_check() const noexcept override { return digests_ ? &digests_->check() : nullptr; }
  [[nodiscard]] std::optional<CaptureResult> capture() const override {
    if constexpr (requires { wire_.fault(); }) {
      return CaptureResult{.counters = wire_.counters(), .fault = wire_.fault(), .fault_offset = wire_.offset(), .lines = wire_.lines()};
    }
    return std::nullopt;
  }

 private:
  static constexpr std::uint32_t tape_prints = 1U << 16;
  static constexpr double digest_interval = 1e6;  // ns
  static constexpr std::uint64_t last_digests_limit = 2'000'000'000;
  static constexpr bool takes_snapshots = requires(const Source& source) { source.join(); };

  static feed::BookLimits limits_of(const FeedChannelConfig& config) noexcept {
    return {.maximum_orders = config.maximum_orders,
            .maximum_levels = std::min(config.maximum_orders, std::size_t{1} << 23),
            .maximum_locate = static_cast<std::uint16_t>(config.rows - 1),
            .market = config.market};
  }

  void make_region() {
    const regions::BooksDimensions dimensions{.instruments = config_.rows, .depth = config_.depth};
    const std::array<std::uint32_t, 2> words{config_.rows, config_.depth};
    region_.emplace(core::RegionFile::create(core::region_path(config_.name, "books"), regions::BooksLayout::size(dimensions),
                                             regions::layout_hash, regions::BooksLayout::region_id, words));
    region_->unlink_on_close(true);
    columns_.emplace(regions::BooksColumns::over(region_->base()));
    const std::array<std::uint32_t, 1> prints{tape_prints};
    tape_region_.emplace(core::RegionFile::create(core::region_path(config_.name, "trades"), regions::TradesLayout::size({tape_prints}),
                                                  regions::layout_hash, regions::TradesLayout::region_id, prints));
    tape_region_->unlink_on_close(true);
    tape_.emplace(regions::TradesColumns::over(tape_region_->base()));
  }

  void check_digests(bool took, std::uint64_t tsc) noexcept {
    const feed::MoldReceiver& receiver = std::as_const(wire_).receiver();
    const std::uint64_t epoch = receiver.counters().session_changes + receiver.counters().snapshots;
    if (took) digests_->applied(epoch, books_.touched(), receiver.next_sequence());
    if (tsc < next_digests_) return;
    next_digests_ = tsc + static_cast<std::uint64_t>(digest_interval / clock_.nanoseconds_per_tick());
    digests_->poll(receiver.session(), books_, receiver.next_sequence(), receiver.started() && !pipeline_->stale());
  }

  // At the end of its day a venue tells all its books once more, behind the end of the session.
  void end() noexcept {
    if (digests_ && digests_->check().counters().received != 0) {
      last_digests_until_ = core::monotonic_now() + last_digests_limit;
    } else {
      over_ = true;
    }
  }

  template <class T>
  static void show(std::atomic<T>& word, T value) noexcept {
    word.store(value, std::memory_order_relaxed);
  }

  void show_progress() noexcept {
    const feed::MoldReceiver& receiver = wire_.receiver();
    const feed::MoldReceiverCounters& counters = receiver.counters();
    const std::uint64_t now = wire_.now();
    show(progress_.packets, counters.packets);
    show(progress_.messages, counters.messages);
    show(progress_.gaps, counters.gaps_opened);
    show(progress_.heals, counters.gaps_healed + counters.gaps_bridged);
    show(progress_.messages_lost, counters.messages_lost);
    show(progress_.rerequests, counters.rerequests);
    show(progress_.next_sequence, receiver.next_sequence());
    show(progress_.known_end, receiver.known_end());
    show(progress_.delayed_nanoseconds, receiver.clock().delayed_nanoseconds(now));
    show(progress_.stale_nanoseconds, receiver.clock().stale_nanoseconds(now));
    show(progress_.state, pipeline_->state());
    show(progress_.started, receiver.started());
    show(progress_.snapshots, counters.snapshots);
    show(progress_.snapshot_wanted, receiver.snapshot_wanted());
    if constexpr (takes_snapshots) {
      show(progress_.snapshot_messages, wire_.join().messages());
      show(progress_.snapshot_failures, wire_.join().failures());
    }
    if (digests_) {
      show(progress_.digests_compared, digests_->check().counters().compared);
      show(progress_.digests_different, digests_->check().counters().different);
    }
    if constexpr (requires { wire_.size(); }) {
      show(progress_.offset, static_cast<std::uint64_t>(wire_.offset()));
      show(progress_.size, static_cast<std::uint64_t>(wire_.size()));
    }
  }

  void show_line(std::size_t line) noexcept {
    const feed::LineWatch& lines = wire_.receiver().lines();
    const feed::LineCounters& counters = lines.counters(line);
    LineProgress& out = progress_.lines[line];
    const std::uint64_t now = wire_.now();
    show(out.packets, counters.packets);
    show(out.messages, counters.messages);
    show(out.first_messages, counters.first_messages);
    show(out.duplicates, counters.duplicates);
    show(out.gaps, counters.gaps);
    show(out.messages_missed, counters.messages_missed);
    show(out.late, counters.late);
    show(out.silences, counters.silences);
    show(out.kernel_drops, wire_.kernel_drops(line));
    show(out.heard_ago, now > lines.heard_at(line) ? now - lines.heard_at(line) : 0);
    show(out.silent, lines.silent(line));
    show(progress_.line_count, static_cast<std::uint32_t>(lines.count()));
  }

  void show_servers(const feed::RerequestServers& servers) noexcept {
    for (std::size_t server = 0; server < servers.count(); ++server) {
      const feed::ServerCounters& counters = servers.counters(server);
      ServerProgress& out = progress_.servers[server];
      show(out.requests, counters.requests);
      show(out.answers, counters.answers);
      show(out.downs, counters.downs);
      show(out.down, servers.down(server));
    }
    show(progress_.server_count, servers.count());
  }

  FeedChannelConfig config_;
  const core::TscClock& clock_;
  Source wire_;  // what may be refused comes before what leaves a file behind
  feed::BookSet books_;
  core::TelemetryRegion telemetry_;
  std::optional<core::RegionFile> region_;
  std::optional<core::RegionFile> tape_region_;
  std::optional<regions::BooksColumns> columns_;
  std::optional<feed::TradeTape> tape_;
  std::optional<feed::FeedPipeline<Source>> pipeline_;
  std::optional<DigestWatch> digests_;
  std::uint64_t next_digests_ = 0;
  std::uint64_t last_digests_until_ = 0;  // ns, monotonic; 0: the session goes on
  bool over_ = false;
  FeedProgress progress_;
  SideCopies side_copies_;
};

}  // namespace hopwire::engine
