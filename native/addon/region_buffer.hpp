// Why: TypeScript sees a region as an ArrayBuffer over the mapping itself. What: one that keeps the memory mapped until the buffer is
// collected, so that closing a region never leaves a view over unmapped memory. One buffer per mapping: engines do not expect two over the
// same address.
#pragma once

#include <napi.h>

#include <memory>

#include "core/region_file.hpp"

namespace hopwire::addon {

inline Napi::ArrayBuffer region_buffer(Napi::Env env, const std::shared_ptr<core::RegionMapping>& mapping) {
  auto held = std::make_unique<std::shared_ptr<core::RegionMapping>>(mapping);
  const auto let_go = [](Napi::Env, void*, std::shared_ptr<core::RegionMapping>* holder) { delete holder; };
  Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(env, mapping->base(), mapping->size(), let_go, held.get());
  (void)held.release();
  return buffer;
}

}  // namespace hopwire::addon
