// Reserve (iceberg) orders. An order with a display quantity shows at most that much; the rest is hidden, adds nothing to queueAhead, to
// the book's digest or to ITCH. As a taker it trades with all it has; what rests shows min(display quantity, leaves).
//
// When the displayed slice is gone and hidden quantity is left, the order refreshes at once, before the taker goes on: a new slice under a
// new reference, behind all others of its price (`refreshed`, public: A; the old reference ended with its last E, X or D). So one taker may
// meet the same order again, after the others of that price.
//
// Replace: the total counts hidden quantity. The same price and no more open quantity keeps the place and takes from the hidden part first;
// ITCH sees X only by what the displayed slice loses. Anything else goes to the back and shows a full slice again.
//
// OrderNode::leaves and a level's quantity are what the book shows; OrderTerms::hidden is the rest. Included by matcher.hpp, never by
// anyone else.
#pragma once

#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

// `displayed` as events say it: 0 where it is no less than leaves.
inline std::uint32_t Matcher::shown_of(const Taker& taker) noexcept {
  if (taker.terms == nullptr) return 0;
  const std::uint32_t shown = taker.terms->to_display(taker.leaves);
  return shown == taker.leaves ? 0 : shown;
}

// After link() has put all of it into the book: hides what is not to be shown.
inline void Matcher::show_slice(OrderIndex slot, const Taker& taker) noexcept {
  OrderTerms& terms = terms_[slot];
  OrderNode& node = orders_.node(slot);
  node.leaves = terms.to_display(taker.leaves);
  terms.hidden = taker.leaves - node.leaves;
  levels_.level(node.level).quantity -= terms.hidden;
}

// The displayed slice is gone and there is more.
template <class Sink>
void Matcher::show_next_slice(OrderIndex slot, Sink& sink) {
  OrderTerms& terms = terms_[slot];
  OrderNode& node = orders_.node(slot);
  levels::Level& level = levels_.level(node.level);
  levels::unlink(level, orders_.nodes(), slot);
  levels::push_back(level, orders_.nodes(), slot);
  node.leaves = std::min(terms.display_quantity, terms.hidden);
  terms.hidden -= node.leaves;
  level.quantity += node.leaves;
  const std::uint64_t original_reference = orders_.detail(slot).reference;
  orders_.detail(slot).reference = ++last_reference_;
  MatchEvent& event = begin_slot_event(slot, MatchEventKind::refreshed, PublicEffect::add, sink);
  event.original_reference = original_reference;
  event.displayed = terms.hidden == 0 ? 0 : node.leaves;
  sink.commit();
}

}  // namespace hopwire::venue
