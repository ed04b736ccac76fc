#include "loss.h"

namespace path_emulator {

bool Loss::TakesNext(const LinkSettings& settings) {
  bool is_lost = settings.loss > 0 && single_.Next() < settings.loss;
  if (settings.burst_begin <= 0) {
    in_burst_ = false;
    return is_lost;
  }
  const double change = in_burst_ ? 1 / settings.burst_length : settings.burst_begin;
  if (burst_.Next() < change) in_burst_ = !in_burst_;
  return is_lost || in_burst_;
}

}  // namespace path_emulator
