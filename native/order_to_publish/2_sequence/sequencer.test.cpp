#include "order_to_publish/2_sequence/sequencer.hpp"

#include "test_support/test.hpp"

using hopwire::venue::Command;
using hopwire::venue::Sequencer;

TEST("sequencer: numbers rise by one from 1 and carry the command") {
  Sequencer sequencer;
  Command command;
  command.cl_ord_id = 77;
  const auto first = sequencer.sequence(command, 1'000);
  command.cl_ord_id = 78;
  const auto second = sequencer.sequence(command, 2'000);
  CHECK_EQ(first.sequence, 1u);
  CHECK_EQ(first.time, 1'000u);
  CHECK_EQ(first.command.cl_ord_id, 77u);
  CHECK_EQ(second.sequence, 2u);
  CHECK_EQ(second.command.cl_ord_id, 78u);
  CHECK_EQ(sequencer.last_sequence(), 2u);
}

TEST("sequencer: time never falls when the clock steps back") {
  Sequencer sequencer;
  CHECK_EQ(sequencer.sequence(Command{}, 5'000).time, 5'000u);
  CHECK_EQ(sequencer.sequence(Command{}, 4'000).time, 5'000u);
  CHECK_EQ(sequencer.sequence(Command{}, 5'000).time, 5'000u);
  CHECK_EQ(sequencer.sequence(Command{}, 5'001).time, 5'001u);
  CHECK_EQ(sequencer.clock_steps_back(), 1u);
}

TEST("sequencer: resume continues after what the journal holds") {
  Sequencer sequencer;
  sequencer.resume(41, 9'000);
  const auto next = sequencer.sequence(Command{}, 8'000);
  CHECK_EQ(next.sequence, 42u);
  CHECK_EQ(next.time, 9'000u);
}
