#include "scenario/simulation/polite_side.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "scenario/held.h"
#include "scenario/simulation/heard_text.h"
#include "support/describe.h"
#include "wire/write.h"

namespace peer_session::simulation {
namespace {

using testing::Errand;

constexpr std::int64_t kLongestHello = 200;

constexpr std::uint64_t kStrayed = std::uint64_t{1} << 63U;

// The lane that an action is for; nothing when it is for none.
std::optional<Lane> LaneOf(const Action& action) {
  const Lane lane = std::visit(
      [](const auto& one) {
        if constexpr (requires { one.lane; }) {
          return one.lane;
        } else {
          return Lane::kFirst;
        }
      },
      action);
  return lane == Lane::kFirst ? std::nullopt : std::optional<Lane>(lane);
}

}  // namespace

PoliteSide::PoliteSide(int number, const Options& options, const SideFaults& faults, Facts& facts, Shelf& shelf,
                       Random& random, Journal& journal)
    : number_(number),
      options_(options),
      faults_(faults),
      facts_(facts),
      shelf_(shelf),
      random_(random),
      journal_(journal),
      host_(options_, [this](const Action& action) { Do(action); }),
      uploads_(options_, facts),
      downloads_(options_, facts) {}

template <typename Input>
void PoliteSide::Tell(Timestamp now, Input input) {
  now_ = now;
  host_.Tell([&](Session& session) { input(session, now); });
  CheckSettled();
}

template <typename Input>
void PoliteSide::TellWithBuffered(Timestamp now, Input input) {
  if (!random_.Chance(faults_.buffered_untold)) ReportBuffered(now);
  Tell(now, input);
}

void PoliteSide::Open(Timestamp now, Pipe& out, std::int64_t max_message) {
  Note("<-", "open " + std::to_string(max_message));
  if (IsChannelOver()) return;
  out_ = &out;
  max_message_ = max_message > 0 ? max_message : options_.pacing.unknown_max_message.value();
  has_spoken_ = false;
  may_greet_ = true;
  was_refused_ = false;
  const bool resumes = lost_at_.has_value();
  lost_at_.reset();
  if (resumes) uploads_.LinkUp(now);
  Tell(now, [&](Session& session, Timestamp at) { session.HandleOpen(at, ByteCount(max_message)); });
  if (is_interrupted_ && !lost_at_) Check("another channel, and nothing goes on");
}

void PoliteSide::Lose(Timestamp now, Reason reason) {
  Note("<-", "lost " + std::string(CodeOf(reason)));
  if (IsChannelOver() || lost_at_) return;
  const std::optional<ByteCount> figure = Figure();
  if (figure) uploads_.ToldDrained(out_->drained(), now);
  lost_at_ = now;
  lost_reason_ = reason;
  const bool was_open = out_ != nullptr;
  out_ = nullptr;
  // What waits to be carried out was decided before.
  if (!host_.IsSettling()) ForgetLink();
  Tell(now, [&](Session& session, Timestamp at) { session.HandleLost(at, reason, figure); });
  if (host_.IsSettling() || !facts_.is_honest) return;
  const bool may_recover = was_open && knows_peer_ && IsPolite() && options_.timeouts.recovery > Duration();
  if (may_recover && !is_interrupted_) Check("a lost channel, and the session does not wait for another");
  if (!may_recover && !IsChannelOver()) Check("a session that waits for another channel in vain");
}

void PoliteSide::ForgetLink() {
  downloads_.LinkLost();
  uploads_.LinkLost();
}

void PoliteSide::ChannelClosed(Timestamp now, Reason reason) {
  Note("<-", "channel " + std::string(CodeOf(reason)));
  const std::optional<ByteCount> figure = Figure();
  out_ = nullptr;
  Tell(now, [&](Session& session, Timestamp at) { session.HandleClosed(at, reason, figure); });
  if (!IsChannelOver()) Check("a session that goes on without its channel");
}

void PoliteSide::Close(Timestamp now) {
  Note("<-", "close");
  const std::optional<ByteCount> figure = Figure();
  Tell(now, [&](Session& session, Timestamp at) { session.Close(at, figure); });
  if (!is_over_) Check("close did not end with Closed");
}

void PoliteSide::Arrive(Timestamp now, const Message& message) {
  if (is_over_ || out_ == nullptr) return;
  if (message.is_binary) {
    Note("<-", "binary " + std::to_string(message.size));
    judged_ = &message;
    verdicts_ = 0;
    Tell(now, [&](Session& session, Timestamp at) { session.HandleBinary(at, ByteCount(message.size)); });
    judged_ = nullptr;
    if (verdicts_ != 1 && !is_over_) Check("not one verdict for one binary message");
    return;
  }
  if (!random_.Chance(faults_.buffered_untold)) ReportBuffered(now);
  Note("<-", message.text.substr(0, 200));
  if (static_cast<std::int64_t>(message.text.size()) > options_.limits.max_text.value()) {
    return Tell(now, [&](Session& session, Timestamp at) { session.HandleText(at, message.text); });
  }
  const HeardText heard(message.text);
  const std::string type = heard.type();
  if (IsChannelOver()) return;
  Greet(heard);
  if (type == "meta") downloads_.HeardMeta(heard, knows_peer_);
  if (type == "transfer-end" && knows_peer_) downloads_.HeardEnd(heard);
  if (type == "transfer-cancel") uploads_.HeardCancel(heard);
  if (type == "transfer-pause") uploads_.HeardPause(heard.id());
  if (type == "credit") uploads_.HeardCredit(heard);
  if (type == "ack") uploads_.HeardAck(Lane::kFirst, heard.Number("received").value_or(0));
  const std::size_t offers = stats().pending_offers;
  // What follows from a pull is judged as a pull: it is known to be one by the offer that is gone when the engine has heard it.
  now_ = now;
  host_.session().HandleText(now, message.text);
  if (type == "pull-request") uploads_.HeardPull(heard, stats().pending_offers < offers, knows_peer_);
  host_.Settle();
  CheckSettled();
}

// A peer says hello before all else, or is one that does not.
void PoliteSide::Greet(const HeardText& heard) {
  const std::string type = heard.type();
  if (type == "hello") knows_peer_ = knows_peer_ || (std::exchange(may_greet_, false) && IsPolite());
  const bool is_of_use =
      type != "meta" || (heard.NamesAFile(knows_peer_) && heard.Number("offset").value_or(0) <= *heard.size());
  if ((type == "meta" && is_of_use) || type == "offer-file" || type == "pull-request") may_greet_ = false;
}

void PoliteSide::ReportBuffered(Timestamp now) {
  if (out_ == nullptr || host_.IsSettling()) return;
  uploads_.ToldDrained(out_->drained(), now);
  Tell(now, [this](Session& session, Timestamp at) { session.HandleBufferedAmount(at, ByteCount(out_->buffered())); });
}

void PoliteSide::LaneDescribed(Timestamp now, Lane lane, const std::string& description) {
  Note("<-", "lane " + std::to_string(static_cast<std::uint32_t>(lane)) + " described");
  Tell(now, [&](Session& session, Timestamp at) { session.HandleLaneDescribed(at, lane, description); });
}

void PoliteSide::LaneOpened(Timestamp now, Lane lane, Pipe& out, std::int64_t max_message) {
  Note("<-", "lane " + std::to_string(static_cast<std::uint32_t>(lane)) + " open");
  lanes_[lane] = {.out = &out,
                  .max_message = max_message > 0 ? max_message : options_.pacing.unknown_max_message.value()};
  Tell(now, [&](Session& session, Timestamp at) { session.HandleOpen(at, ByteCount(max_message), lane); });
}

void PoliteSide::LaneLost(Timestamp now, Lane lane) {
  Note("<-", "lane " + std::to_string(static_cast<std::uint32_t>(lane)) + " lost");
  CountLaneLost(lane);
  Tell(now, [&](Session& session, Timestamp at) { session.HandleLaneLost(at, lane); });
}

void PoliteSide::CountLaneLost(Lane lane) {
  lanes_.erase(lane);
  // With the first channel all of them go.
  if (uploads_.LaneLost(lane) && out_ != nullptr) ++journal_.tally().lanes_lost;
}

void PoliteSide::ArriveOn(Timestamp now, Lane lane, const Message& message) {
  if (is_over_) return;
  const std::string on = " on lane " + std::to_string(static_cast<std::uint32_t>(lane));
  if (message.is_binary) {
    Note("<-", "binary " + std::to_string(message.size) + on);
    judged_ = &message;
    verdicts_ = 0;
    Tell(now, [&](Session& session, Timestamp at) { session.HandleBinary(at, ByteCount(message.size), lane); });
    judged_ = nullptr;
    if (verdicts_ != 1 && !is_over_) Check("not one verdict for one binary message");
    return;
  }
  Note("<-", message.text.substr(0, 200) + on);
  const HeardText heard(message.text);
  if (heard.type() == "ack" && !IsChannelOver()) uploads_.HeardAck(lane, heard.Number("received").value_or(0));
  Tell(now, [&](Session& session, Timestamp at) { session.HandleText(at, message.text, lane); });
}

void PoliteSide::ReportBufferedOn(Timestamp now, Lane lane) {
  const auto channel = lanes_.find(lane);
  if (channel == lanes_.end() || host_.IsSettling()) return;
  const ByteCount buffered(channel->second.out->buffered());
  Tell(now, [&](Session& session, Timestamp at) { session.HandleBufferedAmount(at, buffered, lane); });
}

void PoliteSide::Timeout(Timestamp now) {
  TellWithBuffered(now, [](Session& session, Timestamp at) { session.HandleTimeout(at); });
  if (is_over_) return;
  if (lost_at_ && now >= *lost_at_ + options_.timeouts.recovery && !IsChannelOver()) {
    Check("a session that waits for another channel past its bound");
  }
  if (out_ != nullptr) Check(uploads_.CheckBounds(now));
}

void PoliteSide::Offer(Timestamp now, const File* file) {
  if (IsChannelOver()) return;
  const TransferKey key{++last_key_};
  Note("<-", "offer " + std::to_string(last_key_) + " " + file->id + " " + std::to_string(file->size));
  uploads_.Offered(key, file);
  offered_.push_back(file->id);
  FileInfo info;
  info.id = TransferId{file->id};
  info.name = file->id;
  info.size = ByteCount(file->size);
  info.hash = file->hash;
  info.original_sender_id = file->sender;
  info.extra = file->extra;
  TellWithBuffered(now, [&](Session& session, Timestamp at) { session.Offer(at, key, std::move(info), file->once); });
}

void PoliteSide::Pull(Timestamp now, const std::string& id, std::int64_t room) {
  const bool must_be_new = !IsChannelOver() && !downloads_.IsOpen(id);
  const TransferKey key{++last_key_};
  Note("<-", "pull " + std::to_string(last_key_) + " " + id);
  if (!random_.Chance(faults_.buffered_untold)) ReportBuffered(now);
  now_ = now;
  if (room == 0 && random_.Chance(faults_.into_sinks)) room = random_.Between(1000, 20'000);
  const auto priority = static_cast<std::int32_t>(random_.OneOf({0, 0, -1, 1}));
  const bool is_new = host_.session().Pull(now, key, TransferId{id}, ByteCount(room), priority);
  if (is_new) {
    downloads_.Pulled(key, id, room);
    if (room > 0) ++journal_.tally().into_sinks;
    ++journal_.tally().pulls;
  }
  if (is_new != must_be_new && !IsChannelOver()) Check("a pull is asked for twice, or not at all");
  host_.Settle();
  CheckSettled();
}

void PoliteSide::CancelPull(Timestamp now, const std::string& id) {
  Note("<-", "cancel " + id);
  facts_.cancelled.insert(id);
  downloads_.Cancelled(id);
  TellWithBuffered(now, [&](Session& session, Timestamp at) { session.CancelPull(at, TransferId{id}); });
  if (!IsChannelOver()) Check(downloads_.CheckCancelled(id));
}

void PoliteSide::Decline(Timestamp now, const std::string& id, const std::string& detail) {
  Note("<-", "decline " + id + " " + detail);
  const bool is_pulled = downloads_.IsOpen(id);
  if (!is_pulled) facts_.cancelled.insert(id);
  std::erase(heard_, id);
  TellWithBuffered(now, [&](Session& session, Timestamp at) { session.Decline(at, TransferId{id}, detail); });
  if (is_pulled && !downloads_.IsOpen(id) && !IsChannelOver()) Check("a pull that ends because it is declined");
}

void PoliteSide::PausePull(Timestamp now, const std::string& id) {
  Note("<-", "pause " + id);
  downloads_.PauseWanted(id);
  ++journal_.tally().pauses;
  TellWithBuffered(now, [&](Session& session, Timestamp at) { session.PausePull(at, TransferId{id}); });
}

void PoliteSide::ResumePull(Timestamp now, const std::string& id) {
  Note("<-", "resume " + id);
  TellWithBuffered(now, [&](Session& session, Timestamp at) { session.ResumePull(at, TransferId{id}); });
  if (!IsChannelOver()) Check(downloads_.CheckResumed(id));
}

void PoliteSide::SetPriority(Timestamp now, const std::string& id, std::int32_t priority) {
  TellWithBuffered(now, [&](Session& session, Timestamp at) { session.SetPriority(at, TransferId{id}, priority); });
}

void PoliteSide::Withdraw(Timestamp now, const std::string& id) {
  Note("<-", "withdraw " + id);
  facts_.withdrawn.insert(id);
  TellWithBuffered(now, [&](Session& session, Timestamp at) { session.Withdraw(at, TransferId{id}); });
  uploads_.Withdrawn(id);
}

void PoliteSide::AwaitDrained(Timestamp now) {
  Note("<-", "await drained");
  TellWithBuffered(now, [this](Session& session, Timestamp at) {
    awaits_drained_ = !is_over_;
    session.AwaitDrained(at);
  });
}

void PoliteSide::SendPing(Timestamp now) {
  TellWithBuffered(now, [](Session& session, Timestamp at) { session.SendPing(at); });
}

void PoliteSide::SendInventory(Timestamp now, const std::vector<std::string>& hashes) {
  TellWithBuffered(now, [&](Session& session, Timestamp at) { session.SendInventory(at, hashes); });
}

void PoliteSide::FinishSomeTask(Timestamp now) {
  if (!HasTasks()) return;
  const auto chosen = static_cast<std::size_t>(random_.Below(static_cast<std::int64_t>(tasks())));
  if (random_.Chance(faults_.answer_never_comes)) {
    host_.Take(chosen);
    return;
  }
  FinishTask(now, chosen);
}

void PoliteSide::FinishTask(Timestamp now, std::size_t chosen) {
  const testing::EngineHost::Task task = host_.Take(chosen);
  testing::Answer answer{.well = !random_.Chance(faults_.task_fails)};
  if (task.errand == Errand::kDigest) answer.hash = downloads_.Digest(task.key);
  if (task.errand == Errand::kHash) answer.hash = uploads_.FileOf(task.key)->content_hash;
  if (task.errand == Errand::kRead && answer.well) {
    const std::int64_t whole = uploads_.BeingRead(task.key);
    const bool is_part = whole > 1 && random_.Chance(faults_.reads_come_in_parts);
    if (is_part) answer.have = ByteCount(random_.Between(1, whole));
    uploads_.ReadEnded(task.key, task.number, answer.have.value());
  }
  if (task.errand == Errand::kFindPartial) {
    answer.have = ByteCount(downloads_.Found(task.key));
    if (random_.Chance(faults_.partial_is_nonsense)) answer.have = ByteCount(random_.OneOf({-1, 1LL << 52U}));
    // Only a sink can fail to be opened.
    answer.well = answer.well || !downloads_.HasSink(task.key);
    if (answer.well) downloads_.PartialFound(task.key, answer.have.value(), now);
  }
  const bool is_of_sink = task.errand == Errand::kStore || task.errand == Errand::kFinish;
  if (task.errand == Errand::kStore && answer.well) {
    const std::int64_t untaken = downloads_.Untaken(task.key);
    answer.have =
        ByteCount(downloads_.Take(task.key, faults_.sinks_take_all ? untaken : random_.AnyMagnitude(untaken)));
  }
  if (task.errand == Errand::kFinish && answer.well) {
    answer.have = ByteCount(downloads_.SizeOf(task.key));
    downloads_.Finished(task.key);
  }
  Note("<-", "task of " + std::to_string(static_cast<std::uint32_t>(task.key)) + (answer.well ? " ends" : " fails"));
  if (!random_.Chance(faults_.buffered_untold)) ReportBuffered(now);
  now_ = now;
  host_.Tell(now, task, answer);
  if (is_of_sink && answer.well && downloads_.IsOpen(task.id.value)) AwaitSink(task.key);
  CheckSettled();
}

void PoliteSide::AwaitSink(TransferKey key) {
  const auto awaited = [&](Errand errand) {
    return std::any_of(host_.tasks().begin(), host_.tasks().end(),
                       [&](const auto& task) { return task.key == key && task.errand == errand; });
  };
  if (awaited(Errand::kStore) || awaited(Errand::kDigest) || awaited(Errand::kFinish)) return;
  if (downloads_.Untaken(key) > 0) {
    host_.Await({.errand = Errand::kStore, .key = key, .id = TransferId{downloads_.IdOf(key)}});
  } else if (downloads_.IsTaken(key)) {
    host_.Await({.errand = Errand::kDigest, .key = key});
  }
}

std::optional<std::string> PoliteSide::GrantRoom() {
  const std::string id = downloads_.Grantable();
  if (id.empty()) return std::nullopt;
  const std::int64_t up_to = downloads_.Grant(id, random_.AnyMagnitude(5000));
  return R"({"type":"credit","transferId":")" + id + R"(","upTo":)" + std::to_string(up_to) + "}";
}

bool PoliteSide::HasHeard(const std::string& id) const {
  return std::find(ever_heard_.begin(), ever_heard_.end(), id) != ever_heard_.end();
}

std::string_view PoliteSide::CheckDrainedWasSaid() const {
  return awaits_drained_ && !is_over_ ? "everything has left, and nobody says so" : "";
}

std::optional<ByteCount> PoliteSide::Figure() {
  // While actions wait the channel does not hold yet what it has been given.
  if (out_ == nullptr || host_.IsSettling() || random_.Chance(faults_.buffered_untold)) return std::nullopt;
  return ByteCount(out_->buffered());
}

void PoliteSide::Do(const Action& action) {
  if (journal_.IsVerbose()) Note("->", testing::Describe(action));
  if (is_over_) return Check("an action after Closed");
  if (LaneOf(action)) return DoOnLane(action);
  const bool is_sent = std::holds_alternative<SendText>(action) || std::holds_alternative<SendBytes>(action) ||
                       std::holds_alternative<AwaitLow>(action);
  if (is_sent && was_refused_) return;
  if (is_sent && out_ == nullptr) return Check("something is sent, and there is no channel");

  if (const auto* text = std::get_if<SendText>(&action)) {
    Say(*text);
  } else if (const auto* bytes = std::get_if<SendBytes>(&action)) {
    Send(*bytes);
  } else if (const auto* low = std::get_if<AwaitLow>(&action)) {
    out_->Await(low->threshold.value());
    if (out_->buffered() <= low->threshold.value()) out_->OweEvent();
  } else if (const auto* read = std::get_if<ReadBlock>(&action)) {
    if (was_refused_) return;
    Check(uploads_.Asked(*read));
    // What was asked for in an earlier pull is answered all the same.
    host_.Await({.errand = Errand::kRead, .key = read->transfer, .number = read->number});
  } else if (const auto* sign = std::get_if<SignFile>(&action)) {
    host_.Await({.errand = Errand::kSign, .key = sign->transfer});
  } else if (const auto* hash = std::get_if<HashFile>(&action)) {
    // After a refusal it was decided before, and what came last was not handed over.
    if (!was_refused_) Check(uploads_.Hashes(hash->transfer));
    host_.Await({.errand = Errand::kHash, .key = hash->transfer});
  } else if (const auto* pulled = std::get_if<UploadPulled>(&action)) {
    Check(uploads_.ToldPulled(pulled->transfer));
  } else if (const auto* upload = std::get_if<UploadEnded>(&action)) {
    const bool made_room = upload->reason == Reason::kOfferExpired || upload->reason == Reason::kOfferEvicted;
    if (made_room && uploads_.IsPaused(upload->transfer))
      facts_.withdrawn.insert(uploads_.FileOf(upload->transfer)->id);
    Check(uploads_.Ended(*upload));
    host_.Forget(upload->transfer, Errand::kRead);
    host_.Forget(upload->transfer, Errand::kSign);
    host_.Forget(upload->transfer, Errand::kHash);
    if (upload->is_delivered) ++journal_.tally().confirmed;
    ++journal_.tally().uploads[static_cast<std::size_t>(upload->reason)];
  } else if (const auto* paused = std::get_if<Paused>(&action)) {
    if (uploads_.FileOf(paused->transfer) != nullptr) {
      Check(uploads_.Paused(paused->transfer, now_));
    } else {
      Check(downloads_.Paused(paused->transfer, paused->is_paused));
      if (paused->is_paused) ++journal_.tally().paused;
    }
  } else if (const auto* chunk = std::get_if<StoreChunk>(&action)) {
    ++verdicts_;
    if (judged_ == nullptr) return Check("a verdict on a message that did not come");
    Check(downloads_.Stores(*chunk, *judged_));
    const bool has_sink = downloads_.HasSink(chunk->transfer);
    if (has_sink) AwaitSink(chunk->transfer);
    if (!random_.Chance(faults_.store_fails)) return;
    if (has_sink) {
      return host_.session().HandleStored(now_, TransferId{downloads_.IdOf(chunk->transfer)}, ByteCount(-1));
    }
    host_.session().HandleStoreFailed(now_, chunk->transfer);
  } else if (std::holds_alternative<DropChunk>(action)) {
    ++verdicts_;
    if (judged_ == nullptr) return Check("a verdict on a message that did not come");
    Check(downloads_.Drops(*judged_));
  } else if (const auto* authorize = std::get_if<Authorize>(&action)) {
    Check(downloads_.Begins(authorize->transfer));
    if (random_.Chance(faults_.late_authorization)) {
      host_.Await({.errand = Errand::kAuthorize, .key = authorize->transfer});
    } else {
      host_.session().HandleAuthorization(now_, authorize->transfer, !random_.Chance(faults_.task_fails / 3));
    }
  } else if (const auto* verify = std::get_if<Verify>(&action)) {
    Check(downloads_.Verifies(verify->transfer));
    if (downloads_.HasSink(verify->transfer)) {
      AwaitSink(verify->transfer);
    } else {
      host_.Await({.errand = Errand::kDigest, .key = verify->transfer});
    }
    if (verify->claim) host_.Await({.errand = Errand::kClaim, .key = verify->transfer});
  } else if (const auto* finish = std::get_if<FinishSink>(&action)) {
    Check(downloads_.Finishes(finish->transfer));
    host_.Await(
        {.errand = Errand::kFinish, .key = finish->transfer, .id = TransferId{downloads_.IdOf(finish->transfer)}});
  } else if (const auto* find = std::get_if<peer_session::FindPartial>(&action)) {
    FindPartial(*find);
  } else if (const auto* discard = std::get_if<DiscardPartial>(&action)) {
    Check(downloads_.Discards(discard->transfer, knows_peer_));
    ++journal_.tally().discarded;
  } else if (const auto* download = std::get_if<DownloadEnded>(&action)) {
    Check(downloads_.Ended(*download, shelf_));
    for (const Errand errand :
         {Errand::kAuthorize, Errand::kDigest, Errand::kClaim, Errand::kFindPartial, Errand::kStore, Errand::kFinish}) {
      host_.Forget(download->transfer, errand);
    }
    if (download->file) ++journal_.tally().delivered;
    if (!download->file) ++journal_.tally().failed[static_cast<std::size_t>(download->reason)];
  } else if (const auto* offer = std::get_if<OfferReceived>(&action)) {
    heard_.push_back(offer->file.id.value);
    ever_heard_.push_back(offer->file.id.value);
    const std::string& extra = offer->file.extra;
    if (facts_.is_honest && extra != facts_.extras[offer->file.id.value]) Check("an offer with another thing attached");
  } else if (const auto* withdrawn = std::get_if<OfferWithdrawn>(&action)) {
    std::erase(heard_, withdrawn->id.value);
    if (facts_.is_honest && !facts_.withdrawn.contains(withdrawn->id.value)) Check("an offer withdrawn by nobody");
  } else if (std::holds_alternative<Drained>(action)) {
    if (!std::exchange(awaits_drained_, false)) Check("drained, and nobody asked");
    if (!uploads_.IsIdle()) Check("drained, and a pulled file is under way");
    if (lost_at_) Check("drained, and what was said is lost");
  } else if (std::holds_alternative<Interrupted>(action)) {
    if (!lost_at_ || std::exchange(is_interrupted_, true)) Check("interrupted, and no channel was lost");
    if (!lanes_.empty()) Check("the first channel is lost, and lanes are left");
    ForgetLink();
    ++journal_.tally().interruptions;
  } else if (std::holds_alternative<Resumed>(action)) {
    if (!std::exchange(is_interrupted_, false)) Check("resumed, and nothing was interrupted");
  } else if (const auto* closed = std::get_if<Closed>(&action)) {
    End(*closed);
  }
}

void PoliteSide::Say(const SendText& text) {
  const HeardText said(text.text);
  const std::string type = said.type();
  if (!has_spoken_ && IsPolite() && type != "hello" && max_message_ > kLongestHello)
    Check("a first word that is no hello");
  has_spoken_ = true;
  if (type == "meta") Check(uploads_.SaysMeta(said));
  if (type == "transfer-abort") uploads_.SaysAbort(said.id());
  if (type == "transfer-end") Check(uploads_.SaysEnd(said));
  if (type == "transfer-pause" && !knows_peer_) Check("a pause is said to a peer that does not know it");
  Message message{.text = text.text, .size = static_cast<std::int64_t>(text.text.size())};
  if (type == "pull-request") {
    Check(downloads_.Asks(said));
    const bool has_credit = said.Number("credit").has_value();
    if (IsPolite() && knows_peer_ && !has_credit && random_.Chance(faults_.grants_room)) {
      const std::int64_t credit = downloads_.BeginGrant(said.id(), random_.Below(3000));
      message.text.pop_back();
      message.text += R"(,"credit":)" + std::to_string(credit) + "}";
    }
  }
  if (!Hand(std::move(message))) return;
  if (type == "meta") uploads_.HandedOver(out_->handed());
}

void PoliteSide::DoOnLane(const Action& action) {
  const Lane lane = *LaneOf(action);
  if (lane_maker_ == nullptr) return Check("a lane, and there are none here");
  const bool is_new = std::holds_alternative<OpenLane>(action) || std::holds_alternative<AnswerLane>(action);
  if (is_new) refused_lanes_.erase(lane);
  const auto* bytes = std::get_if<SendBytes>(&action);
  if (refused_lanes_.contains(lane)) {
    if (bytes != nullptr) Check(uploads_.Sent(*bytes));
    CountLaneLost(lane);
    return;
  }
  if (std::holds_alternative<OpenLane>(action)) {
    lane_maker_->Open(*this, lane);
  } else if (const auto* answer = std::get_if<AnswerLane>(&action)) {
    lane_maker_->Answer(*this, lane, answer->description);
  } else if (const auto* accept = std::get_if<AcceptLane>(&action)) {
    lane_maker_->Accept(*this, lane, accept->description);
  } else if (std::holds_alternative<CloseLane>(action)) {
    lane_maker_->Close(*this, lane);
    CountLaneLost(lane);
  } else if (was_refused_) {
    return;
  } else if (!lanes_.contains(lane)) {
    Check("something is sent on a lane that is not open");
  } else if (const auto* text = std::get_if<SendText>(&action)) {
    HandTo(lane, Message{.text = text->text, .size = static_cast<std::int64_t>(text->text.size())});
  } else if (const auto* low = std::get_if<AwaitLow>(&action)) {
    Pipe& out = *lanes_[lane].out;
    out.Await(low->threshold.value());
    if (out.buffered() <= low->threshold.value()) out.OweEvent();
  } else if (bytes != nullptr) {
    Check(uploads_.Sent(*bytes));
    HandAll(*bytes, [this, lane](Message message) { return HandTo(lane, std::move(message)); });
  }
}

bool PoliteSide::HandTo(Lane lane, Message message) {
  const OpenChannel channel = lanes_[lane];
  if (message.size > channel.max_message) Check("a message larger than the connection takes");
  if (random_.Chance(faults_.send_refused) && random_.Chance(5)) {
    Note("<-", "lane refused");
    refused_lanes_.insert(lane);
    lane_maker_->Refused(*this, lane);
    CountLaneLost(lane);
    host_.session().HandleLaneLost(now_, lane);
    return false;
  }
  channel.out->Push(std::move(message));
  return true;
}

void PoliteSide::Send(const SendBytes& bytes) {
  Check(uploads_.Sent(bytes));
  HandAll(bytes, [this](Message message) { return Hand(std::move(message)); });
  if (out_ != nullptr) uploads_.HandedOver(out_->handed());
}

template <typename HandOne>
void PoliteSide::HandAll(const SendBytes& bytes, HandOne hand) {
  std::int64_t offset = bytes.offset.value();
  const std::int64_t end = offset + bytes.length.value();
  while (offset < end) {
    const std::int64_t size = std::max<std::int64_t>(1, std::min(bytes.message_size.value(), end - offset));
    const bool is_taken = hand(Message{
        .is_binary = true, .text = "", .size = size, .file = uploads_.FileOf(bytes.transfer), .offset = offset});
    if (!is_taken) return;
    offset += size;
  }
}

void PoliteSide::FindPartial(const peer_session::FindPartial& find) {
  const std::int64_t size = find.size.value();
  Shelf::Part part = shelf_.Take(find.hash, size);
  if (part.have == 0 && size > 0 && random_.Chance(faults_.partial_here)) {
    const std::int64_t have = random_.Chance(20) ? size : random_.Between(1, size);
    part = {.have = have, .is_sound = !random_.Chance(faults_.partial_is_wrong)};
  }
  if (part.have > 0) ++journal_.tally().parts_found;
  Check(downloads_.LooksUp(find, part, now_));
  host_.Await({.errand = Errand::kFindPartial, .key = find.transfer, .id = TransferId{downloads_.IdOf(find.transfer)}});
}

void PoliteSide::End(const Closed&) {
  is_over_ = true;
  out_ = nullptr;
  host_.ForgetAll();
  Check(downloads_.CheckAllEnded());
  Check(uploads_.CheckAllEnded());
  if (!lanes_.empty()) Check("the session is over, and lanes are left");
}

bool PoliteSide::Hand(Message message) {
  if (message.size > max_message_) Check("a message larger than the connection takes");
  if (random_.Chance(faults_.send_refused) && random_.Chance(5)) {
    Note("<-", "refused");
    was_refused_ = true;
    Lose(now_, Reason::kChannelError);
    return false;
  }
  out_->Push(std::move(message));
  return true;
}

void PoliteSide::CheckSettled() {
  if (host_.IsSettling()) return;
  const Stats held = stats();
  if (((held.upload_transitions | held.download_transitions) & kStrayed) != 0) {
    Check("a move that the tables of states do not have");
  }
  refused_lanes_.clear();
  if (held.lanes != lanes_.size()) Check("another number of lanes than are open");
  if (out_ != nullptr) uploads_.HandedOver(out_->handed() + held.outbox.value());
  if (IsChannelOver()) out_ = nullptr;
  if (is_over_) {
    const bool is_empty = scenario::TransfersHeld(held) == 0 && held.outbox == ByteCount();
    if (!is_empty || NextDeadline()) Check("something is left after the end");
    return;
  }
  Check(uploads_.Check(held));
  if ((downloads_.open() > downloads_.paused() || IsLost()) && !NextDeadline())
    Check("something waits that no deadline will ever end");
}

}  // namespace peer_session::simulation
