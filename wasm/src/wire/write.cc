#include "wire/write.h"

#include <cstdint>

#include "wire/features.h"
#include "wire/json_writer.h"
#include "wire/message.h"

namespace peer_session::wire {
namespace {

JsonWriter DescribeFile(std::string_view type, const FileInfo& file) {
  JsonWriter message(type);
  message.String("transferId", file.id.value)
      .String("name", file.name)
      .Whole("size", file.size.value())
      .String("mime", file.mime);
  if (!file.hash.empty()) message.String("hash", file.hash);
  message.Bool("isPinned", file.is_pinned);
  if (file.ttl) message.Number("ttl", *file.ttl);
  return message;
}

JsonWriter OfTransfer(std::string_view type, const TransferId& id) {
  JsonWriter message(type);
  message.String("transferId", id.value);
  return message;
}

// As many of its bytes as are whole characters.
std::string_view FirstOf(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

// Of `hello`: it changes when a peer must know more than features to understand this one.
constexpr std::int64_t kVersion = 1;

}  // namespace

std::string WriteOfferFile(const FileInfo& file) {
  JsonWriter message = DescribeFile("offer-file", file);
  if (!file.extra.empty()) message.String("extra", file.extra);
  return message.Take();
}

std::string WriteMeta(const FileInfo& file, std::optional<double> identity_created_at, ByteCount offset) {
  JsonWriter message = DescribeFile("meta", file);
  if (file.original_sender_id) message.String("originalSenderId", *file.original_sender_id);
  if (file.signature) message.String("signature", *file.signature);
  if (file.public_key) message.String("publicKeyBase64", *file.public_key);
  if (identity_created_at) message.Number("identityCreatedAt", *identity_created_at);
  if (offset > ByteCount()) message.Whole("offset", offset.value());
  return message.Take();
}

std::string WritePullRequest(const TransferId& id, ByteCount offset, ByteCount credit) {
  JsonWriter message = OfTransfer("pull-request", id);
  if (offset > ByteCount()) message.Whole("offset", offset.value());
  if (credit.value() < std::numeric_limits<std::int64_t>::max()) message.Whole("credit", credit.value());
  return message.Take();
}

std::string WriteCredit(const TransferId& id, ByteCount up_to) {
  return OfTransfer("credit", id).Whole("upTo", up_to.value()).Take();
}

std::string WriteTransferAbort(const TransferId& id, std::string_view reason) {
  return OfTransfer("transfer-abort", id).String("reason", reason).Take();
}

std::string WriteTransferCancel(const TransferId& id, std::string_view reason, std::string_view detail,
                                std::size_t max_detail) {
  JsonWriter message = OfTransfer("transfer-cancel", id);
  message.String("reason", reason);
  if (const std::string_view most = FirstOf(detail, max_detail); !most.empty()) message.String("detail", most);
  return message.Take();
}

std::string WritePausedAbort(const TransferId& id) { return WriteTransferAbort(id, kPausedCode); }

std::string WriteTransferPause(const TransferId& id) { return OfTransfer("transfer-pause", id).Take(); }

std::string WriteTransferDone(const TransferId& id) { return OfTransfer("transfer-done", id).Take(); }

std::string WriteTransferEnd(const TransferId& id, std::string_view hash) {
  return OfTransfer("transfer-end", id).String("hash", hash).Take();
}

std::string WriteOfferWithdraw(const TransferId& id) { return OfTransfer("offer-withdraw", id).Take(); }

std::string WriteHello(std::string_view epoch, FeatureSet features, ByteCount max_file_size) {
  std::vector<std::string> names;
  for (std::size_t index = 0; index < kFeatureNames.size(); ++index) {
    if (features.Has(static_cast<Feature>(index))) names.emplace_back(kFeatureNames.at(index));
  }
  return JsonWriter("hello")
      .Whole("version", kVersion)
      .String("epoch", epoch)
      .Strings("features", names)
      .Whole("maxFileSize", max_file_size.value())
      .Take();
}

std::string WriteBye() { return JsonWriter("bye").Take(); }

std::string WriteSyncRequest() { return JsonWriter("sync-request").Take(); }

std::string WriteInventory(const std::vector<std::string>& hashes) {
  return JsonWriter("inventory").Strings("hashes", hashes).Take();
}

std::string WriteRequestFile(std::string_view hash) { return JsonWriter("request-file").String("hash", hash).Take(); }

std::string WritePing() { return JsonWriter("ping").Take(); }

std::string WriteAck(ByteCount received, Timestamp at) {
  return JsonWriter("ack").Whole("received", received.value()).Whole("at", at.micros()).Take();
}

std::string WriteLane(std::uint32_t number, std::string_view key, std::string_view description) {
  return JsonWriter("lane").Whole("lane", number).String(key, description).Take();
}

std::string WriteNoLane(std::uint32_t number) { return JsonWriter("lane").Whole("lane", number).Take(); }

std::string WriteSegment(const TransferId& id, ByteCount offset) {
  return OfTransfer("segment", id).Whole("offset", offset.value()).Take();
}

std::string WritePong() { return JsonWriter("pong").Take(); }

}  // namespace peer_session::wire
