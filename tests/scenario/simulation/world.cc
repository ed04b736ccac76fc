#include "scenario/simulation/world.h"

#include <algorithm>
#include <array>
#include <optional>

#include "support/session_driver.h"

namespace peer_session::simulation {

World::World(std::uint64_t seed, Journal& journal) : random_(seed), journal_(journal) {
  const std::int64_t weather = random_.Below(10);
  weather_ = weather < 2 ? Weather::kCalm : weather < 8 ? Weather::kFaulty : Weather::kHostile;
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
  max_message_ = random_.Chance(50) ? 1000 : random_.Between(300, 2000);
  // Small figures, so that a handful of messages reaches every bound.
  options_.pacing.max_message = ByteCount(random_.Between(200, 1500));
  options_.pacing.high_water = ByteCount(random_.Between(1000, 6000));
  options_.pacing.low_water = ByteCount(options_.pacing.high_water.value() / 2);
  options_.pacing.max_buffered = ByteCount(options_.pacing.high_water.value() + random_.Between(150, 3000));
  options_.pacing.block = ByteCount(random_.Between(500, 5000));
  options_.pacing.read_ahead = ByteCount(random_.Between(1000, 10'000));
  options_.pacing.read_ahead_files = static_cast<std::size_t>(random_.Between(1, 4));
  options_.limits.max_file_size = ByteCount(20'000);
  if (weather_ != Weather::kCalm) {
    options_.limits.max_offers = static_cast<std::size_t>(random_.Between(1, 8));
    options_.limits.max_pulls = static_cast<std::size_t>(random_.Between(1, 8));
    options_.limits.max_unverified_files = static_cast<std::size_t>(random_.Between(1, 4));
    options_.limits.max_unverified = ByteCount(random_.Between(1000, 40'000));
    options_.limits.max_outbox = ByteCount(random_.Between(100, 3000));
    const auto percent = [this] { return random_.Chance(50) ? 0 : static_cast<int>(random_.Between(1, 30)); };
    faults_ = Faults{.read_fails = percent(),
                     .answer_never_comes = percent() / 2,
                     .digest_fails = percent(),
                     .refused = percent(),
                     .late_authorization = percent(),
                     .store_fails = percent() / 3,
                     .calls_back = percent()};
  }
  const std::int64_t links = random_.Between(1, 3);
  for (std::int64_t i = 0; i < links; ++i) {
    links_.push_back(std::make_unique<Link>());
    Link& link = *links_.back();
    const int number = static_cast<int>(endpoints_.size());
    link.left = std::make_unique<Endpoint>(number, options_, faults_, link.to_right, random_, journal_);
    link.right = std::make_unique<Endpoint>(number + 1, options_, faults_, link.to_left, random_, journal_);
    for (Endpoint* endpoint : {link.left.get(), link.right.get()}) {
      endpoint->set_on_callback([this](Endpoint& called) { CallBackIn(called); });
      endpoints_.push_back(endpoint);
      if (!random_.Chance(weather_ == Weather::kCalm ? 0 : 3)) endpoint->Open(Now(), max_message_);
    }
  }
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
  if (choice < 5) {
    endpoint.Offer(Now(), NewFile());
  } else if (choice < 9 && !heard.empty()) {
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
    endpoint.Say(Now());
  }
}

// A callback runs while actions wait: offers what came to another peer, pulls at once, closes.
void World::CallBackIn(Endpoint& endpoint) {
  const std::int64_t choice = random_.Below(20);
  if (choice == 0) {
    endpoint.Close(Now());
  } else if (choice < 8) {
    Command(*random_.Pick(endpoints_));
  } else {
    Command(endpoint);
  }
}

void World::DrainSome(Link& link, bool rightwards, std::int64_t messages) {
  Pipe& pipe = rightwards ? link.to_right : link.to_left;
  Endpoint& sender = rightwards ? *link.left : *link.right;
  for (; messages > 0 && pipe.HasUnsent() && !pipe.IsStalled(); --messages) {
    if (pipe.Drain() && sender.IsAwaitingLow()) sender.ReportBuffered(Now());
  }
}

void World::DeliverSome(Link& link, bool rightwards, std::int64_t messages) {
  Pipe& pipe = rightwards ? link.to_right : link.to_left;
  Endpoint& receiver = rightwards ? *link.right : *link.left;
  for (; messages > 0; --messages) {
    const std::optional<Message> message = pipe.Arrive();
    if (!message) return;
    receiver.Arrive(Now(), *message);
  }
}

// What no engine would say, straight to the other engine.
void World::Inject(Link& link, bool rightwards) {
  Endpoint& victim = rightwards ? *link.right : *link.left;
  const std::string id = "f" + std::to_string(random_.Below(static_cast<std::int64_t>(files_.size()) + 2));
  const std::int64_t size = random_.Chance(30) ? random_.Below(30'000) : random_.Below(3);
  std::string text;
  switch (random_.Below(8)) {
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
    default:
      victim.Arrive(Now(), Message{.is_binary = true, .text = "", .size = size});
      return;
  }
  victim.Arrive(Now(), Message{.text = text, .size = 1});
}

void World::Break(Link& link) {
  was_broken_ = true;
  Endpoint& one = random_.Chance(50) ? *link.left : *link.right;
  if (random_.Chance(50)) {
    one.Close(Now());
  } else {
    one.ChannelClosed(Now(), random_.Chance(50) ? Reason::kClosed : Reason::kChannelError);
  }
}

// What was in flight from a side that closed still arrives, or is lost with the connection.
void World::PropagateCloses() {
  for (const std::unique_ptr<Link>& link : links_) {
    if (link->left->IsOver() == link->right->IsOver()) continue;
    const bool rightwards = link->left->IsOver();
    if (random_.Chance(50)) DeliverSome(*link, rightwards, random_.Between(0, 5));
    Endpoint& other = rightwards ? *link->right : *link->left;
    if (random_.Chance(40)) other.ChannelClosed(Now(), Reason::kClosed);
  }
}

void World::ComeToRest() {
  for (int round = 0; round < 2000 && !Failed(); ++round) {
    if (SettleOnce()) continue;
    if (weather_ == Weather::kCalm && round < 1000) {
      for (Endpoint* endpoint : endpoints_) {
        if (endpoint->receiving().HasOpen()) journal_.Violation(0, "nothing went wrong and a pull is still open");
      }
    }
    std::optional<Timestamp> next;
    for (Endpoint* endpoint : endpoints_) {
      const std::optional<Timestamp> due = endpoint->session().NextDeadline();
      if (due && (!next || *due < *next)) next = due;
    }
    if (!next) return;
    now_ = std::max(now_, *next);
    for (Endpoint* endpoint : endpoints_) {
      const std::optional<Timestamp> due = endpoint->session().NextDeadline();
      if (due && *due <= now_) endpoint->Timeout(now_);
    }
  }
  if (!Failed()) journal_.Violation(0, "the world does not come to rest");
}

bool World::SettleOnce() {
  bool moved = false;
  for (const std::unique_ptr<Link>& link : links_) {
    for (const bool rightwards : {true, false}) {
      Pipe& pipe = rightwards ? link->to_right : link->to_left;
      Endpoint& sender = rightwards ? *link->left : *link->right;
      if (sender.HasTasks()) {
        sender.FinishSomeTask(now_);
        moved = true;
      }
      if (pipe.HasUnsent() && !pipe.IsStalled()) {
        DrainSome(*link, rightwards, 1000);
        moved = true;
      }
      if (pipe.HasInFlight()) {
        DeliverSome(*link, rightwards, 1000);
        moved = true;
      }
    }
    if (link->left->IsOver() != link->right->IsOver()) {
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
  if (weather_ == Weather::kCalm && !was_broken_) {
    for (Endpoint* endpoint : endpoints_) {
      if (endpoint->failures() != 0) journal_.Violation(0, "nothing went wrong and yet a pull failed");
    }
  }
}

void World::CheckEnd() {
  for (Endpoint* endpoint : endpoints_) {
    endpoint->Close(now_);
    if (!endpoint->IsOver()) journal_.Violation(0, "close did not end with Closed");
    const Stats stats = endpoint->session().stats();
    if (stats.pending_offers + stats.queued_uploads + stats.waiting_pulls + stats.unverified_files != 0 ||
        stats.outbox != ByteCount() || endpoint->session().NextDeadline()) {
      journal_.Violation(0, "something is left after the close");
    }
    // Anything after the end is one more chance for an action that must not come.
    endpoint->Offer(now_, NewFile());
    endpoint->Pull(now_, "late");
    endpoint->Timeout(now_ + Duration::Minutes(90));
  }
}

const File* World::NewFile() {
  const std::int64_t chunk = std::min(options_.pacing.max_message.value(), max_message_);
  const std::int64_t block = options_.pacing.block.value();
  const std::array<std::int64_t, 12> sizes = {0,         1,     chunk - 1, chunk,     chunk + 1, 2 * chunk,
                                              block - 1, block, block + 1, 3 * block, 20'000,    random_.Below(4000)};
  std::int64_t size = std::min<std::int64_t>(sizes[static_cast<std::size_t>(random_.Below(12))], 20'000);
  if (weather_ != Weather::kCalm && random_.Chance(3)) size = 20'001;
  const std::string id = "f" + std::to_string(files_.size());
  const bool is_wrong = weather_ != Weather::kCalm && random_.Chance(5);
  files_.push_back(File{.id = id, .size = size, .hash = is_wrong ? "wrong" : id, .content_hash = id});
  return &files_.back();
}

// Outside calm weather the clock that an engine is told stands still or jumps back now and then.
Timestamp World::Now() {
  if (weather_ == Weather::kCalm || !random_.Chance(5)) return now_;
  return Timestamp::FromMicros(now_.micros() - random_.Below(3'600'000'000));
}

}  // namespace peer_session::simulation
