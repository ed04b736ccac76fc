#include "receive/held_pulls.h"

#include <cstdint>
#include <utility>

namespace peer_session {
namespace {

// Big-endian, so that texts of it compare like the numbers.
template <typename Number>
char* Write(char* to, Number number) {
  for (std::size_t left = sizeof(Number); left > 0; --left) {
    *to++ = static_cast<char>(static_cast<unsigned char>(number >> ((left - 1) * 8)));
  }
  return to;
}

// The highest first.
std::uint32_t Descending(std::int32_t priority) {
  constexpr std::uint32_t kSign = 0x8000'0000;
  return ~(static_cast<std::uint32_t>(priority) ^ kSign);
}

}  // namespace

HeldPulls::Place HeldPulls::BySize(WaitingPull& pull) {
  Place place{.pull = &pull};
  char* to = Write(place.text.data(), Descending(pull.priority));
  to = Write(to, static_cast<std::uint64_t>(pull.SizeOrGuess().value()));
  Write(to, pull.turn);
  return place;
}

HeldPulls::Place HeldPulls::ByAge(WaitingPull& pull) {
  Place place{.pull = &pull};
  Write(Write(place.text.data(), Descending(pull.priority)), pull.turn);
  return place;
}

void HeldPulls::Add(Loose<WaitingPull> pull) {
  by_size_.Add(BySize(*pull));
  by_age_.Add(ByAge(*pull));
  pulls_.Add(std::move(pull));
}

Loose<WaitingPull> HeldPulls::Take(const TransferId& id) {
  Loose<WaitingPull> pull = pulls_.Take(id.value);
  if (pull) {
    by_size_.Take(BySize(*pull).Id());
    by_age_.Take(ByAge(*pull).Id());
  }
  return pull;
}

Loose<WaitingPull> HeldPulls::TakeNext() {
  WaitingPull* next = by_size_.least().pull;
  WaitingPull* oldest = by_age_.least().pull;
  if (oldest != next && oldest->overtaken++ == kMostOvertakings) next = oldest;
  return Take(next->id);
}

}  // namespace peer_session
