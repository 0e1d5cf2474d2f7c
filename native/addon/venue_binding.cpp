// The venue for TypeScript: createVenue(config) sets everything up or throws; the object steers and watches the native thread. Cold path
// only.
#include <memory>

#include "addon/bindings.hpp"
#include "addon/book_digests.hpp"
#include "engine/venue_loop.hpp"
#include "engine/venue_opening.hpp"

namespace hopwire::addon {
namespace {

using Shared = std::shared_ptr<engine::VenueLoop>;

// Rules, limits and the timetable.
void read_market(const Settings& settings, engine::VenueConfig& config) {
  config.is_risk_on = settings.flag("riskOn");
  config.maximum_accounts = settings.integer<std::uint16_t>("maximumAccounts");
  config.opening_requests = settings.bytes("openingRequests");
  for (const int state : settings.integers<int>("openingStates")) {  // by row; -1: as the timetable has it
    config.opening_states.push_back(state < 0 ? std::nullopt : std::optional(static_cast<order_entry::TradingState>(state)));
  }
  const Napi::Array schedule = settings.array("schedule");
  for (std::uint32_t index = 0; index < schedule.Length(); ++index) {
    const Settings entry{schedule.Get(index)};
    config.schedule.push_back({entry.integer<std::uint64_t>("timeOfDay_ms") * 1'000'000,
                               static_cast<order_entry::TradingState>(entry.integer<std::uint8_t>("state")),
                               static_cast<engine::ScheduledState::Roll>(entry.integer<std::uint8_t>("roll"))});
  }
  config.imbalance_interval = settings.integer<std::uint64_t>("imbalanceInterval_ms") * 1'000'000;
}

void public_side(const Settings& feed, engine::VenueConfig& config) {
  config.group = feed.string("group");
  config.port = feed.integer<std::uint16_t>("port");
  config.interface = feed.string("interface");
  config.ttl = feed.integer<int>("ttl");
  config.rerequest_port = feed.integer<std::uint16_t>("rerequestPort");
  config.session = feed.string("session");
  if (const auto line = feed.optional_section("lineB")) {
    config.group_b = line->string("group");
    config.port_b = line->integer<std::uint16_t>("port");
    config.packet_bytes_b = line->integer<std::uint32_t>("packetBytes");
  }
  if (const auto digests = feed.optional_section("digests")) {
    config.digest_group = digests->string("group");
    config.digest_port = digests->integer<std::uint16_t>("port");
    config.digest_interval = static_cast<std::uint64_t>(1e9 / digests->real("perSecond"));
    config.digest_sweep = static_cast<std::uint64_t>(digests->real("sweepSeconds") * 1e9);
  }
  if (const auto glimpse = feed.optional_section("glimpse")) {
    config.glimpse_host = glimpse->string("host");
    config.glimpse_port = glimpse->integer<std::uint16_t>("port");
    config.glimpse_user = glimpse->string("user");
    config.glimpse_password = glimpse->string("password");
  }
}

engine::VenueConfig config_of(const Settings& settings) {
  engine::VenueConfig config;
  config.name = settings.string("name");
  const Napi::Array instruments = settings.array("instruments");
  for (std::uint32_t index = 0; index < instruments.Length(); ++index) {
    const Settings instrument{instruments.Get(index)};
    config.instruments.push_back(venue::ListedInstrument::of(instrument.integer<std::uint32_t>("id"), static_cast<std::uint16_t>(index + 1),
                                                             instrument.string("symbol")));
  }
  const Napi::Array sessions = settings.array("sessions");
  for (std::uint32_t index = 0; index < sessions.Length(); ++index) {
    const Settings session{sessions.Get(index)};
    config.gateway.sessions.push_back({session.integer<std::uint32_t>("id"), session.string("accessKey"), session.string("secret"),
                                       session.integer<std::uint32_t>("firm"), session.integers<std::uint32_t>("accounts"),
                                       session.flag("operator")});
  }
  const Settings order_entry = settings.section("orderEntry");
  config.gateway.host = order_entry.string("host");
  config.gateway.port = order_entry.integer<std::uint16_t>("port");
  config.gateway.throttle_per_second = settings.integer<std::uint32_t>("throttlePerSecond");
  public_side(settings.section("feed"), config);
  config.journal_bytes = settings.integer<std::size_t>("journalBytes");
  config.maximum_orders = settings.integer<std::size_t>("maximumOrders");
  config.maximum_order_quantity = settings.integer<std::uint32_t>("maximumOrderQuantity");
  read_market(settings, config);
  config.loss = settings.real("loss");
  config.seed = settings.integer<std::uint64_t>("seed");
  config.idle = settings.string("idle");
  config.busy_loops = settings.integer<unsigned>("busyLoops");
  config.core = settings.integer<int>("core");
  config.keep_directory = settings.string("keepDirectory");
  return config;
}

Napi::Value summary(const Napi::CallbackInfo& info, const Shared& venue) {
  const Napi::Env env = info.Env();
  if (!venue->finished()) throw Napi::Error::New(env, "summary() before finished()");
  guarded(env, [&venue] { (void)venue->drain(); });
  Napi::Object out = Napi::Object::New(env);
  out.Set("marketDigest", hexadecimal(env, venue->matcher().market_digest()));
  out.Set("books", book_digests(env, venue->matcher(), static_cast<std::uint32_t>(venue->instrument_count())));
  out.Set("nextSequence", Napi::BigInt::New(env, venue->next_sequence()));
  out.Set("commands", Napi::BigInt::New(env, venue->commands()));
  const std::vector<std::string> found = venue->violations();
  Napi::Array violations = Napi::Array::New(env, found.size());
  for (std::uint32_t index = 0; index < found.size(); ++index) violations.Set(index, text(env, found[index]));
  out.Set("violations", violations);
  return out;
}

Napi::Value create_venue(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const engine::VenueConfig config = config_of(Settings(info[0]));
  const Shared venue = guarded(env, [&config] { return std::make_shared<engine::VenueLoop>(config); });
  Napi::Object object = Napi::Object::New(env);
  object.Set("telemetryPath", text(env, venue->telemetry_path()));
  object.Set("journalPath", text(env, venue->journal_path()));
  object.Set("orderEntryPort", number(env, venue->order_entry_port()));
  object.Set("glimpsePort", number(env, venue->glimpse_port()));
  const auto method = [&object, env](const char* name, auto&& body) {
    object.Set(name, Napi::Function::New(env, std::forward<decltype(body)>(body), name));
  };
  method("drain", [venue](const Napi::CallbackInfo& call) -> Napi::Value {
    return guarded(call.Env(), [&] { return number(call.Env(), venue->drain()); });
  });
  method("failure", [venue](const Napi::CallbackInfo& call) -> Napi::Value { return text(call.Env(), venue->failure()); });
  method("serviceFailure", [venue](const Napi::CallbackInfo& call) -> Napi::Value { return text(call.Env(), venue->service_failure()); });
  method("finish", [venue](const Napi::CallbackInfo&) { venue->finish(); });
  method("finished", [venue](const Napi::CallbackInfo& call) -> Napi::Value { return Napi::Boolean::New(call.Env(), venue->finished()); });
  method("summary", [venue](const Napi::CallbackInfo& call) -> Napi::Value { return summary(call, venue); });
  method("close", [venue](const Napi::CallbackInfo&) { venue->stop(); });
  try {
    guarded(env, [&venue] { venue->start(); });
  } catch (const engine::OpeningRefused& refused) {
    venue->stop();  // now, not when JavaScript has forgotten the object: its name and its memory are wanted again
    throw operator_error(env, "configValue", refused.what());
  } catch (...) {
    venue->stop();
    throw;
  }
  return object;
}

}  // namespace

void register_venue(Napi::Env env, Napi::Object exports) {
  exports.Set("createVenue", Napi::Function::New(env, create_venue, "createVenue"));
}

}  // namespace hopwire::addon
