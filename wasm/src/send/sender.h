// The outgoing side: offers, the queue of pulled files, the one transfer that runs, and what waits for the peer's word or for
// another channel. docs/protocol.md, "Sending".
//
// A transfer starts in one place only, Pump(), and only when the one before it has handed over its last byte: that is
// what keeps two files from ever interleaving.
#ifndef PEER_SESSION_SRC_SEND_SENDER_H_
#define PEER_SESSION_SRC_SEND_SENDER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "action_queue.h"
#include "channel/channel_writer.h"
#include "fifo.h"
#include "guard/peer_budgets.h"
#include "id_table.h"
#include "lanes/outgoing_lanes.h"
#include "peer.h"
#include "peer_session/options.h"
#include "send/awaited.h"
#include "send/offer_book.h"
#include "send/upload_queue.h"
#include "send/upload_states.h"

namespace peer_session {

class Sender {
 public:
  Sender(const Options& options, ActionQueue& actions, ChannelWriter& writer, OutgoingLanes& lanes, const Peer& peer);

  // `is_news`: the peer is told of it. Else the offer is remembered all the same, and ends like one that nobody pulls.
  void Offer(Timestamp now, TransferKey key, FileInfo file, bool is_news, bool once = false);
  void Withdraw(Timestamp now, const TransferId& id);
  // The peer's pull. False when there is nothing to pull under that id, or nothing from there on.
  bool HandlePullRequest(Timestamp now, const TransferId& id, ByteCount offset, std::optional<ByteCount> credit);
  // The peer does not want it, or no more of it.
  void HandleCancel(Timestamp now, const TransferId& id, const PeerWord& word);
  // The peer does not want it now.
  void HandlePause(Timestamp now, const TransferId& id);
  // Files arrive at the peer. One that may hold pulls asks for more as they do: as long as they do, no offer is too old.
  void KeepOffers(Timestamp now);
  // The peer has said what it understands, or there is a channel again.
  void TellUntold();
  // The peer has it whole.
  void HandleDone(Timestamp now, const TransferId& id);
  void HandleCredit(Timestamp now, const TransferId& id, ByteCount up_to);
  // `number`: of the read, where the caller says it.
  void HandleBlockReady(Timestamp now, TransferKey key, ByteCount length, std::optional<std::uint32_t> number);
  void HandleBlockFailed(Timestamp now, TransferKey key, Reason reason, std::optional<std::uint32_t> number);
  // Of a file that was offered without; the same from whichever pull it comes. False when none is awaited under that key; an empty one could not be computed.
  bool HandleDigest(Timestamp now, TransferKey key, std::string_view hash);
  void HandleSigned(Timestamp now, TransferKey key, std::string signature, std::string public_key);
  void HandleUnsigned(Timestamp now, TransferKey key);
  // The channel has room again, perhaps, and files that were handed over have left it.
  void HandleDrained(Timestamp now);
  // The peer has more of what was sent to it.
  void HandleAcknowledged(Timestamp now);
  // A lane was lost: what it has not brought goes over the others.
  void SendAgain(Timestamp now, Fifo<Piece> pieces);
  // The same of files alone, when nothing more can be handed over.
  void EndDrained(Timestamp now);
  void Pump(Timestamp now);
  void HandleTimeout(Timestamp now);
  // Another channel may come: what was pulled waits to be pulled again. `drained`: how far the stream has left the lost one.
  void HandleLinkLost(ByteCount drained);
  // It has come. What was offered since `heard_until` may not have reached the peer.
  void HandleLinkUp(Timestamp now, Timestamp heard_until);
  // Every pulled file ends; offers that nobody pulled are forgotten with the action Closed.
  void Close(Reason reason);

  // Nothing that was pulled is under way, or waits for the peer's word.
  bool IsIdle() const { return queue_.empty() && leaving_.empty() && held_.empty(); }
  // What the file in front has yet to send, if lanes may carry it.
  ByteCount LeftOfFront() const { return queue_.empty() ? ByteCount() : queue_.front().LeftForLanes(); }
  // Where in the channel's stream the oldest file ends that was handed over and has not left.
  std::optional<ByteCount> NextDrain() const;
  // Of reading, of signing, and of the peer's room.
  std::optional<Timestamp> NextReadDeadline() const;
  std::optional<Timestamp> NextOfferExpiry() const { return offers_.NextExpiry(); }
  std::optional<Timestamp> NextReceiptDeadline() const;
  std::optional<Timestamp> NextPausedDeadline() const;
  std::size_t pending_offers() const { return offers_.size(); }
  // Those that are still in the channel's buffer included.
  std::size_t queued_uploads() const { return queue_.size() + leaving_.size(); }
  std::size_t unconfirmed_uploads() const { return held_.size() + paused_.size(); }
  std::uint64_t transitions() const { return states_.taken(); }

 private:
  // A signed session signs its own files, and leaves alone what others have signed.
  bool MustSign(const FileInfo& file) const;
  bool FitsMeta(const FileInfo& file, ByteCount offset = {}) const;
  bool IsKnown(const TransferId& id) const;
  // Now, or on the next channel.
  void TellWithdrawn(const TransferId& id);
  // Why it cannot be offered; kNone when it can, and the peer is told if `is_news`. Its hash becomes lower-case.
  Reason Announce(Timestamp now, FileInfo& file, bool is_news);
  void DropExpiredOffers(Timestamp now);
  // Tells the peer, who is waiting for it, and ends the file in front; false while the peer cannot be told.
  bool AbortFront();
  // Every byte of it was handed over once: the peer may have all that the lanes carry before this side has heard of it.
  const Upload* FindSentWhole(const TransferId& id);
  // All of the file in front was handed over; false while it waits for its hash, or for what the lanes have yet to bring.
  bool FinishFront(Timestamp now);
  // False while the hash is not known, or the peer cannot be told.
  bool SayHash(Timestamp now, Upload& upload);
  // What goes next, on the first channel or on a lane. Returns how much that is.
  ByteCount SendOnFirst(Upload& upload);
  ByteCount SendOnLane(Timestamp now, OutgoingLane& lane, Upload& upload);
  // One that the file may use, and that has room.
  OutgoingLane* LaneFor(const Upload& upload);
  // The end of an offer that nobody has pulled.
  void End(const PendingOffer& offer, UploadEvent event, Reason reason, const PeerWord& word = {});
  void End(Upload& upload, UploadEvent event, Reason reason, const PeerWord& word = {});
  void Tell(TransferKey key, Reason reason, const PeerWord& word);
  void EndConfirmed(Upload& upload);
  void EndUnconfirmed(Timestamp now);
  // Tells the peer where the bytes end of the file in front; false while it cannot be told.
  bool PauseFront(Timestamp now);
  void SetAside(Timestamp now, Loose<Upload> upload);
  void KeepPaused(Timestamp now, Loose<Upload> upload);
  void EndPaused(Timestamp now);
  // The one that has been paused for the longest.
  void EndOldestPaused(Reason reason);
  void Hold(Loose<Upload> upload, UploadEvent event);

  const Options& options_;
  ActionQueue& actions_;
  ChannelWriter& writer_;
  OutgoingLanes& lanes_;
  const Peer& peer_;
  OfferBook offers_;
  UploadQueue queue_;
  // Handed over whole, in the order of their ends. The channel's bound on what it holds bounds their number, since each begins
  // with a `meta`.
  IdTable<Upload> leaving_;
  // Left the channel and not confirmed; or suspended, all of them, while there is no channel. In the order of their deadlines.
  IdTable<Upload> held_;
  // Suspended since the peer has paused them, in the order in which it did.
  IdTable<Upload> paused_;
  // Withdrawn while there was no channel to say so, or before the peer has said that it understands it. As many as offers.
  Fifo<TransferId> untold_;
  StateMachine<kUploadTransitions> states_;
  RateBudget offer_pace_ = RateBudget::PaceTowards(kOfferRate);
  // The file in front has sent all that the peer has room for.
  Awaited credit_awaited_;
  // Nothing more may be under way. A page that its browser has suspended acknowledges later: only a peer that never does, and
  // whose connection lives all the same, is given up.
  Awaited ack_awaited_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_SEND_SENDER_H_
