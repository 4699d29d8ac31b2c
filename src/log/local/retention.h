// Deletes the oldest rows of a partition.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "log/local/store.h"

namespace penstock::local {

struct RetentionLimits {
  int64_t oldest_ms = INT64_MIN;  // a row of which all records are older goes
  int64_t bytes = -1;             // a row goes if what stays is at least as much; -1: none goes
};

// In a transaction.
Result<bool> HasExpired(Store& store, int64_t slot, const RetentionLimits& limits);

// Deletes some of what has expired: whole rows, from the first one on. In a transaction that writes.
Result<void> DeleteExpired(Store& store, int64_t slot, const RetentionLimits& limits);

}  // namespace penstock::local
