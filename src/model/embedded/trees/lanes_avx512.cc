#include <immintrin.h>

#include "model/embedded/trees/lanes_body.h"

namespace penstock::trees {
namespace {

// The first levels of a table, in registers: level l begins at bound 2^l. Sixteen rows look up theirs at once.
class TableTop {
 public:
  static constexpr int kLevelsMax = 8;

  TableTop(const uint32_t* table, int levels) : levels_(levels < kLevelsMax ? levels : kLevelsMax) {
    const int count = levels_ <= 4 ? 1 : 1 << (levels_ - 4);
    const __mmask16 all = levels_ < 4 ? static_cast<__mmask16>((1U << (1 << levels_)) - 1) : 0xFFFF;
    for (int i = 0; i < count; ++i) bounds_[i] = _mm512_maskz_loadu_epi32(all, table + 16 * i);
  }

  int levels() const { return levels_; }

  __m512i Descend(__m512i keys) const {
    __m512i place = _mm512_set1_epi32(1);
    const int low = levels_ < 4 ? levels_ : 4;
    for (int level = 0; level < low; ++level) place = Step(place, _mm512_permutexvar_epi32(place, bounds_[0]), keys);
    if (levels_ > 4) place = Step(place, _mm512_permutexvar_epi32(place, bounds_[1]), keys);
    if (levels_ > 5) place = Step(place, _mm512_permutex2var_epi32(bounds_[2], place, bounds_[3]), keys);
    if (levels_ > 6) place = Step(place, Among64(place, 4), keys);
    if (levels_ > 7) {
      const __mmask16 upper = _mm512_test_epi32_mask(place, _mm512_set1_epi32(64));
      place = Step(place, _mm512_mask_blend_epi32(upper, Among64(place, 8), Among64(place, 12)), keys);
    }
    return place;
  }

  static __m512i Step(__m512i place, __m512i bounds, __m512i keys) {
    const __mmask16 above = _mm512_cmplt_epu32_mask(bounds, keys);
    place = _mm512_add_epi32(place, place);
    return _mm512_mask_add_epi32(place, above, place, _mm512_set1_epi32(1));
  }

 private:
  __m512i Among64(__m512i place, int first) const {
    const __m512i low = _mm512_permutex2var_epi32(bounds_[first], place, bounds_[first + 1]);
    const __m512i high = _mm512_permutex2var_epi32(bounds_[first + 2], place, bounds_[first + 3]);
    return _mm512_mask_blend_epi32(_mm512_test_epi32_mask(place, _mm512_set1_epi32(32)), low, high);
  }

  int levels_;
  __m512i bounds_[16];
};

void RankKeys32(const uint32_t* table, int levels, const uint32_t* keys, uint32_t* ranks) {
  const TableTop top(table, levels);
  for (size_t row = 0; row < kLaneRows; row += 16) {
    const __m512i of_rows = _mm512_loadu_si512(keys + row);
    __m512i place = top.Descend(of_rows);
    for (int level = top.levels(); level < levels; ++level)
      place = TableTop::Step(place, _mm512_i32gather_epi32(place, table, 4), of_rows);
    _mm512_storeu_si512(ranks + row, _mm512_sub_epi32(place, _mm512_set1_epi32(1 << levels)));
  }
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

const Lanes kAvx512Lanes = {&FindExits<uint8_t>, &FindExits<uint16_t>, &RankKeys32,
                            &RankKeys<uint64_t>, &AddFloats,           &Add<double>};

}  // namespace penstock::trees
