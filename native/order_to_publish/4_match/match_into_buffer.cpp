// The matcher's hot half, as the venue runs it. Why apart: match_into_buffer.hpp.
#include "order_to_publish/4_match/match_into_buffer.hpp"

namespace hopwire::venue {

template void Matcher::apply<MatchEventBuffer>(const SequencedCommand& sequenced, MatchEventBuffer& sink);

}  // namespace hopwire::venue
