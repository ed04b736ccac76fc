#include "js_object.h"

#include <emscripten/em_js.h>

#include <cstddef>
#include <utility>

using emscripten::EM_VAL;

// clang-format off
EM_JS(EM_VAL, js_new_object, (), { return Emval.toHandle({}); })

// For the functions below; C++ could not hold what these two return.
// Most names come again and again, and decoding one takes longer than all else that is done with it.
EM_JS(void, js_name, (const char* name), {
  const names = (Module.names ||= {});
  return (names[name] ||= UTF8ToString(name));
})

// Without ignoreBOM a decoder drops a byte order mark in front.
EM_JS(void, js_text, (const char* text, std::size_t length), {
  const decoder = (Module.decoder ||= new TextDecoder('utf-8', { ignoreBOM: true }));
  return decoder.decode(HEAPU8.subarray(text, text + length));
})

EM_JS(void, js_set_number, (EM_VAL object, const char* name, double value), {
  Emval.toValue(object)[js_name(name)] = value;
})

EM_JS(void, js_set_flag, (EM_VAL object, const char* name, bool value), {
  Emval.toValue(object)[js_name(name)] = !!value;
})

EM_JS(void, js_set_word, (EM_VAL object, const char* name, const char* word), {
  Emval.toValue(object)[js_name(name)] = js_name(word);
})

EM_JS(void, js_set_text, (EM_VAL object, const char* name, const char* text, std::size_t length), {
  Emval.toValue(object)[js_name(name)] = js_text(text, length);
})

EM_JS(void, js_set_list, (EM_VAL object, const char* name), { Emval.toValue(object)[js_name(name)] = []; })

EM_JS(void, js_push_text, (EM_VAL object, const char* name, const char* text, std::size_t length), {
  Emval.toValue(object)[js_name(name)].push(js_text(text, length));
})

EM_JS(void, js_set_object, (EM_VAL object, const char* name, EM_VAL value), {
  Emval.toValue(object)[js_name(name)] = Emval.toValue(value);
})
// clang-format on

namespace peer_session::js {

JsObject::JsObject() : object_(emscripten::val::take_ownership(js_new_object())) {}

JsObject& JsObject::Word(const char* name, const char* word) {
  js_set_word(object_.as_handle(), name, word);
  return *this;
}

JsObject& JsObject::Number(const char* name, double value) {
  js_set_number(object_.as_handle(), name, value);
  return *this;
}

JsObject& JsObject::Flag(const char* name, bool value) {
  js_set_flag(object_.as_handle(), name, value);
  return *this;
}

JsObject& JsObject::Text(const char* name, std::string_view value) {
  js_set_text(object_.as_handle(), name, value.data(), value.size());
  return *this;
}

JsObject& JsObject::Texts(const char* name, const std::vector<std::string>& values) {
  js_set_list(object_.as_handle(), name);
  for (const std::string& value : values) js_push_text(object_.as_handle(), name, value.data(), value.size());
  return *this;
}

JsObject& JsObject::Object(const char* name, const JsObject& value) {
  js_set_object(object_.as_handle(), name, value.object_.as_handle());
  return *this;
}

emscripten::val JsObject::Take() && { return std::move(object_); }

}  // namespace peer_session::js
