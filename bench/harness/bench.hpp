// The frame of a native benchmark. One program per X.bench.cpp:
//
//   #include "harness/bench.hpp"
//   BENCH("apply a day of orders") {
//     Book book;                                          // set-up is not measured
//     const auto operations = bench.size(2'000, 2'000'000);  // smoke size, full size
//     bench.measure(operations, [&] { ...; return digest; });  // the body returns a hash of its result
//   }
//
// Each body runs several rounds; the best, middle and worst round are printed, never a mean. Every round must return the same hash, else
// the benchmark is void: work that is not checked may have been skipped or optimised away. Output is one JSON object per case and line;
// bench/run.ts reads it.
//
//   measure_prepared()   puts things back to where a round begins, outside the clock
//   measure_in_turns()   runs two bodies A B A B and gives the middle of the rounds' ratios: the only way to compare on a machine whose
//                        speed changes by the minute
//   measure_all_in_turns()  the same for any number of bodies, each with what it needs before the clock starts and a check after it stops
//   distribution()       single events by percentile
//   progress()           what it is at, shown while it runs
//   fact()               a number that is printed with the next case
//   must_not_allocate()  from then on one allocation in a measured round is a failure (operator new is replaced and counts)
//   on_core_ns           a fact of every case: what an operation took of the measuring thread's own time on a core, middle round. Where it
//                        lies well below the middle round by the wall, the machine was busy with other things.
#pragma once

#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/distribution.hpp"

namespace hopwire::bench {

inline std::atomic<std::uint64_t> allocation_count{0};

class Bench {
 public:
  Bench(std::string name, bool smoke, std::string file) : name_(std::move(name)), file_(std::move(file)), smoke_(smoke) {}

  bool smoke() const { return smoke_; }
  std::uint64_t size(std::uint64_t small, std::uint64_t full) const { return smoke_ ? small : full; }
  // The --file argument, empty when none was given.
  const std::string& file() const { return file_; }
  bool failed() const { return failed_; }
  std::uint32_t cases() const { return cases_; }

  // What the benchmark is at, for whoever waits for its next case.
  void progress(std::string_view text) const {
    if (smoke_) return;
    std::printf("{\"progress\":\"%.*s\"}\n", static_cast<int>(text.size()), text.data());
    std::fflush(stdout);
  }

  // From here on an allocation in a measured round is a failure.
  void must_not_allocate() { may_allocate_ = false; }

  // A number that belongs to the next case and is printed with it.
  void fact(std::string_view name, double value) {
    char text[96];
    std::snprintf(text, sizeof(text), "%s\"%.*s\":%.10g", facts_.empty() ? "" : ",", static_cast<int>(name.size()), name.data(), value);
    facts_ += text;
  }

  // Measures body, which does `operations` operations and returns a hash of what came out. `label` tells several measurements apart.
  template <class Body>
  void measure(std::uint64_t operations, Body&& body, std::string_view label = "") {
    measure_prepared(operations, [] {}, body, label);
  }

  // prepare() runs before every round, outside the clock.
  template <class Prepare, class Body>
  void measure_prepared(std::uint64_t operations, Prepare&& prepare, Body&& body, std::string_view label = "") {
    Series series;
    for (int round = 0; round < rounds(); ++round) {
      prepare();
      run_round(series, operations, body);
    }
    print(series, operations, label);
  }

  // Two bodies in turns, which must come to the same result. The second case carries "ratio": its time over the first's, middle of rounds.
  template <class First, class Second>
  void measure_in_turns(std::uint64_t operations, std::string_view first_label, First&& first, std::string_view second_label,
                        Second&& second) {
    Series a;
    Series b;
    for (int round = 0; round < rounds(); ++round) {
      run_round(a, operations, first);
      run_round(b, operations, second);
    }
    const double ratio = middle_ratio(b.nanoseconds, a.nanoseconds);
    print(a, operations, first_label);
    fact("ratio", ratio);
    print(b, operations, second_label);
    if (a.hash != b.hash) fail("the two bodies do not come to the same result");
  }

  // One of several ways to the same result: prepare() and hash() are outside the clock, which runs for body() alone.
  struct Turn {
    std::string label;
    std::function<void()> prepare;
    std::function<void()> body;
    std::function<std::uint64_t()> hash;
    std::function<void()> facts = [] {};  // states what is to be printed with the case, when all rounds are over
  };

  // All of them in turns, `rounds` times. Every case but the first carries "ratio": its time over the first's, middle of rounds. Results
  // need not agree with each other, only round by round.
  void measure_all_in_turns(std::uint64_t operations, int rounds, const std::vector<Turn>& turns) {
    std::vector<Series> series(turns.size());
    for (int round = 0; round < rounds; ++round) {
      for (std::size_t i = 0; i < turns.size(); ++i) {
        if (rounds > 1) progress("round " + std::to_string(round + 1) + " of " + std::to_string(rounds) + ", " + turns[i].label);
        turns[i].prepare();
        run_round(series[i], operations, turns[i].body, turns[i].hash);
      }
    }
    for (std::size_t i = 0; i < turns.size(); ++i) {
      turns[i].facts();
      if (i != 0) fact("ratio", middle_ratio(series[i].nanoseconds, series[0].nanoseconds));
      print(series[i], operations, turns[i].label);
    }
  }

  // Single events by percentile. `hash` is of what they came to.
  void distribution(std::string_view label, const Distribution& events, std::uint64_t hash) {
    if (events.count() == 0) return fail("nothing was recorded");
    begin_case(label, events.count());
    std::printf(",\"percentiles_ns\":{\"p50\":%.0f,\"p99\":%.0f,\"p99.9\":%.0f,\"p99.99\":%.0f,\"max\":%.0f}", events.percentile(50),
                events.percentile(99), events.percentile(99.9), events.percentile(99.99), events.maximum());
    end_case(hash, true);
  }

  // A benchmark that finds its own result wrong says so.
  void fail(std::string_view reason) {
    std::fprintf(stderr, "%s: %.*s\n", name_.c_str(), static_cast<int>(reason.size()), reason.data());
    failed_ = true;
  }

 private:
  struct Series {
    std::vector<double> nanoseconds;  // an operation, in the order of the rounds
    std::vector<double> on_core;      // the same of this thread's own time on a core
    std::uint64_t hash = 0;
    std::uint64_t allocations = 0;  // of the worst round
    bool hashes_agree = true;
  };

  int rounds() const { return smoke_ ? 2 : 9; }

  template <class Body>
  void run_round(Series& series, std::uint64_t operations, Body& body) {
    std::uint64_t hash = 0;
    run_round(series, operations, [&] { hash = body(); }, [&] { return hash; });
  }

  template <class Body, class Hash>
  void run_round(Series& series, std::uint64_t operations, const Body& body, const Hash& hash_of) {
    using Clock = std::chrono::steady_clock;
    const std::uint64_t allocations_before = allocation_count.load(std::memory_order_relaxed);
    const auto started = Clock::now();
    const double on_core_before = on_core_ns();
    body();
    const double on_core = on_core_ns() - on_core_before;
    const auto took = std::chrono::duration<double, std::nano>(Clock::now() - started).count();
    series.allocations = std::max(series.allocations, allocation_count.load(std::memory_order_relaxed) - allocations_before);
    const std::uint64_t hash = hash_of();
    if (!series.nanoseconds.empty() && hash != series.hash) series.hashes_agree = false;
    series.hash = hash;
    series.nanoseconds.push_back(took / static_cast<double>(operations));
    series.on_core.push_back(on_core / static_cast<double>(operations));
  }

  // Of two series measured in turns: the middle of the rounds' ratios.
  static double middle_ratio(const std::vector<double>& of, const std::vector<double>& over) {
    std::vector<double> ratios;
    for (std::size_t round = 0; round < of.size(); ++round) ratios.push_back(of[round] / over[round]);
    std::sort(ratios.begin(), ratios.end());
    return ratios[ratios.size() / 2];
  }

  static double on_core_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
  }

  void print(Series& series, std::uint64_t operations, std::string_view label) {
    std::vector<double> sorted = series.nanoseconds;
    std::sort(sorted.begin(), sorted.end());
    std::sort(series.on_core.begin(), series.on_core.end());
    fact("on_core_ns", std::round(series.on_core[series.on_core.size() / 2] * 10) / 10);
    begin_case(label, operations);
    std::printf(",\"ns_per_operation\":{\"best\":%.2f,\"middle\":%.2f,\"worst\":%.2f},\"allocations_per_operation\":%.6f", sorted.front(),
                sorted[sorted.size() / 2], sorted.back(), static_cast<double>(series.allocations) / static_cast<double>(operations));
    end_case(series.hash, series.hashes_agree);
    if (!series.hashes_agree) fail("the rounds do not come to the same result");
    if (!may_allocate_ && series.allocations != 0) fail("a measured round allocated");
  }

  void begin_case(std::string_view label, std::uint64_t operations) {
    std::printf("{\"case\":\"%s%s%.*s\",\"operations\":%llu", name_.c_str(), label.empty() ? "" : ": ", static_cast<int>(label.size()),
                label.data(), static_cast<unsigned long long>(operations));
  }

  void end_case(std::uint64_t hash, bool valid) {
    std::printf(",\"facts\":{%s},\"result_hash\":\"%016llx\",\"valid\":%s}\n", facts_.c_str(), static_cast<unsigned long long>(hash),
                valid ? "true" : "false");
    std::fflush(stdout);
    facts_.clear();
    ++cases_;
  }

  std::string name_;
  std::string file_;
  std::string facts_;
  bool smoke_;
  bool may_allocate_ = true;
  bool failed_ = false;
  std::uint32_t cases_ = 0;
};

struct Entry {
  const char* name;
  void (*body)(Bench&);
};

inline std::vector<Entry>& entries() {
  static std::vector<Entry> all;
  return all;
}

struct Registration {
  Registration(const char* name, void (*body)(Bench&)) { entries().push_back({name, body}); }
};

inline int run_all(int argument_count, char** arguments) {
  bool smoke = false;
  std::string file;
  for (int i = 1; i < argument_count; ++i) {
    if (std::strcmp(arguments[i], "--smoke") == 0) {
      smoke = true;
    } else if (std::strcmp(arguments[i], "--file") == 0 && i + 1 < argument_count) {
      file = arguments[++i];
    } else {
      std::fprintf(stderr, "usage: %s [--smoke] [--file F]\n", arguments[0]);
      return 2;
    }
  }
  bool failed = entries().empty();
  for (const Entry& entry : entries()) {
    Bench bench(entry.name, smoke, file);
    entry.body(bench);
    failed = failed || bench.failed() || bench.cases() == 0;
  }
  return failed ? 1 : 0;
}

}  // namespace hopwire::bench

#define BENCH(name)                                                                  \
  static void hopwire_bench_body(::hopwire::bench::Bench& bench);                    \
  static const ::hopwire::bench::Registration hopwire_bench_registration{name, &hopwire_bench_body}; \
  static void hopwire_bench_body(::hopwire::bench::Bench& bench)
