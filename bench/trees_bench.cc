// The kernel of tree ensembles by itself: random complete trees, one target.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <vector>

#include "model/embedded/trees/kernel.h"

namespace penstock::trees {
namespace {

// Thresholds are as many as histograms of training have.
constexpr int kBins = 255;

class Forest {
 public:
  Forest(int trees, int depth, uint32_t features) {
    ensemble_.features = features;
    ensemble_.base = {0.5};
    for (int i = 0; i < trees; ++i) ensemble_.roots.push_back(Grow(depth));
  }
  const Ensemble& ensemble() const { return ensemble_; }

 private:
  uint32_t Grow(int depth) {
    const auto at = static_cast<uint32_t>(ensemble_.nodes.size());
    ensemble_.nodes.emplace_back();
    Node node;
    if (depth == 0) {
      node.yes = static_cast<uint32_t>(ensemble_.weights.size());
      node.no = node.yes + 1;
      ensemble_.weights.push_back({0, static_cast<double>(static_cast<float>(random_() % 1000) / 1000.0F)});
    } else {
      node.test = Test::kLess;
      node.feature = static_cast<uint32_t>(random_() % ensemble_.features);
      node.missing_is_yes = true;
      node.threshold = static_cast<double>(static_cast<float>(random_() % kBins) / kBins);
      node.yes = Grow(depth - 1);
      node.no = Grow(depth - 1);
    }
    ensemble_.nodes[at] = node;
    return at;
  }

  Ensemble ensemble_;
  std::mt19937_64 random_{1};
};

// Arguments: trees, depth, rows of a batch, instruction set.
void BM_Margins(benchmark::State& state) {
  constexpr uint32_t kFeatures = 30;
  constexpr size_t kRows = 16384;  // so that no branch predictor learns them by heart
  const Forest forest(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)), kFeatures);
  const auto kernel = *Kernel::Make(forest.ensemble(), static_cast<InstructionSet>(state.range(3)));
  const Kernel::ScratchHandle scratch = kernel->NewScratch();
  std::mt19937_64 random(2);
  std::vector<float> rows(kRows * kFeatures);
  for (float& value : rows) value = std::uniform_real_distribution<float>(0, 1)(random);
  const auto batch = static_cast<size_t>(state.range(2));
  std::vector<double> margins(batch);
  size_t row = 0;
  for (auto _ : state) {
    kernel->Margins(std::span<const float>(rows).subspan(row * kFeatures, batch * kFeatures), margins, *scratch);
    row = (row + batch) % (kRows - batch);
    benchmark::DoNotOptimize(margins.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(2));
}
BENCHMARK(BM_Margins)
    ->ArgNames({"trees", "depth", "rows", "set"})
    ->ArgsProduct({{100}, {6}, {1, 16, 256}, {0, 1, 2}})
    ->ArgsProduct({{10, 1000}, {6}, {1, 256}, {2}})
    ->ArgsProduct({{100}, {2, 4, 8, 10, 12}, {1, 256}, {2}});

}  // namespace
}  // namespace penstock::trees
