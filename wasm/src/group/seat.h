// A session's place in its group, if it has one; without, everything is announced and sent.
#ifndef PEER_SESSION_SRC_GROUP_SEAT_H_
#define PEER_SESSION_SRC_GROUP_SEAT_H_

#include <string_view>

#include "group/book.h"

namespace peer_session {

class Seat : public Group::Book::Chair {
 public:
  Seat(Group* group, Member its_member) : Chair(its_member), book_(group == nullptr ? nullptr : &group->book()) {
    if (book_ != nullptr) book_->Join(*this);
  }
  ~Seat() override {
    if (book_ != nullptr) book_->Leave(*this, Group::Book::Rest::kIsGone);
  }

  // The caller's clock.
  void Tell(Timestamp now) {
    if (book_ != nullptr) book_->Tell(now);
  }
  void Leave() {
    if (book_ != nullptr) book_->Leave(*this, Group::Book::Rest::kGoesOn);
  }
  bool Offer(const FileInfo& file) { return book_ == nullptr || book_->Offer(*this, file); }
  bool RequestFile(std::string_view hash) { return book_ == nullptr || book_->RequestFile(*this, hash); }
  void HandlePull(const TransferId& id, std::string_view hash) {
    if (book_ != nullptr) book_->HandlePull(*this, id, hash);
  }
  void HandleEnd(const TransferId& id, std::string_view hash, bool is_delivered) {
    if (book_ != nullptr) book_->HandleEnd(*this, id, hash, is_delivered);
  }
  bool HandleOffer(const FileInfo& file) { return book_ == nullptr || book_->HandleOffer(*this, file); }
  void HandleFileRequested(std::string_view hash) {
    if (book_ != nullptr) book_->HandleFileRequested(*this, hash);
  }
  void HandleTimeout() {
    if (book_ != nullptr) book_->HandleTimeout(*this);
  }
  std::optional<Timestamp> NextDeadline() const { return book_ == nullptr ? std::nullopt : book_->deadline(); }

 private:
  Group::Book* const book_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_GROUP_SEAT_H_
