#include "send/announcer.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "earlier.h"
#include "wire/hash.h"
#include "wire/write.h"

namespace peer_session {
namespace {

// `{"type":"inventory","hashes":[]}` has 32 characters, and each hash takes 67 with its quotes and comma.
constexpr std::size_t kInventoryFrame = 32;
constexpr std::size_t kHashInList = kHashDigits + 3;

// A message is heard when it is whole: of this length after 8 s at the slowest path that counts (Timeouts::text), so that no
// pull behind it is given up meanwhile.
constexpr ByteCount kLongestInventory = ByteCount::KiB(128);

ByteCount SizeOfText(std::size_t characters) { return ByteCount(static_cast<std::int64_t>(characters)); }

}  // namespace

Announcer::Announcer(const Options& options, ActionQueue& actions, ChannelWriter& writer)
    : options_(options), actions_(actions), writer_(writer) {}

void Announcer::SendInventory(Timestamp now, const std::vector<std::string>& hashes) {
  if (!writer_.IsOpen()) return;
  bool all_are_hashes = true;
  bool all_fit = true;
  for (std::string hash : hashes) {
    if (!NormalizeHash(hash)) {
      all_are_hashes = false;
    } else if (!Add(inventory_, std::move(hash))) {
      all_fit = false;
    }
  }
  if (!all_are_hashes) actions_.Push(Report{Reason::kInvalidHash});
  if (!all_fit) actions_.Push(Report{Reason::kChannelFull});
  // A list of nothing but mistakes says nothing; an empty one says that nothing is here.
  if (hashes.empty() || !inventory_.empty()) inventory_owed_ = true;
  PumpInventory(now);
}

void Announcer::RequestFile(Timestamp now, std::string_view hash) {
  if (!writer_.IsOpen()) return;
  std::string normal(hash);
  if (!NormalizeHash(normal)) {
    actions_.Push(Report{Reason::kInvalidHash});
  } else if (!Add(requests_, std::move(normal))) {
    actions_.Push(Report{Reason::kChannelFull});
  }
  PumpRequests(now);
}

void Announcer::RequestSync(Timestamp now) {
  if (!writer_.IsOpen()) return;
  sync_owed_ = true;
  PumpSync(now);
}

void Announcer::Pump(Timestamp now) {
  if (!writer_.IsOpen()) return;
  PumpSync(now);
  PumpInventory(now);
  PumpRequests(now);
}

void Announcer::Close() {
  inventory_.Clear();
  inventory_owed_ = false;
  requests_.Clear();
  sync_owed_ = false;
}

std::optional<Timestamp> Announcer::NextDeadline(Timestamp now) {
  std::optional<Timestamp> earliest;
  const auto consider = [&](bool waits, Pace& pace) {
    if (!waits) return;
    const std::optional<Timestamp> at = pace.NextAt(now);
    // With the pace there is time, so it waits for the channel, which will say so.
    if (at && *at > now) earliest = Earlier(earliest, at);
  };
  consider(inventory_owed_, inventory_pace_);
  consider(!requests_.empty(), request_pace_);
  consider(sync_owed_, sync_pace_);
  return earliest;
}

std::optional<ByteCount> Announcer::NextDrain() const {
  std::optional<ByteCount> earliest;
  const auto consider = [&](bool waits, const Pace& pace) {
    if (waits) earliest = Earlier(earliest, pace.NextDrain());
  };
  consider(inventory_owed_, inventory_pace_);
  consider(!requests_.empty(), request_pace_);
  consider(sync_owed_, sync_pace_);
  return earliest;
}

bool Announcer::Add(IdTable<Waiting>& waiting, std::string hash) const {
  if (waiting.Contains(hash)) return true;
  return waiting.size() < options_.limits.max_announced_hashes && waiting.Add({std::move(hash)});
}

void Announcer::PumpInventory(Timestamp now) {
  while (inventory_owed_) {
    const std::size_t count = std::min(inventory_.size(), HashesInOneMessage());
    // Asked before it is written: it may be a megabyte, and waits through many inputs.
    const bool may_be_said = inventory_pace_.MaySay(now, writer_.Drained()) &&
                             writer_.HasRoomFor(SizeOfText(kInventoryFrame + count * kHashInList));
    if (!may_be_said) return;
    std::vector<std::string> hashes;
    hashes.reserve(count);
    for (const Waiting* next = inventory_.Oldest(); hashes.size() < count; next = inventory_.NewerThan(*next)) {
      hashes.push_back(next->hash);
    }
    if (Say(now, inventory_pace_, wire::WriteInventory(hashes)) == Outcome::kMustWait) return;
    for (std::size_t i = 0; i < count; ++i) inventory_.TakeOldest();
    inventory_owed_ = !inventory_.empty();
  }
}

void Announcer::PumpRequests(Timestamp now) {
  while (!requests_.empty()) {
    if (Say(now, request_pace_, wire::WriteRequestFile(requests_.Oldest()->hash)) == Outcome::kMustWait) return;
    requests_.TakeOldest();
  }
}

void Announcer::PumpSync(Timestamp now) {
  if (sync_owed_ && Say(now, sync_pace_, wire::WriteSyncRequest()) == Outcome::kSaid) sync_owed_ = false;
}

Announcer::Outcome Announcer::Say(Timestamp now, Pace& pace, std::string text) {
  if (!pace.MaySay(now, writer_.Drained()) || !writer_.HasRoomFor(SizeOfText(text.size()))) return Outcome::kMustWait;
  if (writer_.SendText(std::move(text)) == ChannelWriter::TextResult::kTooLong) {
    actions_.Push(Report{Reason::kMessageTooLong});
  } else {
    pace.Said(writer_.Accepted());
  }
  return Outcome::kSaid;
}

std::size_t Announcer::HashesInOneMessage() const {
  const ByteCount longest = std::min({writer_.MaxMessage(), options_.limits.max_text, kLongestInventory});
  const std::size_t room = static_cast<std::size_t>(longest.value());
  const std::size_t fits = room > kInventoryFrame ? (room - kInventoryFrame) / kHashInList : 0;
  return std::max<std::size_t>(fits, 1);
}

}  // namespace peer_session
