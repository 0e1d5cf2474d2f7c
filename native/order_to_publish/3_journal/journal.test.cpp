// The journal's promises: what is appended is read back whole by anyone, damage is found and located, a full ring refuses when a drain is
// attached and forgets the oldest when none is.
#include "order_to_publish/3_journal/journal.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "core/region_file.hpp"
#include "order_to_publish/3_journal/journal_drain.hpp"
#include "order_to_publish/3_journal/journal_reader.hpp"
#include "order_to_publish/3_journal/journal_scenario.hpp"
#include "test_support/test.hpp"

using namespace hopwire;
using namespace hopwire::venue;
using namespace hopwire::venue::scenario;

TEST("journal: every field of a command comes back") {
  PrivateRing ring(65536);
  Journal journal(ring.columns);
  for (std::uint64_t sequence = 1; sequence <= 200; ++sequence) CHECK(journal.append(command_of(sequence)));
  JournalRingReader reader(ring.columns);
  const Span span = read_all(reader);
  CHECK_EQ(span.first, 1u);
  CHECK_EQ(span.last, 200u);
  CHECK_EQ(reader.position(), journal.appended());
  CHECK_EQ(journal_record_bytes, 120u);
}

TEST("journal: notes of the gateway lie between commands, in the same chain, and come back whole") {
  PrivateRing ring;
  Journal journal(ring.columns, small_ring);
  GatewayNote note{.time = 1, .cl_ord_id = 2, .session_version = 3, .client_sequence = 4, .report_sequence = 5, .limit_value = -6,
                   .wait = 7, .session = 8, .session_id = 9, .account = 10, .instrument_id = 11, .peer_address = 12, .peer_port = 13,
                   .reason = order_entry::RejectReason::throttled, .event = GatewayEvent::answered_again,
                   .request = order_entry::RequestKind::query, .code = 14};
  REQUIRE(journal.append(command_of(1)));
  REQUIRE(journal.append(note, 1));
  note.event = GatewayEvent::negotiated;
  REQUIRE(journal.append(note, 1));
  REQUIRE(journal.append(command_of(2)));
  JournalRingReader reader(ring.columns, small_ring);
  JournalRecord record;
  REQUIRE(reader.next(record) == JournalRead::record);
  CHECK(record.is_command && record.note == GatewayNote{});
  REQUIRE(reader.next(record) == JournalRead::record);
  note.event = GatewayEvent::answered_again;
  CHECK(!record.is_command && record.note == note && record.command.sequence == 1);
  REQUIRE(reader.next(record) == JournalRead::record);
  CHECK(!record.is_command && record.note.event == GatewayEvent::negotiated);
  REQUIRE(reader.next(record) == JournalRead::record);
  CHECK(record.is_command && record.command.sequence == 2 && record.note == GatewayNote{});
  CHECK(reader.next(record) == JournalRead::end);
}

TEST("journal: with nobody attached the oldest records are overwritten, whole ones") {
  PrivateRing ring;
  Journal journal(ring.columns);
  std::uint64_t sequence = 0;
  for (int round = 0; round < 500; ++round) {
    CHECK(journal.append(command_of(++sequence)));
    JournalRingReader reader(ring.columns);
    const Span span = read_all(reader);
    CHECK_EQ(span.last, sequence);
    CHECK(sequence < 34 ? span.first == 1 : span.last - span.first >= 31);
  }
}

TEST("journal: a reader that was overtaken is told and goes on at the oldest") {
  PrivateRing ring;
  Journal journal(ring.columns);
  for (std::uint64_t sequence = 1; sequence <= 10; ++sequence) journal.append(command_of(sequence));
  JournalRingReader reader(ring.columns);
  JournalRecord record;
  CHECK(reader.next(record) == JournalRead::record);
  for (std::uint64_t sequence = 11; sequence <= 100; ++sequence) journal.append(command_of(sequence));
  CHECK(reader.next(record) == JournalRead::overtaken);
  CHECK_EQ(read_all(reader).last, 100u);
}

TEST("journal: an attached drain's records are never overwritten; the full ring refuses and has said so") {
  PrivateRing ring;
  TemporaryFile file("journal-full");
  Journal journal(ring.columns);
  JournalDrain drain(ring.columns, small_ring, file.descriptor, 0);
  std::uint64_t sequence = 0;
  while (journal.has_room(1)) REQUIRE(journal.append(command_of(++sequence)));
  CHECK(sequence >= 32 && sequence <= 34);
  while (journal.append(command_of(sequence + 1))) ++sequence;
  CHECK_EQ(sequence, 34u);
  CHECK(!journal.append(command_of(sequence + 1)));
  CHECK_EQ(drain.drain_once(), 34 * journal_record_bytes);
  CHECK(journal.has_room(32));
  CHECK(!journal.has_room(34));
  CHECK(journal.append(command_of(++sequence)));
}

TEST("journal: the drained file holds every record once, and is proved") {
  PrivateRing ring;
  TemporaryFile file("journal-drained");
  Journal journal(ring.columns);
  std::uint64_t sequence = 0;
  {
    JournalDrain drain(ring.columns, small_ring, file.descriptor, 77);
    for (int burst = 1; burst < 32; ++burst) {
      for (int count = 0; count < burst; ++count) REQUIRE(journal.append(command_of(++sequence)));
      drain.drain_once();
    }
    CHECK_EQ(drain.drain_once(), 0u);
  }
  const auto content = file_content(file.path);
  CHECK_EQ(content.size(), 64 + sequence * journal_record_bytes);
  JournalFileReader reader(content);
  REQUIRE(reader.header_fault() == nullptr);
  JournalRecord record;
  for (std::uint64_t expected = 1; expected <= sequence; ++expected) {
    REQUIRE(reader.next(record) == JournalRead::record);
    CHECK(same(record.command, command_of(expected)));
  }
  CHECK(reader.next(record) == JournalRead::end);
}

TEST("journal: a drain that joins a running ring starts where it can prove") {
  PrivateRing ring;
  TemporaryFile file("journal-joined");
  Journal journal(ring.columns);
  for (std::uint64_t sequence = 1; sequence <= 300; ++sequence) journal.append(command_of(sequence));
  JournalDrain drain(ring.columns, small_ring, file.descriptor, 0);
  drain.drain_once();
  const auto content = file_content(file.path);
  JournalFileReader reader(content);
  REQUIRE(reader.header_fault() == nullptr);
  JournalRecord record;
  std::uint64_t last = 0;
  std::uint64_t count = 0;
  while (reader.next(record) == JournalRead::record) {
    last = record.command.sequence;
    ++count;
  }
  CHECK_EQ(last, 300u);
  CHECK(count >= 31);
  CHECK_EQ(reader.offset(), content.size());
}

TEST("journal: a changed byte is found at its record, wherever it is") {
  PrivateRing ring;
  TemporaryFile file("journal-damaged");
  Journal journal(ring.columns);
  JournalDrain drain(ring.columns, small_ring, file.descriptor, 0);
  for (std::uint64_t sequence = 1; sequence <= 5; ++sequence) journal.append(command_of(sequence));
  drain.drain_once();
  const auto sound = file_content(file.path);
  for (std::size_t at = 64; at < sound.size(); ++at) {
    auto damaged = sound;
    damaged[at] ^= std::byte{0x10};
    JournalFileReader reader(damaged);
    JournalRecord record;
    while (reader.next(record) == JournalRead::record) {
    }
    CHECK(reader.fault() != RecordFault::none);
    CHECK_EQ(reader.offset(), 64 + (at - 64) / journal_record_bytes * journal_record_bytes);
  }
}

TEST("journal: a lost, doubled or cut record is found") {
  PrivateRing ring;
  TemporaryFile file("journal-lost");
  Journal journal(ring.columns);
  JournalDrain drain(ring.columns, small_ring, file.descriptor, 0);
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) journal.append(command_of(sequence));
  drain.drain_once();
  const auto sound = file_content(file.path);
  const auto record_at = [&](std::size_t index) { return sound.begin() + static_cast<std::ptrdiff_t>(64 + index * journal_record_bytes); };
  const auto fault_of = [](const std::vector<std::byte>& content) {
    JournalFileReader reader(content);
    JournalRecord record;
    JournalRead read = JournalRead::record;
    while (read == JournalRead::record) read = reader.next(record);
    return read == JournalRead::end ? RecordFault::none : reader.fault();
  };
  std::vector<std::byte> lost(sound.begin(), record_at(1));
  lost.insert(lost.end(), record_at(2), sound.end());
  CHECK_EQ(fault_of(lost), RecordFault::bad_checksum);
  std::vector<std::byte> doubled(sound.begin(), record_at(2));
  doubled.insert(doubled.end(), record_at(1), sound.end());
  CHECK_EQ(fault_of(doubled), RecordFault::bad_checksum);
  for (std::size_t size = 65; size < 64 + journal_record_bytes; ++size) {
    CHECK_EQ(fault_of({sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(size)}), RecordFault::cut_off);
  }
  CHECK_EQ(fault_of(sound), RecordFault::none);
}

TEST("journal: a command kind in the record form of other kinds is damage, in both directions") {
  const auto fault_as = [](CommandKind written, CommandKind kind) {
    SequencedCommand sequenced = command_of(1);
    sequenced.command.kind = written;
    sequenced.command.mark_special_terms();
    std::array<std::byte, journal_record_bytes> record{};
    encode_record(record.data(), sequenced, 0);
    std::byte* body = record.data() + journal_frame_bytes + journal::MessageHeaderView::encoded_length;
    body[written == CommandKind::kill ? journal::ControlRecordView::kind_offset : journal::CommandRecordView::kind_offset] =
        static_cast<std::byte>(kind);
    const auto length = static_cast<std::uint32_t>(journal_record_bytes - journal_frame_bytes);
    core::store_le<std::uint32_t>(record.data() + 4, journal_checksum(record.data(), length, 0));
    JournalRecord decoded;
    return decode_record(record, 0, true, decoded);
  };
  CHECK_EQ(fault_as(CommandKind::new_order, CommandKind::cancel_order), RecordFault::none);
  CHECK_EQ(fault_as(CommandKind::new_order, CommandKind::kill), RecordFault::wrong_form);
  CHECK_EQ(fault_as(CommandKind::kill, CommandKind::unkill), RecordFault::none);
  CHECK_EQ(fault_as(CommandKind::kill, CommandKind::new_order), RecordFault::wrong_form);
  CHECK_EQ(fault_as(CommandKind::kill, CommandKind::mass_cancel), RecordFault::wrong_form);  // it has no scope
}

TEST("journal: a file that is none, or of another version, is refused with the reason") {
  PrivateRing ring;
  TemporaryFile file("journal-header");
  JournalDrain drain(ring.columns, small_ring, file.descriptor, 0);
  const auto sound = file_content(file.path);
  CHECK(JournalFileReader(sound).header_fault() == nullptr);
  for (std::size_t size = 0; size < 64; ++size) CHECK(JournalFileReader(std::span(sound).first(size)).header_fault() != nullptr);
  auto other = sound;
  other[8] ^= std::byte{1};  // the magic
  CHECK_EQ(std::string(JournalFileReader(other).header_fault()), "not a journal");
  other = sound;
  other[16] ^= std::byte{1};  // the layout hash
  CHECK_EQ(std::string(JournalFileReader(other).header_fault()), "written by another version: its layout hash differs");
}

TEST("journal: damage in the ring stops the drain before it reaches the file, with the position") {
  PrivateRing ring;
  TemporaryFile file("journal-ring-damage");
  Journal journal(ring.columns);
  JournalDrain drain(ring.columns, small_ring, file.descriptor, 0);
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) journal.append(command_of(sequence));
  ring.columns.ring[journal_record_bytes + 40] ^= 4;
  std::string told;
  try {
    drain.drain_once();
  } catch (const core::SystemError& error) {
    told = error.what();
  }
  CHECK(told.find("ring position 120") != std::string::npos);
  CHECK_EQ(file_content(file.path).size(), 64u);
  JournalRingReader reader(ring.columns);
  JournalRecord record;
  CHECK(reader.next(record) == JournalRead::record);
  CHECK(reader.next(record) == JournalRead::damaged);
  CHECK_EQ(reader.position(), journal_record_bytes);
}

TEST("journal: another process that maps the region reads the same records, after the writer has died") {
  const std::string path = temporary_path("journal-region");
  const pid_t writer = ::fork();
  REQUIRE(writer >= 0);
  if (writer == 0) {  // appends and dies without closing anything
    const std::uint32_t bytes = 65536;
    core::RegionFile region = core::RegionFile::create(path, regions::JournalRingLayout::size({bytes}), regions::layout_hash,
                                                       regions::JournalRingLayout::region_id, std::span(&bytes, 1));
    Journal journal(regions::JournalRingColumns::over(region.base()));
    for (std::uint64_t sequence = 1; sequence <= 100; ++sequence) journal.append(command_of(sequence));
    std::_Exit(0);
  }
  int status = 0;
  REQUIRE_EQ(::waitpid(writer, &status, 0), writer);
  REQUIRE_EQ(status, 0);
  core::RegionFile region = core::RegionFile::open(path);
  JournalRingReader reader(regions::JournalRingColumns::over(region.base()));
  const Span span = read_all(reader);
  CHECK_EQ(span.first, 1u);
  CHECK_EQ(span.last, 100u);
  ::unlink(path.c_str());
}

TEST("journal: a drain on its own thread takes every record while the venue appends") {
  constexpr std::uint64_t total = 20'000;
  PrivateRing ring;
  TemporaryFile file("journal-threads");
  Journal journal(ring.columns);
  JournalDrain drain(ring.columns, small_ring, file.descriptor, 0);
  std::atomic<bool> done{false};
  std::thread sync([&] {
    while (!done.load(std::memory_order_acquire)) {
      if (drain.drain_once() == 0) std::this_thread::yield();
    }
    drain.drain_once();
  });
  std::uint64_t refusals = 0;
  for (std::uint64_t sequence = 1; sequence <= total;) {
    if (journal.append(command_of(sequence))) {
      ++sequence;
    } else {
      ++refusals;
      std::this_thread::yield();
    }
  }
  done.store(true, std::memory_order_release);
  sync.join();
  const auto content = file_content(file.path);
  CHECK_EQ(content.size(), 64 + total * journal_record_bytes);
  JournalFileReader reader(content);
  JournalRecord record;
  std::uint64_t count = 0;
  while (reader.next(record) == JournalRead::record) CHECK_EQ(record.command.sequence, ++count);
  CHECK_EQ(count, total);
  CHECK(refusals > 0);  // the ring holds 34 records: it was full at times
}
