#include "priority.h"

#include <sched.h>
#include <sys/resource.h>

namespace path_emulator {

void RunFirst() {
  sched_param parameters{};
  parameters.sched_priority = 1;
  if (sched_setscheduler(0, SCHED_RR, &parameters) != 0) setpriority(PRIO_PROCESS, 0, -20);
}

}  // namespace path_emulator
