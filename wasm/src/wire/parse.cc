#include "wire/parse.h"

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "wire/field_reader.h"
#include "wire/hash.h"

namespace peer_session::wire {
namespace {

constexpr double kMaxSafeInteger = 9007199254740991.0;  // 2^53 - 1

std::optional<std::string> Text(const Fields& fields, StringField field, std::size_t max_length) {
  const std::optional<std::string>& value = fields.Get(field);
  if (!value || value->size() > max_length) return std::nullopt;
  return value;
}

std::optional<std::string> NonEmptyText(const Fields& fields, StringField field, std::size_t max_length) {
  std::optional<std::string> value = Text(fields, field, max_length);
  if (value && value->empty()) value.reset();
  return value;
}

// Of a field that older peers may give any meaning to: what cannot be used is none.
std::string TextOrNone(const Fields& fields, StringField field, std::size_t max_length) {
  return Text(fields, field, max_length).value_or(std::string());
}

std::optional<TransferId> Id(const Fields& fields, const Limits& limits) {
  std::optional<std::string> value = NonEmptyText(fields, StringField::kTransferId, limits.max_id);
  if (!value) return std::nullopt;
  return TransferId{std::move(*value)};
}

std::optional<std::string> Hash(const Fields& fields) {
  std::optional<std::string> value = fields.Get(StringField::kHash);
  if (value && !NormalizeHash(*value)) value.reset();
  return value;
}

std::optional<ByteCount> Bytes(const Fields& fields, NumberField field) {
  const std::optional<double>& value = fields.Get(field);
  if (!value || !(*value >= 0 && *value <= kMaxSafeInteger) || std::trunc(*value) != *value) return std::nullopt;
  return ByteCount(static_cast<std::int64_t>(*value));
}

// Absent it is zero; nothing when it is there and no position in a file.
std::optional<ByteCount> Offset(const Fields& fields) {
  return fields.Get(NumberField::kOffset) ? Bytes(fields, NumberField::kOffset) : ByteCount();
}

Reason GivenReason(const Fields& fields) {
  const std::optional<std::string>& code = fields.Get(StringField::kReason);
  return code ? ReasonOf(*code) : Reason::kNone;
}

// What cannot be a signature, or a key, is kept as an empty one, which never holds: the file itself is not at fault.
std::optional<std::string> Claimed(const Fields& fields, StringField field, const Limits& limits) {
  const std::optional<std::string>& value = fields.Get(field);
  if (value && value->size() > limits.max_signature) return std::string();
  return value;
}

std::optional<FileInfo> File(const Fields& fields, const Limits& limits, FeatureSet features) {
  std::optional<TransferId> id = Id(fields, limits);
  std::optional<std::string> name = Text(fields, StringField::kName, limits.max_name);
  std::optional<std::string> mime = Text(fields, StringField::kMime, limits.max_mime);
  std::optional<std::string> hash = Hash(fields);
  const std::optional<ByteCount> size = Bytes(fields, NumberField::kSize);
  // It may follow; but what is there and is none, is a mistake.
  const bool has_hash = hash || (features.Has(Feature::kTrailingHash) && !fields.Get(StringField::kHash));
  if (fields.wrong_type || !id || !name || !mime || !has_hash || !size) return std::nullopt;
  const std::optional<std::string>& sender = fields.Get(StringField::kOriginalSenderId);
  if (sender && sender->size() > limits.max_id) return std::nullopt;
  return FileInfo{.id = std::move(*id),
                  .name = std::move(*name),
                  .size = *size,
                  .mime = std::move(*mime),
                  .hash = std::move(hash).value_or(std::string()),
                  .is_pinned = fields.is_pinned.value_or(false),
                  .ttl = fields.Get(NumberField::kTtl),
                  .original_sender_id = sender,
                  .signature = Claimed(fields, StringField::kSignature, limits),
                  .public_key = Claimed(fields, StringField::kPublicKey, limits),
                  .identity_created_at = fields.Get(NumberField::kIdentityCreatedAt)};
}

Message ParseMeta(const Fields& fields, const Limits& limits, FeatureSet features) {
  std::optional<FileInfo> file = File(fields, limits, features);
  const std::optional<ByteCount> offset = Offset(fields);
  if (!file || !offset || *offset > file->size) return InvalidMeta{Id(fields, limits)};
  return Meta{.file = std::move(*file), .offset = *offset};
}

Message ParseOffer(const Fields& fields, const Limits& limits, FeatureSet features) {
  std::optional<FileInfo> file = File(fields, limits, features);
  if (!file) return Malformed{};
  file->extra = TextOrNone(fields, StringField::kExtra, limits.max_extra);
  return OfferFile{std::move(*file)};
}

Message ParsePullRequest(const Fields& fields, const Limits& limits) {
  std::optional<TransferId> id = Id(fields, limits);
  const std::optional<ByteCount> offset = Offset(fields);
  const std::optional<ByteCount> credit = Bytes(fields, NumberField::kCredit);
  if (!id || !offset || (fields.Get(NumberField::kCredit) && !credit)) return Malformed{};
  return PullRequest{.id = std::move(*id), .offset = *offset, .credit = credit};
}

Message ParseCredit(const Fields& fields, const Limits& limits) {
  std::optional<TransferId> id = Id(fields, limits);
  const std::optional<ByteCount> up_to = Bytes(fields, NumberField::kUpTo);
  if (!id || !up_to) return Malformed{};
  return Credit{.id = std::move(*id), .up_to = *up_to};
}

Message ParseAck(const Fields& fields) {
  const std::optional<ByteCount> received = Bytes(fields, NumberField::kReceived);
  const std::optional<ByteCount> at = Bytes(fields, NumberField::kAt);
  if (!received || !at) return Malformed{};
  return Ack{.received = *received, .at = Timestamp::FromMicros(at->value())};
}

Message ParseLane(const Fields& fields, const Limits& limits) {
  const std::optional<ByteCount> number = Bytes(fields, NumberField::kLane);
  if (!number || *number < ByteCount(1) || *number > ByteCount(kMostLanes)) return Malformed{};
  return LaneSignal{.number = static_cast<std::uint32_t>(number->value()),
                    .offer = NonEmptyText(fields, StringField::kOffer, limits.max_description),
                    .answer = NonEmptyText(fields, StringField::kAnswer, limits.max_description)};
}

Message ParseSegment(const Fields& fields, const Limits& limits) {
  std::optional<TransferId> id = Id(fields, limits);
  const std::optional<ByteCount> offset = Offset(fields);
  if (!id || !offset) return Malformed{};
  return Segment{.id = std::move(*id), .offset = *offset};
}

Message ParseTransferEnd(const Fields& fields, const Limits& limits) {
  std::optional<TransferId> id = Id(fields, limits);
  std::optional<std::string> hash = Hash(fields);
  if (!id || !hash) return Malformed{};
  return TransferEnd{.id = std::move(*id), .hash = std::move(*hash)};
}

Message ParseHello(const Fields& fields, const Limits& limits) {
  std::optional<std::string> epoch = NonEmptyText(fields, StringField::kEpoch, limits.max_id);
  // Not of this protocol: other applications greet too.
  if (!epoch) return Unknown{};
  return Hello{.epoch = std::move(*epoch),
               .features = fields.features,
               .max_file_size = Bytes(fields, NumberField::kMaxFileSize)};
}

// What names a transfer, and maybe why, and what the application says of it.
template <typename T>
Message ParseIdMessage(const Fields& fields, const Limits& limits) {
  std::optional<TransferId> id = Id(fields, limits);
  if (!id) return Malformed{};
  if constexpr (requires(T message) { message.detail; }) {
    return T{.id = std::move(*id),
             .reason = GivenReason(fields),
             .detail = TextOrNone(fields, StringField::kDetail, limits.max_detail)};
  } else if constexpr (requires(T message) { message.reason; }) {
    return T{.id = std::move(*id), .reason = GivenReason(fields)};
  } else {
    return T{std::move(*id)};
  }
}

Message ParseAbort(const Fields& fields, const Limits& limits) {
  std::optional<TransferId> id = Id(fields, limits);
  if (!id) return Malformed{};
  const bool is_paused = fields.Get(StringField::kReason) == kPausedCode;
  return TransferAbort{.id = std::move(*id), .reason = GivenReason(fields), .is_paused = is_paused};
}

Message ParseInventory(Fields& fields) {
  if (fields.wrong_type || !fields.hashes) return Malformed{};
  return Inventory{.hashes = std::move(*fields.hashes), .had_others = fields.other_hashes};
}

Message ParseRequestFile(const Fields& fields) {
  if (std::optional<std::string> hash = Hash(fields)) return RequestFile{std::move(*hash)};
  return Malformed{};
}

}  // namespace

Message Parse(std::string_view text, const Limits& limits, FeatureSet features) {
  if (text.size() > static_cast<std::size_t>(limits.max_text.value())) return Malformed{};
  Fields fields;
  if (!ReadFields(text, limits, fields)) return Malformed{};
  const std::optional<std::string>& type = fields.Get(StringField::kType);
  if (!type) return Malformed{};
  if (*type == "offer-file") return ParseOffer(fields, limits, features);
  if (*type == "pull-request") return ParsePullRequest(fields, limits);
  if (*type == "meta") return ParseMeta(fields, limits, features);
  if (*type == "transfer-abort") return ParseAbort(fields, limits);
  if (*type == "transfer-cancel") return ParseIdMessage<TransferCancel>(fields, limits);
  if (*type == "transfer-pause") return ParseIdMessage<TransferPause>(fields, limits);
  if (*type == "transfer-done") return ParseIdMessage<TransferDone>(fields, limits);
  if (*type == "transfer-end" && features.Has(Feature::kTrailingHash)) return ParseTransferEnd(fields, limits);
  if (*type == "offer-withdraw") return ParseIdMessage<OfferWithdraw>(fields, limits);
  if (*type == "credit") return ParseCredit(fields, limits);
  if (*type == "ack") return ParseAck(fields);
  if (*type == "lane") return ParseLane(fields, limits);
  if (*type == "segment") return ParseSegment(fields, limits);
  if (*type == "hello") return ParseHello(fields, limits);
  if (*type == "bye") return Bye{};
  if (*type == "sync-request") return SyncRequest{};
  if (*type == "inventory") return ParseInventory(fields);
  if (*type == "request-file") return ParseRequestFile(fields);
  if (*type == "ping") return Ping{};
  if (*type == "pong") return Pong{};
  return Unknown{};
}

}  // namespace peer_session::wire
