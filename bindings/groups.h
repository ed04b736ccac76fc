// The groups of all sessions of a page, by the number that JavaScript gives each; a group is there as long as it has sessions.
#ifndef PEER_SESSION_BINDINGS_GROUPS_H_
#define PEER_SESSION_BINDINGS_GROUPS_H_

#include <cstdint>

#include "peer_session/group.h"

namespace peer_session::js {

// A session's part in its group; none for number 0.
class Membership {
 public:
  explicit Membership(std::uint32_t number);
  ~Membership();
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

  Group* group() const;

 private:
  struct Entry;
  friend std::uint32_t NextWoken();

  static Entry* first;
  Entry* entry_ = nullptr;
};

// The member of any group whose session's HandleTimeout is due; 0: none.
std::uint32_t NextWoken();

}  // namespace peer_session::js

#endif  // PEER_SESSION_BINDINGS_GROUPS_H_
