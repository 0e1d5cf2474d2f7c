// Why: every hop of both flows is measured the same way, and what is measured is read by others while it grows. What: one histogram per hop
// and the process's counters, written straight into the columns of a Telemetry region (or into private memory of the same shape).
//
// Owner: the thread that runs the flow; nobody else writes. A record costs about 3 ns beside the two TSC reads it is given. What can go
// wrong: a negative interval (a kernel stamp set against the TSC within its error bound) counts as 0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/clock.hpp"
#include "core/hdr.hpp"
#include "core/idle.hpp"
#include "generated/counters.hpp"
#include "generated/hops.hpp"
#include "generated/regions.hpp"
#include "generated/words.hpp"

namespace hopwire::core {

inline constexpr regions::TelemetryDimensions telemetry_dimensions{
    .counters = static_cast<std::uint32_t>(counters::counter_count),
    .histograms = static_cast<std::uint32_t>(hops::hop_count),
    .buckets = static_cast<std::uint32_t>(Histogram::bucket_count),
};

class HopRecorder {
 public:
  // `columns` have telemetry_dimensions. Every hop begins with the TSC as its stamp source.
  HopRecorder(const regions::TelemetryColumns& columns, const TscClock& clock) noexcept : columns_(columns), clock_(clock) {
    for (std::size_t hop = 0; hop < histograms_.size(); ++hop) {
      histograms_[hop] = Histogram(columns.histogram_counts + hop * Histogram::bucket_count, &columns.histogram_total[hop],
                                   &columns.histogram_min[hop], &columns.histogram_max[hop]);
      columns.stamp_source[hop] = static_cast<std::uint32_t>(hops::StampSource::user_tsc);
    }
    set_word(words::TelemetryWord::stamp_error_bound, clock.error_bound());
  }

  // `messages` is how many messages the interval covers: one stamp per packet, many messages.
  void record(hops::Hop hop, std::uint64_t tsc_from, std::uint64_t tsc_to, std::uint32_t messages = 1) noexcept {
    record_nanoseconds(hop, tsc_to > tsc_from ? clock_.nanoseconds(tsc_to - tsc_from) : 0, messages);
  }
  void record_nanoseconds(hops::Hop hop, std::uint64_t nanoseconds, std::uint32_t messages = 1) noexcept {
    const auto slot = static_cast<std::size_t>(hop);
    histograms_[slot].record(nanoseconds);
    columns_.histogram_messages[slot] += messages;
  }

  // For a writer of this thread that records a hop's values itself.
  [[nodiscard]] Histogram histogram(hops::Hop hop) const noexcept { return histograms_[static_cast<std::size_t>(hop)]; }

  void add(counters::Counter counter, double amount = 1) noexcept { at(counter) += amount; }
  void set(counters::Counter counter, double value) noexcept { at(counter) = value; }
  void maximum(counters::Counter counter, double value) noexcept {
    if (value > at(counter)) at(counter) = value;
  }
  [[nodiscard]] double value(counters::Counter counter) const noexcept { return columns_.counter[static_cast<std::size_t>(counter)]; }

  void set_source(hops::Hop hop, hops::StampSource source) noexcept {
    columns_.stamp_source[static_cast<std::size_t>(hop)] = static_cast<std::uint32_t>(source);
  }
  void set_word(words::TelemetryWord word, std::uint32_t value) noexcept { columns_.word[static_cast<std::size_t>(word)] = value; }
  // How this process waits, and why: every report carries it, and budgets are not judged on yielding cores.
  void set_idle(const IdleChoice& choice, std::uint32_t busy_loops, std::uint32_t cores) noexcept {
    set_word(words::TelemetryWord::idle_mode, static_cast<std::uint32_t>(choice.mode));
    set_word(words::TelemetryWord::idle_reason, static_cast<std::uint32_t>(choice.reason));
    set_word(words::TelemetryWord::busy_loops, busy_loops);
    set_word(words::TelemetryWord::cores, cores);
  }
  // Every few thousand duty cycles: the loop counts in its own registers.
  void set_polls(const Idle& idle) noexcept {
    set(counters::Counter::empty_polls, static_cast<double>(idle.empty_polls()));
    set(counters::Counter::busy_polls, static_cast<double>(idle.busy_polls()));
  }

  [[nodiscard]] const regions::TelemetryColumns& columns() const noexcept { return columns_; }
  [[nodiscard]] const TscClock& clock() const noexcept { return clock_; }

 private:
  [[nodiscard]] double& at(counters::Counter counter) noexcept { return columns_.counter[static_cast<std::size_t>(counter)]; }

  regions::TelemetryColumns columns_;
  const TscClock& clock_;
  std::array<Histogram, hops::hop_count> histograms_;
};

}  // namespace hopwire::core
