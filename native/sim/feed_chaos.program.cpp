// feed_chaos.hpp from the command line (npm run chaos): runs of rising seeds over a file or a generated day, one line each.
//   feed_chaos --seed N --runs N [--file F] [--messages N] [--instruments N]
// Status 1 when a run failed; its line says how, and its seed gives it again.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include "net/binary_file.hpp"
#include "sim/feed_chaos_run.hpp"
#include "sim/itch_flow.hpp"
#include "tick_to_trade/2_decode/itch_frames.hpp"

using namespace hopwire;

namespace {

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t runs = 20;
  std::uint64_t messages = 100'000;
  std::uint64_t instruments = 200;
  std::string file;
};

std::optional<Options> parse(int count, char** words) {
  Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = words[i];
    if (name == "--file") {
      options.file = words[i + 1];
      continue;
    }
    std::uint64_t* number = name == "--seed"          ? &options.seed
                            : name == "--runs"        ? &options.runs
                            : name == "--messages"    ? &options.messages
                            : name == "--instruments" ? &options.instruments
                                                      : nullptr;
    char* end = nullptr;
    if (number == nullptr) return std::nullopt;
    *number = std::strtoull(words[i + 1], &end, 10);
    if (*end != '\0' || *number == 0) return std::nullopt;
  }
  if (count % 2 == 0 || options.instruments > 1'000) return std::nullopt;
  return options;
}

// A storm needs good frames only; what is damaged is left out.
std::vector<std::byte> good_frames(std::span<const std::byte> file) {
  std::vector<std::byte> bytes;
  feed::ItchFrames frames(file);
  for (;;) {
    const feed::ItchFrames::Step step = frames.next();
    if (step == feed::ItchFrames::Step::end) return bytes;
    if (step != feed::ItchFrames::Step::message) continue;
    const std::byte* block = frames.message().data() - net::mold_block_prefix;
    bytes.insert(bytes.end(), block, block + net::mold_block_prefix + frames.message().size());
  }
}

std::vector<std::byte> messages_of(const Options& options) {
  if (!options.file.empty()) return good_frames(net::MappedFile(options.file).bytes());
  const auto instruments = static_cast<std::uint16_t>(options.instruments);
  return sim::ItchFlow({.messages = options.messages, .instruments = instruments, .seed = options.seed}).bytes();
}

void print(std::uint64_t seed, const sim::Weather& weather, const sim::ChaosResult& result) {
  const auto milliseconds = [](std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; };
  std::printf("seed %" PRIu64 "  lines %zu  loss %.1f %% %.1f %%  servers %u  stalls %u%s%s", seed, weather.lines,
              weather.loss_permille[0] / 10.0, weather.lines > 1 ? weather.loss_permille[1] / 10.0 : 0.0, weather.servers, weather.stalls,
              weather.line_dies ? "  line B dies" : "", weather.join_late ? "  joins late" : "");
  std::printf("  messages %" PRIu64 "  gaps %" PRIu64 "  missed %" PRIu64 "  re-requests %" PRIu64 "  snapshots %" PRIu64, result.messages,
              result.wire.gaps_opened, result.wire.messages_missed, result.wire.rerequests, result.snapshots);
  std::printf("  delayed %.1f ms  stale %.1f ms  rows checked %" PRIu64 "  digest %016" PRIx64 "  %s\n",
              milliseconds(result.delayed_nanoseconds), milliseconds(result.stale_nanoseconds), result.rows_checked, result.digest,
              result.failure.empty() ? "equal" : ("FAILED: " + result.failure).c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** words) {
  const std::optional<Options> options = parse(count, words);
  if (!options) {
    std::fprintf(stderr, "usage: feed_chaos [--seed N] [--runs N] [--file F] [--messages N] [--instruments N, at most 1000]\n");
    return 2;
  }
  try {
    const std::vector<std::byte> file = messages_of(*options);
    if (file.empty()) {
      std::fprintf(stderr, "feed_chaos: no ITCH message in %s\n", options->file.c_str());
      return 1;
    }
    std::uint64_t failed = 0;
    for (std::uint64_t seed = options->seed; seed < options->seed + options->runs; ++seed) {
      const sim::Weather weather = sim::Weather::of(seed);
      sim::FeedChaos chaos(seed, weather, file);
      const sim::ChaosResult result = chaos.run();
      print(seed, weather, result);
      failed += result.failure.empty() ? 0 : 1;
    }
    std::printf("%" PRIu64 " runs, %" PRIu64 " failed\n", options->runs, failed);
    return failed == 0 ? 0 : 1;
  } catch (const core::SystemError& error) {
    std::fprintf(stderr, "feed_chaos: %s\n", error.what());
    return 1;
  }
}
