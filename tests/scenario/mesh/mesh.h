// A mesh of clients in virtual time: who is there, who comes late, who dies, and what became of it.
#ifndef PEER_SESSION_TESTS_SCENARIO_MESH_MESH_H_
#define PEER_SESSION_TESTS_SCENARIO_MESH_MESH_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "scenario/mesh/agenda.h"
#include "scenario/mesh/client.h"
#include "scenario/simulation/random.h"

namespace peer_session::mesh {

struct Plan {
  int pages = 5;
  int images = 16;
  std::int64_t smallest = 100'000;
  std::int64_t largest = 2'400'000;
  // Bytes a second, up.
  std::int64_t slowest = 1'000'000;
  std::int64_t fastest = 4'000'000;
  int killed = 0;
  int late = 0;
  // Pages whose uplink rests for some seconds, again and again.
  int pausing = 0;
  // Further images, of any page, meanwhile.
  int more_images = 0;
  // So many of the pages, and how they are.
  int without_group = 0;
  bool drops_when_busy = false;
  bool relays_pins = false;
  bool inventory_first = false;
  // At most; at least a minute, so that everybody has come and gone.
  Duration lasts = Duration::Minutes(20);
};

struct Outcome {
  int pairs = 0;
  int complete = 0;
  // Seconds until half of the pairs, and all, were complete; negative: never.
  double half_after = -1;
  double all_after = -1;
  std::int64_t sent = 0;
  std::int64_t needed = 0;
  Tally tally;

  double BytesRatio() const { return needed == 0 ? 1 : static_cast<double>(sent) / static_cast<double>(needed); }
};

class Mesh {
 public:
  Mesh(const Plan& plan, std::uint64_t seed);
  Outcome Run();

 private:
  Client& Enter(int number);
  void Connect(Client& one, Client& other);
  // Again and again, as the clients' own: what has no session with a living page gets one.
  void CheckHealth();
  void Kill(int number);
  void Pause(int number);
  void Upload(int number, std::int64_t size);
  bool IsLiving(int number) const;
  void Count(Outcome& outcome) const;

  const Plan plan_;
  simulation::Random random_;
  Agenda agenda_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<FileInfo> images_;
};

}  // namespace peer_session::mesh

#endif  // PEER_SESSION_TESTS_SCENARIO_MESH_MESH_H_
