#include "model/embedded/trees/kernel.h"

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>

#include "model/embedded/trees/kernel_scratch.h"
#include "model/embedded/trees/lanes.h"
#include "model/embedded/trees/rank_kernel.h"
#include "model/embedded/trees/walk_kernel.h"

namespace penstock::trees {
namespace {

// So that slots fit into 32 bits, even where each tree is filled up.
constexpr size_t kTreesMax = size_t{1} << 24;

using Made = std::unique_ptr<const Kernel>;

template <typename Real, typename Sum>
Made MakeOf(const Ensemble& ensemble, InstructionSet set) {
  RankedForest ranked = RankSplits(ensemble);
  RowCoder<Real> coder(ranked, ensemble.features);
  const bool only_compares = std::ranges::all_of(
      ranked.nodes, [](const RankedNode& node) { return node.step == Step::kLeaf || node.step == Step::kLess; });
  const Lanes& lanes = LanesOf(set);
  if (!only_compares)
    return std::make_unique<WalkKernel<Real, Sum>>(ensemble, std::move(ranked), std::move(coder), lanes);
  const size_t columns = coder.columns();
  if (coder.rank_max() <= UINT8_MAX && columns <= UINT8_MAX + size_t{1})
    return std::make_unique<RankKernel<Real, uint8_t, Sum>>(ensemble, ranked, std::move(coder), lanes);
  if (coder.rank_max() <= UINT16_MAX && columns <= UINT16_MAX + size_t{1})
    return std::make_unique<RankKernel<Real, uint16_t, Sum>>(ensemble, ranked, std::move(coder), lanes);
  return std::make_unique<RankKernel<Real, uint32_t, Sum>>(ensemble, ranked, std::move(coder), lanes);
}

template <typename Real>
Made MakeOf(const Ensemble& ensemble, InstructionSet set) {
  return ensemble.sums_are_float ? MakeOf<Real, float>(ensemble, set) : MakeOf<Real, double>(ensemble, set);
}

}  // namespace

void Kernel::ScratchDeleter::operator()(Scratch* scratch) const { delete scratch; }

Result<Made> Kernel::Make(const Ensemble& ensemble, InstructionSet set) {
  if (ensemble.roots.size() > kTreesMax)
    return Fail(ErrorKind::kLimit, "the ensemble has " + std::to_string(ensemble.roots.size()) + " trees; at most " +
                                       std::to_string(kTreesMax) + " can be evaluated");
  return ensemble.features_are_float ? MakeOf<float>(ensemble, set) : MakeOf<double>(ensemble, set);
}

}  // namespace penstock::trees
