// The standard library finds the next prime for a hash table's size with tables of 1.5 KiB. Tables here grow by doubling, so that
// it is asked a few times in a session's life, and trial division does.
#include <cstddef>

extern "C" std::size_t __wrap__ZNSt3__212__next_primeEm(std::size_t least);  // NOLINT(bugprone-reserved-identifier)

namespace {

bool IsPrime(std::size_t number) {
  for (std::size_t divisor = 3; divisor <= number / divisor; divisor += 2) {
    if (number % divisor == 0) return false;
  }
  return true;
}

}  // namespace

extern "C" std::size_t __wrap__ZNSt3__212__next_primeEm(std::size_t least) {
  if (least <= 2) return least == 0 ? 0 : 2;
  std::size_t candidate = least | 1;
  while (!IsPrime(candidate)) candidate += 2;
  return candidate;
}
