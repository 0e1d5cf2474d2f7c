// Any bytes from a venue, in any pieces: nothing is read outside, reports reach the handler numbered without a hole and each once, and a
// session that ended delivers nothing more.
//
// Input: the first byte says how the stream is cut; the rest is the stream.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "tick_to_trade/7_wire_out/order_session.hpp"

using namespace hopwire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  if (size == 0) return 0;
  static const core::TscClock clock(0.0001);
  feed::OrderSessionConfig config;
  config.receive_buffer_bytes = 8192;
  config.send_buffer_bytes = 4096;
  feed::OrderSession session(config, clock);
  session.assume_established();
  const std::size_t piece = input[0] + 1u;
  std::uint64_t delivered = 0;
  const auto handler = [&](const feed::ExecutionReport& report) {
    if (report.sequence != ++delivered || !session.established()) std::abort();
  };
  for (std::size_t at = 1; at < size && session.established(); at += piece) {
    const std::size_t length = piece < size - at ? piece : size - at;
    const std::vector<std::byte> bytes(reinterpret_cast<const std::byte*>(input) + at,
                                       reinterpret_cast<const std::byte*>(input) + at + length);
    if (!session.deliver(bytes)) std::abort();
    for (int turn = 0; turn < 8; ++turn) session.poll(core::Tsc::now(), handler);
  }
  if (session.last_processed() != delivered) std::abort();
  return 0;
}

extern "C" std::size_t hopwire_fuzz_seed(std::size_t index, std::uint8_t* buffer, std::size_t capacity) {
  if (index > 3) return 0;
  std::vector<std::byte> seed{std::byte{static_cast<unsigned char>(index * 60)}};
  const auto add = [&]<class Encoder>(auto&& fill) {
    const std::size_t start = seed.size();
    seed.resize(start + net::frame_length_of<Encoder>);
    Encoder encoder = net::start_message<Encoder>(seed.data() + start);
    fill(encoder);
  };
  std::uint64_t sequence = 0;
  const auto report = [&](auto& message) { message.header().sequence_number(++sequence); };
  add.operator()<order_entry::OrderAcceptedEncoder>(report);
  add.operator()<order_entry::OrderExecutedEncoder>(report);
  if (index == 1) sequence += 2;
  add.operator()<order_entry::OrderReplacedEncoder>(report);
  add.operator()<order_entry::OrderCanceledEncoder>(report);
  add.operator()<order_entry::SequenceEncoder>([&](auto& message) { message.next_sequence(sequence + 1); });
  if (index == 2) add.operator()<order_entry::RetransmitRejectEncoder>([](auto&) {});
  add.operator()<order_entry::OrderRejectedEncoder>(report);
  add.operator()<order_entry::CancelRejectedEncoder>(report);
  add.operator()<order_entry::MassCancelReportEncoder>(report);
  add.operator()<order_entry::MassQuoteReportEncoder>(report);
  add.operator()<order_entry::ProtectionReportEncoder>(report);
  add.operator()<order_entry::PurgeReportEncoder>(report);
  add.operator()<order_entry::UnlockReportEncoder>(report);
  add.operator()<order_entry::NotAppliedEncoder>([](auto& message) { message.count(3); });
  if (index == 3) add.operator()<order_entry::TerminateEncoder>([](auto&) {});
  if (seed.size() > capacity) return 0;
  std::memcpy(buffer, seed.data(), seed.size());
  return seed.size();
}
