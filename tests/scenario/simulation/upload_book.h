// What a sender owes whose peer may cancel, ask anew from another byte, and confirm; over one channel after the other, and over
// several at once. It is judged by what goes in and comes out, and follows none of the engine's reasons.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_UPLOAD_BOOK_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_UPLOAD_BOOK_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "peer_session/action.h"
#include "peer_session/session.h"
#include "scenario/simulation/byte_set.h"
#include "scenario/simulation/carried.h"
#include "scenario/simulation/heard_text.h"
#include "scenario/simulation/meeting_facts.h"
#include "scenario/simulation/pipe.h"

namespace peer_session::simulation {

class UploadBook {
 public:
  UploadBook(const Options& options, const Facts& facts) : options_(options), facts_(facts) {}

  // --- What the engine is told. ---
  void Offered(TransferKey key, const File* file) { uploads_[key].file = file; }
  // `was_taken`: an offer became a pulled file by it.
  void HeardPull(const HeardText& request, bool was_taken, bool peer_resumes);
  void HeardCancel(const HeardText& cancel);
  // What is suspended is kept.
  void HeardPause(const std::string& id);
  void HeardCredit(const HeardText& credit);
  void Withdrawn(const std::string& id);
  // Of the read of that number; `length`: so much of it is there, if not all.
  void ReadEnded(TransferKey key, std::uint32_t number, std::int64_t length = 0);
  std::int64_t BeingRead(TransferKey key) const;
  // So many file bytes of that channel have arrived.
  void HeardAck(Lane lane, std::int64_t total);
  // Returns whether that lane had something that it has not brought.
  bool LaneLost(Lane lane);
  void LinkLost();
  void LinkUp(Timestamp now);
  void ToldDrained(std::int64_t position, Timestamp now);

  // --- What it does; each answers with what is wrong, or nothing. ---
  std::string_view ToldPulled(TransferKey key);
  std::string_view SaysMeta(const HeardText& meta);
  void SaysAbort(const std::string& id);
  std::string_view Paused(TransferKey key, Timestamp now);
  std::string_view Asked(const ReadBlock& block);
  std::string_view Sent(const SendBytes& bytes);
  std::string_view Hashes(TransferKey key);
  std::string_view SaysEnd(const HeardText& end);
  // What was handed over whole, and has arrived as far as it went on lanes, ends there in the stream of the first channel.
  void HandedOver(std::int64_t position);
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
  bool IsIdle() const;
  bool IsPaused(TransferKey key) const { return uploads_.at(key).is_paused; }
  // Some of it may not have arrived.
  bool Carries(Lane lane) const { return carried_.Carries(lane); }
  bool LanesCarryAnything() const { return carried_.CarriesAnything(); }
  // Bytes that went on a lane, and bytes that were sent again because a lane was lost.
  std::int64_t on_lanes() const { return on_lanes_; }
  std::int64_t again() const { return again_; }

 private:
  struct Upload {
    const File* file = nullptr;
    bool is_pulled = false;
    // That it is.
    bool is_told = false;
    bool has_ended = false;
    bool is_delivered = false;
    // The peer or this side has given it up: no byte of it follows.
    bool is_stopped = false;
    bool was_cancelled = false;
    // With which words; of several cancels, which only strangers say, any may count.
    std::vector<std::string> peer_details = {};
    bool was_sent_whole = false;
    // With a lost channel, and not pulled again.
    bool is_suspended = false;
    bool is_paused = false;
    std::optional<Timestamp> paused_since = std::nullopt;
    bool is_hashed = false;
    bool has_said_end = false;
    bool was_read = false;
    // Of the last pull.
    std::int64_t start = 0;
    std::int64_t asked_from = 0;
    std::int64_t requested = 0;
    std::uint32_t last_read = 0;
    std::int64_t readable = 0;
    // How far the part has been sent that was read last.
    std::int64_t sent = 0;
    // Handed over to a channel that is not lost, or has brought it before; and to any.
    ByteSet handed = {};
    ByteSet ever_handed = {};
    std::int64_t so_far = 0;
    // How many metas there were of it.
    int begun = 0;
    // When so many bytes of the first channel have arrived, the peer knows of it.
    std::optional<std::int64_t> known_from = std::nullopt;
    bool has_begun = false;
    // Once more, perhaps, and its meta has not been said.
    bool is_asked_for = false;
    std::optional<std::int64_t> credit = std::nullopt;
    // In this channel, once it is handed over whole.
    std::optional<std::int64_t> ends_at = std::nullopt;
    // The peer's word is awaited since then.
    std::optional<Timestamp> awaited_since = std::nullopt;
  };

  using Item = std::pair<const TransferKey, Upload>;

  bool IsWhole(const Item& item) const {
    return item.second.handed.total() == item.second.file->size && !carried_.Carries(item.first, item.second.begun);
  }
  // The peer is told of a file whose first bytes it has.
  std::string_view Begin(Item& item, std::int64_t offset);
  Item* FindItem(const std::string& id);
  Upload* Find(const std::string& id);
  const Upload* Find(const std::string& id) const;

  const Options& options_;
  const Facts& facts_;
  std::map<TransferKey, Upload> uploads_;
  // Not ended.
  std::size_t pulled_ = 0;
  Carried carried_;
  // The file that the peer was told of last, until it has all of it or hears that no more comes.
  Item* current_ = nullptr;
  std::int64_t on_lanes_ = 0;
  std::int64_t again_ = 0;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_UPLOAD_BOOK_H_
