#include "js_object.h"

#include <emscripten/em_js.h>

#include <cmath>
#include <cstddef>
#include <utility>

using emscripten::EM_VAL;

// clang-format off: what follows is JavaScript.
EM_JS_DEPS(peer_session_js_object, "$AsciiToString,$Emval");

EM_JS(EM_VAL, js_new_object, (), { return Emval.toHandle({}); })

// A string, for the functions below alone. Most names come again and again, and decoding one takes longer than all else that is
// done with it.
EM_JS(void, js_name, (const char* name), {
  const names = (Module.names ||= {});
  return (names[name] ||= AsciiToString(name));
})

// Likewise. Without ignoreBOM a decoder drops a byte order mark in front.
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
// NaN: nothing.
EM_JS(double, js_get_number, (EM_VAL object, const char* name), {
  return Emval.toValue(object)[js_name(name)] ?? NaN;
})

EM_JS(bool, js_get_flag, (EM_VAL object, const char* name), { return !!Emval.toValue(object)[js_name(name)]; })

EM_JS(int, js_length, (EM_VAL array), { return Emval.toValue(array).length; })

// Keeps a text as UTF-8: the given one, a field or an item. Returns its length; -1: there is none.
EM_JS(int, js_encode, (EM_VAL text, double longest), {
  return js_keep(Emval.toValue(text), longest);
})

EM_JS(int, js_encode_field, (EM_VAL object, const char* name, double longest), {
  return js_keep(Emval.toValue(object)?.[js_name(name)], longest);
})

EM_JS(int, js_encode_item, (EM_VAL array, int index, double longest), {
  return js_keep(Emval.toValue(array)[index], longest);
})

EM_JS(void, js_keep, (EM_VAL text, double longest), {
  if (text == null) return -1;
  Module.kept = (Module.encoder ||= new TextEncoder()).encode(text.slice(0, longest + 1));
  return Module.kept.length;
})

EM_JS(void, js_take, (char* out), {
  HEAPU8.set(Module.kept, out);
  Module.kept = undefined;
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

namespace {

std::string TakeKept(int length) {
  if (length < 0) return {};
  std::string text(static_cast<std::size_t>(length), '\0');
  js_take(text.data());
  return text;
}

}  // namespace

std::optional<double> JsReader::Number(const char* name) const {
  const double value = js_get_number(object_.as_handle(), name);
  return std::isnan(value) ? std::nullopt : std::optional<double>(value);
}

bool JsReader::Flag(const char* name) const { return js_get_flag(object_.as_handle(), name); }

std::optional<std::string> JsReader::Text(const char* name) const {
  const int length = js_encode_field(object_.as_handle(), name, longest_);
  if (length <= 0) return std::nullopt;
  return TakeKept(length);
}

std::string ReadText(const emscripten::val& text, double longest) {
  return TakeKept(js_encode(text.as_handle(), longest));
}

std::vector<std::string> ReadTexts(const emscripten::val& texts, double longest) {
  const int count = js_length(texts.as_handle());
  std::vector<std::string> read;
  for (int index = 0; index < count; ++index) {
    read.push_back(TakeKept(js_encode_item(texts.as_handle(), index, longest)));
  }
  return read;
}

emscripten::val JsObject::Take() && { return std::move(object_); }

}  // namespace peer_session::js
