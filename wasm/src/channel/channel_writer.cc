#include "channel/channel_writer.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "wire/write.h"

namespace peer_session {
namespace {

// Between where a wait ends and where it could.
constexpr ByteCount kWorthAnotherWait = ByteCount::KiB(8);

// A quarter of the smallest window: at 1 Mbit/s it takes 33 ms.
constexpr ByteCount kLeastMessage = ByteCount::KiB(4);

// The first ping goes behind so much, and where less is sent than that no path overflows: none is asked.
constexpr ByteCount kFirstSounding = ByteCount::KiB(16);
constexpr ByteCount kWorthSounding = ByteCount::KiB(64);

// Of a lane, of which several begin at once on a path that is in use.
constexpr ByteCount kLaneWindow = ByteCount::KiB(8);

ByteCount SizeOf(const std::string& text) { return ByteCount(static_cast<std::int64_t>(text.size())); }

}  // namespace

ChannelWriter::ChannelWriter(const Options& options, ActionQueue& actions, Lane lane)
    : options_(options),
      actions_(actions),
      lane_(lane),
      max_buffered_(std::max(options.pacing.max_buffered, ByteCount(1))),
      window_(options.pacing),
      flight_(InitialWindow()) {}

void ChannelWriter::Open(ByteCount max_message_size) {
  open_ = true;
  max_message_ = max_message_size > ByteCount() ? max_message_size : options_.pacing.unknown_max_message;
  window_.SetMaxMessage(max_message_);
}

void ChannelWriter::Close() {
  open_ = false;
  DropOutbox();
  // A later channel begins empty.
  buffered_ = ByteCount();
  pending_.reset();
  window_wanted_ = turn_wanted_ = false;
  window_ = SendWindow(options_.pacing);
  flight_ = Flight(InitialWindow());
  is_sounding_ = false;
  echoes_ = Echoes();
}

ByteCount ChannelWriter::InitialWindow() const {
  return lane_ == Lane::kFirst ? options_.pacing.least_water : kLaneWindow;
}

bool ChannelWriter::FitsOneMessage(const std::string& text) const { return SizeOf(text) <= max_message_; }

bool ChannelWriter::HasRoomFor(ByteCount size) const {
  // Nothing that is one legal message is too long for an empty one, or a file could begin and its `meta` be lost.
  return outbox_.empty() || outbox_size_ + size <= options_.limits.max_outbox;
}

ChannelWriter::TextResult ChannelWriter::SendText(std::string text) {
  if (!FitsOneMessage(text)) return TextResult::kTooLong;
  if (!HasRoomFor(SizeOf(text))) return TextResult::kFull;
  if (outbox_.empty() && Fits(SizeOf(text))) {
    Emit(std::move(text));
    return TextResult::kAccepted;
  }
  outbox_size_ += SizeOf(text);
  outbox_.Push(std::move(text));
  return TextResult::kAccepted;
}

ChannelWriter::TextResult ChannelWriter::SendLast(std::string text) {
  if (!FitsOneMessage(text)) return TextResult::kTooLong;
  DropOutbox();
  Emit(std::move(text));
  return TextResult::kAccepted;
}

// Where the peer says what has arrived, what the channel holds is part of what is under way.
ByteCount ChannelWriter::HighMark() const {
  return flight_.IsAcknowledged() ? window_.MostHighMark() : window_.HighMark();
}

ByteCount ChannelWriter::LowMark() const {
  return flight_.IsAcknowledged() ? window_.MostLowMark() : window_.LowMark();
}

ByteCount ChannelWriter::MessageSize() const {
  return flight_.IsAcknowledged()
             ? std::clamp(flight_.MessageSize(), std::min(kLeastMessage, window_.MostMessage()), window_.MostMessage())
             : window_.MessageSize();
}

ByteCount ChannelWriter::Window() const {
  if (IsChannelFull()) return ByteCount();
  const std::int64_t message = MessageSize().value();
  ByteCount most = std::min(HighMark() - buffered_, flight_.Room());
  if (is_sounding_ && flight_.IsAcknowledged()) most = std::min(most, Sounding());
  const std::int64_t room = most.value();
  return ByteCount((room + message - 1) / message * message);
}

void ChannelWriter::WantWindow() {
  if (IsChannelFull()) {
    window_wanted_ = true;
  } else {
    flight_.HandleLimited();
  }
}

void ChannelWriter::SendBytes(TransferKey transfer, ByteCount offset, ByteCount length, ByteCount file_size,
                              ByteCount so_far) {
  const ByteCount message_size = MessageSize();
  HandOver(length);
  flight_.HandOver(now_, length, message_size);
  actions_.Push(peer_session::SendBytes{.transfer = transfer,
                                        .offset = offset,
                                        .length = length,
                                        .message_size = message_size,
                                        .file_size = file_size,
                                        .so_far = so_far,
                                        .lane = lane_});
}

void ChannelWriter::ExpectPongs() {
  is_sounding_ = true;
  flight_.Track();
  if (echoes_.AreReliable()) flight_.ExpectAcknowledgements();
}

ChannelWriter::TextResult ChannelWriter::SendPing() {
  const TextResult result = SendText(wire::WritePing());
  if (result == TextResult::kAccepted) echoes_.HandlePing({.at = now_, .behind = flight_.handed()});
  if (echoes_.IsInVain()) flight_.StopBounding();
  return result;
}

bool ChannelWriter::HandlePong() {
  const std::optional<Echoes::Ping> ping = echoes_.HandlePong();
  if (!ping || !is_sounding_) return false;
  flight_.Acknowledge(now_, ping->behind, now_, ping->at);
  if (echoes_.AreReliable()) flight_.ExpectAcknowledgements();
  return true;
}

std::optional<Timestamp> ChannelWriter::PongDeadline() const {
  return is_sounding_ && flight_.IsAcknowledged() ? echoes_.Deadline() : std::nullopt;
}

bool ChannelWriter::HandlePongTimeout() {
  const std::optional<Timestamp> due = PongDeadline();
  if (!due || now_ < *due) return false;
  flight_.StopBounding();
  return true;
}

ByteCount ChannelWriter::Sounding() const { return std::max(MessageSize(), kLeastMessage); }

void ChannelWriter::PingIfDue(ByteCount to_come) {
  if (!is_sounding_ || echoes_.IsInVain()) return;
  const ByteCount behind = echoes_.Unsounded(flight_.handed());
  const bool is_full = behind >= (flight_.IsAcknowledged() ? Sounding() : kFirstSounding);
  const bool is_due = echoes_.IsAnyAwaited()
                          ? is_full && flight_.IsAcknowledged()
                          : flight_.Room() == ByteCount() || (is_full && behind + to_come >= kWorthSounding);
  // Where the channel is full file bytes wait behind it, too.
  if (is_due) SendPing();
}

void ChannelWriter::SetBuffered(ByteCount buffered) {
  const ByteCount before = buffered_;
  SetLastBuffered(buffered);
  window_.Drain(now_, std::max(before - buffered_, ByteCount()), buffered_);
  if (pending_ && buffered_ <= *pending_) pending_.reset();
  while (!outbox_.empty() && Fits(SizeOf(outbox_.front()))) {
    outbox_size_ -= SizeOf(outbox_.front());
    Emit(std::move(outbox_.front()));
    outbox_.PopFront();
  }
}

void ChannelWriter::QueueAwait(std::optional<ByteCount> drain_to) {
  const bool turn = std::exchange(turn_wanted_, false);
  std::optional<ByteCount> level = turn ? std::optional<ByteCount>(buffered_) : LevelForProgress();
  window_wanted_ = false;
  // A pending wait that ends later than progress needs is replaced; one that only tells of drained bytes is when a file lies
  // behind them, and not for each text handed over meanwhile.
  if (!level && drain_to) {
    const ByteCount behind = handed_ - *drain_to;
    if (!pending_ || behind >= *pending_ + kWorthAnotherWait) level = behind;
  }
  if (!open_ || !level || (!turn && pending_ && *pending_ >= *level)) return;
  pending_ = level;
  actions_.Push(AwaitLow{.threshold = *level, .lane = lane_});
}

std::optional<ByteCount> ChannelWriter::LevelForProgress() const {
  if (!outbox_.empty()) {
    const ByteCount fits = std::max(max_buffered_ - SizeOf(outbox_.front()), ByteCount());
    return std::min(LowMark(), fits);
  }
  if (window_wanted_) return LowMark();
  return std::nullopt;
}

// An empty channel takes any text that is one legal message.
bool ChannelWriter::Fits(ByteCount size) const { return buffered_ == ByteCount() || buffered_ + size <= max_buffered_; }

// Its place in the stream stays, and never drains.
void ChannelWriter::DropOutbox() {
  HandOver(outbox_size_);
  outbox_.Clear();
  outbox_size_ = ByteCount();
}

void ChannelWriter::Emit(std::string text) {
  HandOver(SizeOf(text));
  actions_.Push(peer_session::SendText{.text = std::move(text), .lane = lane_});
}

void ChannelWriter::HandOver(ByteCount size) {
  window_.HandOver(now_, buffered_);
  buffered_ += size;
  handed_ += size;
}

}  // namespace peer_session
