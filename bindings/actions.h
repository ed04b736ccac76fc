// The engine's actions as JavaScript sees them: one object for each, whose `kind` says which other fields it has.
#ifndef PEER_SESSION_BINDINGS_ACTIONS_H_
#define PEER_SESSION_BINDINGS_ACTIONS_H_

#include <emscripten/val.h>

#include "peer_session/action.h"

namespace peer_session::js {

emscripten::val ToJavaScript(const Action& action);

}  // namespace peer_session::js

#endif  // PEER_SESSION_BINDINGS_ACTIONS_H_
