#include "scenario/simulation/meeting.h"

#include <algorithm>
#include <string_view>

#include "scenario/simulation/hashes.h"
#include "support/session_driver.h"

namespace peer_session::simulation {
namespace {

constexpr std::int64_t kMiB = 1024 * 1024;
// Just more than what the waits count on (docs/protocol.md, "Deadlines"): 128 kbit/s.
constexpr std::int64_t kSlowest = 18'000;
// At the most.
constexpr std::int64_t kOfferLength = 230;
constexpr std::int64_t kHashLength = 68;
constexpr std::int64_t kRequestLength = 110;
// More events than any meeting needs: time stands still.
constexpr int kMostEvents = 3'000'000;

}  // namespace

Meeting::Meeting(std::uint64_t seed, Journal& journal) : random_(seed), journal_(journal) {
  now_ = Timestamp::FromMicros(random_.OneOf({1'000'000, -7'200'000'000}));
  began_at_ = now_;
  last_end_ = now_;
  if (random_.Chance(30)) options_.signer_id = "me";
  faults_.refused = random_.Chance(50) ? 0 : static_cast<int>(random_.Between(1, 40));
  pulls_at_once_ = static_cast<int>(random_.OneOf({10, 50, 100, 100}));
  slow_tasks_ = static_cast<int>(random_.OneOf({0, 5, 30}));
  bytes_left_ = random_.OneOf({2 * kMiB, 20 * kMiB, 100 * kMiB});
  timer_lateness_ = Duration::Micros(random_.OneOf({0, 4'000, 300'000}));
  ChoosePath();
  MakePlans();
}

void Meeting::ChoosePath() {
  const std::int64_t max_message = random_.OneOf({0, 256 * 1024, 256 * 1024, 1024 * kMiB});
  const bool is_classic = random_.Chance(15);
  for (int number = 0; number < 2; ++number) {
    Side& side = sides_[number];
    // From 0.1 to 100 Mbit/s.
    const std::int64_t rate = 12'500 * random_.AnyMagnitude(1000);
    if (rate < kSlowest) is_fast_enough_ = false;
    // Less than what is borne, in bytes and in time.
    text_left_[number] = std::min(4 * kMiB, 200 * rate);
    const Duration latency = Duration::Micros(random_.AnyMagnitude(700'000));
    side.path = std::make_unique<Path>(side.out, rate, latency, now_);
    if (number == 1 && is_classic) {
      classic_.emplace(side.out, random_.Chance(80));
      break;
    }
    side.endpoint = std::make_unique<Endpoint>(number, options_, faults_, side.out, turn_, random_, journal_);
    side.endpoint->set_on_news([this](Endpoint& endpoint, const News& news) { OnNews(endpoint, news); });
    side.endpoint->set_errands([this](TaskKind kind) { return AnyErrand(kind); });
  }
  if (!classic_) {
    sides_[0].endpoint->set_peer(*sides_[1].endpoint);
    sides_[1].endpoint->set_peer(*sides_[0].endpoint);
  }
  for (Side& side : sides_) {
    if (side.endpoint) side.endpoint->Open(now_, max_message);
  }
}

void Meeting::MakePlans() {
  const std::int64_t plans = random_.Between(2, 12);
  for (std::int64_t i = 0; i < plans; ++i) {
    const int side = classic_ ? 0 : static_cast<int>(random_.Below(2));
    const Timestamp at = now_ + Duration::Micros(random_.AnyMagnitude(120'000'000));
    const std::int64_t choice = random_.Below(20);
    if (choice < 10) {
      MakePlan(at, side, Plan::Kind::kOffers, random_.AnyMagnitude(40));
    } else if (classic_) {
      // Its timers know nothing of what goes before.
    } else if (choice < 12) {
      MakePlan(at, side, Plan::Kind::kOffers, random_.AnyMagnitude(random_.Chance(2) ? 25'000 : 3000));
    } else if (choice < 14) {
      MakePlan(at, side, Plan::Kind::kLargeFile, 1);
    } else if (choice < 16) {
      MakePlan(at, side, Plan::Kind::kInventory, random_.AnyMagnitude(random_.Chance(50) ? 20'000 : 2000));
    } else if (choice < 17) {
      MakePlan(at, side, Plan::Kind::kRequests, random_.AnyMagnitude(random_.Chance(2) ? 25'000 : 1000));
    } else {
      MakePlan(at, side, choice < 18 ? Plan::Kind::kSync : Plan::Kind::kPing, random_.AnyMagnitude(40));
    }
  }
  for (std::int64_t pauses = random_.Below(4); pauses > 0; --pauses) {
    const Timestamp at = now_ + Duration::Micros(random_.AnyMagnitude(600'000'000));
    MakePlan(at, static_cast<int>(random_.Below(2)), Plan::Kind::kPause, random_.Between(1, 700'000));
  }
  if (random_.Chance(15)) {
    MakePlan(now_ + Duration::Micros(random_.AnyMagnitude(300'000'000)), 0, Plan::Kind::kDie, 0);
  }
}

void Meeting::MakePlan(Timestamp at, int side, Plan::Kind kind, std::int64_t count) {
  const std::int64_t length = kind == Plan::Kind::kOffers      ? kOfferLength
                              : kind == Plan::Kind::kInventory ? kHashLength
                              : kind == Plan::Kind::kRequests  ? kRequestLength
                                                               : 0;
  if (length > 0) {
    count = std::min(count, text_left_[side] / length);
    text_left_[side] -= count * length;
  }
  const auto later = std::find_if(plans_.begin(), plans_.end(), [&](const Plan& plan) { return plan.at > at; });
  plans_.insert(later, Plan{.at = at, .side = side, .kind = kind, .count = count});
}

std::string Meeting::Run() {
  ++journal_.tally().meetings;
  for (int events = 0; !Failed(); ++events) {
    const std::optional<Timestamp> next = NextEvent();
    if (!next) break;
    if (events > kMostEvents) journal_.Violation(0, "the meeting never ends");
    now_ = std::max(now_, *next);
    LiveThrough();
  }
  if (!Failed()) CheckRest();
  ++journal_.tally().schedules;
  journal_.tally().hours += static_cast<double>((now_ - began_at_).micros()) / 3.6e9;
  return journal_.violation();
}

std::optional<Timestamp> Meeting::NextEvent() const {
  std::optional<Timestamp> next;
  const auto consider = [&next](std::optional<Timestamp> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  for (const Side& side : sides_) {
    consider(side.path->Next());
    if (!side.endpoint) continue;
    consider(side.endpoint->NextTask());
    if (const std::optional<Timestamp> due = side.endpoint->NextDeadline()) consider(*due + timer_lateness_);
  }
  if (!plans_.empty()) consider(plans_.front().at);
  if (classic_) {
    consider(classic_->NextDeadline());
    if (classic_->IsIdle() && classic_->HasOffers()) consider(now_);
  }
  return next;
}

void Meeting::LiveThrough() {
  for (Side& side : sides_) side.path->AdvanceTo(now_);
  for (Side& side : sides_) {
    if (side.path->TakeLow() && side.endpoint) side.endpoint->ReportBuffered(now_);
  }
  for (int number = 0; number < 2; ++number) {
    while (const std::optional<Message> message = sides_[number].path->Arrive(now_)) {
      if (Endpoint* receiver = sides_[1 - number].endpoint.get()) {
        receiver->Arrive(now_, *message);
      } else {
        classic_->Arrive(now_, *message);
      }
    }
  }
  for (Side& side : sides_) {
    if (!side.endpoint) continue;
    side.endpoint->FinishDueTasks(now_);
    const std::optional<Timestamp> due = side.endpoint->NextDeadline();
    if (due && *due + timer_lateness_ <= now_) side.endpoint->Timeout(now_);
  }
  while (!plans_.empty() && plans_.front().at <= now_) {
    const Plan plan = plans_.front();
    plans_.pop_front();
    CarryOut(plan);
  }
  if (classic_) ClassicLives();
  for (Side& side : sides_) {
    if (side.endpoint) side.endpoint->HearAll();
  }
}

void Meeting::CarryOut(const Plan& plan) {
  Endpoint* endpoint = sides_[plan.side].endpoint.get();
  if (died_at_) return;
  switch (plan.kind) {
    case Plan::Kind::kOffers: {
      const bool are_many = plan.count > 40;
      for (std::int64_t i = 0; i < plan.count; ++i)
        endpoint->Offer(now_, NewFile(are_many ? random_.Below(2000) : AnySize()));
      return;
    }
    case Plan::Kind::kLargeFile: {
      const File* file = NewFile(random_.Between(15 * kMiB + 1, 40 * kMiB));
      endpoint->Offer(now_, file);
      const auto number = static_cast<std::int64_t>(files_.size()) - 1;
      return MakePlan(now_ + Duration::Seconds(random_.Between(0, 20)), 1 - plan.side, Plan::Kind::kPull, number);
    }
    case Plan::Kind::kPull:
      return endpoint->Pull(now_, files_[static_cast<std::size_t>(plan.count)].id);
    case Plan::Kind::kInventory:
      return endpoint->SendInventory(now_, HashesFrom(random_.Below(1000), plan.count));
    case Plan::Kind::kRequests: {
      const std::int64_t first = random_.Below(1000);
      for (std::int64_t i = 0; i < plan.count; ++i) endpoint->RequestFile(now_, NthHash(first + i));
      return;
    }
    case Plan::Kind::kSync:
      for (std::int64_t i = 0; i < plan.count; ++i) endpoint->RequestSync(now_);
      return;
    case Plan::Kind::kPing:
      return endpoint->SendPing(now_);
    case Plan::Kind::kPause:
      return sides_[plan.side].path->PauseUntil(now_ + Duration::Micros(plan.count));
    case Plan::Kind::kDie:
      died_at_ = now_;
      for (Side& side : sides_) side.path->Die();
      return;
  }
}

void Meeting::OnNews(Endpoint& endpoint, const News& news) {
  if (news.kind == News::Kind::kFailed || news.kind == News::Kind::kDelivered) last_end_ = now_;
  if (news.kind == News::Kind::kFailed) CheckFailure(endpoint, news);
  if (news.kind != News::Kind::kOffer || !random_.Chance(pulls_at_once_)) return;
  const File& file = files_[std::stoul(news.id.substr(1))];
  if (file.size > bytes_left_) return;
  // A file counts for something even if it is empty.
  bytes_left_ -= file.size + 1000;
  endpoint.Pull(now_, news.id);
}

// What a pull may end with while the path lives, whatever the two sides' waits are.
void Meeting::CheckFailure(const Endpoint& receiver, const News& news) {
  if (died_at_ || !is_fast_enough_) return;
  SendingModel& sender = sides_[IsFirst(receiver) ? 1 : 0].endpoint->sending();
  switch (news.reason) {
    case Reason::kRefused:
    case Reason::kTooLarge:
    case Reason::kHashFailed:
    case Reason::kReceiverOverloaded:
      return;
    case Reason::kAbortedByPeer:
      if (sender.HasFailed(news.id)) return;
      break;
    case Reason::kPullTimeout:
      // The offer had expired when the request came.
      if (sender.HasIgnored(news.id)) return;
      break;
    default:
      break;
  }
  journal_.Violation(IsFirst(receiver) ? 0 : 1,
                     "a pull failed although the path lives: " + std::string(CodeOf(news.reason)));
}

void Meeting::ClassicLives() {
  SendingModel& sender = sides_[0].endpoint->sending();
  if (const std::optional<std::string> late = classic_->Timeout(now_)) {
    const bool is_ours = !sender.HasFailed(*late) && !sender.HasIgnored(*late);
    if (is_ours && !died_at_ && is_fast_enough_) {
      journal_.Violation(0, "a wait of ours was longer than a classic peer's timers bear");
    }
  }
  std::vector<std::string>& offers = classic_->offers();
  if (!classic_->IsIdle() || offers.empty()) return;
  const std::string id = offers.back();
  offers.pop_back();
  if (!died_at_ && bytes_left_ > 0) classic_->Pull(now_, id);
  bytes_left_ -= 20'000;
}

void Meeting::CheckRest() {
  const Timeouts& timeouts = options_.timeouts;
  for (int number = 0; number < 2; ++number) {
    Endpoint* endpoint = sides_[number].endpoint.get();
    if (endpoint == nullptr) continue;
    const Stats stats = endpoint->session().stats();
    if (stats.pending_offers + stats.waiting_pulls + stats.unverified_files != 0 || endpoint->receiving().open() != 0) {
      journal_.Violation(number, "something is left at rest");
    }
    if (died_at_) continue;
    if (stats.queued_uploads != 0 || stats.outbox != ByteCount())
      journal_.Violation(number, "something is left unsent");
    if (classic_) continue;
    const std::string_view unheard = endpoint->announcing().CheckAllHeard(endpoint->max_message());
    if (!unheard.empty()) journal_.Violation(number, unheard);
  }
  if (!died_at_) return;
  // The longest of all waits one after the other: a request behind this side's text, text of the peer, a file, a pull behind it.
  const Duration longest = timeouts.text + timeouts.text + timeouts.stall + timeouts.pull + timeouts.verify +
                           timer_lateness_ + timer_lateness_ + timer_lateness_;
  if (last_end_ > *died_at_ + longest) journal_.Violation(0, "a pull outlived its path for too long");
}

std::int64_t Meeting::AnySize() {
  const std::int64_t choice = random_.Below(20);
  if (choice < 2) return random_.Below(2);
  return random_.AnyMagnitude(choice < 12 ? 20'000 : choice < 18 ? kMiB : 15 * kMiB);
}

// Most at once, some nearly as long as they may take, some longer, and some for ever.
Endpoint::Errand Meeting::AnyErrand(TaskKind kind) {
  const Duration quick = Duration::Micros(random_.AnyMagnitude(200'000));
  if (!random_.Chance(slow_tasks_)) return {.takes = quick, .ends_well = true};
  const bool is_ours = kind == TaskKind::kRead || kind == TaskKind::kSign;
  const Duration limit = is_ours ? options_.timeouts.read : options_.timeouts.verify;
  switch (random_.Below(4)) {
    case 0:
      return {.takes = quick, .ends_well = false};
    case 1:
      return {.takes = limit + Duration::Micros(random_.OneOf({1, 1'000'000, 3'600'000'000})), .ends_well = true};
    default:
      return {.takes = Duration::Micros(limit.micros() - random_.Between(1, 1'000'000)), .ends_well = true};
  }
}

const File* Meeting::NewFile(std::int64_t size) {
  std::string id = "f" + std::to_string(files_.size());
  std::string hash = testing::HashOf(id);
  files_.push_back(File{.id = std::move(id), .size = size, .hash = hash, .content_hash = hash});
  return &files_.back();
}

}  // namespace peer_session::simulation
