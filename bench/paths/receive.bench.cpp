// Live packets per second without loss on loopback multicast: the whole feed path (hop 1 to the published row) against a bare recvmmsg
// loop.
//
// In turns, in one run, from the same sender, each on a group of its own. The sender goes as fast as it can but never further ahead than
// the receiver's buffer holds, so nothing is lost and what is measured is the slower of the two. "ratio" is the feed path's time a packet
// over the bare loop's: at 1.11 the feed path takes 0.9 of the bare loop's packets a second. drain_on_core_ns, from a full buffer with no
// sender in the way and in the thread's own time, is what each loop itself costs a packet (middle of the rounds): it holds on a busy
// machine too, the ratio does not.
//
// A live packet holds 1 to 7 messages (microbursts aside); the second case publishes the best ten levels of touched books as well, the
// third has packets as full as they get. Beside them the time from the kernel's receive stamp to the packet's messages in the books, one
// packet at a time so that none waits for another.
#include <immintrin.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/affinity.hpp"
#include "core/telemetry_region.hpp"
#include "harness/bench.hpp"
#include "harness/distribution.hpp"
#include "harness/itch_day.hpp"
#include "net/mold_packet.hpp"
#include "net/udp_socket.hpp"
#include "tick_to_trade/1_wire_in/socket_wire_in.hpp"
#include "tick_to_trade/2_decode/decoder.hpp"
#include "tick_to_trade/feed_pipeline.hpp"

using namespace hopwire;

namespace {

constexpr std::size_t batch = 32;
constexpr std::uint64_t most_ahead = 2'048;  // packets: 8 MiB hold three times as many
constexpr std::uint64_t give_up = 5'000'000'000;  // ns without a packet

// The day as packets: where each begins, and its header.
struct Packets {
  std::vector<std::byte> day;
  std::vector<std::size_t> offsets;
  std::vector<std::array<std::byte, net::mold_header_length>> headers;

  Packets(std::uint64_t count, std::uint32_t most_messages, bool full) {
    const std::uint64_t messages = count * (full ? most_messages : (1 + most_messages) / 2 + 1);
    day = bench::ItchDay({.messages = messages, .instruments = 800}).bytes();
    std::uint64_t sequence = 1;
    std::mt19937 random(5);
    for (std::size_t at = 0; headers.size() < count;) {
      const std::uint32_t wanted = full ? most_messages : 1 + random() % most_messages;
      const std::size_t begin = at;
      std::uint16_t taken = 0;
      while (taken < wanted && at < day.size()) {
        const std::size_t next = at + net::mold_block_prefix + net::mold_block_length(day.data() + at);
        if (next - begin > net::mold_payload_limit - net::mold_header_length) break;
        at = next;
        ++taken;
      }
      offsets.push_back(begin);
      net::write_mold_header(headers.emplace_back().data(), {net::MoldSession("BENCH"), sequence, taken});
      sequence += taken;
      end = at;
    }
    offsets.push_back(end);
  }
  std::size_t end = 0;
};

// A sender of its own thread: on begin(to, first, count) it sends these packets, minding how many `received` says were taken.
class Sender {
 public:
  Sender(const Packets& packets, const net::Endpoint& bare, const net::Endpoint& full)
      : packets_(packets),
        senders_{net::UdpSender({.destination = bare}), net::UdpSender({.destination = full})},
        thread_([this] { run(); }) {}
  ~Sender() {
    stop_.store(true);
    thread_.join();
  }

  // `ahead`: packets the receiver may be behind when more are sent; without flow control, everything is sent at once.
  void begin(std::size_t to, std::uint64_t first, std::uint64_t count, std::uint64_t ahead = most_ahead) {
    to_ = to;
    first_ = first;
    count_ = count;
    ahead_ = ahead;
    received.store(0, std::memory_order_relaxed);
    go_.store(true, std::memory_order_release);
  }
  void await_sent() const {
    while (go_.load(std::memory_order_acquire)) _mm_pause();
  }

  std::atomic<std::uint64_t> received{0};

 private:
  void run() {
    (void)core::pin_thread(1);
    while (!stop_.load(std::memory_order_relaxed)) {
      if (!go_.load(std::memory_order_acquire)) {
        _mm_pause();
        continue;
      }
      for (std::uint64_t sent = 0; sent < count_ && !stop_.load(std::memory_order_relaxed);) {
        if (sent > received.load(std::memory_order_relaxed) + ahead_) {
          _mm_pause();
          continue;
        }
        sent += send(first_ + sent, std::min<std::uint64_t>({batch, count_ - sent, ahead_ + 1}));
      }
      go_.store(false, std::memory_order_release);
    }
  }

  std::size_t send(std::uint64_t first, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::size_t begin = packets_.offsets[first + i];
      vectors_[i][0] = {const_cast<std::byte*>(packets_.headers[first + i].data()), net::mold_header_length};
      vectors_[i][1] = {const_cast<std::byte*>(packets_.day.data() + begin), packets_.offsets[first + i + 1] - begin};
      messages_[i].msg_hdr = {};
      messages_[i].msg_hdr.msg_iov = vectors_[i].data();
      messages_[i].msg_hdr.msg_iovlen = 2;
    }
    return senders_[to_].send_batch({messages_.data(), count});
  }

  const Packets& packets_;
  std::array<net::UdpSender, 2> senders_;
  std::array<mmsghdr, batch> messages_{};
  std::array<std::array<iovec, 2>, batch> vectors_{};
  std::size_t to_ = 0;
  std::uint64_t first_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t ahead_ = most_ahead;
  std::atomic<bool> go_{false};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// Nothing but the system call: no stamps asked for, nothing looked at.
class BareReceiver {
 public:
  explicit BareReceiver(const net::Endpoint& group) : socket_(net::open_udp()) {
    net::detail::set_option(socket_.get(), SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
    net::detail::set_buffer(socket_.get(), SO_RCVBUFFORCE, SO_RCVBUF, 8 << 20);
    net::detail::bind_socket(socket_.get(), group);
    if (!net::detail::join_any(socket_.get(), "127.0.0.1", group.address)) std::abort();
    for (std::size_t i = 0; i < batch; ++i) {
      vectors_[i] = {bytes_[i].data(), bytes_[i].size()};
      headers_[i].msg_hdr.msg_iov = &vectors_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
    }
  }
  std::size_t poll() {
    const int count = ::recvmmsg(socket_.get(), headers_.data(), batch, MSG_DONTWAIT, nullptr);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
  }

 private:
  net::Descriptor socket_;
  std::array<mmsghdr, batch> headers_{};
  std::array<iovec, batch> vectors_{};
  std::array<std::array<std::byte, 2'048>, batch> bytes_{};
};

// The product's own path, with or without rows published into a region of the usual shape.
class FeedPath {
 public:
  FeedPath(const net::Endpoint& group, bool publish)
      : wire_(config(group), clock_),
        books_({.maximum_orders = std::size_t{1} << 22, .maximum_levels = std::size_t{1} << 20, .maximum_locate = rows - 1}),
        memory_(size),
        telemetry_(clock_),
        columns_(columns(memory_)),
        to_books(clock_.nanoseconds_per_tick()),
        pipeline_(wire_, books_, telemetry_.recorder(), publish ? &columns_ : nullptr, depth) {}

  std::size_t poll() {
    return pipeline_.poll([this](const feed::Packet& packet) noexcept {
      const std::uint64_t now = core::Tsc::now();
      if (packet.kernel_stamped) to_books.record(now > packet.receive_tsc ? now - packet.receive_tsc : 0);
    });
  }
  [[nodiscard]] const feed::MoldReceiver& receiver() const { return wire_.receiver(); }
  [[nodiscard]] const feed::BookSet& books() const { return books_; }
  [[nodiscard]] double nanoseconds_per_tick() const { return clock_.nanoseconds_per_tick(); }

 private:
  static constexpr std::uint32_t rows = 1'024;
  static constexpr std::uint32_t depth = 10;
  static constexpr std::size_t size = regions::BooksLayout::size({.instruments = rows, .depth = depth});

  static feed::SocketWireInConfig config(const net::Endpoint& group) {
    feed::SocketWireInConfig config;
    config.lines = {group};
    return config;
  }
  static regions::BooksColumns columns(core::ReservedArray<std::byte>& memory) {
    auto& header = *reinterpret_cast<regions::RegionHeader*>(memory.data());
    header.magic = regions::region_magic;
    header.layout_hash = regions::layout_hash;
    header.size = size;
    header.region_id = regions::BooksLayout::region_id;
    header.dimension[0] = rows;
    header.dimension[1] = depth;
    return regions::BooksColumns::over(memory.data());
  }

  core::TscClock clock_;
  feed::SocketWireIn<> wire_;
  feed::BookSet books_;
  core::ReservedArray<std::byte> memory_;
  core::TelemetryMemory telemetry_;
  regions::BooksColumns columns_;

 public:
  bench::Distribution to_books;

 private:
  feed::FeedPipeline<feed::SocketWireIn<>> pipeline_;
};

// Polls until `count` packets were taken; fewer when nothing comes any more.
template <class Receiver>
std::uint64_t take(Receiver& receiver, Sender& sender, std::uint64_t count) {
  std::uint64_t taken = 0;
  std::uint64_t last = core::monotonic_now();
  while (taken < count) {
    const std::size_t packets = receiver.poll();
    if (packets != 0) {
      taken += packets;
      sender.received.store(taken, std::memory_order_relaxed);
      last = 0;
    } else if (last == 0) {
      last = core::monotonic_now();
    } else if (core::monotonic_now() - last > give_up) {
      break;
    } else {
      _mm_pause();
    }
  }
  return taken;
}

// This thread's own time, ns.
std::uint64_t on_core() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

std::uint64_t digest_of(const Packets& packets, std::uint64_t packet_count) {
  feed::BookSet books({.maximum_orders = std::size_t{1} << 22, .maximum_levels = std::size_t{1} << 20, .maximum_locate = 1'023});
  const std::byte* end = packets.day.data() + packets.offsets[packet_count];
  for (const std::byte* block = packets.day.data(); block < end; block = net::skip_mold_blocks(block, 1)) {
    feed::BookEvent event;
    if (feed::decode(block + net::mold_block_prefix, net::mold_block_length(block), event) == feed::DecodeResult::ok) books.apply(event);
    books.clear_trades();
  }
  return books.market_digest();
}

struct Shape {
  std::uint32_t most_messages;
  bool full;     // as many as fit
  bool publish;  // rows of touched books
};

void compare(bench::Bench& bench, const std::string& label, const Shape& shape) {
  const auto [most_messages, full, publish] = shape;
  const std::uint64_t count = bench.size(2'000, full ? 15'000 : 60'000);
  const std::uint64_t rounds = bench.smoke() ? 2 : 9;
  constexpr std::uint64_t drained = 1'500;  // packets a socket holds at once
  const std::uint64_t single = bench.size(500, 20'000);
  const Packets packets((count + drained) * rounds + single, most_messages, full);
  const std::uint16_t port = net::UdpReceiver({.local = net::endpoint_of("127.0.0.1", 0)}).local().port;
  const net::Endpoint bare_group{net::parse_address("239.255.66.1").value(), port};
  const net::Endpoint full_group{net::parse_address("239.255.66.2").value(), port};
  (void)core::pin_thread(0);
  BareReceiver bare(bare_group);
  FeedPath feed(full_group, publish);
  Sender sender(packets, bare_group, full_group);
  std::uint64_t next = 0;
  const auto run = [&](auto& receiver, std::size_t to, std::uint64_t first) {
    sender.begin(to, first, count);
    const std::uint64_t taken = take(receiver, sender, count);
    sender.await_sent();
    return taken;
  };
  bench.measure_in_turns(
      count, label + ", bare recvmmsg", [&] { return run(bare, 0, next); }, label + (publish ? ", hops 1 to 3 and rows" : ", hops 1 to 3"),
      [&] {
        const std::uint64_t taken = run(feed, 1, next);
        next += count;
        return taken;
      });
  if (feed.receiver().counters().gaps_opened != 0 || feed.receiver().stale()) bench.fail("packets were lost: this run says nothing");
  const auto drain = [&](auto& receiver, std::size_t to) {
    sender.begin(to, next, drained, drained);
    sender.await_sent();
    const std::uint64_t began = on_core();
    return take(receiver, sender, drained) == drained ? static_cast<double>(on_core() - began) / static_cast<double>(drained) : 0.0;
  };
  std::array<std::vector<double>, 2> drains;
  for (std::uint64_t round = 0; round < rounds; ++round, next += drained) {
    drains[0].push_back(drain(bare, 0));
    drains[1].push_back(drain(feed, 1));
  }
  for (std::vector<double>& series : drains) std::sort(series.begin(), series.end());
  bench.fact("drain_on_core_ns_bare", drains[0][rounds / 2]);
  bench.fact("drain_on_core_ns_full", drains[1][rounds / 2]);
  feed.to_books = bench::Distribution(feed.nanoseconds_per_tick());
  sender.begin(1, next, single, 0);
  next += take(feed, sender, single);
  bench.fact("messages_per_packet", static_cast<double>(feed.receiver().counters().messages) / static_cast<double>(next));
  const std::uint64_t digest = feed.books().market_digest();
  if (digest != digest_of(packets, next)) bench.fail("the books are not those of the day");
  bench.distribution(label + ", receive stamp to books", feed.to_books, digest);
}

}  // namespace

BENCH("receive") {
  bench.must_not_allocate();
  compare(bench, "live packets", {.most_messages = 7, .full = false, .publish = false});
  compare(bench, "live packets, published", {.most_messages = 7, .full = false, .publish = true});
  compare(bench, "full packets", {.most_messages = 40, .full = true, .publish = false});
}
