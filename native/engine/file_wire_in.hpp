// Why: a day file goes through the very same receiver, decoder and books as the live feed, so that what holds for one holds for the other.
// What: the `file` backend: an ITCH file (2-byte length framing) as MoldUDP64 packets of at most 1,400 bytes, numbered from 1, ended by an
// end of session. Messages are handed on in place. It lies here and not in hop 1 because it reads frames with hop 2's eyes: damaged ones
// are passed over and counted, exactly as `itch stat` does, so that both end with the same books.
//
// What can go wrong: no such file -> core::SystemError at set-up. Owner: the thread that polls; no budget.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/clock.hpp"
#include "generated/itch_5_0.hpp"
#include "net/binary_file.hpp"
#include "net/mold_packet.hpp"
#include "tick_to_trade/1_wire_in/mold_receiver.hpp"
#include "tick_to_trade/1_wire_in/recorded_pace.hpp"
#include "tick_to_trade/2_decode/itch_frames.hpp"

namespace hopwire::engine {

struct FileWireInConfig {
  std::string path{};
  double speed = 0;  // a multiple of the recorded pace; 0: as fast as it can be read
  feed::MoldReceiverConfig receiver{};
};

class FileWireIn {
 public:
  FileWireIn(const FileWireInConfig& config, const core::TscClock& clock)
      : file_(config.path), frames_(file_.bytes()), clock_(clock), receiver_(receiver_config(config)), pace_(config.speed) {}

  // One duty cycle: some packets. Returns how many.
  template <class Deliver>
  std::size_t poll(Deliver&& deliver) noexcept {
    std::size_t taken = 0;
    while (taken < batch && !exhausted_ && gather()) {
      ++taken;
      give(static_cast<std::uint16_t>(count_), {begin_, bytes_}, deliver);
      next_ += count_;
      count_ = 0;
      bytes_ = 0;
    }
    if (exhausted_ && !end_told_) {
      end_told_ = true;
      give(net::mold_end_of_session, {}, deliver);
    }
    return taken;
  }

  [[nodiscard]] feed::MoldReceiver& receiver() noexcept { return receiver_; }
  [[nodiscard]] const feed::MoldReceiver& receiver() const noexcept { return receiver_; }
  [[nodiscard]] bool exhausted() const noexcept { return end_told_; }
  [[nodiscard]] std::uint64_t now() const noexcept { return clock_.steady(core::Tsc::now()); }
  [[nodiscard]] bool kernel_stamps() const noexcept { return false; }
  [[nodiscard]] std::uint64_t kernel_drops() const noexcept { return 0; }
  [[nodiscard]] std::uint64_t kernel_drops(std::size_t) const noexcept { return 0; }

  [[nodiscard]] std::size_t offset() const noexcept { return frames_.offset(); }
  [[nodiscard]] std::size_t size() const noexcept { return frames_.size(); }
  [[nodiscard]] std::uint64_t damaged_frames() const noexcept { return damaged_; }

 private:
  static constexpr std::size_t batch = 32;
  static constexpr std::size_t payload_limit = net::mold_payload_limit - net::mold_header_length;

  static feed::MoldReceiverConfig receiver_config(const FileWireInConfig& config) {
    feed::MoldReceiverConfig receiver = config.receiver;
    receiver.session = net::MoldSession("FILE");
    receiver.lines = 1;
    receiver.join_from_start = true;
    receiver.snapshot = false;
    return receiver;
  }

  // Gathers messages that lie behind each other in the file until a packet is full, damage lies between, or nothing more is due. False when
  // there is nothing to send now.
  bool gather() noexcept {
    for (;;) {
      if (!waiting_ && !read()) return count_ != 0;
      const std::byte* block = frames_.message().data() - net::mold_block_prefix;
      const std::size_t length = frames_.message().size() + net::mold_block_prefix;
      const bool follows = count_ != 0 && begin_ + bytes_ == block && bytes_ + length <= payload_limit;
      waiting_ = true;
      if (count_ != 0 && !follows) return true;
      if (!pace_.due(time(), now())) return count_ != 0;
      if (count_ == 0) begin_ = block;
      bytes_ += length;
      ++count_;
      waiting_ = false;
    }
  }

  bool read() noexcept {
    for (;;) {
      switch (frames_.next()) {
        case feed::ItchFrames::Step::message: return true;
        case feed::ItchFrames::Step::damage: ++damaged_; break;
        case feed::ItchFrames::Step::end: exhausted_ = true; return false;
      }
    }
  }

  // Every type has its time at the same place.
  [[nodiscard]] std::uint64_t time() const noexcept { return itch::SystemEventView(frames_.message().data()).timestamp(); }

  template <class Deliver>
  void give(std::uint16_t count, std::span<const std::byte> blocks, Deliver&& deliver) noexcept {
    const std::uint64_t tsc = core::Tsc::now();
    receiver_.accept({net::MoldSession("FILE"), next_, count}, blocks, {.tsc = tsc}, clock_.steady(tsc), deliver);
  }

  net::MappedFile file_;
  feed::ItchFrames frames_;
  const core::TscClock& clock_;
  feed::MoldReceiver receiver_;
  feed::RecordedPace pace_;
  const std::byte* begin_ = nullptr;  // of the packet being gathered
  std::size_t bytes_ = 0;
  std::uint32_t count_ = 0;
  std::uint64_t next_ = 1;
  std::uint64_t damaged_ = 0;
  bool waiting_ = false;    // a frame was read and is in no packet yet
  bool exhausted_ = false;
  bool end_told_ = false;
};

}  // namespace hopwire::engine
