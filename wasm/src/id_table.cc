#include "id_table.h"

namespace peer_session {

IdTableBase::Node* IdTableBase::FindNode(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

void IdTableBase::Link(std::string_view id, Node* node) {
  by_id_.emplace(id, node);
  node->older = newest_;
  node->newer = nullptr;
  (newest_ == nullptr ? oldest_ : newest_->newer) = node;
  newest_ = node;
}

void IdTableBase::Unlink(std::string_view id, Node* node) {
  by_id_.erase(id);
  (node->older == nullptr ? oldest_ : node->older->newer) = node->newer;
  (node->newer == nullptr ? newest_ : node->newer->older) = node->older;
}

}  // namespace peer_session
