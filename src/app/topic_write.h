// penstock topic write: the lines of a file, as the records of a topic.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "log/log.h"

namespace penstock::app {

struct TopicWriteOptions {
  std::string topic;
  std::optional<std::string> file;  // stdin, if left out
  std::optional<std::string> key;   // an expression over `event`
};

// Each line becomes a record's value, byte for byte (but for its line feed), and is in the log within a tenth of a
// second, or as soon as no more input is there. Lines that are no JSON, and those of which the expression has no value,
// get no key; stderr says how many.
Result<void> WriteTopic(Log& log, const TopicWriteOptions& options);

}  // namespace penstock::app
