#include "model/embedded/trees/onnx_casts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "event/json_writer.h"
#include "model/embedded/trees/onnx_types.h"

namespace penstock::trees {
namespace {

using std::vector;

constexpr int kFloat = onnx_type::kFloat;
constexpr int kDouble = onnx_type::kDouble;
constexpr int kInt64 = onnx_type::kInt64;

template <typename To, typename From>
To Cast(From number, const vector<int>& types) {
  const NumberCast cast = CastOf(types, sizeof(To) == sizeof(double));
  EXPECT_NE(cast, nullptr);
  if (cast == nullptr) return {};
  To out{};
  cast(&number, 1, &out);
  return out;
}

TEST(OnnxCasts, ChangeNothingWhereTheKernelTakesWhatIsThere) {
  EXPECT_EQ(CastOf({kFloat}, false), nullptr);
  EXPECT_EQ(CastOf({kDouble}, true), nullptr);
  EXPECT_EQ(CastOf({kFloat, kFloat}, false), nullptr);
  EXPECT_NE(CastOf({kFloat}, true), nullptr);
  EXPECT_NE(CastOf({kDouble, kFloat, kDouble}, true), nullptr);
}

TEST(OnnxCasts, RoundWhereTheWayRounds) {
  EXPECT_EQ(Cast<float>(0.1, {kDouble, kFloat}), 0.1F);
  EXPECT_EQ(Cast<double>(0.1F, {kFloat}), double{0.1F});
  EXPECT_EQ(Cast<double>(0.1, {kDouble, kFloat, kDouble}), double{0.1F});
  EXPECT_EQ(Cast<float>(1e300, {kDouble, kFloat}), std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(Cast<float>(std::nan(""), {kDouble, kFloat})));
  // Rounded to a double first, the number lies between two floats, and goes to the even one.
  constexpr int64_t kTwice = (int64_t{1} << 60) + (int64_t{1} << 36) + 1;
  EXPECT_NE(Cast<float>(kTwice, {kInt64, kFloat}), Cast<float>(kTwice, {kInt64, kDouble, kFloat}));
  EXPECT_EQ(Cast<double>(kTwice, {kInt64, kFloat}), double{static_cast<float>(kTwice)});
  EXPECT_EQ(Cast<double>(kTwice, {kInt64, kDouble}), static_cast<double>(kTwice));
}

TEST(OnnxCasts, TakeEveryTypeOfNumber) {
  EXPECT_EQ(Cast<float>(int32_t{-7}, {onnx_type::kInt32, kFloat}), -7);
  EXPECT_EQ(Cast<float>(int16_t{-7}, {onnx_type::kInt16, kFloat}), -7);
  EXPECT_EQ(Cast<float>(int8_t{-7}, {onnx_type::kInt8, kFloat}), -7);
  EXPECT_EQ(Cast<float>(UINT64_MAX, {onnx_type::kUint64, kFloat}), 0x1p64F);
  EXPECT_EQ(Cast<float>(UINT32_MAX, {onnx_type::kUint32, kFloat}), 0x1p32F);
  EXPECT_EQ(Cast<float>(UINT16_MAX, {onnx_type::kUint16, kFloat}), 65535);
  EXPECT_EQ(Cast<float>(uint8_t{255}, {onnx_type::kUint8, kFloat}), 255);
  EXPECT_EQ(Cast<double>(true, {onnx_type::kBool, kDouble}), 1);
}

TEST(OnnxCasts, CastLabels) {
  EXPECT_EQ(ToJson(CastLabel(7, {})), "7");
  EXPECT_EQ(ToJson(CastLabel(7, {kInt64})), "7");
  EXPECT_EQ(ToJson(CastLabel((int64_t{1} << 32) + 5, {onnx_type::kInt32})), "5");
  EXPECT_EQ(ToJson(CastLabel(7, {kFloat})), "7.0");
  EXPECT_EQ(ToJson(CastLabel(16777217, {kFloat, kDouble})), "16777216.0");
  EXPECT_EQ(ToJson(CastLabel(16777217, {kDouble})), "16777217.0");
  EXPECT_EQ(ToJson(CastLabel(16777217, {kDouble, kFloat})), "16777216.0");
}

}  // namespace
}  // namespace penstock::trees
