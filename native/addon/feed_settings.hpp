// What createFeed() is told, as the engine wants it. Values were checked in TypeScript; addresses are read here, refused as NetworkError.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "addon/values.hpp"
#include "engine/feed_loop.hpp"

namespace hopwire::addon {

// 512 MiB of address space; memory is taken as packets wait. A second of a busy feed, and the oldest go first.
inline constexpr std::size_t packets_held_for_snapshot = std::size_t{1} << 18;
// Where a snapshot is to be had, nobody waits as long for servers that do not answer.
inline constexpr std::uint64_t patience_before_snapshot = 1'000'000'000;

inline std::vector<net::Endpoint> endpoints(const Settings& settings, const char* name) {
  std::vector<net::Endpoint> list;
  const Napi::Array array = settings.array(name);
  for (std::uint32_t index = 0; index < array.Length(); ++index) {
    const Settings endpoint{array.Get(index)};
    list.push_back(net::endpoint_of(endpoint.string("host"), endpoint.integer<std::uint16_t>("port")));
  }
  return list;
}

inline feed::MoldReceiverConfig receiver_config(const Settings& settings) {
  feed::MoldReceiverConfig receiver;
  receiver.session = net::MoldSession(settings.string("session"));
  receiver.rerequest.wait = static_cast<std::uint64_t>(settings.real("waitMicroseconds") * 1e3);
  receiver.silence = static_cast<std::uint64_t>(settings.real("silenceSeconds") * 1e9);
  return receiver;
}

inline void set_socket(const Settings& settings, engine::FeedChannelConfig& config) {
  feed::SocketWireInConfig& wire = config.wire;
  wire.lines = endpoints(settings, "lines");
  wire.interface = settings.string("interface");
  const Napi::Array interfaces = settings.array("lineInterfaces");
  for (std::uint32_t index = 0; index < interfaces.Length(); ++index) {
    wire.line_interfaces.push_back(interfaces.Get(index).As<Napi::String>().Utf8Value());
  }
  if (const std::string source = settings.string("source"); !source.empty()) wire.source = net::endpoint_of(source, 0).address;
  wire.busy_poll = settings.integer<int>("busyPollMicroseconds");
  wire.rerequest_servers = endpoints(settings, "rerequest");
  wire.receiver = receiver_config(settings);
  if (const std::vector<net::Endpoint> snapshot = endpoints(settings, "snapshot"); !snapshot.empty()) {
    config.snapshot.emplace();
    config.snapshot->server = snapshot[0];
    config.snapshot->user = settings.string("snapshotUser");
    config.snapshot->password = settings.string("snapshotPassword");
    wire.receiver.held_packets = packets_held_for_snapshot;
    wire.receiver.rerequest.patience = patience_before_snapshot;
  }
  if (const std::vector<net::Endpoint> digests = endpoints(settings, "digestChannel"); !digests.empty())
    config.digests = engine::DigestWatchConfig{.group = digests[0], .interface = wire.interface};
  // With nobody to ask there is no way back to the start of the session.
  wire.receiver.join_from_start = config.snapshot.has_value() || !wire.rerequest_servers.empty();
}

inline engine::FeedChannelConfig channel_config(const Settings& settings) {
  engine::FeedChannelConfig config;
  config.name = settings.string("name");
  config.publish_books = settings.integer<int>("publishBooks") != 0;
  config.rows = settings.integer<std::uint32_t>("rows");
  config.depth = settings.integer<std::uint32_t>("depth");
  config.market = settings.string("market").at(0);
  const double speed = settings.real("speed");
  if (const std::string file = settings.string("file"); !file.empty()) {
    config.file = engine::FileWireInConfig{.path = file, .speed = speed, .receiver = receiver_config(settings)};
  } else if (const std::string capture = settings.string("capture"); !capture.empty()) {
    feed::MoldReceiverConfig receiver = receiver_config(settings);
    receiver.join_from_start = false;
    config.capture =
        feed::CaptureWireInConfig{.path = capture, .lines = endpoints(settings, "lines"), .speed = speed, .receiver = receiver};
  } else {
    set_socket(settings, config);
  }
  return config;
}

inline engine::FeedLoopConfig loop_config(const Settings& settings) {
  engine::FeedLoopConfig config;
  const Napi::Array channels = settings.array("channels");
  for (std::uint32_t index = 0; index < channels.Length(); ++index) {
    config.channels.push_back(channel_config(Settings{channels.Get(index)}));
  }
  config.idle = settings.string("idle");
  config.busy_loops = settings.integer<unsigned>("busyLoops");
  config.run_time = static_cast<std::uint64_t>(settings.real("seconds") * 1e9);
  return config;
}

}  // namespace hopwire::addon
