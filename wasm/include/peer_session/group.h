/// @file
/// What sessions that belong together know of each other: which content is here, which is on its way, and who else has it.
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

namespace peer_session {

/// The caller's handle for one session of a group, unique within it.
enum class Member : std::uint32_t {};

/// One group. Its sessions keep it (Session's constructor), and it outlives them; their times are of one clock.
class Group {
 public:
  /// Nobody has anything.
  Group();
  ~Group();                                 ///< after the last of its sessions
  Group(const Group&) = delete;             ///< there is one book
  Group& operator=(const Group&) = delete;  ///< there is one book

  /// A member that has something to do because of another, each once: its session's HandleTimeout is due. Asked after each
  /// input to any of them, and after the end of one, until it answers nothing.
  std::optional<Member> PollWoken();

  /// What the sessions know.
  class Book;
  /// The same, for them.
  Book& book() { return *book_; }

 private:
  std::unique_ptr<Book> book_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_GROUP_H_
