#include "core/affinity.hpp"

#include <sched.h>

#include <thread>

#include "test_support/test.hpp"

using namespace hopwire::core;

TEST("affinity: a thread pins itself to one of its cores, and only itself") {
  const unsigned cores = available_cores();
  CHECK(cores >= 1);
  cpu_set_t allowed;
  REQUIRE(::sched_getaffinity(0, sizeof(allowed), &allowed) == 0);
  int core = 0;
  while (!CPU_ISSET(static_cast<unsigned>(core), &allowed)) ++core;
  std::jthread([&] {
    CHECK(pin_thread(core));
    CHECK_EQ(available_cores(), 1u);
    CHECK_EQ(::sched_getcpu(), core);
  }).join();
  CHECK_EQ(available_cores(), cores);
}

TEST("affinity: a core that is not there changes nothing") {
  const unsigned cores = available_cores();
  CHECK(!pin_thread(-1));
  CHECK(!pin_thread(CPU_SETSIZE));
  CHECK(!pin_thread(CPU_SETSIZE - 1));
  CHECK_EQ(available_cores(), cores);
}
