// Records that the log refuses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "log/out_batch.h"

namespace penstock {

// Puts a shortened dead letter in the place of the record with this number: its headers, which say where the raw record
// is, and why it was refused. An error where the record is such a dead letter already.
Result<void> ReplaceRefused(OutBatch& batch, size_t number, const std::string& dead_topic, std::string_view reason);

}  // namespace penstock
