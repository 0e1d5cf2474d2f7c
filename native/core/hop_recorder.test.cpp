#include "core/hop_recorder.hpp"

#include "core/hdr_read.hpp"
#include "core/telemetry_region.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using core::TelemetryMemory;
using counters::Counter;
using hops::Hop;

TEST("hop recorder: intervals land in their hop's histogram, with the messages behind them") {
  const core::TscClock clock(0.001);
  TelemetryMemory telemetry(clock);
  core::HopRecorder& recorder = telemetry.recorder();
  recorder.record_nanoseconds(Hop::tick_to_trade_book, 420, 7);
  recorder.record_nanoseconds(Hop::tick_to_trade_book, 500);
  const std::uint64_t start = core::Tsc::now();
  recorder.record(Hop::tick_to_trade_decode, start, start + 10'000);

  const auto columns = telemetry.columns();
  const auto book = static_cast<std::size_t>(Hop::tick_to_trade_book);
  CHECK_EQ(columns.histogram_total[book], 2.0);
  CHECK_EQ(columns.histogram_messages[book], 8.0);
  CHECK_EQ(columns.histogram_min[book], 420.0);
  CHECK_EQ(columns.histogram_max[book], 500.0);
  CHECK_EQ(core::hdr::value_at_percentile(telemetry.counts(Hop::tick_to_trade_book), 50), 420u);
  CHECK_EQ(core::hdr::value_at_percentile(telemetry.counts(Hop::tick_to_trade_decode), 50),
           core::hdr::highest_at(core::hdr::index_of(clock.nanoseconds(10'000))));
  CHECK_EQ(core::hdr::total_count(telemetry.counts(Hop::tick_to_trade_signal)), 0u);
}

TEST("hop recorder: a negative interval counts as nothing waited") {
  const core::TscClock clock(0.001);
  TelemetryMemory telemetry(clock);
  const std::uint64_t now = core::Tsc::now();
  telemetry.recorder().record(Hop::tick_to_trade_wire_in, now, now - 5'000);
  CHECK_EQ(telemetry.counts(Hop::tick_to_trade_wire_in)[0], 1u);
}

TEST("hop recorder: counters, stamp sources and words") {
  const core::TscClock clock(0.001);
  TelemetryMemory telemetry(clock);
  core::HopRecorder& recorder = telemetry.recorder();
  recorder.add(Counter::trades);
  recorder.add(Counter::trades, 4);
  recorder.set(Counter::kernel_drops, 9);
  recorder.maximum(Counter::max_duty_cycle, 100);
  recorder.maximum(Counter::max_duty_cycle, 50);
  CHECK_EQ(recorder.value(Counter::trades), 5.0);
  CHECK_EQ(recorder.value(Counter::kernel_drops), 9.0);
  CHECK_EQ(recorder.value(Counter::max_duty_cycle), 100.0);

  recorder.set_source(Hop::tick_to_trade_wire_in, hops::StampSource::kernel_software);
  recorder.set_idle({hops::IdleMode::yield, hops::IdleReason::cores_short}, 3, 2);
  core::Idle idle(hops::IdleMode::spin);
  idle.poll_result(true);
  recorder.set_polls(idle);
  const auto columns = telemetry.columns();
  CHECK_EQ(columns.stamp_source[static_cast<std::size_t>(Hop::tick_to_trade_wire_in)],
           static_cast<std::uint32_t>(hops::StampSource::kernel_software));
  CHECK_EQ(columns.stamp_source[static_cast<std::size_t>(Hop::tick_to_trade_book)],
           static_cast<std::uint32_t>(hops::StampSource::user_tsc));
  CHECK_EQ(columns.word[static_cast<std::size_t>(words::TelemetryWord::idle_mode)], static_cast<std::uint32_t>(hops::IdleMode::yield));
  CHECK_EQ(columns.word[static_cast<std::size_t>(words::TelemetryWord::busy_loops)], 3u);
  CHECK_EQ(columns.word[static_cast<std::size_t>(words::TelemetryWord::cores)], 2u);
  CHECK_EQ(columns.word[static_cast<std::size_t>(words::TelemetryWord::stamp_error_bound)], clock.error_bound());
  CHECK_EQ(recorder.value(Counter::busy_polls), 1.0);
}
