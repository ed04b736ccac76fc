// Of two deadlines, or of two places in a stream, the earlier one, where either may not be.
#ifndef PEER_SESSION_SRC_EARLIER_H_
#define PEER_SESSION_SRC_EARLIER_H_

#include <algorithm>
#include <optional>

namespace peer_session {

template <typename T>
std::optional<T> Earlier(std::optional<T> one, std::optional<T> other) {
  if (!one || !other) return one ? one : other;
  return std::min(*one, *other);
}

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_EARLIER_H_
