// What an engine may do as a sender, told apart from what it does: offers, the queue of pulled files, blocks, signatures, the
// wire, and when a file has left.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_SENDING_MODEL_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_SENDING_MODEL_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "peer_session/action.h"
#include "peer_session/options.h"
#include "scenario/simulation/pipe.h"
#include "scenario/wire_log.h"

namespace peer_session::simulation {

class SendingModel {
 public:
  // What leaves the channel is seen on the channel itself.
  SendingModel(const Options& options, const Pipe& channel) : options_(options), channel_(channel) {}

  // --- What the engine is told. ---
  void Opened(std::int64_t max_message) { max_message_ = max_message; }
  void Offered(TransferKey key, const File* file, Timestamp now, bool is_open);
  // A pull-request reached the engine.
  void PullRequested(const std::string& id, Timestamp now);
  // The peer says that it does not want that file any more.
  void PullWithdrawn(const std::string& id);
  void ReadEnded(TransferKey key, bool ok);
  void SignEnded(TransferKey key, bool ok);
  // HandleTimeout is about to be called.
  void TimePassed(Timestamp now);
  // HandleBufferedAmount was called with what the channel holds.
  void ToldBuffered() { told_drained_ = channel_.drained(); }
  void ChannelOver() { is_over_ = true; }
  // It is, since it refused a message: what was queued to follow is not sent, and no turn counts any more.
  void Refused() { is_refused_ = true; }

  // --- What it does; each answers with what is wrong, or nothing. ---
  std::string_view SentText(const std::string& text);
  std::string_view SentBytes(const SendBytes& bytes, Timestamp now);
  // Both after the message was handed to the channel.
  void HandedOver();
  std::string_view Asked(const ReadBlock& block, Timestamp now);
  std::string_view Asked(const SignFile& sign, Timestamp now);
  std::string_view Ended(const UploadEnded& end, Timestamp now);

  // --- After what followed from an input was carried out. ---
  std::string_view CheckSettled() const;
  // After the session's end.
  std::string_view CheckAllEnded() const;

  const File* FileOf(TransferKey key) const;
  // Pulled by the peer, those that have not left included.
  std::size_t queued() const { return queue_.size() + leaving_.size(); }
  std::size_t offers() const { return offers_.size(); }
  // Asked for, but not to be had: unknown, too old, or sent before.
  bool HasIgnored(const std::string& id) const { return ignored_.contains(id); }
  // Pulled by the peer, and failed here.
  bool HasFailed(const std::string& id) const { return failed_.contains(id); }

 private:
  struct PendingOffer {
    TransferKey key;
    const File* file;
    Timestamp made_at;
  };
  struct Upload {
    TransferKey key;
    const File* file;
    // In the order of the pulls.
    int number = 0;
    std::int64_t requested = 0;
    std::int64_t readable = 0;
    std::int64_t sent = 0;
    Timestamp read_began_at;
    bool is_reading = false;
    std::optional<Timestamp> signing_since = std::nullopt;
    bool was_signing_asked = false;
    bool is_signed = false;
    bool has_begun = false;
    bool is_aborted = false;
    bool is_unwanted = false;
    bool has_failed = false;
    bool has_timed_out = false;
    // For so long nothing was sent that the peer may be held to acknowledge nothing any more.
    bool may_stall = false;
  };
  struct Leaving {
    TransferKey key;
    // Of its last byte, in the stream of the channel.
    std::int64_t end;
  };

  Upload* Find(TransferKey key);
  bool IsOwn(const File& file) const;
  std::string_view SentAbort(const std::string& id);
  std::string_view Failed(const Upload& upload, Reason reason);
  std::string_view EndedBeforeAPull(const UploadEnded& end, Timestamp now);

  const Options& options_;
  const Pipe& channel_;
  std::map<std::string, PendingOffer> offers_;
  std::map<TransferKey, std::string> offered_ids_;
  // Must end with this reason at once.
  std::map<TransferKey, Reason> refused_;
  std::map<TransferKey, const File*> files_;
  std::deque<Upload> queue_;
  std::deque<Leaving> leaving_;
  // Failed, and the peer is not told yet: it must be before any file behind it begins.
  std::deque<Upload> untold_;
  std::optional<Timestamp> last_sent_at_;
  int pulls_ = 0;
  std::set<std::string> ignored_;
  std::set<std::string> failed_;
  scenario::WireLog wire_;
  std::int64_t max_message_ = 0;
  std::int64_t told_drained_ = 0;
  bool is_over_ = false;
  bool is_refused_ = false;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_SENDING_MODEL_H_
