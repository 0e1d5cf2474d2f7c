// A public side of the venue's parts over real sockets: two lines with losses, re-requests, snapshots taken while it goes on, digests.
#include "engine/venue_services.hpp"

#include <string>
#include <vector>

#include "net/glimpse_client.hpp"
#include "net/mold_follower.hpp"
#include "net/packet_loss.hpp"
#include "net/rerequest_server.hpp"
#include "test_support/itch_messages.hpp"
#include "test_support/test.hpp"
#include "tick_to_trade/2_decode/decoder.hpp"

using namespace hopwire;

namespace {

constexpr std::uint64_t second = 1'000'000'000;

net::Endpoint free_group(const char* group) {
  return net::endpoint_of(group, net::UdpReceiver({.local = net::endpoint_of("127.0.0.1", 0)}).local().port);
}

void take(feed::BookSet& books, std::span<const std::byte> message) {
  feed::BookEvent event;
  if (feed::decode(message.data(), message.size(), event) == feed::DecodeResult::ok) books.apply(event);
  books.clear_trades();
  books.clear_touched();
}

feed::BookSet small_books() { return feed::BookSet({.maximum_orders = 1 << 16, .maximum_levels = 1 << 16, .maximum_locate = 20}); }

struct PublicSide {
  net::Endpoint group_a = free_group("239.255.93.1");
  net::Endpoint group_b = free_group("239.255.93.2");
  net::Endpoint group_digests = free_group("239.255.93.3");
  net::UdpSender sender_a{{.destination = group_a}};
  net::UdpSender sender_b{{.destination = group_b}};
  net::MoldPublisher line{{.session = net::MoldSession("VENUE1"), .touched_bytes = 4096, .loss = 0.05, .loss_seed = 1}, sender_a};
  net::MoldFollower line_b{{.payload_limit = 500, .loss = 0.05, .loss_seed = 2}, sender_b};
  net::RerequestServer rerequests{{.local = net::endpoint_of("127.0.0.1", 0)}};
  net::UdpReceiver digests{{.local = group_digests}};
  engine::VenueServices services{{.session = net::MoldSession("VENUE1"),
                                  .digests = group_digests,
                                  .glimpse = net::GlimpseServerConfig{},
                                  .lines = {group_a, group_b},
                                  .rerequest = rerequests.local(),
                                  .books = {.maximum_orders = 1 << 16, .maximum_levels = 1 << 16, .maximum_locate = 20}}};
  std::vector<std::vector<std::byte>> published;
  net::PacketLoss random{0, 9};
  std::vector<std::uint64_t> live;

  void publish(const std::vector<std::byte>& message) {
    std::byte* room = line.reserve(static_cast<std::uint16_t>(message.size()));
    REQUIRE(room != nullptr);
    std::copy(message.begin(), message.end(), room);
    line.commit();
    published.push_back(message);
  }

  void trade_a_little() {
    const std::uint64_t reference = published.size() + 1;
    const auto locate = static_cast<std::uint16_t>(1 + random.next() % 9);
    if (live.size() < 500 || random.next() % 2 == 0) {
      const auto price = static_cast<std::uint32_t>(10'000 + random.next() % 100);
      publish(test::add_order(locate, reference, reference, random.next() % 2 == 0 ? 'B' : 'S', 100, price));
      live.push_back(reference);
    } else {
      const std::size_t at = random.next() % live.size();
      publish(test::deleted(1, reference, live[at]));
      live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
    }
    if (random.next() % 5 == 0) release();
  }
  void release() {
    line.flush();
    line_b.follow(line);
    tend();
  }
  void tend() {
    const std::uint64_t now = core::monotonic_now();
    (void)rerequests.poll(line, now);
    line.heartbeat_if_idle(now);
    line_b.heartbeat_if_idle(line, now);
  }
};

}  // namespace

TEST("venue services: snapshots taken while the market goes on, and the messages behind them, make the market") {
  PublicSide venue;
  venue.services.start();
  net::GlimpseClient client({.server = net::endpoint_of("127.0.0.1", venue.services.glimpse_port())});
  std::vector<std::pair<std::uint64_t, feed::BookSet>> joined;  // the next message, books until it
  bool running = false;
  std::uint64_t released_at_login = 0;
  const std::uint64_t deadline = core::monotonic_now() + 30 * second;
  while (joined.size() < 8 || running) {
    REQUIRE(core::monotonic_now() < deadline);
    if (venue.published.size() < 60'000) venue.trade_a_little();
    venue.tend();
    if (!running && joined.size() < 8 && venue.published.size() > 3'000 * joined.size()) {
      client.start(core::monotonic_now());
      joined.emplace_back(0, small_books());
      running = true;
      released_at_login = venue.line.released();
    }
    if (!running) continue;
    client.poll(core::monotonic_now(), [&](std::span<const std::byte> message) { take(joined.back().second, message); });
    CHECK_EQ(std::string(client.reason()), "");
    if (client.state() == net::GlimpseClient::State::failed) return;
    if (client.state() != net::GlimpseClient::State::complete) continue;
    CHECK_EQ(client.session(), "VENUE1");
    CHECK(client.sequence() >= released_at_login);
    joined.back().first = client.sequence();
    running = false;
  }
  venue.release();
  CHECK(venue.line.counters().suppressed > 0);
  CHECK(venue.line_b.counters().suppressed > 0);
  feed::BookSet whole = small_books();
  for (const auto& message : venue.published) take(whole, message);
  for (auto& [next, books] : joined) {
    for (std::size_t i = next - 1; i < venue.published.size(); ++i) take(books, venue.published[i]);
    CHECK_EQ(books.market_digest(), whole.market_digest());
  }
  CHECK_EQ(venue.services.snapshots(), 8u);
  CHECK_EQ(venue.services.failure(), "");
}

TEST("venue services: digests go out as they come, on a line of their own, with an end") {
  PublicSide venue;
  venue.services.start();
  for (std::uint32_t i = 1; i <= 100; ++i) {
    const venue::BookDigestRecord record{.changed_sequence = i, .sequence = 2 * i, .digest = ~std::uint64_t{i}, .order_count = 3 * i,
                                         .locate = static_cast<std::uint16_t>(i)};
    REQUIRE(venue.services.ring().try_push(record));
  }
  venue.services.finish_digests();
  std::uint64_t next = 1;
  bool ended = false;
  const std::uint64_t deadline = core::monotonic_now() + 10 * second;
  while (!ended && core::monotonic_now() < deadline) {
    for (const net::ReceivedPacket& packet : venue.digests.receive()) {
      const net::MoldHeader header = net::read_mold_header(packet.bytes);
      CHECK_EQ(header.session.text(), "VENUE1");
      CHECK_EQ(header.sequence, next);
      ended = header.message_count == net::mold_end_of_session;
      if (ended || header.message_count == net::mold_heartbeat) continue;
      const std::byte* block = packet.bytes + net::mold_header_length;
      for (std::uint32_t i = 0; i < header.message_count; ++i, ++next) {
        REQUIRE_EQ(net::mold_block_length(block), bookdigest::BookDigestView::block_length);
        const bookdigest::BookDigestView digest(block + net::mold_block_prefix);
        CHECK_EQ(digest.message_type(), 'D');
        CHECK_EQ(digest.stock_locate(), next);
        CHECK_EQ(digest.changed_sequence(), next);
        CHECK_EQ(digest.sequence(), 2 * next);
        CHECK_EQ(digest.order_count(), 3 * next);
        CHECK_EQ(digest.digest(), ~next);
        block += net::mold_block_prefix + bookdigest::BookDigestView::block_length;
      }
    }
  }
  CHECK(ended);
  CHECK_EQ(next, 101u);
}
