// Why: a busy loop that wanders between cores loses its caches. What: pin the calling thread, and count the cores this process may use (a
// container or taskset may allow fewer than the machine has).
#pragma once

#include <sched.h>

#include <thread>

namespace hopwire::core {

[[nodiscard]] inline unsigned available_cores() noexcept {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  // Refused on machines with more than 1024 processors, where the static set is too small.
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return std::thread::hardware_concurrency();
  return static_cast<unsigned>(CPU_COUNT(&allowed));
}

// True when the calling thread now runs on `core` only. A core that does not exist or is not allowed leaves the thread as it was.
inline bool pin_thread(int core) noexcept {
  if (core < 0 || core >= CPU_SETSIZE) return false;
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(static_cast<unsigned>(core), &only);
  return ::sched_setaffinity(0, sizeof(only), &only) == 0;
}

}  // namespace hopwire::core
