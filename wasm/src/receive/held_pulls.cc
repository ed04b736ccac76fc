#include "receive/held_pulls.h"

#include <utility>

namespace peer_session {

// Big-endian, so that texts of it compare like the numbers; and the highest priority first.
HeldPulls::Place::Place(WaitingPull& its_pull) : pull(&its_pull) {
  const std::array<std::uint64_t, 3> numbers = {
      static_cast<std::uint64_t>(INT32_MAX - static_cast<std::int64_t>(pull->priority)),
      static_cast<std::uint64_t>(pull->SizeOrGuess().value()), pull->turn};
  for (std::size_t at = 0; at < text.size(); ++at) {
    text[at] = static_cast<char>(static_cast<unsigned char>(numbers[at / 8] >> (56 - at % 8 * 8)));
  }
}

void HeldPulls::Add(Loose<WaitingPull> pull) {
  order_.Add(Loose<Place>(Place(*pull)));
  pulls_.Add(std::move(pull));
}

bool HeldPulls::SetPriority(const TransferId& id, std::int32_t priority) {
  WaitingPull* pull = pulls_.Find(id.value);
  if (pull == nullptr) return false;
  order_.Take(Place(*pull).Id());
  pull->priority = priority;
  order_.Add(Loose<Place>(Place(*pull)));
  return true;
}

Loose<WaitingPull> HeldPulls::Take(const TransferId& id) {
  Loose<WaitingPull> pull = pulls_.Take(id.value);
  if (pull) order_.Take(Place(*pull).Id());
  return pull;
}

Loose<WaitingPull> HeldPulls::TakeNext() {
  WaitingPull* next = order_.least().pull;
  WaitingPull* oldest = &pulls_.front();
  if (oldest != next && oldest->overtaken++ == kMostOvertakings) next = oldest;
  return Take(next->id);
}

}  // namespace peer_session
