// ITCH files for TypeScript: openItch(path, lastTime?) gives an object that scans in steps and then answers. Cold path only.
//
// Owns nothing beyond the closures' shared state (mapping and scan), freed when JavaScript lets the object go. Arguments are checked
// here; a file that cannot be opened or memory that is refused becomes a JavaScript error with the system's reason.
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "addon/bindings.hpp"
#include "addon/values.hpp"
#include "engine/itch_scan.hpp"
#include "net/binary_file.hpp"

namespace hopwire::addon {
namespace {

struct OpenFile {
  OpenFile(const std::string& path, std::uint64_t last_time) : file(path), scan(file.bytes(), last_time) {}
  net::MappedFile file;
  engine::ItchScan scan;
};
using Shared = std::shared_ptr<OpenFile>;

// Bytes of a file may be anything; what is shown must be printable ASCII.
Napi::String printable(Napi::Env env, std::string_view raw) {
  std::string shown(raw);
  for (char& c : shown) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return Napi::String::New(env, shown);
}

double number_argument(const Napi::CallbackInfo& info, std::size_t index, double lowest, double highest, const char* what) {
  const double value = info.Length() > index && info[index].IsNumber() ? info[index].As<Napi::Number>().DoubleValue() : std::nan("");
  if (value >= lowest && value <= highest) return value;
  throw Napi::TypeError::New(info.Env(), std::string(what) + " is no number, or out of range");
}

Napi::Object counts_by_type(Napi::Env env, const std::array<std::uint64_t, 256>& counts) {
  Napi::Object by_type = Napi::Object::New(env);
  for (const char type : itch::message_types) {
    const std::uint64_t count = counts[static_cast<std::uint8_t>(type)];
    if (count != 0) by_type.Set(std::string(1, type), number(env, count));
  }
  return by_type;
}

Napi::Array damages(Napi::Env env, std::span<const engine::FileDamage> kept) {
  Napi::Array list = Napi::Array::New(env, kept.size());
  for (std::uint32_t i = 0; i < kept.size(); ++i) {
    const engine::FileDamage& damage = kept[i];
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("offset", number(env, damage.offset));
    entry.Set("skipped", number(env, damage.skipped));
    entry.Set("reason", text(env, damage.reason));
    entry.Set("type", number(env, static_cast<std::uint8_t>(damage.type)));
    entry.Set("length", number(env, damage.length));
    entry.Set("expected", number(env, damage.expected));
    list.Set(i, entry);
  }
  return list;
}

std::uint64_t books_where(const engine::ItchScan& scan, bool (feed::BookSet::*holds)(std::uint16_t) const noexcept) {
  std::uint64_t count = 0;
  for (std::uint32_t locate = 0; locate <= scan.books().limits().maximum_locate; ++locate) {
    count += (scan.books().*holds)(static_cast<std::uint16_t>(locate)) ? 1 : 0;
  }
  return count;
}

Napi::Value result(const Napi::CallbackInfo& info, const Shared& open) {
  const Napi::Env env = info.Env();
  const engine::ItchScan& scan = open->scan;
  const engine::ItchTally& tally = scan.tally();
  const feed::BookCounters& counters = scan.books().counters();
  Napi::Object out = Napi::Object::New(env);
  out.Set("messages", number(env, tally.messages));
  out.Set("types", counts_by_type(env, counters.messages));
  out.Set("malformed", number(env, tally.malformed));
  out.Set("damages", damages(env, scan.damages()));
  out.Set("skippedBytes", number(env, tally.skipped_bytes));
  out.Set("orphans", counts_by_type(env, counters.orphans));
  out.Set("duplicateReferences", number(env, counters.duplicate_references));
  out.Set("overReductions", number(env, counters.over_reductions));
  out.Set("zeroShareOrders", number(env, counters.zero_share_orders));
  out.Set("beyondLimits", number(env, counters.beyond_limits));
  out.Set("sidelessOrders", number(env, scan.books().sideless_orders()));
  out.Set("liveOrders", number(env, scan.books().live_orders()));
  out.Set("printedShares", number(env, counters.printed_shares));
  out.Set("instruments", number(env, scan.instruments()));
  out.Set("crossed", number(env, books_where(scan, &feed::BookSet::crossed)));
  out.Set("locked", number(env, books_where(scan, &feed::BookSet::locked)));
  out.Set("firstTime", number(env, tally.first_time));
  out.Set("lastTime", number(env, tally.last_time));
  out.Set("timeReversals", number(env, tally.time_reversals));
  out.Set("endMarkSeen", Napi::Boolean::New(env, scan.end_mark_seen()));
  out.Set("nanoseconds", number(env, tally.nanoseconds));
  out.Set("digest", hexadecimal(env, scan.books().market_digest()));
  return out;
}

std::uint16_t locate_argument(const Napi::CallbackInfo& info, const Shared& open) {
  return static_cast<std::uint16_t>(number_argument(info, 0, 0, open->scan.books().limits().maximum_locate, "locate"));
}

Napi::Value book(const Napi::CallbackInfo& info, const Shared& open) {
  const Napi::Env env = info.Env();
  const std::uint16_t locate = locate_argument(info, open);
  const auto depth = static_cast<std::uint32_t>(number_argument(info, 1, 0, std::numeric_limits<std::uint32_t>::max(), "depth"));
  const feed::BookSet& books = open->scan.books();
  const auto side = [&](char which) {
    Napi::Array levels = Napi::Array::New(env);
    std::uint32_t index = 0;
    books.walk_levels(locate, which, depth, [&](const feed::Level& level) {
      Napi::Object row = Napi::Object::New(env);
      row.Set("price", Napi::Number::New(env, level.price));
      row.Set("quantity", number(env, level.quantity));
      row.Set("orders", number(env, level.order_count()));
      levels.Set(index++, row);
    });
    return levels;
  };
  Napi::Object out = Napi::Object::New(env);
  out.Set("locate", number(env, locate));
  out.Set("stock", printable(env, books.symbol(locate)));
  out.Set("bids", side('B'));
  out.Set("asks", side('S'));
  out.Set("orders", number(env, books.order_count(locate)));
  out.Set("halted", Napi::Boolean::New(env, books.halted(locate)));
  out.Set("updateTime", number(env, books.book(locate).update_time));
  out.Set("digest", hexadecimal(env, books.book_digest(locate)));
  return out;
}

// Every locate the file named, ascending.
Napi::Value instruments(const Napi::CallbackInfo& info, const Shared& open) {
  const Napi::Env env = info.Env();
  const feed::BookSet& books = open->scan.books();
  Napi::Array list = Napi::Array::New(env);
  std::uint32_t index = 0;
  for (std::uint32_t i = 0; i <= books.limits().maximum_locate; ++i) {
    const auto locate = static_cast<std::uint16_t>(i);
    if (!open->scan.seen(locate) || (locate == 0 && books.order_count(0) == 0)) continue;
    Napi::Object row = Napi::Object::New(env);
    row.Set("locate", number(env, locate));
    row.Set("stock", printable(env, books.symbol(locate)));
    row.Set("orders", number(env, books.order_count(locate)));
    list.Set(index++, row);
  }
  return list;
}

Napi::Value digest(const Napi::CallbackInfo& info, const Shared& open) {
  return hexadecimal(info.Env(), open->scan.books().book_digest(locate_argument(info, open)));
}

Napi::Value open_itch(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsString()) throw Napi::TypeError::New(env, "openItch(path, lastTime?) needs a path");
  std::uint64_t last_time = std::numeric_limits<std::uint64_t>::max();
  if (info.Length() > 1 && !info[1].IsUndefined()) last_time = static_cast<std::uint64_t>(number_argument(info, 1, 0, 9e15, "lastTime"));
  const std::string path = info[0].As<Napi::String>().Utf8Value();
  const Shared open = guarded(env, [&] { return std::make_shared<OpenFile>(path, last_time); });
  Napi::Object scan = Napi::Object::New(env);
  scan.Set("size", number(env, open->scan.size()));
  scan.Set("looksLikeItch", Napi::Boolean::New(env, feed::ItchFrames::looks_like_itch(open->file.bytes())));
  scan.Set("step", Napi::Function::New(env, [open](const Napi::CallbackInfo& call) -> Napi::Value {
             const double bytes = number_argument(call, 0, 1, 9e15, "bytes");
             return Napi::Boolean::New(call.Env(), open->scan.step(static_cast<std::size_t>(bytes)));
           }));
  scan.Set("offset", Napi::Function::New(env, [open](const Napi::CallbackInfo& call) -> Napi::Value {
             return number(call.Env(), open->scan.offset());
           }));
  scan.Set("result", Napi::Function::New(env, [open](const Napi::CallbackInfo& call) { return result(call, open); }));
  scan.Set("book", Napi::Function::New(env, [open](const Napi::CallbackInfo& call) { return book(call, open); }));
  scan.Set("instruments", Napi::Function::New(env, [open](const Napi::CallbackInfo& call) { return instruments(call, open); }));
  scan.Set("digest", Napi::Function::New(env, [open](const Napi::CallbackInfo& call) { return digest(call, open); }));
  return scan;
}

}  // namespace

void register_itch_file(Napi::Env env, Napi::Object exports) {
  exports.Set("openItch", Napi::Function::New(env, open_itch, "openItch"));
}

}  // namespace hopwire::addon
