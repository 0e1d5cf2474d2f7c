// Simulated participants against a real venue, both threads in this process, over loopback.
#include "engine/load_loop.hpp"

#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "engine/venue_loop.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using namespace hopwire::engine;
using counters::Counter;

namespace {

constexpr std::uint32_t instruments = 5;

std::string unique(const char* role) { return "test-" + std::to_string(::getpid()) + '-' + role; }

VenueConfig venue_config() {
  VenueConfig config;
  config.name = unique("venue");
  for (std::uint32_t index = 0; index < instruments; ++index) {
    config.instruments.push_back(venue::ListedInstrument::of(1001 + index, static_cast<std::uint16_t>(index + 1), "T" + std::to_string(index)));
  }
  config.gateway.sessions.push_back({.id = 2, .access_key = "FLOW", .secret = "not a secret"});
  config.group = "239.255.77.1";
  config.port = 39'177;
  config.rerequest_port = 0;
  config.session = "LOADTEST";
  config.journal_bytes = std::size_t{1} << 22;
  config.maximum_orders = 100'000;
  config.idle = "yield";
  return config;
}

LoadConfig load_config(std::uint16_t port, double seconds) {
  LoadConfig config;
  config.name = unique("load");
  config.session.port = port;
  config.session.session_id = 2;
  config.session.access_key = "FLOW";
  config.session.secret = "not a secret";
  for (std::uint32_t index = 0; index < instruments; ++index) config.instruments.push_back({1001 + index, 500'000});
  config.flow.rate_per_second = 2000;
  config.seconds = seconds;
  config.idle = "yield";
  return config;
}

double counted(const std::string& path, Counter counter) {
  core::RegionFile file = core::RegionFile::open(path);
  return regions::TelemetryColumns::over(file.base()).counter[static_cast<std::size_t>(counter)];
}

template <class Condition>
bool within(std::chrono::milliseconds limit, Condition&& condition) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace

TEST("load loop: seeds, trades and drains against a real venue; orders stay in its books") {
  VenueLoop venue(venue_config());
  venue.start();
  LoadLoop load(load_config(venue.order_entry_port(), 0.5));
  load.start();
  REQUIRE(within(std::chrono::seconds(10), [&] { return load.status().phase == LoadPhase::done || !load.failure().empty(); }));
  CHECK_EQ(load.failure(), "");
  CHECK_EQ(load.status().outstanding, 0u);
  const std::string path = load.telemetry_path();
  const double intended = counted(path, Counter::intended_sends);
  CHECK(intended > 800 && intended < 1200);
  CHECK_EQ(counted(path, Counter::orders_rejected), 0.0);
  CHECK(counted(path, Counter::fills) > 0);
  const auto sent = counted(path, Counter::orders_sent) + counted(path, Counter::replaces_sent) + counted(path, Counter::cancels_sent);
  CHECK(sent >= intended);

  venue.finish();
  REQUIRE(within(std::chrono::seconds(5), [&] { return venue.finished(); }));
  CHECK_EQ(static_cast<double>(venue.commands()), sent);
  for (std::uint16_t locate = 1; locate <= instruments; ++locate) CHECK(venue.matcher().order_count(locate) > 0);
  CHECK_EQ(load.failure(), "");  // an end of the day after the run is no failure
  load.close();
  venue.stop();
}

TEST("load loop: a venue that closes under a running sender is a failure") {
  VenueLoop venue(venue_config());
  venue.start();
  LoadLoop load(load_config(venue.order_entry_port(), 0));
  load.start();
  REQUIRE(within(std::chrono::seconds(10), [&] { return load.status().phase == LoadPhase::running; }));
  venue.finish();
  REQUIRE(within(std::chrono::seconds(5), [&] { return !load.failure().empty(); }));
  CHECK_EQ(load.failure(), "the venue ended it: venueClosing");
}

TEST("load loop: set-up says what is wrong") {
  CHECK_THROWS(LoadLoop(load_config(1, 0)), net::NetworkError);
  VenueLoop venue(venue_config());
  venue.start();
  LoadConfig wrong = load_config(venue.order_entry_port(), 0);
  wrong.session.secret = "something else";
  CHECK_THROWS(LoadLoop(wrong), feed::SessionRefused);
}
