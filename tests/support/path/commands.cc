#include "commands.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "clock.h"
#include "settings_reader.h"

namespace path_emulator {
namespace {

using nlohmann::json;

constexpr std::size_t kMostTraced = 1'000'000;

const char* NameOf(Fate fate) {
  switch (fate) {
    case Fate::kWaiting:
      return "waiting";
    case Fate::kSent:
      return "sent";
    case Fate::kQueueFull:
      return "queue";
    case Fate::kLost:
      return "loss";
    case Fate::kCut:
      return "cut";
    case Fate::kStale:
      return "stale";
    case Fate::kUnaddressed:
      return "unaddressed";
    case Fate::kRefused:
      return "refused";
  }
  return "";
}

std::uint64_t WholeNumber(const json& request, const char* name, std::uint64_t most) {
  const auto found = request.find(name);
  if (found == request.end() || !found->is_number_unsigned() || found->get<std::uint64_t>() > most) {
    throw std::invalid_argument(std::string(name) + " is not a whole number up to " + std::to_string(most));
  }
  return found->get<std::uint64_t>();
}

std::string Text(const json& request, const char* name) {
  const auto found = request.find(name);
  if (found == request.end() || !found->is_string()) throw std::invalid_argument(std::string(name) + " is not a text");
  return found->get<std::string>();
}

Side SideOf(const std::string& name) {
  if (name == "hidden") return Side::kHidden;
  if (name == "caller") return Side::kCaller;
  throw std::invalid_argument("a side is hidden or caller");
}

/// The ones that "towards" names, or both.
std::vector<Side> Sides(const json& request) {
  if (!request.contains("towards")) return {Side::kHidden, Side::kCaller};
  return {SideOf(Text(request, "towards"))};
}

Flow& FlowOf(Path& path, const json& request) {
  Flow* flow = path.Find(static_cast<int>(WholeNumber(request, "flow", 1'000'000)));
  if (flow == nullptr) throw std::invalid_argument("there is no such flow");
  return *flow;
}

json Described(const Flow& flow) {
  return {{"flow", flow.id}, {"port", flow.seen_by_caller->port()}, {"portSeenByHidden", flow.seen_by_hidden->port()}};
}

double InMilliseconds(double nanoseconds) { return nanoseconds / static_cast<double>(kMillisecond); }
double InMilliseconds(Nanoseconds span) { return InMilliseconds(static_cast<double>(span)); }
double InMicroseconds(double nanoseconds) { return nanoseconds / static_cast<double>(kMicrosecond); }
double InMicroseconds(Nanoseconds span) { return InMicroseconds(static_cast<double>(span)); }

json StatisticsOf(Path& path, Side towards, Nanoseconds now) {
  Direction& direction = path.Towards(towards);
  const Counters& counters = direction.counters();
  const Lateness& lateness = direction.lateness();
  const double seconds = static_cast<double>(now - path.measured_from()) / static_cast<double>(kSecond);
  return {
      {"arrived", {{"packets", counters.arrived_packets}, {"bytes", counters.arrived_bytes}}},
      {"passed", {{"packets", counters.packets}, {"bytes", counters.bytes}, {"payloadBytes", counters.payload_bytes}}},
      {"waiting", direction.waiting()},
      {"goodput", seconds > 0 ? static_cast<double>(counters.payload_bytes) * 8 / seconds : 0},
      {"dropped",
       {{"queue", counters.queue_full},
        {"loss", counters.lost},
        {"cut", counters.cut},
        {"stale", counters.stale},
        {"unaddressed", counters.unaddressed},
        {"refused", counters.refused},
        {"kernel", path.Overflowed(towards)},
        {"atEnd", path.OverflowedAtEnd(towards)}}},
      {"queue",
       {{"meanMs", InMilliseconds(direction.link().bottleneck().MeanBacklog(now))},
        {"maxMs", InMilliseconds(direction.link().bottleneck().MaxBacklog())}}},
      {"late",
       {{"meanUs", InMicroseconds(lateness.Mean())},
        {"p99Us", InMicroseconds(lateness.Percentile(0.99))},
        {"maxUs", InMicroseconds(lateness.Max())}}},
  };
}

json Statistics(Path& path, bool reset) {
  path.Read();
  const Nanoseconds now = Now();
  json answer = {
      {"seconds", static_cast<double>(now - path.measured_from()) / static_cast<double>(kSecond)},
      {"toHidden", StatisticsOf(path, Side::kHidden, now)},
      {"toCaller", StatisticsOf(path, Side::kCaller, now)},
  };
  if (reset) path.ResetStatistics();
  return answer;
}

/// Rows of [flow, bytes with headers, arrival, due, sent, fate], in nanoseconds.
json TraceOf(const Direction& direction) {
  json rows = json::array();
  for (const TraceEntry& entry : direction.trace()) {
    rows.push_back({entry.flow, entry.bytes, entry.arrival, entry.due, entry.sent, NameOf(entry.fate)});
  }
  return rows;
}

void Set(Path& path, const json& request) {
  const auto wanted = request.find("settings");
  if (wanted == request.end() || !wanted->is_object()) throw std::invalid_argument("settings is not an object");
  for (const Side towards : Sides(request)) {
    Link& link = path.Towards(towards).link();
    link.settings = ChangedSettings(link.settings, *wanted);
  }
}

json Do(Path& path, const json& request) {
  const std::string what = Text(request, "do");
  if (what == "set") {
    Set(path, request);
  } else if (what == "seed") {
    const auto seed = static_cast<std::uint32_t>(WholeNumber(request, "seed", UINT32_MAX));
    for (const Side towards : Sides(request)) path.Towards(towards).link().Seed(seed);
  } else if (what == "add flow") {
    return Described(path.AddFlow());
  } else if (what == "remove flow") {
    path.RemoveFlow(FlowOf(path, request).id);
  } else if (what == "hide") {
    Flow& flow = FlowOf(path, request);
    flow.hidden =
        ParseEndpoint(Text(request, "address"), static_cast<std::uint16_t>(WholeNumber(request, "port", UINT16_MAX)));
    if (!flow.hidden) throw std::invalid_argument("that is not an IPv4 address and a port");
  } else if (what == "rebind") {
    Flow& flow = FlowOf(path, request);
    path.Rebind(flow, SideOf(Text(request, "end")));
    return Described(flow);
  } else if (what == "cut") {
    for (const Side towards : Sides(request)) path.Towards(towards).Cut(Now());
  } else if (what == "restore") {
    for (const Side towards : Sides(request)) path.Towards(towards).link().Restore();
  } else if (what == "statistics") {
    return Statistics(path, request.value("reset", json(false)) == json(true));
  } else if (what == "trace") {
    const std::size_t packets = WholeNumber(request, "packets", kMostTraced);
    for (const Side towards : Sides(request)) path.Towards(towards).Trace(packets);
  } else if (what == "read trace") {
    return {{"toHidden", TraceOf(path.Towards(Side::kHidden))}, {"toCaller", TraceOf(path.Towards(Side::kCaller))}};
  } else {
    throw std::invalid_argument("nobody knows how to " + what);
  }
  return json::object();
}

}  // namespace

std::string Answer(Path& path, std::string_view line) {
  const json request = json::parse(line, nullptr, false);
  json answer;
  if (!request.is_object()) {
    answer = {{"error", "that line is not a JSON object"}};
  } else {
    try {
      answer = Do(path, request);
    } catch (const std::exception& error) {
      answer = {{"error", error.what()}};
    }
    answer["id"] = request.value("id", json());
  }
  return answer.dump(-1, ' ', true, json::error_handler_t::replace) + "\n";
}

}  // namespace path_emulator
