// Which state a transfer may pass into, and upon what: a table, so that the pictures in docs/architecture.md and the tests come
// from the same lines as the behaviour.
#ifndef PEER_SESSION_SRC_STATE_TABLE_H_
#define PEER_SESSION_SRC_STATE_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace peer_session {

template <typename State, typename Event>
struct Transition {
  State from;
  Event event;
  State to;
};

// Moves transfers along `kTable` and remembers which of its rows were taken.
template <const auto& kTable>
class StateMachine {
  static_assert(kTable.size() < 63);

 public:
  // Set in taken() when a move was asked for that the table does not have; the transfer then stays where it is.
  static constexpr std::uint64_t kStrayed = std::uint64_t{1} << 63;

  template <typename State, typename Event>
  State Move(State from, Event event) {
    for (std::size_t row = 0; row < kTable.size(); ++row) {
      if (kTable[row].from != from || kTable[row].event != event) continue;
      taken_ |= std::uint64_t{1} << row;
      return kTable[row].to;
    }
    taken_ |= kStrayed;
    return from;
  }

  // One bit for each row of the table, in its order.
  std::uint64_t taken() const { return taken_; }

 private:
  std::uint64_t taken_ = 0;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_STATE_TABLE_H_
