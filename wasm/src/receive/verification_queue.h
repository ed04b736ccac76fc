// Whole files whose content is being hashed, and their signature checked if they have one. They end in the order in which
// they arrived.
//
// Hashing is asynchronous and a small file overtakes a large one; users see files in the order they were sent.
#ifndef PEER_SESSION_SRC_RECEIVE_VERIFICATION_QUEUE_H_
#define PEER_SESSION_SRC_RECEIVE_VERIFICATION_QUEUE_H_

#include <cstddef>
#include <optional>

#include "fifo.h"
#include "peer_session/error.h"
#include "peer_session/types.h"
#include "receive/room.h"

namespace peer_session {

struct Unverified {
  // kFinishing: the content is right, and its sink has not finished. kChecking: who signed it is not known yet.
  enum class State { kHashing, kFinishing, kChecking, kVerified, kFailed };

  TransferKey key{};
  FileInfo file;
  Timestamp since;
  State state = State::kHashing;
  Reason failure = Reason::kNone;
  // Where the bytes began that were received for it; what comes before was here already.
  ByteCount offset = {};
  // It was fetched once more because what came first was not what its hash says.
  bool is_again = false;
  // Its hash came behind its bytes.
  bool hash_followed = false;
  // Its description is signed, and whether the signature is right has not been said.
  bool claim_open = false;
  // Of the sink that it goes into.
  Room room = {};
  // With a sink: what of it was in memory when it came to be whole.
  ByteCount held = {};

  bool IsDecided() const { return state == State::kVerified || state == State::kFailed; }
  void Fail(Reason reason) {
    state = State::kFailed;
    failure = reason;
  }
  // Its hash is right, and it is where it belongs.
  void Accept() { state = claim_open ? State::kChecking : State::kVerified; }
  // Content is proven by its hash, whoever sent it: only the name of its sender rests on the signature.
  void EndClaim(bool holds) {
    claim_open = false;
    if (!holds) file.original_sender_id.reset();
    if (state == State::kChecking) state = State::kVerified;
  }
};

class VerificationQueue {
 public:
  void Append(Unverified item);
  // Only while it is being hashed: an answer that comes too late or twice finds nothing.
  Unverified* FindHashing(TransferKey key);
  Unverified* FindClaim(TransferKey key);
  // Unless it is decided.
  Unverified* FindUndecided(const TransferId& id);
  // The front, once it is decided.
  std::optional<Unverified> TakeDecided();
  // The front, decided or not.
  std::optional<Unverified> TakeFront();
  // Without its hash a file fails, and so does one whose sink does not go on; without an answer to its claim it loses its sender's name.
  void EndOverdue(Timestamp now, Duration limit);

  std::optional<Timestamp> OldestHashingSince() const;
  std::size_t size() const { return items_.size(); }
  ByteCount bytes() const { return bytes_; }

 private:
  Fifo<Unverified> items_;
  ByteCount bytes_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_VERIFICATION_QUEUE_H_
