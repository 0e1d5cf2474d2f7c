// Why: a feed should know while it runs, not in the evening, that its books are the venue's. What: holds digests of the book-digest channel
// (schemas/book_digest.xml) against the books of a feed, each at a moment when both speak of the same state, and remembers the first
// difference.
//
// A digest says: this book was so from message `changed` until at least `sequence`. It is compared once the feed has applied all below
// `changed`, and only if what last touched the feed's book stands below `sequence`. The feed knows of a touch only that it came below the
// next sequence of that poll; so some digests that could have been compared count as too late, and none is compared that could not.
//
// Owns 40 bytes for each stock locate. What can go wrong: a message that is no digest is counted. The caller says nothing is to be compared
// while the books are known to lack messages. Owner: the feed's thread. Cost: a walk of one book for each digest compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "generated/book_digest.hpp"

namespace hopwire::engine {

struct DigestDifference {
  std::uint16_t locate = 0;
  std::uint64_t sequence = 0;  // of the next ITCH message when both were so
  std::uint32_t venue_orders = 0;
  std::uint32_t own_orders = 0;
  std::uint64_t venue_digest = 0;
  std::uint64_t own_digest = 0;
};

struct DigestCheckCounters {
  std::uint64_t received = 0;
  std::uint64_t compared = 0;
  std::uint64_t different = 0;
  std::uint64_t too_late = 0;   // the book had moved on
  std::uint64_t malformed = 0;  // no digest, or of a stock locate beyond the rows
};

class DigestCheck {
 public:
  explicit DigestCheck(std::uint16_t maximum_locate) : rows_(std::size_t{maximum_locate} + 1) {}

  // Another session, or books that were taken from a snapshot: nothing is known of touches. `next`: the next sequence to apply.
  void begin(std::uint64_t next) noexcept {
    for (Row& row : rows_) row = {.touched_below = next};
    waiting_.clear();
  }
  // A message below `next` touched this book.
  void touched(std::uint16_t locate, std::uint64_t next) noexcept {
    if (locate < rows_.size()) rows_[locate].touched_below = next;
  }

  // One message of the digest channel; `next`: the next sequence to apply.
  template <class Books>
  void take(std::span<const std::byte> message, const Books& books, std::uint64_t next) {
    ++counters_.received;
    const bool whole = message.size() == bookdigest::BookDigestView::block_length &&
                       static_cast<char>(message[0]) == bookdigest::BookDigestView::discriminator;
    const bookdigest::BookDigestView digest(message.data());
    if (!whole || digest.stock_locate() >= rows_.size()) {  // not looked into unless whole
      ++counters_.malformed;
      return;
    }
    Row& row = rows_[digest.stock_locate()];
    if (row.waits) ++counters_.too_late;  // a newer one takes its place
    row.changed = digest.changed_sequence();
    row.sequence = digest.sequence();
    row.orders = digest.order_count();
    row.digest = digest.digest();
    if (row.waits) return;
    row.waits = true;
    waiting_.push_back(digest.stock_locate());
    compare(books, next);
  }

  // After messages were applied: compares what can be by now.
  template <class Books>
  void compare(const Books& books, std::uint64_t next) {
    for (std::size_t i = 0; i < waiting_.size();) {
      Row& row = rows_[waiting_[i]];
      if (next < row.changed) {
        ++i;
        continue;
      }
      if (row.touched_below > row.sequence) {
        ++counters_.too_late;
      } else {
        compare_row(waiting_[i], row, books);
      }
      row.waits = false;
      waiting_[i] = waiting_.back();
      waiting_.pop_back();
    }
  }

  [[nodiscard]] const DigestCheckCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] const std::optional<DigestDifference>& first_difference() const noexcept { return first_; }

 private:
  struct Row {
    std::uint64_t touched_below = 1;
    std::uint64_t changed = 1;
    std::uint64_t sequence = 1;
    std::uint64_t digest = 0;
    std::uint32_t orders = 0;
    bool waits = false;
  };

  template <class Books>
  void compare_row(std::uint16_t locate, const Row& row, const Books& books) {
    ++counters_.compared;
    const std::uint64_t own = books.book_digest(locate);
    if (own == row.digest && books.order_count(locate) == row.orders) return;
    ++counters_.different;
    if (!first_) first_ = DigestDifference{locate, row.sequence, row.orders, books.order_count(locate), row.digest, own};
  }

  std::vector<Row> rows_;
  std::vector<std::uint16_t> waiting_;
  DigestCheckCounters counters_;
  std::optional<DigestDifference> first_;
};

}  // namespace hopwire::engine
