#include "base/log.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace penstock {
namespace {

// After a write that failed. A terminal or pipe that another program made non-blocking is waited for as if it were not.
bool MayWriteAgain(int descriptor) {
  if (errno == EINTR) return true;
  if (errno != EAGAIN) return false;
  pollfd wanted{descriptor, POLLOUT, 0};
  return poll(&wanted, 1, -1) >= 0 || errno == EINTR;
}

void WriteAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written > 0)
      bytes.remove_prefix(static_cast<size_t>(written));
    else if (written == 0 || !MayWriteAgain(descriptor))
      return;
  }
}

}  // namespace

LogSink DescriptorLogSink(int descriptor) {
  return [descriptor](std::string_view line) { WriteAll(descriptor, line); };
}

void Logger::Write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) const {
  const std::string line = FormatLogLine(options_.format, clock_.Now(), level, message, fields, redactor_);
  const std::lock_guard lock(sink_mutex_);
  sink_(line);
}

}  // namespace penstock
