// Native writers for the tests of what TypeScript reads. Not used by the product.
//
// makeTelemetry(name) makes a process's Telemetry region; the object it returns records as a hot loop would: record(hop, values),
// add(counter, amount), setIdle(mode), close().
//
// startBooksWriter(path, instruments, depth) makes the region and starts a thread that rewrites rows 1 to instruments - 1 for ever. Every
// write has a rising number n, and every word of the row follows from n, so a reader can tell a whole row from a torn one by itself:
//   updates = n; bid price[i] = n % 1e6 + 1000 - i; ask price[i] = n % 1e6 + 2000 + i; quantity[i] = n * (i + 1); orders[i] = n % 1e6 + i
// The object it returns: stop(), writes(), openRow(locate): stop inside a row and leave it open, as a writer killed there would.
//
// makeTradesWriter(path, prints) makes a tape of so many prints (a power of two). Print n has match number n, from 1, and the rest follows:
//   time = 3n; quantity = 5n; price = n % 1000; locate = n % 7
// The object it returns: append(count) at once, run(): a thread appends bursts of 1 to 48 for ever; stop(), written().
#include <atomic>
#include <bit>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "addon/bindings.hpp"
#include "core/affinity.hpp"
#include "core/clock.hpp"
#include "core/region_file.hpp"
#include "core/seqlock.hpp"
#include "core/telemetry_region.hpp"
#include "tick_to_trade/3_book/trade_tape.hpp"

namespace hopwire::addon {
namespace {

class BooksWriter {
 public:
  BooksWriter(const std::string& path, regions::BooksDimensions dimensions)
      : dimensions_(dimensions),
        region_(make(path, dimensions)),
        columns_(regions::BooksColumns::over(region_.base())),
        thread_([this] { run(); }) {}
  BooksWriter(const BooksWriter&) = delete;
  BooksWriter& operator=(const BooksWriter&) = delete;
  ~BooksWriter() { stop(); }

  void stop() {
    stop_ = true;
    if (!thread_.joinable()) return;
    thread_.join();
    region_.close();
  }
  void open_row(std::uint32_t locate) {
    open_row_ = locate;
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] std::uint64_t writes() const { return writes_.load(std::memory_order_relaxed); }

 private:
  static core::RegionFile make(const std::string& path, regions::BooksDimensions dimensions) {
    const std::uint32_t words[] = {dimensions.instruments, dimensions.depth};
    return core::RegionFile::create(path, regions::BooksLayout::size(dimensions), regions::layout_hash, regions::BooksLayout::region_id,
                                    words);
  }

  void run() {
    std::uint64_t number = 0;
    while (!stop_.load(std::memory_order_relaxed)) {
      region_.beat(core::monotonic_now());
      for (int burst = 0; burst < 4096; ++burst) {
        ++number;
        const auto locate = static_cast<std::uint32_t>(1 + number % (dimensions_.instruments - 1));
        core::write_begin(&columns_.sequence[locate]);
        fill(locate, number);
        if (open_row_.load(std::memory_order_relaxed) == locate) return;
        core::write_end(&columns_.sequence[locate]);
        writes_.store(number, std::memory_order_relaxed);
      }
    }
  }

  void fill(std::uint32_t locate, std::uint64_t number) {
    const auto low = static_cast<std::int32_t>(number % 1'000'000);
    const std::size_t first = std::size_t{locate} * dimensions_.depth;
    columns_.state[locate] = static_cast<std::uint32_t>(words::BookState::known);
    columns_.updates[locate] = static_cast<double>(number);
    columns_.bid_levels[locate] = dimensions_.depth;
    columns_.ask_levels[locate] = dimensions_.depth;
    for (std::uint32_t level = 0; level < dimensions_.depth; ++level) {
      const auto step = static_cast<std::int32_t>(level);
      columns_.bid_price[first + level] = low + 1000 - step;
      columns_.bid_quantity[first + level] = static_cast<double>(number * (level + 1));
      columns_.bid_orders[first + level] = static_cast<std::uint32_t>(low) + level;
      columns_.ask_price[first + level] = low + 2000 + step;
      columns_.ask_quantity[first + level] = static_cast<double>(number * (level + 1));
      columns_.ask_orders[first + level] = static_cast<std::uint32_t>(low) + level;
    }
  }

  regions::BooksDimensions dimensions_;
  core::RegionFile region_;
  regions::BooksColumns columns_;
  std::atomic<std::uint64_t> writes_{0};
  std::atomic<std::uint32_t> open_row_{0};  // row 0 is never written
  std::atomic<bool> stop_{false};
  std::jthread thread_;
};

Napi::Value start_books_writer(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 3 || !info[0].IsString() || !info[1].IsNumber() || !info[2].IsNumber()) {
    throw Napi::TypeError::New(env, "startBooksWriter(path, instruments, depth)");
  }
  const regions::BooksDimensions dimensions{info[1].As<Napi::Number>().Uint32Value(), info[2].As<Napi::Number>().Uint32Value()};
  if (dimensions.instruments < 2 || dimensions.instruments > regions::BooksLayout::instruments_max || dimensions.depth < 1 ||
      dimensions.depth > regions::BooksLayout::depth_max) {
    throw Napi::RangeError::New(env, "startBooksWriter: 2 to 65536 instruments, 1 to 20 levels");
  }
  std::shared_ptr<BooksWriter> writer;
  try {
    writer = std::make_shared<BooksWriter>(info[0].As<Napi::String>().Utf8Value(), dimensions);
  } catch (const core::SystemError& error) {
    throw Napi::Error::New(env, error.what());
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("stop", Napi::Function::New(env, [writer](const Napi::CallbackInfo&) { writer->stop(); }));
  object.Set("openRow", Napi::Function::New(env, [writer](const Napi::CallbackInfo& call) {
               writer->open_row(call[0].As<Napi::Number>().Uint32Value());
             }));
  object.Set("writes", Napi::Function::New(env, [writer](const Napi::CallbackInfo& call) -> Napi::Value {
               return Napi::Number::New(call.Env(), static_cast<double>(writer->writes()));
             }));
  return object;
}

class TradesWriter {
 public:
  TradesWriter(const std::string& path, std::uint32_t prints)
      : region_(make(path, prints)), tape_(regions::TradesColumns::over(region_.base())) {}
  TradesWriter(const TradesWriter&) = delete;
  TradesWriter& operator=(const TradesWriter&) = delete;
  ~TradesWriter() { stop(); }

  void append(std::size_t count) {
    std::vector<feed::TradePrint> prints;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t match = ++match_;
      prints.push_back({.time = match * 3,
                        .match = match,
                        .shares = match * 5,
                        .price = static_cast<std::int32_t>(match % 1000),
                        .locate = static_cast<std::uint16_t>(match % 7),
                        .side = 'B',
                        .type = 'E'});
    }
    tape_.append(prints, 0);
    written_.store(match_, std::memory_order_release);
  }
  void run() {
    if (thread_.joinable()) return;
    thread_ = std::thread([this] {
      for (std::size_t burst = 0; !stop_.load(std::memory_order_relaxed); ++burst) {
        append(1 + burst % 48);
        std::this_thread::yield();
      }
    });
  }
  void stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    region_.close();
  }
  [[nodiscard]] std::uint64_t written() const { return written_.load(std::memory_order_acquire); }

 private:
  static core::RegionFile make(const std::string& path, std::uint32_t prints) {
    const std::uint32_t words[] = {prints};
    return core::RegionFile::create(path, regions::TradesLayout::size({prints}), regions::layout_hash, regions::TradesLayout::region_id,
                                    words);
  }

  core::RegionFile region_;
  feed::TradeTape tape_;
  std::uint64_t match_ = 0;
  std::atomic<std::uint64_t> written_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

Napi::Value make_trades_writer(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::uint32_t prints = info[1].IsNumber() ? info[1].As<Napi::Number>().Uint32Value() : 0;
  if (!info[0].IsString() || !std::has_single_bit(prints)) throw Napi::TypeError::New(env, "makeTradesWriter(path, a power of two)");
  const auto writer = std::make_shared<TradesWriter>(info[0].As<Napi::String>().Utf8Value(), prints);
  Napi::Object object = Napi::Object::New(env);
  object.Set("append", Napi::Function::New(env, [writer](const Napi::CallbackInfo& call) {
               writer->append(call[0].As<Napi::Number>().Uint32Value());
             }));
  object.Set("run", Napi::Function::New(env, [writer](const Napi::CallbackInfo&) { writer->run(); }));
  object.Set("stop", Napi::Function::New(env, [writer](const Napi::CallbackInfo&) { writer->stop(); }));
  object.Set("written", Napi::Function::New(env, [writer](const Napi::CallbackInfo& call) -> Napi::Value {
               return Napi::Number::New(call.Env(), static_cast<double>(writer->written()));
             }));
  return object;
}

struct Telemetry {
  explicit Telemetry(const std::string& name) : clock(0.001), region(name, clock) {}
  core::TscClock clock;
  core::TelemetryRegion region;
};

Napi::Value make_telemetry(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsString()) throw Napi::TypeError::New(env, "makeTelemetry(name)");
  std::shared_ptr<Telemetry> telemetry;
  try {
    telemetry = std::make_shared<Telemetry>(info[0].As<Napi::String>().Utf8Value());
  } catch (const core::SystemError& error) {
    throw Napi::Error::New(env, error.what());
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("path", Napi::String::New(env, telemetry->region.path()));
  object.Set("record", Napi::Function::New(env, [telemetry](const Napi::CallbackInfo& call) {
               const auto hop = static_cast<hops::Hop>(call[0].As<Napi::Number>().Uint32Value());
               const auto values = call[1].As<Napi::Float64Array>();
               if (!hops::is_valid(hop)) throw Napi::RangeError::New(call.Env(), "no such hop");
               for (std::size_t at = 0; at < values.ElementLength(); ++at) {
                 telemetry->region.recorder().record_nanoseconds(hop, static_cast<std::uint64_t>(values[at]));
               }
             }));
  object.Set("add", Napi::Function::New(env, [telemetry](const Napi::CallbackInfo& call) {
               const auto counter = static_cast<counters::Counter>(call[0].As<Napi::Number>().Uint32Value());
               if (!counters::is_valid(counter)) throw Napi::RangeError::New(call.Env(), "no such counter");
               telemetry->region.recorder().add(counter, call[1].As<Napi::Number>().DoubleValue());
             }));
  object.Set("setIdle", Napi::Function::New(env, [telemetry](const Napi::CallbackInfo& call) {
               const auto mode = static_cast<hops::IdleMode>(call[0].As<Napi::Number>().Uint32Value());
               telemetry->region.recorder().set_idle({mode, hops::IdleReason::forced}, 1, core::available_cores());
             }));
  object.Set("close", Napi::Function::New(env, [telemetry](const Napi::CallbackInfo&) { telemetry->region.close(); }));
  return object;
}

}  // namespace

void register_testing(Napi::Env env, Napi::Object exports) {
  exports.Set("makeTelemetry", Napi::Function::New(env, make_telemetry, "makeTelemetry"));
  exports.Set("startBooksWriter", Napi::Function::New(env, start_books_writer, "startBooksWriter"));
  exports.Set("makeTradesWriter", Napi::Function::New(env, make_trades_writer, "makeTradesWriter"));
}

}  // namespace hopwire::addon
