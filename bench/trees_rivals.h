// Libraries that evaluate tree ensembles, each behind the same call: for comparisons.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace penstock::trees {

// One model, in one library, on one thread.
class Rival {
 public:
  virtual ~Rival() = default;
  // Evaluates rows of the model's features; what it answers is thrown away. Throws where the library fails.
  virtual void Predict(std::span<const float> rows, size_t count) = 0;
};

// Ours. `format`: xgboost or lightgbm.
std::unique_ptr<Rival> MakeKernelRival(const std::string& format, const std::string& model, size_t features);
// ONNX Runtime.
std::unique_ptr<Rival> MakeOnnxRival(const std::string& model, size_t features);
// XGBoost and LightGBM by their C interfaces; `library` is the shared object.
std::unique_ptr<Rival> MakeXgboostRival(const std::string& library, const std::string& model, size_t features);
std::unique_ptr<Rival> MakeLightgbmRival(const std::string& library, const std::string& model, size_t features);

}  // namespace penstock::trees
