// Included once by the source of each instruction set, and compiled for it. Nothing here has a name that other sources
// see, and nothing of the standard library is used: the linker could take its code, made for a processor that is not
// there, for that of all others.
#pragma once

#include "model/embedded/trees/lanes.h"

namespace penstock::trees {
namespace {

template <typename Rank>
struct SignedOf;
template <>
struct SignedOf<uint8_t> {
  using Type = int8_t;
};
template <>
struct SignedOf<uint16_t> {
  using Type = int16_t;
};

// A bit a row: all bits of its element, or none. Two vectors are as many as registers hold on the way down a tree.
template <typename Signed>
struct Rows {
#if defined(__AVX2__)
  static constexpr size_t kVectorBytes = 32;
#else
  static constexpr size_t kVectorBytes = 16;
#endif
  using Vector __attribute__((vector_size(kVectorBytes))) = Signed;
  static constexpr size_t kCount = 2 * kVectorBytes / sizeof(Signed);
  Vector first;
  Vector second;
};

template <typename Signed>
inline Rows<Signed> Pick(const Rows<Signed>& choice, const Rows<Signed>& yes, const Rows<Signed>& no) {
  return {no.first ^ ((no.first ^ yes.first) & choice.first), no.second ^ ((no.second ^ yes.second) & choice.second)};
}

// What the nodes of one tree ask some of the rows.
template <typename Rank>
class RowsOfTree {
 public:
  using Signed = typename SignedOf<Rank>::Type;
  using Mask = Rows<Signed>;

  RowsOfTree(const Rank* bounds, const Rank* columns, const Rank* ranks)
      : bounds_(bounds), columns_(columns), ranks_(ranks) {}

  Mask Ask(size_t node) const {
    using Vector = typename Mask::Vector;
    const auto bound = static_cast<Signed>(bounds_[node * kGroupTrees]);
    const Rank* const ranks = ranks_ + size_t{columns_[node * kGroupTrees]} * kLaneRows;
    const Vector bounds = bound - Vector{};
    return {reinterpret_cast<Vector>(bounds > Load(ranks)),
            reinterpret_cast<Vector>(bounds > Load(ranks + Mask::kCount / 2))};
  }

 private:
  static typename Mask::Vector Load(const Rank* ranks) {
    return *reinterpret_cast<const typename Mask::Vector*>(ranks);
  }

  const Rank* bounds_;
  const Rank* columns_;
  const Rank* ranks_;
};

// Exits: what the ways are as numbers, their first step in the highest bit.
template <int kLevels, typename Signed>
inline void StoreExits(const Rows<Signed>* way, uint8_t* exits) {
  using Vector = typename Rows<Signed>::Vector;
  Vector first{};
  Vector second{};
  for (int level = 0; level < kLevels; ++level) {
    first += first;
    second += second;
    first -= way[level].first;  // a set element is -1
    second -= way[level].second;
  }
  constexpr size_t kHalf = Rows<Signed>::kCount / 2;
  for (size_t i = 0; i < kHalf; ++i) exits[i] = static_cast<uint8_t>(first[i]);
  for (size_t i = 0; i < kHalf; ++i) exits[kHalf + i] = static_cast<uint8_t>(second[i]);
}

// The way down, for as many as Questions::Mask has bits.
template <typename Questions>
class Descent {
 public:
  using Mask = typename Questions::Mask;

  explicit Descent(Questions questions) : questions_(questions) {}

  template <int kLevels>
  void Run(uint8_t* exits) {
    Level<0, kLevels>();
    StoreExits<kLevels>(way_, exits);
  }

 private:
  template <int kLevel, int kLevels>
  void Level() {
    if constexpr (kLevel < kLevels) {
      way_[kLevel] = Answer<kLevel, 1, 0>();
      Level<kLevel + 1, kLevels>();
    }
  }

  // What the node says that is come to, so many levels below `kNode`.
  template <int kBelow, size_t kNode, int kLevel>
  Mask Answer() const {
    if constexpr (kBelow == 0) {
      return questions_.Ask(kNode);
    } else {
      return Pick(way_[kLevel], Answer<kBelow - 1, 2 * kNode + 1, kLevel + 1>(),
                  Answer<kBelow - 1, 2 * kNode, kLevel + 1>());
    }
  }

  Questions questions_;
  Mask way_[kTopLevelsMax];
};

template <typename Questions>
inline void Descend(Questions questions, int levels, uint8_t* exits) {
  static_assert(kTopLevelsMax == 6);
  Descent<Questions> descent(questions);
  switch (levels) {
    case 0: return descent.template Run<0>(exits);
    case 1: return descent.template Run<1>(exits);
    case 2: return descent.template Run<2>(exits);
    case 3: return descent.template Run<3>(exits);
    case 4: return descent.template Run<4>(exits);
    case 5: return descent.template Run<5>(exits);
    default: return descent.template Run<6>(exits);
  }
}

template <typename Rank>
void FindExits(const Rank* bounds, const Rank* columns, int levels, const Rank* ranks, uint8_t* exits) {
  constexpr size_t kCount = RowsOfTree<Rank>::Mask::kCount;
  for (size_t row = 0; row < kLaneRows; row += kCount)
    Descend(RowsOfTree<Rank>(bounds, columns, ranks + row), levels, exits + row);
}

template <typename Sum>
void Add(const Sum* values, int /*levels*/, const uint8_t* exits, Sum* sums) {
  for (size_t row = 0; row < kLaneRows; ++row) sums[row] += values[exits[row]];
}

}  // namespace
}  // namespace penstock::trees
