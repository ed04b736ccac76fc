// Pulls that the peer is not asked for yet, in the order in which it will be. docs/protocol.md, "The order of pulls".
//
// The higher priority first, and among equals the smaller file; but whatever has been held for the longest is overtaken kMostOvertakings
// times and no more, so that a large file has its turn, however many small ones come.
#ifndef PEER_SESSION_SRC_RECEIVE_HELD_PULLS_H_
#define PEER_SESSION_SRC_RECEIVE_HELD_PULLS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "id_table.h"
#include "peer_session/types.h"
#include "receive/waiting_pull.h"

namespace peer_session {

class HeldPulls {
 public:
  static constexpr int kMostOvertakings = 64;

  bool Contains(const TransferId& id) const { return pulls_.Contains(id.value); }
  bool empty() const { return pulls_.empty(); }
  std::size_t size() const { return pulls_.size(); }
  // In the order in which they came to be held.
  auto begin() const { return pulls_.begin(); }
  auto end() const { return pulls_.end(); }

  void Add(Loose<WaitingPull> pull);
  // Valid until it is taken.
  WaitingPull* Find(const TransferId& id) { return pulls_.Find(id.value); }
  // False when it is not held.
  bool SetPriority(const TransferId& id, std::int32_t priority);
  Loose<WaitingPull> Take(const TransferId& id);
  Loose<WaitingPull> TakeOldest() { return pulls_.empty() ? Loose<WaitingPull>() : Take(pulls_.front().id); }
  // Whose turn it is. Precondition: not empty.
  Loose<WaitingPull> TakeNext();

 private:
  // Its place in the order: a text that compares as the order is.
  struct Place {
    explicit Place(WaitingPull& its_pull);

    std::array<char, 3 * sizeof(std::uint64_t)> text = {};
    WaitingPull* pull;

    std::string_view Id() const { return {text.data(), text.size()}; }
  };

  IdTable<WaitingPull> pulls_;
  // The same ones.
  IdTable<Place> order_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_HELD_PULLS_H_
