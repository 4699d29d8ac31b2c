// trees_table LIBRARY FORMAT MODEL ONNX FEATURES: rows a second of our kernel, of the library that trained the model
// (FORMAT: xgboost or lightgbm), and of ONNX Runtime, one row at a time and 256, one thread each, in turns. Prints one
// line of numbers. bench/trees_table.py makes the models and the table.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bench/trees_rivals.h"

namespace {

using penstock::trees::Rival;

constexpr size_t kRows = 4096;
constexpr int kRounds = 5;
constexpr double kRoundSeconds = 0.1;

// Rows a second of processor time, in about a tenth of a second: what else the machine does disturbs that less, and a
// library's further threads count.
double Measure(Rival& rival, const std::vector<float>& rows, size_t features, size_t batch) {
  const std::clock_t begin = std::clock();
  size_t done = 0;
  size_t row = 0;
  double passed = 0;
  while (passed < kRoundSeconds) {
    for (size_t i = 0; i < std::max<size_t>(1, 64 / batch); ++i) {
      rival.Predict({rows.data() + row * features, batch * features}, batch);
      row = (row + batch) % (kRows - batch);
      done += batch;
    }
    passed = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  }
  return static_cast<double>(done) / passed;
}

int Run(const std::string& library, const std::string& format, const std::string& model, const std::string& onnx,
        size_t features) {
  using penstock::trees::MakeKernelRival;
  using penstock::trees::MakeLightgbmRival;
  using penstock::trees::MakeOnnxRival;
  using penstock::trees::MakeXgboostRival;
  std::mt19937_64 random(1);
  std::vector<float> rows(kRows * features);
  for (float& value : rows) value = std::normal_distribution<float>()(random);
  std::vector<std::unique_ptr<Rival>> rivals;
  rivals.push_back(MakeKernelRival(format, model, features));
  rivals.push_back(format == "xgboost" ? MakeXgboostRival(library, model, features)
                                       : MakeLightgbmRival(library, model, features));
  if (!onnx.empty()) rivals.push_back(MakeOnnxRival(onnx, features));
  for (const size_t batch : {size_t{1}, size_t{256}}) {
    std::vector<double> best(rivals.size(), 0);
    // In turns, so that what else the machine does disturbs all alike.
    for (int round = 0; round < kRounds; ++round)
      for (size_t i = 0; i < rivals.size(); ++i)
        best[i] = std::max(best[i], Measure(*rivals[i], rows, features, batch));
    for (const double rate : best) std::printf("%.0f ", rate);
    if (onnx.empty()) std::printf("0 ");
  }
  std::printf("\n");
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 6) {
    std::fprintf(stderr, "usage: trees_table LIBRARY FORMAT MODEL ONNX FEATURES\n");
    return 2;
  }
  try {
    return Run(arguments[1], arguments[2], arguments[3], arguments[4], std::strtoul(arguments[5], nullptr, 10));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
