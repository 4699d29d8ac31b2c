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

TEST(StandardLibraryTest, DescribesAllThatCanBeWritten) {
  for (const Family& family : StandardLibrary().families()) {
    EXPECT_FALSE(family.summary.empty()) << family.name;
    for (const Function& function : family.functions) {
      if (function.is_internal()) continue;
      EXPECT_TRUE(function.summary.ends_with('.')) << function.name;
      EXPECT_FALSE(function.examples.empty()) << function.name;
    }
  }
}

}  // namespace
}  // namespace penstock::expr
