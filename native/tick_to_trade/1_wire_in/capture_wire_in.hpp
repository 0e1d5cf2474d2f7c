// Hop 1, the capture half (the `pcap` backend). In: a pcap or pcapng file with MoldUDP64 packets, of one line or of several. Out: `Packet`,
// in sequence, through the same receiver as live. Owner: the thread that polls; no budget, files are read.
//
// The receiver's clock is the capture's own, so that gaps, waits and skew are what they were when it was recorded. Without a group the
// first destination that has MoldUDP64 is taken as line A. Nobody can be asked for what the capture lacks: a gap that no later packet fills
// within the patience is given up and counted.
//
// Some collections blank the header: packets with an all-zero session and sequence 0 are numbered here in the order in which they stand,
// and counted, because nothing can be missing among them as far as anyone can tell.
//
// What it does when it cannot: set-up throws core::SystemError (no such file, no memory). Frames without a datagram are counted by reason;
// damage ends the reading and is kept with its offset.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "net/binary_file.hpp"
#include "net/capture_file.hpp"
#include "net/frame_decode.hpp"
#include "tick_to_trade/1_wire_in/mold_receiver.hpp"
#include "tick_to_trade/1_wire_in/recorded_pace.hpp"

namespace hopwire::feed {

struct CaptureWireInConfig {
  std::string path{};
  std::vector<net::Endpoint> lines{};  // destinations of line A, line B, ...; none: the first that is found
  double speed = 0;                    // a multiple of the recorded pace; 0: as fast as it can be read
  MoldReceiverConfig receiver{};
};

struct CaptureCounters {
  std::uint64_t frames = 0;
  std::uint64_t other_destinations = 0;  // datagrams of no line
  std::uint64_t unsequenced = 0;         // packets numbered here
  std::array<std::uint64_t, net::frame_refusal_count> refused{};
};

class CaptureWireIn {
 public:
  CaptureWireIn(const CaptureWireInConfig& config, const core::TscClock& clock)
      : file_(config.path),
        capture_(file_.bytes()),
        clock_(clock),
        lines_(config.lines),
        receiver_(receiver_config(config)),
        pace_(config.speed) {
    lines_.resize(std::min(lines_.size(), most_lines));
  }

  // One duty cycle. Returns frames taken.
  template <class Deliver>
  std::size_t poll(Deliver&& deliver) noexcept {
    std::size_t taken = 0;
    for (; taken < batch && !exhausted_; ++taken) {
      if (!waiting_ && !read()) break;
      waiting_ = true;
      if (!pace_.due(capture_.frame().time, clock_.steady(core::Tsc::now()))) break;
      waiting_ = false;
      take_frame(deliver);
    }
    return taken;
  }

  [[nodiscard]] MoldReceiver& receiver() noexcept { return receiver_; }
  [[nodiscard]] const MoldReceiver& receiver() const noexcept { return receiver_; }
  [[nodiscard]] bool exhausted() const noexcept { return exhausted_; }
  [[nodiscard]] std::uint64_t now() const noexcept { return now_; }
  // Stamps of the capture lie in the past; hops are measured from when the bytes were in hand.
  [[nodiscard]] bool kernel_stamps() const noexcept { return false; }
  [[nodiscard]] std::uint64_t kernel_drops() const noexcept { return 0; }
  [[nodiscard]] std::uint64_t kernel_drops(std::size_t) const noexcept { return 0; }

  [[nodiscard]] net::CaptureFormat format() const noexcept { return capture_.format(); }
  [[nodiscard]] net::CaptureFault fault() const noexcept { return capture_.fault(); }
  [[nodiscard]] std::size_t offset() const noexcept { return capture_.offset(); }
  [[nodiscard]] std::size_t size() const noexcept { return capture_.size(); }
  [[nodiscard]] const CaptureCounters& counters() const noexcept { return counters_; }
  // As configured, or as found.
  [[nodiscard]] const std::vector<net::Endpoint>& lines() const noexcept { return lines_; }

 private:
  static constexpr std::size_t batch = 32;
  static constexpr std::uint64_t begin_of_time = 1'000'000'000;  // not 0: callers may subtract an interval

  static MoldReceiverConfig receiver_config(const CaptureWireInConfig& config) {
    MoldReceiverConfig receiver = config.receiver;
    receiver.lines = std::clamp<std::size_t>(config.lines.size(), 1, most_lines);
    receiver.rerequest.servers = 0;
    receiver.snapshot = false;
    return receiver;
  }

  bool read() noexcept {
    if (capture_.next() == net::CaptureFile::Step::frame) return true;
    exhausted_ = true;
    return false;
  }

  template <class Deliver>
  void take_frame(Deliver&& deliver) noexcept {
    const net::CapturedFrame& frame = capture_.frame();
    ++counters_.frames;
    pass_time(frame.time);
    net::Datagram datagram;
    const net::FrameRefusal refusal = net::decode_frame(frame.link_type, frame.bytes, datagram);
    if (refusal != net::FrameRefusal::none) {
      ++counters_.refused[static_cast<std::size_t>(refusal)];
      return;
    }
    const std::size_t line = line_of(datagram);
    if (line == lines_.size()) {
      ++counters_.other_destinations;
      return;
    }
    const Arrival arrival{.tsc = core::Tsc::now(), .source = line_at(line)};
    if (datagram.payload.size() < net::mold_header_length) {
      receiver_.accept(datagram.payload, arrival, now_, deliver);  // which counts it
    } else {
      net::MoldHeader header = net::read_mold_header(datagram.payload.data());
      number_if_blank(header);
      receiver_.accept(header, datagram.payload.subspan(net::mold_header_length), arrival, now_, deliver);
    }
    if (receiver_.missing()) {
      receiver_.recover(now_, [](std::uint32_t, std::uint64_t, std::uint16_t) noexcept {}, deliver);
    }
  }

  // Time stands still where a capture says that it ran backwards, or nothing.
  void pass_time(std::uint64_t time) noexcept {
    if (time == 0) return;
    if (first_time_ == 0) first_time_ = time;
    if (time > first_time_) now_ = std::max(now_, begin_of_time + (time - first_time_));
  }

  [[nodiscard]] std::size_t line_of(const net::Datagram& datagram) {
    if (lines_.empty() && looks_like_mold(datagram.payload)) lines_.push_back(datagram.destination);
    std::size_t line = 0;
    while (line < lines_.size() && !(lines_[line] == datagram.destination)) ++line;
    return line;
  }

  [[nodiscard]] static bool looks_like_mold(std::span<const std::byte> payload) noexcept {
    if (payload.size() < net::mold_header_length) return false;
    const net::MoldHeader header = net::read_mold_header(payload.data());
    const bool control = header.message_count == net::mold_heartbeat || header.message_count == net::mold_end_of_session;
    const std::span<const std::byte> blocks = payload.subspan(net::mold_header_length);
    return net::measure_mold_blocks(blocks, control ? 0 : header.message_count) == static_cast<std::ptrdiff_t>(blocks.size());
  }

  void number_if_blank(net::MoldHeader& header) noexcept {
    if (header.sequence != 0 || !std::ranges::all_of(header.session.raw(), [](char c) { return c == '\0'; })) return;
    header.sequence = blank_next_;
    if (header.message_count == net::mold_end_of_session) return;
    blank_next_ += header.message_count;
    ++counters_.unsequenced;
  }

  net::MappedFile file_;
  net::CaptureFile capture_;
  const core::TscClock& clock_;
  std::vector<net::Endpoint> lines_;
  MoldReceiver receiver_;
  RecordedPace pace_;
  CaptureCounters counters_;
  std::uint64_t now_ = begin_of_time;
  std::uint64_t first_time_ = 0;
  std::uint64_t blank_next_ = 1;
  bool waiting_ = false;  // a frame was read and is not due yet
  bool exhausted_ = false;
};

}  // namespace hopwire::feed
