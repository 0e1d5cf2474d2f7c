// Why: an audit must find every logon, refusal and loss, and a recovery the numbers that the gateway's own reports have taken. What: writes
// the gateway's notes into the journal, each where it was decided: behind the last command that was sequenced, and before any report of
// it leaves. Owner: the venue's thread. What can go wrong: the ring is full; the note is not written and refused() says so for good.
#pragma once

#include "order_to_publish/1_order_in/gateway_note.hpp"
#include "order_to_publish/2_sequence/sequencer.hpp"
#include "order_to_publish/3_journal/journal.hpp"

namespace hopwire::venue {

class GatewayJournal final : public GatewayAudit {
 public:
  GatewayJournal(Journal& journal, const Sequencer& sequencer) noexcept : journal_(journal), sequencer_(sequencer) {}

  void note(const GatewayNote& note) noexcept override {
    if (!journal_.append(note, sequencer_.last_sequence())) refused_ = true;
  }
  [[nodiscard]] bool refused() const noexcept { return refused_; }

 private:
  Journal& journal_;
  const Sequencer& sequencer_;
  bool refused_ = false;
};

}  // namespace hopwire::venue
