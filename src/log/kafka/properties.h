// The properties of librdkafka that a user gives, and those that the protocol needs.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::kafka {

// By librdkafka's names. Values are secrets where IsSecret() says so.
using Properties = std::map<std::string, std::string>;

bool IsSecret(std::string_view name);

// An error names the first property that does not exist, has a value that it cannot have, or is not the user's to set,
// and why.
Result<void> CheckProperties(const Properties& properties);

// Of properties that were checked: those that turn off the checks of brokers' certificates, as NAME=VALUE.
std::vector<std::string> ChecksTurnedOff(const Properties& properties);

}  // namespace penstock::kafka
