// One output of a run -> a value for each row.
#pragma once

#include <cstddef>
#include <string>

#include "base/arena.h"
#include "base/result.h"
#include "event/value.h"
#include "model/embedded/onnx_runtime.h"

namespace penstock::embedded {

// Where the values of an output go: that of row i to first[i * stride].
struct OutputColumn {
  Value* first;
  size_t stride;
};

// Reads the first `rows` of the `rows_run` rows of a run. A tensor of shape [rows_run] gives scalars, one of
// [rows_run, k] lists of k, and so on; a sequence of maps gives maps. Strings that are not UTF-8 become bytes.
// Everything is copied into `arena`. kInvalid, in words that follow "output 'x' of model m": it does not have one
// element for each row.
Result<void> ReadOutput(const OnnxRuntime& runtime, const OrtValue& output, size_t rows_run, size_t rows, Arena& arena,
                        OutputColumn column);

}  // namespace penstock::embedded
