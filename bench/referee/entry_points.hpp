// The functions that the harness looks up by name in the library. Apart from harness_interface.hpp, so that interface_check.cpp can see the
// harness's declarations of the same names instead.
#pragma once

#include <cstdint>

#include "referee/harness_interface.hpp"

#define HOPWIRE_REFEREE_EXPORT extern "C" __attribute__((visibility("default")))

HOPWIRE_REFEREE_EXPORT void engine_init(std::uint64_t nonce, const hopwire::referee::Transport* transport, void* handle);
HOPWIRE_REFEREE_EXPORT void engine_shutdown(void);
HOPWIRE_REFEREE_EXPORT void engine_on_new_order(const hopwire::referee::NewOrder* message);
HOPWIRE_REFEREE_EXPORT void engine_on_cancel(const hopwire::referee::Cancel* message);
HOPWIRE_REFEREE_EXPORT void engine_on_modify(const hopwire::referee::Modify* message);
HOPWIRE_REFEREE_EXPORT void engine_flush(void);
HOPWIRE_REFEREE_EXPORT std::int64_t engine_query_best_bid(void);
HOPWIRE_REFEREE_EXPORT std::int64_t engine_query_best_ask(void);
HOPWIRE_REFEREE_EXPORT std::uint64_t engine_query_depth_at(std::int64_t price, std::uint8_t side);
HOPWIRE_REFEREE_EXPORT const hopwire::referee::Transport* engine_get_transport(void);
