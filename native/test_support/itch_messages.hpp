// ITCH 5.0 messages for tests, written byte by byte from the published field tables, on purpose without the generated codecs: a test
// that encodes and decodes with the same table proves nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hopwire::test {

class ItchMessage {
 public:
  ItchMessage(char type, std::uint16_t locate, std::uint64_t time) {
    integer(static_cast<std::uint8_t>(type), 1);
    integer(locate, 2).integer(0, 2).integer(time, 6);
  }

  ItchMessage& integer(std::uint64_t value, int width) {
    for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) bytes_.push_back(static_cast<std::byte>((value >> shift) & 0xFF));
    return *this;
  }
  ItchMessage& alpha(std::string_view text, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) bytes_.push_back(static_cast<std::byte>(i < text.size() ? text[i] : ' '));
    return *this;
  }
  [[nodiscard]] const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

using Bytes = std::vector<std::byte>;

inline Bytes add_order(std::uint16_t locate, std::uint64_t time, std::uint64_t reference, char side, std::uint32_t shares,
                       std::uint32_t price, std::string_view stock = "TEST") {
  return ItchMessage('A', locate, time)
      .integer(reference, 8).alpha({&side, 1}, 1).integer(shares, 4).alpha(stock, 8).integer(price, 4).bytes();
}
inline Bytes add_order_with_mpid(std::uint16_t locate, std::uint64_t time, std::uint64_t reference, char side, std::uint32_t shares,
                                 std::uint32_t price, std::string_view stock = "TEST", std::string_view mpid = "MPID") {
  return ItchMessage('F', locate, time)
      .integer(reference, 8).alpha({&side, 1}, 1).integer(shares, 4).alpha(stock, 8).integer(price, 4).alpha(mpid, 4).bytes();
}
inline Bytes executed(std::uint16_t locate, std::uint64_t time, std::uint64_t reference, std::uint32_t shares, std::uint64_t match) {
  return ItchMessage('E', locate, time).integer(reference, 8).integer(shares, 4).integer(match, 8).bytes();
}
inline Bytes executed_with_price(std::uint16_t locate, std::uint64_t time, std::uint64_t reference, std::uint32_t shares,
                                 std::uint64_t match, char printable, std::uint32_t price) {
  return ItchMessage('C', locate, time)
      .integer(reference, 8).integer(shares, 4).integer(match, 8).alpha({&printable, 1}, 1).integer(price, 4).bytes();
}
inline Bytes cancelled(std::uint16_t locate, std::uint64_t time, std::uint64_t reference, std::uint32_t shares) {
  return ItchMessage('X', locate, time).integer(reference, 8).integer(shares, 4).bytes();
}
inline Bytes deleted(std::uint16_t locate, std::uint64_t time, std::uint64_t reference) {
  return ItchMessage('D', locate, time).integer(reference, 8).bytes();
}
inline Bytes replaced(std::uint16_t locate, std::uint64_t time, std::uint64_t original, std::uint64_t reference, std::uint32_t shares,
                      std::uint32_t price) {
  return ItchMessage('U', locate, time).integer(original, 8).integer(reference, 8).integer(shares, 4).integer(price, 4).bytes();
}
inline Bytes trade(std::uint16_t locate, std::uint64_t time, std::uint32_t shares, std::uint32_t price, std::uint64_t match,
                   std::string_view stock = "TEST") {
  return ItchMessage('P', locate, time)
      .integer(0, 8).alpha("B", 1).integer(shares, 4).alpha(stock, 8).integer(price, 4).integer(match, 8).bytes();
}
inline Bytes cross_trade(std::uint16_t locate, std::uint64_t time, std::uint64_t shares, std::uint32_t price, std::uint64_t match,
                         char cross, std::string_view stock = "TEST") {
  return ItchMessage('Q', locate, time)
      .integer(shares, 8).alpha(stock, 8).integer(price, 4).integer(match, 8).alpha({&cross, 1}, 1).bytes();
}
inline Bytes broken_trade(std::uint16_t locate, std::uint64_t time, std::uint64_t match) {
  return ItchMessage('B', locate, time).integer(match, 8).bytes();
}
inline Bytes system_event(std::uint64_t time, char event) { return ItchMessage('S', 0, time).alpha({&event, 1}, 1).bytes(); }
inline Bytes stock_directory(std::uint16_t locate, std::uint64_t time, std::string_view stock) {
  return ItchMessage('R', locate, time)
      .alpha(stock, 8).alpha("QN", 2).integer(100, 4).alpha("NCZ PNN1N", 9).integer(0, 4).alpha("N", 1).bytes();
}
inline Bytes trading_action(std::uint16_t locate, std::uint64_t time, char state, std::string_view stock = "TEST") {
  return ItchMessage('H', locate, time).alpha(stock, 8).alpha({&state, 1}, 1).alpha("", 1).alpha("", 4).bytes();
}
inline Bytes operational_halt(std::uint16_t locate, std::uint64_t time, char market, char action, std::string_view stock = "TEST") {
  return ItchMessage('h', locate, time).alpha(stock, 8).alpha({&market, 1}, 1).alpha({&action, 1}, 1).bytes();
}

// The 2-byte length framing of files and MoldUDP64 blocks.
inline Bytes market_participant_position(std::uint16_t locate, std::uint64_t time, std::string_view mpid, std::string_view stock) {
  return ItchMessage('L', locate, time).alpha(mpid, 4).alpha(stock, 8).alpha("YNA", 3).bytes();
}
inline Bytes net_order_imbalance(std::uint16_t locate, std::uint64_t time, std::uint64_t paired, std::uint64_t imbalance, char direction,
                                 std::string_view stock, std::uint32_t reference_price) {
  return ItchMessage('I', locate, time)
      .integer(paired, 8)
      .integer(imbalance, 8)
      .alpha({&direction, 1}, 1)
      .alpha(stock, 8)
      .integer(0, 8)
      .integer(reference_price, 4)
      .alpha("OL", 2)
      .bytes();
}

inline void append_frame(Bytes& file, const Bytes& message) {
  file.push_back(static_cast<std::byte>(message.size() >> 8));
  file.push_back(static_cast<std::byte>(message.size() & 0xFF));
  file.insert(file.end(), message.begin(), message.end());
}

}  // namespace hopwire::test
