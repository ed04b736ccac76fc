// Messages to the peer -> text, with the fields in the order of docs/protocol.md.
#ifndef PEER_SESSION_SRC_WIRE_WRITE_H_
#define PEER_SESSION_SRC_WIRE_WRITE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "peer_session/types.h"
#include "wire/features.h"

namespace peer_session::wire {

// Here and in `meta` an empty hash is left out; here alone `extra` is said, unless that is empty.
std::string WriteOfferFile(const FileInfo& file);
// `offset`: where the bytes begin that follow. Zero is not written: it is what every peer takes for granted.
std::string WriteMeta(const FileInfo& file, std::optional<double> identity_created_at, ByteCount offset = {});
// `credit`: bytes behind it are not to be sent. Beyond any number of the wire it is not written.
std::string WritePullRequest(const TransferId& id, ByteCount offset = {},
                             ByteCount credit = ByteCount(std::numeric_limits<std::int64_t>::max()));
std::string WriteCredit(const TransferId& id, ByteCount up_to);
std::string WriteTransferAbort(const TransferId& id, std::string_view reason);
// `detail`, unless empty: no more of it than fits into `max_detail` bytes of whole characters.
std::string WriteTransferCancel(const TransferId& id, std::string_view reason, std::string_view detail = {},
                                std::size_t max_detail = 0);
// The answer to a `transfer-pause`.
std::string WritePausedAbort(const TransferId& id);
std::string WriteTransferPause(const TransferId& id);
std::string WriteTransferDone(const TransferId& id);
std::string WriteTransferEnd(const TransferId& id, std::string_view hash);
std::string WriteOfferWithdraw(const TransferId& id);
// Names these features.
std::string WriteHello(std::string_view epoch, FeatureSet features, ByteCount max_file_size);
std::string WriteBye();
std::string WriteSyncRequest();
std::string WriteInventory(const std::vector<std::string>& hashes);
std::string WriteRequestFile(std::string_view hash);
std::string WritePing();
std::string WritePong();
std::string WriteAck(ByteCount received, Timestamp at);
// `key`: `offer` or `answer`.
std::string WriteLane(std::uint32_t number, std::string_view key, std::string_view description);
std::string WriteNoLane(std::uint32_t number);
std::string WriteSegment(const TransferId& id, ByteCount offset);

}  // namespace peer_session::wire

#endif  // PEER_SESSION_SRC_WIRE_WRITE_H_
