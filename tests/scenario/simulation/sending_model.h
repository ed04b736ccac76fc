// What an engine may do as a sender, told apart from what it does: offers, the queue of pulled files, blocks, the wire.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_SENDING_MODEL_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_SENDING_MODEL_H_

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "peer_session/action.h"
#include "peer_session/options.h"
#include "scenario/simulation/pipe.h"
#include "scenario/wire_log.h"

namespace peer_session::simulation {

class SendingModel {
 public:
  explicit SendingModel(const Options& options) : options_(options) {}

  void Offered(TransferKey key, const File* file, Timestamp now);
  // A pull-request reached the engine.
  void PullRequested(const std::string& id, Timestamp now);
  void ReadEnded(TransferKey key, bool ok);
  // HandleTimeout is about to be called.
  void TimePassed(Timestamp now);

  // Each answers with what is wrong, or nothing.
  std::string_view Sent(std::string_view type, const std::string& id);
  std::string_view Sent(const SendBytes& bytes, std::int64_t max_message, std::int64_t buffered);
  std::string_view Asked(const ReadBlock& block, Timestamp now);
  std::string_view Ended(const UploadEnded& end, Timestamp now);

  const File* FileOf(TransferKey key) const;
  std::size_t queued() const { return queue_.size(); }

 private:
  struct PendingOffer {
    TransferKey key;
    const File* file;
    Timestamp made_at;
  };
  struct Upload {
    TransferKey key;
    const File* file;
    std::int64_t requested = 0;
    std::int64_t readable = 0;
    std::int64_t sent = 0;
    Timestamp read_began_at;
    bool is_reading = false;
    bool has_begun = false;
    bool has_failed = false;
    bool has_timed_out = false;
  };

  Upload* Find(TransferKey key);

  const Options& options_;
  std::map<std::string, PendingOffer> offers_;
  std::map<TransferKey, const File*> files_;
  std::deque<Upload> queue_;
  scenario::WireLog wire_;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_SENDING_MODEL_H_
