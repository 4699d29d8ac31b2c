#include "admin/process_stats.h"

#include <unistd.h>

#include <ctime>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

namespace penstock {
namespace {

std::optional<double> CpuSeconds() {
  timespec cpu{};
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu) != 0) return std::nullopt;
  return static_cast<double>(cpu.tv_sec) + static_cast<double>(cpu.tv_nsec) / 1e9;
}

std::optional<int64_t> ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  int64_t total = 0;
  int64_t resident = 0;
  if (!(file >> total >> resident)) return std::nullopt;
  return resident * sysconf(_SC_PAGESIZE);
}

// When the machine was started, in seconds since 1970.
std::optional<double> BootTime() {
  std::ifstream file("/proc/stat");
  std::string name;
  for (double value = 0; file >> name; file.ignore(std::numeric_limits<std::streamsize>::max(), '\n'))
    if (name == "btime" && file >> value) return value;
  return std::nullopt;
}

// Its 22nd field, in ticks since the machine's start (proc(5)). The second is the program's name in parentheses, which
// may itself hold blanks and parentheses.
std::optional<double> StartAfterBoot() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  const size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  constexpr int kSkipped = 19;  // from the third field on
  std::string field;
  for (int i = 0; i < kSkipped; ++i) fields >> field;
  double ticks = 0;
  if (!(fields >> ticks)) return std::nullopt;
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

ProcessStats ReadProcessStats() {
  ProcessStats stats{.cpu_seconds = CpuSeconds(), .resident_memory_bytes = ResidentBytes(), .start_time_seconds = {}};
  const std::optional<double> boot = BootTime();
  const std::optional<double> start = StartAfterBoot();
  if (boot && start) stats.start_time_seconds = *boot + *start;
  return stats;
}

}  // namespace penstock
