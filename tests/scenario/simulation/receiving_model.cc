#include "scenario/simulation/receiving_model.h"

#include <algorithm>

namespace peer_session::simulation {

void ReceivingModel::Pulled(TransferKey key, const std::string& id, Timestamp now) {
  pulls_.emplace(key, Pull{.id = id, .asked_at = now, .last_byte_at = now});
  ++open_;
}

std::string_view ReceivingModel::Authorized(TransferKey key, Timestamp now) {
  Pull* pull = Find(key);
  if (pull == nullptr || pull->state != State::kWaiting) return "a transfer that was not waiting has begun";
  for (const auto& [other, item] : pulls_) {
    if (item.state == State::kRunning) return "a transfer has begun while another runs";
  }
  pull->state = State::kRunning;
  pull->last_byte_at = now;
  last_progress_ = now;
  return "";
}

std::string_view ReceivingModel::Stored(const StoreChunk& chunk, Timestamp now) {
  if (unjudged_.empty()) return "a verdict on a message that did not come";
  const Message message = unjudged_.front();
  unjudged_.pop_front();
  Pull* pull = Find(chunk.transfer);
  if (pull == nullptr || pull->state != State::kRunning) return "bytes stored for a transfer that does not run";
  if (chunk.length <= ByteCount()) return "an empty message was kept";
  if (chunk.file_size > options_.limits.max_file_size) return "bytes stored of a file over the limit";
  if (chunk.length.value() != message.size) return "a verdict on another message";
  if (chunk.offset.value() != pull->stored) return "bytes stored out of order";
  if (chunk.offset + chunk.length > chunk.file_size) return "bytes stored past the end";
  if (message.file == nullptr || message.file->id != pull->id || message.offset != pull->stored) pull->is_sound = false;
  pull->file = message.file;
  pull->stored += message.size;
  pull->last_byte_at = now;
  last_progress_ = now;
  return "";
}

std::string_view ReceivingModel::Dropped() {
  if (unjudged_.empty()) return "a verdict on a message that did not come";
  unjudged_.pop_front();
  return "";
}

std::string_view ReceivingModel::Verified(TransferKey key) {
  Pull* pull = Find(key);
  if (pull == nullptr || pull->state != State::kRunning) return "a file to verify that did not run";
  pull->state = State::kVerifying;
  verifying_.push_back(key);
  return "";
}

std::string_view ReceivingModel::Delivered(const Deliver& delivery) {
  Pull* pull = Find(delivery.transfer);
  if (pull == nullptr || pull->state == State::kEnded) return "a delivery for a pull that had ended";
  if (pull->state != State::kVerifying) return "a delivery that was not verified";
  if (verifying_.front() != delivery.transfer) return "a delivery out of order";
  if (delivery.file.size.value() != pull->stored) return "a delivery of another size than announced";
  if (delivery.file.id.value != pull->id) return "a delivery of another file than pulled";
  if (Digest(delivery.transfer) != delivery.file.hash) return "a delivery whose content is not what its hash says";
  verifying_.pop_front();
  End(*pull);
  return "";
}

std::string_view ReceivingModel::Ended(const Failed& failure, Timestamp now) {
  Pull* pull = Find(failure.transfer);
  if (pull == nullptr || pull->state == State::kEnded) return "a failure for a pull that had ended";
  const Pull before = *pull;
  verifying_.erase(std::remove(verifying_.begin(), verifying_.end(), failure.transfer), verifying_.end());
  End(*pull);
  // A meta that is taken and fails at once never asks for leave, yet it is an answer.
  if (failure.reason == Reason::kTooLarge) last_progress_ = now;
  if (failure.reason == Reason::kPullTimeout &&
      (before.state != State::kWaiting || now < std::max(before.asked_at, last_progress_) + options_.timeouts.pull)) {
    return "a pull that timed out although the peer was not silent";
  }
  if (failure.reason == Reason::kStalled &&
      (before.state != State::kRunning || now < before.last_byte_at + options_.timeouts.stall)) {
    return "a transfer that stalled although bytes came";
  }
  if (failure.reason == Reason::kHashMismatch && before.state != State::kVerifying) return "a mismatch out of nothing";
  return "";
}

std::string_view ReceivingModel::CheckNothingIsOverdue(Timestamp now) const {
  for (const auto& [key, pull] : pulls_) {
    if (pull.state == State::kWaiting && now >= std::max(pull.asked_at, last_progress_) + options_.timeouts.pull) {
      return "a pull waits although the peer has been silent for too long";
    }
    if (pull.state == State::kRunning && now >= pull.last_byte_at + options_.timeouts.stall) {
      return "a transfer runs although no byte has come for too long";
    }
  }
  return "";
}

std::string_view ReceivingModel::CheckEveryMessageIsJudged() const {
  return unjudged_.empty() ? "" : "a binary message without a verdict";
}

std::string_view ReceivingModel::CheckAllEnded() const { return open_ == 0 ? "" : "a pull that never ended"; }

std::string ReceivingModel::Digest(TransferKey key) const {
  const auto found = pulls_.find(key);
  if (found == pulls_.end() || !found->second.is_sound) return "unsound";
  const Pull& pull = found->second;
  // Nothing was stored of an empty file; its id stands for its content.
  if (pull.file == nullptr) return pull.id;
  return pull.stored == pull.file->size ? pull.file->content_hash : "cut off";
}

bool ReceivingModel::IsOpen(TransferKey key) const {
  const auto found = pulls_.find(key);
  return found != pulls_.end() && found->second.state != State::kEnded;
}

ReceivingModel::Pull* ReceivingModel::Find(TransferKey key) {
  const auto found = pulls_.find(key);
  return found == pulls_.end() ? nullptr : &found->second;
}

void ReceivingModel::End(Pull& pull) {
  pull.state = State::kEnded;
  --open_;
}

}  // namespace peer_session::simulation
