// A program for the end-to-end tests: plays a kept journal through a fresh matcher and says what came of it, in one line:
//
//   commands N events N event_hash H orders N market_digest D itch N itch_hash H
//
// event_hash is FNV-1a 64 over the raw bytes of all events, itch_hash over the messages they give on the public line (each behind its
// length, big-endian), without those that open and close the venue's run. The second is what a capture of the line is held against: the
// journal alone, rules, limits, kills and timetable included, says every byte that the public saw.
//
// journal_replay FILE --instruments N [--first-id N] [--sessions N] [--risk] [--accounts N] [--quantity N] [--orders N]: the venue's
// set-up, which no journal holds. What can go wrong: a damaged or foreign file, or a command that the venue's gateway would not have sent;
// the program says where and ends with 1.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "levels/book_digest.hpp"
#include "order_to_publish/3_journal/journal_reader.hpp"
#include "order_to_publish/4_match/match_into_buffer.hpp"
#include "order_to_publish/5_publish/itch_writer.hpp"

namespace {

using namespace hopwire;
using namespace hopwire::venue;

class Fnv {
 public:
  void add(const std::byte* bytes, std::size_t length) noexcept {
    for (std::size_t at = 0; at < length; ++at) value_ = (value_ ^ static_cast<std::uint64_t>(bytes[at])) * 0x100000001b3ULL;
  }
  [[nodiscard]] unsigned long long value() const noexcept { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

// The public line of nobody: counts and hashes.
class HashedLine {
 public:
  std::byte* reserve(std::uint16_t length) noexcept {
    length_ = length;
    return message_;
  }
  void commit() noexcept {
    const std::byte prefix[] = {static_cast<std::byte>(length_ >> 8), static_cast<std::byte>(length_ & 0xFF)};
    hash.add(prefix, sizeof prefix);
    hash.add(message_, length_);
    ++messages;
  }

  Fnv hash;
  std::uint64_t messages = 0;

 private:
  std::byte message_[128];
  std::uint16_t length_ = 0;
};

struct Options {
  std::string file;
  std::map<std::string, std::uint64_t> numbers{{"--instruments", 0}, {"--first-id", 1001}, {"--sessions", 1}, {"--risk", 0},
                                               {"--accounts", 1024}, {"--quantity", 1'000'000}, {"--orders", 1'000'000}};
};

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "journal_replay: %s\n", why.c_str());
  std::exit(1);
}

Options options_of(int count, char** words) {
  Options options;
  for (int at = 1; at < count; ++at) {
    const std::string word = words[at];
    if (word == "--risk") {
      options.numbers[word] = 1;
    } else if (options.numbers.count(word) != 0 && at + 1 < count) {
      options.numbers[word] = std::strtoull(words[++at], nullptr, 10);
    } else if (options.file.empty() && word[0] != '-') {
      options.file = word;
    } else {
      fail("what is " + word + "?");
    }
  }
  if (options.file.empty() || options.numbers["--instruments"] == 0) fail("a file and --instruments are needed");
  return options;
}

std::vector<ListedInstrument> listed(const Options& options) {
  std::vector<ListedInstrument> instruments;
  for (std::uint32_t row = 1; row <= options.numbers.at("--instruments"); ++row) {
    char symbol[16];
    std::snprintf(symbol, sizeof symbol, "HW%04u", row);
    const auto id = static_cast<std::uint32_t>(options.numbers.at("--first-id") + row - 1);
    instruments.push_back(ListedInstrument::of(id, static_cast<std::uint16_t>(row), symbol));
  }
  return instruments;
}

MatcherLimits limits_of(const Options& options) {
  MatcherLimits limits;
  limits.maximum_orders = options.numbers.at("--orders");
  limits.maximum_levels = limits.maximum_orders + 1;
  limits.maximum_locate = static_cast<std::uint16_t>(options.numbers.at("--instruments"));
  limits.maximum_order_quantity = static_cast<std::uint32_t>(options.numbers.at("--quantity"));
  limits.maximum_sessions = options.numbers.at("--sessions");
  limits.is_risk_on = options.numbers.at("--risk") != 0;
  limits.maximum_accounts = static_cast<std::uint16_t>(options.numbers.at("--accounts"));
  return limits;
}

std::vector<std::byte> bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("cannot open " + path);
  const std::vector<char> text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::vector<std::byte> bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

}  // namespace

int main(int count, char** words) {
  const Options options = options_of(count, words);
  const std::vector<ListedInstrument> instruments = listed(options);
  Matcher matcher(limits_of(options), ReplaceProfile::reduce_keeps_priority);
  for (const ListedInstrument& instrument : instruments) matcher.add_instrument(instrument.locate, instrument.id);
  MatchEventBuffer events(options.numbers.at("--orders"));
  HashedLine line;
  ItchWriter<HashedLine> itch(line, instruments);
  const std::vector<std::byte> file = bytes_of(options.file);
  JournalFileReader reader(file);
  JournalRecord record;
  Fnv event_hash;
  std::uint64_t commands = 0;
  std::uint64_t told = 0;
  std::uint64_t notes = 0;
  JournalRead read = reader.next(record);
  for (; read == JournalRead::record; read = reader.next(record)) {
    if (!record.is_command) {  // what the gateway decided moves no order
      ++notes;
      if (record.command.sequence != commands) fail("a note after command " + std::to_string(commands) + " has another number");
      continue;
    }
    if (record.command.sequence != ++commands) fail("record " + std::to_string(commands) + " has another number");
    events.clear();
    matcher.apply(record.command, events);
    for (const MatchEvent& event : events.events()) {
      event_hash.add(reinterpret_cast<const std::byte*>(&event), sizeof event);
      itch.write(event, record.command.time);
      ++told;
    }
  }
  if (read != JournalRead::end) fail("damaged at byte " + std::to_string(reader.offset()));
  if (const std::string wrong = matcher.check_invariants(); !wrong.empty()) fail(wrong);
  std::printf("commands %llu notes %llu events %llu event_hash %016llx orders %zu market_digest %016llx itch %llu itch_hash %016llx\n",
              static_cast<unsigned long long>(commands), static_cast<unsigned long long>(notes), static_cast<unsigned long long>(told),
              event_hash.value(), matcher.live_orders(),
              static_cast<unsigned long long>(matcher.market_digest()), static_cast<unsigned long long>(line.messages), line.hash.value());
  return 0;
}
