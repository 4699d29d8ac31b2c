#include <immintrin.h>

#include "model/embedded/trees/lanes_body.h"
#include "model/embedded/trees/lanes_ranks.h"

namespace penstock::trees {
namespace {

// A bit a row, or a tree, in a register for numbers: of those there are ports enough for all that is picked.
struct Bits {
  uint64_t bits;
};

inline Bits Pick(Bits choice, Bits yes, Bits no) { return {no.bits ^ ((no.bits ^ yes.bits) & choice.bits)}; }

template <int kLevels>
inline void StoreExits(const Bits* way, uint8_t* exits) {
  __m512i sums = _mm512_setzero_si512();
  for (int level = 0; level < kLevels; ++level) {
    sums = _mm512_add_epi8(sums, sums);
    sums = _mm512_mask_add_epi8(sums, way[level].bits, sums, _mm512_set1_epi8(1));
  }
  _mm512_storeu_si512(exits, sums);
}

// What the nodes of one tree ask all rows of a block.
class BytesOfTree {
 public:
  using Mask = Bits;

  BytesOfTree(const uint8_t* bounds, const uint8_t* columns, const uint8_t* ranks)
      : bounds_(bounds), columns_(columns), ranks_(ranks) {
    static_assert(kLaneRows == 64);
  }

  Mask Ask(size_t node) const {
    const __m512i ranks = _mm512_load_si512(ranks_ + size_t{columns_[node * kGroupTrees]} * kLaneRows);
    return {_mm512_cmpgt_epi8_mask(_mm512_set1_epi8(static_cast<char>(bounds_[node * kGroupTrees])), ranks)};
  }

 private:
  const uint8_t* bounds_;
  const uint8_t* columns_;
  const uint8_t* ranks_;
};

void FindExitsOfBytes(const uint8_t* bounds, const uint8_t* columns, int levels, const uint8_t* ranks, uint8_t* exits) {
  Descend(BytesOfTree(bounds, columns, ranks), levels, exits);
}

// What the nodes of a group's trees ask one row. Its ranks fit into a register, in which each tree looks up the one
// that its node asks for.
class TreesOfRow {
 public:
  using Mask = Bits;

  TreesOfRow(const uint8_t* bounds, const uint8_t* columns, const uint8_t* ranks)
      : bounds_(bounds),
        columns_(columns),
        ranks_(_mm512_xor_si512(_mm512_loadu_si512(ranks), _mm512_set1_epi8(-128))) {
    static_assert(kGroupTrees == 64 && kRowColumnsMax == 64);
  }

  Mask Ask(size_t node) const {
    const __m512i ranks = _mm512_permutexvar_epi8(_mm512_load_si512(columns_ + node * kGroupTrees), ranks_);
    return {_mm512_cmpgt_epi8_mask(_mm512_load_si512(bounds_ + node * kGroupTrees), ranks)};
  }

 private:
  const uint8_t* bounds_;
  const uint8_t* columns_;
  __m512i ranks_;
};

void FindExitsOfRow(const uint8_t* bounds, const uint8_t* columns, int levels, const uint8_t* ranks,
                    size_t /*column_count*/, uint8_t* exits) {
  Descend(TreesOfRow(bounds, columns, ranks), levels, exits);
}

// All values of a tree fit into four registers, in which sixteen rows look theirs up at once.
template <int kLevels>
inline __m512 LookUp(const __m512 (&values)[4], __m512i exits) {
  if constexpr (kLevels <= 4) return _mm512_permutexvar_ps(exits, values[0]);
  const __m512 low = _mm512_permutex2var_ps(values[0], exits, values[1]);
  if constexpr (kLevels <= 5) return low;
  const __m512 high = _mm512_permutex2var_ps(values[2], exits, values[3]);
  return _mm512_mask_blend_ps(_mm512_test_epi32_mask(exits, _mm512_set1_epi32(32)), low, high);
}

template <int kLevels>
inline void AddLevels(const float* values, const uint8_t* exits, float* sums) {
  constexpr int kRegisters = kLevels <= 4 ? 1 : kLevels <= 5 ? 2 : 4;
  __m512 registers[4] = {};
  for (int i = 0; i < kRegisters; ++i) registers[i] = _mm512_loadu_ps(values + 16 * i);
  for (size_t row = 0; row < kLaneRows; row += 16) {
    const __m512i of_rows = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(exits + row)));
    const __m512 looked_up = LookUp<kLevels>(registers, of_rows);
    _mm512_storeu_ps(sums + row, _mm512_add_ps(_mm512_loadu_ps(sums + row), looked_up));
  }
}

void AddFloats(const float* values, int levels, const uint8_t* exits, float* sums) {
  static_assert(kTopLevelsMax == 6 && kValuesPadding >= 64);
  if (levels <= 4) return AddLevels<4>(values, exits, sums);
  if (levels == 5) return AddLevels<5>(values, exits, sums);
  return AddLevels<6>(values, exits, sums);
}

}  // namespace

const Lanes kAvx512Lanes = {&FindExitsOfBytes,   &FindExits<uint16_t>, &FindExitsOfRow,
                            &RankRow<float>,     &RankRow<double>,     &RankColumn<float>,
                            &RankColumn<double>, &AddFloats,           &Add<double>};

}  // namespace penstock::trees
