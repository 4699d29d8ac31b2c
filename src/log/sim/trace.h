// What happened in a simulation, for people.
#pragma once

#include <deque>
#include <string>

#include "base/clock.h"

namespace penstock::sim {

// The last lines of what happened, each with its moment. Off, it costs a comparison; what is dear to say asks on().
class Trace {
 public:
  // The clock outlives the trace. Keeps so many lines; none: it is off.
  Trace(const Clock& clock, size_t lines_max) : clock_(clock), lines_max_(lines_max) {}

  bool on() const { return lines_max_ > 0; }
  void Say(const std::string& actor, const std::string& what);
  // One line each.
  std::string Text() const;

 private:
  const Clock& clock_;
  const size_t lines_max_;
  std::deque<std::string> lines_;
};

}  // namespace penstock::sim
