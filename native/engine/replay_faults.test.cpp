// The dice keep their shares, repeat themselves by seed, and damage nothing in a way that a receiver could believe.
#include "engine/replay_faults.hpp"

#include <cstdint>
#include <vector>

#include "test_support/test.hpp"
#include "tick_to_trade/1_wire_in/mold_receiver.hpp"

using namespace hopwire;
using engine::FaultDice;
using engine::PacketFate;
using engine::ReplayDamage;

namespace {

constexpr int packets = 200'000;

bool near(double value, double wanted) { return value > wanted * 0.9 && value < wanted * 1.1; }

std::vector<std::byte> packet(std::uint64_t sequence, std::uint16_t count, std::size_t length) {
  std::vector<std::byte> bytes(net::mold_header_length);
  net::write_mold_header(bytes.data(), {net::MoldSession("S"), sequence, count});
  for (int i = 0; i < count; ++i) {
    const std::size_t at = bytes.size();
    bytes.resize(at + net::mold_block_prefix + length);
    core::store_be<std::uint16_t>(bytes.data() + at, static_cast<std::uint16_t>(length));
  }
  return bytes;
}

}  // namespace

TEST("replay faults: each kind comes as often as asked, and late packets within reach") {
  FaultDice dice({.loss = 0.05, .duplicate = 0.02, .reorder = 0.1, .corrupt = 0.01}, 7);
  int lost = 0, again = 0, late = 0, damaged = 0;
  for (int i = 0; i < packets; ++i) {
    const PacketFate fate = dice.next();
    lost += fate.lost;
    again += fate.again != 0;
    late += fate.late != 0;
    damaged += fate.damage != ReplayDamage::none;
    CHECK(fate.late <= FaultDice::furthest);
    CHECK(fate.again == 0 || fate.again > fate.late);
  }
  CHECK(near(lost, packets * 0.05));
  CHECK(near(again, packets * 0.02));
  CHECK(near(late, packets * 0.1));
  CHECK(near(damaged, packets * 0.01));
}

TEST("replay faults: bursts lose the same share, in longer rows") {
  for (const double burst : {1.0, 4.0, 20.0}) {
    FaultDice dice({.loss = 0.05, .burst = burst}, 3);
    int lost = 0, rows = 0;
    bool before = false;
    for (int i = 0; i < packets * 5; ++i) {
      const bool now = dice.next().lost;
      lost += now;
      rows += now && !before;
      before = now;
    }
    CHECK(near(lost, packets * 5 * 0.05));
    CHECK(near(static_cast<double>(lost) / rows, burst == 1 ? 1 / 0.95 : burst));
  }
  FaultDice all({.loss = 1}, 1);
  FaultDice none({}, 1);
  for (int i = 0; i < 1000; ++i) CHECK(all.next().lost && !none.next().lost);
}

TEST("replay faults: the same seed, the same faults; one setting does not move those of another") {
  FaultDice one({.loss = 0.1, .reorder = 0.1}, 9);
  FaultDice same({.loss = 0.1, .reorder = 0.1}, 9);
  FaultDice more({.loss = 0.1, .duplicate = 0.5, .reorder = 0.1}, 9);
  FaultDice other({.loss = 0.1, .reorder = 0.1}, 10);
  int different = 0;
  for (int i = 0; i < 10'000; ++i) {
    const PacketFate fate = one.next();
    const PacketFate again = same.next();
    const PacketFate with_duplicates = more.next();
    CHECK(fate.lost == again.lost && fate.late == again.late && fate.where == again.where);
    CHECK(fate.lost == with_duplicates.lost && fate.late == with_duplicates.late);
    different += fate.lost != other.next().lost;
  }
  CHECK(different > 1000);
}

TEST("replay faults: a receiver refuses whatever was damaged, and waits for what was in it") {
  net::PacketLoss random(0, 1);
  feed::MoldReceiver receiver{feed::MoldReceiverConfig{}};
  const auto deliver = [](const feed::Packet&) { CHECK(false); };
  receiver.accept(packet(1, 0, 0), {}, 1, deliver);  // a heartbeat: the session is known
  std::uint64_t refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::byte> bytes = packet(1 + random.next() % 1000, static_cast<std::uint16_t>(1 + random.next() % 40), random.next() % 60);
    engine::damage_packet(bytes, static_cast<ReplayDamage>(1 + random.next() % 4), random.next());
    const std::vector<std::byte> exact(bytes.begin(), bytes.end());
    receiver.accept(exact, {}, 2, deliver);
    ++refused;
    CHECK_EQ(receiver.counters().malformed + receiver.counters().foreign, refused);
  }
  CHECK_EQ(receiver.next_sequence(), 1u);
}
