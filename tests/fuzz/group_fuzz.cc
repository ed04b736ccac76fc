// Three sessions of one group, and peers and an application that do whatever the bytes say.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "peer_session/group.h"
#include "peer_session/session.h"
#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

class Application {
 public:
  Application() {
    for (std::uint32_t i = 0; i < sessions_.size(); ++i) Begin(i);
  }
  ~Application() {
    for (std::uint32_t i = 0; i < sessions_.size(); ++i) End(i);
  }

  void Do(std::uint8_t what, std::uint8_t which) {
    const std::uint32_t number = what % 3U;
    const std::uint8_t content = which % 4U;
    const std::string id(1, static_cast<char>('a' + which % 16U));
    FileInfo file = testing::FileOf(std::string(1, static_cast<char>('A' + content)), which % 3);
    file.id = TransferId{id};
    file.is_pinned = which >= 128;
    Session& session = *sessions_[number].session;
    switch (what / 3U % 16U) {
      case 0:
      case 1:
        sessions_[number].offered.insert(id);
        return Text(number, wire::WriteOfferFile(file));
      case 2:
      case 3:
        if (session.Pull(now_, TransferKey{++last_key_}, TransferId{id})) sessions_[number].pulled.insert(last_key_);
        break;
      case 4:
        return Text(number, wire::WriteMeta(file, {}));
      case 5:
        session.HandleBinary(now_, ByteCount(1));
        break;
      case 6:
        if (!sessions_[number].pulled.empty()) {
          const TransferKey key{*sessions_[number].pulled.rbegin()};
          session.HandleAuthorization(now_, key, which % 2 == 0);
          session.HandleDigest(now_, key, file.hash);
        }
        break;
      case 7:
        return Text(number, wire::WriteTransferAbort(TransferId{id}, "unreadable"));
      case 8:
        session.RequestFile(now_, file.hash);
        break;
      case 9:
        session.Offer(now_, TransferKey{++last_key_}, file);
        break;
      case 10:
        return Text(number, wire::WriteRequestFile(file.hash));
      case 11:
        session.HandleClosed(now_, Reason::kClosed);
        break;
      case 12:
        End(number);
        Begin(number);
        return;
      case 13:
        session.Decline(now_, TransferId{id});
        break;
      default:
        now_ = now_ + Duration::Millis(which * 40);
        for (Seat& seat : sessions_) seat.session->HandleTimeout(now_);
        for (std::uint32_t i = 0; i < sessions_.size(); ++i) Drain(i);
        return;
    }
    Drain(number);
  }

 private:
  struct Seat {
    std::unique_ptr<Session> session;
    std::set<std::string> offered;
    std::set<std::uint32_t> pulled;
  };

  void Begin(std::uint32_t number) {
    sessions_[number].session = std::make_unique<Session>(Options(), &group_, Member{number + 1});
    sessions_[number].session->HandleOpen(now_, ByteCount::KiB(16));
    Drain(number);
  }
  void End(std::uint32_t number) {
    sessions_[number].session->Close(now_);
    Drain(number);
    Require(sessions_[number].pulled.empty());
    sessions_[number].session.reset();
    sessions_[number].offered.clear();
  }

  void Text(std::uint32_t number, const std::string& text) {
    sessions_[number].session->HandleText(now_, text);
    Drain(number);
  }
  void Drain(std::uint32_t number) {
    CarryOut(number);
    int woken = 0;
    while (const std::optional<Member> member = group_.PollWoken()) {
      // Each time something has been done, and no peer can make it go on for ever.
      Require(++woken < 1000);
      const std::uint32_t other = static_cast<std::uint32_t>(*member) - 1;
      Require(sessions_[other].session != nullptr);
      sessions_[other].session->HandleTimeout(now_);
      CarryOut(other);
    }
  }
  void CarryOut(std::uint32_t number) {
    Seat& seat = sessions_[number];
    while (const std::optional<Action> action = seat.session->PollAction()) {
      if (const auto* offer = std::get_if<OfferReceived>(&*action))
        Require(seat.offered.contains(offer->file.id.value));
      if (const auto* download = std::get_if<DownloadEnded>(&*action)) EndPull(seat, download->transfer);
    }
  }
  // Once for each.
  static void EndPull(Seat& seat, TransferKey key) { Require(seat.pulled.erase(static_cast<std::uint32_t>(key)) == 1); }

  Timestamp now_ = Timestamp::FromMicros(1);
  Group group_;
  std::array<Seat, 3> sessions_;
  std::uint32_t last_key_ = 0;
};

}  // namespace
}  // namespace peer_session

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  peer_session::Application application;
  for (std::size_t i = 0; i + 1 < size; i += 2) application.Do(data[i], data[i + 1]);
  return 0;
}
