// Why: a digest walks a whole book, and on the matcher's thread nothing may take long. What: the walk of a book's orders, at once or in
// pieces: a place in a book, and the orders from there on, a few at a time.
//
// The place is one only while the book stands still: who walks asks whether anything has touched it meanwhile, and begins again then.
// Included by matcher.hpp, never by anyone else.
#pragma once

#include <cstddef>
#include <cstdint>

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

template <class F>
void Matcher::walk(std::uint16_t locate, F&& f) const {
  walk_orders(locate, [&](char side, const OrderDetail& detail, Price price, std::uint32_t displayed, std::uint32_t) {
    f(side, detail.reference, price, displayed);
  });
}

// f(side, reference, price, displayed) for the next orders, at most `most`. False at the end.
template <class F>
bool Matcher::walk_some(std::uint16_t locate, matching::BookCursor& cursor, std::size_t most, F&& f) const {
  const Book& book = book_at(locate);
  for (; most != 0; --most) {
    while (cursor.slot == levels::none) {
      const levels::Ladder& ladder = cursor.asks ? book.ask : book.bid;
      if (cursor.levels_done == ladder.count) {
        if (cursor.asks) return false;
        cursor.asks = true;
        cursor.levels_done = 0;
        continue;
      }
      cursor.level = ladder.entries[ladder.count - 1 - cursor.levels_done++].level;
      cursor.slot = levels_.level(cursor.level).head;
    }
    const OrderNode& node = orders_.node(cursor.slot);
    f(cursor.asks ? 'S' : 'B', orders_.detail(cursor.slot).reference, levels_.level(cursor.level).price, node.leaves);
    cursor.slot = node.next;
  }
  return true;
}

}  // namespace hopwire::venue
