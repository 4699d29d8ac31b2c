#include <immintrin.h>

#include "model/embedded/trees/lanes_body.h"
#include "model/embedded/trees/lanes_ranks.h"

namespace penstock::trees {
namespace {

// What the nodes of half of a group's trees ask one row. Its ranks fit into two registers, in which each tree looks up
// the one that its node asks for.
class TreesOfRow {
 public:
  using Mask = Rows<int8_t>;

  TreesOfRow(const uint8_t* bounds, const uint8_t* columns, const uint8_t* ranks)
      : bounds_(bounds), columns_(columns), low_(Load(ranks)), high_(Load(ranks + 32)) {
    static_assert(Mask::kCount == kGroupTrees && kRowColumnsMax == 64);
  }

  Mask Ask(size_t node) const { return {AskHalf(node * kGroupTrees), AskHalf(node * kGroupTrees + 32)}; }

 private:
  Mask::Vector AskHalf(size_t at) const {
    const __m256i ranks = _mm256_permutex2var_epi8(low_, Load(columns_ + at), high_);
    return reinterpret_cast<Mask::Vector>(_mm256_cmpgt_epi8(Load(bounds_ + at), ranks));
  }
  static __m256i Load(const uint8_t* bytes) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes)); }

  const uint8_t* bounds_;
  const uint8_t* columns_;
  __m256i low_;
  __m256i high_;
};

void FindExitsOfRow(const uint8_t* bounds, const uint8_t* columns, int levels, const uint8_t* ranks, uint8_t* exits) {
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

const Lanes kAvx512Lanes = {&FindExits<uint8_t>, &FindExits<uint16_t>, &FindExitsOfRow,
                            &RankRow<float>,     &RankRow<double>,     &RankColumn<float>,
                            &RankColumn<double>, &AddFloats,           &Add<double>};

}  // namespace penstock::trees
