#include "core/idle.hpp"

#include "test_support/test.hpp"

using namespace hopwire;
using core::Idle;

TEST("idle: spins when every busy loop has a core, else yields; configuration is obeyed and named") {
  struct Row {
    const char* requested;
    unsigned loops, cores;
    hops::IdleMode mode;
    hops::IdleReason reason;
  };
  const Row rows[] = {
      {"auto", 2, 2, hops::IdleMode::spin, hops::IdleReason::cores_free},
      {"auto", 3, 2, hops::IdleMode::yield, hops::IdleReason::cores_short},
      {"", 1, 1, hops::IdleMode::spin, hops::IdleReason::cores_free},
      {"spin", 9, 1, hops::IdleMode::spin, hops::IdleReason::forced},
      {"yield", 1, 64, hops::IdleMode::yield, hops::IdleReason::forced},
      {"adaptive", 9, 1, hops::IdleMode::adaptive, hops::IdleReason::forced},
  };
  for (const Row& row : rows) {
    const core::IdleChoice choice = Idle::choose(row.requested, row.loops, row.cores);
    CHECK_EQ(choice.mode, row.mode);
    CHECK_EQ(choice.reason, row.reason);
  }
}

TEST("idle: counts polls in every mode") {
  for (const auto mode : {hops::IdleMode::spin, hops::IdleMode::yield, hops::IdleMode::adaptive}) {
    Idle idle(mode);
    for (int poll = 0; poll < 200; ++poll) idle.poll_result(poll % 100 == 99);
    CHECK_EQ(idle.empty_polls(), 198u);
    CHECK_EQ(idle.busy_polls(), 2u);
    CHECK_EQ(idle.mode(), mode);
  }
}

TEST("idle: adaptive takes next to nothing of a core once a quiet lasts") {
  Idle idle(hops::IdleMode::adaptive);
  const auto on_core = [] {
    timespec spent{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return spent.tv_sec * 1'000'000'000L + spent.tv_nsec;
  };
  for (int poll = 0; poll < 3'000; ++poll) idle.poll_result(false);  // it sleeps by now
  timespec began{};
  timespec ended{};
  const long before = on_core();
  ::clock_gettime(CLOCK_MONOTONIC, &began);
  for (int poll = 0; poll < 200; ++poll) idle.poll_result(false);
  ::clock_gettime(CLOCK_MONOTONIC, &ended);
  const long passed = (ended.tv_sec - began.tv_sec) * 1'000'000'000L + ended.tv_nsec - began.tv_nsec;
  CHECK(passed >= 200 * 50'000L);
  CHECK(on_core() - before < passed / 2);
}
