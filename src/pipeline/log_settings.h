// Where a file says that the topics are.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/option.h"
#include "config/problems.h"
#include "config/yaml.h"

namespace penstock {

struct KafkaProperty {
  std::string name;
  std::string value;  // the thing itself, or a secret's place
  size_t offset = 0;  // of the name, in the file
};

struct KafkaSettings {
  std::vector<std::string> brokers;  // HOST:PORT; none: the command line names them
  std::vector<KafkaProperty> properties;
};

struct LogSettings {
  std::optional<std::string> local;  // the folder of the embedded log
  bool survives_power_loss = false;
  std::optional<KafkaSettings> kafka;
};

const Group& LogLocationOptions();

// Of a validated `log:`. What is wrong is added to `problems`.
LogSettings ReadLogSettings(const YamlNode& log, Problems& problems);

// HOST:PORT, the host in brackets where it is an IPv6 address.
bool IsBrokerAddress(std::string_view text);

// A file for commands that take no pipeline's: its `log:`, and nothing else unless it is a pipeline's file after all.
LogSettings ReadLogFile(const YamlNode& file, Problems& problems);

}  // namespace penstock
