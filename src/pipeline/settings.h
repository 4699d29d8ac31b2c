// What a pipeline's file says besides expressions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "config/problems.h"
#include "config/yaml.h"
#include "log/log.h"
#include "pipeline/log_settings.h"

namespace penstock {

struct Topics {
  std::vector<std::string> raw;
  std::optional<std::string> context;  // none: not written
  std::string outputs;
  std::string review;
  std::string dead;
};

// What order outputs keep, where models answer later.
enum class Order : uint8_t { kNone, kKey, kPartition };

struct Settings {
  std::string name;
  Topics topics;
  StartPosition start = AtStart{};
  bool create = true;
  bool exactly_once = true;
  Duration commit_interval = std::chrono::milliseconds(100);
  Order order = Order::kNone;
  Duration drain = std::chrono::seconds(5);  // how long calls of a partition that is wanted elsewhere may go on
  LogSettings log;
};

// Of a validated file. What is wrong is added to `problems`.
Settings ReadSettings(const YamlNode& file, Problems& problems);

// The group in which a pipeline's workers read its raw topics.
std::string PrepareGroupOf(const std::string& pipeline);
// That in which they read its context topic.
std::string InferGroupOf(const std::string& pipeline);

}  // namespace penstock
