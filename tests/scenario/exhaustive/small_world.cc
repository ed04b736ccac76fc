#include "scenario/exhaustive/small_world.h"

#include <optional>

#include "scenario/held.h"
#include "support/session_driver.h"

namespace peer_session::exhaustive {

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
      files_(SmallFiles(scope.sizes)),
      pulled_(scope.sizes.size(), false) {
  if (scope.fault == Fault::kTask) receiver_faults_.late_authorization = 100;
  if (scope.fault == Fault::kRefusal) receiver_.Refuse("f0");
  sender_.Open(now_, 1000);
  receiver_.Open(now_, 1000);
  for (const simulation::File& file : files_) sender_.Offer(now_, &file);
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
      receiver_history_.Record(code);
      pulled_[event.which] = true;
      receiver_.Pull(now_, files_[event.which].id);
      break;
    case Event::Kind::kDrain:
      SendOne(to_receiver_, sender_, sender_history_, code, now_);
      break;
    case Event::Kind::kArrive:
      receiver_history_.Record(code);
      receiver_.Arrive(now_, *to_receiver_.Arrive());
      break;
    case Event::Kind::kAnswer:
      sender_history_.Record(code);
      to_sender_.DrainFront();
      sender_.Arrive(now_, *to_sender_.Arrive());
      break;
    case Event::Kind::kSenderTask:
    case Event::Kind::kReceiverTask: {
      const bool of_sender = event.kind == Event::Kind::kSenderTask;
      (of_sender ? sender_history_ : receiver_history_).Record(code);
      if (!event.well) fault_used_ = true;
      (of_sender ? sender_ : receiver_).FinishTask(now_, event.which, event.well);
      break;
    }
    case Event::Kind::kFault:
      DoFault();
      break;
    case Event::Kind::kHangUp:
      (sender_.IsChannelOver() ? receiver_history_ : sender_history_).Record(code);
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
      sender_history_.Record(kCode);
      sender_.Close(now_);
      break;
    case Fault::kCloseReceiver:
      receiver_history_.Record(kCode);
      receiver_.Close(now_);
      break;
    case Fault::kChannelError:
      sender_history_.Record(kCode);
      receiver_history_.Record(kCode);
      sender_.ChannelClosed(now_, Reason::kChannelError);
      receiver_.ChannelClosed(now_, Reason::kChannelError);
      break;
    case Fault::kTime:
      PassTime();
      break;
    case Fault::kStrayText:
      receiver_history_.Record(kCode);
      receiver_.Arrive(now_, simulation::Message{.text = testing::MetaText("f0", scope_.sizes.front()), .size = 1});
      break;
    case Fault::kOtherMeta:
      receiver_history_.Record(kCode);
      receiver_.Arrive(now_, simulation::Message{.text = testing::MetaText("f0", scope_.sizes.front() + 1), .size = 1});
      break;
    case Fault::kStrayBytes:
      receiver_history_.Record(kCode);
      receiver_.Arrive(now_, simulation::Message{.is_binary = true, .text = "", .size = 1});
      break;
  }
}

void SmallWorld::PassTime() {
  now_ = now_ + Duration::Seconds(16);
  sender_history_.Record(8);
  receiver_history_.Record(8);
  sender_.Timeout(now_);
  receiver_.Timeout(now_);
}

void SmallWorld::ComeToRest() {
  CheckDeliveries();
  if (sender_.IsChannelOver()) receiver_.ChannelClosed(now_, Reason::kClosed);
  if (receiver_.IsChannelOver()) sender_.ChannelClosed(now_, Reason::kClosed);
  PassDeadlines({&sender_, &receiver_}, now_);
  for (simulation::Endpoint* endpoint : {&sender_, &receiver_}) {
    if (endpoint->receiving().open() != 0) journal_.Violation(1, "a pull that never ended");
    if (scenario::TransfersHeld(endpoint->session().stats()) != 0) {
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

}  // namespace peer_session::exhaustive
