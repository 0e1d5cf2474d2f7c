// The matcher for TypeScript: runReferee(records, wantResting) takes the records of a referee orders file and gives back counts, the
// canonical report text as a buffer, and the time of the engine loop alone. Cold path only; it blocks the caller for the length of the
// run.
//
// The text's memory moves to JavaScript and is freed with its buffer. A damaged record gives {fault} and nothing is run.
#include <memory>
#include <string>

#include "addon/bindings.hpp"
#include "addon/values.hpp"
#include "order_to_publish/4_match/referee.hpp"

namespace hopwire::addon {
namespace {

Napi::Value text_buffer(Napi::Env env, std::string text) {
  if (text.empty()) return Napi::Buffer<char>::New(env, 0);
  auto* held = new std::string(std::move(text));
  return Napi::Buffer<char>::New(
      env, held->data(), held->size(), [](Napi::BasicEnv, char*, std::string* owned) { delete owned; }, held);
}

Napi::Value resting_orders(Napi::Env env, const venue::RefereeRun& run) {
  const std::vector<venue::RefereeResting> orders = run.resting();
  Napi::Array list = Napi::Array::New(env, orders.size());
  for (std::size_t index = 0; index < orders.size(); ++index) {
    const venue::RefereeResting& order = orders[index];
    Napi::Object row = Napi::Object::New(env);
    row.Set("id", Napi::BigInt::New(env, order.id));
    row.Set("side", text(env, {&order.side, 1}));
    row.Set("price", Napi::Number::New(env, order.price));
    row.Set("quantity", number(env, order.quantity));
    list.Set(static_cast<std::uint32_t>(index), row);
  }
  return list;
}

Napi::Value fault_object(Napi::Env env, const venue::RefereeFault& fault) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("record", number(env, fault.record));
  object.Set("offset", number(env, fault.offset));
  object.Set("reason", text(env, fault.reason));
  return object;
}

Napi::Object outcome_of(Napi::Env env, const Napi::Uint8Array& bytes, bool want_resting) {
  const std::span records(reinterpret_cast<const std::byte*>(bytes.Data()), bytes.ByteLength());
  Napi::Object outcome = Napi::Object::New(env);
  if (const auto fault = venue::first_fault(records)) {
    outcome.Set("fault", fault_object(env, *fault));
    return outcome;
  }
  venue::RefereeRun run(records);
  run.run();
  outcome.Set("commands", number(env, run.commands()));
  outcome.Set("reports", number(env, run.reports()));
  outcome.Set("trades", number(env, run.trades()));
  outcome.Set("refused", number(env, run.refused()));
  outcome.Set("restingOrders", number(env, run.matcher().live_orders()));
  outcome.Set("elapsed", number(env, run.elapsed_ns()));
  outcome.Set("digest", hexadecimal(env, run.matcher().book_digest(venue::RefereeRun::locate)));
  outcome.Set("violation", text(env, run.matcher().check_invariants()));
  outcome.Set("text", text_buffer(env, run.text()));
  if (want_resting) outcome.Set("resting", resting_orders(env, run));
  return outcome;
}

Napi::Value run_referee(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    throw Napi::TypeError::New(env, "runReferee(records, wantResting) needs a Uint8Array");
  }
  const bool want_resting = info.Length() > 1 && info[1].ToBoolean().Value();
  return guarded(env, [&]() -> Napi::Value { return outcome_of(env, info[0].As<Napi::Uint8Array>(), want_resting); });
}

}  // namespace

void register_match(Napi::Env env, Napi::Object exports) { exports.Set("runReferee", Napi::Function::New(env, run_referee, "runReferee")); }

}  // namespace hopwire::addon
