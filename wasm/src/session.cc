#include "peer_session/session.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "action_queue.h"
#include "channel/channel_writer.h"
#include "channel/connect_deadline.h"
#include "deadlines.h"
#include "guard/peer_budgets.h"
#include "mutant.h"
#include "receive/receiver.h"
#include "send/sender.h"
#include "wire/message.h"
#include "wire/parse.h"
#include "wire/write.h"

namespace peer_session {

class Session::Core {
 public:
  explicit Core(const Options& options)
      : options_(options),
        connect_(options_.timeouts.connect),
        writer_(options_, actions_),
        sender_(options_, actions_, writer_),
        receiver_(options_, actions_, writer_) {}
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  // Every input begins here. False once the session is over; otherwise the time, which never goes backwards.
  bool Begin(Timestamp now) {
    now_ = PEER_SESSION_MUTANT("clock-goes-back") ? now : std::max(now_, now);
    return !over_;
  }
  Timestamp now() const { return now_; }

  ActionQueue& actions() { return actions_; }
  ConnectDeadline& connect() { return connect_; }
  const ActionQueue& actions() const { return actions_; }
  ChannelWriter& writer() { return writer_; }
  Sender& sender() { return sender_; }
  Receiver& receiver() { return receiver_; }

  void HandleText(std::string_view text) {
    std::visit([this](auto&& message) { Handle(std::forward<decltype(message)>(message)); },
               wire::Parse(text, options_.limits));
  }

  void Say(std::string text) {
    if (!writer_.IsOpen()) return;
    switch (writer_.SendText(std::move(text))) {
      case ChannelWriter::TextResult::kAccepted:
        return;
      case ChannelWriter::TextResult::kTooLong:
        actions_.Push(Report{Reason::kMessageTooLong});
        return;
      case ChannelWriter::TextResult::kFull:
        ReportWithinBudget(Reason::kChannelFull);
        return;
    }
  }

  // For an end that no transfer may be there to tell of.
  void EndAndReport(Reason reason) {
    actions_.Push(Report{reason});
    End(reason);
  }

  void End(Reason reason) {
    over_ = !PEER_SESSION_MUTANT("talks-after-closed");
    sender_.Close(reason);
    receiver_.Close(reason);
    writer_.Close();
    actions_.Push(Closed{reason});
  }

  std::optional<Timestamp> NextDeadline() const {
    if (over_) return std::nullopt;
    DeadlineTable deadlines;
    deadlines.Set(Deadline::kConnect, connect_.at());
    deadlines.Set(Deadline::kOfferExpiry, sender_.NextOfferExpiry());
    deadlines.Set(Deadline::kBlockRead, sender_.NextReadDeadline());
    deadlines.Set(Deadline::kPullAnswer, receiver_.NextPullDeadline());
    deadlines.Set(Deadline::kDownload, receiver_.NextDownloadDeadline());
    deadlines.Set(Deadline::kVerification, receiver_.NextVerifyDeadline());
    return deadlines.Earliest();
  }

  Stats stats() const {
    return Stats{.pending_offers = sender_.pending_offers(),
                 .queued_uploads = sender_.queued_uploads(),
                 .waiting_pulls = receiver_.waiting_pulls(),
                 .unverified_files = receiver_.unverified_files(),
                 .outbox = writer_.OutboxSize(),
                 .ignored_messages = ignored_messages_,
                 .dropped_bytes = receiver_.dropped_bytes()};
  }

 private:
  void Handle(wire::OfferFile message) {
    if (message.file.size > options_.limits.max_file_size) return Ignore(Reason::kTooLarge);
    Notify(budgets_.offers, OfferReceived{std::move(message.file)});
  }
  void Handle(const wire::PullRequest& message) {
    if (!sender_.HandlePullRequest(now_, message.id)) ++ignored_messages_;
  }
  void Handle(wire::Meta message) {
    if (!receiver_.HandleMeta(now_, std::move(message.file))) Ignore(Reason::kUnrequestedTransfer);
  }
  void Handle(const wire::InvalidMeta& message) {
    if (!receiver_.HandleInvalidMeta(message.id)) Ignore(Reason::kMalformedMessage);
  }
  void Handle(const wire::TransferAbort& message) { receiver_.HandleAbort(message.id); }
  void Handle(const wire::SyncRequest&) { Notify(budgets_.sync_requests, SyncRequested{}); }
  void Handle(wire::Inventory message) { Notify(budgets_.inventories, InventoryReceived{std::move(message.hashes)}); }
  void Handle(wire::RequestFile message) { Notify(budgets_.file_requests, FileRequested{std::move(message.hash)}); }
  void Handle(const wire::Ping&) {
    actions_.Push(PeerSeen{});
    if (!budgets_.pongs.TryTake(now_)) return Ignore(Reason::kOverBudget);
    Say(wire::WritePong());
  }
  void Handle(const wire::Pong&) { actions_.Push(PeerSeen{}); }
  void Handle(const wire::Unknown&) { ++ignored_messages_; }
  void Handle(const wire::Malformed&) { Ignore(Reason::kMalformedMessage); }

  void Notify(RateBudget& budget, Action action) {
    if (!budget.TryTake(now_)) return Ignore(Reason::kOverBudget);
    actions_.Push(std::move(action));
  }

  void Ignore(Reason reason) {
    ++ignored_messages_;
    ReportWithinBudget(reason);
  }

  void ReportWithinBudget(Reason reason) {
    if (budgets_.reports.TryTake(now_)) actions_.Push(Report{reason});
  }

  const Options options_;
  ActionQueue actions_;
  ConnectDeadline connect_;
  ChannelWriter writer_;
  Sender sender_;
  Receiver receiver_;
  PeerBudgets budgets_;
  Timestamp now_;
  bool over_ = false;
  std::uint64_t ignored_messages_ = 0;
};

Session::Session(const Options& options) : core_(std::make_unique<Core>(options)) {}
Session::~Session() = default;

void Session::Offer(Timestamp now, TransferKey key, FileInfo file) {
  if (core_->Begin(now)) core_->sender().Offer(core_->now(), key, std::move(file));
}

bool Session::Pull(Timestamp now, TransferKey key, TransferId id) {
  return core_->Begin(now) && core_->receiver().Pull(core_->now(), key, std::move(id));
}

void Session::RequestFile(Timestamp now, std::string_view hash) {
  if (core_->Begin(now)) core_->Say(wire::WriteRequestFile(hash));
}

void Session::RequestSync(Timestamp now) {
  if (core_->Begin(now)) core_->Say(wire::WriteSyncRequest());
}

void Session::SendInventory(Timestamp now, const std::vector<std::string>& hashes) {
  if (core_->Begin(now)) core_->Say(wire::WriteInventory(hashes));
}

void Session::SendPing(Timestamp now) {
  if (core_->Begin(now)) core_->Say(wire::WritePing());
}

void Session::Close(Timestamp now) {
  if (core_->Begin(now)) core_->End(Reason::kClosed);
}

void Session::HandleConnecting(Timestamp now) {
  if (core_->Begin(now)) core_->connect().Begin(core_->now());
}

void Session::HandleDescribed(Timestamp now) {
  if (core_->Begin(now)) core_->connect().BeginAnew(core_->now());
}

void Session::HandleOpen(Timestamp now, ByteCount max_message_size) {
  if (!core_->Begin(now) || core_->writer().IsOpen()) return;
  core_->connect().End();
  core_->writer().Open(max_message_size);
  core_->actions().Push(Connected{});
}

void Session::HandleText(Timestamp now, std::string_view text) {
  if (core_->Begin(now)) core_->HandleText(text);
}

void Session::HandleBinary(Timestamp now, ByteCount size) {
  if (core_->Begin(now)) core_->receiver().HandleBinary(core_->now(), size);
}

void Session::HandleBufferedAmount(Timestamp now, ByteCount buffered) {
  if (!core_->Begin(now)) return;
  core_->writer().SetBuffered(buffered);
  core_->sender().Pump(core_->now());
}

void Session::HandleBlockReady(Timestamp now, TransferKey key) {
  if (core_->Begin(now)) core_->sender().HandleBlockReady(core_->now(), key);
}

void Session::HandleBlockFailed(Timestamp now, TransferKey key) {
  if (core_->Begin(now)) core_->sender().HandleBlockFailed(core_->now(), key);
}

void Session::HandleSigned(Timestamp now, TransferKey key, std::string signature, std::string public_key) {
  if (core_->Begin(now)) {
    core_->sender().HandleSigned(core_->now(), key, std::move(signature), std::move(public_key));
  }
}

void Session::HandleUnsigned(Timestamp now, TransferKey key) {
  if (core_->Begin(now)) core_->sender().HandleUnsigned(core_->now(), key);
}

void Session::HandleAuthorization(Timestamp now, TransferKey key, bool allowed) {
  if (core_->Begin(now)) core_->receiver().HandleAuthorization(core_->now(), key, allowed);
}

void Session::HandleDigest(Timestamp now, TransferKey key, std::string_view hash) {
  if (core_->Begin(now)) core_->receiver().HandleDigest(key, hash);
}

void Session::HandleClaim(Timestamp now, TransferKey key, bool holds) {
  if (core_->Begin(now)) core_->receiver().HandleClaim(key, holds);
}

void Session::HandleDigestFailed(Timestamp now, TransferKey key) {
  if (core_->Begin(now)) core_->receiver().HandleDigestFailed(key);
}

void Session::HandleStoreFailed(Timestamp now, TransferKey key) {
  if (core_->Begin(now)) core_->receiver().HandleStoreFailed(key);
}

void Session::HandleClosed(Timestamp now, Reason reason) {
  if (!core_->Begin(now)) return;
  reason == Reason::kPeerReplaced ? core_->EndAndReport(reason) : core_->End(reason);
}

void Session::HandleTimeout(Timestamp now) {
  if (!core_->Begin(now)) return;
  if (core_->connect().IsDue(core_->now())) return core_->EndAndReport(Reason::kConnectTimeout);
  core_->sender().HandleTimeout(core_->now());
  core_->receiver().HandleTimeout(core_->now());
}

std::optional<Action> Session::PollAction() { return core_->actions().Poll(); }

bool Session::HasActions() const { return !core_->actions().Empty(); }

std::optional<Timestamp> Session::NextDeadline() const { return core_->NextDeadline(); }

Stats Session::stats() const { return core_->stats(); }

}  // namespace peer_session
