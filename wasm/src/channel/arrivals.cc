#include "channel/arrivals.h"

#include <string>
#include <utility>

#include "wire/write.h"

namespace peer_session {

void Arrivals::SayOn(ChannelWriter& writer) {
  if (!writer.IsOpen()) return;
  std::string text = wire::WriteAck(total_, last_at_);
  if (!writer.MaySendNow(text)) return;
  writer.SendText(std::move(text));
  Acknowledge();
}

}  // namespace peer_session
