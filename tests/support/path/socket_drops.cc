#include "socket_drops.h"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace path_emulator {

std::uint64_t SocketDrops(const std::set<std::uint16_t>& ports) {
  std::uint64_t drops = 0;
  for (const char* name : {"/proc/net/udp", "/proc/net/udp6"}) {
    std::ifstream table(name);
    std::string line;
    std::getline(table, line);  // The heading.
    while (std::getline(table, line)) {
      std::istringstream words(line);
      std::vector<std::string> fields;
      for (std::string word; words >> word;) fields.push_back(word);
      // "sl local_address rem_address ... drops": the second as ADDRESS:PORT in hexadecimal, the last in decimal.
      if (fields.size() < 3) continue;
      const auto colon = fields[1].rfind(':');
      if (colon == std::string::npos) continue;
      const auto port = static_cast<std::uint16_t>(std::stoul(fields[1].substr(colon + 1), nullptr, 16));
      if (ports.contains(port)) drops += std::stoull(fields.back());
    }
  }
  return drops;
}

}  // namespace path_emulator
