// One session under test, with the clock in the test's hand. Tests say what happens and compare what comes out.
#ifndef PEER_SESSION_TESTS_SUPPORT_SESSION_DRIVER_H_
#define PEER_SESSION_TESTS_SUPPORT_SESSION_DRIVER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "peer_session/session.h"
#include "support/engine_host.h"

namespace peer_session::testing {

using Lines = std::vector<std::string>;

inline constexpr TransferKey Key(std::uint32_t value) { return TransferKey{value}; }

// A hash for each name: 64 digits, and another one for another name.
std::string HashOf(std::string_view name);

// A file whose hash is that of its id, so that the digest `id` means that the content is right.
FileInfo FileOf(std::string id, std::int64_t size);

// The peer's messages about such a file.
std::string OfferText(const std::string& id, std::int64_t size);
std::string MetaText(const std::string& id, std::int64_t size);
std::string PullText(const std::string& id);
std::string AbortText(const std::string& id);
// What the peer says of itself: every feature but `ack`, whose answers would come between all that tests compare.
std::string HelloText(const std::string& epoch = "them", ByteCount max_file_size = ByteCount::MiB(15));
// The same with `ack`.
std::string AckingHelloText(const std::string& epoch = "them");
// The same with `ack` and `lanes`.
std::string LanesHelloText(const std::string& epoch = "them");
std::string LaneText(std::uint32_t number, std::string_view key = "", std::string_view description = "");
std::string SegmentText(const std::string& id, std::int64_t offset);
std::string AckText(std::int64_t received, std::int64_t at_micros);

// Of a session that says hello.
Options Polite(Options options = {});

// A window that is as large from the beginning as it may become, for tests that are not about how it grows.
Options WideWindow(Options options = {});

class SessionDriver {
 public:
  explicit SessionDriver(const Options& options = WideWindow());
  // As that member of a group.
  SessionDriver(Group& group, Member member, const Options& options = Options());
  // Notes the transitions that its transfers took.
  ~SessionDriver();
  SessionDriver(const SessionDriver&) = delete;
  SessionDriver& operator=(const SessionDriver&) = delete;

  Lines Connecting();
  Lines Described();
  // A channel that takes messages of 16 KiB, unless said otherwise.
  Lines Open(std::int64_t max_message = 16 * 1024);
  // The same, and the peer says hello.
  Lines Meet(const std::string& epoch = "them");
  // Of a lane.
  Lines LaneDescribed(std::uint32_t lane, const std::string& description = "sdp");
  Lines LaneOpen(std::uint32_t lane, std::int64_t max_message = 16 * 1024);
  Lines LaneText(std::uint32_t lane, std::string_view text);
  Lines LaneBinary(std::uint32_t lane, std::int64_t size);
  Lines LaneBuffered(std::uint32_t lane, std::int64_t bytes);
  Lines LaneLost(std::uint32_t lane);
  Lines Lost(Reason reason = Reason::kChannelError, std::optional<ByteCount> buffered = std::nullopt);

  Lines Offer(std::uint32_t key, const std::string& id, std::int64_t size);
  Lines Pull(std::uint32_t key, const std::string& id);
  // Into a sink.
  // Its sink is opened at once, and has nothing of it from before.
  Lines PullInto(std::uint32_t key, const std::string& id, std::int64_t room);
  // Its sink is still to be opened, if anything is known of the file.
  Lines PullIntoUnopened(std::uint32_t key, const std::string& id, std::int64_t room);
  Lines Stored(const std::string& id, std::int64_t total);
  Lines SinkFailed(const std::string& id);
  Lines CancelPull(const std::string& id);
  Lines Decline(const std::string& id, std::string_view detail = "");
  Lines Withdraw(const std::string& id);
  Lines AwaitDrained();
  Lines RequestFile(std::string_view hash);
  Lines Text(std::string_view text);
  Lines Binary(std::int64_t size);
  Lines Buffered(std::int64_t bytes);
  Lines BlockReady(std::uint32_t key);
  Lines BlockFailed(std::uint32_t key);
  Lines Signed(std::uint32_t key, const std::string& signature = "sig", const std::string& public_key = "key");
  Lines Unsigned(std::uint32_t key);
  Lines Authorization(std::uint32_t key, bool allowed = true);
  // The content is what this name stands for.
  Lines Digest(std::uint32_t key, std::string_view name);
  Lines DigestFailed(std::uint32_t key);
  Lines Claim(std::uint32_t key, bool holds);
  Lines StoreFailed(std::uint32_t key);
  Lines Partial(const std::string& id, std::int64_t have);
  Lines Close(std::optional<ByteCount> buffered = std::nullopt);
  Lines ChannelClosed(Reason reason = Reason::kClosed, std::optional<ByteCount> buffered = std::nullopt);

  // Pulls `id` under `key`, lets its `meta` come and the owner allow it.
  void BeginDownload(std::uint32_t key, const std::string& id, std::int64_t size);
  // Offers it and lets the peer pull it; the first block is asked for, not yet read.
  Lines BeginUpload(std::uint32_t key, const std::string& id, std::int64_t size);

  // Time passes as with a punctual timer: HandleTimeout is called at each deadline on the way.
  Lines Pass(Duration span);
  // Time passes and nobody looks at the clock.
  void Sleep(Duration span) { now_ = now_ + span; }
  void SetClock(std::int64_t micros) { now_ = Timestamp::FromMicros(micros); }
  Lines Timeout();

  Timestamp now() const { return now_; }
  Session& session() { return session_; }
  Stats stats() const { return session_.stats(); }
  // Until the next deadline; negative when there is none.
  std::int64_t MillisToDeadline() const;

  // Everything that waits, described; also kept as it is until the next call.
  Lines Drain();
  const std::vector<Action>& last() const { return last_; }

  template <typename T>
  std::vector<T> LastOf() const {
    std::vector<T> found;
    for (const Action& action : last_) {
      if (const T* match = std::get_if<T>(&action)) found.push_back(*match);
    }
    return found;
  }

 private:
  SessionDriver(const Options& options, Group* group, Member member);

  // Long after zero, so that a clock may also go backwards.
  Timestamp now_ = Timestamp::FromMicros(1'000'000'000'000);
  EngineHost host_;
  Session& session_;
  Lines lines_;
  std::vector<Action> last_;
};

}  // namespace peer_session::testing

#endif  // PEER_SESSION_TESTS_SUPPORT_SESSION_DRIVER_H_
