// Replays for TypeScript: createReplay(config) sets sockets and file up or throws, and starts the native thread; the object watches and
// stops it. Cold path only.
#include <memory>
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

engine::ReplayConfig config_of(const Settings& settings) {
  engine::ReplayConfig config;
  config.path = settings.string("path");
  config.group = net::endpoint_of(settings.string("group"), settings.integer<std::uint16_t>("port"));
  config.interface = settings.string("interface");
  config.time_to_live = settings.integer<int>("ttl");
  config.session = net::MoldSession(settings.string("session"));
  const std::string host = settings.string("rerequestHost");
  if (!host.empty()) config.rerequest = net::endpoint_of(host, settings.integer<std::uint16_t>("rerequestPort"));
  config.speed = settings.real("speed");
  config.linger = static_cast<std::uint64_t>(settings.real("lingerSeconds") * 1e9);
  config.loss = settings.real("loss");
  config.seed = settings.integer<std::uint64_t>("seed");
  return config;
}

Napi::Value progress(const Napi::CallbackInfo& info, const Shared& replay) {
  const Napi::Env env = info.Env();
  const engine::ReplayProgress& now = replay->loop.progress();
  const bool finished = now.finished.load(std::memory_order_acquire);
  Napi::Object out = Napi::Object::New(env);
  const auto set = [&](const char* name, const std::atomic<std::uint64_t>& word) {
    out.Set(name, number(env, word.load(std::memory_order_relaxed)));
  };
  set("offset", now.offset);
  set("messages", now.messages);
  set("packets", now.packets);
  set("suppressed", now.suppressed);
  set("refusedSends", now.refused_sends);
  set("controlPackets", now.control_packets);
  set("damaged", now.damaged);
  set("rerequestsServed", now.rerequests_served);
  set("rerequestsRefused", now.rerequests_refused);
  set("messagesResent", now.messages_resent);
  set("sendNanoseconds", now.send_nanoseconds);
  out.Set("sentAll", Napi::Boolean::New(env, now.sent_all.load(std::memory_order_relaxed)));
  out.Set("finished", Napi::Boolean::New(env, finished));
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
