// One table of all deadlines; the earliest is the caller's one timer.
#ifndef PEER_SESSION_SRC_DEADLINES_H_
#define PEER_SESSION_SRC_DEADLINES_H_

#include <array>
#include <cstddef>
#include <optional>

#include "peer_session/types.h"

namespace peer_session {

enum class Deadline {
  kConnect,
  kOfferExpiry,
  kBlockRead,
  kPullAnswer,
  kDownload,
  kVerification,
  kAnnouncement,
  kCount
};

class DeadlineTable {
 public:
  void Set(Deadline deadline, std::optional<Timestamp> at) { at_[static_cast<std::size_t>(deadline)] = at; }

  std::optional<Timestamp> Earliest() const {
    std::optional<Timestamp> earliest;
    for (const std::optional<Timestamp>& at : at_) {
      if (at && (!earliest || *at < *earliest)) earliest = at;
    }
    return earliest;
  }

 private:
  std::array<std::optional<Timestamp>, static_cast<std::size_t>(Deadline::kCount)> at_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_DEADLINES_H_
