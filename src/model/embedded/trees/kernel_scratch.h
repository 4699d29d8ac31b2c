// What kernels have in common: what a thread keeps between evaluations, and the two types of rows.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <type_traits>
#include <vector>

#include "model/embedded/trees/aligned_buffer.h"
#include "model/embedded/trees/forest.h"
#include "model/embedded/trees/kernel.h"

namespace penstock::trees {

class Kernel::Scratch {
 public:
  AlignedBuffer found;  // ranks of one row, as the search has them
  AlignedBuffer ranks;  // of one row, or of kLaneRows
  AlignedBuffer categories;
  AlignedBuffer sums;
  std::vector<uint8_t> is_set;
  std::array<uint8_t, kLaneRows> exits{};
  std::array<uint32_t, kLaneRows> slots{};
};

// A kernel of ensembles with features of one type.
template <typename Real>
class KernelOf : public Kernel {
 public:
  ScratchHandle NewScratch() const final { return ScratchHandle(new Scratch); }

  void Margins(std::span<const float> rows, std::span<double> margins, Scratch& scratch) const final {
    Dispatch(rows, margins, scratch);
  }
  void Margins(std::span<const double> rows, std::span<double> margins, Scratch& scratch) const final {
    Dispatch(rows, margins, scratch);
  }

 protected:
  virtual void Run(std::span<const Real> rows, std::span<double> margins, Scratch& scratch) const = 0;

 private:
  template <typename T>
  void Dispatch(std::span<const T> rows, std::span<double> margins, Scratch& scratch) const {
    if constexpr (std::is_same_v<T, Real>) {
      Run(rows, margins, scratch);
    } else {
      // Rows of the other type are a mistake of ours; answers that nobody wrote would be worse than none.
      std::abort();
    }
  }
};

}  // namespace penstock::trees
