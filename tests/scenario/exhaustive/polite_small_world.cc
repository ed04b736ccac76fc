#include "scenario/exhaustive/polite_small_world.h"

#include <optional>
#include <string_view>

#include "scenario/held.h"

namespace peer_session::exhaustive {
namespace {

constexpr std::int64_t kConnection = 1000;

// Two of these are acknowledged.
constexpr std::int64_t kLaneMessage = 2500;

constexpr Lane kHere{1};
constexpr Lane kThere{kMostLanes + 1};

Options SmallPoliteOptions(const char* epoch, bool has_lane) {
  Options options = SmallOptions();
  options.epoch = epoch;
  if (has_lane) {
    options.pacing.max_message = ByteCount(kLaneMessage);
    options.pacing.high_water = ByteCount(kLaneMessage);
    options.pacing.low_water = ByteCount(kLaneMessage / 2);
    options.pacing.block = ByteCount(2 * kLaneMessage);
    options.pacing.read_ahead = ByteCount(3 * kLaneMessage);
    options.pacing.most_lanes = 1;
    options.pacing.least_lanes = 1;
    return options;
  }
  // An `ack` for each chunk would come between all that is tried here, and decides no more than when the next chunk leaves.
  options.pacing.acknowledgements = false;
  return options;
}

Options ReceiverOptions(const PoliteScope& scope) {
  Options options = SmallPoliteOptions("two", scope.has_lane);
  options.pacing.pulls_ahead = ByteCount(scope.pulls_ahead);
  return options;
}

}  // namespace

std::string PoliteEvent::Describe() const {
  const std::string number = std::to_string(which);
  switch (kind) {
    case Kind::kDrain:
      return "the channel sends a message of the sender";
    case Kind::kArrive:
      return "the receiver gets a message";
    case Kind::kAnswer:
      return "the sender gets a message";
    case Kind::kSenderTask:
      return "the sender's task " + number + " ends";
    case Kind::kReceiverTask:
      return "the receiver's task " + number + " ends";
    case Kind::kMishap:
      return "the mishap happens";
    case Kind::kSenderNotices:
      return "the sender notices the loss";
    case Kind::kReceiverNotices:
      return "the receiver notices the loss";
    case Kind::kReconnect:
      return "the connection comes back";
    case Kind::kResume:
      return "the receiver resumes the first file";
    case Kind::kLaneDrain:
      return "the lane sends a message of the sender";
    case Kind::kLaneArrive:
      return "the receiver gets a message on the lane";
    case Kind::kLaneAnswer:
      return "the sender gets a message on the lane";
    case Kind::kSenderLosesLane:
      return "the sender notices the loss of the lane";
    case Kind::kReceiverLosesLane:
      return "the receiver notices the loss of the lane";
  }
  return "";
}

PoliteSmallWorld::PoliteSmallWorld(const Scope& scope, simulation::Journal& journal)
    : scope_(scope),
      journal_(journal),
      sender_(0, SmallPoliteOptions("one", scope.has_lane), sender_faults_, facts_, shelf_, unused_, journal),
      receiver_(1, ReceiverOptions(scope), receiver_faults_, facts_, shelf_, unused_, journal),
      files_(SmallFiles(scope.sizes)) {
  sender_.set_lane_maker(lane_);
  receiver_.set_lane_maker(lane_);
  Connect();
  if (scope.hash_follows) {
    // Which is offered to a peer that is known to understand it.
    DeliverAll(*to_sender_, receiver_, sender_);
    for (simulation::File& file : files_) file.hash.clear();
  }
  for (const simulation::File& file : files_) sender_.Offer(now_, &file);
  // Both know each other, and what is offered.
  DeliverAll(*to_receiver_, sender_, receiver_);
  DeliverAll(*to_sender_, receiver_, sender_);
  // All are asked for, and nothing is here of them.
  for (const simulation::File& file : files_) {
    receiver_.Pull(now_, file.id, scope_.room);
    if (receiver_.HasTasks()) receiver_.FinishTask(now_, 0);
  }
  if (scope_.has_lane) MakeLane();
}

// In one order: the first block arrives, is acknowledged, and the lane opens before there is another one.
void PoliteSmallWorld::MakeLane() {
  const auto deliver = [this] {
    for (int i = 0; i < 4; ++i) {
      now_ = now_ + Duration::Millis(1);
      DeliverAll(*to_sender_, receiver_, sender_);
      DeliverAll(*to_receiver_, sender_, receiver_);
      HearLevels();
    }
  };
  DeliverAll(*to_sender_, receiver_, sender_);
  sender_.FinishTask(now_, 0);
  deliver();
  if (lane_.opened != 1) return journal_.Violation(0, "no lane is opened");
  sender_.LaneDescribed(now_, kHere, "sdp");
  deliver();
  if (!lane_.is_answered) return journal_.Violation(1, "no lane is answered");
  receiver_.LaneDescribed(now_, kThere, "sdp");
  deliver();
  if (!lane_.is_accepted) return journal_.Violation(0, "no lane is accepted");
  lane_.is_here = lane_.is_there = true;
  lane_.to_receiver.TellOnlyWhenAsked();
  sender_.LaneOpened(now_, kHere, lane_.to_receiver, 2 * kLaneMessage);
  receiver_.LaneOpened(now_, kThere, lane_.to_sender, 2 * kLaneMessage);
  // One on the first channel, and one on the lane.
  sender_.FinishTask(now_, 0);
  if (!lane_.to_receiver.HasUnsent()) journal_.Violation(0, "nothing goes on the lane");
}

void PoliteSmallWorld::Connect() {
  to_receiver_ = std::make_unique<simulation::Pipe>();
  to_sender_ = std::make_unique<simulation::Pipe>();
  // One that tells unasked would hide it if nobody asks.
  to_receiver_->TellOnlyWhenAsked();
  is_broken_ = false;
  const std::int64_t connection = scope_.has_lane ? 2 * kLaneMessage : kConnection;
  sender_.Open(now_, *to_receiver_, connection);
  receiver_.Open(now_, *to_sender_, connection);
}

void PoliteSmallWorld::DeliverAll(simulation::Pipe& pipe, simulation::PoliteSide& from, simulation::PoliteSide& to) {
  while (pipe.HasUnsent()) {
    if (pipe.DrainFront()) from.ReportBuffered(now_);
  }
  while (const std::optional<simulation::Message> message = pipe.Arrive()) to.Arrive(now_, *message);
}

std::vector<PoliteEvent> PoliteSmallWorld::Enabled() const {
  using Kind = Event::Kind;
  std::vector<Event> events;
  if (!journal_.violation().empty()) return events;
  if (!is_broken_) {
    if (to_receiver_->HasUnsent()) events.push_back({.kind = Kind::kDrain});
    if (to_receiver_->HasInFlight()) events.push_back({.kind = Kind::kArrive});
    if (to_sender_->HasUnsent()) events.push_back({.kind = Kind::kAnswer});
  }
  for (std::size_t i = 0; i < sender_.tasks(); ++i) events.push_back({.kind = Kind::kSenderTask, .which = i});
  for (std::size_t i = 0; i < receiver_.tasks(); ++i) events.push_back({.kind = Kind::kReceiverTask, .which = i});
  if (!mishap_used_) events.push_back({.kind = Kind::kMishap});
  if (mishap_used_ && !was_resumed_) events.push_back({.kind = Kind::kResume});
  if (is_broken_) {
    if (!sender_.IsLost()) events.push_back({.kind = Kind::kSenderNotices});
    if (!receiver_.IsLost()) events.push_back({.kind = Kind::kReceiverNotices});
    if (sender_.IsLost() && receiver_.IsLost()) events.push_back({.kind = Kind::kReconnect});
  }
  if (!lane_.is_lost) {
    if (lane_.to_receiver.HasUnsent()) events.push_back({.kind = Kind::kLaneDrain});
    if (lane_.to_sender.HasUnsent()) events.push_back({.kind = Kind::kLaneAnswer});
  }
  // What was on its way may still arrive.
  if (lane_.is_there && lane_.to_receiver.HasInFlight()) events.push_back({.kind = Kind::kLaneArrive});
  if (lane_.is_lost && lane_.is_here) events.push_back({.kind = Kind::kSenderLosesLane});
  if (lane_.is_lost && lane_.is_there) events.push_back({.kind = Kind::kReceiverLosesLane});
  return events;
}

void PoliteSmallWorld::Do(const Event& event) {
  const std::uint64_t code = static_cast<std::uint64_t>(event.kind) * 64 + event.which;
  switch (event.kind) {
    case Event::Kind::kDrain:
      SendOne(*to_receiver_, sender_, sender_history_, code, now_);
      break;
    case Event::Kind::kArrive:
      receiver_history_.Record(code);
      receiver_.Arrive(now_, *to_receiver_->Arrive());
      break;
    case Event::Kind::kAnswer:
      sender_history_.Record(code);
      to_sender_->DrainFront();
      sender_.Arrive(now_, *to_sender_->Arrive());
      break;
    case Event::Kind::kSenderTask:
      sender_history_.Record(code);
      sender_.FinishTask(now_, event.which);
      break;
    case Event::Kind::kReceiverTask:
      receiver_history_.Record(code);
      receiver_.FinishTask(now_, event.which);
      break;
    case Event::Kind::kMishap:
      DoMishap();
      break;
    case Event::Kind::kSenderNotices:
      sender_history_.Record(code);
      sender_.Lose(now_, Reason::kChannelError);
      break;
    case Event::Kind::kReceiverNotices:
      receiver_history_.Record(code);
      receiver_.Lose(now_, Reason::kClosed);
      break;
    case Event::Kind::kResume:
      receiver_history_.Record(code);
      was_resumed_ = true;
      receiver_.ResumePull(now_, "f0");
      break;
    case Event::Kind::kReconnect:
      sender_history_.Record(code);
      receiver_history_.Record(code);
      Connect();
      break;
    default:
      DoOnLane(event, code);
      break;
  }
  HearLevels();
}

void PoliteSmallWorld::DoOnLane(const Event& event, std::uint64_t code) {
  switch (event.kind) {
    case Event::Kind::kLaneDrain:
      sender_history_.Record(code);
      if (!lane_.to_receiver.DrainFront()) break;
      sender_history_.Record(static_cast<std::uint64_t>(lane_.to_receiver.buffered()));
      sender_.ReportBufferedOn(now_, kHere);
      break;
    case Event::Kind::kLaneArrive:
      receiver_history_.Record(code);
      receiver_.ArriveOn(now_, kThere, *lane_.to_receiver.Arrive());
      break;
    case Event::Kind::kLaneAnswer:
      sender_history_.Record(code);
      if (lane_.to_sender.DrainFront()) {
        receiver_history_.Record(code);
        receiver_.ReportBufferedOn(now_, kThere);
      }
      sender_.ArriveOn(now_, kHere, *lane_.to_sender.Arrive());
      break;
    case Event::Kind::kSenderLosesLane:
      sender_history_.Record(code);
      lane_.is_here = false;
      sender_.LaneLost(now_, kHere);
      break;
    case Event::Kind::kReceiverLosesLane:
      receiver_history_.Record(code);
      lane_.is_there = false;
      receiver_.LaneLost(now_, kThere);
      break;
    default:
      break;
  }
}

// A level that was reached when it was awaited is told of in the same turn.
void PoliteSmallWorld::HearLevels() {
  if (to_receiver_->TakeEvent()) sender_.ReportBuffered(now_);
  if (to_sender_->TakeEvent()) receiver_.ReportBuffered(now_);
  if (lane_.to_receiver.TakeEvent()) sender_.ReportBufferedOn(now_, kHere);
  if (lane_.to_sender.TakeEvent()) receiver_.ReportBufferedOn(now_, kThere);
}

void PoliteSmallWorld::DoMishap() {
  mishap_used_ = true;
  constexpr std::uint64_t kCode = 7;
  switch (scope_.mishap) {
    case Mishap::kReceiverCancels:
      receiver_history_.Record(kCode);
      receiver_.CancelPull(now_, "f0");
      break;
    case Mishap::kReceiverPauses:
      receiver_history_.Record(kCode);
      was_resumed_ = false;
      receiver_.PausePull(now_, "f0");
      break;
    case Mishap::kSenderWithdraws:
      sender_history_.Record(kCode);
      sender_.Withdraw(now_, "f0");
      break;
    case Mishap::kLoss:
      sender_history_.Record(kCode);
      receiver_history_.Record(kCode);
      is_broken_ = true;
      break;
    case Mishap::kLaneLoss:
      sender_history_.Record(kCode);
      receiver_history_.Record(kCode);
      lane_.is_lost = true;
      break;
  }
}

void PoliteSmallWorld::ComeToRest() {
  const auto check = [this](int number, std::string_view problem) {
    if (!problem.empty()) journal_.Violation(number, problem);
  };
  // What was given up is excepted; what follows it is not.
  check(1, receiver_.downloads().CheckAllDelivered());
  check(0, sender_.uploads().CheckAllDelivered());
  if (files_.size() > 1 && !facts_.delivered.contains("f1")) check(1, "the next file did not go on");
  PassDeadlines({&sender_, &receiver_}, now_);
  if (lane_.is_here) check(0, "a lane is left at rest");
  if (lane_.is_there) receiver_.LaneLost(now_, kThere);
  for (simulation::PoliteSide* side : {&sender_, &receiver_}) {
    check(side->number(), side->downloads().CheckAllEnded());
    check(side->number(), side->uploads().CheckAllEnded());
    if (scenario::TransfersHeld(side->stats()) + side->stats().lanes != 0)
      check(side->number(), "something is left at rest");
    side->Close(now_);
  }
}

}  // namespace peer_session::exhaustive
