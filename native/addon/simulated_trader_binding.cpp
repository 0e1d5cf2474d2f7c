// A trader without a network, for tests and benchmarks of the strategy boundary: the same loop, fed by sim::TickSource and answered by
// sim::ReflectingSession. createSimulatedTrader({name, instruments, seed, executedOneIn}).
#include "addon/bindings.hpp"
#include "addon/trader_object.hpp"
#include "sim/reflecting_session.hpp"
#include "sim/tick_source.hpp"

namespace hopwire::addon {
namespace {

struct SimulatedTrader {
  SimulatedTrader(const engine::TraderConfig& trader_config, std::uint16_t instruments, std::uint64_t seed, std::uint32_t executed_one_in)
      : config(trader_config), telemetry(config.name, clock), source(instruments, seed), session(executed_one_in) {
    loop.emplace(config, clock, telemetry, source, session);
  }
  void close() noexcept {
    loop->close();
    telemetry.close();
  }

  core::TscClock clock;
  engine::TraderConfig config;
  core::TelemetryRegion telemetry;
  sim::TickSource source;
  sim::ReflectingSession session;
  std::optional<engine::TraderLoop<sim::TickSource, sim::ReflectingSession>> loop;
};

Napi::Value create_simulated_trader(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Settings settings(info[0]);
  const auto instruments = settings.integer<std::uint16_t>("instruments");
  engine::TraderConfig config;
  config.name = settings.string("name");
  config.rows = instruments + 1u;
  config.maximum_orders = std::size_t{1} << 16;
  config.risk.max_order_quantity = 10'000;
  config.risk.price_collar_bp = 1'000;
  config.risk.max_position = 1'000'000;
  for (std::uint16_t locate = 1; locate <= instruments; ++locate) {
    config.instruments.push_back({1'000u + locate, sim::TickSource::symbol_of(locate)});
  }
  const auto trader = guarded(env, [&] {
    return std::make_shared<SimulatedTrader>(config, instruments, settings.integer<std::uint32_t>("seed"),
                                             settings.integer<std::uint32_t>("executedOneIn"));
  });
  return trader_object(env, trader);
}

}  // namespace

void register_simulated_trader(Napi::Env env, Napi::Object exports) {
  exports.Set("createSimulatedTrader", Napi::Function::New(env, create_simulated_trader, "createSimulatedTrader"));
}

}  // namespace hopwire::addon
