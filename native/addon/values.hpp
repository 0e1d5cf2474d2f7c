// Values between C++ and JavaScript, and errors an operator can act on. Every binding uses these; none has its own.
//
// What the operator can mend becomes a JavaScript Error whose property `operatorError` names the entry of schemas/errors.xml; the face
// turns it into the one line the operator sees.
#pragma once

#include <napi.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/system_error.hpp"
#include "net/endpoint.hpp"
#include "tick_to_trade/7_wire_out/session_logon.hpp"

namespace hopwire::addon {

[[nodiscard]] inline Napi::Number number(Napi::Env env, std::uint64_t value) { return Napi::Number::New(env, static_cast<double>(value)); }

[[nodiscard]] inline Napi::String text(Napi::Env env, std::string_view value) { return Napi::String::New(env, value.data(), value.size()); }

// 16 digits, lower case: how digests are printed everywhere.
[[nodiscard]] inline Napi::String hexadecimal(Napi::Env env, std::uint64_t value) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(value));
  return Napi::String::New(env, digits);
}

[[nodiscard]] inline Napi::Error operator_error(Napi::Env env, const char* name, const std::string& found) {
  Napi::Error error = Napi::Error::New(env, found);
  error.Set("operatorError", Napi::String::New(env, name));
  return error;
}

[[nodiscard]] inline const char* operator_error_name(net::NetworkErrorKind kind) noexcept {
  switch (kind) {
    case net::NetworkErrorKind::port_in_use: return "portInUse";
    case net::NetworkErrorKind::no_route: return "noMulticastRoute";
    case net::NetworkErrorKind::bad_address: return "badAddress";
    case net::NetworkErrorKind::connect_failed: return "connectFailed";
    case net::NetworkErrorKind::other: break;
  }
  return "resource";
}

// What a refused system call of set-up means to the operator.
[[nodiscard]] inline const char* operator_error_name(const core::SystemError& error) noexcept {
  switch (error.code) {
    case EBUSY: return "nameInUse";  // a region's writer is alive
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case EACCES:
    case EEXIST:
    case EROFS: return "fileNotFound";
    default: return "resource";
  }
}

// Runs set-up code whose failures are the operator's to mend.
template <class F>
auto guarded(Napi::Env env, F&& f) -> decltype(f()) {
  try {
    return f();
  } catch (const net::NetworkError& error) {
    throw operator_error(env, operator_error_name(error.kind), error.what());
  } catch (const feed::SessionRefused& error) {
    throw operator_error(env, "sessionRefused", error.what());
  } catch (const core::SystemError& error) {
    throw operator_error(env, operator_error_name(error), error.what());
  }
}

// A configuration object from TypeScript. Its values were checked there; a missing or wrong one is our own mistake and a TypeError.
class Settings {
 public:
  explicit Settings(const Napi::Value& value) : object_(as_object(value)) {}

  [[nodiscard]] Settings section(const char* name) const { return Settings(object_.Get(name)); }
  // A section that may be left out.
  [[nodiscard]] std::optional<Settings> optional_section(const char* name) const {
    const Napi::Value value = object_.Get(name);
    return value.IsUndefined() ? std::nullopt : std::optional(Settings(value));
  }
  [[nodiscard]] std::string string(const char* name) const {
    const Napi::Value value = object_.Get(name);
    if (!value.IsString()) throw wrong(name, "a string");
    return value.As<Napi::String>().Utf8Value();
  }
  [[nodiscard]] double real(const char* name) const {
    const Napi::Value value = object_.Get(name);
    if (!value.IsNumber()) throw wrong(name, "a number");
    return value.As<Napi::Number>().DoubleValue();
  }
  [[nodiscard]] bool flag(const char* name) const {
    const Napi::Value value = object_.Get(name);
    if (!value.IsBoolean()) throw wrong(name, "a boolean");
    return value.As<Napi::Boolean>().Value();
  }
  [[nodiscard]] std::vector<std::byte> bytes(const char* name) const {
    const Napi::Value value = object_.Get(name);
    if (!value.IsBuffer()) throw wrong(name, "a Buffer");
    const auto buffer = value.As<Napi::Buffer<std::byte>>();
    return {buffer.Data(), buffer.Data() + buffer.Length()};
  }
  template <class Integer>
  [[nodiscard]] Integer integer(const char* name) const {
    return in_range<Integer>(real(name), name);
  }
  template <class Integer>
  [[nodiscard]] std::vector<Integer> integers(const char* name) const {
    const Napi::Array values = array(name);
    std::vector<Integer> result;
    for (std::uint32_t index = 0; index < values.Length(); ++index) {
      const Napi::Value value = values.Get(index);
      if (!value.IsNumber()) throw wrong(name, "an array of numbers");
      result.push_back(in_range<Integer>(value.As<Napi::Number>().DoubleValue(), name));
    }
    return result;
  }
  [[nodiscard]] Napi::Array array(const char* name) const {
    const Napi::Value value = object_.Get(name);
    if (!value.IsArray()) throw wrong(name, "an array");
    return value.As<Napi::Array>();
  }

 private:
  static Napi::Object as_object(const Napi::Value& value) {
    if (!value.IsObject()) throw Napi::TypeError::New(value.Env(), "expected a configuration object");
    return value.As<Napi::Object>();
  }
  template <class Integer>
  [[nodiscard]] Integer in_range(double value, const char* name) const {
    if (!(value >= static_cast<double>(std::numeric_limits<Integer>::min()) &&
          value <= static_cast<double>(std::numeric_limits<Integer>::max())))
      throw wrong(name, "in range");
    return static_cast<Integer>(value);
  }
  [[nodiscard]] Napi::TypeError wrong(const char* name, const char* expected) const {
    return Napi::TypeError::New(object_.Env(), std::string(name) + " must be " + expected);
  }

  Napi::Object object_;
};

}  // namespace hopwire::addon
