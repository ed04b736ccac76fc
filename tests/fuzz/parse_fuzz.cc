// Any bytes whatever as a message: the parser answers, within its bounds, and what it accepts it can write again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "wire/hash.h"
#include "wire/parse.h"
#include "wire/write.h"

namespace {

using peer_session::ByteCount;
using peer_session::FileInfo;
using peer_session::Limits;
using peer_session::TransferId;

void Require(bool holds) {
  if (!holds) std::abort();
}

void RequireHash(std::string hash) {
  const std::string as_it_was = hash;
  Require(peer_session::NormalizeHash(hash) && hash == as_it_was);
}

void CheckBounds(const FileInfo& file, const Limits& limits) {
  Require(!file.id.value.empty() && file.id.value.size() <= limits.max_id);
  Require(file.name.size() <= limits.max_name && file.mime.size() <= limits.max_mime);
  // It may follow.
  if (!file.hash.empty()) RequireHash(file.hash);
  Require(file.size.value() >= 0 && file.size.value() < (std::int64_t{1} << 53));
}

void CheckId(const TransferId& id, const Limits& limits) {
  Require(!id.value.empty() && id.value.size() <= limits.max_id);
}

void CheckSafe(ByteCount bytes) { Require(bytes >= ByteCount() && bytes < ByteCount(std::int64_t{1} << 53U)); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace wire = peer_session::wire;
  const Limits limits;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const wire::Message message = wire::Parse(text, limits, wire::FeatureSet::All());

  if (const auto* offer = std::get_if<wire::OfferFile>(&message)) {
    CheckBounds(offer->file, limits);
    const wire::Message again = wire::Parse(wire::WriteOfferFile(offer->file), limits, wire::FeatureSet::All());
    Require(std::holds_alternative<wire::OfferFile>(again) &&
            std::get<wire::OfferFile>(again).file.id == offer->file.id);
    Require(offer->file.extra.size() <= limits.max_extra &&
            std::get<wire::OfferFile>(again).file.extra == offer->file.extra);
  } else if (const auto* meta = std::get_if<wire::Meta>(&message)) {
    CheckBounds(meta->file, limits);
    Require(meta->file.extra.empty());
    Require(meta->offset >= ByteCount() && meta->offset <= meta->file.size);
    const wire::Message again =
        wire::Parse(wire::WriteMeta(meta->file, {}, meta->offset), limits, wire::FeatureSet::All());
    Require(std::holds_alternative<wire::Meta>(again) && std::get<wire::Meta>(again).file.name == meta->file.name);
    Require(std::get<wire::Meta>(again).offset == meta->offset);
  } else if (const auto* inventory = std::get_if<wire::Inventory>(&message)) {
    for (const std::string& hash : inventory->hashes) RequireHash(hash);
  } else if (const auto* pull = std::get_if<wire::PullRequest>(&message)) {
    CheckId(pull->id, limits);
    CheckSafe(pull->offset);
    CheckSafe(pull->credit.value_or(ByteCount()));
    const wire::Message again =
        wire::Parse(wire::WritePullRequest(pull->id, pull->offset), limits, wire::FeatureSet::All());
    Require(std::holds_alternative<wire::PullRequest>(again) &&
            std::get<wire::PullRequest>(again).offset == pull->offset);
  } else if (const auto* credit = std::get_if<wire::Credit>(&message)) {
    CheckId(credit->id, limits);
    CheckSafe(credit->up_to);
  } else if (const auto* hello = std::get_if<wire::Hello>(&message)) {
    Require(!hello->epoch.empty() && hello->epoch.size() <= limits.max_id);
    CheckSafe(hello->max_file_size.value_or(ByteCount()));
    const wire::Message again =
        wire::Parse(wire::WriteHello(hello->epoch, hello->features, ByteCount(1)), limits, wire::FeatureSet::All());
    Require(std::holds_alternative<wire::Hello>(again) && std::get<wire::Hello>(again).epoch == hello->epoch);
  } else if (const auto* cancel = std::get_if<wire::TransferCancel>(&message)) {
    CheckId(cancel->id, limits);
    Require(cancel->detail.size() <= limits.max_detail);
    const wire::Message again =
        wire::Parse(wire::WriteTransferCancel(cancel->id, "declined", cancel->detail, limits.max_detail), limits,
                    wire::FeatureSet::All());
    Require(std::holds_alternative<wire::TransferCancel>(again) &&
            std::get<wire::TransferCancel>(again).detail == cancel->detail);
  } else if (const auto* done = std::get_if<wire::TransferDone>(&message)) {
    CheckId(done->id, limits);
  } else if (const auto* end = std::get_if<wire::TransferEnd>(&message)) {
    CheckId(end->id, limits);
    RequireHash(end->hash);
  } else if (const auto* withdraw = std::get_if<wire::OfferWithdraw>(&message)) {
    CheckId(withdraw->id, limits);
  } else if (const auto* abort = std::get_if<wire::TransferAbort>(&message)) {
    CheckId(abort->id, limits);
  }
  return 0;
}
