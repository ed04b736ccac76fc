/// @file
/// What sessions that belong together know of each other: which content is here, which is on its way, and who else has it.
///
///   what a session was asked or told, with its clock  ->  Group  ->  TakeActions() of each woken member, NextDeadline()
///
/// A mesh offers each content by many peers. The group lets the application hear of it once, and keeps the other offers; when the
/// one that was announced fails, the next is announced in its place. docs/protocol.md, "Groups".
///
/// It decides what is announced and what is asked, never how a pull ends: whatever is pulled is pulled, and ends once. It forgets
/// rather than grow, and what it has forgotten is announced and asked as without a group.
#ifndef PEER_SESSION_GROUP_H_
#define PEER_SESSION_GROUP_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "peer_session/types.h"

namespace peer_session {

/// The caller's handle for one session of a group, unique within it.
enum class Member : std::uint32_t {};

/// What a session of the group does because of another.
struct GroupAction {
  /// Which of them.
  enum class Kind {
    kAnnounce,  ///< tell the application of this offer, which was kept until now
    kRequest,   ///< ask the peer for the file of this hash
    kGiveUp,    ///< end the pull of this id if the peer has been silent, for another peer has the content
  };
  Kind kind = Kind::kAnnounce;  ///< which of them
  /// The offer; of kRequest only its hash, of kGiveUp only its id.
  FileInfo file;
};

/// The book of one group. Sessions keep it (see Session's constructor); it outlives them. Their times are of one clock.
class Group {
 public:
  /// Nobody has anything.
  Group();
  ~Group();                                 ///< after the last of its sessions
  Group(const Group&) = delete;             ///< there is one book
  Group& operator=(const Group&) = delete;  ///< there is one book

  /// A session begins.
  void Join(Member member);
  /// Its channel is over: nothing of it can be pulled any more. What has been pulled still ends by HandleEnd.
  void Leave(Timestamp now, Member member);
  /// It is gone, with all that was pulled.
  void Remove(Member member);

  /// The application offers a file to the member's peer. False: it has it, and need not hear of it.
  bool Offer(Timestamp now, Member member, const FileInfo& file);
  /// The application wants the file from the member's peer. False: not now. It comes from another, or is asked for later.
  bool RequestFile(Timestamp now, Member member, std::string_view hash);
  /// The application has pulled what was offered with that hash.
  void HandlePull(Timestamp now, Member member, const TransferId& id, std::string_view hash);
  /// The pull has ended.
  void HandleEnd(Timestamp now, Member member, const TransferId& id, std::string_view hash, bool is_delivered);
  /// The peer offers a file. False: it is kept, and not announced.
  bool HandleOffer(Timestamp now, Member member, const FileInfo& file);
  /// The peer asks for a file, and so does not have it.
  void HandleFileRequested(Member member, std::string_view hash);
  /// Time has passed. Spurious calls do nothing.
  void HandleTimeout(Timestamp now);

  /// What this member has to do, in order; each once.
  std::vector<GroupAction> TakeActions(Member member);
  /// A member that has something to do, or a deadline to take over, each once; its session's HandleTimeout is due.
  std::optional<Member> PollWoken();
  /// The next moment HandleTimeout of any member has something to do for the group.
  std::optional<Timestamp> NextDeadline() const;

 private:
  class Book;
  std::unique_ptr<Book> book_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_GROUP_H_
