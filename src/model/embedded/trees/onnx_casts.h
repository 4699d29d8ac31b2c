// What Cast nodes make of numbers. Types are those of TensorProto.DataType.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "event/value.h"

namespace penstock::trees {

// Casts `count` numbers of a way's first type, through all its types, to what a kernel takes.
using NumberCast = void (*)(const void* from, size_t count, void* to);
// Null where the way does not change numbers: its first type is the kernel's. `types` are as in
// OnnxWays::input_types.
NumberCast CastOf(const std::vector<int>& types, bool kernel_takes_doubles);

// `types` are as in OnnxWays::Output.
Value CastLabel(int64_t label, const std::vector<int>& types);

}  // namespace penstock::trees
