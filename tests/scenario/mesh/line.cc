#include "scenario/mesh/line.h"

#include <algorithm>
#include <variant>

namespace peer_session::mesh {
namespace {

// Reading a block, and hashing a file.
constexpr Duration kErrand = Duration::Millis(10);

constexpr ByteCount kMaxMessage = ByteCount::KiB(256);

}  // namespace

Line::Line(Agenda& agenda, Uplink& uplink, Owner& owner, int peer, Group* group, Member member)
    : agenda_(agenda), uplink_(uplink), owner_(owner), peer_(peer), member_(member), last_seen_(agenda.now()) {
  Options options;
  // What slow paths need: another page's bytes are between two of these.
  options.pacing.max_message = ByteCount::KiB(64);
  session_ = std::make_unique<Session>(options, group, member);
  out_ = std::make_shared<Channel>();
  out_->low = [this] { Tell([](Session&, Timestamp) {}); };
  uplink_.Add(out_);
}

void Line::Join(Line& one, Line& other) {
  for (auto [from, to] : {std::pair{&one, &other}, std::pair{&other, &one}}) {
    from->far_ = to;
    from->out_->arrive = [receiver = to](const simulation::Message& message) {
      receiver->last_seen_ = receiver->agenda_.now();
      if (message.is_binary) {
        receiver->running_hash_ = message.text;
        receiver->Tell([&](Session& session, Timestamp now) { session.HandleBinary(now, ByteCount(message.size)); });
      } else {
        receiver->Tell([&](Session& session, Timestamp now) { session.HandleText(now, message.text); });
      }
    };
  }
}

void Line::Open() {
  is_open_ = !is_over_;
  Tell([](Session& session, Timestamp now) { session.HandleOpen(now, kMaxMessage); });
}

std::string Line::Offer(FileInfo file) {
  const TransferKey key{++last_key_};
  file.id = TransferId{std::to_string(far_->peer_) + "-" + std::to_string(peer_) + "-" +
                       std::to_string(static_cast<std::uint32_t>(member_)) + "-" + std::to_string(last_key_)};
  const std::string id = file.id.value;
  ids_[key] = id;
  hashes_[key] = file.hash;
  Tell([&](Session& session, Timestamp now) { session.Offer(now, key, file); });
  return id;
}

void Line::Pull(const std::string& id) {
  if (is_over_) return Notify([this, id] { owner_.HandleTransferError(*this, id, Reason::kNotOpen); }), TellNews();
  const TransferKey key{++last_key_};
  ids_[key] = id;
  Tell([&](Session& session, Timestamp now) { session.Pull(now, key, TransferId{id}); });
}

void Line::RequestFile(const std::string& hash) {
  Tell([&](Session& session, Timestamp now) { session.RequestFile(now, hash); });
}
void Line::RequestSync() {
  Tell([](Session& session, Timestamp now) { session.RequestSync(now); });
}
void Line::SendInventory(const std::vector<std::string>& hashes) {
  Tell([&](Session& session, Timestamp now) { session.SendInventory(now, hashes); });
}
void Line::SendPing() {
  Tell([](Session& session, Timestamp now) { session.SendPing(now); });
}
void Line::Close() {
  Tell([](Session& session, Timestamp now) { session.Close(now); });
}
void Line::ConnectionFailed() {
  Tell([](Session& session, Timestamp now) { session.HandleClosed(now, Reason::kChannelError); });
}
void Line::Wake() {
  Tell([](Session& session, Timestamp now) { session.HandleTimeout(now); });
}

void Line::Kill() {
  // Nothing is acknowledged any more, so nothing leaves the other side either.
  out_->is_dead = far_->out_->is_dead = true;
  is_over_ = true;
  news_.clear();
  session_.reset();
}

void Line::Tell(const Input& input) {
  if (!session_) return;
  session_->HandleBufferedAmount(agenda_.now(), ByteCount(out_->pipe.buffered()));
  input(*session_, agenda_.now());
  if (is_carrying_out_) return;
  is_carrying_out_ = true;
  while (session_) {
    const std::optional<Action> action = session_->PollAction();
    if (!action) break;
    CarryOut(*action);
  }
  is_carrying_out_ = false;
  ArmTimer();
  TellNews();
}

void Line::TellNews() {
  if (is_telling_) return;
  is_telling_ = true;
  for (std::size_t i = 0; i < news_.size(); ++i) {
    const std::function<void()> news = std::move(news_[i]);
    news();
  }
  news_.clear();
  is_telling_ = false;
  owner_.WakeOthers();
}

void Line::ArmTimer() {
  const std::optional<Timestamp> deadline = session_ ? session_->NextDeadline() : std::nullopt;
  if (!deadline || *deadline >= timer_) return;
  timer_ = *deadline;
  agenda_.At(*deadline, [this, at = *deadline] {
    if (timer_ != at) return;
    timer_ = Timestamp::FromMicros(INT64_MAX);
    Wake();
  });
}

void Line::CarryOut(const Action& action) {
  if (const auto* text = std::get_if<SendText>(&action)) {
    out_->pipe.Push({.text = text->text, .size = static_cast<std::int64_t>(text->text.size())});
    uplink_.Kick();
  } else if (const auto* bytes = std::get_if<SendBytes>(&action)) {
    for (std::int64_t left = bytes->length.value(); left > 0; left -= bytes->message_size.value()) {
      const std::int64_t size = std::min(left, bytes->message_size.value());
      out_->pipe.Push({.is_binary = true, .text = hashes_[bytes->transfer], .size = size});
    }
    uplink_.Kick();
  } else if (const auto* low = std::get_if<AwaitLow>(&action)) {
    out_->pipe.Await(low->threshold.value());
    if (out_->pipe.buffered() <= low->threshold.value()) Notify([this] { Tell([](Session&, Timestamp) {}); });
  } else if (const auto* read = std::get_if<ReadBlock>(&action)) {
    agenda_.In(kErrand, [this, block = *read] {
      Tell([&](Session& session, Timestamp now) {
        session.HandleBlockReady(now, block.transfer, block.length, block.number);
      });
    });
  } else if (const auto* ended = std::get_if<UploadEnded>(&action)) {
    Notify([this, id = ids_[ended->transfer]] { owner_.HandleUploadEnded(*this, id); });
  } else if (const auto* chunk = std::get_if<StoreChunk>(&action)) {
    hashes_[chunk->transfer] = running_hash_;
    partial_ = (chunk->offset + chunk->length).value();
  } else if (const auto* ask = std::get_if<Authorize>(&action)) {
    Notify([this, key = ask->transfer] {
      const bool allowed = owner_.CanReceiveFrom(*this);
      Tell([key, allowed](Session& session, Timestamp now) { session.HandleAuthorization(now, key, allowed); });
    });
  } else if (const auto* verify = std::get_if<Verify>(&action)) {
    agenda_.In(kErrand, [this, key = verify->transfer] {
      Tell([&](Session& session, Timestamp now) { session.HandleDigest(now, key, hashes_[key]); });
    });
  } else if (const auto* download = std::get_if<DownloadEnded>(&action)) {
    if (download->file) {
      partial_ = 0;
      Notify([this, file = *download->file] { owner_.HandleImage(*this, file); });
    } else {
      Notify([this, id = ids_[download->transfer], reason = download->reason] {
        owner_.HandleTransferError(*this, id, reason);
      });
    }
  } else if (std::holds_alternative<Connected>(action)) {
    Notify([this] { owner_.HandleConnected(*this); });
  } else if (const auto* offer = std::get_if<OfferReceived>(&action)) {
    Notify([this, file = offer->file] { owner_.HandleOffer(*this, file); });
  } else if (std::holds_alternative<SyncRequested>(action)) {
    Notify([this] { owner_.HandleSyncRequest(*this); });
  } else if (const auto* inventory = std::get_if<InventoryReceived>(&action)) {
    Notify([this, hashes = inventory->hashes] { owner_.HandleInventory(*this, hashes); });
  } else if (const auto* asked = std::get_if<FileRequested>(&action)) {
    Notify([this, hash = asked->hash] { owner_.HandleFileRequested(*this, hash); });
  } else if (std::holds_alternative<Closed>(action)) {
    is_over_ = true;
    out_->is_dead = true;
    session_.reset();
    // The other side hears of it, unless its page is gone.
    agenda_.In(Duration::Millis(50), [far = far_] {
      far->Tell([](Session& session, Timestamp now) { session.HandleClosed(now, Reason::kClosed); });
    });
  }
}

}  // namespace peer_session::mesh
