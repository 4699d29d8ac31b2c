// The evaluation of tree ensembles, made to be fast.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "model/embedded/trees/ensemble.h"
#include "model/embedded/trees/instruction_set.h"

namespace penstock::trees {

// An ensemble, rearranged. Used by many threads at once.
class Kernel {
 public:
  virtual ~Kernel() = default;

  // `ensemble` is valid (ensemble_check.h). `set` is one that the processor has; each gives
  // the same sums, bit for bit. kLimit: an ensemble too large for
  // indexes of 32 bits.
  static Result<std::unique_ptr<const Kernel>> Make(const Ensemble& ensemble,
                                                    InstructionSet set = BestInstructionSet());

  // Memory that a thread keeps from call to call.
  class Scratch;
  struct ScratchDeleter {
    void operator()(Scratch* scratch) const;
  };
  using ScratchHandle = std::unique_ptr<Scratch, ScratchDeleter>;
  virtual ScratchHandle NewScratch() const = 0;

  // The margins of `rows.size() / features` rows of `features` values each, `targets` of each row after another: the
  // sums (or what else Aggregate says) in the order of the trees, in the precision of the ensemble. A value that is
  // missing is NaN. Float: for ensembles whose features are float; double: for the others.
  virtual void Margins(std::span<const float> rows, std::span<double> margins, Scratch& scratch) const = 0;
  virtual void Margins(std::span<const double> rows, std::span<double> margins, Scratch& scratch) const = 0;
};

}  // namespace penstock::trees
