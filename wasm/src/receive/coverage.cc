#include "receive/coverage.h"

#include <algorithm>

namespace peer_session {

ByteCount Coverage::Add(ByteCount begin, ByteCount end) {
  begin = std::max(begin, front_);
  if (begin >= end) return {};
  // Those that touch it, or lie in it, become one part with it.
  const auto first =
      std::partition_point(parts_.begin(), parts_.end(), [&](const Part& part) { return part.end < begin; });
  auto last = first;
  ByteCount known;
  Part whole{.begin = begin, .end = end};
  for (; last != parts_.end() && last->begin <= end; ++last) {
    known += last->end - last->begin;
    whole.begin = std::min(whole.begin, last->begin);
    whole.end = std::max(whole.end, last->end);
  }
  const ByteCount added = (whole.end - whole.begin) - known;
  total_ += added;
  const auto at = parts_.erase(first, last);
  if (whole.begin == front_) {
    front_ = whole.end;
  } else {
    parts_.insert(at, whole);
  }
  return added;
}

}  // namespace peer_session
