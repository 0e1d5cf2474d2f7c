// Where third-party test files are found: the folder named by HOPWIRE_FIXTURES, by default ../shared/fixtures beside the checkout
// (native tests run with the checkout as working directory). An absent file is not an error: the test skips and says so.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <unistd.h>

namespace hopwire::test {

inline std::optional<std::string> fixture(std::string_view relative) {
  const char* folder = std::getenv("HOPWIRE_FIXTURES");
  std::string path = folder != nullptr && *folder != '\0' ? folder : "../shared/fixtures";
  path += '/';
  path += relative;
  if (::access(path.c_str(), R_OK) != 0) return std::nullopt;
  return path;
}

}  // namespace hopwire::test
