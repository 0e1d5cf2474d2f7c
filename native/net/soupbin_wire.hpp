// Why: SoupBinTCP is framed the same way at both ends, and real peers write its text fields differently. What: the packet at the start of
// a stream, checked by length and type against who may send it; text and numbers of fields, written as the specification says and read as
// peers write them. Layout and offsets: schemas/soupbintcp.xml.
//
// A packet is {u16 length, type, rest}. Padding: the specification has user and password on the left, session and numbers on the right;
// Nasdaq's own client library puts all on the left. So: blanks (and NULs) on either side are no part of a field; inside it they are.
//
// Owns nothing and reads no further than the bytes given. What can go wrong: a length of 0, a type nobody has or that the sender may not
// use, a length that is not the type's, a packet beyond `largest` -> bad, with the reason, as soon as it can be seen and without waiting
// for a body that may never come. The stream cannot be re-synchronised, so the owner ends the session.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "core/endian.hpp"
#include "generated/soupbintcp.hpp"

namespace hopwire::net {

enum class SoupBinEnd : std::uint8_t { client, server };

inline constexpr std::size_t soupbin_prefix = soupbintcp::PacketHeaderView::block_length;
inline constexpr std::size_t soupbin_data_prefix = soupbin_prefix + soupbintcp::SequencedDataView::block_length;
inline constexpr std::size_t soupbin_largest_packet = soupbin_prefix + std::numeric_limits<std::uint16_t>::max();
inline constexpr std::size_t soupbin_login_with_timeout =
    soupbintcp::LoginRequestView::block_length + soupbintcp::LoginHeartbeatTimeoutView::block_length;

enum class SoupBinStatus : std::uint8_t { complete, incomplete, bad };

struct SoupBinPacket {
  SoupBinStatus status = SoupBinStatus::incomplete;
  char type = 0;                         // of a complete packet
  std::span<const std::byte> message{};  // type and what follows it
  std::size_t length = 0;                // on the wire
  const char* fault = "";                // of a bad one

  // What follows the type.
  [[nodiscard]] std::span<const std::byte> payload() const noexcept { return message.subspan(1); }
};

namespace detail {

constexpr bool soupbin_may_send(char type, SoupBinEnd sender) noexcept {
  switch (type) {
    case soupbintcp::DebugView::discriminator:
    case soupbintcp::UnsequencedDataView::discriminator: return true;  // from the server since 4.00
    case soupbintcp::LoginRequestView::discriminator:
    case soupbintcp::ClientHeartbeatView::discriminator:
    case soupbintcp::LogoutRequestView::discriminator: return sender == SoupBinEnd::client;
    case soupbintcp::LoginAcceptedView::discriminator:
    case soupbintcp::LoginRejectedView::discriminator:
    case soupbintcp::SequencedDataView::discriminator:
    case soupbintcp::ServerHeartbeatView::discriminator:
    case soupbintcp::EndOfSessionView::discriminator: return sender == SoupBinEnd::server;
    default: return false;
  }
}

constexpr bool soupbin_length_fits(char type, std::size_t length) noexcept {
  switch (type) {
    case soupbintcp::DebugView::discriminator:
    case soupbintcp::SequencedDataView::discriminator:
    case soupbintcp::UnsequencedDataView::discriminator: return true;
    case soupbintcp::LoginRequestView::discriminator:
      return length == soupbintcp::LoginRequestView::block_length || length == soupbin_login_with_timeout;
    default: return length == soupbintcp::message_length[static_cast<std::uint8_t>(type)];
  }
}

constexpr bool is_soupbin_pad(char character) noexcept { return character == ' ' || character == '\0'; }

constexpr char lower(char character) noexcept {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

}  // namespace detail

// The packet at the start of `bytes`, of at most `largest` bytes on the wire, sent by `sender`.
[[nodiscard]] inline SoupBinPacket read_soupbin_packet(std::span<const std::byte> bytes, SoupBinEnd sender, std::size_t largest) noexcept {
  const auto bad = [](const char* fault) { return SoupBinPacket{.status = SoupBinStatus::bad, .fault = fault}; };
  if (bytes.size() < soupbin_prefix) return {};
  const std::size_t length = soupbintcp::PacketHeaderView(bytes.data()).packet_length();
  if (length == 0) return bad("a packet of length 0");
  if (soupbin_prefix + length > largest) return bad("a packet longer than is taken");
  if (bytes.size() == soupbin_prefix) return {};
  const auto type = static_cast<char>(bytes[soupbin_prefix]);
  if (!detail::soupbin_may_send(type, sender)) return bad("a packet type that this side does not send");
  if (!detail::soupbin_length_fits(type, length)) return bad("a packet whose length is not its type's");
  if (bytes.size() - soupbin_prefix < length) return {};
  return {SoupBinStatus::complete, type, bytes.subspan(soupbin_prefix, length), soupbin_prefix + length, ""};
}

// A field without its padding.
[[nodiscard]] constexpr std::string_view soupbin_text(std::string_view field) noexcept {
  while (!field.empty() && detail::is_soupbin_pad(field.front())) field.remove_prefix(1);
  while (!field.empty() && detail::is_soupbin_pad(field.back())) field.remove_suffix(1);
  return field;
}

// Upper and lower case are the same.
[[nodiscard]] constexpr bool same_soupbin_text(std::string_view one, std::string_view other) noexcept {
  one = soupbin_text(one);
  other = soupbin_text(other);
  if (one.size() != other.size()) return false;
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (detail::lower(one[i]) != detail::lower(other[i])) return false;
  }
  return true;
}

// nullopt: no digit, something else than digits inside the padding, or more than 64 bits.
[[nodiscard]] constexpr std::optional<std::uint64_t> soupbin_number(std::string_view field) noexcept {
  const std::string_view digits = soupbin_text(field);
  if (digits.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') return std::nullopt;
    const auto step = static_cast<std::uint64_t>(digit - '0');
    if (value > (std::numeric_limits<std::uint64_t>::max() - step) / 10) return std::nullopt;
    value = value * 10 + step;
  }
  return value;
}

// Text of exactly Length characters with blanks before it; of longer text the end.
template <std::size_t Length>
struct RightJustified {
  std::array<char, Length> characters{};

  explicit constexpr RightJustified(std::string_view text) noexcept {
    characters.fill(' ');
    for (std::size_t i = 0; i < text.size() && i < Length; ++i) characters[Length - 1 - i] = text[text.size() - 1 - i];
  }
  explicit constexpr RightJustified(std::uint64_t value) noexcept {
    characters.fill(' ');
    std::size_t at = Length;
    do {
      characters[--at] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0 && at != 0);
  }
  [[nodiscard]] constexpr std::string_view view() const noexcept { return {characters.data(), Length}; }
};

}  // namespace hopwire::net
