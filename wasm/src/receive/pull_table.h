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
#include "receive/download_states.h"
#include "receive/known_offers.h"
#include "receive/room.h"

namespace peer_session {

struct WaitingPull {
  TransferKey key{};
  TransferId id;
  // When the peer was asked, or will have been at the latest.
  Timestamp asked_at;
  // What the peer said of it, when that is known.
  std::optional<KnownOffer> offer = std::nullopt;
  // What is here of it: the peer is asked for the rest.
  ByteCount offset = {};
  // What came first was not what its hash says.
  bool is_again = false;
  // Of the sink that it goes into.
  Room room = {};
  DownloadState state = DownloadState::kPulled;

  std::string_view Id() const { return id.value; }
};

class PullTable {
 public:
  bool Contains(const TransferId& id) const {
    return looked_up_.Contains(id.value) || waiting_.Contains(id.value) || begun_.Contains(id.value);
  }
  // It is being looked up what is here of it.
  void AddLookedUp(Loose<WaitingPull> pull) { looked_up_.Add(std::move(pull)); }
  Loose<WaitingPull> TakeLookedUp(const TransferId& id) { return looked_up_.Take(id.value); }
  const WaitingPull* OldestLookedUp() const { return looked_up_.Oldest(); }
  // The peer is asked, or will be on the next channel.
  void Add(Loose<WaitingPull> pull) { waiting_.Add(std::move(pull)); }

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
  // Takes a waiting pull out of the table; nothing when the id is not waiting.
  Loose<WaitingPull> TakeWaiting(const TransferId& id) { return waiting_.Take(id.value); }
  Loose<WaitingPull> TakeOldestWaiting() { return waiting_.TakeOldest(); }
  // One that has not begun, looked up or waiting; nothing when there is none of that id.
  Loose<WaitingPull> TakeUnbegun(const TransferId& id) {
    Loose<WaitingPull> pull = looked_up_.Take(id.value);
    return pull ? std::move(pull) : waiting_.Take(id.value);
  }
  // The oldest of them.
  Loose<WaitingPull> TakeUnbegun() {
    Loose<WaitingPull> pull = looked_up_.TakeOldest();
    return pull ? std::move(pull) : waiting_.TakeOldest();
  }

  std::optional<Timestamp> OldestWaitingSince() const;
  std::size_t waiting() const { return waiting_.size(); }
  std::size_t size() const { return looked_up_.size() + waiting_.size() + begun_.size(); }

 private:
  IdTable<WaitingPull> looked_up_;
  IdTable<WaitingPull> waiting_;
  IdTable<TransferId> begun_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_PULL_TABLE_H_
