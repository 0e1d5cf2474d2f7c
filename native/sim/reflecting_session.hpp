// A simulated venue at the end of the wire, for a trader that has no network: it reads the very bytes hop 6 wrote and answers each order
// as a venue would: accept, replace, cancel, and every so often a full execution. Answers come with the next poll(). For tests and
// benchmarks of the strategy boundary; same interface as feed::OrderSession. Nothing is allocated after construction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "net/order_entry_wire.hpp"
#include "tick_to_trade/7_wire_out/execution_report.hpp"

namespace hopwire::sim {

class ReflectingSession {
 public:
  static constexpr std::size_t answers_at_most = 8192;

  // Every `executed_one_in`-th new order or replace executes at once and in full; 0 = never.
  explicit ReflectingSession(std::uint32_t executed_one_in) : executed_one_in_(executed_one_in), answers_(answers_at_most), open_(slots) {}

  [[nodiscard]] std::byte* reserve(std::size_t bytes) noexcept {
    return bytes <= frame_.size() && answer_count_ + 2 <= answers_.size() ? frame_.data() : nullptr;
  }
  void commit(std::size_t bytes) noexcept {
    ++next_sequence_;
    const net::Message message = net::read_message(std::span<const std::byte>(frame_.data(), bytes));
    if (message.status == net::MessageStatus::ok) answer(message);
  }
  bool flush() noexcept { return true; }

  template <class Handler>
  std::size_t poll(std::uint64_t, Handler&& handler) noexcept {
    const std::size_t count = answer_count_;
    for (std::size_t index = 0; index < count; ++index) handler(static_cast<const feed::ExecutionReport&>(answers_[index]));
    answer_count_ = 0;
    return count;
  }
  template <class Handler>
  void close(Handler&& handler) noexcept {
    poll(0, handler);
  }

  [[nodiscard]] bool established() const noexcept { return true; }
  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return next_sequence_; }
  [[nodiscard]] std::uint64_t last_processed() const noexcept { return last_processed_; }
  [[nodiscard]] std::uint64_t orders() const noexcept { return next_sequence_ - 1; }

 private:
  static constexpr std::size_t slots = std::size_t{1} << 16;  // the client's slot is the low half-word of its ClOrdID
  struct Open {
    std::uint64_t cl_ord_id = 0;
    std::uint32_t quantity = 0;
    order_entry::Side side = order_entry::Side::buy;
  };

  feed::ExecutionReport& report(feed::ReportKind kind, std::uint64_t cl_ord_id) noexcept {
    feed::ExecutionReport& made = answers_[answer_count_++];
    made = {};
    made.kind = kind;
    made.sequence = ++last_processed_;
    made.cl_ord_id = cl_ord_id;
    return made;
  }

  void answer(const net::Message& message) noexcept {
    switch (message.template_id) {
      case order_entry::NewOrderView::template_id: return accept(order_entry::NewOrderView(message.block));
      case order_entry::ReplaceOrderView::template_id: return replace(order_entry::ReplaceOrderView(message.block));
      case order_entry::CancelOrderView::template_id: return cancel(order_entry::CancelOrderView(message.block));
      default: return;
    }
  }

  void accept(const order_entry::NewOrderView& order) noexcept {
    open_[order.cl_ord_id() % slots] = {order.cl_ord_id(), order.quantity(), order.side()};
    feed::ExecutionReport& accepted = report(feed::ReportKind::accepted, order.cl_ord_id());
    accepted.price = order.price();
    accepted.quantity = accepted.leaves = order.quantity();
    accepted.side = order.side();
    accepted.state = order_entry::OrderState::live;
    maybe_execute(order.cl_ord_id(), order.price(), order.quantity(), order.side());
  }

  void maybe_execute(std::uint64_t cl_ord_id, std::int32_t price, std::uint32_t quantity, order_entry::Side side) noexcept {
    if (executed_one_in_ == 0 || ++accepted_ % executed_one_in_ != 0) return;
    feed::ExecutionReport& executed = report(feed::ReportKind::executed, cl_ord_id);
    executed.price = price;
    executed.quantity = quantity;
    executed.side = side;
  }

  void replace(const order_entry::ReplaceOrderView& request) noexcept {
    Open& order = open_[request.orig_cl_ord_id() % slots];
    order = {request.cl_ord_id(), request.quantity(), order.side};
    feed::ExecutionReport& replaced = report(feed::ReportKind::replaced, request.cl_ord_id());
    replaced.original_cl_ord_id = request.orig_cl_ord_id();
    replaced.price = request.price();
    replaced.quantity = replaced.leaves = request.quantity();
    replaced.side = order.side;
    replaced.state = order_entry::OrderState::live;
    maybe_execute(request.cl_ord_id(), request.price(), request.quantity(), order.side);
  }

  void cancel(const order_entry::CancelOrderView& request) noexcept {
    const Open& order = open_[request.orig_cl_ord_id() % slots];
    feed::ExecutionReport& canceled = report(feed::ReportKind::canceled, request.cl_ord_id());
    canceled.original_cl_ord_id = request.orig_cl_ord_id();
    canceled.quantity = order.quantity;
    canceled.side = order.side;
  }

  std::uint32_t executed_one_in_;
  std::vector<feed::ExecutionReport> answers_;  // sized once
  std::vector<Open> open_;                      // sized once
  std::array<std::byte, 256> frame_{};
  std::size_t answer_count_ = 0;
  std::uint64_t next_sequence_ = 1;
  std::uint64_t last_processed_ = 0;
  std::uint64_t accepted_ = 0;
};

}  // namespace hopwire::sim
