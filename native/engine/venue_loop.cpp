// The venue's thread: set-up, duty cycle, end of day. Why and what can go wrong: venue_loop.hpp.
#include "engine/venue_loop.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>

#include "core/system_error.hpp"
#include "engine/venue_opening.hpp"

namespace hopwire::engine {
namespace {

constexpr std::uint64_t housekeeping_interval_ns = 20'000'000;
// An empty look at the re-request socket costs a system call on the venue's thread.
constexpr std::uint64_t rerequest_interval_ns = 50'000;
constexpr std::size_t line_bytes_touched = std::size_t{64} << 20;
constexpr std::size_t levels_per_instrument = 4096;

core::RegionFile make_journal_region(const VenueConfig& config) {
  constexpr std::size_t smallest = 2 * venue::Pipeline::records_of_a_poll * venue::journal_record_bytes;
  const std::size_t bytes = std::bit_ceil(std::max(config.journal_bytes, smallest));
  const regions::JournalRingDimensions dimensions{.bytes = static_cast<std::uint32_t>(bytes)};
  core::RegionFile file = core::RegionFile::create(core::region_path(config.name, "journal"), regions::JournalRingLayout::size(dimensions),
                                                   regions::layout_hash, regions::JournalRingLayout::region_id,
                                                   std::array<std::uint32_t, 1>{dimensions.bytes});
  file.unlink_on_close(true);  // from here on: a venue that does not get its port leaves nothing behind
  return file;
}

venue::MatcherLimits limits_of(const VenueConfig& config) {
  venue::MatcherLimits limits;
  limits.maximum_orders = config.maximum_orders;
  limits.maximum_levels = std::min(config.maximum_orders, config.instruments.size() * levels_per_instrument) + 1;
  for (const venue::ListedInstrument& instrument : config.instruments)
    limits.maximum_locate = std::max(limits.maximum_locate, instrument.locate);
  limits.maximum_order_quantity = config.maximum_order_quantity;
  limits.is_risk_on = config.is_risk_on;
  limits.maximum_accounts = config.maximum_accounts;
  limits.maximum_sessions = std::max<std::size_t>(config.gateway.sessions.size(), 1);
  return limits;
}

net::Endpoint endpoint_of(const std::string& address, std::uint16_t port) {
  const auto parsed = net::parse_address(address);
  if (!parsed) throw net::NetworkError(net::NetworkErrorKind::bad_address, "not an IPv4 address", address, EINVAL);
  return {*parsed, port};
}

// Where the feed leaves, re-requests come in; an interface given by name takes them on any address.
net::Endpoint rerequest_endpoint(const VenueConfig& config) {
  return {net::parse_address(config.interface).value_or(INADDR_ANY), config.rerequest_port};
}

net::MoldPublisherConfig line_config(const VenueConfig& config) {
  net::MoldPublisherConfig line;
  line.session = net::MoldSession(config.session);
  line.loss = config.loss;
  line.loss_seed = config.seed;
  return line;
}

net::Endpoint line_b(const VenueConfig& config) { return endpoint_of(config.group_b, config.port_b); }

std::unique_ptr<net::UdpSender> make_sender_b(const VenueConfig& config) {
  if (config.group_b.empty()) return nullptr;
  return std::make_unique<net::UdpSender>(
      net::UdpSenderConfig{.destination = line_b(config), .interface = config.interface, .time_to_live = config.ttl});
}

std::unique_ptr<net::MoldFollower> make_line_b(const VenueConfig& config, net::UdpSender* sender, net::WireTap* tap) {
  if (sender == nullptr) return nullptr;
  const net::MoldFollowerConfig line{.payload_limit = config.packet_bytes_b, .loss = config.loss, .loss_seed = config.seed + 1};
  return std::make_unique<net::MoldFollower>(line, *sender, tap);
}

std::unique_ptr<VenueServices> make_services(const VenueConfig& config, const net::Endpoint& rerequests) {
  if (config.digest_group.empty() && config.glimpse_host.empty()) return nullptr;
  VenueServicesConfig services;
  services.session = net::MoldSession(config.session);
  services.interface = config.interface;
  services.time_to_live = config.ttl;
  if (!config.digest_group.empty()) services.digests = endpoint_of(config.digest_group, config.digest_port);
  if (!config.glimpse_host.empty()) {
    services.glimpse = net::GlimpseServerConfig{
        .host = config.glimpse_host, .port = config.glimpse_port, .user = config.glimpse_user, .password = config.glimpse_password};
  }
  services.lines = {endpoint_of(config.group, config.port)};
  if (!config.group_b.empty()) services.lines.push_back(line_b(config));
  services.rerequest = rerequests;
  if (services.rerequest.address == INADDR_ANY) services.rerequest.address = INADDR_LOOPBACK;
  const venue::MatcherLimits limits = limits_of(config);
  services.books = {.maximum_orders = limits.maximum_orders,
                    .maximum_levels = limits.maximum_levels,
                    .maximum_locate = static_cast<std::uint16_t>(limits.maximum_locate)};
  return std::make_unique<VenueServices>(services);
}

std::unique_ptr<venue::DigestWalker> make_digests(const VenueConfig& config, const venue::Matcher& matcher, VenueServices* services) {
  if (config.digest_group.empty()) return nullptr;
  const venue::DigestWalkerConfig walker{.interval = config.digest_interval, .sweep = config.digest_sweep};
  return std::make_unique<venue::DigestWalker>(walker, matcher, limits_of(config).maximum_locate, services->ring());
}

std::unique_ptr<net::WireTap> make_tap(const VenueConfig& config, const core::TscClock& clock) {
  return config.keep_directory.empty() ? nullptr : std::make_unique<net::WireTap>(clock);
}

}  // namespace

VenueLoop::VenueLoop(const VenueConfig& config)
    : config_(config),
      telemetry_(config.name, clock_),
      journal_file_(make_journal_region(config)),
      tap_(make_tap(config, clock_)),
      directory_(config.instruments),
      gateway_(config.gateway, directory_, clock_, telemetry_.recorder(), tap_.get()),
      journal_(regions::JournalRingColumns::over(journal_file_.base())),
      matcher_(limits_of(config), venue::ReplaceProfile::reduce_keeps_priority),
      events_(config.maximum_orders),
      sender_({.destination = endpoint_of(config.group, config.port), .interface = config.interface, .time_to_live = config.ttl}),
      line_(line_config(config), sender_, tap_.get()),
      rerequests_({.local = rerequest_endpoint(config), .poll_interval = rerequest_interval_ns}, tap_.get()),
      sender_b_(make_sender_b(config)),
      line_b_(make_line_b(config, sender_b_.get(), tap_.get())),
      services_(make_services(config, rerequests_.local())),
      digests_(make_digests(config, matcher_, services_.get())),
      publisher_(line_, gateway_, config_.instruments, telemetry_.recorder(), line_b_.get(), digests_.get()),
      pipeline_(gateway_, sequencer_, journal_, matcher_, publisher_, events_, clock_, telemetry_.recorder()),
      schedule_(config.schedule, config.imbalance_interval, config_.instruments),
      idle_choice_(core::Idle::choose(config.idle, config.busy_loops, core::available_cores())),
      idle_(idle_choice_.mode) {
  for (const venue::ListedInstrument& instrument : config_.instruments) matcher_.add_instrument(instrument.locate, instrument.id);
  // A first touch costs a page fault on the hop that makes it.
  matcher_.touch(config.maximum_orders);
  line_.touch(line_bytes_touched);
  telemetry_.recorder().set_idle(idle_choice_, config.busy_loops, core::available_cores());
  housekeeping_ticks_ = static_cast<std::uint64_t>(static_cast<double>(housekeeping_interval_ns) / clock_.nanoseconds_per_tick());
  if (tap_ == nullptr) return;
  pcap_ = std::make_unique<net::PcapWriter>(config_.keep_directory + "/wires.pcap");
  const std::string path = config_.keep_directory + "/journal.hwj";
  journal_descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (journal_descriptor_ < 0) throw core::SystemError("open journal file", path, errno);
  journal_drain_.emplace(regions::JournalRingColumns::over(journal_file_.base()), journal_file_.header().dimension[0], journal_descriptor_,
                         core::realtime_now());
}

void VenueLoop::start() {
  const std::uint64_t now = core::realtime_now();
  publisher_.start_of_day(now);
  open_market();
  publisher_.flush_public();
  publisher_.flush_second_line();
  if (services_) services_->start();
  thread_ = std::thread([this] { run(); });
}

// The configuration's rules, limits and states, as commands like any other.
void VenueLoop::open_market() {
  const auto run = [this](const venue::Command& command) {
    // Nobody else empties the ring yet.
    if (!pipeline_.has_room()) (void)drain();
    return pipeline_.has_room() ? pipeline_.run_own(command) : order_entry::RejectReason::book_full;
  };
  const std::uint64_t now = clock_.to_realtime(core::Tsc::now());
  open_with_requests(config_.opening_requests, directory_, run);
  open_in_states(config_.instruments, config_.opening_states, schedule_.state_at(now), venue::OperatorView(matcher_), run);
  schedule_.start(now);
}

std::size_t VenueLoop::run_schedule(std::uint64_t now) noexcept {
  std::size_t count = 0;
  venue::Command command;
  while (count < venue::CommandBatch::limit && pipeline_.has_room() &&
         schedule_.next(now, venue::OperatorView(matcher_), command)) {
    (void)pipeline_.run_own(command);  // refused by an instrument that is elsewhere: it stays there, and operators are told
    ++count;
  }
  return count;
}

void VenueLoop::run() noexcept {
  if (config_.core >= 0) (void)core::pin_thread(config_.core);
  while (phase_wanted_.load(std::memory_order_acquire) != Phase::stopped && !pipeline_.halted()) duty_cycle();
  if (!pipeline_.halted()) return;
  failure_ = "the journal refused a record: the venue stopped before the command had an effect";
  failed_.store(true, std::memory_order_release);
}

void VenueLoop::duty_cycle() noexcept {
  const std::uint64_t began = core::Tsc::now();
  std::size_t work = 0;
  if (phase_.load(std::memory_order_relaxed) == Phase::trading) {
    if (!schedule_.is_empty()) {
      const std::uint64_t now = clock_.to_realtime(began);
      if (schedule_.next_due() <= now) [[unlikely]] work = run_schedule(now);
    }
    work += pipeline_.poll();
    if (phase_wanted_.load(std::memory_order_acquire) == Phase::finished) end_day();
  }
  const std::uint64_t now = clock_.steady(core::Tsc::now());
  work += rerequests_.poll(line_, now);
  work += tend_lines(now, work == 0);
  if (began >= next_housekeeping_) housekeeping(began);
  if (work != 0) {
    telemetry_.recorder().maximum(counters::Counter::max_duty_cycle,
                                  static_cast<double>(clock_.nanoseconds(core::Tsc::now() - began)));
  }
  idle_.poll_result(work != 0);
}

// Heartbeats, and a step of a book digest when nothing else was to be done.
std::size_t VenueLoop::tend_lines(std::uint64_t now, bool quiet) noexcept {
  line_.heartbeat_if_idle(now);
  if (line_b_) line_b_->heartbeat_if_idle(line_, now);
  if (!digests_ || !quiet) return 0;
  if (phase_.load(std::memory_order_relaxed) == Phase::trading) return digests_->step(now, line_.released()) ? 1 : 0;
  if (digests_->finish(now, line_.released())) return 1;
  services_->finish_digests();
  return 0;
}

void VenueLoop::end_day() noexcept {
  gateway_.close_all(order_entry::TerminationCode::venue_closing);
  // Not below what is published already: a wall clock that stepped back is held, as the sequencer holds it.
  publisher_.end_of_day(std::max(clock_.to_realtime(core::Tsc::now()), sequencer_.last_time()));
  publisher_.flush_public();
  line_.end_of_session();
  if (line_b_) line_b_->end_of_session(line_);
  copy_counters();
  phase_.store(Phase::finished, std::memory_order_release);
}

void VenueLoop::housekeeping(std::uint64_t now_tsc) noexcept {
  next_housekeeping_ = now_tsc + housekeeping_ticks_;
  clock_.recalibrate_offset();
  const std::uint64_t now = core::monotonic_now();
  telemetry_.beat(now);
  journal_file_.beat(now);
  copy_counters();
  // A receiver that lost the end-of-session packet must not wait for the next heartbeat.
  if (phase_.load(std::memory_order_relaxed) != Phase::finished) return;
  line_.end_of_session();
  if (line_b_) line_b_->end_of_session(line_);
}

void VenueLoop::copy_counters() noexcept {
  using counters::Counter;
  core::HopRecorder& recorder = telemetry_.recorder();
  const auto set = [&recorder](Counter counter, std::uint64_t value) { recorder.set(counter, static_cast<double>(value)); };
  set(Counter::commands_sequenced, sequencer_.last_sequence());
  set(Counter::journal_bytes, journal_.appended());
  set(Counter::rerequests_served, rerequests_.counters().served);
  set(Counter::rerequests_refused, rerequests_.counters().refused);
  set(Counter::packets_suppressed, line_.counters().suppressed);
  if (line_b_) {
    set(Counter::line_b_packets_published, line_b_->counters().packets);
    set(Counter::line_b_packets_suppressed, line_b_->counters().suppressed);
  }
  if (digests_) set(Counter::digests_published, digests_->counters().digests);
  if (services_) set(Counter::snapshots_served, services_->snapshots());
  if (tap_ != nullptr) set(Counter::tap_dropped, tap_->dropped());
  recorder.set_polls(idle_);
}

std::size_t VenueLoop::drain() {
  std::size_t bytes = 0;
  if (journal_drain_) bytes += journal_drain_->drain_once();
  if (pcap_ != nullptr) bytes += pcap_->drain(*tap_);
  return bytes;
}

std::vector<std::string> VenueLoop::violations() const {
  std::vector<std::string> found;
  if (const std::string broken = matcher_.check_invariants(); !broken.empty()) found.push_back("matcher: " + broken);
  if (journal_drain_ && journal_drain_->position() != venue::journal_word(regions::JournalRingColumns::over(journal_file_.base()),
                                                                          venue::JournalWord::appended)
                                                          .load(std::memory_order_acquire)) {
    found.emplace_back("journal: the kept file lacks records of the ring");
  }
  return found;
}

void VenueLoop::stop() noexcept {
  phase_wanted_.store(Phase::stopped, std::memory_order_release);
  if (thread_.joinable()) thread_.join();
  if (services_) services_->stop();
  // Not when the last owner has forgotten this: the ports are wanted again.
  gateway_.abandon();
  rerequests_.close();
  journal_drain_.reset();
  if (journal_descriptor_ >= 0) ::close(journal_descriptor_);
  journal_descriptor_ = -1;
  telemetry_.close();
  journal_file_.close();
}

}  // namespace hopwire::engine
