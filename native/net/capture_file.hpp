// Why: what a NIC or a switch recorded is how a feed is looked at the day after; captures come in two formats and many dialects. What:
// walks the records of a pcap file (microseconds or nanoseconds, either byte order) or a pcapng file (any resolution and offset of time,
// several interfaces and sections) and hands out each frame in place with its time and link type.
//
// Owns nothing and does no I/O: it reads bytes somebody else keeps. What can go wrong: the bytes are no capture (`format` says none); a
// record or block does not fit the file or itself. Such damage is reported once with its offset and reason and ends the reading: captures
// have no mark by which sense could be found again. A file cut in the middle of a record is the commonest case.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "core/endian.hpp"
#include "generated/capture.hpp"

namespace hopwire::net {

enum class CaptureFormat : std::uint8_t { none, pcap, pcapng };
enum class CaptureFault : std::uint8_t { none, truncated, wrong_length, unknown_byte_order, unknown_interface, too_many_interfaces };

constexpr std::string_view to_string(CaptureFault fault) noexcept {
  switch (fault) {
    case CaptureFault::none: return "none";
    case CaptureFault::truncated: return "the file ends inside a record";
    case CaptureFault::wrong_length: return "a record's length is impossible";
    case CaptureFault::unknown_byte_order: return "a section of unknown byte order";
    case CaptureFault::unknown_interface: return "a packet of an interface that was not described";
    case CaptureFault::too_many_interfaces: return "more interfaces than are followed";
  }
  return "?";
}

struct CapturedFrame {
  std::span<const std::byte> bytes{};
  std::uint64_t time = 0;      // ns since 1970; 0 where the record has none
  std::uint32_t link_type = 0;
  std::uint32_t length = 0;    // on the wire; more than bytes.size(): the capture kept only the front
};

class CaptureFile {
 public:
  enum class Step : std::uint8_t { frame, damage, end };

  explicit CaptureFile(std::span<const std::byte> bytes) noexcept : bytes_(bytes) {
    if (bytes.size() < 4) return;
    const auto magic = core::load_le<std::uint32_t>(bytes.data());
    const bool swap = swapped(magic) == capture::microsecond_magic || swapped(magic) == capture::nanosecond_magic;
    if (magic == capture::section_header_type) {
      format_ = CaptureFormat::pcapng;
    } else if (swap || magic == capture::microsecond_magic || magic == capture::nanosecond_magic) {
      begin_pcap((swap ? swapped(magic) : magic) == capture::nanosecond_magic, swap);
    }
  }

  [[nodiscard]] CaptureFormat format() const noexcept { return format_; }
  [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  // Of the last step that was `frame`.
  [[nodiscard]] const CapturedFrame& frame() const noexcept { return frame_; }
  // Of the last step that was `damage`: it began at offset().
  [[nodiscard]] CaptureFault fault() const noexcept { return fault_; }

  Step next() noexcept {
    if (fault_ != CaptureFault::none || format_ == CaptureFormat::none) return Step::end;
    return format_ == CaptureFormat::pcap ? next_record() : next_block();
  }

 private:
  // The views give the places; the bytes may have to be turned, which a generated getter does not do.
  using FileHeader = capture::FileHeaderView;
  using Record = capture::PacketRecordView;
  using Block = capture::BlockHeaderView;
  using Section = capture::SectionHeaderView;
  using Description = capture::InterfaceDescriptionView;
  using Option = capture::OptionHeaderView;
  using Packet = capture::EnhancedPacketView;
  using OldPacket = capture::OldPacketView;
  using SimplePacket = capture::SimplePacketView;
  static_assert(OldPacket::block_length == Packet::block_length && OldPacket::time_high_offset == Packet::time_high_offset &&
                OldPacket::time_low_offset == Packet::time_low_offset &&
                OldPacket::captured_length_offset == Packet::captured_length_offset && OldPacket::length_offset == Packet::length_offset);
  static constexpr std::size_t block_frame = Block::block_length + 4;  // the length stands again at the end of a block
  static constexpr std::uint32_t longest = 1 << 28;  // no record of a sane capture is longer

  struct Interface {
    std::uint32_t link_type;
    std::uint32_t snap_length;
    std::uint64_t units;   // a second
    std::int64_t offset;   // s
  };

  [[nodiscard]] static constexpr std::uint32_t swapped(std::uint32_t value) noexcept { return __builtin_bswap32(value); }
  [[nodiscard]] std::uint32_t u32(std::size_t at) const noexcept {
    const auto value = core::load_le<std::uint32_t>(bytes_.data() + at);
    return swap_ ? swapped(value) : value;
  }
  [[nodiscard]] std::uint16_t u16(std::size_t at) const noexcept {
    const auto value = core::load_le<std::uint16_t>(bytes_.data() + at);
    return swap_ ? __builtin_bswap16(value) : value;
  }

  Step damage(CaptureFault fault) noexcept {
    fault_ = fault;
    return Step::damage;
  }

  void begin_pcap(bool in_nanoseconds, bool swap) noexcept {
    if (bytes_.size() < FileHeader::block_length) return;
    format_ = CaptureFormat::pcap;
    swap_ = swap;
    in_nanoseconds_ = in_nanoseconds;
    interfaces_[0].link_type = u32(FileHeader::link_type_offset) & 0x0FFFFFFF;  // the top bits say how long a frame check sequence is
    offset_ = FileHeader::block_length;
  }

  Step next_record() noexcept {
    const std::size_t left = bytes_.size() - offset_;
    if (left == 0) return Step::end;
    if (left < Record::block_length) return damage(CaptureFault::truncated);
    const std::uint32_t kept = u32(offset_ + Record::captured_length_offset);
    if (kept > longest) return damage(CaptureFault::wrong_length);
    if (kept > left - Record::block_length) return damage(CaptureFault::truncated);
    const std::uint64_t fraction = u32(offset_ + Record::fraction_offset);
    const std::uint64_t seconds = u32(offset_ + Record::seconds_offset);
    frame_ = {.bytes = bytes_.subspan(offset_ + Record::block_length, kept),
              .time = seconds * 1'000'000'000 + (in_nanoseconds_ ? fraction : fraction * 1'000),
              .link_type = interfaces_[0].link_type,
              .length = u32(offset_ + Record::length_offset)};
    offset_ += Record::block_length + kept;
    return Step::frame;
  }

  // One block: {type, length, body, length again}, padded to four bytes.
  Step next_block() noexcept {
    for (;;) {
      const std::size_t left = bytes_.size() - offset_;
      if (left == 0) return Step::end;
      if (left < block_frame) return damage(CaptureFault::truncated);
      const bool section = Block(bytes_.data() + offset_).block_type() == capture::section_header_type;
      if (section && !begin_section()) return damage(CaptureFault::unknown_byte_order);
      const std::uint32_t length = u32(offset_ + Block::length_offset);
      if (length < block_frame || length % 4 != 0 || length > longest) return damage(CaptureFault::wrong_length);
      if (length > left) return damage(CaptureFault::truncated);
      if (u32(offset_ + length - 4) != length) return damage(CaptureFault::wrong_length);
      const std::size_t body = offset_ + Block::block_length;
      const std::size_t body_length = length - block_frame;
      const std::uint32_t type = section ? capture::section_header_type : u32(offset_ + Block::block_type_offset);
      CaptureFault fault = CaptureFault::none;
      bool found = false;
      if (type == capture::interface_description_type) {
        fault = describe_interface(body, body_length);
      } else if (type == capture::enhanced_packet_type || type == capture::old_packet_type) {
        fault = take_packet(body, body_length, type == capture::old_packet_type);
        found = true;
      } else if (type == capture::simple_packet_type) {
        fault = take_simple(body, body_length);
        found = true;
      }
      if (fault != CaptureFault::none) return damage(fault);
      offset_ += length;
      if (found) return Step::frame;
    }
  }

  [[nodiscard]] bool begin_section() noexcept {
    const std::uint32_t magic = Section(bytes_.data() + offset_ + Block::block_length).byte_order_magic();
    if (magic != capture::byte_order_magic && swapped(magic) != capture::byte_order_magic) return false;
    swap_ = magic != capture::byte_order_magic;
    interface_count_ = 0;
    return true;
  }

  CaptureFault describe_interface(std::size_t body, std::size_t length) noexcept {
    if (length < Description::block_length) return CaptureFault::wrong_length;
    if (interface_count_ == interfaces_.size()) return CaptureFault::too_many_interfaces;
    Interface interface{.link_type = u16(body + Description::link_type_offset),
                        .snap_length = u32(body + Description::snap_length_offset),
                        .units = 1'000'000,
                        .offset = 0};
    for (std::size_t at = Description::block_length; at + Option::block_length <= length;) {
      const std::uint16_t code = u16(body + at + Option::code_offset);
      const std::uint16_t size = u16(body + at + Option::length_offset);
      if (code == 0) break;
      if (size > length - at - Option::block_length) return CaptureFault::wrong_length;
      const std::size_t value = body + at + Option::block_length;
      if (code == capture::option_time_resolution && size == 1) interface.units = units_of(std::to_integer<std::uint8_t>(bytes_[value]));
      if (code == capture::option_time_offset && size == 8) interface.offset = second_offset(value);
      at += Option::block_length + (size + std::size_t{3}) / 4 * 4;
    }
    if (interface.units == 0) return CaptureFault::wrong_length;
    interfaces_[interface_count_++] = interface;
    return CaptureFault::none;
  }

  // if_tsresol: a power of ten, or of two when the top bit is set. 0: one this does not follow.
  [[nodiscard]] static std::uint64_t units_of(std::uint8_t resolution) noexcept {
    const unsigned power = resolution & 0x7F;
    if ((resolution & 0x80) != 0) return power < 64 ? std::uint64_t{1} << power : 0;
    if (power > 19) return 0;
    std::uint64_t units = 1;
    for (unsigned i = 0; i < power; ++i) units *= 10;
    return units;
  }

  [[nodiscard]] std::int64_t second_offset(std::size_t at) const noexcept {
    const std::uint64_t first = u32(at);
    const std::uint64_t second = u32(at + 4);
    return static_cast<std::int64_t>(swap_ ? first << 32 | second : second << 32 | first);
  }

  [[nodiscard]] static std::uint64_t time_of(const Interface& interface, std::uint64_t stamp) noexcept {
    const std::uint64_t seconds = stamp / interface.units + static_cast<std::uint64_t>(interface.offset);
    const auto fraction = static_cast<unsigned __int128>(stamp % interface.units) * 1'000'000'000 / interface.units;
    return seconds * 1'000'000'000 + static_cast<std::uint64_t>(fraction);
  }

  // Both packet blocks have the same 20 bytes before the frame; the old one has 16 bits of interface and 16 of drops.
  CaptureFault take_packet(std::size_t body, std::size_t length, bool old) noexcept {
    if (length < Packet::block_length) return CaptureFault::wrong_length;
    const std::uint32_t index = old ? u16(body + OldPacket::interface_id_offset) : u32(body + Packet::interface_id_offset);
    if (index >= interface_count_) return CaptureFault::unknown_interface;
    const std::uint32_t kept = u32(body + Packet::captured_length_offset);
    if (kept > length - Packet::block_length) return CaptureFault::wrong_length;
    const std::uint64_t stamp = std::uint64_t{u32(body + Packet::time_high_offset)} << 32 | u32(body + Packet::time_low_offset);
    frame_ = {.bytes = bytes_.subspan(body + Packet::block_length, kept),
              .time = time_of(interfaces_[index], stamp),
              .link_type = interfaces_[index].link_type,
              .length = u32(body + Packet::length_offset)};
    return CaptureFault::none;
  }

  // No time, and no captured length: it is what the interface's limit left of the frame.
  CaptureFault take_simple(std::size_t body, std::size_t length) noexcept {
    if (length < SimplePacket::block_length) return CaptureFault::wrong_length;
    if (interface_count_ == 0) return CaptureFault::unknown_interface;
    const std::uint32_t on_wire = u32(body + SimplePacket::length_offset);
    const std::uint32_t limit = interfaces_[0].snap_length;
    const std::uint32_t kept = limit != 0 && limit < on_wire ? limit : on_wire;
    if (kept > length - SimplePacket::block_length) return CaptureFault::wrong_length;
    frame_ = {.bytes = bytes_.subspan(body + SimplePacket::block_length, kept),
              .time = 0,
              .link_type = interfaces_[0].link_type,
              .length = on_wire};
    return CaptureFault::none;
  }

  std::span<const std::byte> bytes_;
  CaptureFormat format_ = CaptureFormat::none;
  CaptureFault fault_ = CaptureFault::none;
  bool swap_ = false;
  bool in_nanoseconds_ = false;
  std::size_t offset_ = 0;
  std::size_t interface_count_ = 0;
  std::array<Interface, 64> interfaces_{};
  CapturedFrame frame_;
};

}  // namespace hopwire::net
