// The door between C++ and TypeScript: a handful of cold functions, mapped regions, and poll()/submit(). Nothing else crosses.
#include "addon/bindings.hpp"

namespace hopwire::addon {
namespace {

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  for (const auto part : {register_region, register_testing, register_itch_file, register_match, register_replay, register_feed,
                          register_venue, register_trader, register_simulated_trader, register_load}) {
    part(env, exports);
  }
  return exports;
}

}  // namespace
}  // namespace hopwire::addon

static Napi::Object initialise_hopwire(Napi::Env env, Napi::Object exports) {
  return hopwire::addon::initialise(env, exports);
}
NODE_API_MODULE(hopwire, initialise_hopwire)
