// Why: who joins late asks for the state of the market, and must not slow down whoever keeps that state. What: listens, checks logins, and
// sends each client one snapshot: ITCH messages in SoupBinTCP, ended by the sequence to go on with (schemas/glimpse.xml).
//
// A snapshot is made once, whole, and never changed: clients share it and read it at their own pace while the market goes on. So it is
// consistent by construction, and a slow client costs nobody anything but the memory of the image it still reads. Who logs in gets an
// image made after that: a client that listens to the line first and logs in second has no hole between the two.
//
// Bounds: `clients_most` connections, others are told so and closed; per client one read and one buffer of writes each poll; a time for the
// login, for the whole load, and for the logout after it; silence as SoupBinTCP has it. While the owner has no snapshot to give (its own
// books have a gap) a login waits for `ready_limit` and is then refused: session not available.
//
// What can go wrong: set-up throws NetworkError. Afterwards trouble ends the one client it concerns, and is counted. Cold: connections
// allocate. Owner: one thread, which is not a hop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/endian.hpp"
#include "generated/glimpse.hpp"
#include "net/mold_packet.hpp"
#include "net/soupbin_server.hpp"
#include "net/tcp_socket.hpp"

namespace hopwire::net {

// Immutable once made.
struct GlimpseSnapshot {
  std::vector<std::byte> frames{};  // {u16 length big-endian, message}, as in a file of ITCH messages
  std::uint64_t messages = 0;
  std::uint64_t sequence = 1;  // MoldUDP64 sequence of the first message that is not in it
  MoldSession session{};
};

struct GlimpseServerConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: the kernel chooses
  std::string user{};      // empty: anyone may log in
  std::string password{};
  std::size_t clients_most = 32;
  std::size_t outbound_bytes = std::size_t{1} << 18;  // of each client
  std::uint64_t ready_limit = 10'000'000'000;         // ns
  std::uint64_t load_limit = 600'000'000'000;
  std::uint64_t logout_limit = 5'000'000'000;
  SoupBinServerConfig soup{};
};

struct GlimpseServerCounters {
  std::uint64_t connections = 0;
  std::uint64_t snapshots = 0;  // sent whole
  std::uint64_t refused = 0;    // too many, not authorised, no such session, not ready
  std::uint64_t failed = 0;     // broke the protocol, too slow, went away before the end
  std::uint64_t messages = 0;
};

class GlimpseServer {
 public:
  explicit GlimpseServer(const GlimpseServerConfig& config) : config_(with_buffers(config)), listener_(config.host, config.port) {
    clients_.reserve(config.clients_most);
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return listener_.port(); }
  // Readable when a client comes.
  [[nodiscard]] int listener() const noexcept { return listener_.descriptor(); }
  [[nodiscard]] std::size_t clients() const noexcept { return clients_.size(); }
  [[nodiscard]] const GlimpseServerCounters& counters() const noexcept { return counters_; }

  // snapshot(since): std::shared_ptr<const GlimpseSnapshot> with all that was sent before `since`, null while there is none to give.
  // Returns messages written.
  template <class Snapshot>
  std::size_t poll(std::uint64_t now, Snapshot&& snapshot) {
    accept(now);
    std::size_t written = 0;
    for (std::size_t index = 0; index < clients_.size();) {
      written += serve(*clients_[index], now, snapshot);
      if (clients_[index]->done) {
        std::swap(clients_[index], clients_.back());
        clients_.pop_back();
      } else {
        ++index;
      }
    }
    counters_.messages += written;
    return written;
  }

  // No more than what already waits is sent; for the end of a run.
  void close() noexcept {
    listener_.close();
    clients_.clear();
  }

 private:
  struct Client {
    Client(const GlimpseServerConfig& config, TcpConnection connection, std::uint64_t now)
        : socket(std::move(connection)), soup(config.soup), since(now) {
      soup.start(now);
    }
    TcpConnection socket;
    SoupBinServer soup;
    std::shared_ptr<const GlimpseSnapshot> image{};
    std::size_t at = 0;        // in image->frames
    std::uint64_t since;       // connected, logged in, or sent whole
    bool asks = false;         // logged in, waits for a snapshot
    bool whole = false;        // the end of the snapshot is written
    bool peer_gone = false;
    bool done = false;
  };

  static constexpr std::size_t accepts_per_poll = 4;

  [[nodiscard]] static GlimpseServerConfig with_buffers(GlimpseServerConfig config) {
    config.soup.stream.outbound_bytes = config.outbound_bytes;
    return config;
  }

  void accept(std::uint64_t now) {
    for (std::size_t i = 0; i < accepts_per_poll; ++i) {
      TcpConnection connection = listener_.accept();
      if (!connection.is_open()) return;
      ++counters_.connections;
      if (clients_.size() == config_.clients_most) {
        ++counters_.refused;  // closed unanswered: the client sees it at once and may come again
        continue;
      }
      clients_.push_back(std::make_unique<Client>(config_, std::move(connection), now));
    }
  }

  template <class Snapshot>
  std::size_t serve(Client& client, std::uint64_t now, Snapshot&& snapshot) {
    read(client, now);
    listen(client, now);
    if (client.asks) answer(client, now, snapshot);
    const std::size_t written = client.image ? write_snapshot(client, now) : 0;
    client.soup.tick(now);
    const bool flushed = write(client, now);
    if (client.soup.is_open()) limit_time(client, now);
    if (!client.soup.is_open() && (flushed || client.peer_gone || now - client.since >= config_.logout_limit)) finish(client);
    return written;
  }

  static void read(Client& client, std::uint64_t now) noexcept {
    const std::span<std::byte> space = client.soup.stream().space();
    if (space.empty() || client.peer_gone) return;
    const Transfer transfer = client.socket.read(space);
    if (transfer.status == TransferStatus::moved) client.soup.stream().received(transfer.bytes, now);
    client.peer_gone = transfer.status == TransferStatus::closed || transfer.status == TransferStatus::broken;
  }

  void listen(Client& client, std::uint64_t now) noexcept {
    for (;;) {
      switch (client.soup.next()) {
        case SoupBinServer::Event::login: check(client, now); break;
        case SoupBinServer::Event::unsequenced:
        case SoupBinServer::Event::debug: break;  // nobody asks anything by these
        case SoupBinServer::Event::over: return;
        case SoupBinServer::Event::none:
          if (client.peer_gone) client.soup.disconnected();
          return;
      }
    }
  }

  void check(Client& client, std::uint64_t now) noexcept {
    const SoupBinLogin& login = client.soup.login();
    const bool known = config_.user.empty() || (same_soupbin_text(login.user, config_.user) &&
                                                same_soupbin_text(login.password, config_.password));
    if (!known) return client.soup.reject(soupbintcp::not_authorised);
    // A snapshot has a beginning and no middle.
    if (login.sequence > 1) return client.soup.reject(soupbintcp::session_not_available);
    client.asks = true;
    client.since = now;
  }

  template <class Snapshot>
  void answer(Client& client, std::uint64_t now, Snapshot&& snapshot) {
    std::shared_ptr<const GlimpseSnapshot> image = client.soup.is_open() ? snapshot(client.since) : nullptr;
    if (image == nullptr && client.soup.is_open() && now - client.since < config_.ready_limit) return;
    client.asks = false;
    if (image == nullptr) return client.soup.reject(soupbintcp::session_not_available);
    const std::string session = image->session.text();
    client.image = std::move(image);
    client.since = now;
    client.soup.accept(session, 1);
  }

  std::size_t write_snapshot(Client& client, std::uint64_t now) noexcept {
    const std::vector<std::byte>& frames = client.image->frames;
    std::size_t written = 0;
    while (client.at < frames.size()) {
      const std::size_t length = core::load_be<std::uint16_t>(frames.data() + client.at);
      if (!client.soup.has_room(length) ||
          !client.soup.send_sequenced(std::span(frames).subspan(client.at + mold_block_prefix, length)))
        return written;
      client.at += mold_block_prefix + length;
      ++written;
    }
    if (client.whole || !client.soup.has_room(glimpse::EndOfSnapshotView::block_length)) return written;
    std::byte end[glimpse::EndOfSnapshotView::block_length];
    glimpse::EndOfSnapshotEncoder::wrap(end).sequence_number(RightJustified<20>(client.image->sequence).view());
    client.whole = client.soup.send_sequenced(end);
    client.since = now;
    if (client.whole) ++counters_.snapshots;
    return written + 1;
  }

  static bool write(Client& client, std::uint64_t now) noexcept {
    const std::span<const std::byte> waiting = client.soup.stream().outbound();
    if (waiting.empty()) return true;
    const Transfer transfer = client.socket.write(waiting);
    if (transfer.status == TransferStatus::moved) client.soup.stream().sent(transfer.bytes, now);
    if (transfer.status == TransferStatus::broken) client.peer_gone = true;
    return client.soup.stream().outbound().empty();
  }

  void limit_time(Client& client, std::uint64_t now) noexcept {
    if (client.whole && now - client.since >= config_.logout_limit) {
      client.soup.end_session();  // it has all and does not leave
    } else if (client.image && !client.whole && now - client.since >= config_.load_limit) {
      ++counters_.failed;
      client.done = true;
    }
  }

  void finish(Client& client) noexcept {
    client.done = true;
    if (client.soup.state() == SoupBinServerState::rejected) ++counters_.refused;
    else if (!client.whole) ++counters_.failed;
  }

  GlimpseServerConfig config_;
  TcpListener listener_;
  std::vector<std::unique_ptr<Client>> clients_;
  GlimpseServerCounters counters_;
};

}  // namespace hopwire::net
