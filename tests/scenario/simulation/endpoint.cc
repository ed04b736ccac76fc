#include "scenario/simulation/endpoint.h"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "scenario/simulation/heard_text.h"
#include "support/describe.h"

namespace peer_session::simulation {

namespace {

// What the owner does in one of them may bring more of them; the event loop must have its turn all the same.
constexpr int kNewsOfOneTurn = 8;

// Names an action of one of these kinds.
template <typename... Kinds>
bool IsOneOf(const Action& action) {
  return (std::holds_alternative<Kinds>(action) || ...);
}

}  // namespace

Endpoint::Endpoint(int number, const Options& options, const Faults& faults, Pipe& out, Turn& turn, Random& random,
                   Journal& journal)
    : number_(number),
      options_(options),
      faults_(faults),
      out_(out),
      turn_(turn),
      random_(random),
      journal_(journal),
      host_(options_, [this](const Action& action) { Do(action); }),
      session_(host_.session()),
      sending_(options_, out),
      receiving_(options_),
      announcing_(options_) {}

void Endpoint::Open(Timestamp now, std::int64_t max_message) {
  Note("<-", "open " + std::to_string(max_message));
  if (!is_channel_over_ && !is_open_) {
    is_open_ = true;
    // A connection that does not say takes what browsers take then.
    max_message_ = max_message > 0 ? max_message : options_.pacing.unknown_max_message.value();
    receiving_.Opened(max_message_);
    sending_.Opened(max_message_);
  }
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
  info.original_sender_id = file->sender;
  const Timestamp at = TickAndTell(now);
  if (!IsDone()) {
    offers_[key] = file->id;
    sending_.Offered(key, file, now_, IsOpen());
    const bool is_wanted = peer_ != nullptr && info.size <= peer_->options().limits.max_file_size;
    if (IsOpen() && is_wanted) announcing_.SaysOffer(file->id);
  }
  session_.Offer(at, key, std::move(info));
  CarryOut();
}

void Endpoint::Pull(Timestamp now, const std::string& id) {
  const TransferKey key{++last_key_};
  Note("<-", "pull " + std::to_string(last_key_) + " " + id);
  const Timestamp at = TickAndTell(now);
  KeepWhatIsQueued();
  const ReceivingModel::Unsent unsent{.in_channel = out_.buffered(), .as_known = BufferedAsKnown()};
  const bool must_be_new = !IsDone() && !receiving_.IsOpen(id);
  const bool is_new = session_.Pull(at, key, TransferId{id});
  if (is_new != must_be_new && !receiving_.MayBeOver(id, now_)) Check("a pull is asked for twice, or not at all");
  if (is_new) {
    receiving_.Pulled(key, id, now_, unsent);
    ++journal_.tally().pulls;
  }
  CarryOut();
}

void Endpoint::SendInventory(Timestamp now, const std::vector<std::string>& hashes) {
  Note("<-", "send inventory of " + std::to_string(hashes.size()));
  if (IsOpen()) announcing_.SaysInventory(hashes);
  session_.SendInventory(TickAndTell(now), hashes);
  CarryOut();
}

void Endpoint::RequestFile(Timestamp now, const std::string& hash) {
  Note("<-", "request file " + hash);
  if (IsOpen()) announcing_.SaysRequest(hash);
  session_.RequestFile(TickAndTell(now), hash);
  CarryOut();
}

void Endpoint::RequestSync(Timestamp now) {
  Note("<-", "request sync");
  if (IsOpen()) announcing_.SaysSync();
  session_.RequestSync(TickAndTell(now));
  CarryOut();
}

void Endpoint::SendPing(Timestamp now) {
  Note("<-", "send ping");
  session_.SendPing(TickAndTell(now));
  CarryOut();
}

void Endpoint::Close(Timestamp now) {
  Note("<-", "close");
  const std::optional<ByteCount> figure = Figure();
  const Timestamp at = Tick(now);
  if (!is_over_) {
    KeepWhatIsQueued();
    if (!is_channel_over_) end_ = Reason::kClosed;
    is_channel_over_ = true;
    sending_.ChannelOver();
    receiving_.ChannelOver(Reason::kClosed, now_);
    receiving_.Closed();
  }
  session_.Close(at, figure);
  CarryOut();
}

void Endpoint::ChannelClosed(Timestamp now, Reason reason) {
  Note("<-", "channel " + std::string(CodeOf(reason)));
  const std::optional<ByteCount> figure = Figure();
  const Timestamp at = Tick(now);
  if (!is_channel_over_) {
    KeepWhatIsQueued();
    end_ = reason;
    is_channel_over_ = true;
    sending_.ChannelOver();
    receiving_.ChannelOver(reason, now_);
  }
  session_.HandleClosed(at, reason, figure);
  CarryOut();
}

void Endpoint::Arrive(Timestamp now, const Message& message) {
  if (is_over_) return;
  if (message.is_binary) {
    const Timestamp at = Tick(now);
    Note("<-", "binary " + std::to_string(message.size));
    receiving_.Arrived(message, now_);
    session_.HandleBinary(at, ByteCount(message.size));
  } else {
    const Timestamp at = TickAndTell(now);
    Note("<-", message.text.substr(0, 200));
    receiving_.Heard(message.text, now_);
    const HeardText heard(message.text);
    const bool is_short = static_cast<std::int64_t>(message.text.size()) <= options_.limits.max_text.value();
    if (heard.type() == "pull-request" && is_short && !is_channel_over_) sending_.PullRequested(heard.id(), now_);
    if (heard.type() == "transfer-cancel" && is_short && !is_channel_over_) sending_.PullWithdrawn(heard.id());
    session_.HandleText(at, message.text);
  }
  CarryOut();
}

void Endpoint::ReportBuffered(Timestamp now) {
  const Timestamp at = Tick(now);
  TellBuffered(at);
  CarryOut();
}

void Endpoint::FinishSomeTask(Timestamp now) {
  if (!news_.empty() && (tasks() == 0 || random_.Chance(50))) return RunNews();
  if (tasks() == 0) return;
  const std::size_t chosen = static_cast<std::size_t>(random_.Below(static_cast<std::int64_t>(tasks())));
  if (random_.Chance(faults_.answer_never_comes)) {
    host_.Take(chosen);
    return;
  }
  const auto fails = [this](TaskKind kind) {
    switch (kind) {
      case TaskKind::kRead:
        return faults_.read_fails;
      case TaskKind::kSign:
        return faults_.sign_fails;
      case TaskKind::kAuthorize:
        return faults_.refused;
      case TaskKind::kDigest:
        return faults_.digest_fails;
      case TaskKind::kClaim:
        return faults_.claim_fails;
      case TaskKind::kFindPartial:
      case TaskKind::kStore:
      case TaskKind::kFinish:
      case TaskKind::kHash:
        break;
    }
    return 0;
  };
  FinishTask(now, chosen, !random_.Chance(fails(KindOf(chosen))));
}

void Endpoint::FinishTask(Timestamp now, std::size_t chosen, bool well) {
  const testing::EngineHost::Task task = host_.Take(chosen);
  const bool may_send = task.errand == TaskKind::kRead || task.errand == TaskKind::kSign;
  const Timestamp at = may_send ? TickAndTell(now) : Tick(now);
  Note("<-", "task of " + std::to_string(static_cast<std::uint32_t>(task.key)) + (well ? " ends well" : " ends badly"));
  testing::Answer answer{.well = well};
  switch (task.errand) {
    case TaskKind::kRead:
      sending_.ReadEnded(task.key, well);
      break;
    case TaskKind::kSign:
      sending_.SignEnded(task.key, well);
      break;
    case TaskKind::kAuthorize:
      receiving_.Answered(task.key, well, now_);
      break;
    case TaskKind::kDigest:
      receiving_.Digested(task.key, well);
      answer.hash = receiving_.Digest(task.key);
      break;
    case TaskKind::kClaim:
      receiving_.ClaimChecked(task.key, well);
      break;
    case TaskKind::kFindPartial:
    case TaskKind::kStore:
    case TaskKind::kFinish:
    case TaskKind::kHash:
      break;
  }
  host_.Tell(at, task, answer);
  CarryOut();
}

void Endpoint::FinishDueTasks(Timestamp now) {
  for (std::size_t i = 0; i < tasks();) {
    const testing::EngineHost::Task& task = host_.tasks()[i];
    if (task.due > now) {
      ++i;
      continue;
    }
    FinishTask(now, i, task.ends_well);
    i = 0;
  }
}

void Endpoint::HearAll() {
  while (!news_.empty()) RunNews();
}

void Endpoint::Timeout(Timestamp now) {
  const Timestamp at = TickAndTell(now);
  // What is called from within callbacks may already tell a later time; only what was due by this one must have ended.
  const Timestamp due_by = now_;
  if (journal_.IsVerbose()) Note("<-", "timeout at " + std::to_string(now_.micros()));
  if (!is_channel_over_) sending_.TimePassed(now_);
  if (!is_over_) receiving_.TimePassed(now_);
  session_.HandleTimeout(at);
  CarryOut();
  if (!is_over_) Check(receiving_.CheckNothingIsOverdue(due_by));
}

Timestamp Endpoint::Tick(Timestamp now) {
  if (!began_at_) {
    began_at_ = now;
    now_ = now;
  }
  if (!is_over_) now_ = std::max(now_, now);
  return now;
}

Timestamp Endpoint::TickAndTell(Timestamp now) {
  const Timestamp at = Tick(now);
  // While actions wait the channel does not hold yet what it has been given.
  const bool is_known = !host_.IsSettling() && is_open_ && !is_channel_over_;
  if (is_known && !random_.Chance(faults_.buffered_untold)) TellBuffered(at);
  return at;
}

void Endpoint::TellBuffered(Timestamp at) {
  Note("<-", "buffered " + std::to_string(out_.buffered()));
  told_buffered_ = out_.buffered();
  handed_when_told_ = out_.handed();
  sending_.ToldBuffered();
  session_.HandleBufferedAmount(at, ByteCount(out_.buffered()));
}

std::optional<ByteCount> Endpoint::Figure() {
  const bool is_known =
      !host_.IsSettling() && is_open_ && !is_channel_over_ && !random_.Chance(faults_.buffered_untold);
  if (!is_known) return std::nullopt;
  sending_.ToldBuffered();
  return ByteCount(out_.buffered());
}

std::int64_t Endpoint::BufferedAsKnown() const {
  std::int64_t queued = 0;
  for (const Action& action : host_.kept()) {
    if (const auto* text = std::get_if<SendText>(&action)) queued += static_cast<std::int64_t>(text->text.size());
    if (const auto* bytes = std::get_if<SendBytes>(&action)) queued += bytes->length.value();
  }
  return told_buffered_ + out_.handed() - handed_when_told_ + queued + session_.stats().outbox.value();
}

void Endpoint::AnswerOwner(TransferKey key, bool allowed) {
  receiving_.Answered(key, allowed, now_);
  session_.HandleAuthorization(now_, key, allowed);
}

void Endpoint::AddTask(TaskKind kind, TransferKey key, std::uint32_t number) {
  const Errand errand = errands_ ? errands_(kind) : Errand{};
  host_.Await(
      {.errand = kind, .key = key, .due = now_ + errand.takes, .ends_well = errand.ends_well, .number = number});
}

void Endpoint::CarryOut() {
  // A callback that calls back in leaves the rest to the loop it was called from.
  if (host_.IsSettling()) return;
  host_.Settle();
  if (host_.HasRunAway()) Check("one input causes actions without end");
  Check(sending_.CheckSettled());
  Check(receiving_.CheckSettled());
  Check(announcing_.CheckReported());
  CheckBounds();
  RunNews();
}

// Once the channel is over nothing is sent, read or taken any more; what was received whole may still be verified, and that
// another peer is there now is said first.
void Endpoint::CheckAfterTheChannel(const Action& action) {
  const auto* report = std::get_if<Report>(&action);
  const bool is_why = report != nullptr && report->reason == Reason::kPeerReplaced;
  if (!is_why && !IsOneOf<Closed, UploadEnded, DownloadEnded, DropChunk>(action))
    Check("more than verdicts after the channel's end");
}

void Endpoint::Do(const Action& action) {
  if (is_channel_over_ && !host_.IsCarryingOutKept() && !was_refused_) CheckAfterTheChannel(action);
  if (journal_.IsVerbose()) Note("->", testing::Describe(action));
  if (is_over_) return Check("an action after Closed");
  if (!IsOneOf<AwaitLow, Report>(action)) did_something_ = true;
  // What was queued before the channel refused a message has lost its meaning.
  if (was_refused_ && IsOneOf<SendText, SendBytes, AwaitLow, ReadBlock, SignFile>(action)) return;

  if (const auto* text = std::get_if<SendText>(&action)) {
    Check(sending_.SentText(text->text));
    if (out_.buffered() > 0 && out_.buffered() + static_cast<std::int64_t>(text->text.size()) >
                                   std::max<std::int64_t>(options_.pacing.max_buffered.value(), 1)) {
      Check("more in the channel's buffer than the limit");
    }
    if (!Hand(Message{.text = text->text, .size = static_cast<std::int64_t>(text->text.size())})) return;
    sending_.HandedOver();
  } else if (const auto* bytes = std::get_if<SendBytes>(&action)) {
    Check(sending_.SentBytes(*bytes, now_));
    std::int64_t offset = bytes->offset.value();
    const std::int64_t end = offset + bytes->length.value();
    while (offset < end) {
      const std::int64_t size = std::max<std::int64_t>(1, std::min(bytes->message_size.value(), end - offset));
      if (!Hand(Message{.is_binary = true,
                        .text = "",
                        .size = size,
                        .file = sending_.FileOf(bytes->transfer),
                        .offset = offset})) {
        return;
      }
      offset += size;
    }
    sending_.HandedOver();
  } else if (const auto* low = std::get_if<AwaitLow>(&action)) {
    out_.Await(low->threshold.value());
    // The event fires only on crossing, so what is reached already is told among the news.
    if (out_.buffered() <= out_.threshold()) news_.emplace_back(std::nullopt);
  } else if (const auto* read = std::get_if<ReadBlock>(&action)) {
    Check(sending_.Asked(*read, now_));
    AddTask(TaskKind::kRead, read->transfer, read->number);
  } else if (const auto* sign = std::get_if<SignFile>(&action)) {
    Check(sending_.Asked(*sign, now_));
    AddTask(TaskKind::kSign, sign->transfer);
  } else if (const auto* upload = std::get_if<UploadEnded>(&action)) {
    Check(sending_.Ended(*upload, now_));
    ++journal_.tally().uploads[static_cast<std::size_t>(upload->reason)];
    const std::string id = offers_[upload->transfer];
    offers_.erase(upload->transfer);
    // All others went out before they ended.
    const bool was_said = upload->reason != Reason::kNotOpen && upload->reason != Reason::kInvalidHash &&
                          upload->reason != Reason::kMessageTooLong && upload->reason != Reason::kChannelFull;
    if (!was_said) announcing_.OfferNotMade(id);
    Tell(News{.kind = News::Kind::kUploadEnded, .id = id, .reason = upload->reason});
  } else if (const auto* chunk = std::get_if<StoreChunk>(&action)) {
    Check(receiving_.Stored(*chunk));
    if (random_.Chance(faults_.store_fails)) {
      receiving_.StoreFailed(chunk->transfer, now_);
      session_.HandleStoreFailed(now_, chunk->transfer);
    }
  } else if (std::holds_alternative<DropChunk>(action)) {
    Check(receiving_.Dropped());
  } else if (const auto* authorize = std::get_if<Authorize>(&action)) {
    Check(receiving_.Authorized(authorize->transfer));
    if (random_.Chance(faults_.late_authorization)) {
      AddTask(TaskKind::kAuthorize, authorize->transfer);
    } else {
      const bool is_refused = refused_.contains(receiving_.IdOf(authorize->transfer));
      AnswerOwner(authorize->transfer, !is_refused && !random_.Chance(faults_.refused));
    }
  } else if (const auto* verify = std::get_if<Verify>(&action)) {
    Check(receiving_.Verified(*verify));
    AddTask(TaskKind::kDigest, verify->transfer);
    if (verify->claim) AddTask(TaskKind::kClaim, verify->transfer);
  } else if (const auto* download = std::get_if<DownloadEnded>(&action)) {
    Check(receiving_.Ended(*download, now_));
    if (download->file) {
      ++deliveries_;
      ++journal_.tally().delivered;
      Tell(News{.kind = News::Kind::kDelivered, .id = download->file->id.value});
    } else {
      ++failures_;
      ++journal_.tally().failed[static_cast<std::size_t>(download->reason)];
      Tell(News{.kind = News::Kind::kFailed, .id = receiving_.IdOf(download->transfer), .reason = download->reason});
    }
  } else if (const auto* offer = std::get_if<OfferReceived>(&action)) {
    receiving_.OfferReceived(offer->file, now_);
    if (peer_ != nullptr) peer_->announcing().HeardOffer(offer->file.id.value);
    heard_.push_back(offer->file.id.value);
    Tell(News{.kind = News::Kind::kOffer, .id = offer->file.id.value});
  } else if (std::holds_alternative<SyncRequested>(action)) {
    if (peer_ != nullptr) peer_->announcing().HeardSync();
    Tell(News{.kind = News::Kind::kSync});
  } else if (const auto* inventory = std::get_if<InventoryReceived>(&action)) {
    if (peer_ != nullptr) peer_->announcing().HeardInventory(inventory->hashes);
    ++journal_.tally().inventories;
    Tell(News{.kind = News::Kind::kInventory});
  } else if (const auto* request = std::get_if<FileRequested>(&action)) {
    if (peer_ != nullptr) peer_->announcing().HeardRequest(request->hash);
    Tell(News{.kind = News::Kind::kFileRequested});
  } else if (const auto* report = std::get_if<Report>(&action)) {
    announcing_.Reported(report->reason);
    if (report->reason == Reason::kPeerReplaced) ++replacements_reported_;
  } else if (const auto* closed = std::get_if<Closed>(&action)) {
    if (closed->reason != end_) Check("a session that ends for another reason than its channel");
    const int replacements = end_ == Reason::kPeerReplaced ? 1 : 0;
    if (replacements_reported_ != replacements) Check("a peer that was replaced, and not one report of it");
    is_over_ = true;
    host_.ForgetAll();
    Check(receiving_.CheckAllEnded());
    Check(sending_.CheckAllEnded());
  }
}

// False when the channel refuses it: then the session is over, and nothing follows behind the gap. How much of what the engine
// has handed over the channel holds, nobody can say then.
bool Endpoint::Hand(Message message) {
  if (message.size > max_message_) Check("a message larger than the connection takes");
  if (is_channel_over_ && was_refused_) return false;
  if (random_.Chance(faults_.send_refused) && random_.Chance(3)) {
    Note("<-", "refused");
    was_refused_ = true;
    sending_.Refused();
    ChannelClosed(now_, Reason::kChannelError);
    return false;
  }
  out_.Push(std::move(message));
  return true;
}

void Endpoint::Tell(News news) {
  if (!on_news_) return;
  if (host_.IsSettling() && random_.Chance(faults_.early_news)) return on_news_(*this, news);
  news_.emplace_back(std::move(news));
}

void Endpoint::RunNews() {
  if (turn_.is_running || host_.IsSettling()) return;
  turn_.is_running = true;
  for (int i = 0; i < kNewsOfOneTurn && !news_.empty(); ++i) {
    const Callback callback = std::move(news_.front());
    news_.pop_front();
    if (callback) {
      on_news_(*this, *callback);
    } else {
      AnswerLow();
    }
  }
  turn_.is_running = false;
}

// Whoever waits for a level that is reached already must have something to do there, or the two would go on for ever.
void Endpoint::AnswerLow() {
  if (is_channel_over_ || out_.buffered() > out_.threshold()) return;
  ++journal_.tally().turns;
  const std::size_t waiting = news_.size();
  did_something_ = false;
  TellBuffered(now_);
  CarryOut();
  if (!did_something_ && news_.size() > waiting) Check("a wait for a level that is reached, again and again");
}

void Endpoint::CheckBounds() {
  const Stats stats = session_.stats();
  if (stats.pending_offers > options_.limits.max_offers) Check("more offers than the limit");
  if (stats.waiting_pulls > options_.limits.max_pulls) Check("more pulls than the limit");
  if (stats.unverified_files > options_.limits.max_unverified_files) Check("more unverified files than the limit");
  // One message may be longer than all that may wait.
  if (stats.outbox > options_.limits.max_outbox && stats.outbox.value() > max_message_)
    Check("more in the outbox than the limit");
  if (is_over_) return;
  if (stats.queued_uploads != sending_.queued() && !was_refused_) Check("another number of uploads than were pulled");
  if (receiving_.open() > 0 && !session_.NextDeadline()) Check("a pull that no deadline will ever end");
}

}  // namespace peer_session::simulation
