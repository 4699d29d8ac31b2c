// One row goes down a group of trees, where registers of 64 bytes are not at hand. Included as lanes_body.h is, and
// with its rules.
#pragma once

#include <immintrin.h>

#include "model/embedded/trees/lanes_body.h"

namespace penstock::trees {
namespace {

using Bytes = Rows<int8_t>::Vector;

#if defined(__AVX2__)
// The same sixteen bytes in each half.
inline Bytes LoadSixteen(const uint8_t* bytes) {
  const __m128i sixteen = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  return reinterpret_cast<Bytes>(_mm256_broadcastsi128_si256(sixteen));
}
inline Bytes LookUp(Bytes table, Bytes places) {
  return reinterpret_cast<Bytes>(
      _mm256_shuffle_epi8(reinterpret_cast<__m256i>(table), reinterpret_cast<__m256i>(places)));
}
#else
inline Bytes LoadSixteen(const uint8_t* bytes) {
  return reinterpret_cast<Bytes>(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)));
}
inline Bytes LookUp(Bytes table, Bytes places) {
  return reinterpret_cast<Bytes>(_mm_shuffle_epi8(reinterpret_cast<__m128i>(table), reinterpret_cast<__m128i>(places)));
}
#endif

inline Bytes LoadBytes(const uint8_t* bytes) { return *reinterpret_cast<const Bytes*>(bytes); }

// Of each byte, the second where this bit of the third is set.
template <int kBit>
inline Bytes Choose(Bytes no, Bytes yes, Bytes choice) {
  using Shorts = Rows<int16_t>::Vector;
  return reinterpret_cast<Bytes>(reinterpret_cast<Shorts>(choice) << (7 - kBit)) < 0 ? yes : no;
}

// What the nodes of some of a group's trees ask one row. Each looks up the rank that it asks for among sixteen at a
// time; kHasMany: the row has more than 32 columns.
template <bool kHasMany>
class TreesOfRow {
 public:
  using Mask = Rows<int8_t>;

  TreesOfRow(const uint8_t* bounds, const uint8_t* columns, const uint8_t* ranks) : bounds_(bounds), columns_(columns) {
    for (int i = 0; i < kTables; ++i) tables_[i] = LoadSixteen(ranks + 16 * i) ^ INT8_MIN;
    static_assert(kRowColumnsMax == 64 && Mask::kCount == 2 * sizeof(Bytes));
  }

  Mask Ask(size_t node) const { return {AskHalf(node * kGroupTrees), AskHalf(node * kGroupTrees + Mask::kCount / 2)}; }

 private:
  static constexpr int kTables = kHasMany ? 4 : 2;

  Mask::Vector AskHalf(size_t at) const {
    const Bytes columns = LoadBytes(columns_ + at);
    Bytes ranks = Choose<4>(LookUp(tables_[0], columns), LookUp(tables_[1], columns), columns);
    if constexpr (kHasMany) {
      const Bytes upper = Choose<4>(LookUp(tables_[2], columns), LookUp(tables_[3], columns), columns);
      ranks = Choose<5>(ranks, upper, columns);
    }
    return reinterpret_cast<Bytes>(LoadBytes(bounds_ + at) > ranks);
  }

  const uint8_t* bounds_;
  const uint8_t* columns_;
  Bytes tables_[kTables];
};

void FindExitsOfRow(const uint8_t* bounds, const uint8_t* columns, int levels, const uint8_t* ranks,
                    size_t column_count, uint8_t* exits) {
  constexpr size_t kCount = TreesOfRow<true>::Mask::kCount;
  for (size_t tree = 0; tree < kGroupTrees; tree += kCount) {
    if (column_count <= 32)
      Descend(TreesOfRow<false>(bounds + tree, columns + tree, ranks), levels, exits + tree);
    else
      Descend(TreesOfRow<true>(bounds + tree, columns + tree, ranks), levels, exits + tree);
  }
}

}  // namespace
}  // namespace penstock::trees
