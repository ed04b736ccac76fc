// Virtual time: what is due, in the order of its time and then of its making.
#ifndef PEER_SESSION_TESTS_SCENARIO_MESH_AGENDA_H_
#define PEER_SESSION_TESTS_SCENARIO_MESH_AGENDA_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "peer_session/types.h"

namespace peer_session::mesh {

class Agenda {
 public:
  Timestamp now() const { return now_; }

  void At(Timestamp at, std::function<void()> work) {
    entries_.push(Entry{.at = std::max(at, now_), .number = ++last_, .work = std::move(work)});
  }
  void In(Duration span, std::function<void()> work) { At(now_ + span, std::move(work)); }

  // False when nothing is due by then.
  bool RunNext(Timestamp until) {
    if (entries_.empty() || entries_.top().at > until) return false;
    const Entry entry = entries_.top();
    entries_.pop();
    now_ = entry.at;
    entry.work();
    return true;
  }

 private:
  struct Entry {
    Timestamp at;
    std::uint64_t number = 0;
    std::function<void()> work;

    bool operator<(const Entry& other) const { return at == other.at ? number > other.number : at > other.at; }
  };

  Timestamp now_ = Timestamp::FromMicros(1'000'000);
  std::uint64_t last_ = 0;
  std::priority_queue<Entry> entries_;
};

}  // namespace peer_session::mesh

#endif  // PEER_SESSION_TESTS_SCENARIO_MESH_AGENDA_H_
