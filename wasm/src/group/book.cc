#include "group/book.h"

#include <algorithm>
#include <utility>

namespace peer_session {
namespace {

// An offer lives so long at its peer (Timeouts::offer); what is here is forgotten as fast, since the application may delete it.
constexpr Duration kLifetime = Duration::Minutes(5);

// How often the book is looked through while something waits in it. It is also how long a request waits: a peer sends its
// inventory beside its offers, and one that comes right behind makes the request superfluous.
constexpr Duration kTick = Duration::Millis(500);

// For the answer to a request, which another peer could give too; and how often it is asked whether a pull's peer is silent. A
// message of 64 KiB takes 4 s on the slowest path that counts (Timeouts::text).
constexpr Duration kPatience = Duration::Seconds(5);

// What was delivered is not in the application's store at once; until then it asks for it as for anything that it misses.
constexpr Duration kStoring = Duration::Seconds(3);

// An offer that was announced and not pulled is in the application's own queue, for all that is known, while it pulls other
// things; an application that has pulled nothing for so long, and waits for nothing, has let go of it.
constexpr Duration kLetGo = Duration::Seconds(5);

// Peers of one content: 1.8 KiB each at the most without what is attached, and 0.3 KiB mostly. So 88 MiB of hostile names in all, or 10 MiB of ordinary
// ones. Contents beyond are announced and asked for as without a group.
constexpr int kMostSources = 6;
constexpr std::size_t kMostContents = 8192;
// What applications attach to offers, in bytes of all sources together: an offer that is kept beyond that is kept without.
constexpr std::size_t kMostExtra = std::size_t{16} * 1024 * 1024;
// So many are looked at to find one that can make room.
constexpr int kMostMoved = 4;

}  // namespace

template <typename Condition>
void Group::Book::DropWhere(Content& content, Condition condition) {
  for (Source** link = &content.sources; *link != nullptr;) {
    Source& source = **link;
    if (condition(source)) {
      Drop(*link);
    } else {
      link = &source.next;
    }
  }
}

Group::Book::~Book() {
  while (Node* content = oldest()) Drop(static_cast<Content&>(*content));
}

void Group::Book::Tell(Timestamp now) {
  if (!has_begun_) now_ = last_moved_ = now;
  has_begun_ = true;
  now_ = std::max(now_, now);
}

void Group::Book::Join(Chair& chair) {
  chair.next = chairs_;
  chairs_ = &chair;
}

void Group::Book::Leave(Chair& chair, Rest rest) {
  for (Chair** link = &chairs_; *link != nullptr; link = &(*link)->next) {
    if (*link != &chair) continue;
    *link = chair.next;
    break;
  }
  // Its timer was the group's.
  if (chairs_ != nullptr) chairs_->is_woken = true;
  for (Node* node = oldest(); node != nullptr; node = node->newer) {
    auto& content = static_cast<Content&>(*node);
    DropWhere(content, [&](const Source& source) {
      return source.chair == &chair && (rest == Rest::kIsGone || source.state != State::kPulled);
    });
    Advance(content);
  }
}

bool Group::Book::Offer(Chair& chair, const FileInfo& file) {
  Content* content = FindOrAdd(file.hash);
  if (content == nullptr) return true;
  Hold(*content, file.is_pinned);
  if (IsAlone()) return true;
  for (const Source* source = content->sources; source != nullptr; source = source->next) {
    if (source->chair == &chair && source->has_it && now_ < source->since + kLifetime &&
        (source->offer.is_pinned || !file.is_pinned)) {
      return false;
    }
  }
  return true;
}

bool Group::Book::RequestFile(Chair& chair, std::string_view hash) {
  if (IsAlone()) return true;
  Content* content = FindOrAdd(hash);
  if (content == nullptr) return true;
  if (IsHeld(*content)) {
    // Whoever asks for what is here has let go of it, or has not stored it yet.
    content->is_asked_again = true;
    if (!IsHeld(*content)) return true;
  }
  Source* asked = nullptr;
  for (Source* source = content->sources; source != nullptr; source = source->next) {
    if (source->chair != &chair || source->state == State::kPulled) continue;
    if (!source->IsOffer() || source->state == State::kKept) asked = source;
  }
  if (asked == nullptr) asked = AddSource(*content, chair);
  if (asked == nullptr) return true;
  if (asked->state == State::kTried && !IsFresh(*asked)) asked->state = State::kKept;
  Watch(*content);
  return false;
}

void Group::Book::HandlePull(Chair& chair, const TransferId& id, std::string_view hash) {
  last_moved_ = now_;
  Content* content = Find(hash);
  Source* source = content == nullptr ? nullptr : FindOffer(*content, chair, id);
  if (source == nullptr || source->state == State::kPulled) return;
  source->state = State::kPulled;
  source->since = now_;
  ++pulled_;
}

void Group::Book::HandleEnd(Chair& chair, const TransferId& id, std::string_view hash, bool is_delivered) {
  last_moved_ = now_;
  Content* content = is_delivered ? FindOrAdd(hash) : Find(hash);
  if (content == nullptr) return;
  Source* source = FindOffer(*content, chair, id);
  if (is_delivered) Hold(*content, source != nullptr && source->offer.is_pinned);
  DropWhere(*content, [source](const Source& each) { return &each == source; });
  if (is_delivered) {
    // The offer is used up; that its peer has the content stays known.
    if (Source* left = AddSource(*content, chair)) left->has_it = true;
  } else {
    Advance(*content);
  }
}

bool Group::Book::HandleOffer(Chair& chair, const FileInfo& file) {
  Content* content = FindOrAdd(file.hash);
  if (content == nullptr) return true;
  const bool brings_pin = file.is_pinned && !content->is_pinned;
  const bool is_announced = IsAlone() || brings_pin || !(IsHeld(*content) || IsOnItsWay(*content, chair));
  for (Source** link = &content->sources; *link != nullptr;) {
    Source& source = **link;
    const bool is_same = source.chair == &chair && (!source.IsOffer() || source.offer.id == file.id);
    if (is_same && source.state == State::kPulled) return is_announced;
    if (is_same) {
      Drop(*link);
    } else {
      link = &source.next;
    }
  }
  if (Source* source = AddSource(*content, chair, file)) {
    source->has_it = true;
    if (is_announced) source->state = State::kTried;
  }
  if (is_announced) content->is_pinned |= file.is_pinned;
  Watch(*content);
  return is_announced;
}

void Group::Book::HandleFileRequested(Chair& chair, std::string_view hash) {
  Content* content = Find(hash);
  if (content == nullptr) return;
  for (Source* source = content->sources; source != nullptr; source = source->next) {
    if (source->chair == &chair) source->has_it = false;
  }
}

void Group::Book::HandleTimeout(Chair& chair) {
  if (deadline_ && now_ >= *deadline_) LookThrough();
  if (std::exchange(chair.may_be_silent, false)) GiveUpSilent(chair);
}

void Group::Book::LookThrough() {
  deadline_.reset();
  for (Node* node = oldest(); node != nullptr;) {
    auto& content = static_cast<Content&>(*node);
    node = node->newer;
    DropWhere(content,
              [&](const Source& source) { return source.state != State::kPulled && now_ >= source.since + kLifetime; });
    if (const Source* source = FindOverdue(content, nullptr))
      source->chair->is_woken = source->chair->may_be_silent = true;
    Advance(content);
    Watch(content);
    if (content.sources == nullptr && !IsHeld(content)) Drop(content);
  }
}

std::optional<Member> Group::Book::PollWoken() {
  for (Chair* chair = chairs_; chair != nullptr; chair = chair->next) {
    if (std::exchange(chair->is_woken, false)) return chair->member;
  }
  return std::nullopt;
}

bool Group::Book::IsHeld(const Content& content) const {
  return content.held_since && now_ < *content.held_since + (content.is_asked_again ? kStoring : kLifetime);
}

bool Group::Book::IsFresh(const Source& source) const {
  if (source.state != State::kTried) return source.state == State::kPulled;
  if (!source.IsOffer()) return now_ < source.since + kPatience;
  return pulled_ > 0 || now_ < std::max(source.since, last_moved_) + kLetGo;
}

bool Group::Book::IsOnItsWay(const Content& content, const Chair& chair) const {
  for (const Source* source = content.sources; source != nullptr; source = source->next) {
    if (IsFresh(*source) && (source->IsOffer() || source->chair != &chair)) return true;
  }
  return false;
}

bool Group::Book::HasKept(const Content& content) const {
  if (IsHeld(content) && !content.is_asked_again) return false;
  for (const Source* source = content.sources; source != nullptr; source = source->next) {
    if (source->state == State::kKept) return true;
  }
  return false;
}

Group::Book::Content* Group::Book::FindOrAdd(std::string_view hash) {
  if (Content* content = Find(hash)) return content;
  for (int moved = 0; size() >= kMostContents; ++moved) {
    auto& content = static_cast<Content&>(*oldest());
    bool is_in_use = false;
    for (const Source* source = content.sources; source != nullptr; source = source->next) {
      is_in_use |= source->state == State::kPulled || (!IsHeld(content) && now_ < source->since + kLifetime);
    }
    if (!is_in_use) {
      Drop(content);
      continue;
    }
    if (moved == kMostMoved) return nullptr;
    Unlink(content.hash, &content);
    content.newer = nullptr;
    Link(content.hash, &content);
  }
  auto* content = new Content;
  content->hash = hash;
  Link(content->hash, content);
  return content;
}

Group::Book::Source* Group::Book::FindOffer(const Content& content, const Chair& chair, const TransferId& id) {
  for (Source* source = content.sources; source != nullptr; source = source->next) {
    if (source->chair == &chair && source->IsOffer() && source->offer.id == id) return source;
  }
  return nullptr;
}

Group::Book::Source* Group::Book::AddSource(Content& content, Chair& chair, const FileInfo& offer) {
  int count = 0;
  Source** idle = nullptr;
  for (Source** link = &content.sources; *link != nullptr; link = &(*link)->next, ++count) {
    if (idle == nullptr && !IsFresh(**link)) idle = link;
  }
  if (count >= kMostSources) {
    if (idle == nullptr) return nullptr;
    Drop(*idle);
  }
  Source** end = &content.sources;
  while (*end != nullptr) end = &(*end)->next;
  *end = new Source(&chair, offer, now_);
  if (extra_ + offer.extra.size() > kMostExtra) (*end)->offer.extra.clear();
  extra_ += (*end)->offer.extra.size();
  return *end;
}

void Group::Book::Drop(Source*& link) {
  Source* source = link;
  link = source->next;
  if (source->state == State::kPulled) --pulled_;
  extra_ -= source->offer.extra.size();
  delete source;
}

void Group::Book::Drop(Content& content) {
  while (content.sources != nullptr) Drop(content.sources);
  Unlink(content.hash, &content);
  delete &content;
}

void Group::Book::Hold(Content& content, bool is_pinned) {
  content.held_since = now_;
  content.is_asked_again = false;
  content.is_pinned |= is_pinned;
}

// The offer heard last, whose peer is the likeliest to be there still; or else the request that has waited longest.
void Group::Book::Advance(Content& content) {
  if (IsHeld(content)) return;
  Source* next = nullptr;
  for (Source* source = content.sources; source != nullptr; source = source->next) {
    if (IsFresh(*source)) return;
    if (source->state != State::kKept) continue;
    if (source->IsOffer() || (next == nullptr && now_ >= source->since + kTick)) next = source;
  }
  if (next == nullptr) return;
  next->state = State::kTried;
  next->since = now_;
  next->chair->is_woken = true;
  if (next->IsOffer()) {
    content.is_pinned |= next->offer.is_pinned;
    next->chair->Announce(next->offer);
  } else {
    next->chair->Ask(content.hash);
  }
}

Group::Book::Source* Group::Book::FindOverdue(const Content& content, const Chair* chair) const {
  if (!HasKept(content)) return nullptr;
  for (Source* source = content.sources; source != nullptr; source = source->next) {
    const bool is_overdue = source->state == State::kPulled && now_ >= source->since + kPatience;
    if (is_overdue && (chair == nullptr || chair == source->chair)) return source;
  }
  return nullptr;
}

void Group::Book::GiveUpSilent(Chair& chair) {
  for (Node* node = oldest(); node != nullptr; node = node->newer) {
    Source* source = FindOverdue(static_cast<Content&>(*node), &chair);
    if (source == nullptr) continue;
    source->since = now_;
    // Takes it out, perhaps.
    chair.GiveUp(TransferId(source->offer.id));
  }
}

void Group::Book::Watch(const Content& content) {
  if (!deadline_ && HasKept(content)) deadline_ = now_ + kTick;
}

}  // namespace peer_session
