// The whole way in one process: a file onto real multicast, through loss, into books, and the digest of the file's own books at the end.
#include "engine/replay_loop.hpp"

#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "engine/feed_loop.hpp"
#include "engine/itch_scan.hpp"
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

struct Run {
  double loss = 0;
  double speed = 0;
  bool with_server = true;
  std::size_t held_packets = 16384;
};

void replay_equals_file(const std::string& path, const Run& run) {
  engine::FeedConfig feed_config;
  feed_config.name = "replay-test-" + std::to_string(::getpid());
  feed_config.publish_books = true;
  feed_config.rows = 1024;
  feed_config.maximum_orders = 1 << 20;
  feed_config.idle = "yield";
  feed_config.run_time = 30'000'000'000;
  feed_config.wire.lines = {net::endpoint_of("239.255.91.1", net::UdpReceiver({.local = net::endpoint_of("127.0.0.1", 0)}).local().port)};
  feed_config.wire.receiver.held_packets = run.held_packets;
  engine::ReplayLoop replay({.path = path,
                             .group = feed_config.wire.lines[0],
                             .rerequest = net::endpoint_of("127.0.0.1", 0),
                             .speed = run.speed,
                             .linger = 300'000'000,
                             .loss = run.loss,
                             .seed = 5});
  feed_config.wire.rerequest_servers = {*replay.rerequest_endpoint()};
  const auto running = engine::make_feed(feed_config);
  engine::FeedRun& feed = *running;
  std::thread feeding([&] { feed.run(); });
  std::thread replaying([&] { replay.run(); });
  replaying.join();
  feeding.join();
  const feed::MoldReceiverCounters& wire = feed.receiver().counters();
  CHECK(feed.receiver().ended());
  CHECK(!feed.receiver().stale());
  CHECK_EQ(wire.messages, replay.progress().messages.load());
  CHECK_EQ(wire.messages_lost, 0u);
  CHECK_EQ(wire.gaps_opened, wire.gaps_healed);
  if (run.loss > 0) CHECK(replay.progress().suppressed.load() > 0);
  if (run.loss > 0) CHECK(wire.gaps_opened > 0);
  CHECK_EQ(feed.books().market_digest(), digest_of_file(path));
}

}  // namespace

TEST("engine: replay and feed end with the file's books, without loss") {
  const TemporaryFile file(busy_file(20'000, false));
  replay_equals_file(file.path(), {});
}

TEST("engine: replay and feed end with the file's books, a tenth of the packets lost, frames damaged") {
  const TemporaryFile file(busy_file(20'000, true));
  replay_equals_file(file.path(), {.loss = 0.1});
}

TEST("engine: replay and feed end with the file's books, most packets lost and little room to hold") {
  const TemporaryFile file(busy_file(5'000, false));
  replay_equals_file(file.path(), {.loss = 0.8, .held_packets = 8});
}

TEST("engine: replay and feed end with the file's books at a paced rate") {
  const TemporaryFile file(busy_file(2'000, true));  // 2 ms of recorded time
  replay_equals_file(file.path(), {.loss = 0.05, .speed = 0.01});
}

TEST("engine: replay and feed agree on real order flow") {
  const auto path = test::fixture("itch/aapl_20191230_restored.itch50");
  if (!path) SKIP("no fixtures folder");
  replay_equals_file(*path, {.loss = 0.02});
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
  engine::ReplayLoop replay({.path = file.path(),
                             .group = net::endpoint_of("239.255.91.2", 40'000),
                             .speed = 0.001,
                             .linger = 100'000'000});
  std::thread replaying([&] { replay.run(); });
  while (replay.progress().messages.load() < 10) std::this_thread::yield();
  replay.stop();
  replaying.join();
  CHECK(replay.progress().finished.load());
  CHECK(replay.progress().messages.load() < 20'000);
  CHECK(replay.progress().control_packets.load() >= 1);
}
