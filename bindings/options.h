// The engine's options and figures, by the names that they have in JavaScript.
#ifndef PEER_SESSION_BINDINGS_OPTIONS_H_
#define PEER_SESSION_BINDINGS_OPTIONS_H_

#include <emscripten/val.h>

#include "js_object.h"
#include "peer_session/session.h"

namespace peer_session::js {

// What is not given is as the engine has it.
Options ToOptions(const JsReader& given);
emscripten::val DefaultOptions();
emscripten::val ToJavaScript(const Stats& stats);

}  // namespace peer_session::js

#endif  // PEER_SESSION_BINDINGS_OPTIONS_H_
