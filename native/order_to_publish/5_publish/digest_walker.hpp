// Why: anyone who rebuilds our books should be able to prove them equal to the matcher's while the market goes on
// (schemas/book_digest.xml), and nobody's order may wait for that. What: notes which books the public line has touched, and while no
// command waits walks one of them in small steps; a finished digest goes into a ring, from which another thread sends it.
//
// Cost to the flow: 2 ns an ITCH message that touches a book; and, since a command may come while a step is under way, at most one step of
// `orders_per_step` orders of waiting: 0.4 us where the cache holds them, 3 us where it does not (27 and 185 ns an order). A book that is
// touched during its walk is walked again from the start: one that changes faster than it can be walked is not digested until it rests.
//
// Agreement on "as of": a digest names the sequence from which the book has been so and the next one to be published when it was done.
// Between the two lies no message that touches that book, so a receiver anywhere between, or later with the book still untouched, must have
// the same. Steps are only made when everything published so far has been released.
//
// Pace: at most one digest each `interval`; touched books take turns, first touched first; and every book comes round within `sweep`.
// What can go wrong: the ring is full: the digest waits. Owner: the venue's thread; the ring's other end is one other thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/spsc_ring.hpp"
#include "levels/book_digest.hpp"
#include "order_to_publish/4_match/match_event.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

struct BookDigestRecord {
  std::uint64_t changed_sequence = 1;
  std::uint64_t sequence = 1;
  std::uint64_t digest = 0;
  std::uint32_t order_count = 0;
  std::uint16_t locate = 0;
};
using DigestRing = core::SpscRing<BookDigestRecord>;

struct DigestWalkerConfig {
  std::uint64_t interval = 1'000'000;     // ns between two digests
  std::uint64_t sweep = 10'000'000'000;   // ns in which every book comes round
  std::size_t orders_per_step = 16;
};

struct DigestWalkerCounters {
  std::uint64_t digests = 0;
  std::uint64_t restarts = 0;  // the book was touched during its walk
};

class DigestWalker {
 public:
  DigestWalker(const DigestWalkerConfig& config, const Matcher& matcher, std::uint16_t maximum_locate, DigestRing& ring)
      : config_(config), matcher_(matcher), ring_(ring), books_(std::size_t{maximum_locate} + 1), waiting_(books_.size()) {
    for (std::size_t locate = 1; locate < books_.size(); ++locate) enqueue(static_cast<std::uint16_t>(locate));
  }

  // Hot. `next`: the sequence behind the message that says so.
  void published(const MatchEvent& event, std::uint64_t next) noexcept {
    switch (event.public_effect) {
      case PublicEffect::add:
      case PublicEffect::execute:
      case PublicEffect::reduce:
      case PublicEffect::remove:
      case PublicEffect::replace:
      case PublicEffect::execute_at_price: return touch(event.locate, next);
      case PublicEffect::new_day: return touch_all(next);
      default: return;
    }
  }

  // When no command waits: one step. `released`: the next sequence, everything below having been sent. `now` in ns, any origin. True when
  // there was something to do.
  bool step(std::uint64_t now, std::uint64_t released) noexcept {
    if (!walking_ && !begin(now)) return false;
    if (books_[record_.locate].changed != record_.changed_sequence) {  // it waits again, having been touched
      ++counters_.restarts;
      walking_ = false;
      return true;
    }
    if (!walked_) {
      walked_ = !matcher_.walk_some(record_.locate, cursor_, config_.orders_per_step,
                                    [this](char side, std::uint64_t reference, std::int32_t price, std::uint32_t shares) {
                                      digest_.add(side, reference, price, shares);
                                    });
      if (!walked_) return true;
    }
    record_.sequence = released;
    record_.order_count = matcher_.order_count(record_.locate);
    record_.digest = digest_.value();
    if (!ring_.try_push(record_)) return false;
    ++counters_.digests;
    walking_ = false;
    next_digest_ = now + config_.interval;
    return true;
  }

  // Once the books stand still: each comes once more, as fast as steps are made. True until all have.
  bool finish(std::uint64_t now, std::uint64_t released) noexcept {
    if (!finishing_) {
      finishing_ = true;
      config_.interval = 0;
      next_digest_ = now;
      for (std::size_t locate = 1; locate < books_.size(); ++locate) enqueue(static_cast<std::uint16_t>(locate));
    }
    return step(now, released) || walking_ || count_ != 0;
  }

  [[nodiscard]] const DigestWalkerCounters& counters() const noexcept { return counters_; }

 private:
  struct Book {
    std::uint64_t changed = 1;  // the sequence from which it has been as it is
    bool waits = false;
  };

  void touch(std::uint16_t locate, std::uint64_t next) noexcept {
    if (locate >= books_.size()) return;
    books_[locate].changed = next;
    enqueue(locate);
  }

  // A new day begins with empty books; what stays is told again.
  void touch_all(std::uint64_t next) noexcept {
    for (std::size_t locate = 1; locate < books_.size(); ++locate) touch(static_cast<std::uint16_t>(locate), next);
  }

  // Each book waits once at most, so there is room for all.
  void enqueue(std::uint16_t locate) noexcept {
    if (books_[locate].waits) return;
    books_[locate].waits = true;
    std::size_t at = first_ + count_++;
    if (at >= waiting_.size()) at -= waiting_.size();
    waiting_[at] = locate;
  }

  bool begin(std::uint64_t now) noexcept {
    if (now < next_digest_) return false;
    sweep(now);
    if (count_ == 0) return false;
    const std::uint16_t locate = waiting_[first_];
    first_ = first_ + 1 == waiting_.size() ? 0 : first_ + 1;
    --count_;
    books_[locate].waits = false;
    record_ = {.changed_sequence = books_[locate].changed, .locate = locate};
    digest_ = {};
    cursor_ = {};
    walked_ = false;
    walking_ = true;
    return true;
  }

  // The next of all books, whether touched or not.
  void sweep(std::uint64_t now) noexcept {
    if (now < next_sweep_ || finishing_ || books_.size() < 2) return;
    next_sweep_ = now + config_.sweep / (books_.size() - 1);
    swept_ = swept_ + 1u < books_.size() ? static_cast<std::uint16_t>(swept_ + 1) : std::uint16_t{1};
    enqueue(swept_);
  }

  DigestWalkerConfig config_;
  const Matcher& matcher_;
  DigestRing& ring_;
  std::vector<Book> books_;              // by stock locate
  std::vector<std::uint16_t> waiting_;   // a ring
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  bool walking_ = false;
  bool walked_ = false;  // to the end; the ring had no room
  bool finishing_ = false;
  BookDigestRecord record_;
  levels::BookDigest digest_;
  matching::BookCursor cursor_;
  std::uint64_t next_digest_ = 0;
  std::uint64_t next_sweep_ = 0;
  std::uint16_t swept_ = 0;
  DigestWalkerCounters counters_;
};

}  // namespace hopwire::venue
