#include "js_types.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

namespace peer_session::js {
namespace {

// JavaScript may hand in NaN, an infinity or a fraction anywhere; casting those is undefined.
std::int64_t Whole(double value) {
  constexpr double kLimit = 9007199254740991.0;  // 2^53 - 1
  if (std::isnan(value)) return 0;
  return static_cast<std::int64_t>(std::clamp(value, -kLimit, kLimit));
}

Duration ToDuration(double milliseconds) { return Duration::Millis(Whole(std::min(milliseconds, 1e12))); }
double ToMillis(Duration span) { return static_cast<double>(span.micros()) / 1000.0; }
double ToNumber(ByteCount bytes) { return static_cast<double>(bytes.value()); }
// A WebAssembly size has 32 bits: a count beyond it would wrap around, 2^32 to none at all.
std::size_t ToCount(double value) {
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::size_t>(std::clamp<std::int64_t>(Whole(value), 0, kMost));
}

}  // namespace

Timestamp ToTimestamp(double milliseconds) { return Timestamp::FromMicros(Whole(milliseconds * 1000.0)); }

ByteCount ToByteCount(double bytes) { return ByteCount(Whole(bytes)); }

TransferKey ToKey(std::uint32_t transfer) { return static_cast<TransferKey>(transfer); }

FileInfo ToFileInfo(RawFile file) {
  FileInfo info{.id = TransferId{std::move(file.transferId)},
                .name = std::move(file.name),
                .size = ToByteCount(file.size),
                .mime = std::move(file.mime),
                .hash = std::move(file.hash),
                .is_pinned = file.isPinned,
                .ttl = std::nullopt,
                .original_sender_id = std::nullopt,
                .signature = std::nullopt,
                .public_key = std::nullopt,
                .identity_created_at = std::nullopt};
  if (std::isfinite(file.ttl)) info.ttl = file.ttl;
  if (!file.originalSenderId.empty()) info.original_sender_id = std::move(file.originalSenderId);
  if (!file.signature.empty()) info.signature = std::move(file.signature);
  if (!file.publicKeyBase64.empty()) info.public_key = std::move(file.publicKeyBase64);
  return info;
}

Options ToOptions(const RawOptions& raw) {
  Options options;
  options.limits.max_file_size = ToByteCount(raw.maxFileSize);
  options.limits.max_text = ToByteCount(raw.maxTextLength);
  options.limits.max_offers = ToCount(raw.maxPendingOffers);
  options.limits.max_pulls = ToCount(raw.maxPendingPulls);
  options.timeouts.connect = ToDuration(raw.connectTimeout);
  options.timeouts.offer = ToDuration(raw.offerTimeout);
  options.timeouts.pull = ToDuration(raw.pullTimeout);
  options.timeouts.stall = ToDuration(raw.stallTimeout);
  options.timeouts.read = ToDuration(raw.readTimeout);
  options.timeouts.verify = ToDuration(raw.verifyTimeout);
  options.timeouts.transfer = ToDuration(raw.transferTimeout);
  options.pacing.max_message = ToByteCount(raw.maxMessageSize);
  options.pacing.high_water = ToByteCount(raw.highWaterMark);
  options.pacing.low_water = ToByteCount(raw.lowWaterMark);
  options.pacing.block = ToByteCount(raw.blockSize);
  options.pacing.read_ahead = ToByteCount(raw.readAhead);
  if (std::isfinite(raw.identityCreatedAt)) options.identity_created_at = raw.identityCreatedAt;
  if (!raw.signerId.empty()) options.signer_id = raw.signerId;
  return options;
}

RawOptions DefaultOptions() {
  const Options options;
  return RawOptions{.maxFileSize = ToNumber(options.limits.max_file_size),
                    .maxTextLength = ToNumber(options.limits.max_text),
                    .maxPendingOffers = static_cast<double>(options.limits.max_offers),
                    .maxPendingPulls = static_cast<double>(options.limits.max_pulls),
                    .connectTimeout = ToMillis(options.timeouts.connect),
                    .offerTimeout = ToMillis(options.timeouts.offer),
                    .pullTimeout = ToMillis(options.timeouts.pull),
                    .stallTimeout = ToMillis(options.timeouts.stall),
                    .readTimeout = ToMillis(options.timeouts.read),
                    .verifyTimeout = ToMillis(options.timeouts.verify),
                    .transferTimeout = ToMillis(options.timeouts.transfer),
                    .maxMessageSize = ToNumber(options.pacing.max_message),
                    .highWaterMark = ToNumber(options.pacing.high_water),
                    .lowWaterMark = ToNumber(options.pacing.low_water),
                    .blockSize = ToNumber(options.pacing.block),
                    .readAhead = ToNumber(options.pacing.read_ahead),
                    .identityCreatedAt = std::numeric_limits<double>::quiet_NaN(),
                    .signerId = "",
                    .group = 0,
                    .member = 0};
}

RawStats ToRaw(const Stats& stats) {
  return RawStats{.pendingOffers = static_cast<double>(stats.pending_offers),
                  .queuedUploads = static_cast<double>(stats.queued_uploads),
                  .waitingPulls = static_cast<double>(stats.waiting_pulls),
                  .unverifiedFiles = static_cast<double>(stats.unverified_files),
                  .outboxBytes = ToNumber(stats.outbox),
                  .ignoredMessages = static_cast<double>(stats.ignored_messages),
                  .droppedBytes = static_cast<double>(stats.dropped_bytes)};
}

}  // namespace peer_session::js
