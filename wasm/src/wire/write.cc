#include "wire/write.h"

#include "wire/json_writer.h"

namespace peer_session::wire {
namespace {

JsonWriter DescribeFile(std::string_view type, const FileInfo& file) {
  JsonWriter message(type);
  message.String("transferId", file.id.value)
      .String("name", file.name)
      .Whole("size", file.size.value())
      .String("mime", file.mime)
      .String("hash", file.hash)
      .Bool("isPinned", file.is_pinned);
  if (file.ttl) message.Number("ttl", *file.ttl);
  return message;
}

}  // namespace

std::string WriteOfferFile(const FileInfo& file) { return DescribeFile("offer-file", file).Take(); }

std::string WriteMeta(const FileInfo& file, std::optional<double> identity_created_at) {
  JsonWriter message = DescribeFile("meta", file);
  if (file.original_sender_id) message.String("originalSenderId", *file.original_sender_id);
  if (file.signature) message.String("signature", *file.signature);
  if (file.public_key) message.String("publicKeyBase64", *file.public_key);
  if (identity_created_at) message.Number("identityCreatedAt", *identity_created_at);
  return message.Take();
}

std::string WritePullRequest(const TransferId& id) {
  return JsonWriter("pull-request").String("transferId", id.value).Take();
}

std::string WriteTransferAbort(const TransferId& id, std::string_view reason) {
  return JsonWriter("transfer-abort").String("transferId", id.value).String("reason", reason).Take();
}

std::string WriteSyncRequest() { return JsonWriter("sync-request").Take(); }

std::string WriteInventory(const std::vector<std::string>& hashes) {
  return JsonWriter("inventory").Strings("hashes", hashes).Take();
}

std::string WriteRequestFile(std::string_view hash) { return JsonWriter("request-file").String("hash", hash).Take(); }

std::string WritePing() { return JsonWriter("ping").Take(); }

std::string WritePong() { return JsonWriter("pong").Take(); }

}  // namespace peer_session::wire
