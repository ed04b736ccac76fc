#include "peer_session/session.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <variant>

#include "action_queue.h"
#include "channel/arrivals.h"
#include "channel/channel_writer.h"
#include "channel/connect_deadline.h"
#include "earlier.h"
#include "group/seat.h"
#include "guard/peer_budgets.h"
#include "lanes/lanes.h"
#include "lanes/outgoing_lanes.h"
#include "peer.h"
#include "receive/receiver.h"
#include "send/announcer.h"
#include "send/sender.h"
#include "wire/hash.h"
#include "wire/message.h"
#include "wire/parse.h"
#include "wire/write.h"

namespace peer_session {
namespace {

// A peer of this kind says `hello` as soon as it has a channel.
constexpr Duration kHelloPatience = Duration::Seconds(5);

}  // namespace

class Session::Core final : public Seat {
 public:
  Core(const Options& options, Group* group, Member its_member)
      : Seat(group, its_member),
        options_(options),
        connect_(options_.timeouts.connect),
        writer_(options_, actions_),
        outgoing_lanes_(options_, actions_),
        sender_(options_, actions_, writer_, outgoing_lanes_, peer_),
        receiver_(options_, actions_, writer_, peer_, *this),
        lanes_(options_, actions_, writer_, outgoing_lanes_, sender_, receiver_, peer_),
        announcer_(options_, actions_, writer_) {}
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  // Every input goes through here, with the time that counts for it; none does anything once the session is over.
  template <typename Work>
  void Input(Timestamp now, Work work) {
    if (!Begin(now)) return;
    work(now_);
    Finish();
  }
  bool IsOver() const { return state_ == State::kOver; }
  bool IsChannelOver() const { return state_ != State::kGoing; }

  ActionQueue& actions() { return actions_; }
  ConnectDeadline& connect() { return connect_; }
  const ActionQueue& actions() const { return actions_; }
  ChannelWriter& writer() { return writer_; }
  Sender& sender() { return sender_; }
  Receiver& receiver() { return receiver_; }
  Announcer& announcer() { return announcer_; }
  Lanes& lanes() { return lanes_; }

  void Offer(TransferKey key, FileInfo file, bool once) {
    const bool is_news = !NormalizeHash(file.hash) || Seat::Offer(file);
    sender_.Offer(now_, key, std::move(file), is_news, once);
  }

  void RequestFile(std::string hash) {
    if (writer_.IsOpen() && NormalizeHash(hash) && !Seat::RequestFile(hash)) return;
    announcer_.RequestFile(now_, hash);
  }

  void HandleOpen(ByteCount max_message_size, Lane lane) {
    if (lane != Lane::kFirst) return lanes_.HandleOpen(now_, lane, max_message_size);
    if (state_ != State::kGoing || writer_.IsOpen()) return;
    connect_.End();
    writer_.Open(max_message_size);
    may_greet_ = true;
    arrivals_ = Arrivals();
    if (!options_.epoch.empty()) Greet();
    if (!lost_at_) {
      actions_.Push(Connected{});
      return;
    }
    lost_at_.reset();
    actions_.Push(Resumed{});
    sender_.HandleLinkUp(now_, heard_at_);
    receiver_.HandleLinkUp(now_);
  }

  void HandleBinary(ByteCount size, Lane lane) {
    heard_at_ = now_;
    if (lane != Lane::kFirst) return lanes_.HandleBinary(now_, lane, size);
    receiver_.HandleBinary(now_, size);
    Receive(size);
  }

  void HandleText(std::string_view text, Lane lane) {
    if (state_ != State::kGoing || lost_at_) return;
    heard_at_ = now_;
    if (lane != Lane::kFirst) {
      if (!lanes_.HandleText(now_, lane, text)) ++ignored_messages_;
      return;
    }
    wire::Message message = wire::Parse(text, options_.limits, peer_.features);
    // An `ack` comes between the bytes of the other direction, and holds up nothing.
    if (!std::holds_alternative<wire::Ack>(message)) {
      receiver_.HandleText(ByteCount(static_cast<std::int64_t>(text.size())));
    }
    std::visit([this](auto&& known) { Handle(std::forward<decltype(known)>(known)); }, std::move(message));
  }

  void Greet() {
    wire::FeatureSet features = wire::FeatureSet::All();
    if (!options_.pacing.acknowledgements) features = features.Without(wire::Feature::kAck);
    if (options_.pacing.most_lanes == 0) features = features.Without(wire::Feature::kLanes);
    Say(wire::WriteHello(options_.epoch, features, options_.limits.max_file_size));
  }

  void Say(std::string text) {
    if (writer_.IsOpen()) Heed(writer_.SendText(std::move(text)));
  }

  void SendPing() {
    if (writer_.IsOpen()) Heed(writer_.SendPing());
  }

  void Heed(ChannelWriter::TextResult result) {
    switch (result) {
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

  void HandleBuffered(ByteCount buffered, Lane lane) {
    if (lane != Lane::kFirst) return lanes_.HandleBuffered(now_, lane, buffered);
    if (!writer_.IsOpen()) return;
    writer_.SetBuffered(buffered);
    Acknowledge();
    receiver_.HandleDrained(now_);
    announcer_.Pump(now_);
    sender_.HandleDrained(now_);
  }

  void HandleTimeout() {
    Seat::HandleTimeout();
    if (connect_.IsDue(now_)) HandleClosed(Reason::kConnectTimeout, std::nullopt);
    if (const auto due = RecoveryDeadline(); due && now_ >= *due) HandleClosed(Reason::kChannelError, std::nullopt);
    lanes_.HandleTimeout(now_);
    if (writer_.HandlePongTimeout()) sender_.HandleAcknowledged(now_);
    sender_.HandleTimeout(now_);
    receiver_.HandleTimeout(now_);
    announcer_.Pump(now_);
  }

  void AwaitDrained() { drained_wanted_ = true; }
  void AwaitPeer() {
    if (!peer_wanted_by_) peer_wanted_by_ = now_ + kHelloPatience;
  }

  // Said by a peer that means to end, or one that knows no `bye`: the transfers are over. Else they go on when another channel comes.
  void HandleLost(Reason reason, std::optional<ByteCount> buffered) {
    const bool may_recover =
        writer_.IsOpen() && peer_.Understands(wire::Feature::kResume) && options_.timeouts.recovery > Duration();
    if (state_ != State::kGoing || lost_at_) return;
    if (!may_recover) {
      HandleClosed(reason, buffered);
      return;
    }
    if (buffered) writer_.SetLastBuffered(*buffered);
    lost_at_ = now_;
    // What has left the channel may be confirmed yet.
    sender_.EndDrained(now_);
    const ByteCount drained = writer_.Drained();
    writer_.Close();
    lanes_.Close();
    sender_.HandleLinkLost(drained);
    receiver_.HandleLinkLost(now_);
    actions_.Push(Interrupted{});
  }

  void Close(std::optional<ByteCount> buffered) {
    if (state_ == State::kGoing) {
      if (buffered) writer_.SetLastBuffered(*buffered);
      SayBye();
    }
    CloseChannel(Reason::kClosed, std::nullopt);
    // Also when the channel had failed before: that alone would have let it be verified.
    receiver_.Close(now_, Reason::kClosed);
  }

  // Whole content whose hash is not known yet still counts; what comes after it is only its verdict.
  void HandleClosed(Reason reason, std::optional<ByteCount> buffered) {
    // There may be no transfer to tell of these.
    const bool is_news = reason == Reason::kPeerReplaced || reason == Reason::kConnectTimeout;
    if (is_news && state_ == State::kGoing) actions_.Push(Report{reason});
    CloseChannel(reason, buffered);
  }

  // On the caller's clock.
  std::optional<Timestamp> NextDeadline() {
    if (IsOver()) return std::nullopt;
    std::optional<Timestamp> earliest = connect_.at();
    for (const std::optional<Timestamp>& at :
         {sender_.NextOfferExpiry(), sender_.NextReadDeadline(), receiver_.NextPullDeadline(),
          receiver_.NextDownloadDeadline(), receiver_.NextVerifyDeadline(), receiver_.NextLookUpDeadline(),
          sender_.NextReceiptDeadline(), sender_.NextPausedDeadline(), lanes_.NextDeadline(), writer_.PongDeadline(),
          RecoveryDeadline(), announcer_.NextDeadline(now_), peer_wanted_by_}) {
      earliest = Earlier(earliest, at);
    }
    if (earliest) earliest = *earliest + origin_;
    return Earlier(earliest, Seat::NextDeadline());
  }

  Stats stats() const {
    return Stats{.pending_offers = sender_.pending_offers(),
                 .queued_uploads = sender_.queued_uploads(),
                 .waiting_pulls = receiver_.waiting_pulls(),
                 .held_pulls = receiver_.held_pulls(),
                 .unverified_files = receiver_.unverified_files(),
                 .unconfirmed_uploads = sender_.unconfirmed_uploads(),
                 .outbox = writer_.OutboxSize(),
                 .ignored_messages = ignored_messages_,
                 .dropped_bytes = receiver_.dropped_bytes(),
                 .lanes = lanes_.size(),
                 .upload_transitions = sender_.transitions(),
                 .download_transitions = receiver_.transitions()};
  }

 private:
  enum class State {
    kGoing,
    // The channel is over, and content that was received whole is still being verified.
    kVerifying,
    kOver,
  };

  bool Begin(Timestamp now) {
    Tell(now);
    writer_.SetTime(now_);
    lanes_.SetTime(now_);
    return !IsOver();
  }
  void Finish() {
    // Whatever has come, or ended: there may be room for more requests.
    receiver_.AskHeld(now_);
    std::optional<ByteCount> drain =
        Earlier(Earlier(sender_.NextDrain(), receiver_.NextDrain()), announcer_.NextDrain());
    if (OwesAck() && !writer_.IsEmpty()) drain = Earlier(drain, std::optional<ByteCount>(writer_.Accepted()));
    // What was said to a lost channel has not left it.
    if (drained_wanted_ && sender_.IsIdle() && state_ == State::kGoing && !lost_at_) {
      if (writer_.IsEmpty()) {
        drained_wanted_ = false;
        actions_.Push(Drained{});
      } else {
        drain = Earlier(drain, std::optional<ByteCount>(writer_.Accepted()));
      }
    }
    writer_.QueueAwait(drain);
    lanes_.QueueAwaits();
    if (peer_wanted_by_ && (IsPeerKnown() || now_ >= *peer_wanted_by_)) {
      peer_wanted_by_.reset();
      actions_.Push(PeerKnown{.takes_trailing_hash = peer_.Understands(wire::Feature::kTrailingHash)});
    }
    EndIfVerified();
  }

  // Inside, time begins with the first input and never goes backwards, whatever the caller's clock does.
  void Tell(Timestamp now) {
    if (!has_begun_) origin_ = now - Timestamp();
    has_begun_ = true;
    const Timestamp since = Timestamp() + (now - (Timestamp() + origin_));
    now_ = std::max(now_, since);
    Seat::Tell(now_ + origin_);
  }

  // What it has said counts until it says something else.
  bool IsPeerKnown() const { return !may_greet_ || !peer_.epoch.empty() || !writer_.IsOpen(); }

  // What the group wants, the first two within the input of any of its sessions. HandleTimeout follows.
  void Announce(const FileInfo& file) override { actions_.Push(OfferReceived{file}); }
  void Ask(std::string_view hash) override { announcer_.RequestFile(now_, hash); }
  void GiveUp(const TransferId& id) override { receiver_.GiveUp(now_, id); }

  void CloseChannel(Reason reason, std::optional<ByteCount> buffered) {
    if (state_ != State::kGoing) return;
    if (buffered) writer_.SetLastBuffered(*buffered);
    state_ = State::kVerifying;
    reason_ = reason;
    lost_at_.reset();
    connect_.End();
    Seat::Leave();
    announcer_.Close();
    lanes_.Close();
    sender_.Close(reason);
    receiver_.CloseChannel(now_, reason);
    writer_.Close();
  }

  void SayBye() {
    // A peer that has not said anything yet may be of those that understand it.
    if (!writer_.IsOpen() || options_.epoch.empty() || (!may_greet_ && peer_.epoch.empty())) return;
    Heed(writer_.SendLast(wire::WriteBye()));
  }

  void EndIfVerified() {
    if (state_ != State::kVerifying || receiver_.unverified_files() > 0) return;
    state_ = State::kOver;
    actions_.Push(Closed{reason_});
  }

  // Once on each channel, before all that tells a peer which does not know it.
  void Handle(wire::Hello message) {
    if (!std::exchange(may_greet_, false) || options_.epoch.empty()) {
      ++ignored_messages_;
      return;
    }
    if (!peer_.epoch.empty() && peer_.epoch != message.epoch) {
      HandleClosed(Reason::kPeerReplaced, std::nullopt);
      return;
    }
    peer_.epoch = std::move(message.epoch);
    peer_.features = message.features;
    peer_.max_file_size = message.max_file_size;
    if (Acknowledges()) writer_.ExpectAcknowledgements();
    sender_.TellUntold();
  }
  void Handle(const wire::Bye&) { HandleClosed(Reason::kClosed, std::nullopt); }
  void Handle(wire::OfferFile message) {
    may_greet_ = false;
    if (message.file.size > options_.limits.max_file_size) return Ignore(Reason::kTooLarge);
    if (!budgets_.offers.TryTake(now_)) return Ignore(Reason::kOverBudget);
    // Said once more because it may have been lost with a channel.
    const bool is_known = peer_.Understands(wire::Feature::kResume) && receiver_.HasOffer(message.file);
    receiver_.HandleOffer(now_, message.file);
    if (is_known) return receiver_.DeclineAgain(message.file.id);
    // A group compares contents by their hash.
    if (!message.file.hash.empty() && !Seat::HandleOffer(message.file)) return;
    actions_.Push(OfferReceived{std::move(message.file)});
  }
  void Handle(const wire::PullRequest& message) {
    may_greet_ = false;
    if (peer_.IsClassic() && options_.pacing.acknowledgements) writer_.ExpectPongs();
    const bool resumes = peer_.Understands(wire::Feature::kResume);
    if (!sender_.HandlePullRequest(now_, message.id, resumes ? message.offset : ByteCount(), message.credit)) {
      ++ignored_messages_;
    }
  }
  void Handle(wire::Meta message) {
    may_greet_ = false;
    if (!receiver_.HandleMeta(now_, std::move(message.file), message.offset)) Ignore(Reason::kUnrequestedTransfer);
  }
  void Handle(const wire::InvalidMeta& message) {
    if (!receiver_.HandleInvalidMeta(now_, message.id)) Ignore(Reason::kMalformedMessage);
  }
  void Handle(const wire::TransferAbort& message) {
    if (!message.is_paused || !receiver_.HandlePaused(now_, message.id)) {
      receiver_.HandleAbort(now_, message.id, message.reason);
    }
  }
  void Handle(const wire::TransferCancel& message) {
    if (message.is_paused) {
      sender_.HandlePause(now_, message.id);
    } else {
      sender_.HandleCancel(now_, message.id, {.reason = message.reason, .detail = message.detail});
    }
  }
  void Handle(const wire::TransferDone& message) { sender_.HandleDone(now_, message.id); }
  void Handle(wire::TransferEnd message) {
    if (!receiver_.HandleTransferEnd(now_, message.id, std::move(message.hash))) ++ignored_messages_;
  }
  void Handle(const wire::Ack& message) {
    const ByteCount before = writer_.FileBytesArrived();
    if (!Acknowledges() || !writer_.Acknowledge(message.received, message.at)) return;
    sender_.KeepOffers(now_);
    lanes_.HandleArrived(now_, writer_.FileBytesArrived() - before);
    sender_.HandleAcknowledged(now_);
  }
  void Handle(wire::LaneSignal message) {
    if (!lanes_.AreUsed()) {
      ++ignored_messages_;
    } else if (!budgets_.lanes.TryTake(now_)) {
      Ignore(Reason::kOverBudget);
    } else {
      lanes_.HandleSignal(now_, std::move(message));
    }
  }
  void Handle(const wire::Segment& message) {
    if (lanes_.AreUsed()) receiver_.HandleSegment(message.id, message.offset);
  }
  void Handle(const wire::Credit& message) { sender_.HandleCredit(now_, message.id, message.up_to); }
  void Handle(wire::OfferWithdraw message) {
    const std::optional<KnownOffer> offer = receiver_.HandleWithdraw(now_, message.id);
    if (!offer) return;
    Seat::HandleEnd(message.id, offer->hash, /*is_delivered=*/false);
    actions_.Push(OfferWithdrawn{std::move(message.id)});
  }
  void Handle(const wire::SyncRequest&) { Notify(budgets_.sync_requests, SyncRequested{}); }
  void Handle(wire::Inventory message) {
    if (message.had_others) ReportWithinBudget(Reason::kInvalidHash);
    Notify(budgets_.inventories, InventoryReceived{std::move(message.hashes)});
  }
  void Handle(wire::RequestFile message) {
    Seat::HandleFileRequested(message.hash);
    Notify(budgets_.file_requests, FileRequested{std::move(message.hash)});
  }
  void Handle(const wire::Ping&) {
    if (!budgets_.pongs.TryTake(now_)) return Ignore(Reason::kOverBudget);
    Say(wire::WritePong());
  }
  void Handle(const wire::Pong&) {
    if (writer_.HandlePong()) sender_.HandleAcknowledged(now_);
  }
  void Handle(const wire::Unknown&) { ++ignored_messages_; }
  void Handle(const wire::Malformed&) { Ignore(Reason::kMalformedMessage); }

  bool Acknowledges() const { return options_.pacing.acknowledgements && peer_.Understands(wire::Feature::kAck); }

  // Whatever the bytes are for: the path bears them all.
  void Receive(ByteCount size) {
    if (!writer_.IsOpen() || size <= ByteCount()) return;
    arrivals_.Receive(now_, size);
    Acknowledge();
  }

  bool OwesAck() const { return Acknowledges() && arrivals_.IsAckDue(); }

  // None is left out for good: the peer may have as much under way as it dares, and wait for this.
  void Acknowledge() {
    if (OwesAck()) arrivals_.SayOn(writer_);
  }

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

  std::optional<Timestamp> RecoveryDeadline() const {
    if (!lost_at_) return std::nullopt;
    return *lost_at_ + options_.timeouts.recovery;
  }

  const Options options_;
  ActionQueue actions_;
  Peer peer_;
  ConnectDeadline connect_;
  ChannelWriter writer_;
  OutgoingLanes outgoing_lanes_;
  Sender sender_;
  Receiver receiver_;
  Lanes lanes_;
  Announcer announcer_;
  PeerBudgets budgets_;
  bool has_begun_ = false;
  // The first time that was told.
  Duration origin_;
  Timestamp now_;
  State state_ = State::kGoing;
  // Why the channel is over.
  Reason reason_ = Reason::kNone;
  // There is no channel since then, and another may come.
  std::optional<Timestamp> lost_at_;
  // On this channel.
  Arrivals arrivals_;
  // The peer's last text.
  Timestamp heard_at_;
  // The peer's `hello` may come yet.
  bool may_greet_ = false;
  bool drained_wanted_ = false;
  std::optional<Timestamp> peer_wanted_by_;
  std::uint64_t ignored_messages_ = 0;
};

Session::Session(const Options& options, Group* group, Member member)
    : core_(std::make_unique<Core>(options, group, member)) {}
Session::~Session() = default;

void Session::Offer(Timestamp now, TransferKey key, FileInfo file, bool once) {
  core_->Input(now, [&](Timestamp) { core_->Offer(key, std::move(file), once); });
}

void Session::AwaitPeer(Timestamp now) {
  core_->Input(now, [&](Timestamp) { core_->AwaitPeer(); });
}

void Session::CancelPull(Timestamp now, const TransferId& id) {
  core_->Input(now, [&](Timestamp at) { core_->receiver().Cancel(at, id); });
}

void Session::Decline(Timestamp now, const TransferId& id, std::string_view detail) {
  core_->Input(now, [&](Timestamp) { core_->receiver().Decline(id, detail); });
}

void Session::Withdraw(Timestamp now, const TransferId& id) {
  core_->Input(now, [&](Timestamp at) { core_->sender().Withdraw(at, id); });
}

void Session::AwaitDrained(Timestamp now) {
  core_->Input(now, [&](Timestamp) { core_->AwaitDrained(); });
}

bool Session::Pull(Timestamp now, TransferKey key, TransferId id, ByteCount room, std::int32_t priority) {
  bool is_new = false;
  core_->Input(now, [&](Timestamp at) { is_new = core_->receiver().Pull(at, key, std::move(id), room, priority); });
  return is_new;
}

void Session::SetPriority(Timestamp now, const TransferId& id, std::int32_t priority) {
  core_->Input(now, [&](Timestamp) { core_->receiver().SetPriority(id, priority); });
}

void Session::SetPaused(Timestamp now, const TransferId& id, bool is_paused) {
  core_->Input(now, [&](Timestamp at) { is_paused ? core_->receiver().Pause(id) : core_->receiver().Resume(at, id); });
}

void Session::RequestFile(Timestamp now, std::string_view hash) {
  core_->Input(now, [&](Timestamp) { core_->RequestFile(std::string(hash)); });
}

void Session::RequestSync(Timestamp now) {
  core_->Input(now, [&](Timestamp at) { core_->announcer().RequestSync(at); });
}

void Session::SendInventory(Timestamp now, const std::vector<std::string>& hashes) {
  core_->Input(now, [&](Timestamp at) { core_->announcer().SendInventory(at, hashes); });
}

void Session::SendPing(Timestamp now) {
  core_->Input(now, [&](Timestamp) { core_->SendPing(); });
}

void Session::Close(Timestamp now, std::optional<ByteCount> buffered) {
  core_->Input(now, [&](Timestamp) { core_->Close(buffered); });
}

void Session::HandleConnecting(Timestamp now) {
  core_->Input(now, [&](Timestamp at) { core_->connect().Begin(at); });
}

void Session::HandleDescribed(Timestamp now) {
  core_->Input(now, [&](Timestamp at) { core_->connect().BeginAnew(at); });
}

void Session::HandleOpen(Timestamp now, ByteCount max_message_size, Lane lane) {
  core_->Input(now, [&](Timestamp) { core_->HandleOpen(max_message_size, lane); });
}

void Session::HandleText(Timestamp now, std::string_view text, Lane lane) {
  core_->Input(now, [&](Timestamp) { core_->HandleText(text, lane); });
}

void Session::HandleBinary(Timestamp now, ByteCount size, Lane lane) {
  core_->Input(now, [&](Timestamp) { core_->HandleBinary(size, lane); });
}

void Session::HandleBufferedAmount(Timestamp now, ByteCount buffered, Lane lane) {
  core_->Input(now, [&](Timestamp) { core_->HandleBuffered(buffered, lane); });
}

void Session::HandleLaneDescribed(Timestamp now, Lane lane, const std::string& description) {
  core_->Input(now, [&](Timestamp at) { core_->lanes().HandleDescribed(at, lane, description); });
}

void Session::HandleLaneLost(Timestamp now, Lane lane) {
  core_->Input(now, [&](Timestamp at) { core_->lanes().HandleLost(at, lane); });
}

void Session::HandleBlockReady(Timestamp now, TransferKey key, ByteCount length, std::optional<std::uint32_t> number) {
  core_->Input(now, [&](Timestamp at) { core_->sender().HandleBlockReady(at, key, length, number); });
}

void Session::HandleBlockFailed(Timestamp now, TransferKey key, Reason reason, std::optional<std::uint32_t> number) {
  core_->Input(now, [&](Timestamp at) { core_->sender().HandleBlockFailed(at, key, reason, number); });
}

void Session::HandleSigned(Timestamp now, TransferKey key, std::string signature, std::string public_key) {
  core_->Input(
      now, [&](Timestamp at) { core_->sender().HandleSigned(at, key, std::move(signature), std::move(public_key)); });
}

void Session::HandleUnsigned(Timestamp now, TransferKey key) {
  core_->Input(now, [&](Timestamp at) { core_->sender().HandleUnsigned(at, key); });
}

void Session::HandleAuthorization(Timestamp now, TransferKey key, bool allowed) {
  core_->Input(now, [&](Timestamp at) { core_->receiver().HandleAuthorization(at, key, allowed); });
}

void Session::HandleDigest(Timestamp now, TransferKey key, std::string_view hash) {
  core_->Input(now, [&](Timestamp at) {
    if (!core_->sender().HandleDigest(at, key, hash)) core_->receiver().HandleDigest(at, key, hash);
  });
}

void Session::HandleClaim(Timestamp now, TransferKey key, bool holds) {
  core_->Input(now, [&](Timestamp at) { core_->receiver().HandleClaim(at, key, holds); });
}

void Session::HandleDigestFailed(Timestamp now, TransferKey key) {
  core_->Input(now, [&](Timestamp at) {
    if (!core_->sender().HandleDigest(at, key, {})) core_->receiver().HandleDigestFailed(at, key);
  });
}

void Session::HandleStored(Timestamp now, const TransferId& id, ByteCount total) {
  core_->Input(now, [&](Timestamp at) { core_->receiver().HandleStored(at, id, total); });
}

void Session::HandleStoreFailed(Timestamp now, TransferKey key) {
  core_->Input(now, [&](Timestamp at) { core_->receiver().HandleStoreFailed(at, key); });
}

void Session::HandlePartial(Timestamp now, const TransferId& id, ByteCount have) {
  core_->Input(now, [&](Timestamp at) { core_->receiver().HandlePartial(at, id, have); });
}

void Session::HandleLost(Timestamp now, Reason reason, std::optional<ByteCount> buffered) {
  core_->Input(now, [&](Timestamp) { core_->HandleLost(reason, buffered); });
}

void Session::HandleClosed(Timestamp now, Reason reason, std::optional<ByteCount> buffered) {
  core_->Input(now, [&](Timestamp) { core_->HandleClosed(reason, buffered); });
}

void Session::HandleTimeout(Timestamp now) {
  core_->Input(now, [&](Timestamp) { core_->HandleTimeout(); });
}

std::optional<Action> Session::PollAction() { return core_->actions().Poll(); }

bool Session::HasActions() const { return !core_->actions().Empty(); }

std::optional<Timestamp> Session::NextDeadline() const { return core_->NextDeadline(); }

bool Session::IsChannelOver() const { return core_->IsChannelOver(); }

Stats Session::stats() const { return core_->stats(); }

}  // namespace peer_session
