// What an engine owes as a receiver. It lives through what the engine is told and knows of each pull what must become of it:
// one verdict for each binary message, one end for each pull, for its own reason, and neither too early nor too late.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_RECEIVING_MODEL_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_RECEIVING_MODEL_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "peer_session/action.h"
#include "peer_session/options.h"
#include "scenario/simulation/heard_text.h"
#include "scenario/simulation/patience_model.h"
#include "scenario/simulation/pipe.h"

namespace peer_session::simulation {

class ReceivingModel {
 public:
  explicit ReceivingModel(const Options& options) : options_(options), patience_(options.timeouts) {}

  // What this side has said and not sent when it pulls.
  struct Unsent {
    std::int64_t in_channel = 0;
    // As far as the engine can know: no less.
    std::int64_t as_known = 0;
  };

  // --- What the engine is told, in that order. ---
  void Opened(std::int64_t max_message);
  void Pulled(TransferKey key, const std::string& id, Timestamp now, Unsent unsent);
  void Heard(const std::string& text, Timestamp now);
  void Arrived(const Message& message, Timestamp now);
  void Answered(TransferKey key, bool allowed, Timestamp now);
  void StoreFailed(TransferKey key, Timestamp now);
  // What is well is what a reader of the stored bytes would compute.
  void Digested(TransferKey key, bool well);
  void ClaimChecked(TransferKey key, bool holds);
  void TimePassed(Timestamp now);
  void Closed();
  void ChannelOver(Reason reason, Timestamp now);

  // --- What it does; each answers with what is wrong, or nothing. ---
  void OfferReceived(const FileInfo& file, Timestamp now);
  std::string_view Authorized(TransferKey key);
  std::string_view Stored(const StoreChunk& chunk);
  std::string_view Dropped();
  std::string_view Verified(const Verify& verify);
  std::string_view Ended(const DownloadEnded& end, Timestamp now);

  // --- After what followed from an input was carried out. ---
  std::string_view CheckSettled();
  // After HandleTimeout.
  std::string_view CheckNothingIsOverdue(Timestamp now) const;
  std::string_view CheckAllEnded() const { return open_ == 0 ? "" : "a pull that never ended"; }

  // What a reader of the stored bytes would compute.
  std::string Digest(TransferKey key) const;
  std::string IdOf(TransferKey key) const { return Find(key) == nullptr ? "" : Find(key)->id; }
  // Pulls whose end the owner was not told.
  int open() const { return open_; }
  // It may have ended at once, or with this input, though its owner has not heard of it.
  bool MayBeOver(const std::string& id, Timestamp now) const;
  bool IsVerifying() const { return !verifying_.empty(); }
  bool IsOpen(const std::string& id) const { return by_id_.contains(id); }

 private:
  std::string_view Delivered(TransferKey transfer, const FileInfo& file);
  std::string_view Failed(const DownloadEnded& failure, Timestamp now);

  // kBegun: `meta` was accepted; kDecided: its end is on its way to the owner.
  enum class State { kWaiting, kBegun, kVerifying, kDecided, kEnded };
  struct Announced {
    std::int64_t size = 0;
    std::string hash;
    bool operator==(const Announced&) const = default;
  };
  struct Pull {
    std::string id;
    State state = State::kWaiting;
    PatienceModel::Wait wait;
    Timestamp asked_at;
    bool is_timing_out = false;
    // As offered, and whether that must still be known.
    std::optional<Announced> offer;
    bool is_offer_known = false;
    // `meta` contradicts an offer that may be forgotten: it counts, or does not.
    bool may_mismatch = false;
    // As `meta` says.
    Announced meta;
    bool has_claim = false;
    Timestamp began_at;
    Timestamp last_byte_at;
    bool is_allowed = false;
    std::int64_t received = 0;
    // Of what was stored.
    bool is_sound = true;
    const File* file = nullptr;
    std::int64_t stored = 0;
    // While it is verified.
    Timestamp verified_since;
    bool is_right = false;
    bool had_claim = false;
    bool claim_open = false;
    bool claim_holds = false;
    // Known, though what came before it may have to end first: kNone is a delivery.
    std::optional<Reason> verdict;
    // kDecided: the one end that it may have; kNone is a delivery.
    Reason end = Reason::kNone;
    bool was_verified = false;
    // Steps that the engine owes on the way there.
    bool owes_authorize = false;
    bool owes_verify = false;
  };
  struct Verdict {
    Message message;
    // Nothing: the message is to be dropped.
    std::optional<TransferKey> keeper;
  };
  struct HeardOffer {
    Announced file;
    Timestamp at;
    // How many offers, and bytes of ids, came until then.
    std::int64_t count = 0;
    std::int64_t bytes = 0;
  };
  enum class Rest { kPasses, kIsNobodys };

  Pull* Running() { return running_ ? Find(*running_) : nullptr; }
  Pull* Find(TransferKey key);
  const Pull* Find(TransferKey key) const;
  Pull* WaitingUnder(const std::string& id);
  void Decide(Pull& pull, Reason end);
  std::string_view End(Pull& pull, std::string_view problem);
  void FailRunning(Reason reason, Rest rest, Timestamp now);
  void TimeOut(const Pull& pull);
  void HearMeta(const HeardText& meta, Timestamp now);
  void HearAbort(const std::string& id, Timestamp now);
  // What was pulled and has timed out; whether the engine must remember it.
  bool IsLate(const std::string& id);
  void FinishIfWhole(Timestamp now);
  void SettleVerified();

  const Options& options_;
  PatienceModel patience_;
  std::int64_t max_message_ = 0;
  bool is_open_ = false;
  bool is_over_ = false;
  std::map<TransferKey, Pull> pulls_;
  // Those whose end is not decided.
  std::map<std::string, TransferKey> by_id_;
  int waiting_ = 0;
  // Of those, the ones that this input ends, though the owner may hear of one and ask again before it hears of the next.
  int timing_out_ = 0;
  // One of them is at the edge between the two moments.
  bool may_not_time_out_ = false;
  std::optional<TransferKey> running_;
  std::deque<TransferKey> verifying_;
  std::int64_t verifying_bytes_ = 0;
  // Files that were verified, decided, in the order in which they must end.
  std::deque<TransferKey> decided_;
  std::deque<Verdict> unjudged_;
  std::map<std::string, HeardOffer> offers_;
  std::int64_t offers_heard_ = 0;
  std::int64_t offer_bytes_heard_ = 0;
  // Ids of pulls that timed out, with how many had done so before.
  std::map<std::string, std::size_t> late_;
  std::size_t timed_out_ = 0;
  // A sign of life was heard that the engine may have forgotten how to read: how long a wait lasts is no longer foreseen.
  bool is_unsure_ = false;
  int open_ = 0;
  // Actions that must come before the next input.
  int owed_ = 0;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_RECEIVING_MODEL_H_
