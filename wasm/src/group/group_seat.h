// A session's place in its group, if it has one. Without, everything is announced and sent.
#ifndef PEER_SESSION_SRC_GROUP_GROUP_SEAT_H_
#define PEER_SESSION_SRC_GROUP_GROUP_SEAT_H_

#include <optional>
#include <string_view>
#include <vector>

#include "peer_session/group.h"
#include "peer_session/types.h"

namespace peer_session {

class GroupSeat {
 public:
  GroupSeat(Group* group, Member member) : group_(group), member_(member) {
    if (group_ != nullptr) group_->Join(member_);
  }
  ~GroupSeat() {
    if (group_ != nullptr) group_->Remove(member_);
  }
  GroupSeat(const GroupSeat&) = delete;
  GroupSeat& operator=(const GroupSeat&) = delete;

  // The caller's clock, which all sessions of a group have.
  void Tell(Timestamp now) { now_ = now; }

  void Leave() {
    if (group_ != nullptr) group_->Leave(now_, member_);
  }
  bool Offer(const FileInfo& file) { return group_ == nullptr || group_->Offer(now_, member_, file); }
  bool RequestFile(std::string_view hash) { return group_ == nullptr || group_->RequestFile(now_, member_, hash); }
  void HandlePull(const TransferId& id, std::string_view hash) {
    if (group_ != nullptr) group_->HandlePull(now_, member_, id, hash);
  }
  void HandleEnd(const TransferId& id, std::string_view hash, bool is_delivered) {
    if (group_ != nullptr) group_->HandleEnd(now_, member_, id, hash, is_delivered);
  }
  bool HandleOffer(const FileInfo& file) { return group_ == nullptr || group_->HandleOffer(now_, member_, file); }
  void HandleFileRequested(std::string_view hash) {
    if (group_ != nullptr) group_->HandleFileRequested(member_, hash);
  }
  void HandleTimeout() {
    if (group_ != nullptr) group_->HandleTimeout(now_);
  }
  std::vector<GroupAction> TakeActions() {
    return group_ == nullptr ? std::vector<GroupAction>() : group_->TakeActions(member_);
  }
  std::optional<Timestamp> NextDeadline() const { return group_ == nullptr ? std::nullopt : group_->NextDeadline(); }

 private:
  Group* group_;
  Member member_;
  Timestamp now_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_GROUP_GROUP_SEAT_H_
