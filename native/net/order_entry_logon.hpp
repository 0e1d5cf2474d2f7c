// Why: a session proves that it knows its secret without sending it. What: the text both sides sign with HMAC-SHA256, and the signature.
//
//   Negotiate   timestamp \n sessionVersion \n sessionId \n accessKey
//   Establish   the same, then \n nextSequence \n keepAlive \n graceWindow \n cancelOnDisconnect
//
// All numbers in decimal, no leading zeros, the access key without its padding, no newline at the end; the key is the secret's bytes as
// configured. Establish carries no access key on the wire: the key negotiated with is part of what is signed. Cold: once per connection.
// Owns nothing.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/sha256.hpp"

namespace hopwire::net {

struct LogonText {
  std::uint64_t timestamp = 0;
  std::uint64_t session_version = 0;
  std::uint32_t session_id = 0;
  std::string_view access_key;
};

struct EstablishTerms {
  std::uint64_t next_sequence = 0;
  std::uint32_t keep_alive = 0;    // milliseconds
  std::uint32_t grace_window = 0;  // milliseconds
  std::uint8_t cancel_on_disconnect = 0;
};

using Hmac = core::Sha256Digest;

namespace detail {

class SignedText {
 public:
  SignedText& number(std::uint64_t value) noexcept {
    separate();
    const auto end = std::to_chars(text_.data() + length_, text_.data() + text_.size(), value).ptr;
    length_ = static_cast<std::size_t>(end - text_.data());
    return *this;
  }
  // At most 32 bytes are taken: longer than any access key the wire can carry.
  SignedText& word(std::string_view value) noexcept {
    separate();
    const std::size_t count = value.size() < 32 ? value.size() : 32;
    std::memcpy(text_.data() + length_, value.data(), count);
    length_ += count;
    return *this;
  }
  [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), length_}; }

 private:
  void separate() noexcept {
    if (length_ != 0) text_[length_++] = '\n';
  }

  std::array<char, 192> text_{};  // 8 numbers of at most 20 digits and a key of at most 32 bytes: at most 135 with what is signed here
  std::size_t length_ = 0;
};

[[nodiscard]] inline SignedText logon_text(const LogonText& logon) noexcept {
  SignedText text;
  text.number(logon.timestamp).number(logon.session_version).number(logon.session_id).word(logon.access_key);
  return text;
}

}  // namespace detail

[[nodiscard]] inline Hmac sign_negotiate(std::string_view secret, const LogonText& logon) noexcept {
  return core::hmac_sha256(secret, detail::logon_text(logon).view());
}

[[nodiscard]] inline Hmac sign_establish(std::string_view secret, const LogonText& logon, const EstablishTerms& terms) noexcept {
  detail::SignedText text = detail::logon_text(logon);
  text.number(terms.next_sequence).number(terms.keep_alive).number(terms.grace_window).number(terms.cancel_on_disconnect);
  return core::hmac_sha256(secret, text.view());
}

}  // namespace hopwire::net
