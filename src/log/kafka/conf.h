// The configuration of a handle of librdkafka.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "log/kafka/handle.h"
#include "log/kafka/properties.h"

namespace penstock::kafka {

using Setting = std::pair<std::string_view, std::string>;

// The user's properties, under those of `settings`, which win. Ours to set are what the messages of CheckProperties()
// say; tuning that the user may override comes first, with `defaults`.
Result<Handle<rd_kafka_conf_t>> MakeConf(const Properties& properties, std::initializer_list<Setting> defaults,
                                         std::initializer_list<Setting> settings);

}  // namespace penstock::kafka
