// Whether a model answers here as it did where it was made.
#pragma once

#include <string>

#include "base/result.h"
#include "model/model.h"

namespace penstock::embedded {

// Has the model answer each line of the file, an object such as
//
//   {"input": {"features": [0.5, 1.25]}, "output": {"label": 1, "probabilities": [0.25, 0.75]}}
//
// with a value for each input and for the outputs to compare. A number may differ from the expected one by `tolerance`
// and its share of the expected one; "NaN", "Infinity" and "-Infinity" stand for those numbers; all else is equal or
// wrong. Keys of maps are compared by their text.
// kInvalid, with file:line: a line that is no such object, an input that the model refuses, another answer.
Result<void> CheckParity(Model& model, const std::string& path, double tolerance);

}  // namespace penstock::embedded
