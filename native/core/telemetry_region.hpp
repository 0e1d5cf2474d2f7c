// Why: a running process is watched from outside without touching its hot path. What: the process's Telemetry region with the recorder that
// writes it, and the same over private memory for tests and benches.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/hop_recorder.hpp"
#include "core/region_file.hpp"
#include "core/reserved_array.hpp"

namespace hopwire::core {

namespace detail {
inline constexpr std::array<std::uint32_t, 3> telemetry_dimension_words{telemetry_dimensions.counters, telemetry_dimensions.histograms,
                                                                        telemetry_dimensions.buckets};
}

// The file /dev/shm/hopwire-NAME.telemetry, gone when its writer closes it: it is for readers of a running process. `clock` must outlive
// it. Throws SystemError as RegionFile::create does.
class TelemetryRegion {
 public:
  TelemetryRegion(std::string_view name, const TscClock& clock)
      : file_(RegionFile::create(region_path(name, "telemetry"), regions::TelemetryLayout::size(telemetry_dimensions), regions::layout_hash,
                                 regions::TelemetryLayout::region_id, detail::telemetry_dimension_words)),
        recorder_(regions::TelemetryColumns::over(file_.base()), clock) {
    file_.unlink_on_close(true);
  }

  [[nodiscard]] HopRecorder& recorder() noexcept { return recorder_; }
  [[nodiscard]] RegionFile& file() noexcept { return file_; }
  [[nodiscard]] const std::string& path() const noexcept { return file_.path(); }
  void beat(std::uint64_t monotonic_ns) noexcept { file_.beat(monotonic_ns); }
  void close() noexcept { file_.close(); }

 private:
  RegionFile file_;
  HopRecorder recorder_;
};

// The same columns with no file.
class TelemetryMemory {
 public:
  explicit TelemetryMemory(const TscClock& clock) : memory_(size()), recorder_(columns(), clock) {}

  [[nodiscard]] HopRecorder& recorder() noexcept { return recorder_; }
  [[nodiscard]] regions::TelemetryColumns columns() noexcept {
    auto& header = *reinterpret_cast<regions::RegionHeader*>(memory_.data());
    header.magic = regions::region_magic;
    header.layout_hash = regions::layout_hash;
    header.size = size();
    header.region_id = regions::TelemetryLayout::region_id;
    std::memcpy(&header.dimension, detail::telemetry_dimension_words.data(), sizeof(detail::telemetry_dimension_words));
    return regions::TelemetryColumns::over(memory_.data());
  }
  // The counts of one hop, for hdr_read.hpp.
  [[nodiscard]] std::span<const std::uint32_t> counts(hops::Hop hop) noexcept {
    return {recorder_.columns().histogram_counts + static_cast<std::size_t>(hop) * Histogram::bucket_count, Histogram::bucket_count};
  }

 private:
  static constexpr std::size_t size() noexcept { return regions::TelemetryLayout::size(telemetry_dimensions); }

  ReservedArray<std::byte> memory_;
  HopRecorder recorder_;
};

}  // namespace hopwire::core
