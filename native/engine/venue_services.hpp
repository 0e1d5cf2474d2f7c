// Why: two things the public wants of a venue must not cost its matcher anything: snapshots, and the sending of book digests. What: one
// thread beside the venue's that takes finished digests from a ring and publishes them as a MoldUDP64 line of their own, and that reads the
// venue's public lines like any feed, keeps a book of them and serves it by GLIMPSE.
//
// The snapshots are those of a feed-side book, by the way every subscriber has: what is wrong with our ITCH is wrong in them too, and the
// matcher is never asked or paused. For a login all that had been sent by then is read first. While its own books have a gap nobody is
// given a snapshot.
//
// It sleeps when there is nothing to do, and long while nobody asks: each time it wakes it takes a core from somebody, on a machine of two
// from a hop. So the lines are read in gulps, of what their socket buffers hold easily; a client's connection ends the sleep at once, and
// while clients are there, the lines have a gap or the gulps get large the sleep is short. What can go wrong: set-up throws (ports, routes,
// memory). Memory refused later ends the services, not the venue: failure() says so. Owner: its thread.
#pragma once

#include <poll.h>
#include <time.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "engine/snapshot_book.hpp"
#include "generated/book_digest.hpp"
#include "net/glimpse_server.hpp"
#include "net/mold_publisher.hpp"
#include "order_to_publish/5_publish/digest_walker.hpp"
#include "tick_to_trade/1_wire_in/socket_wire_in.hpp"

namespace hopwire::engine {

struct VenueServicesConfig {
  net::MoldSession session{};
  std::string interface = "127.0.0.1";
  int time_to_live = 1;
  std::optional<net::Endpoint> digests{};
  std::optional<net::GlimpseServerConfig> glimpse{};
  std::vector<net::Endpoint> lines{};  // what the snapshots are made of
  net::Endpoint rerequest{};
  feed::BookLimits books{};
};

// A venue's lines, read into a book, served by GLIMPSE.
class SnapshotService {
 public:
  explicit SnapshotService(const VenueServicesConfig& config)
      : wire_(wire_config(config), clock_), book_({.books = config.books}), server_(*config.glimpse) {
    book_.clear(config.session);
  }

  // Returns what there was to do.
  std::size_t poll() {
    const std::size_t taken = read();
    return taken + server_.poll(core::monotonic_now(), [this](std::uint64_t since) { return image(since); });
  }

  // Somebody is waiting, for a snapshot or for a re-request's answer.
  [[nodiscard]] bool is_awaited() const noexcept { return server_.clients() != 0 || std::as_const(wire_).receiver().missing(); }
  [[nodiscard]] int listener() const noexcept { return server_.listener(); }
  [[nodiscard]] std::uint16_t port() const noexcept { return server_.port(); }
  [[nodiscard]] const net::GlimpseServerCounters& counters() const noexcept { return server_.counters(); }
  void recalibrate() noexcept { clock_.recalibrate_offset(); }

 private:
  static constexpr int reads_before_image = 256;  // of at most 32 packets a line: more than a socket holds

  [[nodiscard]] static feed::SocketWireInConfig wire_config(const VenueServicesConfig& config) {
    feed::SocketWireInConfig wire;
    wire.lines = config.lines;
    wire.interface = config.interface;
    wire.rerequest_servers = {config.rerequest};
    wire.receiver.session = config.session;
    return wire;
  }

  std::size_t read() {
    return wire_.poll([this](const feed::Packet& packet) {
      const std::byte* block = packet.blocks;
      for (std::uint32_t i = 0; i < packet.message_count; ++i) {
        const std::size_t length = net::mold_block_length(block);
        book_.apply({block + net::mold_block_prefix, length});
        block += net::mold_block_prefix + length;
      }
    });
  }

  std::shared_ptr<const net::GlimpseSnapshot> image(std::uint64_t since) {
    for (int reads = 0; reads < reads_before_image && read() != 0; ++reads) {
    }
    const feed::MoldReceiver& receiver = std::as_const(wire_).receiver();
    if (!receiver.started() || receiver.missing() || receiver.next_sequence() != book_.sequence()) return nullptr;
    return book_.image(core::monotonic_now(), since);
  }

  core::TscClock clock_;
  feed::SocketWireIn<> wire_;
  SnapshotBook book_;
  net::GlimpseServer server_;
};

// Digests as they are finished, onto their own line.
class DigestLine {
 public:
  explicit DigestLine(const VenueServicesConfig& config)
      : sender_({.destination = *config.digests, .interface = config.interface, .time_to_live = config.time_to_live}),
        line_({.session = config.session, .store_bytes = std::size_t{1} << 20, .store_messages = std::size_t{1} << 14,
               .touched_bytes = std::size_t{1} << 16},
              sender_) {}

  std::size_t publish(venue::DigestRing& ring) noexcept {
    std::size_t count = 0;
    for (venue::BookDigestRecord record; ring.try_pop(record); ++count) {
      std::byte* room = line_.reserve(bookdigest::BookDigestEncoder::encoded_length);
      if (room == nullptr) break;  // no packet holds it: cannot be
      bookdigest::BookDigestEncoder::wrap(room)
          .stock_locate(record.locate)
          .changed_sequence(record.changed_sequence)
          .sequence(record.sequence)
          .order_count(record.order_count)
          .digest(record.digest);
      line_.commit();
    }
    line_.flush();
    line_.heartbeat_if_idle(core::monotonic_now());
    return count;
  }
  void end_of_session() noexcept { line_.end_of_session(); }

 private:
  net::UdpSender sender_;
  net::MoldPublisher line_;
};

class VenueServices {
 public:
  explicit VenueServices(const VenueServicesConfig& config) {
    if (config.digests) digests_.emplace(config);
    if (config.glimpse) snapshots_ = std::make_unique<SnapshotService>(config);
  }
  ~VenueServices() { stop(); }
  VenueServices(const VenueServices&) = delete;
  VenueServices& operator=(const VenueServices&) = delete;

  void start() {
    thread_ = std::thread([this] { run(); });
  }
  // No digest will come any more; the line ends when the last one is out. Snapshots are still served.
  void finish_digests() noexcept { digests_end_.store(true, std::memory_order_release); }
  void stop() noexcept {
    stop_.store(true, std::memory_order_relaxed);
    if (thread_.joinable()) thread_.join();
    if (snapshots_) port_ = snapshots_->port();
    snapshots_.reset();  // its port is free, its clients see the end
    digests_.reset();
  }

  // The matcher's thread fills it.
  [[nodiscard]] venue::DigestRing& ring() noexcept { return ring_; }
  [[nodiscard]] std::uint16_t glimpse_port() const noexcept { return snapshots_ ? snapshots_->port() : port_; }
  [[nodiscard]] std::uint64_t snapshots() const noexcept { return snapshots_sent_.load(std::memory_order_relaxed); }
  // '' while all is well.
  [[nodiscard]] std::string failure() const { return failed_.load(std::memory_order_acquire) ? failure_ : std::string(); }

 private:
  static constexpr std::uint64_t recalibration_interval = 100'000'000;
  static constexpr long short_rest = 500'000;  // ns
  static constexpr long long_rest = 10'000'000;
  // Packets and digests after which the next rest is short: the smallest usual socket buffer (208 KiB) holds more.
  static constexpr std::size_t large_gulp = 48;

  void run() noexcept {
    try {
      std::size_t gulp = 0;
      while (!stop_.load(std::memory_order_relaxed)) {
        if (const std::size_t work = duty_cycle(); work != 0) {
          gulp += work;
          continue;
        }
        rest(gulp >= large_gulp || (snapshots_ && snapshots_->is_awaited()) ? short_rest : long_rest);
        gulp = 0;
      }
    } catch (const std::exception& error) {
      failure_ = error.what();
      failed_.store(true, std::memory_order_release);
    }
  }

  std::size_t duty_cycle() {
    std::size_t work = 0;
    if (digests_) {
      const bool last = digests_end_.load(std::memory_order_acquire);
      work += digests_->publish(ring_);
      if (last && !ended_) {
        ended_ = true;
        digests_->end_of_session();
      }
    }
    if (snapshots_) {
      work += snapshots_->poll();
      snapshots_sent_.store(snapshots_->counters().snapshots, std::memory_order_relaxed);
      if (const std::uint64_t now = core::monotonic_now(); now >= next_recalibration_) {
        next_recalibration_ = now + recalibration_interval;
        snapshots_->recalibrate();
      }
    }
    return work;
  }

  // Until the time is over or a client comes.
  void rest(long nanoseconds) const noexcept {
    const timespec pause{.tv_sec = 0, .tv_nsec = nanoseconds};
    pollfd client{.fd = snapshots_ ? snapshots_->listener() : -1, .events = POLLIN, .revents = 0};
    (void)::ppoll(&client, 1, &pause, nullptr);
  }

  venue::DigestRing ring_{4096};
  std::optional<DigestLine> digests_;
  std::unique_ptr<SnapshotService> snapshots_;
  std::uint16_t port_ = 0;  // of the snapshot server that was
  bool ended_ = false;
  std::uint64_t next_recalibration_ = 0;
  std::atomic<bool> digests_end_{false};
  std::atomic<std::uint64_t> snapshots_sent_{0};
  std::atomic<bool> failed_{false};
  std::string failure_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace hopwire::engine
