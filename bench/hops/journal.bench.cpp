// Hop 3: one command appended to the journal ring, checksum included, ns per record
#include "harness/bench.hpp"

#include <cstddef>
#include <cstdint>

#include "core/reserved_array.hpp"
#include "order_to_publish/3_journal/journal.hpp"

BENCH("journal append") {
  using namespace hopwire;
  constexpr std::uint32_t bytes = 1u << 22;
  core::ReservedArray<std::byte> memory(regions::JournalRingLayout::size({bytes}));
  memory.touch(memory.maximum());
  reinterpret_cast<regions::RegionHeader*>(memory.data())->dimension[0] = bytes;
  const auto ring = regions::JournalRingColumns::over(memory.data());
  const std::uint64_t records = bench.size(10'000, 2'000'000);
  venue::SequencedCommand command;
  bench.measure(records, [&] {
    for (auto which : {venue::JournalWord::appended, venue::JournalWord::oldest, venue::JournalWord::checksum})
      venue::journal_word(ring, which) = 0;
    venue::Journal journal(ring);
    for (std::uint64_t sequence = 1; sequence <= records; ++sequence) {
      command.sequence = sequence;
      command.command.cl_ord_id = sequence;
      journal.append(command);
    }
    return std::uint64_t{journal.checksum()};
  });
}
