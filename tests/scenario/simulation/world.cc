#include "scenario/simulation/world.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "scenario/held.h"
#include "scenario/simulation/deadlines.h"
#include "scenario/simulation/hashes.h"
#include "support/session_driver.h"

namespace peer_session::simulation {

World::World(std::uint64_t seed, Journal& journal) : random_(seed), journal_(journal) {
  const std::int64_t weather = random_.Below(10);
  weather_ = weather < 3 ? Weather::kCalm : weather < 8 ? Weather::kFaulty : Weather::kHostile;
  scale_ = random_.Chance(90) ? Scale::kBytes : Scale::kMebibytes;
  // The clock's zero is the caller's choice.
  now_ = Timestamp::FromMicros(
      random_.OneOf({1'000'000, 0, -1, -3'600'000'000, -1'000'000'000'000'000, 1'000'000'000'000'000}));
  Build();
}

std::string World::Run() {
  const std::int64_t steps = random_.Between(5, 120);
  for (std::int64_t i = 0; i < steps && !Failed(); ++i) {
    Step();
    ++journal_.tally().steps;
  }
  ComeToRest();
  if (!Failed()) CheckRest();
  CheckEnd();
  ++journal_.tally().schedules;
  return journal_.violation();
}

void World::Build() {
  if (weather_ != Weather::kCalm) ChooseFaults();
  asks_again_ = static_cast<int>(random_.OneOf({0, 0, 50, 100}));
  late_events_ = static_cast<int>(random_.OneOf({0, 50}));
  const Options options = ChooseOptions();
  const std::int64_t max_message = AnyMaxMessage(random_, scale_);
  const std::int64_t links = random_.Between(1, 3);
  for (std::int64_t i = 0; i < links; ++i) {
    links_.push_back(std::make_unique<Link>());
    Link& link = *links_.back();
    for (Pipe* pipe : {&link.to_right, &link.to_left}) {
      if (random_.Chance(30)) pipe->TellOnlyWhenAsked();
    }
    const int number = static_cast<int>(endpoints_.size());
    // What one side says the other must take, so in calm weather both are of one kind.
    const bool alike = weather_ == Weather::kCalm || random_.Chance(50);
    const Options others = alike ? options : ChooseOptions();
    link.left = std::make_unique<Endpoint>(number, options, faults_, link.to_right, turn_, random_, journal_);
    link.right = std::make_unique<Endpoint>(number + 1, others, faults_, link.to_left, turn_, random_, journal_);
    link.left->set_peer(*link.right);
    link.right->set_peer(*link.left);
    for (Endpoint* endpoint : {link.left.get(), link.right.get()}) {
      endpoint->set_on_news([this](Endpoint& called, const News& news) { OnNews(called, news); });
      endpoints_.push_back(endpoint);
      if (!random_.Chance(weather_ == Weather::kCalm ? 0 : 3)) endpoint->Open(Now(), max_message);
    }
  }
}

Options World::ChooseOptions() {
  Options options;
  options.pacing = AnyPacing(random_, scale_);
  if (random_.Chance(30)) options.signer_id = "me";
  if (random_.Chance(30)) options.identity_created_at = 1.5e12;
  if (weather_ == Weather::kCalm) {
    options.limits.max_text = AnyLimits(random_, scale_).max_text;
    options.limits.max_file_size = ByteCount(scale_ == Scale::kBytes ? 20'000 : 40 << 20);
    // Hashes come when the schedule says so.
    options.limits.max_unverified = ByteCount(std::int64_t{1} << 50);
  } else {
    options.limits = AnyLimits(random_, scale_);
    options.timeouts = AnyTimeouts(random_);
  }
  return options;
}

void World::ChooseFaults() {
  const auto percent = [this] { return random_.Chance(50) ? 0 : static_cast<int>(random_.Between(1, 30)); };
  faults_ = Faults{.read_fails = percent(),
                   .sign_fails = percent(),
                   .answer_never_comes = percent() / 2,
                   .digest_fails = percent(),
                   .claim_fails = percent(),
                   .refused = percent(),
                   .late_authorization = percent(),
                   .store_fails = percent() / 3,
                   .send_refused = percent(),
                   .early_news = percent(),
                   .buffered_untold = random_.Chance(70) ? 0 : static_cast<int>(random_.OneOf({50, 100}))};
  calls_back_ = percent();
}

void World::Step() {
  Link& link = *random_.Pick(links_);
  const bool rightwards = random_.Chance(50);
  Endpoint& endpoint = rightwards ? *link.left : *link.right;
  const std::int64_t choice = random_.Below(100);
  if (choice < 25) {
    Command(endpoint);
  } else if (choice < 45) {
    DrainSome(link, rightwards, random_.Between(1, 8));
  } else if (choice < 65) {
    DeliverSome(link, rightwards, random_.Between(1, 8));
  } else if (choice < 85) {
    endpoint.FinishSomeTask(Now());
  } else if (choice < 90) {
    endpoint.ReportBuffered(Now());
  } else if (choice < 96) {
    Advance();
  } else if (weather_ != Weather::kCalm) {
    if (choice == 96) {
      Break(link);
    } else if (choice == 97) {
      if (random_.Chance(30)) (rightwards ? link.to_right : link.to_left).Stall();
    } else if (weather_ == Weather::kHostile) {
      for (std::int64_t i = random_.Between(1, 6); i > 0; --i) Inject(link, rightwards);
    }
  }
  PropagateCloses();
}

void World::Advance() {
  if (weather_ == Weather::kCalm) {
    now_ = now_ + Duration::Micros(random_.Below(20'000));
  } else if (const std::optional<Timestamp> due = random_.Pick(endpoints_)->NextDeadline(); due && random_.Chance(40)) {
    // A moment before a deadline, on it, and after it.
    now_ = std::max(now_, *due + Duration::Micros(random_.Between(-1, 1)));
  } else {
    constexpr std::array<Duration, 6> kSpans = {Duration::Micros(1),   Duration::Millis(100), Duration::Seconds(5),
                                                Duration::Seconds(16), Duration::Seconds(31), Duration::Minutes(6)};
    now_ = now_ + kSpans[static_cast<std::size_t>(random_.Below(random_.Chance(85) ? 2 : 6))];
  }
  // A late or spurious timer is as good as a punctual one.
  for (Endpoint* endpoint : endpoints_) {
    if (random_.Chance(70)) endpoint->Timeout(Now());
  }
}

void World::Command(Endpoint& endpoint) {
  std::vector<std::string>& heard = endpoint.heard();
  const std::int64_t choice = random_.Below(10);
  if (choice < 4) {
    endpoint.Offer(Now(), NewFile());
  } else if (choice < 8 && !heard.empty()) {
    const std::size_t chosen = static_cast<std::size_t>(random_.Below(static_cast<std::int64_t>(heard.size())));
    const std::string id = heard[chosen];
    // Sometimes it stays known, and is pulled again.
    if (weather_ == Weather::kCalm || random_.Chance(80)) {
      heard.erase(heard.begin() + static_cast<std::ptrdiff_t>(chosen));
    }
    endpoint.Pull(Now(), id);
  } else if (choice == 9 && weather_ != Weather::kCalm && random_.Chance(30)) {
    endpoint.Pull(Now(), "nobody-has-this");
  } else {
    Say(endpoint);
  }
}

void World::Say(Endpoint& endpoint) {
  // Now and then more of them than a peer takes at once.
  const std::int64_t times = random_.Chance(3) ? random_.Between(30, 90) : 1;
  const std::int64_t what = random_.Below(4);
  for (std::int64_t i = 0; i < times; ++i) {
    switch (what) {
      case 0:
        endpoint.SendPing(Now());
        break;
      case 1:
        endpoint.RequestSync(Now());
        break;
      case 2:
        endpoint.RequestFile(Now(), random_.Chance(10) ? "no hash" : NthHash(random_.Below(1000)));
        break;
      default:
        endpoint.SendInventory(Now(), SomeHashes());
        break;
    }
  }
}

// The owner hears of something and does something about it: offers what came to another peer, pulls at once, closes; and what
// always asks again must not keep the world from going on.
void World::OnNews(Endpoint& endpoint, const News& news) {
  if (is_resting_) return;
  if (random_.Chance(asks_again_)) AskAgain(endpoint, news);
  if (!random_.Chance(calls_back_)) return;
  const std::int64_t choice = random_.Below(20);
  if (choice == 0) {
    endpoint.Close(Now());
  } else if (choice < 8) {
    Command(*random_.Pick(endpoints_));
  } else {
    Command(endpoint);
  }
}

void World::AskAgain(Endpoint& endpoint, const News& news) {
  switch (news.kind) {
    case News::Kind::kUploadEnded:
      return endpoint.Offer(Now(), NewFile());
    case News::Kind::kFailed:
      return endpoint.Pull(Now(), news.id);
    case News::Kind::kOffer: {
      std::erase(endpoint.heard(), news.id);
      return endpoint.Pull(Now(), news.id);
    }
    case News::Kind::kSync:
      return endpoint.SendInventory(Now(), SomeHashes());
    case News::Kind::kInventory:
      return endpoint.RequestSync(Now());
    case News::Kind::kFileRequested:
      return endpoint.Offer(Now(), NewFile());
    case News::Kind::kDelivered:
      return endpoint.SendPing(Now());
  }
}

void World::DrainSome(Link& link, bool rightwards, std::int64_t messages) {
  Pipe& pipe = rightwards ? link.to_right : link.to_left;
  Endpoint& sender = rightwards ? *link.left : *link.right;
  for (; messages > 0 && pipe.HasUnsent() && !pipe.IsStalled(); --messages) {
    // Bytes leave in packets, not in messages.
    const bool is_low = random_.Chance(20) ? pipe.Drain(random_.AnyMagnitude(pipe.RestOfFront())) : pipe.DrainFront();
    if (is_low) pipe.OweEvent();
    // An event may come when others have come between; by then the channel may hold something else.
    if (!random_.Chance(late_events_) && pipe.TakeEvent()) sender.ReportBuffered(Now());
  }
}

void World::DeliverSome(Link& link, bool rightwards, std::int64_t messages) {
  Pipe& pipe = rightwards ? link.to_right : link.to_left;
  Endpoint& receiver = rightwards ? *link.right : *link.left;
  for (; messages > 0; --messages) {
    const std::optional<Message> message = pipe.Arrive();
    if (!message) return;
    receiver.Arrive(Now(), *message);
    // In the middle of a file, which mostly is there and gone within one step.
    if (weather_ == Weather::kHostile && random_.Chance(5)) Inject(link, rightwards);
  }
}

// What no engine would say, straight to the other engine.
void World::Inject(Link& link, bool rightwards) {
  Endpoint& victim = rightwards ? *link.right : *link.left;
  const std::string id = "f" + std::to_string(random_.Below(static_cast<std::int64_t>(files_.size()) + 2));
  const std::int64_t size = random_.Chance(30) ? random_.Below(30'000) : random_.Below(3);
  std::string text;
  switch (random_.Below(10)) {
    case 0:
      text = testing::MetaText(id, size);
      break;
    case 1:
      text = testing::AbortText(id);
      break;
    case 2:
      text = testing::PullText(id);
      break;
    case 3:
      text = testing::OfferText(id, size);
      break;
    case 4:
      text = R"({"type":"meta","transferId":")" + id + R"(","size":-1})";
      break;
    case 5:
      // Enough answers to fill whatever waits to be sent.
      text = R"({"type":"ping"})";
      for (int i = 0; i < 40; ++i) victim.Arrive(Now(), Message{.text = text, .size = 1});
      break;
    case 6:
      text = "{]";
      break;
    case 7:
      text = R"({"type":"inventory","hashes":["no hash",null,")" + NthHash(7) + R"("]})";
      break;
    case 8:
      // Longer than is read, or long and of no meaning.
      text = R"({"type":"hello","x":")" + std::string(static_cast<std::size_t>(random_.AnyMagnitude(200'000)), 'x') +
             R"("})";
      break;
    default:
      victim.Arrive(Now(), Message{.is_binary = true, .text = "", .size = size});
      return;
  }
  victim.Arrive(Now(), Message{.text = text, .size = 1});
}

void World::Break(Link& link) {
  Endpoint& one = random_.Chance(50) ? *link.left : *link.right;
  if (random_.Chance(50)) {
    one.Close(Now());
  } else {
    one.ChannelClosed(Now(), random_.OneOf({Reason::kClosed, Reason::kChannelError, Reason::kPeerReplaced}));
  }
}

// What was in flight from a side that closed still arrives, or is lost with the connection.
void World::PropagateCloses() {
  for (const std::unique_ptr<Link>& link : links_) {
    if (link->left->IsChannelOver() == link->right->IsChannelOver()) continue;
    const bool rightwards = link->left->IsChannelOver();
    if (random_.Chance(50)) DeliverSome(*link, rightwards, random_.Between(0, 5));
    Endpoint& other = rightwards ? *link->right : *link->left;
    if (random_.Chance(40)) other.ChannelClosed(Now(), Reason::kClosed);
  }
}

void World::ComeToRest() {
  is_resting_ = true;
  for (int round = 0; round < 2000 && !Failed(); ++round) {
    if (SettleOnce()) continue;
    if (weather_ == Weather::kCalm && round < 1000) {
      for (Endpoint* endpoint : endpoints_) {
        if (endpoint->receiving().open() > 0) journal_.Violation(0, "nothing went wrong and a pull is still open");
      }
    }
    if (!PassToNextDeadline(endpoints_, now_)) return;
  }
  if (!Failed()) journal_.Violation(0, "the world does not come to rest");
}

bool World::SettleOnce() {
  bool moved = false;
  for (const std::unique_ptr<Link>& link : links_) {
    for (const bool rightwards : {true, false}) {
      Pipe& pipe = rightwards ? link->to_right : link->to_left;
      Endpoint& sender = rightwards ? *link->left : *link->right;
      for (int i = 0; i < 50 && sender.HasTasks(); ++i) {
        sender.FinishSomeTask(now_);
        moved = true;
      }
      if (pipe.HasUnsent() && !pipe.IsStalled()) {
        DrainSome(*link, rightwards, 1000);
        moved = true;
      }
      if (pipe.TakeEvent()) {
        sender.ReportBuffered(now_);
        moved = true;
      }
      if (pipe.HasInFlight()) {
        DeliverSome(*link, rightwards, 1000);
        moved = true;
      }
    }
    if (link->left->IsChannelOver() != link->right->IsChannelOver()) {
      PropagateCloses();
      moved = true;
    }
  }
  return moved;
}

void World::CheckRest() {
  for (const std::unique_ptr<Link>& link : links_) {
    for (Endpoint* endpoint : {link->left.get(), link->right.get()}) {
      if (!endpoint->receiving().CheckAllEnded().empty()) journal_.Violation(0, "a pull that never ended");
      const Stats stats = endpoint->session().stats();
      if (stats.pending_offers + stats.waiting_pulls + stats.unverified_files != 0) {
        journal_.Violation(0, "something is left at rest");
      }
      if (!endpoint->out().IsStalled() && stats.queued_uploads != 0) journal_.Violation(0, "an upload is left at rest");
      if (!endpoint->out().IsStalled() && stats.outbox != ByteCount()) journal_.Violation(0, "text is left at rest");
    }
  }
  if (weather_ != Weather::kCalm) return;
  for (Endpoint* endpoint : endpoints_) {
    if (endpoint->failures() != 0) journal_.Violation(0, "nothing went wrong and yet a pull failed");
    const std::string_view unheard = endpoint->announcing().CheckAllHeard(endpoint->max_message());
    if (!unheard.empty()) journal_.Violation(0, unheard);
  }
}

void World::CheckEnd() {
  for (Endpoint* endpoint : endpoints_) {
    endpoint->Close(now_);
    if (!endpoint->IsOver()) journal_.Violation(0, "close did not end with Closed");
    const Stats stats = endpoint->session().stats();
    if (scenario::TransfersHeld(stats) != 0 || stats.outbox != ByteCount() || endpoint->NextDeadline()) {
      journal_.Violation(0, "something is left after the close");
    }
    // Anything after the end is one more chance for an action that must not come.
    endpoint->Offer(now_, NewFile());
    endpoint->Pull(now_, "late");
    endpoint->Timeout(now_ + Duration::Minutes(90));
  }
}

const File* World::NewFile() {
  const Options& options = endpoints_.front()->options();
  const std::int64_t connection = std::clamp<std::int64_t>(endpoints_.front()->max_message(), 1, std::int64_t{1} << 30);
  const std::int64_t chunk = std::min(options.pacing.max_message.value(), connection);
  const std::int64_t block = options.pacing.block.value();
  const std::int64_t limit = options.limits.max_file_size.value();
  const std::int64_t high = std::min(options.pacing.high_water, options.pacing.max_buffered).value();
  std::int64_t most = limit;
  // Whoever offers it.
  for (const Endpoint* endpoint : endpoints_) {
    most = std::min(most, LargestInFewMessages(endpoint->options().pacing, connection));
  }
  std::int64_t size = random_.OneOf({0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, block - 1, block, block + 1,
                                     3 * block, high, limit, random_.AnyMagnitude(std::max<std::int64_t>(most, 1))});
  size = std::clamp<std::int64_t>(size, 0, most);
  std::string id = "f" + std::to_string(files_.size());
  const std::string content = testing::HashOf(id);
  std::string hash = content;
  std::optional<std::string> sender;
  if (random_.Chance(20)) sender = random_.Chance(50) ? "me" : "other";
  if (random_.Chance(10))
    std::transform(hash.begin(), hash.end(), hash.begin(), [](unsigned char c) { return std::toupper(c); });
  if (weather_ != Weather::kCalm) {
    if (random_.Chance(3)) size = limit + 1;
    if (random_.Chance(5)) hash = testing::HashOf("wrong");
    if (random_.Chance(2)) hash = "no hash";
  }
  files_.push_back(
      File{.id = std::move(id), .size = size, .hash = std::move(hash), .content_hash = content, .sender = sender});
  return &files_.back();
}

std::vector<std::string> World::SomeHashes() {
  std::int64_t count = random_.Below(4);
  if (random_.Chance(10)) count = random_.AnyMagnitude(300);
  if (random_.Chance(1)) count = random_.AnyMagnitude(20'000);
  // As many as may wait, and one more.
  if (random_.Below(5000) == 0) count = random_.OneOf({60'000, 131'072, 131'073});
  // In no more messages than take some minutes at the pace of one a second.
  const std::int64_t in_one_message = std::max<std::int64_t>(endpoints_.front()->max_message() / 67 - 1, 1);
  if (in_one_message < 10'000) count = std::min(count, 100 * in_one_message);
  std::vector<std::string> hashes = HashesFrom(random_.Below(1000), count);
  if (hashes.empty()) return hashes;
  if (random_.Chance(20)) hashes.push_back(random_.Chance(50) ? "no hash" : hashes.front());
  if (random_.Chance(20)) {
    std::string& hash = random_.Pick(hashes);
    std::transform(hash.begin(), hash.end(), hash.begin(), [](unsigned char c) { return std::toupper(c); });
  }
  return hashes;
}

// Outside calm weather the clock that an engine is told stands still or jumps back now and then.
Timestamp World::Now() {
  if (weather_ == Weather::kCalm || !random_.Chance(5)) return now_;
  return Timestamp::FromMicros(now_.micros() - random_.Below(3'600'000'000));
}

}  // namespace peer_session::simulation
