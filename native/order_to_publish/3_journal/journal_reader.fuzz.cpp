// Any bytes as a journal file, as a record, and as the content of a ring: nothing is read outside, every reader comes to an end, and a
// record that is believed says the same when it is written again.
//
// Input: the first byte chooses; bit 0 puts a sound header before the bytes, bit 1 mends the checksum of the first record.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "core/reserved_array.hpp"
#include "order_to_publish/3_journal/journal_reader.hpp"

using namespace hopwire;
using namespace hopwire::venue;

namespace {

void check_again(const JournalRecord& record) {
  std::array<std::byte, journal_record_bytes> written;
  if (record.is_command) encode_record(written.data(), record.command, 0);
  else encode_record(written.data(), record.note, record.command.sequence, 0);
  JournalRecord again;
  if (decode_record(written, 0, true, again) != RecordFault::none) std::abort();
  if (again.is_command != record.is_command || !(again.note == record.note)) std::abort();
  if (std::memcmp(&again.command, &record.command, sizeof(record.command)) != 0) std::abort();
}

void read_file(std::span<const std::byte> file) {
  JournalFileReader reader(file);
  JournalRecord record;
  std::size_t offset = reader.offset();
  while (reader.next(record) == JournalRead::record) {
    check_again(record);
    if (reader.offset() <= offset || reader.offset() > file.size()) std::abort();
    offset = reader.offset();
  }
}

void read_ring(std::span<const std::byte> content) {
  static constexpr std::uint32_t bytes = 4096;
  static core::ReservedArray<std::byte> memory(regions::JournalRingLayout::size({bytes}));
  std::memset(memory.data(), 0, memory.maximum());
  reinterpret_cast<regions::RegionHeader*>(memory.data())->dimension[0] = bytes;
  const auto ring = regions::JournalRingColumns::over(memory.data());
  const std::size_t size = std::min<std::size_t>(content.size(), bytes) / 8 * 8;
  if (size != 0) std::memcpy(ring.ring, content.data(), size);
  journal_word(ring, JournalWord::appended) = size;
  JournalRingReader reader(ring);
  JournalRecord record;
  while (reader.next(record) == JournalRead::record) {
    check_again(record);
    if (reader.position() > size) std::abort();
  }
}

}  // namespace

// Three chained records; seed 0 behind a sound header, seed 1 without.
extern "C" std::size_t hopwire_fuzz_seed(std::size_t index, std::uint8_t* buffer, std::size_t capacity);
extern "C" std::size_t hopwire_fuzz_seed(std::size_t index, std::uint8_t* buffer, std::size_t capacity) {
  constexpr std::size_t size = 1 + 3 * journal_record_bytes;
  if (index > 1 || capacity < size) return 0;
  buffer[0] = index == 0 ? 1 : 0;
  std::uint32_t checksum = 0;
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
    SequencedCommand command;
    command.sequence = sequence;
    command.time = sequence * 1000;
    command.command.cl_ord_id = sequence;
    checksum = encode_record(reinterpret_cast<std::byte*>(buffer) + 1 + (sequence - 1) * journal_record_bytes, command, checksum);
  }
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  if (size == 0) return 0;
  const std::uint8_t choice = input[0];
  std::vector<std::byte> bytes(size - 1);
  if (size > 1) std::memcpy(bytes.data(), input + 1, size - 1);
  if ((choice & 2) != 0 && bytes.size() >= journal_record_bytes) {
    constexpr auto length = static_cast<std::uint32_t>(journal_record_bytes - journal_frame_bytes);
    core::store_le<std::uint32_t>(bytes.data(), length);
    journal::MessageHeaderEncoder(bytes.data() + journal_frame_bytes)
        .block_length(journal::CommandRecordView::block_length)
        .template_id(journal::CommandRecordView::template_id)
        .schema_id(journal::schema_id)
        .version(journal::schema_version);
    core::store_le<std::uint32_t>(bytes.data() + 4, journal_checksum(bytes.data(), length, 0));
  }
  read_ring(bytes);
  if ((choice & 1) != 0) {
    std::vector<std::byte> headed(journal::FileHeaderEncoder::encoded_length);
    journal::FileHeaderEncoder::wrap_and_apply_header(headed.data()).magic(JournalFileReader::magic).layout_hash(journal::layout_hash);
    headed.insert(headed.end(), bytes.begin(), bytes.end());
    bytes = std::move(headed);
  }
  read_file(bytes);
  return 0;
}
