// Why: which scopes are purged or killed, in fixed memory. A sorted array of keys: locks are set by hand and few, and while there are none
// an order pays one comparison. What can go wrong: it is full; add() says so and the caller refuses.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/reserved_array.hpp"

namespace hopwire::venue {

enum class ScopeOwner : std::uint8_t { session, account, firm, venue };

class ScopeLocks {
 public:
  static constexpr std::size_t capacity = std::size_t{1} << 16;

  ScopeLocks() : keys_(capacity) {}

  // id: of the owner, 0 for the venue. locate: 0 = all instruments.
  static constexpr std::uint64_t key(bool is_kill, ScopeOwner owner, std::uint32_t id, std::uint16_t locate) noexcept {
    return std::uint64_t{is_kill} << 50 | static_cast<std::uint64_t>(owner) << 48 | std::uint64_t{id} << 16 | locate;
  }

  struct Lock {
    bool is_kill;
    ScopeOwner owner;
    std::uint32_t id;
    std::uint16_t locate;
  };
  static constexpr Lock lock_of(std::uint64_t key) noexcept {
    return {.is_kill = (key >> 50 & 1) != 0,
            .owner = static_cast<ScopeOwner>(key >> 48 & 3),
            .id = static_cast<std::uint32_t>(key >> 16),
            .locate = static_cast<std::uint16_t>(key)};
  }

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  // Of the locks, rising, those from this key on.
  [[nodiscard]] std::span<const std::uint64_t> from(std::uint64_t key) const noexcept { return {position_of(key), end()}; }
  [[nodiscard]] bool has(std::uint64_t key) const noexcept {
    const std::uint64_t* at = position_of(key);
    return at != end() && *at == key;
  }

  // False when there is no room. A key that is there already stays.
  bool add(std::uint64_t key) noexcept {
    if (has(key)) return true;
    if (count_ == capacity) return false;
    std::uint64_t* at = keys_.data() + (position_of(key) - keys_.data());
    std::copy_backward(at, keys_.data() + count_, keys_.data() + count_ + 1);
    *at = key;
    ++count_;
    return true;
  }

  // False when there was none.
  bool remove(std::uint64_t key) noexcept {
    if (!has(key)) return false;
    std::uint64_t* at = keys_.data() + (position_of(key) - keys_.data());
    std::copy(at + 1, keys_.data() + count_, at);
    --count_;
    return true;
  }

 private:
  [[nodiscard]] const std::uint64_t* end() const noexcept { return keys_.data() + count_; }
  [[nodiscard]] const std::uint64_t* position_of(std::uint64_t key) const noexcept { return std::lower_bound(keys_.data(), end(), key); }

  core::ReservedArray<std::uint64_t> keys_;
  std::size_t count_ = 0;
};

}  // namespace hopwire::venue
