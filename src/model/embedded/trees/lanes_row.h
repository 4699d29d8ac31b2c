// One row goes down a group of trees, where registers of 64 bytes are not at hand. Included as lanes_body.h is, and
// with its rules.
#pragma once

#include <immintrin.h>

#include "model/embedded/trees/lanes_body.h"

namespace penstock::trees {
namespace {

#if defined(__AVX2__)
using Bytes = __m256i;
inline Bytes LoadBytes(const uint8_t* bytes) { return _mm256_load_si256(reinterpret_cast<const __m256i*>(bytes)); }
// The same sixteen bytes in each half.
inline Bytes LoadSixteen(const uint8_t* bytes) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)));
}
inline Bytes Flip(Bytes bytes) { return _mm256_xor_si256(bytes, _mm256_set1_epi8(-128)); }
inline Bytes LookUp(Bytes table, Bytes places) { return _mm256_shuffle_epi8(table, places); }
// Of each byte, the second where the highest bit of the third is set.
inline Bytes Choose(Bytes no, Bytes yes, Bytes choice) { return _mm256_blendv_epi8(no, yes, choice); }
template <int kBits>
inline Bytes Raise(Bytes bytes) {
  return _mm256_slli_epi16(bytes, kBits);
}
inline Bytes Greater(Bytes a, Bytes b) { return _mm256_cmpgt_epi8(a, b); }
#else
using Bytes = __m128i;
inline Bytes LoadBytes(const uint8_t* bytes) { return _mm_load_si128(reinterpret_cast<const __m128i*>(bytes)); }
inline Bytes LoadSixteen(const uint8_t* bytes) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)); }
inline Bytes Flip(Bytes bytes) { return _mm_xor_si128(bytes, _mm_set1_epi8(-128)); }
inline Bytes LookUp(Bytes table, Bytes places) { return _mm_shuffle_epi8(table, places); }
inline Bytes Choose(Bytes no, Bytes yes, Bytes choice) { return _mm_blendv_epi8(no, yes, choice); }
template <int kBits>
inline Bytes Raise(Bytes bytes) {
  return _mm_slli_epi16(bytes, kBits);
}
inline Bytes Greater(Bytes a, Bytes b) { return _mm_cmpgt_epi8(a, b); }
#endif

// What the nodes of some of a group's trees ask one row. Each looks up the rank that it asks for among sixteen at a
// time; kHasMany: the row has more than 32 columns.
template <bool kHasMany>
class TreesOfRow {
 public:
  using Mask = Rows<int8_t>;

  TreesOfRow(const uint8_t* bounds, const uint8_t* columns, const uint8_t* ranks) : bounds_(bounds), columns_(columns) {
    for (int i = 0; i < kTables; ++i) tables_[i] = Flip(LoadSixteen(ranks + 16 * i));
    static_assert(kRowColumnsMax == 64 && Mask::kCount == 2 * sizeof(Bytes));
  }

  Mask Ask(size_t node) const { return {AskHalf(node * kGroupTrees), AskHalf(node * kGroupTrees + Mask::kCount / 2)}; }

 private:
  static constexpr int kTables = kHasMany ? 4 : 2;

  Mask::Vector AskHalf(size_t at) const {
    const Bytes columns = LoadBytes(columns_ + at);
    const Bytes at_16 = Raise<3>(columns);
    Bytes ranks = Choose(LookUp(tables_[0], columns), LookUp(tables_[1], columns), at_16);
    if constexpr (kHasMany) {
      const Bytes upper = Choose(LookUp(tables_[2], columns), LookUp(tables_[3], columns), at_16);
      ranks = Choose(ranks, upper, Raise<2>(columns));
    }
    return reinterpret_cast<Mask::Vector>(Greater(LoadBytes(bounds_ + at), ranks));
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
