#include "support/engine_host.h"

#include <limits>

namespace peer_session::testing {
namespace {

constexpr int kMostActionsOfOneInput = 1'000'000;

// More than any block has.
constexpr ByteCount kWhole(std::numeric_limits<std::int64_t>::max());

}  // namespace

EngineHost::EngineHost(const Options& options, CarryOut carry_out, Group* group, Member member)
    : session_(options, group, member), carry_out_(std::move(carry_out)) {}

void EngineHost::Settle() {
  if (is_settling_) return;
  is_settling_ = true;
  for (int done = 0; !has_run_away_; has_run_away_ = ++done > kMostActionsOfOneInput) {
    is_carrying_out_kept_ = !kept_.empty();
    const std::optional<Action> action = Next();
    if (!action) break;
    carry_out_(*action);
  }
  is_carrying_out_kept_ = false;
  is_settling_ = false;
}

void EngineHost::KeepWhatWaits() {
  while (std::optional<Action> action = session_.PollAction()) kept_.push_back(std::move(*action));
}

std::optional<Action> EngineHost::Next() {
  if (kept_.empty()) return session_.PollAction();
  std::optional<Action> action(std::move(kept_.front()));
  kept_.pop_front();
  return action;
}

EngineHost::Task EngineHost::Take(std::size_t task) {
  Task taken = std::move(tasks_[task]);
  tasks_.erase(tasks_.begin() + static_cast<std::ptrdiff_t>(task));
  return taken;
}

void EngineHost::Forget(TransferKey key, Errand errand) {
  std::erase_if(tasks_, [&](const Task& task) { return task.key == key && task.errand == errand; });
}

void EngineHost::Tell(Timestamp now, const Task& task, const Answer& answer) {
  switch (task.errand) {
    case Errand::kRead:
      if (!answer.well) {
        session_.HandleBlockFailed(now, task.key, Reason::kUnreadable, task.number);
      } else if (answer.have > ByteCount()) {
        session_.HandleBlockReady(now, task.key, answer.have, task.number);
      } else {
        session_.HandleBlockReady(now, task.key, kWhole, task.number);
      }
      break;
    case Errand::kSign:
      answer.well ? session_.HandleSigned(now, task.key, "sig", "key") : session_.HandleUnsigned(now, task.key);
      break;
    case Errand::kAuthorize:
      session_.HandleAuthorization(now, task.key, answer.well);
      break;
    case Errand::kHash:
    case Errand::kDigest:
      answer.well ? session_.HandleDigest(now, task.key, answer.hash) : session_.HandleDigestFailed(now, task.key);
      break;
    case Errand::kClaim:
      session_.HandleClaim(now, task.key, answer.well);
      break;
    case Errand::kFindPartial:
      if (answer.well) {
        session_.HandlePartial(now, task.id, answer.have);
        break;
      }
      session_.HandleStored(now, task.id, ByteCount(-1));
      break;
    case Errand::kStore:
    case Errand::kFinish:
      session_.HandleStored(now, task.id, answer.well ? answer.have : ByteCount(-1));
      break;
  }
  Settle();
}

std::optional<Timestamp> EngineHost::NextTask() const {
  std::optional<Timestamp> next;
  for (const Task& task : tasks_) {
    if (!next || task.due < *next) next = task.due;
  }
  return next;
}

bool EngineHost::WakeIfDue(Timestamp now) {
  const std::optional<Timestamp> due = session_.NextDeadline();
  if (!due || *due > now) return false;
  Tell([now](Session& session) { session.HandleTimeout(now); });
  return true;
}

}  // namespace peer_session::testing
