#include "expr/conjuncts.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace penstock::expr {
namespace {

using Texts = std::vector<std::string_view>;

TEST(ConjunctsTest, AreWhatAndJoins) {
  EXPECT_EQ(Conjuncts("a"), (Texts{"a"}));
  EXPECT_EQ(Conjuncts(" a == 1 &&\n has(b.c)&&d // e && f"), (Texts{"a == 1", "has(b.c)", "d"}));
}

TEST(ConjunctsTest, WhatStandsInBracketsOrQuotesIsOne) {
  EXPECT_EQ(Conjuncts("(a && b) && c[d && e] && '&&' == f"), (Texts{"(a && b)", "c[d && e]", "'&&' == f"}));
}

TEST(ConjunctsTest, WhatBindsLessKeepsThemTogether) {
  EXPECT_EQ(Conjuncts("a && b || c"), (Texts{"a && b || c"}));
  EXPECT_EQ(Conjuncts("a && b ? c : d"), (Texts{"a && b ? c : d"}));
  EXPECT_EQ(Conjuncts("(a || b) && c"), (Texts{"(a || b)", "c"}));
}

}  // namespace
}  // namespace penstock::expr
