// What the narrowest link bears, from how close together the messages of one burst arrive.
#ifndef PEER_SESSION_SRC_CHANNEL_TRAIN_RATE_H_
#define PEER_SESSION_SRC_CHANNEL_TRAIN_RATE_H_

#include <array>
#include <cstddef>

#include "peer_session/types.h"

namespace peer_session {

class TrainRate {
 public:
  // So many bytes more have arrived. A burst is shorter than `longest`: with gaps between bursts it would be their rate.
  void Add(Timestamp at, ByteCount size, Duration longest);
  // Bytes in a microsecond; zero: not known.
  double Rate() const { return rate_; }

 private:
  // What a page heard of together.
  struct Arrival {
    bool is_set = false;
    Timestamp began_at;
    Timestamp ended_at;
    // Until then.
    ByteCount received;
  };

  std::array<Arrival, 12> arrivals_;
  std::size_t newest_ = 0;
  ByteCount received_;
  double rate_ = 0;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_CHANNEL_TRAIN_RATE_H_
