#include "path.h"

#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <numeric>
#include <set>
#include <system_error>
#include <utility>

#include "clock.h"
#include "socket_drops.h"

namespace path_emulator {
namespace {

constexpr std::uint32_t kFirstSeed = 1;
// Then what is due is sent, and the rest read after.
constexpr int kMostBatches = 8;

}  // namespace

Path::Path(int epoll, Nanoseconds now)
    : epoll_(epoll), to_hidden_(kFirstSeed, now), to_caller_(kFirstSeed + 1, now), measured_from_(now) {}

const Flow& Path::AddFlow() {
  const int id = next_flow_++;
  Flow& flow = flows_[id];
  flow.id = id;
  Watch(*flow.seen_by_caller);
  Watch(*flow.seen_by_hidden);
  return flow;
}

bool Path::RemoveFlow(int id) {
  const Flow* flow = Find(id);
  if (flow == nullptr) return false;
  overflowed_of_removed_[Side::kHidden] += flow->seen_by_caller->overflowed();
  overflowed_of_removed_[Side::kCaller] += flow->seen_by_hidden->overflowed();
  flows_.erase(id);
  return true;
}

Flow* Path::Find(int id) {
  const auto found = flows_.find(id);
  return found == flows_.end() ? nullptr : &found->second;
}

void Path::Rebind(Flow& flow, Side end) {
  // What the other end sees of this one.
  auto& socket = end == Side::kCaller ? flow.seen_by_hidden : flow.seen_by_caller;
  overflowed_of_removed_[end] += socket->overflowed();
  flow.forgotten.push_back(std::exchange(socket, std::make_unique<UdpSocket>()));
  Watch(*socket);
}

void Path::Watch(const UdpSocket& socket) const {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = socket.descriptor();
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, socket.descriptor(), &event) != 0)
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

void Path::Read() {
  std::vector<Arrived> all;
  for (auto& [id, flow] : flows_) {
    ReadSocket(*flow.seen_by_caller, id, Side::kHidden, all);
    ReadSocket(*flow.seen_by_hidden, id, Side::kCaller, all);
    for (const auto& socket : flow.forgotten) {
      // Which end had it no longer matters; it is counted where the packet wanted to go, and both are lost.
      std::vector<Datagram> lost;
      while (socket->Read(lost)) {
      }
      for (const Datagram& datagram : lost) {
        const bool from_hidden = flow.hidden == datagram.from;
        Towards(from_hidden ? Side::kCaller : Side::kHidden).Refuse(Fate::kStale);
      }
    }
  }
  // The directions are one line each, whatever socket was read first.
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&all](std::size_t left, std::size_t right) {
    const auto& one = all[left].datagram.arrival;
    const auto& other = all[right].datagram.arrival;
    return one < other || (!(other < one) && left < right);
  });
  for (const std::size_t index : order) TakeArrived(std::move(all[index]));
}

void Path::ReadSocket(UdpSocket& socket, int flow, Side towards, std::vector<Arrived>& all) {
  std::vector<Datagram> datagrams;
  int batches = 1;
  while (socket.Read(datagrams) && batches < kMostBatches) batches += 1;
  for (Datagram& datagram : datagrams) all.push_back({flow, towards, socket.port(), std::move(datagram)});
}

void Path::TakeArrived(Arrived arrived) {
  Flow* flow = Find(arrived.flow);
  Direction& direction = Towards(arrived.towards);
  if (arrived.towards == Side::kHidden) {
    flow->caller = arrived.datagram.from;
  } else if (flow->hidden != arrived.datagram.from) {
    return direction.Refuse(Fate::kUnaddressed);
  }
  const bool has_end = arrived.towards == Side::kHidden ? flow->hidden.has_value() : flow->caller.has_value();
  if (!has_end) return direction.Refuse(Fate::kUnaddressed);
  direction.Take({.flow = arrived.flow,
                  .came_by = arrived.came_by,
                  .content = std::move(arrived.datagram.content),
                  .due = 0,
                  .traced = std::nullopt},
                 arrived.datagram.arrival);
}

void Path::SendDue() {
  SendDue(Side::kHidden);
  SendDue(Side::kCaller);
}

void Path::SendDue(Side towards) {
  Direction& direction = Towards(towards);
  while (const auto due = direction.NextDue()) {
    const Nanoseconds now = Now();
    if (*due > now) return;
    const Packet packet = direction.TakeFirst();
    direction.Settle(packet, Deliver(packet, towards), now);
  }
}

Fate Path::Deliver(const Packet& packet, Side towards) {
  const Flow* flow = Find(packet.flow);
  if (flow == nullptr) return Fate::kStale;
  const Side from = towards == Side::kHidden ? Side::kCaller : Side::kHidden;
  // The end that it goes to has given up the port that it was sent to.
  if (flow->SeenBy(from)->port() != packet.came_by) return Fate::kStale;
  const auto& end = towards == Side::kHidden ? flow->hidden : flow->caller;
  return flow->SeenBy(towards)->Send(packet.content, *end) ? Fate::kSent : Fate::kRefused;
}

std::optional<Nanoseconds> Path::NextDue() const {
  const auto to_hidden = to_hidden_.NextDue();
  const auto to_caller = to_caller_.NextDue();
  if (!to_hidden || !to_caller) return to_hidden ? to_hidden : to_caller;
  return std::min(*to_hidden, *to_caller);
}

void Path::ResetStatistics() {
  measured_from_ = Now();
  for (const Side towards : {Side::kHidden, Side::kCaller}) {
    Towards(towards).ResetStatistics(measured_from_);
    overflowed_before_[towards] = OverflowedEver(towards);
    overflowed_at_end_before_[towards] = OverflowedAtEndEver(towards);
  }
}

std::uint64_t Path::Overflowed(Side towards) const {
  const auto before = overflowed_before_.find(towards);
  return OverflowedEver(towards) - (before == overflowed_before_.end() ? 0 : before->second);
}

std::uint64_t Path::OverflowedEver(Side towards) const {
  const auto removed = overflowed_of_removed_.find(towards);
  std::uint64_t sum = removed == overflowed_of_removed_.end() ? 0 : removed->second;
  for (const auto& [id, flow] : flows_) {
    sum += flow.SeenBy(towards == Side::kHidden ? Side::kCaller : Side::kHidden)->overflowed();
  }
  return sum;
}

std::uint64_t Path::OverflowedAtEnd(Side towards) const {
  const auto before = overflowed_at_end_before_.find(towards);
  const std::uint64_t earlier = before == overflowed_at_end_before_.end() ? 0 : before->second;
  // Less than before: an end has closed its socket, and with it its count.
  const std::uint64_t ever = OverflowedAtEndEver(towards);
  return ever > earlier ? ever - earlier : 0;
}

std::uint64_t Path::OverflowedAtEndEver(Side towards) const {
  std::set<std::uint16_t> ports;
  for (const auto& [id, flow] : flows_) {
    const auto& end = towards == Side::kHidden ? flow.hidden : flow.caller;
    if (end) ports.insert(end->port);
  }
  return ports.empty() ? 0 : SocketDrops(ports);
}

}  // namespace path_emulator
