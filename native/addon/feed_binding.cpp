// Feeds for TypeScript: createFeed(config) sets the sockets or files, books and regions of all channels up or throws; the object starts
// and stops the native thread, and has an object for each channel that watches it and answers for its books once it has finished. Cold
// path only.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "addon/bindings.hpp"
#include "addon/feed_settings.hpp"
#include "addon/values.hpp"
#include "engine/feed_loop.hpp"

namespace hopwire::addon {
namespace {

// The loop and its thread; whoever lets go last ends both.
struct Feed {
  explicit Feed(const engine::FeedLoopConfig& config) : loop(config) {}
  ~Feed() { end(); }
  void end() {
    loop.stop();
    if (thread.joinable()) thread.join();
  }
  engine::FeedLoop loop;
  std::thread thread;
};
using Shared = std::shared_ptr<engine::FeedChannel>;  // which keeps its Feed alive

template <class T>
Napi::Number shown(Napi::Env env, const std::atomic<T>& word) {
  return number(env, word.load(std::memory_order_relaxed));
}

Napi::Object line_progress(Napi::Env env, const engine::LineProgress& line) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("packets", shown(env, line.packets));
  out.Set("messages", shown(env, line.messages));
  out.Set("firstMessages", shown(env, line.first_messages));
  out.Set("duplicates", shown(env, line.duplicates));
  out.Set("gaps", shown(env, line.gaps));
  out.Set("messagesMissed", shown(env, line.messages_missed));
  out.Set("late", shown(env, line.late));
  out.Set("silences", shown(env, line.silences));
  out.Set("kernelDrops", shown(env, line.kernel_drops));
  out.Set("heardAgoNanoseconds", shown(env, line.heard_ago));
  out.Set("silent", Napi::Boolean::New(env, line.silent.load(std::memory_order_relaxed)));
  return out;
}

Napi::Object server_progress(Napi::Env env, const engine::ServerProgress& server) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("requests", shown(env, server.requests));
  out.Set("answers", shown(env, server.answers));
  out.Set("downs", shown(env, server.downs));
  out.Set("down", Napi::Boolean::New(env, server.down.load(std::memory_order_relaxed)));
  return out;
}

Napi::Value progress(const Napi::CallbackInfo& info, const Shared& channel) {
  const Napi::Env env = info.Env();
  const engine::FeedProgress& now = channel->progress();
  const bool finished = now.finished.load(std::memory_order_acquire);
  Napi::Object out = Napi::Object::New(env);
  out.Set("packets", shown(env, now.packets));
  out.Set("messages", shown(env, now.messages));
  out.Set("gaps", shown(env, now.gaps));
  out.Set("heals", shown(env, now.heals));
  out.Set("messagesLost", shown(env, now.messages_lost));
  out.Set("rerequests", shown(env, now.rerequests));
  out.Set("nextSequence", shown(env, now.next_sequence));
  out.Set("knownEnd", shown(env, now.known_end));
  out.Set("delayedNanoseconds", shown(env, now.delayed_nanoseconds));
  out.Set("staleNanoseconds", shown(env, now.stale_nanoseconds));
  out.Set("snapshots", shown(env, now.snapshots));
  out.Set("snapshotMessages", shown(env, now.snapshot_messages));
  out.Set("snapshotFailures", shown(env, now.snapshot_failures));
  out.Set("digestsCompared", shown(env, now.digests_compared));
  out.Set("digestsDifferent", shown(env, now.digests_different));
  out.Set("offset", shown(env, now.offset));
  out.Set("size", shown(env, now.size));
  out.Set("state", number(env, static_cast<std::uint64_t>(now.state.load(std::memory_order_relaxed))));
  out.Set("snapshotWanted", Napi::Boolean::New(env, now.snapshot_wanted.load(std::memory_order_relaxed)));
  out.Set("started", Napi::Boolean::New(env, now.started.load(std::memory_order_relaxed)));
  out.Set("finished", Napi::Boolean::New(env, finished));
  Napi::Array lines = Napi::Array::New(env);
  for (std::uint32_t line = 0; line < now.line_count.load(std::memory_order_relaxed); ++line) {
    lines.Set(line, line_progress(env, now.lines[line]));
  }
  out.Set("lines", lines);
  Napi::Array servers = Napi::Array::New(env);
  for (std::uint32_t server = 0; server < now.server_count.load(std::memory_order_relaxed); ++server) {
    servers.Set(server, server_progress(env, now.servers[server]));
  }
  out.Set("servers", servers);
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

void set_wire_result(Napi::Env env, Napi::Object out, const engine::FeedChannel& channel) {
  const feed::MoldReceiver& receiver = channel.receiver();
  const feed::MoldReceiverCounters& wire = receiver.counters();
  out.Set("session", text(env, receiver.started() ? receiver.session().text() : std::string()));
  out.Set("ended", Napi::Boolean::New(env, receiver.started() && receiver.ended()));
  out.Set("stale", Napi::Boolean::New(env, receiver.state() != feed::ChannelState::good));
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
  out.Set("gapsBridged", number(env, wire.gaps_bridged));
  out.Set("messagesMissed", number(env, wire.messages_missed));
  out.Set("messagesLost", number(env, wire.messages_lost));
  out.Set("messagesBridged", number(env, wire.messages_bridged));
  out.Set("heldOverflow", number(env, wire.held_overflow));
  out.Set("rerequests", number(env, wire.rerequests));
  out.Set("snapshots", number(env, wire.snapshots));
  out.Set("snapshotReason", text(env, channel.snapshot_reason()));
  out.Set("delayedNanoseconds", number(env, receiver.clock().delayed_nanoseconds(channel.now())));
  out.Set("delayedCount", number(env, receiver.clock().delayed_count()));
  out.Set("staleNanoseconds", number(env, receiver.clock().stale_nanoseconds(channel.now())));
  out.Set("staleCount", number(env, receiver.clock().stale_count()));
  out.Set("sessionChanges", number(env, wire.session_changes));
  out.Set("damagedFrames", number(env, channel.damaged_frames()));
  std::uint64_t drops = 0;
  for (std::size_t line = 0; line < feed::most_lines; ++line) drops += channel.kernel_drops(line);
  out.Set("kernelDrops", number(env, drops));
}

void set_digest_result(Napi::Env env, Napi::Object out, const engine::DigestCheck& check, const feed::BookSet& books) {
  Napi::Object seen = Napi::Object::New(env);
  const engine::DigestCheckCounters& counters = check.counters();
  seen.Set("received", number(env, counters.received));
  seen.Set("compared", number(env, counters.compared));
  seen.Set("different", number(env, counters.different));
  seen.Set("tooLate", number(env, counters.too_late));
  seen.Set("malformed", number(env, counters.malformed));
  if (const auto& first = check.first_difference()) {
    Napi::Object difference = Napi::Object::New(env);
    difference.Set("locate", number(env, first->locate));
    difference.Set("stock", text(env, books.symbol(first->locate)));
    difference.Set("sequence", number(env, first->sequence));
    difference.Set("venueOrders", number(env, first->venue_orders));
    difference.Set("ownOrders", number(env, first->own_orders));
    difference.Set("venueDigest", hexadecimal(env, first->venue_digest));
    difference.Set("ownDigest", hexadecimal(env, first->own_digest));
    seen.Set("firstDifference", difference);
  }
  out.Set("digestCheck", seen);
}

void set_capture_result(Napi::Env env, Napi::Object out, const engine::CaptureResult& capture) {
  Napi::Object seen = Napi::Object::New(env);
  seen.Set("frames", number(env, capture.counters.frames));
  seen.Set("otherDestinations", number(env, capture.counters.other_destinations));
  seen.Set("unsequenced", number(env, capture.counters.unsequenced));
  Napi::Object refused = Napi::Object::New(env);
  for (std::size_t reason = 1; reason < net::frame_refusal_count; ++reason) {
    if (capture.counters.refused[reason] == 0) continue;
    refused.Set(std::string(net::to_string(static_cast<net::FrameRefusal>(reason))), number(env, capture.counters.refused[reason]));
  }
  seen.Set("refused", refused);
  const bool whole = capture.fault == net::CaptureFault::none;
  seen.Set("fault", text(env, whole ? std::string() : std::string(net::to_string(capture.fault))));
  seen.Set("faultOffset", number(env, capture.fault_offset));
  Napi::Array lines = Napi::Array::New(env);
  for (std::uint32_t line = 0; line < capture.lines.size(); ++line) lines.Set(line, text(env, net::to_string(capture.lines[line])));
  seen.Set("lines", lines);
  out.Set("capture", seen);
}

void require_finished(const Napi::CallbackInfo& info, const Shared& channel) {
  if (!channel->progress().finished.load(std::memory_order_acquire)) throw Napi::Error::New(info.Env(), "the feed is still running");
}

Napi::Value result(const Napi::CallbackInfo& info, const Shared& channel) {
  require_finished(info, channel);
  const Napi::Env env = info.Env();
  const feed::BookSet& books = channel->books();
  const feed::BookCounters& counters = books.counters();
  Napi::Object out = Napi::Object::New(env);
  set_wire_result(env, out, *channel);
  if (const auto capture = channel->capture()) set_capture_result(env, out, *capture);
  if (const engine::DigestCheck* check = channel->digest_check()) set_digest_result(env, out, *check, books);
  out.Set("malformed", number(env, channel->refused_messages()));
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
Napi::Value digests(const Napi::CallbackInfo& info, const Shared& channel) {
  require_finished(info, channel);
  const Napi::Env env = info.Env();
  const feed::BookSet& books = channel->books();
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

template <class Array, class T>
Array typed_copy(Napi::Env env, const std::vector<T>& values) {
  Array out = Array::New(env, values.size());
  std::copy(values.begin(), values.end(), out.Data());
  return out;
}

Napi::Object side_object(Napi::Env env, const engine::SideCopy& copy) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("locate", number(env, copy.locate));
  out.Set("side", text(env, std::string(1, copy.side)));
  out.Set("good", Napi::Boolean::New(env, copy.good));
  out.Set("sequence", number(env, copy.sequence));
  out.Set("references", typed_copy<Napi::BigUint64Array>(env, copy.references));
  out.Set("prices", typed_copy<Napi::Int32Array>(env, copy.prices));
  out.Set("shares", typed_copy<Napi::Uint32Array>(env, copy.shares));
  return out;
}

// askSide(locate, side): the copy when the feed has finished; true when it is asked for; false when another one is.
Napi::Value ask_side(const Napi::CallbackInfo& info, const Shared& channel) {
  const Napi::Env env = info.Env();
  const double locate = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1;
  const std::string side = info[1].IsString() ? info[1].As<Napi::String>().Utf8Value() : std::string();
  const feed::BookSet& books = channel->books();
  if (!(locate >= 0 && locate <= books.limits().maximum_locate)) throw Napi::RangeError::New(env, "the locate is no row of this feed");
  if (side != "B" && side != "S") throw Napi::TypeError::New(env, "the side is B or S");
  const auto row = static_cast<std::uint16_t>(locate);
  if (!channel->progress().finished.load(std::memory_order_acquire)) {
    return Napi::Boolean::New(env, channel->side_copies().ask(row, side[0]));
  }
  const feed::MoldReceiver& receiver = channel->receiver();
  return side_object(env, engine::copy_side(books, row, side[0], receiver.next_sequence(), receiver.started() && !receiver.stale()));
}

// takeSide(): what was asked for, or undefined while it is not there.
Napi::Value take_side(const Napi::CallbackInfo& info, const Shared& channel) {
  const auto copy = channel->side_copies().take();
  return copy ? side_object(info.Env(), *copy) : info.Env().Undefined();
}

Napi::Object channel_object(Napi::Env env, const Shared& channel) {
  Napi::Object out = Napi::Object::New(env);
  const auto set = [&](const char* name, auto answer) {
    out.Set(name, Napi::Function::New(env, [channel, answer](const Napi::CallbackInfo& call) { return answer(call, channel); }));
  };
  out.Set("telemetryPath", text(env, channel->telemetry_path()));
  out.Set("booksPath", text(env, channel->books_path()));
  set("progress", progress);
  set("result", result);
  set("digests", digests);
  set("askSide", ask_side);
  set("takeSide", take_side);
  return out;
}

Napi::Value create(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Settings settings{info[0]};
  const std::shared_ptr<Feed> feed = guarded(env, [&] { return std::make_shared<Feed>(loop_config(settings)); });
  Napi::Object out = Napi::Object::New(env);
  Napi::Array channels = Napi::Array::New(env);
  for (std::uint32_t index = 0; index < feed->loop.channel_count(); ++index) {
    channels.Set(index, channel_object(env, Shared(feed, &feed->loop.channel(index))));
  }
  out.Set("channels", channels);
  out.Set("start", Napi::Function::New(env, [feed](const Napi::CallbackInfo&) {
    if (!feed->thread.joinable()) feed->thread = std::thread([loop = &feed->loop] { loop->run(); });
  }));
  out.Set("finished", Napi::Function::New(env, [feed](const Napi::CallbackInfo& call) {
    return Napi::Boolean::New(call.Env(), feed->loop.finished());
  }));
  out.Set("stop", Napi::Function::New(env, [feed](const Napi::CallbackInfo&) { feed->loop.stop(); }));
  out.Set("close", Napi::Function::New(env, [feed](const Napi::CallbackInfo&) { feed->end(); }));
  return out;
}

}  // namespace

void register_feed(Napi::Env env, Napi::Object exports) {
  exports.Set("createFeed", Napi::Function::New(env, create, "createFeed"));
}

}  // namespace hopwire::addon
