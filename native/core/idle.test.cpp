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
  };
  for (const Row& row : rows) {
    const core::IdleChoice choice = Idle::choose(row.requested, row.loops, row.cores);
    CHECK_EQ(choice.mode, row.mode);
    CHECK_EQ(choice.reason, row.reason);
  }
}

TEST("idle: counts polls in both modes") {
  for (const auto mode : {hops::IdleMode::spin, hops::IdleMode::yield}) {
    Idle idle(mode);
    for (int poll = 0; poll < 200; ++poll) idle.poll_result(poll % 100 == 99);
    CHECK_EQ(idle.empty_polls(), 198u);
    CHECK_EQ(idle.busy_polls(), 2u);
    CHECK_EQ(idle.mode(), mode);
  }
}
