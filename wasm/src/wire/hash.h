// What the protocol calls a hash: SHA-256 in 64 lower-case hexadecimal digits.
#ifndef PEER_SESSION_SRC_WIRE_HASH_H_
#define PEER_SESSION_SRC_WIRE_HASH_H_

#include <cstddef>
#include <string>

namespace peer_session {

inline constexpr std::size_t kHashDigits = 64;

// Makes its digits lower-case; false, and nothing changed, when it is no such hash. Contents are compared by these digits,
// so one file in two spellings would be two files.
bool NormalizeHash(std::string& hash);

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_WIRE_HASH_H_
