// The main function of the one native test binary. Runs every registered test in file order, in one process, and ends with the line
// "N passed, N failed, N skipped". Exit status: 0 all passed, 1 a failure or nothing ran, 2 a wrong argument.
//
// A test that hangs is ended by whoever started the runner (tools/native_tests.ts has the limit); the name of the running test is
// flushed first under --verbose, so the culprit is on the screen.
#include "test_support/test.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <mutex>

namespace hopwire::test {

namespace {
std::atomic<unsigned> failures_in_test{0};
std::mutex print_mutex;
}  // namespace

std::vector<Case>& registry() {
  static std::vector<Case> cases;
  return cases;
}

void report_failure(const char* file, int line, const std::string& text) {
  failures_in_test.fetch_add(1);
  const std::lock_guard<std::mutex> lock(print_mutex);
  std::printf("    %s:%d: %s\n", file, line, text.c_str());
}

namespace {

enum class Outcome { passed, failed, skipped };

Outcome run(const Case& test, bool verbose) {
  using Clock = std::chrono::steady_clock;
  failures_in_test = 0;
  if (verbose) {
    std::printf("run  %s\n", test.name);
    std::fflush(stdout);
  }
  const auto started = Clock::now();
  std::string skip_reason;
  try {
    test.body();
  } catch (const Stop&) {
    // REQUIRE has already reported itself.
  } catch (const Skipped& skipped) {
    skip_reason = skipped.reason;
  } catch (const std::exception& error) {
    report_failure(test.file, test.line, std::string("threw ") + error.what());
  } catch (...) {
    report_failure(test.file, test.line, "threw something that is not a std::exception");
  }
  const auto took_ms = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started).count();
  if (failures_in_test > 0) {
    std::printf("FAIL %s (%s:%d)\n", test.name, test.file, test.line);
    return Outcome::failed;
  }
  if (!skip_reason.empty()) {
    std::printf("skip %s: %s\n", test.name, skip_reason.c_str());
    return Outcome::skipped;
  }
  if (verbose || took_ms >= 2000) std::printf("ok   %s (%lld ms)\n", test.name, static_cast<long long>(took_ms));
  return Outcome::passed;
}

}  // namespace
}  // namespace hopwire::test

int main(int argument_count, char** arguments) {
  using namespace hopwire::test;
  std::string_view filter;
  bool verbose = false;
  bool list = false;
  for (int i = 1; i < argument_count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--filter" && i + 1 < argument_count) {
      filter = arguments[++i];
    } else if (argument == "--verbose") {
      verbose = true;
    } else if (argument == "--list") {
      list = true;
    } else {
      std::fprintf(stderr, "usage: %s [--filter TEXT] [--verbose] [--list]\n", arguments[0]);
      return 2;
    }
  }
  std::vector<Case>& cases = registry();
  std::stable_sort(cases.begin(), cases.end(), [](const Case& a, const Case& b) {
    const int order = std::strcmp(a.file, b.file);
    return order != 0 ? order < 0 : a.line < b.line;
  });
  unsigned passed = 0;
  unsigned failed = 0;
  unsigned skipped = 0;
  for (const Case& test : cases) {
    const bool wanted = filter.empty() || std::string_view(test.name).find(filter) != std::string_view::npos ||
                        std::string_view(test.file).find(filter) != std::string_view::npos;
    if (!wanted) continue;
    if (list) {
      std::printf("%s (%s:%d)\n", test.name, test.file, test.line);
      continue;
    }
    switch (run(test, verbose)) {
      case Outcome::passed: ++passed; break;
      case Outcome::failed: ++failed; break;
      case Outcome::skipped: ++skipped; break;
    }
    std::fflush(stdout);
  }
  if (list) return 0;
  std::printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
  return failed == 0 && passed + skipped > 0 ? 0 : 1;
}
