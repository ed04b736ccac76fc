// A JavaScript object that is put together field by field.
//
// Not by embind's value objects: those have all their fields always, and read each by a call into the engine; and its strings
// lose a byte order mark in front, which a peer may have in a file's name.
#ifndef PEER_SESSION_BINDINGS_JS_OBJECT_H_
#define PEER_SESSION_BINDINGS_JS_OBJECT_H_

#include <emscripten/val.h>

#include <string>
#include <string_view>
#include <vector>

namespace peer_session::js {

class JsObject {
 public:
  JsObject();

  // Names and words are string literals: JavaScript remembers them by their address.
  JsObject& Word(const char* name, const char* word);
  JsObject& Number(const char* name, double value);
  JsObject& Flag(const char* name, bool value);
  JsObject& Text(const char* name, std::string_view value);
  JsObject& Texts(const char* name, const std::vector<std::string>& values);
  JsObject& Object(const char* name, const JsObject& value);

  emscripten::val Take() &&;

 private:
  emscripten::val object_;
};

}  // namespace peer_session::js

#endif  // PEER_SESSION_BINDINGS_JS_OBJECT_H_
