// Compares harness_interface.hpp with the harness's own header, at compile time; built by `npm run referee -- --api DIR` and linked to
// nothing. It fails to compile when a size, an offset, a report's number or a function's shape differs.
#include <cstddef>
#include <type_traits>

#include <matching_engine_api.h>

#include "referee/harness_interface.hpp"

namespace {

namespace ours = hopwire::referee;

#define SAME_FIELD(our_type, our_field, their_type, their_field)                                                 \
  static_assert(offsetof(ours::our_type, our_field) == offsetof(their_type, their_field) &&                      \
                std::is_same_v<decltype(ours::our_type::our_field), decltype(their_type::their_field)>)

static_assert(sizeof(ours::NewOrder) == sizeof(new_order_t));
SAME_FIELD(NewOrder, order_id, new_order_t, order_id);
SAME_FIELD(NewOrder, sequence, new_order_t, sequence_number);
SAME_FIELD(NewOrder, price, new_order_t, price_ticks);
SAME_FIELD(NewOrder, quantity, new_order_t, quantity);
SAME_FIELD(NewOrder, side, new_order_t, side);
SAME_FIELD(NewOrder, immediate_or_cancel, new_order_t, ioc);

static_assert(sizeof(ours::Cancel) == sizeof(cancel_t));
SAME_FIELD(Cancel, order_id, cancel_t, order_id);
SAME_FIELD(Cancel, sequence, cancel_t, sequence_number);

static_assert(sizeof(ours::Modify) == sizeof(modify_t));
SAME_FIELD(Modify, order_id, modify_t, order_id);
SAME_FIELD(Modify, sequence, modify_t, sequence_number);
SAME_FIELD(Modify, price, modify_t, new_price_ticks);
SAME_FIELD(Modify, quantity, modify_t, new_quantity);
SAME_FIELD(Modify, side, modify_t, side);

static_assert(sizeof(ours::Report) == sizeof(me_report_t) && sizeof(ours::ReportType) == sizeof(me_report_t::type));
static_assert(offsetof(ours::Report, type) == offsetof(me_report_t, type));
SAME_FIELD(Report, side, me_report_t, side);
SAME_FIELD(Report, sequence, me_report_t, sequence_number);
SAME_FIELD(Report, order_id, me_report_t, order_id);
SAME_FIELD(Report, price, me_report_t, price_ticks);
SAME_FIELD(Report, quantity, me_report_t, quantity);
SAME_FIELD(Report, maker_order_id, me_report_t, maker_order_id);
SAME_FIELD(Report, taker_order_id, me_report_t, taker_order_id);

static_assert(static_cast<int>(ours::ReportType::taken) == ME_ORDER_ACK);
static_assert(static_cast<int>(ours::ReportType::trade) == ME_TRADE);
static_assert(static_cast<int>(ours::ReportType::canceled) == ME_CANCEL_ACK);
static_assert(static_cast<int>(ours::ReportType::modified) == ME_MODIFY_ACK);
static_assert(static_cast<int>(ours::ReportType::cancel_refused) == ME_CANCEL_REJECT);
static_assert(static_cast<int>(ours::ReportType::modify_refused) == ME_MODIFY_REJECT);

static_assert(sizeof(ours::Transport) == sizeof(me_transport_t));
static_assert(offsetof(ours::Transport, create) == offsetof(me_transport_t, create));
static_assert(offsetof(ours::Transport, push) == offsetof(me_transport_t, push));
static_assert(offsetof(ours::Transport, drain) == offsetof(me_transport_t, drain));
static_assert(offsetof(ours::Transport, flush) == offsetof(me_transport_t, flush));
static_assert(offsetof(ours::Transport, destroy) == offsetof(me_transport_t, destroy));
static_assert(std::is_same_v<decltype(ours::Transport::create), decltype(me_transport_t::create)>);
static_assert(std::is_same_v<decltype(ours::Transport::flush), decltype(me_transport_t::flush)>);
static_assert(std::is_same_v<decltype(ours::Transport::destroy), decltype(me_transport_t::destroy)>);

static_assert(std::is_same_v<decltype(engine_shutdown), void()> && std::is_same_v<decltype(engine_flush), void()>);
static_assert(std::is_same_v<decltype(engine_init), void(std::uint64_t, const me_transport_t*, void*)>);
static_assert(std::is_same_v<decltype(engine_on_new_order), void(const new_order_t*)>);
static_assert(std::is_same_v<decltype(engine_on_cancel), void(const cancel_t*)>);
static_assert(std::is_same_v<decltype(engine_on_modify), void(const modify_t*)>);
static_assert(std::is_same_v<decltype(engine_query_best_bid), std::int64_t()>);
static_assert(std::is_same_v<decltype(engine_query_best_ask), std::int64_t()>);
static_assert(std::is_same_v<decltype(engine_query_depth_at), std::uint64_t(std::int64_t, std::uint8_t)>);
static_assert(std::is_same_v<decltype(engine_get_transport), const me_transport_t*()>);

}  // namespace
