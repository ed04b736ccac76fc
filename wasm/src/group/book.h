// The book of a group: by content, whether it is here, who has it, and whom the application pulls it from.
#ifndef PEER_SESSION_SRC_GROUP_BOOK_H_
#define PEER_SESSION_SRC_GROUP_BOOK_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "id_table.h"
#include "peer_session/group.h"
#include "peer_session/types.h"

namespace peer_session {

class Group::Book : IdTableBase {
 public:
  // A session, as the book sees it.
  class Chair {
   public:
    explicit Chair(Member its_member) : member(its_member) {}
    virtual ~Chair() = default;
    Chair(const Chair&) = delete;
    Chair& operator=(const Chair&) = delete;

    // Tell the application of an offer that was kept until now.
    virtual void Announce(const FileInfo& file) = 0;
    // Ask the peer for the file of this hash.
    virtual void Ask(std::string_view hash) = 0;
    // End the pull of this id if the peer is silent: another has the content. Only within the session's own HandleTimeout, so
    // that the end is told before what another session announces because of it.
    virtual void GiveUp(const TransferId& id) = 0;

    // The book's own notes.
    const Member member;
    bool is_woken = false;
    bool may_be_silent = false;
    Chair* next = nullptr;
  };

  // What becomes of what has been pulled of a session whose channel is over.
  enum class Rest { kGoesOn, kIsGone };

  Book() = default;
  ~Book();

  // Before anything else; never backwards.
  void Tell(Timestamp now);

  void Join(Chair& chair);
  // Nothing of it can be pulled any more.
  void Leave(Chair& chair, Rest rest);

  // The application offers a file to the peer. False: the peer has it, and need not hear of it.
  bool Offer(Chair& chair, const FileInfo& file);
  // The application wants a file of the peer. False: not now. Another brings it, or the peer is asked later.
  bool RequestFile(Chair& chair, std::string_view hash);
  // The application has pulled what was offered with that hash, and that has come to its one end.
  void HandlePull(Chair& chair, const TransferId& id, std::string_view hash);
  void HandleEnd(Chair& chair, const TransferId& id, std::string_view hash, bool is_delivered);
  // The peer offers a file. False: it is kept, and not announced.
  bool HandleOffer(Chair& chair, const FileInfo& file);
  // The peer asks for a file, and so does not have it.
  void HandleFileRequested(Chair& chair, std::string_view hash);
  void HandleTimeout(Chair& chair);

  std::optional<Member> PollWoken();
  std::optional<Timestamp> deadline() const { return deadline_; }

 private:
  enum class State {
    kKept,    // not announced, or not asked
    kTried,   // announced to the application, or asked by request-file
    kPulled,  // by the application
  };

  // A peer that has the content, or is said to.
  struct Source {
    Source(Chair* whose, const FileInfo& file, Timestamp now) : chair(whose), offer(file), since(now) {}

    Source* next = nullptr;
    Chair* chair;
    // Without an id: not offered, or not any more; it can be asked for.
    FileInfo offer;
    State state = State::kKept;
    // The peer itself has said so.
    bool has_it = false;
    // In this state.
    Timestamp since;

    bool IsOffer() const { return !offer.id.value.empty(); }
  };

  struct Content : Node {
    std::string hash;
    // Here since then: delivered, or offered by this side. The application may let go of it.
    std::optional<Timestamp> held_since;
    // It has asked for it since.
    bool is_asked_again = false;
    // What is here, or was announced, is pinned.
    bool is_pinned = false;
    // In the order in which they were heard of.
    Source* sources = nullptr;
  };

  bool IsAlone() const { return chairs_ == nullptr || chairs_->next == nullptr; }
  bool IsHeld(const Content& content) const;
  // Something may come of it: the application has pulled it, or may, or the peer may answer.
  bool IsFresh(const Source& source) const;
  // Another offer of it need not be announced: the application may be at one, or another peer's is on its way.
  bool IsOnItsWay(const Content& content, const Chair& chair) const;
  // Something of it may be due, with time.
  bool HasKept(const Content& content) const;

  Content* Find(std::string_view hash) const { return static_cast<Content*>(FindNode(hash)); }
  // Nothing when all that could make room is in use.
  Content* FindOrAdd(std::string_view hash);
  static Source* FindOffer(const Content& content, const Chair& chair, const TransferId& id);
  // Nothing when something may come of each that is there.
  Source* AddSource(Content& content, Chair& chair, const FileInfo& offer = {});
  // What the link points to.
  void Drop(Source*& link);
  void Drop(Content& content);
  template <typename Condition>
  void DropWhere(Content& content, Condition condition);

  void Hold(Content& content, bool is_pinned);
  // Goes on to the next source, when nothing comes of the others.
  void Advance(Content& content);
  void LookThrough();
  // What the application has pulled of it from that session, or of any, without an end for some time, though others have it.
  Source* FindOverdue(const Content& content, const Chair* chair) const;
  void GiveUpSilent(Chair& chair);
  void Watch(const Content& content);

  Chair* chairs_ = nullptr;
  Timestamp now_;
  bool has_begun_ = false;
  // The application last pulled something, or something that it had pulled ended.
  Timestamp last_moved_;
  // Sources in that state.
  std::size_t pulled_ = 0;
  // Bytes of what applications have attached to the offers of all sources.
  std::size_t extra_ = 0;
  std::optional<Timestamp> deadline_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_GROUP_BOOK_H_
