// The outgoing side: offers, the queue of pulled files, and the one transfer that runs. docs/protocol.md, "Sending".
//
// A transfer starts in one place only, Pump(), and only when the one before it has handed over its last byte: that is
// what keeps two files from ever interleaving.
#ifndef PEER_SESSION_SRC_SEND_SENDER_H_
#define PEER_SESSION_SRC_SEND_SENDER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "action_queue.h"
#include "channel/channel_writer.h"
#include "fifo.h"
#include "guard/peer_budgets.h"
#include "peer_session/options.h"
#include "send/offer_book.h"
#include "send/upload_queue.h"

namespace peer_session {

class Sender {
 public:
  Sender(const Options& options, ActionQueue& actions, ChannelWriter& writer);

  // `is_news`: the peer is told of it. Else the offer is remembered all the same, and ends like one that nobody pulls.
  void Offer(Timestamp now, TransferKey key, FileInfo file, bool is_news);
  // The peer's pull. False when there is nothing to pull under that id.
  bool HandlePullRequest(Timestamp now, const TransferId& id);
  // The peer does not want what it had pulled. A file that has begun goes on: its bytes are expected.
  void HandleAbort(Timestamp now, const TransferId& id);
  void HandleBlockReady(Timestamp now, TransferKey key);
  void HandleBlockFailed(Timestamp now, TransferKey key);
  void HandleSigned(Timestamp now, TransferKey key, std::string signature, std::string public_key);
  void HandleUnsigned(Timestamp now, TransferKey key);
  // The channel has room again, perhaps, and files that were handed over have left it.
  void HandleDrained(Timestamp now);
  void Pump(Timestamp now);
  void HandleTimeout(Timestamp now);
  // Every pulled file ends; offers that nobody pulled are forgotten with the action Closed.
  void Close(Reason reason);

  // Where in the channel's stream the oldest file ends that was handed over and has not left.
  std::optional<ByteCount> NextDrain() const;

  // Of reading and of signing.
  std::optional<Timestamp> NextReadDeadline() const { return queue_.NextDeadline(); }
  std::optional<Timestamp> NextOfferExpiry() const { return offers_.NextExpiry(); }
  std::size_t pending_offers() const { return offers_.size(); }
  // Those that are still in the channel's buffer included.
  std::size_t queued_uploads() const { return queue_.size() + leaving_.size(); }

 private:
  // A signed session signs its own files, and leaves alone what others have signed.
  bool MustSign(const FileInfo& file) const;
  bool FitsMeta(const FileInfo& file) const;
  void DropExpiredOffers(Timestamp now);
  // Tells the peer, who is waiting for it, and ends the file in front; false while the peer cannot be told.
  bool AbortFront();
  void EndFront(Reason reason);
  void EndDrained();

  // Handed over whole; its end is told when the channel has sent what lies before this position.
  struct Leaving {
    TransferKey key{};
    ByteCount end;
  };

  const Options& options_;
  ActionQueue& actions_;
  ChannelWriter& writer_;
  OfferBook offers_;
  UploadQueue queue_;
  // In the order of their ends. The channel's bound on what it holds bounds their number, since each begins with a `meta`.
  Fifo<Leaving> leaving_;
  RateBudget offer_pace_ = RateBudget::PaceTowards(kOfferRate);
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_SEND_SENDER_H_
