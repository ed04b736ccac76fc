#include "support/describe.h"

#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace peer_session::testing {
namespace {

std::string Name(TransferKey key) { return std::to_string(static_cast<std::uint32_t>(key)); }

std::string OnLane(Lane lane) {
  return lane == Lane::kFirst ? "" : "lane " + std::to_string(static_cast<std::uint32_t>(lane)) + " ";
}

std::string Range(ByteCount offset, ByteCount length) {
  return std::to_string(offset.value()) + ".." + std::to_string((offset + length).value());
}

// Only for what the engine wrote itself, in its own order and without escapes in ids.
std::string Field(std::string_view text, std::string_view key) {
  const std::string opening = "\"" + std::string(key) + "\":\"";
  const std::size_t found = text.find(opening);
  if (found == std::string_view::npos) return "";
  const std::size_t begin = found + opening.size();
  return std::string(text.substr(begin, text.find('"', begin) - begin));
}

// Likewise, with these words before it; empty where there is none.
std::string Number(std::string_view text, std::string_view key, std::string_view words) {
  const std::string opening = "\"" + std::string(key) + "\":";
  const std::size_t found = text.find(opening);
  if (found == std::string_view::npos) return "";
  return std::string(words) + std::to_string(std::atoll(&text[found + opening.size()]));
}

struct Describer {
  std::string operator()(const SendText& a) const { return OnLane(a.lane) + "send " + DescribeText(a.text); }
  std::string operator()(const SendBytes& a) const {
    return OnLane(a.lane) + "bytes " + Name(a.transfer) + " " + Range(a.offset, a.length) + " by " +
           std::to_string(a.message_size.value());
  }
  std::string operator()(const AwaitLow& a) const {
    return OnLane(a.lane) + "await-low " + std::to_string(a.threshold.value());
  }
  std::string operator()(const OpenLane& a) const { return OnLane(a.lane) + "open"; }
  std::string operator()(const AnswerLane& a) const { return OnLane(a.lane) + "answer " + a.description; }
  std::string operator()(const AcceptLane& a) const { return OnLane(a.lane) + "accept " + a.description; }
  std::string operator()(const CloseLane& a) const { return OnLane(a.lane) + "close"; }
  std::string operator()(const Closed& a) const { return "closed " + std::string(CodeOf(a.reason)); }
  std::string operator()(const ReadBlock& a) const {
    return "read " + Name(a.transfer) + " " + Range(a.offset, a.length);
  }
  std::string operator()(const HashFile& a) const { return "hash " + Name(a.transfer); }
  std::string operator()(const PeerKnown& a) const {
    return a.takes_trailing_hash ? "peer-known takes-trailing-hash" : "peer-known";
  }
  std::string operator()(const SignFile& a) const { return "sign " + Name(a.transfer); }
  std::string operator()(const UploadPulled& a) const { return "pulled " + Name(a.transfer); }
  std::string operator()(const UploadEnded& a) const {
    const std::string_view code = CodeOf(a.reason);
    return "upload " + Name(a.transfer) + " " +
           (a.is_delivered ? "delivered"
            : code.empty() ? "done"
                           : std::string(code));
  }
  std::string operator()(const StoreChunk& a) const {
    return "store " + Name(a.transfer) + " " + Range(a.offset, a.length);
  }
  std::string operator()(const DropChunk&) const { return "drop"; }
  std::string operator()(const FinishSink& a) const { return "finish " + Name(a.transfer); }
  std::string operator()(const Authorize& a) const { return "authorize " + Name(a.transfer); }
  std::string operator()(const Verify& a) const { return "verify " + Name(a.transfer) + (a.claim ? " claim" : ""); }
  std::string operator()(const DownloadEnded& a) const {
    if (a.file.has_value() != (a.reason == Reason::kNone)) return "an end with a file and a reason, or with neither";
    if (a.file) return "deliver " + Name(a.transfer);
    return "failed " + Name(a.transfer) + " " + std::string(CodeOf(a.reason));
  }
  std::string operator()(const Connected&) const { return "connected"; }
  std::string operator()(const OfferReceived& a) const { return "offer " + a.file.id.value; }
  std::string operator()(const SyncRequested&) const { return "sync"; }
  std::string operator()(const InventoryReceived& a) const { return "inventory " + std::to_string(a.hashes.size()); }
  std::string operator()(const FileRequested& a) const { return "file-requested " + a.hash; }
  std::string operator()(const FindPartial& a) const {
    return "find-partial " + Name(a.transfer) + " " + std::to_string(a.size.value());
  }
  std::string operator()(const DiscardPartial& a) const { return "discard-partial " + Name(a.transfer); }
  std::string operator()(const Drained&) const { return "drained"; }
  std::string operator()(const Interrupted&) const { return "interrupted"; }
  std::string operator()(const Resumed&) const { return "resumed"; }
  std::string operator()(const OfferWithdrawn& a) const { return "withdrawn " + a.id.value; }
  std::string operator()(const UploadPaused& a) const { return "upload-paused " + Name(a.transfer); }
  std::string operator()(const PullPaused& a) const {
    return (a.is_paused ? "paused " : "unpaused ") + Name(a.transfer);
  }
  std::string operator()(const Report& a) const { return "report " + std::string(CodeOf(a.reason)); }
};

}  // namespace

std::string DescribeText(const std::string& text) {
  const std::string id = Field(text, "transferId");
  return Field(text, "type") + (id.empty() ? "" : " " + id) + Number(text, "offset", " from ") +
         Number(text, "credit", " to ") + Number(text, "upTo", " to ");
}

std::string Describe(const Action& action) { return std::visit(Describer{}, action); }

}  // namespace peer_session::testing
