#include "peer_session/group.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "group/content.h"
#include "id_table.h"
#include "mutant.h"

namespace peer_session {
namespace {

using State = Source::State;

// An offer lives so long at its peer (Timeouts::offer); what is here is forgotten as fast, since the application may delete it.
constexpr Duration kLifetime = Duration::Minutes(5);

// How often the book is looked through while something waits in it. It is also how long a request waits: a peer sends its
// inventory beside its offers, and one that comes right behind makes the request superfluous.
constexpr Duration kTick = Duration::Millis(500);

// An answer to a request, or to a pull, that another peer could give. A message of 64 KiB takes 4 s on the slowest path that
// counts (Timeouts::text).
constexpr Duration kPatience = Duration::Seconds(5);

// An offer that was announced and not pulled may be in the application's own queue, behind what it pulls now; that goes on for
// as long as one file may stall. An application that pulls nothing has let go of it.
constexpr Duration kQueueing = Duration::Seconds(30);

// Peers of one content, 1.8 KiB each at the very most and 0.3 KiB mostly; so 88 MiB of hostile names in all, and 10 MiB of
// ordinary ones. Beyond, contents are announced and asked for as without a group.
constexpr std::size_t kMostSources = 6;
constexpr std::size_t kMostContents = 8192;
// So many are looked at to find one that can make room.
constexpr int kMostMoved = 4;

// In a group of one, nobody else could bring it: all is as it was without.
constexpr std::size_t kFewest = 2;

struct Seat {
  Member member{};
  bool is_woken = false;
  std::vector<GroupAction> actions;
};

}  // namespace

class Group::Book {
 public:
  void Join(Member member) { seats_.emplace_back().member = member; }

  void Leave(Timestamp now, Member member, bool with_pulled) {
    Tell(now);
    std::erase_if(seats_, [&](const Seat& seat) { return seat.member == member; });
    ForEach([&](Content& content) {
      EraseIf(content, [&](const Source& source) {
        return source.member == member && (with_pulled || !source.Is(State::kPulled));
      });
      Advance(content);
    });
    // Its timer was the group's.
    if (!seats_.empty()) seats_.front().is_woken = true;
  }

  bool Offer(Timestamp now, Member member, const FileInfo& file) {
    Tell(now);
    Content* content = FindOrAdd(file.hash);
    if (content == nullptr) return true;
    Hold(*content, file);
    if (IsAlone()) return true;
    return std::none_of(content->sources.begin(), content->sources.end(), [&](const Source& source) {
      return source.member == member && source.has_it && now_ < source.heard_at + kLifetime &&
             (source.offer.is_pinned || !file.is_pinned);
    });
  }

  bool RequestFile(Timestamp now, Member member, std::string_view hash) {
    Tell(now);
    if (IsAlone()) return true;
    Content* content = FindOrAdd(hash);
    if (content == nullptr) return true;
    if (content->IsHeld(now_)) {
      // Whoever asks for what is here has let go of it.
      content->held_until = now_;
      content->is_pinned = false;
      Watch(*content);
      return true;
    }
    Source* asked = nullptr;
    for (Source& source : content->sources) {
      if (source.member != member || source.Is(State::kPulled)) continue;
      if (!source.IsOffer() || source.Is(State::kKept)) asked = &source;
    }
    if (asked == nullptr) {
      FileInfo only_hash;
      only_hash.hash = content->hash;
      asked = Add(*content, Source(member, std::move(only_hash), State::kKept));
    }
    if (asked == nullptr) return true;
    if (asked->Is(State::kTried) && !IsFresh(*asked)) asked->state = State::kKept;
    Watch(*content);
    return false;
  }

  void HandlePull(Timestamp now, Member member, const TransferId& id, std::string_view hash) {
    Tell(now);
    last_moved_ = now_;
    Content* content = contents_.Find(hash);
    Source* source = content == nullptr ? nullptr : content->FindOffer(member, id.value);
    if (source == nullptr || source->Is(State::kPulled)) return;
    source->state = State::kPulled;
    source->since = now_;
    ++pulled_;
  }

  void HandleEnd(Timestamp now, Member member, const TransferId& id, std::string_view hash, bool is_delivered) {
    Tell(now);
    last_moved_ = now_;
    Content* content = is_delivered ? FindOrAdd(hash) : contents_.Find(hash);
    if (content == nullptr) return;
    Source* source = content->FindOffer(member, id.value);
    if (!is_delivered) {
      EraseIf(*content, [&](const Source& one) { return &one == source; });
      Advance(*content);
      return;
    }
    if (source == nullptr) return Hold(*content, FileInfo{});
    Hold(*content, source->offer);
    if (source->Is(State::kPulled)) --pulled_;
    // The offer is used up; that its peer has the content stays known.
    source->offer.id.value.clear();
    source->state = State::kKept;
    source->heard_at = now_;
  }

  bool HandleOffer(Timestamp now, Member member, const FileInfo& file) {
    Tell(now);
    Content* content = FindOrAdd(file.hash);
    if (content == nullptr) return true;
    const bool brings_pin = file.is_pinned && !content->is_pinned;
    const bool is_announced = IsAlone() || brings_pin || !(content->IsHeld(now_) || IsBringing(*content));
    if (const Source* known = content->FindOffer(member, file.id.value);
        known != nullptr && known->Is(State::kPulled)) {
      return is_announced;
    }
    EraseIf(*content, [&](const Source& source) {
      return source.member == member && (!source.IsOffer() || source.offer.id == file.id);
    });
    Source source(member, file, is_announced ? State::kTried : State::kKept);
    source.has_it = true;
    Add(*content, std::move(source));
    if (is_announced) content->is_pinned |= file.is_pinned;
    Watch(*content);
    return is_announced;
  }

  void HandleFileRequested(Member member, std::string_view hash) {
    Content* content = contents_.Find(hash);
    if (content == nullptr) return;
    for (Source& source : content->sources) {
      if (source.member == member) source.has_it = false;
    }
  }

  void HandleTimeout(Timestamp now) {
    Tell(now);
    if (!deadline_ || now_ < *deadline_) return;
    deadline_.reset();
    ForEach([&](Content& content) {
      EraseIf(content,
              [&](const Source& source) { return !source.Is(State::kPulled) && now_ >= source.heard_at + kLifetime; });
      if (!content.IsHeld(now_) && content.HasKept()) HurryPulled(content);
      Advance(content);
      Watch(content);
    });
  }

  std::vector<GroupAction> TakeActions(Member member) {
    Seat* seat = FindSeat(member);
    return seat == nullptr ? std::vector<GroupAction>() : std::exchange(seat->actions, {});
  }

  std::optional<Member> PollWoken() {
    for (Seat& seat : seats_) {
      if (std::exchange(seat.is_woken, false)) return seat.member;
    }
    return std::nullopt;
  }

  Timestamp now() const { return now_; }
  std::optional<Timestamp> deadline() const { return deadline_; }

 private:
  void Tell(Timestamp now) {
    if (!has_begun_) now_ = last_moved_ = now;
    has_begun_ = true;
    now_ = std::max(now_, now);
  }
  bool IsAlone() const { return seats_.size() < kFewest; }

  Seat* FindSeat(Member member) {
    for (Seat& seat : seats_) {
      if (seat.member == member) return &seat;
    }
    return nullptr;
  }
  void Push(GroupAction::Kind kind, const Source& source) {
    Seat* seat = FindSeat(source.member);
    // A caller that takes none keeps none.
    if (seat == nullptr || seat->actions.size() >= kMostContents) return;
    seat->actions.push_back(GroupAction{.kind = kind, .file = source.offer});
    seat->is_woken = true;
  }

  // `work` may change the content, not take it out; one of which nothing is known any more goes after it.
  template <typename Work>
  void ForEach(Work work) {
    for (const Content* next = contents_.Oldest(); next != nullptr;) {
      Content* content = contents_.Find(next->hash);
      next = contents_.NewerThan(*content);
      work(*content);
      if (content->sources.empty() && !content->IsHeld(now_)) contents_.Take(content->hash);
    }
  }

  // Nothing when all that could make room is in use.
  Content* FindOrAdd(std::string_view hash) {
    if (Content* content = contents_.Find(hash)) return content;
    for (int moved = 0; contents_.size() >= kMostContents; ++moved) {
      std::optional<Content> oldest = contents_.TakeOldest();
      const bool is_in_use = std::any_of(oldest->sources.begin(), oldest->sources.end(), [&](const Source& source) {
        return source.Is(State::kPulled) || (!oldest->IsHeld(now_) && now_ < source.heard_at + kLifetime);
      });
      if (!is_in_use) break;
      contents_.Add(std::move(*oldest));
      if (moved == kMostMoved) return nullptr;
    }
    Content content;
    content.hash = hash;
    content.held_until = now_;
    contents_.Add(std::move(content));
    return contents_.Find(hash);
  }

  // The oldest of which nothing comes makes room; nothing when there is none.
  Source* Add(Content& content, Source source) {
    if (content.sources.size() >= kMostSources) {
      const auto idle = std::find_if(content.sources.begin(), content.sources.end(),
                                     [this](const Source& one) { return !IsFresh(one); });
      if (idle == content.sources.end()) return nullptr;
      content.sources.erase(idle);
    }
    source.heard_at = source.since = now_;
    content.sources.push_back(std::move(source));
    return &content.sources.back();
  }
  template <typename Condition>
  void EraseIf(Content& content, Condition condition) {
    std::erase_if(content.sources, [&](const Source& source) {
      if (!condition(source)) return false;
      Forget(source);
      return true;
    });
  }
  void Forget(const Source& source) {
    if (source.Is(State::kPulled)) --pulled_;
  }

  void Hold(Content& content, const FileInfo& file) {
    content.held_until = now_ + kLifetime;
    content.is_pinned |= file.is_pinned;
  }

  // Something may come of it: the application has pulled it, or may, or the peer may answer.
  bool IsFresh(const Source& source) const {
    if (source.Is(State::kPulled)) return true;
    if (source.Is(State::kKept)) return false;
    if (!source.IsOffer()) return now_ < source.since + kPatience;
    return now_ < std::max(source.since, last_moved_) + (pulled_ > 0 ? kQueueing : kPatience);
  }
  // The application has been told of it, and may be at it.
  bool IsBringing(const Content& content) const {
    return std::any_of(content.sources.begin(), content.sources.end(),
                       [this](const Source& source) { return source.IsOffer() && IsFresh(source); });
  }

  // The next source, when nothing comes of the others: the offer heard last, whose peer is the likeliest to be there still; or
  // else the request that has waited longest.
  void Advance(Content& content) {
    if (content.IsHeld(now_)) return;
    Source* next = nullptr;
    for (Source& source : content.sources) {
      if (IsFresh(source)) return;
      if (!source.Is(State::kKept)) continue;
      if (source.IsOffer()) {
        next = &source;
      } else if (next == nullptr && now_ >= source.since + kTick) {
        next = &source;
      }
    }
    if (next == nullptr) return;
    next->state = State::kTried;
    next->since = now_;
    content.is_pinned |= next->offer.is_pinned;
    Push(next->IsOffer() ? GroupAction::Kind::kAnnounce : GroupAction::Kind::kRequest, *next);
  }

  void HurryPulled(Content& content) {
    for (Source& source : content.sources) {
      if (!source.Is(State::kPulled) || now_ < source.since + kPatience) continue;
      source.since = now_;
      Push(GroupAction::Kind::kGiveUp, source);
    }
  }

  void Watch(const Content& content) {
    if (!deadline_ && !content.IsHeld(now_) && content.HasKept()) deadline_ = now_ + kTick;
  }

  IdTable<Content> contents_;
  std::vector<Seat> seats_;
  bool has_begun_ = false;
  Timestamp now_;
  // The application last pulled something, or something that it had pulled ended.
  Timestamp last_moved_;
  // Sources that are pulled.
  std::size_t pulled_ = 0;
  std::optional<Timestamp> deadline_;
};

Group::Group() : book_(std::make_unique<Book>()) {}
Group::~Group() = default;

void Group::Join(Member member) { book_->Join(member); }
void Group::Leave(Timestamp now, Member member) { book_->Leave(now, member, false); }
void Group::Remove(Member member) { book_->Leave(book_->now(), member, true); }
bool Group::Offer(Timestamp now, Member member, const FileInfo& file) { return book_->Offer(now, member, file); }
bool Group::RequestFile(Timestamp now, Member member, std::string_view hash) {
  return book_->RequestFile(now, member, hash);
}
void Group::HandlePull(Timestamp now, Member member, const TransferId& id, std::string_view hash) {
  book_->HandlePull(now, member, id, hash);
}
void Group::HandleEnd(Timestamp now, Member member, const TransferId& id, std::string_view hash, bool is_delivered) {
  book_->HandleEnd(now, member, id, hash, is_delivered);
}
bool Group::HandleOffer(Timestamp now, Member member, const FileInfo& file) {
  return book_->HandleOffer(now, member, file);
}
void Group::HandleFileRequested(Member member, std::string_view hash) { book_->HandleFileRequested(member, hash); }
void Group::HandleTimeout(Timestamp now) { book_->HandleTimeout(now); }
std::vector<GroupAction> Group::TakeActions(Member member) { return book_->TakeActions(member); }
std::optional<Member> Group::PollWoken() { return book_->PollWoken(); }
std::optional<Timestamp> Group::NextDeadline() const { return book_->deadline(); }

}  // namespace peer_session
