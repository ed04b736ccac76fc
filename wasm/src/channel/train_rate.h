// What the narrowest link bears, from how close together the messages of one burst arrive.
#ifndef PEER_SESSION_SRC_CHANNEL_TRAIN_RATE_H_
#define PEER_SESSION_SRC_CHANNEL_TRAIN_RATE_H_

#include <algorithm>
#include <array>
#include <cstdint>

#include "peer_session/types.h"

namespace peer_session {

class TrainRate {
 public:
  // A message of that size has arrived. A burst is shorter than `longest`: with gaps between bursts it would be their rate.
  void Add(Timestamp at, ByteCount size, Duration longest) {
    received_ += size;
    for (const Arrival& earlier : arrivals_) {
      const ByteCount bytes = received_ - earlier.received;
      const Duration span = at - earlier.at;
      if (!earlier.is_set || bytes < kLeastBytes || span < kShortest || span > longest) continue;
      best_ = std::max(best_, static_cast<double>(bytes.value()) / static_cast<double>(span.micros()));
    }
    arrivals_.at(next_) = Arrival{.is_set = true, .at = at, .received = received_};
    next_ = (next_ + 1) % arrivals_.size();
  }
  // Bytes in a microsecond; zero: not known.
  double Best() const { return best_; }

 private:
  // Less than that is no burst, and in less time a page may have heard of several messages at once.
  static constexpr ByteCount kLeastBytes = ByteCount::KiB(16);
  static constexpr Duration kShortest = Duration::Millis(12);

  struct Arrival {
    bool is_set = false;
    Timestamp at;
    ByteCount received;
  };

  std::array<Arrival, 12> arrivals_;
  std::size_t next_ = 0;
  ByteCount received_;
  double best_ = 0;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_CHANNEL_TRAIN_RATE_H_
