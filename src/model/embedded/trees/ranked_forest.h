// An ensemble whose splits compare small integers: the first step from what a file says to what a processor likes.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "model/embedded/trees/ensemble.h"

namespace penstock::trees {

// What is looked at in a row. A feature may stand in several columns, since a split wants missing values to be less
// than all others, and some splits send them where the greater ones go: these look at the numbers in reverse order.
struct Column {
  uint32_t feature = 0;
  Missing missing = Missing::kNaN;
  bool reversed = false;
  // The least keys (order_key.h) of each rank but 0, ascending: the rank of a value is how many of these are not above
  // its key.
  std::vector<uint64_t> bounds;
};

// A feature that is looked up in sets.
struct CategoryColumn {
  uint32_t feature = 0;
  Missing missing = Missing::kNaN;
  Test test = Test::kInSet;  // which of the tests of sets
};

enum class Step : uint8_t {
  kLeaf,
  kLess,            // whether the rank is less than the operand
  kEqual,           // whether the rank is the operand
  kEqualOrMissing,  // or 0, which only missing values have in such a column
  kInSet,           // whether the category is in the set that the operand names
  kInSetOrMissing,
};

struct RankedNode {
  Step step = Step::kLeaf;
  uint32_t column = 0;  // of `columns`, or of `category_columns`
  uint32_t operand = 0;
  // Of a split: indexes into RankedForest::nodes. Of a leaf: its weights in the ensemble, from `yes` to before `no`.
  uint32_t yes = 0;
  uint32_t no = 0;
};

// Node i stands for node i of the ensemble.
struct RankedForest {
  std::vector<Column> columns;
  std::vector<CategoryColumn> category_columns;
  std::vector<RankedNode> nodes;
};

// `ensemble` is valid (ensemble_check.h).
RankedForest RankSplits(const Ensemble& ensemble);

}  // namespace penstock::trees
