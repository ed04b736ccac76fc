// Every pull that has not ended, from the request to its one end. docs/protocol.md, "Receiving".
//
// A pull is in this table exactly as long as it is owed an end, so "exactly once" is one rule: whoever takes an entry out
// queues its DownloadEnded. The age order of those that still wait gives the next timeout without a search.
#ifndef PEER_SESSION_SRC_RECEIVE_PULL_TABLE_H_
#define PEER_SESSION_SRC_RECEIVE_PULL_TABLE_H_

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "id_table.h"
#include "peer_session/types.h"
#include "receive/held_pulls.h"
#include "receive/waiting_pull.h"

namespace peer_session {

class PullTable {
 public:
  bool Contains(const TransferId& id) const {
    return held_.Contains(id) || paused_.Contains(id.value) || looked_up_.Contains(id.value) ||
           waiting_.Contains(id.value) || begun_.Contains(id.value);
  }
  // Those that the peer is not asked for yet.
  HeldPulls& held() { return held_; }
  const HeldPulls& held() const { return held_; }
  // Those that are set aside.
  IdTable<WaitingPull>& paused() { return paused_; }
  const IdTable<WaitingPull>& paused() const { return paused_; }
  // It is being looked up what is here of it.
  void AddLookedUp(Loose<WaitingPull> pull) {
    asked_ += pull->Cost();
    looked_up_.Add(std::move(pull));
  }
  Loose<WaitingPull> TakeLookedUp(const TransferId& id) { return NoMore(looked_up_.Take(id.value)); }
  const WaitingPull* OldestLookedUp() const { return looked_up_.Oldest(); }
  // The peer is asked, or will be on the next channel.
  void Add(Loose<WaitingPull> pull) {
    asked_ += pull->Cost();
    waiting_.Add(std::move(pull));
  }

  // Its request has left the channel, as it was expected to by then at the latest. Nothing when that pull waits no more.
  void HasLeft(TransferKey key, const TransferId& id, Timestamp now) {
    WaitingPull* pull = waiting_.Find(id.value);
    if (pull != nullptr && pull->key == key) pull->asked_at = std::min(pull->asked_at, now);
  }
  // A waiting pull becomes a running one: its token is consumed. Nothing when the id is not waiting.
  Loose<WaitingPull> Begin(const TransferId& id);
  // Takes a pull that was begun out of the table.
  void EndBegun(const TransferId& id) { begun_.Take(id.value); }
  // Valid until it waits no more.
  const WaitingPull* FindWaiting(const TransferId& id) const { return waiting_.Find(id.value); }
  WaitingPull* FindWaiting(const TransferId& id) { return waiting_.Find(id.value); }
  WaitingPull* FindLookedUp(const TransferId& id) { return looked_up_.Find(id.value); }
  // Whose sink is open, perhaps, and whose file does not run.
  WaitingPull* FindResting(const TransferId& id);
  // Takes a waiting pull out of the table; nothing when the id is not waiting.
  Loose<WaitingPull> TakeWaiting(const TransferId& id) { return NoMore(waiting_.Take(id.value)); }
  Loose<WaitingPull> TakeOldestWaiting() { return NoMore(waiting_.TakeOldest()); }
  // One that does not run, held, paused, looked up or waiting; nothing when there is none of that id.
  Loose<WaitingPull> TakeUnbegun(const TransferId& id);
  // The oldest of those that are looked up, then of those that wait, that are held, and that are paused.
  Loose<WaitingPull> TakeUnbegun();

  std::optional<Timestamp> OldestWaitingSince() const;
  std::size_t waiting() const { return waiting_.size(); }
  std::size_t size() const {
    return held_.size() + paused_.size() + looked_up_.size() + waiting_.size() + begun_.size();
  }
  // Something is asked for that has not begun, or is about to be; and how much all that is.
  bool HasAsked() const { return !looked_up_.empty() || !waiting_.empty(); }
  ByteCount asked() const { return asked_; }

 private:
  Loose<WaitingPull> NoMore(Loose<WaitingPull> pull) {
    if (pull) asked_ -= pull->Cost();
    return pull;
  }

  HeldPulls held_;
  IdTable<WaitingPull> paused_;
  IdTable<WaitingPull> looked_up_;
  IdTable<WaitingPull> waiting_;
  IdTable<TransferId> begun_;
  // Of those that are looked up or wait.
  ByteCount asked_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_PULL_TABLE_H_
