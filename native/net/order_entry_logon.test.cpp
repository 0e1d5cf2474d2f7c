#include "net/order_entry_logon.hpp"

#include "test_support/test.hpp"

namespace {

using namespace hopwire;

constexpr net::LogonText logon{1'763'648'581'000'000'123, 1'763'648'581'000'000, 7, "MM01"};
constexpr std::string_view secret = "correct horse battery staple";

// The signatures are from another implementation (Python's hmac over the text in the header's comment).
TEST("logon: Negotiate signs timestamp, version, session and access key, newline-joined") {
  CHECK_EQ(core::to_hex(net::sign_negotiate(secret, logon)), "cf78a06e4d82e9f812f62b558d244b53e61c146660bf1a7f5538fee4c507d124");
}

TEST("logon: Establish signs the same and its terms") {
  CHECK_EQ(core::to_hex(net::sign_establish(secret, logon, {1, 1000, 250, 1})),
           "466b931dcc590b183c9d8ae7fb1a28c8aa40065bb5cc48962cb591be5964ab7e");
}

TEST("logon: the largest numbers and the longest key fit the text") {
  constexpr std::uint64_t most = ~std::uint64_t{0};
  const net::LogonText largest{most, most, ~std::uint32_t{0}, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"};
  const net::Hmac a = net::sign_establish(secret, largest, {most, ~std::uint32_t{0}, ~std::uint32_t{0}, 255});
  const net::Hmac b = net::sign_establish(secret, largest, {most, ~std::uint32_t{0}, ~std::uint32_t{0}, 254});
  CHECK(a != b);
}

}  // namespace
