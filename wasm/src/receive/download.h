// The one incoming transfer that runs: from its `meta` to its last byte.
#ifndef PEER_SESSION_SRC_RECEIVE_DOWNLOAD_H_
#define PEER_SESSION_SRC_RECEIVE_DOWNLOAD_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "peer_session/options.h"
#include "peer_session/types.h"
#include "receive/coverage.h"
#include "receive/room.h"
#include "receive/waiting_pull.h"

namespace peer_session {

// At the same least rate, whatever the size.
inline Duration LongestTransfer(const Timeouts& timeouts, ByteCount size) {
  constexpr double kUnit = 15.0 * 1024 * 1024;
  // Some ten thousand years.
  constexpr double kMost = 1e18;
  const double units = std::max(static_cast<double>(size.value()) / kUnit, 1.0);
  return Duration::Micros(
      static_cast<std::int64_t>(std::min(static_cast<double>(timeouts.transfer.micros()) * units, kMost)));
}

class Download {
 public:
  // `offset`: where its bytes begin; what comes before is here already.
  Download(TransferKey key, FileInfo file, ByteCount offset, bool is_again, Room room, Timestamp now)
      : key_(key),
        file_(std::move(file)),
        hash_follows_(file_.hash.empty()),
        offset_(offset),
        next_(offset),
        coverage_(offset),
        is_again_(is_again),
        room_(room),
        began_at_(now),
        last_byte_at_(now),
        last_stored_at_(now) {}

  TransferKey key() const { return key_; }
  PauseWish wish = PauseWish::kNone;
  // Its place in the order, should it be paused.
  std::int32_t priority = 0;
  std::uint64_t turn = 0;

  const FileInfo& file() const { return file_; }
  FileInfo TakeFile() { return std::move(file_); }
  // It was not offered with a hash: that comes behind the bytes, or beside them where lanes are slower.
  bool hash_follows() const { return hash_follows_; }
  // False for one that is not expected.
  bool End(std::string hash, Timestamp now) {
    if (!file_.hash.empty()) return false;
    file_.hash = std::move(hash);
    last_byte_at_ = now;
    return true;
  }

  // Of the whole file, what was here before included.
  ByteCount received() const { return coverage_.total(); }
  // Of that, what lies before its first gap.
  ByteCount front() const { return coverage_.front(); }
  bool IsTooScattered() const { return coverage_.IsTooScattered(); }
  // Where the bytes begin that come next on the first channel.
  ByteCount next() const { return next_; }
  void GoOnAt(ByteCount position) { next_ = position; }
  ByteCount offset() const { return offset_; }
  // What came first was not what its hash says.
  bool is_again() const { return is_again_; }
  // The file, or what the peer was told that there is room for.
  bool Exceeds(ByteCount offset, ByteCount size) const {
    return offset > file_.size || size > file_.size - offset || offset + size > room_.said();
  }
  // Whether any of them are new.
  bool Receive(ByteCount offset, ByteCount size, Timestamp now) {
    const bool sink_was_idle = !OwesSink();
    if (coverage_.Add(offset, offset + size) == ByteCount()) return false;
    last_byte_at_ = now;
    if (sink_was_idle) last_stored_at_ = now;
    return true;
  }

  const Room& room() const { return room_; }
  // Whether the sink has taken more.
  bool Store(ByteCount total, Timestamp now) {
    if (!room_.Take(total, front())) return false;
    last_stored_at_ = now;
    return true;
  }
  ByteCount NewCredit() const { return room_.NewCredit(file_.size); }
  void SaidCredit(ByteCount up_to, Timestamp now) {
    // It could send nothing.
    if (IsWaitedFor()) last_byte_at_ = now;
    room_.Said(up_to);
  }
  // What is here in memory.
  ByteCount held() const { return received() - room_.stored(); }

  void Allow() { allowed_ = true; }
  bool IsAllowed() const { return allowed_; }
  bool IsWhole() const { return allowed_ && received() == file_.size && !file_.hash.empty(); }

  // `for_text`: what came between may have taken so long.
  // Nothing while it has sent all that there is room for.
  std::optional<Timestamp> StallsAt(const Timeouts& timeouts, Duration for_text) const {
    if (IsWaitedFor()) return std::nullopt;
    return last_byte_at_ + timeouts.stall + for_text;
  }
  // The sink has something to take.
  std::optional<Timestamp> SinkStallsAt(const Timeouts& timeouts) const {
    if (!OwesSink()) return std::nullopt;
    return last_stored_at_ + timeouts.store;
  }
  Timestamp MustEndBy(const Timeouts& timeouts) const { return began_at_ + LongestTransfer(timeouts, file_.size); }
  Timestamp NextDeadline(const Timeouts& timeouts, Duration for_text) const {
    Timestamp earliest = MustEndBy(timeouts);
    if (const auto at = StallsAt(timeouts, for_text)) earliest = std::min(earliest, *at);
    if (const auto at = SinkStallsAt(timeouts)) earliest = std::min(earliest, *at);
    return earliest;
  }

 private:
  bool OwesSink() const { return room_.IsOfASink() && room_.stored() < front(); }
  // By the peer, which has used up what it was told.
  bool IsWaitedFor() const { return received() >= room_.said() && received() < file_.size; }

  TransferKey key_;
  FileInfo file_;
  bool hash_follows_;
  ByteCount offset_;
  ByteCount next_;
  Coverage coverage_;
  bool is_again_;
  Room room_;
  bool allowed_ = false;
  Timestamp began_at_;
  Timestamp last_byte_at_;
  // By the sink, or since then there is something to take.
  Timestamp last_stored_at_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_DOWNLOAD_H_
