// Writes one flat JSON object, field by field: all that the protocol says.
//
// The library's own writer goes through a document tree, which is a tenth of the binary for messages of ten fields.
#ifndef PEER_SESSION_SRC_WIRE_JSON_WRITER_H_
#define PEER_SESSION_SRC_WIRE_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace peer_session::wire {

class JsonWriter {
 public:
  // Every message begins with its type.
  explicit JsonWriter(std::string_view type) { String("type", type); }

  // Keys are this protocol's own: they need no escapes. Text that is not UTF-8 cannot come from JavaScript; from a native
  // caller it is replaced by U+FFFD, never a reason to stop.
  JsonWriter& String(std::string_view key, std::string_view value);
  JsonWriter& Strings(std::string_view key, const std::vector<std::string>& values);
  JsonWriter& Bool(std::string_view key, bool value);
  JsonWriter& Whole(std::string_view key, std::int64_t value);
  // One that is whole is written without a fraction, as JavaScript would; one that is not finite, as null.
  JsonWriter& Number(std::string_view key, double value);

  std::string Take();

 private:
  void Key(std::string_view key);
  void Quoted(std::string_view text);

  std::string text_;
};

}  // namespace peer_session::wire

#endif  // PEER_SESSION_SRC_WIRE_JSON_WRITER_H_
