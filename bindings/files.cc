#include "files.h"

#include <optional>
#include <string>

#include "numbers.h"

namespace peer_session::js {
namespace {

void PutText(JsObject& object, const char* name, const std::optional<std::string>& text) {
  if (text) object.Text(name, *text);
}

void PutNumber(JsObject& object, const char* name, std::optional<double> number) {
  // JSON, in which peers describe files, has no negative zero to tell.
  if (number) object.Number(name, *number + 0.0);
}

}  // namespace

JsObject ToJavaScript(const FileInfo& file) {
  JsObject object;
  object.Text("transferId", file.id.value)
      .Text("name", file.name)
      .Number("size", ToNumber(file.size))
      .Text("mime", file.mime)
      .Text("hash", file.hash)
      .Flag("isPinned", file.is_pinned);
  PutNumber(object, "ttl", file.ttl);
  PutText(object, "originalSenderId", file.original_sender_id);
  PutText(object, "signature", file.signature);
  PutText(object, "publicKeyBase64", file.public_key);
  PutNumber(object, "identityCreatedAt", file.identity_created_at);
  if (!file.extra.empty()) object.Text("extra", file.extra);
  return object;
}

FileInfo ToFileInfo(const JsReader& file) {
  return FileInfo{.id = TransferId{file.Text("transferId").value_or("")},
                  .name = file.Text("name").value_or(""),
                  .size = ToByteCount(file.Number("size").value_or(0)),
                  .mime = file.Text("mime").value_or(""),
                  .hash = file.Text("hash").value_or(""),
                  .is_pinned = file.Flag("isPinned"),
                  .ttl = file.Number("ttl"),
                  .original_sender_id = file.Text("originalSenderId"),
                  .signature = file.Text("signature"),
                  .public_key = file.Text("publicKeyBase64"),
                  .identity_created_at = std::nullopt,
                  .extra = file.Text("extra").value_or("")};
}

}  // namespace peer_session::js
