// The outgoing half of the channel: how much it holds, what may follow, and the text that has to wait.
//
// Text goes out in the call that made it as long as the channel's own bound allows; beyond, it waits in the outbox, and
// file bytes wait behind it. docs/protocol.md, "Flow control".
#ifndef PEER_SESSION_SRC_CHANNEL_CHANNEL_WRITER_H_
#define PEER_SESSION_SRC_CHANNEL_CHANNEL_WRITER_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "action_queue.h"
#include "channel/echoes.h"
#include "channel/flight.h"
#include "channel/send_window.h"
#include "fifo.h"
#include "peer_session/options.h"
#include "peer_session/types.h"

namespace peer_session {

class ChannelWriter {
 public:
  enum class TextResult { kAccepted, kTooLong, kFull };

  ChannelWriter(const Options& options, ActionQueue& actions, Lane lane = Lane::kFirst);

  // Of the input that follows.
  void SetTime(Timestamp now) { now_ = now; }
  void Open(ByteCount max_message_size);
  bool IsOpen() const { return open_; }
  void Close();

  // The largest message the connection takes, text or binary.
  ByteCount MaxMessage() const { return max_message_; }
  bool FitsOneMessage(const std::string& text) const;
  // Whether SendText would take a text of that size now, into the channel or the outbox.
  bool HasRoomFor(ByteCount size) const;
  // Whether SendText would put it into the channel now.
  bool MaySendNow(const std::string& text) const {
    return outbox_.empty() && FitsOneMessage(text) && Fits(ByteCount(static_cast<std::int64_t>(text.size())));
  }
  // Accepted text keeps its order. Precondition: IsOpen().
  TextResult SendText(std::string text);
  // In place of all that waits, and whatever the channel holds: nothing follows. Precondition: IsOpen().
  TextResult SendLast(std::string text);

  // Bytes of a whole binary message.
  ByteCount MessageSize() const;
  // How many file bytes may be handed over now, in whole messages; zero while text waits, or enough is under way.
  ByteCount Window() const;
  // Whether Window() is zero until the peer acknowledges more.
  bool AwaitsAcknowledgement() const { return !IsChannelFull() && flight_.Room() == ByteCount(); }
  // Precondition: length <= Window().
  void SendBytes(TransferKey transfer, ByteCount offset, ByteCount length, ByteCount file_size, ByteCount so_far);

  // The channel's own figure; flushes the outbox as far as it goes.
  void SetBuffered(ByteCount buffered);
  // The same when nothing more may follow.
  void SetLastBuffered(ByteCount buffered) { buffered_ = std::clamp(buffered, ByteCount(), ByteCount::Largest()); }

  // The peer acknowledges the file bytes that arrive on this channel: no more is under way than the path holds.
  void ExpectAcknowledgements() { flight_.ExpectAcknowledgements(); }
  // Returns whether it says anything new.
  bool Acknowledge(ByteCount total, Timestamp arrived_at) { return flight_.Acknowledge(now_, total, arrived_at); }

  // The peer says nothing of what arrives, and answers pings: one goes behind the bytes now and then, and its pong is the
  // acknowledgement. Until the first one comes, and when none does for a while, the window is that of a peer that does neither.
  void ExpectPongs();
  // Precondition: IsOpen().
  TextResult SendPing();
  // Behind the bytes that were handed over, once they are worth one. `to_come`: of the same file.
  void PingIfDue(ByteCount to_come);
  // Returns whether it may say that more can be sent.
  bool HandlePong();
  // When the peer counts as one that does not answer.
  std::optional<Timestamp> PongDeadline() const;
  // Returns whether it has come to that.
  bool HandlePongTimeout();

  // File bytes that were handed over on this channel, and of those the ones that the peer says have arrived. Where it does not say,
  // all have.
  ByteCount FileBytes() const { return flight_.handed(); }
  ByteCount FileBytesArrived() const { return flight_.arrived(); }
  // The way there and back without its queue, once it is known.
  std::optional<Duration> RoundTrip() const { return flight_.RoundTrip(); }
  // What the narrowest link bears, in bytes a microsecond; zero: not known.
  double LinkRate() const { return flight_.LinkRate(); }
  // The channel has not sent what it was given, though no more was given than the path seems to hold.
  bool IsHeldBack() const { return buffered_ >= MessageSize(); }

  // Positions in the stream of everything that was ever accepted, in the outbox or the channel, and of what has left the
  // channel's buffer. Nothing overtakes the text that waits.
  ByteCount Accepted() const { return handed_ + outbox_size_; }
  ByteCount Drained() const { return handed_ - buffered_; }
  bool IsEmpty() const { return buffered_ == ByteCount() && outbox_.empty(); }

  // What this input's end is to wait for: room for file bytes, or nothing but the caller's turn.
  void WantWindow();
  void WantTurn() { turn_wanted_ = true; }
  // At the end of each input: queues AwaitLow for what the wait is for, unless a pending one comes no later.
  // `drain_to`: a position in the stream whose draining matters when nothing else is waited for.
  void QueueAwait(std::optional<ByteCount> drain_to);

  ByteCount OutboxSize() const { return outbox_size_; }

 private:
  ByteCount InitialWindow() const;
  bool Fits(ByteCount size) const;
  ByteCount HighMark() const;
  ByteCount LowMark() const;
  bool IsChannelFull() const { return !open_ || !outbox_.empty() || buffered_ >= HighMark(); }
  void DropOutbox();
  void Emit(std::string text);
  // How much follows on a ping before the next one.
  ByteCount Sounding() const;
  void HandOver(ByteCount size);
  // The level at which what waits can go on: always below what the channel holds, so that no wait is over before it begins.
  std::optional<ByteCount> LevelForProgress() const;

  const Options& options_;
  ActionQueue& actions_;
  const Lane lane_;
  const ByteCount max_buffered_;
  SendWindow window_;
  Flight flight_;
  bool is_sounding_ = false;
  Echoes echoes_;
  Timestamp now_;
  bool open_ = false;
  bool window_wanted_ = false;
  bool turn_wanted_ = false;
  // The level of the last AwaitLow, until the channel is known to have reached it.
  std::optional<ByteCount> pending_;
  ByteCount max_message_;
  // The channel's last figure plus what was handed over since: never less than the truth.
  ByteCount buffered_;
  ByteCount handed_;
  Fifo<std::string> outbox_;
  ByteCount outbox_size_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_CHANNEL_CHANNEL_WRITER_H_
