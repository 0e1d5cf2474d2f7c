// Unit tests for the native rooms, with no system package: a test is a function that registers itself.
//
//   TEST("book: an emptied level leaves the ladder") {
//     CHECK_EQ(book.levels(), 0u);      // counts the failure and goes on
//     REQUIRE(order != nullptr);        // ends this test when false
//   }
//
// Owns the registry, the comparison macros and the printing of both values. Checks may be made from several threads of one test;
// REQUIRE and SKIP end a test by throwing, so only its own thread may use them. Every failure prints file, line and both values.
#pragma once

#include <concepts>
#include <cstddef>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace hopwire::test {

struct Case {
  const char* name;
  const char* file;
  int line;
  void (*body)();
};

struct Stop {};
struct Skipped {
  std::string reason;
};

std::vector<Case>& registry();
void report_failure(const char* file, int line, const std::string& text);

struct Registration {
  Registration(const char* name, const char* file, int line, void (*body)()) { registry().push_back({name, file, line, body}); }
};

template <class T>
std::string printed(const T& value) {
  using Plain = std::remove_cvref_t<T>;
  std::ostringstream out;
  if constexpr (std::same_as<Plain, bool>) {
    out << (value ? "true" : "false");
  } else if constexpr (std::same_as<Plain, char> || std::same_as<Plain, signed char> || std::same_as<Plain, unsigned char>) {
    out << static_cast<int>(value);
    if (value >= 0x20 && value < 0x7f) out << " '" << static_cast<char>(value) << "'";
  } else if constexpr (std::same_as<Plain, std::byte>) {
    out << "byte " << static_cast<int>(value);
  } else if constexpr (std::is_enum_v<Plain>) {
    out << "enum " << +static_cast<std::underlying_type_t<Plain>>(value);
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    out << '"' << std::string_view(value) << '"';
  } else if constexpr (requires { out << value; }) {
    out << value;
  } else {
    out << "(" << sizeof(value) << " bytes without a printer)";
  }
  return out.str();
}

template <class A, class B>
bool equal(const A& a, const B& b) {
  using PlainA = std::remove_cvref_t<A>;
  using PlainB = std::remove_cvref_t<B>;
  constexpr bool both_integers = std::integral<PlainA> && std::integral<PlainB> && !std::same_as<PlainA, bool> &&
                                 !std::same_as<PlainB, bool> && !std::same_as<PlainA, char> && !std::same_as<PlainB, char>;
  if constexpr (both_integers) {
    return std::cmp_equal(a, b);  // 3 == 3u without a warning, -1 != 0xFFFFFFFF
  } else {
    return a == b;
  }
}

template <class A, class B>
bool check_equal(const A& a, const B& b, const char* text_a, const char* text_b, const char* file, int line) {
  if (equal(a, b)) return true;
  report_failure(file, line, std::string(text_a) + " == " + text_b + "\n      left:  " + printed(a) + "\n      right: " + printed(b));
  return false;
}

inline bool check_true(bool holds, const char* text, const char* file, int line) {
  if (!holds) report_failure(file, line, text);
  return holds;
}

}  // namespace hopwire::test

#define HOPWIRE_TEST_JOIN_2(a, b) a##b
#define HOPWIRE_TEST_JOIN(a, b) HOPWIRE_TEST_JOIN_2(a, b)
#define HOPWIRE_TEST_CASE(name, number)                                                                            \
  static void HOPWIRE_TEST_JOIN(hopwire_test_body_, number)();                                                     \
  static const ::hopwire::test::Registration HOPWIRE_TEST_JOIN(hopwire_test_registration_, number){                \
      name, __FILE__, __LINE__, &HOPWIRE_TEST_JOIN(hopwire_test_body_, number)};                                   \
  static void HOPWIRE_TEST_JOIN(hopwire_test_body_, number)()

#define TEST(name) HOPWIRE_TEST_CASE(name, __COUNTER__)
#define CHECK(...) ((void)::hopwire::test::check_true(static_cast<bool>(__VA_ARGS__), #__VA_ARGS__, __FILE__, __LINE__))
#define CHECK_EQ(a, b) ((void)::hopwire::test::check_equal((a), (b), #a, #b, __FILE__, __LINE__))
#define REQUIRE(...)                                                                                               \
  do {                                                                                                             \
    if (!::hopwire::test::check_true(static_cast<bool>(__VA_ARGS__), #__VA_ARGS__, __FILE__, __LINE__)) {          \
      throw ::hopwire::test::Stop{};                                                                               \
    }                                                                                                              \
  } while (false)
#define REQUIRE_EQ(a, b)                                                                                           \
  do {                                                                                                             \
    if (!::hopwire::test::check_equal((a), (b), #a, #b, __FILE__, __LINE__)) throw ::hopwire::test::Stop{};        \
  } while (false)
#define CHECK_THROWS(expression, Exception)                                                                        \
  do {                                                                                                             \
    bool hopwire_test_thrown = false;                                                                              \
    try {                                                                                                          \
      (void)(expression);                                                                                          \
    } catch (const Exception&) {                                                                                   \
      hopwire_test_thrown = true;                                                                                  \
    }                                                                                                              \
    (void)::hopwire::test::check_true(hopwire_test_thrown, #expression " throws " #Exception, __FILE__, __LINE__); \
  } while (false)
#define SKIP(why) throw ::hopwire::test::Skipped{why}
