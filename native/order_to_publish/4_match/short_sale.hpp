// Short sales, with pre-trade risk on.
//
// Marking. A sell order that is not marked short may not sell more than the account holds in that instrument less what its other open
// unmarked sells may sell; else it is refused with shortSaleNotMarked and what could be sold. Marking short what is held is allowed: the
// stricter mark. A replace keeps the mark and is asked for its new open quantity. Asks of mass quotes count as marked.
//
// Price test, in the manner of Regulation SHO's Rule 201. While an instrument is restricted (`restrict_short_sales`;
// `shortSaleRestrictionSet`, public: Y) a marked sale must be priced above the best bid of the book: shortSaleRestricted, with the best
// bid. Without a bid any price will do. A marked sale without a limit is refused, bid or not. Asked of new orders, of replaces that move
// and of quotes that move, as they come; what stands, and a waiting stop-limit when it is triggered, is not asked again. Marked or not is
// the account's word here: what it sells unmarked it holds.
#pragma once

#include <algorithm>
#include <cstdint>

#include "order_to_publish/4_match/risk_limits.hpp"

namespace hopwire::venue::short_sale {

// others: what is open besides.
inline Refusal check_mark(const RiskSums& others, std::uint32_t quantity) noexcept {
  const std::int64_t sellable = std::max<std::int64_t>(0, others.position - others.open_unmarked);
  return quantity > sellable ? Refusal{order_entry::RejectReason::short_sale_not_marked, sellable} : Refusal{};
}

// In a restricted instrument. limit, bid: null when there is none.
inline Refusal check_price(levels::Price limit, levels::Price bid) noexcept {
  if (limit != no_stop_price && limit > bid) return {};
  return {order_entry::RejectReason::short_sale_restricted, bid == no_stop_price ? 0 : bid};
}

}  // namespace hopwire::venue::short_sale
