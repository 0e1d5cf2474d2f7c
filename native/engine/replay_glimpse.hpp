// Why: joining in the middle of a day is tried with a real day. What: a GLIMPSE server whose market is the file that is being replayed, as
// of what has been sent. A thread of its own with a book of its own, so that the replay is not slowed down.
//
// It follows the replay message by message, and for a login catches up with all that had been sent by then: a client that listens first and
// logs in second has no hole between the two. Owns its mapping of the file, its book, its socket and thread. What can go wrong: set-up
// throws (file, port, memory); afterwards a client's trouble is that client's.
#pragma once

#include <sched.h>
#include <time.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "core/clock.hpp"
#include "engine/itch_scan.hpp"
#include "engine/snapshot_book.hpp"
#include "net/binary_file.hpp"
#include "net/glimpse_server.hpp"
#include "tick_to_trade/2_decode/itch_frames.hpp"

namespace hopwire::engine {

// How far the replay is: one writer.
class ReplayPosition {
 public:
  // Another session has begun: numbers start again.
  void begin_session() noexcept {
    released_.store(1, std::memory_order_relaxed);
    session_.fetch_add(1, std::memory_order_release);
  }
  void release(std::uint64_t sequence) noexcept { released_.store(sequence, std::memory_order_release); }

  [[nodiscard]] std::uint32_t session() const noexcept { return session_.load(std::memory_order_acquire); }
  // First sequence not sent.
  [[nodiscard]] std::uint64_t released() const noexcept { return released_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::uint32_t> session_{0};
  std::atomic<std::uint64_t> released_{1};
};

class ReplayGlimpse {
 public:
  // `sessions`: their names in order.
  ReplayGlimpse(const std::string& path, const net::GlimpseServerConfig& server, std::vector<net::MoldSession> sessions,
                const ReplayPosition& position)
      : file_(path),
        frames_(file_.bytes()),
        book_({.books = ItchScan::limits_for(file_.bytes().size())}),
        server_(server),
        sessions_(std::move(sessions)),
        position_(position) {
    book_.clear(sessions_.front());
    thread_ = std::thread([this] { run(); });
  }
  ~ReplayGlimpse() {
    stop_.store(true, std::memory_order_relaxed);
    thread_.join();
  }
  ReplayGlimpse(const ReplayGlimpse&) = delete;
  ReplayGlimpse& operator=(const ReplayGlimpse&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return server_.port(); }
  [[nodiscard]] std::size_t clients() const noexcept { return clients_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t snapshots() const noexcept { return snapshots_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::uint64_t step = 4096;  // messages between two looks at the clients

  void run() {
    while (!stop_.load(std::memory_order_relaxed)) {
      const bool behind = follow(step);
      const std::uint64_t now = core::monotonic_now();
      const std::size_t written = server_.poll(now, [&](std::uint64_t since) { return image(since); });
      clients_.store(server_.clients(), std::memory_order_relaxed);
      snapshots_.store(server_.counters().snapshots, std::memory_order_relaxed);
      if (!behind && written == 0) rest();
    }
  }

  static void rest() noexcept {
    const timespec pause{.tv_sec = 0, .tv_nsec = 200'000};
    ::nanosleep(&pause, nullptr);
  }

  // All that was sent by now is in it; what is sent while it catches up need not be.
  std::shared_ptr<const net::GlimpseSnapshot> image(std::uint64_t since) {
    const std::uint64_t released = position_.released();
    const std::uint32_t session = position_.session();
    while (position_.session() == session && book_.sequence() < released && follow(step)) {
    }
    return book_.image(core::monotonic_now(), since);
  }

  // Takes up to `most` messages that were sent; true when there may be more.
  bool follow(std::uint64_t most) {
    if (position_.session() != session_) begin_session();
    const std::uint64_t end = std::min(position_.released(), book_.sequence() + most);
    if (position_.session() != session_) return true;  // that end was of the session after
    while (book_.sequence() < end) {
      const feed::ItchFrames::Step found = frames_.next();
      if (found == feed::ItchFrames::Step::end) return false;
      if (found == feed::ItchFrames::Step::message) book_.apply(frames_.message());
    }
    return book_.sequence() < position_.released();
  }

  void begin_session() {
    session_ = position_.session();
    frames_ = feed::ItchFrames(file_.bytes());
    book_.clear(sessions_[std::min<std::size_t>(session_, sessions_.size() - 1)]);
  }

  net::MappedFile file_;
  feed::ItchFrames frames_;
  SnapshotBook book_;
  net::GlimpseServer server_;
  std::vector<net::MoldSession> sessions_;
  const ReplayPosition& position_;
  std::uint32_t session_ = 0;
  std::atomic<std::size_t> clients_{0};
  std::atomic<std::uint64_t> snapshots_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace hopwire::engine
