#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace penstock {
namespace {

Result<int> Half(int value) {
  if (value % 2 != 0) return Invalid(std::to_string(value) + " is odd");
  return value / 2;
}

Result<void> CheckEven(int value) {
  TRY(Half(value));
  return {};
}

static_assert(std::is_convertible_v<std::string, Result<std::string>>);
static_assert(std::is_convertible_v<const char*, Result<std::string>>);
static_assert(std::is_convertible_v<tl::unexpected<Error>, Result<std::string>>);
static_assert(std::is_convertible_v<tl::unexpected<Error>, Result<void>>);
static_assert(!std::is_convertible_v<Error, Result<int>>, "an error is returned through Fail, not by itself");
static_assert(!std::is_convertible_v<Result<std::string>, Result<bool>>, "success is not a value");
static_assert(std::is_nothrow_move_constructible_v<Result<std::string>>, "or vectors of results would copy");
static_assert(!std::is_copy_constructible_v<Result<std::unique_ptr<int>>>);

TEST(ErrorKindTest, HasAName) {
  EXPECT_EQ(ErrorKindName(ErrorKind::kInvalid), "invalid");
  EXPECT_EQ(ErrorKindName(ErrorKind::kLimit), "limit");
  EXPECT_EQ(ErrorKindName(ErrorKind::kUnavailable), "unavailable");
  EXPECT_EQ(ErrorKindName(ErrorKind::kInternal), "internal");
}

TEST(ResultTest, HoldsAValueOrAnError) {
  EXPECT_EQ(Half(4).value(), 2);
  EXPECT_EQ(Half(3).error(), (Error{ErrorKind::kInvalid, "3 is odd"}));

  const Result<int> failed = Fail(ErrorKind::kLimit, "too deep");
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().kind, ErrorKind::kLimit);
}

TEST(ResultTest, OfNothing) {
  EXPECT_TRUE(CheckEven(2).has_value());
  EXPECT_EQ(CheckEven(1).error().message, "1 is odd");
}

TEST(ResultTest, OfBoolCopiesTheValueAndNotTheSuccess) {
  std::vector<Result<bool>> results(1, false);
  const Result<bool> copy(results[0]);  // direct initialisation could also use the explicit conversion to bool
  EXPECT_FALSE(copy.value());
  const auto captured = [result = results[0]] { return result.value(); };
  EXPECT_FALSE(captured());
  results.emplace_back(Result<bool>(false));
  EXPECT_FALSE(results[1].value());
}

TEST(ResultTest, IsAssigned) {
  Result<std::string> result = "one";
  result = Invalid("two");
  EXPECT_EQ(result.error().message, "two");
  result = "three";
  EXPECT_EQ(result.value(), "three");
}

TEST(TryTest, EvaluatesItsExpressionOnce) {
  int calls = 0;
  const auto f = [&](bool fails) -> Result<void> {
    TRY([&]() -> Result<void> {
      ++calls;
      if (fails) return Invalid("no");
      return {};
    }());
    return {};
  };
  EXPECT_TRUE(f(false).has_value());
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(f(true).has_value());
  EXPECT_EQ(calls, 2);
}

TEST(TryTest, NestsInLambdas) {
  const auto outer = []() -> Result<int> {
    TRY([]() -> Result<void> {
      TRY_ASSIGN(const int half, Half(4));
      TRY(Half(half));
      TRY(Half(half + 1));
      return {};
    }());
    return 0;
  };
  EXPECT_EQ(outer().error().message, "3 is odd");
}

TEST(TryTest, TakesExpressionsWithCommas) {
  const auto f = []() -> Result<int> {
    TRY(std::is_same_v<int, char> ? Half(1) : Half(2));
    TRY_ASSIGN(const int half, std::is_same_v<int, char> ? Half(1) : Half(2));
    return half;
  };
  EXPECT_EQ(f().value(), 1);
}

TEST(TryTest, IsOneStatement) {
  const auto f = [](int value) -> Result<std::string> {
    if (value > 10)
      TRY(Half(value));
    else
      return "small";
    return "large";
  };
  EXPECT_EQ(f(1).value(), "small");
  EXPECT_EQ(f(12).value(), "large");
  EXPECT_EQ(f(11).error().message, "11 is odd");
}

TEST(TryTest, LeavesAnLvalueItsError) {
  const Result<int> failed = Half(5);
  const auto f = [&]() -> Result<void> {
    TRY(failed);
    return {};
  };
  EXPECT_EQ(f().error().message, "5 is odd");
  EXPECT_EQ(failed.error().message, "5 is odd");
}

TEST(TryAssignTest, DeclaresAndAssigns) {
  const auto quarter = [](int value) -> Result<int> {
    TRY_ASSIGN(auto half, Half(value));
    TRY_ASSIGN(half, Half(half));
    return half;
  };
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(7).error().message, "7 is odd");
  EXPECT_EQ(quarter(6).error().message, "3 is odd");
}

TEST(TryAssignTest, MovesWhatCannotBeCopied) {
  const auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(7); };
  const auto f = [&]() -> Result<std::unique_ptr<int>> {
    TRY_ASSIGN(auto pointer, make());
    TRY_ASSIGN(std::unique_ptr<const int> another, make());
    *pointer += *another;
    return pointer;
  };
  EXPECT_EQ(**f(), 14);
}

}  // namespace
}  // namespace penstock
