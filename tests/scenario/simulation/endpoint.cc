#include "scenario/simulation/endpoint.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "support/describe.h"

namespace peer_session::simulation {

namespace {

std::string FieldOf(const std::string& described, std::size_t word) {
  std::size_t begin = 0;
  for (; word > 0; --word) {
    const std::size_t space = described.find(' ', begin);
    if (space == std::string::npos) return "";
    begin = space + 1;
  }
  return described.substr(begin, described.find(' ', begin) - begin);
}

}  // namespace

Endpoint::Endpoint(int number, const Options& options, const Faults& faults, Pipe& out, Random& random,
                   Journal& journal)
    : number_(number),
      options_(options),
      faults_(faults),
      out_(out),
      random_(random),
      journal_(journal),
      session_(options_),
      sending_(options_),
      receiving_(options_) {}

void Endpoint::Open(Timestamp now, std::int64_t max_message) {
  max_message_ = max_message;
  session_.HandleOpen(Tick(now), ByteCount(max_message));
  CarryOut();
}

void Endpoint::Offer(Timestamp now, const File* file) {
  const TransferKey key{++last_key_};
  Note("<-", "offer " + std::to_string(last_key_) + " " + file->id + " " + std::to_string(file->size));
  FileInfo info;
  info.id = TransferId{file->id};
  info.name = file->id;
  info.size = ByteCount(file->size);
  info.hash = file->hash;
  if (!is_over_) sending_.Offered(key, file, std::max(now_, now));
  session_.Offer(Tick(now), key, std::move(info));
  CarryOut();
}

void Endpoint::Pull(Timestamp now, const std::string& id) {
  const TransferKey key{++last_key_};
  Note("<-", "pull " + std::to_string(last_key_) + " " + id);
  if (session_.Pull(Tick(now), key, TransferId{id})) {
    receiving_.Pulled(key, id, now_);
    ++journal_.tally().pulls;
  }
  CarryOut();
}

void Endpoint::Say(Timestamp now) {
  const Timestamp at = Tick(now);
  switch (random_.Below(4)) {
    case 0:
      session_.SendPing(at);
      break;
    case 1:
      session_.RequestSync(at);
      break;
    case 2:
      session_.RequestFile(at, "hash");
      break;
    default:
      session_.SendInventory(at, {"one", "two"});
      break;
  }
  CarryOut();
}

void Endpoint::Close(Timestamp now) {
  Note("<-", "close");
  session_.Close(Tick(now));
  CarryOut();
}

void Endpoint::ChannelClosed(Timestamp now, Reason reason) {
  Note("<-", "channel " + std::string(CodeOf(reason)));
  session_.HandleClosed(Tick(now), reason);
  CarryOut();
}

void Endpoint::Arrive(Timestamp now, const Message& message) {
  if (is_over_) return;
  const Timestamp at = Tick(now);
  if (message.is_binary) {
    Note("<-", "binary " + std::to_string(message.size));
    receiving_.Arrived(message);
    session_.HandleBinary(at, ByteCount(message.size));
  } else {
    Note("<-", message.text);
    const std::string described = testing::DescribeText(message.text);
    if (FieldOf(described, 0) == "pull-request") sending_.PullRequested(FieldOf(described, 1), now_);
    session_.HandleText(at, message.text);
  }
  CarryOut();
  if (!is_over_) Check(receiving_.CheckEveryMessageIsJudged());
}

void Endpoint::ReportBuffered(Timestamp now) {
  Note("<-", "buffered " + std::to_string(out_.buffered()));
  is_awaiting_low_ = false;
  session_.HandleBufferedAmount(Tick(now), ByteCount(out_.buffered()));
  CarryOut();
}

void Endpoint::FinishSomeTask(Timestamp now) {
  if (tasks_.empty()) return;
  const std::size_t chosen = static_cast<std::size_t>(random_.Below(static_cast<std::int64_t>(tasks_.size())));
  if (random_.Chance(faults_.answer_never_comes)) {
    tasks_.erase(tasks_.begin() + static_cast<std::ptrdiff_t>(chosen));
    return;
  }
  const TaskKind kind = tasks_[chosen].kind;
  const int fails = kind == TaskKind::kRead        ? faults_.read_fails
                    : kind == TaskKind::kAuthorize ? faults_.refused
                                                   : faults_.digest_fails;
  FinishTask(now, chosen, !random_.Chance(fails));
}

void Endpoint::FinishTask(Timestamp now, std::size_t chosen, bool well) {
  const Task task = tasks_[chosen];
  tasks_.erase(tasks_.begin() + static_cast<std::ptrdiff_t>(chosen));
  const Timestamp at = Tick(now);
  const std::string name = std::to_string(static_cast<std::uint32_t>(task.key)) + (well ? " well" : " badly");
  switch (task.kind) {
    case TaskKind::kRead:
      Note("<-", "read " + name);
      sending_.ReadEnded(task.key, well);
      well ? session_.HandleBlockReady(at, task.key) : session_.HandleBlockFailed(at, task.key);
      break;
    case TaskKind::kAuthorize:
      Note("<-", "authorize " + name);
      AnswerOwner(task.key, well);
      break;
    case TaskKind::kDigest:
      Note("<-", "digest " + name);
      well ? session_.HandleDigest(at, task.key, receiving_.Digest(task.key))
           : session_.HandleDigestFailed(at, task.key);
      break;
  }
  CarryOut();
}

void Endpoint::Timeout(Timestamp now) {
  const Timestamp at = Tick(now);
  // What is called from within callbacks may already tell a later time; only what was due by this one must have ended.
  const Timestamp due_by = now_;
  sending_.TimePassed(now_);
  session_.HandleTimeout(at);
  CarryOut();
  if (!is_over_) Check(receiving_.CheckNothingIsOverdue(due_by));
}

Timestamp Endpoint::Tick(Timestamp now) {
  if (!is_over_) now_ = std::max(now_, now);
  return now;
}

void Endpoint::AnswerOwner(TransferKey key, bool allowed) {
  if (!allowed) refused_.push_back(key);
  session_.HandleAuthorization(now_, key, allowed);
}

void Endpoint::CarryOut() {
  // A callback that calls back in leaves the rest to the loop it was called from.
  if (depth_ > 0) return;
  ++depth_;
  for (;;) {
    while (const std::optional<Action> action = session_.PollAction()) Do(*action);
    if (!must_check_buffer_) break;
    // The event fires only on crossing, so what is below already must be told at once.
    must_check_buffer_ = false;
    if (out_.buffered() > out_.threshold()) break;
    is_awaiting_low_ = false;
    session_.HandleBufferedAmount(now_, ByteCount(out_.buffered()));
  }
  --depth_;
  for (const TransferKey key : refused_) {
    if (receiving_.IsOpen(key)) Check("a transfer that the owner refused goes on");
  }
  refused_.clear();
  CheckBounds();
}

void Endpoint::Do(const Action& action) {
  if (journal_.IsVerbose()) Note("->", testing::Describe(action));
  if (is_over_) return Check("an action after Closed");

  if (const auto* text = std::get_if<SendText>(&action)) {
    const std::string described = testing::DescribeText(text->text);
    Check(sending_.Sent(FieldOf(described, 0), FieldOf(described, 1)));
    Push(Message{.text = text->text, .size = static_cast<std::int64_t>(text->text.size())});
  } else if (const auto* bytes = std::get_if<SendBytes>(&action)) {
    Check(sending_.Sent(*bytes, max_message_, out_.buffered()));
    std::int64_t offset = bytes->offset.value();
    const std::int64_t end = offset + bytes->length.value();
    while (offset < end) {
      const std::int64_t size = std::max<std::int64_t>(1, std::min(bytes->message_size.value(), end - offset));
      Push(Message{
          .is_binary = true, .text = "", .size = size, .file = sending_.FileOf(bytes->transfer), .offset = offset});
      offset += size;
    }
  } else if (const auto* low = std::get_if<AwaitLow>(&action)) {
    out_.set_threshold(low->threshold.value());
    is_awaiting_low_ = true;
    must_check_buffer_ = true;
  } else if (const auto* read = std::get_if<ReadBlock>(&action)) {
    Check(sending_.Asked(*read, now_));
    tasks_.push_back({TaskKind::kRead, read->transfer});
  } else if (const auto* upload = std::get_if<UploadEnded>(&action)) {
    Check(sending_.Ended(*upload, now_));
    CallBack();
  } else if (const auto* chunk = std::get_if<StoreChunk>(&action)) {
    Check(receiving_.Stored(*chunk, now_));
    if (random_.Chance(faults_.store_fails)) session_.HandleStoreFailed(now_, chunk->transfer);
  } else if (std::holds_alternative<DropChunk>(action)) {
    Check(receiving_.Dropped());
  } else if (const auto* authorize = std::get_if<Authorize>(&action)) {
    Check(receiving_.Authorized(authorize->transfer, now_));
    if (random_.Chance(faults_.late_authorization)) {
      tasks_.push_back({TaskKind::kAuthorize, authorize->transfer});
    } else {
      AnswerOwner(authorize->transfer, !random_.Chance(faults_.refused));
    }
  } else if (const auto* verify = std::get_if<Verify>(&action)) {
    Check(receiving_.Verified(verify->transfer));
    tasks_.push_back({TaskKind::kDigest, verify->transfer});
  } else if (const auto* delivery = std::get_if<Deliver>(&action)) {
    Check(receiving_.Delivered(*delivery));
    ++journal_.tally().delivered;
    CallBack();
  } else if (const auto* failure = std::get_if<Failed>(&action)) {
    Check(receiving_.Ended(*failure, now_));
    ++failures_;
    ++journal_.tally().failed[static_cast<std::size_t>(failure->reason)];
    CallBack();
  } else if (const auto* offer = std::get_if<OfferReceived>(&action)) {
    heard_.push_back(offer->file.id.value);
    CallBack();
  } else if (std::holds_alternative<Closed>(action)) {
    is_over_ = true;
    tasks_.clear();
    Check(receiving_.CheckAllEnded());
  }
}

void Endpoint::Push(Message message) {
  if (message.size > max_message_) Check("a message larger than the connection takes");
  out_.Push(std::move(message));
}

void Endpoint::CallBack() {
  if (on_callback_ && random_.Chance(faults_.calls_back)) on_callback_(*this);
}

void Endpoint::CheckBounds() {
  const Stats stats = session_.stats();
  if (stats.pending_offers > options_.limits.max_offers) Check("more offers than the limit");
  if (stats.waiting_pulls > options_.limits.max_pulls) Check("more pulls than the limit");
  if (stats.unverified_files > options_.limits.max_unverified_files) Check("more unverified files than the limit");
  if (stats.outbox > options_.limits.max_outbox) Check("more in the outbox than the limit");
  if (out_.buffered() > options_.pacing.max_buffered.value() + max_message_) Check("more buffered than the limit");
  if (is_over_) return;
  if (stats.queued_uploads != sending_.queued()) Check("another number of uploads than were pulled");
  if (receiving_.HasOpen() && !session_.NextDeadline()) Check("a pull that no deadline will ever end");
}

}  // namespace peer_session::simulation
