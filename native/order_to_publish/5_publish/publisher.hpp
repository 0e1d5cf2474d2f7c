// Hop 5 of order_to_publish: what one command did, to the public line and to the sessions it concerns.
// Input: a sequenced command and its MatchEvents. Output: ITCH messages on the MoldUDP64 line, execution reports in OutboundSessions.
// Owner: the venue's thread. Budget: hops.xml, 5_publish. A composer: the writers decide what each event looks like.
//
// publish() only writes; flush_public() sends line A; the gateway's flush() sends the reports; flush_second_line() sends line B. When the
// kernel does not take a packet it stays in the line's store and is healed by re-request; a session that cannot take its reports is the
// gateway's business.
#pragma once

#include <cstdint>
#include <span>

#include "core/hop_recorder.hpp"
#include "net/mold_follower.hpp"
#include "net/mold_publisher.hpp"
#include "order_to_publish/1_order_in/order_entry_server.hpp"
#include "order_to_publish/5_publish/digest_walker.hpp"
#include "order_to_publish/5_publish/itch_writer.hpp"
#include "order_to_publish/5_publish/query_answers.hpp"
#include "order_to_publish/5_publish/report_writer.hpp"

namespace hopwire::venue {

class Publisher {
 public:
  // `second_line` and `digests` may be null.
  Publisher(net::MoldPublisher& line, OrderEntryServer& gateway, std::span<const ListedInstrument> instruments, core::HopRecorder& recorder,
            net::MoldFollower* second_line = nullptr, DigestWalker* digests = nullptr)
      : line_(line),
        gateway_(gateway),
        recorder_(recorder),
        second_line_(second_line),
        digests_(digests),
        itch_(line, instruments),
        reports_(gateway),
        queries_(gateway) {}

  // before: of an operator's command.
  void publish(const SequencedCommand& command, std::span<const MatchEvent> events, const ValuesBefore& before = {}) noexcept {
    gateway_.processed(command.command);
    for (const MatchEvent& event : events) {
      itch_.write(event, command.time);
      if (digests_ != nullptr) digests_->published(event, line_.next_sequence());
      count(event);
    }
    reports_.write(command, events, before);
  }

  // After its events, of which it has none but what fell due.
  void answer_query(const SequencedCommand& command, const OperatorView& market) noexcept { queries_.answer(command, market); }

  void start_of_day(std::uint64_t time) noexcept { itch_.start_of_day(time); }
  void end_of_day(std::uint64_t time) noexcept { itch_.end_of_day(time); }

  // One packet with what is pending; full packets have left already.
  void flush_public() noexcept {
    if (line_.flush() == 0) return;
    recorder_.set(counters::Counter::messages_published, static_cast<double>(itch_.written()));
    recorder_.set(counters::Counter::packets_published, static_cast<double>(line_.counters().packets));
    recorder_.set(counters::Counter::packets_suppressed, static_cast<double>(line_.counters().suppressed));
  }

  void flush_private() noexcept { gateway_.flush(); }

  // What line A has sent, on line B.
  void flush_second_line() noexcept {
    if (second_line_ != nullptr) second_line_->follow(line_);
  }

 private:
  void count(const MatchEvent& event) noexcept {
    const bool is_auction_trade = event.kind == MatchEventKind::crossed && event.side == order_entry::Side::buy;  // both sides are told
    if (event.kind == MatchEventKind::executed || is_auction_trade) {
      recorder_.add(counters::Counter::trades);
      recorder_.add(counters::Counter::traded_quantity, event.quantity);
    } else if (event.kind == MatchEventKind::rejected || event.kind == MatchEventKind::cancel_rejected) {
      recorder_.add(counters::Counter::commands_rejected);
    }
  }

  net::MoldPublisher& line_;
  OrderEntryServer& gateway_;
  core::HopRecorder& recorder_;
  net::MoldFollower* second_line_;
  DigestWalker* digests_;
  ItchWriter<net::MoldPublisher> itch_;
  ReportWriter<OrderEntryServer> reports_;
  QueryAnswers<OrderEntryServer> queries_;
};

}  // namespace hopwire::venue
