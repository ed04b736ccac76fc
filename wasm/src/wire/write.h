// Messages to the peer -> text, with the fields in the order of docs/protocol.md.
#ifndef PEER_SESSION_SRC_WIRE_WRITE_H_
#define PEER_SESSION_SRC_WIRE_WRITE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "peer_session/types.h"

namespace peer_session::wire {

std::string WriteOfferFile(const FileInfo& file);
std::string WriteMeta(const FileInfo& file, std::optional<double> identity_created_at);
std::string WritePullRequest(const TransferId& id);
std::string WriteTransferAbort(const TransferId& id, std::string_view reason);
std::string WriteSyncRequest();
std::string WriteInventory(const std::vector<std::string>& hashes);
std::string WriteRequestFile(std::string_view hash);
std::string WritePing();
std::string WritePong();

}  // namespace peer_session::wire

#endif  // PEER_SESSION_SRC_WIRE_WRITE_H_
