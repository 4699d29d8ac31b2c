// Numbers as integers that compare in the same way, so that bounds can be moved to the next number.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace penstock::trees {

// 32 bits for float, 64 for double. kMissingKey is that of no number, and less than all others.
template <typename Real>
using KeyOf = std::conditional_t<std::is_same_v<Real, float>, uint32_t, uint64_t>;

inline constexpr uint32_t kMissingKey = 0;

// a < b exactly where OrderKey(a) < OrderKey(b); both zeros are one. A NaN has kMissingKey.
template <typename Real>
KeyOf<Real> OrderKey(Real value) {
  using Key = KeyOf<Real>;
  constexpr Key kSign = Key{1} << (8 * sizeof(Key) - 1);
  const Key bits = std::bit_cast<Key>(value + Real{0});  // -0 becomes 0
  const Key key = bits ^ ((bits & kSign) != 0 ? ~Key{0} : kSign);
  return std::isnan(value) ? Key{kMissingKey} : key;
}

// The least number whose key is not less than `key`, which is above kMissingKey; NaN where there is none.
template <typename Real>
Real NumberFrom(KeyOf<Real> key) {
  using Key = KeyOf<Real>;
  constexpr Key kSign = Key{1} << (8 * sizeof(Key) - 1);
  key = std::max(key, OrderKey(-std::numeric_limits<Real>::infinity()));
  return std::bit_cast<Real>(static_cast<Key>((key & kSign) != 0 ? key ^ kSign : ~key));
}

// The other way around: a < b exactly where ReversedKey(a) > ReversedKey(b), but for kMissingKey, which stays the
// least.
template <typename Key>
Key ReversedKey(Key key) {
  return key == kMissingKey ? key : ~key;
}

}  // namespace penstock::trees
