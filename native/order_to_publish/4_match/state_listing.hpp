// For tests and tools: everything that the next commands can depend on, as the lines that src/reference/state_listing.ts prints.
#pragma once

#include <cstdint>
#include <string>

#include "levels/book_digest.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::venue::scenario {

inline std::string state_listing(const Matcher& matcher) {
  std::string printed;
  for (std::uint16_t locate = 1; locate <= matcher.maximum_locate(); ++locate) {
    std::string lines;
    matcher.walk_orders(locate, [&](char side, const OrderDetail& order, Matcher::Price price, std::uint32_t shown, std::uint32_t open) {
      lines += std::string(1, side) + " " + std::to_string(shown) + "/" + std::to_string(open) + " @ " + std::to_string(price) + " ref " +
               std::to_string(order.reference) + " id " + std::to_string(order.cl_ord_id) + " s" + std::to_string(order.session) + " a" +
               std::to_string(order.account) + " done " + std::to_string(order.executed) + "\n";
    });
    if (!lines.empty()) printed += "row " + std::to_string(locate) + "\n" + lines;
  }
  return printed + "last ref " + std::to_string(matcher.last_reference()) + " match " + std::to_string(matcher.last_match_number()) + "\n";
}

inline std::uint64_t state_digest(const Matcher& matcher) {
  levels::Fnv1a64 hash;
  for (const char letter : state_listing(matcher)) hash.add_big_endian(static_cast<std::uint8_t>(letter));
  return hash.value();
}

}  // namespace hopwire::venue::scenario
