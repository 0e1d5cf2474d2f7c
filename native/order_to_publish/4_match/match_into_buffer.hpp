// Why: the rules are templates over where events go, and to compile them all takes longer than anything else here. What: the matcher with
// the venue's own sink is compiled once, in match_into_buffer.cpp; whoever leaves events in a MatchEventBuffer includes this.
#pragma once

#include "order_to_publish/4_match/match_event_buffer.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue {

extern template void Matcher::apply<MatchEventBuffer>(const SequencedCommand& sequenced, MatchEventBuffer& sink);

}  // namespace hopwire::venue
