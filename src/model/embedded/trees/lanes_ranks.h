// The search for ranks. Included as lanes_body.h is, and with its rules.
#pragma once

#include <immintrin.h>

#include "model/embedded/trees/rank_table.h"
#include "model/embedded/trees/split_limits.h"

namespace penstock::trees {
namespace {

// How many of sixteen bounds are not above the value: none where it is NaN.
#if defined(__AVX512F__)
inline uint32_t CountNotAbove(const float* bounds, float value) {
  return static_cast<uint32_t>(
      __builtin_popcount(_mm512_cmp_ps_mask(_mm512_load_ps(bounds), _mm512_set1_ps(value), _CMP_LE_OQ)));
}

inline uint32_t CountNotAbove(const double* bounds, double value) {
  const __m512d values = _mm512_set1_pd(value);
  const uint32_t low = _mm512_cmp_pd_mask(_mm512_load_pd(bounds), values, _CMP_LE_OQ);
  const uint32_t high = _mm512_cmp_pd_mask(_mm512_load_pd(bounds + 8), values, _CMP_LE_OQ);
  return static_cast<uint32_t>(__builtin_popcount(low | high << 8));
}
#else
inline __m128i NotAbove(const float* bounds, float value) {
  return _mm_castps_si128(_mm_cmple_ps(_mm_load_ps(bounds), _mm_set1_ps(value)));
}

inline __m128i NotAbove(const double* bounds, double value) {
  const __m128d values = _mm_set1_pd(value);
  const __m128d low = _mm_cmple_pd(_mm_load_pd(bounds), values);
  const __m128d high = _mm_cmple_pd(_mm_load_pd(bounds + 2), values);
  // All bits of a double are the same, so that one half says it.
  return _mm_castps_si128(_mm_shuffle_ps(_mm_castpd_ps(low), _mm_castpd_ps(high), _MM_SHUFFLE(2, 0, 2, 0)));
}

#if defined(__AVX2__)
inline uint32_t CountNotAbove(const float* bounds, float value) {
  const __m256 values = _mm256_set1_ps(value);
  const __m256i low = _mm256_castps_si256(_mm256_cmp_ps(_mm256_load_ps(bounds), values, _CMP_LE_OQ));
  const __m256i high = _mm256_castps_si256(_mm256_cmp_ps(_mm256_load_ps(bounds + 8), values, _CMP_LE_OQ));
  // Two bytes a bound, in some order.
  return static_cast<uint32_t>(
             __builtin_popcount(static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_packs_epi32(low, high))))) /
         2;
}
#endif

template <typename Real>
inline uint32_t CountNotAbove(const Real* bounds, Real value) {
  const __m128i low = _mm_packs_epi32(NotAbove(bounds, value), NotAbove(bounds + 4, value));
  const __m128i high = _mm_packs_epi32(NotAbove(bounds + 8, value), NotAbove(bounds + 12, value));
  return static_cast<uint32_t>(
      __builtin_popcount(static_cast<uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(low, high)))));
}
#endif

template <typename Real>
inline Real AsCompared(const RankTable<Real>& table, Real value) {
  if (table.nan_is_zero && value != value) value = 0;
  if (table.zero_is_missing && value >= -static_cast<Real>(kZeroMax) && value <= static_cast<Real>(kZeroMax))
    value = static_cast<Real>(__builtin_nan(""));
  return value * table.sign;
}

// kLevels: 0 where they are counted as it runs. So many bounds as have two levels are what training mostly makes.
template <int kLevels, bool kIsPlain, typename Real>
inline uint32_t RankOf(const RankTable<Real>& table, Real value) {
  if constexpr (!kIsPlain) value = AsCompared(table, value);
  size_t place = CountNotAbove(table.bounds, value);
  const int levels = kLevels == 0 ? table.levels : kLevels;
  for (int level = 1; level < levels; ++level) {
    place *= kBoundsAtOnce;
    place += CountNotAbove(table.bounds + (level == 1 ? kBoundsAtOnce : table.starts[level]) + place, value);
  }
  return static_cast<uint32_t>(place);
}

template <typename Real>
void RankRow(const RankTable<Real>* tables, size_t count, const Real* row, uint32_t* ranks) {
  for (size_t i = 0; i < count; ++i) {
    const RankTable<Real>& table = tables[i];
    const Real value = row[table.feature];
    if (table.is_plain && table.levels == 2)
      ranks[i] = RankOf<2, true>(table, value);
    else
      ranks[i] = RankOf<0, false>(table, value);
  }
}

template <int kLevels, bool kIsPlain, typename Real>
inline void RankRows(const RankTable<Real> table, const Real* value, size_t stride, size_t count, uint32_t* ranks) {
#pragma GCC unroll 4
  for (size_t i = 0; i < count; ++i, value += stride) ranks[i] = RankOf<kLevels, kIsPlain>(table, *value);
}

template <typename Real>
void RankColumn(const RankTable<Real>& table, const Real* rows, size_t stride, size_t count, uint32_t* ranks) {
  const Real* const values = rows + table.feature;
  if (table.is_plain && table.levels == 2) return RankRows<2, true>(table, values, stride, count, ranks);
  if (table.levels == 2) return RankRows<2, false>(table, values, stride, count, ranks);
  RankRows<0, false>(table, values, stride, count, ranks);
}

}  // namespace
}  // namespace penstock::trees
