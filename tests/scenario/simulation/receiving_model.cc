#include "scenario/simulation/receiving_model.h"

#include <algorithm>
#include <utility>

namespace peer_session::simulation {
namespace {

constexpr std::string_view kPullRequest = R"({"type":"pull-request","transferId":""})";

// More than any offer costs but for its id, which is kept twice.
constexpr std::int64_t kOfferCost = 300;

}  // namespace

void ReceivingModel::Opened(std::int64_t max_message) {
  if (is_over_ || is_open_) return;
  is_open_ = true;
  max_message_ = max_message;
}

void ReceivingModel::Pulled(TransferKey key, const std::string& id, Timestamp now, Unsent unsent) {
  if (Pull* before = WaitingUnder(id)) {
    const bool has_timed_out = before->is_timing_out && timing_out_ > 0;
    if (has_timed_out) TimeOut(*before);
    Decide(*before, has_timed_out ? Reason::kPullTimeout : Reason::kChannelFull);
  }
  Pull& pull = pulls_.emplace(key, Pull{}).first->second;
  pull.id = id;
  pull.asked_at = now;
  ++open_;
  const std::size_t held = by_id_.size() - static_cast<std::size_t>(timing_out_);
  const bool is_full = held >= options_.limits.max_pulls;
  const auto request = static_cast<std::int64_t>(kPullRequest.size() + id.size());
  by_id_.emplace(id, key);
  ++waiting_;
  if (!is_open_ || is_over_) return Decide(pull, Reason::kNotOpen);
  if (is_full) return Decide(pull, Reason::kTooManyPulls);
  if (request > max_message_) return Decide(pull, Reason::kMessageTooLong);
  if (may_not_time_out_) is_unsure_ = true;
  const bool is_first = waiting_ - 1 == timing_out_;
  pull.wait = patience_.Begin(now, is_first, is_first && !running_, unsent.as_known);
  const auto offer = offers_.find(id);
  if (offer == offers_.end()) return;
  const HeardOffer& heard = offer->second;
  pull.offer = heard.file;
  pull.is_offer_known = now < heard.at + options_.timeouts.offer &&
                        offers_heard_ - heard.count < static_cast<std::int64_t>(options_.limits.max_known_offers) &&
                        offer_bytes_heard_ - heard.bytes + kOfferCost + 2 * static_cast<std::int64_t>(id.size()) <=
                            options_.limits.max_known_offer_bytes.value();
}

void ReceivingModel::Heard(const std::string& text, Timestamp now) {
  if (is_over_) return;
  const auto size = static_cast<std::int64_t>(text.size());
  if (waiting_ > 0 || running_) patience_.Text(size);
  if (size > options_.limits.max_text.value()) return;
  const HeardText heard(text);
  const std::string type = heard.type();
  if (type == "meta") HearMeta(heard, now);
  if (type == "transfer-abort" && !heard.id().empty()) HearAbort(heard.id(), now);
}

void ReceivingModel::HearMeta(const HeardText& meta, Timestamp now) {
  FailRunning(Reason::kInterrupted, Rest::kIsNobodys, now);
  patience_.NothingPasses();
  const std::string id = meta.id();
  Pull* pull = id.empty() ? nullptr : WaitingUnder(id);
  if (!meta.NamesAFile()) {
    if (pull == nullptr) return;
    patience_.Sign(now);
    return Decide(*pull, Reason::kInvalidMetadata);
  }
  const Announced file{.size = *meta.size(), .hash = meta.hash()};
  if (pull == nullptr) {
    if (!IsLate(id)) return;
    patience_.Sign(now);
    return patience_.Passes(id, file.size, now + options_.timeouts.transfer, /*may_pause=*/true);
  }
  patience_.Sign(now);
  pull->state = State::kBegun;
  --waiting_;
  running_ = by_id_.at(id);
  pull->meta = file;
  pull->has_claim = meta.Has("originalSenderId") && meta.Has("signature") && meta.Has("publicKeyBase64");
  pull->began_at = now;
  pull->last_byte_at = now;
  const bool contradicts = pull->offer && *pull->offer != file;
  if (contradicts && pull->is_offer_known) return FailRunning(Reason::kOfferMismatch, Rest::kPasses, now);
  pull->may_mismatch = contradicts;
  if (file.size > options_.limits.max_file_size.value()) return FailRunning(Reason::kTooLarge, Rest::kPasses, now);
  pull->owes_authorize = true;
  ++owed_;
}

void ReceivingModel::HearAbort(const std::string& id, Timestamp now) {
  if (const Pull* running = Running(); running != nullptr && running->id == id) {
    return FailRunning(Reason::kAbortedByPeer, Rest::kIsNobodys, now);
  }
  if (Pull* pull = WaitingUnder(id)) {
    patience_.Sign(now);
    return Decide(*pull, Reason::kAbortedByPeer);
  }
  if (patience_.IsPassing(id)) {
    patience_.NothingPasses();
    return patience_.Sign(now);
  }
  if (IsLate(id)) patience_.Sign(now);
}

bool ReceivingModel::IsLate(const std::string& id) {
  const auto late = late_.find(id);
  if (late == late_.end()) return false;
  const bool must_be_known = timed_out_ - late->second <= options_.limits.max_late_pulls;
  late_.erase(late);
  if (!must_be_known) is_unsure_ = true;
  return must_be_known;
}

void ReceivingModel::Arrived(const Message& message, Timestamp now) {
  Pull* pull = Running();
  const bool is_kept = pull != nullptr && message.size > 0 && message.size <= pull->meta.size - pull->received;
  unjudged_.push_back(Verdict{.message = message, .keeper = is_kept ? running_ : std::nullopt});
  if (message.size <= 0) return;
  if (pull == nullptr) return patience_.Dropped(message.size, now);
  if (!is_kept) return FailRunning(Reason::kTooManyBytes, Rest::kIsNobodys, now);
  pull->received += message.size;
  pull->last_byte_at = now;
  patience_.Sign(now);
  FinishIfWhole(now);
}

void ReceivingModel::Answered(TransferKey key, bool allowed, Timestamp now) {
  Pull* pull = Running();
  if (pull == nullptr || *running_ != key || pull->is_allowed) return;
  if (!allowed) return FailRunning(Reason::kRefused, Rest::kPasses, now);
  pull->is_allowed = true;
  FinishIfWhole(now);
}

void ReceivingModel::FinishIfWhole(Timestamp now) {
  Pull* pull = &pulls_.at(*running_);
  if (!pull->is_allowed || pull->received != pull->meta.size) return;
  const bool is_full =
      verifying_.size() >= options_.limits.max_unverified_files ||
      (!verifying_.empty() && verifying_bytes_ + pull->meta.size > options_.limits.max_unverified.value());
  if (is_full) return FailRunning(Reason::kReceiverOverloaded, Rest::kIsNobodys, now);
  pull->state = State::kVerifying;
  pull->verified_since = now;
  pull->had_claim = pull->has_claim && options_.signer_id;
  pull->claim_open = pull->had_claim;
  pull->owes_verify = true;
  ++owed_;
  verifying_.push_back(*running_);
  verifying_bytes_ += pull->meta.size;
  running_.reset();
}

void ReceivingModel::StoreFailed(TransferKey key, Timestamp now) {
  if (running_ == key) return FailRunning(Reason::kOutOfMemory, Rest::kPasses, now);
  Pull* pull = Find(key);
  if (pull == nullptr || pull->state != State::kVerifying || pull->verdict || pull->is_right) return;
  pull->verdict = Reason::kOutOfMemory;
  SettleVerified();
}

void ReceivingModel::Digested(TransferKey key, bool well) {
  Pull* pull = Find(key);
  if (pull == nullptr || pull->state != State::kVerifying || pull->verdict || pull->is_right) return;
  if (!well) {
    pull->verdict = Reason::kHashFailed;
  } else if (Digest(key) != pull->meta.hash) {
    pull->verdict = Reason::kHashMismatch;
  } else {
    pull->is_right = true;
    if (!pull->claim_open) pull->verdict = Reason::kNone;
  }
  SettleVerified();
}

void ReceivingModel::ClaimChecked(TransferKey key, bool holds) {
  Pull* pull = Find(key);
  if (pull == nullptr || pull->state != State::kVerifying || pull->verdict || !pull->claim_open) return;
  pull->claim_open = false;
  pull->claim_holds = holds;
  if (pull->is_right) pull->verdict = Reason::kNone;
  SettleVerified();
}

void ReceivingModel::TimePassed(Timestamp now) {
  if (const Pull* pull = Running()) {
    if (now >= patience_.StallsBy(pull->last_byte_at)) {
      FailRunning(Reason::kStalled, Rest::kPasses, now);
    } else if (now >= pull->began_at + options_.timeouts.transfer) {
      FailRunning(Reason::kTooSlow, Rest::kPasses, now);
    }
  }
  for (const TransferKey key : verifying_) {
    Pull& pull = pulls_.at(key);
    if (pull.verdict || now < pull.verified_since + options_.timeouts.verify) continue;
    pull.claim_open = pull.claim_open && !pull.is_right;
    pull.verdict = pull.is_right ? Reason::kNone : Reason::kHashFailed;
  }
  SettleVerified();
  if (running_) return;
  for (const auto& [id, key] : by_id_) {
    Pull& pull = pulls_.at(key);
    pull.is_timing_out = pull.state == State::kWaiting && now >= patience_.NotBefore(pull.wait);
    if (pull.is_timing_out) ++timing_out_;
    if (pull.is_timing_out && now < patience_.By(pull.wait)) may_not_time_out_ = true;
  }
}

void ReceivingModel::ChannelOver(Reason reason, Timestamp now) {
  if (is_over_) return;
  is_over_ = true;
  FailRunning(reason, Rest::kIsNobodys, now);
  patience_.NothingPasses();
  for (auto item = by_id_.begin(); item != by_id_.end();) {
    Pull& pull = pulls_.at(item->second);
    ++item;
    if (pull.state == State::kWaiting) Decide(pull, reason);
  }
}

void ReceivingModel::Closed() {
  // Also what is right, if it waits for one before it: the session that would deliver it is over.
  for (const TransferKey key : verifying_) pulls_.at(key).verdict = Reason::kClosed;
  SettleVerified();
}

void ReceivingModel::OfferReceived(const FileInfo& file, Timestamp now) {
  ++offers_heard_;
  offer_bytes_heard_ += kOfferCost + 2 * static_cast<std::int64_t>(file.id.value.size());
  offers_[file.id.value] = HeardOffer{.file = {.size = file.size.value(), .hash = file.hash},
                                      .at = now,
                                      .count = offers_heard_,
                                      .bytes = offer_bytes_heard_};
}

std::string_view ReceivingModel::Authorized(TransferKey key) {
  Pull* pull = Find(key);
  if (pull == nullptr || !pull->owes_authorize) return "a transfer has begun that was not waiting, or must not begin";
  pull->owes_authorize = false;
  pull->may_mismatch = false;
  --owed_;
  return "";
}

std::string_view ReceivingModel::Stored(const StoreChunk& chunk) {
  if (unjudged_.empty()) return "a verdict on a message that did not come";
  const Verdict verdict = std::move(unjudged_.front());
  unjudged_.pop_front();
  const Message& message = verdict.message;
  if (verdict.keeper != chunk.transfer) return "bytes stored for a transfer that they do not belong to";
  Pull* pull = &pulls_.at(chunk.transfer);
  if (chunk.file_size.value() != pull->meta.size) return "bytes stored of a file of another size than announced";
  if (chunk.length.value() != message.size) return "a verdict on another message";
  if (chunk.offset.value() != pull->stored) return "bytes stored out of order";
  if (chunk.offset + chunk.length > chunk.file_size) return "bytes stored past the end";
  if (message.file == nullptr || message.file->id != pull->id || message.offset != pull->stored) pull->is_sound = false;
  pull->file = message.file;
  pull->stored += message.size;
  return "";
}

std::string_view ReceivingModel::Dropped() {
  if (unjudged_.empty()) return "a verdict on a message that did not come";
  const bool is_kept = unjudged_.front().keeper.has_value();
  unjudged_.pop_front();
  return is_kept ? "bytes of the running transfer were dropped" : "";
}

std::string_view ReceivingModel::Verified(const Verify& verify) {
  Pull* pull = Find(verify.transfer);
  if (pull == nullptr || !pull->owes_verify) return "a file to verify that is not whole";
  pull->owes_verify = false;
  --owed_;
  return verify.claim.has_value() != pull->had_claim ? "a claim that is not asked about, or asked about without need"
                                                     : "";
}

std::string_view ReceivingModel::Ended(const DownloadEnded& end, Timestamp now) {
  if (end.file.has_value() != (end.reason == Reason::kNone)) return "an end with a file and a reason, or with neither";
  return end.file ? Delivered(end.transfer, *end.file) : Failed(end, now);
}

std::string_view ReceivingModel::Delivered(TransferKey transfer, const FileInfo& file) {
  Pull* pull = Find(transfer);
  if (pull == nullptr || pull->state == State::kEnded) return "a delivery for a pull that had ended";
  if (pull->state != State::kDecided || pull->end != Reason::kNone) return "a delivery of what was not verified";
  std::string_view problem;
  if (file.size.value() != pull->stored) problem = "a delivery of another size than announced";
  if (file.id.value != pull->id) problem = "a delivery of another file than pulled";
  if (Digest(transfer) != file.hash) problem = "a delivery whose content is not what its hash says";
  if (pull->offer && pull->is_offer_known && *pull->offer != Announced{.size = file.size.value(), .hash = file.hash}) {
    problem = "a delivery of another file than was offered";
  }
  if (pull->had_claim && file.original_sender_id.has_value() != pull->claim_holds) {
    problem = "a delivery under a name that was not proven, or without one that was";
  }
  return End(*pull, problem);
}

std::string_view ReceivingModel::Failed(const DownloadEnded& failure, Timestamp now) {
  Pull* pull = Find(failure.transfer);
  if (pull == nullptr || pull->state == State::kEnded) return "a failure for a pull that had ended";
  if (pull->state == State::kDecided) {
    const bool is_right = pull->end == failure.reason ||
                          (pull->may_mismatch && failure.reason == Reason::kOfferMismatch) ||
                          (pull->asked_at == now && failure.reason == Reason::kChannelFull) ||
                          (pull->is_timing_out && timing_out_ > 0 && failure.reason == Reason::kPullTimeout);
    return End(*pull, is_right ? "" : "a pull that ended for another reason than it should");
  }
  if (failure.reason == Reason::kOfferMismatch && pull->may_mismatch && running_ == failure.transfer) {
    pull->owes_authorize = false;
    --owed_;
    FailRunning(Reason::kOfferMismatch, Rest::kPasses, now);
    return End(*pull, "");
  }
  if (failure.reason == Reason::kStalled && running_ == failure.transfer) {
    const bool is_early = now < patience_.StallsNotBefore(pull->last_byte_at);
    FailRunning(Reason::kStalled, Rest::kPasses, now);
    return End(*pull, is_early ? "a transfer that stalled although something came" : "");
  }
  const bool was_waiting = pull->state == State::kWaiting;
  std::string_view problem = "a pull that failed for no reason";
  if (failure.reason == Reason::kPullTimeout && was_waiting) {
    problem = "";
    if (running_) problem = "a pull that timed out although a file runs";
    if (!is_unsure_ && now < patience_.NotBefore(pull->wait)) {
      problem = "a pull that timed out although the peer was not silent";
    }
    TimeOut(*pull);
  }
  const bool is_refused_at_once = was_waiting && now == pull->asked_at;
  if (failure.reason == Reason::kChannelFull && is_refused_at_once) problem = "";
  if (failure.reason == Reason::kTooManyPulls && is_refused_at_once && is_unsure_) problem = "";
  Decide(*pull, failure.reason);
  return End(*pull, problem);
}

bool ReceivingModel::MayBeOver(const std::string& id, Timestamp now) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return false;
  const Pull& pull = pulls_.at(found->second);
  return pull.state == State::kWaiting && ((pull.is_timing_out && timing_out_ > 0) || pull.asked_at == now);
}

void ReceivingModel::TimeOut(const Pull& pull) {
  late_.emplace(pull.id, timed_out_++);
  --timing_out_;
}

std::string_view ReceivingModel::CheckSettled() {
  timing_out_ = 0;
  may_not_time_out_ = false;
  if (!unjudged_.empty()) return "a binary message without a verdict";
  if (owed_ != 0) return "a pull that had to begin, be verified or end, and did not";
  return "";
}

std::string_view ReceivingModel::CheckNothingIsOverdue(Timestamp now) const {
  if (running_ || is_unsure_) return "";
  for (const auto& [id, key] : by_id_) {
    const Pull& pull = pulls_.at(key);
    if (pull.state == State::kWaiting && now >= patience_.By(pull.wait)) {
      return "a pull waits although the peer has been silent for too long";
    }
  }
  return "";
}

std::string ReceivingModel::Digest(TransferKey key) const {
  const Pull* pull = Find(key);
  if (pull == nullptr || !pull->is_sound) return "unsound";
  // Nothing was stored of an empty file; it is what it is said to be.
  if (pull->file == nullptr) return pull->meta.hash;
  return pull->stored == pull->file->size ? pull->file->content_hash : "cut off";
}

ReceivingModel::Pull* ReceivingModel::Find(TransferKey key) {
  const auto found = pulls_.find(key);
  return found == pulls_.end() ? nullptr : &found->second;
}

const ReceivingModel::Pull* ReceivingModel::Find(TransferKey key) const {
  const auto found = pulls_.find(key);
  return found == pulls_.end() ? nullptr : &found->second;
}

ReceivingModel::Pull* ReceivingModel::WaitingUnder(const std::string& id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return nullptr;
  Pull& pull = pulls_.at(found->second);
  return pull.state == State::kWaiting ? &pull : nullptr;
}

void ReceivingModel::Decide(Pull& pull, Reason end) {
  if (pull.state == State::kWaiting) --waiting_;
  pull.was_verified = pull.state == State::kVerifying;
  pull.state = State::kDecided;
  pull.end = end;
  ++owed_;
  const auto entry = by_id_.find(pull.id);
  if (pull.was_verified) decided_.push_back(entry->second);
  by_id_.erase(entry);
}

std::string_view ReceivingModel::End(Pull& pull, std::string_view problem) {
  pull.state = State::kEnded;
  --owed_;
  --open_;
  if (!pull.was_verified) return problem;
  const bool is_next = Find(decided_.front()) == &pull;
  std::erase_if(decided_, [&](TransferKey key) { return Find(key) == &pull; });
  return problem.empty() && !is_next ? "files that end in another order than they came" : problem;
}

void ReceivingModel::FailRunning(Reason reason, Rest rest, Timestamp now) {
  Pull* pull = Running();
  if (pull == nullptr) return;
  running_.reset();
  patience_.Sign(now);
  if (rest == Rest::kPasses) {
    patience_.Passes(pull->id, pull->meta.size - pull->received, now + options_.timeouts.transfer,
                     /*may_pause=*/reason != Reason::kStalled);
  }
  Decide(*pull, reason);
}

void ReceivingModel::SettleVerified() {
  while (!verifying_.empty()) {
    Pull& pull = pulls_.at(verifying_.front());
    if (!pull.verdict) return;
    verifying_.pop_front();
    verifying_bytes_ -= pull.meta.size;
    Decide(pull, *pull.verdict);
  }
}

}  // namespace peer_session::simulation
