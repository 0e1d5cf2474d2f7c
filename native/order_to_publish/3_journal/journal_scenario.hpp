// For tests only: a journal ring in private memory, commands whose every field follows from their sequence, files that go away.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "order_to_publish/3_journal/journal.hpp"
#include "order_to_publish/3_journal/journal_reader.hpp"

namespace hopwire::venue::scenario {

inline constexpr std::size_t small_ring = 4096;  // 34 records and a padding of 16 bytes

// A JournalRing region in private memory.
class PrivateRing {
 public:
  explicit PrivateRing(std::uint32_t bytes = small_ring)
      : memory_(regions::JournalRingLayout::size({bytes}) + 64) {
    auto* base = reinterpret_cast<std::byte*>((reinterpret_cast<std::uintptr_t>(memory_.data()) + 63) & ~std::uintptr_t{63});
    reinterpret_cast<regions::RegionHeader*>(base)->dimension[0] = bytes;
    columns = regions::JournalRingColumns::over(base);
  }
  regions::JournalRingColumns columns{};

 private:
  std::vector<std::byte> memory_;
};

// The same command as a record of the other form holds it: no order's fields, 32 bytes of terms.
inline SequencedCommand control_of(SequencedCommand sequenced) {
  Command command;
  const Command& order = sequenced.command;
  command.cl_ord_id = order.cl_ord_id;
  command.session = order.session;
  command.account = order.account;
  command.price = order.price;
  command.quantity = order.quantity;
  command.instrument_id = order.instrument_id;
  command.firm = order.firm;
  command.client_sequence = order.client_sequence;
  command.locate = order.locate;
  command.kind = order.kind;
  command.scope_fields = static_cast<std::uint8_t>(sequenced.sequence % 64);
  std::memset(static_cast<void*>(&command.special), static_cast<int>(sequenced.sequence % 251), sizeof command.special);
  command.mark_special_terms();
  sequenced.command = command;
  return sequenced;
}

inline SequencedCommand command_of(std::uint64_t sequence) {
  SequencedCommand sequenced;
  sequenced.sequence = sequence;
  sequenced.time = 1'700'000'000'000'000'000 + sequence * 17;
  Command& command = sequenced.command;
  command.cl_ord_id = sequence * 3;
  command.original_cl_ord_id = sequence * 3 - 1;
  command.trigger_sequence = sequence % 2 == 0 ? UINT64_MAX : sequence;
  command.session = static_cast<std::uint32_t>(sequence % 7);
  command.account = static_cast<std::uint32_t>(sequence % 11);
  command.price = sequence % 5 == 0 ? INT32_MIN : static_cast<std::int32_t>(sequence * 100);
  command.quantity = static_cast<std::uint32_t>(sequence + 1);
  command.locate = static_cast<std::uint16_t>(sequence % 300);
  command.kind = static_cast<CommandKind>(sequence % 30);
  command.side = sequence % 2 == 0 ? order_entry::Side::buy : order_entry::Side::sell;
  command.order_type = static_cast<order_entry::OrderType>(sequence % 4);
  command.time_in_force = static_cast<order_entry::TimeInForce>(sequence % 4);
  command.flags = static_cast<std::uint8_t>(sequence % 4);
  command.instrument_id = static_cast<std::uint32_t>(sequence * 7);
  command.client_sequence = static_cast<std::uint32_t>(sequence * 5);
  command.firm = static_cast<std::uint32_t>(sequence % 13);
  if (command.has_control_terms()) return control_of(sequenced);
  command.special.expire_time = sequence % 3 == 0 ? sequenced.time + sequence : 0;
  command.special.minimum_quantity = static_cast<std::uint32_t>(sequence % 17);
  command.special.display_quantity = static_cast<std::uint32_t>(sequence % 19);
  command.special.stop_price = sequence % 4 == 0 ? no_stop_price : static_cast<std::int32_t>(sequence * 50);
  command.special.self_trade_scope = static_cast<order_entry::SelfTradeScope>(sequence % 2);
  command.special.self_trade_action = static_cast<order_entry::SelfTradeAction>(sequence % 5);
  command.mark_special_terms();
  return sequenced;
}

inline bool same(const SequencedCommand& a, const SequencedCommand& b) {
  return a.sequence == b.sequence && a.time == b.time && std::memcmp(&a.command, &b.command, sizeof(Command)) == 0;
}

// Reads to the end and returns the first and last sequence; throws std::runtime_error unless they are gapless and every field came back.
struct Span {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};
inline Span read_all(JournalRingReader& reader) {
  Span span;
  JournalRecord record;
  while (reader.next(record) == JournalRead::record) {
    const std::uint64_t sequence = record.command.sequence;
    const bool follows = span.last == 0 || sequence == span.last + 1;
    if (!follows || !same(record.command, command_of(sequence)))
      throw std::runtime_error("record " + std::to_string(sequence) + " is not the next, or not what it was");
    if (span.first == 0) span.first = sequence;
    span.last = sequence;
  }
  return span;
}

inline std::string temporary_path(const char* what) {
  return "/dev/shm/hopwire-test-" + std::to_string(::getpid()) + "." + what;
}

inline std::vector<std::byte> file_content(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  std::vector<std::byte> content(static_cast<std::size_t>(::lseek(descriptor, 0, SEEK_END)));
  const ssize_t length = ::pread(descriptor, content.data(), content.size(), 0);
  ::close(descriptor);
  if (length != static_cast<ssize_t>(content.size())) throw std::runtime_error(path + ": cannot be read");
  return content;
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const char* what) : path(temporary_path(what)) {
    descriptor = ::open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    ::close(descriptor);
    ::unlink(path.c_str());
  }
  std::string path;
  int descriptor;
};

}  // namespace hopwire::venue::scenario
