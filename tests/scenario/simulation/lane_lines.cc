#include "scenario/simulation/lane_lines.h"

#include <algorithm>
#include <optional>

namespace peer_session::simulation {
namespace {

// So many are lost in a world, lest nothing ever arrives; of those in calm ones so few without a word that no wait for what they had is
// over before they are given up.
constexpr int kMostLosses = 12;
constexpr int kMostSilencesInCalm = 2;

// Longer than a peer takes.
constexpr std::size_t kTooLong = 16'385;

}  // namespace

void LaneLines::Open(PoliteSide& side, Lane lane) {
  if (Find(side, lane) != nullptr) journal_.Violation(side.number(), "a lane opened that is there");
  auto line = std::make_unique<Line>();
  line->description = "sdp-" + std::to_string(++made_);
  line->opener.side = &side;
  line->opener.lane = lane;
  line->opener.phase = Phase::kDescribing;
  line->never_opens = random_.Chance(10);
  lines_.push_back(std::move(line));
}

void LaneLines::Answer(PoliteSide& side, Lane lane, const std::string& description) {
  if (Find(side, lane) != nullptr) journal_.Violation(side.number(), "a lane answered that is there");
  auto found = std::find_if(lines_.begin(), lines_.end(), [&](const std::unique_ptr<Line>& line) {
    return line->description == description && line->opener.side != &side;
  });
  if (found == lines_.end() || (*found)->answerer.phase != Phase::kAbsent) {
    // A stranger's, or one that the opener has forgotten.
    lines_.push_back(std::make_unique<Line>());
    found = std::prev(lines_.end());
    (*found)->never_opens = !random_.Chance(50);
    (*found)->is_accepted = true;
    (*found)->opener.phase = Phase::kGone;
    (*found)->is_lost = weather_ != Weather::kHostile;
  }
  (*found)->answerer.side = &side;
  (*found)->answerer.lane = lane;
  (*found)->answerer.phase = Phase::kDescribing;
}

void LaneLines::Accept(PoliteSide& side, Lane lane, const std::string& description) {
  Line* line = nullptr;
  End* end = Find(side, lane, &line);
  if (end == nullptr || end->phase == Phase::kOpen) {
    return journal_.Violation(side.number(), "an answer for a lane that awaits none");
  }
  // The answer to an earlier one of that number; the connection cannot be made with it.
  if (line->is_accepted || description != "to " + line->description) line->never_opens = true;
  line->is_accepted = true;
}

void LaneLines::Close(PoliteSide& side, Lane lane) {
  Line* line = nullptr;
  End* end = Find(side, lane, &line);
  if (end == nullptr) return journal_.Violation(side.number(), "a lane closed that is not there");
  const bool lives = end == &line->opener && !line->is_lost && end->phase == Phase::kOpen &&
                     line->answerer.phase == Phase::kOpen && side.IsOpen() && !side.IsChannelOver();
  if (IsCalm() && lives && side.uploads().Carries(lane)) {
    journal_.Violation(side.number(), "a lane closed that was about to bring what it carries");
  }
  Leave(*line, *end);
}

void LaneLines::Refused(PoliteSide& side, Lane lane) {
  Line* line = nullptr;
  if (End* end = Find(side, lane, &line)) Leave(*line, *end);
}

void LaneLines::Leave(Line& line, End& end) {
  end.phase = Phase::kGone;
  // What is on its way may still arrive, as long as the other side has not noticed.
  line.is_lost = true;
  if (random_.Chance(50)) end.out = {};
}

void LaneLines::Lose(Line& line) {
  line.is_lost = true;
  ++losses_;
  line.is_silent = random_.Chance(30) && (!IsCalm() || silences_ < kMostSilencesInCalm);
  if (line.is_silent) ++silences_;
  for (End* end : {&line.opener, &line.answerer}) {
    if (line.is_silent || random_.Chance(50)) end->out = {};
  }
}

void LaneLines::Step(Timestamp now) {
  const std::vector<Line*> lines = Lines();
  if (lines.empty()) return;
  Line& line = *lines[static_cast<std::size_t>(random_.Below(static_cast<std::int64_t>(lines.size())))];
  End& end = random_.Chance(50) ? line.opener : line.answerer;
  const std::int64_t choice = random_.Below(100);
  if (choice < 35) {
    GoOn(now, line, end);
  } else if (choice < 85) {
    Move(now, line, end, random_.Between(1, 8));
  } else if (choice < 88) {
    if (end.phase == Phase::kOpen) end.side->ReportBufferedOn(now, end.lane);
  } else if (choice < 91) {
    if (!line.is_lost && losses_ < kMostLosses) Lose(line);
  } else {
    Notice(now, line, end);
  }
  Prune();
}

bool LaneLines::Settle(Timestamp now) {
  bool moved = false;
  for (Line* line : Lines()) {
    // Strangers leave at last.
    if (!line->opener.IsLive()) line->is_lost = true;
    if (!line->is_lost && losses_ < kMostLosses && random_.Chance(2)) Lose(*line);
    for (End* end : {&line->opener, &line->answerer}) {
      moved = GoOn(now, *line, *end) || moved;
      moved = Move(now, *line, *end, random_.Between(1, 20)) || moved;
      moved = Notice(now, *line, *end) || moved;
    }
  }
  Prune();
  return moved;
}

bool LaneLines::GoOn(Timestamp now, Line& line, End& end) {
  if (!end.IsLive() || line.is_lost) return false;
  if (end.phase == Phase::kDescribing) return Describe(now, line, end);
  const End& other = Other(line, end);
  const bool is_made = line.is_accepted && !line.never_opens &&
                       (other.phase == Phase::kDescribed || other.phase == Phase::kOpen || other.side == nullptr);
  if (end.phase != Phase::kDescribed || !is_made) return false;
  end.phase = Phase::kOpen;
  if (random_.Chance(30)) end.out.TellOnlyWhenAsked();
  end.side->LaneOpened(now, end.lane, end.out, max_message_);
  return true;
}

bool LaneLines::Describe(Timestamp now, Line& line, End& end) {
  end.phase = Phase::kDescribed;
  if (random_.Chance(5)) {
    Leave(line, end);
    end.side->LaneLost(now, end.lane);
  } else if (random_.Chance(3)) {
    end.side->LaneDescribed(now, end.lane, std::string(kTooLong, 'x'));
  } else {
    end.side->LaneDescribed(now, end.lane, (&end == &line.opener ? "" : "to ") + line.description);
  }
  return true;
}

bool LaneLines::Move(Timestamp now, Line& line, End& end, std::int64_t messages) {
  bool moved = false;
  for (std::int64_t i = 0; i < messages && end.phase == Phase::kOpen && !line.is_lost && end.out.HasUnsent(); ++i) {
    const bool is_low =
        random_.Chance(20) ? end.out.Drain(random_.AnyMagnitude(end.out.RestOfFront())) : end.out.DrainFront();
    if (is_low) end.out.OweEvent();
    moved = true;
  }
  if (end.phase == Phase::kOpen && end.out.TakeEvent()) {
    end.side->ReportBufferedOn(now, end.lane);
    moved = true;
  }
  End& other = Other(line, end);
  for (; messages > 0 && other.phase == Phase::kOpen; --messages) {
    const std::optional<Message> message = end.out.Arrive();
    if (!message) break;
    other.side->ArriveOn(now, other.lane, *message);
    moved = true;
  }
  return moved;
}

bool LaneLines::Notice(Timestamp now, Line& line, End& end) {
  if (!line.is_lost || !end.IsLive()) return false;
  // Whoever is left alone notices at last; the one that opened it has a deadline.
  const bool is_told = !line.is_silent || (&end == &line.answerer && !line.opener.IsLive());
  if (!is_told) return false;
  Leave(line, end);
  end.side->LaneLost(now, end.lane);
  return true;
}

Lane LaneLines::AnyOpen(const PoliteSide& side) {
  std::vector<Lane> open;
  for (Line* line : Lines()) {
    for (const End* end : {&line->opener, &line->answerer}) {
      if (end->side == &side && end->phase == Phase::kOpen) open.push_back(end->lane);
    }
  }
  return open.empty() ? Lane::kFirst : random_.Pick(open);
}

// In one call more of them may be made.
std::vector<LaneLines::Line*> LaneLines::Lines() {
  std::vector<Line*> lines;
  for (const std::unique_ptr<Line>& line : lines_) lines.push_back(line.get());
  return lines;
}

LaneLines::End* LaneLines::Find(const PoliteSide& side, Lane lane, Line** line) {
  for (const std::unique_ptr<Line>& item : lines_) {
    for (End* end : {&item->opener, &item->answerer}) {
      if (end->side != &side || end->lane != lane || !end->IsLive()) continue;
      if (line != nullptr) *line = item.get();
      return end;
    }
  }
  return nullptr;
}

void LaneLines::Prune() {
  std::erase_if(lines_,
                [](const std::unique_ptr<Line>& line) { return !line->opener.IsLive() && !line->answerer.IsLive(); });
}

}  // namespace peer_session::simulation
