// Simulated participants for TypeScript: createLoad(config) connects and starts the native thread or throws; the object steers and
// watches it. Cold path only.
#include <array>
#include <memory>

#include "addon/bindings.hpp"
#include "addon/values.hpp"
#include "engine/load_loop.hpp"

namespace hopwire::addon {
namespace {

using Shared = std::shared_ptr<engine::LoadLoop>;

constexpr std::array<std::string_view, 4> phase_names{"seeding", "running", "draining", "done"};

engine::LoadConfig config_of(const Settings& settings) {
  engine::LoadConfig config;
  config.name = settings.string("name");
  const Settings order_entry = settings.section("orderEntry");
  config.session.host = order_entry.string("host");
  config.session.port = order_entry.integer<std::uint16_t>("port");
  const Settings session = settings.section("session");
  config.session.session_id = session.integer<std::uint32_t>("id");
  config.session.access_key = session.string("accessKey");
  config.session.secret = session.string("secret");
  const Napi::Array instruments = settings.array("instruments");
  for (std::uint32_t index = 0; index < instruments.Length(); ++index) {
    const Settings instrument{instruments.Get(index)};
    config.instruments.push_back({instrument.integer<std::uint32_t>("id"), instrument.integer<std::int32_t>("referencePrice")});
  }
  config.flow.seed = settings.integer<std::uint64_t>("seed");
  config.flow.rate_per_second = settings.real("ratePerSecond");
  config.flow.participants = settings.integer<std::uint32_t>("participants");
  config.flow.first_account = settings.integer<std::uint32_t>("firstAccount");
  config.seconds = settings.real("seconds");
  config.idle = settings.string("idle");
  config.busy_loops = settings.integer<unsigned>("busyLoops");
  config.core = settings.integer<int>("core");
  return config;
}

Napi::Value stats(const Napi::CallbackInfo& info, const Shared& load) {
  const Napi::Env env = info.Env();
  const engine::LoadStatus status = load->status();
  Napi::Object out = Napi::Object::New(env);
  out.Set("phase", text(env, phase_names[static_cast<std::size_t>(status.phase)]));
  out.Set("outstanding", number(env, status.outstanding));
  out.Set("openOrders", number(env, status.open_orders));
  return out;
}

Napi::Value create_load(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const engine::LoadConfig config = config_of(Settings(info[0]));
  const Shared load = guarded(env, [&config] { return std::make_shared<engine::LoadLoop>(config); });
  Napi::Object object = Napi::Object::New(env);
  object.Set("telemetryPath", text(env, load->telemetry_path()));
  const auto method = [&object, env](const char* name, auto&& body) {
    object.Set(name, Napi::Function::New(env, std::forward<decltype(body)>(body), name));
  };
  method("stats", [load](const Napi::CallbackInfo& call) -> Napi::Value { return stats(call, load); });
  method("failure", [load](const Napi::CallbackInfo& call) -> Napi::Value { return text(call.Env(), load->failure()); });
  method("stop", [load](const Napi::CallbackInfo&) { load->stop(); });
  method("close", [load](const Napi::CallbackInfo&) { load->close(); });
  load->start();
  return object;
}

}  // namespace

void register_load(Napi::Env env, Napi::Object exports) {
  exports.Set("createLoad", Napi::Function::New(env, create_load, "createLoad"));
}

}  // namespace hopwire::addon
