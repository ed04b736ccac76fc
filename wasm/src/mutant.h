// Faults on purpose: each breaks one promise, so that `npm run test:mutants` can show which check notices.
//
// In every ordinary build the macro is the constant false and the compiler removes what it guards. Built with
// PEER_SESSION_MUTANTS, the one named by the environment variable PEER_SESSION_MUTANT is alive.
#ifndef PEER_SESSION_SRC_MUTANT_H_
#define PEER_SESSION_SRC_MUTANT_H_

#ifdef PEER_SESSION_MUTANTS

#include <cstdlib>
#include <string_view>

namespace peer_session {

inline bool IsMutant(std::string_view name) {
  static const char* const kAlive = std::getenv("PEER_SESSION_MUTANT");
  return kAlive != nullptr && name == kAlive;
}

}  // namespace peer_session

#define PEER_SESSION_MUTANT(name) ::peer_session::IsMutant(name)

#else

#define PEER_SESSION_MUTANT(name) false

#endif

#endif  // PEER_SESSION_SRC_MUTANT_H_
