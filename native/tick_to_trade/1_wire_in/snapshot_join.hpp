// Why: what nobody re-sends any more, or is too much to ask for message by message, is had at once from a snapshot server. What: drives a
// snapshot client for a MoldReceiver: starts it when the receiver wants a snapshot, hands its messages on as Packets of source `snapshot`,
// and joins the live stream at the sequence the snapshot names. The receiver holds the live packets meanwhile.
//
// `Client` is net::GlimpseClient, or a pretended one in tests: start(now), poll(now, message(span)), state(), sequence(), reason().
//
// What can go wrong: the client fails, or the snapshot cannot be joined (the session changed meanwhile): the books stay stale and the next
// attempt follows after `retry`, doubled up to eight times. A gap that heals by itself before the first message of the snapshot came wins;
// what the client still brings is then dropped.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "core/endian.hpp"
#include "tick_to_trade/1_wire_in/mold_receiver.hpp"

namespace hopwire::feed {

// What a client has come to. net/glimpse_client.hpp names its states the same way.
template <class Client>
concept SnapshotClient = requires(Client client, std::uint64_t now) {
  client.start(now);
  client.poll(now, [](std::span<const std::byte>) {});
  { client.sequence() } -> std::convertible_to<std::uint64_t>;
  { client.reason() } -> std::convertible_to<const char*>;
  Client::State::complete;
  Client::State::failed;
  client.state();
};

// Nobody takes snapshots.
struct NoSnapshot {
  static constexpr bool takes_snapshots = false;
  template <class Deliver>
  std::size_t poll(MoldReceiver&, std::uint64_t, std::uint64_t, Deliver&&) noexcept {
    return 0;
  }
  [[nodiscard]] bool running() const noexcept { return false; }
  [[nodiscard]] std::uint64_t messages() const noexcept { return 0; }
  [[nodiscard]] std::uint64_t failures() const noexcept { return 0; }
  [[nodiscard]] const char* reason() const noexcept { return ""; }
};

template <SnapshotClient Client>
class SnapshotJoin {
 public:
  static constexpr bool takes_snapshots = true;

  template <class... Arguments>
  explicit SnapshotJoin(std::uint64_t retry, Arguments&&... arguments) : client_(std::forward<Arguments>(arguments)...), retry_(retry) {}

  // Once per duty cycle, while the receiver wants a snapshot or one is running. Returns messages taken from the client.
  template <class Deliver>
  std::size_t poll(MoldReceiver& receiver, std::uint64_t now, std::uint64_t tsc, Deliver&& deliver) noexcept {
    if (!running_ && !begin(receiver, now)) return 0;
    const std::size_t taken = client_.poll(now, [&](std::span<const std::byte> message) noexcept {
      if (!useful(receiver)) return;
      if (message.size() + net::mold_block_prefix > bytes_.size() - filled_) flush(receiver, now, tsc, deliver);
      if (message.size() + net::mold_block_prefix > bytes_.size()) return;  // no ITCH message; the decoder would refuse it
      core::store_be<std::uint16_t>(bytes_.data() + filled_, static_cast<std::uint16_t>(message.size()));
      std::memcpy(bytes_.data() + filled_ + net::mold_block_prefix, message.data(), message.size());
      filled_ += net::mold_block_prefix + message.size();
      ++count_;
    });
    if (count_ != 0) flush(receiver, now, tsc, deliver);
    if (client_.state() == Client::State::complete) {
      finish(receiver, now, tsc, deliver);
    } else if (client_.state() == Client::State::failed) {
      fail(now, client_.reason());
    }
    return taken;
  }

  [[nodiscard]] bool running() const noexcept { return running_; }
  [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }
  [[nodiscard]] std::uint64_t failures() const noexcept { return failures_; }
  // Of the last failure; "" before any.
  [[nodiscard]] const char* reason() const noexcept { return reason_; }

 private:
  bool begin(const MoldReceiver& receiver, std::uint64_t now) noexcept {
    if (!receiver.snapshot_wanted() || now < next_attempt_) return false;
    running_ = true;
    begun_ = false;
    session_changes_ = receiver.counters().session_changes;
    client_.start(now);
    return true;
  }

  // Of the session it was begun in, and still wanted.
  [[nodiscard]] bool useful(const MoldReceiver& receiver) const noexcept {
    return receiver.snapshot_wanted() && receiver.counters().session_changes == session_changes_;
  }

  template <class Deliver>
  void flush(MoldReceiver& receiver, std::uint64_t now, std::uint64_t tsc, Deliver&& deliver) noexcept {
    if (!begun_) receiver.begin_snapshot(now);
    const Packet packet{.blocks = bytes_.data(),
                        .block_bytes = static_cast<std::uint32_t>(filled_),
                        .message_count = count_,
                        .first_sequence = 0,
                        .receive_tsc = tsc,
                        .source = PacketSource::snapshot,
                        .kernel_stamped = false,
                        .was_held = false,
                        .begins_snapshot = !begun_};
    begun_ = true;
    messages_ += count_;
    count_ = 0;
    filled_ = 0;
    deliver(packet);
  }

  template <class Deliver>
  void finish(MoldReceiver& receiver, std::uint64_t now, std::uint64_t tsc, Deliver&& deliver) noexcept {
    running_ = false;
    if (!useful(receiver)) return;
    if (!begun_) flush(receiver, now, tsc, deliver);  // a market without orders is a snapshot too
    if (!receiver.finish_snapshot(client_.sequence(), now, deliver)) return fail(now, "its sequence cannot be joined");
    delay_ = 1;
  }

  void fail(std::uint64_t now, const char* reason) noexcept {
    running_ = false;
    ++failures_;
    reason_ = reason;
    next_attempt_ = now + retry_ * delay_;
    delay_ = std::min<std::uint64_t>(2 * delay_, 8);
  }

  Client client_;
  std::uint64_t retry_;
  std::uint64_t next_attempt_ = 0;
  std::uint64_t delay_ = 1;
  std::uint64_t session_changes_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t failures_ = 0;
  const char* reason_ = "";
  bool running_ = false;
  bool begun_ = false;  // the receiver knows, and the books were emptied
  std::uint32_t count_ = 0;
  std::size_t filled_ = 0;
  std::array<std::byte, 16'384> bytes_{};
};

}  // namespace hopwire::feed
