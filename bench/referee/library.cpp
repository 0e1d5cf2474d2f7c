// The shared library that the public matching-engine harness loads: its entry points, and nothing else. engine.hpp does the work.
//
// One engine a process, made by engine_init and ended by engine_shutdown; the harness calls from one thread and drains from another. What
// can go wrong: memory is refused at set-up. The process then ends with the reason, as the harness has no way to be told.
#include <cstdint>
#include <limits>
#include <memory>

#include "referee/engine.hpp"
#include "referee/entry_points.hpp"
#include "referee/harness_interface.hpp"
#include "referee/report_ring.hpp"

namespace {

using namespace hopwire;

std::unique_ptr<referee::Engine> engine;

void* create_ring(std::uint32_t capacity) { return new referee::ReportRing(capacity); }

int push_report(void* handle, const referee::Report* report) {
  auto& ring = *static_cast<referee::ReportRing*>(handle);
  ring.next() = *report;
  ring.commit();
  return 1;
}

std::uint32_t drain_ring(void* handle, referee::Report* out, std::uint32_t most) {
  return static_cast<referee::ReportRing*>(handle)->drain(out, most);
}

void flush_ring(void* /*handle*/) {}  // every report is published when it is committed

void destroy_ring(void* handle) { delete static_cast<referee::ReportRing*>(handle); }

const referee::Transport ring_transport = {create_ring, push_report, drain_ring, flush_ring, destroy_ring};

}  // namespace

void engine_init(std::uint64_t /*nonce*/, const referee::Transport* transport, void* handle) {
  const bool is_ours = transport == &ring_transport;
  engine = std::make_unique<referee::Engine>(is_ours ? static_cast<referee::ReportRing*>(handle) : nullptr, transport, handle);
}

void engine_shutdown(void) { engine.reset(); }

void engine_on_new_order(const referee::NewOrder* message) { engine->on_new_order(*message); }
void engine_on_cancel(const referee::Cancel* message) { engine->on_cancel(*message); }
void engine_on_modify(const referee::Modify* message) { engine->on_modify(*message); }

void engine_flush(void) {}  // nothing is ever deferred

std::int64_t engine_query_best_bid(void) {
  const auto price = engine->best_price(order_entry::Side::buy);
  return price ? *price : std::numeric_limits<std::int64_t>::min();
}

std::int64_t engine_query_best_ask(void) {
  const auto price = engine->best_price(order_entry::Side::sell);
  return price ? *price : std::numeric_limits<std::int64_t>::max();
}

std::uint64_t engine_query_depth_at(std::int64_t price, std::uint8_t side) { return engine->quantity_at(price, side); }

const referee::Transport* engine_get_transport(void) { return &ring_transport; }
