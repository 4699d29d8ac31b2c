// Whether a cluster can be spoken to, and why not.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "log/kafka/connection.h"

namespace penstock::kafka {

// Returns when the cluster has answered; an error within `wait`, sooner where waiting would not help: a wrong password,
// a certificate that is not trusted. `connection` is the handle's.
Result<void> Reach(rd_kafka_t* handle, Connection& connection, const std::string& brokers, Duration wait,
                   const Clock& clock);

// What a user can do about it, by librdkafka's code and words.
Error Unreachable(const std::string& brokers, const std::optional<Trouble>& trouble);

}  // namespace penstock::kafka
