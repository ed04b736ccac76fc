// JavaScript's one kind of number, and the engine's units. Times are milliseconds there, sizes are bytes.
#ifndef PEER_SESSION_BINDINGS_NUMBERS_H_
#define PEER_SESSION_BINDINGS_NUMBERS_H_

#include <cstddef>
#include <cstdint>

#include "peer_session/types.h"

namespace peer_session::js {

// JavaScript may hand in NaN, an infinity, a fraction or what no count can be: the nearest that is meant.
Timestamp ToTimestamp(double milliseconds);
Duration ToDuration(double milliseconds);
ByteCount ToByteCount(double bytes);
std::size_t ToCount(double value);
inline TransferKey ToKey(std::uint32_t transfer) { return static_cast<TransferKey>(transfer); }

inline double ToNumber(ByteCount bytes) { return static_cast<double>(bytes.value()); }
inline double ToNumber(Duration span) { return static_cast<double>(span.micros()) / 1000.0; }
inline double ToNumber(Timestamp at) { return static_cast<double>(at.micros()) / 1000.0; }

}  // namespace peer_session::js

#endif  // PEER_SESSION_BINDINGS_NUMBERS_H_
