// One engine whose owner gives up, takes back, keeps parts and makes new connections, with the books that judge it.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_POLITE_SIDE_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_POLITE_SIDE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "peer_session/session.h"
#include "scenario/simulation/download_book.h"
#include "scenario/simulation/journal.h"
#include "scenario/simulation/meeting_facts.h"
#include "scenario/simulation/pipe.h"
#include "scenario/simulation/random.h"
#include "scenario/simulation/shelf.h"
#include "scenario/simulation/upload_book.h"
#include "support/engine_host.h"

namespace peer_session::simulation {

// What the world lets go wrong on a side, in percent.
struct SideFaults {
  int task_fails = 0;
  int answer_never_comes = 0;
  int late_authorization = 0;
  int store_fails = 0;
  int send_refused = 0;
  int buffered_untold = 0;
  // The store tells of more than there can be.
  int partial_is_nonsense = 0;
  // The store has something of a content that nobody here began.
  int partial_here = 0;
  int partial_is_wrong = 0;
  // Of the pulls: they give room bit by bit.
  int grants_room = 0;
  // Of the pulls: they go into sinks.
  int into_sinks = 0;
  // They take all that there is.
  bool sinks_take_all = false;
  // Of the reads: only a part of the block is there.
  int reads_come_in_parts = 0;
};

class PoliteSide;

// Whoever makes the connections of a side's lanes: what the side wants done with one.
class LaneMaker {
 public:
  LaneMaker() = default;
  LaneMaker(const LaneMaker&) = delete;
  LaneMaker& operator=(const LaneMaker&) = delete;
  virtual ~LaneMaker() = default;
  virtual void Open(PoliteSide& side, Lane lane) = 0;
  virtual void Answer(PoliteSide& side, Lane lane, const std::string& description) = 0;
  virtual void Accept(PoliteSide& side, Lane lane, const std::string& description) = 0;
  virtual void Close(PoliteSide& side, Lane lane) = 0;
  // Its channel has refused a message, and it is lost.
  virtual void Refused(PoliteSide& side, Lane lane) = 0;
};

class PoliteSide {
 public:
  PoliteSide(int number, const Options& options, const SideFaults& faults, Facts& facts, Shelf& shelf, Random& random,
             Journal& journal);

  // --- The connection. ---
  void Open(Timestamp now, Pipe& out, std::int64_t max_message);
  void Lose(Timestamp now, Reason reason);
  void ChannelClosed(Timestamp now, Reason reason);
  void Arrive(Timestamp now, const Message& message);
  void ReportBuffered(Timestamp now);
  void Timeout(Timestamp now);

  // --- Its lanes. ---
  void set_lane_maker(LaneMaker& maker) { lane_maker_ = &maker; }
  void LaneDescribed(Timestamp now, Lane lane, const std::string& description);
  void LaneOpened(Timestamp now, Lane lane, Pipe& out, std::int64_t max_message);
  void LaneLost(Timestamp now, Lane lane);
  void ArriveOn(Timestamp now, Lane lane, const Message& message);
  void ReportBufferedOn(Timestamp now, Lane lane);

  // --- The owner. ---
  void Offer(Timestamp now, const File* file);
  // `room`: of a sink; unless said, the world decides.
  void Pull(Timestamp now, const std::string& id, std::int64_t room = 0);
  void CancelPull(Timestamp now, const std::string& id);
  void Decline(Timestamp now, const std::string& id, const std::string& detail);
  void PausePull(Timestamp now, const std::string& id);
  void ResumePull(Timestamp now, const std::string& id);
  void SetPriority(Timestamp now, const std::string& id, std::int32_t priority);
  void Withdraw(Timestamp now, const std::string& id);
  void AwaitDrained(Timestamp now);
  void SendPing(Timestamp now);
  void SendInventory(Timestamp now, const std::vector<std::string>& hashes);
  void Close(Timestamp now);
  // Something that the engine waits for comes to its end, well or badly, or never.
  void FinishSomeTask(Timestamp now);
  // This one; well, unless the world lets it fail.
  void FinishTask(Timestamp now, std::size_t chosen);
  // The next `credit` for what is being received, as a peer says it; nothing when no room is missing.
  std::optional<std::string> GrantRoom();

  // --- What holds at the moment. ---
  int number() const { return number_; }
  std::size_t tasks() const { return host_.tasks().size(); }
  bool HasTasks() const { return !host_.tasks().empty(); }
  bool IsOpen() const { return out_ != nullptr; }
  bool IsLost() const { return lost_at_.has_value(); }
  bool IsOver() const { return is_over_; }
  bool IsChannelOver() const { return host_.session().IsChannelOver(); }
  // The peer has said hello.
  bool KnowsPeer() const { return knows_peer_; }
  bool IsPolite() const { return !options_.epoch.empty(); }
  std::optional<Timestamp> NextDeadline() const { return host_.NextDeadline(); }
  std::int64_t max_message() const { return max_message_; }
  const Options& options() const { return options_; }
  Stats stats() const { return host_.session().stats(); }
  // Offers that were heard, and not taken back.
  std::vector<std::string>& heard() { return heard_; }
  // Offers that were made.
  const std::vector<std::string>& offered() const { return offered_; }
  bool HasHeard(const std::string& id) const;
  DownloadBook& downloads() { return downloads_; }
  UploadBook& uploads() { return uploads_; }
  const UploadBook& uploads() const { return uploads_; }
  std::string_view CheckDrainedWasSaid() const;
  std::size_t open_lanes() const { return lanes_.size(); }

 private:
  struct OpenChannel {
    Pipe* out = nullptr;
    std::int64_t max_message = 0;
  };

  template <typename Input>
  void Tell(Timestamp now, Input input);
  template <typename Input>
  void TellWithBuffered(Timestamp now, Input input);
  void ForgetLink();
  void Greet(const HeardText& heard);
  std::optional<ByteCount> Figure();
  void Do(const Action& action);
  void Say(const SendText& text);
  void Send(const SendBytes& bytes);
  void FindPartial(const peer_session::FindPartial& find);
  // The sink has something to take, and has taken what it had.
  void AwaitSink(TransferKey key);
  void End(const Closed& closed);
  void DoOnLane(const Action& action);
  // False when the channel refuses it.
  bool Hand(Message message);
  bool HandTo(Lane lane, Message message);
  // In its messages, until the channel refuses one.
  template <typename HandOne>
  void HandAll(const SendBytes& bytes, HandOne hand);
  void CountLaneLost(Lane lane);
  void CheckSettled();
  void Check(std::string_view problem) {
    if (!problem.empty()) journal_.Violation(number_, problem);
  }
  void Note(std::string_view kind, const std::string& what) const { journal_.Note(number_, kind, what); }

  int number_;
  const Options options_;
  const SideFaults& faults_;
  Facts& facts_;
  Shelf& shelf_;
  Random& random_;
  Journal& journal_;
  testing::EngineHost host_;
  UploadBook uploads_;
  DownloadBook downloads_;
  Timestamp now_;
  Pipe* out_ = nullptr;
  std::int64_t max_message_ = 0;
  LaneMaker* lane_maker_ = nullptr;
  // Those that are open.
  std::map<Lane, OpenChannel> lanes_;
  // What waits to be carried out for these was decided before they were lost.
  std::set<Lane> refused_lanes_;
  std::optional<Timestamp> lost_at_;
  Reason lost_reason_ = Reason::kNone;
  // Interrupted was carried out, and Resumed was not.
  bool is_interrupted_ = false;
  bool is_over_ = false;
  // The channel refused a message: what was queued behind it has lost its meaning.
  bool was_refused_ = false;
  bool may_greet_ = false;
  bool knows_peer_ = false;
  bool has_spoken_ = false;
  bool awaits_drained_ = false;
  // The message that the engine is to judge, and how often it has.
  const Message* judged_ = nullptr;
  int verdicts_ = 0;
  std::uint32_t last_key_ = 0;
  std::vector<std::string> heard_;
  std::vector<std::string> ever_heard_;
  std::vector<std::string> offered_;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_POLITE_SIDE_H_
