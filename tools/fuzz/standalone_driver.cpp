// Runs one fuzz target (LLVMFuzzerTestOneInput) without libFuzzer, so that decoders are fuzzed on every machine that has g++.
//
// It has no coverage feedback: it starts from the target's own valid inputs (hopwire_fuzz_seed, when the target defines it) and from files
// given, feeds every prefix of each, then mutates them by a seeded random walk for the time given. Same seed, same inputs. When a sanitizer
// ends the process, the input that did it is written to the path given by --crash.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <sanitizer/common_interface_defs.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

// A target may offer valid inputs to start from: writes input `index` into the buffer and returns its size, 0 when there is none.
extern "C" __attribute__((weak)) std::size_t hopwire_fuzz_seed(std::size_t index, std::uint8_t* buffer, std::size_t capacity);

namespace {

using Input = std::vector<std::uint8_t>;

constexpr std::size_t size_maximum = 4096;

Input current;
std::string crash_path;

void write_current_input() {
  if (crash_path.empty()) return;
  std::ofstream(crash_path, std::ios::binary).write(reinterpret_cast<const char*>(current.data()), static_cast<long>(current.size()));
  std::fprintf(stderr, "fuzz: the input is kept in %s (%zu bytes)\n", crash_path.c_str(), current.size());
}

// SplitMix64: small, seeded, the same everywhere.
struct Random {
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : static_cast<std::size_t>(next() % limit); }
};

// The input lives in a block of exactly its size, so that one byte too far is seen by the address sanitizer.
void feed(const Input& input) {
  current = input;
  const auto exact = std::vector<std::uint8_t>(input.begin(), input.end());
  (void)LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void mutate_once(Input& input, const std::vector<Input>& seeds, Random& random) {
  static constexpr std::array<std::uint8_t, 8> telling = {0x00, 0xff, 0x7f, 0x80, 0x01, 0x20, 'A', 0xfe};
  const std::size_t at = random.below(input.size());
  switch (random.below(8)) {
    case 0:
      if (!input.empty()) input[at] = static_cast<std::uint8_t>(input[at] ^ (1u << random.below(8)));
      break;
    case 1:
      if (!input.empty()) input[at] = telling[random.below(telling.size())];
      break;
    case 2:
      if (!input.empty()) input[at] = static_cast<std::uint8_t>(random.next());
      break;
    case 3: input.resize(random.below(input.size() + 1)); break;
    case 4:
      if (input.size() < size_maximum) input.insert(input.begin() + static_cast<long>(at), static_cast<std::uint8_t>(random.next()));
      break;
    case 5:
      if (!input.empty()) input.erase(input.begin() + static_cast<long>(at));
      break;
    case 6: {
      if (seeds.empty()) break;
      const Input& other = seeds[random.below(seeds.size())];
      const std::size_t from = random.below(other.size() + 1);
      input.insert(input.end(), other.begin() + static_cast<long>(from), other.end());
      break;
    }
    default:
      for (std::size_t i = at; i < std::min(input.size(), at + 8); ++i) input[i] = telling[random.below(telling.size())];
      break;
  }
  if (input.size() > size_maximum) input.resize(size_maximum);
}

std::vector<Input> seeds_of_target() {
  std::vector<Input> seeds;
  if (hopwire_fuzz_seed == nullptr) return seeds;
  for (std::size_t index = 0; index < 1000; ++index) {
    Input buffer(size_maximum);
    const std::size_t size = hopwire_fuzz_seed(index, buffer.data(), buffer.size());
    if (size == 0) break;
    buffer.resize(std::min(size, buffer.size()));
    seeds.push_back(buffer);
  }
  return seeds;
}

}  // namespace

int main(int argument_count, char** arguments) {
  double seconds = 2;
  Random random{1};
  std::vector<Input> seeds = seeds_of_target();
  for (int i = 1; i < argument_count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--seconds" && i + 1 < argument_count) {
      seconds = std::atof(arguments[++i]);
    } else if (argument == "--seed" && i + 1 < argument_count) {
      random.state = std::strtoull(arguments[++i], nullptr, 10);
    } else if (argument == "--crash" && i + 1 < argument_count) {
      crash_path = arguments[++i];
    } else {
      std::ifstream file(arguments[i], std::ios::binary);
      if (!file) {
        std::fprintf(stderr, "fuzz: cannot read %s\n", arguments[i]);
        return 2;
      }
      seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
  }
  __sanitizer_set_death_callback(write_current_input);
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  std::uint64_t executions = 0;
  feed({});
  for (const Input& seed : seeds) {
    for (std::size_t size = 0; size <= seed.size(); ++size, ++executions) feed(Input(seed.begin(), seed.begin() + static_cast<long>(size)));
  }
  while (Clock::now() < end) {
    for (int batch = 0; batch < 256; ++batch, ++executions) {
      Input input = seeds.empty() ? Input(random.below(256)) : seeds[random.below(seeds.size())];
      const std::size_t mutations = 1 + random.below(8);
      for (std::size_t i = 0; i < mutations; ++i) mutate_once(input, seeds, random);
      feed(input);
    }
  }
  std::printf("%llu executions from %zu seeds\n", static_cast<unsigned long long>(executions), seeds.size());
  return 0;
}
