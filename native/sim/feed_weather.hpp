// Why: a feed must end with the right books whatever happens to its packets, and a failure must happen again when it is looked for. What:
// the faults of one run, drawn from a seed, and the network that commits them: lines of different packetisation and skew that lose, hold
// back, repeat, reorder and damage packets, alone and together; re-request servers that die and come back, answer late, in part, or not at
// all.
//
// Damage is what gets past a UDP checksum only in theory: packets cut short, with wrong counts and lengths, of a strange session, or noise.
// A flipped bit inside a message cannot be told by anybody once the checksum has been passed, so such packets count as lost, as the kernel
// makes them.
//
// Simulated time in ns; no thread, no clock, no socket. Same seed, same packets at the same times.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <queue>
#include <span>
#include <vector>

#include "net/mold_packet.hpp"
#include "sim/random.hpp"
#include "tick_to_trade/1_wire_in/packet.hpp"

namespace hopwire::sim {

struct Weather {
  std::size_t lines = 2;
  std::array<std::uint32_t, 2> loss_permille{};  // of single packets, each line on its own
  std::uint32_t burst_permille = 0;     // begins a burst on one line
  std::uint32_t blackout_permille = 0;  // begins one on all lines at once
  std::uint32_t longest_burst = 40;     // packets
  std::uint32_t duplicate_permille = 0;
  std::uint32_t reorder_permille = 0;
  std::uint32_t corrupt_permille = 0;
  std::uint64_t longest_delay = 400'000;  // ns a reordered packet is held back
  std::array<std::uint64_t, 2> skew{};    // ns from sending to arrival
  std::uint32_t stalls = 0;               // of the receiver, a second each
  bool line_dies = false;                 // line B goes dark for good in the middle
  std::uint32_t servers = 2;
  std::uint64_t server_lives = 50'000'000;  // ns, on average
  std::uint64_t server_dead = 20'000'000;
  std::uint32_t answer_loss_permille = 0;
  bool snapshot = false;
  bool join_late = false;
  std::size_t socket_packets = 4096;  // that fit into a socket's buffer
  std::size_t held_packets = 16384;
  std::size_t missing_ranges = 1024;

  [[nodiscard]] static Weather of(std::uint64_t seed) {
    Random random(seed);
    Weather weather;
    weather.lines = random.chance(4, 5) ? 2 : 1;
    for (std::uint32_t& loss : weather.loss_permille) loss = random.below(51);  // up to 5 %
    weather.burst_permille = random.below(4);
    weather.blackout_permille = random.below(3);
    weather.longest_burst = 1 + random.below(120);
    weather.duplicate_permille = random.below(20);
    weather.reorder_permille = random.below(50);
    weather.corrupt_permille = random.below(15);
    weather.longest_delay = 1 + random.below(3'000'000);
    for (std::uint64_t& skew : weather.skew) skew = random.below(500'000);
    weather.stalls = random.below(3);
    weather.line_dies = random.chance(1, 6);
    weather.servers = 1 + random.below(3);
    weather.server_lives = 1'000'000 + random.below(200'000'000);
    weather.server_dead = 1'000'000 + random.below(100'000'000);
    weather.answer_loss_permille = random.below(100);
    weather.snapshot = random.chance(1, 3);
    weather.join_late = weather.snapshot && random.chance(1, 2);
    if (weather.snapshot && random.chance(1, 3)) weather.servers = 0;
    if (weather.snapshot && random.chance(1, 4)) weather.server_dead = std::uint64_t{1} << 50;  // once dead they stay so
    weather.socket_packets = random.chance(1, 2) ? 4096 : 64 + random.below(512);
    weather.held_packets = random.chance(2, 3) ? 16384 : 16 + random.below(200);
    weather.missing_ranges = random.chance(2, 3) ? 1024 : 4 + random.below(60);
    return weather;
  }
};

struct SimulatedPacket {
  std::vector<std::byte> bytes;
  feed::PacketSource source;
  bool genuine;  // as it was sent
  std::uint32_t server = 0;  // of an answer
};

class FeedNetwork {
 public:
  static constexpr std::string_view session = "CHAOS";

  // `file` holds good frames only, and outlives this.
  FeedNetwork(const Weather& weather, std::uint64_t seed, std::span<const std::byte> file)
      : weather_(weather), random_(seed ^ 0x5EEDull), file_(file) {
    for (std::size_t at = 0; at < file.size(); at += net::mold_block_prefix + net::mold_block_length(file.data() + at)) {
      blocks_.push_back(at);
    }
    blocks_.push_back(file.size());
    next_.fill(1);
    server_until_.resize(weather.servers, 0);
    server_up_.resize(weather.servers, false);
  }

  [[nodiscard]] std::uint64_t now() const noexcept { return now_; }
  [[nodiscard]] std::uint64_t messages() const noexcept { return blocks_.size() - 1; }
  // Messages published so far; they are what servers know.
  [[nodiscard]] std::uint64_t published() const noexcept { return published_; }
  [[nodiscard]] bool all_sent() const noexcept { return next_[0] > messages() && next_[weather_.lines - 1] > messages(); }
  [[nodiscard]] std::uint64_t socket_drops() const noexcept { return socket_drops_; }
  // Message `sequence` with its length before it.
  [[nodiscard]] std::span<const std::byte> block(std::uint64_t sequence) const noexcept {
    return file_.subspan(blocks_[sequence - 1], blocks_[sequence] - blocks_[sequence - 1]);
  }

  // Time goes on: messages are published, lines send, packets reach the sockets.
  void advance(std::uint64_t nanoseconds) {
    now_ += nanoseconds;
    published_ = std::min(messages(), published_ + random_.below(1 + static_cast<std::uint32_t>(nanoseconds / 4'000)));
    for (std::size_t line = 0; line < weather_.lines; ++line) send_line(line);
    while (!flying_.empty() && flying_.top().due <= now_) {
      auto& flight = const_cast<Flight&>(flying_.top());
      std::deque<SimulatedPacket>& socket = sockets_[feed::line_index(flight.packet.source)];
      if (socket.size() < weather_.socket_packets) {
        socket.push_back(std::move(flight.packet));
      } else {
        ++socket_drops_;
      }
      flying_.pop();
    }
  }

  [[nodiscard]] std::deque<SimulatedPacket>& socket(feed::PacketSource source) noexcept { return sockets_[feed::line_index(source)]; }

  // A re-request reaches a server, or not.
  void request(std::uint32_t server, std::uint64_t first, std::uint16_t count) {
    if (!server_alive(server) || lost(weather_.answer_loss_permille)) return;
    if (first > published_) return;
    const std::uint64_t end = std::min<std::uint64_t>({first + count, published_ + 1, first + 1 + random_.below(60)});
    fly(packet(first, end), feed::PacketSource::rerequest, 30'000 + random_.below(200'000), true, server);
  }

 private:
  struct Flight {
    std::uint64_t due;
    std::uint64_t order;
    SimulatedPacket packet;
    bool operator<(const Flight& other) const noexcept { return due != other.due ? due > other.due : order > other.order; }
  };
  static constexpr std::uint64_t heartbeat_interval = 1'000'000'000;

  [[nodiscard]] bool lost(std::uint32_t permille) noexcept { return random_.chance(permille, 1'000); }

  [[nodiscard]] bool server_alive(std::uint32_t server) noexcept {
    while (server_until_[server] <= now_) {
      server_up_[server] = !server_up_[server];
      const std::uint64_t mean = server_up_[server] ? weather_.server_lives : weather_.server_dead;
      server_until_[server] = std::max(now_, server_until_[server]) + 1 + random_.next() % (2 * mean);
    }
    return server_up_[server];
  }

  [[nodiscard]] std::vector<std::byte> header(std::uint64_t sequence, std::uint16_t count) const {
    std::vector<std::byte> bytes(net::mold_header_length);
    net::write_mold_header(bytes.data(), {net::MoldSession(session), sequence, count});
    return bytes;
  }
  [[nodiscard]] std::vector<std::byte> packet(std::uint64_t first, std::uint64_t end) const {
    const std::span<const std::byte> blocks = file_.subspan(blocks_[first - 1], blocks_[end - 1] - blocks_[first - 1]);
    std::vector<std::byte> bytes(net::mold_header_length + blocks.size());
    net::write_mold_header(bytes.data(), {net::MoldSession(session), first, static_cast<std::uint16_t>(end - first)});
    std::memcpy(bytes.data() + net::mold_header_length, blocks.data(), blocks.size());
    return bytes;
  }

  void fly(std::vector<std::byte> bytes, feed::PacketSource source, std::uint64_t delay, bool genuine = true, std::uint32_t server = 0) {
    flying_.push({now_ + delay, ++flights_, {std::move(bytes), source, genuine, server}});
  }

  // Whatever was published and not yet sent on this line, in packets of its own size; heartbeats and the end of session when nothing is.
  void send_line(std::size_t line) {
    std::uint64_t& next = next_[line];
    const std::uint64_t most = line == 0 ? 25 : 11;
    while (next <= published_) {
      const std::uint64_t end = std::min(published_ + 1, next + most);
      send(line, packet(next, end));
      next = end;
    }
    const bool over = next > messages();
    if (now_ - sent_at_[line] < (over ? heartbeat_interval / 10 : heartbeat_interval)) return;
    send(line, header(next, over ? net::mold_end_of_session : net::mold_heartbeat));
  }

  void send(std::size_t line, std::vector<std::byte> bytes) {
    sent_at_[line] = now_;
    if (weather_.line_dies && line == 1 && published_ > messages() / 2) return;
    if (burst_[line] == 0 && lost(weather_.burst_permille)) burst_[line] = 1 + random_.below(weather_.longest_burst);
    if (lost(weather_.blackout_permille)) burst_.fill(1 + random_.below(weather_.longest_burst));
    if (burst_[line] != 0) {
      --burst_[line];
      return;
    }
    if (lost(weather_.loss_permille[line])) return;
    std::uint64_t delay = 1'000 + weather_.skew[line] + random_.below(2'000);
    if (lost(weather_.reorder_permille)) delay += random_.next() % weather_.longest_delay;
    if (lost(weather_.duplicate_permille)) fly(bytes, feed::line_at(line), delay + random_.below(100'000));
    const bool damaged = lost(weather_.corrupt_permille);
    if (damaged && !damage(bytes)) return;
    fly(std::move(bytes), feed::line_at(line), delay, !damaged);
  }

  // False: the checksum saw it.
  bool damage(std::vector<std::byte>& bytes) {
    const std::vector<std::byte> before = bytes;
    switch (random_.below(5)) {
      case 0: {
        const auto blocks = static_cast<std::uint32_t>(bytes.size() - net::mold_header_length);
        bytes.resize(net::mold_header_length + random_.below(blocks + 1));
        break;
      }
      case 1: bytes[18 + random_.below(2)] ^= static_cast<std::byte>(1 + random_.below(255)); break;  // message count
      case 2: bytes[random_.below(10)] ^= static_cast<std::byte>(1 + random_.below(255)); break;      // session
      case 3:
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(random_.below(256));
        break;
      default:
        if (bytes.size() < net::mold_header_length + net::mold_block_prefix) return false;
        bytes[net::mold_header_length + random_.below(2)] ^= static_cast<std::byte>(1 + random_.below(255));  // a block's length
    }
    return bytes != before && !still_whole(bytes);
  }

  // Nobody could tell it from a good packet: of our session, filled exactly by its blocks.
  [[nodiscard]] static bool still_whole(const std::vector<std::byte>& bytes) {
    const net::MoldHeader read = net::read_mold_header(bytes.data());
    if (read.session != net::MoldSession(session)) return false;
    const bool control = read.message_count == net::mold_heartbeat || read.message_count == net::mold_end_of_session;
    const std::span<const std::byte> blocks = std::span(bytes).subspan(net::mold_header_length);
    return net::measure_mold_blocks(blocks, control ? 0 : read.message_count) == static_cast<std::ptrdiff_t>(blocks.size());
  }

  Weather weather_;
  Random random_;
  std::span<const std::byte> file_;
  std::vector<std::size_t> blocks_;
  std::uint64_t now_ = 1'000'000'000;
  std::uint64_t published_ = 0;
  std::array<std::uint64_t, 2> next_{};
  std::array<std::uint64_t, 2> sent_at_{};
  std::array<std::uint32_t, 2> burst_{};
  std::vector<std::uint64_t> server_until_;
  std::vector<bool> server_up_;
  std::priority_queue<Flight> flying_;
  std::uint64_t flights_ = 0;
  std::uint64_t socket_drops_ = 0;
  std::array<std::deque<SimulatedPacket>, feed::most_lines + 1> sockets_;
};

}  // namespace hopwire::sim
