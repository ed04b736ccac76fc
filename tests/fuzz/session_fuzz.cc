// The engine, first driven into a state that the first byte names, then fed whatever the other bytes say.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "peer_session/session.h"
#include "support/session_driver.h"

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

// One engine, and the promises that hold for any caller and any peer.
class Victim {
 public:
  explicit Victim(bool is_signed) : session_(SmallOptions(is_signed)) {}

  void Enter(std::uint8_t state) {
    if (state % 8 == 0) return Drain();
    session_.HandleOpen(now_, ByteCount(state % 2 == 0 ? 100 : 1000));
    Drain();
    switch (state % 8) {
      case 2:
        return Offer("a", 10);
      case 3:
        return Pull("a");
      case 4:
        Pull("a");
        return Text(testing::MetaText("a", 20));
      case 5:
        Pull("a");
        Text(testing::MetaText("a", 20));
        Authorize(pulls_.empty() ? TransferKey{} : pulls_.begin()->first, true);
        return Binary(10);
      case 6:
        Offer("a", 500);
        Text(testing::PullText("a"));
        return Read(TransferKey{1}, true);
      case 7:
        session_.HandleBufferedAmount(now_, ByteCount(5000));
        Drain();
        return Offer("a", 10);
      default:
        return;
    }
  }

  void Step(Bytes& bytes) {
    switch (bytes.Byte() % 26) {
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
        session_.HandleDigest(now_, Key(bytes), bytes.Id());
        return Drain();
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
        session_.HandleOpen(now_, ByteCount(bytes.Number()));
        return Drain();
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
      default:
        if (bytes.Byte() % 8 != 0) return;
        session_.HandleClosed(now_, Reason::kChannelError);
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
    Require(stats.outbox == ByteCount() && !session_.NextDeadline());
    session_.HandleText(now_, testing::PullText("a"));
    Require(!session_.HasActions());
  }

 private:
  static Options SmallOptions(bool is_signed) {
    Options options;
    if (is_signed) options.signer_id = "me";
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
    return options;
  }

  void Offer(const std::string& id, std::int64_t size) {
    session_.Offer(now_, TransferKey{++last_key_}, testing::FileOf(id, size));
    Drain();
  }
  void Pull(const std::string& id) {
    const TransferKey key{++last_key_};
    if (session_.Pull(now_, key, TransferId{id})) pulls_[key] = true;
    Drain();
  }
  void Text(std::string_view text) {
    session_.HandleText(now_, text);
    Drain();
  }
  void Binary(std::int64_t size) {
    verdicts_ = 0;
    session_.HandleBinary(now_, ByteCount(size));
    Drain();
    Require(verdicts_ == 1 || is_over_);
  }
  void Read(TransferKey key, bool ok) {
    ok ? session_.HandleBlockReady(now_, key) : session_.HandleBlockFailed(now_, key);
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

  void Drain() {
    while (const std::optional<Action> action = session_.PollAction()) {
      Require(!is_over_);
      if (const auto* bytes = std::get_if<SendBytes>(&*action)) {
        Require(bytes->length > ByteCount() && bytes->message_size > ByteCount());
        Require(bytes->offset >= ByteCount() && bytes->offset + bytes->length <= bytes->file_size);
      } else if (const auto* chunk = std::get_if<StoreChunk>(&*action)) {
        Require(chunk->length > ByteCount() && chunk->offset + chunk->length <= chunk->file_size);
        ++verdicts_;
      } else if (std::holds_alternative<DropChunk>(*action)) {
        ++verdicts_;
      } else if (const auto* delivery = std::get_if<Deliver>(&*action)) {
        EndPull(delivery->transfer);
      } else if (const auto* failure = std::get_if<Failed>(&*action)) {
        EndPull(failure->transfer);
      } else if (std::holds_alternative<Closed>(*action)) {
        is_over_ = true;
      }
    }
    const Stats stats = session_.stats();
    Require(stats.pending_offers <= 4 && stats.waiting_pulls <= 4 && stats.unverified_files <= 2);
    Require(stats.outbox <= ByteCount(500));
  }

  Session session_;
  Timestamp now_ = Timestamp::FromMicros(1'000'000);
  std::uint32_t last_key_ = 0;
  // True while the pull is owed an end.
  std::map<TransferKey, bool> pulls_;
  int verdicts_ = 0;
  bool is_over_ = false;
};

}  // namespace
}  // namespace peer_session

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  peer_session::Bytes bytes(data, size);
  const std::uint8_t state = bytes.Byte();
  peer_session::Victim victim(/*is_signed=*/state >= 128);
  victim.Enter(state);
  while (!bytes.Empty()) victim.Step(bytes);
  victim.End();
  return 0;
}
