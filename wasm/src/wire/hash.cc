#include "wire/hash.h"

#include <algorithm>

namespace peer_session {
namespace {

bool IsHexDigit(char digit) {
  return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f') || (digit >= 'A' && digit <= 'F');
}

}  // namespace

bool NormalizeHash(std::string& hash) {
  if (hash.size() != kHashDigits || !std::all_of(hash.begin(), hash.end(), IsHexDigit)) return false;
  for (char& digit : hash) {
    if (digit >= 'A' && digit <= 'F') digit = static_cast<char>(digit - 'A' + 'a');
  }
  return true;
}

}  // namespace peer_session
