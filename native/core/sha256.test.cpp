#include "core/sha256.hpp"

#include <string>
#include <vector>

#include "test_support/test.hpp"

using namespace hopwire::core;

TEST("sha256: NIST examples") {
  CHECK_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
           "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK_EQ(to_hex(sha256(std::string(1'000'000, 'a'))), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST("sha256: fed in pieces of any size it is the same") {
  std::string text;
  for (int at = 0; at < 300; ++at) text += static_cast<char>(at * 7);
  for (std::size_t length = 0; length < text.size(); ++length) {
    const std::string_view message(text.data(), length);
    Sha256 pieces;
    for (std::size_t at = 0; at < length; at += 13) pieces.update(message.substr(at, 13));
    CHECK(pieces.finish() == sha256(message));
  }
}

TEST("hmac-sha256: RFC 4231 cases 1, 2, 3, 4, 6 and 7") {
  CHECK_EQ(to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
           "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK_EQ(to_hex(hmac_sha256(std::string(20, '\xaa'), std::string(50, '\xdd'))),
           "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  std::string rising;
  for (char at = 1; at <= 25; ++at) rising += at;
  CHECK_EQ(to_hex(hmac_sha256(rising, std::string(50, '\xcd'))), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  const std::string long_key(131, '\xaa');
  CHECK_EQ(to_hex(hmac_sha256(long_key, "Test Using Larger Than Block-Size Key - Hash Key First")),
           "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK_EQ(to_hex(hmac_sha256(long_key,
                              "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be "
                              "hashed before being used by the HMAC algorithm.")),
           "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST("sha256: comparison of codes") {
  const Sha256Digest a = sha256("a");
  Sha256Digest b = a;
  CHECK(equal_in_constant_time(a, b));
  b[31] ^= std::byte{1};
  CHECK(!equal_in_constant_time(a, b));
  CHECK(!equal_in_constant_time(a, std::span(b).first(31)));
}
