// The properties of librdkafka that a user gives, and those that the protocol needs.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "log/kafka/handle.h"

namespace penstock::kafka {

// By librdkafka's names. Values are secrets where IsSecret() says so.
using Properties = std::map<std::string, std::string>;

bool IsSecret(std::string_view name);

// An error names the first property that does not exist, has a value that it cannot have, or is not the user's to set,
// and why.
Result<void> CheckProperties(const Properties& properties);

using Setting = std::pair<std::string_view, std::string>;

// The user's properties, under those of `settings`, which win. Ours to set are what the messages of CheckProperties()
// say; tuning that the user may override comes first, with `defaults`.
Result<Handle<rd_kafka_conf_t>> MakeConf(const Properties& properties, std::initializer_list<Setting> defaults,
                                         std::initializer_list<Setting> settings);

}  // namespace penstock::kafka
