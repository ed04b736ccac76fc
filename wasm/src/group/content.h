// One content of a group's book: what this side knows of who has it.
#ifndef PEER_SESSION_SRC_GROUP_CONTENT_H_
#define PEER_SESSION_SRC_GROUP_CONTENT_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "peer_session/group.h"
#include "peer_session/types.h"

namespace peer_session {

// A peer that has the content, or is said to.
struct Source {
  enum class State {
    kKept,    // not announced, or not asked
    kTried,   // announced to the application, or asked by request-file
    kPulled,  // by the application
  };

  Source(Member whose, FileInfo its_offer, State its_state)
      : member(whose), offer(std::move(its_offer)), state(its_state) {}

  Member member;
  // Without an id: not offered, or not any more; it can be asked for.
  FileInfo offer;
  State state;
  // The peer itself has said so.
  bool has_it = false;
  // When it was heard of, and when it came into its state.
  Timestamp heard_at;
  Timestamp since;

  bool IsOffer() const { return !offer.id.value.empty(); }
  bool Is(State other) const { return state == other; }
};

struct Content {
  std::string hash;
  // Here until then, for all that is known; the application may have let go of it.
  Timestamp held_until;
  // What is here, or was announced, is pinned.
  bool is_pinned = false;
  // In the order in which they were heard of.
  std::vector<Source> sources;

  std::string_view Id() const { return hash; }

  bool IsHeld(Timestamp now) const { return now < held_until; }
  bool HasKept() const {
    for (const Source& source : sources) {
      if (source.Is(Source::State::kKept)) return true;
    }
    return false;
  }
  Source* FindOffer(Member member, std::string_view id) {
    for (Source& source : sources) {
      if (source.member == member && source.IsOffer() && source.offer.id.value == id) return &source;
    }
    return nullptr;
  }
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_GROUP_CONTENT_H_
