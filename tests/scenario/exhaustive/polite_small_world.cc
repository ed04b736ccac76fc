#include "scenario/exhaustive/polite_small_world.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "support/session_driver.h"

namespace peer_session::exhaustive {
namespace {

constexpr std::int64_t kMessage = 100;
constexpr std::int64_t kConnection = 1000;

// As of SmallWorld: every wait there is occurs with a few chunks.
Options SmallOptions(const char* epoch) {
  Options options;
  options.epoch = epoch;
  options.pacing.max_message = ByteCount(kMessage);
  options.pacing.high_water = ByteCount(kMessage);
  options.pacing.low_water = ByteCount(kMessage / 2);
  options.pacing.block = ByteCount(2 * kMessage);
  options.pacing.read_ahead = ByteCount(3 * kMessage);
  options.pacing.read_ahead_files = 2;
  // An `ack` for each chunk would come between all that is tried here, and decides no more than when the next chunk leaves.
  options.pacing.acknowledgements = false;
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
  }
  return "";
}

PoliteSmallWorld::PoliteSmallWorld(const Scope& scope, simulation::Journal& journal)
    : scope_(scope),
      journal_(journal),
      sender_(0, SmallOptions("one"), sender_faults_, facts_, shelf_, unused_, journal),
      receiver_(1, SmallOptions("two"), receiver_faults_, facts_, shelf_, unused_, journal) {
  Connect();
  for (const std::int64_t size : scope.sizes) {
    const std::string id = "f" + std::to_string(files_.size());
    files_.push_back(
        simulation::File{.id = id, .size = size, .hash = testing::HashOf(id), .content_hash = testing::HashOf(id)});
    sender_.Offer(now_, &files_.back());
  }
  // Both know each other, and what is offered.
  DeliverAll(*to_receiver_, sender_, receiver_);
  DeliverAll(*to_sender_, receiver_, sender_);
  // All are asked for, and nothing is here of them.
  for (const simulation::File& file : files_) {
    receiver_.Pull(now_, file.id);
    receiver_.FinishTask(now_, 0);
  }
}

void PoliteSmallWorld::Connect() {
  to_receiver_ = std::make_unique<simulation::Pipe>();
  to_sender_ = std::make_unique<simulation::Pipe>();
  // One that tells unasked would hide it if nobody asks.
  to_receiver_->TellOnlyWhenAsked();
  is_broken_ = false;
  sender_.Open(now_, *to_receiver_, kConnection);
  receiver_.Open(now_, *to_sender_, kConnection);
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
  if (is_broken_) {
    if (!sender_.IsLost()) events.push_back({.kind = Kind::kSenderNotices});
    if (!receiver_.IsLost()) events.push_back({.kind = Kind::kReceiverNotices});
    if (sender_.IsLost() && receiver_.IsLost()) events.push_back({.kind = Kind::kReconnect});
  }
  return events;
}

void PoliteSmallWorld::Do(const Event& event) {
  const std::uint64_t code = static_cast<std::uint64_t>(event.kind) * 64 + event.which;
  switch (event.kind) {
    case Event::Kind::kDrain:
      if (to_receiver_->DrainFront()) {
        Record(sender_history_, code + 1000 * static_cast<std::uint64_t>(to_receiver_->buffered()));
        sender_.ReportBuffered(now_);
      } else {
        Record(sender_history_, code);
      }
      break;
    case Event::Kind::kArrive:
      Record(receiver_history_, code);
      receiver_.Arrive(now_, *to_receiver_->Arrive());
      break;
    case Event::Kind::kAnswer:
      Record(sender_history_, code);
      to_sender_->DrainFront();
      sender_.Arrive(now_, *to_sender_->Arrive());
      break;
    case Event::Kind::kSenderTask:
      Record(sender_history_, code);
      sender_.FinishTask(now_, event.which);
      break;
    case Event::Kind::kReceiverTask:
      Record(receiver_history_, code);
      receiver_.FinishTask(now_, event.which);
      break;
    case Event::Kind::kMishap:
      DoMishap();
      break;
    case Event::Kind::kSenderNotices:
      Record(sender_history_, code);
      sender_.Lose(now_, Reason::kChannelError);
      break;
    case Event::Kind::kReceiverNotices:
      Record(receiver_history_, code);
      receiver_.Lose(now_, Reason::kClosed);
      break;
    case Event::Kind::kReconnect:
      Record(sender_history_, code);
      Record(receiver_history_, code);
      Connect();
      break;
  }
  HearLevels();
}

// A level that was reached when it was awaited is told of in the same turn.
void PoliteSmallWorld::HearLevels() {
  if (to_receiver_->TakeEvent()) sender_.ReportBuffered(now_);
  if (to_sender_->TakeEvent()) receiver_.ReportBuffered(now_);
}

void PoliteSmallWorld::DoMishap() {
  mishap_used_ = true;
  constexpr std::uint64_t kCode = 7;
  switch (scope_.mishap) {
    case Mishap::kReceiverCancels:
      Record(receiver_history_, kCode);
      receiver_.CancelPull(now_, "f0");
      break;
    case Mishap::kSenderWithdraws:
      Record(sender_history_, kCode);
      sender_.Withdraw(now_, "f0");
      break;
    case Mishap::kLoss:
      Record(sender_history_, kCode);
      Record(receiver_history_, kCode);
      is_broken_ = true;
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
  for (int round = 0; round < 20; ++round) {
    for (simulation::PoliteSide* side : {&sender_, &receiver_}) {
      const std::optional<Timestamp> due = side->NextDeadline();
      if (!due) continue;
      now_ = std::max(now_, *due);
      side->Timeout(now_);
    }
  }
  for (simulation::PoliteSide* side : {&sender_, &receiver_}) {
    check(side->number(), side->downloads().CheckAllEnded());
    check(side->number(), side->uploads().CheckAllEnded());
    const Stats stats = side->stats();
    const std::size_t left = stats.pending_offers + stats.queued_uploads + stats.waiting_pulls +
                             stats.unverified_files + stats.unconfirmed_uploads;
    if (left != 0) check(side->number(), "something is left at rest");
    side->Close(now_);
  }
}

void PoliteSmallWorld::Record(std::uint64_t& history, std::uint64_t what) {
  simulation::Random mixer(history * 0x100000001b3ULL ^ what);
  history = mixer.Next();
}

}  // namespace peer_session::exhaustive
