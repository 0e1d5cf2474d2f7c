#include "core/reserved_array.hpp"

#include <unistd.h>

#include <cstdint>
#include <limits>

#include "test_support/test.hpp"

using hopwire::core::ReservedArray;
using hopwire::core::SystemError;

namespace {
struct Row {
  std::uint64_t a;
  std::uint32_t b, c;
};
}  // namespace

TEST("reserved array: far rows are there and read as zero until written") {
  ReservedArray<Row> rows(50'000'000);  // 800 MB of address space, two pages of memory
  CHECK_EQ(rows.maximum(), 50'000'000u);
  CHECK_EQ(rows[0].a, 0u);
  rows[49'999'999] = {7, 8, 9};
  CHECK_EQ(rows[49'999'999].a, 7u);
  CHECK_EQ(rows[25'000'000].c, 0u);
}

TEST("reserved array: touch changes nothing and may name more rows than there are") {
  ReservedArray<std::uint32_t> rows(10'000);
  rows[0] = 5;
  rows[9'999] = 6;
  rows.touch(1'000'000);
  CHECK_EQ(rows[0], 5u);
  CHECK_EQ(rows[9'999], 6u);
  CHECK_EQ(rows[5'000], 0u);
}

TEST("reserved array: given-back pages read as zero, rows on shared pages stay") {
  const auto page_rows = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / sizeof(std::uint32_t);
  ReservedArray<std::uint32_t> rows(page_rows * 4);
  for (std::size_t index = 0; index < rows.maximum(); ++index) rows[index] = 1;
  rows.give_back(1, page_rows * 2);  // covers page 1 whole, pages 0 and 2 in part
  CHECK_EQ(rows[page_rows - 1], 1u);
  CHECK_EQ(rows[page_rows], 0u);
  CHECK_EQ(rows[2 * page_rows - 1], 0u);
  CHECK_EQ(rows[2 * page_rows], 1u);
  rows.give_back(3 * page_rows, std::numeric_limits<std::size_t>::max());
  CHECK_EQ(rows[4 * page_rows - 1], 0u);
  CHECK_EQ(rows[2 * page_rows + 1], 1u);
  rows.give_back(rows.maximum(), 5);
}

TEST("reserved array: moves, and is empty for zero rows") {
  ReservedArray<std::uint32_t> first(100);
  first[3] = 9;
  ReservedArray<std::uint32_t> second(std::move(first));
  CHECK_EQ(second[3], 9u);
  CHECK(first.data() == nullptr);
  first = std::move(second);
  CHECK_EQ(first[3], 9u);
  ReservedArray<std::uint32_t> none(0);
  CHECK(none.data() == nullptr);
  none.touch(10);
  none.give_back(0, 10);
}

TEST("reserved array: a refusal names the size") {
  CHECK_THROWS(ReservedArray<Row>(std::numeric_limits<std::size_t>::max() / 4), SystemError);
  CHECK_THROWS(ReservedArray<Row>(std::size_t{1} << 55), SystemError);
}
