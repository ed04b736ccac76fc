// Options at random, over everything that the engine takes: not what anybody should choose, but what somebody can.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_ANY_OPTIONS_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_ANY_OPTIONS_H_

#include <cstdint>

#include "peer_session/options.h"
#include "scenario/simulation/random.h"

namespace peer_session::simulation {

// kBytes: figures so small that a handful of messages reaches every bound. kMebibytes: those of real sessions.
enum class Scale { kBytes, kMebibytes };

// The marks in any relation to each other and to what the channel takes; blocks and read-ahead in any relation, too.
Pacing AnyPacing(Random& random, Scale scale);
// From one of each to the defaults. The lengths of strings stay: what one side can say, the other can read.
Limits AnyLimits(Random& random, Scale scale);
// From a millisecond to what infinity becomes.
Timeouts AnyTimeouts(Random& random);
// What a connection may say that it takes in one message; zero: it does not say.
std::int64_t AnyMaxMessage(Random& random, Scale scale);
// The largest file that takes no more than some hundred messages, and blocks, over a connection with messages of that size.
std::int64_t LargestInFewMessages(const Pacing& pacing, std::int64_t connection);

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_ANY_OPTIONS_H_
