// Why: a feed is watched the same way wherever its packets come from: a socket, a capture, a day file. What: what it is told at the start,
// what it shows while it runs, and what can be asked of it afterwards, without the type of its source.
//
// Cold: nothing here is called for a message or a packet.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "core/idle.hpp"
#include "engine/digest_watch.hpp"
#include "engine/file_wire_in.hpp"
#include "engine/side_copies.hpp"
#include "net/glimpse_client.hpp"
#include "tick_to_trade/1_wire_in/capture_wire_in.hpp"
#include "tick_to_trade/1_wire_in/socket_wire_in.hpp"
#include "tick_to_trade/3_book/book_set.hpp"

namespace hopwire::engine {

struct FeedConfig {
  std::string name{};                 // of the region files
  bool publish_books = false;         // make the Books region
  std::uint32_t rows = 65536;         // largest stock locate + 1
  std::uint32_t depth = 10;
  std::size_t maximum_orders = std::size_t{1} << 25;  // address space; memory follows use
  feed::SocketWireInConfig wire{};                    // the socket backend, when neither file nor capture is named
  std::optional<FileWireInConfig> file{};
  std::optional<feed::CaptureWireInConfig> capture{};
  std::optional<net::GlimpseClientConfig> snapshot{};  // of the socket backend
  std::uint64_t snapshot_retry = 1'000'000'000;        // ns; doubled up to eight times
  std::optional<DigestWatchConfig> digests{};          // the venue's book digests, to be compared while it runs; of the socket backend
  std::string idle = "auto";
  unsigned busy_loops = 1;
  std::uint64_t run_time = 0;         // ns; 0 = until the end of session or stop
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
};

// Only a capture has these.
struct CaptureResult {
  feed::CaptureCounters counters{};
  net::CaptureFault fault = net::CaptureFault::none;
  std::uint64_t fault_offset = 0;
  std::vector<net::Endpoint> lines{};
};

class FeedRun {
 public:
  FeedRun() = default;
  FeedRun(const FeedRun&) = delete;
  FeedRun& operator=(const FeedRun&) = delete;
  virtual ~FeedRun() = default;

  // Until the session ends, the file does, the time is up or somebody says stop. Owner of everything: the thread in here.
  virtual void run() noexcept = 0;
  virtual void stop() noexcept = 0;
  [[nodiscard]] virtual const FeedProgress& progress() const noexcept = 0;
  [[nodiscard]] virtual std::string telemetry_path() const = 0;
  [[nodiscard]] virtual std::string books_path() const = 0;
  [[nodiscard]] virtual core::IdleChoice idle() const noexcept = 0;
  // Answered by the thread in run(), within 20 ms; by nobody once it has finished.
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

}  // namespace hopwire::engine
