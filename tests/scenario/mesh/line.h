// One side of a session in the mesh: the engine, its way to the peer, and what carries out its actions, as the glue does.
#ifndef PEER_SESSION_TESTS_SCENARIO_MESH_LINE_H_
#define PEER_SESSION_TESTS_SCENARIO_MESH_LINE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "peer_session/group.h"
#include "peer_session/session.h"
#include "scenario/mesh/agenda.h"
#include "scenario/mesh/uplink.h"

namespace peer_session::mesh {

class Line;

// What an application gives a session.
class Owner {
 public:
  virtual void HandleConnected(Line& line) = 0;
  virtual void HandleOffer(Line& line, const FileInfo& offer) = 0;
  virtual void HandleInventory(Line& line, const std::vector<std::string>& hashes) = 0;
  virtual void HandleSyncRequest(Line& line) = 0;
  virtual void HandleFileRequested(Line& line, const std::string& hash) = 0;
  virtual bool CanReceiveFrom(Line& line) = 0;
  virtual void HandleImage(Line& line, const FileInfo& file) = 0;
  virtual void HandleTransferError(Line& line, const std::string& id, Reason reason) = 0;
  virtual void HandleUploadEnded(Line& line, const std::string& id) = 0;
  // After each input, when all of that has been told: sessions of the same group may have something to do.
  virtual void WakeOthers() = 0;

 protected:
  ~Owner() = default;
};

class Line {
 public:
  // Without a group: the session has none.
  Line(Agenda& agenda, Uplink& uplink, Owner& owner, int peer, Group* group, Member member);
  // Two sides of one.
  static void Join(Line& one, Line& other);

  int peer() const { return peer_; }
  Member member() const { return member_; }
  bool IsOpen() const { return is_open_ && !is_over_; }
  bool IsOver() const { return is_over_; }
  // The connection says so before the session ends.
  bool has_failed = false;
  // The application has let go of it without closing it.
  bool is_dropped = false;
  Timestamp last_seen() const { return last_seen_; }
  // Bytes that came of a file which will not be whole.
  std::int64_t TakePartial() { return std::exchange(partial_, 0); }

  // The offer's id.
  std::string Offer(FileInfo file);
  void Pull(const std::string& id);
  void RequestFile(const std::string& hash);
  void RequestSync();
  void SendInventory(const std::vector<std::string>& hashes);
  void SendPing();
  void Close();
  void ConnectionFailed();
  void Wake();
  void Open();
  // Its page is gone: nobody carries out anything any more.
  void Kill();

 private:
  using Input = std::function<void(Session&, Timestamp)>;

  void Tell(const Input& input);
  void CarryOut(const Action& action);
  void ArmTimer();
  void Notify(std::function<void()> news) { news_.push_back(std::move(news)); }
  void TellNews();

  Agenda& agenda_;
  Uplink& uplink_;
  Owner& owner_;
  const int peer_;
  const Member member_;
  std::unique_ptr<Session> session_;
  std::shared_ptr<Channel> out_;
  Line* far_ = nullptr;
  bool is_open_ = false;
  bool is_over_ = false;
  bool is_carrying_out_ = false;
  bool is_telling_ = false;
  std::vector<std::function<void()>> news_;
  Timestamp last_seen_;
  Timestamp timer_ = Timestamp::FromMicros(INT64_MAX);
  std::uint32_t last_key_ = 0;
  std::map<TransferKey, std::string> ids_;
  // What the contents of pulled files really hash to.
  std::map<TransferKey, std::string> hashes_;
  std::string running_hash_;
  std::int64_t partial_ = 0;
};

}  // namespace peer_session::mesh

#endif  // PEER_SESSION_TESTS_SCENARIO_MESH_LINE_H_
