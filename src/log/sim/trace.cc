#include "log/sim/trace.h"

#include <cstdio>

namespace penstock::sim {

void Trace::Say(const std::string& actor, const std::string& what) {
  if (!on()) return;
  char moment[32];
  std::snprintf(moment, sizeof moment, "%12.4f ", std::chrono::duration<double>(clock_.Monotonic()).count());
  lines_.push_back(moment + actor + ": " + what);
  if (lines_.size() > lines_max_) lines_.pop_front();
}

std::string Trace::Text() const {
  std::string text;
  for (const std::string& line : lines_) text += line + '\n';
  return text;
}

}  // namespace penstock::sim
