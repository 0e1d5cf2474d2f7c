// The trader for TypeScript. createTrader(config) connects and sets everything up or throws; then poll() and submit() are called from the
// strategy's own thread, as bare Node-API functions (half the cost of a wrapped one). The object must stay on the thread that made it.
//
// Owns the trader until close(); the regions' buffers are external memory, so each keeps its mapping alive for as long as JavaScript
// holds it.
#include <memory>
#include <optional>

#include "addon/bindings.hpp"
#include "addon/trader_object.hpp"
#include "addon/values.hpp"
#include "engine/trader_loop.hpp"
#include "tick_to_trade/1_wire_in/socket_wire_in.hpp"
#include "tick_to_trade/7_wire_out/order_session.hpp"

namespace hopwire::addon {
namespace {

using Loop = engine::TraderLoop<feed::SocketWireIn<>, feed::OrderSession>;

net::Endpoint endpoint(const std::string& address, std::uint16_t port) {
  const auto parsed = net::parse_address(address);
  if (!parsed) throw net::NetworkError(net::NetworkErrorKind::bad_address, "not an IPv4 address", address, EINVAL);
  return {*parsed, port};
}

feed::OrderSessionConfig session_config(const Settings& settings) {
  feed::OrderSessionConfig config;
  const Settings order_entry = settings.section("orderEntry");
  const Settings session = settings.section("session");
  config.host = order_entry.string("host");
  config.port = order_entry.integer<std::uint16_t>("port");
  config.session_id = session.integer<std::uint32_t>("id");
  config.access_key = session.string("accessKey");
  config.secret = session.string("secret");
  return config;
}

feed::SocketWireInConfig wire_config(const Settings& settings) {
  const Settings feed_settings = settings.section("feed");
  feed::SocketWireInConfig config;
  config.lines = {endpoint(feed_settings.string("group"), feed_settings.integer<std::uint16_t>("port"))};
  if (const auto line = feed_settings.optional_section("lineB"))
    config.lines.push_back(endpoint(line->string("group"), line->integer<std::uint16_t>("port")));
  config.interface = feed_settings.string("interface");
  config.rerequest_servers = {endpoint(feed_settings.string("rerequestHost"), feed_settings.integer<std::uint16_t>("rerequestPort"))};
  return config;
}

engine::TraderConfig trader_config(const Settings& settings) {
  engine::TraderConfig config;
  config.name = settings.string("name");
  const Napi::Array instruments = settings.array("instruments");
  for (std::uint32_t index = 0; index < instruments.Length(); ++index) {
    const Settings instrument{instruments.Get(index)};
    config.instruments.push_back({instrument.integer<std::uint32_t>("id"), instrument.string("symbol")});
  }
  config.rows = settings.integer<std::uint32_t>("rows");
  config.depth = settings.integer<std::uint32_t>("depth");
  config.maximum_orders = settings.integer<std::size_t>("maximumOrders");
  const Settings risk = settings.section("risk");
  config.risk.max_order_quantity = risk.integer<std::uint32_t>("maxOrderQuantity");
  config.risk.price_collar_bp = risk.integer<std::uint32_t>("priceCollarBasisPoints");
  config.risk.max_position = risk.integer<std::int32_t>("maxPosition");
  config.risk.max_messages_per_second = risk.integer<std::uint32_t>("maxMessagesPerSecond");
  config.account = settings.section("session").integer<std::uint32_t>("account");
  config.idle = settings.string("idle");
  config.busy_loops = settings.integer<unsigned>("busyLoops");
  config.core = settings.integer<int>("core");
  return config;
}

// In the order things must exist: clock, region, sockets, session, and the loop over them.
struct Trader {
  explicit Trader(const Settings& settings)
      : config(trader_config(settings)),
        telemetry(config.name, clock),
        source(wire_config(settings), clock),
        session(session_config(settings), clock) {
    session.connect();
    config.first_order_counter = (session.last_cl_ord_id() >> 16) + 1;
    loop.emplace(config, clock, telemetry, source, session);
  }
  void close() noexcept {
    if (closed) return;
    closed = true;
    loop->close();
    telemetry.close();
  }

  core::TscClock clock;
  engine::TraderConfig config;
  core::TelemetryRegion telemetry;
  feed::SocketWireIn<> source;
  feed::OrderSession session;
  std::optional<Loop> loop;
  bool closed = false;
};

Napi::Value create_trader(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Settings settings(info[0]);
  const auto trader = guarded(env, [&settings] { return std::make_shared<Trader>(settings); });
  return trader_object(env, trader);
}

}  // namespace

void register_trader(Napi::Env env, Napi::Object exports) {
  exports.Set("createTrader", Napi::Function::New(env, create_trader, "createTrader"));
}

}  // namespace hopwire::addon
