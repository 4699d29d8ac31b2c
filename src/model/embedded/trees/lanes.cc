#include "model/embedded/trees/lanes.h"

namespace penstock::trees {

InstructionSet BestInstructionSet() {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq"))
    return InstructionSet::kAvx512;
  if (__builtin_cpu_supports("avx2")) return InstructionSet::kAvx2;
  return InstructionSet::kPlain;
}

const Lanes& LanesOf(InstructionSet set) {
  switch (set) {
    case InstructionSet::kAvx512: return kAvx512Lanes;
    case InstructionSet::kAvx2: return kAvx2Lanes;
    case InstructionSet::kPlain: break;
  }
  return kPlainLanes;
}

}  // namespace penstock::trees
