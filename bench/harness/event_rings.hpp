// Where a benchmark of the matcher leaves its events, and who reads them. The matcher writes each event in place, as for hop 5; a reader
// folds every field that a repetition must repeat into a hash (references and match numbers rise from round to round and stay out).
//
//   ConsumedRing  the reader is the same thread, as in the venue: after every batch it reads what was written
//   HandedOverRing  the reader is another thread on another core, as behind the public harness; the producer waits while the ring is full
//
// Writing and reading both belong to the measured region. The rings are larger than the first-level cache, so that a store costs what it
// costs in a process that does other things too.
#pragma once

#include <immintrin.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "core/affinity.hpp"
#include "order_to_publish/4_match/match_event.hpp"
#include "order_to_publish/4_match/matcher.hpp"

namespace hopwire::bench {

class EventHash {
 public:
  void add(const venue::MatchEvent& event) noexcept {
    const std::uint64_t what = std::uint64_t{event.quantity} << 32 | static_cast<std::uint32_t>(event.price);
    const std::uint64_t why = std::uint64_t{event.reason} << 16 | static_cast<std::uint64_t>(event.kind);
    const std::uint64_t rest = std::uint64_t{event.leaves} << 32 | why;
    value_ = (value_ ^ event.cl_ord_id ^ std::rotl(event.taker_cl_ord_id, 20) ^ what ^ std::rotl(rest, 40)) * 0x9E3779B97F4A7C15ull;
  }
  [[nodiscard]] std::uint64_t take() noexcept { return std::exchange(value_, start); }

 private:
  static constexpr std::uint64_t start = 0xcbf29ce484222325ull;
  std::uint64_t value_ = start;
};

class ConsumedRing {
 public:
  ConsumedRing() : events_(capacity) {}

  venue::MatchEvent& next() noexcept {
    if (written_ - read_ == capacity) consume();
    return events_[written_ % capacity];
  }
  void commit() noexcept { ++written_; }

  void consume() noexcept {
    for (; read_ != written_; ++read_) hash_.add(events_[read_ % capacity]);
  }
  // All commands, read after each batch of 64. ahead: the matcher is given the batch, else one command at a time.
  std::uint64_t run(venue::Matcher& matcher, std::span<const venue::SequencedCommand> commands, bool ahead) noexcept {
    for (std::size_t at = 0; at < commands.size(); at += batch) {
      const auto now = commands.subspan(at, std::min(batch, commands.size() - at));
      if (ahead) {
        matcher.apply_batch(now, *this);
      } else {
        for (const venue::SequencedCommand& command : now) matcher.apply(command, *this);
      }
      consume();
    }
    return take_hash();
  }

  [[nodiscard]] std::uint64_t take_hash() noexcept {
    consume();
    const std::uint64_t hash = hash_.take() ^ written_;
    last_run_ = std::exchange(written_, 0);
    read_ = 0;
    return hash;
  }
  [[nodiscard]] std::uint64_t events_of_last_run() const noexcept { return last_run_; }

 private:
  static constexpr std::size_t capacity = 1024;
  static constexpr std::size_t batch = 64;  // commands

  std::vector<venue::MatchEvent> events_;
  std::uint64_t written_ = 0;
  std::uint64_t read_ = 0;
  std::uint64_t last_run_ = 0;
  EventHash hash_;
};

class HandedOverRing {
 public:
  explicit HandedOverRing(int reader_core) : events_(capacity), reader_([this, reader_core] { read_all(reader_core); }) {}
  HandedOverRing(const HandedOverRing&) = delete;
  HandedOverRing& operator=(const HandedOverRing&) = delete;
  ~HandedOverRing() {
    stop_.store(true, std::memory_order_release);
    reader_.join();
  }

  venue::MatchEvent& next() noexcept {
    if (tail_ - head_seen_ == capacity) [[unlikely]] {
      while (tail_ - (head_seen_ = head_.load(std::memory_order_acquire)) == capacity) _mm_pause();
    }
    return events_[tail_ % capacity];
  }
  void commit() noexcept { committed_.store(++tail_, std::memory_order_release); }

  // Waits until the reader has seen everything.
  [[nodiscard]] std::uint64_t take_hash() noexcept {
    while (head_.load(std::memory_order_acquire) != tail_) _mm_pause();
    const std::uint64_t hash = hash_.take() ^ (tail_ - round_began_);  // the reader touches the hash only while there is something to read
    round_began_ = tail_;
    return hash;
  }

 private:
  static constexpr std::size_t capacity = std::size_t{1} << 16;

  void read_all(int core) noexcept {
    core::pin_thread(core);
    std::uint64_t head = 0;
    while (!stop_.load(std::memory_order_relaxed)) {
      const std::uint64_t ready = committed_.load(std::memory_order_acquire);
      if (head == ready) {
        _mm_pause();
        continue;
      }
      for (; head != ready; ++head) hash_.add(events_[head % capacity]);
      head_.store(head, std::memory_order_release);
    }
  }

  std::vector<venue::MatchEvent> events_;
  alignas(64) std::uint64_t tail_ = 0;  // the producer's
  std::uint64_t head_seen_ = 0;
  std::uint64_t round_began_ = 0;
  alignas(64) std::atomic<std::uint64_t> committed_{0};
  alignas(64) std::atomic<std::uint64_t> head_{0};
  EventHash hash_;  // the reader's, the producer's while the ring is empty
  alignas(64) std::atomic<bool> stop_{false};
  std::thread reader_;
};

}  // namespace hopwire::bench
