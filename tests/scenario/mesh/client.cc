#include "scenario/mesh/client.h"

#include <algorithm>
#include <utility>

namespace peer_session::mesh {
namespace {

constexpr std::size_t kDownloads = 3;
constexpr std::size_t kUploads = 3;
constexpr double kFirstTtl = 3;
constexpr double kMostTokens = 100;
constexpr double kTokensPerSecond = 0.1;
constexpr Duration kSilence = Duration::Seconds(45);
constexpr Duration kStoring = Duration::Millis(40);
// An upload slot is given back when its file is sent, or when nobody has pulled it for so long.
constexpr Duration kUploadSlot = Duration::Seconds(5);

}  // namespace

Client::Client(Agenda& agenda, int number, std::int64_t rate, Duration latency, const Habits& habits)
    : agenda_(agenda), number_(number), habits_(habits), uplink_(agenda, rate, latency) {}

Line& Client::Meet(int peer) {
  Group* group = habits_.has_group ? &group_ : nullptr;
  lines_.push_back(std::make_unique<Line>(agenda_, uplink_, *this, peer, group, Member{++last_member_}));
  sessions_[peer] = lines_.back().get();
  return *lines_.back();
}

Line* Client::Known(int peer) {
  const auto found = sessions_.find(peer);
  return found == sessions_.end() ? nullptr : found->second;
}

void Client::Upload(FileInfo image) {
  image.ttl = kFirstTtl;
  images_[image.hash] = image;
  Tell(image, nullptr);
}

void Client::CheckHealth() {
  for (auto next = sessions_.begin(); next != sessions_.end();) {
    Line& line = *next->second;
    const bool is_dead = line.IsOver() || line.has_failed || agenda_.now() - line.last_seen() > kSilence;
    next = is_dead ? sessions_.erase(next) : std::next(next);
    if (is_dead) {
      line.Close();
    } else {
      line.SendPing();
    }
  }
}

void Client::Forget(int peer) {
  if (Line* line = Known(peer)) line->is_dropped = true;
  sessions_.erase(peer);
}

void Client::Die() {
  is_alive_ = false;
  for (const auto& line : lines_) {
    needed_ += line->TakePartial();
    line->Kill();
  }
}

void Client::HandleConnected(Line& line) {
  line.RequestSync();
  line.SendInventory(Hashes());
}

void Client::HandleOffer(Line& line, const FileInfo& offer) {
  ++tally_.offers;
  if (Has(offer.hash)) return;
  if (habits_.drops_when_busy && downloads_.size() >= kDownloads) return;
  queue_.push_back(Offered{.line = &line, .id = offer.id.value, .hash = offer.hash});
  StartDownloads();
}

void Client::StartDownloads() {
  while (downloads_.size() < kDownloads && !queue_.empty()) {
    const Offered next = queue_.front();
    queue_.pop_front();
    downloads_.insert(next.id);
    hash_of_[next.id] = next.hash;
    next.line->Pull(next.id);
  }
}

void Client::HandleInventory(Line& line, const std::vector<std::string>& hashes) {
  for (const std::string& hash : hashes) {
    if (Has(hash)) continue;
    ++tally_.requests;
    line.RequestFile(hash);
  }
}

void Client::HandleSyncRequest(Line& line) { line.SendInventory(Hashes()); }

void Client::HandleFileRequested(Line& line, const std::string& hash) {
  if (!Has(hash)) return;
  asked_.push_back(Offered{.line = &line, .id = "", .hash = hash});
  StartUploads();
}

void Client::StartUploads() {
  while (uploads_.size() < kUploads && !asked_.empty()) {
    const Offered next = asked_.front();
    asked_.pop_front();
    if (!next.line->IsOpen()) continue;
    FileInfo image = images_[next.hash];
    image.ttl = kFirstTtl;
    // Whoever asks wants to keep it.
    image.is_pinned = true;
    const std::string id = next.line->Offer(image);
    uploads_.insert(id);
    agenda_.In(kUploadSlot, [this, id] {
      if (uploads_.erase(id) > 0) StartUploads();
    });
  }
}

void Client::HandleUploadEnded(Line&, const std::string& id) {
  if (uploads_.erase(id) > 0) StartUploads();
}

bool Client::CanReceiveFrom(Line& line) {
  Guard& guard = guards_[line.peer()];
  const double seconds = static_cast<double>((agenda_.now() - guard.at).micros()) * 1e-6;
  guard.tokens = std::min(kMostTokens, guard.tokens + seconds * kTokensPerSecond);
  guard.at = agenda_.now();
  if (guard.tokens < 1) return false;
  guard.tokens -= 1;
  return true;
}

void Client::HandleImage(Line&, const FileInfo& file) {
  ++tally_.deliveries;
  downloads_.erase(file.id.value);
  const bool is_new = !Has(file.hash) && !storing_.contains(file.hash);
  if (is_new) {
    needed_ += file.size.value();
  } else {
    ++tally_.duplicates;
  }
  storing_.insert(file.hash);
  agenda_.In(kStoring, [this, file] {
    if (is_alive_) Store(file);
  });
  StartDownloads();
}

void Client::Store(const FileInfo& file) {
  storing_.erase(file.hash);
  const bool is_new = !Has(file.hash);
  FileInfo& image = images_[file.hash];
  const bool was_pinned = !is_new && image.is_pinned;
  image = file;
  image.is_pinned |= was_pinned;
  if (!is_new) return;
  FileInfo relayed = image;
  relayed.ttl = file.ttl.value_or(kFirstTtl) - 1;
  relayed.is_pinned &= habits_.relays_pins;
  Tell(relayed, nullptr);
}

void Client::HandleTransferError(Line& line, const std::string& id, Reason) {
  const bool is_of_living = is_living(line.peer());
  ++(is_of_living ? tally_.errors_of_living : tally_.errors_of_dead);
  if (!is_of_living) needed_ += line.TakePartial();
  downloads_.erase(id);
  StartDownloads();
}

// To everybody: an offer, while it goes on, and the inventory.
void Client::Tell(const FileInfo& image, const Line* except) {
  std::vector<Line*> open;
  for (const auto& [peer, line] : sessions_) {
    if (line != except && line->IsOpen()) open.push_back(line);
  }
  const auto announce = [&] {
    const std::vector<std::string> hashes = Hashes();
    for (Line* line : open) line->SendInventory(hashes);
  };
  if (habits_.inventory_first) announce();
  if (image.ttl.value_or(0) > 0) {
    for (Line* line : open) line->Offer(image);
  }
  if (!habits_.inventory_first) announce();
}

std::vector<std::string> Client::Hashes() const {
  std::vector<std::string> hashes;
  for (const auto& [hash, image] : images_) hashes.push_back(hash);
  return hashes;
}

void Client::WakeOthers() {
  if (is_waking_) return;
  is_waking_ = true;
  while (const std::optional<Member> woken = group_.PollWoken()) {
    for (const auto& line : lines_) {
      if (line->member() == *woken) line->Wake();
    }
  }
  is_waking_ = false;
}

}  // namespace peer_session::mesh
