// Why: a trader is one thread that polls, lets a strategy work, and submits; this is everything on the native side of that thread.
// Owns: the region files (books, trades, hot loop, control, telemetry), the books, the order desk, risk, the flow's composer.
// `Source` brings packets (SocketWireIn, or a simulated one), `Session` takes orders and brings reports (OrderSession, or a simulated one).
//
// poll(): hops 1 to 3, then the venue's reports; touched rows and events are in the HotLoop region afterwards.
// submit(): hops 5 to 7 for the outbox. The kill word of the Control region is looked at on every poll.
//
// What can go wrong while running: the session ends -> session word 0, every new order is refused with `session_down`, books go on.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "core/affinity.hpp"
#include "core/clock.hpp"
#include "core/idle.hpp"
#include "core/region_file.hpp"
#include "core/telemetry_region.hpp"
#include "engine/order_desk.hpp"
#include "tick_to_trade/pipeline.hpp"

namespace hopwire::engine {

struct TraderInstrument {
  std::uint32_t id = 0;
  std::string symbol;
};

struct TraderConfig {
  std::string name;  // of the region files
  std::vector<TraderInstrument> instruments;
  std::uint32_t rows = 4096;  // largest stock locate + 1
  std::uint32_t depth = 10;
  std::size_t maximum_orders = 4'000'000;
  risk::RiskLimits risk;
  std::uint32_t account = 0;
  std::uint64_t first_order_counter = 1;
  std::string idle = "auto";
  unsigned busy_loops = 1;
  int core = -1;
};

// The files of a trader's regions, made before anything else so that a second trader of the same name is refused at once.
struct TraderRegions {
  static constexpr std::uint32_t events = 8192;
  static constexpr std::uint32_t intents = 1024;
  static constexpr std::uint32_t tape_prints = 1U << 16;

  explicit TraderRegions(const TraderConfig& config)
      : books(core::RegionFile::create(
            core::region_path(config.name, "books"), regions::BooksLayout::size({.instruments = config.rows, .depth = config.depth}),
            regions::layout_hash, regions::BooksLayout::region_id, std::array<std::uint32_t, 2>{config.rows, config.depth})),
        trades(core::RegionFile::create(core::region_path(config.name, "trades"), regions::TradesLayout::size({tape_prints}),
                                        regions::layout_hash, regions::TradesLayout::region_id,
                                        std::array<std::uint32_t, 1>{tape_prints})),
        hot_loop(core::RegionFile::create(
            core::region_path(config.name, "hotloop"),
            regions::HotLoopLayout::size({.instruments = config.rows, .events = events, .intents = intents}), regions::layout_hash,
            regions::HotLoopLayout::region_id, std::array<std::uint32_t, 3>{config.rows, events, intents})),
        control(core::RegionFile::create(core::region_path(config.name, "control"), regions::ControlLayout::size({}),
                                         regions::layout_hash, regions::ControlLayout::region_id, {})) {
    for (core::RegionFile* file : all()) file->unlink_on_close(true);
  }
  [[nodiscard]] std::array<core::RegionFile*, 4> all() noexcept { return {&books, &trades, &hot_loop, &control}; }

  core::RegionFile books;
  core::RegionFile trades;
  core::RegionFile hot_loop;
  core::RegionFile control;
};

template <class Source, class Session>
class TraderLoop {
 public:
  TraderLoop(const TraderConfig& config, core::TscClock& clock, core::TelemetryRegion& telemetry, Source& source, Session& session)
      : clock_(clock),
        telemetry_(telemetry),
        regions_(config),
        columns_(regions::HotLoopColumns::over(regions_.hot_loop.base())),
        control_(regions::ControlColumns::over(regions_.control.base())),
        book_columns_(regions::BooksColumns::over(regions_.books.base())),
        tape_(regions::TradesColumns::over(regions_.trades.base())),
        session_(session),
        books_({.maximum_orders = config.maximum_orders,
                .maximum_levels = config.maximum_orders / 2 + 1024,
                .maximum_locate = static_cast<std::uint16_t>(config.rows - 1)}),
        feed_(source, books_, telemetry.recorder(), &book_columns_, config.depth),
        risk_(config.risk, config.rows),
        gate_(risk_),
        desk_(risk_, columns_, config.rows, config.first_order_counter),
        pipeline_(feed_, books_, gate_, session, clock, telemetry.recorder(), config.account),
        idle_choice_(core::Idle::choose(config.idle, config.busy_loops, core::available_cores())),
        idle_(idle_choice_.mode),
        mapped_(config.rows, false),
        housekeeping_ticks_(static_cast<std::uint64_t>(20e6 / clock.nanoseconds_per_tick())) {
    feed_.set_tape(&tape_);
    if (config.core >= 0) (void)core::pin_thread(config.core);
    for (const TraderInstrument& instrument : config.instruments) ids_.emplace_back(key_of(instrument.symbol), instrument.id);
    std::sort(ids_.begin(), ids_.end());
    telemetry.recorder().set_idle(idle_choice_, config.busy_loops, core::available_cores());
  }

  // Returns touched rows plus events, and one more when stale or end of session changed.
  std::uint32_t poll() noexcept {
    const std::uint64_t began = core::Tsc::now();
    obey_control();
    const std::size_t datagrams = pipeline_.poll();
    hand_over_books();
    const std::size_t reports = session_.poll(began, [this](const feed::ExecutionReport& report) { take_report(report); });
    const bool changed = update_words();
    if (began >= next_housekeeping_) housekeeping(began);
    idle_.poll_result(datagrams + reports != 0);
    return word(words::HotLoopWord::touched_count) + word(words::HotLoopWord::event_count) + (changed ? 1 : 0);
  }

  // Returns orders sent; what the kernel has not taken yet leaves with a later flush.
  std::uint32_t submit() noexcept {
    pipeline_.begin_signal();
    desk_.clear_events();  // seen by now; refusals of this submit are told by the next poll
    if (killed_) word(words::HotLoopWord::intent_count) = 0;
    core::HopRecorder& recorder = telemetry_.recorder();
    if (const std::uint32_t intents = word(words::HotLoopWord::intent_count); intents != 0)
      recorder.add(counters::Counter::intents_received, intents);
    std::size_t sent = 0;
    desk_.take_intents([&](const feed::OrderIntent& intent) noexcept { sent += send(intent) ? 1 : 0; });
    return static_cast<std::uint32_t>(pipeline_.release(sent));
  }

  [[nodiscard]] const feed::BookSet& books() const noexcept { return books_; }
  [[nodiscard]] TraderRegions& regions() noexcept { return regions_; }
  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return feed_.next_sequence(); }
  [[nodiscard]] bool ended() const noexcept { return feed_.ended(); }
  [[nodiscard]] std::size_t open_orders() const noexcept { return desk_.open_orders(); }
  [[nodiscard]] std::uint64_t inconsistencies() const noexcept {
    const feed::BookCounters& counters = books_.counters();
    return counters.duplicate_references + counters.over_reductions + counters.beyond_limits + counters.all_orphans() +
           feed_.refused_messages();
  }

  void close() noexcept {
    publish_counters();
    session_.close([this](const feed::ExecutionReport& report) { take_report(report); });
    for (core::RegionFile* file : regions_.all()) file->close();
  }

 private:
  [[nodiscard]] std::uint32_t& word(words::HotLoopWord which) noexcept { return word_of(columns_, which); }
  [[nodiscard]] std::uint32_t control(words::ControlWord which) const noexcept {
    return std::atomic_ref<std::uint32_t>(control_.stop[static_cast<std::size_t>(which)]).load(std::memory_order_relaxed);
  }

  [[nodiscard]] static std::uint64_t key_of(std::string_view symbol) noexcept {
    std::array<char, 8> padded;
    padded.fill(' ');
    std::memcpy(padded.data(), symbol.data(), std::min(symbol.size(), padded.size()));
    std::uint64_t key = 0;
    std::memcpy(&key, padded.data(), sizeof key);
    return key;
  }

  void obey_control() noexcept {
    if (!killed_ && control(words::ControlWord::kill) != 0) {
      killed_ = mass_cancel_due_ = true;
      risk_.set_killed(true);
      word(words::HotLoopWord::killed) = 1;
    }
    if (mass_cancel_due_ && session_.established()) pull_all();
  }

  // Asked again on each poll until it has left: a full send buffer does not excuse it.
  void pull_all() noexcept {
    desk_.pull_all([this](const feed::OrderIntent& intent) noexcept {
      if (pipeline_.send(intent) != hops::RiskReason::none) return;
      mass_cancel_due_ = false;
      telemetry_.recorder().add(counters::Counter::cancels_sent);
      pipeline_.release(1);
    });
  }

  void hand_over_books() noexcept {
    if (feed_.session_changes() != sessions_) unmap_instruments();
    std::uint32_t count = 0;
    for (const std::uint16_t locate : books_.touched()) {
      if (!mapped_[locate]) map_instrument(locate);
      columns_.touched[count++] = locate;
    }
    word(words::HotLoopWord::touched_count) = count;
    for (const feed::TradePrint& trade : books_.trades()) {
      desk_.add_trade(trade.locate, trade.side, trade.price,
                      static_cast<std::uint32_t>(std::min<std::uint64_t>(trade.shares, 0xFFFFFFFFu)));
    }
  }

  // Locates are the day's: what they named in the session before means nothing now.
  void unmap_instruments() noexcept {
    sessions_ = feed_.session_changes();
    for (std::size_t row = 0; row < mapped_.size(); ++row) {
      if (!mapped_[row]) continue;
      mapped_[row] = false;
      desk_.forget_instrument(static_cast<std::uint16_t>(row));
      book_columns_.instrument_id[row] = 0;
    }
  }

  // The day's locate of an instrument we may trade becomes known with the first message that names its symbol.
  void map_instrument(std::uint16_t locate) noexcept {
    if (!books_.known(locate)) return;
    mapped_[locate] = true;
    const std::uint64_t key = key_of(books_.symbol(locate));
    const auto found = std::lower_bound(ids_.begin(), ids_.end(), std::pair<std::uint64_t, std::uint32_t>{key, 0});
    if (found == ids_.end() || found->first != key) return;
    desk_.set_instrument(locate, found->second);
    book_columns_.instrument_id[locate] = found->second;
  }

  void take_report(const feed::ExecutionReport& report) noexcept {
    using counters::Counter;
    core::HopRecorder& recorder = telemetry_.recorder();
    if (report.kind == feed::ReportKind::executed) {
      recorder.add(Counter::fills);
      recorder.add(Counter::filled_quantity, report.quantity);
    } else if (report.kind == feed::ReportKind::accepted) {
      recorder.add(Counter::orders_accepted);
    } else if (report.kind == feed::ReportKind::rejected || report.kind == feed::ReportKind::cancel_rejected) {
      recorder.add(Counter::orders_rejected);
    }
    desk_.apply(report);
  }

  [[nodiscard]] bool send(const feed::OrderIntent& intent) noexcept {
    using counters::Counter;
    core::HopRecorder& recorder = telemetry_.recorder();
    if (const hops::RiskReason reason = pipeline_.send(intent); reason != hops::RiskReason::none) {
      recorder.add(Counter::intents_refused);
      desk_.refused(intent, reason);
      return false;
    }
    recorder.add(intent.kind == feed::OrderIntentKind::new_order       ? Counter::orders_sent
                 : intent.kind == feed::OrderIntentKind::replace_order ? Counter::replaces_sent
                                                                       : Counter::cancels_sent);
    return true;
  }

  bool update_words() noexcept {
    const std::uint32_t stale = feed_.stale() ? 1 : 0;
    const std::uint32_t delayed = feed_.state() == feed::ChannelState::delayed ? 1 : 0;
    const std::uint32_t ended = feed_.ended() ? 1 : 0;
    const bool changed = stale != word(words::HotLoopWord::stale) || ended != word(words::HotLoopWord::end_of_session);
    word(words::HotLoopWord::stale) = stale;
    word(words::HotLoopWord::delayed) = delayed;
    word(words::HotLoopWord::end_of_session) = ended;
    word(words::HotLoopWord::session_up) = session_.established() ? 1 : 0;
    word(words::HotLoopWord::open_orders) = static_cast<std::uint32_t>(desk_.open_orders());
    const std::uint64_t sequence = feed_.next_sequence();
    word(words::HotLoopWord::sequence_low) = static_cast<std::uint32_t>(sequence);
    word(words::HotLoopWord::sequence_high) = static_cast<std::uint32_t>(sequence >> 32);
    gate_.set_session_up(session_.established());
    return changed;
  }

  void housekeeping(std::uint64_t now_tsc) noexcept {
    next_housekeeping_ = now_tsc + housekeeping_ticks_;
    clock_.recalibrate_offset();
    const std::uint64_t now = core::monotonic_now();
    telemetry_.beat(now);
    for (core::RegionFile* file : regions_.all()) file->beat(now);
    publish_counters();
  }

  void publish_counters() noexcept {
    feed_.publish_counters(clock_.steady(core::Tsc::now()));
    telemetry_.recorder().set_polls(idle_);
  }

  core::TscClock& clock_;
  core::TelemetryRegion& telemetry_;
  TraderRegions regions_;
  regions::HotLoopColumns columns_;
  regions::ControlColumns control_;
  regions::BooksColumns book_columns_;
  feed::TradeTape tape_;
  Session& session_;
  feed::BookSet books_;
  feed::FeedPipeline<Source> feed_;
  risk::PreTradeRisk risk_;
  feed::RiskGate gate_;
  OrderDesk desk_;
  feed::Pipeline<Source, Session> pipeline_;
  core::IdleChoice idle_choice_;
  core::Idle idle_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> ids_;  // padded symbol -> order-entry id, sorted
  std::vector<bool> mapped_;
  std::uint64_t sessions_ = 0;
  std::uint64_t housekeeping_ticks_;
  std::uint64_t next_housekeeping_ = 0;
  bool killed_ = false;
  bool mass_cancel_due_ = false;
};

}  // namespace hopwire::engine
