// The binary interface of the public matching-engine harness, as far as an engine needs it, stated in our own words: three messages come
// in, one 64-byte report goes out, and a table of five functions carries the reports to the thread that reads them. The harness's own
// header is not ours to keep here; interface_check.cpp compares the two when that header is at hand.
//
// What can go wrong: the harness changes its interface. Then the check no longer compiles, which is what it is for.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hopwire::referee {

inline constexpr std::uint8_t buy = 0;  // `side` in all messages and reports; anything else is a sell

struct NewOrder {
  std::uint64_t order_id;
  std::uint64_t sequence;
  std::int64_t price;  // ticks
  std::uint32_t quantity;
  std::uint8_t side;
  std::uint8_t immediate_or_cancel;
  std::uint8_t unused[2];
};

struct Cancel {
  std::uint64_t order_id;
  std::uint64_t sequence;
};

struct Modify {
  std::uint64_t order_id;
  std::uint64_t sequence;
  std::int64_t price;      // the new one
  std::uint32_t quantity;  // the new open quantity
  std::uint8_t side;
  std::uint8_t unused[3];
};

enum class ReportType : std::uint8_t { taken, trade, canceled, modified, cancel_refused, modify_refused };

struct Report {
  ReportType type;
  std::uint8_t side;
  std::uint8_t unused[6];
  std::uint64_t sequence;  // of the message that caused it
  std::uint64_t order_id;
  std::int64_t price;  // trade: the maker's
  std::uint32_t quantity;
  std::uint32_t unused_2;
  std::uint64_t maker_order_id;  // trade only, as the next
  std::uint64_t taker_order_id;
  std::uint64_t unused_3;
};

struct Transport {
  void* (*create)(std::uint32_t capacity);
  int (*push)(void* handle, const Report* report);  // 1 = taken, 0 = full
  std::uint32_t (*drain)(void* handle, Report* out, std::uint32_t most);
  void (*flush)(void* handle);
  void (*destroy)(void* handle);
};

static_assert(sizeof(NewOrder) == 32 && sizeof(Cancel) == 16 && sizeof(Modify) == 32 && sizeof(Report) == 64);

}  // namespace hopwire::referee
