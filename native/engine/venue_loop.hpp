// Why: the venue is one thread that owns everything of order_to_publish, and a few cold words for those who start, watch and end it.
// Owns: the thread, the region files (telemetry, journal), the sockets, the matcher, and the thread of its services (snapshots and book
// digests; venue_services.hpp) when they are wanted; the files of a kept run are written by the caller's thread through drain().
//
// Life: constructed (all set-up that can fail has failed by now) -> start() -> running -> finish(): sessions are closed, the day's last
// messages and the end of session go out, books stand still while re-requests are still served -> stop() joins.
//
// What can go wrong while running: the matcher's invariants are checked when the day ends and reported as violations; a journal that
// refuses a record halts the flow, which is kept as failure(), and the loop ends. Nothing on the thread throws; what did would end the
// process.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/affinity.hpp"
#include "core/clock.hpp"
#include "core/idle.hpp"
#include "core/region_file.hpp"
#include "core/telemetry_region.hpp"
#include "engine/trading_schedule.hpp"
#include "engine/venue_config.hpp"
#include "engine/venue_services.hpp"
#include "net/mold_follower.hpp"
#include "net/mold_publisher.hpp"
#include "net/pcap_writer.hpp"
#include "net/rerequest_server.hpp"
#include "net/udp_socket.hpp"
#include "net/wire_tap.hpp"
#include "order_to_publish/3_journal/journal_drain.hpp"
#include "order_to_publish/pipeline.hpp"

namespace hopwire::engine {

class VenueLoop {
 public:
  // Throws NetworkError or SystemError.
  explicit VenueLoop(const VenueConfig& config);
  ~VenueLoop() { stop(); }
  VenueLoop(const VenueLoop&) = delete;
  VenueLoop& operator=(const VenueLoop&) = delete;

  // Throws OpeningRefused when the matcher does not take what the configuration says.
  void start();
  // Asks the thread to end the day; finished() tells when it has.
  void finish() noexcept { phase_wanted_.store(Phase::finished, std::memory_order_release); }
  [[nodiscard]] bool finished() const noexcept { return phase_.load(std::memory_order_acquire) == Phase::finished; }
  // Ends the thread, frees the ports and closes the regions. Idempotent.
  void stop() noexcept;

  // Cold, from one other thread: moves journal records and captured packets to the kept files. Returns bytes written.
  std::size_t drain();

  // '' while all is well.
  [[nodiscard]] std::string failure() const { return failed_.load(std::memory_order_acquire) ? failure_ : std::string(); }
  // '' while all is well: of the services, without which the venue goes on.
  [[nodiscard]] std::string service_failure() const { return services_ ? services_->failure() : std::string(); }
  [[nodiscard]] std::uint16_t order_entry_port() const noexcept { return gateway_.port(); }
  [[nodiscard]] std::uint16_t glimpse_port() const noexcept { return services_ ? services_->glimpse_port() : std::uint16_t{0}; }
  [[nodiscard]] const std::string& telemetry_path() const noexcept { return telemetry_.path(); }
  [[nodiscard]] const std::string& journal_path() const noexcept { return journal_file_.path(); }

  // Only once finished().
  [[nodiscard]] const venue::Matcher& matcher() const noexcept { return matcher_; }
  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return line_.next_sequence(); }
  [[nodiscard]] std::size_t instrument_count() const noexcept { return config_.instruments.size(); }
  [[nodiscard]] std::uint64_t commands() const noexcept { return sequencer_.last_sequence(); }
  [[nodiscard]] std::vector<std::string> violations() const;

 private:
  enum class Phase : std::uint8_t { trading, finished, stopped };

  void run() noexcept;
  void open_market();
  void duty_cycle() noexcept;
  std::size_t run_schedule(std::uint64_t now) noexcept;
  void end_day() noexcept;
  [[nodiscard]] std::size_t tend_lines(std::uint64_t now, bool quiet) noexcept;
  void housekeeping(std::uint64_t now_tsc) noexcept;
  void copy_counters() noexcept;

  VenueConfig config_;
  core::TscClock clock_;
  core::TelemetryRegion telemetry_;
  core::RegionFile journal_file_;
  std::unique_ptr<net::WireTap> tap_;
  std::unique_ptr<net::PcapWriter> pcap_;
  int journal_descriptor_ = -1;
  std::optional<venue::JournalDrain> journal_drain_;
  venue::InstrumentDirectory directory_;
  venue::OrderEntryServer gateway_;
  venue::Sequencer sequencer_;
  venue::Journal journal_;
  venue::Matcher matcher_;
  venue::MatchEventBuffer events_;
  net::UdpSender sender_;
  net::MoldPublisher line_;
  net::RerequestServer rerequests_;
  std::unique_ptr<net::UdpSender> sender_b_;
  std::unique_ptr<net::MoldFollower> line_b_;
  std::unique_ptr<VenueServices> services_;
  std::unique_ptr<venue::DigestWalker> digests_;
  venue::Publisher publisher_;
  venue::Pipeline pipeline_;
  TradingSchedule schedule_;
  core::IdleChoice idle_choice_;
  core::Idle idle_;
  std::uint64_t next_housekeeping_ = 0;
  std::uint64_t housekeeping_ticks_ = 0;
  std::atomic<Phase> phase_wanted_{Phase::trading};
  std::atomic<Phase> phase_{Phase::trading};
  std::atomic<bool> failed_{false};
  std::string failure_;
  std::thread thread_;
};

}  // namespace hopwire::engine
