// penstock topic read: the records of a topic, as lines of JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "log/log.h"

namespace penstock::app {

struct TopicReadOptions {
  std::string topic;
  std::string from = "start";  // or end, or an offset
  std::optional<int64_t> max;
  std::optional<int32_t> partition;  // all, if left out
  bool follow = false;
};

// Without `follow`, up to the ends as they are when it begins.
Result<void> ReadTopic(Log& log, const TopicReadOptions& options);

// "start", "end" or an offset.
Result<StartPosition> ParseStart(const std::string& text, const std::string& option);

}  // namespace penstock::app
