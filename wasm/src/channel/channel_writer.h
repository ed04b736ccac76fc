// The outgoing half of the channel: how much it holds, what may follow, and the text that has to wait.
//
// Text goes out in the call that made it as long as the channel's own bound allows; beyond, it waits in the outbox, and
// file bytes wait behind it. docs/protocol.md, "Flow control".
#ifndef PEER_SESSION_SRC_CHANNEL_CHANNEL_WRITER_H_
#define PEER_SESSION_SRC_CHANNEL_CHANNEL_WRITER_H_

#include <algorithm>
#include <deque>
#include <string>

#include "action_queue.h"
#include "peer_session/options.h"
#include "peer_session/types.h"

namespace peer_session {

class ChannelWriter {
 public:
  enum class TextResult { kAccepted, kTooLong, kFull };

  ChannelWriter(const Options& options, ActionQueue& actions) : options_(options), actions_(actions) {}

  void Open(ByteCount max_message_size);
  bool IsOpen() const { return open_; }
  void Close();

  bool FitsOneMessage(const std::string& text) const;
  // Accepted text keeps its order. Precondition: IsOpen().
  TextResult SendText(std::string text);

  // Bytes of a whole binary message.
  ByteCount MessageSize() const { return std::min(max_message_, options_.pacing.max_message); }
  // How many file bytes may be handed over now, in whole messages; zero while text waits.
  ByteCount Window() const;
  // Precondition: length <= Window().
  void SendBytes(TransferKey transfer, ByteCount offset, ByteCount length, ByteCount file_size);

  // The channel's own figure; flushes the outbox as far as it goes.
  void SetBuffered(ByteCount buffered);
  // Queues AwaitLow, at most once until the next SetBuffered.
  void AwaitLowWater();
  // The same with a threshold that is reached already: the caller has its turn, and comes back.
  void AwaitTurn();

  ByteCount OutboxSize() const { return outbox_size_; }

 private:
  bool Fits(const std::string& text) const;
  void Emit(std::string text);
  void Await(ByteCount threshold);

  const Options& options_;
  ActionQueue& actions_;
  bool open_ = false;
  bool awaiting_ = false;
  ByteCount max_message_;
  // The channel's last figure plus what was handed over since: never less than the truth.
  ByteCount buffered_;
  std::deque<std::string> outbox_;
  ByteCount outbox_size_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_CHANNEL_CHANNEL_WRITER_H_
