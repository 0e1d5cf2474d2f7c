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
// the benchmark is void: work that is not checked may have been skipped or optimised away. Allocations are counted by replacing operator
// new in this program. Output is one JSON object per case and line; bench/run.ts reads it.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <vector>

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

  // Measures body, which does `operations` operations and returns a hash of what came out. `label` tells several measurements apart.
  template <class Body>
  void measure(std::uint64_t operations, Body&& body, std::string_view label = "") {
    using Clock = std::chrono::steady_clock;
    const int rounds = smoke_ ? 2 : 9;
    std::vector<double> nanoseconds;
    std::uint64_t hash = 0;
    std::uint64_t allocations = 0;
    bool hashes_agree = true;
    for (int round = 0; round < rounds; ++round) {
      const std::uint64_t allocations_before = allocation_count.load(std::memory_order_relaxed);
      const auto started = Clock::now();
      const std::uint64_t round_hash = body();
      const auto took = std::chrono::duration<double, std::nano>(Clock::now() - started).count();
      allocations = allocation_count.load(std::memory_order_relaxed) - allocations_before;
      if (round > 0 && round_hash != hash) hashes_agree = false;
      hash = round_hash;
      nanoseconds.push_back(took / static_cast<double>(operations));
    }
    std::sort(nanoseconds.begin(), nanoseconds.end());
    const double per_operation = static_cast<double>(allocations) / static_cast<double>(operations);
    std::printf(
        "{\"case\":\"%s%s%.*s\",\"operations\":%llu,\"ns_per_operation\":{\"best\":%.2f,\"middle\":%.2f,\"worst\":%.2f},"
        "\"allocations_per_operation\":%.6f,\"result_hash\":\"%016llx\",\"valid\":%s}\n",
        name_.c_str(), label.empty() ? "" : ": ", static_cast<int>(label.size()), label.data(), static_cast<unsigned long long>(operations),
        nanoseconds.front(), nanoseconds[nanoseconds.size() / 2], nanoseconds.back(), per_operation,
        static_cast<unsigned long long>(hash), hashes_agree ? "true" : "false");
    std::fflush(stdout);
    ++cases_;
    if (!hashes_agree) failed_ = true;
  }

  // A benchmark that finds its own result wrong says so.
  void fail(std::string_view reason) {
    std::fprintf(stderr, "%s: %.*s\n", name_.c_str(), static_cast<int>(reason.size()), reason.data());
    failed_ = true;
  }

 private:
  std::string name_;
  std::string file_;
  bool smoke_;
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
