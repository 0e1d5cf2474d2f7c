// The digests of whatever holds books (the matcher, the feed side): one row for each locate that has a live order, ascending. Cold: it
// walks every order.
#pragma once

#include <napi.h>

#include <cstdint>

#include "addon/values.hpp"

namespace hopwire::addon {

// Rows of {locate, orders, digest}. Books has order_count(locate) and book_digest(locate).
template <class Books>
[[nodiscard]] Napi::Array book_digests(Napi::Env env, const Books& books, std::uint32_t highest_locate) {
  Napi::Array rows = Napi::Array::New(env);
  std::uint32_t count = 0;
  for (std::uint32_t locate = 1; locate <= highest_locate; ++locate) {
    const auto row = static_cast<std::uint16_t>(locate);
    if (books.order_count(row) == 0) continue;
    Napi::Object book = Napi::Object::New(env);
    book.Set("locate", number(env, locate));
    book.Set("orders", number(env, books.order_count(row)));
    book.Set("digest", hexadecimal(env, books.book_digest(row)));
    rows.Set(count++, book);
  }
  return rows;
}

}  // namespace hopwire::addon
