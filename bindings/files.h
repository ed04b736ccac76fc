// A file's description, in either direction.
#ifndef PEER_SESSION_BINDINGS_FILES_H_
#define PEER_SESSION_BINDINGS_FILES_H_

#include "js_object.h"
#include "peer_session/types.h"

namespace peer_session::js {

// What was not said is not there.
JsObject ToJavaScript(const FileInfo& file);
FileInfo ToFileInfo(const JsReader& file);

}  // namespace peer_session::js

#endif  // PEER_SESSION_BINDINGS_FILES_H_
