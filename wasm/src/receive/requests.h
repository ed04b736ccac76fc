// Asks the peer for files, and knows when it can have heard of it at the earliest. docs/protocol.md, "Deadlines".
#ifndef PEER_SESSION_SRC_RECEIVE_REQUESTS_H_
#define PEER_SESSION_SRC_RECEIVE_REQUESTS_H_

#include <optional>

#include "channel/channel_writer.h"
#include "fifo.h"
#include "peer_session/error.h"
#include "peer_session/options.h"
#include "peer_session/types.h"
#include "receive/pull_table.h"

namespace peer_session {

class Requests {
 public:
  Requests(const Options& options, ChannelWriter& writer) : options_(options), writer_(writer) {}

  // Sets when the peer is asked at the latest. Anything but kNone: it cannot be asked.
  Reason Send(Timestamp now, WaitingPull& pull);
  // What was handed to the channel has left it, perhaps.
  void HandleDrained(Timestamp now, PullTable& pulls);
  // The channel is gone, and what waited in it.
  void Clear() { held_back_.Clear(); }
  // Where in the channel's stream the last request ends that was held back.
  std::optional<ByteCount> NextDrain() const;

 private:
  // A request behind so much that the peer hears of it later.
  struct HeldBack {
    TransferKey key{};
    TransferId id;
    ByteCount end;
  };

  const Options& options_;
  ChannelWriter& writer_;
  // In the order of their ends; the channel's bound on what it holds, and the outbox's, bound their number.
  Fifo<HeldBack> held_back_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_REQUESTS_H_
