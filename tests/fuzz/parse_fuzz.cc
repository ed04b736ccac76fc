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

using peer_session::FileInfo;
using peer_session::Limits;

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
  RequireHash(file.hash);
  Require(file.size.value() >= 0 && file.size.value() < (std::int64_t{1} << 53));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace wire = peer_session::wire;
  const Limits limits;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const wire::Message message = wire::Parse(text, limits);

  if (const auto* offer = std::get_if<wire::OfferFile>(&message)) {
    CheckBounds(offer->file, limits);
    const wire::Message again = wire::Parse(wire::WriteOfferFile(offer->file), limits);
    Require(std::holds_alternative<wire::OfferFile>(again) &&
            std::get<wire::OfferFile>(again).file.id == offer->file.id);
  } else if (const auto* meta = std::get_if<wire::Meta>(&message)) {
    CheckBounds(meta->file, limits);
    const wire::Message again = wire::Parse(wire::WriteMeta(meta->file, {}), limits);
    Require(std::holds_alternative<wire::Meta>(again) && std::get<wire::Meta>(again).file.name == meta->file.name);
  } else if (const auto* inventory = std::get_if<wire::Inventory>(&message)) {
    for (const std::string& hash : inventory->hashes) RequireHash(hash);
  }
  return 0;
}
