// How much may wait in the channel at once: bounded by time as well as by bytes.
//
// What waits in the channel delays all that follows, a ping or an abort too. On a fast path a MiB is gone within a tenth of a
// second, on one of 1 Mbit/s it takes eight. So the window begins small, grows while the channel empties it at once, and
// follows the measured rate where that falls. docs/protocol.md, "Flow control".
#ifndef PEER_SESSION_SRC_CHANNEL_SEND_WINDOW_H_
#define PEER_SESSION_SRC_CHANNEL_SEND_WINDOW_H_

#include <optional>

#include "peer_session/options.h"
#include "peer_session/types.h"

namespace peer_session {

class SendWindow {
 public:
  explicit SendWindow(const Pacing& pacing);

  // Known when the channel opens.
  void SetMaxMessage(ByteCount max_message);

  // Stop handing over file bytes at this much.
  ByteCount HighMark() const { return size_; }
  // Go on at this much; less than HighMark().
  ByteCount LowMark() const;
  // Of each whole binary message: a quarter of the window, within what the connection takes.
  ByteCount MessageSize() const;

  // The same of any window, where another measure bounds it.
  ByteCount MostHighMark() const { return high_; }
  ByteCount MostLowMark() const { return low_; }
  ByteCount MostMessage() const { return max_message_; }

  // The channel holds `before` bytes and is given more.
  void HandOver(Timestamp now, ByteCount before);
  // It says that it holds `held`; `left` have left it since it said so last.
  void Drain(Timestamp now, ByteCount left, ByteCount held);

 private:
  const Pacing* pacing_;
  // As configured, but so that low < high <= Pacing::max_buffered: at the low mark the window is open, whatever was asked for.
  ByteCount high_;
  ByteCount low_;
  ByteCount least_;
  ByteCount max_message_;
  ByteCount size_;
  // Since when, without a break, the channel has had bytes to send, and how many it has sent since.
  std::optional<Timestamp> busy_since_;
  ByteCount sent_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_CHANNEL_SEND_WINDOW_H_
