#include <immintrin.h>

#include "model/embedded/trees/lanes_body.h"

namespace penstock::trees {
namespace {

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

const Lanes kAvx512Lanes = {&FindExits<uint8_t>, &FindExits<uint16_t>, &AddFloats, &Add<double>};

}  // namespace penstock::trees
