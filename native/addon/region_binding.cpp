// Regions for TypeScript: mapRegion(path, writable), unmapRegion(buffer), and the two things about threads that Node cannot do:
// pinThread(core) and availableCores(). Cold path only.
//
// A read-only mapping is read-only for the processor too: a store into it from JavaScript ends the process. What the kernel refuses becomes
// a JavaScript error with its reason; whether the region is the right one is checked by the generated columns, which know what they expect.
#include "addon/bindings.hpp"
#include "addon/region_buffer.hpp"
#include "core/affinity.hpp"
#include "core/region_file.hpp"

namespace hopwire::addon {
namespace {

Napi::Value map_region(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsString()) throw Napi::TypeError::New(env, "mapRegion(path, writable): path must be a string");
  const bool writable = info.Length() > 1 && info[1].ToBoolean().Value();
  try {
    return region_buffer(env, core::RegionFile::open(info[0].As<Napi::String>().Utf8Value(), writable).mapping());
  } catch (const core::SystemError& error) {
    Napi::Error thrown = Napi::Error::New(env, error.what());
    thrown.Set("errno", Napi::Number::New(env, error.code));
    throw thrown;
  }
}

void unmap_region(const Napi::CallbackInfo& info) {
  if (info.Length() < 1 || !info[0].IsArrayBuffer()) throw Napi::TypeError::New(info.Env(), "unmapRegion(buffer): not an ArrayBuffer");
  auto buffer = info[0].As<Napi::ArrayBuffer>();
  if (!buffer.IsDetached()) buffer.Detach();
}

Napi::Value pin_thread(const Napi::CallbackInfo& info) {
  const bool is_core = info.Length() > 0 && info[0].IsNumber();
  return Napi::Boolean::New(info.Env(), is_core && core::pin_thread(info[0].As<Napi::Number>().Int32Value()));
}

Napi::Value available_cores(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), core::available_cores()); }

}  // namespace

void register_region(Napi::Env env, Napi::Object exports) {
  exports.Set("mapRegion", Napi::Function::New(env, map_region, "mapRegion"));
  exports.Set("unmapRegion", Napi::Function::New(env, unmap_region, "unmapRegion"));
  exports.Set("pinThread", Napi::Function::New(env, pin_thread, "pinThread"));
  exports.Set("availableCores", Napi::Function::New(env, available_cores, "availableCores"));
}

}  // namespace hopwire::addon
