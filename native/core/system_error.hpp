// Why: set-up talks to the kernel, and the kernel says no with a number. What: the one exception of set-up code, with what was tried, on
// what, and the kernel's reason in words. Hot paths never throw it: after start nothing is asked of the kernel that could be refused.
#pragma once

#include <cstring>
#include <stdexcept>
#include <string>

namespace hopwire::core {

class SystemError : public std::runtime_error {
 public:
  // Reads "what: where: reason", for example "bind: 127.0.0.1:31001: Address already in use".
  SystemError(const std::string& what, const std::string& where, int error_code)
      : SystemError(what, where, error_code, reason_of(error_code)) {}
  // For refusals whose reason is ours to tell, such as a region that still has a living writer.
  SystemError(const std::string& what, const std::string& where, int error_code, const std::string& reason)
      : std::runtime_error(what + ": " + where + ": " + reason), code(error_code) {}

  int code;  // errno

 private:
  static std::string reason_of(int error_code) {
    char text[128] = {};
    return ::strerror_r(error_code, text, sizeof(text));  // the GNU variant, which returns its text
  }
};

}  // namespace hopwire::core
