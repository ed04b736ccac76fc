#include "peer_session/group.h"

#include "group/book.h"

namespace peer_session {

Group::Group() : book_(std::make_unique<Book>()) {}
Group::~Group() = default;

std::optional<Member> Group::PollWoken() { return book_->PollWoken(); }

}  // namespace peer_session
