// Hops 1 to 3 in order: packets in sequence, decoded, booked, top levels published. Composer: it calls and stamps, the hops decide.
//
// In: a source (SocketWireIn, or another with poll, receiver, kernel_drops and kernel_stamps). Out: the touched rows and trade prints of
// the last poll in the BookSet, and rows in the Books region when there is one. Owner: the thread that polls.
//
// Stamps: one for each packet and hop, with the message count beside it. Rows are published once for all packets of a poll; that time
// belongs to the last packet's hop 3. While the channel is stale, every row says so inside its lock: rows are marked before touched ones
// are written when it becomes so, and after them when it no longer is, so that no reader ever finds an old row that calls itself good.
// While it is delayed rows stay good, true as of the sequence in the region's words.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "core/clock.hpp"
#include "core/hop_recorder.hpp"
#include "generated/counters.hpp"
#include "generated/hops.hpp"
#include "generated/regions.hpp"
#include "generated/words.hpp"
#include "tick_to_trade/1_wire_in/mold_receiver.hpp"
#include "tick_to_trade/2_decode/packet_decoder.hpp"
#include "tick_to_trade/3_book/book_set.hpp"
#include "tick_to_trade/3_book/trade_tape.hpp"

namespace hopwire::feed {

template <class Source>
class FeedPipeline {
 public:
  // `columns` may be null: books without a region. Its rows reach books.limits().maximum_locate.
  FeedPipeline(Source& source, BookSet& books, core::HopRecorder& recorder, regions::BooksColumns* columns = nullptr,
               std::uint32_t depth = 0) noexcept
      : source_(source), books_(books), recorder_(recorder), columns_(columns), depth_(depth) {
    const hops::StampSource wire = source.kernel_stamps() ? hops::StampSource::kernel_software : hops::StampSource::user_tsc;
    recorder.set_source(hops::Hop::tick_to_trade_wire_in, wire);
    recorder.set_source(hops::Hop::tick_to_trade_total, wire);
    if constexpr (requires { source.receiver().record_skew_into(PacketSource::line_a, core::Histogram{}); }) {
      for (std::size_t line = 0; line < most_lines; ++line) {
        const auto hop = static_cast<hops::Hop>(static_cast<std::size_t>(hops::Hop::skew_line_a) + line);
        recorder.set_source(hop, wire);
        source.receiver().record_skew_into(line_at(line), recorder.histogram(hop));
      }
    }
  }

  // Prints of every poll from now on go to this tape, too.
  void set_tape(TradeTape* tape) noexcept { tape_ = tape; }

  // One duty cycle; returns datagrams taken. touched() and trades() of the books then describe this poll.
  std::size_t poll() noexcept {
    return poll([](const Packet&) noexcept {});
  }

  // The same; booked(packet) is told of each packet once its messages are in the books, so that a caller can say which packet touched a
  // row.
  template <class Booked>
  std::size_t poll(Booked&& booked) noexcept {
    books_.clear_touched();
    books_.clear_trades();
    const std::size_t taken = source_.poll([&](const Packet& packet) noexcept {
      take(packet);
      booked(packet);
    });
    publish();
    return taken;
  }

  // Messages are missing for good or for too long, or an order found no room in the books: not to be acted on.
  [[nodiscard]] bool stale() const noexcept { return state() == ChannelState::stale; }
  [[nodiscard]] ChannelState state() const noexcept { return books_.lacks_orders() ? ChannelState::stale : receiver().state(); }
  [[nodiscard]] bool ended() const noexcept { return receiver().ended(); }
  // Rises when another MoldUDP64 session has begun: locates may name other instruments from then on.
  [[nodiscard]] std::uint64_t session_changes() const noexcept { return receiver().counters().session_changes; }
  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return receiver().next_sequence(); }
  // Of the last packet delivered: where the tick-to-trade interval begins.
  [[nodiscard]] std::uint64_t last_receive_tsc() const noexcept { return last_receive_tsc_; }
  [[nodiscard]] std::uint64_t refused_messages() const noexcept { return decoder_.refused(); }

  // Cold: copies what hops 1 to 3 counted into the region. Call a few times a second and at the end.
  void publish_counters(std::uint64_t now) noexcept {
    using counters::Counter;
    const MoldReceiverCounters& wire = receiver().counters();
    const auto set = [this](Counter counter, std::uint64_t value) { recorder_.set(counter, static_cast<double>(value)); };
    set(Counter::packets_received, wire.packets);
    set(Counter::messages_received, wire.messages);
    set(Counter::bytes_received, wire.bytes);
    set(Counter::duplicate_packets, wire.duplicates);
    set(Counter::foreign_packets, wire.foreign + wire.malformed);
    set(Counter::malformed_messages, decoder_.refused());
    set(Counter::gaps_opened, wire.gaps_opened);
    set(Counter::messages_missed, wire.messages_missed);
    set(Counter::gaps_healed, wire.gaps_healed);
    set(Counter::rerequests_sent, wire.rerequests);
    set(Counter::stale_nanoseconds, receiver().clock().stale_nanoseconds(now));
    set(Counter::delayed_nanoseconds, receiver().clock().delayed_nanoseconds(now));
    set(Counter::gaps_bridged, wire.gaps_bridged);
    set(Counter::messages_lost, wire.messages_lost);
    set(Counter::snapshots_applied, wire.snapshots);
    set(Counter::kernel_drops, source_.kernel_drops());
    set(Counter::books_touched, rows_published_);
    std::uint64_t orphans = 0;
    for (const std::uint64_t count : books_.counters().orphans) orphans += count;
    set(Counter::orphan_modifications, orphans);
    set(Counter::book_inconsistencies, books_.counters().duplicate_references + books_.counters().over_reductions);
    const RerequestServers& servers = receiver().servers();
    std::uint64_t downs = 0;
    for (std::size_t server = 0; server < servers.count(); ++server) downs += servers.counters(server).downs;
    set(Counter::rerequest_servers_down, servers.down_count());
    set(Counter::rerequest_server_downs, downs);
    publish_line_counters();
  }

 private:
  // The source may hand its receiver out for changes; here it is only looked at.
  [[nodiscard]] const MoldReceiver& receiver() const noexcept { return static_cast<const Source&>(source_).receiver(); }

  // Of lines A and B; what further lines did is known to the receiver.
  void publish_line_counters() noexcept {
    using counters::Counter;
    constexpr auto width = static_cast<std::size_t>(Counter::line_b_packets) - static_cast<std::size_t>(Counter::line_a_packets);
    for (std::size_t line = 0; line < std::min<std::size_t>(receiver().lines().count(), 2); ++line) {
      const LineCounters& counted = receiver().lines().counters(line);
      const auto set = [&](Counter of_line_a, std::uint64_t value) {
        recorder_.set(static_cast<Counter>(static_cast<std::size_t>(of_line_a) + line * width), static_cast<double>(value));
      };
      set(Counter::line_a_packets, counted.packets);
      set(Counter::line_a_first_messages, counted.first_messages);
      set(Counter::line_a_duplicates, counted.duplicates);
      set(Counter::line_a_gaps, counted.gaps);
      set(Counter::line_a_messages_missed, counted.messages_missed);
      set(Counter::line_a_silent, receiver().lines().silent(line) ? 1 : 0);
      if constexpr (requires { source_.kernel_drops(line); }) set(Counter::line_a_kernel_drops, source_.kernel_drops(line));
    }
  }

  void take(const Packet& packet) noexcept {
    if (packet.begins_snapshot || receiver().counters().session_changes != sessions_) begin_anew();
    std::uint64_t at = core::Tsc::now();
    // A packet the kernel did not stamp yet is not mixed among those it did; a snapshot comes by no wire whose time would tell anything.
    if (packet.kernel_stamped == source_.kernel_stamps() && packet.source != PacketSource::snapshot) {
      recorder_.record(hops::Hop::tick_to_trade_wire_in, packet.receive_tsc, at, packet.message_count);
    }
    std::uint64_t decode_ticks = 0;
    std::uint64_t book_ticks = 0;
    for (decoder_.begin(packet); !decoder_.done();) {
      const std::span<const BookEvent> events = decoder_.next();
      const std::uint64_t decoded = core::Tsc::now();
      books_.apply(events);
      const std::uint64_t booked = core::Tsc::now();
      decode_ticks += decoded - at;
      book_ticks += booked - decoded;
      at = booked;
    }
    recorder_.record(hops::Hop::tick_to_trade_decode, 0, decode_ticks, packet.message_count);
    record_book();
    book_ticks_ = book_ticks;
    book_messages_ = packet.message_count;
    last_receive_tsc_ = packet.receive_tsc;
  }

  void publish() noexcept {
    const std::uint64_t from = core::Tsc::now();
    if (columns_ != nullptr) publish_rows(state());
    if (tape_ != nullptr) tape_->append(books_.trades(), books_.counters().trades_dropped);
    if (book_messages_ == 0) return;
    book_ticks_ += core::Tsc::now() - from;
    record_book();
  }

  void publish_rows(ChannelState state) noexcept {
    const bool stale = state == ChannelState::stale;
    if (stale && !published_stale_) {
      set_words(state);
      books_.set_stale(*columns_, true);
    }
    for (const std::uint16_t locate : books_.touched()) books_.publish(locate, *columns_, depth_, stale);
    rows_published_ += books_.touched().size();
    if (!stale && published_stale_) books_.set_stale(*columns_, false);
    published_stale_ = stale;
    set_words(state);
  }

  void set_words(ChannelState state) noexcept {
    const std::uint64_t sequence = next_sequence();
    const auto set = [this](words::BooksWord word, std::uint32_t value) noexcept {
      std::atomic_ref<std::uint32_t>(columns_->word[static_cast<std::size_t>(word)]).store(value, std::memory_order_relaxed);
    };
    set(words::BooksWord::sequence_low, static_cast<std::uint32_t>(sequence));
    set(words::BooksWord::sequence_high, static_cast<std::uint32_t>(sequence >> 32));
    set(words::BooksWord::channel_state, static_cast<std::uint32_t>(state));
  }

  // Of the packet before: its hop 3 is over once the next packet or the publishing begins.
  void record_book() noexcept {
    if (book_messages_ != 0) recorder_.record(hops::Hop::tick_to_trade_book, 0, book_ticks_, book_messages_);
    book_messages_ = 0;
  }

  // Another session, or a snapshot: orders of before are gone, and so are the rows. None is good until the poll is published.
  void begin_anew() noexcept {
    sessions_ = receiver().counters().session_changes;
    books_.reset();
    if (columns_ == nullptr) return;
    set_words(ChannelState::stale);
    for (std::uint32_t locate = 0; locate <= books_.limits().maximum_locate; ++locate) {
      if (columns_->state[locate] != 0) books_.publish(static_cast<std::uint16_t>(locate), *columns_, depth_, true);
    }
    published_stale_ = true;
  }

  Source& source_;
  BookSet& books_;
  core::HopRecorder& recorder_;
  regions::BooksColumns* columns_;
  TradeTape* tape_ = nullptr;
  std::uint32_t depth_;
  PacketDecoder decoder_;
  std::uint64_t sessions_ = 0;
  std::uint64_t last_receive_tsc_ = 0;
  std::uint64_t book_ticks_ = 0;
  std::uint32_t book_messages_ = 0;
  std::uint64_t rows_published_ = 0;
  bool published_stale_ = false;
};

}  // namespace hopwire::feed
