// JavaScript objects that are put together, and read, field by field.
//
// Not by embind's value objects: those have all their fields always, and reach each by a call of its own; and its strings lose a
// byte order mark in front, which a peer may have in a file's name.
#ifndef PEER_SESSION_BINDINGS_JS_OBJECT_H_
#define PEER_SESSION_BINDINGS_JS_OBJECT_H_

#include <emscripten/val.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peer_session::js {

// Names and words are string literals: JavaScript remembers them by their address.
class JsObject {
 public:
  JsObject();

  JsObject& Number(const char* name, double value);
  JsObject& Flag(const char* name, bool value);
  JsObject& Word(const char* name, const char* word);
  JsObject& Text(const char* name, std::string_view value);
  JsObject& Texts(const char* name, const std::vector<std::string>& values);
  JsObject& Object(const char* name, const JsObject& value);

  emscripten::val Take() &&;

 private:
  emscripten::val object_;
};

// What is null, or not there, is nothing, and nothing has no fields. Of a text that has more than `longest` characters, one more than that is read, so that
// it is still too long for whoever checks it.
class JsReader {
 public:
  JsReader(const emscripten::val& object, double longest) : object_(object), longest_(longest) {}

  std::optional<double> Number(const char* name) const;
  bool Flag(const char* name) const;
  // Empty, too, is nothing.
  std::optional<std::string> Text(const char* name) const;

 private:
  const emscripten::val& object_;
  double longest_;
};

// Of a string, and of an array of strings.
std::string ReadText(const emscripten::val& text, double longest);
std::vector<std::string> ReadTexts(const emscripten::val& texts, double longest);

}  // namespace peer_session::js

#endif  // PEER_SESSION_BINDINGS_JS_OBJECT_H_
