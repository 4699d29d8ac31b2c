#include "expr/functions/standard_library.h"

#include <gtest/gtest.h>

namespace penstock::expr {
namespace {

TEST(StandardLibraryTest, IsBuiltOnce) { EXPECT_EQ(&StandardLibrary(), &StandardLibrary()); }

TEST(StandardLibraryTest, ImplementsAllThatItDeclares) {
  for (const std::string_view name : StandardLibrary().Names()) {
    for (const bool receiver : {false, true}) {
      const Function* const function = StandardLibrary().Find(name, receiver);
      if (function == nullptr) continue;
      EXPECT_FALSE(function->overloads.empty()) << name;
      for (const Overload& overload : function->overloads) EXPECT_NE(overload.implementation, nullptr) << name;
    }
  }
}

}  // namespace
}  // namespace penstock::expr
