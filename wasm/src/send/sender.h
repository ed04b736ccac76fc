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
#include "peer_session/options.h"
#include "send/offer_book.h"
#include "send/upload_queue.h"

namespace peer_session {

class Sender {
 public:
  Sender(const Options& options, ActionQueue& actions, ChannelWriter& writer);

  void Offer(Timestamp now, TransferKey key, FileInfo file);
  // The peer's pull. False when there is nothing to pull under that id.
  bool HandlePullRequest(Timestamp now, const TransferId& id);
  void HandleBlockReady(Timestamp now, TransferKey key);
  void HandleBlockFailed(Timestamp now, TransferKey key);
  void HandleSigned(Timestamp now, TransferKey key, std::string signature, std::string public_key);
  void HandleUnsigned(Timestamp now, TransferKey key);
  // The channel has room again, perhaps.
  void Pump(Timestamp now);
  void HandleTimeout(Timestamp now);
  // Every pulled file ends; offers that nobody pulled are forgotten with the action Closed.
  void Close(Reason reason);

  // Of reading and of signing.
  std::optional<Timestamp> NextReadDeadline() const { return queue_.NextDeadline(); }
  std::optional<Timestamp> NextOfferExpiry() const { return offers_.NextExpiry(); }
  std::size_t pending_offers() const { return offers_.size(); }
  std::size_t queued_uploads() const { return queue_.size(); }

 private:
  // A signed session signs its own files, and leaves alone what others have signed.
  bool MustSign(const FileInfo& file) const;
  bool FitsMeta(const FileInfo& file) const;
  void DropExpiredOffers(Timestamp now);
  // Tells the peer, who is waiting for it, and ends the file in front; false while the peer cannot be told.
  bool AbortFront();
  void EndFront(Reason reason);

  const Options& options_;
  ActionQueue& actions_;
  ChannelWriter& writer_;
  OfferBook offers_;
  UploadQueue queue_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_SEND_SENDER_H_
