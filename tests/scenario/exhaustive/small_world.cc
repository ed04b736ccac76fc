#include "scenario/exhaustive/small_world.h"

#include <algorithm>
#include <optional>

#include "support/session_driver.h"

namespace peer_session::exhaustive {
namespace {

constexpr std::int64_t kMessage = 100;

// A window of one chunk and blocks of two: every wait there is occurs with a few chunks.
Options SmallOptions() {
  Options options;
  options.pacing.max_message = ByteCount(kMessage);
  options.pacing.high_water = ByteCount(kMessage);
  options.pacing.low_water = ByteCount(kMessage / 2);
  options.pacing.block = ByteCount(2 * kMessage);
  options.pacing.read_ahead = ByteCount(3 * kMessage);
  options.pacing.read_ahead_files = 2;
  return options;
}

}  // namespace

std::string Event::Describe() const {
  const std::string number = std::to_string(which);
  switch (kind) {
    case Kind::kPull:
      return "the receiver pulls file " + number;
    case Kind::kDrain:
      return "the channel sends a message of the sender";
    case Kind::kArrive:
      return "the receiver gets a message";
    case Kind::kAnswer:
      return "the sender gets a message";
    case Kind::kSenderTask:
      return "the sender's task " + number + (well ? " ends well" : " ends badly");
    case Kind::kReceiverTask:
      return "the receiver's task " + number + (well ? " ends well" : " ends badly");
    case Kind::kFault:
      return "the fault happens";
    case Kind::kHangUp:
      return "the other side hears of the end";
  }
  return "";
}

SmallWorld::SmallWorld(const Scope& scope, simulation::Journal& journal)
    : scope_(scope),
      journal_(journal),
      options_(SmallOptions()),
      sender_(0, options_, sender_faults_, to_receiver_, turn_, unused_, journal),
      receiver_(1, options_, receiver_faults_, to_sender_, turn_, unused_, journal),
      pulled_(scope.sizes.size(), false) {
  if (scope.fault == Fault::kTask) receiver_faults_.late_authorization = 100;
  if (scope.fault == Fault::kRefusal) receiver_.Refuse("f0");
  sender_.Open(now_, 1000);
  receiver_.Open(now_, 1000);
  for (const std::int64_t size : scope.sizes) {
    const std::string id = "f" + std::to_string(files_.size());
    files_.push_back(
        simulation::File{.id = id, .size = size, .hash = testing::HashOf(id), .content_hash = testing::HashOf(id)});
    sender_.Offer(now_, &files_.back());
  }
  while (to_receiver_.HasUnsent()) {
    if (to_receiver_.DrainFront()) sender_.ReportBuffered(now_);
  }
  // From here on: a channel that tells unasked would hide it if nobody asks.
  to_receiver_.TellOnlyWhenAsked();
  while (const std::optional<simulation::Message> message = to_receiver_.Arrive()) receiver_.Arrive(now_, *message);
}

std::vector<Event> SmallWorld::Enabled() const {
  std::vector<Event> events;
  if (!journal_.violation().empty()) return events;
  for (std::size_t i = 0; i < pulled_.size(); ++i) {
    if (!pulled_[i]) events.push_back({.kind = Event::Kind::kPull, .which = i});
  }
  if (to_receiver_.HasUnsent()) events.push_back({.kind = Event::Kind::kDrain});
  if (to_receiver_.HasInFlight() && !receiver_.IsChannelOver()) events.push_back({.kind = Event::Kind::kArrive});
  if (to_sender_.HasUnsent() && !sender_.IsChannelOver()) events.push_back({.kind = Event::Kind::kAnswer});
  const bool may_fail = scope_.fault == Fault::kTask && !fault_used_;
  for (const bool of_sender : {true, false}) {
    const auto kind = of_sender ? Event::Kind::kSenderTask : Event::Kind::kReceiverTask;
    for (std::size_t i = 0; i < (of_sender ? sender_ : receiver_).tasks(); ++i) {
      events.push_back({.kind = kind, .which = i});
      if (may_fail) events.push_back({.kind = kind, .which = i, .well = false});
    }
  }
  if (!fault_used_ && scope_.fault != Fault::kNone && scope_.fault != Fault::kTask && scope_.fault != Fault::kRefusal) {
    events.push_back({.kind = Event::Kind::kFault});
  }
  if (sender_.IsChannelOver() != receiver_.IsChannelOver()) events.push_back({.kind = Event::Kind::kHangUp});
  return events;
}

void SmallWorld::Do(const Event& event) {
  const std::uint64_t code = static_cast<std::uint64_t>(event.kind) * 64 + event.which * 2 + (event.well ? 1 : 0);
  switch (event.kind) {
    case Event::Kind::kPull:
      Record(receiver_history_, code);
      pulled_[event.which] = true;
      receiver_.Pull(now_, files_[event.which].id);
      break;
    case Event::Kind::kDrain:
      if (to_receiver_.DrainFront()) {
        Record(sender_history_, code + 1000 * static_cast<std::uint64_t>(to_receiver_.buffered()));
        sender_.ReportBuffered(now_);
      } else {
        Record(sender_history_, code);
      }
      break;
    case Event::Kind::kArrive:
      Record(receiver_history_, code);
      receiver_.Arrive(now_, *to_receiver_.Arrive());
      break;
    case Event::Kind::kAnswer:
      Record(sender_history_, code);
      to_sender_.DrainFront();
      sender_.Arrive(now_, *to_sender_.Arrive());
      break;
    case Event::Kind::kSenderTask:
    case Event::Kind::kReceiverTask: {
      const bool of_sender = event.kind == Event::Kind::kSenderTask;
      Record(of_sender ? sender_history_ : receiver_history_, code);
      if (!event.well) fault_used_ = true;
      (of_sender ? sender_ : receiver_).FinishTask(now_, event.which, event.well);
      break;
    }
    case Event::Kind::kFault:
      DoFault();
      break;
    case Event::Kind::kHangUp:
      Record(sender_.IsChannelOver() ? receiver_history_ : sender_history_, code);
      (sender_.IsChannelOver() ? receiver_ : sender_).ChannelClosed(now_, Reason::kClosed);
      break;
  }
}

void SmallWorld::DoFault() {
  fault_used_ = true;
  constexpr std::uint64_t kCode = 7;
  switch (scope_.fault) {
    case Fault::kNone:
    case Fault::kTask:
    case Fault::kRefusal:
      break;
    case Fault::kCloseSender:
      Record(sender_history_, kCode);
      sender_.Close(now_);
      break;
    case Fault::kCloseReceiver:
      Record(receiver_history_, kCode);
      receiver_.Close(now_);
      break;
    case Fault::kChannelError:
      Record(sender_history_, kCode);
      Record(receiver_history_, kCode);
      sender_.ChannelClosed(now_, Reason::kChannelError);
      receiver_.ChannelClosed(now_, Reason::kChannelError);
      break;
    case Fault::kTime:
      PassTime();
      break;
    case Fault::kStrayText:
      Record(receiver_history_, kCode);
      receiver_.Arrive(now_, simulation::Message{.text = testing::MetaText("f0", scope_.sizes.front()), .size = 1});
      break;
    case Fault::kOtherMeta:
      Record(receiver_history_, kCode);
      receiver_.Arrive(now_, simulation::Message{.text = testing::MetaText("f0", scope_.sizes.front() + 1), .size = 1});
      break;
    case Fault::kStrayBytes:
      Record(receiver_history_, kCode);
      receiver_.Arrive(now_, simulation::Message{.is_binary = true, .text = "", .size = 1});
      break;
  }
}

void SmallWorld::PassTime() {
  now_ = now_ + Duration::Seconds(16);
  Record(sender_history_, 8);
  Record(receiver_history_, 8);
  sender_.Timeout(now_);
  receiver_.Timeout(now_);
}

void SmallWorld::ComeToRest() {
  CheckDeliveries();
  if (sender_.IsChannelOver()) receiver_.ChannelClosed(now_, Reason::kClosed);
  if (receiver_.IsChannelOver()) sender_.ChannelClosed(now_, Reason::kClosed);
  for (int round = 0; round < 20; ++round) {
    for (simulation::Endpoint* endpoint : {&sender_, &receiver_}) {
      const std::optional<Timestamp> due = endpoint->session().NextDeadline();
      if (!due) continue;
      now_ = std::max(now_, *due);
      endpoint->Timeout(now_);
    }
  }
  for (simulation::Endpoint* endpoint : {&sender_, &receiver_}) {
    if (endpoint->receiving().open() != 0) journal_.Violation(1, "a pull that never ended");
    const Stats stats = endpoint->session().stats();
    if (stats.pending_offers + stats.queued_uploads + stats.waiting_pulls + stats.unverified_files != 0) {
      journal_.Violation(0, "something is left at rest");
    }
    endpoint->Close(now_);
    endpoint->Pull(now_, "late");
    if (!endpoint->IsOver()) journal_.Violation(0, "close did not end with Closed");
  }
}

void SmallWorld::CheckDeliveries() {
  // An owner who answers late lets the next meta interrupt a file, so that scope owes ends and not deliveries.
  if (fault_used_ || scope_.fault == Fault::kTask) return;
  const int refused = scope_.fault == Fault::kRefusal ? 1 : 0;
  const bool all = receiver_.failures() == refused && receiver_.receiving().open() == 0;
  if (!all) journal_.Violation(1, "nothing else went wrong and not every pull was delivered");
  const bool all_told = sender_.session().stats().queued_uploads == 0;
  if (!all_told) journal_.Violation(0, "everything has left and is not called complete");
}

void SmallWorld::Record(std::uint64_t& history, std::uint64_t what) {
  simulation::Random mixer(history * 0x100000001b3ULL ^ what);
  history = mixer.Next();
}

}  // namespace peer_session::exhaustive
