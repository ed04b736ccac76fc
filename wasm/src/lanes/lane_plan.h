// How many lanes a file is worth: none where the first channel fills the link, or the machine is what is slow; more where packets
// are lost, for then each channel gets a share that has nothing to do with what the link bears. docs/protocol.md, "Lanes".
#ifndef PEER_SESSION_SRC_LANES_LANE_PLAN_H_
#define PEER_SESSION_SRC_LANES_LANE_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "peer_session/types.h"

namespace peer_session {

class LanePlan {
 public:
  explicit LanePlan(std::size_t most) : most_(most) {}

  // What is known when some of the peer's acknowledgements have come.
  struct Sample {
    // So many file bytes have arrived since the last one, on all channels.
    ByteCount arrived;
    // The first channel has not sent all that it was given, though that was no more than the path seems to hold.
    bool is_held_back = false;
    // What the narrowest link bears, in bytes a microsecond, by what the first channel sees of it; zero: not known.
    double link_rate = 0;
    // Of the path, without its queue.
    Duration round_trip;
    // What the file in front has yet to send.
    ByteCount left;
    // Those that are to stay, and whether some of them are not open yet.
    std::size_t lanes = 0;
    bool are_opening = false;
  };
  // How many there should be.
  std::size_t HandleSample(Timestamp now, const Sample& sample);
  // One could not be made: no more are tried, for a while.
  void HandleFailure(Timestamp now);

 private:
  // All that is measured in some round trips.
  struct Stretch {
    Timestamp began_at;
    ByteCount arrived;
    std::int64_t samples = 0;
    // It is the one in which the channels find their rate.
    bool is_first = true;

    std::int64_t round_trips = 0;
    // Those in which the channel was held back all the time: a page that is late finds it so now and then.
    std::int64_t held_back = 0;
    Timestamp round_trip_began_at;
    bool was_held_back = true;
  };

  static void Add(Stretch& stretch, Timestamp now, const Sample& sample);

  // What is known at the end of a stretch.
  std::size_t Judge(Timestamp now, const Stretch& stretch, const Sample& last);
  bool IsWorthMore(const Stretch& stretch, double rate, const Sample& last) const;

  std::size_t most_;
  std::optional<Stretch> stretch_;
  Timestamp sampled_at_;
  // Of the link, before others of this side's used it, too.
  double link_rate_ = 0;
  // Lanes have been opened and have yet to prove that they bring more: than so many did before, at that rate.
  struct Trial {
    std::size_t lanes = 0;
    double rate = 0;
    // What they brought since the last ones were opened, and in which time.
    ByteCount arrived;
    Duration span;
  };
  std::optional<Trial> trial_;
  std::optional<Timestamp> gave_up_at_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_LANES_LANE_PLAN_H_
