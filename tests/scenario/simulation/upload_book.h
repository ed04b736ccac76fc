// What a sender owes whose peer may cancel, ask anew from another byte, and confirm; over one channel after the other. It is
// judged by what goes in and comes out, and follows none of the engine's reasons.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_UPLOAD_BOOK_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_UPLOAD_BOOK_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "peer_session/action.h"
#include "peer_session/session.h"
#include "scenario/simulation/heard_text.h"
#include "scenario/simulation/meeting_facts.h"
#include "scenario/simulation/pipe.h"
#include "scenario/wire_log.h"

namespace peer_session::simulation {

class UploadBook {
 public:
  UploadBook(const Options& options, const Facts& facts) : options_(options), facts_(facts) {}

  // --- What the engine is told. ---
  void Offered(TransferKey key, const File* file) { uploads_[key].file = file; }
  // `was_taken`: an offer became a pulled file by it.
  void HeardPull(const HeardText& request, bool was_taken);
  void HeardCancel(const std::string& id);
  void HeardCredit(const HeardText& credit);
  void Withdrawn(const std::string& id);
  void ReadEnded(TransferKey key);
  void LinkLost();
  void LinkUp(Timestamp now);
  void ToldDrained(std::int64_t position, Timestamp now);

  // --- What it does; each answers with what is wrong, or nothing. ---
  std::string_view SaysMeta(const HeardText& meta);
  std::string_view SaysAbort(const std::string& id) { return wire_.Abort(id); }
  std::string_view Asked(const ReadBlock& block);
  std::string_view Sent(const SendBytes& bytes);
  // Its last byte was handed over, and ends there in the stream of this channel.
  void HandedOver(const std::string& id, std::int64_t position);
  std::string_view Ended(const UploadEnded& end);

  // --- After each input. ---
  std::string_view Check(const Stats& stats) const;
  // After HandleTimeout, while there is a channel.
  std::string_view CheckBounds(Timestamp now) const;
  std::string_view CheckAllEnded() const { return pulled_ == 0 ? "" : "a pulled file that never ended"; }
  // Nothing went wrong, and the peer confirms: all that was pulled was delivered, unless somebody gave it up.
  std::string_view CheckAllDelivered() const;

  const File* FileOf(TransferKey key) const;
  // It ended without being pulled: it may not have been made at all.
  bool WasRefused(const std::string& id) const;
  bool IsIdle() const { return pulled_ == 0; }

 private:
  struct Upload {
    const File* file = nullptr;
    bool is_pulled = false;
    bool has_ended = false;
    bool is_delivered = false;
    // The peer or this side has given it up: no byte of it follows.
    bool is_stopped = false;
    bool was_cancelled = false;
    bool was_sent_whole = false;
    // Of the last pull.
    std::int64_t start = 0;
    std::int64_t asked_from = 0;
    std::int64_t requested = 0;
    std::int64_t readable = 0;
    std::int64_t sent = 0;
    bool has_begun = false;
    // Once more, perhaps, and its meta has not been said.
    bool is_asked_for = false;
    std::optional<std::int64_t> credit = std::nullopt;
    // In this channel, once it is handed over whole.
    std::optional<std::int64_t> ends_at = std::nullopt;
    // The peer's word is awaited since then.
    std::optional<Timestamp> awaited_since = std::nullopt;
  };

  Upload* Find(const std::string& id);
  const Upload* Find(const std::string& id) const;

  const Options& options_;
  const Facts& facts_;
  std::map<TransferKey, Upload> uploads_;
  // Not ended.
  std::size_t pulled_ = 0;
  scenario::WireLog wire_;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_UPLOAD_BOOK_H_
