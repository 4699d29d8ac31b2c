// tree_probe FORMAT MODEL: rows of doubles from standard input, and to standard output, of each row, as doubles: the
// margins and the prediction. Fails where the kernel, with any instruction set of this machine, gives other margins
// than the slow evaluation. FORMAT is xgboost, lightgbm, or onnx: then it is of the one tree ensemble in the graph, and
// a classifier's predictions are its scores and its label. Prints the numbers of features, targets and predictions
// first, as text, on one line.

#include <onnx.pb.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/embedded/model_file.h"
#include "model/embedded/trees/kernel.h"
#include "model/embedded/trees/lightgbm_reader.h"
#include "model/embedded/trees/link.h"
#include "model/embedded/trees/onnx_reader.h"
#include "model/embedded/trees/reference.h"
#include "model/embedded/trees/xgboost_reader.h"

namespace penstock::trees {
namespace {

// The width of the graph's first input is that of the ensemble's.
Result<OnnxTrees> ReadOnnx(const std::string& file) {
  onnx::Model model;
  if (!model.ParseFromString(file)) return Invalid("it is no ONNX model");
  if (model.graph().input_size() == 0) return Invalid("it has no input");
  const onnx::TensorType& type = model.graph().input(0).type().tensor_type();
  constexpr int kDouble = 11;
  const auto& dimensions = type.shape().dim();
  if (dimensions.empty()) return Invalid("its input has no dimensions");
  const auto features = static_cast<uint32_t>(dimensions.rbegin()->dim_value());
  for (const onnx::Node& node : model.graph().node())
    if (IsTreeEnsemble(node)) return ReadOnnxTrees(node, features, type.elem_type() == kDouble);
  return Invalid("it has no tree ensemble");
}

Result<OnnxTrees> Read(const std::string& format, const std::string& path) {
  TRY_ASSIGN(const std::string file, embedded::ReadModelFile(path));
  if (format == "onnx") return ReadOnnx(file);
  OnnxTrees trees;
  TRY_ASSIGN(trees.ensemble, format == "xgboost" ? ReadXgboost(file) : ReadLightgbm(file));
  return trees;
}

void Score(const OnnxTrees& trees, std::vector<double> margin, std::vector<double>& prediction) {
  std::vector<float> scores(margin.size());
  const int64_t label = trees.scores->Apply(margin, scores);
  const bool named = !trees.text_labels.empty() || trees.scores->label_is_value(margin.size());
  std::ranges::copy(scores, prediction.begin());
  prediction.back() = static_cast<double>(named ? label : trees.number_labels[static_cast<size_t>(label)]);
}

void Write(const std::vector<double>& numbers) { std::fwrite(numbers.data(), sizeof(double), numbers.size(), stdout); }

std::vector<double> ReadRows(size_t features) {
  std::vector<double> rows;
  std::vector<double> row(features);
  while (std::fread(row.data(), sizeof(double), row.size(), stdin) == row.size())
    rows.insert(rows.end(), row.begin(), row.end());
  return rows;
}

template <typename Real>
std::vector<double> MarginsOf(const Kernel& kernel, const Ensemble& ensemble, const std::vector<double>& rows) {
  std::vector<double> margins(rows.size() / ensemble.features * ensemble.targets);
  kernel.Margins(std::vector<Real>(rows.begin(), rows.end()), margins, *kernel.NewScratch());
  return margins;
}

// Each kernel gives what the slow evaluation gives, to the bit.
bool KernelsAgree(const Ensemble& ensemble, const std::vector<double>& rows) {
  std::vector<double> expected;
  for (size_t at = 0; at < rows.size(); at += ensemble.features) {
    const std::vector<double> margin = Margin(ensemble, std::span(rows).subspan(at, ensemble.features));
    expected.insert(expected.end(), margin.begin(), margin.end());
  }
  for (const InstructionSet set : {InstructionSet::kPlain, InstructionSet::kAvx2, InstructionSet::kAvx512}) {
    if (set > BestInstructionSet()) break;
    const Result<std::unique_ptr<const Kernel>> kernel = Kernel::Make(ensemble, set);
    const std::vector<double> margins = !kernel                       ? std::vector<double>()
                                        : ensemble.features_are_float ? MarginsOf<float>(**kernel, ensemble, rows)
                                                                      : MarginsOf<double>(**kernel, ensemble, rows);
    if (std::memcmp(margins.data(), expected.data(), expected.size() * sizeof(double)) == 0) continue;
    std::fprintf(stderr, "the kernel with instruction set %d gives other margins\n", static_cast<int>(set));
    return false;
  }
  return true;
}

int Run(const std::string& format, const std::string& path) {
  const Result<OnnxTrees> trees = Read(format, path);
  if (!trees) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), trees.error().message.c_str());
    return 1;
  }
  const Ensemble* const ensemble = &trees->ensemble;
  const LinkFunction link = LinkFunction::Of(*ensemble);
  std::vector<double> prediction(trees->scores ? ensemble->targets + 1 : link.size(ensemble->targets));
  std::printf("%u %u %zu\n", ensemble->features, ensemble->targets, prediction.size());
  const std::vector<double> rows = ReadRows(ensemble->features);
  for (size_t at = 0; at < rows.size(); at += ensemble->features) {
    const std::vector<double> margin = Margin(*ensemble, std::span(rows).subspan(at, ensemble->features));
    if (trees->scores) {
      Score(*trees, margin, prediction);
    } else {
      link.Apply(margin, prediction);
    }
    Write(margin);
    Write(prediction);
  }
  return KernelsAgree(*ensemble, rows) ? 0 : 1;
}

}  // namespace
}  // namespace penstock::trees

int main(int argc, char** argv) {
  if (argc == 3) return penstock::trees::Run(argv[1], argv[2]);
  std::fputs("usage: tree_probe xgboost|lightgbm|onnx MODEL < ROWS\n", stderr);
  return 1;
}
