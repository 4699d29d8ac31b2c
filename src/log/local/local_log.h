// The embedded log: topics and groups in one SQLite file, shared by the processes of one machine.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "log/local/store.h"
#include "log/log.h"

namespace penstock::local {

struct LocalLogOptions {
  std::string directory = "./penstock-data";  // created if it is missing; on a local file system
  Durability durability = Durability::kProcess;
  // After so long without a Poll a session is expelled from its group. A killed process is noticed at once.
  Duration lease = std::chrono::seconds(10);
  const Clock* clock = &RealClock();  // outlives the log, as the logger does
  const Logger* logger = nullptr;     // may be null
};

// Sessions and readers may outlive the log. Errors are kUnavailable, and name the file, where the disk, the file or its
// directory is the cause.
Result<std::unique_ptr<Log>> OpenLocalLog(const LocalLogOptions& options);

}  // namespace penstock::local
