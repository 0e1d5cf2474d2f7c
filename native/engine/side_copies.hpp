// Why: the columns other processes read hold the best levels; who wants every order of a side has to ask the thread that owns the books.
// What: one place where a question is left and an answer picked up. The owner copies between two duty cycles, so a copy is one moment of
// the book, and says which.
//
// One question at a time; whoever asks while another stands is told to come again. Cold: an answer allocates on the owner's thread and
// takes about as long as a walk of the side (memory, 16 bytes an order), which packets wait for. Nobody asking costs the owner one load
// each time it looks, and it looks fifty times a second. Asker and owner may be any two threads, one of each.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace hopwire::engine {

// In priority order: from the best price, within a price by time.
struct SideCopy {
  std::uint16_t locate = 0;
  char side = 'B';
  bool good = false;           // nothing was missing from the book; otherwise it is what is known
  std::uint64_t sequence = 0;  // of the next message when it was so
  std::vector<std::uint64_t> references{};
  std::vector<std::int32_t> prices{};  // 1e-4
  std::vector<std::uint32_t> shares{};
};

template <class Books>
[[nodiscard]] SideCopy copy_side(const Books& books, std::uint16_t locate, char side, std::uint64_t sequence, bool good) {
  SideCopy copy{.locate = locate, .side = side, .good = good, .sequence = sequence};
  books.walk(locate, [&](char of, std::uint64_t reference, std::int32_t price, std::uint32_t shares) {
    if (of != side) return;
    copy.references.push_back(reference);
    copy.prices.push_back(price);
    copy.shares.push_back(shares);
  });
  return copy;
}

class SideCopies {
 public:
  // The asker's. False: one is asked for already.
  [[nodiscard]] bool ask(std::uint16_t locate, char side) noexcept {
    if (state_.load(std::memory_order_acquire) != State::free) return false;
    locate_ = locate;
    side_ = side;
    state_.store(State::asked, std::memory_order_release);
    return true;
  }
  // The asker's: the answer, once it is there.
  [[nodiscard]] std::optional<SideCopy> take() {
    if (state_.load(std::memory_order_acquire) != State::answered) return std::nullopt;
    SideCopy copy = std::exchange(answer_, {});
    state_.store(State::free, std::memory_order_release);
    return copy;
  }

  // The owner's.
  template <class Books>
  void answer(const Books& books, std::uint64_t sequence, bool good) {
    if (state_.load(std::memory_order_acquire) != State::asked) return;
    answer_ = copy_side(books, locate_, side_, sequence, good);
    state_.store(State::answered, std::memory_order_release);
  }

 private:
  enum class State : std::uint8_t { free, asked, answered };

  std::atomic<State> state_{State::free};
  std::uint16_t locate_ = 0;
  char side_ = 'B';
  SideCopy answer_{};
};

}  // namespace hopwire::engine
