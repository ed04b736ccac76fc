#include "channel/channel_writer.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "mutant.h"

namespace peer_session {
namespace {

ByteCount SizeOf(const std::string& text) { return ByteCount(static_cast<std::int64_t>(text.size())); }

}  // namespace

void ChannelWriter::Open(ByteCount max_message_size) {
  open_ = true;
  max_message_ = max_message_size > ByteCount() ? max_message_size : options_.pacing.unknown_max_message;
}

void ChannelWriter::Close() {
  open_ = false;
  outbox_.clear();
  outbox_size_ = ByteCount();
}

bool ChannelWriter::FitsOneMessage(const std::string& text) const { return SizeOf(text) <= max_message_; }

ChannelWriter::TextResult ChannelWriter::SendText(std::string text) {
  if (!FitsOneMessage(text)) return TextResult::kTooLong;
  if ((outbox_.empty() || PEER_SESSION_MUTANT("text-overtakes-the-outbox")) && Fits(text)) {
    Emit(std::move(text));
    return TextResult::kAccepted;
  }
  if (outbox_size_ + SizeOf(text) > options_.limits.max_outbox && !PEER_SESSION_MUTANT("outbox-without-end"))
    return TextResult::kFull;
  outbox_size_ += SizeOf(text);
  outbox_.push_back(std::move(text));
  AwaitLowWater();
  return TextResult::kAccepted;
}

ByteCount ChannelWriter::Window() const {
  // Whatever the caller configured, file bytes leave the text its half of what the channel takes.
  const ByteCount high_water = std::min(options_.pacing.high_water, options_.pacing.max_buffered);
  if (PEER_SESSION_MUTANT("window-ignored")) return ByteCount::MiB(64);
  if (!open_ || !outbox_.empty() || buffered_ >= high_water) return ByteCount();
  const std::int64_t message = MessageSize().value();
  const std::int64_t room = (high_water - buffered_).value();
  return ByteCount((room + message - 1) / message * message);
}

void ChannelWriter::SendBytes(TransferKey transfer, ByteCount offset, ByteCount length, ByteCount file_size) {
  buffered_ += length;
  actions_.Push(peer_session::SendBytes{
      .transfer = transfer, .offset = offset, .length = length, .message_size = MessageSize(), .file_size = file_size});
}

void ChannelWriter::SetBuffered(ByteCount buffered) {
  buffered_ = std::max(buffered, ByteCount());
  awaiting_ = false;
  while (!outbox_.empty() && Fits(outbox_.front())) {
    outbox_size_ -= SizeOf(outbox_.front());
    Emit(std::move(outbox_.front()));
    outbox_.pop_front();
  }
  if (!outbox_.empty()) AwaitLowWater();
}

void ChannelWriter::AwaitLowWater() { Await(options_.pacing.low_water); }

void ChannelWriter::AwaitTurn() { Await(buffered_); }

void ChannelWriter::Await(ByteCount threshold) {
  if (awaiting_ || PEER_SESSION_MUTANT("low-mark-never-awaited")) return;
  awaiting_ = true;
  actions_.Push(AwaitLow{threshold});
}

// An empty channel takes any text that is one legal message.
bool ChannelWriter::Fits(const std::string& text) const {
  return buffered_ == ByteCount() || buffered_ + SizeOf(text) <= options_.pacing.max_buffered;
}

void ChannelWriter::Emit(std::string text) {
  buffered_ += SizeOf(text);
  actions_.Push(peer_session::SendText{std::move(text)});
}

}  // namespace peer_session
