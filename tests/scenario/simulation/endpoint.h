// One engine with what carries out its actions, as the glue does, and the models that watch it.
//
// What the glue does and this does too: an input that may send is preceded by what the channel holds; actions are carried out
// until there are none; then the owner hears the news, one after the other, so many in one turn and the rest in another; a level
// of the channel that is reached already is told among the news.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_ENDPOINT_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_ENDPOINT_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "peer_session/session.h"
#include "scenario/simulation/announcing_model.h"
#include "scenario/simulation/journal.h"
#include "scenario/simulation/pipe.h"
#include "scenario/simulation/random.h"
#include "scenario/simulation/receiving_model.h"
#include "scenario/simulation/sending_model.h"
#include "support/engine_host.h"

namespace peer_session::simulation {

// What the world lets go wrong, in percent.
struct Faults {
  int read_fails = 0;
  int sign_fails = 0;
  int answer_never_comes = 0;
  int digest_fails = 0;
  int claim_fails = 0;
  int refused = 0;
  // The owner is asked in passing; only a late answer lets the next meta overtake it.
  int late_authorization = 0;
  int store_fails = 0;
  // The channel throws.
  int send_refused = 0;
  // News that reach the owner while actions wait.
  int early_news = 0;
  // Inputs that are not preceded by what the channel holds.
  int buffered_untold = 0;
};

// What the owner hears of.
struct News {
  enum class Kind { kUploadEnded, kDelivered, kFailed, kOffer, kSync, kInventory, kFileRequested };
  Kind kind;
  std::string id = "";
  Reason reason = Reason::kNone;
};

using TaskKind = testing::Errand;

// One world's callbacks never run within each other's, or each would multiply the others.
struct Turn {
  bool is_running = false;
};

class Endpoint {
 public:
  struct Errand {
    Duration takes;
    bool ends_well = true;
  };

  Endpoint(int number, const Options& options, const Faults& faults, Pipe& out, Turn& turn, Random& random,
           Journal& journal);

  // What the owner does about it; may call any command of any endpoint.
  void set_on_news(std::function<void(Endpoint&, const News&)> callback) { on_news_ = std::move(callback); }
  // Worlds with a clock of their own say how long each task takes; in others a task ends when its turn comes.
  void set_errands(std::function<Errand(TaskKind)> errands) { errands_ = std::move(errands); }
  // The owner does not take that file.
  void Refuse(const std::string& id) { refused_.insert(id); }
  // Whose owner hears what this side announces.
  void set_peer(Endpoint& peer) { peer_ = &peer; }

  // --- Commands and facts; each carries out what follows from it. ---
  void Open(Timestamp now, std::int64_t max_message);
  void Offer(Timestamp now, const File* file);
  void Pull(Timestamp now, const std::string& id);
  void SendInventory(Timestamp now, const std::vector<std::string>& hashes);
  void RequestFile(Timestamp now, const std::string& hash);
  void RequestSync(Timestamp now);
  void SendPing(Timestamp now);
  void Close(Timestamp now);
  void ChannelClosed(Timestamp now, Reason reason);
  void Arrive(Timestamp now, const Message& message);
  void ReportBuffered(Timestamp now);
  // Some task that the engine waits for comes to its end, well or badly, or news of an earlier turn are told.
  void FinishSomeTask(Timestamp now);
  // This one, in a fixed way.
  void FinishTask(Timestamp now, std::size_t task, bool well);
  // Those that take no longer.
  void FinishDueTasks(Timestamp now);
  // The owner hears the rest of the news, in as many turns as it takes.
  void HearAll();
  void Timeout(Timestamp now);

  // --- What it waits for. ---
  bool HasTasks() const { return !host_.tasks().empty() || !news_.empty(); }
  std::size_t tasks() const { return host_.tasks().size(); }
  TaskKind KindOf(std::size_t task) const { return host_.tasks()[task].errand; }
  std::optional<Timestamp> NextTask() const { return host_.NextTask(); }
  std::optional<Timestamp> NextDeadline() const { return host_.NextDeadline(); }
  // The channel is over, for this side.
  bool IsChannelOver() const { return is_channel_over_; }
  bool IsOver() const { return is_over_; }
  bool IsOpen() const { return is_open_ && !is_channel_over_; }

  std::vector<std::string>& heard() { return heard_; }
  Session& session() { return host_.session(); }
  const Options& options() const { return options_; }
  ReceivingModel& receiving() { return receiving_; }
  SendingModel& sending() { return sending_; }
  AnnouncingModel& announcing() { return announcing_; }
  Pipe& out() { return out_; }
  // The largest message this side may send.
  std::int64_t max_message() const { return max_message_; }
  // Pulls of this endpoint that ended well, and badly.
  int deliveries() const { return deliveries_; }
  int failures() const { return failures_; }

 private:
  // Nothing: the channel is as low as was awaited.
  using Callback = std::optional<News>;

  // The engine's clock never goes back, whatever it is told.
  Timestamp Tick(Timestamp now);
  // The same before a command that may send.
  Timestamp TickAndTell(Timestamp now);
  void TellBuffered(Timestamp at);
  // What the channel holds, if a caller can know it for the moment of the call.
  std::optional<ByteCount> Figure();
  std::int64_t BufferedAsKnown() const;
  void AnswerOwner(TransferKey key, bool allowed);
  // `number`: of a read.
  void AddTask(TaskKind kind, TransferKey key, std::uint32_t number = 0);
  // The engine takes nothing any more, though it may not have said so yet.
  bool IsDone() const { return is_channel_over_ && !receiving_.IsVerifying(); }
  // What is queued before the channel's end was decided before it.
  void KeepWhatIsQueued() { host_.KeepWhatWaits(); }
  void CarryOut();
  void Do(const Action& action);
  void CheckAfterTheChannel(const Action& action);
  bool Hand(Message message);
  void Tell(News news);
  void RunNews();
  void AnswerLow();
  void CheckBounds();
  void Check(std::string_view problem) {
    if (!problem.empty()) journal_.Violation(number_, problem);
  }
  void Note(std::string_view kind, const std::string& what) const { journal_.Note(number_, kind, what); }

  int number_;
  const Options options_;
  const Faults& faults_;
  Pipe& out_;
  Turn& turn_;
  Random& random_;
  Journal& journal_;
  testing::EngineHost host_;
  Session& session_;
  SendingModel sending_;
  ReceivingModel receiving_;
  AnnouncingModel announcing_;
  std::function<void(Endpoint&, const News&)> on_news_;
  std::function<Errand(TaskKind)> errands_;
  Endpoint* peer_ = nullptr;
  std::deque<Callback> news_;
  std::map<TransferKey, std::string> offers_;
  std::set<std::string> refused_;
  // Ids that the peer has offered and nobody here has pulled.
  std::vector<std::string> heard_;
  std::optional<Timestamp> began_at_;
  Timestamp now_;
  std::int64_t max_message_ = 0;
  // What the engine was told last, and what it has handed over since.
  std::int64_t told_buffered_ = 0;
  std::int64_t handed_when_told_ = 0;
  std::uint32_t last_key_ = 0;
  int deliveries_ = 0;
  int failures_ = 0;
  // Since the engine was told of a level that was reached before it was awaited.
  bool did_something_ = false;
  bool was_refused_ = false;
  bool is_open_ = false;
  bool is_channel_over_ = false;
  bool is_over_ = false;
  Reason end_ = Reason::kNone;
  int replacements_reported_ = 0;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_ENDPOINT_H_
