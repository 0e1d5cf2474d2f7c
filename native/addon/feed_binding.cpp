// Feeds for TypeScript: createFeed(config) sets sockets, books and regions up or throws, and starts the native thread; the object watches
// and stops it and answers for the books once it has finished. Cold path only.
#include <array>
#include <memory>
#include <thread>

#include "addon/bindings.hpp"
#include "addon/values.hpp"
#include "engine/feed_loop.hpp"

namespace hopwire::addon {
namespace {

// The loop and its thread; whoever lets go last ends both.
struct Feed {
  explicit Feed(const engine::FeedConfig& config) : loop(config) {}
  ~Feed() { end(); }
  void end() {
    loop.stop();
    if (thread.joinable()) thread.join();
  }
  engine::FeedLoop loop;
  std::thread thread;
};
using Shared = std::shared_ptr<Feed>;

engine::FeedConfig config_of(const Settings& settings) {
  engine::FeedConfig config;
  config.name = settings.string("name");
  config.publish_books = settings.integer<int>("publishBooks") != 0;
  config.rows = settings.integer<std::uint32_t>("rows");
  config.depth = settings.integer<std::uint32_t>("depth");
  config.idle = settings.string("idle");
  config.busy_loops = settings.integer<unsigned>("busyLoops");
  config.run_time = static_cast<std::uint64_t>(settings.real("seconds") * 1e9);
  config.wire.lines = {net::endpoint_of(settings.string("group"), settings.integer<std::uint16_t>("port"))};
  config.wire.interface = settings.string("interface");
  config.wire.receiver.session = net::MoldSession(settings.string("session"));
  const Napi::Array servers = settings.array("rerequest");
  for (std::uint32_t index = 0; index < servers.Length(); ++index) {
    const Settings server{servers.Get(index)};
    config.wire.rerequest_servers.push_back(net::endpoint_of(server.string("host"), server.integer<std::uint16_t>("port")));
  }
  // With nobody to ask there is no way back to the start of the session.
  config.wire.receiver.join_from_start = servers.Length() != 0;
  return config;
}

Napi::Value progress(const Napi::CallbackInfo& info, const Shared& feed) {
  const Napi::Env env = info.Env();
  const engine::FeedProgress& now = feed->loop.progress();
  const bool finished = now.finished.load(std::memory_order_acquire);
  Napi::Object out = Napi::Object::New(env);
  const auto set = [&](const char* name, const std::atomic<std::uint64_t>& word) {
    out.Set(name, number(env, word.load(std::memory_order_relaxed)));
  };
  set("packets", now.packets);
  set("messages", now.messages);
  set("gaps", now.gaps);
  set("heals", now.heals);
  set("messagesLost", now.messages_lost);
  set("rerequests", now.rerequests);
  set("nextSequence", now.next_sequence);
  set("knownEnd", now.known_end);
  out.Set("started", Napi::Boolean::New(env, now.started.load(std::memory_order_relaxed)));
  out.Set("stale", Napi::Boolean::New(env, now.stale.load(std::memory_order_relaxed)));
  out.Set("finished", Napi::Boolean::New(env, finished));
  return out;
}

Napi::Object counts_by_type(Napi::Env env, const std::array<std::uint64_t, 256>& counts) {
  Napi::Object by_type = Napi::Object::New(env);
  for (const char type : itch::message_types) {
    const std::uint64_t count = counts[static_cast<std::uint8_t>(type)];
    if (count != 0) by_type.Set(std::string(1, type), number(env, count));
  }
  return by_type;
}

void set_wire_result(Napi::Env env, Napi::Object out, const engine::FeedLoop& loop) {
  const feed::MoldReceiver& receiver = loop.receiver();
  const feed::MoldReceiverCounters& wire = receiver.counters();
  out.Set("session", text(env, receiver.started() ? receiver.session().text() : std::string()));
  out.Set("ended", Napi::Boolean::New(env, receiver.started() && receiver.ended()));
  out.Set("stale", Napi::Boolean::New(env, receiver.stale()));
  out.Set("joinedMidSession", Napi::Boolean::New(env, receiver.joined_mid_session()));
  out.Set("nextSequence", number(env, receiver.next_sequence()));
  out.Set("packets", number(env, wire.packets));
  out.Set("bytes", number(env, wire.bytes));
  out.Set("messages", number(env, wire.messages));
  out.Set("controlPackets", number(env, wire.heartbeats));
  out.Set("duplicates", number(env, wire.duplicates));
  out.Set("foreign", number(env, wire.foreign));
  out.Set("malformedPackets", number(env, wire.malformed));
  out.Set("gaps", number(env, wire.gaps_opened));
  out.Set("heals", number(env, wire.gaps_healed));
  out.Set("gapsLost", number(env, wire.gaps_lost));
  out.Set("messagesMissed", number(env, wire.messages_missed));
  out.Set("messagesLost", number(env, wire.messages_lost));
  out.Set("heldOverflow", number(env, wire.held_overflow));
  out.Set("rerequests", number(env, wire.rerequests));
  out.Set("staleNanoseconds", number(env, wire.stale_nanoseconds));
  out.Set("sessionChanges", number(env, wire.session_changes));
  out.Set("kernelDrops", number(env, loop.kernel_drops()));
}

void require_finished(const Napi::CallbackInfo& info, const Shared& feed) {
  if (!feed->loop.progress().finished.load(std::memory_order_acquire)) throw Napi::Error::New(info.Env(), "the feed is still running");
}

Napi::Value result(const Napi::CallbackInfo& info, const Shared& feed) {
  require_finished(info, feed);
  const Napi::Env env = info.Env();
  const feed::BookSet& books = feed->loop.books();
  const feed::BookCounters& counters = books.counters();
  Napi::Object out = Napi::Object::New(env);
  set_wire_result(env, out, feed->loop);
  out.Set("malformed", number(env, feed->loop.pipeline().refused_messages()));
  out.Set("types", counts_by_type(env, counters.messages));
  out.Set("orphans", counts_by_type(env, counters.orphans));
  out.Set("duplicateReferences", number(env, counters.duplicate_references));
  out.Set("overReductions", number(env, counters.over_reductions));
  out.Set("beyondLimits", number(env, counters.beyond_limits));
  out.Set("liveOrders", number(env, books.live_orders()));
  std::uint64_t instruments = 0;
  std::uint64_t crossed = 0;
  for (std::uint32_t locate = 1; locate <= books.limits().maximum_locate; ++locate) {
    const auto row = static_cast<std::uint16_t>(locate);
    instruments += books.known(row) || books.book(row).updates != 0 ? 1 : 0;
    crossed += books.crossed(row) ? 1 : 0;
  }
  out.Set("instruments", number(env, instruments));
  out.Set("crossed", number(env, crossed));
  out.Set("digest", hexadecimal(env, books.market_digest()));
  return out;
}

// Every book with live orders, locates ascending.
Napi::Value digests(const Napi::CallbackInfo& info, const Shared& feed) {
  require_finished(info, feed);
  const Napi::Env env = info.Env();
  const feed::BookSet& books = feed->loop.books();
  Napi::Array list = Napi::Array::New(env);
  std::uint32_t index = 0;
  for (std::uint32_t locate = 0; locate <= books.limits().maximum_locate; ++locate) {
    const auto row = static_cast<std::uint16_t>(locate);
    if (books.order_count(row) == 0) continue;
    std::string stock(books.symbol(row));
    for (char& c : stock) {
      if (c < 0x20 || c > 0x7e) c = '?';  // what came over a wire is shown as printable ASCII
    }
    Napi::Object book = Napi::Object::New(env);
    book.Set("locate", number(env, row));
    book.Set("stock", text(env, stock));
    book.Set("orders", number(env, books.order_count(row)));
    book.Set("digest", hexadecimal(env, books.book_digest(row)));
    list.Set(index++, book);
  }
  return list;
}

Napi::Value create(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Settings settings{info[0]};
  const Shared feed = guarded(env, [&] { return std::make_shared<Feed>(config_of(settings)); });
  feed->thread = std::thread([loop = &feed->loop] { loop->run(); });
  Napi::Object out = Napi::Object::New(env);
  out.Set("telemetryPath", text(env, feed->loop.telemetry_path()));
  out.Set("booksPath", text(env, feed->loop.books_path()));
  out.Set("progress", Napi::Function::New(env, [feed](const Napi::CallbackInfo& call) { return progress(call, feed); }));
  out.Set("result", Napi::Function::New(env, [feed](const Napi::CallbackInfo& call) { return result(call, feed); }));
  out.Set("digests", Napi::Function::New(env, [feed](const Napi::CallbackInfo& call) { return digests(call, feed); }));
  out.Set("stop", Napi::Function::New(env, [feed](const Napi::CallbackInfo&) { feed->loop.stop(); }));
  out.Set("close", Napi::Function::New(env, [feed](const Napi::CallbackInfo&) { feed->end(); }));
  return out;
}

}  // namespace

void register_feed(Napi::Env env, Napi::Object exports) {
  exports.Set("createFeed", Napi::Function::New(env, create, "createFeed"));
}

}  // namespace hopwire::addon
