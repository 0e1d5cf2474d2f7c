// For tests only: the books as the ITCH text describes them, in the plainest containers, slow and obvious. BookSet is held against it.
//
// Shares nothing with the real path: it reads message bytes by their published offsets and computes the digest with its own few lines.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <vector>

namespace hopwire::test::slow {

struct Order {
  std::uint16_t locate = 0;
  char side = 0;  // 0: a replacement of an unknown order; live, but in no book
  std::uint32_t price = 0;
  std::uint64_t shares = 0;
};

class Books {
 public:
  std::map<char, std::uint64_t> orphans;
  std::uint64_t duplicates = 0;
  std::uint64_t over_reductions = 0;
  std::uint64_t zero_share_orders = 0;

  void apply(const std::vector<std::byte>& m) {
    const char type = static_cast<char>(m[0]);
    const std::uint64_t reference = m.size() >= 19 ? at(m, 11, 8) : 0;
    switch (type) {
      case 'A':
      case 'F':
        add(reference, {.locate = static_cast<std::uint16_t>(at(m, 1, 2)),
                        .side = static_cast<char>(m[19]),
                        .price = static_cast<std::uint32_t>(at(m, 32, 4)),
                        .shares = at(m, 20, 4)});
        break;
      case 'E':
      case 'C':
      case 'X': reduce(type, reference, at(m, 19, 4)); break;
      case 'D':
        if (!remove(reference)) ++orphans['D'];
        break;
      case 'S':
        if (static_cast<char>(m[11]) == 'O') begin_day();
        break;
      case 'U': replace(reference, at(m, 19, 8), at(m, 27, 4), static_cast<std::uint32_t>(at(m, 31, 4))); break;
      default: break;
    }
  }

  [[nodiscard]] std::size_t live_orders() const {
    std::size_t count = 0;
    for (const auto& [reference, order] : orders_) count += order.side != 0 ? 1 : 0;
    return count;
  }
  [[nodiscard]] std::size_t sideless_orders() const { return orders_.size() - live_orders(); }

  // References of one book in the order of the digest: bids from the highest price, asks from the lowest, each price by time.
  [[nodiscard]] std::vector<std::uint64_t> walk(std::uint16_t locate) const {
    std::vector<std::uint64_t> walked;
    const auto of = [&](char side, auto from, auto to) {
      for (; from != to; ++from) {
        for (const std::uint64_t reference : from->second) {
          const Order& order = orders_.at(reference);
          if (order.locate == locate && order.side == side) walked.push_back(reference);
        }
      }
    };
    of('B', queues_.rbegin(), queues_.rend());
    of('S', queues_.begin(), queues_.end());
    return walked;
  }
  [[nodiscard]] const Order& order(std::uint64_t reference) const { return orders_.at(reference); }

  [[nodiscard]] std::uint64_t digest(std::uint16_t locate) const {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    const auto take = [&](std::uint64_t value, int bytes) {
      while (bytes-- > 0) hash = (hash ^ ((value >> (8 * bytes)) & 0xFF)) * 0x100000001b3ULL;
    };
    for (const std::uint64_t reference : walk(locate)) {
      const Order& found = orders_.at(reference);
      take(static_cast<unsigned char>(found.side), 1);
      take(found.price, 4);
      take(reference, 8);
      take(found.shares, 4);
    }
    return hash;
  }

 private:
  static std::uint64_t at(const std::vector<std::byte>& m, std::size_t offset, std::size_t width) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value = value << 8 | static_cast<std::uint8_t>(m.at(offset + i));
    return value;
  }

  void add(std::uint64_t reference, const Order& order) {
    if (orders_.contains(reference)) {
      ++duplicates;
    } else if (order.shares == 0) {
      ++zero_share_orders;
    } else {
      orders_[reference] = order;
      queues_[order.price].push_back(reference);
    }
  }

  void begin_day() {
    std::vector<std::uint64_t> standing;
    for (const auto& [reference, order] : orders_) {
      if (order.side != 0) standing.push_back(reference);
    }
    for (const std::uint64_t reference : standing) remove(reference);
  }

  bool remove(std::uint64_t reference) {
    const auto found = orders_.find(reference);
    if (found == orders_.end()) return false;
    const auto queue = queues_.find(found->second.price);
    queue->second.remove(reference);
    if (queue->second.empty()) queues_.erase(queue);
    orders_.erase(found);
    return true;
  }

  void reduce(char type, std::uint64_t reference, std::uint64_t shares) {
    const auto found = orders_.find(reference);
    if (found == orders_.end()) {
      ++orphans[type];
      return;
    }
    if (shares > found->second.shares) ++over_reductions;
    found->second.shares -= std::min(shares, found->second.shares);
    if (found->second.shares == 0) remove(reference);
  }

  void replace(std::uint64_t original, std::uint64_t reference, std::uint64_t shares, std::uint32_t price) {
    Order order;
    if (const auto found = orders_.find(original); found != orders_.end()) {
      order = found->second;
      remove(original);
    } else {
      ++orphans['U'];
    }
    order.price = price;
    order.shares = shares;
    add(reference, order);
  }

  std::map<std::uint64_t, Order> orders_;
  std::map<std::uint32_t, std::list<std::uint64_t>> queues_;  // by price, in time; all books and sides together
};

}  // namespace hopwire::test::slow
