// An emulator of one network path between programs on this machine, as a relay of UDP datagrams: see path-emulator.mjs.
// Commands come by standard input, a line each, and are answered on standard output; it ends when the input does.
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "clock.h"
#include "commands.h"
#include "path.h"
#include "priority.h"

namespace path_emulator {
namespace {

constexpr std::size_t kLongestLine = 1 << 16;

void Check(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
}

class Loop {
 public:
  int Run() {
    Watch(STDIN_FILENO);
    Watch(timer_);
    while (!has_ended_) {
      Wait();
      path_.SendDue();
      path_.Read();
      path_.SendDue();
      if (has_input_) ReadInput();
    }
    return 0;
  }

 private:
  void Watch(int descriptor) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    Check(epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
  }

  void Wait() {
    itimerspec until{};
    if (const auto due = path_.NextDue()) {
      // All zeros would mean never; what is overdue is in the past in any case.
      until.it_value = {.tv_sec = *due / kSecond, .tv_nsec = *due % kSecond};
    }
    Check(timerfd_settime(timer_, TFD_TIMER_ABSTIME, &until, nullptr), "timerfd_settime");
    std::array<epoll_event, 64> events{};
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    if (count < 0 && errno != EINTR) Check(count, "epoll_wait");
    has_input_ = false;
    for (int i = 0; i < count; i += 1) {
      if (events[static_cast<std::size_t>(i)].data.fd == STDIN_FILENO) has_input_ = true;
    }
  }

  void ReadInput() {
    std::array<char, 4096> bytes{};
    const ssize_t count = read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) return;
    if (count <= 0) {
      has_ended_ = true;
      return;
    }
    input_.append(bytes.data(), static_cast<std::size_t>(count));
    std::size_t begin = 0;
    for (std::size_t end; (end = input_.find('\n', begin)) != std::string::npos; begin = end + 1) {
      const std::string answer = Answer(path_, std::string_view(input_).substr(begin, end - begin));
      std::fwrite(answer.data(), 1, answer.size(), stdout);
      std::fflush(stdout);
    }
    input_.erase(0, begin);
    if (input_.size() > kLongestLine) throw std::length_error("a line of commands is too long");
  }

  int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  int timer_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  Path path_{epoll_, Now()};
  std::string input_;
  bool has_input_ = false;
  bool has_ended_ = false;
};

}  // namespace
}  // namespace path_emulator

int main() {
  path_emulator::RunFirst();
  try {
    return path_emulator::Loop().Run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "path_emulator: %s\n", error.what());
    return 1;
  }
}
