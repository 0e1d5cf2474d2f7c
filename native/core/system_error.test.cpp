#include "core/system_error.hpp"

#include <cerrno>

#include "test_support/test.hpp"

using hopwire::core::SystemError;

TEST("system error: says what was tried, on what, and the kernel's reason") {
  const SystemError error("bind", "127.0.0.1:31001", EADDRINUSE);
  CHECK_EQ(std::string(error.what()), "bind: 127.0.0.1:31001: Address already in use");
  CHECK_EQ(error.code, EADDRINUSE);
}

TEST("system error: takes a reason of our own") {
  const SystemError error("make region", "/dev/shm/x", EBUSY, "its writer is alive");
  CHECK_EQ(std::string(error.what()), "make region: /dev/shm/x: its writer is alive");
}
