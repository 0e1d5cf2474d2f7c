// The whole way in one process: a file onto real multicast, through loss, into books, and the digest of the file's own books at the end.
#include "engine/replay_loop.hpp"

#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "engine/feed_loop.hpp"
#include "engine/itch_scan.hpp"
#include "net/glimpse_client.hpp"
#include "test_support/capture_payloads.hpp"
#include "test_support/fixtures.hpp"
#include "test_support/itch_messages.hpp"
#include "test_support/test.hpp"

using namespace hopwire;

namespace {

class TemporaryFile {
 public:
  explicit TemporaryFile(std::span<const std::byte> bytes) {
    char path[] = "/tmp/hopwire-replay-XXXXXX";
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

void append(std::vector<std::byte>& file, const std::vector<std::byte>& message) {
  file.push_back(static_cast<std::byte>(message.size() >> 8));
  file.push_back(static_cast<std::byte>(message.size() & 0xFF));
  file.insert(file.end(), message.begin(), message.end());
}

// Orders come and go in a few stocks, a damaged frame now and then.
std::vector<std::byte> busy_file(std::uint64_t messages, bool damaged) {
  std::vector<std::byte> file;
  net::PacketLoss random(0, 42);
  std::vector<std::uint64_t> live;
  for (std::uint64_t i = 1; i <= messages; ++i) {
    const auto locate = static_cast<std::uint16_t>(1 + random.next() % 7);
    const std::uint64_t time = i * 1000;
    if (live.size() < 50 || random.next() % 2 == 0) {
      append(file, test::add_order(locate, time, i, random.next() % 2 == 0 ? 'B' : 'S', 100, 10'000 + static_cast<std::uint32_t>(random.next() % 500)));
      live.push_back(i);
    } else {
      const std::size_t at = random.next() % live.size();
      append(file, test::deleted(locate, time, live[at]));
      live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
    }
    if (damaged && i % 997 == 0) append(file, {std::byte{'?'}, std::byte{1}, std::byte{2}});
  }
  return file;
}

std::uint64_t digest_of_file(const std::string& path) {
  const net::MappedFile file(path);
  engine::ItchScan scan(file.bytes());
  while (!scan.step(1 << 20)) {
  }
  return scan.books().market_digest();
}

net::Endpoint free_group(const char* group) {
  return net::endpoint_of(group, net::UdpReceiver({.local = net::endpoint_of("127.0.0.1", 0)}).local().port);
}

struct Run {
  engine::ReplayFaults faults{};
  double speed = 0;
  std::size_t held_packets = 16384;
  bool two_lines = false;
  engine::ReplayFaults faults_of_b{};
  std::uint64_t skew = 0;
  std::uint64_t dies_at_count = 0;  // line A
  std::uint64_t new_session_at = 0;
};

engine::ReplayConfig replay_config(const std::string& path, const Run& run) {
  engine::ReplayConfig config;
  config.path = path;
  config.lines = {{.group = free_group("239.255.91.1"), .faults = run.faults, .dies_at_count = run.dies_at_count}};
  if (run.two_lines)
    config.lines.push_back({.group = free_group("239.255.91.3"), .payload_limit = 700, .faults = run.faults_of_b, .skew = run.skew});
  config.rerequest = net::endpoint_of("127.0.0.1", 0);
  config.speed = run.speed;
  config.linger = 300'000'000;
  config.seed = 5;
  config.new_session_at = run.new_session_at;
  return config;
}

std::uint64_t sum(const engine::ReplayLoop& replay, std::atomic<std::uint64_t> engine::ReplayLineProgress::*counter) {
  std::uint64_t total = 0;
  for (std::size_t line = 0; line < replay.line_count(); ++line) total += (replay.line(line).*counter).load();
  return total;
}

void replay_equals_file(const std::string& path, const Run& run) {
  const engine::ReplayConfig config = replay_config(path, run);
  engine::FeedChannelConfig feed_config;
  feed_config.name = "replay-test-" + std::to_string(::getpid());
  feed_config.publish_books = true;
  feed_config.rows = 1024;
  feed_config.maximum_orders = 1 << 20;
  for (const engine::ReplayLineConfig& line : config.lines) feed_config.wire.lines.push_back(line.group);
  feed_config.wire.receiver.held_packets = run.held_packets;
  engine::ReplayLoop replay(config);
  feed_config.wire.rerequest_servers = {*replay.rerequest_endpoint()};
  engine::FeedLoop loop({.channels = {feed_config}, .idle = "yield", .run_time = 30'000'000'000});
  engine::FeedChannel& feed = loop.channel(0);
  std::thread feeding([&] { loop.run(); });
  std::thread replaying([&] { replay.run(); });
  replaying.join();
  feeding.join();
  const feed::MoldReceiverCounters& wire = feed.receiver().counters();
  CHECK(feed.receiver().ended());
  CHECK(!feed.receiver().stale());
  if (run.new_session_at == 0) CHECK_EQ(wire.messages, replay.progress().messages.load());
  CHECK_EQ(wire.session_changes, run.new_session_at == 0 ? 0u : 1u);
  CHECK_EQ(wire.messages_lost, 0u);
  if (run.new_session_at == 0) CHECK_EQ(wire.gaps_opened, wire.gaps_healed);
  if (run.faults.loss > 0) CHECK(sum(replay, &engine::ReplayLineProgress::lost) > 0);
  if (run.faults.loss > 0 && !run.two_lines) CHECK(wire.gaps_opened > 0);
  // All that were damaged are refused, but for those still unread when the end was reached on the other line.
  const std::uint64_t damaged = sum(replay, &engine::ReplayLineProgress::damaged);
  if (run.new_session_at == 0) CHECK(wire.malformed + wire.foreign <= damaged);  // else stragglers of the old session are foreign
  if (run.faults.corrupt > 0) CHECK(wire.malformed > 0);
  CHECK_EQ(feed.books().market_digest(), digest_of_file(path));
}

}  // namespace

TEST("engine: replay and feed end with the file's books, without loss") {
  const TemporaryFile file(busy_file(20'000, false));
  replay_equals_file(file.path(), {});
}

TEST("engine: replay and feed end with the file's books, a tenth of the packets lost, frames damaged") {
  const TemporaryFile file(busy_file(20'000, true));
  replay_equals_file(file.path(), {.faults = {.loss = 0.1}});
}

TEST("engine: replay and feed end with the file's books, most packets lost and little room to hold") {
  const TemporaryFile file(busy_file(5'000, false));
  replay_equals_file(file.path(), {.faults = {.loss = 0.8}, .held_packets = 8});
}

TEST("engine: replay and feed end with the file's books at a paced rate") {
  const TemporaryFile file(busy_file(2'000, true));  // 2 ms of recorded time
  replay_equals_file(file.path(), {.faults = {.loss = 0.05}, .speed = 0.01});
}

TEST("engine: replay and feed agree on real order flow") {
  const auto path = test::fixture("itch/aapl_20191230_restored.itch50");
  if (!path) SKIP("no fixtures folder");
  replay_equals_file(*path, {.faults = {.loss = 0.02}});
}

TEST("engine: a replay file gives any message again, damage skipped") {
  const std::vector<std::byte> bytes = busy_file(3'000, true);
  const TemporaryFile on_disk(bytes);
  engine::ReplayFile file(on_disk.path(), net::MoldSession("S"));
  std::vector<std::vector<std::byte>> blocks;
  while (file.next()) blocks.emplace_back(file.block().begin(), file.block().end());
  REQUIRE_EQ(blocks.size(), 3'000u);
  CHECK_EQ(file.damaged_frames(), 3u);
  std::vector<std::byte> out(1380);
  CHECK_EQ(file.copy_blocks(1, 1, out).message_count, 0u);  // nothing was sent yet
  file.release(2'500);
  CHECK_EQ(file.copy_blocks(2'500, 1, out).message_count, 0u);
  CHECK_EQ(file.copy_blocks(0, 1, out).message_count, 0u);
  CHECK_EQ(file.copy_blocks(2'499, 10, out).message_count, 1u);
  for (std::uint64_t first = 1; first < 2'500; first += 17) {
    const net::RetransmitSlice slice = file.copy_blocks(first, 100, out);
    REQUIRE(slice.message_count > 0);
    std::size_t at = 0;
    for (std::uint64_t i = 0; i < slice.message_count; ++i) {
      const std::vector<std::byte>& block = blocks[first - 1 + i];
      CHECK(std::equal(block.begin(), block.end(), out.begin() + static_cast<std::ptrdiff_t>(at)));
      at += block.size();
    }
    CHECK_EQ(at, slice.bytes);
  }
}

TEST("engine: a stopped replay ends its session where it stood") {
  const TemporaryFile file(busy_file(20'000, false));
  engine::ReplayConfig config = replay_config(file.path(), {.speed = 0.001});
  config.linger = 100'000'000;
  engine::ReplayLoop replay(config);
  std::thread replaying([&] { replay.run(); });
  while (replay.progress().messages.load() < 10) std::this_thread::yield();
  replay.stop();
  replaying.join();
  CHECK(replay.progress().finished.load());
  CHECK(replay.progress().messages.load() < 20'000);
  CHECK(replay.line(0).control_packets.load() >= 1);
}

TEST("engine: two lines, cut differently, everything that may go wrong on both: the file's books") {
  const TemporaryFile file(busy_file(20'000, true));
  const engine::ReplayFaults bad{.loss = 0.05, .burst = 4, .duplicate = 0.05, .reorder = 0.1, .corrupt = 0.02};
  replay_equals_file(file.path(), {.faults = bad, .two_lines = true, .faults_of_b = bad, .skew = 200'000});
}

TEST("engine: line A dies, line B loses packets: the file's books") {
  const TemporaryFile file(busy_file(20'000, false));
  replay_equals_file(file.path(), {.two_lines = true, .faults_of_b = {.loss = 0.05}, .dies_at_count = 4'000});
}

TEST("engine: the session breaks off and another one brings the whole file: the file's books") {
  const TemporaryFile file(busy_file(10'000, false));
  replay_equals_file(file.path(), {.faults = {.loss = 0.02}, .two_lines = true, .new_session_at = 3'333});
}

namespace {

// What a line was given, in order, without times and ports.
std::vector<std::vector<std::byte>> sent_to(const std::string& capture, std::uint16_t port) {
  std::vector<std::vector<std::byte>> packets;
  for (test::CapturedPayload& payload : test::capture_payloads(capture)) {
    // Control packets are repeated for as long as the linger time happens to last.
    const bool control = payload.bytes.size() == net::mold_header_length;
    if (payload.destination_port == port && !control) packets.push_back(std::move(payload.bytes));
  }
  return packets;
}

std::vector<std::vector<std::byte>> replay_captured(const std::string& path, std::uint64_t seed, double speed, bool line_b) {
  const TemporaryFile capture({});
  engine::ReplayConfig config = replay_config(
      path, {.faults = {.loss = 0.05, .burst = 3, .duplicate = 0.05, .reorder = 0.05, .corrupt = 0.05}, .speed = speed, .two_lines = true,
             .faults_of_b = {.loss = 0.1, .reorder = 0.2}, .skew = 100'000, .new_session_at = 1'500});
  config.seed = seed;
  config.linger = 1'000'000;
  config.capture_path = capture.path();
  engine::ReplayLoop replay(config);
  replay.run();
  CHECK(!replay.capture_failed());
  const std::size_t line = line_b ? 1 : 0;
  auto packets = sent_to(capture.path(), config.lines[line].group.port);
  CHECK(packets.size() + 60 >= replay.line(line).packets.load());  // a packet cut to a header's length looks like a control packet
  return packets;
}

}  // namespace

TEST("engine: the same seed sends the same packets on both lines, however fast; another seed does not") {
  const TemporaryFile file(busy_file(4'000, true));
  for (const bool line_b : {false, true}) {
    const auto once = replay_captured(file.path(), 1, 0, line_b);
    CHECK(once.size() > 100);
    CHECK(replay_captured(file.path(), 1, 0, line_b) == once);
    CHECK(replay_captured(file.path(), 2, 0, line_b) != once);
    const auto paced = replay_captured(file.path(), 1, 0.1, line_b);
    CHECK(paced != once);  // at a pace, packets are cut by time
    CHECK(replay_captured(file.path(), 1, 0.1, line_b) == paced);
  }
}

namespace {

// Books from a snapshot and the messages of the file behind it.
std::uint64_t joined_digest(net::GlimpseClient& client, const std::string& path, const engine::ReplayLoop& replay) {
  feed::BookSet books({.maximum_orders = 1 << 16, .maximum_levels = 1 << 16});
  const auto apply = [&books](std::span<const std::byte> message) {
    feed::BookEvent event;
    if (feed::decode(message.data(), message.size(), event) == feed::DecodeResult::ok) books.apply(event);
  };
  client.start(core::monotonic_now());
  const bool was_second = replay.progress().messages_before.load() != 0;
  const std::uint64_t before = replay.progress().messages.load();
  const std::uint64_t deadline = core::monotonic_now() + 20'000'000'000;
  while (client.state() != net::GlimpseClient::State::complete && client.state() != net::GlimpseClient::State::failed) {
    client.poll(core::monotonic_now(), apply);
    REQUIRE(core::monotonic_now() < deadline);
  }
  CHECK_EQ(std::string(client.reason()), "");
  // No hole before what a listener has heard since. A session that began meanwhile counts from 1.
  if (was_second == (replay.progress().messages_before.load() != 0)) CHECK(client.sequence() > before);
  const net::MappedFile file(path);
  feed::ItchFrames frames(file.bytes());
  for (std::uint64_t sequence = 0;;) {
    const feed::ItchFrames::Step step = frames.next();
    if (step == feed::ItchFrames::Step::end) break;
    if (step == feed::ItchFrames::Step::message && ++sequence >= client.sequence()) apply(frames.message());
  }
  return books.market_digest();
}

}  // namespace

TEST("engine: joins through GLIMPSE at any time of a replay end with the file's books, also in a second session") {
  const TemporaryFile file(busy_file(30'000, true));
  const std::uint64_t expected = digest_of_file(file.path());
  engine::ReplayConfig config = replay_config(file.path(), {.faults = {.loss = 0.1}, .speed = 0.015, .new_session_at = 5'000});
  config.glimpse = net::endpoint_of("127.0.0.1", 0);
  engine::ReplayLoop replay(config);
  std::thread replaying([&] { replay.run(); });
  net::GlimpseClient client({.server = net::endpoint_of("127.0.0.1", replay.glimpse_port())});
  std::uint64_t joins = 0;
  bool first_session = false, second_session = false, middle = false;
  while (!replay.progress().sent_all.load() && joins < 200) {
    CHECK_EQ(joined_digest(client, file.path(), replay), expected);
    first_session = first_session || client.session() == "REPLAY";
    second_session = second_session || client.session() == "REPLAY2";
    middle = middle || (client.sequence() > 100 && client.sequence() < 29'000);
    ++joins;
  }
  CHECK_EQ(joined_digest(client, file.path(), replay), expected);  // and when all is sent
  CHECK_EQ(client.sequence(), 30'001u);
  replay.stop();
  replaying.join();
  CHECK(first_session && second_session && middle);
  CHECK_EQ(replay.snapshots(), joins + 1);
}

TEST("engine: a re-request server dies after its last answer") {
  const TemporaryFile file(busy_file(2'000, false));
  engine::ReplayConfig config = replay_config(file.path(), {});
  config.rerequest_dies_after = 3;
  config.linger = 500'000'000;
  engine::ReplayLoop replay(config);
  const net::Endpoint server = *replay.rerequest_endpoint();
  std::thread replaying([&] { replay.run(); });
  while (!replay.progress().sent_all.load()) std::this_thread::yield();
  net::UdpSender asking({.destination = server});
  std::array<std::byte, net::mold_header_length> request;
  net::write_mold_header(request.data(), {net::MoldSession("REPLAY"), 1, 10});
  for (int i = 0; i < 20'000 && !replay.progress().rerequest_dead.load(); ++i) {
    (void)asking.send(request);
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  replaying.join();
  CHECK(replay.progress().rerequest_dead.load());
  CHECK(replay.progress().rerequests_served.load() >= 3);
  CHECK(replay.progress().rerequests_served.load() < 3 + net::RerequestServerConfig{}.requests_per_poll);
}
