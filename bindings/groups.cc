#include "groups.h"

#include <optional>

namespace peer_session::js {

struct Membership::Entry {
  std::uint32_t number = 0;
  std::uint32_t sessions = 0;
  Group group;
  Entry* next = nullptr;
};

Membership::Entry* Membership::first = nullptr;

Membership::Membership(std::uint32_t number) {
  if (number == 0) return;
  for (entry_ = first; entry_ != nullptr && entry_->number != number;) entry_ = entry_->next;
  if (entry_ == nullptr) {
    entry_ = new Entry;
    entry_->number = number;
    entry_->next = first;
    first = entry_;
  }
  ++entry_->sessions;
}

Membership::~Membership() {
  if (entry_ == nullptr || --entry_->sessions > 0) return;
  Entry** link = &first;
  while (*link != entry_) link = &(*link)->next;
  *link = entry_->next;
  delete entry_;
}

Group* Membership::group() const { return entry_ == nullptr ? nullptr : &entry_->group; }

std::uint32_t NextWoken() {
  for (Membership::Entry* entry = Membership::first; entry != nullptr; entry = entry->next) {
    if (const std::optional<Member> woken = entry->group.PollWoken()) return static_cast<std::uint32_t>(*woken);
  }
  return 0;
}

}  // namespace peer_session::js
