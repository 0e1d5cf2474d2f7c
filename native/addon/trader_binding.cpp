// The trader for TypeScript. createTrader(config) connects and sets everything up or throws; then poll() and submit() are called from the strategy's
// own thread, as bare Node-API functions (half the cost of a wrapped one). The object must stay on the thread that made it.
//
// Owns the trader until close(); the regions' buffers are external memory, so each keeps its mapping alive for as long as JavaScript holds it.
#include <memory>
#include <optional>

#include "addon/bindings.hpp"
#include "addon/region_buffer.hpp"
#include "addon/values.hpp"
#include "engine/trader_loop.hpp"
#include "tick_to_trade/1_wire_in/socket_wire_in.hpp"
#include "tick_to_trade/7_wire_out/order_session.hpp"

namespace hopwire::addon {
namespace {

using Loop = engine::TraderLoop<feed::SocketWireIn, feed::OrderSession>;

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
    telemetry.file().unlink_on_close(true);
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
  feed::SocketWireIn source;
  feed::OrderSession session;
  std::optional<Loop> loop;
  bool closed = false;
};

napi_value to_number(napi_env env, std::uint32_t value) {
  napi_value result = nullptr;
  napi_create_uint32(env, value, &result);
  return result;
}

napi_value poll(napi_env env, napi_callback_info info) {
  void* trader = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &trader);
  return to_number(env, static_cast<Trader*>(trader)->loop->poll());
}

napi_value submit(napi_env env, napi_callback_info info) {
  void* trader = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &trader);
  return to_number(env, static_cast<Trader*>(trader)->loop->submit());
}

// The function holds the trader: it may outlive the object it was taken from.
void set_hot(Napi::Object object, const char* name, napi_callback body, const std::shared_ptr<Trader>& trader) {
  napi_value function = nullptr;
  napi_create_function(object.Env(), name, NAPI_AUTO_LENGTH, body, trader.get(), &function);
  auto* holder = new std::shared_ptr<Trader>(trader);
  napi_add_finalizer(
      object.Env(), function, holder, [](napi_env, void* held, void*) { delete static_cast<std::shared_ptr<Trader>*>(held); }, nullptr, nullptr);
  object.Set(name, Napi::Value(object.Env(), function));
}

Napi::Array books_of(Napi::Env env, const feed::BookSet& books) {
  Napi::Array list = Napi::Array::New(env);
  std::uint32_t count = 0;
  for (std::uint32_t locate = 0; locate <= books.limits().maximum_locate; ++locate) {
    const auto row = static_cast<std::uint16_t>(locate);
    if (books.order_count(row) == 0) continue;
    Napi::Object book = Napi::Object::New(env);
    book.Set("locate", number(env, locate));
    book.Set("orders", number(env, books.order_count(row)));
    book.Set("digest", hexadecimal(env, books.book_digest(row)));
    list.Set(count++, book);
  }
  return list;
}

Napi::Value summary(const Napi::CallbackInfo& info, const std::shared_ptr<Trader>& trader) {
  const Napi::Env env = info.Env();
  const Loop& loop = *trader->loop;
  Napi::Object out = Napi::Object::New(env);
  out.Set("marketDigest", hexadecimal(env, loop.books().market_digest()));
  out.Set("books", books_of(env, loop.books()));
  out.Set("nextSequence", Napi::BigInt::New(env, loop.next_sequence()));
  out.Set("endOfSession", Napi::Boolean::New(env, loop.ended()));
  out.Set("openOrders", number(env, loop.open_orders()));
  out.Set("inconsistencies", number(env, loop.inconsistencies()));
  return out;
}

Napi::Value create_trader(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Settings settings(info[0]);
  const auto trader = guarded(env, [&settings] { return std::make_shared<Trader>(settings); });
  engine::TraderRegions& files = trader->loop->regions();
  Napi::Object object = Napi::Object::New(env);
  object.Set("hotLoop", region_buffer(env, files.hot_loop.mapping()));
  object.Set("books", region_buffer(env, files.books.mapping()));
  object.Set("control", region_buffer(env, files.control.mapping()));
  object.Set("telemetryPath", text(env, trader->telemetry.path()));
  object.Set("booksPath", text(env, files.books.path()));
  object.Set("controlPath", text(env, files.control.path()));
  object.Set("hotLoopPath", text(env, files.hot_loop.path()));
  set_hot(object, "poll", poll, trader);
  set_hot(object, "submit", submit, trader);
  object.Set("summary", Napi::Function::New(env, [trader](const Napi::CallbackInfo& call) { return summary(call, trader); }, "summary"));
  object.Set("close", Napi::Function::New(env, [trader](const Napi::CallbackInfo&) { trader->close(); }, "close"));
  return object;
}

}  // namespace

void register_trader(Napi::Env env, Napi::Object exports) {
  exports.Set("createTrader", Napi::Function::New(env, create_trader, "createTrader"));
}

}  // namespace hopwire::addon
