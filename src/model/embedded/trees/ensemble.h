// Decision trees whose leaves are added up: what a file says, whoever trained it.
#pragma once

#include <cstdint>
#include <vector>

namespace penstock::trees {

// What a row's value is asked: first how it compares with the split's threshold, then what it has to do with the
// split's set (split_rule.h).
enum class Test : uint8_t {
  kLeaf,  // nothing: the node is a leaf
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kEqual,
  kNotEqual,
  kInSet,       // whether the value, cut to a whole number towards 0, is in the set: so -0.5 is 0
  kInSetFrom0,  // the same, but that nothing below 0 is in the set, and nothing from 2^24 - 1 on
  kWholeInSet,  // whether the value is in the set as it is: nothing with a fraction is
};

// Which values say nothing, so that the split's default direction is taken.
enum class Missing : uint8_t {
  kNaN,
  kZeroOrNaN,  // those of at most 1e-35F too, whatever their sign
  kNone,       // none; a NaN counts as 0
};

struct Node {
  Test test = Test::kLeaf;
  Missing missing = Missing::kNaN;
  bool missing_is_yes = false;
  uint32_t feature = 0;
  double threshold = 0;  // exactly a float where Ensemble::features_are_float
  uint32_t set = 0;      // index into Ensemble::sets
  // Of a split: indexes into Ensemble::nodes. Of a leaf: its weights are Ensemble::weights[yes] up to [no], without it.
  uint32_t yes = 0;
  uint32_t no = 0;
};

struct Weight {
  uint32_t target = 0;
  double value = 0;  // exactly a float where Ensemble::sums_are_float
};

// Whole numbers from 0 on; word i holds 64 i to 64 i + 63, the least in the lowest bit. What lies beyond the words, and
// what is negative once it is cut, is not in the set.
using CategorySet = std::vector<uint64_t>;

// What becomes of the weights that the trees' leaves have for a target.
enum class Aggregate : uint8_t {
  kSum,      // `base`, and each of them added in turn
  kAverage,  // their sum, which begins with 0, divided by the number of trees; then `base` is added
  kMin,      // the least of them, or 0 where there is none; then `base` is added
  kMax,
};

// From the sums of the targets (the margin) to the prediction.
enum class Link : uint8_t {
  kNone,
  kLogistic,     // 1 / (1 + exp(-scale * x))
  kSoftmax,      // over the targets
  kSoftmaxZero,  // as ONNX has it: sums of 0 stay 0
  kProbit,       // as ONNX has it
  kExp,
  kArgMax,        // the index of the greatest sum, the first of them; one number
  kSign,          // 1 where the sum is greater than 0, else 0
  kSignedSquare,  // sign(x) * x * x
  kLog1pExp,      // log(1 + exp(x))
};

// Trees are evaluated in their order, and each adds to the targets what its leaf weighs. What holds of every ensemble
// that is evaluated: ensemble_check.h.
struct Ensemble {
  bool features_are_float = true;  // rows are rounded to float before they are asked
  bool sums_are_float = true;      // else double
  uint32_t features = 0;
  uint32_t targets = 1;
  Aggregate aggregate = Aggregate::kSum;
  Link link = Link::kNone;
  double scale = 1;             // of kLogistic
  std::vector<double> base;     // one a target
  std::vector<uint32_t> roots;  // one a tree
  std::vector<Node> nodes;
  std::vector<Weight> weights;
  std::vector<CategorySet> sets;
};

}  // namespace penstock::trees
