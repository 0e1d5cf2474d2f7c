#include "core/telemetry_region.hpp"

#include <unistd.h>

#include <string>

#include "core/hdr_read.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using hops::Hop;

TEST("telemetry region: what the recorder writes, another mapping reads") {
  const core::TscClock clock(0.001);
  const std::string name = "test-telemetry-" + std::to_string(::getpid());
  core::TelemetryRegion telemetry(name, clock);
  CHECK_EQ(telemetry.path(), "/dev/shm/hopwire-" + name + ".telemetry");
  telemetry.recorder().record_nanoseconds(Hop::order_to_ack, 12'345);
  telemetry.recorder().add(counters::Counter::fills, 2);
  telemetry.beat(77);

  const core::RegionFile outside = core::RegionFile::open(telemetry.path());
  CHECK_EQ(outside.header().heartbeat, 77u);
  CHECK_EQ(outside.header().layout_hash, regions::layout_hash);
  const auto columns = regions::TelemetryColumns::over(outside.base());
  CHECK_EQ(columns.counter[static_cast<std::size_t>(counters::Counter::fills)], 2.0);
  const auto slot = static_cast<std::size_t>(Hop::order_to_ack);
  CHECK_EQ(columns.histogram_counts[slot * core::Histogram::bucket_count + core::hdr::index_of(12'345)], 1u);

  telemetry.close();
  CHECK_EQ(outside.header().state, static_cast<std::uint32_t>(words::RegionState::closed));
  CHECK(::access(telemetry.path().c_str(), F_OK) != 0);
  CHECK_EQ(columns.histogram_total[slot], 1.0);  // what was mapped stays readable
}
