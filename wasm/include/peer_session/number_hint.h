/// @file
/// Whether the number that the JSON library converts next is one that this side reads.
///
/// The library converts each number it meets, and what a peer sends in fields that nobody knows may be a million of them. Where
/// conversion is dear (bindings/number_text.cc), this spares it for all that is only passed over.
#ifndef PEER_SESSION_NUMBER_HINT_H_
#define PEER_SESSION_NUMBER_HINT_H_

namespace peer_session {

/// False while the engine passes over a value; written by the engine, read by whoever replaces strtod and its kin.
inline thread_local bool next_number_counts = true;

}  // namespace peer_session

#endif  // PEER_SESSION_NUMBER_HINT_H_
