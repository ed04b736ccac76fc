#include "actions.h"

#include <string_view>
#include <utility>
#include <variant>

#include "files.h"
#include "js_object.h"
#include "numbers.h"

namespace peer_session::js {
namespace {

// js-glue/src/engine/action.ts says the same in TypeScript; tests/tools/actions.test.mjs compares the two.
class Describer {
 public:
  explicit Describer(JsObject& object) : object_(object) {}

  // --- The channel
  void operator()(const SendText& action) const { OnLane("sendText", action.lane).Text("text", action.text); }
  void operator()(const SendBytes& action) const {
    Kind("sendBytes", action.transfer)
        .Number("offset", ToNumber(action.offset))
        .Number("length", ToNumber(action.length))
        .Number("messageSize", ToNumber(action.message_size))
        .Number("fileSize", ToNumber(action.file_size))
        .Number("soFar", ToNumber(action.so_far))
        .Number("lane", static_cast<double>(action.lane));
  }
  void operator()(const AwaitLow& action) const {
    OnLane("awaitLow", action.lane).Number("threshold", ToNumber(action.threshold));
  }
  void operator()(const OpenLane& action) const { OnLane("openLane", action.lane); }
  void operator()(const AnswerLane& action) const {
    OnLane("answerLane", action.lane).Text("description", action.description);
  }
  void operator()(const AcceptLane& action) const {
    OnLane("acceptLane", action.lane).Text("description", action.description);
  }
  void operator()(const CloseLane& action) const { OnLane("closeLane", action.lane); }
  void operator()(const Drained&) const { Kind("drained"); }
  void operator()(const Interrupted&) const { Kind("interrupted"); }
  void operator()(const Closed& action) const { Kind("closed").Text("reason", CodeOf(action.reason)); }

  // --- Offered files
  void operator()(const ReadBlock& action) const {
    Kind("readBlock", action.transfer)
        .Number("offset", ToNumber(action.offset))
        .Number("length", ToNumber(action.length))
        .Flag("isFirst", action.is_first)
        .Number("number", action.number);
  }
  void operator()(const SignFile& action) const {
    Kind("signFile", action.transfer).Object("file", ToJavaScript(action.file));
  }
  void operator()(const HashFile& action) const { Kind("hashFile", action.transfer); }
  void operator()(const UploadPulled& action) const { Kind("uploadPulled", action.transfer); }
  void operator()(const UploadEnded& action) const {
    Kind("uploadEnded", action.transfer)
        .Text("reason", CodeOf(action.reason))
        .Text("peerReason", CodeOf(action.peer_reason))
        .Flag("isDelivered", action.is_delivered)
        .Text("peerDetail", action.peer_detail);
  }

  // --- Pulled files
  void operator()(const FindPartial& action) const {
    Kind("findPartial", action.transfer).Text("hash", action.hash).Number("size", ToNumber(action.size));
  }
  void operator()(const DiscardPartial& action) const { Kind("discardPartial", action.transfer); }
  void operator()(const Paused& action) const { Kind("paused", action.transfer).Flag("isPaused", action.is_paused); }
  void operator()(const StoreChunk& action) const {
    Kind("storeChunk", action.transfer)
        .Number("offset", ToNumber(action.offset))
        .Number("length", ToNumber(action.length))
        .Number("fileSize", ToNumber(action.file_size))
        .Number("soFar", ToNumber(action.so_far))
        .Number("front", ToNumber(action.front));
  }
  void operator()(const FinishSink& action) const { Kind("finishSink", action.transfer); }
  void operator()(const DropChunk&) const { Kind("dropChunk"); }
  void operator()(const Authorize& action) const { Kind("authorize", action.transfer); }
  void operator()(const Verify& action) const {
    JsObject& object = Kind("verify", action.transfer);
    if (action.claim) object.Object("claim", ToJavaScript(*action.claim));
  }
  void operator()(const DownloadEnded& action) const {
    JsObject& object = Kind("downloadEnded", action.transfer)
                           .Text("reason", CodeOf(action.reason))
                           .Text("peerReason", CodeOf(action.peer_reason))
                           .Number("kept", ToNumber(action.kept))
                           .Text("hash", action.hash)
                           .Number("size", ToNumber(action.size));
    if (action.file) object.Object("file", ToJavaScript(*action.file));
  }

  // --- What the peer says
  void operator()(const Connected&) const { Kind("connected"); }
  void operator()(const PeerKnown& action) const {
    Kind("peerKnown").Flag("takesTrailingHash", action.takes_trailing_hash);
  }
  void operator()(const Resumed&) const { Kind("resumed"); }
  void operator()(const OfferReceived& action) const {
    Kind("offerReceived").Object("file", ToJavaScript(action.file));
  }
  void operator()(const OfferWithdrawn& action) const { Kind("offerWithdrawn").Text("transferId", action.id.value); }
  void operator()(const SyncRequested&) const { Kind("syncRequested"); }
  void operator()(const InventoryReceived& action) const { Kind("inventoryReceived").Texts("hashes", action.hashes); }
  void operator()(const FileRequested& action) const { Kind("fileRequested").Text("hash", action.hash); }
  void operator()(const Report& action) const { Kind("report").Text("reason", CodeOf(action.reason)); }

 private:
  JsObject& Kind(const char* kind) const { return object_.Word("kind", kind); }
  JsObject& Kind(const char* kind, TransferKey transfer) const {
    return Kind(kind).Number("transfer", static_cast<double>(transfer));
  }

  JsObject& OnLane(const char* kind, Lane lane) const { return Kind(kind).Number("lane", static_cast<double>(lane)); }

  JsObject& object_;
};

}  // namespace

emscripten::val ToJavaScript(const Action& action) {
  JsObject object;
  std::visit(Describer(object), action);
  return std::move(object).Take();
}

}  // namespace peer_session::js
