// What this side says it has and asks for: inventories, requests for files, and the request to say the same.
//
// A peer of this kind takes only so many of each at once (guard/peer_budgets.h), and so much in one message. What would
// exceed that waits here, is told together where that says the same, and goes out as soon as it is heard.
// docs/protocol.md, "Inventories and requests".
#ifndef PEER_SESSION_SRC_SEND_ANNOUNCER_H_
#define PEER_SESSION_SRC_SEND_ANNOUNCER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "action_queue.h"
#include "channel/channel_writer.h"
#include "guard/pace.h"
#include "guard/peer_budgets.h"
#include "id_table.h"
#include "peer_session/options.h"

namespace peer_session {

class Announcer {
 public:
  Announcer(const Options& options, ActionQueue& actions, ChannelWriter& writer);

  // Each does nothing while the channel is not open. What is no hash is left out and reported.
  void SendInventory(Timestamp now, const std::vector<std::string>& hashes);
  void RequestFile(Timestamp now, std::string_view hash);
  void RequestSync(Timestamp now);

  // The channel has room again, perhaps, or time has passed.
  void Pump(Timestamp now);
  void Close();

  // When the pace lets something go that waits for nothing else.
  std::optional<Timestamp> NextDeadline(Timestamp now);
  // Where in the channel's stream something ends that what waits here waits for.
  std::optional<ByteCount> NextDrain() const;
  std::size_t waiting() const { return inventory_.size() + requests_.size(); }

 private:
  enum class Outcome { kSaid, kMustWait };
  struct Waiting {
    std::string hash;

    std::string_view Id() const { return hash; }
  };

  // Each waits once. False when there is no room for it.
  bool Add(IdTable<Waiting>& waiting, std::string hash) const;
  void PumpInventory(Timestamp now);
  void PumpRequests(Timestamp now);
  void PumpSync(Timestamp now);
  Outcome Say(Timestamp now, Pace& pace, std::string text);
  std::size_t HashesInOneMessage() const;

  const Options& options_;
  ActionQueue& actions_;
  ChannelWriter& writer_;
  Pace inventory_pace_{kInventoryRate};
  Pace request_pace_{kFileRequestRate};
  Pace sync_pace_{kSyncRate};
  // Hashes, not messages: an inventory says what is here, so that two of them say no more than both together.
  IdTable<Waiting> inventory_;
  // An empty inventory waits, or one whose hashes wait.
  bool inventory_owed_ = false;
  IdTable<Waiting> requests_;
  bool sync_owed_ = false;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_SEND_ANNOUNCER_H_
