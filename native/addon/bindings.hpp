// The addon's parts: one file and one register function each. addon.cpp calls them in this order and holds no logic of its own.
#pragma once

#include <napi.h>

namespace hopwire::addon {

void register_region(Napi::Env env, Napi::Object exports);                    // map regions, clock, pinning
void register_testing(Napi::Env env, Napi::Object exports);                   // a seqlock writer for the torn-read test
void register_itch_file(Napi::Env env, Napi::Object exports);                 // scan ITCH files, print books
void register_match(Napi::Env env, Napi::Object exports);                     // run a referee orders file
void register_replay(Napi::Env env, Napi::Object exports);                    // file -> multicast
void register_feed(Napi::Env env, Napi::Object exports);                      // multicast -> books
void register_venue(Napi::Env env, Napi::Object exports);                     // order_to_publish
void register_trader(Napi::Env env, Napi::Object exports);                    // tick_to_trade: poll() and submit()
void register_simulated_trader(Napi::Env env, Napi::Object exports);          // the same with no network
void register_load(Napi::Env env, Napi::Object exports);                      // open-loop order flow

}  // namespace hopwire::addon
