#include "base/hash.h"

#include <xxhash.h>

namespace penstock {

uint64_t Hash64(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

Hash128Value Hash128(std::string_view bytes, uint64_t seed) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.high64, hash.low64};
}

std::string ContentName(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr int kCount = 12;
  std::string name;
  uint64_t bits = Hash128(bytes).high;
  for (int i = 0; i < kCount; ++i, bits <<= 4) name += kDigits[bits >> 60];
  return name;
}

}  // namespace penstock
