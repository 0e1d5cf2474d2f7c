// Why: a venue takes commands in batches, so it knows some microseconds early which orders, levels and books it will touch. In books that
// no cache holds, waiting for memory is most of a command's time; asked for early, the lines of several commands come at once.
//
// What: three stages before a command's turn, each reading what the stage before it asked for:
//   far    the bucket of the name, the book
//   near   the row that the bucket says, the end of the ladder; with pre-trade risk, the account's line in the instrument
//   next   the row's level and its neighbours, in the level and in the session's list
// Only hints: a stage reads memory that may change before the command's turn, and decides nothing. It has no jump that depends on the
// command, for such a jump would be guessed wrong as often as the command's own. Owner: the thread of the matcher.
//
// What can go wrong: nothing; a wrong hint costs a line. Books that the cache holds are left alone, and so is a command by itself.
// Included by matcher.hpp, never by anyone else.
#pragma once

#include <array>
#include <cstddef>

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

// at(index) -> const Command&, for the `count` commands of a batch.
template <class CommandAt>
class LookAhead {
 public:
  LookAhead(const Matcher& matcher, std::size_t count, CommandAt at) noexcept
      : matcher_(matcher), at_(at), count_(count > 1 && !matcher.fits_the_cache() ? count : 0) {
    for (std::size_t index = 0; index < far && index < count_; ++index) ask_far(index);
    for (std::size_t index = 0; index < near && index < count_; ++index) ask_near(index);
    for (std::size_t index = 0; index < next && index < count_; ++index) ask_next(index);
  }

  // Before the turn of command `index`; in order.
  void step(std::size_t index) noexcept {
    if (index + next >= count_) return;
    ask_next(index + next);
    if (index + near >= count_) return;
    ask_near(index + near);
    if (index + far < count_) ask_far(index + far);
  }

 private:
  static constexpr std::size_t far = 12;
  static constexpr std::size_t near = 8;
  static constexpr std::size_t next = 4;
  static constexpr std::size_t kept = 16;  // a power of two above `far`

  void ask_far(std::size_t index) noexcept { buckets_[index % kept] = matcher_.ask_far(at_(index)); }
  void ask_near(std::size_t index) noexcept { rows_[index % kept] = matcher_.ask_near(at_(index), buckets_[index % kept]); }
  void ask_next(std::size_t index) noexcept { matcher_.ask_next(rows_[index % kept]); }

  const Matcher& matcher_;
  CommandAt at_;
  std::size_t count_;
  std::array<ClientOrderIndex::Bucket, kept> buckets_;
  std::array<levels::OrderIndex, kept> rows_;
};

inline ClientOrderIndex::Bucket Matcher::ask_far(const Command& command) const noexcept {
  const bool names_order = (command.kind == CommandKind::cancel_order) | (command.kind == CommandKind::replace_order);
  const ClientOrderIndex::Bucket bucket =
      index_.bucket_of(command.session, names_order ? command.original_cl_ord_id : command.cl_ord_id);
  index_.prefetch(bucket);
  __builtin_prefetch(&book_at(command.locate), 1);
  return bucket;
}

inline levels::OrderIndex Matcher::ask_near(const Command& command, ClientOrderIndex::Bucket bucket) const noexcept {
  const OrderIndex row = index_.first_of(bucket);
  orders_.prefetch(row);
  const Book& book = book_at(command.locate);
  __builtin_prefetch(book.bid.entries + book.bid.count, 1);
  __builtin_prefetch(book.ask.entries + book.ask.count, 1);
  if (limits_.is_risk_on) {
    const RiskBook::Row account_row = risk_.find(command.account);
    const std::uint16_t locate = command.locate <= limits_.maximum_locate ? command.locate : std::uint16_t{0};
    risk_.prefetch(account_row == RiskBook::no_row ? RiskBook::Row{0} : account_row, locate);
  }
  return row;
}

inline void Matcher::ask_next(OrderIndex row) const noexcept {
  const OrderNode& node = orders_.node(row);
  levels_.prefetch(node.level);
  orders_.prefetch_neighbours(row);
}

template <class Sink>
void Matcher::apply_batch(std::span<const SequencedCommand> commands, Sink& sink) {
  LookAhead ahead(*this, commands.size(), [&](std::size_t index) -> const Command& { return commands[index].command; });
  for (std::size_t index = 0; index < commands.size(); ++index) {
    ahead.step(index);
    apply(commands[index], sink);
  }
}

}  // namespace hopwire::venue
