// The bytes of a model's file.
#pragma once

#include <string>

#include "base/result.h"

namespace penstock::embedded {

// A whole regular file. kInvalid: it is not there, or is none, or is larger than 2 GiB, which is what the format of
// ONNX models allows; kUnavailable: it cannot be read. Both name the path.
Result<std::string> ReadModelFile(const std::string& path);

}  // namespace penstock::embedded
