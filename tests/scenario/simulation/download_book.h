// What a receiver owes that keeps parts of contents, gives pulls up, and goes on over one channel after the other, and over several
// at once: every byte of a pull is stored in its place and counts once, and every pull ends once.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_DOWNLOAD_BOOK_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_DOWNLOAD_BOOK_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "peer_session/action.h"
#include "peer_session/options.h"
#include "scenario/simulation/byte_set.h"
#include "scenario/simulation/heard_text.h"
#include "scenario/simulation/meeting_facts.h"
#include "scenario/simulation/pipe.h"
#include "scenario/simulation/random.h"
#include "scenario/simulation/shelf.h"

namespace peer_session::simulation {

class DownloadBook {
 public:
  DownloadBook(const Options& options, Facts& facts) : options_(options), facts_(facts) {}

  // --- What the engine is told. ---
  // `room`: of the sink that it goes into; 0: into memory.
  void Pulled(TransferKey key, const std::string& id, std::int64_t room = 0);
  // Before HandlePartial; the engine may have gone on without it.
  void PartialFound(TransferKey key, std::int64_t have, Timestamp now);
  // From a peer that does not resume its offset means nothing.
  void HeardMeta(const HeardText& meta, bool peer_resumes);
  void HeardEnd(const HeardText& end);
  void LinkLost();
  // After CancelPull and what followed from it.
  std::string_view CheckCancelled(const std::string& id) const;
  void Cancelled(const std::string& id);
  void PauseWanted(const std::string& id);
  // After ResumePull and what followed from it.
  std::string_view CheckResumed(const std::string& id) const;

  // --- What it does; each answers with what is wrong, or nothing. ---
  std::string_view LooksUp(const FindPartial& find, Shelf::Part part, Timestamp now);
  std::string_view Asks(const HeardText& request);
  // `may_resume`: the peer is known to understand it.
  std::string_view Discards(TransferKey key, bool may_resume);
  std::string_view Begins(TransferKey key);
  std::string_view Stores(const StoreChunk& chunk, const Message& message);
  std::string_view Drops(const Message& message) const;
  std::string_view Verifies(TransferKey key);
  std::string_view Paused(TransferKey key, bool is_paused);
  // What is kept goes to the shelf.
  std::string_view Ended(const DownloadEnded& end, Shelf& shelf);

  // --- Its sink. ---
  bool HasSink(TransferKey key) const { return downloads_.at(key).room > 0; }
  // What is here and not taken.
  std::int64_t Untaken(TransferKey key) const;
  // All of it that there is now.
  std::int64_t Take(TransferKey key, std::int64_t more);
  // Whole, and in its sink.
  bool IsTaken(TransferKey key) const;
  std::string_view Finishes(TransferKey key);
  void Finished(TransferKey key) { downloads_.at(key).is_finished = true; }
  std::int64_t SizeOf(TransferKey key) const { return downloads_.at(key).meta_size; }

  std::string IdOf(TransferKey key) const { return downloads_.at(key).id; }
  // The part that was found of it.
  std::int64_t Found(TransferKey key) const { return downloads_.at(key).found.have; }
  // Of what was stored; "wrong" if a part of it is not what it should be.
  std::string Digest(TransferKey key) const;
  bool IsOpen(const std::string& id) const { return open_.contains(id); }
  // Empty if there is none.
  std::string AnyOpen(Random& random) const;
  std::size_t open() const { return open_.size(); }
  std::size_t paused() const { return paused_; }
  std::vector<std::string> AllOpen() const;
  std::string_view CheckAllEnded() const { return open_.empty() ? "" : "a pull that never ended"; }
  std::string_view CheckAllDelivered() const;

  // Room that this side gives: up to there, for a pull from that byte; and more of it.
  std::int64_t BeginGrant(const std::string& id, std::int64_t credit);
  // An id that runs by grants and has not all of it; empty if there is none.
  std::string Grantable() const;
  std::int64_t Grant(const std::string& id, std::int64_t more);

 private:
  struct Download {
    std::string id;
    bool has_ended = false;
    Reason end = Reason::kNone;
    bool was_cancelled = false;
    bool may_pause = false;
    bool is_paused = false;
    bool is_looking_up = false;
    bool was_answered = false;
    std::optional<Timestamp> looking_since = std::nullopt;
    bool may_have_no_answer = false;
    bool was_discarded = false;
    bool is_verifying = false;
    // What is here of it, and whether it is all of the right content.
    ByteSet stored = {};
    // Without a gap.
    std::int64_t here() const { return stored.front(); }
    bool is_sound = true;
    // The part that was found, until the engine has taken it or not.
    Shelf::Part found = {};
    std::string hash = {};
    std::optional<std::int64_t> asked_from = std::nullopt;
    // The request may have been that of an earlier pull of the same id, which has ended.
    bool may_be_asked_by_another = false;
    // As the last `meta` for it says.
    std::int64_t meta_offset = 0;
    std::int64_t meta_size = 0;
    std::string meta_hash = {};
    // It comes behind the bytes; meanwhile, of what content these are.
    bool hash_follows = false;
    std::string content = {};
    bool is_running = false;
    std::int64_t room = 0;
    std::int64_t taken = 0;
    // Its sink had some of it from before.
    bool goes_on = false;
    // The peer is told of its room.
    bool is_bound = false;
    // An earlier pull of the same id has asked for it, over this channel.
    bool was_asked_before = false;
    bool is_finishing = false;
    bool is_finished = false;
    std::optional<std::int64_t> granted = std::nullopt;
  };

  bool IsUnsure(const std::string& id) const;
  bool TakeUnsaid(const std::string& id);
  Download* Open(const std::string& id);
  const Download* Open(const std::string& id) const;

  const Options& options_;
  Facts& facts_;
  std::map<TransferKey, Download> downloads_;
  // Those that have not ended.
  std::map<std::string, TransferKey> open_;
  std::size_t paused_ = 0;
  // Requested on this channel.
  std::set<std::string> asked_;
  // Pulls that ended before the channel took their request, which may follow.
  std::map<std::string, int> unsaid_;
  // Of some it is not known whether there is one.
  std::set<std::string> unsure_;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_DOWNLOAD_BOOK_H_
