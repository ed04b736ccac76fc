#include "scenario/simulation/polite_world.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "scenario/held.h"
#include "scenario/simulation/deadlines.h"
#include "scenario/simulation/hashes.h"
#include "support/session_driver.h"

namespace peer_session::simulation {
namespace {

// In calm worlds no wait is over before what it waits for can have come, and no offer so old that it counts as heard although it
// was only just handed over: this many times, and no longer at a time.
constexpr int kCalmLosses = 4;
constexpr Duration kCalmLoss = Duration::Seconds(1);

// Contents are few, so that what one transfer began another may finish.
constexpr std::int64_t kContents = 6;

// Where there are lanes, so that they carry something: acknowledgements come each 4 KiB, and nothing begins without one.
constexpr std::int64_t kLargeFile = 60'000;

}  // namespace

PoliteWorld::PoliteWorld(std::uint64_t seed, Journal& journal) : random_(seed), journal_(journal) {
  const std::int64_t weather = random_.Below(10);
  weather_ = weather < 4 ? Weather::kCalm : weather < 8 ? Weather::kFaulty : Weather::kHostile;
  has_lanes_ = random_.Chance(30);
  is_mild_ = has_lanes_ && random_.Chance(70);
  facts_.is_honest = weather_ != Weather::kHostile;
  Build();
}

std::string PoliteWorld::Run() {
  const std::int64_t steps = has_lanes_ ? random_.Between(50, 400) : random_.Between(5, 200);
  for (std::int64_t i = 0; i < steps && !Failed(); ++i) {
    Step();
    ++journal_.tally().steps;
  }
  ComeToRest();
  if (!Failed()) CheckRest();
  CheckEnd();
  ++journal_.tally().schedules;
  ++journal_.tally().polite;
  std::int64_t on_lanes = 0;
  for (PoliteSide& side : sides_) {
    on_lanes += side.uploads().on_lanes();
    journal_.tally().bytes_again += side.uploads().again();
  }
  journal_.tally().lane_bytes += on_lanes;
  journal_.tally().with_lanes += on_lanes > 0 ? 1 : 0;
  return journal_.violation();
}

void PoliteWorld::Build() {
  faults_.partial_here = static_cast<int>(random_.OneOf({0, 50, 100}));
  faults_.partial_is_wrong = static_cast<int>(random_.OneOf({0, 30}));
  faults_.into_sinks = static_cast<int>(random_.OneOf({0, 0, 30, 100}));
  faults_.grants_room = static_cast<int>(has_lanes_ ? random_.OneOf({0, 0, 0, 30}) : random_.OneOf({0, 0, 50, 100}));
  gives_up_ = static_cast<int>(random_.OneOf({0, 5, 20}));
  pauses_ = static_cast<int>(random_.OneOf({0, 0, 10, 30}));
  faults_.reads_come_in_parts = static_cast<int>(random_.OneOf({0, 0, 50}));
  hashes_follow_ = static_cast<int>(random_.OneOf({0, 20, 60}));
  if (!IsCalm()) ChooseFaults();
  options_ = ChooseOptions();
  max_message_ = IsCalm() || is_mild_ ? random_.Between(400, 2000) : AnyMaxMessage(random_, Scale::kBytes);
  // Sometimes one of the two is of those that know no hello.
  const int classic = !has_lanes_ && random_.Chance(15) ? static_cast<int>(random_.Between(1, 2)) : 0;
  for (std::int64_t left = random_.Between(1, 2); left > 0; --left) {
    Link& link = links_.emplace_back();
    link.lanes = std::make_unique<LaneLines>(weather_, random_, journal_);
    link.lanes->set_max_message(max_message_);
    link.left = NewSide(*link.lanes, options_, classic != 1);
    link.right = NewSide(*link.lanes, IsCalm() || random_.Chance(50) ? options_ : ChooseOptions(), classic != 2);
    Connect(link);
  }
}

Options PoliteWorld::ChooseOptions() {
  Options options;
  options.pacing = AnyPacing(random_, Scale::kBytes);
  options.pacing.pulls_ahead = ByteCount(random_.OneOf({0, 0, 1, 500, 5000, 30'000}));
  if (random_.Chance(20)) options.signer_id = "me";
  const ByteCount large(has_lanes_ ? kLargeFile : 20'000);
  options.limits.max_file_size = large;
  if (IsCalm() || is_mild_) return options;
  options.limits = AnyLimits(random_, Scale::kBytes);
  options.limits.max_file_size = std::max(options.limits.max_file_size, has_lanes_ ? large : ByteCount());
  options.timeouts = AnyTimeouts(random_);
  options.timeouts.paused = random_.OneOf({options.timeouts.paused, Duration::Millis(random_.AnyMagnitude(60'000))});
  options.timeouts.receipt = random_.OneOf({Duration::Seconds(60), Duration::Millis(random_.AnyMagnitude(60'000))});
  options.timeouts.recovery = random_.OneOf(
      {Duration::Seconds(60), Duration::Seconds(60), Duration(), Duration::Millis(random_.AnyMagnitude(60'000))});
  return options;
}

void PoliteWorld::ChooseFaults() {
  const auto percent = [this] {
    return random_.Chance(50) ? 0 : static_cast<int>(random_.Between(1, is_mild_ ? 4 : 30));
  };
  faults_.task_fails = percent();
  faults_.answer_never_comes = percent() / 2;
  faults_.late_authorization = percent();
  faults_.store_fails = percent() / 3;
  faults_.send_refused = percent();
  faults_.buffered_untold = random_.Chance(70) ? 0 : static_cast<int>(random_.OneOf({50, 100}));
  faults_.partial_is_nonsense = percent();
}

void PoliteWorld::ChooseLanes(Pacing& pacing) {
  pacing.least_lanes = static_cast<std::size_t>(random_.OneOf({0, 1, 1, 2, 2, 8}));
  pacing.most_lanes = static_cast<std::size_t>(random_.OneOf({7, 7, 7, 7, 7, 0, 1, 8}));
}

// Those that say hello have an epoch that no other has.
PoliteSide* PoliteWorld::NewSide(LaneLines& lanes, Options options, bool says_hello) {
  if (has_lanes_) ChooseLanes(options.pacing);
  if (says_hello) options.epoch = "epoch-" + std::to_string(++epochs_);
  const int number = static_cast<int>(sides_.size());
  PoliteSide& side = sides_.emplace_back(number, options, faults_, facts_, shelf_, random_, journal_);
  side.set_lane_maker(lanes);
  return &side;
}

void PoliteWorld::Connect(Link& link) {
  link.to_right = std::make_unique<Pipe>();
  link.to_left = std::make_unique<Pipe>();
  link.is_broken = false;
  for (Pipe* pipe : {link.to_right.get(), link.to_left.get()}) {
    if (random_.Chance(30)) pipe->TellOnlyWhenAsked();
  }
  link.left->Open(now_, *link.to_right, max_message_);
  link.right->Open(now_, *link.to_left, max_message_);
}

void PoliteWorld::Step() {
  Link& link = links_[static_cast<std::size_t>(random_.Below(static_cast<std::int64_t>(links_.size())))];
  const bool rightwards = random_.Chance(50);
  PoliteSide& side = rightwards ? *link.left : *link.right;
  if (has_lanes_ && random_.Chance(40)) link.lanes->Step(now_);
  const std::int64_t choice = random_.Below(100);
  if (choice < 25) {
    Command(side);
  } else if (choice < 43) {
    DrainSome(link, rightwards, random_.Between(1, has_lanes_ ? 16 : 8));
  } else if (choice < 61) {
    DeliverSome(link, rightwards, random_.Between(1, has_lanes_ ? 16 : 8));
  } else if (choice < 79) {
    side.FinishSomeTask(now_);
  } else if (choice < 82) {
    GrantSome(link, rightwards);
  } else if (choice < 84) {
    side.ReportBuffered(now_);
  } else if (choice < 88) {
    Advance();
  } else if (choice < 91) {
    // Lanes go with the first channel, and so seldom there.
    if (!has_lanes_ || random_.Chance(20)) Break(link);
  } else if (choice < 93) {
    if (link.is_broken) Notice(side);
  } else if (choice < 97) {
    if (link.is_broken || side.IsLost()) Reconnect(link);
  } else if (weather_ == Weather::kHostile) {
    for (std::int64_t i = random_.Between(1, 6); i > 0; --i) Inject(link, rightwards);
  } else if (weather_ == Weather::kFaulty && random_.Chance(is_mild_ ? 3 : 20)) {
    random_.Chance(50) ? side.Close(now_)
                       : side.ChannelClosed(now_, random_.OneOf({Reason::kClosed, Reason::kChannelError}));
  }
  PropagateEnds(link);
}

void PoliteWorld::Command(PoliteSide& side) {
  if (random_.Chance(gives_up_)) return GiveUp(side);
  if (random_.Chance(pauses_)) return PauseOrResume(side);
  std::vector<std::string>& heard = side.heard();
  const std::int64_t choice = random_.Below(10);
  if (choice < 3) {
    side.Offer(now_, NewFile());
  } else if (choice < 8 && !heard.empty()) {
    const std::size_t chosen = static_cast<std::size_t>(random_.Below(static_cast<std::int64_t>(heard.size())));
    const std::string id = heard[chosen];
    if (IsCalm() || random_.Chance(80)) heard.erase(heard.begin() + static_cast<std::ptrdiff_t>(chosen));
    side.Pull(now_, id);
  } else if (choice == 8) {
    side.AwaitDrained(now_);
  } else if (choice == 9 && !IsCalm() && random_.Chance(30)) {
    side.Pull(now_, "nobody-has-this");
  } else {
    random_.Chance(50) ? side.SendPing(now_)
                       : side.SendInventory(now_, HashesFrom(random_.Below(1000), random_.Below(20)));
  }
}

void PoliteWorld::PauseOrResume(PoliteSide& side) {
  const std::string under_way = side.downloads().AnyOpen(random_);
  const std::string id = under_way.empty() || random_.Chance(5) ? AnyId() : under_way;
  switch (random_.Below(7)) {
    case 0:
      return side.SetPriority(now_, id, static_cast<std::int32_t>(random_.Between(-2, 2)));
    case 1:
    case 2:
    case 3:
      return side.PausePull(now_, id);
    default:
      return side.ResumePull(now_, id);
  }
}

bool PoliteWorld::ResumeAll() {
  bool any = false;
  for (PoliteSide& side : sides_) {
    for (const std::string& id : side.downloads().AllOpen()) {
      side.ResumePull(now_, id);
      any = true;
    }
  }
  return any;
}

// Of a file that is under way, or of any: offered or pulled by anybody, ended or unknown.
void PoliteWorld::GiveUp(PoliteSide& side) {
  ++journal_.tally().cancels;
  if (random_.Chance(20)) return Decline(side);
  const std::string under_way = side.downloads().AnyOpen(random_);
  const bool is_under_way = !under_way.empty() && random_.Chance(60);
  if (is_under_way || random_.Chance(30)) return side.CancelPull(now_, is_under_way ? under_way : AnyId());
  const std::vector<std::string>& offered = side.offered();
  const bool is_own = !offered.empty() && random_.Chance(80);
  // Mostly one of the last.
  const auto last = static_cast<std::int64_t>(offered.size()) - 1;
  side.Withdraw(
      now_, is_own ? offered[static_cast<std::size_t>(std::max<std::int64_t>(last - random_.Below(6), 0))] : AnyId());
}

// Mostly one that it has heard and not pulled.
void PoliteWorld::Decline(PoliteSide& side) {
  const std::vector<std::string>& heard = side.heard();
  const bool is_heard = !heard.empty() && random_.Chance(80);
  const std::string id =
      is_heard ? heard[static_cast<std::size_t>(random_.Below(static_cast<std::int64_t>(heard.size())))] : AnyId();
  side.Decline(now_, id, random_.OneOf<std::string>({"", "Not now.", "Not " + id + "."}));
}

void PoliteWorld::Advance() {
  const auto due =
      sides_[static_cast<std::size_t>(random_.Below(static_cast<std::int64_t>(sides_.size())))].NextDeadline();
  if (IsCalm() || (is_mild_ && random_.Chance(80))) {
    now_ = now_ + Duration::Micros(random_.Below(20'000));
  } else if (due && random_.Chance(40)) {
    now_ = std::max(now_, *due + Duration::Micros(random_.Between(-1, 1)));
  } else {
    constexpr std::array<Duration, 6> kSpans = {Duration::Micros(1),   Duration::Millis(100), Duration::Seconds(5),
                                                Duration::Seconds(16), Duration::Seconds(61), Duration::Minutes(6)};
    now_ = now_ + kSpans[static_cast<std::size_t>(random_.Below(random_.Chance(85) ? 3 : 6))];
  }
  for (PoliteSide& side : sides_) {
    if (random_.Chance(70)) side.Timeout(now_);
  }
}

void PoliteWorld::DrainSome(Link& link, bool rightwards, std::int64_t messages) {
  Pipe& pipe = rightwards ? *link.to_right : *link.to_left;
  PoliteSide& sender = rightwards ? *link.left : *link.right;
  for (; messages > 0 && pipe.HasUnsent() && !link.is_broken; --messages) {
    const bool is_low = random_.Chance(20) ? pipe.Drain(random_.AnyMagnitude(pipe.RestOfFront())) : pipe.DrainFront();
    if (is_low) pipe.OweEvent();
    if (random_.Chance(80) && pipe.TakeEvent()) sender.ReportBuffered(now_);
  }
}

void PoliteWorld::DeliverSome(Link& link, bool rightwards, std::int64_t messages) {
  for (; messages > 0 && !link.is_broken; --messages) {
    const std::optional<Message> message = (rightwards ? *link.to_right : *link.to_left).Arrive();
    if (!message) return;
    (rightwards ? *link.right : *link.left).Arrive(now_, *message);
    if (weather_ == Weather::kHostile && random_.Chance(5)) Inject(link, rightwards);
  }
}

bool PoliteWorld::GrantSome(Link& link, bool rightwards) {
  if (link.is_broken) return false;
  PoliteSide& receiver = rightwards ? *link.right : *link.left;
  const std::optional<std::string> credit = receiver.GrantRoom();
  if (!credit) return false;
  (rightwards ? *link.left : *link.right).Arrive(now_, Message{.text = *credit, .size = 1});
  return true;
}

// What no engine would say, straight to the other engine.
void PoliteWorld::Inject(Link& link, bool rightwards) {
  PoliteSide& victim = rightwards ? *link.right : *link.left;
  const std::string id = AnyId();
  const std::string named = R"(","transferId":")" + id + "\"";
  const std::string number = std::to_string(random_.Chance(50) ? random_.Below(30'000) : random_.Below(3));
  std::string text;
  if (random_.Chance(30)) return InjectOnLanes(link, victim);
  switch (random_.Below(14)) {
    case 11:
      text = R"({"type":"transfer-pause)" + named + "}";
      break;
    case 12:
      text = R"({"type":"transfer-abort)" + named + R"(,"reason":"paused"})";
      break;
    case 0:
      text = testing::HelloText("epoch-" + std::to_string(random_.Below(epochs_ + 2)));
      for (int i = 0; i < 4; ++i) victim.Arrive(now_, Message{.text = text, .size = 1});
      break;
    case 1:
      text = R"({"type":"transfer-cancel)" + named +
             (random_.Chance(50) ? R"(,"reason":"cancelled"})" : R"(,"reason":"declined","detail":"No."})");
      break;
    case 2:
      text = R"({"type":"transfer-done)" + named + "}";
      facts_.falsely_confirmed.insert(id);
      break;
    case 3:
      text = R"({"type":"offer-withdraw)" + named + "}";
      break;
    case 4:
      text = R"({"type":"credit)" + named + R"(,"upTo":)" + number + "}";
      break;
    case 5:
      text = R"({"type":"pull-request)" + named + R"(,"offset":)" + number + "}";
      break;
    case 6: {
      // Of a file that may have been asked for, from where nobody has asked.
      const File* file =
          files_.empty() ? NewFile()
                         : &files_[static_cast<std::size_t>(random_.Below(static_cast<std::int64_t>(files_.size())))];
      const std::string hash = file->hash.empty() ? "" : R"(,"hash":")" + file->hash + "\"";
      text = R"({"type":"meta","transferId":")" + file->id + R"(","name":"","mime":"")" + hash + R"(,"size":)" +
             std::to_string(file->size) + R"(,"offset":)" + number + "}";
      break;
    }
    case 7:
      text = testing::MetaText(id, random_.Below(3000));
      break;
    case 8:
      text = testing::AbortText(id);
      break;
    case 9:
      text = random_.Chance(20) ? R"({"type":"bye"})" : testing::OfferText(id, random_.Below(3000));
      break;
    case 10:
      text = R"({"type":"transfer-end)" + named + R"(,"hash":")" +
             (random_.Chance(20) ? std::string("none")
                                 : testing::HashOf("content" + std::to_string(random_.Below(kContents)))) +
             "\"}";
      break;
    default:
      victim.Arrive(now_, Message{.is_binary = true, .text = "", .size = random_.Below(300)});
      return;
  }
  victim.Arrive(now_, Message{.text = text, .size = 1});
}

// On a lane that is open, or on any at all.
void PoliteWorld::InjectOnLanes(Link& link, PoliteSide& victim) {
  const Lane open = link.lanes->AnyOpen(victim);
  const Lane lane =
      open == Lane::kFirst || random_.Chance(20) ? Lane{static_cast<std::uint32_t>(random_.Below(20))} : open;
  const std::string place = std::to_string(random_.Chance(50) ? random_.Below(kLargeFile) : random_.Below(3));
  const auto number = static_cast<std::uint32_t>(random_.Between(0, 9));
  Message message{.text = "", .size = 1};
  switch (random_.Below(6)) {
    case 0:
      message.text = testing::LaneText(number, random_.OneOf<const char*>({"offer", "answer"}), "sdp");
      break;
    case 1:
      message.text = testing::LaneText(number);
      break;
    case 2:
      message.text = testing::AckText(random_.Below(kLargeFile), random_.Below(1'000'000));
      break;
    case 3:
      message = Message{.is_binary = true, .text = "", .size = random_.Below(3000)};
      break;
    default:
      message.text = R"({"type":"segment","transferId":")" + AnyId() + R"(","offset":)" + place + "}";
      break;
  }
  lane == Lane::kFirst || random_.Chance(40) ? victim.Arrive(now_, message) : victim.ArriveOn(now_, lane, message);
}

bool PoliteWorld::Recovers(const Link& link) {
  const auto may = [](const PoliteSide& side) { return side.IsPolite() && side.KnowsPeer() && !side.IsChannelOver(); };
  return may(*link.left) && may(*link.right);
}

void PoliteWorld::Break(Link& link) {
  if (link.is_broken) return;
  if (IsCalm() && (!Recovers(link) || losses_ >= kCalmLosses)) return;
  ++losses_;
  for (const bool rightwards : {true, false}) {
    if (random_.Chance(30)) DrainSome(link, rightwards, random_.Between(0, 4));
    if (random_.Chance(30)) DeliverSome(link, rightwards, random_.Between(0, 4));
  }
  link.is_broken = true;
  for (PoliteSide* side : {link.left, link.right}) {
    if (random_.Chance(60)) Notice(*side);
  }
}

void PoliteWorld::Notice(PoliteSide& side) {
  side.Lose(now_, random_.Chance(50) ? Reason::kClosed : Reason::kChannelError);
}

void PoliteWorld::Reconnect(Link& link) {
  if (IsCalm()) {
    now_ = now_ + Duration::Micros(random_.Below(kCalmLoss.micros()));
  }
  // Whoever has not noticed does so when the other one calls.
  link.is_broken = true;
  for (PoliteSide* side : {link.left, link.right}) Notice(*side);
  for (PoliteSide** side : {&link.left, &link.right}) {
    // Its page was reloaded: nothing is heard of it any more.
    const bool is_replaced = !IsCalm() && random_.Chance((*side)->IsOver() ? 50 : 3);
    if (!is_replaced) continue;
    if (!(*side)->IsOver()) (*side)->Close(now_);
    *side = NewSide(*link.lanes, options_, /*says_hello=*/true);
    ++journal_.tally().replacements;
  }
  if (!link.left->IsChannelOver() && !link.right->IsChannelOver()) Connect(link);
}

// The other side hears of a session that has closed its channel, at once or late.
void PoliteWorld::PropagateEnds(Link& link) {
  if (link.left->IsChannelOver() == link.right->IsChannelOver()) return;
  const bool rightwards = link.left->IsChannelOver();
  PoliteSide& other = rightwards ? *link.right : *link.left;
  if (!other.IsOpen() || !random_.Chance(40)) return;
  if (random_.Chance(50)) {
    DrainSome(link, rightwards, random_.Between(0, 5));
    DeliverSome(link, rightwards, random_.Between(0, 5));
  }
  link.is_broken = true;
  other.Lose(now_, Reason::kClosed);
}

void PoliteWorld::ComeToRest() {
  // The last connection holds, unless the sides are left alone.
  for (Link& link : links_) {
    if ((link.is_broken || link.left->IsLost() || link.right->IsLost()) && (IsCalm() || random_.Chance(50)))
      Reconnect(link);
  }
  std::vector<PoliteSide*> sides;
  for (PoliteSide& side : sides_) sides.push_back(&side);
  bool is_all_wanted = random_.Chance(60);
  bool is_all_resumed = false;
  // Else what is paused has its deadline first.
  const bool resumes_at_once = IsCalm() || random_.Chance(70);
  for (int round = 0; round < 4000 && !Failed(); ++round) {
    if (SettleOnce()) continue;
    if (std::exchange(is_all_wanted, false)) {
      for (PoliteSide& side : sides_) {
        for (const std::string& id : std::exchange(side.heard(), {})) side.Pull(now_, id);
      }
      continue;
    }
    if (resumes_at_once && !std::exchange(is_all_resumed, true) && ResumeAll()) continue;
    if (IsCalm() && round < 3000 && !WaitsForLanes() && !HoldsPulls()) CheckCalm();
    if (PassToNextDeadline(sides, now_)) continue;
    if (!std::exchange(is_all_resumed, true) && ResumeAll()) continue;
    if (IsCalm()) CheckCalm();
    return;
  }
  if (!Failed()) journal_.Violation(0, "the world does not come to rest");
}

bool PoliteWorld::WaitsForLanes() const {
  return std::any_of(sides_.begin(), sides_.end(),
                     [](const PoliteSide& side) { return side.uploads().LanesCarryAnything(); });
}

// Behind one that was taken back, perhaps, which this side has not heard: that has its deadline.
bool PoliteWorld::HoldsPulls() const {
  return std::any_of(sides_.begin(), sides_.end(), [](const PoliteSide& side) { return side.stats().held_pulls > 0; });
}

bool PoliteWorld::SettleOnce() {
  bool moved = false;
  // Where there are lanes, what is on them has its chance to be ahead.
  const std::int64_t most = has_lanes_ ? random_.Between(1, 20) : 1000;
  for (Link& link : links_) {
    moved = link.lanes->Settle(now_) || moved;
    for (const bool rightwards : {true, false}) {
      PoliteSide& sender = rightwards ? *link.left : *link.right;
      for (int i = 0; i < 50 && sender.HasTasks(); ++i) {
        sender.FinishSomeTask(now_);
        moved = true;
      }
      if (link.is_broken) continue;
      Pipe& pipe = rightwards ? *link.to_right : *link.to_left;
      if (pipe.HasUnsent() || pipe.HasInFlight()) {
        DrainSome(link, rightwards, most);
        DeliverSome(link, rightwards, most);
        moved = true;
      }
      if (pipe.TakeEvent()) {
        sender.ReportBuffered(now_);
        moved = true;
      }
      moved = GrantSome(link, rightwards) || moved;
    }
    for (PoliteSide* side : {link.left, link.right}) {
      if (!side->IsOpen() || !(link.is_broken || (side == link.left ? link.right : link.left)->IsChannelOver()))
        continue;
      link.is_broken = true;
      Notice(*side);
      moved = true;
    }
  }
  return moved;
}

// Nothing moves any more, and nothing was in the way of it.
void PoliteWorld::CheckCalm() {
  for (const Link& link : links_) {
    const bool both_confirm = link.left->IsPolite() && link.right->IsPolite();
    for (PoliteSide* side : {link.left, link.right}) {
      const PoliteSide& other = side == link.left ? *link.right : *link.left;
      const auto check = [&](std::string_view problem) {
        if (!problem.empty()) journal_.Violation(side->number(), problem);
      };
      check(side->downloads().CheckAllDelivered());
      if (both_confirm) check(side->uploads().CheckAllDelivered());
      for (const std::string& id : side->offered()) {
        if (!facts_.withdrawn.contains(id) && !side->uploads().WasRefused(id) && !other.HasHeard(id)) {
          check("an offer that was made and never heard");
        }
      }
    }
  }
}

void PoliteWorld::CheckRest() {
  for (PoliteSide& side : sides_) {
    const auto check = [&](std::string_view problem) {
      if (!problem.empty()) journal_.Violation(side.number(), problem);
    };
    check(side.downloads().CheckAllEnded());
    check(side.uploads().CheckAllEnded());
    const Stats stats = side.stats();
    if (scenario::TransfersHeld(stats) != 0 || stats.outbox != ByteCount()) check("something is left at rest");
    if (stats.lanes != 0) check("a lane is left at rest");
    if (side.IsLost() && !side.IsChannelOver()) check("a session that waits for another channel for ever");
    if (side.IsOpen()) check(side.CheckDrainedWasSaid());
  }
}

void PoliteWorld::CheckEnd() {
  for (PoliteSide& side : sides_) {
    side.Close(now_);
    side.Timeout(now_ + Duration::Minutes(90));
    side.CancelPull(now_, AnyId());
    side.Withdraw(now_, AnyId());
    side.Decline(now_, AnyId(), "Too late.");
    side.Pull(now_, "late");
  }
}

const File* PoliteWorld::NewFile() {
  std::int64_t most = has_lanes_ ? kLargeFile : 20'000;
  for (const PoliteSide& side : sides_) {
    most = std::min(most, LargestInFewMessages(side.options().pacing, std::max<std::int64_t>(max_message_, 1)));
  }
  const std::int64_t number = random_.Below(kContents);
  // The sizes of the contents of one world do not change.
  Random sizes(static_cast<std::uint64_t>(number) ^ static_cast<std::uint64_t>(most));
  const std::int64_t any = has_lanes_ ? sizes.Between(most / 2, most) : sizes.Below(most + 1);
  const std::int64_t size = std::min(sizes.OneOf({0, 1, 700, any, any, any}), most);
  const std::string content = testing::HashOf("content" + std::to_string(number));
  const bool is_wrong = !IsCalm() && random_.Chance(5);
  std::optional<std::string> sender;
  if (random_.Chance(20)) sender = random_.Chance(50) ? "me" : "other";
  const bool follows = random_.Chance(hashes_follow_);
  const std::string id = "f" + std::to_string(files_.size());
  if (random_.Chance(20)) facts_.extras[id] = R"({"of":")" + id + "\"}";
  files_.push_back(File{.id = id,
                        .size = size,
                        .hash = follows    ? std::string()
                                : is_wrong ? testing::HashOf("wrong")
                                           : content,
                        .content_hash = content,
                        .sender = sender,
                        .once = !IsCalm() && random_.Chance(10),
                        .extra = facts_.extras[id]});
  return &files_.back();
}

std::string PoliteWorld::AnyId() {
  return "f" + std::to_string(random_.Below(static_cast<std::int64_t>(files_.size()) + 2));
}

}  // namespace peer_session::simulation
