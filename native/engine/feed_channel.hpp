// Why: a channel of a feed, one MoldUDP64 stream, is watched the same way wherever its packets come from: a socket, a capture, a day file.
// What: what it is told at the start, what it shows while it runs, and what can be asked of it afterwards, without the type of its source.
//
// Books, lines, servers, regions and state are the channel's own: stock locates and order references are numbered anew in each stream.
// Cold, but for turn(): nothing else here is called for a packet.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/idle.hpp"
#include "engine/digest_watch.hpp"
#include "engine/file_wire_in.hpp"
#include "engine/side_copies.hpp"
#include "net/glimpse_client.hpp"
#include "tick_to_trade/1_wire_in/capture_wire_in.hpp"
#include "tick_to_trade/1_wire_in/socket_wire_in.hpp"
#include "tick_to_trade/3_book/book_set.hpp"

namespace hopwire::engine {

struct FeedChannelConfig {
  std::string name{};                 // of the region files
  bool publish_books = false;         // make the Books region
  std::uint32_t rows = 65536;         // largest stock locate + 1
  std::uint32_t depth = 10;
  char market = 'Q';                  // whose operational halts count: Q Nasdaq, B BX, X PSX
  std::size_t maximum_orders = std::size_t{1} << 25;  // address space; memory follows use
  feed::SocketWireInConfig wire{};                    // the socket backend, when neither file nor capture is named
  std::optional<FileWireInConfig> file{};
  std::optional<feed::CaptureWireInConfig> capture{};
  std::optional<net::GlimpseClientConfig> snapshot{};  // of the socket backend
  std::uint64_t snapshot_retry = 1'000'000'000;        // ns; doubled up to eight times
  std::optional<DigestWatchConfig> digests{};          // the venue's book digests, to be compared while it runs; of the socket backend
};

struct LineProgress {
  std::atomic<std::uint64_t> packets{0};
  std::atomic<std::uint64_t> messages{0};
  std::atomic<std::uint64_t> first_messages{0};
  std::atomic<std::uint64_t> duplicates{0};
  std::atomic<std::uint64_t> gaps{0};
  std::atomic<std::uint64_t> messages_missed{0};
  std::atomic<std::uint64_t> late{0};
  std::atomic<std::uint64_t> silences{0};
  std::atomic<std::uint64_t> kernel_drops{0};
  std::atomic<std::uint64_t> heard_ago{0};  // ns; of packets of the session
  std::atomic<bool> silent{false};
};

struct ServerProgress {
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> answers{0};
  std::atomic<std::uint64_t> downs{0};
  std::atomic<bool> down{false};
};

// Written by the loop's thread a few times a second, read by anyone.
struct FeedProgress {
  std::atomic<std::uint64_t> packets{0};
  std::atomic<std::uint64_t> messages{0};
  std::atomic<std::uint64_t> gaps{0};
  std::atomic<std::uint64_t> heals{0};
  std::atomic<std::uint64_t> messages_lost{0};
  std::atomic<std::uint64_t> rerequests{0};
  std::atomic<std::uint64_t> next_sequence{0};
  std::atomic<std::uint64_t> known_end{0};
  std::atomic<std::uint64_t> delayed_nanoseconds{0};
  std::atomic<std::uint64_t> stale_nanoseconds{0};
  std::atomic<std::uint64_t> snapshots{0};
  std::atomic<std::uint64_t> snapshot_messages{0};
  std::atomic<std::uint64_t> snapshot_failures{0};
  std::atomic<std::uint64_t> digests_compared{0};
  std::atomic<std::uint64_t> digests_different{0};
  std::atomic<std::uint64_t> offset{0};  // of a file or capture, bytes
  std::atomic<std::uint64_t> size{0};
  std::atomic<words::ChannelState> state{words::ChannelState::good};
  std::atomic<bool> snapshot_wanted{false};
  std::atomic<bool> started{false};
  std::atomic<bool> finished{false};
  std::array<LineProgress, feed::most_lines> lines{};
  std::atomic<std::uint32_t> line_count{0};
  std::array<ServerProgress, feed::most_servers> servers{};
  std::atomic<std::uint32_t> server_count{0};
};

// Only a capture has these.
struct CaptureResult {
  feed::CaptureCounters counters{};
  net::CaptureFault fault = net::CaptureFault::none;
  std::uint64_t fault_offset = 0;
  std::vector<net::Endpoint> lines{};
};

class FeedChannel {
 public:
  FeedChannel() = default;
  FeedChannel(const FeedChannel&) = delete;
  FeedChannel& operator=(const FeedChannel&) = delete;
  virtual ~FeedChannel() = default;

  // Before the first turn: how the loop's thread idles, for the telemetry region.
  virtual void set_idle(core::IdleChoice choice, unsigned busy_loops, unsigned cores) noexcept = 0;
  // The thread of its FeedLoop. One duty cycle at TSC `tsc`; returns datagrams taken.
  virtual std::size_t turn(std::uint64_t tsc) noexcept = 0;
  // The session has ended or the source is exhausted: no more turns.
  [[nodiscard]] virtual bool over() const noexcept = 0;
  // A few times a second; the loop's polls are those of all its channels.
  virtual void housekeeping(const core::Idle& idle) noexcept = 0;
  // After the last turn: the regions go, and what is asked only of a finished channel may be asked.
  virtual void finish(const core::Idle& idle) noexcept = 0;

  [[nodiscard]] virtual const FeedProgress& progress() const noexcept = 0;
  [[nodiscard]] virtual std::string telemetry_path() const = 0;
  [[nodiscard]] virtual std::string books_path() const = 0;
  // Answered by the loop's thread, within 20 ms; by nobody once the channel has finished.
  [[nodiscard]] virtual SideCopies& side_copies() noexcept = 0;

  // Only once finished.
  [[nodiscard]] virtual const feed::BookSet& books() const noexcept = 0;
  [[nodiscard]] virtual const feed::MoldReceiver& receiver() const noexcept = 0;
  [[nodiscard]] virtual std::uint64_t refused_messages() const noexcept = 0;
  [[nodiscard]] virtual std::uint64_t kernel_drops(std::size_t line) const noexcept = 0;
  [[nodiscard]] virtual std::uint64_t now() const noexcept = 0;  // on the receiver's axis
  [[nodiscard]] virtual std::uint64_t damaged_frames() const noexcept = 0;
  [[nodiscard]] virtual std::string snapshot_reason() const = 0;  // why the last one failed
  [[nodiscard]] virtual std::optional<CaptureResult> capture() const = 0;
  [[nodiscard]] virtual const DigestCheck* digest_check() const noexcept = 0;  // null: nobody asked for one
};

// The channel on the source that the configuration names (source_channel.cpp). `clock` is the loop's, and outlives it. Throws as sources
// and regions do.
[[nodiscard]] std::unique_ptr<FeedChannel> make_channel(const FeedChannelConfig& config, const core::TscClock& clock);

}  // namespace hopwire::engine
