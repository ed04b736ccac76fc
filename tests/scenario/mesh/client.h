// The mesh client, written from a description of the real one: three downloads and three uploads at a time, an inventory on each
// addition, a pull of everything that is not stored, relays with a time-to-live of 3, and a guard of 100 tokens a peer.
#ifndef PEER_SESSION_TESTS_SCENARIO_MESH_CLIENT_H_
#define PEER_SESSION_TESTS_SCENARIO_MESH_CLIENT_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "scenario/mesh/agenda.h"
#include "scenario/mesh/line.h"
#include "scenario/mesh/uplink.h"

namespace peer_session::mesh {

struct Habits {
  bool has_group = true;
  // What is offered while three downloads run is let go of, not queued.
  bool drops_when_busy = false;
  // What arrived pinned is offered on as pinned.
  bool relays_pins = false;
  // Inventories go out before the offers of what they are about.
  bool inventory_first = false;
};

struct Tally {
  int offers = 0;
  int requests = 0;
  int deliveries = 0;
  int duplicates = 0;
  // Of peers that live.
  int errors_of_living = 0;
  int errors_of_dead = 0;
};

class Client final : public Owner {
 public:
  Client(Agenda& agenda, int number, std::int64_t rate, Duration latency, const Habits& habits);

  int number() const { return number_; }
  Uplink& uplink() { return uplink_; }
  // A session with that page; the signalling has brought it about.
  Line& Meet(int peer);
  // The one that the client knows; null when there is none.
  Line* Known(int peer);
  void Upload(FileInfo image);
  // Every 10 s: sessions of which nothing was heard for 45 s, or whose connection failed, are closed.
  void CheckHealth();
  // The signalling says that the peer is gone: its session is dropped, not closed.
  void Forget(int peer);
  void Die();

  bool is_alive() const { return is_alive_; }
  bool Has(const std::string& hash) const { return images_.contains(hash); }
  bool IsPinned(const std::string& hash) const { return images_.contains(hash) && images_.at(hash).is_pinned; }
  std::size_t images() const { return images_.size(); }
  const Tally& tally() const { return tally_; }
  Tally& tally() { return tally_; }
  // Bytes of what arrived for the first time, and of what death cut short.
  std::int64_t needed() const { return needed_; }
  // Whether the page at the other end of it can be expected to serve.
  std::function<bool(int)> is_living;

  void HandleConnected(Line& line) override;
  void HandleOffer(Line& line, const FileInfo& offer) override;
  void HandleInventory(Line& line, const std::vector<std::string>& hashes) override;
  void HandleSyncRequest(Line& line) override;
  void HandleFileRequested(Line& line, const std::string& hash) override;
  bool CanReceiveFrom(Line& line) override;
  void HandleImage(Line& line, const FileInfo& file) override;
  void HandleTransferError(Line& line, const std::string& id, Reason reason) override;
  void HandleUploadEnded(Line& line, const std::string& id) override;
  void WakeOthers() override;

 private:
  struct Offered {
    Line* line;
    std::string id;
    std::string hash;
  };
  struct Guard {
    double tokens = 100;
    Timestamp at;
  };

  void StartDownloads();
  void StartUploads();
  void Store(const FileInfo& file);
  void Tell(const FileInfo& image, const Line* except);
  std::vector<std::string> Hashes() const;

  Agenda& agenda_;
  const int number_;
  const Habits habits_;
  Uplink uplink_;
  Group group_;
  std::uint32_t last_member_ = 0;
  // All that there ever were; what has ended may still be spoken of.
  std::vector<std::unique_ptr<Line>> lines_;
  std::map<int, Line*> sessions_;
  std::map<std::string, FileInfo> images_;
  // Being written to the store, which takes a moment.
  std::set<std::string> storing_;
  std::deque<Offered> queue_;
  std::set<std::string> downloads_;
  std::map<std::string, std::string> hash_of_;
  std::deque<Offered> asked_;
  std::set<std::string> uploads_;
  std::map<int, Guard> guards_;
  bool is_alive_ = true;
  bool is_waking_ = false;
  Tally tally_;
  std::int64_t needed_ = 0;
};

}  // namespace peer_session::mesh

#endif  // PEER_SESSION_TESTS_SCENARIO_MESH_CLIENT_H_
