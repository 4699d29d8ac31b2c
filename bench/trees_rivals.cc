#include "bench/trees_rivals.h"

#include <dlfcn.h>
#include <onnxruntime_c_api.h>

#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "model/embedded/model_file.h"
#include "model/embedded/onnx_runtime.h"
#include "model/embedded/trees/kernel.h"
#include "model/embedded/trees/lightgbm_reader.h"
#include "model/embedded/trees/link.h"
#include "model/embedded/trees/xgboost_reader.h"

namespace penstock::trees {
namespace {

template <typename T>
T Need(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

class KernelRival final : public Rival {
 public:
  explicit KernelRival(const Ensemble& ensemble)
      : kernel_(Need(Kernel::Make(ensemble))),
        scratch_(kernel_->NewScratch()),
        link_(LinkFunction::Of(ensemble)),
        targets_(ensemble.targets),
        is_float_(ensemble.features_are_float) {}

  // With what becomes of the margins, since the others' answers have that too.
  void Predict(std::span<const float> rows, size_t count) override {
    margins_.resize(count * targets_);
    prediction_.resize(targets_);
    if (is_float_) {
      kernel_->Margins(rows, margins_, *scratch_);
    } else {
      doubles_.assign(rows.begin(), rows.end());
      kernel_->Margins(std::span<const double>(doubles_), margins_, *scratch_);
    }
    for (size_t row = 0; row < count; ++row)
      link_.Apply(std::span(margins_).subspan(row * targets_, targets_), prediction_);
  }

 private:
  const std::unique_ptr<const Kernel> kernel_;
  const Kernel::ScratchHandle scratch_;
  const LinkFunction link_;
  const size_t targets_;
  const bool is_float_;
  std::vector<double> doubles_;
  std::vector<double> margins_;
  std::vector<double> prediction_;
};

class OnnxRival final : public Rival {
 public:
  OnnxRival(const std::string& model, size_t features)
      : runtime_(*Need(embedded::OnnxRuntime::Get())), api_(runtime_.api()), features_(features) {
    OrtSessionOptions* options = nullptr;
    Check(api_.CreateSessionOptions(&options));
    Check(api_.SetIntraOpNumThreads(options, 1));
    Check(api_.CreateSession(runtime_.environment(), model.c_str(), options, &session_));
    api_.ReleaseSessionOptions(options);
    Check(api_.SessionGetInputName(session_, 0, runtime_.allocator(), &input_));
    size_t outputs = 0;
    Check(api_.SessionGetOutputCount(session_, &outputs));
    Check(api_.SessionGetOutputName(session_, outputs - 1, runtime_.allocator(), &output_));
  }
  ~OnnxRival() override { api_.ReleaseSession(session_); }

  void Predict(std::span<const float> rows, size_t count) override {
    const int64_t shape[] = {static_cast<int64_t>(count), static_cast<int64_t>(features_)};
    OrtValue* input = nullptr;
    Check(api_.CreateTensorWithDataAsOrtValue(runtime_.memory(), const_cast<float*>(rows.data()), rows.size_bytes(),
                                              shape, 2, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &input));
    OrtValue* output = nullptr;
    const OrtValue* const given = input;
    Check(api_.Run(session_, nullptr, &input_, &given, 1, &output_, 1, &output));
    api_.ReleaseValue(output);
    api_.ReleaseValue(input);
  }

 private:
  void Check(OrtStatus* status) const {
    if (const auto reason = runtime_.TakeReason(status)) throw std::runtime_error(*reason);
  }

  const embedded::OnnxRuntime& runtime_;
  const OrtApi& api_;
  const size_t features_;
  OrtSession* session_ = nullptr;
  char* input_ = nullptr;
  char* output_ = nullptr;
};

class Library {
 public:
  explicit Library(const std::string& path) : handle_(::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) throw std::runtime_error(::dlerror());
  }
  template <typename Function>
  Function* Find(const char* name) const {
    void* const symbol = ::dlsym(handle_, name);
    if (symbol == nullptr) throw std::runtime_error(std::string("the library has no ") + name);
    return reinterpret_cast<Function*>(symbol);
  }

 private:
  void* handle_;  // stays loaded: such libraries have threads
};

void Expect(int returned) {
  if (returned != 0) throw std::runtime_error("the library fails");
}

// xgboost/c_api.h
class XgboostRival final : public Rival {
 public:
  XgboostRival(const std::string& library, const std::string& model, size_t features)
      : library_(library), features_(features) {
    Expect(library_.Find<int(const void*, uint64_t, void**)>("XGBoosterCreate")(nullptr, 0, &booster_));
    Expect(library_.Find<int(void*, const char*)>("XGBoosterLoadModel")(booster_, model.c_str()));
    Expect(library_.Find<int(void*, const char*, const char*)>("XGBoosterSetParam")(booster_, "nthread", "1"));
  }

  void Predict(std::span<const float> rows, size_t count) override {
    const std::string array = "{\"data\":[" + std::to_string(reinterpret_cast<uintptr_t>(rows.data())) +
                              ",true],\"shape\":[" + std::to_string(count) + "," + std::to_string(features_) +
                              "],\"typestr\":\"<f4\",\"version\":3}";
    const uint64_t* shape = nullptr;
    uint64_t dimensions = 0;
    const float* result = nullptr;
    Expect(predict_(booster_, array.c_str(), kSettings, nullptr, &shape, &dimensions, &result));
  }

 private:
  using PredictFunction = int(void*, const char*, const char*, void*, const uint64_t**, uint64_t*, const float**);
  static constexpr const char* kSettings =
      R"({"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false,"missing":NaN,"cache_id":0})";

  const Library library_;
  const size_t features_;
  PredictFunction* const predict_ = library_.Find<PredictFunction>("XGBoosterPredictFromDense");
  void* booster_ = nullptr;
};

// LightGBM/c_api.h
class LightgbmRival final : public Rival {
 public:
  LightgbmRival(const std::string& library, const std::string& model, size_t features)
      : library_(library), features_(features) {
    int iterations = 0;
    Expect(library_.Find<int(const char*, int*, void**)>("LGBM_BoosterCreateFromModelfile")(model.c_str(), &iterations,
                                                                                            &booster_));
    Expect(library_.Find<int(void*, int*)>("LGBM_BoosterGetNumClasses")(booster_, &classes_));
    Expect(library_.Find<int(void*, int, int, int, int, int32_t, const char*, void**)>(
        "LGBM_BoosterPredictForMatSingleRowFastInit")(booster_, kNormal, 0, -1, kFloat, static_cast<int32_t>(features_),
                                                      "num_threads=1", &fast_));
  }

  // With the function made for single rows, where there is one.
  void Predict(std::span<const float> rows, size_t count) override {
    answers_.resize(count * static_cast<size_t>(classes_));
    int64_t length = 0;
    if (count == 1)
      Expect(predict_one_(fast_, rows.data(), &length, answers_.data()));
    else
      Expect(predict_(booster_, rows.data(), kFloat, static_cast<int32_t>(count), static_cast<int32_t>(features_), 1,
                      kNormal, 0, -1, "num_threads=1", &length, answers_.data()));
  }

 private:
  using One = int(void*, const void*, int64_t*, double*);
  using Many = int(void*, const void*, int, int32_t, int32_t, int, int, int, int, const char*, int64_t*, double*);
  static constexpr int kFloat = 0;
  static constexpr int kNormal = 0;

  const Library library_;
  const size_t features_;
  One* const predict_one_ = library_.Find<One>("LGBM_BoosterPredictForMatSingleRowFast");
  Many* const predict_ = library_.Find<Many>("LGBM_BoosterPredictForMat");
  void* booster_ = nullptr;
  void* fast_ = nullptr;
  int classes_ = 1;
  std::vector<double> answers_;
};

}  // namespace

std::unique_ptr<Rival> MakeKernelRival(const std::string& format, const std::string& model, size_t /*features*/) {
  const std::string file = Need(embedded::ReadModelFile(model));
  return std::make_unique<KernelRival>(Need(format == "xgboost" ? ReadXgboost(file) : ReadLightgbm(file)));
}

std::unique_ptr<Rival> MakeOnnxRival(const std::string& model, size_t features) {
  return std::make_unique<OnnxRival>(model, features);
}

std::unique_ptr<Rival> MakeXgboostRival(const std::string& library, const std::string& model, size_t features) {
  return std::make_unique<XgboostRival>(library, model, features);
}

std::unique_ptr<Rival> MakeLightgbmRival(const std::string& library, const std::string& model, size_t features) {
  return std::make_unique<LightgbmRival>(library, model, features);
}

}  // namespace penstock::trees
