// Replays for TypeScript: createReplay(config) sets sockets and file up or throws, and starts the native thread; the object watches and
// stops it. Cold path only.
#include <memory>
#include <optional>
#include <thread>

#include "addon/bindings.hpp"
#include "addon/values.hpp"
#include "engine/replay_loop.hpp"

namespace hopwire::addon {
namespace {

// The loop and its thread; whoever lets go last ends both.
struct Replay {
  explicit Replay(const engine::ReplayConfig& config) : loop(config) {}
  ~Replay() {
    loop.stop();
    if (thread.joinable()) thread.join();
  }
  engine::ReplayLoop loop;
  std::thread thread;
};
using Shared = std::shared_ptr<Replay>;

engine::ReplayLineConfig line_of(const Settings& settings, const std::string& interface, int time_to_live) {
  engine::ReplayLineConfig line;
  line.group = net::endpoint_of(settings.string("group"), settings.integer<std::uint16_t>("port"));
  line.interface = interface;
  line.time_to_live = time_to_live;
  line.payload_limit = settings.integer<std::uint32_t>("packetBytes");
  line.faults = {.loss = settings.real("loss"),
                 .burst = settings.real("burst"),
                 .duplicate = settings.real("duplicate"),
                 .reorder = settings.real("reorder"),
                 .corrupt = settings.real("corrupt")};
  line.skew = static_cast<std::uint64_t>(settings.real("skewMicroseconds") * 1e3);
  line.dies_at_time = static_cast<std::uint64_t>(settings.real("diesAtSeconds") * 1e9);
  line.dies_at_count = settings.integer<std::uint64_t>("diesAtMessages");
  return line;
}

std::optional<net::Endpoint> endpoint_or_none(const Settings& settings, const char* host, const char* port) {
  const std::string address = settings.string(host);
  return address.empty() ? std::nullopt : std::optional(net::endpoint_of(address, settings.integer<std::uint16_t>(port)));
}

engine::ReplayConfig config_of(const Settings& settings) {
  engine::ReplayConfig config;
  config.path = settings.string("path");
  const Napi::Array lines = settings.array("lines");
  for (std::uint32_t index = 0; index < lines.Length(); ++index)
    config.lines.push_back(line_of(Settings(lines.Get(index)), settings.string("interface"), settings.integer<int>("ttl")));
  config.session = net::MoldSession(settings.string("session"));
  config.new_session_at = settings.integer<std::uint64_t>("newSessionAt");
  config.second_session = net::MoldSession(settings.string("secondSession"));
  config.rerequest = endpoint_or_none(settings, "rerequestHost", "rerequestPort");
  config.rerequest_dies_after = settings.integer<std::uint64_t>("rerequestDiesAfter");
  config.glimpse = endpoint_or_none(settings, "glimpseHost", "glimpsePort");
  config.speed = settings.real("speed");
  config.linger = static_cast<std::uint64_t>(settings.real("lingerSeconds") * 1e9);
  config.seed = settings.integer<std::uint64_t>("seed");
  config.capture_path = settings.string("capturePath");
  return config;
}

Napi::Value line_progress(Napi::Env env, const engine::ReplayLineProgress& now) {
  Napi::Object out = Napi::Object::New(env);
  const auto set = [&](const char* name, const std::atomic<std::uint64_t>& word) {
    out.Set(name, number(env, word.load(std::memory_order_relaxed)));
  };
  set("packets", now.packets);
  set("lost", now.lost);
  set("duplicated", now.duplicated);
  set("reordered", now.reordered);
  set("damaged", now.damaged);
  set("afterDeath", now.after_death);
  set("refusedSends", now.refused_sends);
  set("controlPackets", now.control_packets);
  return out;
}

Napi::Value progress(const Napi::CallbackInfo& info, const Shared& replay) {
  const Napi::Env env = info.Env();
  const engine::ReplayProgress& now = replay->loop.progress();
  const bool finished = now.finished.load(std::memory_order_acquire);
  Napi::Object out = Napi::Object::New(env);
  Napi::Array lines = Napi::Array::New(env, replay->loop.line_count());
  for (std::uint32_t index = 0; index < replay->loop.line_count(); ++index)
    lines.Set(index, line_progress(env, replay->loop.line(index)));
  out.Set("lines", lines);
  const auto set = [&](const char* name, const std::atomic<std::uint64_t>& word) {
    out.Set(name, number(env, word.load(std::memory_order_relaxed)));
  };
  set("offset", now.offset);
  set("messages", now.messages);
  set("messagesBefore", now.messages_before);
  set("damaged", now.damaged);
  set("rerequestsServed", now.rerequests_served);
  set("rerequestsRefused", now.rerequests_refused);
  set("messagesResent", now.messages_resent);
  set("sendNanoseconds", now.send_nanoseconds);
  out.Set("snapshots", number(env, replay->loop.snapshots()));
  const auto say = [&](const char* name, bool value) { out.Set(name, Napi::Boolean::New(env, value)); };
  say("rerequestDead", now.rerequest_dead.load(std::memory_order_relaxed));
  say("captureFailed", replay->loop.capture_failed());
  say("sentAll", now.sent_all.load(std::memory_order_relaxed));
  say("finished", finished);
  return out;
}

Napi::Value create(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Settings settings{info[0]};
  const Shared replay = guarded(env, [&] { return std::make_shared<Replay>(config_of(settings)); });
  replay->thread = std::thread([loop = &replay->loop] { loop->run(); });
  Napi::Object out = Napi::Object::New(env);
  out.Set("size", number(env, replay->loop.file().size()));
  out.Set("rerequestPort", number(env, replay->loop.rerequest_endpoint().value_or(net::Endpoint{}).port));
  out.Set("glimpsePort", number(env, replay->loop.glimpse_port()));
  out.Set("progress", Napi::Function::New(env, [replay](const Napi::CallbackInfo& call) { return progress(call, replay); }));
  out.Set("stop", Napi::Function::New(env, [replay](const Napi::CallbackInfo&) { replay->loop.stop(); }));
  out.Set("close", Napi::Function::New(env, [replay](const Napi::CallbackInfo&) {
            replay->loop.stop();
            if (replay->thread.joinable()) replay->thread.join();
          }));
  return out;
}

}  // namespace

void register_replay(Napi::Env env, Napi::Object exports) {
  exports.Set("createReplay", Napi::Function::New(env, create, "createReplay"));
}

}  // namespace hopwire::addon
