// The channel of each kind of source: the whole feed pipeline four times, compiled once and not wherever a FeedLoop is.
#include "engine/source_channel.hpp"

namespace hopwire::engine {

std::unique_ptr<FeedChannel> make_channel(const FeedChannelConfig& config, const core::TscClock& clock) {
  if (config.file) {
    return std::make_unique<SourceChannel<FileWireIn>>(config, clock,
                                                       [&](const core::TscClock& at) { return FileWireIn(*config.file, at); });
  }
  if (config.capture) {
    return std::make_unique<SourceChannel<feed::CaptureWireIn>>(
        config, clock, [&](const core::TscClock& at) { return feed::CaptureWireIn(*config.capture, at); });
  }
  if (config.snapshot) {
    using GlimpseJoin = feed::SnapshotJoin<net::GlimpseClient>;
    return std::make_unique<SourceChannel<feed::SocketWireIn<GlimpseJoin>>>(config, clock, [&](const core::TscClock& at) {
      return feed::SocketWireIn<GlimpseJoin>(config.wire, at, nullptr, config.snapshot_retry, *config.snapshot);
    });
  }
  return std::make_unique<SourceChannel<feed::SocketWireIn<>>>(
      config, clock, [&](const core::TscClock& at) { return feed::SocketWireIn<>(config.wire, at); });
}

}  // namespace hopwire::engine
