// The engine, first driven into a state that the first byte names, then fed whatever the other bytes say.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "peer_session/session.h"
#include "scenario/simulation/byte_set.h"
#include "support/engine_host.h"
#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// Numbers and text out of the fuzzer's bytes; zero and empty when they run out.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  bool Empty() const { return size_ == 0; }
  std::uint8_t Byte() {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }
  // Small numbers mostly; any 64-bit number at times.
  std::int64_t Number() {
    const std::uint8_t first = Byte();
    if (first < 0xf0) return first;
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8U | Byte();
    return static_cast<std::int64_t>(value);
  }
  std::string Text() {
    std::string text;
    for (std::uint8_t length = Byte(); length > 0 && size_ > 0; --length) text.push_back(static_cast<char>(Byte()));
    return text;
  }
  std::string Id() { return std::string(1, static_cast<char>('a' + Byte() % 6)); }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

// The first byte: the state in its low bits, and what kind of session it is.
constexpr std::uint8_t kSigned = 128;
constexpr std::uint8_t kOddMarks = 64;
// Both sides say hello.
constexpr std::uint8_t kPolite = 32;
// From here on, of the bits below, the peer of such a session knows lanes.
constexpr std::uint8_t kWithLanes = 24;

// A step whose first byte is no less is one of sinks,
constexpr std::uint8_t kSinkSteps = 224;

// and from here on one of lanes; all others mean what they did before there were any.
constexpr std::uint8_t kLaneSteps = 230;

// And from here on, one of sources and of hashes that follow.
constexpr std::uint8_t kSourceSteps = 249;

constexpr std::uint64_t kStrayed = std::uint64_t{1} << 63U;

// One engine, and the promises that hold for any caller and any peer.
class Victim {
 public:
  explicit Victim(std::uint8_t kind)
      : host_(SmallOptions(kind), [this](const Action& action) { CarryOut(action); }),
        session_(host_.session()),
        is_polite_((kind & kPolite) != 0) {}

  // Each state says by what it is known, so that it cannot be missed without notice.
  void Enter(std::uint8_t state) {
    if (state % 12 == 0) return Drain();
    if (state % 12 == 11) {
      session_.HandleConnecting(now_);
      Drain();
      return Require(session_.NextDeadline().has_value());
    }
    // The smaller one just takes the texts of a file.
    Open(ByteCount(state % 2 == 0 ? 250 : 1000));
    if (is_polite_) Text(state % kPolite < kWithLanes ? testing::HelloText() : testing::LanesHelloText());
    switch (state % 12) {
      case 2:
        Offer("a", 10);
        return Require(session_.stats().pending_offers == 1);
      case 3:
        Pull("a");
        return Require(session_.stats().waiting_pulls == 1);
      case 4:
        Pull("a");
        Text(testing::MetaText("a", 20));
        return Require(session_.stats().waiting_pulls == 0 && IsOwedAnEnd(TransferKey{1}));
      case 5:
        Receive("a", 20, 10);
        return Require(session_.stats().unverified_files == 0 && IsOwedAnEnd(TransferKey{1}));
      case 6:
        Upload("a", 500);
        return Require(session_.stats().queued_uploads == 1);
      case 7:
        session_.HandleBufferedAmount(now_, ByteCount(5000));
        Drain();
        Offer("a", 10);
        return Require(session_.stats().outbox > ByteCount());
      case 8:
        // Handed over whole and not drained.
        Upload("a", 10);
        return Require(sent_ == ByteCount(10) && session_.stats().queued_uploads == 1);
      case 9:
        // Whole, and its hash not known when the channel is over.
        Receive("a", 20, 20);
        session_.HandleClosed(now_, Reason::kClosed);
        Drain();
        return Require(session_.stats().unverified_files == 1 && !is_over_);
      case 10:
        Announce(/*count=*/60);
        return Require(session_.stats().outbox > ByteCount());
      default:
        return;
    }
  }

  void Step(Bytes& bytes) {
    const std::uint8_t choice = bytes.Byte();
    if (choice >= kSourceSteps) return SourceStep(bytes);
    if (choice >= kLaneSteps) return LaneStep(bytes);
    if (choice >= kSinkSteps) return SinkStep(bytes);
    switch (choice % 53) {
      case 0:
        return Offer(bytes.Id(), std::abs(bytes.Number() % 10'000));
      case 1:
        return Pull(bytes.Id());
      case 2:
        return Text(bytes.Text());
      case 3:
        return Text(testing::MetaText(bytes.Id(), bytes.Number()));
      case 4:
        return Text(testing::OfferText(bytes.Id(), bytes.Number()));
      case 5:
        return Text(testing::PullText(bytes.Id()));
      case 6:
        return Text(testing::AbortText(bytes.Id()));
      case 7:
        return Text(R"({"type":"meta","transferId":")" + bytes.Id() + R"("})");
      case 8:
        return Text(R"({"type":"ping"})");
      case 9:
      case 10:
        return Binary(bytes.Number());
      case 11:
        session_.HandleBufferedAmount(now_, ByteCount(bytes.Number()));
        return Drain();
      case 12:
        return Read(Key(bytes), true);
      case 13:
        return Read(Key(bytes), false);
      case 14:
        return Authorize(Key(bytes), bytes.Byte() % 4 != 0);
      case 15:
        return Digest(bytes);
      case 16:
        session_.HandleDigestFailed(now_, Key(bytes));
        return Drain();
      case 17:
        session_.HandleStoreFailed(now_, Key(bytes));
        return Drain();
      case 18:
        now_ = now_ + Duration::Millis(bytes.Number() % 100'000);
        session_.HandleTimeout(now_);
        return Drain();
      case 19:
        return Open(ByteCount(bytes.Number()));
      case 20:
        session_.SendInventory(now_, {bytes.Text()});
        session_.RequestFile(now_, bytes.Text());
        return Drain();
      case 22:
        session_.HandleSigned(now_, Key(bytes), bytes.Text(), bytes.Text());
        return Drain();
      case 23:
        bytes.Byte() % 2 == 0 ? session_.HandleClaim(now_, Key(bytes), bytes.Byte() % 2 == 0)
                              : session_.HandleUnsigned(now_, Key(bytes));
        return Drain();
      case 24:
        return Text(R"({"type":"meta","transferId":")" + bytes.Id() + R"(","name":"","mime":"","hash":")" +
                    std::string(64, 'a') + R"(","size":10,"originalSenderId":"x","signature":")" + bytes.Id() +
                    R"(","publicKeyBase64":"k"})");
      case 25:
        bytes.Byte() % 2 == 0 ? session_.HandleConnecting(now_) : session_.HandleDescribed(now_);
        return Drain();
      case 26:
        return Announce(bytes.Byte() % 64);
      case 27:
        for (int count = bytes.Byte() % 32; count > 0; --count) {
          session_.RequestFile(now_, testing::HashOf(std::to_string(count)));
        }
        return Drain();
      case 28:
        for (int count = bytes.Byte() % 32; count > 0; --count) session_.RequestSync(now_);
        return Drain();
      case 29:
        return EndChannel(bytes);
      case 30:
        if (bytes.Byte() % 8 != 0) return;
        session_.Close(now_, Buffered(bytes));
        return Drain();
      case 31:
        return DrainFrom(ByteCount(std::abs(bytes.Number() % 1'000'000)));
      case 32:
        return HearAnnouncements(bytes);
      case 33:
        session_.CancelPull(now_, TransferId{bytes.Id()});
        return Drain();
      case 34:
        session_.Withdraw(now_, TransferId{bytes.Id()});
        return Drain();
      case 35:
        session_.AwaitDrained(now_);
        return Drain();
      case 36:
        session_.HandlePartial(now_, TransferId{bytes.Id()}, ByteCount(bytes.Number()));
        return Drain();
      case 37:
        session_.HandleLost(now_, bytes.Byte() % 2 == 0 ? Reason::kClosed : Reason::kChannelError, Buffered(bytes));
        return Drain();
      case 38:
        return Text(testing::HelloText(bytes.Byte() % 8 == 0 ? "other" : "them"));
      case 39:
        return Text(R"({"type":"transfer-cancel","reason":"refused","transferId":")" + bytes.Id() + R"("})");
      case 40:
        return Text(R"({"type":"transfer-done","transferId":")" + bytes.Id() + R"("})");
      case 41:
        return Text(R"({"type":"offer-withdraw","transferId":")" + bytes.Id() + R"("})");
      case 42:
        return Text(R"({"type":"credit","transferId":")" + bytes.Id() + R"(","upTo":)" +
                    std::to_string(bytes.Number()) + "}");
      case 43:
        return Text(R"({"type":"pull-request","transferId":")" + bytes.Id() + R"(","offset":)" +
                    std::to_string(bytes.Number()) +
                    (bytes.Byte() % 2 == 0 ? "" : R"(,"credit":)" + std::to_string(bytes.Number())) + "}");
      case 44: {
        const FileInfo file = testing::FileOf(bytes.Id(), std::abs(bytes.Number() % 10'000));
        return Text(wire::WriteMeta(file, {}, ByteCount(std::abs(bytes.Number() % 10'000))));
      }
      case 45:
        return bytes.Byte() % 8 == 0 ? Text(R"({"type":"bye"})") : Open(ByteCount(bytes.Byte() % 2 == 0 ? 250 : 1000));
      case 46:
        session_.Decline(now_, TransferId{bytes.Id()}, std::string(bytes.Byte(), bytes.Byte() % 2 == 0 ? 'x' : '\xC3'));
        return Drain();
      case 47:
        return Text(R"({"type":"transfer-cancel","reason":"declined","transferId":")" + bytes.Id() + R"(","detail":")" +
                    std::string(2U * bytes.Byte(), 'x') + R"("})");
      case 48: {
        FileInfo file = testing::FileOf(bytes.Id(), std::abs(bytes.Number() % 10'000));
        file.extra = std::string(20U * bytes.Byte(), '"');
        if (bytes.Byte() % 2 == 0) return Text(wire::WriteOfferFile(file));
        session_.Offer(now_, TransferKey{++last_key_}, std::move(file));
        return Drain();
      }
      case 49:
        bytes.Byte() % 2 == 0 ? session_.PausePull(now_, TransferId{bytes.Id()})
                              : session_.ResumePull(now_, TransferId{bytes.Id()});
        return Drain();
      case 50:
        session_.SetPriority(now_, TransferId{bytes.Id()}, static_cast<std::int32_t>(bytes.Number() % 3));
        return Drain();
      case 51:
        return Text(R"({"type":"transfer-pause","transferId":")" + bytes.Id() + R"("})");
      case 52:
        return Text(R"({"type":"transfer-abort","reason":"paused","transferId":")" + bytes.Id() + R"("})");
      default:
        if (bytes.Byte() % 8 != 0) return;
        session_.HandleClosed(now_, Reason::kChannelError);
        return Drain();
    }
  }

  void SinkStep(Bytes& bytes) {
    const TransferId id{bytes.Id()};
    switch (bytes.Byte() % 6) {
      case 0:
      case 1:
        return Pull(id.value, ByteCount(1 + std::abs(bytes.Number() % 5'000)));
      case 2:
        session_.HandlePartial(now_, id, ByteCount(bytes.Number()));
        return Drain();
      case 3:
        session_.HandleStored(now_, id, ByteCount(bytes.Number()));
        return Drain();
      default:
        // All that is here without a gap.
        session_.HandleStored(now_, id, fronts_[id.value]);
        return Drain();
    }
  }

  void SourceStep(Bytes& bytes) {
    FileInfo file = testing::FileOf(bytes.Id(), std::abs(bytes.Number() % 10'000));
    file.hash.clear();
    const std::uint8_t kind = bytes.Byte();
    switch (bytes.Byte() % 8) {
      case 0:
      case 1:
        session_.Offer(now_, TransferKey{++last_key_}, std::move(file), /*once=*/kind % 2 == 0);
        return Drain();
      case 2:
        return Text(wire::WriteOfferFile(file));
      case 3:
        return Text(wire::WriteMeta(file, {}, ByteCount(kind)));
      case 4:
      case 5: {
        const std::string hash = kind % 8 == 0 ? "none" : testing::HashOf(kind % 2 == 0 ? file.id.value : "other");
        return Text(wire::WriteTransferEnd(file.id, hash));
      }
      case 6:
        return AnswerRead(bytes, kind);
      default:
        is_peer_awaited_ = !is_over_;
        session_.AwaitPeer(now_);
        Drain();
        return Require(!is_peer_awaited_ || session_.NextDeadline());
    }
  }

  void LaneStep(Bytes& bytes) {
    const Lane lane{bytes.Byte() % 20U};
    const std::uint32_t number = bytes.Byte() % 10;
    switch (bytes.Byte() % 11) {
      case 0:
        return Text(testing::LanesHelloText());
      case 1:
        if (lane == Lane::kFirst) return;
        if (existing_lanes_.contains(lane)) open_lanes_.insert(lane);
        session_.HandleOpen(now_, ByteCount(bytes.Byte() % 2 == 0 ? 250 : bytes.Number()), lane);
        return Drain();
      case 2:
        session_.HandleText(now_, testing::SegmentText(bytes.Id(), std::abs(bytes.Number() % 10'000)), lane);
        return Drain();
      case 3:
      case 4:
        return Binary(bytes.Number(), lane);
      case 5:
        session_.HandleBufferedAmount(now_, ByteCount(bytes.Number()), lane);
        return Drain();
      case 6:
        session_.HandleLaneDescribed(now_, lane, bytes.Byte() == 0 ? std::string(20'000, 'x') : bytes.Text());
        return Drain();
      case 7:
        existing_lanes_.erase(lane);
        open_lanes_.erase(lane);
        session_.HandleLaneLost(now_, lane);
        return Drain();
      case 8: {
        const std::uint8_t kind = bytes.Byte();
        return Text(kind % 3 == 2 ? testing::LaneText(number)
                                  : testing::LaneText(number, kind % 3 == 0 ? "offer" : "answer", bytes.Id()));
      }
      case 9:
        return Text(testing::SegmentText(bytes.Id(), std::abs(bytes.Number() % 10'000)));
      default:
        session_.HandleText(now_, testing::AckText(std::abs(bytes.Number() % 100'000), bytes.Number()), lane);
        return Drain();
    }
  }

  void End() {
    session_.Close(now_);
    Drain();
    Require(is_over_);
    for (const auto& [key, is_open] : pulls_) Require(!is_open);
    const Stats stats = session_.stats();
    Require(stats.pending_offers + stats.queued_uploads + stats.waiting_pulls + stats.unverified_files == 0);
    Require(stats.unconfirmed_uploads == 0 && stats.lanes == 0 && existing_lanes_.empty());
    Require(stats.outbox == ByteCount() && !session_.NextDeadline());
    session_.HandleText(now_, testing::PullText("a"));
    Require(!session_.HasActions());
  }

 private:
  static Options SmallOptions(std::uint8_t kind) {
    Options options;
    if ((kind & kSigned) != 0) options.signer_id = "me";
    if ((kind & kPolite) != 0) options.epoch = "us";
    options.limits.max_offers = 4;
    options.limits.max_pulls = 4;
    options.limits.max_unverified_files = 2;
    options.limits.max_outbox = ByteCount(500);
    options.pacing.high_water = ByteCount(200);
    options.pacing.low_water = ByteCount(100);
    options.pacing.max_buffered = ByteCount(2000);
    options.pacing.block = ByteCount(300);
    options.pacing.read_ahead = ByteCount(600);
    options.pacing.read_ahead_files = 2;
    options.limits.max_announced_hashes = 100;
    options.limits.max_known_offers = 4;
    options.limits.max_late_pulls = 2;
    options.pacing.least_lanes = 2;
    if ((kind & kOddMarks) != 0) {
      // As far apart from one another as a caller may say.
      options.pacing.high_water = ByteCount(32'000);
      options.pacing.low_water = ByteCount(16'000);
    }
    return options;
  }

  void Open(ByteCount max_message) {
    // A channel counts when it is the first one, or follows a lost one.
    if (longest_ == ByteCount() || is_interrupted_) {
      longest_ = std::max(longest_, max_message > ByteCount() ? max_message : ByteCount::KiB(64));
    }
    // Its hello comes before all that goes on.
    is_opening_ = true;
    session_.HandleOpen(now_, max_message);
    Drain();
    is_opening_ = false;
  }
  void Upload(const std::string& id, std::int64_t size) {
    Offer(id, size);
    session_.HandleBufferedAmount(now_, ByteCount());
    Drain();
    Text(testing::PullText(id));
    session_.HandleUnsigned(now_, TransferKey{last_key_});
    Read(TransferKey{last_key_}, true);
  }
  void Receive(const std::string& id, std::int64_t size, std::int64_t received) {
    Pull(id);
    Text(testing::MetaText(id, size));
    Authorize(TransferKey{last_key_}, true);
    Binary(received);
  }
  // Every eighth is no hash.
  void Announce(int count) {
    std::vector<std::string> hashes;
    for (int i = 0; i < count; ++i) hashes.push_back(i % 8 == 7 ? "?" : testing::HashOf(std::to_string(i)));
    session_.SendInventory(now_, hashes);
    Drain();
  }
  void HearAnnouncements(Bytes& bytes) {
    const std::uint8_t what = bytes.Byte();
    std::string hash = testing::HashOf(bytes.Id());
    if (what % 4 == 0) hash.pop_back();
    if (what % 4 == 1) hash[0] = 'A';
    Text(what % 8 < 4 ? R"({"type":"inventory","hashes":[")" + hash + R"(",")" + testing::HashOf("b") + R"("]})"
                      : R"({"type":"request-file","hash":")" + hash + R"("})");
  }
  void Digest(Bytes& bytes) {
    const TransferKey key = Key(bytes);
    session_.HandleDigest(now_, key, testing::HashOf(bytes.Id()));
    Drain();
  }
  // Known, or not.
  static std::optional<ByteCount> Buffered(Bytes& bytes) {
    if (bytes.Byte() % 2 == 0) return std::nullopt;
    return ByteCount(bytes.Number());
  }
  void EndChannel(Bytes& bytes) {
    constexpr std::array kReasons = {Reason::kClosed, Reason::kChannelError, Reason::kPeerReplaced};
    const std::uint8_t which = bytes.Byte();
    if (which >= 12) return;
    session_.HandleClosed(now_, kReasons[which % kReasons.size()], Buffered(bytes));
    Drain();
    Require(is_over_ || session_.stats().unverified_files > 0);
  }
  // A channel that holds so much empties, and tells of each level that it was asked to tell of. No level may be awaited that
  // is reached already, unless more was handed over; and it ends.
  void DrainFrom(ByteCount buffered) {
    // One input holds no more than some hundred of whatever leaves one by one.
    constexpr int kMostTurns = 5000;
    for (int turn = 0; turn < kMostTurns; ++turn) {
      awaited_.reset();
      handed_ = ByteCount();
      session_.HandleBufferedAmount(now_, buffered);
      Drain();
      if (!awaited_) return;
      Require(*awaited_ < buffered || handed_ > ByteCount());
      buffered = std::min(buffered + handed_, *awaited_);
    }
    std::abort();
  }
  bool IsOwedAnEnd(TransferKey key) const {
    const auto found = pulls_.find(key);
    return found != pulls_.end() && found->second;
  }

  void Offer(const std::string& id, std::int64_t size) {
    session_.Offer(now_, TransferKey{++last_key_}, testing::FileOf(id, size));
    Drain();
  }
  // With room: into a sink.
  void Pull(const std::string& id, ByteCount room = {}) {
    const TransferKey key{++last_key_};
    if (session_.Pull(now_, key, TransferId{id}, room)) {
      pulls_[key] = true;
      ids_[key] = id;
      fronts_[id] = ByteCount();
      if (room > ByteCount()) unfinished_.insert(key);
    }
    Drain();
  }
  void Text(std::string_view text) {
    may_be_delivered_ |=
        text.find("transfer-done") != std::string_view::npos || text.find('\\') != std::string_view::npos;
    may_have_lanes_ |= text.find("lanes") != std::string_view::npos || text.find('\\') != std::string_view::npos;
    session_.HandleText(now_, text);
    Drain();
  }
  void Binary(std::int64_t size, Lane lane = Lane::kFirst) {
    verdicts_ = 0;
    session_.HandleBinary(now_, ByteCount(size), lane);
    Drain();
    Require(verdicts_ == 1 || is_over_);
  }
  void Read(TransferKey key, bool ok) {
    ok ? session_.HandleBlockReady(now_, key) : session_.HandleBlockFailed(now_, key);
    Drain();
  }
  // To the read that was asked for last, or to another one.
  void AnswerRead(Bytes& bytes, std::uint8_t kind) {
    const TransferKey key = Key(bytes);
    const std::uint32_t number = kind % 8 < 6 ? reads_[key] : bytes.Byte();
    kind % 4 == 0 ? session_.HandleBlockFailed(now_, key, Reason::kFileChanged, number)
                  : session_.HandleBlockReady(now_, key, ByteCount(bytes.Number()), number);
    Drain();
  }
  void Authorize(TransferKey key, bool allowed) {
    session_.HandleAuthorization(now_, key, allowed);
    Drain();
  }
  TransferKey Key(Bytes& bytes) const { return TransferKey{bytes.Byte() % (last_key_ + 1)}; }

  void EndPull(TransferKey key) {
    const auto found = pulls_.find(key);
    Require(found != pulls_.end() && found->second);
    found->second = false;
  }

  void CarryOut(const Action& action) {
    Require(!is_over_);
    const bool is_sent = std::holds_alternative<SendBytes>(action) || std::holds_alternative<SendText>(action);
    Require(!is_sent || !is_interrupted_ || is_opening_);
    if (const auto* bytes = std::get_if<SendBytes>(&action)) {
      Require(bytes->length > ByteCount() && bytes->message_size > ByteCount());
      Require(bytes->offset >= ByteCount() && bytes->offset + bytes->length <= bytes->file_size);
      Require(bytes->so_far >= bytes->offset + bytes->length && bytes->so_far <= bytes->file_size);
      sent_ += bytes->length;
      if (!IsOnOpenLane(bytes->lane)) handed_ += bytes->length;
    } else if (const auto* text = std::get_if<SendText>(&action)) {
      const ByteCount size(static_cast<std::int64_t>(text->text.size()));
      if (IsOnOpenLane(text->lane)) return;
      Require(size <= longest_);
      handed_ += size;
    } else if (const auto* await = std::get_if<AwaitLow>(&action)) {
      Require(await->threshold >= ByteCount());
      if (!IsOnOpenLane(await->lane)) awaited_ = await->threshold;
    } else if (const auto* open = std::get_if<OpenLane>(&action)) {
      Require(existing_lanes_.insert(open->lane).second);
    } else if (const auto* answer = std::get_if<AnswerLane>(&action)) {
      Require(existing_lanes_.insert(answer->lane).second);
    } else if (const auto* accept = std::get_if<AcceptLane>(&action)) {
      Require(existing_lanes_.contains(accept->lane) && !open_lanes_.contains(accept->lane));
    } else if (const auto* close = std::get_if<CloseLane>(&action)) {
      open_lanes_.erase(close->lane);
      Require(existing_lanes_.erase(close->lane) == 1);
    } else if (const auto* finish = std::get_if<FinishSink>(&action)) {
      Require(IsOwedAnEnd(finish->transfer) && unfinished_.erase(finish->transfer) == 1);
    } else if (const auto* read = std::get_if<ReadBlock>(&action)) {
      Require(read->length > ByteCount() && read->number != std::exchange(reads_[read->transfer], read->number));
    } else if (const auto* hash = std::get_if<HashFile>(&action)) {
      Require(!ended_uploads_.contains(hash->transfer));
    } else if (std::holds_alternative<PeerKnown>(action)) {
      Require(std::exchange(is_peer_awaited_, false));
    } else if (const auto* pulled = std::get_if<UploadPulled>(&action)) {
      Require(!ended_uploads_.contains(pulled->transfer) && pulled_uploads_.insert(pulled->transfer).second);
    } else if (const auto* offer = std::get_if<OfferReceived>(&action)) {
      Require(offer->file.extra.size() <= Limits{}.max_extra);
    } else if (const auto* end = std::get_if<UploadEnded>(&action)) {
      Require(ended_uploads_.insert(end->transfer).second);
      Require(end->peer_detail.size() <= Limits{}.max_detail);
      Require(!end->is_delivered || (may_be_delivered_ && end->reason == Reason::kNone));
    } else if (const auto* chunk = std::get_if<StoreChunk>(&action)) {
      Require(chunk->length > ByteCount() && chunk->offset + chunk->length <= chunk->file_size);
      ++verdicts_;
      // No byte counts twice; and none is left out, from where the file began or went on, unless it may come on a lane.
      Stored& stored = stored_[chunk->transfer];
      const ByteCount chunk_end = chunk->offset + chunk->length;
      const std::int64_t known = stored.bytes.Count(chunk->offset.value(), chunk_end.value());
      Require(may_have_lanes_ ? known < chunk->length.value() : !stored.here || *stored.here == chunk->offset);
      stored.bytes.Add(chunk->offset.value(), chunk_end.value());
      stored.here = chunk_end;
      Require(chunk->front <= chunk->so_far);
      fronts_[ids_[chunk->transfer]] = chunk->front;
      Require(chunk->so_far <= chunk->file_size && chunk->so_far.value() >= stored.bytes.total());
    } else if (const auto* authorize = std::get_if<peer_session::Authorize>(&action)) {
      stored_[authorize->transfer] = {};
    } else if (std::holds_alternative<Interrupted>(action)) {
      Require(!is_interrupted_);
      is_interrupted_ = true;
    } else if (std::holds_alternative<Resumed>(action)) {
      Require(is_interrupted_);
      is_interrupted_ = false;
    } else if (std::holds_alternative<DropChunk>(action)) {
      ++verdicts_;
    } else if (const auto* download = std::get_if<DownloadEnded>(&action)) {
      Require(download->file.has_value() == (download->reason == Reason::kNone));
      Require(!download->file || !download->file->hash.empty());
      // Nothing is delivered from a sink that was not told to finish.
      Require(!download->file || !unfinished_.contains(download->transfer));
      Require(download->kept == ByteCount() || !download->hash.empty());
      EndPull(download->transfer);
    } else if (std::holds_alternative<Closed>(action)) {
      is_over_ = true;
    }
  }

  void Drain() {
    host_.Settle();
    Require(!host_.HasRunAway());
    const Stats stats = session_.stats();
    Require(((stats.upload_transitions | stats.download_transitions) & kStrayed) == 0);
    Require(!is_interrupted_ || is_over_ || session_.IsChannelOver() || session_.NextDeadline());
    Require(stats.pending_offers <= 4 && stats.waiting_pulls <= 4 && stats.unverified_files <= 2);
    // An empty outbox takes any one message.
    Require(stats.outbox <= std::max(ByteCount(500), longest_));
  }

  // Of what is handed over: to the first channel, or to a lane that is open.
  bool IsOnOpenLane(Lane lane) const {
    Require(lane == Lane::kFirst || open_lanes_.contains(lane));
    return lane != Lane::kFirst;
  }

  // Of a pull.
  struct Stored {
    simulation::ByteSet bytes = {};
    // Where the next byte belongs; nothing when it begins.
    std::optional<ByteCount> here = {};
  };

  testing::EngineHost host_;
  Session& session_;
  Timestamp now_ = Timestamp::FromMicros(1'000'000);
  std::uint32_t last_key_ = 0;
  // True while the pull is owed an end.
  std::map<TransferKey, bool> pulls_;
  std::set<TransferKey> ended_uploads_;
  std::set<TransferKey> pulled_uploads_;
  // The number of the last read of each.
  std::map<TransferKey, std::uint32_t> reads_;
  std::map<TransferKey, std::string> ids_;
  // Of what was pulled last by that id: what is here without a gap.
  std::map<std::string, ByteCount> fronts_;
  // Pulls into sinks that were not told to finish.
  std::set<TransferKey> unfinished_;
  int verdicts_ = 0;
  // Of files, ever.
  ByteCount sent_;
  // What the last input gave to the channel, and the level that it asked to be told of.
  ByteCount handed_;
  std::optional<ByteCount> awaited_;
  // The connection's longest message; none before it is open.
  ByteCount longest_;
  bool is_over_ = false;
  const bool is_polite_;
  bool is_interrupted_ = false;
  bool is_opening_ = false;
  bool is_peer_awaited_ = false;
  // Somebody has said so, or may have.
  bool may_be_delivered_ = false;
  // The peer has said that it knows lanes, or may have.
  bool may_have_lanes_ = false;
  std::set<Lane> existing_lanes_;
  std::set<Lane> open_lanes_;
  std::map<TransferKey, Stored> stored_;
};

}  // namespace
}  // namespace peer_session

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  peer_session::Bytes bytes(data, size);
  const std::uint8_t state = bytes.Byte();
  peer_session::Victim victim(state);
  victim.Enter(state % peer_session::kOddMarks);
  while (!bytes.Empty()) victim.Step(bytes);
  victim.End();
  return 0;
}
