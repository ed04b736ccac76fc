#include "wire/write.h"

#include <cmath>
#include <cstdint>

#include "wire/json.h"

namespace peer_session::wire {
namespace {

constexpr double kMaxSafeInteger = 9007199254740991.0;  // 2^53 - 1

// A double that is whole is written without a fraction, as JavaScript would.
Json NumberOf(double value) {
  if (std::abs(value) <= kMaxSafeInteger && std::trunc(value) == value) return static_cast<std::int64_t>(value);
  return value;
}

// Text that is not UTF-8 cannot come from JavaScript; from a native caller it is replaced, never a reason to stop.
std::string Dump(const Json& message) { return message.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json DescribeFile(std::string_view type, const FileInfo& file) {
  Json message;
  message["type"] = type;
  message["transferId"] = file.id.value;
  message["name"] = file.name;
  message["size"] = file.size.value();
  message["mime"] = file.mime;
  message["hash"] = file.hash;
  message["isPinned"] = file.is_pinned;
  if (file.ttl) message["ttl"] = NumberOf(*file.ttl);
  return message;
}

std::string TypeOnly(std::string_view type) { return Dump(Json{{"type", type}}); }

}  // namespace

std::string WriteOfferFile(const FileInfo& file) { return Dump(DescribeFile("offer-file", file)); }

std::string WriteMeta(const FileInfo& file, std::optional<double> identity_created_at) {
  Json message = DescribeFile("meta", file);
  if (file.original_sender_id) message["originalSenderId"] = *file.original_sender_id;
  if (file.signature) message["signature"] = *file.signature;
  if (file.public_key) message["publicKeyBase64"] = *file.public_key;
  if (identity_created_at) message["identityCreatedAt"] = NumberOf(*identity_created_at);
  return Dump(message);
}

std::string WritePullRequest(const TransferId& id) {
  return Dump(Json{{"type", "pull-request"}, {"transferId", id.value}});
}

std::string WriteTransferAbort(const TransferId& id, std::string_view reason) {
  return Dump(Json{{"type", "transfer-abort"}, {"transferId", id.value}, {"reason", reason}});
}

std::string WriteSyncRequest() { return TypeOnly("sync-request"); }

std::string WriteInventory(const std::vector<std::string>& hashes) {
  return Dump(Json{{"type", "inventory"}, {"hashes", hashes}});
}

std::string WriteRequestFile(std::string_view hash) { return Dump(Json{{"type", "request-file"}, {"hash", hash}}); }

std::string WritePing() { return TypeOnly("ping"); }

std::string WritePong() { return TypeOnly("pong"); }

}  // namespace peer_session::wire
