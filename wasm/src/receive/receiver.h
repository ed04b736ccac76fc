// The incoming side: pulls, the one transfer that runs, and verification. docs/protocol.md, "Receiving".
#ifndef PEER_SESSION_SRC_RECEIVE_RECEIVER_H_
#define PEER_SESSION_SRC_RECEIVE_RECEIVER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "action_queue.h"
#include "channel/channel_writer.h"
#include "fifo.h"
#include "group/seat.h"
#include "peer.h"
#include "peer_session/options.h"
#include "receive/download.h"
#include "receive/download_states.h"
#include "receive/known_offers.h"
#include "receive/late_pulls.h"
#include "receive/passing_file.h"
#include "receive/patience.h"
#include "receive/pull_table.h"
#include "receive/requests.h"
#include "receive/verification_queue.h"

namespace peer_session {

class Receiver {
 public:
  Receiver(const Options& options, ActionQueue& actions, ChannelWriter& writer, const Peer& peer, Seat& seat);

  // An offer that the owner is told of.
  void HandleOffer(Timestamp now, const FileInfo& file) { offers_.Add(file, now); }
  // Heard before, of the same content.
  bool HasOffer(const FileInfo& file) const {
    const std::optional<KnownOffer> known = offers_.Find(file.id);
    return known && known->Fits(file);
  }
  // The peer has taken it back. Returns what it was; nothing when it was not offered.
  std::optional<KnownOffer> HandleWithdraw(Timestamp now, const TransferId& id);
  // Any text of the peer, before what it means.
  void HandleText(ByteCount size) {
    if (pulls_.waiting() > 0 || running_) patience_.HearText(size);
  }

  // What was handed to the channel has left it, perhaps.
  void HandleDrained(Timestamp now) {
    requests_.HandleDrained(now, pulls_);
    SayCredit(now);
  }

  // False when the id is already owed an end: the first pull's end serves both.
  bool Pull(Timestamp now, TransferKey key, TransferId id, ByteCount room, std::int32_t priority);
  // Counts while it is held, or is again after a pause.
  void SetPriority(const TransferId& id, std::int32_t priority);
  void Pause(const TransferId& id);
  void Resume(Timestamp now, const TransferId& id);
  // The peer has stopped sending it, as it was asked to. False when it was not.
  bool HandlePaused(Timestamp now, const TransferId& id);
  // Asks for what is held, as far as it may be asked for by now.
  void AskHeld(Timestamp now);
  // The answer to FindPartial.
  void HandlePartial(Timestamp now, const TransferId& id, ByteCount have);
  // Wherever it is.
  void Cancel(Timestamp now, const TransferId& id, Reason reason = Reason::kCancelled);

  // An offer that is not pulled, and will not be.
  void Decline(const TransferId& id, std::string_view detail);
  // The peer has made it again, and so not heard of that, if it was.
  void DeclineAgain(const TransferId& id);

  // Another peer has the same: ends the pull if it waits and the peer has been silent, and tells the peer.
  void GiveUp(Timestamp now, const TransferId& id);

  // Whatever else a `meta` is, the bytes after it are its own: the transfer before it ends here. One that contradicts the
  // offer that was pulled ends the pull.
  // Both answer false for an id that nobody here asked for.
  bool HandleMeta(Timestamp now, FileInfo file, ByteCount offset);
  bool HandleInvalidMeta(Timestamp now, const std::optional<TransferId>& id);
  void HandleAbort(Timestamp now, const TransferId& id, Reason peer_reason);
  // The hash of the file that runs, which was offered without. False where none is expected.
  bool HandleTransferEnd(Timestamp now, const TransferId& id, std::string hash);
  void HandleBinary(Timestamp now, ByteCount size);
  // Bytes of that file that come on a lane. Those of another than the one that runs are nobody's.
  void HandlePiece(Timestamp now, const TransferId& id, ByteCount offset, ByteCount size);
  // They belong to no file.
  void Drop(ByteCount size);
  // Where the next ones of the first channel begin.
  void HandleSegment(const TransferId& id, ByteCount offset) {
    if (running_ && running_->file().id == id) running_->GoOnAt(offset);
  }

  void HandleAuthorization(Timestamp now, TransferKey key, bool allowed);
  void HandleDigest(Timestamp now, TransferKey key, std::string_view hash);
  void HandleDigestFailed(Timestamp now, TransferKey key);
  void HandleClaim(Timestamp now, TransferKey key, bool holds);
  // The sink has taken so much.
  void HandleStored(Timestamp now, const TransferId& id, ByteCount total);
  void HandleStoreFailed(Timestamp now, TransferKey key);
  void HandleTimeout(Timestamp now);
  // Another channel may come: what is running or waiting goes on there.
  void HandleLinkLost(Timestamp now);
  void HandleLinkUp(Timestamp now);
  // The channel is over: settles all that is running or waiting. What is being verified may still be delivered.
  void CloseChannel(Timestamp now, Reason reason);
  // Settles that, too.
  void Close(Timestamp now, Reason reason);

  // None while a file runs: those behind it wait as long as that may, which has a deadline of its own.
  std::optional<Timestamp> NextPullDeadline() const;
  std::optional<Timestamp> NextDownloadDeadline() const;
  std::optional<Timestamp> NextVerifyDeadline() const;
  // Of looking up what is here.
  std::optional<Timestamp> NextLookUpDeadline() const;

  std::optional<ByteCount> NextDrain() const { return requests_.NextDrain(); }

  std::size_t waiting_pulls() const { return pulls_.waiting(); }
  std::size_t held_pulls() const { return pulls_.held().size() + pulls_.paused().size(); }
  std::size_t unverified_files() const { return unverified_.size(); }
  std::uint64_t dropped_bytes() const { return dropped_bytes_; }
  std::uint64_t transitions() const { return states_.taken(); }

 private:
  enum class Rest { kPasses, kIsNobodys };

  // How a transfer ended badly, and what is worth keeping of it.
  struct Failure {
    Reason reason = Reason::kNone;
    Reason peer_reason = Reason::kNone;
    ByteCount kept = {};
  };

  // It is held, or its turn comes at once.
  void Enqueue(Timestamp now, Loose<WaitingPull> pull);
  // The peer sends nothing of it.
  void SetAside(Loose<WaitingPull> pull);
  // Of one that the peer was asked for, or is about to be.
  PauseWish* WishOf(const TransferId& id);
  // So that it keeps what is paused, or held after that.
  void SayPauseAgain(const WaitingPull& pull);
  // There is no channel for it.
  void Suspend(Loose<WaitingPull> pull);
  // What runs does not run any more; it goes on from its first gap.
  Loose<WaitingPull> TakeRunning(Timestamp now);
  // Its turn has come: looks up what is here of it, or asks for it.
  void Ask(Timestamp now, Loose<WaitingPull> pull);
  bool MayAsk() const;
  // Asks for what is missing, or notes it for the next channel.
  void Request(Timestamp now, Loose<WaitingPull> pull);
  // To the peer whose file runs, if there is more room.
  void SayCredit(Timestamp now);
  // The rest of its bytes either passes, as a part of the peer's queue, or belongs to nobody.
  void FailRunning(Timestamp now, Reason reason, Rest rest, Reason peer_reason = Reason::kNone);
  void FinishRunning(Timestamp now);
  // The one end of a pull that was for that hash, or for none that is known.
  void Fail(DownloadState state, TransferKey key, const TransferId& id, const KnownOffer& content, Failure failure);
  void FailWaiting(const WaitingPull& pull, Reason reason, Reason peer_reason = Reason::kNone);
  // Tells a peer that understands it.
  void SendCancel(const TransferId& id, Reason reason, std::string_view detail = {});
  void SettleDecided(Timestamp now);
  void Settle(Timestamp now, Unverified item);
  void PullAgain(Timestamp now, const Unverified& item);
  void Confirm(Timestamp now, const TransferId& id);
  // A piece of the file that runs, which is no longer than that.
  void Keep(Timestamp now, ByteCount offset, ByteCount size);

  // A file that was delivered, which its sender may not have heard.
  struct Receipt {
    TransferId id;
    Timestamp at;
  };

  const Options& options_;
  ActionQueue& actions_;
  ChannelWriter& writer_;
  const Peer& peer_;
  Seat& seat_;
  KnownOffers offers_;
  PullTable pulls_;
  Requests requests_;
  LatePulls late_;
  // Nothing: binary messages belong to nobody until the next `meta`.
  std::optional<Download> running_;
  // Never beside a running one.
  std::optional<PassingFile> passing_;
  VerificationQueue unverified_;
  Patience patience_;
  // Cancels that wait for a channel. Each is of a pull, or of an offer that is known, which are bounded.
  Fifo<std::string> untold_;
  // The last ones.
  Fifo<Receipt> receipts_;
  std::uint64_t last_turn_ = 0;
  // No other channel will come.
  bool is_closed_ = false;
  StateMachine<kDownloadTransitions> states_;
  std::uint64_t dropped_bytes_ = 0;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_RECEIVER_H_
