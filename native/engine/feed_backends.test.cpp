// One suite for every backend: the same messages come by multicast on one line and on two, with a snapshot server ready, from captures of
// either format, and from a file; the same must be found at the end. What only some backends can meet follows below.
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/region_file.hpp"
#include "engine/feed_loop.hpp"
#include "engine/itch_scan.hpp"
#include "engine/replay_loop.hpp"
#include "net/pcap_writer.hpp"
#include "test_support/fixtures.hpp"
#include "test_support/itch_messages.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using Bytes = std::vector<std::byte>;

namespace {

const net::Endpoint group_a = net::endpoint_of("239.255.94.1", 0);
const net::Endpoint group_b = net::endpoint_of("239.255.94.2", 0);

class TemporaryFile {
 public:
  explicit TemporaryFile(std::span<const std::byte> bytes = {}) {
    char path[] = "/tmp/hopwire-backend-XXXXXX";
    const int descriptor = ::mkstemp(path);
    REQUIRE(descriptor >= 0);
    ::close(descriptor);
    path_ = path;
    std::ofstream(path_, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  ~TemporaryFile() { ::unlink(path_.c_str()); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void append(Bytes& file, const Bytes& message) {
  file.push_back(static_cast<std::byte>(message.size() >> 8));
  file.push_back(static_cast<std::byte>(message.size() & 0xFF));
  file.insert(file.end(), message.begin(), message.end());
}

// Orders come and go in a few stocks.
Bytes busy_file(std::uint64_t messages) {
  Bytes file;
  net::PacketLoss random(0, 7);
  std::vector<std::uint64_t> live;
  for (std::uint64_t i = 1; i <= messages; ++i) {
    const auto locate = static_cast<std::uint16_t>(1 + random.next() % 7);
    if (live.size() < 50 || random.next() % 2 == 0) {
      const char side = random.next() % 2 == 0 ? 'B' : 'S';
      append(file, test::add_order(locate, i * 1000, i, side, 100, 10'000 + static_cast<std::uint32_t>(random.next() % 500)));
      live.push_back(i);
    } else {
      const std::size_t at = random.next() % live.size();
      append(file, test::deleted(locate, i * 1000, live[at]));
      live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  return file;
}

// The file's messages as MoldUDP64 packets of `per_packet`, heartbeat and end of session included.
std::vector<Bytes> packets_of(const Bytes& file, std::size_t per_packet, std::string_view session) {
  std::vector<Bytes> packets;
  feed::ItchFrames frames(file);
  std::uint64_t next = 1;
  Bytes blocks;
  std::uint16_t count = 0;
  const auto close = [&](std::uint16_t header_count) {
    Bytes packet(net::mold_header_length);
    net::write_mold_header(packet.data(), {net::MoldSession(session), next, header_count});
    packet.insert(packet.end(), blocks.begin(), blocks.end());
    packets.push_back(std::move(packet));
    next += count;
    count = 0;
    blocks.clear();
  };
  while (frames.next() == feed::ItchFrames::Step::message) {
    append(blocks, {frames.message().begin(), frames.message().end()});
    if (++count == per_packet) close(count);
  }
  if (count != 0) close(count);
  close(net::mold_heartbeat);
  close(net::mold_end_of_session);
  return packets;
}

void write_pcap(const std::string& path, std::span<const Bytes> packets, const net::Endpoint& group, std::uint64_t step = 1000) {
  net::PcapWriter writer(path);
  std::uint64_t time = 1'700'000'000'000'000'000;
  for (const Bytes& packet : packets) {
    time += step;
    writer.write({.realtime = time,
                  .source = net::endpoint_of("10.0.0.1", 9),
                  .destination = group,
                  .protocol = net::WireProtocol::udp,
                  .length = static_cast<std::uint32_t>(packet.size())},
                 packet);
  }
  writer.flush();
}

// The same frames as pcapng, from the pcap: one section, one interface in nanoseconds.
void write_pcapng(const std::string& path, const std::string& pcap) {
  const net::MappedFile mapped(pcap);
  net::CaptureFile capture(mapped.bytes());
  std::ofstream out(path, std::ios::binary);
  const auto put = [&](auto value) { out.write(reinterpret_cast<const char*>(&value), sizeof(value)); };
  for (const std::uint32_t word : {0x0A0D0D0Au, 28u, 0x1A2B3C4Du, 1u, ~0u, ~0u, 28u, 1u, 32u, 1u, 0u, 0x00010009u, 9u, 0u, 32u}) put(word);
  while (capture.next() == net::CaptureFile::Step::frame) {
    const net::CapturedFrame& frame = capture.frame();
    const auto kept = static_cast<std::uint32_t>(frame.bytes.size());
    const std::uint32_t length = 32 + (kept + 3) / 4 * 4;
    const auto high = static_cast<std::uint32_t>(frame.time >> 32);
    const auto low = static_cast<std::uint32_t>(frame.time);
    for (const std::uint32_t word : {6u, length, 0u, high, low, kept, kept}) put(word);
    out.write(reinterpret_cast<const char*>(frame.bytes.data()), kept);
    out.write("\0\0\0", (4 - kept % 4) % 4);
    put(length);
  }
}

std::uint64_t digest_of(const Bytes& file) {
  engine::ItchScan scan(file);
  while (!scan.step(1 << 20)) {
  }
  return scan.books().market_digest();
}

engine::FeedChannelConfig base_config() {
  engine::FeedChannelConfig config;
  config.name = "backend-test-" + std::to_string(::getpid());
  config.publish_books = true;
  config.rows = 64;
  config.maximum_orders = 1 << 18;
  return config;
}

engine::FeedLoopConfig loop_of(std::vector<engine::FeedChannelConfig> channels) {
  return {.channels = std::move(channels), .idle = "yield", .run_time = 30'000'000'000};
}

// A source of packets being fed while the suite runs.
struct Backend {
  const char* name;
  std::function<void(const std::string& path, const Bytes& file, const std::function<void(engine::FeedChannel&)>& look)> run;
};

net::Endpoint free_port(net::Endpoint group) {
  group.port = net::UdpReceiver({.local = net::endpoint_of("127.0.0.1", 0)}).local().port;
  return group;
}

void run_feed(engine::FeedChannelConfig config, const std::function<void(engine::FeedChannel&)>& look,
              const std::function<void()>& beside = [] {}) {
  engine::FeedLoop feed(loop_of({std::move(config)}));
  std::thread feeding([&] { feed.run(); });
  beside();
  feeding.join();
  look(feed.channel(0));
}

// One or two lines by ReplayLoop, each with a loss of its own, line A answering re-requests.
void by_multicast(const std::string& path, std::size_t lines, bool snapshot, const std::function<void(engine::FeedChannel&)>& look) {
  engine::FeedChannelConfig config = base_config();
  std::vector<std::unique_ptr<engine::ReplayLoop>> senders;
  for (std::size_t line = 0; line < lines; ++line) {
    config.wire.lines.push_back(free_port(line == 0 ? group_a : group_b));
    engine::ReplayConfig replay;
    replay.path = path;
    replay.lines = {{.group = config.wire.lines[line], .faults = {.loss = 0.05}}};
    replay.speed = 0.01;
    replay.linger = 300'000'000;
    replay.seed = 5 + line;
    if (line == 0) replay.rerequest = net::endpoint_of("127.0.0.1", 0);
    senders.push_back(std::make_unique<engine::ReplayLoop>(replay));
  }
  config.wire.rerequest_servers = {*senders[0]->rerequest_endpoint()};
  if (lines > 1) config.wire.receiver.rerequest.wait = 1'000'000;
  if (snapshot) {
    config.snapshot.emplace();
    config.snapshot->server = net::endpoint_of("127.0.0.1", 1);  // nobody: it must not be needed
  }
  run_feed(config, look, [&] {
    std::vector<std::thread> threads;
    for (auto& sender : senders) threads.emplace_back([&] { sender->run(); });
    for (std::thread& thread : threads) thread.join();
  });
}

const Backend backends[] = {
    {"socket", [](const std::string& path, const Bytes&, const auto& look) { by_multicast(path, 1, false, look); }},
    {"socket, two lines", [](const std::string& path, const Bytes&, const auto& look) { by_multicast(path, 2, false, look); }},
    {"socket, snapshot at hand", [](const std::string& path, const Bytes&, const auto& look) { by_multicast(path, 1, true, look); }},
    {"pcap",
     [](const std::string&, const Bytes& file, const auto& look) {
       const TemporaryFile capture;
       write_pcap(capture.path(), packets_of(file, 20, "CAPTURE"), free_port(group_a));
       engine::FeedChannelConfig config = base_config();
       config.capture = feed::CaptureWireInConfig{.path = capture.path()};
       run_feed(config, look);
     }},
    {"pcapng",
     [](const std::string&, const Bytes& file, const auto& look) {
       const TemporaryFile pcap;
       const TemporaryFile capture;
       write_pcap(pcap.path(), packets_of(file, 7, "CAPTURE"), free_port(group_a));
       write_pcapng(capture.path(), pcap.path());
       engine::FeedChannelConfig config = base_config();
       config.capture = feed::CaptureWireInConfig{.path = capture.path()};
       run_feed(config, look);
     }},
    {"file",
     [](const std::string& path, const Bytes&, const auto& look) {
       engine::FeedChannelConfig config = base_config();
       config.file = engine::FileWireInConfig{.path = path};
       run_feed(config, look);
     }},
};

}  // namespace

TEST("backends: every one ends with the books, the counts and the state that the messages make") {
  const Bytes file = busy_file(6'000);
  const TemporaryFile on_disk(file);
  for (const Backend& backend : backends) {
    backend.run(on_disk.path(), file, [&](engine::FeedChannel& feed) {
      const std::string name = backend.name;
      const auto check = [&](const std::string& what, bool holds) { CHECK_EQ(holds ? "" : name + ": " + what, ""); };
      const feed::MoldReceiverCounters& wire = feed.receiver().counters();
      check("digest", feed.books().market_digest() == digest_of(file));
      check("messages", wire.messages == 6'000);
      check("lost nothing", wire.messages_lost == 0 && wire.gaps_opened == wire.gaps_healed);
      check("ended", feed.receiver().ended());
      check("good", feed.receiver().state() == feed::ChannelState::good);
      check("progress", feed.progress().finished.load() && feed.progress().messages.load() == 6'000);
      check("refused nothing", feed.refused_messages() == 0 && wire.malformed == 0 && wire.foreign == 0);
      check("no region left", ::access(feed.books_path().c_str(), F_OK) != 0);
      std::uint64_t first = 0;
      const feed::LineWatch& lines = feed.receiver().lines();
      for (std::size_t line = 0; line < lines.count(); ++line) first += lines.counters(line).first_messages;
      check("each message first on a line or asked for", first <= 6'000 && first + wire.messages_missed >= 6'000);
    });
  }
}

TEST("channels: a gap that nobody heals, and the end of one, leave the others alone") {
  const Bytes files[] = {busy_file(3'000), busy_file(1'500), busy_file(5'000)};
  std::vector<std::unique_ptr<TemporaryFile>> captures;
  std::vector<engine::FeedChannelConfig> configs;
  for (std::size_t index = 0; index < std::size(files); ++index) {
    captures.push_back(std::make_unique<TemporaryFile>());
    std::vector<Bytes> packets = packets_of(files[index], 10, index == 0 ? "FIRST" : "OTHER");
    if (index == 1) packets.erase(packets.begin() + 50, packets.begin() + 60);
    write_pcap(captures[index]->path(), packets, free_port(group_a), 5'000'000);
    configs.push_back(base_config());
    configs[index].name += "-" + std::to_string(index);
    configs[index].capture = feed::CaptureWireInConfig{.path = captures[index]->path()};
  }
  engine::FeedLoop feed(loop_of(configs));
  feed.run();
  CHECK(feed.finished());
  for (const std::size_t whole : {0u, 2u}) {
    const engine::FeedChannel& channel = feed.channel(whole);
    CHECK_EQ(channel.books().market_digest(), digest_of(files[whole]));
    CHECK(!channel.receiver().stale());
    CHECK_EQ(channel.receiver().clock().stale_count(), 0u);
  }
  CHECK_EQ(feed.channel(0).receiver().counters().messages, 3'000u);
  CHECK_EQ(feed.channel(2).receiver().counters().messages, 5'000u);
  CHECK_EQ(feed.channel(1).receiver().counters().messages_lost, 100u);
  CHECK(feed.channel(1).receiver().stale());
  for (std::size_t index = 0; index < feed.channel_count(); ++index) {
    CHECK(feed.channel(index).progress().finished.load());
    CHECK(::access(feed.channel(index).books_path().c_str(), F_OK) != 0);
  }
}

TEST("channels: one that cannot be set up leaves nothing of the others behind") {
  engine::FeedChannelConfig good = base_config();
  good.wire.lines = {free_port(group_a)};
  engine::FeedChannelConfig same_name = good;
  CHECK_THROWS(engine::FeedLoop(loop_of({good, same_name})), core::SystemError);
  engine::FeedChannelConfig bad = base_config();
  bad.name += "-bad";
  bad.wire.lines = {net::endpoint_of("127.0.0.1", 5)};
  CHECK_THROWS(engine::FeedLoop(loop_of({good, bad})), net::NetworkError);
  CHECK(::access(core::region_path(good.name, "books").c_str(), F_OK) != 0);
}

TEST("backends: stop ends every one early") {
  const Bytes file = busy_file(2'000);
  const TemporaryFile on_disk(file);
  const TemporaryFile capture;
  write_pcap(capture.path(), packets_of(file, 20, "CAPTURE"), free_port(group_a));
  engine::FeedChannelConfig socket = base_config();
  socket.wire.lines = {free_port(group_a)};
  engine::FeedChannelConfig pcap = base_config();
  pcap.capture = feed::CaptureWireInConfig{.path = capture.path(), .speed = 1e-6};
  engine::FeedChannelConfig from_file = base_config();
  from_file.file = engine::FileWireInConfig{.path = on_disk.path(), .speed = 1e-6};
  for (const engine::FeedChannelConfig& config : {socket, pcap, from_file}) {
    engine::FeedLoop feed(loop_of({config}));
    std::thread feeding([&] { feed.run(); });
    feed.stop();
    feeding.join();
    CHECK(feed.finished());
    CHECK(feed.channel(0).progress().finished.load());
    CHECK(!feed.channel(0).receiver().ended());
    CHECK(feed.channel(0).receiver().counters().messages < 2'000);
  }
}

TEST("backends: what cannot be opened is refused at set-up") {
  engine::FeedChannelConfig config = base_config();
  config.file = engine::FileWireInConfig{.path = "/nonexistent/day.itch50"};
  CHECK_THROWS(engine::FeedLoop(loop_of({config})), core::SystemError);
  config = base_config();
  config.capture = feed::CaptureWireInConfig{.path = "/nonexistent/day.pcap"};
  CHECK_THROWS(engine::FeedLoop(loop_of({config})), core::SystemError);
  config = base_config();
  config.wire.lines = {net::endpoint_of("127.0.0.1", 5)};
  CHECK_THROWS(engine::FeedLoop(loop_of({config})), net::NetworkError);
  config.wire.lines.assign(5, free_port(group_a));
  CHECK_THROWS(engine::FeedLoop(loop_of({config})), net::NetworkError);
  CHECK(::access(core::region_path(config.name, "books").c_str(), F_OK) != 0);
}

TEST("backends: a capture of both lines, the other feed beside it, is arbitrated on the capture's own clock") {
  const Bytes file = busy_file(3'000);
  std::vector<Bytes> a = packets_of(file, 20, "CAPTURE");
  const std::vector<Bytes> b = packets_of(file, 9, "CAPTURE");
  const net::Endpoint to_a = free_port(group_a);
  const net::Endpoint to_b = free_port(group_b);
  const TemporaryFile capture;
  {
    net::PcapWriter writer(capture.path());
    std::uint64_t time = 1'700'000'000'000'000'000;
    const auto write = [&](const Bytes& packet, const net::Endpoint& to) {
      writer.write({time, net::endpoint_of("10.0.0.1", 9), to, net::WireProtocol::udp, static_cast<std::uint32_t>(packet.size())}, packet);
    };
    std::size_t of_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      time += 50'000;
      if (i % 10 != 3) write(a[i], to_a);
      write(packets_of(file, 30, "OTHER")[0], net::endpoint_of("239.255.94.9", 9));
      time += 10'000;  // B is 10 us later
      for (std::size_t stop = (i + 1) * 20 / 9; of_b < std::min(stop, b.size()); ++of_b) write(b[of_b], to_b);
    }
    for (; of_b < b.size(); ++of_b) write(b[of_b], to_b);
    writer.flush();
  }
  engine::FeedChannelConfig config = base_config();
  config.capture = feed::CaptureWireInConfig{.path = capture.path(), .lines = {to_a, to_b}};
  config.capture->receiver.rerequest.wait = 1'000'000;
  run_feed(config, [&](engine::FeedChannel& feed) {
    CHECK_EQ(feed.books().market_digest(), digest_of(file));
    CHECK_EQ(feed.receiver().counters().messages, 3'000u);
    CHECK_EQ(feed.capture()->counters.other_destinations, a.size());
    CHECK(feed.receiver().lines().counters(0).gaps > 10);
    CHECK_EQ(feed.receiver().lines().counters(1).gaps, 0u);
    CHECK(feed.receiver().clock().delayed_nanoseconds(feed.now()) > 100'000);
    CHECK_EQ(feed.receiver().clock().stale_count(), 0u);
  });
}

TEST("backends: a capture without its middle gives the gap up on the capture's clock and says so") {
  const Bytes file = busy_file(2'000);
  std::vector<Bytes> packets = packets_of(file, 10, "CAPTURE");
  packets.erase(packets.begin() + 50, packets.begin() + 60);
  const TemporaryFile capture;
  write_pcap(capture.path(), packets, free_port(group_a), 5'000'000);
  engine::FeedChannelConfig config = base_config();
  config.capture = feed::CaptureWireInConfig{.path = capture.path()};
  run_feed(config, [&](engine::FeedChannel& feed) {
    CHECK_EQ(feed.receiver().counters().messages_lost, 100u);
    CHECK_EQ(feed.receiver().counters().messages, 1'900u);
    CHECK(feed.receiver().stale());
  });
}

TEST("backends: real captures with blank headers are numbered, decoded and counted") {
  const auto path = test::fixture("pcap/Nasdaq.Equities.TotalView.Itch.v5.0.20230822/AddOrderNoMPID.pcap");
  if (!path) SKIP("no fixtures folder");
  engine::FeedChannelConfig config = base_config();
  config.rows = 65'536;
  config.capture = feed::CaptureWireInConfig{.path = *path};
  run_feed(config, [&](engine::FeedChannel& feed) {
    CHECK_EQ(feed.receiver().counters().messages, 5u);
    CHECK_EQ(feed.capture()->counters.unsequenced, 5u);
    CHECK_EQ(feed.books().live_orders(), 5u);
    CHECK_EQ(feed.refused_messages(), 0u);
    CHECK(!feed.receiver().stale());
  });
}
