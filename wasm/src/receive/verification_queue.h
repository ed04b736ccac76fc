// Whole files whose content is being hashed, in the order they arrived, which is the order they end in.
//
// Hashing is asynchronous and a small file overtakes a large one; users see files in the order they were sent.
#ifndef PEER_SESSION_SRC_RECEIVE_VERIFICATION_QUEUE_H_
#define PEER_SESSION_SRC_RECEIVE_VERIFICATION_QUEUE_H_

#include <cstddef>
#include <deque>
#include <optional>

#include "peer_session/error.h"
#include "peer_session/types.h"

namespace peer_session {

struct Unverified {
  enum class State { kHashing, kVerified, kFailed };

  TransferKey key{};
  FileInfo file;
  Timestamp since;
  State state = State::kHashing;
  Reason failure = Reason::kNone;
};

class VerificationQueue {
 public:
  void Append(Unverified item);
  // Only while it is being hashed: an answer that comes too late or twice finds nothing.
  Unverified* FindHashing(TransferKey key);
  // The front, once it is decided.
  std::optional<Unverified> TakeDecided();
  // The front, decided or not.
  std::optional<Unverified> TakeFront();
  void FailOverdue(Timestamp now, Duration limit);

  std::optional<Timestamp> OldestHashingSince() const;
  std::size_t size() const { return items_.size(); }
  ByteCount bytes() const { return bytes_; }

 private:
  std::deque<Unverified> items_;
  ByteCount bytes_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_VERIFICATION_QUEUE_H_
