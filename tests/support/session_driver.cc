#include "support/session_driver.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "support/describe.h"
#include "support/transitions.h"
#include "wire/write.h"

namespace peer_session::testing {

std::string HashOf(std::string_view name) {
  std::string hash;
  for (std::uint64_t word = 0xcbf29ce484222325ULL; hash.size() < 64;) {
    for (const char letter : name) word = (word ^ static_cast<unsigned char>(letter)) * 0x100000001b3ULL;
    word = (word ^ (word >> 32U)) * 0x9e3779b97f4a7c15ULL;
    for (unsigned shift = 0; shift < 64; shift += 4) hash += "0123456789abcdef"[(word >> shift) & 15U];
  }
  return hash;
}

FileInfo FileOf(std::string id, std::int64_t size) {
  FileInfo file;
  file.name = id + ".png";
  file.size = ByteCount(size);
  file.mime = "image/png";
  file.hash = HashOf(id);
  file.id = TransferId{std::move(id)};
  return file;
}

std::string OfferText(const std::string& id, std::int64_t size) { return wire::WriteOfferFile(FileOf(id, size)); }
std::string MetaText(const std::string& id, std::int64_t size) { return wire::WriteMeta(FileOf(id, size), {}); }
std::string PullText(const std::string& id) { return wire::WritePullRequest(TransferId{id}); }
std::string AbortText(const std::string& id) { return wire::WriteTransferAbort(TransferId{id}, "unreadable"); }

std::string HelloText(const std::string& epoch, ByteCount max_file_size) {
  return wire::WriteHello(epoch, wire::FeatureSet::All().Without(wire::Feature::kAck), max_file_size);
}

std::string AckingHelloText(const std::string& epoch) {
  return wire::WriteHello(epoch, wire::FeatureSet::All().Without(wire::Feature::kLanes), ByteCount::MiB(15));
}

std::string LanesHelloText(const std::string& epoch) {
  return wire::WriteHello(epoch, wire::FeatureSet::All(), ByteCount::MiB(15));
}

std::string LaneText(std::uint32_t number, std::string_view key, std::string_view description) {
  return key.empty() ? wire::WriteNoLane(number) : wire::WriteLane(number, key, description);
}

std::string SegmentText(const std::string& id, std::int64_t offset) {
  return wire::WriteSegment(TransferId{id}, ByteCount(offset));
}

std::string AckText(std::int64_t received, std::int64_t at_micros) {
  return wire::WriteAck(ByteCount(received), Timestamp::FromMicros(at_micros));
}

Options Polite(Options options) {
  options.epoch = "us";
  return WideWindow(options);
}

Options WideWindow(Options options) {
  options.pacing.least_water = options.pacing.high_water;
  options.pacing.least_message = options.pacing.max_message;
  return options;
}

SessionDriver::SessionDriver(const Options& options) : SessionDriver(options, nullptr, Member{}) {}
SessionDriver::SessionDriver(Group& group, Member member, const Options& options)
    : SessionDriver(options, &group, member) {}

SessionDriver::SessionDriver(const Options& options, Group* group, Member member)
    : host_(
          options,
          [this](const Action& action) {
            // What changes nothing is left to the tests of it, which find it in `last`.
            if (!std::holds_alternative<UploadPulled>(action)) lines_.push_back(Describe(action));
            last_.push_back(action);
          },
          group, member),
      session_(host_.session()) {}

SessionDriver::~SessionDriver() { NoteTransitions(session_.stats()); }

Lines SessionDriver::RequestFile(std::string_view hash) {
  session_.RequestFile(now_, hash);
  return Drain();
}

Lines SessionDriver::Connecting() {
  session_.HandleConnecting(now_);
  return Drain();
}

Lines SessionDriver::Described() {
  session_.HandleDescribed(now_);
  return Drain();
}

Lines SessionDriver::Open(std::int64_t max_message) {
  session_.HandleOpen(now_, ByteCount(max_message));
  return Drain();
}

Lines SessionDriver::Meet(const std::string& epoch) {
  Lines lines = Open();
  for (std::string& line : Text(HelloText(epoch))) lines.push_back(std::move(line));
  return lines;
}

Lines SessionDriver::Lost(Reason reason, std::optional<ByteCount> buffered) {
  session_.HandleLost(now_, reason, buffered);
  return Drain();
}

Lines SessionDriver::PullInto(std::uint32_t key, const std::string& id, std::int64_t room) {
  Lines lines = PullIntoUnopened(key, id, room);
  return LastOf<FindPartial>().empty() ? lines : Partial(id, 0);
}

Lines SessionDriver::PullIntoUnopened(std::uint32_t key, const std::string& id, std::int64_t room) {
  session_.Pull(now_, Key(key), TransferId{id}, ByteCount(room));
  return Drain();
}

Lines SessionDriver::Stored(const std::string& id, std::int64_t total) {
  session_.HandleStored(now_, TransferId{id}, ByteCount(total));
  return Drain();
}

Lines SessionDriver::SinkFailed(const std::string& id) {
  session_.HandleStored(now_, TransferId{id}, ByteCount(-1));
  return Drain();
}

Lines SessionDriver::CancelPull(const std::string& id) {
  session_.CancelPull(now_, TransferId{id});
  return Drain();
}

Lines SessionDriver::Decline(const std::string& id, std::string_view detail) {
  session_.Decline(now_, TransferId{id}, detail);
  return Drain();
}

Lines SessionDriver::Withdraw(const std::string& id) {
  session_.Withdraw(now_, TransferId{id});
  return Drain();
}

Lines SessionDriver::AwaitDrained() {
  session_.AwaitDrained(now_);
  return Drain();
}

Lines SessionDriver::Partial(const std::string& id, std::int64_t have) {
  session_.HandlePartial(now_, TransferId{id}, ByteCount(have));
  return Drain();
}

Lines SessionDriver::Offer(std::uint32_t key, const std::string& id, std::int64_t size) {
  session_.Offer(now_, Key(key), FileOf(id, size));
  return Drain();
}

Lines SessionDriver::Pull(std::uint32_t key, const std::string& id) {
  session_.Pull(now_, Key(key), TransferId{id});
  return Drain();
}

Lines SessionDriver::Text(std::string_view text) {
  session_.HandleText(now_, text);
  return Drain();
}

Lines SessionDriver::Binary(std::int64_t size) {
  session_.HandleBinary(now_, ByteCount(size));
  return Drain();
}

Lines SessionDriver::Buffered(std::int64_t bytes) {
  session_.HandleBufferedAmount(now_, ByteCount(bytes));
  return Drain();
}

Lines SessionDriver::LaneDescribed(std::uint32_t lane, const std::string& description) {
  session_.HandleLaneDescribed(now_, Lane{lane}, description);
  return Drain();
}

Lines SessionDriver::LaneOpen(std::uint32_t lane, std::int64_t max_message) {
  session_.HandleOpen(now_, ByteCount(max_message), Lane{lane});
  return Drain();
}

Lines SessionDriver::LaneText(std::uint32_t lane, std::string_view text) {
  session_.HandleText(now_, text, Lane{lane});
  return Drain();
}

Lines SessionDriver::LaneBinary(std::uint32_t lane, std::int64_t size) {
  session_.HandleBinary(now_, ByteCount(size), Lane{lane});
  return Drain();
}

Lines SessionDriver::LaneBuffered(std::uint32_t lane, std::int64_t bytes) {
  session_.HandleBufferedAmount(now_, ByteCount(bytes), Lane{lane});
  return Drain();
}

Lines SessionDriver::LaneLost(std::uint32_t lane) {
  session_.HandleLaneLost(now_, Lane{lane});
  return Drain();
}

Lines SessionDriver::BlockReady(std::uint32_t key) {
  session_.HandleBlockReady(now_, Key(key));
  return Drain();
}

Lines SessionDriver::BlockFailed(std::uint32_t key) {
  session_.HandleBlockFailed(now_, Key(key));
  return Drain();
}

Lines SessionDriver::Signed(std::uint32_t key, const std::string& signature, const std::string& public_key) {
  session_.HandleSigned(now_, Key(key), signature, public_key);
  return Drain();
}

Lines SessionDriver::Unsigned(std::uint32_t key) {
  session_.HandleUnsigned(now_, Key(key));
  return Drain();
}

Lines SessionDriver::Authorization(std::uint32_t key, bool allowed) {
  session_.HandleAuthorization(now_, Key(key), allowed);
  return Drain();
}

Lines SessionDriver::Digest(std::uint32_t key, std::string_view name) {
  session_.HandleDigest(now_, Key(key), HashOf(name));
  return Drain();
}

Lines SessionDriver::DigestFailed(std::uint32_t key) {
  session_.HandleDigestFailed(now_, Key(key));
  return Drain();
}

Lines SessionDriver::Claim(std::uint32_t key, bool holds) {
  session_.HandleClaim(now_, Key(key), holds);
  return Drain();
}

Lines SessionDriver::StoreFailed(std::uint32_t key) {
  session_.HandleStoreFailed(now_, Key(key));
  return Drain();
}

Lines SessionDriver::Close(std::optional<ByteCount> buffered) {
  session_.Close(now_, buffered);
  return Drain();
}

Lines SessionDriver::ChannelClosed(Reason reason, std::optional<ByteCount> buffered) {
  session_.HandleClosed(now_, reason, buffered);
  return Drain();
}

void SessionDriver::BeginDownload(std::uint32_t key, const std::string& id, std::int64_t size) {
  Pull(key, id);
  Text(MetaText(id, size));
  Authorization(key);
}

Lines SessionDriver::BeginUpload(std::uint32_t key, const std::string& id, std::int64_t size) {
  Offer(key, id, size);
  return Text(PullText(id));
}

Lines SessionDriver::Pass(Duration span) {
  const Timestamp end = now_ + span;
  std::vector<Action> all;
  Lines lines;
  for (std::optional<Timestamp> due = session_.NextDeadline(); due && *due <= end; due = session_.NextDeadline()) {
    now_ = std::max(now_, *due);
    for (std::string& line : Timeout()) lines.push_back(std::move(line));
    all.insert(all.end(), last_.begin(), last_.end());
  }
  now_ = end;
  last_ = std::move(all);
  return lines;
}

Lines SessionDriver::Timeout() {
  session_.HandleTimeout(now_);
  return Drain();
}

std::int64_t SessionDriver::MillisToDeadline() const {
  const std::optional<Timestamp> due = session_.NextDeadline();
  return due ? (*due - now_).micros() / 1000 : -1;
}

Lines SessionDriver::Drain() {
  last_.clear();
  lines_.clear();
  host_.Settle();
  return std::move(lines_);
}

}  // namespace peer_session::testing
