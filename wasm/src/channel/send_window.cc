#include "channel/send_window.h"

#include <algorithm>
#include <cstdint>

namespace peer_session {
namespace {

// The window holds what the channel sends in this time: long enough for a page to be busy meanwhile, and short enough that
// a ping or a cancel is on its way within half a second.
constexpr Duration kWindowTime = Duration::Millis(300);

// Half of it gone within this time: the whole of twice as much takes no longer than 400 ms.
constexpr Duration kQuick = Duration::Millis(100);

// Of the window: it shrinks when what it should hold is less, so when it takes 400 ms.
constexpr double kTolerated = 0.75;

// Filling the channel is one piece of work, at 5 us a message: this many take 20 ms.
constexpr std::int64_t kMostMessages = 4096;

// So that the next message is handed over while the one before it is being sent.
constexpr std::int64_t kMessagesInWindow = 4;

ByteCount AtLeastOne(ByteCount bytes) { return std::max(bytes, ByteCount(1)); }

ByteCount Part(ByteCount whole, double share) {
  return ByteCount(static_cast<std::int64_t>(static_cast<double>(whole.value()) * share));
}

}  // namespace

SendWindow::SendWindow(const Pacing& pacing)
    : pacing_(&pacing),
      // File bytes leave the text its half of what the channel takes.
      high_(AtLeastOne(std::min(pacing.high_water, pacing.max_buffered))),
      low_(std::clamp(pacing.low_water, ByteCount(), high_ - ByteCount(1))),
      least_(std::clamp(pacing.least_water, ByteCount(1), high_)),
      max_message_(AtLeastOne(pacing.max_message)),
      size_(least_) {}

void SendWindow::SetMaxMessage(ByteCount max_message) {
  max_message_ = AtLeastOne(std::min(max_message, pacing_->max_message));
  // Bounded before it is multiplied.
  if (max_message_.value() > high_.value() / kMostMessages) return;
  const ByteCount most(max_message_.value() * kMostMessages);
  low_ = std::min(low_, Part(most, 0.5));
  high_ = most;
  least_ = std::min(least_, high_);
  size_ = std::min(size_, high_);
}

ByteCount SendWindow::LowMark() const {
  if (size_ == high_) return low_;
  const double share = static_cast<double>(low_.value()) / static_cast<double>(high_.value());
  return std::min(Part(size_, share), size_ - ByteCount(1));
}

ByteCount SendWindow::MessageSize() const {
  const ByteCount share = std::max(ByteCount(size_.value() / kMessagesInWindow), pacing_->least_message);
  return std::min(AtLeastOne(share), max_message_);
}

void SendWindow::HandOver(Timestamp now, ByteCount before) {
  // An empty channel has no rate: what passes between two files says nothing.
  if (busy_since_ && before > ByteCount()) return;
  busy_since_ = now;
  sent_ = ByteCount();
}

void SendWindow::Drain(Timestamp now, ByteCount left, ByteCount held) {
  if (!busy_since_) return;
  sent_ += left;
  const bool is_sample = sent_ >= ByteCount(size_.value() / 2);
  if (is_sample) {
    const Duration took = now - *busy_since_;
    if (took <= kQuick) {
      size_ = size_ > high_ - size_ ? high_ : size_ + size_;
    } else if (held > ByteCount()) {
      // A channel that is found empty may have been so for long: the page was busy, and not the path slow.
      const double share = static_cast<double>(kWindowTime.micros()) / static_cast<double>(took.micros());
      const ByteCount target = Part(sent_, share);
      if (target < Part(size_, kTolerated)) size_ = std::max(target, least_);
    }
  }
  if (held == ByteCount()) {
    busy_since_.reset();
  } else if (is_sample) {
    busy_since_ = now;
    sent_ = ByteCount();
  }
}

}  // namespace peer_session
