#include "test_support/test.hpp"

#include <cstdint>
#include <stdexcept>

using hopwire::test::equal;
using hopwire::test::printed;

namespace {
enum class Side : unsigned char { buy = 'B' };
struct Opaque {
  bool operator==(const Opaque&) const = default;
};
}  // namespace

TEST("test: integers of different sign and width compare by value") {
  CHECK(equal(3, 3u));
  CHECK(!equal(-1, 0xFFFFFFFFu));
  CHECK(!equal(std::uint64_t{1} << 32, std::uint32_t{0}));
}

TEST("test: values are printed so that a person can tell them apart") {
  CHECK_EQ(printed('B'), "66 'B'");
  CHECK_EQ(printed(true), "true");
  CHECK_EQ(printed(Side::buy), "enum 66");
  CHECK_EQ(printed(std::string_view("a b")), "\"a b\"");
  CHECK_EQ(printed(std::uint64_t{18446744073709551615u}), "18446744073709551615");
  CHECK(printed(Opaque{}).find("without a printer") != std::string::npos);
}

TEST("test: an expected exception is a pass") {
  CHECK_THROWS(throw std::runtime_error("expected"), std::runtime_error);
}
