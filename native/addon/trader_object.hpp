// A trader as TypeScript holds it, whatever its packets and orders run over. Trader has `loop` (an optional engine::TraderLoop),
// `telemetry` and close().
//
// poll() and submit() are bare Node-API functions (half the cost of wrapped ones). The regions' buffers are external memory: each keeps
// its mapping alive for as long as JavaScript holds it.
#pragma once

#include <memory>

#include "addon/book_digests.hpp"
#include "addon/region_buffer.hpp"
#include "engine/trader_loop.hpp"

namespace hopwire::addon {
namespace detail {

inline napi_value to_number(napi_env env, std::uint32_t value) {
  napi_value result = nullptr;
  napi_create_uint32(env, value, &result);
  return result;
}

template <class Trader>
napi_value poll(napi_env env, napi_callback_info info) {
  void* trader = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &trader);
  return to_number(env, static_cast<Trader*>(trader)->loop->poll());
}

template <class Trader>
napi_value submit(napi_env env, napi_callback_info info) {
  void* trader = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &trader);
  return to_number(env, static_cast<Trader*>(trader)->loop->submit());
}

// The function holds the trader: it may outlive the object it was taken from.
template <class Trader>
void set_hot(Napi::Object object, const char* name, napi_callback body, const std::shared_ptr<Trader>& trader) {
  napi_value function = nullptr;
  napi_create_function(object.Env(), name, NAPI_AUTO_LENGTH, body, trader.get(), &function);
  auto* holder = new std::shared_ptr<Trader>(trader);
  napi_add_finalizer(
      object.Env(), function, holder, [](napi_env, void* held, void*) { delete static_cast<std::shared_ptr<Trader>*>(held); }, nullptr,
      nullptr);
  object.Set(name, Napi::Value(object.Env(), function));
}

template <class Trader>
Napi::Value summary(const Napi::CallbackInfo& info, const std::shared_ptr<Trader>& trader) {
  const Napi::Env env = info.Env();
  const auto& loop = *trader->loop;
  Napi::Object out = Napi::Object::New(env);
  out.Set("marketDigest", hexadecimal(env, loop.books().market_digest()));
  out.Set("books", book_digests(env, loop.books(), loop.books().limits().maximum_locate));
  out.Set("nextSequence", Napi::BigInt::New(env, loop.next_sequence()));
  out.Set("endOfSession", Napi::Boolean::New(env, loop.ended()));
  out.Set("openOrders", number(env, loop.open_orders()));
  out.Set("inconsistencies", number(env, loop.inconsistencies()));
  return out;
}

}  // namespace detail

template <class Trader>
[[nodiscard]] Napi::Object trader_object(Napi::Env env, const std::shared_ptr<Trader>& trader) {
  engine::TraderRegions& files = trader->loop->regions();
  Napi::Object object = Napi::Object::New(env);
  object.Set("hotLoop", region_buffer(env, files.hot_loop.mapping()));
  object.Set("books", region_buffer(env, files.books.mapping()));
  object.Set("control", region_buffer(env, files.control.mapping()));
  object.Set("telemetryPath", text(env, trader->telemetry.path()));
  object.Set("booksPath", text(env, files.books.path()));
  object.Set("controlPath", text(env, files.control.path()));
  object.Set("hotLoopPath", text(env, files.hot_loop.path()));
  detail::set_hot(object, "poll", detail::poll<Trader>, trader);
  detail::set_hot(object, "submit", detail::submit<Trader>, trader);
  object.Set("summary",
             Napi::Function::New(env, [trader](const Napi::CallbackInfo& call) { return detail::summary(call, trader); }, "summary"));
  object.Set("close", Napi::Function::New(env, [trader](const Napi::CallbackInfo&) { trader->close(); }, "close"));
  return object;
}

}  // namespace hopwire::addon
