// A program for the tools: reads scenarios on stdin (the form of scenario_file.hpp) and prints them as the matcher plays them, each line of
// the script followed by its events or its answer; events that the input tells are passed over. It reads as a stream and prints what it
// has whenever the input runs dry, so that a generator can feed it for hours and compare on the way. Questions audit the matcher as well:
// what is wrong follows as "invariant: ...".
//
//   --fill N        events are written into slots that hold this byte everywhere (0): whatever shows through was never written
//   --each          prints after every line: what came before a crash is seen
//   --event-bytes   at the end of input, one line more: FNV-1a 64 over the raw bytes of all events, and their number
//
// What can go wrong: a line that cannot be understood ends the program with what was wrong about it.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "levels/book_digest.hpp"
#include "order_to_publish/4_match/scenario_file.hpp"

namespace {

using namespace hopwire::venue;
using namespace hopwire::venue::scenario;

class Player {
 public:
  explicit Player(int fill) : fill_(fill) {}

  void play(std::string_view raw) {
    const std::size_t first = raw.find_first_not_of(' ');
    if (first == std::string_view::npos || raw.substr(first, 2) == "//") return;
    const std::string line(raw.substr(first));
    const bool is_name = line.rfind("scenario ", 0) == 0;
    const bool is_step = line[0] == '>' || line[0] == '?';
    if (!is_name && !is_step && stage_ != nullptr) return;  // an expected event
    printed.append(line).push_back('\n');
    if (is_name) {
      stage_.reset();
      setup_.clear();
    } else if (line[0] == '>') {
      command(line.substr(2));
    } else if (line[0] == '?') {
      question(line.substr(2));
    } else {
      setup_.push_back(line);
    }
  }

  std::string printed;
  std::uint64_t events = 0;
  hopwire::levels::Fnv1a64 event_bytes;

 private:
  Stage& stage() {
    if (stage_ == nullptr) stage_ = stage_of(setup_, fill_);
    return *stage_;
  }

  void command(const std::string& line) {
    told_.clear();
    stage().play(line, told_);
    for (const MatchEvent& event : told_) {
      printed.append(stage().line_of(event)).push_back('\n');
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(&event);
      for (std::size_t at = 0; at < sizeof event; ++at) event_bytes.add_big_endian(bytes[at]);
    }
    events += told_.size();
  }

  void question(const std::string& line) {
    printed += answer(stage(), line);
    if (const std::string wrong = stage().matcher().check_invariants(); !wrong.empty()) printed += "invariant: " + wrong + "\n";
  }

  int fill_;
  std::vector<MatchEvent> told_;
  std::unique_ptr<Stage> stage_;
  std::vector<std::string> setup_;
};

bool write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool print(Player& player) {
  if (!write_all(player.printed)) return false;
  player.printed.clear();
  return true;
}

// False when nobody reads what is printed.
bool play_input(Player& player, bool each) {
  std::vector<char> chunk(1 << 18);
  std::string pending;
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, chunk.data(), chunk.size());
    if (got < 0) return false;
    if (got == 0) break;
    pending.append(chunk.data(), static_cast<std::size_t>(got));
    std::size_t start = 0;
    for (std::size_t end = pending.find('\n'); end != std::string::npos; end = pending.find('\n', start)) {
      player.play(std::string_view(pending).substr(start, end - start));
      start = end + 1;
      if (each && !print(player)) return false;
    }
    pending.erase(0, start);
    if (!print(player)) return false;
  }
  player.play(pending);
  return print(player);
}

}  // namespace

int main(int count, char** arguments) {
  int fill = 0;
  bool each = false;
  bool prints_bytes = false;
  for (int at = 1; at < count; ++at) {
    const std::string_view word = arguments[at];
    if (word == "--event-bytes") {
      prints_bytes = true;
    } else if (word == "--each") {
      each = true;
    } else if (word == "--fill" && at + 1 < count) {
      fill = std::atoi(arguments[++at]);
    } else {
      std::fprintf(stderr, "usage: scenario [--fill BYTE] [--each] [--event-bytes] < SCENARIOS\n");
      return 2;
    }
  }
  Player player(fill);
  try {
    if (!play_input(player, each)) return 1;
  } catch (const std::exception& error) {
    print(player);
    std::fprintf(stderr, "scenario: %s\n", error.what());
    return 2;
  }
  if (prints_bytes) {
    std::printf("event bytes %s events %llu\n", digest_text(player.event_bytes.value()).substr(0, 16).c_str(),
                static_cast<unsigned long long>(player.events));
  }
  return 0;
}
